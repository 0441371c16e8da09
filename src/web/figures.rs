//! What a register's figures come to: rankings, what they are made of, what is owed, who is awarded.

pub mod awards;
mod chart;
mod choice;
pub mod quotas;
pub mod standings;
mod tree;
pub mod why;

pub use choice::name as period_name;
