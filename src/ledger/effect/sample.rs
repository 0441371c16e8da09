//! Whether rules give the same whatever they were asked before: a sample of the records is scored
//! twice, in opposite orders, in VMs that nobody used yet.

use crate::{
    error::LedgerError,
    rebuild::ledger::Ledger,
    scoring::{
        record_scorer::{RecordHistory, ScoredRecord, difference, score},
        scoring_context::{LedgerSource, RuleGeneration, ScoringContext, directory_of, reserved},
    },
};
use registrar_domain::{ReadTx, Stored};
use std::{collections::BTreeSet, sync::Arc};

/// How many records are scored twice.
const SAMPLE: u64 = 200;

impl Ledger {
    /// Scores a sample twice, in opposite orders, by two loadings of the same rules. Says which
    /// handler answered differently, if one did.
    ///
    /// # Errors
    /// The store failed.
    pub fn impure(
        &self,
        basis: &dyn LedgerSource,
        one: &RuleGeneration,
        other: &RuleGeneration,
    ) -> Result<Option<String>, LedgerError> {
        let log = basis.store().begin_read(basis.office())?;
        let directory = Arc::new(directory_of(&*log)?);
        let (one, other) = (
            ScoringContext::new(basis, one.clone(), directory.clone()),
            ScoringContext::new(basis, other.clone(), directory),
        );
        let sample = sample(&*log)?;
        let forth = score(&one, dossiers(&one, &*log, sample.iter())?);
        let mut back = score(&other, dossiers(&other, &*log, sample.iter().rev())?);
        back.reverse();
        Ok(forth.iter().zip(&back).find_map(|(forth, back)| differing(forth, back)))
    }
}

/// Records spread over the whole log, the same ones each time.
fn sample(log: &dyn ReadTx) -> Stored<BTreeSet<(String, String)>> {
    let head = log.head()?.seq;
    let step = head.div_ceil(SAMPLE).max(1);
    let mut records = BTreeSet::new();
    for at in (0..head).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
        let events = log.events_after(at, 1)?;
        let scored = events.into_iter().filter(|event| !reserved(&event.register));
        records.extend(scored.map(|event| (event.register, event.record)));
    }
    Ok(records)
}

fn dossiers<'a>(
    world: &ScoringContext<'_>,
    log: &dyn ReadTx,
    records: impl Iterator<Item = &'a (String, String)>,
) -> Result<Vec<RecordHistory>, LedgerError> {
    records.map(|(register, id)| Ok(RecordHistory::read(world, log, 0, register, id)?)).collect()
}

fn differing(forth: &ScoredRecord, back: &ScoredRecord) -> Option<String> {
    if forth.unscored.is_some() || back.unscored.is_some() {
        // A failure is shown as one.
        return None;
    }
    difference((&forth.register, &forth.record), &forth.postings, &back.postings)
}
