//! Full-text search: the words of records, followed along the log, and found again.
//!
//! Chinese is written without spaces, so each of its characters is a word, and what is looked for is a
//! run of them: any part of a text is found, down to one character. Other scripts go by words and
//! their beginnings.

use crate::{
    error::KernelError,
    office::{Office, PAGE},
};
use registrar_domain::{Record, Register, Registers, register::FieldType, storage::RecordQuery};
use registrar_sdk::Value;
use std::{collections::BTreeSet, fmt::Write};

/// How far the words follow the log.
const CURSOR: &str = "$search";
/// The note of what was searched in when they were last gathered.
const NOTE: &str = "search-fields";
/// Between two texts of a record, so that no run goes from one into the other.
const BREAK: &str = "\u{f8ff}";
/// Begins a word that stands for a record that is named. Nobody types it, so nobody finds it by its letters.
const NAMES: char = '\u{f8fe}';
/// Most phrases of a question; the rest says little more.
const PHRASES: usize = 16;

/// Whether a character is a word by itself.
fn is_word(c: char) -> bool {
    let is_east_asian =
        matches!(u32::from(c), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff);
    is_east_asian && c.is_alphanumeric()
}

/// A text as words with spaces between them; what is neither letter nor digit parts them.
fn spaced(text: &str) -> String {
    let mut words = String::with_capacity(text.len() * 2);
    for c in text.chars().flat_map(char::to_lowercase) {
        if is_word(c) {
            words.push(' ');
            words.push(c);
            words.push(' ');
        } else {
            words.push(if c.is_alphanumeric() { c } else { ' ' });
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is looked for, as runs of words that must all be there; the last word of a run that is of
/// letters may go on.
pub fn phrases(text: &str) -> Vec<String> {
    let phrase = |part: &str| {
        let words = spaced(part);
        let goes_on = words.chars().next_back().is_some_and(|c| !is_word(c));
        if goes_on { format!("{words}*") } else { words }
    };
    let phrases = text.split_whitespace().map(phrase).filter(|words| !words.is_empty());
    phrases.take(PHRASES).collect()
}

/// The word that a record has which names this one.
pub(crate) fn word_of_reference(register: &str, id: &str) -> String {
    let hash = blake3::hash(format!("{register}/{id}").as_bytes()).to_hex();
    format!("{NAMES}{}", &hash.as_str()[..32])
}

/// The words of a record: its id, its number, what its register searches in, and which records it names. Personal
/// fields are not among them.
fn words_of(register: &Register, record: &Record) -> String {
    let searched = |name: &str| {
        let field = register.fields.get(name);
        field.is_some_and(|field| !field.personal && (field.search || name == register.name_field))
    };
    let mut words = spaced(&record.id);
    let mut add = |text: &str| {
        let _ = write!(words, " {BREAK} {}", spaced(text));
    };
    record.number.iter().for_each(|number| add(number));
    for (_, value) in record.fields.iter().filter(|(name, _)| searched(name)) {
        value.items().iter().filter_map(Value::as_str).for_each(&mut add);
    }
    for (register, id) in references_of(register, record) {
        let _ = write!(words, " {BREAK} {}", word_of_reference(register, id));
    }
    words
}

/// The records that one names: register and id.
pub(crate) fn references_of<'r>(
    register: &'r Register,
    record: &'r Record,
) -> impl Iterator<Item = (&'r str, &'r str)> {
    let named = register.fields.iter().filter(|(_, field)| field.ty == FieldType::Record && !field.personal);
    named.flat_map(move |(name, field)| {
        let of = field.of.first().map(String::as_str);
        let ids = record.fields.get(name.as_str()).into_iter().flat_map(Value::items);
        ids.filter_map(move |id| Some((of?, id.as_str().filter(|id| !id.is_empty())?)))
    })
}

/// Stands for what registers search in.
fn fingerprint(registers: &Registers) -> String {
    let mut all = String::new();
    for register in registers.by_id.values() {
        let fields = register.fields.iter().filter(|(_, field)| field.search && !field.personal);
        let names: Vec<&str> = fields.map(|(name, _)| name.as_str()).collect();
        let named = register.fields.iter().filter(|(_, field)| field.ty == FieldType::Record);
        let named: Vec<String> =
            named.map(|(name, field)| format!("{name}>{}", field.of.join(","))).collect();
        let (id, title) = (&register.id, &register.name_field);
        let _ = write!(all, "{id}:{title}:{}:{};", names.join(","), named.join(","));
    }
    blake3::hash(all.as_bytes()).to_hex().to_string()
}

impl Office {
    /// Has the words of records follow the log. Gives how many records were looked at.
    ///
    /// # Errors
    /// The store failed; what was done until then stays.
    pub fn follow_words(&self) -> Result<usize, KernelError> {
        let registers = self.plan()?.registers.clone();
        let searched = fingerprint(&registers);
        if self.host().noted(NOTE).map_err(KernelError::refused)?.as_ref() != Some(&searched) {
            let mut tx = self.store().begin_write(self.key())?;
            tx.set_cursor(CURSOR, 0)?;
            tx.commit()?;
            self.host().note(NOTE, Some(&searched)).map_err(KernelError::refused)?;
        }
        let mut looked = 0;
        loop {
            let read = self.read()?;
            let events = read.events_after(read.cursor(CURSOR)?.unwrap_or(0), PAGE)?;
            drop(read);
            let Some(last) = events.last() else { return Ok(looked) };
            let touched: BTreeSet<(&str, &str)> =
                events.iter().map(|event| (event.register.as_str(), event.record.as_str())).collect();
            let mut tx = self.store().begin_write(self.key())?;
            for (register, id) in touched {
                let Some(register) = registers.by_id.get(register) else { continue };
                let record = tx.record(&register.id, id)?.map(|record| register.present(record));
                let words = record.as_ref().map(|record| words_of(register, record));
                tx.put_words(&register.id, id, words.as_deref())?;
                looked += 1;
            }
            tx.set_cursor(CURSOR, last.seq)?;
            tx.commit()?;
        }
    }

    /// The records, by register and id, whose words in the index are not what they are made of.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) fn unlike_words(&self, registers: &Registers) -> Result<Vec<(String, String)>, KernelError> {
        self.follow_words()?;
        let read = self.read()?;
        let mut check = read.word_check()?;
        for register in registers.by_id.values() {
            let mut offset = 0;
            loop {
                let (register_id, limit) = (register.id.clone(), Some(PAGE));
                let page = read.records(&RecordQuery {
                    register: register_id,
                    offset,
                    limit,
                    ..RecordQuery::default()
                })?;
                offset += page.len();
                for record in page.iter().cloned().map(|record| register.present(record)) {
                    check.expect(&register.id, &record.id, &words_of(register, &record))?;
                }
                if page.len() < PAGE {
                    break;
                }
            }
        }
        let mut unlike = check.unlike()?;
        // Of a register that nobody defines at present nothing can be said.
        unlike.retain(|(register, _)| registers.by_id.contains_key(register));
        Ok(unlike)
    }
}

#[cfg(test)]
mod tests {
    use crate::queries::search::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(phrases(text), expected, "{text}");
    }

    #[test]
    fn a_question_is_runs_of_characters_and_beginnings_of_words() {
        check("河道治理", &["河 道 治 理"]);
        check(" 河道  2023-001 ", &["河 道", "2023 001*"]);
        check("Report", &["report*"]);
        check("AI应用", &["ai 应 用"]);
        check("“”，。", &[]);
        check("\" OR 1=1 --", &["or*", "1 1*"]);
    }
}
