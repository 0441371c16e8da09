//! Registers, records, events, directory and what is derived from them, over storage traits.
//!
//! Business-neutral: which registers there are and what counts is said by plugins. Knows no
//! database (`src/store` implements [`storage`]) and no command line.

pub mod access;
pub mod account;
pub mod action;
pub mod actor;
pub mod approval;
mod ask;
pub mod attachment;
mod bypass;
pub mod calls;
mod choice;
mod deadline;
pub mod decision;
pub mod directory;
pub mod erase;
pub mod error;
pub mod event;
pub mod exchange;
pub mod guesses;
pub mod id;
pub mod import;
pub mod ledger;
pub mod link;
pub mod log;
pub mod notify;
pub mod office;
pub mod outlet;
mod outside;
pub mod panel;
pub mod period;
pub mod personal;
pub mod record;
pub mod register;
pub mod reminder;
mod rollback;
pub mod rules;
pub mod search;
pub mod seen;
pub mod similar;
pub mod storage;
pub mod table;
mod tick;
pub mod verify;

pub use action::{Act, ActError, Done, Reason};
pub use actor::Actor;
pub use ask::Withheld;
pub use calls::OfficeSnapshot;
pub use directory::Directory;
pub use error::KernelError;
pub use event::Event;
pub use import::{ImportOptions, ImportReport, RecordImport};
pub use ledger::{Bookkeeper, Followers, Ledger};
pub use office::{LedgerHook, Office, Plan, registers_of};
pub use outside::Outside;
pub use period::Period;
pub use record::Record;
pub use register::{Register, Registers};
pub use storage::{ReadTx, Store, StoreError, WriteTx};
