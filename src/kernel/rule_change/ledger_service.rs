//! Keeps an office's ledger up with its log and its rules, in the background and on demand.
//!
//! The office tells it of commits and of new plugins; it never makes either wait.

use crate::{
    error::KernelError,
    office::Office,
    rule_change::{
        kept_rules::RulesNotTaken,
        ledger_workers::{self as workers, Followed},
    },
    verify::LOST,
};
use registrar_ledger::{Ledger, LedgerShelf, Progress, RuleGeneration, rebuild::verify::LedgerCheck};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use tracing::error;

/// What is to be done for the ledger of an office.
pub struct LedgerService {
    office: Arc<Office>,
    ledger: Arc<Ledger>,
    wanted: Mutex<PendingWork>,
    /// Who does it in the background.
    followers: OnceLock<Weak<workers::WorkQueue>>,
    own: OnceLock<Weak<LedgerService>>,
    // Held from the question whether rules may count until it is told that they do.
    taking: Mutex<()>,
}

#[derive(Default)]
pub(crate) struct PendingWork {
    catch_up: bool,
    rules: bool,
    /// Whether its followers know of it, or are at it.
    is_queued: bool,
    /// Why the newest rules do not serve, if they do not.
    held: Option<String>,
    /// The rules that wait for approval.
    pub(crate) waiting: Option<String>,
}

impl LedgerService {
    /// Opens an office's ledger, brings it up to date, and gives it to the office.
    ///
    /// # Errors
    /// The store failed, or the registers don't fit together.
    pub fn open(
        office: &Arc<Office>,
        shelf: Box<dyn LedgerShelf>,
        progress: Progress<'_>,
    ) -> Result<Arc<LedgerService>, KernelError> {
        let rules = RuleGeneration::from(&*office.plan()?);
        let hash = rules.hash.clone();
        let ledger = office.set_ledger(crate::rule_change::kept_rules::open(office, shelf, rules, progress)?);
        if let Some(lost) = ledger.lost() {
            error!(office = %office.name, "{lost}; `registrar verify` says so until a backup is restored.");
            if let Err(why) = office.host().note(LOST, Some(lost)) {
                error!(office = %office.name, "That could not be noted: {why}");
            }
        }
        let counted = ledger.rules().hash;
        let service = Arc::new(LedgerService {
            office: office.clone(),
            ledger,
            wanted: Mutex::default(),
            followers: OnceLock::new(),
            own: OnceLock::new(),
            taking: Mutex::default(),
        });
        let told = Arc::downgrade(&service);
        office.on_commit(Box::new(move || {
            if let Some(service) = told.upgrade() {
                service.catch_up_soon();
            }
        }));
        if counted != hash {
            // The rules changed while nobody was looking.
            match service.take_rules(progress) {
                Err(RulesNotTaken::Kernel(why)) => return Err(why),
                Err(why) => error!(office = %office.name, "{why}"),
                Ok(_) => {}
            }
        }
        Ok(service)
    }

    /// Tells that other plugins serve; returns at once.
    pub fn rules_changed(&self) {
        self.wanted().rules = true;
        self.wake();
    }

    /// Takes over the rules that serve now, here and now. Says whether the log was replayed.
    ///
    /// # Errors
    /// [`RulesNotTaken`]: the ledger and its rules stay as they were.
    pub fn take_rules(&self, progress: Progress<'_>) -> Result<bool, RulesNotTaken> {
        let plan = self.office.plan()?;
        let taken = self.take(RuleGeneration::from(&*plan), progress);
        self.wanted().held = taken.as_ref().err().map(ToString::to_string);
        taken
    }

    /// Why the newest rules do not serve, if they do not.
    pub fn held_back(&self) -> Option<String> {
        self.wanted().held.clone()
    }

    /// [`Ledger::verify`].
    ///
    /// # Errors
    /// As there.
    pub fn verify(&self) -> Result<LedgerCheck, KernelError> {
        Ok(self.ledger.verify(&*self.office)?)
    }

    /// Takes in what the log says, and leaves nothing of what was there before in the ledger's file.
    ///
    /// # Errors
    /// The store.
    pub fn sweep(&self) -> Result<(), KernelError> {
        Ok(self.office.caught_up()?.serving().store.sweep()?)
    }

    pub(crate) fn office(&self) -> &Arc<Office> {
        &self.office
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn taking(&self) -> MutexGuard<'_, ()> {
        // It guards no data of its own.
        self.taking.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(crate) fn wanted(&self) -> MutexGuard<'_, PendingWork> {
        // A few flags: whole whatever happened.
        self.wanted.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Has its followers look, if there is something to do that they do not know of yet.
    fn wake(&self) {
        let (Some(followers), Some(own)) = (self.followers.get().and_then(Weak::upgrade), self.own.get())
        else {
            return;
        };
        let mut wanted = self.wanted();
        if (wanted.catch_up || wanted.rules) && !std::mem::replace(&mut wanted.is_queued, true) {
            drop(wanted);
            followers.push(own.clone());
        }
    }

    fn catch_up_soon(&self) {
        self.catch_up_again();
        self.wake();
    }

    fn follow_once(&self, catch_up: bool, rules: bool) -> bool {
        let office = &self.office;
        // Rules that were held back may pass once what failed has changed, or once they are approved.
        let again = catch_up && (self.held_back().is_some() || self.waiting().is_some());
        if (rules || again)
            && let Err(why) = self.take_rules(&|_, _| {})
            && rules
        {
            error!(office = %office.name, "{why}");
        }
        let caught_up = if catch_up { office.caught_up().map(drop) } else { Ok(()) };
        if let Err(why) = &caught_up {
            error!(office = %office.name, "The ledger could not catch up and tries again: {why}");
        }
        caught_up.is_ok()
    }
}

impl Followed for LedgerService {
    /// Does what is to be done; `false`: it failed, and is to be done again after a pause.
    fn step(&self) -> bool {
        let (catch_up, rules) = {
            let mut wanted = self.wanted();
            (std::mem::take(&mut wanted.catch_up), std::mem::take(&mut wanted.rules))
        };
        if !self.follow_once(catch_up, rules) {
            self.catch_up_again();
            return false;
        }
        self.wanted().is_queued = false;
        self.wake();
        true
    }

    /// What was begun was not done; it stays queued.
    fn catch_up_again(&self) {
        self.wanted().catch_up = true;
    }

    fn followed_by(self: Arc<Self>, followers: &Arc<workers::WorkQueue>) {
        let _ = self.own.set(Arc::downgrade(&self));
        if self.followers.set(Arc::downgrade(followers)).is_ok() {
            self.wake();
        }
    }
}
