//! `import.parse`: the bytes of a file to its rows as they lie there, each cell under its column's letters.
//!
//! Which row holds the headings, and what they mean, is found by the register that takes the rows.

mod csv;
mod grid;
mod markup;
mod sheet;

use crate::{cell_place::letters, problem::FileRefused};
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeMap;

/// The formats that can be read.
pub const FORMATS: [&str; 3] = ["xlsx", "xls", "csv"];

/// How many values may cross to the caller at once.
const MOST_VALUES: usize = 250_000;
/// What a row costs besides its cells: itself, its line, its sheet, its map of cells, two marks.
const ROW_VALUES: usize = 6;

/// What a cell holds: a value, or why it has none.
pub type CellValue = Result<Value, String>;

/// One row that holds something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedRow {
    /// The sheet it is on; empty in a file without sheets.
    pub sheet: String,
    /// Its row in the sheet or its line in the file, from 1.
    pub line: u64,
    /// Its cells that hold something, by column from 0.
    pub cells: BTreeMap<u32, CellValue>,
    /// Whether it is not shown.
    pub hidden: bool,
    /// Whether its only cell is merged over several columns.
    pub banner: bool,
}

/// Reads a file of this format; of a workbook the named sheet, else all that are shown. A workbook is
/// read as what its bytes are, whatever its name says.
///
/// # Errors
/// What is wrong with the file.
pub fn parse(bytes: &[u8], format: &str, sheet: Option<&str>) -> Result<Vec<ParsedRow>, FileRefused> {
    let rows = match format {
        "xlsx" | "xls" => sheet::rows(bytes, format, sheet)?,
        "csv" => csv::rows(bytes)?,
        other => {
            return Err(FileRefused::File(format!(
                "the format \"{other}\" is not among those that can be read: {}",
                FORMATS.join(", ")
            )));
        }
    };
    let values: usize = rows.iter().map(|row| ROW_VALUES + row.cells.len()).sum();
    if values > MOST_VALUES {
        return Err(FileRefused::File(format!(
            "the file has more cells than can be taken in at once ({MOST_VALUES} values, {ROW_VALUES} of them a \
             row's own); split it into several files, or name one sheet"
        )));
    }
    Ok(rows)
}

/// Rows as the point answers them.
pub fn to_value(rows: Vec<ParsedRow>) -> Value {
    Value::List(rows.into_iter().map(row_value).collect())
}

fn row_value(row: ParsedRow) -> Value {
    let cell = |cell: CellValue| cell.unwrap_or_else(|why| Value::map([("error", Value::text(why))]));
    let cells: Map =
        row.cells.into_iter().map(|(at, held)| (letters(at).as_str().into(), cell(held))).collect();
    let mut fields = Map::from([
        ("line".into(), Value::Int(i64::try_from(row.line).unwrap_or(i64::MAX))),
        ("cells".into(), Value::Map(cells)),
    ]);
    if !row.sheet.is_empty() {
        fields.insert("sheet".into(), Value::text(&row.sheet));
    }
    for (name, is) in [("hidden", row.hidden), ("banner", row.banner)] {
        if is {
            fields.insert(name.into(), Value::Bool(true));
        }
    }
    Value::Map(fields)
}
