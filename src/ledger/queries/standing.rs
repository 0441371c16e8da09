//! Standings: the accounts of a register in a period, with their sums and ranks.

use crate::{
    error::LedgerError,
    model::{
        posting::RuleRef,
        storage::{PostingQuery, Unscored},
    },
    periods::{period_scorer::accounts, quota::period_value},
    queries::period_view::{PeriodView, concerning},
    rebuild::ledger::Ledger,
    scoring::scoring_context::{LedgerSource, ScoringContext},
};
use registrar_domain::{Period, Register, Title, Unknown, register::MeasureDef};
use registrar_host::{Fault, FaultKind, Outcome};
use registrar_sdk::{Amount, Value, amount::Rounding, suggest::nearest, value::Map};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

const POINT: &str = "rank.order";

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

/// One account in a standing. As JSON it is what `standings --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingRow {
    /// From 1; none if it is excluded, or the order could not be made.
    pub rank: Option<i64>,
    /// The account.
    pub account: String,
    /// What it is called.
    pub title: String,
    /// Its sum.
    pub amount: Amount,
    /// Why it is out of the ranking.
    pub excluded: Option<String>,
    /// Whether something that its sum depends on could not be scored.
    pub unscored: bool,
    /// Whether a tag was asked for that it has no mark of, so that its amount is none rather than a mark of 0.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unmarked: bool,
    /// Its sums by tag.
    #[serde(skip)]
    pub tags: BTreeMap<String, Amount>,
    /// The pool it belongs to.
    #[serde(skip)]
    pub pool: Option<String>,
    #[serde(skip)]
    pub(crate) unit: Value,
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
    pub title: Title,
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
        title: Title::default().or(name),
        places: 0,
        unit: Title::default(),
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
    for point in ["score.post", "score.period"] {
        let handlers = world
            .handlers(point)
            .into_iter()
            .filter(|h| crate::scoring::scoring_context::admits(h, "register", register));
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
        ("period", period_value(*period)),
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
        let title = Title::read(unit.get("title")).or(&account).zh;
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

fn pool_of(register: &Register, class: &str) -> Option<String> {
    register
        .pools
        .iter()
        .find(|(_, pool)| pool.classes.iter().any(|c| c == class))
        .map(|(name, _)| name.clone())
}

/// Which accounts are ranked together.
struct Pool {
    name: String,
    /// Their classes; `None`: all.
    classes: Option<Vec<String>>,
}

impl Pool {
    fn named(
        world: &ScoringContext<'_>,
        register: Option<&Register>,
        name: &str,
        period: Period,
    ) -> Result<Pool, LedgerError> {
        if let Some(pool) = register.and_then(|r| r.pools.get(name)) {
            let classes = (!pool.classes.is_empty()).then(|| pool.classes.clone());
            return Ok(Pool { name: name.to_owned(), classes });
        }
        let mut known: BTreeSet<String> =
            register.into_iter().flat_map(|r| r.pools.keys().cloned()).collect();
        let units = world.directory.units_between(period.first(), period.last());
        known.extend(units.into_iter().map(|unit| unit.class).filter(|class| !class.is_empty()));
        if known.contains(name) || name == "person" {
            return Ok(Pool { name: name.to_owned(), classes: Some(vec![name.to_owned()]) });
        }
        let names = known.iter().map(String::as_str);
        Err(LedgerError::from(Unknown { what: "pool", name: name.to_owned(), hint: nearest(name, names) }))
    }

    fn holds(&self, row: &StandingRow) -> bool {
        let class = row.unit.get("class").as_str().unwrap_or_default();
        self.classes.as_ref().is_none_or(|classes| classes.iter().any(|c| c == class))
    }
}

/// Ranks 1, 2, 2, 4 by amount at the measure's places; equals stay in the order they are listed in.
fn default_ranks(rows: &mut [StandingRow], places: u32) {
    let shown = |row: &StandingRow| row.amount.round(places, Rounding::HalfUp);
    rows.sort_by_key(|row| (row.excluded.is_some(), std::cmp::Reverse(shown(row))));
    let mut above: Option<(Amount, i64)> = None;
    for (i, row) in rows.iter_mut().enumerate() {
        row.rank = match (&row.excluded, above) {
            (Some(_), _) => None,
            (None, Some((amount, rank))) if amount == shown(row) => Some(rank),
            (None, _) => Some(i as i64 + 1),
        };
        above = row.rank.map(|rank| (shown(row), rank));
    }
}

/// Lets `rank.order` have its say; gives back what each rule said. The error is what went wrong there.
fn order(
    world: &ScoringContext<'_>,
    rows: &mut [StandingRow],
    context: Value,
    measure: &str,
    places: u32,
) -> Result<Vec<(RuleRef, Value)>, String> {
    if !world.has(POINT) {
        return Ok(Vec::new());
    }
    let given: Vec<Value> = rows.iter().map(|row| row.to_value(measure)).collect();
    let outcome = world.dispatch(POINT, vec![Value::List(given), context]).map_err(|e| e.to_string())?;
    if outcome.steps.is_empty() {
        return Ok(Vec::new());
    }
    let answered = outcome.value.as_list().unwrap_or(&[]);
    let by_account: BTreeMap<&str, &Value> =
        answered.iter().filter_map(|row| Some((row.get("account").as_str()?, row))).collect();
    let mut reranked = false;
    for row in rows.iter_mut() {
        let Some(answer) = by_account.get(row.account.as_str()) else {
            return Err(bad(
                &outcome,
                format!("left out {}; give back every row, excluded ones with a reason", row.account),
            ));
        };
        let rank = answer.get("rank").as_int();
        reranked |= rank.is_some() && rank != row.rank;
        row.excluded = answer.get("excluded").as_str().map(str::to_owned);
        row.rank = if row.excluded.is_some() { None } else { rank.or(row.rank) };
    }
    if answered.len() != rows.len() {
        return Err(bad(&outcome, "answered rows that it was not given".to_owned()));
    }
    if reranked {
        rows.sort_by_key(|row| (row.rank.is_none(), row.rank));
    } else {
        // It only took some out: the others move up.
        default_ranks(rows, places);
    }
    Ok(outcome.steps.iter().map(|step| (RuleRef::of(&step.handler), step.answer.clone())).collect())
}

fn bad(outcome: &Outcome, message: String) -> String {
    let rule = outcome.steps.last().map(|step| RuleRef::of(&step.handler));
    let rule = rule.unwrap_or_else(RuleRef::kernel);
    let fault = Fault {
        plugin: rule.plugin,
        file: rule.file,
        line: Some(rule.line),
        point: Some(POINT.to_owned()),
        kind: FaultKind::BadAnswer,
        message,
    };
    fault.to_string()
}

impl Standing {
    /// The tags that the postings behind it have.
    pub fn tags(&self) -> BTreeSet<&str> {
        self.rows.iter().flat_map(|row| row.tags.keys().map(String::as_str)).collect()
    }
}

impl StandingRow {
    /// Its amount, if it has a mark of what was asked for.
    pub fn mark(&self) -> Option<Amount> {
        (!self.unmarked).then_some(self.amount)
    }

    /// The row as handlers see it.
    pub fn to_value(&self, measure: &str) -> Value {
        let tags = self.tags.iter().map(|(tag, amount)| (tag.as_str(), Value::Amount(*amount)));
        let mut map = Map::from([
            ("account".into(), Value::text(&self.account)),
            ("measure".into(), Value::text(measure)),
            ("amount".into(), Value::Amount(self.amount)),
            ("tags".into(), Value::map(tags)),
        ]);
        let mut put = |key: &str, value: Value| {
            if !value.is_nil() {
                map.insert(key.into(), value);
            }
        };
        put("unit", if self.unit.get("id").is_nil() { Value::Nil } else { self.unit.clone() });
        put("pool", self.pool.clone().into());
        put("rank", self.rank.into());
        put("excluded", self.excluded.clone().into());
        put("unscored", if self.unscored { Value::Bool(true) } else { Value::Nil });
        Value::Map(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(account: &str, amount: &str, excluded: bool) -> StandingRow {
        StandingRow {
            rank: None,
            account: account.into(),
            title: account.into(),
            amount: amount.parse().unwrap(),
            excluded: excluded.then(|| "notified twice".into()),
            unscored: false,
            unmarked: false,
            tags: BTreeMap::new(),
            pool: None,
            unit: Value::Nil,
        }
    }

    fn ranks(places: u32, rows: &[(&str, &str, bool)]) -> String {
        let mut rows: Vec<StandingRow> = rows.iter().map(|(a, n, e)| row(a, n, *e)).collect();
        default_ranks(&mut rows, places);
        let shown =
            |r: &StandingRow| format!("{}{}", r.account, r.rank.map_or("-".into(), |n| n.to_string()));
        rows.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn equal_amounts_share_a_rank_and_the_next_is_counted() {
        assert_eq!(
            ranks(0, &[("a", "1", false), ("b", "5", false), ("c", "5", false), ("d", "9", false)]),
            "d1 b2 c2 a4"
        );
        assert_eq!(ranks(0, &[("a", "5", false), ("b", "9", true), ("c", "4", false)]), "a1 c2 b-");
    }

    #[test]
    fn amounts_are_compared_at_the_measures_places() {
        let close = [("a", "2.51", false), ("b", "2.54", false)];
        assert_eq!(ranks(1, &close), "a1 b1");
        assert_eq!(ranks(2, &close), "b1 a2");
    }

    #[test]
    fn a_row_is_printed_with_a_decimal_string() {
        let json = serde_json::to_string(&row("a", "0.6", false)).unwrap();
        assert_eq!(
            json,
            r#"{"rank":null,"account":"a","title":"a","amount":"0.6","excluded":null,"unscored":false}"#
        );
    }
}
