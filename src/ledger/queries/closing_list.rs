//! The periods that were closed: since when, by whom, whether they were reopened, and what has moved
//! in them since.

use crate::{
    error::LedgerError,
    model::{posting::Origin, storage::LedgerRead},
    periods::period_close::closed_periods,
    rebuild::ledger::Ledger,
    scoring::scoring_context::{LedgerSource, PAGE},
};
use registrar_domain::{
    Period, Stored,
    reserved::{CLOSE, PERIOD, REOPEN},
};
use registrar_sdk::{Amount, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// A period that was closed. As JSON it is what `periods --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Closing {
    /// The period.
    pub period: String,
    /// Whether it is closed now.
    pub closed: bool,
    /// The day on which it was closed, or reopened.
    pub on: String,
    /// Who did so.
    pub by: String,
    /// The event that says so.
    pub event: String,
    /// Why it was reopened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How its figures have moved since it was closed.
    pub adjustments: Vec<CarriedAdjustment>,
}

/// What was taken out of a closed period, to count in an open one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CarriedAdjustment {
    /// The register.
    pub register: String,
    /// The measure.
    pub measure: String,
    /// The account.
    pub account: String,
    /// The part of the closed period that it belongs to.
    pub period: Period,
    /// By how much its figure would have moved.
    pub amount: Amount,
}

impl Ledger {
    /// The periods that were ever closed, by their last closing or reopening.
    ///
    /// # Errors
    /// The store failed.
    pub fn periods(&self, basis: &dyn LedgerSource) -> Result<Vec<Closing>, LedgerError> {
        let log = basis.store().begin_read(basis.office())?;
        let live = self.serving();
        let mut adjusted = adjusted(&*live.store.read()?)?;
        let (mut periods, mut after) = (BTreeMap::<String, Closing>::new(), 0);
        loop {
            let events = log.events_in(PERIOD, after, PAGE)?;
            let Some(last) = events.last() else { break };
            after = last.seq;
            for event in
                events.into_iter().filter(|e| !e.dead && [CLOSE, REOPEN].contains(&e.action.as_str()))
            {
                let closed = event.action == CLOSE;
                let closing = Closing {
                    period: event.record.clone(),
                    closed,
                    on: event.on.to_string(),
                    by: event.by.to_string(),
                    event: event.id,
                    reason: event.fields.get("reason").and_then(Value::as_str).map(str::to_owned),
                    adjustments: Vec::new(),
                };
                periods.insert(event.record, closing);
            }
        }
        for closing in periods.values_mut().filter(|closing| closing.closed) {
            closing.adjustments = adjusted.remove(&closing.period).unwrap_or_default();
        }
        Ok(periods.into_values().collect())
    }
}

/// What adjustments take out of each closed period.
fn adjusted(ledger: &dyn LedgerRead) -> Stored<BTreeMap<String, Vec<CarriedAdjustment>>> {
    let mut adjusted = BTreeMap::<String, Vec<CarriedAdjustment>>::new();
    for posting in ledger.adjustments()? {
        let Origin::Adjustment(span) = &posting.origin else { continue };
        // Taken out of a part of it; what is put into an open month lies in no closed period.
        let closed = closed_periods(&posting);
        if let Some(closed) = closed.into_iter().find(|closed| closed.encloses(*span)) {
            adjusted.entry(closed.to_string()).or_default().push(CarriedAdjustment {
                register: posting.register,
                measure: posting.measure,
                account: posting.account,
                period: *span,
                amount: -posting.amount,
            });
        }
    }
    Ok(adjusted)
}
