//! `report.render`: the tables of a document to the bytes of a file.

pub mod csv;
mod number;
mod tables;
mod xlsx;

use crate::problem::FileRefused;
use registrar_sdk::Value;

/// The formats that can be written.
pub const FORMATS: [&str; 2] = ["xlsx", "csv"];

/// Writes a document's tables in this format.
///
/// # Errors
/// What of the document can't be written, and where.
pub fn render(document: &Value, format: &str) -> Result<Vec<u8>, FileRefused> {
    let tables = tables::of(document);
    match format {
        "xlsx" => xlsx::write(&tables, document),
        "csv" => csv::write(&tables),
        other => Err(FileRefused::File(format!(
            "the format \"{other}\" is not among those that can be written: {}",
            FORMATS.join(", ")
        ))),
    }
}
