//! The C border between host and native plugins: the layout of values, the function tables, and
//! both sides of a call. The only room here with `unsafe`.
//!
//! A value crosses as a borrowed tree of [`Node`]s, unserialised. The host lays its arguments out
//! in an [`Arena`]; what a plugin answers it builds in that arena too, and every tag, pointer and
//! length of it is checked before it is read. `registrar.h` says the same to C; it is generated
//! from the tables declared in [`tables`].

#![allow(unsafe_code)]

pub mod arena;
pub mod bounds;
mod functions;
pub mod host;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod hostile;
pub mod node;
pub mod plugin;
#[cfg(test)]
mod properties;
pub mod tables;
#[cfg(test)]
mod tests;

pub use arena::Arena;
pub use bounds::BadTree;
pub use host::{CallFailure, Door, HostCalls, LoadedLibrary, Log, RegisteredHandler};
pub use node::{Node, View, tag};
pub use tables::{MAJOR, MINOR, PluginTable};

/// The most values that cross at once.
pub const MOST_VALUES: usize = 250_000;

/// The most bytes of text and bytes that cross at once.
pub const MOST_BYTES: usize = 32 << 20;
