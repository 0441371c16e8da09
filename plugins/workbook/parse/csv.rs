//! Reads csv: all its cells are text, exactly as written; what they mean their field's type says.
//!
//! UTF-8 with or without a byte-order mark, UTF-16 with one, else GB18030. The separator is the one
//! among `,`, `;` and tab that gives the headings most cells. A cell that was guarded against being
//! taken for a formula loses its guard again (`render/csv.rs`).

use super::{Row, Tally, headings};
use crate::{
    place::letters,
    problem::{Problem, Refused},
    render::csv::unguarded,
};
use encoding_rs::{Encoding, GB18030};
use registrar_sdk::{Value, value::Map};
use std::{borrow::Cow, collections::BTreeMap};

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Reads a csv file.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, Refused> {
    let text = decode(bytes)?;
    // Some programs say the separator in a line of its own.
    let said = text.lines().next().and_then(|line| line.strip_prefix("sep=")).map(str::as_bytes);
    let (body, separator, skipped) = match said {
        Some(&[separator]) => (text.split_once('\n').map_or("", |(_, rest)| rest), separator, 1),
        _ => (&*text, separator_of(&text), 0),
    };
    let mut records = reader(body, separator).into_records();
    let mut lines = Lines { text: body.as_bytes(), byte: 0, line: 1 };
    let (mut named, mut problems) = (None, Vec::new());
    let (mut rows, mut tally) = (Vec::new(), Tally::default());
    let (mut heading_line, mut duplicates, mut nameless) = (0, false, BTreeMap::new());
    let mut last = (0, 0);
    while let Some(record) = records.next() {
        let record = record.map_err(|why| Refused::File(format!("the file can't be read as csv: {why}")))?;
        let start = record.position().map_or(0, |at| at.byte() as usize);
        let line = lines.starting(start) + skipped;
        last = (line, lines.at(records.reader().position().byte() as usize) + skipped);
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some((names, width)) = &named else {
            let texts: BTreeMap<u32, String> = (0..)
                .zip(&record)
                .filter(|(_, text)| !text.trim().is_empty())
                .map(|(column, text)| (column, unguarded(text).to_owned()))
                .collect();
            heading_line = line;
            let (names, wrong) = headings::name(&texts, |column| place(line, column));
            duplicates = !wrong.is_empty();
            problems.extend(wrong);
            named = Some((names, record.len()));
            continue;
        };
        if record.len() != *width {
            let why = format!(
                "{} cells under {width} headings; a cell that holds the separator must stand in quotes",
                record.len()
            );
            problems.push(Problem::at(format!("line {line}"), why));
            continue;
        }
        let mut fields = Map::new();
        for (column, text) in (0..).zip(&record).filter(|(_, text)| !text.is_empty()) {
            match names.get(&column) {
                Some(name) => drop(fields.insert(name.clone(), Value::text(unguarded(text)))),
                None => drop(nameless.entry(column).or_insert(line)),
            }
        }
        tally.row(fields.len())?;
        rows.push(Row { line, fields });
    }
    // A column left out for its heading is named already.
    if !duplicates {
        for (column, line) in nameless {
            let mut problem = headings::empty(place(heading_line, column));
            problem.text.push_str(&format!(" (line {line} holds something in it)"));
            problems.push(problem);
        }
    }
    // A quote that is never closed swallows the rest of the file.
    if last.1 > last.0 + 1 && body.matches('"').count() % 2 == 1 {
        let why = "a quote is opened here and not closed; close it, or double it inside a cell";
        problems.push(Problem::at(format!("line {}", last.0), why));
    }
    if named.is_none() {
        return Err(Refused::File("the file is empty; its first line must be the headings".into()));
    }
    if problems.is_empty() { Ok(rows) } else { Err(Refused::Cells(problems)) }
}

/// Counts lines, whatever ends them; the csv reader's own count lags behind CR LF.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line that a byte is in; only ever further on.
    fn at(&mut self, byte: usize) -> u64 {
        while self.byte < byte.min(self.text.len()) {
            self.line += u64::from(self.text[self.byte] == b'\n');
            self.byte += 1;
        }
        self.line
    }

    /// The line of a record that begins here, after the ends of lines before it.
    fn starting(&mut self, byte: usize) -> u64 {
        let rest = self.text.get(byte..).unwrap_or_default();
        let ends = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        self.at(byte + ends)
    }
}

fn place(line: u64, column: u32) -> String {
    format!("line {line}, column {}", letters(column))
}

fn reader(text: &str, separator: u8) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

fn separator_of(text: &str) -> u8 {
    let cells = |separator: u8| {
        let mut records = reader(text, separator).into_records().map_while(Result::ok);
        records.find(|record| !record.iter().all(str::is_empty)).map_or(0, |record| record.len())
    };
    // The earlier one where two give as many.
    SEPARATORS.into_iter().rev().max_by_key(|separator| cells(*separator)).unwrap_or(b',')
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refused> {
    let (marked, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), &bytes[length..]),
        None => (None, bytes),
    };
    if marked.is_none() && bytes.contains(&0) {
        return Err(Refused::File(
            "the file is not text; if it is a workbook, name it .xlsx or give --format xlsx".into(),
        ));
    }
    let text = match (marked, std::str::from_utf8(rest)) {
        (None, Ok(text)) => Cow::Borrowed(text),
        (encoding, _) => {
            let encoding = encoding.unwrap_or(GB18030);
            let (text, wrong) = encoding.decode_without_bom_handling(rest);
            if wrong {
                let tried = if marked.is_some() { encoding.name() } else { "UTF-8 and as GB18030" };
                return Err(Refused::File(format!(
                    "the file can't be read as {tried}; save it as \"CSV UTF-8\""
                )));
            }
            text
        }
    };
    Ok(text)
}
