//! A page of the ledger: a run of records, in the order in which the log first named them, with
//! their live events and what these came to.
//!
//! Bulk is why: a million events are packed in a few hundred pages, each written and read whole.

pub(crate) mod amend;
mod item;
pub mod sums;

pub use crate::model::page::sums::{PageSums, SumKey};

use crate::model::{
    counted_event::CountedEvent,
    interner::{Code, Interner},
    posting::Posting,
};
use jiff::{ToSpan, civil::Date};
use registrar_domain::{StoreError, Stored};
use registrar_sdk::Value;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Records of one page, mostly.
pub const RECORDS: usize = 512;

/// A run of records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The records, by key.
    pub records: Vec<PageRecord>,
    /// The records' live events, one record's after the other's.
    pub entries: Vec<PageEntry>,
    /// The records' postings, one record's after the other's.
    pub postings: Vec<PagePosting>,
    /// What does not recur.
    pub texts: String,
}

/// One record of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Its key in the log.
    pub key: u64,
    /// Its register.
    pub register: Code,
    /// Its id.
    pub id: TextSlice,
    /// The accounts that own it, a line each.
    pub owners: Code,
    /// How many entries are its.
    pub entries: u32,
    /// How many postings are its.
    pub postings: u32,
}

/// A live event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEntry {
    /// Its place in the log.
    pub seq: u64,
    /// The day it counts for, from 1970-01-01.
    pub on: i32,
    /// Its action.
    pub action: Code,
    /// How many live events of its action the record has, up to this one.
    pub nth: u32,
    /// Its id.
    pub id: TextSlice,
    /// The rules that were asked about it; 0 if that is not known.
    pub asked: Code,
}

/// A posting of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagePosting {
    /// Which of the record's entries it is of.
    pub entry: u32,
    /// Who gets it.
    pub account: Code,
    /// What it counts.
    pub measure: Code,
    /// How much, in millionths.
    pub amount: i64,
    /// A label.
    pub tag: Code,
    /// The clause.
    pub clause: Code,
    /// The rule that made it.
    pub rule: Code,
    /// Its place in the rule's answer.
    pub index: u32,
    /// Which of those derived from one place.
    pub part: u32,
    /// The rule that dropped it.
    pub struck: Code,
    /// The rule that derived it.
    pub derived: Code,
    /// The register whose figures it belongs to; 0: its event's.
    pub register: Code,
    /// The period it belongs to, if not to its event's day alone.
    pub span: Code,
    /// What the rule noted with it, as JSON.
    pub data: TextSlice,
}

/// A piece of a page's texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextSlice {
    /// Where it begins.
    pub at: u32,
    /// Its bytes.
    pub len: u32,
}

/// A page made ready to be kept.
#[derive(Debug, Default)]
pub struct EncodedPage {
    /// The keys between which its records lie.
    pub keys: (u64, u64),
    /// The first and the last day of its postings and events; none if it has none.
    pub days: Option<(i32, i32)>,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it adds to the ledger's sums.
    pub sums: PageSums,
}

/// A day as a number, from 1970-01-01.
pub fn day_number(day: Date) -> i32 {
    day.since(EPOCH).map_or(0, |span| span.get_days())
}

/// The day that a number stands for.
pub fn day_of(number: i32) -> Date {
    EPOCH.checked_add(number.days()).unwrap_or(Date::MAX)
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// One record of a page with all that is its.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    page: &'a Page,
    /// The record.
    pub record: &'a PageRecord,
    /// Its entries.
    pub entries: &'a [PageEntry],
    /// Its postings.
    pub postings: &'a [PagePosting],
}

impl Page {
    /// Reads what [`Page::pack`] wrote.
    ///
    /// # Errors
    /// The bytes are no page.
    pub fn read(bytes: &[u8]) -> Stored<Page> {
        let damaged = |why: String| StoreError::Damaged(format!("a page of the ledger: {why}"));
        let page: Page = postcard::from_bytes(bytes).map_err(|e| damaged(e.to_string()))?;
        let sums = page.records.iter().fold((0usize, 0usize), |(entries, postings), record| {
            (entries + record.entries as usize, postings + record.postings as usize)
        });
        if sums != (page.entries.len(), page.postings.len()) {
            return Err(damaged("its records do not add up".to_owned()));
        }
        Ok(page)
    }

    /// The page's bytes, and what it adds to the sums.
    ///
    /// # Errors
    /// It can't be written, or names what is not among the names.
    pub fn pack(&self, names: &Interner) -> Stored<EncodedPage> {
        self.pack_with(names, PageSums::of(self, names)?)
    }

    /// The page's bytes, with what they add to the sums of those that were there before.
    ///
    /// # Errors
    /// As [`Page::pack`].
    pub fn pack_with(&self, names: &Interner, sums: PageSums) -> Stored<EncodedPage> {
        let bytes = postcard::to_allocvec(self)
            .map_err(|e| StoreError::Failed { doing: "packing a page of the ledger", why: e.to_string() })?;
        let key = |record: Option<&PageRecord>| record.map_or(0, |record| record.key);
        let keys = (key(self.records.first()), key(self.records.last()));
        Ok(EncodedPage { keys, days: self.days(names)?, bytes, sums })
    }

    /// The first and the last day of its postings and events.
    ///
    /// # Errors
    /// A posting's span is no period.
    fn days(&self, names: &Interner) -> Stored<Option<(i32, i32)>> {
        let mut days: Option<(i32, i32)> = None;
        let mut saw = |first: i32, last: i32| {
            days = Some(days.map_or((first, last), |days| (days.0.min(first), days.1.max(last))));
        };
        self.entries.iter().for_each(|entry| saw(entry.on, entry.on));
        for item in self.items() {
            for posting in item.postings.iter().filter(|posting| posting.span != 0) {
                let (first, last) = item.days(names, posting)?;
                saw(first, last);
            }
        }
        Ok(days)
    }

