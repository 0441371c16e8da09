//! One line of an office's log: what it says, the bytes that are stored, and how they are chained.
//!
//! Who may append it and what follows from it is decided elsewhere (`action`, `import`, `ledger`).

use crate::{actor::Actor, commitment::Commitment, reserved::OPENING};
use jiff::civil::Date;
use registrar_sdk::{
    Value,
    value::{Key, MAX_INT, Map},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};

/// A link of an office's hash chain: `blake3(previous link || stored bytes)`.
pub type Link = [u8; 32];

/// One event. Everything else is derived from events.
///
/// Fields are declared in the order of their names, so that serialising gives canonical JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What was done.
    pub action: String,
    /// Who did it.
    pub by: Actor,
    /// The id of the event that this one follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What was said with it: fields of the record and of the action's form.
    #[serde(default)]
    pub fields: Map,
    /// Its key: the same id is one event.
    pub id: String,
    /// The day it counts for.
    pub on: Date,
    /// What stands in the stored bytes for its personal values, by field. A field that has no value any more was
    /// erased.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub personal: BTreeMap<Key, Commitment>,
    /// The record it belongs to.
    pub record: String,
    /// The register of that record.
    pub register: String,
    /// Hash of the register's definition when it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Its place in the office's log, from 1.
    pub seq: u64,
    /// Whether a later `void` took it out of all derivation. Not part of the stored bytes.
    #[serde(skip)]
    pub dead: bool,
}

impl Event {
    /// The bytes that are stored and chained: JSON with sorted keys.
    ///
    /// # Errors
    /// A number that JSON has no form for.
    pub fn stored_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        if self.personal.is_empty() {
            return serde_json::to_vec(self);
        }
        serde_json::to_vec(&Event { fields: self.logged_fields(), ..self.clone() })
    }

    /// Reads what [`Event::stored_bytes`] wrote; personal values come back by [`Event::take_back`].
    ///
    /// # Errors
    /// The bytes are no event.
    pub fn from_stored(bytes: &[u8], dead: bool) -> Result<Event, serde_json::Error> {
        let mut event: Event = serde_json::from_slice(bytes)?;
        event.dead = dead;
        Ok(event)
    }

    /// What it says of its record's fields and of the action's form; an opening has the record's aside.
    pub fn record_fields(&self) -> &Map {
        let opened =
            (self.action == OPENING).then(|| self.fields.get(crate::reserved::FIELDS)?.as_map()).flatten();
        opened.unwrap_or(&self.fields)
    }

    /// The same, to be changed.
    pub(crate) fn record_fields_mut(&mut self) -> &mut Map {
        record_fields_of(&self.action, &mut self.fields)
    }

    /// Whether `other` says the same under the same id, wherever each stands in a log.
    pub fn same_content(&self, other: &Event) -> bool {
        let same = |a: &Map, b: &Map| {
            a.len() == b.len() && a.iter().zip(b).all(|((ka, a), (kb, b))| ka == kb && a.same(b))
        };
        // What was erased here is not known any more, and does not come back.
        let forgotten: Vec<&Key> = self.erased().chain(other.erased()).collect();
        if !forgotten.is_empty() {
            let without = |event: &Event| {
                let mut event = Event { personal: BTreeMap::new(), ..event.clone() };
                event.record_fields_mut().retain(|name, _| !forgotten.contains(&name));
                event
            };
            return without(self).same_content(&without(other));
        }
        self.id == other.id
            && self.register == other.register
            && self.record == other.record
            && self.action == other.action
            && self.on == other.on
            && self.by == other.by
            && same(&self.fields, &other.fields)
    }

    /// The event as handlers see it. `nth` counts the live events of its action on its record, up
    /// to and including it.
    pub fn to_value(&self, nth: u64) -> Value {
        // Names made once: they are the same for every event.
        static KEYS: LazyLock<[Key; 9]> = LazyLock::new(|| {
            ["action", "by", "fields", "id", "nth", "on", "record", "register", "seq"].map(Key::from)
        });
        let values = [
            Value::text(&self.action),
            Value::text(self.by.as_str()),
            Value::Map(self.fields.clone()),
            Value::text(&self.id),
            Value::Int(nth as i64),
            Value::text(self.on.to_string()),
            Value::text(&self.record),
            Value::text(&self.register),
            Value::Int(self.seq as i64),
        ];
        Value::Map(KEYS.iter().cloned().zip(values).collect())
    }
}

/// Of what an event says: its record's fields and those of the action's form.
pub(crate) fn record_fields_of<'f>(action: &str, fields: &'f mut Map) -> &'f mut Map {
    let opened =
        action == OPENING && fields.get(crate::reserved::FIELDS).is_some_and(|v| v.as_map().is_some());
    if !opened {
        return fields;
    }
    let Some(Value::Map(opened)) = fields.get_mut(crate::reserved::FIELDS) else {
        unreachable!("it was looked at")
    };
    opened
}

/// The next link after `previous` for these stored bytes.
pub fn chain(previous: &Link, stored: &[u8]) -> Link {
    let mut hasher = blake3::Hasher::new();
    hasher.update(previous);
    hasher.update(stored);
    *hasher.finalize().as_bytes()
}

/// For each event, how many live events of its action there are among `events` up to and including
/// it. The events are those of one record, in the order in which they count.
pub fn nths(events: &[Event]) -> Vec<u64> {
    let mut seen = std::collections::BTreeMap::<&str, u64>::new();
    events
        .iter()
        .map(|event| {
            let count = seen.entry(event.action.as_str()).or_default();
            *count += u64::from(!event.dead);
            *count
        })
        .collect()
}

