//! Derives runs of the log in several threads; what they come to is taken in by the one that writes.

use crate::{
    batch::deriver::{DerivedPage, Deriver, RecordRange},
    error::LedgerError,
    model::interner::Interner,
    scoring::scoring_context::ScoringContext,
};
use registrar_domain::{ReadTx, storage::LogHead};
use registrar_host::TextPool;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

/// Of one run in so many the first record is among those that are scored twice.
const SAMPLED: usize = 8;

/// Derives one run.
pub(crate) type Derive<'a> =
    dyn Fn(&mut Deriver<'_>, &dyn ReadTx, RecordRange) -> Result<DerivedPage, LedgerError> + Sync + 'a;

/// Derives every run and hands what it came to over to `take`, in no certain order. The calling thread
/// does its part, on `log`; others help that find the log as it is there.
///
/// # Errors
/// The first failure of a run or of `take`.
pub(crate) fn each_run(
    world: &ScoringContext<'_>,
    log: &dyn ReadTx,
    names: &Interner,
    runs: &[RecordRange],
    derive: &Derive<'_>,
    take: &mut dyn FnMut(DerivedPage) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let texts = Arc::new(TextPool::default());
    let head = log.head()?;
    let next = AtomicUsize::new(0);
    let claim = || {
        let at = next.fetch_add(1, Relaxed);
        Some((*runs.get(at)?, at.is_multiple_of(SAMPLED)))
    };
    let others = world.basis.host().engine().workers().min(runs.len()).saturating_sub(1);
    thread::scope(|scope| {
        let (hand_over, handed) = sync_channel::<Result<DerivedPage, LedgerError>>(others * 2 + 1);
        for _ in 0..others {
            let (hand_over, texts, claim) = (hand_over.clone(), texts.clone(), &claim);
            scope.spawn(move || {
                if let Err(error) = help(world, head, names, &texts, claim, derive, &hand_over) {
                    let _ = hand_over.send(Err(error));
                }
            });
        }
        drop(hand_over);
        let mut deriver = Deriver::new(world, names, &texts);
        let mut work = || {
            while let Some((run, sampled)) = claim() {
                deriver.samples_first = sampled;
                take(derive(&mut deriver, log, run)?)?;
                while let Ok(derived) = handed.try_recv() {
                    take(derived?)?;
                }
            }
            for derived in &handed {
                take(derived?)?;
            }
            Ok(())
        };
        let done = work();
        if done.is_err() {
            // Nobody begins another run, and nobody waits to hand one over.
            next.store(runs.len(), Relaxed);
        }
        drop(handed);
        done
    })
}

fn help(
    world: &ScoringContext<'_>,
    head: LogHead,
    names: &Interner,
    texts: &Arc<TextPool>,
    claim: &dyn Fn() -> Option<(RecordRange, bool)>,
    derive: &Derive<'_>,
    hand_over: &SyncSender<Result<DerivedPage, LedgerError>>,
) -> Result<(), LedgerError> {
    let log = world.basis.store().begin_read(world.basis.office())?;
    if log.head()? != head {
        // Something was written since: what is seen here is another log.
        return Ok(());
    }
    let mut deriver = Deriver::new(world, names, texts);
    while let Some((run, sampled)) = claim() {
        deriver.samples_first = sampled;
        if hand_over.send(derive(&mut deriver, &*log, run)).is_err() {
            break;
        }
    }
    Ok(())
}
