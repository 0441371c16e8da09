//! What the docx library has no word for, put into the parts it made: faces with their stand-ins,
//! the language, punctuation kept inside the line, header rows that repeat, sections in the order
//! that the schema asks for.

use crate::{model::Document, style::Face, table};
use docx_rs::XMLDocx;

/// Finishes the parts.
///
/// # Errors
/// If the library writes a part otherwise than expected.
pub fn finish(parts: &mut XMLDocx, document: &Document) -> Result<(), String> {
    parts.font_table = font_table().into_bytes();
    edit(&mut parts.styles, "styles", |styles| {
        // A character grid needs every character to keep to it: no room between scripts, no
        // punctuation beyond the edge; and 22 lines need no line to move to the next page.
        let habits = concat!(
            r#"<w:pPrDefault><w:pPr><w:widowControl w:val="0" /><w:overflowPunct w:val="0" />"#,
            r#"<w:autoSpaceDE w:val="0" /><w:autoSpaceDN w:val="0" /></w:pPr></w:pPrDefault>"#
        );
        let styles = replace(styles, "<w:pPrDefault><w:pPr><w:rPr /></w:pPr></w:pPrDefault>", habits)?;
        // The grid's pitch is reckoned from the size of this style.
        let normal = r#"<w:name w:val="Normal" /><w:rPr><w:sz w:val="32" /><w:szCs w:val="32" /></w:rPr>"#;
        let styles = replace(&styles, r#"<w:name w:val="Normal" /><w:rPr />"#, normal)?;
        let language = r#"<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA" /></w:rPr></w:rPrDefault>"#;
        replace(&styles, "</w:rPr></w:rPrDefault>", language)
    })?;
    edit(&mut parts.document, "document", |text| Ok(order_sections(&repeat_headers(text))))?;
    edit(&mut parts.doc_props.core, "core", |core| Ok(name(core, document)))
}

fn edit(
    part: &mut Vec<u8>,
    name: &str,
    change: impl Fn(&str) -> Result<String, String>,
) -> Result<(), String> {
    let text = std::str::from_utf8(part).map_err(|e| format!("the part {name} is no text: {e}"))?;
    *part = change(text)?.into_bytes();
    Ok(())
}

fn replace(text: &str, what: &str, with: &str) -> Result<String, String> {
    if text.matches(what).count() == 1 {
        return Ok(text.replacen(what, with, 1));
    }
    Err(format!("the docx library no longer writes {what} once; build the plugin with the version it names"))
}

fn font_table() -> String {
    let mut text = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
        r#"<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#
    ));
    for face in Face::ALL {
        text.push_str(&format!(
            concat!(
                r#"<w:font w:name="{}"><w:altName w:val="{}" /><w:charset w:val="86" />"#,
                r#"<w:family w:val="{}" /><w:pitch w:val="variable" /></w:font>"#
            ),
            face.name(),
            face.stand_ins(),
            face.family()
        ));
    }
    text + "</w:fonts>"
}

// The first row of every report's table.
fn repeat_headers(document: &str) -> String {
    let mark = format!(r#"<w:tblStyle w:val="{}" />"#, table::STYLE);
    let mut parts = document.split(&mark);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(&mark);
        text.push_str(&part.replacen("</w:trPr>", "<w:tblHeader /></w:trPr>", 1));
    }
    text
}

const ORDER: [&str; 12] = [
    "headerReference",
    "footerReference",
    "type",
    "pgSz",
    "pgMar",
    "pgBorders",
    "pgNumType",
    "cols",
    "titlePg",
    "textDirection",
    "bidi",
    "docGrid",
];

fn order_sections(document: &str) -> String {
    const END: &str = "</w:sectPr>";
    let mut text = String::with_capacity(document.len());
    let mut rest = document;
    while let Some((before, after)) = rest.split_once("<w:sectPr>") {
        let Some((inside, after)) = after.split_once(END) else { break };
        let mut elements: Vec<_> = inside.split_inclusive("/>").collect();
        let rank = |element: &&str| {
            let name = element.trim_start_matches("<w:").split([' ', '/']).next().unwrap_or_default();
            ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len())
        };
        elements.sort_by_key(rank);
        text.push_str(before);
        text.push_str("<w:sectPr>");
        text.push_str(&elements.concat());
        text.push_str(END);
        rest = after;
    }
    text + rest
}

// Who made the document, and its title: what a folder's view shows.
fn name(core: &str, document: &Document) -> String {
    let by = document.signature.as_ref().and_then(|s| s.issuers.first()).or(document.masthead.as_ref());
    let by = escape(by.map_or("", String::as_str));
    let core = core.replace(">unknown<", &format!(">{by}<"));
    let title = format!("<dc:title>{}</dc:title>", escape(&document.title.replace('\n', "")));
    core.replacen("</cp:coreProperties>", &format!("{title}</cp:coreProperties>"), 1)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_put_in_the_schemas_order() {
        let given = r#"a<w:sectPr><w:pgSz w:w="1" /><w:docGrid w:linePitch="2" /><w:footerReference w:type="even" /></w:sectPr>b"#;
        let wanted = r#"a<w:sectPr><w:footerReference w:type="even" /><w:pgSz w:w="1" /><w:docGrid w:linePitch="2" /></w:sectPr>b"#;
        assert_eq!(order_sections(given), wanted);
    }

    #[test]
    fn a_library_that_writes_otherwise_is_an_error() {
        assert!(replace("<a/>", "<b/>", "").unwrap_err().contains("<b/>"));
    }
}
