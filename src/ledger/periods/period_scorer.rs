//! What whole periods come to: `score.period` for every account, events or none, small periods first.
//!
//! Says which periods are scored for whom and keeps what they came to. What a period looks at, and so what
//! is scored anew when something changes, is declared in `dependencies`.

use crate::{
    model::{
        posting::{Origin, Posting, RuleRef},
        storage::{LedgerWrite, Unscored},
    },
    periods::{
        dependencies::{FigureGraph, SourceChange, StaleFigures},
        period_context::{self, POINT, PeriodContext},
        quota::{self, AccountRef, QuotaContext},
        quota_progress,
    },
    scoring::scoring_context::ScoringContext,
};
use jiff::civil::Date;
use registrar_domain::{Period, PeriodKind, ReadTx, Registers, Stored};
use registrar_host::{Handler, Outcome};
use registrar_sdk::{Value, value::Map};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// For which kinds of period, and under which measures, a register has rules.
#[derive(Debug, Default)]
pub(crate) struct PeriodicPlan {
    kinds: BTreeMap<PeriodKind, Vec<String>>,
    /// Whether it has quotas, whose windows may look beyond the period itself.
    quotas: bool,
}

impl PeriodicPlan {
    /// The plan that the handlers of `score.period` make for a register.
    pub fn of(world: &ScoringContext<'_>, register: &str) -> PeriodicPlan {
        let handlers: Vec<_> =
            world.handlers(POINT).into_iter().filter(|h| h.admits("register", register)).collect();
        let mut measures: BTreeSet<String> = match world.rules.registers.get(register) {
            Some(register) => register.measures.keys().cloned().collect(),
            None => BTreeSet::new(),
        };
        measures.extend(handlers.iter().filter_map(|h| h.option("measure").as_str().map(str::to_owned)));
        let mut kinds = BTreeMap::new();
        for kind in PeriodKind::SCORED {
            let scored: Vec<String> = measures
                .iter()
                .filter(|m| {
                    handlers.iter().any(|h| h.admits("period", kind.name()) && h.admits("measure", m))
                })
                .cloned()
                .collect();
            if !scored.is_empty() {
                kinds.insert(kind, scored);
            }
        }
        let targets = world.handlers(quota::POINT);
        let quotas = targets.iter().any(|h| h.admits("register", register));
        PeriodicPlan { kinds, quotas }
    }

    /// Whether there is nothing to score.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The scored periods that share a day with these.
    pub fn periods(&self, days: (Date, Date)) -> impl Iterator<Item = Period> + '_ {
        self.kinds.keys().flat_map(move |kind| Period::spanning(days.0, days.1, *kind))
    }

    /// The figures that are kept of a register with events between these days.
    fn figures(&self, range: (Date, Date)) -> FigureGraph {
        FigureGraph::within(self.kinds.keys().copied(), range, self.quotas)
    }

    /// The measures under which a kind of period is scored; of them `one`, if it is named.
    fn measures<'m>(&'m self, kind: PeriodKind, one: Option<&'m str>) -> impl Iterator<Item = &'m str> {
        let all = self.kinds.get(&kind).into_iter().flatten().map(String::as_str);
        all.filter(move |measure| one.is_none_or(|one| one == *measure))
    }
}

/// Scores periods into a ledger that is being written.
pub(crate) struct Periods<'a> {
    pub world: &'a ScoringContext<'a>,
    pub log: &'a dyn ReadTx,
    registers: BTreeMap<String, PeriodScores>,
    stale: StaleFigures,
}

/// How the periods of a register are scored.
struct PeriodScores {
    plan: PeriodicPlan,
    figures: FigureGraph,
}

impl<'a> Periods<'a> {
    /// Nothing to do yet. `ranges` are the days of each register in which periods are scored.
    pub fn new(
        world: &'a ScoringContext<'a>,
        log: &'a dyn ReadTx,
        ranges: &BTreeMap<String, (Date, Date)>,
    ) -> Self {
        let scored = |(register, range): (&String, &(Date, Date))| {
            let plan = PeriodicPlan::of(world, register);
            let figures = plan.figures(*range);
            (register.clone(), PeriodScores { plan, figures })
        };
        Periods { world, log, registers: ranges.iter().map(scored).collect(), stale: StaleFigures::default() }
    }

    /// Notes what has changed: the figures that look at it are to be scored.
    pub fn changed(&mut self, change: &SourceChange) {
        let SourceChange { register, account, measure, .. } = change;
        let Some(PeriodScores { plan, figures }) = self.registers.get(register) else { return };
        for period in figures.stale(change) {
            for measure in plan.measures(period.kind(), measure.as_deref()) {
                self.stale.add(period, register, measure, account);
            }
        }
    }

