//! What can go wrong with an office's data by itself, whoever asks for it.

use crate::storage::StoreError;
use registrar_sdk::suggest::nearest;

/// A failure of the store, or of what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something was asked for that is not there.
    #[error("no {what} `{name}`{hint}")]
    Unknown {
        /// What sort of thing.
        what: &'static str,
        /// Its name as it was given.
        name: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
    },
    /// What was given can't be used; says what and what to do.
    #[error("{0}")]
    Refused(String),
}

impl DomainError {
    /// A [`DomainError::Unknown`] that proposes the nearest of `known`.
    pub fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> DomainError {
        DomainError::Unknown { what, name: name.to_owned(), hint: nearest(name, known) }
    }
}
