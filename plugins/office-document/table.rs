//! Tables: how wide columns are, in which size a table fits, and its rows.

use crate::{
    measure::{LINE, SIZE_4, width},
    model::{Align, Column, TableBlock},
    style::{Face, Piece, centered, lines_of, run},
};
use docx_rs::{
    AlignmentType, BorderType, Paragraph, TableAlignmentType, TableBorder, TableBorderPosition, TableCell,
    TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};

/// The style by which the finished document's header rows are found.
pub const STYLE: &str = "ReportTable";

// From size 4 (四号) down to small five (小五), in half points.
const SIZES: [usize; 4] = [SIZE_4, 24, 21, 18];
const PADDING: i32 = 80;
const BORDER: usize = 4;

/// A table, with its caption, on pages whose type area is this wide.
pub fn table(table: &TableBlock, across: i32) -> Vec<Piece> {
    let (size, widths) = fit(table, across);
    let line = (size as f64 * 10.0 * 1.35).round() as i32;
    let titles: Vec<_> = table.columns.iter().map(|c| (c.title.as_str(), Align::Center)).collect();
    let mut rows = vec![row(&titles, &widths, Face::Heiti, size, line)];
    for cells in &table.rows {
        let cells: Vec<_> =
            cells.iter().zip(&table.columns).map(|(text, c)| (text.as_str(), c.align)).collect();
        rows.push(row(&cells, &widths, Face::Fangsong, size, line));
    }
    let mut made = docx_rs::Table::new(rows)
        .style(STYLE)
        .layout(TableLayoutType::Fixed)
        .align(TableAlignmentType::Center)
        .width(widths.iter().sum::<i32>() as usize, WidthType::Dxa)
        .margins(
            TableCellMargins::new()
                .margin_left(PADDING as usize, WidthType::Dxa)
                .margin_right(PADDING as usize, WidthType::Dxa),
        )
        .set_grid(widths.iter().map(|w| *w as usize).collect());
    for side in [
        TableBorderPosition::Top,
        TableBorderPosition::Bottom,
        TableBorderPosition::Left,
        TableBorderPosition::Right,
        TableBorderPosition::InsideH,
        TableBorderPosition::InsideV,
    ] {
        let border = TableBorder::new(side).border_type(BorderType::Single).size(BORDER).color("000000");
        made = made.set_border(border);
    }
    let caption = table
        .caption
        .as_ref()
        .map(|text| centered(LINE).add_run(run(text, Face::Heiti, SIZE_4)).keep_next(true));
    caption.map(Piece::from).into_iter().chain([made.into()]).collect()
}

// Rows grow with their text, and stay whole at the foot of a page.
fn row(cells: &[(&str, Align)], widths: &[i32], face: Face, size: usize, line: i32) -> TableRow {
    let cell = |((text, align), width): (&(&str, Align), &i32)| {
        let words = Paragraph::new()
            .line_spacing(lines_of(line))
            .snap_to_grid(false)
            .align(match align {
                Align::Left => AlignmentType::Left,
                Align::Center => AlignmentType::Center,
                Align::Right => AlignmentType::Right,
            })
            .add_run(run(text, face, size));
        TableCell::new()
            .width(*width as usize, WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(words)
    };
    TableRow::new(cells.iter().zip(widths).map(cell).collect()).row_height((line + 100) as f32).cant_split()
}

// The largest size at which every line of text fits its column; failing that, the largest at which
// no number and no two characters are broken; failing that, the smallest.
fn fit(table: &TableBlock, across: i32) -> (usize, Vec<i32>) {
    let whole = SIZES.iter().find(|size| needs(table, **size, whole_line).iter().sum::<i32>() <= across);
    let parts = || SIZES.iter().find(|size| needs(table, **size, longest_part).iter().sum::<i32>() <= across);
    let size = whole.or_else(parts).copied().unwrap_or(SIZES[SIZES.len() - 1]);
    let (wanted, least) = (needs(table, size, whole_line), needs(table, size, longest_part));
    (size, share(&shares(&table.columns, &wanted, across), &least, across))
}

// What each column needs at a size, if its text is measured so.
fn needs(table: &TableBlock, size: usize, measure: fn(&str) -> f64) -> Vec<i32> {
    let column = |(i, column): (usize, &Column)| {
        let texts = table.rows.iter().map(|row| row[i].as_str()).chain([column.title.as_str()]);
        let widest = texts.map(measure).fold(1.0, f64::max);
        (widest * size as f64 * 10.0).ceil() as i32 + 2 * PADDING + 40
    };
    table.columns.iter().enumerate().map(column).collect()
}

fn whole_line(text: &str) -> f64 {
    text.split('\n').map(width).fold(0.0, f64::max)
}

// The longest part of a text that must stay together: a number or word, or two characters.
fn longest_part(text: &str) -> f64 {
    let words = text.split(|c: char| !c.is_ascii_graphic()).map(width).fold(0.0, f64::max);
    words.max(width(text).min(2.0))
}

// Widths as the columns ask: by their shares where they name any, else by what they hold.
fn shares(columns: &[Column], wanted: &[i32], across: i32) -> Vec<f64> {
    let asked = columns.iter().any(|c| c.width.is_some());
    let weights: Vec<f64> = columns
        .iter()
        .zip(wanted)
        .map(|(column, wanted)| if asked { column.width.unwrap_or(1.0) } else { f64::from(*wanted) })
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum * f64::from(across)).collect()
}

