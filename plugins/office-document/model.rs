//! The document model as this plugin reads it. A wrong or missing part is an error that names its
//! place (`sections[2].blocks[1].rows[3]`); how a page looks is not decided here.

mod node;

use jiff::civil::Date;
use node::DocumentNode;
use registrar_sdk::Value;

/// A document.
#[derive(Debug, Clone)]
pub struct Document {
    /// The numbered copy (份号).
    pub copy_number: Option<String>,
    /// Level and term of secrecy (密级和保密期限).
    pub secrecy: Option<String>,
    /// Urgency (紧急程度).
    pub urgency: Option<String>,
    /// The red heading (发文机关标志).
    pub masthead: Option<String>,
    /// The document's number (发文字号).
    pub number: Option<String>,
    /// Who approved it (签发人).
    pub signer: Option<String>,
    /// Its title; a line break in it is kept.
    pub title: String,
    /// To whom it goes (主送机关).
    pub addressees: Vec<String>,
    /// The body.
    pub blocks: Vec<Block>,
    /// Titles of attachments (附件说明).
    pub attachments: Vec<String>,
    /// Who signs it, and when.
    pub signature: Option<Signature>,
    /// A note in brackets (附注).
    pub note: Option<String>,
    /// Its appendices.
    pub appendices: Vec<Appendix>,
    /// The foot of the last page (版记).
    pub imprint: Option<Imprint>,
}

/// A piece of the body. A section's heading has become a block like any other.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of level 1 to 4.
    Heading {
        /// 1 to 4.
        level: u8,
        /// With the numbering that it was given.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// In one style each.
        runs: Vec<TextRun>,
        /// Whether its first line is set in by two characters.
        indent: bool,
    },
    /// A list, an item a line.
    List(Vec<String>),
    /// A table.
    Table(TableBlock),
    /// What follows begins on a new page.
    PageBreak,
}

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRun {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

/// The style of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As the body.
    Plain,
    /// Bold.
    Bold,
    /// KaiTi.
    Kaiti,
    /// HeiTi.
    Heiti,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableBlock {
    /// Above it.
    pub caption: Option<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its cells as they are printed; each row has as many as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// How its cells are set.
    pub align: Align,
    /// Its share of the width, relative to the others.
    pub width: Option<f64>,
}

/// How cells are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// Who signs a document, and when.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The issuing bodies, the leading one first.
    pub issuers: Vec<String>,
    /// The date of the document.
    pub date: Date,
    /// Whether room for the seal is left.
    pub seal: bool,
}

/// An appendix.
#[derive(Debug, Clone)]
pub struct Appendix {
    /// Its title.
    pub title: String,
    /// What it consists of.
    pub blocks: Vec<Block>,
    /// Whether its pages lie across.
    pub landscape: bool,
}

/// The foot of the last page (版记).
#[derive(Debug, Clone)]
pub struct Imprint {
    /// Who gets copies (抄送).
    pub copies_to: Vec<String>,
    /// The printing office (印发机关).
    pub printed_by: Option<String>,
    /// The date of printing (印发日期).
    pub printed_on: Option<Date>,
    /// How many copies.
    pub print_run: Option<i64>,
}

/// Reads a document.
///
/// # Errors
/// What is missing, of another kind than declared, ragged, or cannot be written in XML, with its
/// place.
pub fn read(value: &Value) -> Result<Document, String> {
    let root = DocumentNode { value, place: String::new() };
    let title = root.get("title").needed_text()?;
    if title.trim().is_empty() {
        return Err("title: a document needs a title; write what it is about".into());
    }
    let mut blocks = Vec::new();
    let sections = root.get("sections");
    if sections.absent() {
        return Err("sections: expected a list of sections; it may be empty".into());
    }
    for section in sections.items()? {
        if let Some(text) = section.get("heading").text()? {
            blocks.push(Block::Heading { level: section.get("level").level()?.unwrap_or(1), text });
        }
        blocks.extend(section.get("blocks").items()?.iter().map(block).collect::<Result<Vec<_>, _>>()?);
    }
    let appendices = root.get("appendices").items()?;
    Ok(Document {
        copy_number: root.get("copy_number").text()?,
        secrecy: root.get("secrecy").text()?,
        urgency: root.get("urgency").text()?,
        masthead: root.get("masthead").text()?,
        number: root.get("number").text()?,
        signer: root.get("signer").text()?,
        title,
        addressees: root.get("addressees").texts()?,
        blocks,
        attachments: root.get("attachments").texts()?,
        signature: root.get("signature").optional(signature)?,
        note: root.get("note").text()?,
        appendices: appendices.iter().map(appendix).collect::<Result<_, _>>()?,
        imprint: root.get("imprint").optional(imprint)?,
    })
}

