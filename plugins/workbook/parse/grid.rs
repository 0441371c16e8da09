//! A sheet as it was read, and its way to rows: merged cells spread over the rows that they span.

use super::{CellValue, ParsedRow};
use std::collections::{BTreeMap, BTreeSet};

/// Rows and columns that a merged cell spans, both ends included.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// Its first row and column.
    pub start: (u32, u32),
    /// Its last row and column.
    pub end: (u32, u32),
}

/// The cells of a sheet that hold something, by row and column from 0.
#[derive(Debug, Default)]
pub struct Grid {
    /// The sheet's name.
    pub sheet: String,
    /// Its cells.
    pub cells: BTreeMap<u32, BTreeMap<u32, CellValue>>,
    /// Its merged cells.
    pub merged: Vec<Area>,
    /// Its rows that are not shown.
    pub hidden: BTreeSet<u32>,
}

impl Grid {
    /// Its rows that hold something.
    pub fn rows(mut self) -> Vec<ParsedRow> {
        let wide: BTreeSet<(u32, u32)> =
            self.merged.iter().filter(|area| area.end.1 > area.start.1).map(|area| area.start).collect();
        let banners: BTreeSet<u32> = self
            .cells
            .iter()
            .filter(|(row, cells)| cells.len() == 1 && cells.keys().all(|at| wide.contains(&(**row, *at))))
            .map(|(row, _)| *row)
            .collect();
        self.spread();
        let Grid { sheet, cells, hidden, .. } = self;
        let row = |(row, cells): (u32, BTreeMap<u32, CellValue>)| ParsedRow {
            sheet: sheet.clone(),
            line: u64::from(row) + 1,
            cells,
            hidden: hidden.contains(&row),
            banner: banners.contains(&row),
        };
        cells.into_iter().filter(|(_, cells)| !cells.is_empty()).map(row).collect()
    }

    /// Gives each row that a merged cell spans its value: rows that hold something of their own, for
    /// an area may reach over a million.
    fn spread(&mut self) {
        for area in &self.merged {
            let ((first, column), last) = (area.start, area.end.0);
            if last == first {
                continue;
            }
            let Some(value) = self.cells.get(&first).and_then(|row| row.get(&column)).cloned() else {
                continue;
            };
            for (_, row) in self.cells.range_mut(first + 1..=last) {
                row.entry(column).or_insert_with(|| value.clone());
            }
        }
    }
}
