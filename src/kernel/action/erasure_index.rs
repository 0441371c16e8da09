//! What erasures of a log say: which fields of a record have no value any more, what may be other than it was logged.

use registrar_domain::{
    Event, ReadTx, Register, Stored,
    reserved::{ERASE, OPENING, OWN_ACTIONS},
};
use registrar_sdk::{Value, value::Key};
use std::collections::{BTreeMap, BTreeSet};

/// The field of an erasure that lists what was erased.
pub(crate) const FIELDS: &str = "fields";
/// The field of an erasure that says why.
pub(crate) const REASON: &str = "reason";
/// The field of an erasure with the hashes of bytes that were put in the place of an event's, by its place.
pub(crate) const REWRITTEN: &str = "rewritten";
/// The fields of a record that have no value since it was erased: nobody is asked for them again.
///
/// # Errors
/// The store.
pub(crate) fn erased_of(log: &dyn ReadTx, register: &Register, record: &str) -> Stored<Vec<Key>> {
    let mut erased = BTreeSet::<Key>::new();
    if register.personal_fields().is_empty() {
        return Ok(Vec::new());
    }
    for event in log.events_of(&register.id, record)?.iter().filter(|event| !event.dead && says_fields(event))
    {
        for name in event.record_fields().keys() {
            erased.remove(register.lands_in(&event.action, name));
        }
        erased.extend(event.erased().map(|name| register.lands_in(&event.action, name).into()));
    }
    Ok(erased.into_iter().collect())
}

/// Whether what an event says are fields of its record or of an action's form.
pub(crate) fn says_fields(event: &Event) -> bool {
    event.action == OPENING || !OWN_ACTIONS.contains(&event.action.as_str())
}

pub(crate) fn erased_fields(event: &Event) -> impl Iterator<Item = &str> {
    let listed = event.fields.get(FIELDS).map(Value::items).unwrap_or_default();
    listed.iter().filter_map(Value::as_str)
}

/// What the erasures of a log allow to be missing, or to be other than it was logged.
#[derive(Default)]
pub(crate) struct ErasureIndex {
    /// The last place up to which a field of a record was erased, by register, record and field.
    fields: BTreeMap<(String, String, String), u64>,
    /// Hashes of bytes that were put in the place of an event's, by its place; the last one counts.
    rewritten: BTreeMap<u64, String>,
}

impl ErasureIndex {
    /// Takes in an event of the log.
    pub fn take(&mut self, event: &Event) {
        if event.action != ERASE {
            return;
        }
        for field in erased_fields(event) {
            let key = (event.register.clone(), event.record.clone(), field.to_owned());
            self.fields.insert(key, event.seq);
        }
        for (place, hash) in event.fields.get(REWRITTEN).and_then(Value::as_map).into_iter().flatten() {
            if let (Ok(place), Some(hash)) = (place.parse(), hash.as_str()) {
                self.rewritten.insert(place, hash.to_owned());
            }
        }
    }

    /// Whether a field of a record's event at a place was erased.
    pub fn is_erased(&self, register: &str, record: &str, field: &str, place: u64) -> bool {
        let key = (register.to_owned(), record.to_owned(), field.to_owned());
        self.fields.get(&key).is_some_and(|until| place < *until)
    }

    /// Whether bytes with this hash were put in the place of an event's.
    pub fn is_rewritten(&self, place: u64, hash: &str) -> bool {
        self.rewritten.get(&place).is_some_and(|known| known == hash)
    }
}
