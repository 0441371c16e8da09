//! Who may sign in to an office, and how often it may be tried.

pub mod account;
pub mod sign_in_limits;
