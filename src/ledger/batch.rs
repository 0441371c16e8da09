//! Runs of the log, derived into pages by several threads.

pub mod deriver;
pub mod parallel;
