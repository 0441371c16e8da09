//! What can go wrong in the kernel, besides an action that is refused (`ActError`, in `action`).

use crate::storage::StoreError;
use registrar_host::{Failed, Fault};

/// A failure of the kernel itself or of what it stands on.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A plugin that was needed failed.
    #[error(transparent)]
    Plugin(#[from] Failed),
    /// The registers that the plugins define don't fit together.
    #[error("the registers do not fit together: {}", list(.0))]
    Registers(Vec<Fault>),
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

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

impl KernelError {
    /// An [`KernelError::Unknown`] that proposes the nearest of `known`.
    pub fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> KernelError {
        KernelError::Unknown { what, name: name.to_owned(), hint: did_you_mean(name, known) }
    }
}

/// `; did you mean "record.check"?`, or nothing if no known name is near.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    // Whatever long text stands where a name should is no slip of it.
    if name.len() > 200 {
        return String::new();
    }
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| format!("; did you mean \"{candidate}\"?"))
        .unwrap_or_default()
}
