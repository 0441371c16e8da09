//! The command line, by the real program: what is printed, what is refused, how it ends.

mod broken;
mod commands;
mod erase;
mod figures;
mod inputs;
mod native;
mod private;
mod refusals;
mod report;
mod round_trip;
mod rows;
mod settings;
pub mod sheets;
mod sheets_again;
mod shortages;
mod smaller;
mod tables;
mod told;

/// The rows of a table's file, of its first sheet, by the headings in the first row that is no title.
pub fn headed(bytes: &[u8], format: &str) -> Vec<serde_json::Value> {
    let rows = workbook::parse::parse(bytes, format, None).unwrap();
    let first = rows.first().map(|row| row.sheet.clone()).unwrap_or_default();
    let mut rows = rows.into_iter().filter(|row| !row.banner && row.sheet == first).map(|row| row.cells);
    let headings = rows.next().unwrap_or_default();
    let heading = |at: &u32| headings[at].clone().unwrap().as_str().unwrap().to_owned();
    let row = |cells: std::collections::BTreeMap<u32, workbook::parse::CellValue>| {
        cells.into_iter().map(|(at, cell)| (heading(&at), cell.unwrap().to_json())).collect()
    };
    rows.map(row).map(serde_json::Value::Object).collect()
}
