//! What one version answers to a case: amounts by measure and tag, with who gets them.

use crate::rules::{test_cases::Probe, version_side::VersionSide};
use jiff::civil::Date;
use registrar_contract::payload::point;
use registrar_host::{Failed, Handler, Host, NoServices, Outcome, Scope, Snapshot};
use registrar_sdk::native::Typed;
use registrar_sdk::{Amount, Value};
use std::{collections::BTreeMap, sync::Arc};

/// A figure that a version answers, under a measure and a tag.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnsweredFigure {
    /// By account, what it gets.
    pub accounts: BTreeMap<String, Amount>,
    /// The clause of the first posting.
    pub clause: Option<String>,
    /// What that clause says.
    pub clause_text: Option<String>,
    /// The rule's name.
    pub rule: Option<String>,
    /// File and line.
    pub source: String,
}

/// By measure and tag.
pub(crate) type AnsweredFigures = BTreeMap<(String, String), AnsweredFigure>;

impl AnsweredFigure {
    /// What all accounts get together.
    pub fn whole(&self) -> Amount {
        self.accounts.values().copied().sum()
    }

    /// What each account gets, if they all get the same; else what they get together.
    pub fn each(&self) -> Amount {
        let mut amounts = self.accounts.values().copied();
        let first = amounts.next().unwrap_or(Amount::ZERO);
        if amounts.all(|amount| amount == first) { first } else { self.whole() }
    }
}

/// What a version answers to each case, in order.
pub(crate) fn ask(
    host: &Host,
    side: &VersionSide,
    snapshot: &Arc<dyn Snapshot>,
    probes: &[Probe],
) -> Vec<Result<AnsweredFigures, String>> {
    let mut answers: Vec<Option<Result<AnsweredFigures, String>>> = probes.iter().map(|_| None).collect();
    // Those that bring answers of their own are asked one by one, the rest together by point.
    let mut together: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (at, probe) in probes.iter().enumerate() {
        if probe.calls.is_nil() {
            together.entry(probe.point).or_default().push(at);
            continue;
        }
        let canned = Arc::new(RecordedCalls { answers: probe.calls.clone(), otherwise: snapshot.clone() });
        let outcome = host.dispatch(probe.point, probe.args.clone(), &side.scope(canned), &mut NoServices);
        answers[at] = Some(read(side, probe, outcome));
    }
    for (point, places) in together {
        let args = places.iter().map(|at| probes[*at].args.clone()).collect();
        let outcomes = host.dispatch_all(point, args, &side.scope(snapshot.clone()), &mut NoServices);
        for (at, outcome) in places.into_iter().zip(outcomes) {
            answers[at] = Some(read(side, &probes[at], outcome));
        }
    }
    answers.into_iter().map(|answer| answer.unwrap_or_else(|| Ok(AnsweredFigures::new()))).collect()
}

impl VersionSide {
    fn scope(&self, snapshot: Arc<dyn Snapshot>) -> Scope {
        Scope { generation: self.generation.clone(), snapshot, depth: 0 }
    }
}

// An example's own answers, for the host calls that it names.
struct RecordedCalls {
    answers: Value,
    otherwise: Arc<dyn Snapshot>,
}

impl Snapshot for RecordedCalls {
    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        match self.answers.as_map().and_then(|answers| answers.get(name)) {
            None => self.otherwise.call(name, args),
            // In a table `host.null` stands for no answer.
            Some(Value::Null) => Ok(Value::Nil),
            Some(answer) => Ok(answer.clone()),
        }
    }
}

fn read(
    side: &VersionSide,
    probe: &Probe,
    outcome: Result<Outcome, Failed>,
) -> Result<AnsweredFigures, String> {
    let day = side.on.or_else(|| probe.day()).unwrap_or(Date::MAX).to_string();
    let outcome = outcome.map_err(|failed| failed.to_string())?;
    let mut figures = AnsweredFigures::new();
    for step in &outcome.steps {
        if side.plugin.as_ref().is_some_and(|plugin| step.handler.plugin.id != *plugin) {
            continue;
        }
        for answer in step.answer.items() {
            let text = |key: &str| answer.get(key).as_str().unwrap_or_default().to_owned();
            let (measure, tag, account, amount) = match probe.point {
                point::QuotaTarget::ID => {
                    let owed = answer.get("count");
                    let owed = if owed.is_nil() { answer.get("points") } else { owed };
                    ("quota".to_owned(), text("name"), String::new(), owed.as_amount())
                }
                _ => (text("measure"), text("tag"), text("account"), answer.get("amount").as_amount()),
            };
            let Some(amount) = amount else { continue };
            let figure = figures
                .entry((measure, tag))
                .or_insert_with(|| named(&step.handler, answer.get("clause").as_str(), &day));
            let sum = figure.accounts.entry(account).or_insert(Amount::ZERO);
            *sum = sum.checked_add(amount).ok_or("the sum is beyond the range of amounts")?;
        }
    }
    Ok(figures)
}

fn named(handler: &Handler, said: Option<&str>, day: &str) -> AnsweredFigure {
    let clause = said.or(handler.option("clause").as_str()).map(str::to_owned);
    AnsweredFigure {
        accounts: BTreeMap::new(),
        clause_text: clause
            .as_deref()
            .and_then(|c| handler.plugin.clause_text(c, day))
            .map(|text| text.to_string()),
        clause,
        rule: handler.option("rule").as_str().map(str::to_owned),
        source: format!("{}:{}", handler.source.file, handler.source.line),
    }
}
