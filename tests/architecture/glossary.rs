//! The glossary and the code say the same: each word is explained once, and each name of the code that stands beside
//! one is a type that is there.

use crate::{Finding, Tree, names};
use std::collections::BTreeSet;

/// Where it lies.
pub const PATH: &str = "src/book/glossary.md";

/// Words that are explained twice, and names beside them that no type has.
#[must_use]
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(PATH) else { return vec![Finding::new(PATH, "is not there")] };
    let types: BTreeSet<String> = names::all(tree);
    let mut words = BTreeSet::new();
    let mut findings = Vec::new();
    for row in text.lines().filter_map(row) {
        for word in row.word.split(", ").filter(|word| !words.insert(word.to_owned())) {
            findings.push(Finding::new(word, "is explained twice; one word has one meaning"));
        }
        for name in row.names.split('`').skip(1).step_by(2).filter(|name| !types.contains(*name)) {
            findings.push(Finding::new(
                name,
                format!("stands beside \"{}\", and no type is called so", row.word),
            ));
        }
    }
    findings
}

struct Row<'a> {
    word: &'a str,
    names: &'a str,
}

/// A row of a table, without its headings.
fn row(line: &str) -> Option<Row<'_>> {
    let cells: Vec<&str> =
        line.strip_prefix('|')?.trim_end().strip_suffix('|')?.split('|').map(str::trim).collect();
    let [word, _, _, names] = cells[..] else { return None };
    (word != "word" && !word.starts_with("---")).then_some(Row { word, names })
}
