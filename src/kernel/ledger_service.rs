//! Keeps an office's ledger up with its log and its rules, in the background and on demand.
//!
//! The office tells it of commits and of new plugins; it never makes either wait.

use crate::{
    access::Principal,
    error::KernelError,
    ledger_workers as workers,
    office::{LedgerObserver, Office, OfficeGeneration},
    office_snapshot::OfficeSnapshot,
    rule_change::RulesNotTaken,
    verify::LOST,
};
use jiff::civil::Date;
use registrar_domain::{Directory, Event, OfficeKey, Period, PeriodKind, Record, Registers, Store};
use registrar_host::{Host, Snapshot};
use registrar_ledger::{
    Award, Closing, Explained, Lang, Ledger, LedgerShelf, LedgerSource, Owed, PostingQuery, Progress,
    QuotaSheet, RecordHistory, RuleGeneration, Standing, StandingQuery, rebuild::verify::LedgerCheck,
};
use registrar_sdk::{Amount, Value, value::Map};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, Weak},
    time::Duration,
};
use tracing::{error, warn};

impl LedgerSource for Office {
    fn store(&self) -> &dyn Store {
        Office::store(self)
    }
    fn office(&self) -> OfficeKey {
        self.key()
    }
    fn host(&self) -> &Host {
        Office::host(self)
    }
    fn snapshot(&self, directory: &Arc<Directory>, registers: &Arc<Registers>) -> Arc<dyn Snapshot> {
        Arc::new(OfficeSnapshot::with(directory.clone(), registers.clone()))
    }
}

impl From<&OfficeGeneration> for RuleGeneration {
    fn from(plan: &OfficeGeneration) -> RuleGeneration {
        RuleGeneration::new(plan.generation.clone(), plan.registers.clone())
    }
}

/// The ledger of an office, and what is to be done for it.
pub struct LedgerService {
    // The office holds its ledger, so this does not hold the office.
    office: Weak<Office>,
    ledger: Ledger,
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

/// How long a failed attempt waits for the next.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

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
        let ledger = crate::rule_change::open(office, shelf, rules, progress)?;
        if let Some(lost) = ledger.lost() {
            error!(office = %office.name, "{lost}; `registrar verify` says so until a backup is restored.");
            if let Err(why) = office.host().note(LOST, Some(lost)) {
                error!(office = %office.name, "That could not be noted: {why}");
            }
        }
        let service = Arc::new(LedgerService {
            office: Arc::downgrade(office),
            ledger,
            wanted: Mutex::default(),
            followers: OnceLock::new(),
            own: OnceLock::new(),
            taking: Mutex::default(),
        });
        office.set_ledger(service.clone());
        if service.ledger.rules().hash != hash {
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
        let office = self.office()?;
        let plan = office.plan()?;
        let taken = self.take(&office, RuleGeneration::from(&*plan), progress);
        self.wanted().held = taken.as_ref().err().map(ToString::to_string);
        taken
    }

    /// Why the newest rules do not serve, if they do not.
    pub fn held_back(&self) -> Option<String> {
        self.wanted().held.clone()
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// [`Ledger::standing`], after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn standing(&self, query: &StandingQuery) -> Result<Standing, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.standing(&*office, query)?)
    }

    /// [`Ledger::explain`], after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn explain(
        &self,
        register: &str,
        account: &str,
        period: Period,
        measure: Option<&str>,
        lang: Lang,
    ) -> Result<Explained, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.explain(&*office, register, account, period, measure, lang)?)
    }

    /// [`Ledger::explain_rank`], after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn explain_rank(
        &self,
        query: &StandingQuery,
        account: &str,
        lang: Lang,
    ) -> Result<Explained, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.explain_rank(&*office, query, account, lang)?)
    }

    /// [`Ledger::explain_awards`], after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn explain_awards(
        &self,
        register: &str,
        period: Period,
        lang: Lang,
    ) -> Result<Explained, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.explain_awards(&*office, register, period, lang)?)
    }

    /// [`Ledger::quotas`], after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn quotas(&self, register: &str, measure: &str, period: Period) -> Result<Vec<Owed>, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.quotas(&*office, register, measure, period)?)
    }

    /// [`Ledger::quota_sheet`] as of today, after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn quota_sheet(
        &self,
        register: &str,
        measure: &str,
        within: Period,
    ) -> Result<QuotaSheet, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.quota_sheet(&*office, register, measure, within, office.today())?)
    }

    /// [`Ledger::awards`], after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn awards(&self, register: &str, period: Period) -> Result<Vec<Award>, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.awards(&*office, register, period)?)
    }

    /// [`Ledger::periods`], after catching up.
    ///
    /// # Errors
    /// As there.
    pub fn periods(&self) -> Result<Vec<Closing>, KernelError> {
        let office = self.caught_up()?;
        Ok(self.ledger.periods(&*office)?)
    }

    /// [`Ledger::verify`].
    ///
    /// # Errors
    /// As there.
    pub fn verify(&self) -> Result<LedgerCheck, KernelError> {
        Ok(self.ledger.verify(&*self.office()?)?)
    }

    /// Takes in what the log says, and leaves nothing of what was there before in the ledger's file.
    ///
    /// # Errors
    /// The store.
    pub fn sweep(&self) -> Result<(), KernelError> {
        self.caught_up()?;
        Ok(self.ledger.serving().store.sweep()?)
    }

    fn caught_up(&self) -> Result<Arc<Office>, KernelError> {
        let office = self.office()?;
        self.ledger.catch_up(&*office)?;
        Ok(office)
    }

    pub(crate) fn office(&self) -> Result<Arc<Office>, KernelError> {
        self.office.upgrade().ok_or_else(|| KernelError::Refused("the office is closed".to_owned()))
    }

    pub(crate) fn taking(&self) -> MutexGuard<'_, ()> {
        // It guards no data of its own.
        self.taking.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(crate) fn wanted(&self) -> MutexGuard<'_, PendingWork> {
        // A few flags: whole whatever happened.
        self.wanted.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(crate) fn followed_by(self: &Arc<Self>, followers: &Arc<workers::WorkQueue>) {
        let _ = self.own.set(Arc::downgrade(self));
        if self.followers.set(Arc::downgrade(followers)).is_ok() {
            self.wake();
        }
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

    /// Does what is to be done; `false`: it failed, and is to be done again after a pause.
    pub(crate) fn step(&self) -> bool {
        let (catch_up, rules) = {
            let mut wanted = self.wanted();
            (std::mem::take(&mut wanted.catch_up), std::mem::take(&mut wanted.rules))
        };
        let done = self.office().is_ok_and(|office| self.follow_once(&office, catch_up, rules));
        if !done && self.office.strong_count() > 0 {
            self.catch_up_again();
            return false;
        }
        self.wanted().is_queued = false;
        self.wake();
        true
    }

    /// What was begun was not done; it stays queued.
    pub(crate) fn catch_up_again(&self) {
        self.wanted().catch_up = true;
    }

    fn follow_once(&self, office: &Office, catch_up: bool, rules: bool) -> bool {
        // Rules that were held back may pass once what failed has changed, or once they are approved.
        let again = catch_up && (self.held_back().is_some() || self.waiting().is_some());
        if (rules || again)
            && let Err(why) = self.take_rules(&|_, _| {})
            && rules
        {
            error!(office = %office.name, "{why}");
        }
        let caught_up = if catch_up { self.ledger.catch_up(office).map(drop) } else { Ok(()) };
        if let Err(why) = &caught_up {
            error!(office = %office.name, "The ledger could not catch up and tries again: {why}");
        }
        caught_up.is_ok()
    }
}

