//! By which of their traits cases with different figures are told apart, so that a figure is named
//! "routine" and not by everything that happens to be true of one event.

use std::collections::{BTreeMap, BTreeSet};

/// What is true of a case, by name.
pub(crate) type Traits = BTreeMap<String, String>;

/// For each case those of its traits that matter: a trait is left out if the figures of all cases
/// can be told without it as well as with it. Cases without a figure tell which have none at all.
pub(crate) fn telling<O: Ord + Copy>(mut traits: Vec<Traits>, outcomes: &[Option<O>]) -> Vec<Traits> {
    let names: BTreeSet<String> = traits.iter().flat_map(|t| t.keys().cloned()).collect();
    let full = possible(&traits, outcomes);
    for name in names.into_iter().rev() {
        let without: Vec<Traits> = traits
            .iter()
            .map(|own| {
                own.iter().filter(|(key, _)| **key != name).map(|(k, v)| (k.clone(), v.clone())).collect()
            })
            .collect();
        if possible(&without, outcomes) == full {
            traits = without;
        }
    }
    traits
}

// For each case, the figures of all cases that look the same.
fn possible<O: Ord + Copy>(traits: &[Traits], outcomes: &[Option<O>]) -> Vec<BTreeSet<O>> {
    let mut of: BTreeMap<&Traits, BTreeSet<O>> = BTreeMap::new();
    for (own, outcome) in traits.iter().zip(outcomes) {
        of.entry(own).or_default().extend(*outcome);
    }
    traits.iter().map(|own| of.get(own).cloned().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases as `kind=a shelf=b` with a figure, 0 for none, and what is left of their traits.
    fn check(cases: &[(&str, u8)], expected: &[&str]) {
        let traits = |text: &str| -> Traits {
            let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
            pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        };
        let figure = |outcome: u8| Some(outcome).filter(|figure| *figure > 0);
        let outcomes: Vec<_> = cases.iter().map(|(_, outcome)| figure(*outcome)).collect();
        let left = telling(cases.iter().map(|(text, _)| traits(text)).collect(), &outcomes);
        assert_eq!(left, expected.iter().map(|text| traits(text)).collect::<Vec<_>>(), "{cases:?}");
    }

    #[test]
    fn what_makes_no_difference_is_left_out() {
        check(
            &[("kind=a shelf=x", 1), ("kind=a shelf=y", 1), ("kind=b shelf=x", 2), ("kind=b", 2)],
            &["kind=a", "kind=a", "kind=b", "kind=b"],
        );
        check(&[("kind=a", 1), ("kind=b", 1)], &["", ""]);
    }

    #[test]
    fn a_trait_that_all_cases_with_a_figure_share_is_left_where_others_have_none() {
        check(&[("kind=a", 1), ("kind=b", 0)], &["kind=a", "kind=b"]);
        // Where some of a kind have none, the kind does not tell it.
        check(&[("kind=a", 1), ("kind=b", 1), ("kind=b", 0)], &["", "", ""]);
    }

    #[test]
    fn two_traits_stay_where_it_takes_both() {
        let cases =
            [("kind=a level=p", 1), ("kind=a level=s", 2), ("kind=b level=p", 3), ("kind=b level=s", 4)];
        check(&cases, &cases.map(|(text, _)| text));
    }

    #[test]
    fn figures_that_no_trait_tells_apart_leave_those_that_tell_the_rest() {
        check(
            &[("kind=a level=p", 1), ("kind=a level=s", 2), ("kind=a level=s", 3)],
            &["level=p", "level=s", "level=s"],
        );
    }
}
