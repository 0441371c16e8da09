//! What is derived from a declaration: each such file says so in its first lines, and is what is derived today.

use crate::{Finding, Tree};
use registrar_contract::{
    OFFICE,
    derive::{payload, reference, schema, stubs},
};
use std::{fs, path::Path};

/// The mark of a generated file, which stands in its first five lines.
pub const MARK: &str = "@generated";

/// The generated files and what they must hold.
///
/// # Panics
/// If the contract's schema is no JSON, which would be a fault of the contract.
#[must_use]
pub fn fresh() -> Vec<(&'static str, String)> {
    let schema = serde_json::to_string_pretty(&schema(&OFFICE)).unwrap_or_else(|e| panic!("the schema: {e}"));
    vec![
        ("plugins/contract/REFERENCE.md", reference(&OFFICE)),
        ("plugins/contract/payload.rs", payload(&OFFICE)),
        ("plugins/contract/schema.json", schema + "\n"),
        ("plugins/sdk/registrar.h", registrar_sdk::header::registrar_h()),
        ("scripts/types/registrar.lua", stubs(&OFFICE)),
    ]
}

/// Whether a file says that it is generated.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.lines().take(5).any(|line| line.contains(MARK))
}

/// Files that are stale, that lack the mark, and files with the mark that nothing generates.
#[must_use]
pub fn check(tree: &Tree, fresh: &[(&str, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in fresh {
        if tree.text(path) != Some(text) {
            findings.push(Finding::new(*path, "is stale: look at what is written there now, and commit it"));
        }
        if !is_marked(text) {
            findings.push(Finding::new(
                *path,
                format!("is generated and does not say {MARK} in its first lines"),
            ));
        }
    }
    let made = |path: &str| fresh.iter().any(|(fresh, _)| *fresh == path);
    // Cargo writes its own.
    let ours = |path: &str| {
        ["src/", "plugins/", "scripts/"].iter().any(|folder| path.starts_with(folder))
            && !path.ends_with("Cargo.lock")
    };
    let marked = tree.files().filter(|(path, text)| ours(path) && is_marked(text) && !made(path));
    findings.extend(
        marked.map(|(path, _)| Finding::new(path, "says that it is generated, and nothing generates it")),
    );
    findings
}

/// Writes the files that are stale.
///
/// # Panics
/// If one can't be written.
pub fn write(top: &Path, tree: &Tree, fresh: &[(&str, String)]) {
    for (path, text) in fresh.iter().filter(|(path, text)| tree.text(path) != Some(text)) {
        let path = top.join(path);
        fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
}
