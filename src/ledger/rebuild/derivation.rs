//! Derives a ledger from a log: all of it, or what came since the last time. Both give the same.

use crate::{
    batch::{
        deriver::{Deriver, RecordRange, Timings},
        parallel::{Derive, each_run},
    },
    error::LedgerError,
    model::{
        interner::Interner,
        storage::{LedgerRead, LedgerStore, LedgerWrite, Mark},
    },
    periods::{
        dependencies::SourceChange,
        period_close::{self, Closure},
        period_scorer::Periods,
    },
    rebuild::{invalidation::Touch, recompute_phase::RecomputePhase},
    scoring::{
        live_sample,
        record_scorer::{RecordHistory, ScoredRecord, score},
        scoring_context::{ScoringContext, reserved, touched},
    },
};
use jiff::civil::Date;
use registrar_domain::{ReadTx, Stored, reserved::DIRECTORY, storage::LogHead};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard},
    time::Instant,
};

/// How many records are scored in one crossing, where only some are.
const CHUNK: usize = 256;

/// About how many events are derived in one crossing, and make a page.
const RUN: usize = 4_096;

/// Told how many of how many parts are done.
pub type Progress<'a> = &'a dyn Fn(usize, usize);

/// What became of an attempt to bring a ledger up to the head of its log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CatchUp {
    /// It was there already.
    NothingNew,
    /// It is there now.
    Done,
    /// It must be derived anew: the directory changed, or it is of another log or other rules.
    StartOver,
}

/// Derives everything anew, in one transaction.
pub(crate) fn derive_all(
    world: &ScoringContext<'_>,
    log: &dyn ReadTx,
    store: &dyn LedgerStore,
    progress: Progress<'_>,
) -> Result<Timings, LedgerError> {
    let head = log.head()?;
    RecomputePhase::Scoring.begins();
    let mut ledger = store.write()?;
    ledger.clear()?;
    let derive = |deriver: &mut Deriver<'_>, log: &dyn ReadTx, run: RecordRange| deriver.derive(log, run);
    let runs = log.runs(RUN)?;
    let (timings, _) = take_in(world, log, &mut *ledger, (&store.names(), &runs), &derive, progress)?;
    RecomputePhase::Periods.begins();
    let closures = period_close::closures(log)?;
    let ranges = ranges(&*ledger, &closures)?;
    let mut periods = Periods::new(world, log, &ranges);
    ranges.keys().for_each(|register| periods.everyone(register, None));
    settle(&mut *ledger, periods, &closures)?;
    RecomputePhase::Committing.begins();
    commit(ledger, &mark(head, world), timings)
}

/// Derives runs and puts what they come to into a ledger; whose periods that changes is given back.
fn take_in(
    world: &ScoringContext<'_>,
    log: &dyn ReadTx,
    ledger: &mut dyn LedgerWrite,
    (names, runs): (&Interner, &[RecordRange]),
    derive: &Derive<'_>,
    progress: Progress<'_>,
) -> Result<(Timings, Vec<SourceChange>), LedgerError> {
    let (mut timings, mut done, mut changes) = (Timings::default(), 0, Vec::new());
    each_run(world, log, names, runs, derive, &mut |derived| {
        progress(done, runs.len());
        done += 1;
        timings.add(&derived.timings);
        changes.extend(derived.changes);
        let began = Instant::now();
        if let Some(packed) = derived.packed {
            ledger.put_page(packed, derived.before)?;
        }
        for unscored in &derived.unscored {
            ledger.put_unscored(unscored)?;
        }
        timings.write += began.elapsed();
        Ok(())
    })?;
    progress(runs.len(), runs.len());
    Ok((timings, changes))
}

/// What follows from events' postings: periods, then adjustments.
fn settle(
    ledger: &mut dyn LedgerWrite,
    mut periods: Periods<'_>,
    closures: &[Closure],
) -> Result<(), LedgerError> {
    periods.run(ledger)?;
    Ok(period_close::adjust(ledger, closures)?)
}

