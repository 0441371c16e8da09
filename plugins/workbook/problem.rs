//! Why a file can't be read or written: one enum, whose texts name the cell and the remedy.

use std::fmt;

/// How many problems one message lists.
const LISTED: usize = 20;

/// Why a file can't be read or written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file as a whole.
    #[error("{0}")]
    File(String),
    /// Cells of it, each with its place.
    #[error("{}", listed(.0))]
    Cells(Vec<Problem>),
}

/// What is wrong with one cell or line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `Sheet1!C2`, `line 7`.
    pub place: String,
    /// What is wrong, and the remedy.
    pub text: String,
}

impl Problem {
    /// A problem at a place.
    pub fn at(place: impl fmt::Display, text: impl Into<String>) -> Problem {
        Problem { place: place.to_string(), text: text.into() }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Cells(vec![problem])
    }
}

fn listed(problems: &[Problem]) -> String {
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
        let many = (0..25).map(|n| Problem::at(format!("A{n}"), "wrong")).collect();
        let text = Refused::Cells(many).to_string();
        assert!(text.starts_with("A0: wrong\nA1: wrong\n"), "{text}");
        assert!(text.ends_with("A19: wrong\nand 5 more"), "{text}");
    }
}
