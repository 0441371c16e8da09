//! What an office consists of: events and the log they form, registers and their records, the directory, the calendar
//! of periods; and what is asked of the place where all of it is kept.
//!
//! Data and the rules that hold for data by itself. Who may do what, what plugins say to it and what figures follow is
//! known above: nothing here calls a plugin, checks a right or looks at the clock.

pub mod account_store;
pub mod actor;
pub mod commitment;
pub mod directory;
pub mod error;
pub mod event;
pub mod id;
pub mod language;
pub mod log;
pub mod normalization;
pub mod personal;
pub mod record;
pub mod register;
pub mod reserved;
pub mod storage;

pub use actor::Actor;
pub use directory::Directory;
pub use error::{DomainError, StoreError, Stored, Unknown};
pub use event::Event;
pub use language::Lang;
pub use record::Record;
pub use register::{Register, Registers};
pub use registrar_contract::period::{self, Period, PeriodKind};
pub use registrar_sdk::BilingualText;
pub use storage::{OfficeKey, ReadTx, Store, WriteTx};
