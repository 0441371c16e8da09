//! What is imported and how, and what came of it.

use registrar_domain::Actor;
use serde::Serialize;
use std::collections::BTreeMap;

/// How the rows of an import go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Together {
    /// Each by itself: what is refused keeps no other back.
    #[default]
    Each,
    /// All of them, in one transaction, or none.
    AllOrNothing,
    /// None is stored: each is only checked, by itself.
    Rehearsed,
}

/// An import of records.
#[derive(Clone, Debug, Default)]
pub struct RecordImport<'a> {
    /// The register.
    pub register: &'a str,
    /// The action that each row takes; those that say how their record stands begin it so instead.
    pub action: &'a str,
    /// Who acts.
    pub by: Actor,
    /// The file's name, by which the mended table is known as the same.
    pub file: &'a str,
    /// The import's id; without one it has that of the import that it goes on with, or a new one.
    pub id: Option<&'a str>,
    /// How its rows go together.
    pub together: Together,
    /// Whether rows are taken that an earlier import has taken.
    pub again: bool,
    /// Files that rows name: `HASH.ending`, as an export has them, or by their own names.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What is said of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowReport {
    /// Where it is.
    pub place: String,
    /// What is said.
    pub text: String,
}

/// What came of an import. Each row is counted once among `taken`, `known`, `changed` and `refused`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Its id, once it has taken something, now or before.
    pub import: Option<String>,
    /// How many rows were taken, or would be.
    pub taken: u64,
    /// Rows that were there already.
    pub known: Vec<RowReport>,
    /// Rows that were taken before and say something else now; they are left as they were taken.
    pub changed: Vec<RowReport>,
    /// Rows that can't be taken, and why.
    pub refused: Vec<RowReport>,
    /// What is to be looked at in rows that were taken.
    pub warned: Vec<RowReport>,
}
