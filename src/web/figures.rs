//! What a register's figures come to: rankings, what they are made of, what is owed, who is awarded.

pub mod awards;
mod chart;
pub mod explanation;
mod explanation_tree;
mod figure_selection;
pub mod quotas;
pub mod standings;
