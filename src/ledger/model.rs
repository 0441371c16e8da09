//! What a ledger holds: postings, the events it has counted, the pages both lie in, and the traits of the place it is
//! kept in.

pub mod counted_event;
pub mod interner;
pub mod page;
pub mod posting;
pub mod storage;
