//! Reads the cells of a workbook, each as what it is: text, number, boolean, date or an error.

use super::{
    CellValue, ParsedRow,
    grid::{Area, Grid},
    markup::{self, NumberFormat},
};
use crate::problem::{CellProblem, FileRefused};
use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsx};
use registrar_sdk::Value;
use std::{collections::BTreeMap, io::Cursor};

/// The most digits that a spreadsheet keeps of a number.
const DIGITS_END: f64 = 1e15;
/// The day after 9999-12-31.
const DATES_END: f64 = 2_958_466.0;
/// The day that a spreadsheet believes in and no calendar has: 1900-02-29.
const NO_DAY: f64 = 60.0;
/// A sheet has no more rows.
const ROWS_END: u32 = 1 << 20;
/// The most cells that are held while a sheet is read.
const MOST_CELLS: usize = 1_000_000;

/// What a file's first bytes say it is.
const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// Reads a workbook: the named sheet, else all that are shown.
pub fn rows(bytes: &[u8], format: &str, wanted: Option<&str>) -> Result<Vec<ParsedRow>, FileRefused> {
    if bytes.starts_with(ZIP) {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|why| unreadable("xlsx", why))?;
        let mut markup = markup::sheets(bytes);
        return collect(&chosen(book.sheets_metadata(), wanted)?, |name| {
            let said = markup.remove(name).unwrap_or_default();
            let mut grid = xlsx_grid(&mut book, name, &said.shown)?;
            grid.hidden = said.hidden;
            Ok(grid)
        });
    }
    if bytes.starts_with(OLE) {
        let mut book = Xls::new(Cursor::new(bytes)).map_err(|why| match format {
            // What encrypted workbooks of today look like.
            "xlsx" => FileRefused::File(
                "the file is no xlsx workbook but an old or encrypted one; take its password away, and save it \
                 as .xlsx"
                    .into(),
            ),
            _ => unreadable("xls", why),
        })?;
        return collect(&chosen(book.sheets_metadata(), wanted)?, |name| xls_grid(&mut book, name));
    }
    Err(no_workbook(bytes, format))
}

/// A file that is something else, by what it begins with.
fn no_workbook(bytes: &[u8], format: &str) -> FileRefused {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    let what = if bytes.is_empty() {
        "is empty"
    } else if start.starts_with("<!doctype html") || start.starts_with("<html") || start.contains("<table") {
        "is a web page that was called a workbook, as some programs export them"
    } else if start.starts_with("<?xml") {
        "is XML that was called a workbook, as some programs export it"
    } else {
        "is no workbook (it may be csv: --format csv)"
    };
    FileRefused::File(format!(
        "the file can't be read as {format}: it {what}; open it in a spreadsheet program and save it as .xlsx"
    ))
}

fn unreadable(format: &str, why: impl std::fmt::Display) -> FileRefused {
    FileRefused::File(format!(
        "the file can't be read as {format}: {why}; open it in a spreadsheet program and save it as .{format}"
    ))
}

/// The sheets that are read, each with whether it is shown: the one that is wanted, which then is, or all.
fn chosen(sheets: &[Sheet], wanted: Option<&str>) -> Result<Vec<(String, bool)>, FileRefused> {
    let tables = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let Some(wanted) = wanted else {
        let shown = |sheet: &Sheet| sheet.visible == SheetVisible::Visible;
        return Ok(tables().map(|sheet| (sheet.name.clone(), shown(sheet))).collect());
    };
    if let Some(sheet) = tables().find(|sheet| sheet.name.trim() == wanted.trim()) {
        return Ok(vec![(sheet.name.clone(), true)]);
    }
    let names: Vec<String> = tables().map(|sheet| format!("\"{}\"", sheet.name)).collect();
    Err(FileRefused::File(format!("there is no sheet \"{wanted}\" in it; it has {}", names.join(", "))))
}

fn collect(
    sheets: &[(String, bool)],
    mut read: impl FnMut(&str) -> Result<Grid, FileRefused>,
) -> Result<Vec<ParsedRow>, FileRefused> {
    let mut rows = Vec::new();
    for (name, shown) in sheets {
        let of_sheet = read(name)?.rows().into_iter();
        rows.extend(of_sheet.map(|row| ParsedRow { hidden: row.hidden || !shown, ..row }));
    }
    Ok(rows)
}

