//! Which rows of a workbook's sheets are not shown. The reader of cells passes over it; filtered rows
//! are marked like hidden ones.
//!
//! What can't be read here is nobody's loss: the reader of cells says what is wrong with the file.

use quick_xml::{Reader, events::BytesStart, events::Event};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufReader, Cursor, Read},
};
use zip::ZipArchive;

/// The most bytes that one part is read of; cells are read elsewhere, and by then the file is refused.
const LARGEST: u64 = 256 << 20;

/// The rows that are not shown, from 0, by the name of their sheet.
pub fn rows(bytes: &[u8]) -> BTreeMap<String, BTreeSet<u32>> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return BTreeMap::new() };
    let mut sheets = Vec::new();
    each(&mut archive, "xl/workbook.xml", |element| {
        if element.local_name().as_ref() == b"sheet"
            && let (Some(name), Some(id)) = (attribute(element, b"name"), attribute(element, b"id"))
        {
            sheets.push((name, id));
        }
    });
    let mut parts = BTreeMap::new();
    each(&mut archive, "xl/_rels/workbook.xml.rels", |element| {
        if let (Some(id), Some(target)) = (attribute(element, b"Id"), attribute(element, b"Target")) {
            let target = target.trim_start_matches('/');
            let inside = if target.starts_with("xl/") { target.to_owned() } else { format!("xl/{target}") };
            parts.insert(id, inside);
        }
    });
    let mut hidden = BTreeMap::new();
    for (name, id) in sheets {
        let Some(part) = parts.get(&id) else { continue };
        let (mut rows, mut next) = (BTreeSet::new(), 0_u32);
        each(&mut archive, part, |element| {
            if element.local_name().as_ref() != b"row" {
                return;
            }
            let number = attribute(element, b"r").and_then(|r| r.parse::<u32>().ok()).unwrap_or(next + 1);
            next = number;
            if matches!(attribute(element, b"hidden").as_deref(), Some("1" | "true")) && number > 0 {
                rows.insert(number - 1);
            }
        });
        if !rows.is_empty() {
            hidden.insert(name, rows);
        }
    }
    hidden
}

fn each(archive: &mut ZipArchive<Cursor<&[u8]>>, part: &str, mut take: impl FnMut(&BytesStart<'_>)) {
    let Ok(file) = archive.by_name(part) else { return };
    let mut reader = Reader::from_reader(BufReader::new(file.take(LARGEST)));
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => take(&element),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
        buffer.clear();
    }
}

fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut attributes = element.attributes().filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let text = std::str::from_utf8(&found.value).ok()?;
    quick_xml::escape::unescape(text).ok().map(|value| value.into_owned())
}
