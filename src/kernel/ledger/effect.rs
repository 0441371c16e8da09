//! What other rules do to the figures: before and after of every standing that moves, and why.
//!
//! Compares two ledgers of one log. Derives the second one aside where it must; promotes nothing.

mod sample;
mod why;

use super::{
    Basis, Ledger, LedgerRead, Live, Progress, Rules, Unscored, World,
    award::{Award, awards},
    close,
    derive::{derive_all, ranges},
    periodic::Plan,
    standing::{Row, StandingQuery, standing},
    view::View,
    world::directory_of,
};
use crate::{
    KernelError,
    period::{Kind, Period},
    storage::ReadTx,
};
use jiff::civil::Date;
use registrar_sdk::Amount;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
pub use why::Why;
use why::{Differences, differences};

/// Something before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    /// By the rules that count now.
    pub before: T,
    /// By the others.
    pub after: T,
}

/// What other rules do to the figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Hash of the rules that count now.
    pub before: String,
    /// Hash of the others.
    pub after: String,
    /// The standings that move, by register, measure, pool and period.
    pub standings: Vec<Moved>,
    /// What can't be scored by the others; as long as there is anything, they can't count.
    pub unscored: Vec<String>,
    /// Closed periods whose difference is carried to an open one.
    pub adjustments: Vec<Adjusted>,
    /// Awards that change.
    pub awards: Vec<Awarded>,
}

/// A standing that moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// The register.
    pub register: String,
    /// The measure.
    pub measure: String,
    /// Of these accounts; `None`: of all.
    pub pool: Option<String>,
    /// The period.
    pub period: Period,
    /// Decimals at which amounts are shown and compared.
    pub places: u32,
    /// The accounts that move, as they stand after.
    pub rows: Vec<MovedRow>,
}

/// An account that moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedRow {
    /// The account.
    pub account: String,
    /// What it is called.
    pub title: String,
    /// Its rank; none if it is not ranked.
    pub rank: Change<Option<i64>>,
    /// Its sum; none where it is not listed.
    pub amount: Change<Option<Amount>>,
    /// Why it is out of the ranking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Change<Option<String>>>,
    /// What makes the difference in its sum; empty if only others moved.
    pub why: Vec<Why>,
}

/// A difference that a closed period hands on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Adjusted {
    /// The register.
    pub register: String,
    /// The measure.
    pub measure: String,
    /// The account.
    pub account: String,
    /// The closed periods.
    pub closed: Vec<String>,
    /// The open period that it is carried to.
    pub period: Period,
    /// How much more is carried than by the rules that count now.
    pub by: Amount,
}

/// Awards of a period that change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Awarded {
    /// The register.
    pub register: String,
    /// The period.
    pub period: Period,
    /// Who wins, each with the award and its clause, or why nobody can be chosen.
    pub winners: Change<Vec<String>>,
}

impl Effect {
    /// Whether no figure moves and nothing fails.
    pub fn is_empty(&self) -> bool {
        self.standings.is_empty()
            && self.unscored.is_empty()
            && self.adjustments.is_empty()
            && self.awards.is_empty()
    }

    /// In a line: how many standings move, and which.
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        if self.standings.is_empty() {
            parts.push("no standing moves".to_owned());
        } else {
            let names: Vec<String> = self.standings.iter().map(Moved::name).take(NAMED).collect();
            let more = self.standings.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let verb = if self.standings.len() == 1 { "standing moves" } else { "standings move" };
            parts.push(format!("{} {verb}: {}{more}", self.standings.len(), names.join(", ")));
        }
        let mut count = |n: usize, what: &str| {
            if n > 0 {
                parts.push(format!("{n} {what}"));
            }
        };
        count(self.unscored.len(), "can't be scored");
        count(self.adjustments.len(), "adjusted from closed periods");
        count(self.awards.len(), "with other awards");
        parts.join("; ")
    }
}

/// How many standings a summary names.
const NAMED: usize = 5;

impl Moved {
    fn name(&self) -> String {
        let pool = self.pool.as_ref().map_or(String::new(), |pool| format!(" {pool}"));
        format!("{} {}{pool} {}", self.register, self.measure, self.period)
    }
}

/// One of the two ledgers, open for reading.
struct Side<'a> {
    world: &'a World<'a>,
    ledger: &'a dyn LedgerRead,
    log: &'a dyn ReadTx,
    ranges: BTreeMap<String, (Date, Date)>,
}

