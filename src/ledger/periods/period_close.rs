//! Closed periods: their figures stand as they were sealed, and what a later change makes of them is
//! carried to the earliest open month.
//!
//! What is sealed are the parts that the period's figures are made of, each with the span that it belongs
//! to: a month, or a period that a rule was scored for or posted to. So whatever lies within a closed period
//! is closed with it, and parts go on adding up. A difference is a pair of postings: one takes it out of its
//! part, one puts it into the open month. A period that contains both shows the true sum.

use crate::{
    error::LedgerError,
    model::{
        posting::{Origin, Posting, RuleRef},
        storage::{LedgerRead, LedgerWrite, PostingQuery},
    },
    scoring::scoring_context::PAGE,
};
use jiff::civil::Date;
use registrar_domain::{
    Period, PeriodKind, ReadTx, StoreError, Stored,
    reserved::{CLOSE, PERIOD, REOPEN},
};
use registrar_sdk::{Amount, Value, value::Map};
use std::collections::{BTreeMap, BTreeSet};

/// What a sealed amount is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SealedLine {
    register: String,
    measure: String,
    account: String,
    tag: Option<String>,
}

/// Sums by the span that they belong to.
type Parts = BTreeMap<(Period, SealedLine), Amount>;

/// A closed period and what was sealed in it.
#[derive(Clone, Debug)]
pub struct Closure {
    /// The period.
    pub period: Period,
    /// The place of the event that closed it.
    pub seq: u64,
    parts: Parts,
    /// Sealed by an earlier version, as one sum of the whole period.
    whole: bool,
}

impl Closure {
    /// The span in which a part of the period is sealed.
    pub(crate) fn sealed_in(&self, span: Period) -> Period {
        if self.whole { self.period } else { span }
    }
}

/// The closures in force, in the order in which they were made.
///
/// # Errors
/// The store, or a closing event that says no period or figure.
pub fn closures(log: &dyn ReadTx) -> Result<Vec<Closure>, LedgerError> {
    closures_at(log, u64::MAX)
}

/// The closures in force at a place in the log.
///
/// # Errors
/// As [`closures`].
pub(crate) fn closures_at(log: &dyn ReadTx, seq: u64) -> Result<Vec<Closure>, LedgerError> {
    let mut closures: Vec<Closure> = Vec::new();
    let mut after = 0;
    loop {
        let events = log.events_in(PERIOD, after, PAGE)?;
        let Some(last) = events.last() else { return Ok(closures) };
        after = last.seq;
        for event in events.iter().filter(|e| !e.dead && e.seq <= seq) {
            let wrong = |why: String| LedgerError::Refused(format!("the closing event {}: {why}", event.id));
            match event.action.as_str() {
                CLOSE => {
                    let period: Period = event.record.parse().map_err(|e| wrong(format!("{e}")))?;
                    let parts = read_figures(period, &event.fields).map_err(wrong)?;
                    let whole = event.fields.get("by_span").and_then(Value::as_bool) != Some(true);
                    closures.retain(|c| c.period != period);
                    closures.push(Closure { period, seq: event.seq, parts, whole });
                }
                REOPEN => closures.retain(|c| c.period.to_string() != event.record),
                _ => {}
            }
        }
    }
}

fn read_figures(period: Period, fields: &Map) -> Result<Parts, String> {
    let listed = fields.get("figures").and_then(Value::as_list).unwrap_or(&[]);
    let figure = |row: &Value| {
        let text = |key: &str| row.get(key).as_str().map(str::to_owned);
        let line = SealedLine {
            register: text("register")?,
            measure: text("measure")?,
            account: text("account")?,
            tag: text("tag"),
        };
        let span = text("span").map_or(Some(period), |span| span.parse().ok())?;
        Some(((span, line), row.get("amount").as_str()?.parse().ok()?))
    };
    listed.iter().map(|row| figure(row).ok_or_else(|| format!("{row} is no figure"))).collect()
}

/// The fields of the event that closes a period with the figures as `ledger` has them.
pub(crate) fn fields_to_seal(ledger: &dyn LedgerRead, period: Period) -> Stored<Map> {
    let row = |((span, line), amount): ((Period, SealedLine), Amount)| {
        Value::map([
            ("span", Value::text(span.to_string())),
            ("register", Value::text(line.register)),
            ("measure", Value::text(line.measure)),
            ("account", Value::text(line.account)),
            ("tag", line.tag.into()),
            // As text, so that what was sealed is exact in the log.
            ("amount", Value::text(amount.to_string())),
        ])
    };
    let figures = current(ledger, period)?.into_iter().map(row).collect();
    Ok(Map::from([
        ("period".into(), Value::text(period.to_string())),
        ("by_span".into(), Value::Bool(true)),
        ("figures".into(), Value::List(figures)),
    ]))
}

/// What the figures of a period are made of.
fn current(ledger: &dyn LedgerRead, period: Period) -> Stored<Parts> {
    let mut parts = Parts::new();
    for register in ledger.registers()? {
        let query = PostingQuery {
            register: register.clone(),
            within: Some((period.first(), period.last())),
            ..PostingQuery::default()
        };
        for (total, (first, last)) in ledger.totals_by_span(&query)? {
            let span = Period::between(first, last).ok_or_else(|| {
                StoreError::Damaged(format!("a sum of the ledger from {first} to {last} is of no period"))
            })?;
            let line = SealedLine {
                register: register.clone(),
                measure: total.measure,
                account: total.account,
                tag: total.tag,
            };
            add(parts.entry((span, line)).or_default(), total.amount);
        }
    }
    parts.retain(|_, amount| *amount != Amount::ZERO);
    Ok(parts)
}

