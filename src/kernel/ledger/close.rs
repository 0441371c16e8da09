//! Closed periods: their figures stand as they were sealed, and what a later change makes of them is
//! carried to the earliest open month.
//!
//! The difference is a pair of postings: one takes it out of the closed period, one puts it into the
//! open month. A period that contains both shows the true sum.

use super::{
    posting::{Origin, Posting, RuleRef},
    storage::{LedgerRead, LedgerWrite, PostingQuery},
    world::PAGE,
};
use crate::{
    KernelError,
    event::PERIOD,
    period::{Kind, Period},
    storage::{ReadTx, Stored},
};
use registrar_sdk::{Amount, Value, value::Map};
use std::collections::BTreeMap;

/// The action of the register `$period` that closes a period.
pub const CLOSE: &str = "close";
/// The action that opens it again.
pub const REOPEN: &str = "reopen";

/// What a sealed figure is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    register: String,
    measure: String,
    account: String,
    tag: Option<String>,
}

/// A closed period and its sealed figures.
#[derive(Clone, Debug)]
pub struct Closure {
    /// The period.
    pub period: Period,
    /// The place of the event that closed it.
    pub seq: u64,
    figures: BTreeMap<Line, Amount>,
}

/// The closures in force, in the order in which they were made.
///
/// # Errors
/// The store, or a closing event that says no period or figure.
pub fn closures(log: &dyn ReadTx) -> Result<Vec<Closure>, KernelError> {
    let mut closures: Vec<Closure> = Vec::new();
    let mut after = 0;
    loop {
        let events = log.events_in(PERIOD, after, PAGE)?;
        let Some(last) = events.last() else { return Ok(closures) };
        after = last.seq;
        for event in events.iter().filter(|e| !e.dead) {
            let wrong = |why: String| KernelError::Refused(format!("the closing event {}: {why}", event.id));
            match event.action.as_str() {
                CLOSE => {
                    let period = event.record.parse().map_err(|e| wrong(format!("{e}")))?;
                    let figures = read_figures(&event.fields).map_err(wrong)?;
                    closures.retain(|c| c.period != period);
                    closures.push(Closure { period, seq: event.seq, figures });
                }
                REOPEN => closures.retain(|c| c.period.to_string() != event.record),
                _ => {}
            }
        }
    }
}

fn read_figures(fields: &Map) -> Result<BTreeMap<Line, Amount>, String> {
    let listed = fields.get("figures").and_then(Value::as_list).unwrap_or(&[]);
    let figure = |row: &Value| {
        let text = |key: &str| row.get(key).as_str().map(str::to_owned);
        let line = Line {
            register: text("register")?,
            measure: text("measure")?,
            account: text("account")?,
            tag: text("tag"),
        };
        Some((line, row.get("amount").as_str()?.parse().ok()?))
    };
    listed.iter().map(|row| figure(row).ok_or_else(|| format!("{row} is no figure"))).collect()
}

/// The fields of the event that closes a period with the figures as `ledger` has them.
pub(super) fn fields_to_seal(ledger: &dyn LedgerRead, period: Period) -> Stored<Map> {
    let row = |(line, amount): (Line, Amount)| {
        Value::map([
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
        ("figures".into(), Value::List(figures)),
    ]))
}

fn current(ledger: &dyn LedgerRead, period: Period) -> Stored<BTreeMap<Line, Amount>> {
    let mut figures = BTreeMap::new();
    for register in ledger.registers()? {
        let query = PostingQuery {
            register: register.clone(),
            within: Some((period.first(), period.last())),
            ..PostingQuery::default()
        };
        for total in ledger.totals(&query)? {
            let line = Line {
                register: register.clone(),
                measure: total.measure,
                account: total.account,
                tag: total.tag,
            };
            if total.amount != Amount::ZERO {
                figures.insert(line, total.amount);
            }
        }
    }
    Ok(figures)
}

/// Makes the adjustments anew that later changes to closed periods mean.
pub(super) fn adjust(ledger: &mut dyn LedgerWrite, closures: &[Closure]) -> Stored<()> {
    ledger.put_adjustments(&[])?;
    let mut made: BTreeMap<(Period, Line), (Amount, Vec<Period>)> = BTreeMap::new();
    for closure in closures {
        let open = open_after(closure.period, closures);
        let mut difference = current(ledger, closure.period)?;
        for ((span, line), (amount, _)) in &made {
            if closure.period.encloses(*span) {
                add(difference.entry(line.clone()).or_default(), *amount);
            }
        }
        for (line, sealed) in &closure.figures {
            add(difference.entry(line.clone()).or_default(), -*sealed);
        }
        for (line, amount) in difference.into_iter().filter(|(_, amount)| *amount != Amount::ZERO) {
            for (span, amount) in [(closure.period, -amount), (open, amount)] {
                let slot = made.entry((span, line.clone())).or_default();
                add(&mut slot.0, amount);
                slot.1.push(closure.period);
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

/// The first month after a period that no closure contains.
fn open_after(period: Period, closures: &[Closure]) -> Period {
    let mut month = Period::of(period.last(), Kind::Month).next();
    while closures.iter().any(|c| c.period.encloses(month)) {
        month = month.next();
    }
    month
}

fn adjustment(span: Period, line: Line, amount: Amount, of: &[Period]) -> Posting {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn closure(period: &str) -> Closure {
        Closure { period: period.parse().unwrap(), seq: 1, figures: BTreeMap::new() }
    }

    #[test]
    fn a_difference_goes_to_the_first_month_that_is_open() {
        let closures = [closure("2023-Q1"), closure("2023-04"), closure("2023-06")];
        let open = |period: &str| open_after(period.parse().unwrap(), &closures).to_string();
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
        assert_eq!(read_figures(&fields(good)).unwrap().len(), 1);
        let bad = r#"{"figures":[{"register":"r","measure":"m","account":"a","amount":"x"}]}"#;
        assert!(read_figures(&fields(bad)).unwrap_err().contains("is no figure"));
    }
}
