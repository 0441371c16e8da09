//! Libraries of native plugins as files: found, checked, copied. Nothing of them is run.

pub mod elf;
mod elf_header;
#[cfg(unix)]
pub mod ownership;
pub mod private_copy;
pub mod scan;
pub(crate) mod trust;
