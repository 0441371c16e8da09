//! What comes in from files: history, as it was logged elsewhere (`events`), and records from tables and
//! JSON lines, one action each with all its checks (`records`).

mod events;
mod files;
mod lines;
mod listed;
mod mappings;
mod prior;
mod read;
mod records;
mod row;
mod run;

pub use events::{ImportOptions, ImportReport};
pub use lines::Lines;
pub use listed::{Listed, Voided};
pub use read::ReadRows;
pub use records::{Imported, RecordImport, Together, Told};
pub use row::{ImportRow, Opened};

/// Under this action of `$office` an import is logged, before the first of its rows.
pub const IMPORT: &str = "import";
/// Under this action of `$office` it is kept what the columns of somebody's table stand for.
pub const MAPPING: &str = "mapping";