/// Has all of it count.
fn commit(
    mut ledger: Box<dyn LedgerWrite + '_>,
    mark: &Mark,
    mut timings: Timings,
) -> Result<Timings, LedgerError> {
    ledger.set_mark(mark)?;
    let began = Instant::now();
    ledger.commit()?;
    timings.write += began.elapsed();
    Ok(timings)
}

/// A ledger by other rules, read at one moment by as many as there are workers.
pub(crate) struct PreviousLedger<'a>(Vec<Mutex<Box<dyn LedgerRead + 'a>>>);

impl<'a> PreviousLedger<'a> {
    /// Opens them. Nothing may be written meanwhile.
    pub fn open(ledger: &'a dyn LedgerStore, workers: usize) -> Result<PreviousLedger<'a>, LedgerError> {
        let readers = (0..workers.max(1)).map(|_| Ok(Mutex::new(ledger.read()?)));
        Ok(PreviousLedger(readers.collect::<Stored<_>>()?))
    }

    /// One that nobody uses, or the first one.
    fn take(&self) -> MutexGuard<'_, Box<dyn LedgerRead + 'a>> {
        let free = self.0.iter().find_map(|reader| reader.try_lock().ok());
        // It only reads: whole whatever happened.
        free.unwrap_or_else(|| self.0[0].lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

/// Has a ledger beside another, by other rules, follow these: its pages are those of the other, with
/// what the change touches scored again, in one transaction. It stays at its place in the log; records
/// of which the log says more since are left for [`advance`], which scores them whole. `None`: everything
/// is to be derived.
pub(crate) fn derive_touched(
    world: &ScoringContext<'_>,
    log: &dyn ReadTx,
    (store, others): (&dyn LedgerStore, &PreviousLedger<'_>),
    touch: &Touch,
    progress: Progress<'_>,
) -> Result<Option<Timings>, LedgerError> {
    RecomputePhase::Scoring.begins();
    let mut ledger = store.write()?;
    let at = ledger.mark()?;
    let moved = !log.events_in(DIRECTORY, at.seq, 1)?.is_empty();
    if moved || !same_log(log, &at)? || !ledger.unscored(None)?.is_empty() {
        return Ok(None);
    }
    let runs = others.take().pages()?;
    // The log tells of these what they are now, their other postings what they were then.
    let mut later = BTreeSet::new();
    for (register, id) in touched(log, at.seq, log.head()?.seq)? {
        later.extend(log.record_key(&register, &id)?);
    }
    let derive = |deriver: &mut Deriver<'_>, log: &dyn ReadTx, run: RecordRange| {
        touch.derive(deriver, log, (&**others.take(), &later), run)
    };
    let (timings, changes) = take_in(world, log, &mut *ledger, (&store.names(), &runs), &derive, progress)?;
    RecomputePhase::Periods.begins();
    let closures = period_close::closures_at(log, at.seq)?;
    let ranges = ranges(&*ledger, &closures)?;
    let mut periods = Periods::new(world, log, &ranges);
    if touch.periods {
        ledger.clear_periods()?;
        ranges.keys().for_each(|register| periods.everyone(register, None));
    } else {
        changes.iter().for_each(|change| periods.changed(change));
    }
    let mark = Mark { rules: world.rules.hash.clone(), ..at };
    settle(&mut *ledger, periods, &closures)?;
    RecomputePhase::Committing.begins();
    commit(ledger, &mark, timings).map(Some)
}

/// Takes in what the log has beyond the ledger's mark, in one transaction.
pub(crate) fn advance(
    world: &ScoringContext<'_>,
    log: &dyn ReadTx,
    store: &dyn LedgerStore,
) -> Result<CatchUp, LedgerError> {
    let head = log.head()?;
    let mut ledger = store.write()?;
    let at = ledger.mark()?;
    if at.rules != world.rules.hash || !same_log(log, &at)? {
        return Ok(CatchUp::StartOver);
    }
    if at.seq == head.seq {
        return Ok(CatchUp::NothingNew);
    }
    let records = touched(log, at.seq, head.seq)?;
    if records.iter().any(|(register, _)| register == DIRECTORY) {
        return Ok(CatchUp::StartOver);
    }
    let closures = period_close::closures(log)?;
    let before = ranges(&*ledger, &period_close::closures_at(log, at.seq)?)?;
    let records: Vec<_> = records.into_iter().filter(|(register, _)| !reserved(register)).collect();
    let mut changes: Vec<SourceChange> = Vec::new();
    for chunk in records.chunks(CHUNK) {
        let mut scored = score(world, dossiers(world, log, chunk)?);
        live_sample::check(world, &mut scored, |wanted| {
            let again: Vec<_> = wanted.iter().filter_map(|at| chunk.get(*at).cloned()).collect();
            dossiers(world, log, &again)
        })?;
        for scored in scored {
            note_changes(&mut changes, &*ledger, &scored)?;
            put(&mut *ledger, &scored)?;
            note_changes(&mut changes, &*ledger, &scored)?;
        }
    }
    let after = ranges(&*ledger, &closures)?;
    let mut periods = Periods::new(world, log, &after);
    for register in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let gone = ledger.drop_periods(register, after.get(register).copied())?;
        gone.iter().filter_map(SourceChange::of_posting).for_each(|change| periods.changed(&change));
        periods.everyone(register, before.get(register).copied());
    }
    changes.iter().for_each(|change| periods.changed(change));
    settle(&mut *ledger, periods, &closures)?;
    commit(ledger, &mark(head, world), Timings::default())?;
    Ok(CatchUp::Done)
}

fn mark(head: LogHead, world: &ScoringContext<'_>) -> Mark {
    Mark { seq: head.seq, link: head.link, rules: world.rules.hash.clone() }
}

/// Whether the log still says, at the ledger's mark, what it said when the ledger took it in.
pub(crate) fn same_log(log: &dyn ReadTx, at: &Mark) -> Result<bool, LedgerError> {
    Ok(match at.seq.cmp(&0) {
        Ordering::Greater => {
            let stored = log.stored_after(at.seq - 1, 1)?;
            stored.first().is_some_and(|event| event.seq == at.seq && event.link == at.link)
        }
        _ => true,
    })
}

/// The days of each register in which periods are scored: from its first live event to its last,
/// or to the end of the last closed period. Nothing here depends on the clock.
pub(crate) fn ranges(
    ledger: &dyn LedgerRead,
    closures: &[Closure],
) -> Result<BTreeMap<String, (Date, Date)>, LedgerError> {
    let closed = closures.iter().map(|closure| closure.period.last()).max();
    let mut ranges = BTreeMap::new();
    for register in ledger.registers()? {
        if let Some((first, last)) = ledger.range(&register)? {
            ranges.insert(register, (first, closed.map_or(last, |closed| closed.max(last))));
        }
    }
    Ok(ranges)
}

fn dossiers(
    world: &ScoringContext<'_>,
    log: &dyn ReadTx,
    records: &[(String, String)],
) -> Result<Vec<RecordHistory>, LedgerError> {
    let dossier = |(register, id): &(String, String)| {
        let key = log.record_key(register, id)?.unwrap_or_default();
        Ok(RecordHistory::read(world, log, key, register, id)?)
    };
    records.iter().map(dossier).collect()
}

fn put(ledger: &mut dyn LedgerWrite, scored: &ScoredRecord) -> Result<(), LedgerError> {
    let ScoredRecord { key, register, record, entries, postings, unscored } = scored;
    Ok(ledger.put_record(*key, register, record, entries, postings, unscored.as_ref())?)
}

/// Whose periods depend on what the ledger now says of a record; asked before and after a change.
fn note_changes(
    changes: &mut Vec<SourceChange>,
    ledger: &dyn LedgerRead,
    scored: &ScoredRecord,
) -> Result<(), LedgerError> {
    let ScoredRecord { key, register, .. } = scored;
    let (entries, postings) = ledger.of_record(*key)?;
    for entry in entries {
        changes.extend(entry.owners.iter().map(|owner| SourceChange::of_event(register, owner, entry.on)));
    }
    changes.extend(postings.iter().filter_map(SourceChange::of_posting));
    Ok(())
}
