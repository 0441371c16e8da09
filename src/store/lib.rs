//! The kernel's storage: SQLite, built in.
//!
//! Keeps bytes and finds them again. What they mean is the kernel's; see
//! [`registrar_domain::storage`].

pub mod database;
pub mod sqlite;
#[cfg(test)]
mod suite;

pub use database::Database;
pub use sqlite::{SqliteShelf, SqliteStore};
