//! What whole periods come to: their figures, what is owed in them, what they depend on, and their closing.

pub mod dependencies;
pub mod period_close;
mod period_context;
pub mod period_scorer;
pub mod quota;
mod quota_progress;
pub mod quota_window;
