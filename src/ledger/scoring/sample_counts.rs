//! How many records were scored twice since rules serve, so that the first of each rule are.

use crate::model::posting::Posting;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// So many records of each rule, and of each register, are scored twice at first.
const FIRST: u32 = 8;
/// Later one record in so many.
const SAMPLED: u64 = 64;

/// Counts by plugin and registration, and by register.
#[derive(Debug, Default)]
pub(crate) struct SampleCounts {
    seen: Mutex<HashMap<(String, u32), u32>>,
}

impl SampleCounts {
    /// Whether a record that was scored just now is to be scored once more: by its key, its register and what it came
    /// to.
    pub(crate) fn wants(&self, key: u64, register: &str, postings: &[Posting]) -> bool {
        let of_rule = |posting: &Posting| (posting.rule.plugin.clone(), posting.rule.registration);
        let register = (format!("${register}"), 0);
        // Whole at each step.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_first = false;
        for key in postings.iter().map(of_rule).chain([register]) {
            let count = seen.entry(key).or_default();
            is_first |= *count < FIRST;
            *count += 1;
        }
        is_first || key.is_multiple_of(SAMPLED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::posting::tests::{event, posting};

    #[test]
    fn the_first_of_each_rule_and_register_are_scored_twice_and_later_one_in_so_many() {
        let counts = SampleCounts::default();
        let of = |plugin: &str| vec![posting(plugin, event(1, jiff::civil::date(2023, 1, 1)))];
        // Records that come to nothing are those of their register.
        let odd = |n: u64| n * 2 + 1;
        assert!((0..8).all(|n| counts.wants(odd(n), "letters", &[])));
        assert!(!counts.wants(odd(8), "letters", &[]));
        // A rule that begins later is looked at from its first record on, in a register that is known.
        assert!((0..8).all(|n| counts.wants(odd(n), "letters", &of("late"))));
        assert!(!counts.wants(odd(8), "letters", &of("late")));
        assert!(counts.wants(odd(9), "visits", &of("late")), "another register");
        let later = (1..=640).filter(|key| counts.wants(*key, "letters", &of("late"))).count();
        assert_eq!(later, 10);
    }
}