fn signature(node: &DocumentNode<'_>) -> Result<Signature, String> {
    let issuers = node.get("issuers").texts()?;
    if issuers.is_empty() {
        return Err(node.get("issuers").wrong("expected at least one issuing body"));
    }
    let date = node.get("date");
    Ok(Signature {
        issuers,
        date: date.date()?.ok_or_else(|| date.wrong("expected a date like 2023-02-14"))?,
        seal: node.get("seal").flag(false)?,
    })
}

fn appendix(node: &DocumentNode<'_>) -> Result<Appendix, String> {
    Ok(Appendix {
        title: node.get("title").needed_text()?,
        blocks: node.get("blocks").items()?.iter().map(block).collect::<Result<_, _>>()?,
        landscape: node.get("landscape").flag(false)?,
    })
}

fn imprint(node: &DocumentNode<'_>) -> Result<Imprint, String> {
    Ok(Imprint {
        copies_to: node.get("copies_to").texts()?,
        printed_by: node.get("printed_by").text()?,
        printed_on: node.get("printed_on").date()?,
        print_run: node.get("print_run").int()?,
    })
}

fn block(node: &DocumentNode<'_>) -> Result<Block, String> {
    let kind = node.get("kind");
    Ok(match kind.needed_text()?.as_str() {
        "heading" => Block::Heading {
            level: node.get("level").level()?.unwrap_or(1),
            text: node.get("text").needed_text()?,
        },
        "paragraph" => paragraph(node)?,
        "list" => Block::List(node.get("items").texts()?),
        "table" => Block::Table(table(node)?),
        "page_break" => Block::PageBreak,
        other => {
            return Err(kind.wrong(&format!(
                "unknown kind of block \"{other}\"; there are heading, paragraph, list, table and page_break"
            )));
        }
    })
}

fn paragraph(node: &DocumentNode<'_>) -> Result<Block, String> {
    let runs = node.get("runs");
    let runs = match (runs.absent(), node.get("text").text()?) {
        (true, Some(text)) => vec![TextRun { text, style: Style::Plain }],
        (false, None) => runs.items()?.iter().map(run).collect::<Result<_, _>>()?,
        (true, None) => return Err(node.wrong("a paragraph needs a `text` or `runs`")),
        (false, Some(_)) => return Err(node.wrong("a paragraph has either a `text` or `runs`, not both")),
    };
    Ok(Block::Paragraph { runs, indent: node.get("indent").flag(true)? })
}

fn run(node: &DocumentNode<'_>) -> Result<TextRun, String> {
    let style = node.get("style");
    Ok(TextRun {
        text: node.get("text").needed_text()?,
        style: match style.text()?.as_deref() {
            None | Some("plain") => Style::Plain,
            Some("bold") => Style::Bold,
            Some("kaiti") => Style::Kaiti,
            Some("heiti") => Style::Heiti,
            Some(other) => {
                return Err(style
                    .wrong(&format!("unknown style \"{other}\"; there are plain, bold, kaiti and heiti")));
            }
        },
    })
}

