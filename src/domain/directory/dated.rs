//! Fields that change from day to day.

use jiff::civil::Date;
use registrar_sdk::{Value, value::Map};

/// What events said about one thing, in the order in which it came into force.
#[derive(Clone, Debug, Default)]
pub(super) struct Dated {
    changes: Vec<(Date, u64, Map)>,
}

impl Dated {
    /// Adds what an event says from its day on.
    pub fn add(&mut self, on: Date, seq: u64, fields: Map) {
        let at = self.changes.partition_point(|(day, s, _)| (*day, *s) < (on, seq));
        self.changes.insert(at, (on, seq, fields));
    }

    /// The fields in force on a day; `None` before the first change.
    pub fn on(&self, day: Date) -> Option<Map> {
        let mut changes = self.changes.iter().take_while(|(from, ..)| *from <= day);
        let mut fields = changes.next()?.2.clone();
        for (_, _, change) in changes {
            fields.extend(change.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        // `host.null` clears: from then on the field is absent.
        fields.retain(|_, value| !matches!(value, Value::Null | Value::Nil));
        Some(fields)
    }

    /// The days of the changes, in order; each once.
    pub fn days(&self) -> Vec<Date> {
        let mut days: Vec<Date> = self.changes.iter().map(|(on, ..)| *on).collect();
        days.dedup();
        days
    }

    /// The fields after the last change.
    pub fn last(&self) -> Option<Map> {
        self.on(Date::MAX)
    }

    /// The day of the first change.
    pub fn first(&self) -> Option<Date> {
        self.changes.first().map(|(on, ..)| *on)
    }
}
