//! The office: actions, imports, deadlines, what plugins are told, and what people may see and do.
//!
//! Business-neutral: which registers there are and what counts is said by plugins. Knows no
//! database (`src/store` implements [`registrar_domain::storage`]) and no command line.

pub mod access;
pub mod accounts;
pub mod action;
pub mod attachment;
pub mod automation;
pub mod error;
pub mod figures;
pub mod import;
pub mod office;
pub mod queries;
pub mod rule_change;
pub mod table;
pub mod verify;

pub use crate::{
    automation::console::WithheldCall,
    office::{egress::Egress, snapshot::OfficeSnapshot},
    rule_change::{ledger_service::LedgerService, ledger_workers::LedgerWorkers},
};
pub use action::{Act, ActError, ActOutcome, Reason};
pub use error::KernelError;
pub use import::{ImportOptions, ImportReport, RecordImport};
pub use office::{Office, OfficeGeneration, registers_of};
pub use queries::OfficeView;
