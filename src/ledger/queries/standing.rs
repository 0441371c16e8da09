//! Standings: the accounts of a register in a period, with their sums and ranks.

use crate::{
    error::LedgerError,
    model::{
        posting::RuleRef,
        storage::{PostingQuery, Unscored},
    },
    periods::period_scorer::accounts,
    queries::{
        period_view::{PeriodView, concerning},
        pool::{Pool, pool_of},
        rank_order::{default_ranks, order},
    },
    rebuild::ledger::Ledger,
    scoring::scoring_context::{LedgerSource, ScoringContext},
};
use registrar_contract::payload::point;
use registrar_domain::{BilingualText, Period, Register, register::MeasureDef};
use registrar_sdk::native::Typed;
use registrar_sdk::{Amount, Value};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::queries::standing_row::StandingRow;

/// Which standing is wanted.
#[derive(Clone, Debug)]
pub struct StandingQuery {
    /// Of this register.
    pub register: String,
    /// In this period.
    pub period: Period,
    /// Under this measure; `None`: `points`, or the register's only one.
    pub measure: Option<String>,
    /// Only accounts of this pool: one the register declares, or a unit class.
    pub pool: Option<String>,
    /// Counting only postings with this tag.
    pub tag: Option<String>,
}

/// The ranking of a period.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The register.
    pub register: String,
    /// The period.
    pub period: Period,
    /// The measure.
    pub measure: String,
    /// The measure's title.
    pub title: BilingualText,
    /// Decimals at which amounts are shown and compared.
    pub places: u32,
    /// Whether the period goes on after the last live event that is known.
    pub forecast: bool,
    /// Whether its figures are sealed.
    pub closed: bool,
    /// The accounts, best first.
    pub rows: Vec<StandingRow>,
    /// What could not be scored, or ordered.
    pub faults: Vec<String>,
    /// What each rule that ranks answered, in order.
    pub(crate) said: Vec<(RuleRef, Value)>,
}

impl Ledger {
    /// The standing of a register in a period. Every unit that is valid in it is listed, also with
    /// nothing.
    ///
    /// # Errors
    /// The store failed, or the query names what is not there.
    pub fn standing(&self, basis: &dyn LedgerSource, query: &StandingQuery) -> Result<Standing, LedgerError> {
        self.view(basis, &query.register, query.period, |view| standing(view, query))
    }
}

/// The definition of a measure; one that no register declares counts whole units.
pub(crate) fn measure_of(world: &ScoringContext<'_>, register: &str, name: &str) -> MeasureDef {
    let declared = world.rules.registers.get(register).and_then(|r| r.measures.get(name)).cloned();
    declared.unwrap_or_else(|| MeasureDef {
        title: BilingualText::default().or(name),
        places: 0,
        unit: BilingualText::default(),
        person: false,
    })
}

/// The measure that is meant: a declared one, one that a rule names, or the only one there is.
pub(crate) fn measure_meant(
    world: &ScoringContext<'_>,
    register: &str,
    named: Option<&str>,
) -> Result<String, LedgerError> {
    let declared = world.rules.registers.find(register)?;
    let mut known: BTreeSet<String> = declared.measures.keys().cloned().collect();
    for point in [point::ScorePost::ID, point::ScorePeriod::ID] {
        let handlers = world.handlers(point).into_iter().filter(|h| h.admits("register", register));
        known.extend(handlers.filter_map(|h| h.option("measure").as_str().map(str::to_owned)));
    }
    match named {
        Some(name) if known.is_empty() || known.contains(name) => Ok(name.to_owned()),
        Some(name) => Err(LedgerError::unknown("measure", name, known.iter().map(String::as_str))),
        None if known.is_empty() || known.contains("points") => Ok("points".to_owned()),
        None => match known.first() {
            Some(only) if known.len() == 1 => Ok(only.clone()),
            _ => Err(LedgerError::Refused(format!(
                "{register} has several measures; name one of {}",
                known.into_iter().collect::<Vec<_>>().join(", ")
            ))),
        },
    }
}

