//! Reads csv: all its cells are text, exactly as written; what they mean their field's type says.
//!
//! UTF-8 with or without a byte-order mark, UTF-16 with one, else GB18030. The separator is the one
//! among `,`, `;` and tab that gives the headings most cells. A cell that was guarded against being
//! taken for a formula loses its guard again (`render/csv.rs`).

use super::{CellValue, ParsedRow};
use crate::{
    problem::{CellProblem, FileRefused},
    render::csv::unguarded,
};
use encoding_rs::{Encoding, GB18030};
use registrar_sdk::Value;
use std::{borrow::Cow, collections::BTreeMap};

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// So many lines tell the separator.
const FIRST_LINES: usize = 3;

/// Reads a csv file.
pub fn rows(bytes: &[u8]) -> Result<Vec<ParsedRow>, FileRefused> {
    let text = decode(bytes)?;
    // Some programs say the separator in a line of its own.
    let said = text.lines().next().and_then(|line| line.strip_prefix("sep=")).map(str::as_bytes);
    let (body, separator, skipped) = match said {
        Some(&[separator]) => (text.split_once('\n').map_or("", |(_, rest)| rest), separator, 1),
        _ => (&*text, separator_of(&text), 0),
    };
    let mut records = reader(body, separator).into_records();
    let mut lines = LineCounter { text: body.as_bytes(), byte: 0, line: 1 };
    let mut rows = Vec::new();
    let mut last = (0, 0);
    while let Some(record) = records.next() {
        let record =
            record.map_err(|why| FileRefused::File(format!("the file can't be read as csv: {why}")))?;
        let start = record.position().map_or(0, |at| at.byte() as usize);
        let line = lines.starting(start) + skipped;
        last = (line, lines.at(records.reader().position().byte() as usize) + skipped);
        let filled = (0..).zip(&record).filter(|(_, text)| !text.is_empty());
        let mut cells: BTreeMap<u32, CellValue> =
            filled.map(|(column, text)| (column, Ok(Value::text(unguarded(text))))).collect();
        let end = records.reader().position().byte() as usize;
        if let Some(column) = stray_quote(body.as_bytes().get(start..end).unwrap_or_default(), separator) {
            let why = "a quote inside a cell in quotes is not doubled, so some of the cell would be lost; write it twice";
            cells.insert(column, Err(why.to_owned()));
        }
        if !cells.is_empty() {
            rows.push(ParsedRow { line, cells, ..ParsedRow::default() });
        }
    }
    // A quote that is never closed swallows the rest of the file.
    if last.1 > last.0 + 1 && body.matches('"').count() % 2 == 1 {
        let why = "a quote is opened here and not closed; close it, or double it inside a cell";
        return Err(CellProblem::at(format!("line {}", last.0), why).into());
    }
    Ok(rows)
}

/// The column of a cell in quotes in which something stands after the quote that ends it.
fn stray_quote(record: &[u8], separator: u8) -> Option<u32> {
    let (mut column, mut at) = (0, record.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count());
    while at < record.len() {
        if record[at] == b'"' {
            at += 1;
            loop {
                at += record[at.min(record.len())..].iter().take_while(|b| **b != b'"').count();
                match record.get(at + 1) {
                    Some(b'"') => at += 2,
                    None => return None,
                    Some(end) if *end == separator || matches!(end, b'\r' | b'\n') => break,
                    Some(_) => return Some(column),
                }
            }
            at += 1;
        }
        at += record[at.min(record.len())..].iter().take_while(|b| **b != separator).count() + 1;
        column += 1;
    }
    None
}

/// Counts lines, whatever ends them; the csv reader's own count lags behind CR LF.
struct LineCounter<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl LineCounter<'_> {
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

fn reader(text: &str, separator: u8) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// The separator that gives the first line most cells. A title above the headings has none of them: then the
/// one that gives the two lines below it the same number of cells, more than one.
fn separator_of(text: &str) -> u8 {
    let filled = |separator: u8| {
        let records = reader(text, separator).into_records().map_while(Result::ok);
        let filled = records.filter(|record| !record.iter().all(str::is_empty));
        filled.take(FIRST_LINES).map(|record| record.len()).collect::<Vec<usize>>()
    };
    // The earlier one where two give as many.
    let most =
        |cells: &dyn Fn(u8) -> usize| SEPARATORS.into_iter().rev().max_by_key(|s| cells(*s)).unwrap_or(b',');
    let first = |separator: u8| filled(separator).first().copied().unwrap_or(0);
    // A single column's heading that needs no quotes has none, unless it is written to be read again.
    let is_title = SEPARATORS.into_iter().all(|separator| first(separator) <= 1) && !text.starts_with('"');
    if !is_title {
        return most(&first);
    }
    most(&|separator| match filled(separator)[..] {
        [_, second, third] if second == third && second > 1 => second,
        _ => 0,
    })
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileRefused> {
    let (marked, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), &bytes[length..]),
        None => (None, bytes),
    };
    if marked.is_none() && bytes.contains(&0) {
        return Err(FileRefused::File(
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
                return Err(FileRefused::File(format!(
                    "the file can't be read as {tried}; save it as \"CSV UTF-8\""
                )));
            }
            text
        }
    };
    Ok(text)
}
