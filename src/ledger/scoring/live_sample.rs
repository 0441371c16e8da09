//! The first events that rules score once they serve: they are scored twice, in opposite orders, and then one record
//! in so many. A rule that depends on what it was asked before answers otherwise, before anybody relies on it.

use crate::{
    error::LedgerError,
    scoring::{
        record_scorer::{RecordHistory, ScoredRecord, difference, score},
        scoring_context::ScoringContext,
    },
};

/// Scores some of these records a second time. One that comes to something else is held: no figure counts
/// what nobody could say again.
pub(crate) fn check(
    world: &ScoringContext<'_>,
    scored: &mut [ScoredRecord],
    read: impl FnOnce(&[usize]) -> Result<Vec<RecordHistory>, LedgerError>,
) -> Result<(), LedgerError> {
    let counts = &world.rules.sample_counts;
    let wanted: Vec<usize> = scored
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, one)| one.unscored.is_none() && counts.wants(one.key, &one.register, &one.postings))
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
