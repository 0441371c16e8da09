//! What the rules are about: `architecture.toml`.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The house as it is meant to be.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// For each crate of the workspace, the crates of the workspace that it may depend on.
    pub crates: BTreeMap<String, Vec<String>>,
    /// For a folder, its modules from the lowest up: one imports only those before it. Modules that stand in one
    /// string, separated by spaces, are of one floor and may import each other in one direction.
    #[serde(default)]
    pub order: BTreeMap<String, Vec<String>>,
    /// The files (or folders, which end in a slash) in which `unsafe` may stand, each with who keeps its promises.
    #[serde(default)]
    pub unsafety: BTreeMap<String, String>,
    /// For a folder, what its files may not name: `Store`, `Principal::Operator`.
    #[serde(default)]
    pub out_of_reach: BTreeMap<String, Vec<String>>,
    /// How long a file and a function may be.
    pub lines: Lines,
    /// Words of the business, which no file under `folder` may hold.
    pub words: Words,
}

/// How long something may be, in lines.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// A file that people write.
    pub file: usize,
    /// A function, from its `fn` to its closing brace.
    pub function: usize,
}

/// What is kept out of the host.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Where the words must not stand.
    pub folder: String,
    /// What of it they may stand in: papers, which show examples.
    #[serde(default)]
    pub except: Option<String>,
    /// The words, in both languages; ASCII ones match whole words alone, in any case.
    pub words: Vec<String>,
}

impl Config {
    /// Reads it.
    ///
    /// # Panics
    /// If it is not what [`Config`] says.
    #[must_use]
    pub fn parse(text: &str) -> Config {
        toml::from_str(text).unwrap_or_else(|e| panic!("architecture.toml: {e}"))
    }
}
