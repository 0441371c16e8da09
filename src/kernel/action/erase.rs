//! Erases personal values of a record: out of its events, its state, its files, and what else the store has of them.
//!
//! What was logged with a commitment leaves the chain as it is. Where the value itself was logged (by an earlier
//! version of this program, or before its field was personal), other bytes come in its place; the event that tells
//! of the erasure has their hash, so that they can be verified as well.

use crate::{
    action::{
        ActError, ActionTx,
        erasure_index::{FIELDS, REASON, REWRITTEN, erased_fields, says_fields},
    },
    attachment::Attachment,
    error::KernelError,
    office::{Office, PAGE},
    queries::OperatorView,
};
use jiff::civil::Date;
use registrar_domain::{
    Actor, Event, ReadTx, Register, Unknown,
    log::{self, NewEvent},
    reserved::ERASE,
};
use registrar_sdk::{
    Value,
    value::{Key, Map},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Texts that are shorter say nothing of where they come from.
const TELLING: usize = 2;
/// So many events that still speak of a value are told.
const TOLD: usize = 20;

/// What is to be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The register.
    pub register: String,
    /// The record.
    pub record: String,
    /// The fields; none: all that are personal.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Why.
    pub reason: String,
    /// When it was erased, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

/// What came of an erasure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// The event that tells of it; none if there was nothing (any more) to be erased.
    pub event: Option<String>,
    /// The fields of which there was something.
    pub fields: BTreeSet<String>,
    /// How many values were erased.
    pub values: u64,
    /// How many events had them in their own bytes, which were put anew.
    pub rewritten: u64,
    /// Hashes of files that nothing speaks of any more, and that are gone.
    pub files: Vec<String>,
    /// Other events that say the same text: what they say is left alone.
    pub elsewhere: Vec<TextElsewhere>,
    /// The day of the first event that had one of the values.
    pub since: Option<Date>,
    /// The texts that were erased, to be looked for elsewhere.
    #[serde(skip)]
    pub texts: BTreeSet<String>,
}

/// An event that says an erased text as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextElsewhere {
    /// The register.
    pub register: String,
    /// The record.
    pub record: String,
    /// The action.
    pub action: String,
    /// The event.
    pub event: String,
}

impl OperatorView<'_> {
    /// What was erased so far, in the order of the log, as [`Office::erase`] takes it: for a copy of the office from
    /// before.
    ///
    /// # Errors
    /// The store.
    pub fn erasures(&self) -> Result<Vec<Erasure>, KernelError> {
        let read = self.office.read()?;
        let mut erasures = Vec::new();
        each(&*read, |event| {
            if event.action == ERASE {
                erasures.push(Erasure {
                    register: event.register.clone(),
                    record: event.record.clone(),
                    fields: erased_fields(event).map(str::to_owned).collect(),
                    reason: event.fields.get(REASON).and_then(Value::as_str).unwrap_or_default().to_owned(),
                    on: Some(event.on),
                });
            }
        })?;
        Ok(erasures)
    }
}

impl Office {
    /// Erases personal values of a record, for good. What they led to (figures, stages, numbers) stays as it is as
    /// far as it does not hang on them.
    ///
    /// # Errors
    /// There is no such record, a field is not personal, or the store failed: then nothing is erased.
    pub fn erase(&self, erasure: &Erasure) -> Result<Erased, ActError> {
        if erasure.reason.trim().is_empty() {
            return Err(KernelError::refused("say why it is erased".to_owned()).into());
        }
        let mut work = ActionTx::begin(self, &Actor::Operator, 0)?;
        let register = work.plan.registers.find(&erasure.register)?.clone();
        let events = work.tx.events_of(&register.id, &erasure.record)?;
        if events.is_empty() {
            let (name, hint) = (erasure.record.clone(), format!(" in {}", register.id));
            return Err(KernelError::from(Unknown { what: "record", name, hint }).into());
        }
        let wanted = wanted(&register, &erasure.fields)?;
        let mut struck = StruckValues::default();
        for event in events.into_iter().filter(says_fields) {
            struck.strike(&mut work, &register, event, &wanted)?;
        }
        let StruckValues { mut done, rewritten, places, files } = struck;
        if places.is_empty() {
            drop(work);
            self.leave_nothing()?;
            return Ok(done);
        }
        log::replay(&mut *work.tx, &register, &erasure.record)?;
        for mut delivery in work.tx.deliveries(false)? {
            if places.contains(&delivery.seq) && !delivery.error.is_empty() {
                // What a handler said of the values.
                delivery.error = "(erased)".to_owned();
                work.tx.put_delivery(&delivery)?;
            }
        }
        let new = telling(&work, &register, erasure, &done, rewritten);
        let (event, record) = work.enter(&register, new)?;
        work.follow(&register, &event, record.as_ref())?;
        for hash in files {
            if !work.tx.speaks_of(&hash)? {
                work.tx.remove_file(&hash)?;
                done.files.push(hash);
            }
        }
        done.event = Some(event.id);
        work.finish_unasked()?;
        self.leave_nothing()?;
        done.elsewhere = self.elsewhere(&done.texts)?;
        Ok(done)
    }

    /// Has the index of words and the files of the store forget as well.
    fn leave_nothing(&self) -> Result<(), ActError> {
        self.follow_words()?;
        Ok(self.store().sweep()?)
    }

