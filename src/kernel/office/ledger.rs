//! An office's ledger: brought up to its log before it is asked, and what actions and scripts ask of it.

use super::{Office, OfficeGeneration};
use crate::{error::KernelError, office::snapshot::OfficeSnapshot};
use jiff::civil::Date;
use registrar_domain::{Directory, Event, OfficeKey, Period, PeriodKind, Record, Registers, Store};
use registrar_host::{Host, Snapshot};
use registrar_ledger::{Ledger, LedgerSource, Posting, PostingQuery, RecordHistory, RuleGeneration, Total};
use registrar_sdk::{Amount, Value};
use std::{collections::BTreeMap, sync::Arc};
use tracing::warn;

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

impl Office {
    /// Its ledger.
    ///
    /// # Errors
    /// It has none.
    pub(crate) fn kept_ledger(&self) -> Result<&Ledger, KernelError> {
        self.ledger().ok_or_else(|| KernelError::refused("the office has no ledger".to_owned()))
    }

    /// Its ledger, with all that is committed taken in.
    ///
    /// # Errors
    /// It has none, or the store failed.
    pub(crate) fn caught_up(&self) -> Result<&Ledger, KernelError> {
        let ledger = self.kept_ledger()?;
        ledger.catch_up(self)?;
        Ok(ledger)
    }

    /// The postings that `event` would bring, as handlers see them; `events` are all of its record's, the
    /// event included.
    ///
    /// # Errors
    /// There is no ledger, or scoring failed.
    pub(crate) fn trial(
        &self,
        record: &Record,
        events: &[Event],
        event: &Event,
    ) -> Result<Vec<Value>, String> {
        let ledger = self.kept_ledger().map_err(|why| why.to_string())?;
        let others = events.iter().filter(|e| e.id != event.id).cloned().collect();
        let history = RecordHistory::new(0, &event.register, &event.record, Some(record.clone()), others);
        let trial = ledger.trial(self, history, event);
        if let Err(why) = &trial {
            warn!(register = %event.register, record = %event.record, "A trial scoring failed: {why}");
        }
        Ok(trial?.iter().map(Posting::to_value).collect())
    }

    /// By measure, what a register's postings of a calendar year come to; as far as the ledger is.
    ///
    /// # Errors
    /// Why it can't be said.
    pub(crate) fn year_totals(
        &self,
        register: &str,
        year: i16,
    ) -> Result<BTreeMap<String, Amount>, KernelError> {
        let first = Date::new(year, 1, 1).map_err(|why| KernelError::refused(why.to_string()))?;
        let mut sums = BTreeMap::<String, Amount>::new();
        for total in self.sums(register, Period::of(first, PeriodKind::Year), &Value::Nil)? {
            let sum = sums.entry(total.measure).or_default();
            *sum = sum.checked_add(total.amount).ok_or_else(too_large)?;
        }
        Ok(sums)
    }

    /// The ties of a period that can be decided now: the candidates of each, and how many places there
    /// are for them.
    ///
    /// # Errors
    /// Nobody can be chosen as things stand.
    pub(crate) fn ties(
        &self,
        register: &str,
        period: Period,
    ) -> Result<Vec<(Vec<String>, i64)>, KernelError> {
        let awards = self.caught_up()?.awards(self, register, period)?;
        let open = awards.into_iter().filter(|award| award.is_pending() && !award.waits);
        Ok(open.map(|award| (award.candidates, award.places)).collect())
    }

    /// What the postings of a measure come to, as `account` and `tag` of `of` choose them.
    ///
    /// # Errors
    /// Why it can't be said.
    pub(crate) fn sum(
        &self,
        register: &str,
        period: Period,
        measure: &str,
        of: &Value,
    ) -> Result<Amount, KernelError> {
        let mut sum = Amount::ZERO;
        for total in self.sums(register, period, of)?.into_iter().filter(|t| t.measure == measure) {
            sum = sum.checked_add(total.amount).ok_or_else(too_large)?;
        }
        Ok(sum)
    }

    fn sums(&self, register: &str, period: Period, of: &Value) -> Result<Vec<Total>, KernelError> {
        let text = |key: &str| of.get(key).as_str().map(str::to_owned);
        let query = PostingQuery {
            register: register.to_owned(),
            account: text("account"),
            tag: text("tag"),
            within: Some((period.first(), period.last())),
            ..PostingQuery::default()
        };
        Ok(self.kept_ledger()?.totals(&query)?)
    }
}

fn too_large() -> KernelError {
    KernelError::refused("the sum is beyond the range of amounts".to_owned())
}
