//! A transaction of one ledger, on a reader or on the writer.

use super::{SqliteLedger, doing, held, pages::Desk};
use registrar_kernel::{ledger::Names, storage::Stored};
use rusqlite::Connection;
use std::{cell::RefCell, ops::Deref, sync::MutexGuard};

/// Reads see the state at its beginning, and its own writes. Dropped, it undoes them.
pub(super) struct Tx<'a> {
    ledger: &'a SqliteLedger,
    on: On<'a>,
    /// The pages that this transaction works on.
    pub(super) desk: RefCell<Desk>,
    open: bool,
}

enum On<'a> {
    // Taken out only when it is given back.
    Reader(Option<Connection>),
    Writer(MutexGuard<'a, Connection>),
}

impl<'a> Tx<'a> {
    pub(super) fn read(ledger: &'a SqliteLedger) -> Stored<Tx<'a>> {
        Tx::begin(ledger, On::Reader(Some(ledger.reader()?)), "BEGIN")
    }

    pub(super) fn write(ledger: &'a SqliteLedger) -> Stored<Tx<'a>> {
        Tx::begin(ledger, On::Writer(held(&ledger.writer)), "BEGIN IMMEDIATE")
    }

    fn begin(ledger: &'a SqliteLedger, on: On<'a>, begin: &str) -> Stored<Tx<'a>> {
        let mut tx = Tx { ledger, on, desk: RefCell::default(), open: false };
        tx.execute_batch(begin).map_err(doing("beginning to use the ledger"))?;
        tx.open = true;
        // A deferred transaction begins with its first look.
        tx.query_row("SELECT count(*) FROM mark", [], |_| Ok(()))
            .map_err(doing("looking into the ledger"))?;
        Ok(tx)
    }

    /// The texts and rules that pages name.
    pub(super) fn names(&self) -> &Names {
        &self.ledger.names
    }

    pub(super) fn end(mut self) -> Stored<()> {
        self.settle()?;
        self.write_names()?;
        self.execute_batch("COMMIT").map_err(doing("committing the ledger"))?;
        self.open = false;
        Ok(())
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        match &self.on {
            On::Reader(Some(reader)) => reader,
            On::Writer(writer) => writer,
            On::Reader(None) => unreachable!("the reader is given back only when the transaction is dropped"),
        }
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.open && self.execute_batch("ROLLBACK").is_err() {
            // Such a reader must not be handed to the next; the writer's next BEGIN says what is wrong.
            tracing::error!("A transaction of the ledger could not be rolled back.");
            return;
        }
        if let On::Reader(reader) = &mut self.on
            && let Some(reader) = reader.take()
        {
            self.ledger.give_back(reader);
        }
    }
}
