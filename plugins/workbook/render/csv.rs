//! Writes a document's first table as csv: UTF-8 with a byte-order mark, lines ended by CR LF, so
//! that spreadsheet programs take it as it is.
//!
//! A text that a spreadsheet program would take for a formula (it begins with `=`, `+`, `-`, `@`, a
//! tab, a carriage return or the wide forms of the signs) gets an apostrophe before it, and so does
//! one that begins with apostrophes and then such a sign. Reading takes one apostrophe away from
//! what begins so: every text comes back as it was. A plain number is no formula and stays.

use super::{
    number,
    tables::{Table, list, width},
};
use crate::{
    place::Place,
    problem::{Problem, Refused},
};
use registrar_sdk::Value;
use std::borrow::Cow;

const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes the first table.
pub fn write(tables: &[Table<'_>]) -> Result<Vec<u8>, Refused> {
    let Some(table) = tables.first() else {
        return Err(Refused::File("the document has no table; csv holds one, give it one".into()));
    };
    let broken = |why: &dyn std::fmt::Display| Refused::File(format!("the csv can't be written: {why}"));
    let width = width(table);
    let mut out = MARK.to_vec();
    // Headings in quotes: another separator in one of them must not be taken for the file's.
    let headings = (0..width).map(|c| {
        guarded(table.columns.get(c).map_or("", |column| column.get("title").as_str().unwrap_or("")))
    });
    let mut writer = writer(&mut out, ::csv::QuoteStyle::Always);
    writer.write_record(headings.map(|h| h.into_owned())).map_err(|why| broken(&why))?;
    writer.flush().map_err(|why| broken(&why))?;
    drop(writer);
    let mut writer = self::writer(&mut out, ::csv::QuoteStyle::Necessary);
    for (row, cells) in (1..).zip(table.rows) {
        let cells = list(cells);
        let texts = (0..width).map(|column| {
            let cell = cells.get(column).unwrap_or(&Value::Nil);
            let place = Place { sheet: "", row, column: column as u32 };
            text(cell, table.columns.get(column)).map_err(|why| Problem::at(place, why))
        });
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        writer.write_record(&texts).map_err(|why| broken(&why))?;
    }
    writer.flush().map_err(|why| broken(&why))?;
    drop(writer);
    Ok(out)
}

fn writer(out: &mut Vec<u8>, quotes: ::csv::QuoteStyle) -> ::csv::Writer<&mut Vec<u8>> {
    ::csv::WriterBuilder::new().quote_style(quotes).terminator(::csv::Terminator::CRLF).from_writer(out)
}

fn text(cell: &Value, column: Option<&Value>) -> Result<String, String> {
    Ok(match cell {
        Value::Nil | Value::Null => String::new(),
        Value::Bool(true) => "TRUE".into(),
        Value::Bool(false) => "FALSE".into(),
        Value::Text(text) => guarded(text).into_owned(),
        Value::Int(_) | Value::Num(_) | Value::Amount(_) => {
            number::shown(cell, number::places(column)).unwrap_or_default()
        }
        other => return Err(format!("the cell holds {}; a cell holds text or a number", other.kind())),
    })
}

fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(part)
}

/// A text as it is written: with a guard, if it needs one.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let needs = begins_a_formula(text.trim_start_matches('\'')) && !is_plain_number(text);
    if needs { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A text as it was before it was guarded.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_a_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_takes_for_a_formula_is_guarded_and_comes_back() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("@sum", "'@sum"),
            ("+86 138", "'+86 138"),
            ("-2.5", "-2.5"),
            ("'=1", "''=1"),
            ("'-2.5", "''-2.5"),
            ("'quoted'", "'quoted'"),
            ("＝1", "'＝1"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), written);
            assert_eq!(unguarded(written), text);
        }
    }
}
