//! A sheet as it was read, and its way to rows: skips what is above the headings, spreads merged
//! cells, names what is in the way.
//!
//! The headings are the first row that is not empty; a row above them whose only cell is merged
//! over several columns is a title and skipped. A merged cell below them counts for each row it
//! spans, in its first column.

use super::{Row, Tally, headings};
use crate::{
    place::Place,
    problem::{Problem, Refused},
};
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeMap;

/// What a cell holds: a value, or why it has none.
pub type Cell = Result<Value, String>;

/// Rows and columns that a merged cell spans, both ends included.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// Its first row and column.
    pub start: (u32, u32),
    /// Its last row and column.
    pub end: (u32, u32),
}

impl Area {
    fn spans_columns(&self) -> bool {
        self.end.1 > self.start.1
    }
}

/// The cells of a sheet that hold something, by row and column from 0.
#[derive(Debug, Default)]
pub struct Grid {
    /// The sheet's name.
    pub sheet: String,
    /// Its cells.
    pub cells: BTreeMap<u32, BTreeMap<u32, Cell>>,
    /// Its merged cells.
    pub merged: Vec<Area>,
}

impl Grid {
    fn place(&self, row: u32, column: u32) -> Place<'_> {
        Place { sheet: &self.sheet, row, column }
    }

    fn merged_at(&self, row: u32, column: u32) -> Option<&Area> {
        self.merged.iter().find(|area| area.start == (row, column))
    }

    /// The row of the headings: the first that is not empty and no title.
    fn heading_row(&self) -> Option<u32> {
        let is_title = |row: u32, cells: &BTreeMap<u32, Cell>| {
            let mut columns = cells.keys();
            match (columns.next(), columns.next()) {
                (Some(&only), None) => self.merged_at(row, only).is_some_and(Area::spans_columns),
                _ => false,
            }
        };
        self.cells.iter().find(|(row, cells)| !is_title(**row, cells)).map(|(row, _)| *row)
    }

    /// The texts of its headings; to see whether two sheets go on with the same table.
    pub fn heading_texts(&self) -> Vec<String> {
        let cells = self.heading_row().and_then(|row| self.cells.get(&row));
        cells.into_iter().flatten().filter_map(|(_, cell)| cell.as_ref().ok().map(text_of)).collect()
    }

    /// The rows below the headings; empty ones are left out.
    ///
    /// # Errors
    /// Every cell that is in the way.
    pub fn rows(mut self) -> Result<Vec<Row>, Refused> {
        let Some(top) = self.heading_row() else {
            return Err(Refused::File(format!(
                "the sheet \"{}\" is empty; its first row must be the headings",
                self.sheet
            )));
        };
        let mut problems = Vec::new();
        let mut bottom = top;
        let mut texts = BTreeMap::new();
        for (&column, cell) in &self.cells[&top] {
            if let Some(area) = self.merged_at(top, column) {
                bottom = bottom.max(area.end.0);
                if area.spans_columns() {
                    problems.push(Problem::at(
                        self.place(top, column),
                        "a heading is merged over several columns; give each column a heading of its own",
                    ));
                }
            }
            match cell {
                Ok(value) => drop(texts.insert(column, text_of(value))),
                Err(why) => problems.push(Problem::at(self.place(top, column), why)),
            }
        }
        // A heading over two rows is one; anything else beside it would be lost.
        for (&row, cells) in self.cells.range(top + 1..bottom + 1) {
            for &column in cells.keys() {
                let why = "a second row of headings; give each column one heading, in one row";
                problems.push(Problem::at(self.place(row, column), why));
            }
        }
        let (headings, wrong) = headings::name(&texts, |column| self.place(top, column).to_string());
        problems.extend(wrong);
        self.spread(bottom);

        let mut tally = Tally::default();
        let mut rows = Vec::new();
        let mut nameless = BTreeMap::new();
        for (&row, cells) in self.cells.range(bottom + 1..) {
            let mut fields = Map::new();
            for (&column, cell) in cells {
                match (headings.get(&column), cell) {
                    (Some(heading), Ok(value)) => drop(fields.insert(heading.clone(), value.clone())),
                    (_, Err(why)) => problems.push(Problem::at(self.place(row, column), why)),
                    (None, Ok(_)) if texts.contains_key(&column) => {}
                    (None, Ok(_)) => drop(nameless.entry(column).or_insert(row)),
                }
            }
            if !fields.is_empty() {
                tally.row(fields.len())?;
                rows.push(Row { line: u64::from(row) + 1, fields });
            }
        }
        for (column, row) in nameless {
            let mut problem = headings::empty(self.place(top, column).to_string());
            problem.text.push_str(&format!(" ({} holds something)", self.place(row, column)));
            if texts.len() == 1 {
                problem.text.push_str("; if this row is a title, merge it across the table's columns");
            }
            problems.push(problem);
        }
        if problems.is_empty() { Ok(rows) } else { Err(Refused::Cells(problems)) }
    }

    /// Gives each row that a merged cell spans its value: rows that hold something of their own, for
    /// an area may reach over a million.
    fn spread(&mut self, headings: u32) {
        for area in &self.merged {
            let ((first, column), last) = (area.start, area.end.0);
            if first <= headings || last == first {
                continue;
            }
            let Some(value) = self.cells.get(&first).and_then(|row| row.get(&column)).cloned() else {
                continue;
            };
            for (_, row) in self.cells.range_mut(first + 1..last + 1) {
                row.entry(column).or_insert_with(|| value.clone());
            }
        }
    }
}

/// A heading as text.
fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        other => other.to_string(),
    }
}
