//! Registers, records, events, directory and what is derived from them, over storage traits.
//!
//! Business-neutral: which registers there are and what counts is said by plugins. Knows no
//! database (`src/store` implements [`storage`]) and no command line.

pub mod access;
pub mod account;
pub mod account_store;
pub mod action;
pub mod actor;
pub mod approval;
pub mod attachment;
mod bypass;
pub mod calls;
mod clock_tick;
pub mod commitment;
mod console;
mod deadline;
pub mod decision;
pub mod directory;
mod domain_error;
mod egress;
pub mod erase;
pub mod error;
pub mod event;
pub mod exchange;
pub mod id;
pub mod import;
pub mod ledger;
pub mod log;
pub mod notify;
pub mod office;
pub mod outlet;
pub mod panel;
pub mod period;
pub mod personal;
pub mod queries;
pub mod record;
pub mod record_link;
pub mod register;
pub mod reminder;
pub mod reserved;
mod rollback;
mod rule_set_choice;
pub mod rules;
pub mod search;
pub mod sign_in_limits;
pub mod similar;
pub mod storage;
pub mod table;
pub mod title;
pub mod verify;

pub use action::{Act, ActError, ActOutcome, Reason};
pub use actor::Actor;
pub use calls::OfficeSnapshot;
pub use console::WithheldCall;
pub use directory::Directory;
pub use egress::Egress;
pub use error::KernelError;
pub use event::Event;
pub use import::{ImportOptions, ImportReport, RecordImport};
pub use ledger::{Ledger, LedgerService, LedgerWorkers};
pub use office::{LedgerObserver, Office, OfficeGeneration, registers_of};
pub use period::Period;
pub use record::Record;
pub use register::{Register, Registers};
pub use storage::{ReadTx, Store, StoreError, WriteTx};
