//! `import.parse`: the bytes of a file to rows, each with its cells by heading.

mod csv;
mod grid;
mod headings;
mod sheet;

use crate::problem::Refused;
use registrar_sdk::{Value, value::Map};

/// The formats that can be read.
pub const FORMATS: [&str; 3] = ["xlsx", "xls", "csv"];

/// How many values may cross to the caller at once.
const MOST_VALUES: usize = 250_000;
/// What a row costs besides its cells: itself, its line, its fields.
const ROW_VALUES: usize = 3;

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its row in the sheet or its line in the file, from 1.
    pub line: u64,
    /// Its cells by heading; empty ones are left out.
    pub fields: Map,
}

/// Reads a file of this format.
///
/// # Errors
/// What is wrong with the file, or with which of its cells.
pub fn parse(bytes: &[u8], format: &str) -> Result<Vec<Row>, Refused> {
    match format {
        "xlsx" => sheet::xlsx(bytes),
        "xls" => sheet::xls(bytes),
        "csv" => csv::rows(bytes),
        other => Err(Refused::File(format!(
            "the format \"{other}\" is not among those that can be read: {}",
            FORMATS.join(", ")
        ))),
    }
}

/// Rows as the point answers them.
pub fn to_value(rows: Vec<Row>) -> Value {
    let row =
        |row: Row| Value::map([("line", Value::Int(row.line as i64)), ("fields", Value::Map(row.fields))]);
    Value::List(rows.into_iter().map(row).collect())
}

// Counts what is read, so that a file that is too large is refused in words that help.
#[derive(Default)]
struct Tally(usize);

impl Tally {
    fn row(&mut self, cells: usize) -> Result<(), Refused> {
        self.0 += ROW_VALUES + cells;
        if self.0 <= MOST_VALUES {
            return Ok(());
        }
        Err(Refused::File(format!(
            "the file has more cells than can be taken in at once ({MOST_VALUES} values, {ROW_VALUES} of \
             them a row's own); split it into several files"
        )))
    }
}
