//! A period as its ledger shows it, also one that lies ahead and is not kept.
//!
//! What is not kept is scored in a transaction that is never committed.

use crate::{
    error::LedgerError,
    model::storage::{LedgerRead, Unscored},
    periods::{
        period_close,
        period_scorer::{Owed, PeriodicPlan, Periods},
    },
    rebuild::{
        derivation,
        ledger::{Ledger, held},
        serving_ledger::ServingLedger,
    },
    scoring::scoring_context::ScoringContext,
};
use jiff::civil::Date;
use registrar_domain::{Lang, Period, ReadTx};
use registrar_sdk::value::Map;
use std::collections::BTreeMap;

/// What a question about a period is answered from.
pub(crate) struct PeriodView<'a> {
    pub world: &'a ScoringContext<'a>,
    pub log: &'a dyn ReadTx,
    pub ledger: &'a dyn LedgerRead,
    /// The language of explanations.
    pub lang: Lang,
    /// Whether the period goes on after the last live event that is known.
    pub forecast: bool,
}

impl Ledger {
    /// Answers a question about a register's period.
    pub(crate) fn view<T>(
        &self,
        basis: &dyn crate::scoring::scoring_context::LedgerSource,
        register: &str,
        period: Period,
        ask: impl FnOnce(&PeriodView<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.view_in(Lang::default(), basis, register, period, ask)
    }

    /// The same, explained in a language.
    pub(crate) fn view_in<T>(
        &self,
        lang: Lang,
        basis: &dyn crate::scoring::scoring_context::LedgerSource,
        register: &str,
        period: Period,
        ask: impl FnOnce(&PeriodView<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let live = self.live.load_full();
        let log = basis.store().begin_read(basis.office())?;
        let world = live.world(basis);
        let days = (period.first(), period.last());
        {
            let ledger = live.store.read()?;
            let range = range(&live, &*log, register)?;
            let kept = range.is_some_and(|(first, last)| first <= days.1 && days.0 <= last);
            if kept || PeriodicPlan::of(&world, register).is_empty() {
                let forecast = range.is_none_or(|(_, last)| last < days.1);
                return ask(&PeriodView { world: &world, log: &*log, ledger: &*ledger, lang, forecast });
            }
        }
        let _writing = held(&self.writing);
        let mut ledger = live.store.write()?;
        let mut periods = Periods::new(&world, &*log, &BTreeMap::from([(register.to_owned(), days)]));
        periods.everyone(register, None);
        periods.run(&mut *ledger)?;
        ask(&PeriodView { world: &world, log: &*log, ledger: &*ledger, lang, forecast: true })
    }

    /// The fields of the event that closes a period: its figures in every register. The event is of
    /// the register `$period`, its record is the period's name, its action [`registrar_domain::reserved::CLOSE`].
    ///
    /// `today` is the day on which it is closed.
    ///
    /// # Errors
    /// The period has not ended, is closed already, or holds something unscored.
    pub fn seal(
        &self,
        basis: &dyn crate::scoring::scoring_context::LedgerSource,
        period: Period,
        today: Date,
    ) -> Result<Map, LedgerError> {
        let refuse = |why: String| Err(LedgerError::Refused(format!("{period} can't be closed: {why}")));
        if today <= period.last() {
            return refuse(format!("it ends on {}; close it after that day", period.last()));
        }
        let _writing = held(&self.writing);
        self.catch_up_held(basis)?;
        let live = self.live.load_full();
        let log = basis.store().begin_read(basis.office())?;
        let world = live.world(basis);
        let closures = period_close::closures(&*log)?;
        if let Some(closed) = period_close::closed_with(&closures, period).next() {
            let with = if closed == period { String::new() } else { format!(" with {closed}") };
            return refuse(format!(
                "it is closed already{with}; what comes later is adjusted in the earliest open period"
            ));
        }
        let mut ledger = live.store.write()?;
        // To its last day everything is scored, as it will be once it is closed.
        let before = derivation::ranges(&*ledger, &closures)?;
        let to_its_end = |&(first, last): &(Date, Date)| (first, last.max(period.last()));
        let after: BTreeMap<_, _> = before.iter().map(|(r, days)| (r.clone(), to_its_end(days))).collect();
        let mut periods = Periods::new(&world, &*log, &after);
        after.keys().for_each(|register| periods.everyone(register, before.get(register).copied()));
        periods.run(&mut *ledger)?;
        let holding = concerning(ledger.unscored(None)?, period);
        if let Some(first) = holding.first() {
            return refuse(format!(
                "{} not scored (first: {first}); mend the rule or void the event",
                if holding.len() == 1 {
                    "1 figure is".to_owned()
                } else {
                    format!("{} figures are", holding.len())
                }
            ));
        }
        Ok(period_close::fields_to_seal(&*ledger, period)?)
    }

    /// What every account owed and had in a period: account, and its quotas or why there are none.
    ///
    /// # Errors
    /// The store failed.
    pub fn quotas(
        &self,
        basis: &dyn crate::scoring::scoring_context::LedgerSource,
        register: &str,
        measure: &str,
        period: Period,
    ) -> Result<Vec<Owed>, LedgerError> {
        let live = self.live.load_full();
        let log = basis.store().begin_read(basis.office())?;
        let world = live.world(basis);
        let ledger = live.store.read()?;
        let ledger = crate::periods::quota::QuotaContext::new(&world, &*log, &*ledger, usize::MAX);
        Ok(crate::periods::period_scorer::quotas(&ledger, register, measure, period)?)
    }
}

fn range(
    live: &ServingLedger,
    log: &dyn ReadTx,
    register: &str,
) -> Result<Option<(Date, Date)>, LedgerError> {
    let ledger = live.store.read()?;
    Ok(derivation::ranges(&*ledger, &period_close::closures(log)?)?.remove(register))
}

/// Of what is unscored, what a period's figures hang on.
pub(crate) fn concerning(unscored: Vec<Unscored>, period: Period) -> Vec<Unscored> {
    unscored.into_iter().filter(|u| u.first <= period.last() && period.first() <= u.last).collect()
}