    /// Its records, in order.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let (mut entry, mut posting) = (0, 0);
        self.records.iter().map(move |record| {
            let entries = entry..entry + record.entries as usize;
            let postings = posting..posting + record.postings as usize;
            (entry, posting) = (entries.end, postings.end);
            Item {
                page: self,
                record,
                entries: self.entries.get(entries).unwrap_or_default(),
                postings: self.postings.get(postings).unwrap_or_default(),
            }
        })
    }

    /// The record with this key.
    pub fn item(&self, key: u64) -> Option<Item<'_>> {
        self.items().find(|item| item.record.key == key)
    }

    /// A piece of its texts.
    pub fn text(&self, piece: TextSlice) -> &str {
        let range = piece.at as usize..(piece.at + piece.len) as usize;
        self.texts.get(range).unwrap_or_default()
    }

    /// Adds a text.
    pub fn put_text(&mut self, text: &str) -> TextSlice {
        if text.is_empty() {
            return TextSlice::default();
        }
        let piece = TextSlice { at: self.texts.len() as u32, len: text.len() as u32 };
        self.texts.push_str(text);
        piece
    }

    /// Adds a record of another page behind the last one.
    pub fn put_item(&mut self, item: Item<'_>) {
        let id = self.put_text(item.page.text(item.record.id));
        self.records.push(PageRecord { id, ..*item.record });
        for entry in item.entries {
            let id = self.put_text(item.page.text(entry.id));
            self.entries.push(PageEntry { id, ..*entry });
        }
        for posting in item.postings {
            let data = self.put_text(item.page.text(posting.data));
            self.postings.push(PagePosting { data, ..*posting });
        }
    }

    /// Adds a record behind the last one.
    ///
    /// # Errors
    /// A posting is of an event that is not among the entries, or has data that JSON has no form for.
    pub fn put_record(
        &mut self,
        names: &Interner,
        key: u64,
        of: (&str, &str),
        entries: &[CountedEvent],
        postings: &[Posting],
    ) -> Stored<()> {
        let owners = entries.first().map(|entry| entry.owners.join("\n")).unwrap_or_default();
        let record = PageRecord {
            key,
            register: names.code(of.0),
            id: self.put_text(of.1),
            owners: names.code_of(Some(owners.as_str()).filter(|owners| !owners.is_empty())),
            entries: entries.len() as u32,
            postings: postings.len() as u32,
        };
        self.records.push(record);
        for entry in entries {
            let entry = PageEntry {
                seq: entry.seq,
                on: day_number(entry.on),
                action: names.code(&entry.action),
                nth: entry.nth as u32,
                id: self.put_text(&entry.id),
                asked: names.code_of(entry.asked.as_deref()),
            };
            self.entries.push(entry);
        }
        for posting in postings {
            let seq = posting.event().map(|event| event.seq);
            let entry = entries.iter().position(|entry| Some(entry.seq) == seq).ok_or_else(|| {
                StoreError::Failed {
                    doing: "writing the ledger",
                    why: format!("a posting of {} is of no live event of its record", posting.account),
                }
            })?;
            let data = match &posting.data {
                Value::Nil => TextSlice::default(),
                data => {
                    let json = serde_json::to_string(data).map_err(|e| StoreError::Failed {
                        doing: "writing a posting's data",
                        why: e.to_string(),
                    })?;
                    self.put_text(&json)
                }
            };
            self.postings.push(PagePosting {
                entry: entry as u32,
                account: names.code(&posting.account),
                measure: names.code(&posting.measure),
                amount: posting.amount.micros(),
                tag: names.code_of(posting.tag.as_deref()),
                clause: names.code_of(posting.clause.as_deref()),
                rule: names.rule(&posting.rule),
                index: posting.index,
                part: posting.part,
                struck: posting.struck.as_ref().map_or(0, |rule| names.rule(rule)),
                derived: posting.derived.as_ref().map_or(0, |rule| names.rule(rule)),
                register: if posting.register == of.0 { 0 } else { names.code(&posting.register) },
                span: names.code_of(posting.span.map(|span| span.to_string()).as_deref()),
                data,
            });
        }
        Ok(())
    }

    /// Takes in records, each in its place, for those that are there with the same keys and for the one
    /// with this key.
    pub fn take_in(&mut self, key: u64, fresh: &Page) {
        if self.records.last().is_none_or(|last| last.key < key) {
            // The log grows at its end.
            fresh.items().for_each(|item| self.put_item(item));
        } else {
            *self = self.replaced(&|other| other == key, fresh);
        }
    }

    /// The page without records whose keys lie in `gone`, and with those of `with` in their places.
    pub fn replaced(&self, gone: &dyn Fn(u64) -> bool, with: &Page) -> Page {
        let mut page = Page::default();
        let mut fresh = with.items().peekable();
        for item in self.items() {
            while let Some(before) = fresh.next_if(|fresh| fresh.record.key <= item.record.key) {
                page.put_item(before);
            }
            let again = page.records.last().is_some_and(|last| last.key == item.record.key);
            if !again && !gone(item.record.key) {
                page.put_item(item);
            }
        }
        fresh.for_each(|item| page.put_item(item));
        page
    }

    /// Its records from and up to these places, as a page of their own.
    pub fn part(&self, range: Range<usize>) -> Page {
        let mut page = Page::default();
        self.items().skip(range.start).take(range.len()).for_each(|item| page.put_item(item));
        page
    }
}
