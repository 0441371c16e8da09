//! A file's rows, read for a register: which are rows to be taken, what each of their cells says, and which
//! are left out, and why. Every row of the file is one or the other, or empty.

use super::{
    ColumnPart, ColumnTarget, Mapping, RegisterColumns,
    cell::is_empty,
    headings::{At, Heading, Headings, SheetRow, text_of},
    skipped_rows::{Hidden, shortened, why_left_out},
};
use registrar_sdk::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// What columns stand for that can't be guessed.
    pub mapping: Mapping,
    /// What becomes of rows that are not shown.
    pub hidden: Hidden,
    /// Whether all sheets with headings of the register are read, and not just one.
    pub all_sheets: bool,
}

/// A cell of a row that is to be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRead<'a> {
    /// How a message calls its column.
    pub column: String,
    /// What it is about.
    pub part: ColumnPart<'a>,
    /// What it holds.
    pub value: Value,
}

/// A row that is to be taken.
#[derive(Clone, Debug)]
pub struct RowRead<'a> {
    /// Where it is: `7`, or `一月!7` on a sheet.
    pub place: String,
    /// Its cells that stand for something.
    pub cells: Vec<CellRead<'a>>,
    /// What is wrong with it before it is looked at further.
    pub problems: Vec<String>,
    /// How messages call the columns of its sheet, by what they are about.
    pub columns: Arc<BTreeMap<ColumnPart<'a>, String>>,
}

/// A row that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where it is.
    pub place: String,
    /// Why.
    pub why: String,
}

/// What a file was read as.
#[derive(Clone, Debug, Default)]
pub struct TableReading<'a> {
    /// The rows to be taken.
    pub rows: Vec<RowRead<'a>>,
    /// The rows that are left out.
    pub skipped: Vec<Skipped>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

/// A sheet, and where its columns are.
type HeadedSheet<'a> = (Headings<'a>, Vec<SheetRow>);

/// The sheets that are looked at, with the headings found on each; and the names of hidden ones that have some.
fn headed_sheets<'a>(
    columns: &RegisterColumns<'a>,
    wanted: &ReadOptions,
    rows: &[Value],
) -> (Vec<HeadedSheet<'a>>, Vec<String>) {
    let mut found: Vec<HeadedSheet<'a>> = Vec::new();
    let mut unseen = Vec::new();
    for lines in sheets(rows) {
        // A sheet of which nothing is shown is somebody's draft, until it is named.
        if lines.iter().all(|line| line.hidden) {
            if Headings::find(columns, &wanted.mapping, &lines).is_some_and(|found| found.resolved() > 1) {
                unseen.push(format!("\"{}\"", sheet_of(&lines)));
            }
            continue;
        }
        // What is read by its headings has them in a row of its own, before the first.
        let headed = lines.first().is_some_and(|line| line.cells.keys().all(|at| at.0 == BY_HEADING));
        let among = if headed { &lines[..1] } else { &lines[..] };
        if let Some(headings) = Headings::find(columns, &wanted.mapping, among) {
            found.push((headings, lines));
        }
    }
    (found, unseen)
}