pub(crate) fn standing(view: &PeriodView<'_>, query: &StandingQuery) -> Result<Standing, LedgerError> {
    let StandingQuery { register, period, pool, tag, .. } = query;
    let name = measure_meant(view.world, register, query.measure.as_deref())?;
    let measure = measure_of(view.world, register, &name);
    let definition = view.world.rules.registers.get(register).map(AsRef::as_ref);
    let pool = pool.as_deref().map(|pool| Pool::named(view.world, definition, pool, *period)).transpose()?;
    let mut rows = rows(view, query, &name, measure.person, definition)?;
    if let Some(pool) = &pool {
        rows.retain(|row| pool.holds(row));
        rows.iter_mut().for_each(|row| row.pool = Some(pool.name.clone()));
    }
    let unscored = concerning(view.ledger.unscored(Some(register))?, *period);
    for row in &mut rows {
        row.unscored = unscored.iter().any(|u| holds_back(u, &row.account, &name));
    }
    let mut faults: Vec<String> = unscored.iter().map(Unscored::to_string).collect();
    default_ranks(&mut rows, measure.places);
    let context = Value::map([
        ("register", Value::text(register)),
        ("measure", Value::text(&name)),
        ("pool", pool.as_ref().map_or(Value::Nil, |p| Value::text(&p.name))),
        ("tag", tag.as_ref().map_or(Value::Nil, Value::text)),
        ("period", period.to_value()),
        ("places", Value::Int(i64::from(measure.places))),
    ]);
    let said = order(view.world, &mut rows, context, &name, measure.places).unwrap_or_else(|fault| {
        for row in &mut rows {
            (row.rank, row.unscored) = (None, true);
        }
        faults.push(fault);
        Vec::new()
    });
    Ok(Standing {
        register: register.clone(),
        period: *period,
        measure: name,
        title: measure.title,
        places: measure.places,
        forecast: view.forecast,
        closed: crate::periods::period_close::closed_with(
            &crate::periods::period_close::closures(view.log)?,
            *period,
        )
        .next()
        .is_some(),
        rows,
        faults,
        said,
    })
}

fn holds_back(unscored: &Unscored, account: &str, measure: &str) -> bool {
    unscored.measure.as_deref().is_none_or(|m| m == measure)
        && (unscored.accounts.is_empty() || unscored.accounts.iter().any(|a| a == account))
}

/// Everyone who is listed: units valid in the period (or, under a measure of people, those with
/// postings), and whoever else has postings.
fn rows(
    view: &PeriodView<'_>,
    query: &StandingQuery,
    measure: &str,
    people: bool,
    register: Option<&Register>,
) -> Result<Vec<StandingRow>, LedgerError> {
    let totals = view.ledger.totals(&PostingQuery {
        register: query.register.clone(),
        measure: Some(measure.to_owned()),
        within: Some((query.period.first(), query.period.last())),
        ..PostingQuery::default()
    })?;
    let mut sums: BTreeMap<&str, (Amount, BTreeMap<String, Amount>)> = BTreeMap::new();
    for total in &totals {
        let (sum, tags) = sums.entry(&total.account).or_default();
        *sum = sum.checked_add(total.amount).ok_or_else(|| {
            LedgerError::Refused(format!("the sum of {} is beyond the range of amounts", total.account))
        })?;
        if let Some(tag) = &total.tag {
            tags.insert(tag.clone(), total.amount);
        }
    }
    let mut listed: Vec<(String, Value)> = accounts(view.world, &query.register, measure, query.period);
    if people {
        listed.retain(|(account, _)| sums.contains_key(account.as_str()));
    }
    let known: BTreeSet<&str> = listed.iter().map(|(account, _)| account.as_str()).collect();
    let others: Vec<(String, Value)> = sums
        .keys()
        .filter(|account| !known.contains(**account))
        .map(|account| (account.to_string(), other_account(view.world, account, query.period)))
        .collect();
    listed.extend(others);
    let row = |(account, unit): (String, Value)| {
        let (sum, tags) = sums.get(account.as_str()).cloned().unwrap_or_default();
        let amount = match &query.tag {
            Some(tag) => tags.get(tag).copied().unwrap_or_default(),
            None => sum,
        };
        let unmarked = query.tag.as_ref().is_some_and(|tag| !tags.contains_key(tag));
        let title = BilingualText::read(unit.get("title")).or(&account).zh;
        let pool = register.and_then(|r| pool_of(r, unit.get("class").as_str()?));
        let pool = pool.or_else(|| unit.get("class").as_str().filter(|c| !c.is_empty()).map(str::to_owned));
        let (rank, excluded, unscored) = (None, None, false);
        StandingRow { rank, account, title, amount, excluded, unscored, unmarked, tags, pool, unit }
    };
    Ok(listed.into_iter().map(row).collect())
}

// An account that is no unit of the period: a unit of another time, a person, or only a name.
fn other_account(world: &ScoringContext<'_>, account: &str, period: Period) -> Value {
    let unit = world.directory.unit(account, period.last());
    let unit = unit.or_else(|| world.directory.unit(account, period.first()));
    if let Some(unit) = unit {
        return unit.to_value();
    }
    match world.directory.person(account, period.last()) {
        Some(person) => Value::map([
            ("id", Value::text(account)),
            ("class", Value::text("person")),
            ("title", Value::text(person.name)),
        ]),
        None => Value::map([("id", Value::text(account)), ("title", Value::text(account))]),
    }
}

impl Standing {
    /// The tags that the postings behind it have.
    pub fn tags(&self) -> BTreeSet<&str> {
        self.rows.iter().flat_map(|row| row.tags.keys().map(String::as_str)).collect()
    }
}
