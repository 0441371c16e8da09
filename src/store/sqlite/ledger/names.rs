//! The names that the rows of a ledger are written with.

use super::{doing, row};
use registrar_domain::{StoreError, Stored};
use registrar_ledger::Interner;
use rusqlite::{Connection, Row};

/// The names that a ledger's file has.
pub(super) fn read_names(file: &Connection) -> Stored<Interner> {
    let what = doing("reading the ledger's names");
    let bodies = |table: &str| -> Stored<Vec<String>> {
        let mut statement =
            file.prepare(&format!("SELECT code, body FROM {table} ORDER BY code")).map_err(&what)?;
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
        let rows: Vec<(i64, String)> =
            statement.query_map([], read).and_then(Iterator::collect).map_err(&what)?;
        if rows.iter().enumerate().any(|(at, (code, _))| *code != at as i64 + 1) {
            return Err(StoreError::Damaged("a name of the ledger is missing".to_owned()));
        }
        Ok(rows.into_iter().map(|(_, body)| body).collect())
    };
    let names = Interner::default();
    for text in bodies("name")? {
        names.code(&text);
    }
    for rule in bodies("rule")? {
        names.rule(&row::from_json(&rule)?);
    }
    Ok(names)
}
