//! From a ledger's rows to the kernel's types, and back.

use super::doing;
use jiff::civil::Date;
use registrar_kernel::{
    Period, StoreError,
    ledger::{Entry, EventRef, Origin, Posting, RuleRef, Unscored},
    storage::Stored,
};
use registrar_sdk::{Amount, Value};
use rusqlite::{Row, types::FromSql};
use serde::{Serialize, de::DeserializeOwned};

/// The columns that [`posting`] reads, in its order; `r`, `s` and `d` are the rules that made,
/// struck and derived it.
pub(super) const POSTING: &str = "SELECT p.register, p.kind, p.record, p.seq, p.event, p.action, p.on_day, \
    p.of_period, p.span, p.account, p.measure, p.amount, p.tag, p.clause, p.data, p.place, p.part, \
    r.body, s.body, d.body \
    FROM posting p JOIN rule r ON r.key = p.rule \
    LEFT JOIN rule s ON s.key = p.struck LEFT JOIN rule d ON d.key = p.derived";

/// The order of the digest.
pub(super) const ORDER: &str = " ORDER BY p.seq IS NULL, p.seq, p.kind, p.of_first, p.of_last, \
    CASE WHEN p.seq IS NULL THEN p.account END, p.register, p.measure, r.plugin, r.registration, p.place, \
    p.part, p.account, p.made_for, p.tag, p.key";

pub(super) const EVENT: i64 = 0;
pub(super) const PERIOD: i64 = 1;
pub(super) const ADJUSTMENT: i64 = 2;

pub(super) fn get<T: FromSql>(row: &Row<'_>, column: usize) -> Stored<T> {
    row.get(column).map_err(doing("reading the ledger"))
}

pub(super) fn day(row: &Row<'_>, column: usize) -> Stored<Date> {
    let text: String = get(row, column)?;
    text.parse().map_err(|_| damaged(format!("`{text}` is no date")))
}

fn period(text: &str) -> Stored<Period> {
    text.parse().map_err(|e| damaged(format!("{e}")))
}

/// Reads what [`json`] wrote.
pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|e| damaged(format!("a row of the ledger: {e}")))
}

/// As text.
pub(super) fn json(value: &impl Serialize) -> Stored<String> {
    serde_json::to_string(value)
        .map_err(|e| StoreError::Failed { doing: "writing a row of the ledger", why: e.to_string() })
}

fn damaged(why: String) -> StoreError {
    StoreError::Damaged(why)
}

/// A posting from the columns of [`POSTING`].
pub(super) fn posting(row: &Row<'_>) -> Stored<Posting> {
    let rule = |column: usize| -> Stored<Option<RuleRef>> {
        get::<Option<String>>(row, column)?.map(|text| from_json(&text)).transpose()
    };
    let of_period = || period(&get::<String>(row, 7)?);
    let origin = match get::<i64>(row, 1)? {
        EVENT => Origin::Event(EventRef {
            seq: get::<i64>(row, 3)? as u64,
            id: get(row, 4)?,
            record: get(row, 2)?,
            action: get(row, 5)?,
            on: day(row, 6)?,
        }),
        PERIOD => Origin::Period(of_period()?),
        ADJUSTMENT => Origin::Adjustment(of_period()?),
        other => return Err(damaged(format!("a posting of kind {other}"))),
    };
    let data = match get::<Option<String>>(row, 14)? {
        Some(text) => from_json(&text)?,
        None => Value::Nil,
    };
    Ok(Posting {
        register: get(row, 0)?,
        origin,
        span: get::<Option<String>>(row, 8)?.map(|text| period(&text)).transpose()?,
        account: get(row, 9)?,
        measure: get(row, 10)?,
        amount: Amount::from_micros(get(row, 11)?),
        tag: get(row, 12)?,
        clause: get(row, 13)?,
        data,
        index: get(row, 15)?,
        part: get(row, 16)?,
        rule: rule(17)?.ok_or_else(|| damaged("a posting without a rule".to_owned()))?,
        struck: rule(18)?,
        derived: rule(19)?,
    })
}

/// An entry from on_day, seq, record, action, nth, owners.
pub(super) fn entry(row: &Row<'_>) -> Stored<Entry> {
    Ok(Entry {
        on: day(row, 0)?,
        seq: get::<i64>(row, 1)? as u64,
        record: get(row, 2)?,
        action: get(row, 3)?,
        nth: get::<i64>(row, 4)? as u64,
        owners: from_json(&get::<String>(row, 5)?)?,
    })
}

/// What is unscored, from its body.
pub(super) fn unscored(row: &Row<'_>) -> Stored<Unscored> {
    from_json(&get::<String>(row, 0)?)
}
