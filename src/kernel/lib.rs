//! The office: actions, imports, deadlines, what plugins are told, and what people may see and do.
//!
//! Business-neutral: which registers there are and what counts is said by plugins. Knows no
//! database (`src/store` implements [`registrar_domain::storage`]) and no command line.

pub mod access;
pub mod account;
pub mod action;
pub mod approval;
pub mod attachment;
mod bypass;
pub mod calls;
mod clock_tick;
mod console;
mod deadline;
pub mod decision;
mod egress;
pub mod erase;
pub mod error;
pub mod exchange;
pub mod figures;
pub mod import;
pub mod ledger_service;
pub mod ledger_workers;
pub mod notify;
pub mod office;
pub mod office_keys;
pub mod office_snapshot;
pub mod outlet;
pub mod panel;
pub mod queries;
pub mod record_link;
pub mod reminder;
mod rollback;
pub mod rule_change;
mod rule_set_choice;
pub mod search;
pub mod sign_in_limits;
pub mod similar;
pub mod table;
pub mod verify;

pub use crate::{ledger_service::LedgerService, ledger_workers::LedgerWorkers};
pub use action::{Act, ActError, ActOutcome, Reason};
pub use console::WithheldCall;
pub use egress::Egress;
pub use error::KernelError;
pub use import::{ImportOptions, ImportReport, RecordImport};
pub use office::{Office, OfficeGeneration, registers_of};
pub use office_snapshot::OfficeSnapshot;
pub use queries::OfficeView;
