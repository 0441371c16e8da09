//! Appends events: gives them their place, chains them, and brings their record up to date.
//!
//! Whether an event may be appended is decided before (`action`, `import`).

use crate::{
    actor::Actor,
    error::DomainError,
    event::{Event, chain, storable_map},
    record::Record,
    register::Register,
    reserved::{ERASE, VOID},
    storage::{ReadTx, WriteTx},
};
use jiff::civil::Date;
use registrar_sdk::value::{Key, Map};
use std::collections::BTreeMap;

/// An event before it has a place in the log.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Its key; one is made if it has none.
    pub id: Option<String>,
    /// The register.
    pub register: String,
    /// The record.
    pub record: String,
    /// The action.
    pub action: String,
    /// The day it counts for.
    pub on: Date,
    /// Who acts.
    pub by: Actor,
    /// Fields of the record and of the form.
    pub fields: Map,
    /// The id of the event that it follows from.
    pub cause: Option<String>,
}

/// The event that [`append`] would log next.
///
/// # Errors
/// A field that can't be stored, or the store.
pub fn prepare(tx: &dyn ReadTx, register: &Register, new: NewEvent) -> Result<Event, DomainError> {
    let head = tx.head()?;
    let seq = head.seq + 1;
    let id = new.id.unwrap_or_else(|| {
        // From the chain: unlike in any two offices, and the same when the log is played again.
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head.link);
        hasher.update(&seq.to_le_bytes());
        hasher.finalize().to_hex()[..20].to_owned()
    });
    let mut event = Event {
        action: new.action,
        by: new.by,
        cause: new.cause,
        fields: storable_map(new.fields).map_err(DomainError::Refused)?,
        id,
        on: new.on,
        personal: BTreeMap::new(),
        record: new.record,
        register: new.register,
        schema: Some(register.hash.clone()),
        seq,
        dead: false,
    };
    let personal = |name: &&Key| register.is_personal(&event.action, name);
    let personal: Vec<Key> = event.record_fields().keys().filter(personal).cloned().collect();
    event.commit_to(personal.iter()).map_err(DomainError::Refused)?;
    Ok(event)
}

/// Logs a prepared event, chained to the one before. Its record is the caller's to bring up to date.
///
/// # Errors
/// An event of this id is there already, or the store.
pub fn write(tx: &mut dyn WriteTx, event: &Event) -> Result<(), DomainError> {
    let bytes = event.stored_bytes().map_err(|e| DomainError::Refused(format!("event {}: {e}", event.id)))?;
    let link = chain(&tx.head()?.link, &bytes);
    tx.append(event, &bytes, &link)?;
    for kept in event.kept().map_err(DomainError::Refused)? {
        tx.put_personal(event.seq, &kept)?;
    }
    Ok(())
}

/// Logs a prepared event and brings its record up to date; for a `void`, also what it makes dead.
/// Gives the record's new state; `None` if no event of it is alive.
///
/// # Errors
/// A void of something that can't be voided, or the store.
pub fn append(
    tx: &mut dyn WriteTx,
    register: &Register,
    event: &Event,
) -> Result<Option<Record>, DomainError> {
    if event.action == VOID {
        let target = void_target(tx, event)?;
        write(tx, event)?;
        tx.set_dead(target.seq, true)?;
        return replay(tx, register, &event.record);
    }
    let state = tx.record(&event.register, &event.record)?;
    write(tx, event)?;
    let mut record = state.unwrap_or_else(|| Record::new(register, &event.record));
    record.apply(register, event);
    tx.put_record(&record)?;
    Ok(Some(record))
}

/// The event that a `void` names.
///
/// # Errors
/// There is none, it is of another record, a void itself, or dead already.
pub fn void_target(tx: &dyn ReadTx, void: &Event) -> Result<Event, DomainError> {
    let refuse = |why: String| Err(DomainError::Refused(why));
    let Some(id) = void.fields.get("event").and_then(|v| v.as_str()) else {
        return refuse("void: name the event's id in `event`".into());
    };
    let Some(target) = tx.event_by_id(id)? else {
        return refuse(format!("void: there is no event `{id}`"));
    };
    if (&target.register, &target.record) != (&void.register, &void.record) {
        return refuse(format!(
            "void: event `{id}` belongs to {} {}, not to {} {}",
            target.register, target.record, void.register, void.record
        ));
    }
    if target.action == VOID {
        return refuse(format!("void: event `{id}` is a void itself; take the voided action again instead"));
    }
    if target.action == ERASE {
        return refuse(format!("void: event `{id}` says what was erased; it does not come back"));
    }
    if target.dead {
        return refuse(format!("void: event `{id}` is dead already"));
    }
    Ok(target)
}

/// Makes a record's state anew from its live events.
///
/// # Errors
/// The store.
pub fn replay(
    tx: &mut dyn WriteTx,
    register: &Register,
    record: &str,
) -> Result<Option<Record>, DomainError> {
    let state = Record::replay(register, record, &tx.events_of(&register.id, record)?);
    match &state {
        Some(state) => tx.put_record(state)?,
        None => tx.remove_record(&register.id, record)?,
    }
    Ok(state)
}