impl<'a> Side<'a> {
    fn new(
        world: &'a World<'a>,
        ledger: &'a dyn LedgerRead,
        log: &'a dyn ReadTx,
    ) -> Result<Side<'a>, KernelError> {
        let ranges = ranges(ledger, &close::closures(log)?)?;
        Ok(Side { world, ledger, log, ranges })
    }

    fn view(&self, register: &str, period: Period) -> View<'_> {
        let forecast = self.ranges.get(register).is_none_or(|(_, last)| *last < period.last());
        View { world: self.world, log: self.log, ledger: self.ledger, forecast }
    }

    fn rows(&self, query: &StandingQuery) -> Result<(Vec<Row>, u32), KernelError> {
        // A register or a measure that is not there has no standing.
        match standing(&self.view(&query.register, query.period), query) {
            Ok(standing) => Ok((standing.rows, standing.places)),
            Err(KernelError::Unknown { .. }) => Ok((Vec::new(), 0)),
            Err(error) => Err(error),
        }
    }

    fn awards(&self, register: &str, period: Period) -> Vec<String> {
        match awards(&self.view(register, period), register, period) {
            Ok(awards) => awards.iter().map(winner).collect(),
            Err(KernelError::Unknown { .. }) => Vec::new(),
            Err(why) => vec![why.to_string()],
        }
    }
}

fn winner(award: &Award) -> String {
    let what = [award.award.as_deref(), award.clause.as_deref()];
    let what: Vec<&str> = what.into_iter().flatten().collect();
    let who = match &award.account {
        Some(account) => account.clone(),
        None => format!("{} of {} to be decided", award.places, award.candidates.join(", ")),
    };
    if what.is_empty() { who } else { format!("{who}: {}", what.join(", ")) }
}

impl Ledger {
    /// What these rules would do to the figures. Derives a ledger aside, which nobody else sees and
    /// which is gone afterwards; nothing that serves changes.
    ///
    /// # Errors
    /// The store failed.
    pub fn effect(
        &self,
        basis: &dyn Basis,
        rules: &Rules,
        progress: Progress<'_>,
    ) -> Result<Effect, KernelError> {
        self.catch_up(basis)?;
        let live = self.live.load_full();
        let log = basis.store().begin_read(basis.office())?;
        let directory = Arc::new(directory_of(&*log)?);
        let world = World::new(basis, rules.clone(), directory.clone());
        let aside = self.shelf.aside()?;
        derive_all(&world, &*log, &*aside, progress)?;
        let after = Live { store: aside, rules: rules.clone(), directory };
        compare(basis, &live, &after)
    }
}

/// The difference between two ledgers of one log.
pub(super) fn compare(basis: &dyn Basis, before: &Live, after: &Live) -> Result<Effect, KernelError> {
    let log = basis.store().begin_read(basis.office())?;
    let (worlds, reads) =
        ((before.world(basis), after.world(basis)), (before.store.read()?, after.store.read()?));
    let before = Side::new(&worlds.0, &*reads.0, &*log)?;
    let after = Side::new(&worlds.1, &*reads.1, &*log)?;
    let mut effect = Effect {
        before: worlds.0.rules.hash.clone(),
        after: worlds.1.rules.hash.clone(),
        unscored: reads.1.unscored(None)?.iter().map(Unscored::to_string).collect(),
        ..Effect::default()
    };
    let registers: BTreeSet<&String> = before.ranges.keys().chain(after.ranges.keys()).collect();
    for register in registers {
        let days = [&before, &after].map(|side| side.ranges.get(register).copied());
        let Some(days) = days.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
            continue;
        };
        let periods = periods([&before, &after], register, days);
        for measure in measures([&before, &after], register, days)? {
            let found = moved(&before, &after, register, &measure, &periods)?;
            let mut why = Differences::default();
            let accounts: BTreeSet<String> =
                found.iter().flat_map(|m| m.rows.iter().map(|row| row.account.clone())).collect();
            for account in accounts {
                let differences = differences(&*reads.0, &*reads.1, register, &measure, &account)?;
                effect.adjustments.extend(differences.adjusted(register, &measure));
                why.extend(differences);
            }
            effect.standings.extend(found.into_iter().map(|mut moved| {
                let period = moved.period;
                moved.rows.iter_mut().for_each(|row| row.why = why.of(&row.account, period));
                moved
            }));
        }
        effect.awards.extend(awarded(&before, &after, register, &periods));
    }
    Ok(effect)
}

