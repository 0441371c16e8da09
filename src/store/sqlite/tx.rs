//! A transaction of one office, on a reader or on the writer.

use super::{SqliteStore, doing, held};
use registrar_domain::{OfficeKey, Stored, event::Link, storage::LogHead};
use rusqlite::{Connection, OptionalExtension};
use std::{cell::RefCell, collections::HashMap, ops::Deref, sync::MutexGuard};

/// Reads see the state at its beginning, and its own writes. Dropped, it undoes them.
pub(super) struct OfficeTx<'a> {
    store: &'a SqliteStore,
    on: On<'a>,
    pub(super) office: i64,
    pub(super) head: LogHead,
    /// Keys of the entries that a writer has come across, by register and id; `None`: there is none.
    pub(super) entries: RefCell<HashMap<String, Option<i64>>>,
    open: bool,
}

enum On<'a> {
    // Taken out only when it is given back.
    Reader(Option<Connection>),
    Writer(MutexGuard<'a, Connection>),
}

impl<'a> OfficeTx<'a> {
    pub(super) fn read(store: &'a SqliteStore, office: OfficeKey) -> Stored<OfficeTx<'a>> {
        OfficeTx::begin(store, On::Reader(Some(store.reader()?)), office, "BEGIN")
    }

    pub(super) fn write(store: &'a SqliteStore, office: OfficeKey) -> Stored<OfficeTx<'a>> {
        // Immediate: a writer that found out later that it must wait would have to start anew.
        OfficeTx::begin(store, On::Writer(held(&store.writer)), office, "BEGIN IMMEDIATE")
    }

    fn begin(store: &'a SqliteStore, on: On<'a>, office: OfficeKey, begin: &str) -> Stored<OfficeTx<'a>> {
        let mut tx = OfficeTx {
            store,
            on,
            office: office.0,
            head: LogHead::default(),
            entries: RefCell::default(),
            open: false,
        };
        tx.prepare_cached(begin).and_then(|mut s| s.execute([])).map_err(doing("beginning a transaction"))?;
        tx.open = true;
        tx.head = tx.read_head().map_err(doing("reading the log's end"))?;
        Ok(tx)
    }

    /// Notes an entry's key, so that a writer need not look for it again.
    pub(super) fn note_entry(&self, register: &str, id: &str, key: Option<i64>) {
        if matches!(self.on, On::Writer(_)) {
            self.entries.borrow_mut().insert(entry_name(register, id), key);
        }
    }

    /// The key that was noted; `Some(None)` if there is no such entry.
    pub(super) fn noted_entry(&self, register: &str, id: &str) -> Option<Option<i64>> {
        self.entries.borrow().get(&entry_name(register, id)).copied()
    }

    /// The number under which the office's event with this place in its log is kept.
    pub(super) fn place(&self, seq: u64) -> i64 {
        self.office << SEQ_BITS | seq as i64
    }

    /// The number that none of the office's events reaches.
    pub(super) fn end(&self) -> i64 {
        (self.office + 1) << SEQ_BITS
    }

    fn read_head(&self) -> rusqlite::Result<LogHead> {
        let mut statement = self.prepare_cached(
            "SELECT place, link FROM event WHERE place > ?1 AND place < ?2 ORDER BY place DESC LIMIT 1",
        )?;
        let head = statement
            .query_row([self.place(0), self.end()], |row| {
                Ok(LogHead { seq: seq_of(row.get(0)?), link: link(row, 1)? })
            })
            .optional()?;
        Ok(head.unwrap_or_default())
    }

    pub(super) fn commit(mut self) -> Stored<()> {
        self.prepare_cached("COMMIT").and_then(|mut s| s.execute([])).map_err(doing("committing"))?;
        self.open = false;
        Ok(())
    }
}

/// Of the number under which an event is kept, so many bits are its place in the log; those above them
/// are the office.
const SEQ_BITS: u32 = 40;

/// An event's place in the log of its office.
pub(super) fn seq_of(place: i64) -> u64 {
    (place & ((1 << SEQ_BITS) - 1)) as u64
}

// No id of a register has a space.
fn entry_name(register: &str, id: &str) -> String {
    format!("{register} {id}")
}

/// A link of the chain from a column.
pub(super) fn link(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Link> {
    row.get::<_, [u8; 32]>(column)
}

impl Deref for OfficeTx<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        match &self.on {
            On::Reader(Some(reader)) => reader,
            On::Writer(writer) => writer,
            On::Reader(None) => unreachable!("the reader is given back only when the transaction is dropped"),
        }
    }
}

impl Drop for OfficeTx<'_> {
    fn drop(&mut self) {
        if self.open && self.execute_batch("ROLLBACK").is_err() {
            // A reader that can't end its transaction must not be handed to the next; the writer's
            // next BEGIN says what is wrong with it.
            tracing::error!("A transaction could not be rolled back.");
            return;
        }
        if let On::Reader(reader) = &mut self.on
            && let Some(reader) = reader.take()
        {
            self.store.give_back(reader);
        }
    }
}
