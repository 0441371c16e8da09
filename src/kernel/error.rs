//! What can go wrong in the kernel, besides an action that is refused (`ActError`, in `action`).

use registrar_domain::{DomainError, StoreError, Unknown};
use registrar_host::{Failed, Fault};
use registrar_ledger::LedgerError;
use registrar_sdk::BilingualText;

/// A failure of the kernel itself or of what it stands on.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A plugin that was needed failed.
    #[error(transparent)]
    Plugin(Box<Failed>),
    /// The registers that the plugins define don't fit together.
    #[error("the registers do not fit together: {}", list(.0))]
    Registers(Vec<Fault>),
    /// Something was asked for that is not there.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// It is not for whoever asks; says what it would take.
    #[error("{0}")]
    Denied(BilingualText),
    /// What was given can't be used; says what and what to do.
    #[error("{0}")]
    Refused(BilingualText),
}

impl KernelError {
    /// What was given can't be used.
    pub(crate) fn refused(why: impl Into<BilingualText>) -> KernelError {
        KernelError::Refused(why.into())
    }

    /// It is not for whoever asks.
    pub(crate) fn denied(why: impl Into<BilingualText>) -> KernelError {
        KernelError::Denied(why.into())
    }
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

impl From<Failed> for KernelError {
    fn from(failed: Failed) -> KernelError {
        KernelError::Plugin(Box::new(failed))
    }
}

impl From<DomainError> for KernelError {
    fn from(error: DomainError) -> KernelError {
        match error {
            DomainError::Store(why) => KernelError::Store(why),
            DomainError::Unknown(what) => KernelError::Unknown(what),
            DomainError::Refused(why) => KernelError::refused(why),
        }
    }
}

impl From<LedgerError> for KernelError {
    fn from(error: LedgerError) -> KernelError {
        match error {
            LedgerError::Store(why) => KernelError::Store(why),
            LedgerError::Plugin(why) => KernelError::Plugin(Box::new(why)),
            LedgerError::Unknown(what) => KernelError::Unknown(what),
            LedgerError::Refused(why) => KernelError::refused(why),
        }
    }
}

impl KernelError {
    /// An [`KernelError::Unknown`] that proposes the nearest of `known`.
    pub fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> KernelError {
        DomainError::unknown(what, name, known).into()
    }
}
