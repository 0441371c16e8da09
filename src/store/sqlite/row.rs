//! From rows to the kernel's types.

use super::{
    doing,
    tx::{link, seq_of},
};
use jiff::civil::Date;
use registrar_domain::{
    Event, Record, StoreError, Stored,
    storage::{Bypass, Deadline, DeadlineState, Delivery, Receipt, StoredEvent},
};
use registrar_sdk::BilingualText;
use rusqlite::{CachedStatement, Params, Row};
use serde_json::json;
use std::collections::BTreeMap;

/// All rows of a query, each read by `read`.
pub(super) fn all<T>(
    statement: rusqlite::Result<CachedStatement<'_>>,
    params: impl Params,
    what: &'static str,
    mut read: impl FnMut(&Row<'_>) -> Stored<T>,
) -> Stored<Vec<T>> {
    let mut statement = statement.map_err(doing(what))?;
    let mut rows = statement.query(params).map_err(doing(what))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(doing(what))? {
        out.push(read(row)?);
    }
    Ok(out)
}

fn get<T: rusqlite::types::FromSql>(row: &Row<'_>, column: usize) -> Stored<T> {
    row.get(column).map_err(doing("reading a row"))
}

fn day(row: &Row<'_>, column: usize) -> Stored<Date> {
    let text: String = get(row, column)?;
    text.parse().map_err(|_| StoreError::Damaged(format!("`{text}` is no date")))
}

/// Columns: body, dead, place.
pub(super) fn event(row: &Row<'_>) -> Stored<Event> {
    let body = row.get_ref(0).map_err(doing("reading an event"))?;
    let bytes = body.as_blob().map_err(|e| StoreError::Damaged(format!("an event's bytes: {e}")))?;
    let dead: i64 = get(row, 1)?;
    let place = seq_of(get(row, 2)?);
    let event = Event::from_stored(bytes, dead != 0);
    let event = event.map_err(|e| StoreError::Damaged(format!("the event at place {place}: {e}")))?;
    // Where it lies is its place, whatever its bytes say: whoever reads page by page must come to an end.
    Ok(Event { seq: place, ..event })
}

/// Columns: place, body, link, dead.
pub(super) fn stored_event(row: &Row<'_>) -> Stored<StoredEvent> {
    Ok(StoredEvent {
        seq: seq_of(get(row, 0)?),
        bytes: get(row, 1)?,
        link: link(row, 2).map_err(doing("reading a link of the chain"))?,
        dead: get::<i64>(row, 3)? != 0,
        personal: Vec::new(),
    })
}

/// Columns: register, id, stage, number, fields, created, touched.
pub(super) fn record(row: &Row<'_>) -> Stored<Record> {
    let fields = row.get_ref(4).map_err(doing("reading a record"))?;
    let json = fields.as_str().map_err(|e| StoreError::Damaged(format!("a record's fields: {e}")))?;
    Ok(Record {
        register: get(row, 0)?,
        id: get(row, 1)?,
        stage: get(row, 2)?,
        number: get(row, 3)?,
        fields: serde_json::from_str(json)
            .map_err(|e| StoreError::Damaged(format!("a record's fields: {e}")))?,
        created: get::<i64>(row, 5)? as u64,
        touched: get::<i64>(row, 6)? as u64,
    })
}

/// The column in which a deadline's state is kept.
pub(super) fn state_number(state: DeadlineState) -> i64 {
    match state {
        DeadlineState::Open => 0,
        DeadlineState::Met => 1,
        DeadlineState::Missed => 2,
        DeadlineState::Late => 3,
        DeadlineState::Allowed => 4,
        DeadlineState::Lapsed => 5,
    }
}

/// Columns: register, id, name, start, due, why, handler, event, state.
pub(super) fn deadline(row: &Row<'_>) -> Stored<Deadline> {
    let state = match get::<i64>(row, 8)? {
        0 => DeadlineState::Open,
        1 => DeadlineState::Met,
        2 => DeadlineState::Missed,
        3 => DeadlineState::Late,
        4 => DeadlineState::Allowed,
        5 => DeadlineState::Lapsed,
        other => return Err(StoreError::Damaged(format!("a deadline is in state {other}"))),
    };
    Ok(Deadline {
        register: get(row, 0)?,
        record: get(row, 1)?,
        name: get(row, 2)?,
        start: day(row, 3)?,
        due: day(row, 4)?,
        why: text_of(get(row, 5)?),
        handler: get(row, 6)?,
        event: get::<i64>(row, 7)? as u64,
        state,
    })
}

/// A text as its column has it: itself, or JSON with both halves where they differ.
pub(super) fn stored_text(text: &BilingualText) -> String {
    let plain = text.zh == text.en && halves_of(&text.zh).is_none();
    if plain { text.zh.clone() } else { json!({ "zh": text.zh, "en": text.en }).to_string() }
}

fn text_of(stored: String) -> BilingualText {
    halves_of(&stored).unwrap_or_else(|| BilingualText::same(stored))
}

fn halves_of(stored: &str) -> Option<BilingualText> {
    // Other JSON is a text like any other.
    let halves: BTreeMap<String, String> =
        stored.starts_with('{').then(|| serde_json::from_str(stored).ok())??;
    let [("en", en), ("zh", zh)] = halves.iter().map(|(lang, half)| (&**lang, half)).collect::<Vec<_>>()[..]
    else {
        return None;
    };
    Some(BilingualText::new(zh, en))
}

/// Columns: handler, seq, attempts, next_at, error.
pub(super) fn delivery(row: &Row<'_>) -> Stored<Delivery> {
    Ok(Delivery {
        handler: get(row, 0)?,
        seq: get::<i64>(row, 1)? as u64,
        attempts: get(row, 2)?,
        next_at: get(row, 3)?,
        error: get(row, 4)?,
    })
}

/// Columns: request, first, last.
pub(super) fn receipt(row: &Row<'_>) -> Stored<Receipt> {
    Ok(Receipt {
        request: link(row, 0).map_err(doing("reading a receipt"))?,
        first: get::<i64>(row, 1)? as u64,
        last: get::<i64>(row, 2)? as u64,
    })
}

/// Columns: plugin, until, reason, by.
pub(super) fn bypass(row: &Row<'_>) -> Stored<Bypass> {
    Ok(Bypass { plugin: get(row, 0)?, until: day(row, 1)?, reason: get(row, 2)?, by: get(row, 3)? })
}
