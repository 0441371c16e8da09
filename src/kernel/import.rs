//! What comes in from files: history, as it was logged elsewhere (`events`), and records from tables and
//! JSON lines, one action each with all its checks (`records`).

mod deadlines;
mod earlier_imports;
mod events;
mod files;
mod history_line;
mod import_list;
mod import_report;
mod import_source;
mod lines;
mod mappings;
mod records;
mod row;
mod run;

pub use deadlines::LateEvent;
pub use events::{ImportOptions, ImportReport};
pub use import_list::{Listed, Voided};
pub use import_report::{Imported, RecordImport, RowReport, Together};
pub use import_source::ReadRows;
pub use lines::NumberedLines;
pub use row::{ImportRow, OpeningState};
