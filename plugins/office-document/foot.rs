//! What stands below the body: the list of attachments, signature and date, the note, and the
//! imprint (版记) at the foot of the last page.

use crate::{
    measure::{CHARACTERS, SIZE_4, WIDTH, characters, width},
    model::{Imprint, Signature},
    style::{Face, Piece, blank, lines_of, paragraph, plain, run},
};
use docx_rs::{
    AlignmentType, BorderType, Paragraph, SpecialIndentType, Tab, TabValueType, Table, TableAlignmentType,
    TableCell, TableCellBorder, TableCellBorderPosition, TableCellBorders, TableCellMargins, TableLayoutType,
    TablePositionProperty, TableRow, WidthType,
};
use jiff::civil::Date;

/// A date as documents write it: `2023年2月14日`.
pub fn date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// The list of attachments (附件说明), a line below the body.
pub fn attachments(titles: &[String]) -> Vec<Piece> {
    const WORD: &str = "附件：";
    // Two characters from the edge; further lines begin below the first title's first character.
    let (before, word) = (2.0, width(WORD));
    let number = if titles.len() > 1 { 1.5 } else { 0.0 };
    let mut pieces: Vec<Piece> = if titles.is_empty() { Vec::new() } else { blank(1).collect() };
    for (i, title) in titles.iter().enumerate() {
        let first = if i == 0 { WORD } else { "" };
        let marked = if titles.len() > 1 { format!("{first}{}.\t{title}", i + 1) } else { format!("{first}{title}") };
        let hanging = if i == 0 { word + number } else { number };
        pieces.push(
            paragraph()
                .align(AlignmentType::Left)
                .indent(
                    Some(characters(before + word + number)),
                    Some(SpecialIndentType::Hanging(characters(hanging))),
                    None,
                    None,
                )
                .add_run(plain(&marked))
                .into(),
        );
    }
    pieces
}

/// Issuers and date at the right, kept on one page.
pub fn signature(signature: &Signature) -> Vec<Piece> {
    let dated = date(signature.date);
    let width_of_date = width(&dated);
    let widest = signature.issuers.iter().map(|i| width(i)).fold(0.0, f64::max);
    let line = |text: &str, right: f64| {
        let right = right.clamp(0.0, f64::from(CHARACTERS) - 2.0);
        paragraph()
            .align(AlignmentType::Right)
            .indent(None, None, Some(characters(right)), None)
            .add_run(plain(text))
            .keep_next(true)
    };
    // The seal is pressed over both lines, so the issuer is centred on the date, four characters
    // from the edge. Without one the date begins two characters further right than the issuer.
    let (for_issuer, for_date): (Box<dyn Fn(f64) -> f64>, f64) = if signature.seal {
        let date_right = 4.0_f64.max((widest - width_of_date) / 2.0);
        (Box::new(move |own| date_right + (width_of_date - own) / 2.0), date_right)
    } else {
        let room = widest - 2.0 - width_of_date;
        let (issuer_right, date_right) = if room >= 0.0 { (2.0, 2.0 + room) } else { (2.0 - room, 2.0) };
        (Box::new(move |own| issuer_right + (widest - own) / 2.0), date_right)
    };
    let empty = if signature.seal { 2 } else { 1 };
    let mut pieces: Vec<Piece> =
        (0..empty).map(|_| paragraph().add_run(plain("")).keep_next(true).into()).collect();
    pieces.extend(signature.issuers.iter().map(|issuer| line(issuer, for_issuer(width(issuer))).into()));
    pieces.push(line(&dated, for_date).keep_next(false).into());
    pieces
}

/// A note (附注), in brackets, two characters from the edge.
pub fn note(text: &str) -> Piece {
    let text = text.trim();
    let bare = text.strip_prefix(['（', '(']).and_then(|t| t.strip_suffix(['）', ')'])).unwrap_or(text);
    let words = plain(&format!("（{bare}）"));
    paragraph().indent(Some(characters(2.0)), None, None, None).add_run(words).into()
}

/// The imprint: a table without uprights that floats to the foot of the type area.
pub fn imprint(imprint: &Imprint) -> Option<Table> {
    let mut lines: Vec<Paragraph> = Vec::new();
    if !imprint.copies_to.is_empty() {
        const WORD: &str = "抄送：";
        let to = imprint.copies_to.join("，");
        lines.push(
            small()
                .indent(
                    Some(SMALL_CHARACTER * 4),
                    Some(SpecialIndentType::Hanging(SMALL_CHARACTER * 3)),
                    Some(SMALL_CHARACTER),
                    None,
                )
                .add_run(run(&format!("{WORD}{}。", to.trim_end_matches('。')), Face::Fangsong, SIZE_4)),
        );
    }
    let printed_on = imprint.printed_on.map(|on| format!("{}印发", date(on))).unwrap_or_default();
    if imprint.printed_by.is_some() || imprint.printed_on.is_some() {
        let by = imprint.printed_by.as_deref().unwrap_or_default();
        lines.push(edges(&format!("{by}\t{printed_on}")));
    }
    if let Some(copies) = imprint.print_run {
        lines.push(edges(&format!("\t（共印{copies}份）")));
    }
    if lines.is_empty() {
        return None;
    }
    let last = lines.len() - 1;
    // Outer rules 0.35 mm, inner ones 0.25 mm; the print run stands below without a rule of its own.
    let rule = |at, size| TableCellBorder::new(at).border_type(BorderType::Single).size(size).color("000000");
    let rows = lines.into_iter().enumerate().map(|(i, line)| {
        let above = rule(TableCellBorderPosition::Top, if i == 0 { 8 } else { 6 });
        let mut borders = TableCellBorders::with_empty().set(above);
        if i == last {
            borders = borders.set(rule(TableCellBorderPosition::Bottom, 8));
        }
        let cell = TableCell::new().width(WIDTH as usize, WidthType::Dxa).set_borders(borders).add_paragraph(line);
        TableRow::new(vec![cell]).cant_split()
    });
    Some(
        Table::without_borders(rows.collect())
            .layout(TableLayoutType::Fixed)
            .align(TableAlignmentType::Center)
            .width(WIDTH as usize, WidthType::Dxa)
            .margins(TableCellMargins::new().margin_left(0, WidthType::Dxa).margin_right(0, WidthType::Dxa))
            .set_grid(vec![WIDTH as usize])
            .position(
                TablePositionProperty::new()
                    .vertical_anchor("margin")
                    .horizontal_anchor("margin")
                    .position_x_alignment("center")
                    .position_y_alignment("bottom"),
            ),
    )
}

// Width of a character of size 4.
const SMALL_CHARACTER: i32 = SIZE_4 as i32 * 10;

fn small() -> Paragraph {
    Paragraph::new().line_spacing(lines_of(500)).snap_to_grid(false)
}

// The first part at the left, the second at the right, each a character from its edge.
fn edges(text: &str) -> Paragraph {
    small()
        .indent(Some(SMALL_CHARACTER), None, Some(SMALL_CHARACTER), None)
        .add_tab(Tab::new().val(TabValueType::Right).pos((WIDTH - SMALL_CHARACTER) as usize))
        .add_run(run(text, Face::Fangsong, SIZE_4))
}
