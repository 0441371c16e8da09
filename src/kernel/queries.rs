//! What someone sees of an office: every read that is made for somebody goes through an [`OfficeView`].
//!
//! Whose a record or a figure is, is `access`'s to say; what a view gives was asked of it. Reads that ask
//! nobody are the kernel's own and can't be reached from outside it.

pub(crate) mod ask;
pub mod due;
mod events;
mod figure_calls;
mod figures;
mod files;
pub mod panel;
pub(crate) mod read_calls;
pub mod record_link;
mod records;
pub mod references;
pub mod search;
pub mod similar;
pub(crate) mod vote;

pub use figures::{FigureQuery, FigureView};
pub use records::Stages;

pub(crate) use records::sees;

use crate::{
    access::{Principal, Reach},
    error::KernelError,
    office::Office,
};
use registrar_domain::Register;
use std::{ops::Deref, sync::Arc};

/// An office as one principal sees it: what they may not see is not there.
///
/// ```compile_fail,E0624
/// # use registrar_kernel::Office;
/// fn of_nobody(office: &Office) -> u64 {
///     office.read().unwrap().head().unwrap().seq
/// }
/// ```
#[derive(Clone, Copy)]
pub struct OfficeView<'a> {
    pub(crate) office: &'a Office,
    pub(crate) by: &'a Principal,
}

impl Office {
    /// The office as someone sees it.
    pub fn as_principal<'a>(&'a self, by: &'a Principal) -> OfficeView<'a> {
        OfficeView { office: self, by }
    }

    /// The office as whoever runs the program sees it.
    pub fn as_operator(&self) -> OperatorView<'_> {
        OperatorView(self.as_principal(&Principal::Operator))
    }
}

/// The office as whoever runs the program sees it: all of it, and what is looked at by nobody else: the log as a
/// whole, what imports brought, what was erased, questions and lines of Lua put to its plugins.
#[derive(Clone, Copy)]
pub struct OperatorView<'a>(OfficeView<'a>);

impl<'a> Deref for OperatorView<'a> {
    type Target = OfficeView<'a>;

    fn deref(&self) -> &OfficeView<'a> {
        &self.0
    }
}

impl<'a> OfficeView<'a> {
    /// The office.
    pub fn office(&self) -> &'a Office {
        self.office
    }

    /// Who looks.
    pub fn principal(&self) -> &'a Principal {
        self.by
    }

    /// A register that they may open, and where it is theirs.
    pub(crate) fn opened(&self, register: &str) -> Result<(Arc<Register>, Reach), KernelError> {
        let register = self.office.registers().find(register)?.clone();
        match self.by.may_open(&register) {
            Some(reach) => Ok((register, reach)),
            None => Err(KernelError::denied(format!("{} is not for whoever asks", register.id))),
        }
    }

    /// Only for who sees the whole office: what is told of all units together.
    pub(crate) fn whole(&self, what: &str) -> Result<(), KernelError> {
        if self.by.sees_all() {
            return Ok(());
        }
        Err(KernelError::denied(format!("{what} takes a role in the whole office")))
    }
}
