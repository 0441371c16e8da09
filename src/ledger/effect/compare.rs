//! Compares two ledgers of one log, standing by standing.

use crate::{
    effect::{
        AwardChange, BeforeAfter, Effect, Moved, MovedRow,
        causes::{ComparedLedger, Differences, Why, differences},
    },
    error::LedgerError,
    explain::explained::title_of,
    model::storage::{LedgerRead, PostingQuery, Unscored},
    periods::{period_close, period_scorer::PeriodicPlan},
    queries::{
        award::{Award, awards},
        period_view::PeriodView,
        standing::{StandingQuery, StandingRow, standing},
    },
    rebuild::{derivation::ranges, serving_ledger::ServingLedger},
    rules::dated_figures::changed_figures,
    scoring::scoring_context::{LedgerSource, ScoringContext},
};
use jiff::civil::Date;
use registrar_contract::payload::point;
use registrar_domain::{Lang, Period, PeriodKind, ReadTx};
use registrar_sdk::native::Typed;
use std::collections::{BTreeMap, BTreeSet};

/// One of the two ledgers, open for reading.
struct LedgerSide<'a> {
    world: &'a ScoringContext<'a>,
    ledger: &'a dyn LedgerRead,
    log: &'a dyn ReadTx,
    ranges: BTreeMap<String, (Date, Date)>,
}

impl<'a> LedgerSide<'a> {
    fn new(
        world: &'a ScoringContext<'a>,
        ledger: &'a dyn LedgerRead,
        log: &'a dyn ReadTx,
    ) -> Result<LedgerSide<'a>, LedgerError> {
        let ranges = ranges(ledger, &period_close::closures(log)?)?;
        Ok(LedgerSide { world, ledger, log, ranges })
    }

    fn view(&self, register: &str, period: Period) -> PeriodView<'_> {
        let forecast = self.ranges.get(register).is_none_or(|(_, last)| *last < period.last());
        PeriodView { world: self.world, log: self.log, ledger: self.ledger, lang: Lang::default(), forecast }
    }

    fn rows(&self, query: &StandingQuery) -> Result<(Vec<StandingRow>, u32), LedgerError> {
        // A register or a measure that is not there has no standing.
        match standing(&self.view(&query.register, query.period), query) {
            Ok(standing) => Ok((standing.rows, standing.places)),
            Err(LedgerError::Unknown(_)) => Ok((Vec::new(), 0)),
            Err(error) => Err(error),
        }
    }

    fn awards(&self, register: &str, period: Period) -> Vec<String> {
        let view = self.view(register, period);
        match awards(&view, register, period) {
            Ok(awards) => awards.iter().map(|award| winner(&view, award, period)).collect(),
            Err(LedgerError::Unknown(_)) => Vec::new(),
            Err(why) => vec![why.to_string()],
        }
    }
}

fn winner(view: &PeriodView<'_>, award: &Award, period: Period) -> String {
    let called = |account: &String| match title_of(view, account, period) {
        title if title == *account => title,
        title => format!("{title} ({account})"),
    };
    let what = [award.award.as_deref(), award.clause.as_deref()];
    let what: Vec<&str> = what.into_iter().flatten().collect();
    let who = match &award.account {
        Some(account) => called(account),
        None if award.waits => "waits for an earlier decision 待前项决定".to_owned(),
        None => {
            let candidates: Vec<String> = award.candidates.iter().map(called).collect();
            format!("{} of {} to be decided 待决定", award.places, candidates.join(", "))
        }
    };
    if what.is_empty() { who } else { format!("{who}: {}", what.join(", ")) }
}

/// The difference between two ledgers of one log.
pub fn compare(
    basis: &dyn LedgerSource,
    before: &ServingLedger,
    after: &ServingLedger,
) -> Result<Effect, LedgerError> {
    let log = basis.store().begin_read(basis.office())?;
    let (worlds, reads) =
        ((before.world(basis), after.world(basis)), (before.store.read()?, after.store.read()?));
    let names = (before.store.names(), after.store.names());
    let before = LedgerSide::new(&worlds.0, &*reads.0, &*log)?;
    let after = LedgerSide::new(&worlds.1, &*reads.1, &*log)?;
    let mut effect = Effect {
        before: worlds.0.rules.hash.clone(),
        after: worlds.1.rules.hash.clone(),
        figures: changed_figures(&worlds.0.rules.generation, &worlds.1.rules.generation),
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
            let accounts: BTreeSet<String> =
                found.iter().flat_map(|m| m.rows.iter().map(|row| row.account.clone())).collect();
            let why = match accounts.is_empty() {
                true => Differences::default(),
                false => {
                    let sides = [(&*reads.0, &*names.0), (&*reads.1, &*names.1)];
                    let [old, new] = sides.map(|(read, names)| ComparedLedger { read, names });
                    differences(old, new, register, &measure, &accounts)?
                }
            };
            effect.adjustments.extend(why.adjusted(register, &measure));
            effect.standings.extend(found.into_iter().map(|mut moved| {
                let period = moved.period;
                for row in &mut moved.rows {
                    row.why = why.of(&row.account, period);
                    row.why
                        .iter_mut()
                        .for_each(|why| why.clause_text = clause_text([&after, &before], why, period));
                }
                moved
            }));
        }
        effect.awards.extend(awarded(&before, &after, register, &periods));
    }
    Ok(effect)
}

