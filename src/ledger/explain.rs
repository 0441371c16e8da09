//! Figures opened down to their rules, clauses and events.

pub mod adjustment;
pub mod citation;
pub mod explained;
pub mod figure;
pub mod inputs;
pub mod rank;
