//! The ledger that serves, as one value that is swapped whole.

use crate::{LedgerSource, LedgerStore, RuleGeneration, ScoringContext, error::LedgerError};
use registrar_domain::Directory;
use std::sync::Arc;

/// What serves: a ledger, the rules it was derived by, and the directory it saw.
pub struct ServingLedger {
    /// Where it is kept.
    pub store: Arc<dyn LedgerStore>,
    /// The rules it was derived by.
    pub rules: RuleGeneration,
    pub(crate) directory: Arc<Directory>,
}

impl ServingLedger {
    pub(crate) fn world<'a>(&self, basis: &'a dyn LedgerSource) -> ScoringContext<'a> {
        ScoringContext::new(basis, self.rules.clone(), self.directory.clone())
    }

    /// Whether there is nothing that the log has and the ledger has not.
    pub(crate) fn is_current(&self, basis: &dyn LedgerSource) -> Result<bool, LedgerError> {
        let head = basis.store().begin_read(basis.office())?.head()?;
        // After the log: what has come in between is for later.
        let at = self.store.read()?.mark()?;
        Ok(at.rules == self.rules.hash && (at.seq, at.link) == (head.seq, head.link))
    }
}
