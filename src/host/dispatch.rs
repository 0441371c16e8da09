//! A point is called: which handlers are asked, in which order, and what their answers come to together. Knows
//! nothing of Lua or native code.

pub(crate) mod chooser;
pub mod combine;
pub(crate) mod early_calls;
pub mod generation;
pub mod outcome;
pub mod quarantine;
pub(crate) mod session;
