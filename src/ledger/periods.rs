//! What whole periods come to: their figures, what is owed in them, what they depend on, and their closing.

pub mod dependencies;
pub mod period_close;
pub mod period_scorer;
pub mod quota;
pub mod quota_window;
