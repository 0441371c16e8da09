//! From rows of a ledger to the kernel's types, and back.

use super::doing;
use registrar_domain::{StoreError, Stored};
use registrar_ledger::{Posting, Unscored};
use rusqlite::{Row, types::FromSql};
use serde::{Serialize, de::DeserializeOwned};

/// The postings of periods and adjustments.
pub(super) const POSTING: &str = "SELECT p.body FROM posting p";

/// The order of the digest among them.
pub(super) const ORDER: &str = " ORDER BY p.kind, p.of_first, p.of_last, p.account, p.register, p.measure, \
    p.plugin, p.registration, p.place, p.made_for, p.tag, p.key";

pub(super) const PERIOD: i64 = 1;
pub(super) const ADJUSTMENT: i64 = 2;

pub(super) fn get<T: FromSql>(row: &Row<'_>, column: usize) -> Stored<T> {
    row.get(column).map_err(doing("reading the ledger"))
}

/// Reads what [`json`] wrote.
pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|e| StoreError::Damaged(format!("a row of the ledger: {e}")))
}

/// As text.
pub(super) fn json(value: &impl Serialize) -> Stored<String> {
    serde_json::to_string(value)
        .map_err(|e| StoreError::Failed { doing: "writing a row of the ledger", why: e.to_string() })
}

/// A posting from its body.
pub(super) fn posting(row: &Row<'_>) -> Stored<Posting> {
    from_json(&get::<String>(row, 0)?)
}

/// What is unscored, from its body.
pub(super) fn unscored(row: &Row<'_>) -> Stored<Unscored> {
    from_json(&get::<String>(row, 0)?)
}
