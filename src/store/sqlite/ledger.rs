//! The ledgers of one office: a file for the one that serves, files for those built beside it.
//!
//! A small text file names the one that serves; renaming it is the swap. A ledger can be derived
//! anew, so a file that is of no use is replaced, never repaired.

mod page_cache;
mod pages;
mod read;
mod row;
mod tx;
mod write;

use super::{BUSY, READERS, doing, held, writer_lock::Turn};
use registrar_domain::{OfficeKey, StoreError, Stored};
use registrar_ledger::{Interner, LedgerRead, LedgerShelf, LedgerStore, LedgerWrite};
use rusqlite::{Connection, OpenFlags};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tx::LedgerTx;

/// Marks a ledger's file and its layout; another layout is another ledger.
const LAYOUT: i64 = 0x5247_4C04;

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

const TABLES_BESIDE_PAGES: [&str; 7] = ["mark", "name", "rule", "sum", "live", "posting", "unscored"];

/// The folder with an office's ledgers.
pub struct SqliteShelf {
    folder: PathBuf,
    office: i64,
    doomed: Doomed,
}

/// Files that go when their ledger is closed.
type Doomed = Arc<Mutex<BTreeSet<PathBuf>>>;

impl SqliteShelf {
    /// The ledgers of an office in a data folder.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn new(data: &Path, office: OfficeKey) -> Stored<SqliteShelf> {
        let folder = data.join("ledger");
        fs::create_dir_all(&folder).map_err(failed("making the ledger's folder", &folder))?;
        Ok(SqliteShelf { folder, office: office.0, doomed: Doomed::default() })
    }

    fn pointer(&self) -> PathBuf {
        self.folder.join(format!("office-{}.current", self.office))
    }

    fn next_pointer(&self) -> PathBuf {
        self.pointer().with_extension("next")
    }

    fn prefix(&self) -> String {
        format!("office-{}-", self.office)
    }

    fn serving(&self) -> Stored<Option<PathBuf>> {
        let pointer = self.pointer();
        match fs::read_to_string(&pointer) {
            Ok(name) => Ok(Some(self.folder.join(name.trim()))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(failed("reading which ledger serves", &pointer)(e)),
        }
    }

    fn fresh(&self) -> PathBuf {
        // Unique beside files of other processes; the number tells those of one apart.
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let nanos = since.map_or(0, |d| d.as_nanos());
        self.folder.join(format!("{}{nanos:x}-{}-{number}.db", self.prefix(), std::process::id()))
    }

    /// Removes what an interrupted replay left behind.
    fn sweep(&self, serving: &Path) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let in_use = held(&self.doomed);
        let in_use = |name: &str| in_use.iter().any(|file| name.starts_with(&*file_name(file)));
        let kept = file_name(serving);
        // A pointer that was never renamed.
        let _ = fs::remove_file(self.next_pointer());
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&self.prefix()) && !name.starts_with(&kept) && !in_use(&name) {
                // Left for the next time if it can't be removed now.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn point_at(&self, file: &Path) -> Stored<()> {
        let pointer = self.pointer();
        let aside = self.next_pointer();
        let write = || -> io::Result<()> {
            let name = file.file_name().unwrap_or_default();
            fs::write(&aside, name.as_encoded_bytes())?;
            fs::File::open(&aside)?.sync_all()?;
            fs::rename(&aside, &pointer)?;
            fs::File::open(&self.folder)?.sync_all()
        };
        write().map_err(failed("making a ledger the one that serves", &pointer))
    }
}

impl LedgerShelf for SqliteShelf {
    fn open(&self) -> Stored<Arc<dyn LedgerStore>> {
        let mut useless = None;
        if let Some(file) = self.serving()?.filter(|file| file.exists()) {
            match SqliteLedger::open(&file, &self.doomed) {
                Ok(ledger) => {
                    self.sweep(&file);
                    return Ok(Arc::new(ledger));
                }
                Err(error @ StoreError::Busy(_)) => return Err(error),
                Err(error) => {
                    tracing::warn!(file = %file.display(), "The ledger is derived anew: {error}");
                    useless = Some(file);
                }
            }
        }
        let ledger = self.aside()?;
        self.promote(&*ledger)?;
        if let Some(useless) = useless {
            // It is open nowhere.
            held(&self.doomed).remove(&useless);
        }
        self.sweep(&self.folder.join(ledger.name()));
        Ok(ledger)
    }

    fn aside(&self) -> Stored<Arc<dyn LedgerStore>> {
        let file = self.fresh();
        held(&self.doomed).insert(file.clone());
        Ok(Arc::new(SqliteLedger::create(&file, &self.doomed)?))
    }

    fn aside_like(&self, ledger: &dyn LedgerStore) -> Stored<Arc<dyn LedgerStore>> {
        let file = self.fresh();
        held(&self.doomed).insert(file.clone());
        Ok(Arc::new(SqliteLedger::create_like(&file, &self.folder.join(ledger.name()), &self.doomed)?))
    }

    fn promote(&self, ledger: &dyn LedgerStore) -> Stored<()> {
        let file = self.folder.join(ledger.name());
        // Everything into the file itself, and onto the disk, before it is named.
        let settle = connect(&file, false)?;
        for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            settle.query_row(pragma, [], |_| Ok(())).map_err(doing("settling a ledger"))?;
        }
        drop(settle);
        fs::File::open(&file).and_then(|f| f.sync_all()).map_err(failed("settling a ledger", &file))?;
        let before = self.serving()?;
        self.point_at(&file)?;
        let mut doomed = held(&self.doomed);
        doomed.remove(&file);
        if let Some(before) = before.filter(|before| *before != file) {
            doomed.insert(before);
        }
        Ok(())
    }
}

