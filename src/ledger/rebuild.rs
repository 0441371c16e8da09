//! The ledger itself: what serves, derived from the log and kept up with it, and swapped for another by other rules.

pub mod derivation;
pub mod invalidation;
pub mod ledger;
pub mod recompute_phase;
pub mod serving_ledger;
pub mod verify;