impl LedgerObserver for LedgerService {
    fn catch_up(&self) -> Result<(), String> {
        self.caught_up().map(|_| ()).map_err(|why| why.to_string())
    }

    fn trial(&self, record: &Record, events: &[Event], event: &Event) -> Result<Vec<Value>, String> {
        let office = self.office().map_err(|why| why.to_string())?;
        let others = events.iter().filter(|e| e.id != event.id).cloned().collect();
        let dossier = RecordHistory::new(0, &event.register, &event.record, Some(record.clone()), others);
        let trial = self.ledger.trial(&*office, dossier, event);
        if let Err(why) = &trial {
            warn!(register = %event.register, record = %event.record, "A trial scoring failed: {why}");
        }
        Ok(trial?.iter().map(registrar_ledger::Posting::to_value).collect())
    }

    fn totals(&self, register: &str, year: i16) -> Result<BTreeMap<String, Amount>, String> {
        let first = Date::new(year, 1, 1).map_err(|why| why.to_string())?;
        let mut sums = BTreeMap::<String, Amount>::new();
        for total in self.sums(register, Period::of(first, PeriodKind::Year), &Value::Nil)? {
            let sum = sums.entry(total.measure).or_default();
            *sum = sum.checked_add(total.amount).ok_or("the sum is beyond the range of amounts")?;
        }
        Ok(sums)
    }

    fn ties(&self, register: &str, period: Period) -> Result<Vec<(Vec<String>, i64)>, KernelError> {
        let awards = self.awards(register, period)?;
        let open = awards.into_iter().filter(|award| award.is_pending() && !award.waits);
        Ok(open.map(|award| (award.candidates, award.places)).collect())
    }

    fn total(&self, of: &Value) -> Result<Amount, String> {
        let register = of.get("register").as_str().ok_or("name a register")?;
        let period = of.get("period").as_str().ok_or("name a period")?;
        let period = period.parse::<Period>().map_err(|why| why.to_string())?;
        let measure = of.get("measure").as_str().unwrap_or("points");
        let mut sum = Amount::ZERO;
        for total in self.sums(register, period, of)?.into_iter().filter(|t| t.measure == measure) {
            sum = sum.checked_add(total.amount).ok_or("the sum is beyond the range of amounts")?;
        }
        Ok(sum)
    }

    fn standing(&self, by: &Principal, of: &Value) -> Result<Value, String> {
        self.told_standing(by, of).map_err(|why| why.to_string())
    }

    fn awards(&self, by: &Principal, of: &Value) -> Result<Value, String> {
        self.told_awards(by, of).map_err(|why| why.to_string())
    }

    fn quotas(&self, by: &Principal, of: &Value) -> Result<Value, String> {
        self.told_quotas(by, of).map_err(|why| why.to_string())
    }

    fn seal(&self, period: Period, today: Date) -> Result<Map, KernelError> {
        Ok(self.ledger.seal(&*self.office()?, period, today)?)
    }

    fn committed(&self) {
        self.wanted().catch_up = true;
        self.wake();
    }
}

impl LedgerService {
    fn sums(
        &self,
        register: &str,
        period: Period,
        of: &Value,
    ) -> Result<Vec<registrar_ledger::Total>, String> {
        let text = |key: &str| of.get(key).as_str().map(str::to_owned);
        let query = PostingQuery {
            register: register.to_owned(),
            account: text("account"),
            tag: text("tag"),
            within: Some((period.first(), period.last())),
            ..PostingQuery::default()
        };
        self.ledger.totals(&query).map_err(|why| why.to_string())
    }
}
