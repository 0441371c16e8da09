//! Why a file can't be read or written: one enum, whose texts name the cell and the remedy.

use std::fmt;

/// How many problems one message lists.
const LISTED: usize = 20;

/// Why a file can't be read or written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    /// The file as a whole.
    #[error("{0}")]
    File(String),
    /// Cells of it, each with its place.
    #[error("{}", listed(.0))]
    Cells(Vec<CellProblem>),
}

/// What is wrong with one cell or line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellProblem {
    /// Where: `Sheet1!C2`, `line 7`.
    pub place: String,
    /// What is wrong, and the remedy.
    pub text: String,
}

impl CellProblem {
    /// A problem at a place.
    pub fn at(place: impl fmt::Display, text: impl Into<String>) -> CellProblem {
        CellProblem { place: place.to_string(), text: text.into() }
    }
}

impl From<CellProblem> for FileRefused {
    fn from(problem: CellProblem) -> FileRefused {
        FileRefused::Cells(vec![problem])
    }
}

fn listed(problems: &[CellProblem]) -> String {
    let mut lines: Vec<String> =
        problems.iter().take(LISTED).map(|p| format!("{}: {}", p.place, p.text)).collect();
    if problems.len() > LISTED {
        lines.push(format!("and {} more", problems.len() - LISTED));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_problems_is_cut_and_says_so() {
        let many = (0..25).map(|n| CellProblem::at(format!("A{n}"), "wrong")).collect();
        let text = FileRefused::Cells(many).to_string();
        assert!(text.starts_with("A0: wrong\nA1: wrong\n"), "{text}");
        assert!(text.ends_with("A19: wrong\nand 5 more"), "{text}");
    }
}