impl<'a> TableReading<'a> {
    /// Reads the rows that a plugin answered.
    ///
    /// # Errors
    /// All that is wrong with the headings, one line each.
    pub fn of(
        columns: &RegisterColumns<'a>,
        wanted: &ReadOptions,
        rows: &[Value],
    ) -> Result<TableReading<'a>, String> {
        let (mut found, unseen) = headed_sheets(columns, wanted, rows);
        if found.is_empty() {
            return Err(match unseen.is_empty() {
                true => "the file holds no rows".to_owned(),
                false => format!(
                    "what it holds is on sheets that are hidden ({}); name one with --sheet",
                    unseen.join(", ")
                ),
            });
        }
        let mut reading = TableReading::default();
        if !unseen.is_empty() {
            reading.notes.push(format!(
                "hidden sheets with headings of the register are not read: {}; --sheet NAME reads one",
                unseen.join(", ")
            ));
        }
        let tables = found.iter().filter(|(headings, _)| headings.resolved() > 0).count();
        if tables > 0 {
            let (read, left): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|(headings, _)| headings.resolved() > 0);
            for (_, lines) in &left {
                reading.notes.push(format!(
                    "the sheet \"{}\" has no headings of the register and is not read",
                    sheet_of(lines)
                ));
            }
            found = read;
        } else {
            // What its headings could say is told for the first sheet.
            found.truncate(1);
        }
        if tables > 1 && !wanted.all_sheets {
            let names: Vec<String> =
                found.iter().map(|(_, lines)| format!("\"{}\"", sheet_of(lines))).collect();
            return Err(format!(
                "the sheets {} all have headings of the register; say which with --sheet NAME, or --sheet '*' for \
                 all of them",
                names.join(", ")
            ));
        }
        let mut problems = Vec::new();
        let written: Vec<_> = found.iter().flat_map(|(headings, _)| headings.written()).collect();
        for column in wanted.mapping.unused(&written) {
            problems.push(format!("--map \"{column}=…\": the table has no such column"));
        }
        for (headings, lines) in &found {
            let sheet = sheet_prefix(&lines[0]);
            problems.extend(wrong(headings).into_iter().map(|problem| format!("{sheet}{problem}")));
            reading.sheet(columns, headings, lines, wanted.hidden, &mut problems);
        }
        if problems.is_empty() { Ok(reading) } else { Err(problems.join("\n")) }
    }

    /// Reads the rows of one sheet.
    fn sheet(
        &mut self,
        columns: &RegisterColumns<'a>,
        headings: &Headings<'a>,
        lines: &[SheetRow],
        hidden: Hidden,
        problems: &mut Vec<String>,
    ) {
        let parts: BTreeMap<ColumnPart<'a>, String> = headings
            .columns
            .iter()
            .filter_map(|(at, heading)| match heading.target {
                Ok(ColumnTarget::Part(part)) => Some((part, column_of(at, Some(heading)))),
                _ => None,
            })
            .collect();
        let parts = Arc::new(parts);
        let left: Vec<String> = headings
            .columns
            .iter()
            .filter(|(_, heading)| heading.counts_rows || matches!(heading.target, Ok(ColumnTarget::Nothing)))
            .map(|(at, heading)| column_of(at, Some(heading)))
            .collect();
        if !left.is_empty() {
            self.notes.push(format!("left out: {}", left.join(", ")));
        }
        let mut skip =
            |line: &SheetRow, why: String| self.skipped.push(Skipped { place: place_of(line), why });
        for line in &lines[..headings.top] {
            skip(line, "above the headings".to_owned());
        }
        let (mut rows, mut unseen) = (Vec::new(), Vec::new());
        let mut nameless = BTreeMap::<At, usize>::new();
        for line in &lines[headings.below..] {
            match why_left_out(columns, headings, line, hidden) {
                Some(why) => skip(line, why),
                None => {
                    for at in line.cells.keys().filter(|at| !headings.columns.contains_key(*at)) {
                        *nameless.entry(at.clone()).or_default() += 1;
                    }
                    if line.hidden {
                        unseen.push(line.line.to_string());
                    }
                    rows.push(line);
                }
            }
        }
        if !unseen.is_empty() {
            self.notes.push(format!(
                "rows that are not shown are taken too ({}); --hidden skip leaves them out",
                unseen.join(", ")
            ));
        }
        let common = without_heading(nameless, rows.len());
        problems.extend(common.iter().map(|(at, filled)| {
            format!(
                "{}{} has no heading, and {filled} rows hold something in it; give it one, or leave it out with --map \
                 {}=-",
                sheet_prefix(&lines[0]),
                column_of(at, None),
                at.1
            )
        }));
        let common = common.into_keys().collect();
        self.rows.extend(rows.into_iter().map(|line| row(headings, line, &common, &parts)));
    }
}

/// Of columns without a heading, and how many rows fill each, those that were to have one: most rows fill them. What
/// is filled once lies beside the table.
fn without_heading(mut filled: BTreeMap<At, usize>, rows: usize) -> BTreeMap<At, usize> {
    filled.retain(|_, filled| *filled > 1 && *filled * 2 > rows);
    filled
}

/// How many letters a column has that is known by its heading alone.
const BY_HEADING: usize = usize::MAX;

