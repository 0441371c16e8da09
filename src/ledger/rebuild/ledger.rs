//! The ledger of an office: all postings, derived from its log by its plugins' rules.
//!
//! This file holds what serves and swaps it; how it is derived is in `derivation`, what a record comes
//! to in `record_scorer`, a whole period in `period_scorer`, and what is read from it in `standing`, `award` and
//! `explain`.

use crate::{
    LedgerShelf, LedgerSource, LedgerStore, Mark, Posting, PostingQuery, Progress, RecomputePhase,
    RecordHistory, RuleGeneration, ScoringContext, Timings, Total, Unscored,
    error::LedgerError,
    rebuild::{
        derivation::{self, CatchUp, PreviousLedger, advance, derive_all, derive_touched},
        invalidation::Touch,
        serving_ledger::ServingLedger,
    },
    scoring::{
        record_scorer,
        scoring_context::{self, directory_of},
    },
};
use arc_swap::ArcSwap;
use registrar_domain::{Directory, Event};
use std::sync::{Arc, Mutex, MutexGuard};
use tracing::{info, warn};

/// The ledger of one office.
pub struct Ledger {
    pub(crate) shelf: Box<dyn LedgerShelf>,
    pub(crate) live: ArcSwap<ServingLedger>,
    // Held while what serves is written or swapped, never while everything is derived aside.
    pub(crate) writing: Mutex<()>,
    // One replay at a time; holds what the last one was refused for.
    replaying: Mutex<Option<RefusedRules>>,
    spent: Mutex<Timings>,
    /// The log that it was opened with is shorter than the one it had taken in, or another one.
    lost: Option<String>,
}

/// Rules that failed, so that they are not tried again before something could have changed.
struct RefusedRules {
    rules: String,
    /// The end of the log then.
    seq: u64,
    unscored: Vec<Unscored>,
}

/// How things stand after the ledger has caught up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaughtUp {
    /// The last event it has taken in.
    pub seq: u64,
    /// What could not be scored.
    pub unscored: Vec<Unscored>,
}

/// Why a replayed ledger did not take the place of the one that serves.
#[derive(Debug, thiserror::Error)]
pub enum NotSwapped {
    /// Something could not be scored by the new rules.
    #[error(
        "the new rules fail, so the ledger stays as it was: {} (first: {}); mend the rules and save them again",
        count(.0),
        first(.0)
    )]
    Unscored(Vec<Unscored>),
    /// It could not be derived at all.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

fn count(unscored: &[Unscored]) -> String {
    match unscored.len() {
        1 => "1 failure".to_owned(),
        n => format!("{n} failures"),
    }
}

fn first(unscored: &[Unscored]) -> String {
    unscored.first().map(Unscored::to_string).unwrap_or_default()
}

impl Ledger {
    /// Opens an office's ledger and brings it up to the head of the log by these rules. One that
    /// was derived by other rules, or from another log, is derived anew, whatever fails: without an
    /// older generation there is nothing else to serve.
    ///
    /// # Errors
    /// The store failed.
    pub fn open(
        shelf: Box<dyn LedgerShelf>,
        basis: &dyn LedgerSource,
        rules: RuleGeneration,
        progress: Progress<'_>,
    ) -> Result<Ledger, LedgerError> {
        Ledger::open_by(shelf, basis, |_| rules, progress)
    }

    /// [`Ledger::open`] by rules that are chosen by the hash of those it was last derived by; the
    /// hash is empty for a new one.
    pub fn open_by(
        shelf: Box<dyn LedgerShelf>,
        basis: &dyn LedgerSource,
        choose: impl FnOnce(&str) -> RuleGeneration,
        progress: Progress<'_>,
    ) -> Result<Ledger, LedgerError> {
        let store = shelf.open()?;
        let log = basis.store().begin_read(basis.office())?;
        let directory = Arc::new(directory_of(&*log)?);
        let mark = store.read().and_then(|read| read.mark()).unwrap_or_else(|error| {
            warn!("The ledger can't be read and is derived anew: {error}");
            Mark::default()
        });
        let rules = choose(&mark.rules);
        let same_log = derivation::same_log(&*log, &mark)?;
        let lost = (!same_log).then(|| {
            format!(
                "the ledger had taken in {} events, of which the log, which ends with {}, does not know the last: \
                 events are lost or were changed; compare it with a backup",
                mark.seq,
                log.head().map_or(0, |head| head.seq)
            )
        });
        let live = if mark.rules == rules.hash && same_log {
            ServingLedger { store, rules, directory }
        } else {
            let world = ScoringContext::new(basis, rules.clone(), directory.clone());
            let aside = shelf.aside()?;
            derive_all(&world, &*log, &*aside, progress)?;
            shelf.promote(&*aside)?;
            ServingLedger { store: aside, rules, directory }
        };
        drop(log);
        let ledger = Ledger {
            shelf,
            live: ArcSwap::from_pointee(live),
            writing: Mutex::default(),
            replaying: Mutex::default(),
            spent: Mutex::default(),
            lost,
        };
        ledger.catch_up(basis)?;
        Ok(ledger)
    }

