//! One ledger's file: made, opened, read by several and written by one.

use super::names::read_names;
use crate::sqlite::{BUSY, READERS, doing, held, writer_lock::Turn};
use registrar_domain::{StoreError, Stored};
use registrar_ledger::Interner;
use rusqlite::{Connection, OpenFlags};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// Marks a ledger's file and its layout; another layout is another ledger.
const LAYOUT: i64 = 0x5247_4C05;

const TABLES: &str = "
    CREATE TABLE mark (key INTEGER PRIMARY KEY CHECK (key = 0), body TEXT NOT NULL) STRICT;
    -- What pages name by number.
    CREATE TABLE name (code INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE rule (code INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    -- Records with their events and postings; days count from 1970-01-01.
    CREATE TABLE page (
        first INTEGER PRIMARY KEY,
        last INTEGER NOT NULL,
        first_day INTEGER, last_day INTEGER,
        body BLOB NOT NULL) STRICT;
    -- What the postings in pages come to by their month, or by their own period; all but days are names.
    CREATE TABLE sum (
        register INTEGER NOT NULL, measure INTEGER NOT NULL, account INTEGER NOT NULL, tag INTEGER NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL,
        amount INTEGER NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (register, measure, account, tag, first, last)) STRICT, WITHOUT ROWID;
    CREATE TABLE live (
        register INTEGER NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (register, day)) STRICT, WITHOUT ROWID;
    -- How many live events an account's records have in a month (by its first day); again: not the first of
    -- their action in their record.
    CREATE TABLE owned (
        register INTEGER NOT NULL, account INTEGER NOT NULL, month INTEGER NOT NULL,
        action INTEGER NOT NULL, again INTEGER NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (register, account, month, action, again)) STRICT, WITHOUT ROWID;
    -- kind: 1 of the scoring of a period, 2 an adjustment. A period is scored for someone in a register, and
    -- may post to others.
    CREATE TABLE posting (
        key INTEGER PRIMARY KEY,
        register TEXT NOT NULL,
        kind INTEGER NOT NULL,
        of_period TEXT NOT NULL, of_first TEXT NOT NULL, of_last TEXT NOT NULL,
        made_in TEXT, made_for TEXT,
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        account TEXT NOT NULL,
        measure TEXT NOT NULL,
        amount INTEGER NOT NULL,
        tag TEXT,
        plugin TEXT NOT NULL,
        registration INTEGER NOT NULL,
        place INTEGER NOT NULL,
        body TEXT NOT NULL) STRICT;
    CREATE INDEX posting_account ON posting (register, measure, account, first);
    CREATE INDEX posting_period ON posting (made_in, made_for, of_period) WHERE kind = 1;
    CREATE INDEX posting_adjustment ON posting (kind) WHERE kind = 2;
    CREATE TABLE unscored (
        key INTEGER PRIMARY KEY,
        register TEXT NOT NULL,
        record TEXT, period TEXT, measure TEXT, made_for TEXT,
        first TEXT NOT NULL, last TEXT NOT NULL,
        body TEXT NOT NULL) STRICT;
    CREATE INDEX unscored_record ON unscored (register, record);
";

pub(super) const TABLES_BESIDE_PAGES: [&str; 8] =
    ["mark", "name", "rule", "sum", "live", "owned", "posting", "unscored"];

/// Files that go when their ledger is closed.
pub(super) type Doomed = Arc<Mutex<BTreeSet<PathBuf>>>;

/// One ledger's file.
pub(super) struct SqliteLedger {
    pub(super) name: String,
    file: PathBuf,
    pub(super) names: Arc<Interner>,
    pub(super) writer: Turn,
    readers: Mutex<Vec<Connection>>,
    // Last, so that the connections are closed before the file goes.
    _removal: Removal,
}

struct Removal {
    file: PathBuf,
    doomed: Doomed,
}

impl Drop for Removal {
    fn drop(&mut self) {
        if held(&self.doomed).remove(&self.file) {
            for ending in ["", "-wal", "-shm"] {
                let mut name = self.file.clone().into_os_string();
                name.push(ending);
                // What stays is swept away when the shelf is next opened.
                let _ = fs::remove_file(name);
            }
        }
    }
}

impl SqliteLedger {
    pub(super) fn open(file: &Path, doomed: &Doomed) -> Stored<SqliteLedger> {
        let writer = connect(file, false)?;
        let layout: i64 = writer
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(doing("reading the ledger's layout"))?;
        if layout != LAYOUT {
            let why = "it was laid out by another version of this program".to_owned();
            return Err(StoreError::NotOurs { file: file.display().to_string(), why });
        }
        let names = read_names(&writer)?;
        Ok(SqliteLedger::of(file, writer, names, doomed))
    }

    pub(super) fn create(file: &Path, doomed: &Doomed) -> Stored<SqliteLedger> {
        Ok(SqliteLedger::of(file, SqliteLedger::empty(file)?, Interner::default(), doomed))
    }

    fn empty(file: &Path) -> Stored<Connection> {
        let writer = connect(file, true)?;
        let make = || -> rusqlite::Result<()> {
            // Nobody reads it while it is filled, and what is lost is filled again: a log beside it
            // would only have everything written twice. It gets one when it comes to serve.
            writer.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
            writer.execute_batch(&format!("BEGIN; {TABLES} COMMIT;"))?;
            writer.pragma_update(None, "application_id", LAYOUT)
        };
        make().map_err(doing("making a ledger"))?;
        Ok(writer)
    }

    /// One that has what another has, but for its pages.
    pub(super) fn create_like(file: &Path, other: &Path, doomed: &Doomed) -> Stored<SqliteLedger> {
        let writer = SqliteLedger::empty(file)?;
        let copy = |writer: &Connection| -> rusqlite::Result<()> {
            writer.execute("ATTACH ?1 AS other", [other.to_string_lossy()])?;
            writer.execute_batch("BEGIN")?;
            for table in TABLES_BESIDE_PAGES {
                writer.execute(&format!("INSERT INTO main.{table} SELECT * FROM other.{table}"), [])?;
            }
            writer.execute_batch("COMMIT; DETACH other")
        };
        copy(&writer).map_err(doing("copying a ledger"))?;
        let names = read_names(&writer)?;
        Ok(SqliteLedger::of(file, writer, names, doomed))
    }

    fn of(file: &Path, writer: Connection, names: Interner, doomed: &Doomed) -> SqliteLedger {
        SqliteLedger {
            name: file_name(file),
            file: file.to_owned(),
            names: Arc::new(names),
            writer: Turn::new(writer),
            readers: Mutex::default(),
            _removal: Removal { file: file.to_owned(), doomed: doomed.clone() },
        }
    }

    pub(super) fn reader(&self) -> Stored<Connection> {
        match held(&self.readers).pop() {
            Some(reader) => Ok(reader),
            None => connect(&self.file, false),
        }
    }

    pub(super) fn give_back(&self, reader: Connection) {
        let mut readers = held(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
    }
}

/// A connection to a ledger's file.
pub(super) fn connect(file: &Path, create: bool) -> Stored<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let open = || -> rusqlite::Result<Connection> {
        let mut connection = Connection::open_with_flags(file, flags)?;
        crate::sqlite::stoppable(&mut connection)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(64);
        crate::sqlite::planned_once(&connection)?;
        // A commit that power loss takes back takes its mark back with it, and is made again.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(connection)
    };
    open().map_err(doing("opening the ledger"))
}

/// A file's name without its folder.
pub(super) fn file_name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
