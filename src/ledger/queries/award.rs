//! Awards: who wins in a period, as `award.select` handlers say, and what awaits a decision.

use crate::{
    error::LedgerError,
    model::posting::RuleRef,
    queries::{
        period_view::PeriodView,
        standing::{StandingQuery, measure_of, standing},
    },
    rebuild::ledger::Ledger,
    scoring::scoring_context::{LedgerSource, PAGE},
};
use registrar_contract::payload::point;
use registrar_domain::{
    Period,
    reserved::{DECIDE, PERIOD},
};
use registrar_sdk::native::Typed;
use registrar_sdk::{Amount, Value};
use serde::Serialize;

const POINT: &str = point::AwardSelect::ID;

/// A winner, or places that wait for a decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Award {
    /// What is awarded, if the rule says.
    pub award: Option<String>,
    /// The winner; none while it is pending.
    pub account: Option<String>,
    /// The rank it was chosen by.
    pub rank: Option<i64>,
    /// The amount it was chosen by.
    pub amount: Option<Amount>,
    /// The clause.
    pub clause: Option<String>,
    /// Who tie for the places that are left.
    pub candidates: Vec<String>,
    /// How many places are left for them; 0 for a winner.
    pub places: i64,
    /// Whether it waits for an earlier decision.
    pub waits: bool,
    /// The rule that says so.
    #[serde(skip)]
    pub(crate) rule: RuleRef,
    /// Its plugin.
    pub plugin: String,
    /// Where it is written.
    pub source: String,
}

impl Award {
    /// As handlers see it.
    pub fn to_value(&self) -> Value {
        let pending = self.is_pending().then(|| {
            let candidates = self.candidates.iter().map(Value::text).collect();
            Value::map([
                ("candidates", Value::List(candidates)),
                ("places", Value::Int(self.places)),
                ("waits", Value::Bool(self.waits)),
            ])
        });
        let said = [
            ("account", Value::from(self.account.clone())),
            ("award", Value::from(self.award.clone())),
            ("clause", Value::from(self.clause.clone())),
            ("rank", Value::from(self.rank)),
            ("amount", self.amount.map_or(Value::Nil, Value::Amount)),
            ("pending", pending.unwrap_or_default()),
        ];
        Value::map(said.into_iter().filter(|(_, value)| !value.is_nil()))
    }

    /// Whether a decision is still to be made.
    pub fn is_pending(&self) -> bool {
        self.account.is_none()
    }
}

impl Ledger {
    /// Who wins in a period of a register.
    ///
    /// # Errors
    /// The store or a rule failed, or something that the standings depend on is unscored.
    pub fn awards(
        &self,
        basis: &dyn LedgerSource,
        register: &str,
        period: Period,
    ) -> Result<Vec<Award>, LedgerError> {
        self.view(basis, register, period, |view| awards(view, register, period))
    }
}

pub(crate) fn awards(
    view: &PeriodView<'_>,
    register: &str,
    period: Period,
) -> Result<Vec<Award>, LedgerError> {
    let measures = measures(view, register)?;
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    for measure in &measures {
        let query = StandingQuery {
            register: register.to_owned(),
            period,
            measure: Some(measure.clone()),
            pool: None,
            tag: None,
        };
        let standing = standing(view, &query)?;
        if let Some(fault) = standing.faults.first() {
            return Err(LedgerError::Refused(format!(
                "nobody can be chosen in {period} while something is unscored: {fault}"
            )));
        }
        rows.extend(standing.rows.iter().map(|row| row.to_value(measure)));
        let at = i64::from(measure_of(view.world, register, measure).places);
        places.push((measure.clone(), Value::Int(at)));
    }
    let contest = Value::map([
        ("register", Value::text(register)),
        ("period", period.to_value()),
        ("rows", Value::List(rows)),
        ("places", Value::map(places)),
        ("winners", Value::List(Vec::new())),
        ("decisions", Value::List(decisions(view, register, period)?)),
    ]);
    let outcome = view.world.dispatch(POINT, vec![contest])?;
    let mut awards = Vec::new();
    for step in &outcome.steps {
        let rule = RuleRef::of(&step.handler);
        awards.extend(step.answer.as_list().unwrap_or(&[]).iter().map(|answer| award(answer, &rule)));
    }
    Ok(awards)
}

/// The measures of a register; of one that declares none, points.
pub(crate) fn measures(view: &PeriodView<'_>, register: &str) -> Result<Vec<String>, LedgerError> {
    let declared = &view.world.rules.registers.find(register)?.measures;
    if declared.is_empty() {
        return Ok(vec!["points".to_owned()]);
    }
    Ok(declared.keys().cloned().collect())
}

/// How ties of a period were decided, as the log says.
fn decisions(view: &PeriodView<'_>, register: &str, period: Period) -> Result<Vec<Value>, LedgerError> {
    let (mut decisions, mut after) = (Vec::new(), 0);
    loop {
        let events = view.log.events_in(PERIOD, after, PAGE)?;
        let Some(last) = events.last() else { break };
        after = last.seq;
        for event in events.iter().filter(|e| !e.dead && e.action == DECIDE) {
            let field = |key: &str| event.fields.get(key).cloned().unwrap_or_default();
            let of_this = field("register").as_str().is_none_or(|r| r == register);
            if of_this && event.record == period.to_string() {
                decisions
                    .push(Value::map([("candidates", field("candidates")), ("chosen", field("chosen"))]));
            }
        }
    }
    // The first that fits a tie counts, and a later decision is meant to replace an earlier one.
    decisions.reverse();
    Ok(decisions)
}

fn award(answer: &Value, rule: &RuleRef) -> Award {
    let text = |key: &str| answer.get(key).as_str().map(str::to_owned);
    let pending = answer.get("pending");
    let candidates = pending.get("candidates").as_list().unwrap_or(&[]);
    Award {
        award: text("award"),
        account: text("account"),
        rank: answer.get("rank").as_int(),
        amount: answer.get("amount").as_amount(),
        clause: text("clause").or_else(|| rule.clause.clone()),
        candidates: candidates.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect(),
        places: pending.get("places").as_int().unwrap_or(0),
        waits: pending.get("waits").as_bool().unwrap_or(false),
        rule: rule.clone(),
        plugin: rule.plugin.clone(),
        source: rule.place(),
    }
}
