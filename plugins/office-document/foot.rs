//! What stands below the body: the list of attachments, signature and date, the note, and the
//! imprint (版记) at the foot of the last page.

use crate::{
    measure::{CHARACTERS, SIZE_4, WIDTH, characters, width},
    model::{Imprint, Signature},
    style::{Face, Piece, blank, gap, lines_of, paragraph, plain, run},
};
use docx_rs::{AlignmentType, Paragraph, Shading, ShdType, SpecialIndentType, Tab, TabValueType};
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
        let marked =
            if titles.len() > 1 { format!("{first}{}.\t{title}", i + 1) } else { format!("{first}{title}") };
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
///
/// Under a seal, which is pressed over both, the issuer is centred on the date, and the date ends
/// four characters from the edge. Without one the issuer ends two characters from the edge and the
/// date begins two characters further right than it; a date that is longer ends two from the edge.
pub fn signature(signature: &Signature) -> Vec<Piece> {
    let dated = date(signature.date);
    let own = width(&dated);
    let widest = signature.issuers.iter().map(|i| width(i)).fold(0.0, f64::max);
    let line = f64::from(CHARACTERS);
    // Both stand in boxes, `(from, to)` in characters from the left edge: so they keep together
    // even where digits are wider than half a character.
    let (issuers, days) = if signature.seal {
        let half = own.max(widest) / 2.0 + 1.0;
        let middle = line - (4.0 + own / 2.0).max(half);
        ((middle - half, middle + half), (middle - half, middle + half))
    } else {
        let from = (line - 2.0 - widest).min(line - 2.0 - own - 2.0).max(0.0);
        // A face with wide digits may go beyond the edge, but never into another line.
        ((from, from + widest), (from + 2.0, line + 4.0))
    };
    let place = |text: &str, (from, to): (f64, f64), align| {
        paragraph()
            .align(align)
            .indent(Some(characters(from.max(0.0))), None, Some(characters(line - to)), None)
            .add_run(plain(text))
    };
    let empty = if signature.seal { 2 } else { 1 };
    let mut pieces: Vec<Piece> =
        (0..empty).map(|_| paragraph().add_run(plain("")).keep_next(true).into()).collect();
    for issuer in &signature.issuers {
        pieces.push(place(issuer, issuers, AlignmentType::Center).keep_next(true).into());
    }
    let align = if signature.seal { AlignmentType::Center } else { AlignmentType::Left };
    pieces.push(place(&dated, days, align).into());
    pieces
}

/// A note (附注), in brackets, two characters from the edge.
pub fn note(text: &str) -> Piece {
    let text = text.trim();
    let bare = text.strip_prefix(['（', '(']).and_then(|t| t.strip_suffix(['）', ')'])).unwrap_or(text);
    let words = plain(&format!("（{bare}）"));
    paragraph().indent(Some(characters(2.0)), None, None, None).add_run(words).into()
}

/// The imprint, in a frame at the foot of the type area: rules as wide as it, text a character in.
pub fn imprint(imprint: &Imprint) -> Vec<Piece> {
    let mut lines: Vec<Paragraph> = Vec::new();
    if !imprint.copies_to.is_empty() {
        let to = imprint.copies_to.join("，");
        let text = format!("抄送：{}。", to.trim_end_matches('。'));
        let (word, edge) = (3 * SMALL_CHARACTER, SMALL_CHARACTER);
        lines.push(
            small()
                .indent(Some(edge + word), Some(SpecialIndentType::Hanging(word)), Some(edge), None)
                .add_run(run(&text, Face::Fangsong, SIZE_4)),
        );
    }
    if imprint.printed_by.is_some() || imprint.printed_on.is_some() {
        let by = imprint.printed_by.as_deref().unwrap_or_default();
        let on = imprint.printed_on.map(|on| format!("{}印发", date(on))).unwrap_or_default();
        lines.push(edges(&format!("{by}\t{on}")));
    }
    if let Some(copies) = imprint.print_run {
        lines.push(edges(&format!("\t（共印{copies}份）")));
    }
    if lines.is_empty() {
        return Vec::new();
    }
    let mut framed = vec![rule(OUTER_RULE)];
    for line in lines {
        framed.push(line);
        framed.push(rule(INNER_RULE));
    }
    framed.pop();
    framed.push(rule(OUTER_RULE));
    framed.into_iter().map(|paragraph| in_frame(paragraph).into()).collect()
}

// Paragraphs with the same frame share it.
fn in_frame(paragraph: Paragraph) -> Paragraph {
    paragraph
        .frame_width(WIDTH as u32)
        .wrap("notBeside")
        .h_anchor("margin")
        .v_anchor("margin")
        .x_align("center")
        .y_align("bottom")
}

// A black line this thick (twips). Not a border: LibreOffice makes no frame of paragraphs with any.
fn rule(thick: i32) -> Paragraph {
    let mut rule = gap(thick);
    rule.property =
        rule.property.shading(Shading::new().shd_type(ShdType::Clear).color("auto").fill("000000"));
    rule
}

// 0.35 mm and 0.25 mm, in twips.
const OUTER_RULE: i32 = 20;
const INNER_RULE: i32 = 14;

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
