//! The house rules of this tree, as far as a program can hold them: which crate and which folder imports which, that a
//! name means one thing and the glossary explains each word once, how long a file and a function may be, where `unsafe`
//! is allowed, what is generated, and which words belong to scripts alone.
//!
//! A rule is a function from a [`Tree`] to [`Finding`]s, so that each can be tried on a planted tree. What the rules
//! are about is said in `architecture.toml`; what does not hold yet is listed in `exceptions.toml`, and the list can
//! only get shorter: an exception that nothing needs any more fails as well.

pub mod config;
pub mod crates;
pub mod exceptions;
pub mod finding;
pub mod generated;
pub mod glossary;
pub mod modules;
pub mod names;
pub mod out_of_reach;
pub mod papers;
pub mod rooms;
pub mod size;
pub mod tree;
pub mod unsafety;
pub mod words;

pub use config::Config;
pub use exceptions::Exceptions;
pub use finding::Finding;
pub use tree::{Source, Tree};