    /// Takes in what the log has beyond the ledger's mark. Scoring never makes an action fail: what
    /// goes wrong is shown as unscored.
    ///
    /// # Errors
    /// The store failed.
    pub fn catch_up(&self, basis: &dyn LedgerSource) -> Result<CaughtUp, LedgerError> {
        // Who only looks waits for nobody who writes.
        if !self.live.load().is_current(basis)? {
            let _writing = held(&self.writing);
            self.catch_up_held(basis)?;
        }
        let live = self.live.load_full();
        let read = live.store.read()?;
        Ok(CaughtUp { seq: read.mark()?.seq, unscored: read.unscored(None)? })
    }

    pub(crate) fn catch_up_held(&self, basis: &dyn LedgerSource) -> Result<(), LedgerError> {
        let live = self.live.load_full();
        let log = basis.store().begin_read(basis.office())?;
        let world = live.world(basis);
        if advance(&world, &*log, &*live.store)? == CatchUp::StartOver {
            // In place and in one transaction, so that a change of the directory is seen at once.
            let directory = Arc::new(directory_of(&*log)?);
            let world = ScoringContext::new(basis, live.rules.clone(), directory.clone());
            derive_all(&world, &*log, &*live.store, &|_, _| {})?;
            let ServingLedger { store, rules, .. } = &*live;
            self.live.store(Arc::new(ServingLedger {
                store: store.clone(),
                rules: rules.clone(),
                directory,
            }));
        }
        Ok(())
    }

    /// Replays the whole log by new rules, beside the ledger that serves, and swaps it in by one
    /// pointer. Rules that can't differ in any figure are taken over without a replay. Says whether
    /// there was one. Rules that failed are replayed again once an event concerns what failed.
    ///
    /// # Errors
    /// [`NotSwapped`]: the ledger that serves, and its rules, stay.
    pub fn rebuild(
        &self,
        basis: &dyn LedgerSource,
        rules: RuleGeneration,
        progress: Progress<'_>,
    ) -> Result<bool, NotSwapped> {
        let mut refused = self.replaying.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if self.take_up(&rules) {
            *refused = None;
            return Ok(false);
        }
        if let Some(before) = refused.as_ref().filter(|before| before.rules == rules.hash)
            && !self.may_have_mended(basis, before)?
        {
            return Err(NotSwapped::Unscored(before.unscored.clone()));
        }
        let log = basis.store().begin_read(basis.office()).map_err(LedgerError::from)?;
        let seq = log.head().map_err(LedgerError::from)?.seq;
        drop(log);
        let replayed = self.replay(basis, rules.clone(), progress);
        *refused = match &replayed {
            Err(NotSwapped::Unscored(unscored)) => {
                Some(RefusedRules { rules: rules.hash, seq, unscored: unscored.clone() })
            }
            _ => None,
        };
        replayed.map(|()| true)
    }

    /// Whether an event since then concerns what failed: its record, or anything if a period failed.
    fn may_have_mended(&self, basis: &dyn LedgerSource, before: &RefusedRules) -> Result<bool, LedgerError> {
        let log = basis.store().begin_read(basis.office())?;
        let touched = scoring_context::touched(&*log, before.seq, log.head()?.seq)?;
        Ok(touched.iter().any(|(register, id)| {
            scoring_context::reserved(register)
                || before.unscored.iter().any(|failed| {
                    failed.register == *register && failed.record.as_ref().is_none_or(|record| record == id)
                })
        }))
    }

    fn replay(
        &self,
        basis: &dyn LedgerSource,
        rules: RuleGeneration,
        progress: Progress<'_>,
    ) -> Result<(), NotSwapped> {
        let aside = self.derive_aside(basis, &rules, progress)?;
        whole(&*aside)?;
        RecomputePhase::CatchingUp.begins();
        let _writing = held(&self.writing);
        let log = basis.store().begin_read(basis.office()).map_err(LedgerError::from)?;
        let directory = Arc::new(directory_of(&*log).map_err(LedgerError::from)?);
        let world = ScoringContext::new(basis, rules.clone(), directory.clone());
        if advance(&world, &*log, &*aside)? == CatchUp::StartOver {
            derive_all(&world, &*log, &*aside, progress)?;
        }
        whole(&*aside)?;
        RecomputePhase::Promoting.begins();
        self.shelf.promote(&*aside).map_err(LedgerError::from)?;
        RecomputePhase::Swapping.begins();
        info!(rules = %rules.hash, "The replayed ledger serves.");
        self.live.store(Arc::new(ServingLedger { store: aside, rules, directory }));
        Ok(())
    }

