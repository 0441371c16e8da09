//! A line of history as it is written and read: an event, with what lies beside it in the log.

use crate::{error::KernelError, office::PAGE, queries::OperatorView};
use jiff::civil::Date;
use registrar_domain::{
    Actor, Event, ReadTx, Register,
    commitment::{Commitment, HexSalt},
    log::{self, NewEvent},
};
use registrar_sdk::value::{Key, Map};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A line as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryLine {
    pub id: String,
    pub register: String,
    pub record: String,
    pub action: String,
    pub on: Date,
    #[serde(default = "operator", serialize_with = "as_text")]
    pub by: Actor,
    #[serde(default)]
    pub fields: Map,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What stands for personal values that were erased, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub erased: BTreeMap<Key, Commitment>,
    /// The salts of the other personal values, by field: with them the chain comes out the same.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub salts: BTreeMap<Key, HexSalt>,
}

impl From<Event> for HistoryLine {
    fn from(event: Event) -> HistoryLine {
        let erased: Vec<Key> = event.erased().cloned().collect();
        let Event { id, register, record, action, on, by, fields, cause, mut personal, .. } = event;
        let salts =
            personal.iter().filter_map(|(name, has)| Some((name.clone(), HexSalt(has.salt()?)))).collect();
        personal.retain(|name, _| erased.contains(name));
        HistoryLine { id, register, record, action, on, by, fields, cause, erased: personal, salts }
    }
}

impl HistoryLine {
    /// The event that it would be.
    pub fn prepare(&self, tx: &dyn ReadTx, register: &Register, fields: Map) -> Result<Event, KernelError> {
        let mut event = log::prepare(tx, register, self.new_event(fields))?;
        if let Some(there) = self.erased.keys().find(|name| event.record_fields().contains_key(*name)) {
            return Err(KernelError::refused(format!(
                "`erased`: \"{there}\" has a value; leave one of the two out"
            )));
        }
        for (name, HexSalt(salt)) in &self.salts {
            if let Some(value) = event.record_fields().get(name) {
                let commitment = Commitment::salted(*salt, value).map_err(KernelError::refused)?;
                event.personal.insert(name.clone(), commitment);
            }
        }
        event.personal.extend(self.erased.clone());
        Ok(event)
    }

    fn new_event(&self, fields: Map) -> NewEvent {
        NewEvent {
            id: Some(self.id.clone()),
            register: self.register.clone(),
            record: self.record.clone(),
            action: self.action.clone(),
            on: self.on,
            by: self.by.clone(),
            fields,
            cause: self.cause.clone(),
        }
    }
}

fn operator() -> Actor {
    Actor::Operator
}

/// A file of history is written for people: no person has an id that could be read as another.
fn as_text<S: serde::Serializer>(by: &Actor, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(by.as_str())
}

impl OperatorView<'_> {
    /// The log, one event a line, as [`Office::import_events`](crate::Office::import_events) reads it; `take`
    /// gets the lines of each batch and how many there were so far.
    ///
    /// # Errors
    /// The store, or a number that JSON has no form for.
    pub fn export_events(&self, take: &mut dyn FnMut(&str, u64)) -> Result<(), KernelError> {
        let read = self.office.read()?;
        let (mut after, mut done) = (0, 0);
        loop {
            let events = read.events_after(after, PAGE)?;
            let Some(last) = events.last() else { return Ok(()) };
            after = last.seq;
            let mut lines = String::new();
            for event in events {
                let id = event.id.clone();
                let line = serde_json::to_string(&HistoryLine::from(event));
                lines.push_str(&line.map_err(|why| KernelError::refused(format!("event {id}: {why}")))?);
                lines.push('\n');
                done += 1;
            }
            take(&lines, done);
        }
    }
}
