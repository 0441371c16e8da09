//! Tables: cells as text, and how wide columns are when the document does not say. Sets nothing.

use crate::{
    model::{ModelReader, clean, list},
    roles::FaceRole,
};
use registrar_sdk::{Amount, Value, amount::Rounding};
use serde_json::{Value as Json, json};

/// The widest a column of unknown width asks to be, in characters.
const WIDEST: f64 = 16.0;

/// A row with a longer cell than this may break across pages, since it might not fit on one.
const WHOLE: usize = 120;

/// Reads a table.
///
/// # Errors
/// A row that has more cells than there are columns, or a cell that is neither text nor number, with its place.
pub(crate) fn read(reader: &mut ModelReader, block: &Value, place: &str) -> Result<Json, String> {
    let columns = list(block.get("columns"));
    if columns.is_empty() {
        return Err(format!("{place}: the table has no columns; name at least one"));
    }
    let mut wide = Vec::with_capacity(columns.len());
    let mut titles = Vec::with_capacity(columns.len());
    for (i, column) in columns.iter().enumerate() {
        let title = reader.lines(FaceRole::Heiti, column.get("title"), || {
            format!("{place}, the title of column {}", i + 1)
        });
        wide.push(title.iter().map(|line| width(line)).fold(0.0, f64::max));
        titles.push(title.join("\n"));
    }
    let rows = list(block.get("rows"));
    let mut cells = Vec::with_capacity(rows.len() * columns.len());
    let mut longest = 0;
    for (r, row) in rows.iter().enumerate() {
        let row = list(row);
        if row.len() > columns.len() {
            let (cells, columns) = (row.len(), columns.len());
            return Err(format!("{place}: row {} has {cells} cells; there are {columns} columns", r + 1));
        }
        for (c, column) in columns.iter().enumerate() {
            let place = || format!("{place}, row {}, column {}", r + 1, c + 1);
            let text = match row.get(c) {
                Some(cell) => cell_text(cell, column.get("places").as_int(), reader.words.answers)
                    .map_err(|text| format!("{}: {text}", place()))?,
                None => String::new(),
            };
            let text = reader.lines(FaceRole::Fangsong, &Value::text(text), place);
            wide[c] = text.iter().map(|line| width(line)).fold(wide[c], f64::max);
            let text = text.join("\n");
            longest = longest.max(text.chars().count());
            cells.push(text);
        }
    }
    let shares = shares(columns, &wide);
    let columns: Vec<Json> = columns
        .iter()
        .zip(titles.iter().zip(shares))
        .map(|(column, (title, share))| {
            let align = column.get("align").as_str().unwrap_or("left");
            json!({ "title": title, "align": align, "width": share })
        })
        .collect();
    // Many columns are set smaller: size 小四 down to 小五.
    let size = [12.0, 10.5, 9.0][[8, 12].iter().filter(|many| columns.len() > **many).count()];
    let caption = reader.lines(FaceRole::Heiti, block.get("caption"), || format!("{place}, the caption"));
    Ok(json!({
        "kind": "table", "caption": caption, "columns": columns, "cells": cells, "size": size,
        "breakable": longest > WHOLE,
    }))
}

fn cell_text(cell: &Value, places: Option<i64>, answers: [&str; 2]) -> Result<String, String> {
    match cell {
        Value::Nil | Value::Null => Ok(String::new()),
        Value::Text(text) => Ok(clean(text)),
        Value::Bool(yes) => Ok(answers[usize::from(!yes)].to_owned()),
        number @ (Value::Int(_) | Value::Num(_) | Value::Amount(_)) => {
            let places = places.map(|places| places.clamp(0, i64::from(Amount::PLACES)) as u32);
            Ok(match (places, number.as_amount(), number.as_f64()) {
                (Some(places), Some(amount), _) => amount.round(places, Rounding::HalfUp).to_fixed(places),
                (None, Some(amount), _) => amount.to_string(),
                // A number that is no exact amount, such as a third.
                (Some(places), None, Some(number)) => format!("{number:.0$}", places as usize),
                (_, None, _) => number.to_string(),
            })
        }
        other => Err(format!("the cell is {}; expected text or a number", other.kind())),
    }
}

/// A line's width in Chinese characters, roughly: enough to share out a table's width.
fn width(line: &str) -> f64 {
    line.chars().map(|c| if c.is_ascii() { 0.55 } else { 1.0 }).sum()
}

/// The columns' shares of the width: what the document says; otherwise by what they hold.
fn shares(columns: &[Value], wide: &[f64]) -> Vec<f64> {
    let given: Vec<_> = columns.iter().map(|c| c.get("width").as_f64().filter(|w| *w > 0.0)).collect();
    let known: Vec<f64> = given.iter().flatten().copied().collect();
    if known.is_empty() {
        return wide.iter().map(|w| w.clamp(2.0, WIDEST) + 0.8).collect();
    }
    let usual = known.iter().sum::<f64>() / known.len() as f64;
    given.into_iter().map(|w| w.unwrap_or(usual)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_columns_decimals() {
        let text = |value: Value, places| cell_text(&value, places, ["y", "n"]).unwrap();
        assert_eq!(text(Value::Num(12.345), Some(2)), "12.35");
        assert_eq!(text(Value::Num(-0.004), Some(2)), "0.00");
        assert_eq!(text(Value::Num(-1.5), Some(0)), "-2");
        assert_eq!(text(Value::Int(7), Some(1)), "7.0");
        assert_eq!(text(Value::Num(0.2), None), "0.2");
        assert_eq!(text(Value::Int(7), None), "7");
    }

    #[test]
    fn a_cell_that_is_a_table_is_refused() {
        assert!(cell_text(&Value::List(vec![]), None, ["y", "n"]).unwrap_err().contains("a list"));
    }

    #[test]
    fn a_column_of_unknown_width_gets_the_usual_share() {
        let column = |width: f64| Value::map([("width", Value::Num(width))]);
        assert_eq!(shares(&[column(1.0), column(3.0), Value::Nil], &[0.0; 3]), [1.0, 3.0, 2.0]);
        assert_eq!(shares(&[Value::Nil, Value::Nil], &[1.0, 40.0]), [2.8, 16.8]);
    }
}
