//! What can go wrong in deriving, reading and explaining figures.

use registrar_domain::{DomainError, StoreError, Unknown};
use registrar_host::Failed;

/// A failure of the ledger or of what it stands on.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A plugin that was needed failed.
    #[error(transparent)]
    Plugin(#[from] Failed),
    /// Something was asked for that is not there.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// What was given can't be used; says what and what to do.
    #[error("{0}")]
    Refused(String),
}

impl From<DomainError> for LedgerError {
    fn from(error: DomainError) -> LedgerError {
        match error {
            DomainError::Store(why) => LedgerError::Store(why),
            DomainError::Unknown(what) => LedgerError::Unknown(what),
            DomainError::Refused(why) => LedgerError::Refused(why),
        }
    }
}

impl LedgerError {
    /// A [`LedgerError::Unknown`] that proposes the nearest of `known`.
    pub fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> LedgerError {
        DomainError::unknown(what, name, known).into()
    }
}