fn table(node: &DocumentNode<'_>) -> Result<TableBlock, String> {
    let given = node.get("columns").items()?;
    if given.is_empty() {
        return Err(node.get("columns").wrong("a table needs at least one column"));
    }
    let mut columns = Vec::new();
    let mut places = Vec::new();
    for column in &given {
        let (align, width, decimals) = (column.get("align"), column.get("width"), column.get("places"));
        places.push(match decimals.int()? {
            None => None,
            Some(n @ 0..=6) => Some(n as u32),
            Some(n) => return Err(decimals.wrong(&format!("{n} decimals; a number has 0 to 6"))),
        });
        columns.push(Column {
            title: column.get("title").needed_text()?,
            align: match align.text()?.as_deref() {
                None | Some("left") => Align::Left,
                Some("center") => Align::Center,
                Some("right") => Align::Right,
                Some(other) => {
                    return Err(
                        align.wrong(&format!("\"{other}\" is no alignment; there are left, center, right"))
                    );
                }
            },
            width: match width.number()? {
                Some(share) if share <= 0.0 => {
                    return Err(width.wrong("a width is a share above 0, relative to the other columns"));
                }
                share => share,
            },
        });
    }
    let mut rows = Vec::new();
    for row in node.get("rows").items()? {
        let cells = row.items()?;
        if cells.len() != columns.len() {
            return Err(row.wrong(&format!(
                "{} cells, but the table has {} columns; leave a cell empty with \"\"",
                cells.len(),
                columns.len()
            )));
        }
        rows.push(
            cells.iter().zip(&places).map(|(cell, places)| cell.cell(*places)).collect::<Result<_, _>>()?,
        );
    }
    Ok(TableBlock { caption: node.get("caption").text()?, columns, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(model: serde_json::Value, says: &str) {
        let error = read(&Value::from_json(model)).unwrap_err();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        check(json!({ "sections": [] }), "title: expected text");
        check(json!({ "title": "　 ", "sections": [] }), "title: a document needs a title");
        check(json!({ "title": "通报" }), "sections: expected a list");
        check(
            json!({ "title": "通报", "sections": [{ "blocks": [{ "kind": "paragraph" }] }] }),
            "sections[1].blocks[1]: a paragraph needs",
        );
        check(
            json!({ "title": "通报", "sections": [], "appendices": [{ "title": "表", "blocks": [
                { "kind": "table", "columns": [{ "title": "单位" }, { "title": "分值" }], "rows": [["甲", 1], ["乙"]] }
            ] }] }),
            "appendices[1].blocks[1].rows[2]: 1 cells, but the table has 2 columns",
        );
        check(
            json!({ "title": "通报", "sections": [{ "heading": "一、", "level": 7, "blocks": [] }] }),
            "sections[1].level: there is no heading of level 7",
        );
        check(
            json!({ "title": "通报", "sections": [], "signature": { "issuers": ["办公室"], "date": "2023-02-30" } }),
            "signature.date: \"2023-02-30\" is no date",
        );
    }

    #[test]
    fn a_control_character_is_an_error_that_names_its_place() {
        check(
            json!({ "title": "通报", "sections": [{ "blocks": [{ "kind": "paragraph", "text": "甲\u{1}乙" }] }] }),
            "sections[1].blocks[1].text: character 2 is the control character U+0001",
        );
        check(json!({ "title": "通\u{ffff}报", "sections": [] }), "title: character 2");
        assert!(read(&Value::from_json(json!({ "title": "珺昇堃翀\u{20bb7}", "sections": [] }))).is_ok());
    }

    #[test]
    fn numbers_have_the_places_of_their_column() {
        let document = json!({ "title": "表", "sections": [{ "blocks": [{ "kind": "table",
            "columns": [{ "title": "a", "places": 2 }, { "title": "b" }, { "title": "c", "places": 0 }],
            "rows": [[12, 0.5, 2.5], [0.125, null, "—"]] }] }] });
        let document = read(&Value::from_json(document)).unwrap();
        let Block::Table(table) = &document.blocks[0] else { panic!("{:?}", document.blocks) };
        assert_eq!(table.rows, [["12.00", "0.5", "3"], ["0.13", "", "—"]]);
    }
}
