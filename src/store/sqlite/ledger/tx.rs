//! A transaction of one ledger, on a reader or on the writer.

use super::{doing, file::SqliteLedger, page_cache::PageCache};
use registrar_domain::Stored;
use registrar_ledger::Interner;
use rusqlite::Connection;
use std::{cell::RefCell, ops::Deref};

/// Reads see the state at its beginning, and its own writes. Dropped, it undoes them.
pub(super) struct LedgerTx<'a> {
    ledger: &'a SqliteLedger,
    // Taken out only when it is given back.
    on: Option<Connection>,
    writes: bool,
    /// The pages that this transaction works on.
    pub(super) desk: RefCell<PageCache>,
    open: bool,
}

impl<'a> LedgerTx<'a> {
    pub(super) fn read(ledger: &'a SqliteLedger) -> Stored<LedgerTx<'a>> {
        LedgerTx::begin(ledger, ledger.reader()?, false)
    }

    pub(super) fn write(ledger: &'a SqliteLedger) -> Stored<LedgerTx<'a>> {
        LedgerTx::begin(ledger, ledger.writer.take(), true)
    }

    fn begin(ledger: &'a SqliteLedger, on: Connection, writes: bool) -> Stored<LedgerTx<'a>> {
        let mut tx = LedgerTx { ledger, on: Some(on), writes, desk: RefCell::default(), open: false };
        let begin = if writes { "BEGIN IMMEDIATE" } else { "BEGIN" };
        tx.execute_batch(begin).map_err(doing("beginning to use the ledger"))?;
        tx.open = true;
        // A deferred transaction begins with its first look.
        tx.query_row("SELECT count(*) FROM mark", [], |_| Ok(()))
            .map_err(doing("looking into the ledger"))?;
        Ok(tx)
    }

    /// The texts and rules that pages name.
    pub(super) fn names(&self) -> &Interner {
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

impl Deref for LedgerTx<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        match &self.on {
            Some(connection) => connection,
            None => unreachable!("the connection is given back only when the transaction is dropped"),
        }
    }
}

impl Drop for LedgerTx<'_> {
    fn drop(&mut self) {
        let stuck = self.open && self.execute_batch("ROLLBACK").is_err();
        if stuck {
            tracing::error!("A transaction of the ledger could not be rolled back.");
        }
        match self.on.take() {
            // Its next BEGIN says what is wrong.
            Some(writer) if self.writes => self.ledger.writer.give_back(writer),
            // Such a reader must not be handed to the next.
            Some(reader) if !stuck => self.ledger.give_back(reader),
            _ => {}
        }
    }
}
