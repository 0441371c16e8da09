//! What a workbook says beside its cells' values: which rows are not shown, and how numbers are shown that read
//! otherwise than they are kept. The reader of cells passes over it; filtered rows are marked like hidden ones.
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
/// The formats that every workbook has without saying so: `0%` and `0.00%`.
const PERCENT: [&str; 2] = ["9", "10"];

/// What is said of a sheet beside its cells.
#[derive(Default)]
pub struct Markup {
    /// Rows that are not shown, from 0.
    pub hidden: BTreeSet<u32>,
    /// Cells, by row and column from 0, whose numbers are shown otherwise.
    pub shown: BTreeMap<(u32, u32), NumberFormat>,
}

/// How a number is shown, where people read another text than the number's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFormat {
    /// With zeros before it, up to so many digits: `00007`.
    Padded(usize),
    /// In hundredths: `15.5%`.
    Percent,
}

impl NumberFormat {
    /// Of a format's code; none for what reads as the number does.
    fn of(code: &str) -> Option<NumberFormat> {
        // Positive numbers' part; colours and conditions in brackets say nothing of digits.
        let code = code.split(';').next().unwrap_or_default();
        let code = code.rsplit(']').next().unwrap_or_default().trim();
        if code.len() > 1 && code.len() <= 15 && code.bytes().all(|b| b == b'0') {
            return Some(NumberFormat::Padded(code.len()));
        }
        let digits = code.strip_suffix('%')?;
        digits.bytes().all(|b| matches!(b, b'0' | b'#' | b'.' | b',')).then_some(NumberFormat::Percent)
    }

    /// The number as it is shown, with all its digits; none if it is no such number.
    pub fn text(self, number: f64) -> Option<String> {
        match self {
            NumberFormat::Padded(width) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => {
                Some(format!("{number:0width$}"))
            }
            NumberFormat::Padded(_) => None,
            NumberFormat::Percent => Some(format!("{}%", hundredfold(number)?)),
        }
    }
}

/// A number times a hundred, by its digits: 0.155 is 15.5.
fn hundredfold(number: f64) -> Option<String> {
    let text = number.abs().to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if !number.is_finite() || whole.len() > 15 {
        return None;
    }
    let part = format!("{part:0<2}");
    let (two, rest) = part.split_at(2);
    let whole = format!("{whole}{two}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if number < 0.0 { "-" } else { "" };
    Some(if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") })
}

/// What is said of each sheet, by its name.
pub fn sheets(bytes: &[u8]) -> BTreeMap<String, Markup> {
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
    let styles = styles(&mut archive);
    let read = |(name, id)| Some((name, sheet(&mut archive, parts.get(&id)?, &styles)));
    sheets.into_iter().filter_map(read).collect()
}

/// How numbers of a style are shown, by the style's place.
fn styles(archive: &mut ZipArchive<Cursor<&[u8]>>) -> BTreeMap<String, NumberFormat> {
    let (mut codes, mut styles) = (BTreeMap::new(), BTreeMap::new());
    for id in PERCENT {
        codes.insert(id.to_owned(), NumberFormat::Percent);
    }
    let (mut of_cells, mut place) = (false, 0_usize);
    each(archive, "xl/styles.xml", |element| match element.local_name().as_ref() {
        b"numFmt" => {
            let code = attribute(element, b"formatCode").as_deref().and_then(NumberFormat::of);
            if let (Some(id), Some(shown)) = (attribute(element, b"numFmtId"), code) {
                codes.insert(id, shown);
            }
        }
        b"cellXfs" => of_cells = true,
        b"cellStyles" | b"dxfs" => of_cells = false,
        b"xf" if of_cells => {
            if let Some(shown) = attribute(element, b"numFmtId").and_then(|id| codes.get(&id)) {
                styles.insert(place.to_string(), *shown);
            }
            place += 1;
        }
        _ => {}
    });
    styles
}

fn sheet(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    part: &str,
    styles: &BTreeMap<String, NumberFormat>,
) -> Markup {
    let (mut markup, mut next) = (Markup::default(), 0_u32);
    each(archive, part, |element| match element.local_name().as_ref() {
        b"row" => {
            let number = attribute(element, b"r").and_then(|r| r.parse::<u32>().ok()).unwrap_or(next + 1);
            next = number;
            if matches!(attribute(element, b"hidden").as_deref(), Some("1" | "true")) && number > 0 {
                markup.hidden.insert(number - 1);
            }
        }
        b"c" if !styles.is_empty() => {
            let shown = attribute(element, b"s").and_then(|style| styles.get(&style));
            if let (Some(shown), Some(place)) = (shown, attribute(element, b"r")) {
                markup.shown.extend(place_of(&place).map(|place| (place, *shown)));
            }
        }
        _ => {}
    });
    markup
}

/// `C7` as row 6, column 2.
fn place_of(place: &str) -> Option<(u32, u32)> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase).count();
    let (letters, digits) = place.split_at(letters);
    let column = letters
        .bytes()
        .try_fold(0_u32, |sum, letter| sum.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1));
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column?.checked_sub(1)?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_reads_otherwise_than_the_number_is_known() {
        let shown = |code: &str, number: f64| {
            NumberFormat::of(code).and_then(|shown| shown.text(number)).unwrap_or_default()
        };
        assert_eq!(shown("00000", 7.0), "00007");
        assert_eq!(shown("00000", 1234567.0), "1234567");
        assert_eq!(shown("[Red]000;-000", 7.0), "007");
        assert_eq!(shown("0%", 0.155), "15.5%");
        assert_eq!(shown("#,##0.0%", 12.0), "1200%");
        assert_eq!(shown("0.00%", -0.001), "-0.1%");
        assert_eq!(shown("0%", 1e-7), "0.00001%");
        for (code, number) in
            [("0", 7.0), ("0.00", 7.0), ("#,##0", 7.0), ("General", 7.0), ("000", 7.5), ("000", -7.0)]
        {
            assert_eq!(shown(code, number), "", "{code} {number}");
        }
        assert_eq!(place_of("C7"), Some((6, 2)));
        assert_eq!(place_of("AA1"), Some((0, 26)));
        assert!(["", "7", "A", "A0", "ZZZZZZZZZZ1"].into_iter().all(|place| place_of(place).is_none()));
    }
}
