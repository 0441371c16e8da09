//! Writes a document's tables as a workbook: a sheet each, with title, bold headings that stay in
//! view, columns as wide as what is in them, and a page of A4.
//!
//! The same document gives the same bytes: a workbook's date is its document's, never the clock's.

use super::{
    number,
    tables::{SheetTable, list, width},
};
use crate::{
    cell_place::CellPlace,
    problem::{CellProblem, FileRefused},
};
use registrar_sdk::Value;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeSet;
use unicode_width::UnicodeWidthStr;

const A4: u8 = 9;
/// What a cell holds, in UTF-16 units.
const MOST_UNITS: usize = 32_767;
/// What a sheet's name holds, in UTF-16 units.
const NAME_UNITS: usize = 31;
const NARROWEST: usize = 6;
const WIDEST: usize = 60;
/// Points of a line, and of the highest row.
const LINE: f64 = 15.0;
const HIGHEST: f64 = 405.0;
/// Serial days before this one mean another day in other programs.
const FIRST_DATE: &str = "1900-03-01";
/// The date of a workbook whose document has none.
const NO_DATE: (u16, u8, u8) = (2000, 1, 1);

/// Writes all tables.
pub fn write(tables: &[SheetTable<'_>], document: &Value) -> Result<Vec<u8>, FileRefused> {
    if tables.is_empty() {
        return Err(FileRefused::File(
            "the document has no table; a workbook is made of them, give it one".into(),
        ));
    }
    let mut book = Workbook::new();
    book.set_properties(&properties(document)?);
    let mut names = BTreeSet::new();
    for table in tables {
        let name = sheet_name(table.title, &mut names);
        write_sheet(book.add_worksheet(), &name, table)?;
    }
    book.save_to_buffer().map_err(|why| broken(&why))
}

fn broken(why: &XlsxError) -> FileRefused {
    FileRefused::File(format!("the workbook can't be written: {why}"))
}

fn properties(document: &Value) -> Result<DocProperties, FileRefused> {
    let text = |path: &str| document.at(path).as_str().unwrap_or_default().to_owned();
    let (year, month, day) = NO_DATE;
    let date = match calendar_date(&text("signature.date")) {
        Some(date) => date,
        None => ExcelDateTime::from_ymd(year, month, day).map_err(|why| broken(&why))?,
    };
    let issuer = list(document.at("signature.issuers")).first().and_then(Value::as_str).unwrap_or_default();
    Ok(DocProperties::new().set_title(text("title")).set_author(issuer).set_creation_datetime(&date))
}

/// A name that the sheet may have and no other has.
fn sheet_name(title: &str, names: &mut BTreeSet<String>) -> String {
    let plain: String =
        title.chars().map(|c| if "[]:*?/\\".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let plain = plain.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    let plain = if plain.is_empty() || plain.eq_ignore_ascii_case("history") { "Sheet" } else { plain };
    (1..)
        .map(|n| {
            let end = if n == 1 { String::new() } else { format!(" ({n})") };
            let cut = cut(plain, NAME_UNITS - end.len());
            format!("{}{end}", cut.trim_end_matches(|c: char| c == '\'' || c.is_whitespace()))
        })
        .find(|name| names.insert(name.to_lowercase()))
        .unwrap_or_default()
}

fn cut(text: &str, units: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > units
    });
    end.map_or(text, |(at, _)| &text[..at])
}