    /// Notes that the figures of a register are to be scored, for everyone, but for those that were kept
    /// already when its range was `kept`.
    pub fn everyone(&mut self, register: &str, kept: Option<(Date, Date)>) {
        let Some(PeriodScores { plan, figures }) = self.registers.get(register) else { return };
        let kept: BTreeSet<Period> = kept.into_iter().flat_map(|range| plan.periods(range)).collect();
        for period in figures.periods().filter(|period| !kept.contains(period)) {
            for measure in plan.measures(period.kind(), None) {
                for (account, _) in accounts(self.world, register, measure, period) {
                    self.stale.add(period, register, measure, &account);
                }
            }
        }
    }

    /// Scores all that was noted, and what follows from it.
    pub fn run(&mut self, ledger: &mut dyn LedgerWrite) -> Stored<()> {
        while let Some(((period, register, measure), names)) = self.stale.pop() {
            let valid = accounts(self.world, &register, &measure, period);
            let due: Vec<_> = valid.into_iter().filter(|(account, _)| names.contains(account)).collect();
            self.score(ledger, &register, &measure, period, due)?;
        }
        Ok(())
    }

    fn score(
        &mut self,
        ledger: &mut dyn LedgerWrite,
        register: &str,
        measure: &str,
        period: Period,
        due: Vec<(String, Value)>,
    ) -> Stored<()> {
        let mut came_to: Vec<Result<Vec<Posting>, String>> = Vec::with_capacity(due.len());
        let answers = {
            let ledger = QuotaContext::new(self.world, self.log, &*ledger, due.len());
            let mut shown = Vec::new();
            let asked = due.iter().map(|(account, unit)| {
                (unit_on(self.world, account, period.first()).unwrap_or_else(|| unit.clone()), period)
            });
            let targets = quota::targets(self.world, register, asked.collect());
            for ((account, unit), target) in due.iter().zip(targets) {
                let of = AccountRef { register, measure, account };
                let quotas = match target {
                    Ok(outcome) => ledger.quotas(of, period, &outcome)?,
                    Err(failed) => Err(failed.to_string()),
                };
                match quotas {
                    Ok(quotas) => {
                        shown.push(PeriodContext { of, unit, period, quotas });
                        came_to.push(Ok(Vec::new()));
                    }
                    Err(fault) => came_to.push(Err(fault)),
                }
            }
            period_context::ask(&ledger, &shown)?
        };
        let mut outcomes = answers.into_iter();
        for ((account, _), came_to) in due.iter().zip(came_to) {
            let came_to = came_to.and_then(|_| match outcomes.next() {
                Some(Ok(outcome)) => additions((&self.world.rules.registers, register), period, &outcome),
                Some(Err(failed)) => Err(failed.to_string()),
                None => Err(format!("{POINT} gave no answer")),
            });
            self.keep(ledger, AccountRef { register, measure, account }, period, came_to)?;
        }
        Ok(())
    }

