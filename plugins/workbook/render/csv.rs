//! Writes a document's first table as csv: UTF-8 with a byte-order mark, lines ended by CR LF, so
//! that spreadsheet programs take it as it is.
//!
//! A text that a spreadsheet program would take for something else gets an apostrophe before it: a formula
//! (it begins with `=`, `+`, `-`, `@`, a tab, a carriage return or the wide forms of the signs, whatever can't be
//! seen before it), a number of which it would not keep each digit (`007`, `330102199001011234`, `3.10`, `1E5`),
//! or a day (`3-1`). So does one that begins with apostrophes and then reads so. Reading takes one
//! apostrophe away from what begins so: every text comes back as it was. A plain number stays as it is, and so
//! does a day written in full.

use super::{
    number,
    tables::{SheetTable, list, width},
};
use crate::{
    cell_place::CellPlace,
    problem::{CellProblem, FileRefused},
};
use registrar_sdk::Value;
use std::borrow::Cow;

const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes the first table.
pub fn write(tables: &[SheetTable<'_>]) -> Result<Vec<u8>, FileRefused> {
    let Some(table) = tables.first() else {
        return Err(FileRefused::File("the document has no table; csv holds one, give it one".into()));
    };
    let broken = |why: &dyn std::fmt::Display| FileRefused::File(format!("the csv can't be written: {why}"));
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
            let place = CellPlace { sheet: "", row, column: column as u32 };
            text(cell, table.columns.get(column)).map_err(|why| CellProblem::at(place, why))
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
    let seen = text.trim_start_matches(|c: char| c == ' ' || is_invisible(c));
    text.starts_with(['\t', '\r'])
        || seen.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// Whether a character before a sign is passed over: spaces of all kinds, and what has no width.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\t' | '\r' | '\n')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    all_digits(whole) && all_digits(part)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The most digits of a whole number that a cell shows as they are.
const SHOWN_DIGITS: usize = 11;

/// Whether a spreadsheet program would show a text as another number, or as a day.
fn is_spoilt(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, power) = digits.split_once(['e', 'E']).map_or((digits, None), |(m, p)| (m, Some(p)));
    let (whole, part) =
        mantissa.split_once('.').map_or((mantissa, None), |(whole, part)| (whole, Some(part)));
    if all_digits(whole) && part.is_none_or(all_digits) {
        return match power {
            Some(power) => all_digits(power.strip_prefix(['+', '-']).unwrap_or(power)),
            None => {
                let zero = whole.len() > 1 && whole.starts_with('0');
                zero || whole.len() + part.map_or(0, str::len) > SHOWN_DIGITS
                    || part.is_some_and(|p| p.ends_with('0'))
            }
        };
    }
    is_short_day(text)
}

/// Whether a text reads like a day, but not like one written in full: `3-1`, `1/2`, `2023-12`.
fn is_short_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let short = |part: &&str| all_digits(part) && part.len() <= 4;
    let in_full = parts.len() == 3 && [4, 2, 2].iter().zip(&parts).all(|(n, part)| part.len() == *n);
    let one_long = parts.iter().filter(|part| part.len() > 2).count() <= 1;
    (2..=3).contains(&parts.len()) && parts.iter().all(short) && one_long && !(in_full && text.contains('-'))
}

/// A text as it is written: with a guard, if it needs one.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let needs = reads_otherwise(text) && (is_spoilt(text) || !is_plain_number(text));
    if needs { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Whether a text, behind apostrophes, reads like something else.
fn reads_otherwise(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    begins_a_formula(text) || is_spoilt(text)
}

/// A text as it was before it was guarded.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if reads_otherwise(rest) => rest,
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
            ("\u{200b}=1", "'\u{200b}=1"),
            (" \u{feff}@x", "' \u{feff}@x"),
            ("007", "'007"),
            ("330102199001011234", "'330102199001011234"),
            ("12345678901", "12345678901"),
            ("1e5", "'1e5"),
            ("3.10", "'3.10"),
            ("-007", "'-007"),
            ("'007", "''007"),
            ("3-1", "'3-1"),
            ("2023-12", "'2023-12"),
            ("1/2/2023", "'1/2/2023"),
            ("2023-01-05", "2023-01-05"),
            ("2023-0001", "2023-0001"),
            ("1e5x", "1e5x"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), written);
            assert_eq!(unguarded(written), text);
        }
    }
}
