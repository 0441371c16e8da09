//! A file's rows as an import takes them: of JSON lines, or of a table. Each line or row of the file that holds
//! something becomes a row, with what is wrong with it, or is left out with the reason.

use super::{ImportRow, NumberedLines};
use crate::table::{ColumnPart, ReadOptions, RegisterColumns, Skipped, TableReading};
use registrar_domain::Register;
use registrar_sdk::Value;
use std::{collections::BTreeSet, io::BufRead};

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct ReadRows {
    /// The rows.
    pub rows: Vec<ImportRow>,
    /// What is left out.
    pub skipped: Vec<Skipped>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

impl ReadRows {
    /// Of JSON, an object of fields a line. With `opens`, records as `export` writes them begin as they stand;
    /// else what follows from actions is not taken in.
    pub fn of_lines(register: &Register, reader: impl BufRead, opens: bool) -> ReadRows {
        let mut read = ReadRows::default();
        for (number, line) in NumberedLines::new(reader) {
            let place = number.to_string();
            let row = line.map_err(|why| why.to_string()).and_then(|line| match line.trim() {
                "" => Ok(None),
                line => match serde_json::from_str(line) {
                    Ok(Value::Map(fields)) => ImportRow::of_line(place.clone(), register, fields).map(Some),
                    Ok(_) => Err("expected an object of fields".to_owned()),
                    Err(why) => {
                        let text = why.to_string();
                        let text = text.split(" at line ").next().unwrap_or(&text);
                        Err(format!(
                            "column {}: {text}; a line is one object of fields, in JSON",
                            why.column()
                        ))
                    }
                },
            });
            match row {
                Ok(None) => {}
                Ok(Some(mut row)) => {
                    row.opened = row.opened.filter(|_| opens);
                    read.rows.push(row);
                }
                Err(why) => read.rows.push(ImportRow { place, problems: vec![why], ..ImportRow::default() }),
            }
        }
        read
    }

    /// Of a table's rows, as a plugin answered them. With `opens`, a table that says of each record where it
    /// stands, as `export` writes it, is one of records as they stand.
    ///
    /// # Errors
    /// All that is wrong with the headings, one line each.
    pub fn of_table(
        columns: &RegisterColumns<'_>,
        wanted: &ReadOptions,
        rows: &[Value],
        opens: bool,
    ) -> Result<ReadRows, String> {
        let TableReading { rows, skipped, notes } = TableReading::of(columns, wanted, rows)?;
        let mut read = ReadRows { skipped, notes, ..ReadRows::default() };
        let mut passed = BTreeSet::new();
        for row in &rows {
            let opens = opens
                && [ColumnPart::Record, ColumnPart::Stage].iter().all(|part| row.columns.contains_key(part));
            if !opens {
                let follows = |part: &ColumnPart<'_>| matches!(part, ColumnPart::Number | ColumnPart::Stage);
                passed.extend(
                    row.columns.iter().filter(|(part, _)| follows(part)).map(|(_, name)| name.clone()),
                );
            }
            read.rows.push(ImportRow::of_table(columns, row, opens));
        }
        if !passed.is_empty() {
            let passed: Vec<String> = passed.into_iter().collect();
            read.notes.push(format!("not taken in, for they follow from actions: {}", passed.join(", ")));
        }
        Ok(read)
    }
}