/// The order in which events count: by the day they count for, then by their place in the log.
pub fn in_order(events: &mut [Event]) {
    events.sort_by_key(|event| (event.on, event.seq));
}

/// A value in the form in which it is stored: no nil entries, amounts as the plain numbers that
/// scripts see.
///
/// # Errors
/// An amount or number that a script's number does not hold exactly.
pub fn storable(value: Value) -> Result<Value, String> {
    Ok(match value {
        Value::Amount(amount) => match amount.micros() % 1_000_000 {
            0 => Value::Int(amount.micros() / 1_000_000),
            _ if amount.micros().abs() <= MAX_INT => Value::Num(amount.to_f64()),
            _ => return Err(format!("{amount} has more digits than a number holds exactly")),
        },
        Value::Num(n) if !n.is_finite() => return Err(format!("{n} is not a finite number")),
        Value::Num(n) if n.fract() == 0.0 && n.abs() <= MAX_INT as f64 => Value::Int(n as i64),
        Value::Text(text) if !is_clean(&text) => Value::text(cleaned(&text)),
        Value::List(items) => Value::List(items.into_iter().map(storable).collect::<Result<_, _>>()?),
        Value::Map(map) => Value::Map(storable_map(map)?),
        other => other,
    })
}

/// Whether a text holds nothing that no page, sheet or document can show.
pub fn is_clean(text: &str) -> bool {
    text.chars().all(|c| shown_as(c) == Some(c))
}

/// A text without what can't be shown: other programs' line breaks are lines, control characters are gone.
pub fn cleaned(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter_map(shown_as).collect()
}

/// Whether a character of a text is left out of what is stored.
pub fn is_left_out(c: char) -> bool {
    shown_as(c).is_none()
}

fn shown_as(c: char) -> Option<char> {
    match c {
        '\t' | '\n' => Some(c),
        // A carriage return, vertical tab, form feed, next line, and the separators of lines and paragraphs, as word processors have them.
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // What XML can't hold besides.
        '\u{fffe}' | '\u{ffff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// The fields with clean texts; `None` if all of them are.
pub fn cleaned_fields(fields: &Map) -> Option<Map> {
    fn clean(value: &Value) -> bool {
        match value {
            Value::Text(text) => is_clean(text),
            Value::List(items) => items.iter().all(clean),
            Value::Map(map) => map.values().all(clean),
            _ => true,
        }
    }
    fn clean_one(value: &Value) -> Value {
        match value {
            Value::Text(text) => Value::text(cleaned(text)),
            Value::List(items) => Value::List(items.iter().map(clean_one).collect()),
            Value::Map(map) => {
                Value::Map(map.iter().map(|(key, value)| (key.clone(), clean_one(value))).collect())
            }
            other => other.clone(),
        }
    }
    let dirty = fields.values().any(|value| !clean(value));
    dirty.then(|| fields.iter().map(|(key, value)| (key.clone(), clean_one(value))).collect())
}

/// [`storable`] for the entries of a map.
///
/// # Errors
/// As [`storable`], naming the entry.
pub fn storable_map(map: Map) -> Result<Map, String> {
    map.into_iter()
        .filter(|(_, value)| !value.is_nil())
        .map(|(key, value)| match storable(value) {
            Ok(value) => Ok((key, value)),
            Err(why) => Err(format!("`{key}`: {why}")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64, action: &str) -> Event {
        Event {
            action: action.into(),
            by: Actor::person("li"),
            cause: None,
            fields: Map::from([("title".into(), Value::text("标题")), ("pages".into(), Value::Num(2.5))]),
            id: format!("e-{seq}"),
            on: jiff::civil::date(2023, 2, 14),
            personal: BTreeMap::new(),
            record: "2023-0001".into(),
            register: "letters".into(),
            schema: None,
            seq,
            dead: false,
        }
    }

    #[test]
    fn stored_bytes_are_sorted_json_and_read_back() {
        let bytes = event(7, "accept").stored_bytes().unwrap();
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            r#"{"action":"accept","by":"li","fields":{"pages":2.5,"title":"标题"},"id":"e-7","on":"2023-02-14","record":"2023-0001","register":"letters","seq":7}"#
        );
        assert_eq!(Event::from_stored(&bytes, false).unwrap(), event(7, "accept"));
    }

    #[test]
    fn another_previous_link_gives_another_link() {
        let bytes = event(1, "accept").stored_bytes().unwrap();
        assert_ne!(chain(&[0; 32], &bytes), chain(&[1; 32], &bytes));
    }

    #[test]
    fn dead_events_do_not_count() {
        let mut events = [event(1, "accept"), event(2, "submit"), event(3, "accept"), event(4, "accept")];
        events[0].dead = true;
        assert_eq!(nths(&events), [0, 1, 1, 2]);
    }

    #[test]
    fn what_no_page_can_show_is_not_stored() {
        let stored =
            storable(Value::text("a\u{1b}[31m\u{b}b\u{0}\u{2028}c\td\r\ne\r\u{ffff}\u{200b}")).unwrap();
        assert_eq!(stored, Value::text("a[31m\nb\nc\td\ne\n\u{200b}"));
        let fields = Map::from([("list".into(), Value::List(vec![Value::text("a\u{7}")]))]);
        assert_eq!(cleaned_fields(&fields).unwrap()["list"], Value::List(vec![Value::text("a")]));
        assert_eq!(cleaned_fields(&Map::from([("x".into(), Value::text("一"))])), None);
    }

    #[test]
    fn amounts_are_stored_as_plain_numbers() {
        let stored = storable(Value::Amount("0.2".parse().unwrap())).unwrap();
        assert_eq!(stored, Value::Num(0.2));
        assert!(storable(Value::Amount("9000000000000.1".parse().unwrap())).is_err());
    }
}