    fn elsewhere(&self, texts: &BTreeSet<String>) -> Result<Vec<TextElsewhere>, KernelError> {
        let telling: Vec<&str> =
            texts.iter().map(String::as_str).filter(|text| text.chars().count() >= TELLING).collect();
        let mut found = Vec::new();
        if telling.is_empty() {
            return Ok(found);
        }
        each(&*self.read()?, |event| {
            if found.len() < TOLD && telling.iter().any(|text| event.fields.values().any(|v| has(v, text))) {
                let (register, record) = (event.register.clone(), event.record.clone());
                let (action, event) = (event.action.clone(), event.id.clone());
                found.push(TextElsewhere { register, record, action, event });
            }
        })?;
        Ok(found)
    }
}

/// What was struck out of a record's events so far.
#[derive(Default)]
struct StruckValues {
    done: Erased,
    /// By event, the hash of the bytes that came in place of its own.
    rewritten: Map,
    /// The events that had something.
    places: BTreeSet<u64>,
    /// Hashes of files that they spoke of.
    files: BTreeSet<String>,
}

impl StruckValues {
    /// Strikes the fields that are meant out of one event.
    fn strike(
        &mut self,
        work: &mut ActionTx<'_>,
        register: &Register,
        mut event: Event,
        wanted: &BTreeSet<String>,
    ) -> Result<(), ActError> {
        let names = names_in(register, &event, wanted);
        let said: Vec<(Key, Value)> = names
            .iter()
            .filter_map(|name| Some((name.clone(), event.record_fields().get(name)?.clone())))
            .collect();
        if said.is_empty() {
            return Ok(());
        }
        let done = &mut self.done;
        done.since = Some(done.since.map_or(event.on, |since| since.min(event.on)));
        done.values += said.len() as u64;
        self.places.insert(event.seq);
        for (name, value) in &said {
            done.fields.insert(register.lands_in(&event.action, name).to_owned());
            for value in value.items() {
                self.files.extend(Attachment::read(value).map(|file| file.hash));
            }
            texts_of(value, &mut done.texts);
        }
        work.tx.forget_personal(event.seq, &names)?;
        if event.strike_out(&names).map_err(KernelError::refused)? {
            let bytes = event.stored_bytes().map_err(|why| KernelError::refused(why.to_string()))?;
            let hash = blake3::hash(&bytes).to_hex();
            self.rewritten.insert(event.seq.to_string().into(), Value::text(hash.as_str()));
            work.tx.put_bytes(event.seq, &bytes)?;
            done.rewritten += 1;
        }
        Ok(())
    }
}

/// The event that tells of an erasure.
fn telling(
    work: &ActionTx<'_>,
    register: &Register,
    erasure: &Erasure,
    done: &Erased,
    rewritten: Map,
) -> NewEvent {
    let mut fields = Map::from([
        (FIELDS.into(), Value::List(done.fields.iter().map(Value::text).collect())),
        (REASON.into(), Value::text(&erasure.reason)),
    ]);
    if !rewritten.is_empty() {
        fields.insert(REWRITTEN.into(), Value::Map(rewritten));
    }
    NewEvent {
        id: None,
        register: register.id.clone(),
        record: erasure.record.clone(),
        action: ERASE.to_owned(),
        on: work.today,
        by: Actor::Operator,
        fields,
        cause: None,
    }
}

/// Every event of a log.
fn each(log: &dyn ReadTx, mut take: impl FnMut(&Event)) -> Result<(), KernelError> {
    let mut after = 0;
    loop {
        let events = log.events_after(after, PAGE)?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.seq;
        events.iter().for_each(&mut take);
    }
}

/// The fields that are meant: those that were named, if they are personal; else all that are.
fn wanted(register: &Register, named: &[String]) -> Result<BTreeSet<String>, KernelError> {
    let personal = register.personal_fields();
    let known = || personal.keys().copied().collect::<Vec<_>>().join(", ");
    if personal.is_empty() {
        return Err(KernelError::refused(format!(
            "no field of the register \"{}\" is personal; its plugin says `personal = true` of those that are",
            register.id
        )));
    }
    for name in named {
        if !personal.contains_key(name.as_str()) {
            return Err(KernelError::refused(format!(
                "`{name}` is no personal field of the register \"{}\" (personal: {})",
                register.id,
                known()
            )));
        }
    }
    let all = || personal.keys().map(|name| (*name).to_owned()).collect();
    Ok(if named.is_empty() { all() } else { named.iter().cloned().collect() })
}

/// What an event calls the fields that are meant.
fn names_in(register: &Register, event: &Event, wanted: &BTreeSet<String>) -> Vec<Key> {
    let said = event.record_fields().keys();
    said.filter(|name| wanted.contains(register.lands_in(&event.action, name))).cloned().collect()
}

fn texts_of(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::Text(text) => drop(texts.insert(text.to_string())),
        Value::List(items) => items.iter().for_each(|item| texts_of(item, texts)),
        Value::Map(map) => map.values().for_each(|value| texts_of(value, texts)),
        _ => {}
    }
}

fn has(value: &Value, text: &str) -> bool {
    match value {
        Value::Text(said) => said.contains(text),
        Value::List(items) => items.iter().any(|item| has(item, text)),
        Value::Map(map) => map.values().any(|value| has(value, text)),
        _ => false,
    }
}