    fn keep(
        &mut self,
        ledger: &mut dyn LedgerWrite,
        of: AccountRef<'_>,
        period: Period,
        came_to: Result<Vec<Posting>, String>,
    ) -> Stored<()> {
        let AccountRef { register, measure, account } = of;
        let (postings, fault) = match came_to {
            Ok(postings) => (postings, None),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let unscored = fault.map(|fault| Unscored {
            register: register.to_owned(),
            record: None,
            period: Some(period),
            measure: Some(measure.to_owned()),
            accounts: vec![account.to_owned()],
            first: period.first(),
            last: period.last(),
            fault,
        });
        let before = ledger.put_period(register, measure, period, account, &postings, unscored.as_ref())?;
        if before != postings {
            before
                .iter()
                .chain(&postings)
                .filter_map(SourceChange::of_posting)
                .for_each(|c| self.changed(&c));
        }
        Ok(())
    }
}

/// The accounts that are scored in a period, with what stands for their unit, in official order.
pub(crate) fn accounts(
    world: &ScoringContext<'_>,
    register: &str,
    measure: &str,
    period: Period,
) -> Vec<(String, Value)> {
    let people = world
        .rules
        .registers
        .get(register)
        .and_then(|r| r.measures.get(measure))
        .is_some_and(|measure| measure.person);
    if people {
        let people = world.directory.people(period.last());
        return people.into_iter().map(|p| (p.id.clone(), person_as_unit(&p))).collect();
    }
    let units = world.directory.units_between(period.first(), period.last());
    units.into_iter().map(|unit| (unit.id.clone(), unit.to_value())).collect()
}

/// What stands for an account's unit in a period, if it is scored there: as it was on the first day.
pub(crate) fn unit_of(world: &ScoringContext<'_>, of: AccountRef<'_>, period: Period) -> Option<Value> {
    let known = accounts(world, of.register, of.measure, period);
    let (_, unit) = known.into_iter().find(|(account, _)| account == of.account)?;
    Some(unit_on(world, of.account, period.first()).unwrap_or(unit))
}

fn unit_on(world: &ScoringContext<'_>, account: &str, on: Date) -> Option<Value> {
    world.directory.unit(account, on).map(|unit| unit.to_value())
}

// Rules for a period are given a unit; a person is one of class `person` under the unit they belong to.
fn person_as_unit(person: &registrar_domain::directory::people::Person) -> Value {
    let mut map = Map::from([
        ("id".into(), Value::text(&person.id)),
        ("class".into(), Value::text("person")),
        ("title".into(), Value::text(&person.name)),
    ]);
    if let Some(unit) = &person.unit {
        map.insert("parent".into(), Value::text(unit));
    }
    Value::Map(map)
}

/// The postings that an outcome of `score.period` adds.
fn additions(of: (&Registers, &str), period: Period, outcome: &Outcome) -> Result<Vec<Posting>, String> {
    let mut postings = Vec::new();
    for step in &outcome.steps {
        let rule = RuleRef::of(&step.handler);
        for (index, answer) in step.answer.as_list().unwrap_or(&[]).iter().enumerate() {
            let origin = Origin::Period(period);
            let posting =
                Posting::from_answer(answer, of, origin, rule.clone(), index as u32).map_err(|why| {
                    format!("plugin \"{}\" ({}): {POINT} answered a {why}", rule.plugin, rule.place())
                })?;
            postings.push(posting);
        }
    }
    Ok(postings)
}

/// Whether what a rule adds to a period hangs on the quotas that it was shown: with none of them, or with what was
/// met short and what was short met, it would have said something else.
pub(crate) fn heeds(
    ledger: &QuotaContext<'_>,
    of: AccountRef<'_>,
    period: Period,
    quotas: &[Value],
    rule: &RuleRef,
) -> Stored<bool> {
    let known = accounts(ledger.world, of.register, of.measure, period);
    let Some((_, unit)) = known.into_iter().find(|(account, _)| account == of.account) else {
        return Ok(false);
    };
    let shown = [quotas.to_vec(), Vec::new(), quotas.iter().map(quota_progress::turned).collect()];
    let shown = shown.map(|quotas| PeriodContext { of, unit: &unit, period, quotas });
    let said = period_context::ask(ledger, &shown)?.into_iter().map(|outcome| {
        let postings =
            additions((&ledger.world.rules.registers, of.register), period, &outcome.ok()?).ok()?;
        Some(postings.into_iter().filter(|posting| posting.rule == *rule).collect::<Vec<_>>())
    });
    let said: Vec<_> = said.collect();
    Ok(said.iter().any(|other| *other != said[0]))
}

/// With the clause that says so, and whose clause it is; rules are shown quotas without.
fn with_clause(quota: Value, by: Option<&Arc<Handler>>) -> Value {
    match (quota, by) {
        (Value::Map(mut map), Some(handler)) => {
            if let clause @ Value::Text(_) = handler.option("clause") {
                map.insert("clause".into(), clause.clone());
                map.insert("plugin".into(), Value::text(&handler.plugin.id));
            }
            Value::Map(map)
        }
        (quota, _) => quota,
    }
}

/// An account, and what it owed and had, or why that can't be said.
pub type Owed = (String, Result<Vec<Value>, String>);

/// What is owed and had by every account in a period of one register, under one measure; each with the clause of the
/// rule that says so.
pub(crate) fn quotas(
    ledger: &QuotaContext<'_>,
    register: &str,
    measure: &str,
    period: Period,
) -> Stored<Vec<Owed>> {
    let due = accounts(ledger.world, register, measure, period);
    let asked = due.iter().map(|(account, unit)| {
        (unit_on(ledger.world, account, period.first()).unwrap_or_else(|| unit.clone()), period)
    });
    let targets = quota::targets(ledger.world, register, asked.collect());
    let mut rows = Vec::new();
    for ((account, _), target) in due.iter().zip(targets) {
        let quotas = match target {
            Ok(outcome) => {
                let handler = outcome.steps.first().map(|step| &step.handler);
                let owed = ledger.quotas(AccountRef { register, measure, account }, period, &outcome)?;
                owed.map(|owed| owed.into_iter().map(|quota| with_clause(quota, handler)).collect())
            }
            Err(failed) => Err(failed.to_string()),
        };
        rows.push((account.clone(), quotas));
    }
    Ok(rows)
}
