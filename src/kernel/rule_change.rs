//! How changed rules come to count, and how the ledger follows them: looked at, approved where the office says so,
//! taken, told; plugins held at an earlier version or let past.

pub mod approval;
mod bypass;
pub mod change;
pub mod kept_rules;
pub mod ledger_service;
pub mod ledger_workers;
mod rollback;
mod rule_set_choice;
