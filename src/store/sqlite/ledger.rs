//! The ledgers of one office: a file for the one that serves, files for those built beside it.
//!
//! A small text file names the one that serves; renaming it is the swap. A ledger can be derived
//! anew, so a file that is of no use is replaced, never repaired.

mod file;
mod names;
mod page_cache;
mod pages;
mod read;
mod row;
mod sums;
mod tx;
mod wanted;
mod write;

use super::{doing, held};
use file::{Doomed, SqliteLedger, connect, file_name};
use registrar_domain::{OfficeKey, StoreError, Stored};
use registrar_ledger::{Interner, LedgerRead, LedgerShelf, LedgerStore, LedgerWrite};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tx::LedgerTx;

/// The folder with an office's ledgers.
pub struct SqliteShelf {
    folder: PathBuf,
    office: i64,
    doomed: Doomed,
}

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