/// The rows of each sheet, in their order, without what is empty.
fn sheets(rows: &[Value]) -> Vec<Vec<SheetRow>> {
    let mut sheets: Vec<Vec<SheetRow>> = Vec::new();
    let mut headed = BTreeMap::<At, Value>::new();
    for (number, row) in (1_i64..).zip(rows) {
        let text = |name: &str| row.get(name).as_str().unwrap_or_default().to_owned();
        let by_heading = row.get("cells").as_map().is_none();
        let cells = row.get(if by_heading { "fields" } else { "cells" });
        let mut line = SheetRow {
            sheet: text("sheet"),
            line: row.get("line").as_int().unwrap_or(number),
            cells: BTreeMap::new(),
            hidden: row.get("hidden").as_bool().unwrap_or(false),
            banner: row.get("banner").as_bool().unwrap_or(false),
        };
        for (name, cell) in cells.as_map().into_iter().flatten() {
            let at = if by_heading { (BY_HEADING, name.to_string()) } else { (name.len(), name.to_string()) };
            if by_heading {
                headed.insert(at.clone(), Value::text(&**name));
            }
            if !is_empty(cell) {
                line.cells.insert(at, cell.clone());
            }
        }
        if line.cells.is_empty() {
            continue;
        }
        match sheets.last_mut() {
            Some(lines) if lines.first().is_some_and(|first| first.sheet == line.sheet) => lines.push(line),
            _ => sheets.push(vec![line]),
        }
    }
    if let (false, Some(lines)) = (headed.is_empty(), sheets.first_mut()) {
        let sheet = lines[0].sheet.clone();
        lines.insert(0, SheetRow { sheet, line: 0, cells: headed, ..SheetRow::default() });
    }
    sheets
}

/// All that is wrong with the headings of a sheet.
fn wrong(headings: &Headings<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut owners = BTreeMap::<ColumnPart<'_>, String>::new();
    for (at, heading) in &headings.columns {
        let column = column_of(at, Some(heading));
        match &heading.target {
            Ok(ColumnTarget::Nothing) => {}
            Ok(ColumnTarget::Part(part)) => match owners.get(part) {
                Some(other) => problems
                    .push(format!("{column} stands for the same as {other}; leave one out with --map {}=-", at_name(at))),
                None => drop(owners.insert(*part, column)),
            },
            Err(_) if heading.counts_rows => {}
            Err(why) => problems.push(format!(
                "{column}: {why}; say what it is with --map \"{}=FIELD\", or leave it out with --map \"{}=-\"",
                heading.text, heading.text
            )),
        }
    }
    problems
}

/// A row to be taken.
fn row<'a>(
    headings: &Headings<'a>,
    line: &SheetRow,
    common: &BTreeSet<At>,
    columns: &Arc<BTreeMap<ColumnPart<'a>, String>>,
) -> RowRead<'a> {
    let mut read =
        RowRead { place: place_of(line), cells: Vec::new(), problems: Vec::new(), columns: columns.clone() };
    for (at, cell) in &line.cells {
        let heading = headings.columns.get(at);
        let column = column_of(at, heading);
        if heading
            .is_some_and(|heading| heading.counts_rows || matches!(heading.target, Ok(ColumnTarget::Nothing)))
        {
            continue;
        }
        if let Some(why) = cell.as_map().and_then(|map| map.get("error")).and_then(Value::as_str) {
            read.problems.push(format!("{column}: {why}"));
            continue;
        }
        match heading.map(|heading| &heading.target) {
            Some(Ok(ColumnTarget::Part(part))) => {
                read.cells.push(CellRead { column, part: *part, value: cell.clone() });
            }
            None if !common.contains(at) => read.problems.push(format!(
                "{column} holds \"{}\" under no heading; a cell that holds the separator must stand in quotes; \
                 --map {}=- leaves the column out",
                shortened(&text_of(cell)),
                at.1
            )),
            _ => {}
        }
    }
    read
}

fn at_name(at: &At) -> String {
    if at.0 == BY_HEADING { format!("\"{}\"", at.1) } else { at.1.clone() }
}

/// How a message calls a column: by its letters, where it has some, and its heading.
fn column_of(at: &At, heading: Option<&Heading<'_>>) -> String {
    match heading.map(|heading| heading.text.as_str()) {
        Some(text) if at.0 == BY_HEADING => format!("column \"{text}\""),
        Some(text) if !text.is_empty() => format!("column {} \"{text}\"", at.1),
        _ => format!("column {}", at.1),
    }
}

fn sheet_of(lines: &[SheetRow]) -> &str {
    lines.first().map_or("", |line| &line.sheet)
}

fn sheet_prefix(line: &SheetRow) -> String {
    if line.sheet.is_empty() { String::new() } else { format!("{}: ", line.sheet) }
}

fn place_of(line: &SheetRow) -> String {
    if line.sheet.is_empty() { line.line.to_string() } else { format!("{}!{}", line.sheet, line.line) }
}