    /// A ledger by other rules beside the one that serves: with what the change touches scored again, or
    /// else everything derived.
    pub(crate) fn derive_aside(
        &self,
        basis: &dyn LedgerSource,
        rules: &RuleGeneration,
        progress: Progress<'_>,
    ) -> Result<Arc<dyn LedgerStore>, LedgerError> {
        let live = self.live.load_full();
        let note =
            |spent: Timings| *self.spent.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = spent;
        if let Some(touch) = Touch::between(&live.rules, rules)
            && !touch.most(&*live.store)?
        {
            RecomputePhase::Copying.begins();
            let writing = held(&self.writing);
            // A change of the directory may have come in since.
            let live = self.live.load_full();
            let aside = self.shelf.aside_like(&*live.store)?;
            let others = PreviousLedger::open(&*live.store, basis.host().engine().workers())?;
            drop(writing);
            // After the copy, so that it sees all that the copy has taken in.
            let log = basis.store().begin_read(basis.office())?;
            let world = ScoringContext::new(basis, rules.clone(), live.directory.clone());
            if let Some(spent) = derive_touched(&world, &*log, (&*aside, &others), &touch, progress)? {
                note(spent);
                return Ok(aside);
            }
        }
        let aside = self.shelf.aside()?;
        let log = basis.store().begin_read(basis.office())?;
        let directory = Arc::new(directory_of(&*log)?);
        let world = ScoringContext::new(basis, rules.clone(), directory);
        note(derive_all(&world, &*log, &*aside, progress)?);
        Ok(aside)
    }

    /// Takes over rules that give the same figures, so that their older generation can go.
    fn take_up(&self, rules: &RuleGeneration) -> bool {
        let _writing = held(&self.writing);
        let live = self.live.load_full();
        if live.rules.hash != rules.hash {
            return false;
        }
        let ServingLedger { store, directory, .. } = &*live;
        let live = ServingLedger { store: store.clone(), rules: rules.clone(), directory: directory.clone() };
        self.live.store(Arc::new(live));
        true
    }

    /// What was lost of the log before this ledger was opened, if that can be told.
    pub fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    /// Where the time of the last replay went.
    pub fn spent(&self) -> Timings {
        *self.spent.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The rules that live events are scored by.
    pub fn rules(&self) -> RuleGeneration {
        self.live.load().rules.clone()
    }

    /// What serves; who holds it can read it after another ledger was swapped in.
    pub fn serving(&self) -> Arc<ServingLedger> {
        self.live.load_full()
    }

    /// What could not be scored, in a register or anywhere.
    ///
    /// # Errors
    /// The store failed.
    pub fn unscored(&self, register: Option<&str>) -> Result<Vec<Unscored>, LedgerError> {
        Ok(self.live.load().store.read()?.unscored(register)?)
    }

    /// Postings that fit.
    ///
    /// # Errors
    /// The store failed.
    pub fn postings(&self, query: &PostingQuery) -> Result<Vec<Posting>, LedgerError> {
        Ok(self.live.load().store.read()?.postings(query)?)
    }

    /// The sums of postings that count and fit, by account, measure and tag.
    ///
    /// # Errors
    /// The store failed.
    pub fn totals(&self, query: &PostingQuery) -> Result<Vec<Total>, LedgerError> {
        Ok(self.live.load().store.read()?.totals(query)?)
    }

    /// What an event that has not happened yet would come to, beside the other events of its
    /// record, which are in the dossier.
    ///
    /// # Errors
    /// What went wrong in scoring it.
    pub fn trial(
        &self,
        basis: &dyn LedgerSource,
        dossier: RecordHistory,
        event: &Event,
    ) -> Result<Vec<Posting>, String> {
        record_scorer::trial(&self.live.load().world(basis), dossier, event)
    }

    /// The directory that the ledger saw.
    pub fn directory(&self) -> Arc<Directory> {
        self.live.load().directory.clone()
    }
}

/// Refuses a replayed ledger in which anything failed.
fn whole(ledger: &dyn LedgerStore) -> Result<(), NotSwapped> {
    let unscored = ledger.read().and_then(|read| read.unscored(None)).map_err(LedgerError::from)?;
    if unscored.is_empty() { Ok(()) } else { Err(NotSwapped::Unscored(unscored)) }
}

pub(crate) fn held(mutex: &Mutex<()>) -> MutexGuard<'_, ()> {
    // It guards no data of its own: whoever panicked has dropped its transaction.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl std::fmt::Display for Unscored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.record, &self.period) {
            (Some(record), _) => write!(f, "{} record {record}: {}", self.register, self.fault),
            (None, Some(period)) => {
                write!(f, "{} {} in {period}: {}", self.register, self.accounts.join(", "), self.fault)
            }
            (None, None) => write!(f, "{}: {}", self.register, self.fault),
        }
    }
}