fn xlsx_grid(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    shown: &BTreeMap<(u32, u32), NumberFormat>,
) -> Result<Grid, FileRefused> {
    let merged = book.merge_cells_by_sheet_name(name).map_err(|why| unreadable("xlsx", why))?;
    let mut grid = Grid { sheet: name.to_owned(), merged: areas(&merged), ..Grid::default() };
    // Cell by cell: a sheet with something in its last cell is not a table of 17 billion.
    let mut cells = book.worksheet_cells_reader(name).map_err(|why| unreadable("xlsx", why))?;
    let mut count = 0;
    while let Some(cell) = cells.next_cell_with_formula().map_err(|why| unreadable("xlsx", why))? {
        let value = match cell.value {
            DataRef::Empty if cell.formula.is_some_and(|formula| !formula.is_empty()) => {
                Err("a formula whose result is not in the file; open it in a spreadsheet program and save it"
                    .into())
            }
            DataRef::SharedString(text) => text_value(text),
            DataRef::Float(n) if shown.contains_key(&cell.pos) => as_shown(n, shown.get(&cell.pos)),
            DataRef::Int(n) if shown.contains_key(&cell.pos) => as_shown(n as f64, shown.get(&cell.pos)),
            other => value(other.into()),
        };
        put(&mut grid, cell.pos, value, &mut count)?;
    }
    Ok(grid)
}

fn xls_grid(book: &mut Xls<Cursor<&[u8]>>, name: &str) -> Result<Grid, FileRefused> {
    let merged = book.merge_cells_by_sheet_name(name).map_err(|why| unreadable("xls", why))?;
    let range = book.worksheet_range(name).map_err(|why| unreadable("xls", why))?;
    let mut grid = Grid { sheet: name.to_owned(), merged: areas(&merged), ..Grid::default() };
    let (top, left) = range.start().unwrap_or_default();
    let mut count = 0;
    for (row, column, cell) in range.used_cells() {
        put(&mut grid, (top + row as u32, left + column as u32), value(cell.clone()), &mut count)?;
    }
    Ok(grid)
}

fn areas(merged: &[Dimensions]) -> Vec<Area> {
    let sound = |d: &&Dimensions| d.start.0 <= d.end.0 && d.start.1 <= d.end.1 && d.end.0 < ROWS_END;
    merged.iter().filter(sound).map(|d| Area { start: d.start, end: d.end }).collect()
}

fn put(
    grid: &mut Grid,
    (row, column): (u32, u32),
    cell: CellValue,
    count: &mut usize,
) -> Result<(), FileRefused> {
    if cell.as_ref().is_ok_and(Value::is_nil) {
        return Ok(());
    }
    *count += 1;
    if row >= ROWS_END {
        return Err(FileRefused::File(format!(
            "the sheet \"{}\" has a row past its end; save it anew",
            grid.sheet
        )));
    }
    if *count > MOST_CELLS {
        let why = format!("more than {MOST_CELLS} cells; split the file");
        return Err(CellProblem::at(&grid.sheet, why).into());
    }
    grid.cells.entry(row).or_default().insert(column, cell);
    Ok(())
}

fn text_value(text: &str) -> CellValue {
    Ok(if text.is_empty() { Value::Nil } else { Value::text(text) })
}

fn value(data: Data) -> CellValue {
    match data {
        Data::Empty => Ok(Value::Nil),
        Data::String(text) | Data::DurationIso(text) => text_value(&text),
        Data::Bool(is) => Ok(Value::Bool(is)),
        Data::Int(n) => number(n as f64),
        Data::Float(n) => number(n),
        Data::DateTime(moment) => date(&moment),
        Data::DateTimeIso(text) => {
            let day = text.strip_suffix("T00:00:00").or_else(|| text.strip_suffix("T00:00:00.000"));
            text_value(day.unwrap_or(&text))
        }
        Data::Error(error) => Err(format!("the cell shows the error {error}; mend its formula")),
    }
}

/// A number as it is shown, which a field of numbers reads as the same.
fn as_shown(n: f64, shown: Option<&NumberFormat>) -> CellValue {
    let cell = number(n)?;
    Ok(shown.and_then(|shown| shown.text(n)).map_or(cell, Value::text))
}

fn number(n: f64) -> CellValue {
    if !n.is_finite() {
        return Err("a number out of range".into());
    }
    if n.abs() >= DIGITS_END {
        return Err(
            "a number of more than 15 digits, of which a spreadsheet keeps only the first 15; format the cell \
             as text and type it again"
                .into(),
        );
    }
    Ok(if n.fract() == 0.0 { Value::Int(n as i64) } else { Value::Num(n) })
}

/// A day as `2023-02-14`, a moment as `2023-02-14T09:30:00`, a time as `09:30:00`.
fn date(moment: &ExcelDateTime) -> CellValue {
    let n = moment.as_f64();
    if moment.is_duration() {
        let seconds = (n.abs() * 86_400.0).round() as u64;
        let sign = if n < 0.0 { "-" } else { "" };
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        return Ok(Value::text(format!("{sign}{hours}:{minutes:02}:{:02}", seconds % 60)));
    }
    if !(0.0..DATES_END).contains(&n) {
        return Err(format!("the number {n} is formatted as a date, but is none; mend it"));
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if n < 1.0 {
        return Ok(Value::text(time));
    }
    if n.floor() == NO_DAY && (month, day) == (2, 29) {
        return Err("the date 1900-02-29, which there never was; mend it".into());
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    Ok(Value::text(if time == "00:00:00" { day } else { format!("{day}T{time}") }))
}