/// Months, quarters and years, and whatever else has rules of its own.
fn periods(sides: [&Side<'_>; 2], register: &str, days: (Date, Date)) -> Vec<Period> {
    let mut periods: BTreeSet<Period> = BTreeSet::new();
    for kind in [Kind::Month, Kind::Quarter, Kind::Year] {
        periods.extend(Period::spanning(days.0, days.1, kind));
    }
    for side in sides {
        periods.extend(Plan::of(side.world, register).periods(days));
    }
    periods.into_iter().collect()
}

fn measures(
    sides: [&Side<'_>; 2],
    register: &str,
    days: (Date, Date),
) -> Result<BTreeSet<String>, KernelError> {
    let mut known = BTreeSet::new();
    for side in sides {
        if let Some(declared) = side.world.rules.registers.get(register) {
            known.extend(declared.measures.keys().cloned());
        }
        // A posting may belong to the whole of the year that its event is in.
        let within = (Period::of(days.0, Kind::Year).first(), Period::of(days.1, Kind::Year).last());
        let query = super::PostingQuery {
            register: register.to_owned(),
            within: Some(within),
            ..super::PostingQuery::default()
        };
        known.extend(side.ledger.totals(&query)?.into_iter().map(|total| total.measure));
    }
    Ok(known)
}

fn moved(
    before: &Side<'_>,
    after: &Side<'_>,
    register: &str,
    measure: &str,
    periods: &[Period],
) -> Result<Vec<Moved>, KernelError> {
    let mut pools: BTreeSet<Option<String>> = BTreeSet::from([None]);
    for side in [before, after] {
        if let Some(declared) = side.world.rules.registers.get(register) {
            pools.extend(declared.pools.keys().cloned().map(Some));
        }
    }
    let (mut found, mut whole) = (Vec::new(), BTreeMap::new());
    for pool in pools {
        for period in periods {
            let query = StandingQuery {
                register: register.to_owned(),
                period: *period,
                measure: Some(measure.to_owned()),
                pool: pool.clone(),
                tag: None,
            };
            let ((old, places), (new, new_places)) = (before.rows(&query)?, after.rows(&query)?);
            let rows = moved_rows(&old, &new);
            let size = (old.len(), new.len());
            let all = whole.entry(*period).or_insert(size);
            // A pool that everyone is in says nothing new.
            let said = pool.is_some() && *all == size;
            if !rows.is_empty() && !said {
                found.push(Moved {
                    register: register.to_owned(),
                    measure: measure.to_owned(),
                    pool: pool.clone(),
                    period: *period,
                    places: places.max(new_places),
                    rows,
                });
            }
        }
    }
    Ok(found)
}

fn moved_rows(old: &[Row], new: &[Row]) -> Vec<MovedRow> {
    let was: BTreeMap<&str, &Row> = old.iter().map(|row| (row.account.as_str(), row)).collect();
    let is: BTreeSet<&str> = new.iter().map(|row| row.account.as_str()).collect();
    let gone = old.iter().filter(|row| !is.contains(row.account.as_str())).map(|row| (Some(row), None));
    let pairs = new.iter().map(|row| (was.get(row.account.as_str()).copied(), Some(row))).chain(gone);
    pairs.filter_map(|(before, after)| moved_row(before, after)).collect()
}

fn moved_row(before: Option<&Row>, after: Option<&Row>) -> Option<MovedRow> {
    let any = after.or(before)?;
    let of = |row: Option<&Row>| row.map(|row| (row.rank, row.amount, row.excluded.clone(), row.unscored));
    if of(before) == of(after) {
        return None;
    }
    let excluded = Change {
        before: before.and_then(|row| row.excluded.clone()),
        after: after.and_then(|row| row.excluded.clone()),
    };
    Some(MovedRow {
        account: any.account.clone(),
        title: any.title.clone(),
        rank: Change { before: before.and_then(|r| r.rank), after: after.and_then(|r| r.rank) },
        amount: Change { before: before.map(|r| r.amount), after: after.map(|r| r.amount) },
        excluded: (excluded.before != excluded.after).then_some(excluded),
        why: Vec::new(),
    })
}

fn awarded(before: &Side<'_>, after: &Side<'_>, register: &str, periods: &[Period]) -> Vec<Awarded> {
    if ![before, after].iter().any(|side| side.world.has("award.select")) {
        return Vec::new();
    }
    let of = |period: &Period| {
        let winners =
            Change { before: before.awards(register, *period), after: after.awards(register, *period) };
        (winners.before != winners.after).then(|| Awarded {
            register: register.to_owned(),
            period: *period,
            winners,
        })
    };
    periods.iter().filter_map(of).collect()
}
