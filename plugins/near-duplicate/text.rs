//! A record's text made comparable: normalised characters, each with the place it came from.
//!
//! Width, case, compatibility forms, punctuation and white space are taken away, so that a copy that was
//! set anew still compares as one. Words are not segmented: a copyist replaces names, which is where a
//! dictionary fails, and n-grams of characters need no dictionary.

use std::{collections::BTreeSet, ops::Range};
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::Xxh3;

/// Stands between two fields; equal to nothing, not even to itself.
pub const BREAK: char = '\0';

/// Characters beyond this are not compared, so that one huge text cannot hold up a query.
pub const LONGEST: usize = 20_000;

/// The texts of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordTexts(pub Vec<(String, String)>);

impl RecordTexts {
    /// Texts from pairs of field and text.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> RecordTexts {
        RecordTexts(pairs.into_iter().map(|(field, text)| (field.to_owned(), text.to_owned())).collect())
    }

    /// The text of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, text)| &**text)
    }
}

/// The comparable form of a record's texts.
#[derive(Clone, Debug, Default)]
pub struct ComparableText {
    /// The normalised characters of all fields, with a [`BREAK`] between fields.
    pub chars: Vec<char>,
    /// For each of `chars` its field's index and its place there in characters from 1.
    places: Vec<(u16, u32)>,
    fields: Vec<String>,
}

/// A stretch of a field, in characters from 1, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextSpan {
    /// The field.
    pub field: String,
    /// The first character.
    pub from: usize,
    /// The last character.
    pub to: usize,
}

impl ComparableText {
    /// Normalises texts. What lies beyond [`LONGEST`] characters is left out.
    pub fn new(texts: &RecordTexts) -> ComparableText {
        let mut document = ComparableText::default();
        for (index, (field, text)) in texts.0.iter().enumerate() {
            document.fields.push(field.clone());
            let Ok(index) = u16::try_from(index) else { break };
            if document.chars.last().is_some_and(|c| *c != BREAK) {
                document.chars.push(BREAK);
                document.places.push((index, 0));
            }
            for (place, c) in text.chars().enumerate() {
                if document.chars.len() >= LONGEST {
                    return document;
                }
                document.push(c, (index, place as u32 + 1));
            }
        }
        document
    }

    fn push(&mut self, c: char, place: (u16, u32)) {
        // Nearly every character is one of these, which no rule changes.
        if matches!(c, '\u{4E00}'..='\u{9FFF}') {
            self.chars.push(c);
            self.places.push(place);
            return;
        }
        for c in std::iter::once(c).nfkc().flat_map(char::to_lowercase).filter(|c| counts(*c)) {
            self.chars.push(c);
            self.places.push(place);
        }
    }

    /// How many characters are compared.
    pub fn len(&self) -> usize {
        self.chars.iter().filter(|c| **c != BREAK).count()
    }

    /// True if there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Alike for texts that compare as the same, on every machine and in every version.
    pub fn digest(&self) -> u64 {
        let mut hasher = Xxh3::new();
        self.chars.iter().for_each(|c| hasher.update(&(*c as u32).to_le_bytes()));
        hasher.digest()
    }

    /// Where a range of `chars` lies in the text as it was written. The range lies in one field.
    pub fn span(&self, range: &Range<usize>) -> Option<TextSpan> {
        let (first, last) = (self.places.get(range.start)?, self.places.get(range.end.checked_sub(1)?)?);
        let field = self.fields.get(usize::from(first.0))?;
        (first.0 == last.0).then(|| TextSpan {
            field: field.clone(),
            from: first.1 as usize,
            to: last.1 as usize,
        })
    }
}

/// True for what a reader would count as content: letters, digits and pictures.
fn counts(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// The characters of a text from one place to another, from 1, both ends included.
pub fn slice(text: &str, span: &TextSpan) -> String {
    text.chars().skip(span.from.saturating_sub(1)).take((span.to + 1).saturating_sub(span.from)).collect()
}

/// The fields of a record that are worth comparing: those named, or every text of at least
/// `SHORTEST_FIELD` characters, which leaves out codes and the names of units and people.
pub fn fields_of<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    wanted: &BTreeSet<String>,
) -> RecordTexts {
    const SHORTEST_FIELD: usize = 8;
    const NOT_CONTENT: [&str; 4] = ["id", "number", "register", "stage"];
    let worth = |(field, text): &(&str, &str)| match wanted.is_empty() {
        true => !NOT_CONTENT.contains(field) && text.chars().nth(SHORTEST_FIELD - 1).is_some(),
        false => wanted.contains(*field),
    };
    RecordTexts::of(pairs.into_iter().filter(worth))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> ComparableText {
        ComparableText::new(&RecordTexts::of([("body", text)]))
    }

    #[test]
    fn width_case_punctuation_and_space_do_not_count() {
        let (a, b) = (document("2023年,GDP 增长 5.2%。"), document("２０２３年，ｇｄｐ增长５．２％"));
        assert_eq!(a.chars, b.chars);
        assert_eq!(a.digest(), b.digest());
        assert_ne!(a.digest(), document("2023年GDP增长5.3%").digest());
    }

    #[test]
    fn places_are_those_of_the_written_text() {
        let text = "  “甲、乙”😀𠀀丙。";
        let document = document(text);
        assert_eq!(document.chars.iter().collect::<String>(), "甲乙😀𠀀丙");
        let span = document.span(&(0..5)).unwrap();
        assert_eq!((span.from, span.to), (4, 10));
        assert_eq!(slice(text, &span), "甲、乙”😀𠀀丙");
    }

    #[test]
    fn a_range_across_fields_is_no_place() {
        let document = ComparableText::new(&RecordTexts::of([("title", "甲乙"), ("body", "丙丁")]));
        assert_eq!(document.chars, ['甲', '乙', BREAK, '丙', '丁']);
        assert_eq!(document.len(), 4);
        assert!(document.span(&(0..5)).is_none());
        assert_eq!(document.span(&(3..5)), Some(TextSpan { field: "body".into(), from: 1, to: 2 }));
    }

    #[test]
    fn codes_and_names_are_left_out_unless_named() {
        let record = [("id", "2023-0001-0002"), ("unit", "xihu"), ("title", "关于加强联系的报告")];
        assert_eq!(fields_of(record, &BTreeSet::new()), RecordTexts::of([("title", "关于加强联系的报告")]));
        assert_eq!(
            fields_of(record, &BTreeSet::from(["unit".to_owned()])),
            RecordTexts::of([("unit", "xihu")])
        );
    }
}
