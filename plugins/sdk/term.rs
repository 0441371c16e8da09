//! The days on which a rule set acts.

use serde::{Deserialize, Serialize};

/// A span of days, both ends included, as dates like `2023-02-14`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    /// The first day; `None`: since ever.
    pub from: Option<String>,
    /// The last day; `None`: until further notice.
    pub to: Option<String>,
}

impl Term {
    /// Whether a day lies within.
    pub fn holds(&self, day: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= day) && self.to.as_deref().is_none_or(|to| day <= to)
    }

    /// Whether a day lies within both.
    pub fn overlaps(&self, other: &Term) -> bool {
        let before = |to: &Option<String>, from: &Option<String>| matches!((to, from), (Some(to), Some(from)) if to < from);
        !before(&self.to, &other.from) && !before(&other.to, &self.from)
    }
}

#[cfg(test)]
mod tests {
    use crate::term::Term;

    #[test]
    fn both_ends_are_included_and_an_open_end_has_no_limit() {
        let term = |from: &str, to: &str| {
            let end = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
            Term { from: end(from), to: end(to) }
        };
        let may = term("2022-05-01", "2022-05-31");
        assert!(may.holds("2022-05-01") && may.holds("2022-05-31"));
        assert!(!may.holds("2022-04-30") && !may.holds("2022-06-01"));
        assert!(may.overlaps(&term("2022-05-31", "")) && !may.overlaps(&term("2022-06-01", "")));
        assert!(!may.overlaps(&term("", "2022-04-30")) && may.overlaps(&term("", "")));
        assert!(term("", "").holds("1999-01-01") && !term("2022-06-01", "").holds("2022-05-31"));
    }
}
