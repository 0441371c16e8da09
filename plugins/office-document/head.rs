//! What stands above the body: marks at the top left, masthead with its red rule, number and
//! signer, title, addressees.

use crate::{
    measure::{LINE, SIZE_2, SIZE_3, WIDTH, characters, mm, width},
    model::Document,
    style::{Face, Piece, blank, centered, gap, paragraph, plain, run},
};
use docx_rs::{
    BorderType, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Tab, TabValueType,
};

const RED: &str = "FF0000";
// The masthead is free in size, but neither beyond its line nor smaller than the title.
const LARGEST_MASTHEAD: f64 = 48.0;
const SMALLEST_MASTHEAD: f64 = 22.0;

/// The head of a document.
pub fn head(document: &Document) -> Vec<Piece> {
    let mut pieces = marks(document);
    match &document.masthead {
        Some(text) => {
            let above = mm(35.0) - pieces.len() as i32 * LINE;
            pieces.push(gap(above).into());
            pieces.push(masthead(text).into());
            pieces.extend(blank(2));
            pieces.push(number(document).into());
            pieces.push(red_rule().into());
            pieces.extend(blank(2));
        }
        None if document.number.is_some() || document.signer.is_some() => {
            pieces.push(number(document).into());
            pieces.extend(blank(1));
        }
        None if !pieces.is_empty() => pieces.extend(blank(1)),
        None => {}
    }
    pieces.push(title(&document.title).into());
    pieces.extend(blank(1));
    pieces.extend(addressees(&document.addressees));
    pieces
}

/// A title, in the middle.
pub fn title(text: &str) -> Paragraph {
    let line = LINE.max((SIZE_2 as f64 * 10.0 * 1.3) as i32);
    centered(line).add_run(run(text, Face::Xiaobiaosong, SIZE_2)).keep_next(true)
}

fn marks(document: &Document) -> Vec<Piece> {
    let line = |text: &Option<String>, face| {
        text.as_ref().map(|text| Piece::from(paragraph().add_run(run(text, face, SIZE_3))))
    };
    let marks = [
        line(&document.copy_number, Face::Fangsong),
        line(&document.secrecy, Face::Heiti),
        line(&document.urgency, Face::Heiti),
    ];
    marks.into_iter().flatten().collect()
}

fn masthead(text: &str) -> Paragraph {
    let lines = text.split('\n').map(width).fold(1.0, f64::max);
    // Rounding must not push the last character to the next line.
    let points = (f64::from(WIDTH) / 20.0 * 0.97 / lines).floor().clamp(SMALLEST_MASTHEAD, LARGEST_MASTHEAD);
    let words = run(text, Face::Xiaobiaosong, (points * 2.0) as usize).color(RED);
    centered((points * 20.0 * 1.25) as i32).add_run(words)
}

// Number in the middle; with a signer both stand a character away from the edges.
fn number(document: &Document) -> Paragraph {
    let number = document.number.as_deref().unwrap_or_default();
    match &document.signer {
        None => centered(LINE).add_run(plain(number)),
        Some(signer) => paragraph()
            .indent(Some(characters(1.0)), None, Some(characters(1.0)), None)
            .add_tab(Tab::new().val(TabValueType::Right).pos((WIDTH - characters(1.0)) as usize))
            .add_run(plain(number))
            .add_run(plain("\t签发人："))
            .add_run(run(signer, Face::Kaiti, SIZE_3)),
    }
}

fn red_rule() -> Paragraph {
    let rule = ParagraphBorder::new(ParagraphBorderPosition::Bottom)
        .val(BorderType::Single)
        .size(16)
        .space(0)
        .color(RED);
    gap(mm(4.0)).set_borders(ParagraphBorders::with_empty().set(rule))
}

fn addressees(to: &[String]) -> Option<Piece> {
    let to: Vec<_> = to.iter().map(|name| name.trim_end_matches(['：', ':'])).collect();
    (!to.is_empty()).then(|| paragraph().add_run(plain(&format!("{}：", to.join("、")))).into())
}