/// What a clause says by the first side whose plugin knows it.
fn clause_text(sides: [&LedgerSide<'_>; 2], why: &Why, period: Period) -> Option<String> {
    let clause = why.clause.as_deref()?;
    let plugins = sides.into_iter().filter_map(|side| side.world.rules.generation.plugin(&why.plugin));
    let day = period.last().to_string();
    plugins.filter_map(|plugin| plugin.clause_text(clause, &day)).next().map(|text| text.to_string())
}

/// Months, quarters and years, and whatever else has rules of its own.
fn periods(sides: [&LedgerSide<'_>; 2], register: &str, days: (Date, Date)) -> Vec<Period> {
    let mut periods: BTreeSet<Period> = BTreeSet::new();
    for kind in [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year] {
        periods.extend(Period::spanning(days.0, days.1, kind));
    }
    for side in sides {
        periods.extend(PeriodicPlan::of(side.world, register).periods(days));
    }
    periods.into_iter().collect()
}

fn measures(
    sides: [&LedgerSide<'_>; 2],
    register: &str,
    days: (Date, Date),
) -> Result<BTreeSet<String>, LedgerError> {
    let mut known = BTreeSet::new();
    for side in sides {
        if let Some(declared) = side.world.rules.registers.get(register) {
            known.extend(declared.measures.keys().cloned());
        }
        // A posting may belong to the whole of the year that its event is in.
        let within =
            (Period::of(days.0, PeriodKind::Year).first(), Period::of(days.1, PeriodKind::Year).last());
        let query =
            PostingQuery { register: register.to_owned(), within: Some(within), ..PostingQuery::default() };
        known.extend(side.ledger.totals(&query)?.into_iter().map(|total| total.measure));
    }
    Ok(known)
}

fn moved(
    before: &LedgerSide<'_>,
    after: &LedgerSide<'_>,
    register: &str,
    measure: &str,
    periods: &[Period],
) -> Result<Vec<Moved>, LedgerError> {
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

fn moved_rows(old: &[StandingRow], new: &[StandingRow]) -> Vec<MovedRow> {
    let was: BTreeMap<&str, &StandingRow> = old.iter().map(|row| (row.account.as_str(), row)).collect();
    let is: BTreeSet<&str> = new.iter().map(|row| row.account.as_str()).collect();
    let gone = old.iter().filter(|row| !is.contains(row.account.as_str())).map(|row| (Some(row), None));
    let pairs = new.iter().map(|row| (was.get(row.account.as_str()).copied(), Some(row))).chain(gone);
    pairs.filter_map(|(before, after)| moved_row(before, after)).collect()
}

fn moved_row(before: Option<&StandingRow>, after: Option<&StandingRow>) -> Option<MovedRow> {
    let any = after.or(before)?;
    let of =
        |row: Option<&StandingRow>| row.map(|row| (row.rank, row.amount, row.excluded.clone(), row.unscored));
    if of(before) == of(after) {
        return None;
    }
    let excluded = BeforeAfter {
        before: before.and_then(|row| row.excluded.clone()),
        after: after.and_then(|row| row.excluded.clone()),
    };
    Some(MovedRow {
        account: any.account.clone(),
        title: any.title.clone(),
        rank: BeforeAfter { before: before.and_then(|r| r.rank), after: after.and_then(|r| r.rank) },
        amount: BeforeAfter { before: before.map(|r| r.amount), after: after.map(|r| r.amount) },
        excluded: (excluded.before != excluded.after).then_some(excluded),
        why: Vec::new(),
    })
}

fn awarded(
    before: &LedgerSide<'_>,
    after: &LedgerSide<'_>,
    register: &str,
    periods: &[Period],
) -> Vec<AwardChange> {
    if ![before, after].iter().any(|side| side.world.has(point::AwardSelect::ID)) {
        return Vec::new();
    }
    let of = |period: &Period| {
        let winners =
            BeforeAfter { before: before.awards(register, *period), after: after.awards(register, *period) };
        (winners.before != winners.after).then(|| AwardChange {
            register: register.to_owned(),
            period: *period,
            winners,
        })
    };
    periods.iter().filter_map(of).collect()
}