/// One ledger's file.
struct SqliteLedger {
    name: String,
    file: PathBuf,
    names: Arc<Interner>,
    writer: Turn,
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
    fn open(file: &Path, doomed: &Doomed) -> Stored<SqliteLedger> {
        let writer = connect(file, false)?;
        let layout: i64 = writer
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(doing("reading the ledger's layout"))?;
        if layout != LAYOUT {
            let why = "it was laid out by another version of this program".to_owned();
            return Err(StoreError::NotOurs { file: file.display().to_string(), why });
        }
        let names = pages::read_names(&writer)?;
        Ok(SqliteLedger::of(file, writer, names, doomed))
    }

    fn create(file: &Path, doomed: &Doomed) -> Stored<SqliteLedger> {
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
    fn create_like(file: &Path, other: &Path, doomed: &Doomed) -> Stored<SqliteLedger> {
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
        let names = pages::read_names(&writer)?;
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

    fn reader(&self) -> Stored<Connection> {
        match held(&self.readers).pop() {
            Some(reader) => Ok(reader),
            None => connect(&self.file, false),
        }
    }

    fn give_back(&self, reader: Connection) {
        let mut readers = held(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
    }
}

impl LedgerStore for SqliteLedger {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&self) -> Stored<Box<dyn LedgerRead + '_>> {
        Ok(Box::new(LedgerTx::read(self)?))
    }

    fn write(&self) -> Stored<Box<dyn LedgerWrite + '_>> {
        Ok(Box::new(LedgerTx::write(self)?))
    }

    fn names(&self) -> Arc<Interner> {
        self.names.clone()
    }

    fn sweep(&self) -> Stored<()> {
        let writer = self.writer.take();
        let swept = super::sweep(&writer);
        self.writer.give_back(writer);
        swept
    }
}

fn connect(file: &Path, create: bool) -> Stored<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let open = || -> rusqlite::Result<Connection> {
        let mut connection = Connection::open_with_flags(file, flags)?;
        super::stoppable(&mut connection)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(64);
        // A commit that power loss takes back takes its mark back with it, and is made again.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(connection)
    };
    open().map_err(doing("opening the ledger"))
}

fn file_name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn failed<'a>(doing: &'static str, path: &'a Path) -> impl Fn(io::Error) -> StoreError + 'a {
    move |error| StoreError::Failed { doing, why: format!("{}: {error}", path.display()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_ledger::Mark;

    fn marked(ledger: &dyn LedgerStore, seq: u64) {
        let mut write = ledger.write().unwrap();
        write.set_mark(&Mark { seq, ..Mark::default() }).unwrap();
        write.commit().unwrap();
    }

    fn databases(shelf: &SqliteShelf) -> usize {
        let names = fs::read_dir(&shelf.folder).unwrap().map(|f| f.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().ends_with(".db")).count()
    }

    #[test]
    fn a_promoted_ledger_is_the_one_that_is_found_again() {
        let data = tempfile::tempdir().unwrap();
        let shelf = SqliteShelf::new(data.path(), OfficeKey(1)).unwrap();
        let before = shelf.open().unwrap();
        marked(&*before, 1);
        let aside = shelf.aside().unwrap();
        marked(&*aside, 2);
        assert_eq!(shelf.open().unwrap().read().unwrap().mark().unwrap().seq, 1);
        shelf.promote(&*aside).unwrap();
        // Whoever still reads the older one can.
        assert_eq!(before.read().unwrap().mark().unwrap().seq, 1);
        drop((before, aside));
        assert_eq!(databases(&shelf), 1);
        let again = SqliteShelf::new(data.path(), OfficeKey(1)).unwrap();
        assert_eq!(again.open().unwrap().read().unwrap().mark().unwrap().seq, 2);
    }

    #[test]
    fn what_was_never_promoted_goes() {
        let data = tempfile::tempdir().unwrap();
        let shelf = SqliteShelf::new(data.path(), OfficeKey(1)).unwrap();
        drop(shelf.open().unwrap());
        drop(shelf.aside().unwrap());
        assert_eq!(databases(&shelf), 1);
        // One that a killed process left behind.
        fs::write(data.path().join("ledger/office-1-left.db"), "half a ledger").unwrap();
        fs::write(shelf.next_pointer(), "office-1-left.db").unwrap();
        let other = SqliteShelf::new(data.path(), OfficeKey(2)).unwrap().open().unwrap();
        assert_eq!(databases(&shelf), 3);
        drop(shelf.open().unwrap());
        assert_eq!(databases(&shelf), 2);
        assert!(!shelf.next_pointer().exists());
        drop(other);
    }

    #[test]
    fn a_file_of_no_use_is_replaced_by_an_empty_ledger() {
        let data = tempfile::tempdir().unwrap();
        let shelf = SqliteShelf::new(data.path(), OfficeKey(1)).unwrap();
        let ledger = shelf.open().unwrap();
        marked(&*ledger, 7);
        let file = shelf.folder.join(ledger.name());
        drop(ledger);
        fs::write(&file, "no database at all".repeat(100)).unwrap();
        assert_eq!(shelf.open().unwrap().read().unwrap().mark().unwrap(), Mark::default());
        assert_eq!(databases(&shelf), 1);
    }

    #[test]
    fn an_uncommitted_change_is_undone() {
        let data = tempfile::tempdir().unwrap();
        let ledger = SqliteShelf::new(data.path(), OfficeKey(1)).unwrap().open().unwrap();
        let mut write = ledger.write().unwrap();
        write.set_mark(&Mark { seq: 3, ..Mark::default() }).unwrap();
        assert_eq!(write.mark().unwrap().seq, 3);
        drop(write);
        assert_eq!(ledger.read().unwrap().mark().unwrap().seq, 0);
    }
}
