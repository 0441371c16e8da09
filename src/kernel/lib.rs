//! Registers, records, events, directory and what is derived from them, over storage traits.
//!
//! Business-neutral: which registers there are and what counts is said by plugins. Knows no
//! database (`src/store` implements [`storage`]) and no command line.

pub mod directory;
pub mod error;
pub mod event;
pub mod ledger;
pub mod period;
pub mod record;
pub mod register;
pub mod storage;

pub use directory::Directory;
pub use error::KernelError;
pub use event::Event;
pub use ledger::Ledger;
pub use period::Period;
pub use record::Record;
pub use register::{Register, Registers};
pub use storage::{ReadTx, Store, StoreError, WriteTx};
