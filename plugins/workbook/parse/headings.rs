//! Which column has which heading: each heading once, none of them empty.

use crate::problem::Problem;
use registrar_sdk::value::Key;
use std::collections::BTreeMap;

/// The headings of a table, by column.
pub type Headings = BTreeMap<u32, Key>;

/// Names the columns, in order; `place` tells how a message calls a column's heading.
pub fn name(texts: &BTreeMap<u32, String>, place: impl Fn(u32) -> String) -> (Headings, Vec<Problem>) {
    let mut seen = BTreeMap::<&str, u32>::new();
    let (mut headings, mut problems) = (Headings::new(), Vec::new());
    for (&column, text) in texts {
        let text = text.trim();
        if text.is_empty() {
            problems.push(empty(place(column)));
        } else if let Some(&first) = seen.get(text) {
            let problem = format!("the heading \"{text}\" is there already in {}; rename one", place(first));
            problems.push(Problem::at(place(column), problem));
        } else {
            seen.insert(text, column);
            headings.insert(column, text.into());
        }
    }
    (headings, problems)
}

/// A column with cells but without a heading.
pub fn empty(place: String) -> Problem {
    Problem::at(place, "the heading is empty; give the column one, or empty the column")
}
