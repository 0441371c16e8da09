//! The body: headings of four levels, paragraphs, lists, page breaks. Tables have a file of their own.

use crate::{
    measure::SIZE_3,
    model::{Block, Style, TextRun},
    style::{Face, Piece, gap, indented, paragraph, plain, run},
    table,
};
use docx_rs::Paragraph;

// Between a table and what follows: without a paragraph there, two tables would grow together.
const AFTER_TABLE: i32 = 160;

/// The pieces of a body on pages whose type area is this wide.
pub fn body(blocks: &[Block], width: i32) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut new_page = false;
    for block in blocks {
        let mut made: Vec<Piece> = match block {
            Block::Heading { level, text } => vec![heading(*level, text).into()],
            Block::Paragraph { runs, indent } => vec![words(runs, *indent).into()],
            Block::List(items) => items.iter().map(|item| indented().add_run(plain(item)).into()).collect(),
            Block::Table(table) => {
                let mut pieces = table::table(table, width);
                pieces.push(gap(AFTER_TABLE).into());
                pieces
            }
            Block::PageBreak => {
                new_page = true;
                continue;
            }
        };
        if std::mem::take(&mut new_page) {
            break_before(&mut made);
        }
        pieces.append(&mut made);
    }
    pieces
}

/// Has the first of these pieces begin a page.
pub fn break_before(pieces: &mut Vec<Piece>) {
    match pieces.first_mut() {
        Some(Piece::Paragraph(first)) => **first = (**first).clone().page_break_before(true),
        Some(Piece::Table(_)) => pieces.insert(0, gap(20).page_break_before(true).into()),
        None => {}
    }
}

fn heading(level: u8, text: &str) -> Paragraph {
    let words = match level {
        1 => run(text, Face::Heiti, SIZE_3),
        2 => run(text, Face::Kaiti, SIZE_3),
        3 => plain(text).bold(),
        _ => plain(text),
    };
    indented().add_run(words).keep_next(true).outline_lvl(usize::from(level) - 1)
}

fn words(runs: &[TextRun], indent: bool) -> Paragraph {
    let start = if indent { indented() } else { paragraph() };
    runs.iter().fold(start, |paragraph, piece| {
        paragraph.add_run(match piece.style {
            Style::Plain => plain(&piece.text),
            Style::Bold => plain(&piece.text).bold(),
            Style::Kaiti => run(&piece.text, Face::Kaiti, SIZE_3),
            Style::Heiti => run(&piece.text, Face::Heiti, SIZE_3),
        })
    })
}