/// Makes the adjustments anew that later changes to closed periods mean.
pub(crate) fn adjust(ledger: &mut dyn LedgerWrite, closures: &[Closure]) -> Stored<()> {
    ledger.put_adjustments(&[])?;
    let mut made: BTreeMap<(Period, SealedLine), (Amount, BTreeSet<Period>)> = BTreeMap::new();
    let periods: Vec<Period> = closures.iter().map(|closure| closure.period).collect();
    for closure in closures {
        let open = open_after(closure.period, &periods);
        let mut difference = Parts::new();
        for ((span, line), amount) in current(ledger, closure.period)? {
            add(difference.entry((closure.sealed_in(span), line)).or_default(), amount);
        }
        for ((span, line), (amount, _)) in made.iter().filter(|((span, _), _)| closure.period.encloses(*span))
        {
            add(difference.entry((closure.sealed_in(*span), line.clone())).or_default(), *amount);
        }
        for (part, sealed) in &closure.parts {
            add(difference.entry(part.clone()).or_default(), -*sealed);
        }
        for ((span, line), amount) in difference.into_iter().filter(|(_, amount)| *amount != Amount::ZERO) {
            for (span, amount) in [(span, -amount), (open, amount)] {
                let slot = made.entry((span, line.clone())).or_default();
                add(&mut slot.0, amount);
                slot.1.insert(closure.period);
            }
        }
    }
    let postings: Vec<Posting> = made
        .into_iter()
        .filter(|(_, (amount, _))| *amount != Amount::ZERO)
        .map(|((span, line), (amount, of))| adjustment(span, line, amount, &of))
        .collect();
    ledger.put_adjustments(&postings)
}

fn add(to: &mut Amount, amount: Amount) {
    // A sum past the range is refused where postings are summed for a standing.
    *to = Amount::from_micros(to.micros().saturating_add(amount.micros()));
}

/// The first month after a period that none of the closed ones contains.
fn open_after(period: Period, closed: &[Period]) -> Period {
    let mut month = Period::of(period.last(), PeriodKind::Month).next();
    while closed.iter().any(|c| c.encloses(month)) {
        month = month.next();
    }
    month
}

/// The closed periods that contain another, the first closed first.
pub fn closed_with(closures: &[Closure], period: Period) -> impl Iterator<Item = Period> + '_ {
    closures.iter().map(|closure| closure.period).filter(move |closed| closed.encloses(period))
}

/// The closed period in which a day lies, and the open month that takes up what changes there now; `None` if
/// the day is open.
///
/// # Errors
/// As [`closures`].
pub fn closed_on(log: &dyn ReadTx, day: Date) -> Result<Option<(Period, Period)>, LedgerError> {
    let closures = closures(log)?;
    let periods: Vec<Period> = closures.iter().map(|closure| closure.period).collect();
    let first = periods.iter().find(|period| period.contains(day));
    Ok(first.map(|period| (*period, open_after(*period, &periods))))
}

fn adjustment(span: Period, line: SealedLine, amount: Amount, of: &BTreeSet<Period>) -> Posting {
    let closed = of.iter().map(|period| Value::text(period.to_string())).collect();
    Posting {
        register: line.register,
        origin: Origin::Adjustment(span),
        span: Some(span),
        account: line.account,
        measure: line.measure,
        amount,
        tag: line.tag,
        clause: None,
        data: Value::map([("closed", Value::List(closed))]),
        rule: RuleRef::kernel(),
        index: 0,
        part: 0,
        struck: None,
        derived: None,
    }
}

/// The closed periods that an adjustment is of.
pub(crate) fn closed_periods(adjustment: &Posting) -> Vec<Period> {
    let named = adjustment.data.get("closed").items();
    named.iter().filter_map(|name| name.as_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_goes_to_the_first_month_that_is_open() {
        let closed = ["2023-Q1", "2023-04", "2023-06"].map(|period| period.parse().unwrap());
        let open = |period: &str| open_after(period.parse().unwrap(), &closed).to_string();
        assert_eq!(open("2023-Q1"), "2023-05");
        assert_eq!(open("2023-06"), "2023-07");
    }

    #[test]
    fn a_figure_that_can_not_be_read_is_named() {
        let fields = |json: &str| match serde_json::from_str(json).unwrap() {
            Value::Map(map) => map,
            _ => Map::new(),
        };
        let good = r#"{"figures":[{"register":"r","measure":"m","account":"a","amount":"2.5"}]}"#;
        let q1: Period = "2023-Q1".parse().unwrap();
        // Earlier versions sealed the period's sum, not its parts.
        assert_eq!(read_figures(q1, &fields(good)).unwrap().into_keys().next().unwrap().0, q1);
        let bad = r#"{"figures":[{"register":"r","measure":"m","account":"a","amount":"x"}]}"#;
        assert!(read_figures(q1, &fields(bad)).unwrap_err().contains("is no figure"));
    }
}