// The asked widths, but no column below its least: the others give in proportion to what they can.
fn share(asked: &[f64], least: &[i32], across: i32) -> Vec<i32> {
    let short: f64 = asked.iter().zip(least).map(|(a, l)| (f64::from(*l) - a).max(0.0)).sum();
    let spare: f64 = asked.iter().zip(least).map(|(a, l)| (a - f64::from(*l)).max(0.0)).sum();
    let gives = if spare > 0.0 { (short / spare).min(1.0) } else { 0.0 };
    let mut widths: Vec<f64> = asked
        .iter()
        .zip(least)
        .map(|(a, l)| if *a < f64::from(*l) { f64::from(*l) } else { a - (a - f64::from(*l)) * gives })
        .collect();
    let sum: f64 = widths.iter().sum();
    if sum > f64::from(across) {
        widths.iter_mut().for_each(|w| *w *= f64::from(across) / sum);
    }
    widths.iter().map(|w| w.floor() as i32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::WIDTH;

    fn of(columns: &[(&str, Option<f64>)], rows: &[&[&str]]) -> TableBlock {
        TableBlock {
            caption: None,
            columns: columns
                .iter()
                .map(|(title, width)| Column { title: (*title).into(), align: Align::Left, width: *width })
                .collect(),
            rows: rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect(),
        }
    }

    #[test]
    fn a_table_fills_the_type_area_and_never_leaves_it() {
        for columns in [1, 3, 8, 20] {
            let titles: Vec<_> = (0..columns).map(|_| ("报送单位", None)).collect();
            let (_, widths) = fit(&of(&titles, &[]), WIDTH);
            let sum: i32 = widths.iter().sum();
            assert!(sum <= WIDTH && sum > WIDTH - 40, "{columns} columns: {sum}");
        }
    }

    #[test]
    fn shares_are_kept_where_the_text_allows_it() {
        let (_, widths) = fit(&of(&[("甲", Some(1.0)), ("乙", Some(3.0))], &[&["1", "2"]]), WIDTH);
        assert!((f64::from(widths[1]) / f64::from(widths[0]) - 3.0).abs() < 0.01, "{widths:?}");
        let (size, widths) =
            fit(&of(&[("甲", Some(1.0)), ("乙", Some(99.0))], &[&["123456789", "2"]]), WIDTH);
        assert!(f64::from(widths[0]) > 4.5 * size as f64 * 10.0, "a number is broken: {widths:?}");
    }

    #[test]
    fn a_wide_table_gets_smaller_letters() {
        let few = fit(&of(&[("单位", None), ("分值", None)], &[&["某某县人大常委会", "12"]]), WIDTH).0;
        let titles: Vec<_> = (0..12).map(|_| ("一二三四五", None)).collect();
        assert_eq!(few, SIZE_4);
        assert!(fit(&of(&titles, &[]), WIDTH).0 < SIZE_4);
    }
}
