//! One data folder: `registrar.db` with the offices' rows, `plugins.db` with plugin state and
//! versions.
//!
//! They are two files because plugins write their state from a worker while an action may hold the
//! office's write lock and wait for that very worker.

mod accounts;
mod backup;
mod condition;
mod host;
mod ledger;
mod read;
mod row;
mod scan;
mod schema;
mod seal;
mod tx;
mod word_check;
mod write;
mod writer_lock;

pub use ledger::SqliteShelf;

use crate::Database;
use accounts::AccountFile;
use registrar_domain::{OfficeKey, ReadTx, Store, StoreError, Stored, WriteTx, account_store::AccountStore};
use registrar_host::{HostStore, runtime::allowance};
use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};
use tx::OfficeTx;

/// How long a lock of another process is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// Idle readers that are kept.
const READERS: usize = 8;

/// A store in one folder.
pub struct SqliteStore {
    file: PathBuf,
    writer: Mutex<Connection>,
    /// Idle ones; more are opened while all are in use.
    readers: Mutex<Vec<Connection>>,
    plugins: Arc<Mutex<Connection>>,
    accounts: Arc<AccountFile>,
}

/// How far a commit goes before it is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// Until the disk has it: survives power loss.
    #[default]
    Full,
    /// Until the operating system has it: only for comparison and for tests of the tests.
    Off,
}

impl SqliteStore {
    /// Opens the store in `folder`, made if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// The folder can't be written, or its file is of a newer schema or of another program.
    pub fn open(folder: &Path) -> Stored<SqliteStore> {
        SqliteStore::open_with(folder, Sync::Full)
    }

    /// [`SqliteStore::open`] with another durability.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_with(folder: &Path, sync: Sync) -> Stored<SqliteStore> {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::Failed {
            doing: "making the data folder",
            why: format!("{}: {e}", folder.display()),
        })?;
        let file = folder.join("registrar.db");
        let mut writer = connect(&file, true, sync)?;
        schema::migrate(&mut writer, &file, &schema::OFFICES)?;
        let plugins_file = folder.join("plugins.db");
        let mut plugins = connect(&plugins_file, true, sync)?;
        schema::migrate(&mut plugins, &plugins_file, &schema::PLUGINS)?;
        let accounts_file = folder.join("accounts.db");
        let mut accounts = connect(&accounts_file, true, sync)?;
        only_for_its_owner(&accounts_file)?;
        schema::migrate(&mut accounts, &accounts_file, &schema::ACCOUNTS)?;
        Ok(SqliteStore {
            file,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            plugins: Arc::new(Mutex::new(plugins)),
            accounts: Arc::new(AccountFile::new(accounts)),
        })
    }

    /// Copies the store into a folder that is there and empty, as it is at one moment, while it is used.
    ///
    /// # Errors
    /// Something can't be read or written.
    pub fn backup(&self, to: &Path) -> Stored<()> {
        backup::copy(self.file.parent().unwrap_or(Path::new(".")), to)
    }

    fn reader(&self) -> Stored<Connection> {
        match held(&self.readers).pop() {
            Some(reader) => Ok(reader),
            None => connect(&self.file, false, Sync::Full),
        }
    }

    fn give_back(&self, reader: Connection) {
        let mut readers = held(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
    }
}

impl Store for SqliteStore {
    fn open_office(&self, name: &str) -> Stored<OfficeKey> {
        let writer = held(&self.writer);
        let find = "SELECT key FROM office WHERE name = ?1";
        let known = writer
            .query_row(find, [name], |row| row.get(0))
            .optional()
            .map_err(doing("finding the office"))?;
        if let Some(key) = known {
            return Ok(OfficeKey(key));
        }
        writer
            .execute("INSERT INTO office (name) VALUES (?1)", [name])
            .map_err(doing("making the office"))?;
        Ok(OfficeKey(writer.last_insert_rowid()))
    }

    fn damages(&self) -> Stored<Vec<String>> {
        let mut found = Vec::new();
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let files = [
            ("registrar.db", &schema::OFFICES),
            ("plugins.db", &schema::PLUGINS),
            ("accounts.db", &schema::ACCOUNTS),
        ];
        for (name, schema) in files {
            let reader = connect(&folder.join(name), false, Sync::Full)?;
            for pragma in ["PRAGMA integrity_check(20)", "PRAGMA foreign_key_check"] {
                let mut statement = reader.prepare(pragma).map_err(doing("checking the store"))?;
                let mut rows = statement.query([]).map_err(doing("checking the store"))?;
                while let Some(row) = rows.next().map_err(doing("checking the store"))? {
                    let said: String = row.get(0).map_err(doing("checking the store"))?;
                    if said != "ok" {
                        found.push(format!("{name}: {said}; restore a backup"));
                    }
                }
            }
            found.extend(seal::broken(&reader, name, schema.seals)?);
            if name == "registrar.db" {
                found.extend(changed_files(&reader)?);
            }
        }
        Ok(found)
    }

    fn offices(&self) -> Stored<Vec<(String, OfficeKey)>> {
        let reader = self.reader()?;
        let all = || {
            let mut statement = reader.prepare("SELECT name, key FROM office ORDER BY name")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, OfficeKey(row.get(1)?))))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let offices = all().map_err(doing("listing the offices"))?;
        self.give_back(reader);
        Ok(offices)
    }

    fn sweep(&self) -> Stored<()> {
        let writer = held(&self.writer);
        writer
            .execute_batch("INSERT INTO search (search) VALUES ('optimize')")
            .map_err(doing("putting words together"))?;
        sweep(&writer)
    }

    fn begin_read(&self, office: OfficeKey) -> Stored<Box<dyn ReadTx + '_>> {
        Ok(Box::new(OfficeTx::read(self, office)?))
    }

    fn begin_write(&self, office: OfficeKey) -> Stored<Box<dyn WriteTx + '_>> {
        Ok(Box::new(OfficeTx::write(self, office)?))
    }
}

