//! What happens by itself: handlers are told of events, days pass, deadlines are reminded of, documents and packages
//! go out; and plugins that act in the background.

pub(crate) mod background;
pub mod clock_tick;
pub mod console;
pub mod exchange;
pub mod notify;
pub mod outlet;
pub mod reminder;
