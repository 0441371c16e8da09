//! Units, people, calendar, code tables, settings and chosen rule sets, as they were on any day.
//!
//! Derived from the events of the register `$directory` and from nothing else; in memory.

mod calendar;
mod dated;
mod people;
mod tables;
mod units;

pub use people::{Person, Role};
pub use units::Unit;

use crate::event::{DIRECTORY, Event};
use calendar::Calendar;
use dated::Dated;
use registrar_sdk::value::Map;
use std::collections::BTreeMap;

/// What the directory's events say. Cheap enough to copy that a change makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    units: BTreeMap<String, Dated>,
    people: BTreeMap<String, Dated>,
    /// By table, then key.
    tables: BTreeMap<String, BTreeMap<String, Dated>>,
    settings: BTreeMap<String, Dated>,
    rule_sets: BTreeMap<String, Dated>,
    calendar: Calendar,
    /// The last event that was taken in.
    seen: u64,
}

/// The actions of the register `$directory`.
pub const ACTIONS: [&str; 6] = ["unit", "person", "holiday", "table", "setting", "rule-set"];

impl Directory {
    /// The directory that these events make; dead ones and those of other registers say nothing.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a Event>) -> Directory {
        let mut directory = Directory::default();
        for event in events {
            directory.apply(event);
        }
        directory
    }

    /// Takes in one event. What it says holds from its `on` date, until a later one says otherwise;
    /// fields that it does not name stay as they were.
    pub fn apply(&mut self, event: &Event) {
        if event.register != DIRECTORY || event.dead {
            return;
        }
        self.seen = self.seen.max(event.seq);
        let id = event.record.clone();
        let dated = match event.action.as_str() {
            "unit" => self.units.entry(id).or_default(),
            "person" => self.people.entry(id).or_default(),
            "setting" => self.settings.entry(id).or_default(),
            "rule-set" => self.rule_sets.entry(id).or_default(),
            "table" => {
                let key = tables::key_of(event);
                self.tables.entry(id).or_default().entry(key).or_default()
            }
            "holiday" => return self.calendar.apply(event),
            _ => return,
        };
        dated.add(event.on, event.seq, event.fields.clone());
    }

    /// Notes that the log was read up to a place, whatever was there.
    pub(crate) fn saw(&mut self, seq: u64) {
        self.seen = self.seen.max(seq);
    }

    /// The place of the last event taken in.
    pub fn seen(&self) -> u64 {
        self.seen
    }
}

fn text(fields: &Map, key: &str) -> Option<String> {
    fields.get(key).and_then(|v| v.as_str()).map(str::to_owned)
}

fn day(fields: &Map, key: &str) -> Option<jiff::civil::Date> {
    fields.get(key).and_then(|v| v.as_str()).and_then(|t| t.parse().ok())
}

/// Whether `on` lies within two optional days, both included.
fn within(on: jiff::civil::Date, from: Option<jiff::civil::Date>, to: Option<jiff::civil::Date>) -> bool {
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}
