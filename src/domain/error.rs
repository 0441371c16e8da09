//! What can go wrong with an office's data by itself, whoever asks for it.

use registrar_sdk::suggest::nearest;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file was written by a later version of this program.
    #[error("{file} has schema {found}, this program knows up to {known}: run the newer program")]
    Newer {
        /// The file.
        file: String,
        /// Its schema.
        found: i64,
        /// The highest schema known here.
        known: i64,
    },
    /// The file belongs to another program.
    #[error("{file} is not a registrar store ({why}); name another folder with --data")]
    NotOurs {
        /// The file.
        file: String,
        /// How one can tell.
        why: String,
    },
    /// Another process holds the write lock.
    #[error("the store is locked by another process: {0}; stop it, or let the command reach the running one")]
    Busy(String),
    /// An event with this id is already there.
    #[error("an event with the id `{0}` is already in the log")]
    DuplicateEvent(String),
    /// What was read is not what was written.
    #[error("the store is damaged: {0}; run `registrar verify`, and restore from a backup if it fails")]
    Damaged(String),
    /// The database or the file system failed.
    #[error("{doing}: {why}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// What the layer below said.
        why: String,
    },
}

/// A store's result.
pub type Stored<T> = Result<T, StoreError>;

/// Something that was asked for and is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {what} `{name}`{hint}")]
pub struct Unknown {
    /// What sort of thing.
    pub what: &'static str,
    /// Its name as it was given.
    pub name: String,
    /// `; did you mean …?`, where it would be looked for, or nothing.
    pub hint: String,
}

/// A failure of the store, or of what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something was asked for that is not there.
    #[error(transparent)]
    Unknown(#[from] Unknown),
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
        Unknown { what, name: name.to_owned(), hint: nearest(name, known) }.into()
    }
}
