//! Holds the index of words against the records: the words are put into an index aside, and both are compared
//! record by record.

use super::{doing, tx::OfficeTx};
use registrar_domain::{ReadTx, Stored, storage::WordCheck};
use rusqlite::{Connection, params};
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// See the module.
pub(super) struct FreshIndex<'t> {
    tx: &'t OfficeTx<'t>,
    fresh: Connection,
}

impl<'t> FreshIndex<'t> {
    pub(super) fn new(tx: &'t OfficeTx<'t>) -> Stored<FreshIndex<'t>> {
        let open = || -> rusqlite::Result<Connection> {
            let fresh = Connection::open_in_memory()?;
            fresh.execute_batch(
                "CREATE VIRTUAL TABLE search USING fts5 (words, content = '', contentless_delete = 1)",
            )?;
            Ok(fresh)
        };
        Ok(FreshIndex { tx, fresh: open().map_err(doing("making an index aside"))? })
    }
}

impl WordCheck for FreshIndex<'_> {
    fn expect(&mut self, register: &str, id: &str, words: &str) -> Stored<()> {
        let Some(key) = self.tx.record_key(register, id)? else { return Ok(()) };
        self.fresh
            .prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")
            .and_then(|mut put| put.execute(params![key as i64, words]))
            .map(drop)
            .map_err(doing("putting words into an index aside"))
    }

    fn unlike(&mut self) -> Stored<Vec<(String, String)>> {
        let compare = || -> rusqlite::Result<Vec<(String, String)>> {
            let (there, fresh) = (sums(self.tx)?, sums(&self.fresh)?);
            let mut entries =
                self.tx.prepare("SELECT key, register, id FROM entry WHERE office = ?1 ORDER BY key")?;
            let entries = entries.query_map([self.tx.office], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            })?;
            let mut unlike = Vec::new();
            for entry in entries {
                let (key, register, id) = entry?;
                if there.get(&key) != fresh.get(&key) {
                    unlike.push((register, id));
                }
            }
            Ok(unlike)
        };
        compare().map_err(doing("comparing words"))
    }
}

/// By record, the sum of a hash of each word with its place.
fn sums(connection: &Connection) -> rusqlite::Result<HashMap<i64, u64>> {
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.instance USING fts5vocab(main, search, 'instance')",
    )?;
    let mut statement = connection.prepare("SELECT doc, term, offset FROM temp.instance")?;
    let mut rows = statement.query([])?;
    let mut sums: HashMap<i64, u64> = HashMap::new();
    while let Some(row) = rows.next()? {
        let mut hasher = DefaultHasher::new();
        (row.get_ref(1)?.as_bytes().unwrap_or_default(), row.get::<_, i64>(2)?).hash(&mut hasher);
        let sum = sums.entry(row.get(0)?).or_default();
        *sum = sum.wrapping_add(hasher.finish());
    }
    Ok(sums)
}
