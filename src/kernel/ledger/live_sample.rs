//! The first events that rules score once they serve: they are scored twice, in opposite orders, and then one record
//! in so many. A rule that depends on what it was asked before answers otherwise, before anybody relies on it.

use super::{
    posting::Posting,
    record_scorer::{RecordHistory, ScoredRecord, difference, score},
    scoring_context::ScoringContext,
};
use crate::KernelError;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// So many records of each rule, and of each register, are scored twice at first.
const FIRST: u32 = 8;
/// Later one record in so many.
const SAMPLED: u64 = 64;

/// How many records were scored twice since the rules serve: by plugin and registration, and by register.
#[derive(Debug, Default)]
pub(super) struct LiveSample {
    seen: Mutex<HashMap<(String, u32), u32>>,
}

impl LiveSample {
    /// Whether a record that was scored just now is to be scored once more.
    fn wants(&self, scored: &ScoredRecord) -> bool {
        let of_rule = |posting: &Posting| (posting.rule.plugin.clone(), posting.rule.registration);
        let register = (format!("${}", scored.register), 0);
        // Whole at each step.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_first = false;
        for key in scored.postings.iter().map(of_rule).chain([register]) {
            let count = seen.entry(key).or_default();
            is_first |= *count < FIRST;
            *count += 1;
        }
        is_first || scored.key.is_multiple_of(SAMPLED)
    }

    /// Scores some of these records a second time. One that comes to something else is held: no figure counts
    /// what nobody could say again.
    pub(super) fn check(
        &self,
        world: &ScoringContext<'_>,
        scored: &mut [ScoredRecord],
        read: impl FnOnce(&[usize]) -> Result<Vec<RecordHistory>, KernelError>,
    ) -> Result<(), KernelError> {
        let wanted: Vec<usize> = scored
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, one)| one.unscored.is_none() && self.wants(one))
            .map(|(at, _)| at)
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let again = score(world, read(&wanted)?);
        for (at, again) in wanted.into_iter().zip(again) {
            let Some(first) = scored.get_mut(at).filter(|_| again.unscored.is_none()) else { continue };
            let why = difference((&first.register, &first.record), &first.postings, &again.postings);
            if let Some(why) = why {
                first.hold(Vec::new(), why);
            }
        }
        Ok(())
    }
}
