//! Plugin libraries: what is checked before one is loaded, and what its process may do.

pub mod elf;
mod machine;
#[cfg(unix)]
pub mod owner;