fn write_sheet(sheet: &mut Worksheet, name: &str, table: &SheetTable<'_>) -> Result<(), FileRefused> {
    let failed = |why: XlsxError| broken(&why);
    sheet.set_name(name).map_err(failed)?;
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_footer("&C&P / &N");
    if table.landscape {
        sheet.set_landscape();
    }
    let width = width(table);
    let Some(last) = u16::try_from(width).ok().filter(|w| (1..=16_384).contains(w)).map(|w| w - 1) else {
        return Err(CellProblem::at(name, format!("{width} columns; a sheet has 1 to 16384")).into());
    };
    let heading_row = u32::from(!table.title.is_empty());
    let mut writing = SheetWriter { sheet, name, last, widths: vec![NARROWEST; width], problems: Vec::new() };
    if !table.title.is_empty() {
        writing.title(table.title).map_err(failed)?;
    }
    writing.headings(heading_row, table).map_err(failed)?;
    writing.rows(heading_row + 1, table).map_err(failed)?;
    if !writing.problems.is_empty() {
        return Err(FileRefused::Cells(writing.problems));
    }
    for (column, width) in (0..=last).zip(&writing.widths) {
        // Two beyond what is in it: the cell's own margins.
        writing.sheet.set_column_width(column, (*width + 2) as f64).map_err(failed)?;
    }
    sheet.set_freeze_panes(heading_row + 1, 0).map_err(failed)?;
    sheet.set_repeat_rows(heading_row, heading_row).map_err(failed)?;
    Ok(())
}

/// A sheet that is being written: how wide its columns are so far, and what could not be written.
struct SheetWriter<'a> {
    sheet: &'a mut Worksheet,
    name: &'a str,
    last: u16,
    widths: Vec<usize>,
    problems: Vec<CellProblem>,
}

impl SheetWriter<'_> {
    fn problem(&mut self, row: u32, column: u16, why: String) {
        let place = CellPlace { sheet: self.name, row, column: u32::from(column) };
        self.problems.push(CellProblem::at(place, why));
    }

    fn title(&mut self, title: &str) -> Result<(), XlsxError> {
        let format = middle().set_font_size(14);
        match too_long(title) {
            // Merged even over a single column: that is how a title is told from headings.
            None => {
                self.sheet.merge_range(0, 0, 0, self.last.max(1), title, &format)?;
            }
            Some(why) => self.problem(0, 0, why),
        }
        self.sheet.set_row_height(0, 24)?;
        Ok(())
    }

    fn headings(&mut self, row: u32, table: &SheetTable<'_>) -> Result<(), XlsxError> {
        let format = middle().set_border(FormatBorder::Thin);
        for column in 0..=self.last {
            let at = usize::from(column);
            let title = table.columns.get(at).and_then(|c| c.get("title").as_str()).unwrap_or_default();
            widen(&mut self.widths[at], title);
            match too_long(title) {
                None => {
                    self.sheet.write_string_with_format(row, column, title, &format)?;
                }
                Some(why) => self.problem(row, column, why),
            }
        }
        Ok(())
    }

    fn rows(&mut self, first: u32, table: &SheetTable<'_>) -> Result<(), XlsxError> {
        let formats: Vec<Formats> =
            (0..=usize::from(self.last)).map(|column| Formats::of(table.columns.get(column))).collect();
        for (row, cells) in (first..).zip(table.rows) {
            let cells = list(cells);
            let mut lines = 1;
            for column in 0..=self.last {
                let at = usize::from(column);
                let cell = cells.get(at).unwrap_or(&Value::Nil);
                match write_cell(self.sheet, row, column, cell, &formats[at]) {
                    Ok(shown) => {
                        widen(&mut self.widths[at], &shown);
                        lines = lines.max(lines_of(&shown));
                    }
                    Err(why) => self.problem(row, column, why),
                }
            }
            // Not every program makes a row as high as its text by itself.
            if lines > 1 {
                self.sheet.set_row_height(row, (LINE * lines as f64).min(HIGHEST))?;
            }
        }
        Ok(())
    }
}

/// Bold, in the middle of its cell, on as many lines as it takes.
fn middle() -> Format {
    Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
}

/// How the cells of a column look, by what they hold.
struct Formats {
    places: Option<u32>,
    plain: Format,
    wrapped: Format,
    number: Format,
    date: Format,
}

