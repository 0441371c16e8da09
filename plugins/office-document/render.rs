//! Puts a document together: head, body, foot, appendices, imprint, in sections of pages.

use crate::{
    body::{body, break_before},
    finish::finish,
    foot, head,
    measure::SIZE_3,
    model::{self, Appendix, Document},
    page::{Lie, footers, section, with_footers},
    style::{Face, Piece, blank, gap, paragraph, run},
    table,
};
use docx_rs::{Docx, Style, StyleType};
use registrar_sdk::Value;
use std::io::Cursor;

/// A document model as a docx file.
///
/// # Errors
/// A model that is not valid, with the place of what is wrong.
pub fn render(value: &Value) -> Result<Vec<u8>, String> {
    let document = model::read(value)?;
    let (odd, even) = footers();
    let mut docx = Docx::new()
        .default_fonts(Face::Fangsong.fonts())
        .default_size(SIZE_3)
        .add_style(Style::new(table::STYLE, StyleType::Table).name("Report Table"))
        .footer(odd)
        .even_footer(even);
    if let Some(signature) = &document.signature {
        let at = format!("{}T00:00:00Z", signature.date);
        docx = docx.created_at(&at).updated_at(&at);
    }
    let parts = parts(&document);
    let last = parts.len() - 1;
    for (i, (lie, mut pieces)) in parts.into_iter().enumerate() {
        if i < last {
            end_section(&mut pieces, lie);
        } else {
            let own = section(lie);
            let ending = &mut docx.document.section_property;
            (ending.page_size, ending.page_margin, ending.doc_grid) =
                (own.page_size, own.page_margin, own.doc_grid);
        }
        for piece in pieces {
            docx = match piece {
                Piece::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
                Piece::Table(table) => docx.add_table(*table),
            };
        }
    }
    let mut made = docx.build();
    finish(&mut made, &document)?;
    let mut file = Cursor::new(Vec::new());
    made.pack(&mut file).map_err(|e| format!("the file cannot be packed: {e}"))?;
    Ok(file.into_inner())
}

// The pieces, by how their pages lie. A new part begins a new page.
fn parts(document: &Document) -> Vec<(Lie, Vec<Piece>)> {
    let mut pieces = head::head(document);
    pieces.extend(body(&document.blocks, Lie::Upright.width()));
    let text_ends = pieces.len();
    pieces.extend(foot::attachments(&document.attachments));
    if let Some(signature) = &document.signature {
        // A page with nothing but the signature is not allowed: the end of the text goes along.
        for piece in &mut pieces[text_ends.saturating_sub(1)..] {
            if let Piece::Paragraph(paragraph) = piece {
                **paragraph = (**paragraph).clone().keep_next(true);
            }
        }
        pieces.extend(foot::signature(signature));
    }
    pieces.extend(document.note.as_deref().map(foot::note));
    let mut parts = vec![(Lie::Upright, pieces)];
    for (i, appendix) in document.appendices.iter().enumerate() {
        let number = (document.appendices.len() > 1).then_some(i + 1);
        let lie = if appendix.landscape { Lie::Across } else { Lie::Upright };
        let pieces = appendix_pieces(appendix, number, lie);
        append(&mut parts, lie, pieces);
    }
    let mut imprint = document.imprint.as_ref().map(foot::imprint).unwrap_or_default();
    if !imprint.is_empty() {
        // It belongs to the last page, whatever that shows, but is never turned. A frame hangs on
        // the paragraph after it.
        imprint.push(gap(20).into());
        match parts.last_mut() {
            Some((Lie::Upright, pieces)) => pieces.append(&mut imprint),
            _ => parts.push((Lie::Upright, imprint)),
        }
    }
    for (_, pieces) in &mut parts {
        if matches!(pieces.last(), Some(Piece::Table(_))) {
            pieces.push(gap(20).into());
        }
    }
    parts
}

fn append(parts: &mut Vec<(Lie, Vec<Piece>)>, lie: Lie, mut pieces: Vec<Piece>) {
    match parts.last_mut() {
        Some((before, so_far)) if *before == lie => {
            break_before(&mut pieces);
            so_far.append(&mut pieces);
        }
        _ => parts.push((lie, pieces)),
    }
}

// "附件1" at the top left, the title in the middle of the third line.
fn appendix_pieces(appendix: &Appendix, number: Option<usize>, lie: Lie) -> Vec<Piece> {
    let word = number.map_or("附件".to_owned(), |n| format!("附件{n}"));
    let mut pieces = vec![paragraph().add_run(run(&word, Face::Heiti, SIZE_3)).into()];
    pieces.extend(blank(1));
    pieces.push(head::title(&appendix.title, lie.width()).into());
    pieces.extend(blank(1));
    pieces.extend(body(&appendix.blocks, lie.width()));
    pieces
}

// The last paragraph of a section carries its properties: one of its own could fall on a page that
// has nothing else.
fn end_section(pieces: &mut Vec<Piece>, lie: Lie) {
    let properties = with_footers(section(lie));
    match pieces.last_mut() {
        Some(Piece::Paragraph(last)) => **last = (**last).clone().section_property(properties),
        _ => pieces.push(gap(20).section_property(properties).into()),
    }
}
