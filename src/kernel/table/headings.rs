//! Finds the headings among the rows of a sheet: the row, or the two or three rows of one heading, of which
//! most cells say a field. What stands above it are titles and notes.

use super::{ColumnTarget, Mapping, RegisterColumns};
use registrar_domain::normalization::key;
use registrar_sdk::Value;
use std::collections::BTreeMap;

/// A column: how many letters it has, and which; so that `B` comes before `AA`. A column that is known by
/// its heading alone has none, and its heading instead.
pub type At = (usize, String);

/// A row of a sheet.
#[derive(Clone, Debug, Default)]
pub struct SheetRow {
    /// The sheet; empty where a file has none.
    pub sheet: String,
    /// Its place in it.
    pub line: i64,
    /// Its cells that hold something to be seen.
    pub cells: BTreeMap<At, Value>,
    /// Whether it is not shown.
    pub hidden: bool,
    /// Whether its only cell is merged over several columns.
    pub banner: bool,
}

/// A heading and what it stands for.
#[derive(Clone, Debug)]
pub struct Heading<'a> {
    /// As it is written.
    pub text: String,
    /// What it stands for, or why it stands for nothing.
    pub target: Result<ColumnTarget<'a>, String>,
    /// Whether its column only counts the rows.
    pub counts_rows: bool,
}

/// The headings of a sheet.
#[derive(Clone, Debug)]
pub struct Headings<'a> {
    /// The first of their rows.
    pub top: usize,
    /// The first row below them.
    pub below: usize,
    /// By column.
    pub columns: BTreeMap<At, Heading<'a>>,
}

/// Headings are among so many of the first rows.
const FIRST: usize = 30;
/// So many rows make one heading at most.
const TALLEST: usize = 3;
/// What a column is called that counts the rows.
const COUNTS_ROWS: [&str; 10] = ["序号", "序", "行号", "项次", "顺序号", "no", "no.", "№", "#", "s/n"];

impl<'a> Headings<'a> {
    /// The headings of these rows; `None` if there is no row.
    pub fn find(
        columns: &RegisterColumns<'a>,
        mapping: &Mapping,
        lines: &[SheetRow],
    ) -> Option<Headings<'a>> {
        let mut best: Option<Headings<'a>> = None;
        for top in 0..lines.len().min(FIRST) {
            for height in 1..=TALLEST.min(lines.len() - top) {
                let block = &lines[top..top + height];
                let Some(found) = of_block(columns, mapping, block, top) else { break };
                // Most fields, in fewest rows.
                let rank = |found: &Headings<'a>| (found.resolved(), TALLEST - (found.below - found.top));
                if best.as_ref().is_none_or(|best| rank(&found) > rank(best)) {
                    best = Some(found);
                }
            }
        }
        let mut found = match best {
            Some(found) if found.resolved() > 0 => found,
            // No heading says a field: the first row that looks like headings is told what it could say.
            _ => {
                let top = lines.iter().position(|line| line.cells.len() > 1 && !line.banner).unwrap_or(0);
                of_block(columns, mapping, lines.get(top..=top)?, top)?
            }
        };
        let mapping = mapping.among(found.columns.values().map(|heading| heading.text.as_str()));
        // A mapping may say what a column without a heading is.
        for at in lines[found.below..].iter().flat_map(|line| line.cells.keys()) {
            if !found.columns.contains_key(at)
                && let Some(target) = mapping.target(columns, &at.1, "")
            {
                found.columns.insert(at.clone(), Heading { text: String::new(), target, counts_rows: false });
            }
        }
        Some(found)
    }

    /// How many of them stand for something.
    pub fn resolved(&self) -> usize {
        self.columns.values().filter(|heading| matches!(heading.target, Ok(ColumnTarget::Part(_)))).count()
    }

    /// Whether a row says the headings again, as on the next page.
    pub fn are_again(&self, line: &SheetRow) -> bool {
        let again = |(at, cell): (&At, &Value)| {
            self.columns.get(at).is_some_and(|heading| key(&heading.text) == key(&text_of(cell)))
        };
        line.cells.len() > 1 && line.cells.iter().all(again)
    }

    /// The letters and texts, for a mapping.
    pub fn written(&self) -> Vec<(String, String)> {
        self.columns.iter().map(|(at, heading)| (at.1.clone(), heading.text.clone())).collect()
    }
}

/// The headings that some rows make together: of each column the lowest cell, or all its cells as one text.
/// `None` if a row below the first says something that no field is called.
fn of_block<'a>(
    columns: &RegisterColumns<'a>,
    mapping: &Mapping,
    block: &[SheetRow],
    top: usize,
) -> Option<Headings<'a>> {
    let mut texts = BTreeMap::<&At, Vec<String>>::new();
    for (at, cell) in block.iter().flat_map(|line| &line.cells) {
        let text = text_of(cell);
        let column = texts.entry(at).or_default();
        if column.last() != Some(&text) {
            column.push(text);
        }
    }
    let mapping = &mapping.among(texts.values().flatten().map(String::as_str));
    let lower: Vec<&At> = block.iter().skip(1).flat_map(|line| line.cells.keys()).collect();
    let mut found = BTreeMap::new();
    for (at, texts) in texts {
        let lowest = texts.last().cloned().unwrap_or_default();
        let joined = texts.concat();
        let mut heading = read(columns, mapping, &at.1, &lowest);
        if heading.target.is_err() && texts.len() > 1 {
            let together = read(columns, mapping, &at.1, &joined);
            if together.target.is_ok() {
                heading = together;
            }
        }
        if heading.target.is_err() && !heading.counts_rows && lower.contains(&at) {
            return None;
        }
        found.insert(at.clone(), heading);
    }
    Some(Headings { top, below: top + block.len(), columns: found })
}

fn read<'a>(columns: &RegisterColumns<'a>, mapping: &Mapping, letters: &str, text: &str) -> Heading<'a> {
    let said = mapping.target(columns, letters, text);
    let target = said.unwrap_or_else(|| columns.find(text).map(ColumnTarget::Part));
    let counts_rows = target.is_err() && COUNTS_ROWS.contains(&key(text).as_str());
    Heading { text: text.trim().to_owned(), target, counts_rows }
}

/// A cell as text.
pub fn text_of(cell: &Value) -> String {
    match cell {
        Value::Text(text) => text.to_string(),
        Value::Map(map) if map.contains_key("error") => String::new(),
        other => other.to_string(),
    }
}
