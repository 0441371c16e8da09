//! The tables, and how an older file is brought up to date.

use super::{
    doing,
    seal::{self, Seal},
};
use registrar_domain::{StoreError, Stored};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Marks a file as ours: "RGST".
const APPLICATION: i64 = 0x5247_5354;

/// The schema of one file: each step brings it from one version to the next.
pub(super) struct Schema {
    steps: &'static [&'static str],
    /// The tables that are sealed once all steps are done.
    pub(super) seals: &'static [Seal],
}

/// What is known of sealed tables.
const SEAL: &str = "CREATE TABLE seal (name TEXT PRIMARY KEY, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/// The offices' rows.
pub(super) static OFFICES: Schema = Schema {
    seals: seal::OFFICES,
    steps: &[
        "
    CREATE TABLE office (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    -- A record: its identity, and its state as its live events make it (created = 0: none is live).
    CREATE TABLE entry (
        key INTEGER PRIMARY KEY,
        office INTEGER NOT NULL REFERENCES office,
        register TEXT NOT NULL,
        id TEXT NOT NULL,
        stage TEXT NOT NULL DEFAULT '',
        number TEXT,
        fields TEXT NOT NULL DEFAULT '{}',
        created INTEGER NOT NULL DEFAULT 0,
        touched INTEGER NOT NULL DEFAULT 0,
        UNIQUE (office, register, id)) STRICT;
    CREATE TABLE event (
        office INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        entry INTEGER NOT NULL REFERENCES entry,
        dead INTEGER NOT NULL DEFAULT 0,
        id TEXT NOT NULL,
        link BLOB NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (office, seq)) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX event_id ON event (office, id);
    CREATE INDEX event_entry ON event (entry);
    CREATE TABLE deadline (
        office INTEGER NOT NULL,
        entry INTEGER NOT NULL REFERENCES entry,
        name TEXT NOT NULL,
        start TEXT NOT NULL,
        due TEXT NOT NULL,
        why TEXT NOT NULL,
        handler TEXT NOT NULL,
        event INTEGER NOT NULL,
        state INTEGER NOT NULL,
        PRIMARY KEY (entry, name)) STRICT, WITHOUT ROWID;
    CREATE INDEX deadline_due ON deadline (office, state, due);
    CREATE TABLE cursor (
        office INTEGER NOT NULL, name TEXT NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (office, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (
        office INTEGER NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (office, seq)) STRICT, WITHOUT ROWID;
    CREATE TABLE delivery (
        office INTEGER NOT NULL, handler TEXT NOT NULL, seq INTEGER NOT NULL,
        attempts INTEGER NOT NULL, next_at INTEGER, error TEXT NOT NULL,
        PRIMARY KEY (office, handler, seq)) STRICT, WITHOUT ROWID;
    CREATE TABLE sequence (
        office INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,
        PRIMARY KEY (office, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE receipt (
        office INTEGER NOT NULL, key TEXT NOT NULL,
        request BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (office, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE bypass (
        office INTEGER NOT NULL, plugin TEXT NOT NULL,
        until TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
        PRIMARY KEY (office, plugin)) STRICT, WITHOUT ROWID;
    ",
        "
    -- Events by one number, so that the tree above them holds numbers and no bodies: what lies deep
    -- in it is found in half the time.
    ALTER TABLE event RENAME TO event_by_two;
    CREATE TABLE event (
        -- office << 40 | seq
        place INTEGER PRIMARY KEY,
        office INTEGER NOT NULL,
        entry INTEGER NOT NULL REFERENCES entry,
        dead INTEGER NOT NULL DEFAULT 0,
        id TEXT NOT NULL,
        link BLOB NOT NULL,
        body BLOB NOT NULL) STRICT;
    INSERT INTO event SELECT office << 40 | seq, office, entry, dead, id, link, body FROM event_by_two
        ORDER BY office, seq;
    DROP TABLE event_by_two;
    CREATE UNIQUE INDEX event_id ON event (office, id);
    CREATE INDEX event_entry ON event (entry);
    ",
        "
    -- What files hold, once for each content.
    CREATE TABLE file (
        key INTEGER PRIMARY KEY,
        office INTEGER NOT NULL, hash TEXT NOT NULL, content BLOB NOT NULL,
        UNIQUE (office, hash)) STRICT;
    -- The words of records; its rows are numbered like entries.
    CREATE VIRTUAL TABLE search USING fts5 (words, content = '', contentless_delete = 1);
    ",
        SEAL,
        "
    -- Personal values beside their events, whose bytes have commitments to them: what is not here was erased.
    CREATE TABLE personal (
        place INTEGER NOT NULL,
        field TEXT NOT NULL,
        salt BLOB NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (place, field)) STRICT, WITHOUT ROWID;
    ",
        "-- Deadlines may be in the states 4 and 5, which an earlier program does not know.",
        "
    -- The newest records of a register, and how many stand where, without a look at the records themselves.
    CREATE INDEX entry_newest ON entry (office, register, key, created);
    CREATE INDEX entry_stage ON entry (office, register, stage, key, created);
    ",
    ],
};

/// Plugin state and versions.
pub(super) static PLUGINS: Schema = Schema {
    seals: seal::PLUGINS,
    steps: &[
        "
    CREATE TABLE state (
        office INTEGER NOT NULL, plugin TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (office, plugin, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE version (
        key INTEGER PRIMARY KEY,
        office INTEGER NOT NULL, plugin TEXT NOT NULL, content_hash TEXT NOT NULL,
        -- Rises each time a version goes live: the highest is the last good one. 0: removed since.
        live INTEGER NOT NULL,
        UNIQUE (office, plugin, content_hash)) STRICT;
    CREATE TABLE version_file (
        version INTEGER NOT NULL REFERENCES version,
        path TEXT NOT NULL, content BLOB NOT NULL,
        PRIMARY KEY (version, path)) STRICT, WITHOUT ROWID;
    ",
        SEAL,
    ],
};

/// Passwords and sessions.
pub(super) static ACCOUNTS: Schema = Schema {
    seals: seal::ACCOUNTS,
    steps: &[
        "
    CREATE TABLE account (
        office INTEGER NOT NULL, person TEXT NOT NULL,
        hash TEXT NOT NULL,
        failures INTEGER NOT NULL, locked_until INTEGER NOT NULL, changed INTEGER NOT NULL,
        PRIMARY KEY (office, person)) STRICT, WITHOUT ROWID;
    -- key: hash of what the browser has.
    CREATE TABLE session (
        key BLOB PRIMARY KEY,
        office INTEGER, person TEXT,
        body TEXT NOT NULL,
        expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX session_person ON session (office, person);
    CREATE INDEX session_expires ON session (expires);
    ",
        "
    CREATE TABLE view (
        office INTEGER NOT NULL, person TEXT NOT NULL,
        register TEXT NOT NULL, name TEXT NOT NULL,
        question TEXT NOT NULL,
        PRIMARY KEY (office, person, register, name)) STRICT, WITHOUT ROWID;
    ",
        SEAL,
    ],
};

/// Brings a file to the newest schema, or says why it is not one of ours.
pub(super) fn migrate(connection: &mut Connection, file: &Path, schema: &Schema) -> Stored<()> {
    let name = file.display().to_string();
    let number = |connection: &Connection, pragma: &str| {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
            .map_err(doing("reading the schema's version"))
    };
    let application = number(connection, "application_id")?;
    let version = number(connection, "user_version")?;
    let known = schema.steps.len() as i64;
    if application != APPLICATION {
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(doing("looking into the store"))?;
        if tables > 0 || application != 0 || version != 0 {
            let why = "it has the tables of another program".to_owned();
            return Err(StoreError::NotOurs { file: name, why });
        }
    }
    if version > known {
        return Err(StoreError::Newer { file: name, found: version, known });
    }
    let step = |connection: &mut Connection| -> rusqlite::Result<()> {
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        debug_assert_eq!(mode, "wal");
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have migrated while the lock was waited for.
        let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for step in schema.steps.iter().skip(version.max(0) as usize) {
            tx.execute_batch(step)?;
        }
        seal::install(&tx, schema.seals)?;
        tx.pragma_update(None, "application_id", APPLICATION)?;
        tx.pragma_update(None, "user_version", known)?;
        tx.commit()
    };
    if version < known { step(connection).map_err(doing("bringing the schema up to date")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteStore;
    use registrar_domain::Store;

    #[test]
    fn events_of_the_first_layout_are_all_there_and_more_can_follow() {
        let folder = tempfile::tempdir().unwrap();
        let old = Connection::open(folder.path().join("registrar.db")).unwrap();
        old.execute_batch(OFFICES.steps[0]).unwrap();
        old.pragma_update(None, "application_id", APPLICATION).unwrap();
        let rows = "
            PRAGMA user_version = 1;
            INSERT INTO office VALUES (1, 'east'), (2, 'west');
            INSERT INTO entry (key, office, register, id, created) VALUES (1, 1, 'item', 'a', 1), (2, 2, 'item', 'b', 1);";
        old.execute_batch(rows).unwrap();
        let put = "INSERT INTO event (office, seq, entry, dead, id, link, body) VALUES (?1, ?2, ?1, ?3, ?4, zeroblob(32), ?5)";
        for (office, seq, dead, id) in [(1, 1, 0, "x"), (2, 1, 0, "x"), (1, 2, 1, "y")] {
            let body = format!(
                r#"{{"action":"submit","by":"li","fields":{{}},"id":"{id}","on":"2023-01-02","record":"a","register":"item","seq":{seq}}}"#
            );
            old.execute(put, rusqlite::params![office, seq, dead, id, body.as_bytes()]).unwrap();
        }
        drop(old);
        let store = SqliteStore::open(folder.path()).unwrap();
        let ids = |office: &str| {
            let log = store.begin_read(store.open_office(office).unwrap()).unwrap();
            let events = log.events_after(0, 9).unwrap();
            assert_eq!(log.head().unwrap().seq, events.len() as u64);
            events.iter().map(|e| format!("{} {} {}", e.seq, e.id, e.dead)).collect::<Vec<_>>()
        };
        assert_eq!(ids("east"), ["1 x false", "2 y true"]);
        assert_eq!(ids("west"), ["1 x false"]);
    }
}