impl Database for SqliteStore {
    fn account_store(&self) -> Arc<dyn AccountStore> {
        self.accounts.clone()
    }

    fn host_store(&self, office: OfficeKey) -> Arc<dyn HostStore> {
        Arc::new(host::PluginStore::new(self.plugins.clone(), office))
    }
}

/// Writes a file anew, without what was removed from it, and empties the log beside it.
fn sweep(writer: &Connection) -> Stored<()> {
    let began = Instant::now();
    writer.execute_batch("VACUUM").map_err(doing("writing a file of the store anew"))?;
    loop {
        let busy: i64 = writer
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(doing("emptying what was written ahead"))?;
        if busy == 0 {
            return Ok(());
        }
        if began.elapsed() > 4 * BUSY {
            let why =
                "somebody still reads what was there before; erase again once that has ended".to_owned();
            return Err(StoreError::Failed { doing: "emptying what was written ahead", why });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Files whose content is not what they are named by.
fn changed_files(reader: &Connection) -> Stored<Vec<String>> {
    let look = || -> rusqlite::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut statement = reader.prepare(
            "SELECT file.hash, file.content, coalesce(office.name, '?') FROM file LEFT JOIN office ON office.key = file.office",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (hash, office): (String, String) = (row.get(0)?, row.get(2)?);
            let content = row.get_ref(1)?;
            if blake3::hash(content.as_bytes().unwrap_or_default()).to_hex().as_str() != hash {
                found.push(format!(
                    "{office}: the file {hash} was changed: its content has another hash; take it from a backup"
                ));
            }
        }
        Ok(found)
    };
    look().map_err(doing("comparing files with their hashes"))
}

/// Nobody else on the machine reads hashes of passwords; SQLite gives its other files the same rights.
fn only_for_its_owner(file: &Path) -> Stored<()> {
    let rights = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(file, rights).map_err(|e| StoreError::Failed {
        doing: "keeping the accounts from others",
        why: format!("{}: {e}", file.display()),
    })
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in between has rolled its transaction back, which leaves the connection usable.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Steps of SQLite between two looks at whether a plugin that asked has time left.
const BETWEEN_LOOKS: i32 = 4_000;

/// Has what is done for a plugin end when the plugin has nothing left of its budget.
fn stoppable(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.progress_handler(BETWEEN_LOOKS, Some(allowance::is_used_up))
}

/// Has a statement keep its plan whatever is bound to it: else some are planned anew at each use.
fn planned_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

fn connect(file: &Path, writable: bool, sync: Sync) -> Stored<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags |= if writable {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    let open = || -> rusqlite::Result<Connection> {
        let mut connection = Connection::open_with_flags(file, flags)?;
        stoppable(&mut connection)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(128);
        planned_once(&connection)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        if writable {
            seal::functions(&connection)?;
            connection.pragma_update(None, "synchronous", if sync == Sync::Full { "FULL" } else { "OFF" })?;
        }
        Ok(connection)
    };
    open().map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => {
            StoreError::NotOurs { file: file.display().to_string(), why: "it is not an SQLite file".into() }
        }
        _ => StoreError::Failed { doing: "opening the store", why: format!("{}: {e}", file.display()) },
    })
}

/// Says what was being done when SQLite failed.
fn doing(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            StoreError::Busy(format!("{doing} waited {} s", BUSY.as_secs()))
        }
        Some(rusqlite::ErrorCode::OperationInterrupted) => {
            let why = "it took longer than the plugin that asked may have; ask for less".to_owned();
            StoreError::Failed { doing, why }
        }
        Some(rusqlite::ErrorCode::DatabaseCorrupt) => StoreError::Damaged(format!("{doing}: {error}")),
        _ => StoreError::Failed { doing, why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suite_passes() {
        let folder = tempfile::tempdir().unwrap();
        crate::suite::run(&|name| Box::new(SqliteStore::open(&folder.path().join(name)).unwrap()));
    }

    #[test]
    fn a_newer_file_and_a_strange_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(SqliteStore::open(folder.path()).unwrap());
        let file = folder.path().join("registrar.db");
        Connection::open(&file).unwrap().pragma_update(None, "user_version", 999).unwrap();
        let newer = SqliteStore::open(folder.path()).err().unwrap();
        assert!(matches!(newer, StoreError::Newer { found: 999, .. }), "{newer}");

        let strange = tempfile::tempdir().unwrap();
        let file = strange.path().join("registrar.db");
        Connection::open(&file).unwrap().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
        let refused = SqliteStore::open(strange.path()).err().unwrap();
        assert!(matches!(refused, StoreError::NotOurs { .. }), "{refused}");

        let text = tempfile::tempdir().unwrap();
        std::fs::write(text.path().join("registrar.db"), "not a database at all, just text ".repeat(40))
            .unwrap();
        let refused = SqliteStore::open(text.path()).err().unwrap();
        assert!(matches!(refused, StoreError::NotOurs { .. }), "{refused}");
    }

    #[test]
    fn commits_are_synced_in_full() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path()).unwrap();
        let writer = held(&store.writer);
        let pragma = |name| writer.pragma_query_value(None, name, |row| row.get::<_, String>(0)).unwrap();
        assert_eq!(pragma("journal_mode"), "wal");
        let level: i64 = writer.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert_eq!(level, 2);
    }
}
