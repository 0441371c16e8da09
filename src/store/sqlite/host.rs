//! Plugin state and versions of one office.

use super::held;
use registrar_domain::OfficeKey;
use registrar_host::{HostStore, KeptVersion, StoredVersion};
use registrar_sdk::{Map, Value};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

pub(super) struct PluginStore {
    connection: Arc<Mutex<Connection>>,
    office: i64,
}

impl PluginStore {
    pub(super) fn new(connection: Arc<Mutex<Connection>>, office: OfficeKey) -> PluginStore {
        PluginStore { connection, office: office.0 }
    }

    fn within<T>(
        &self,
        what: &str,
        work: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<T>,
    ) -> Result<T, String> {
        let mut connection = held(&self.connection);
        let run = || {
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = work(&tx, self.office)?;
            tx.commit()?;
            Ok(answer)
        };
        run().map_err(|e: rusqlite::Error| format!("{what}: {e}"))
    }
}

fn state(connection: &Connection, office: i64, plugin: &str, key: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM state WHERE office = ?1 AND plugin = ?2 AND key = ?3")?
        .query_row(params![office, plugin, key], |row| row.get(0))
        .optional()
}

fn files(connection: &Connection, version: i64) -> rusqlite::Result<BTreeMap<String, Vec<u8>>> {
    connection
        .prepare_cached("SELECT path, content FROM version_file WHERE version = ?1")?
        .query_map([version], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

impl HostStore for PluginStore {
    fn state_get(&self, plugin: &str, key: &str) -> Result<Option<Value>, String> {
        let json = state(&held(&self.connection), self.office, plugin, key)
            .map_err(|e| format!("reading the state of \"{plugin}\": {e}"))?;
        json.map(|json| serde_json::from_str(&json).map_err(|e| format!("the state of \"{plugin}\": {e}")))
            .transpose()
    }

    fn state_swap(
        &self,
        plugin: &str,
        key: &str,
        expected: Option<&Value>,
        new: Option<&Value>,
    ) -> Result<bool, String> {
        let json = |value: Option<&Value>| {
            value.map(|v| serde_json::to_string(v).map_err(|e| e.to_string())).transpose()
        };
        let (expected, new) = (json(expected)?, json(new)?);
        self.within(&format!("writing the state of \"{plugin}\""), |tx, office| {
            // Keys are sorted, so equal values are equal text.
            if state(tx, office, plugin, key)? != expected {
                return Ok(false);
            }
            match new {
                Some(new) => tx
                    .prepare_cached(
                        "INSERT OR REPLACE INTO state (office, plugin, key, value) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![office, plugin, key, new])?,
                None => tx
                    .prepare_cached("DELETE FROM state WHERE office = ?1 AND plugin = ?2 AND key = ?3")?
                    .execute(params![office, plugin, key])?,
            };
            Ok(true)
        })
    }

    fn state_all(&self, plugin: &str) -> Result<Map, String> {
        let read = |tx: &Transaction<'_>, office: i64| {
            tx.prepare_cached("SELECT key, value FROM state WHERE office = ?1 AND plugin = ?2")?
                .query_map(params![office, plugin], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<Vec<(String, String)>>>()
        };
        let rows = self.within(&format!("reading the state of \"{plugin}\""), read)?;
        let parse = |(key, json): (String, String)| match serde_json::from_str(&json) {
            Ok(value) => Ok((key.into(), value)),
            Err(e) => Err(format!("the state of \"{plugin}\" under `{key}`: {e}")),
        };
        rows.into_iter().map(parse).collect()
    }

    fn state_size(&self, plugin: &str) -> Result<(u64, u64), String> {
        held(&self.connection)
            .prepare_cached(
                "SELECT count(*), coalesce(sum(octet_length(key) + octet_length(value)), 0)
                 FROM state WHERE office = ?1 AND plugin = ?2",
            )
            .and_then(|mut size| {
                let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
                size.query_row(params![self.office, plugin], row)
            })
            .map(|(keys, bytes)| (keys.unsigned_abs(), bytes.unsigned_abs()))
            .map_err(|e| format!("measuring the state of \"{plugin}\": {e}"))
    }

    fn version_keep(&self, version: &StoredVersion, most: usize) -> Result<(), String> {
        self.within(&format!("keeping a version of \"{}\"", version.plugin), |tx, office| {
            let key: i64 = tx.query_row(
                "INSERT INTO version (office, plugin, content_hash, live)
                 VALUES (?1, ?2, ?3, (SELECT coalesce(max(live), 0) + 1 FROM version WHERE office = ?1 AND plugin = ?2))
                 ON CONFLICT (office, plugin, content_hash) DO UPDATE
                 -- The one that is live already goes live no later by being started again.
                 SET live = CASE WHEN live > 0 AND live + 1 = excluded.live THEN live ELSE excluded.live END
                 RETURNING key",
                params![office, version.plugin, version.content_hash],
                |row| row.get(0),
            )?;
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO version_file (version, path, content) VALUES (?1, ?2, ?3)",
            )?;
            for (path, content) in &version.files {
                insert.execute(params![key, path, content])?;
            }
            let most = i64::try_from(most.max(1)).unwrap_or(i64::MAX);
            // Those that went live last stay.
            let surplus = "SELECT key FROM version WHERE office = ?1 AND plugin = ?2
                           ORDER BY live DESC, key DESC LIMIT -1 OFFSET ?3";
            for sql in [
                format!("DELETE FROM version_file WHERE version IN ({surplus})"),
                format!("DELETE FROM version WHERE key IN ({surplus})"),
            ] {
                tx.prepare_cached(&sql)?.execute(params![office, version.plugin, most])?;
            }
            Ok(())
        })
    }

    fn version_last_good(&self, plugin: &str) -> Result<Option<StoredVersion>, String> {
        let read = |tx: &Transaction<'_>, office: i64| {
            let found: Option<(i64, String)> = tx
                .query_row(
                    "SELECT key, content_hash FROM version WHERE office = ?1 AND plugin = ?2 AND live > 0
                     ORDER BY live DESC LIMIT 1",
                    params![office, plugin],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            found.map(|(key, hash)| version(tx, key, plugin.to_owned(), hash)).transpose()
        };
        self.within(&format!("reading the last good version of \"{plugin}\""), read)
    }

    fn version_list(&self, plugin: &str) -> Result<Vec<KeptVersion>, String> {
        self.within(&format!("listing the versions of \"{plugin}\""), |tx, office| {
            tx.prepare_cached(
                "SELECT content_hash, live FROM version WHERE office = ?1 AND plugin = ?2 ORDER BY live, key",
            )?
            .query_map(params![office, plugin], |row| {
                Ok(KeptVersion { content_hash: row.get(0)?, live: row.get(1)? })
            })?
            .collect()
        })
    }

    fn version_get(&self, plugin: &str, content_hash: &str) -> Result<Option<StoredVersion>, String> {
        self.within(&format!("reading a version of \"{plugin}\""), |tx, office| {
            let key: Option<i64> = tx
                .query_row(
                    "SELECT key FROM version WHERE office = ?1 AND plugin = ?2 AND content_hash = ?3",
                    params![office, plugin, content_hash],
                    |row| row.get(0),
                )
                .optional()?;
            key.map(|key| version(tx, key, plugin.to_owned(), content_hash.to_owned())).transpose()
        })
    }

    fn version_retire(&self, plugin: &str) -> Result<(), String> {
        self.within(&format!("retiring the versions of \"{plugin}\""), |tx, office| {
            tx.execute(
                "UPDATE version SET live = 0 WHERE office = ?1 AND plugin = ?2",
                params![office, plugin],
            )
        })
        .map(|_| ())
    }

    fn version_plugins(&self) -> Result<Vec<String>, String> {
        self.within("listing the plugins that served", |tx, office| {
            tx.prepare_cached(
                "SELECT DISTINCT plugin FROM version WHERE office = ?1 AND live > 0 ORDER BY plugin",
            )?
            .query_map([office], |row| row.get(0))?
            .collect()
        })
    }

    fn version_called(&self, hash: &str) -> Result<Vec<StoredVersion>, String> {
        self.within(&format!("looking for the version {hash}"), |tx, office| {
            let mut statement = tx.prepare_cached(
                "SELECT key, plugin, content_hash FROM version
                 WHERE office = ?1 AND substr(content_hash, 1, length(?2)) = ?2 ORDER BY plugin, content_hash",
            )?;
            let rows = statement.query_map(params![office, hash], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
            let rows: Vec<(i64, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
            rows.into_iter().map(|(key, plugin, hash)| version(tx, key, plugin, hash)).collect()
        })
    }
}

fn version(
    tx: &Transaction<'_>,
    key: i64,
    plugin: String,
    content_hash: String,
) -> rusqlite::Result<StoredVersion> {
    Ok(StoredVersion { plugin, content_hash, files: files(tx, key)? })
}