impl Formats {
    fn of(column: Option<&Value>) -> Formats {
        let places = number::places(column);
        let align = match column.and_then(|c| c.get("align").as_str()) {
            Some("center") => Some(FormatAlign::Center),
            Some("right") => Some(FormatAlign::Right),
            Some("left") => Some(FormatAlign::Left),
            _ => None,
        };
        let base = Format::new().set_align(FormatAlign::VerticalCenter).set_border(FormatBorder::Thin);
        let plain = match align {
            Some(align) => base.set_align(align),
            None => base,
        };
        let number = match places {
            None => plain.clone(),
            Some(0) => plain.clone().set_num_format("0"),
            Some(n) => plain.clone().set_num_format(format!("0.{}", "0".repeat(n as usize))),
        };
        Formats {
            places,
            wrapped: plain.clone().set_text_wrap(),
            date: plain.clone().set_num_format("yyyy-mm-dd"),
            number,
            plain,
        }
    }
}

/// Writes a cell; what it shows, for the column's width.
fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Value,
    formats: &Formats,
) -> Result<String, String> {
    let failed = |why: XlsxError| why.to_string();
    match cell {
        Value::Nil | Value::Null => {
            sheet.write_blank(row, column, &formats.plain).map_err(failed)?;
            Ok(String::new())
        }
        Value::Bool(is) => {
            sheet.write_boolean_with_format(row, column, *is, &formats.plain).map_err(failed)?;
            Ok("FALSE".into())
        }
        Value::Int(_) | Value::Num(_) | Value::Amount(_) => {
            let shown = number::shown(cell, formats.places).unwrap_or_default();
            match cell.as_f64().filter(|_| number::fits(cell)) {
                Some(n) => sheet.write_number_with_format(row, column, n, &formats.number).map_err(failed)?,
                None => {
                    let all = number::shown(cell, None).unwrap_or_default();
                    sheet.write_string_with_format(row, column, all, &formats.plain).map_err(failed)?
                }
            };
            Ok(shown)
        }
        Value::Text(text) => {
            if let Some(why) = too_long(text) {
                let (cut, note) = shortened(text, &why);
                sheet.write_string_with_format(row, column, &cut, &formats.wrapped).map_err(failed)?;
                sheet.insert_note(row, column, &note).map_err(failed)?;
                return Ok(cut);
            }
            if let Some(date) = calendar_date(text) {
                sheet.write_datetime_with_format(row, column, &date, &formats.date).map_err(failed)?;
                return Ok(text.to_string());
            }
            let wraps = lines_of(text) > 1;
            let format = if wraps { &formats.wrapped } else { &formats.plain };
            sheet.write_string_with_format(row, column, &**text, format).map_err(failed)?;
            Ok(text.to_string())
        }
        other => Err(format!("the cell holds {}; a cell holds text or a number", other.kind())),
    }
}

/// The day that a text names, if it is one and nothing else: it then sorts and filters as a day.
fn calendar_date(text: &str) -> Option<ExcelDateTime> {
    let bytes = text.as_bytes();
    let written =
        |at: usize, byte: &u8| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
    if bytes.len() != 10 || !bytes.iter().enumerate().all(|(at, byte)| written(at, byte)) || text < FIRST_DATE
    {
        return None;
    }
    let (year, month, day) = (text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok()
}

fn too_long(text: &str) -> Option<String> {
    let units = text.encode_utf16().count();
    (units > MOST_UNITS)
        .then(|| format!("{units} characters; a cell holds at most {MOST_UNITS}, shorten it or split it"))
}

/// What of a text fits, with a remark at its end so that nobody takes it for the whole, and a note that says more.
fn shortened(text: &str, why: &str) -> (String, Note) {
    let end = format!("…（已截断，全文 {} 字 · cut）", text.chars().count());
    let cut = cut(text, MOST_UNITS - end.encode_utf16().count());
    let note = Note::new(format!("{why}. JSON lines and csv hold all of it · 全文见 jsonl 或 csv 导出"));
    (format!("{cut}{end}"), note.add_author_prefix(false))
}

fn widen(width: &mut usize, text: &str) {
    let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
    *width = (*width).max(widest.min(WIDEST));
}

/// How many lines a text takes in its column, which is as wide as the text up to the widest.
fn lines_of(text: &str) -> usize {
    text.split('\n').map(|line| line.width().div_ceil(WIDEST).max(1)).sum()
}
