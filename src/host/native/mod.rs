//! Plugin libraries: what is checked before one is loaded, and what its process may do.

#[cfg(target_os = "linux")]
pub mod confine;
pub mod elf;
#[cfg(target_os = "linux")]
pub mod landlock;
mod machine;
#[cfg(unix)]
pub mod owner;
#[cfg(target_os = "linux")]
mod syscalls;
