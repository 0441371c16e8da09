//! How two versions of a rule differ, with the figures: both are run on the same cases.
//!
//! A figure is what a rule posts for one event or one period; what reconciling, caps and other
//! rules make of it afterwards is a matter of the standings.

use super::{difference_kind::DifferenceKind, version_side::VersionSide};
use crate::rules::{
    answered_figures::{AnsweredFigure, AnsweredFigures, ask},
    dated_figures::{FigureChange, FiguresOf, figures_between},
    day_span::{DaySpan, nearest},
    distinguishing::{Traits, telling},
    rule_part::RulePart,
    test_cases::Probe,
};
use registrar_contract::payload::point;
use registrar_domain::Registers;
use registrar_host::{Host, Snapshot};
use registrar_sdk::Amount;
use registrar_sdk::native::Typed;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A figure before and after, with the cases that show it.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct FigureDifference {
    /// What became of it.
    pub kind: DifferenceKind,
    /// The point that it comes from.
    pub point: &'static str,
    /// The register.
    pub register: String,
    /// The action of the events; empty where there is none.
    pub action: String,
    /// What tells these cases from those with other figures: field or trait, and value.
    pub case: BTreeMap<String, String>,
    /// The measure; `quota` for what is owed.
    pub measure: String,
    /// The label of the postings; empty: none.
    pub tag: String,
    /// The figure of the first version.
    pub before: Option<Amount>,
    /// The figure of the second version.
    pub after: Option<Amount>,
    /// The rule that says so; of the second version, where it says anything.
    pub rule: Option<String>,
    /// The clause.
    pub clause: Option<String>,
    /// What that clause says, where the plugin's document has it.
    pub clause_text: Option<String>,
    /// File and line in the first version.
    pub source_before: Option<String>,
    /// File and line in the second version.
    pub source_after: Option<String>,
    /// Names of the examples that show it, in their order.
    pub examples: Vec<String>,
    /// How many events of the log show it.
    pub events: usize,
}

/// How two versions differ.
#[derive(Debug, Clone, Serialize, Default)]
pub struct Comparison {
    /// The first version.
    pub before: String,
    /// The second version.
    pub after: String,
    /// How many figures each [`DifferenceKind`] has.
    pub counts: BTreeMap<DifferenceKind, usize>,
    /// The figures that the cases show, by kind.
    pub changes: Vec<FigureDifference>,
    /// The declared figures, by kind.
    pub figures: Vec<FigureChange>,
    /// Cases that a version could not answer: which version, which case, why.
    pub failures: Vec<String>,
    /// How many examples were asked about.
    pub examples: usize,
    /// How many events of the log.
    pub events: usize,
}

/// Runs both versions on the same cases.
pub fn compare(
    host: &Host,
    snapshot: &Arc<dyn Snapshot>,
    registers: &Registers,
    (before, after): (&VersionSide, &VersionSide),
    probes: Vec<Probe>,
) -> Comparison {
    let probes = once_each(probes, before, after);
    let answers = ask(host, before, snapshot, &before.dated(&probes)).into_iter();
    let answers = answers.zip(ask(host, after, snapshot, &after.dated(&probes)));
    let (mut asked, mut failures) = (Vec::new(), Vec::new());
    for (probe, answer) in probes.iter().zip(answers) {
        match answer {
            (Ok(old), Ok(new)) => {
                asked.push(ProbedCase { probe, features: probe.features(registers), old, new })
            }
            (old, new) => {
                let sides = [(before, old.err()), (after, new.err())].into_iter();
                let said = |(side, why): (&VersionSide, Option<String>)| {
                    Some(format!("{}: {}: {}", side.label, probe.name, why?))
                };
                failures.extend(sides.filter_map(said));
            }
        }
    }
    let changes = changes(&asked);
    let mut counts = BTreeMap::new();
    changes.iter().for_each(|change| *counts.entry(change.kind).or_default() += 1);
    let examples = probes.iter().filter(|probe| probe.example).count();
    Comparison {
        before: before.label.clone(),
        after: after.label.clone(),
        counts,
        changes,
        figures: figures_between(&before.figures(), &after.figures()),
        failures,
        examples,
        events: probes.len() - examples,
    }
}

impl VersionSide {
    fn figures(&self) -> FiguresOf<'_> {
        FiguresOf { generation: &self.generation, plugin: self.plugin.as_deref(), on: self.on }
    }

    // The cases on the days on which this version is asked about them. One that is in force at another
    // time is asked as of the nearest day on which it is, so that last year's rules and this year's
    // can be set side by side.
    fn dated(&self, probes: &[Probe]) -> Vec<Probe> {
        let handlers = self.generation.handlers(point::ScorePost::ID);
        let own =
            handlers.iter().filter(|h| self.plugin.as_ref().is_none_or(|plugin| h.plugin.id == *plugin));
        let parts: Vec<RulePart> = own.map(|handler| RulePart::new(handler, None)).collect();
        let day = |probe: &Probe| {
            let concerned = parts.iter().filter(|part| {
                part.admits("register", probe.register()) && part.admits("action", probe.action())
            });
            let spans: Vec<DaySpan> = concerned.map(|part| part.effective).collect();
            self.on.or_else(|| nearest(&spans, probe.day()?))
        };
        let dated = |probe: &Probe| day(probe).and_then(|day| probe.clone().on(day));
        probes.iter().map(|probe| dated(probe).unwrap_or_else(|| probe.clone())).collect()
    }
}

// Where days are given, only what has a day can be asked; and both versions wrote many of the same
// cases.
fn once_each(probes: Vec<Probe>, before: &VersionSide, after: &VersionSide) -> Vec<Probe> {
    let mut known = BTreeSet::new();
    let mut once = Vec::new();
    for probe in probes {
        let dated = match before.on.or(after.on) {
            Some(day) => probe.on(day),
            None => Some(probe),
        };
        // A real event counts as one of many, however alike they are.
        if let Some(probe) = dated
            && (!probe.example || known.insert(probe.key()))
        {
            once.push(probe);
        }
    }
    once
}

// What both versions answered to a case.
struct ProbedCase<'a> {
    probe: &'a Probe,
    features: Traits,
    old: AnsweredFigures,
    new: AnsweredFigures,
}

// The figure before and after, and what that means.
type ProbeOutcome = (Option<Amount>, Option<Amount>, DifferenceKind);

impl ProbedCase<'_> {
    fn outcome(&self, key: &(String, String), taken: fn(&AnsweredFigure) -> Amount) -> ProbeOutcome {
        let (before, after) = (self.old.get(key), self.new.get(key));
        let (old, new) = (before.map(taken), after.map(taken));
        let kind = match (before, after) {
            (None, _) => DifferenceKind::Added,
            (_, None) => DifferenceKind::Removed,
            _ if old < new => DifferenceKind::Raised,
            _ if new < old => DifferenceKind::Lowered,
            (Some(a), Some(b)) if a.accounts != b.accounts => DifferenceKind::Moved,
            _ => DifferenceKind::Unchanged,
        };
        // To post nothing and to post a nought is the same to everyone.
        let nought = |amount: Option<Amount>| amount.is_none_or(|amount| amount == Amount::ZERO);
        (old, new, if nought(old) && nought(new) { DifferenceKind::Unchanged } else { kind })
    }
}

// What several accounts share is one figure, and what each of them gets in full is one, too: it is
// whichever needs fewer figures to say the same.
fn outcomes(cases: &[&ProbedCase<'_>], key: &(String, String)) -> Vec<ProbeOutcome> {
    let taken = |taken: fn(&AnsweredFigure) -> Amount| -> Vec<ProbeOutcome> {
        cases.iter().map(|one| one.outcome(key, taken)).collect()
    };
    let (whole, each) = (taken(AnsweredFigure::whole), taken(AnsweredFigure::each));
    let different = |outcomes: &[ProbeOutcome]| outcomes.iter().collect::<BTreeSet<_>>().len();
    if different(&each) < different(&whole) { each } else { whole }
}

fn changes(asked: &[ProbedCase<'_>]) -> Vec<FigureDifference> {
    let mut families: BTreeMap<_, Vec<&ProbedCase<'_>>> = BTreeMap::new();
    for one in asked {
        let family = (one.probe.point, one.probe.register(), one.probe.action());
        families.entry(family).or_default().push(one);
    }
    let mut changes = Vec::new();
    for (family, cases) in families {
        let keys: BTreeSet<_> = cases.iter().flat_map(|one| one.old.keys().chain(one.new.keys())).collect();
        keys.into_iter().for_each(|key| changes.extend(figures(family, &cases, key)));
    }
    changes.sort_by_key(|change| change.kind);
    changes
}

// The figures under one measure and tag. Cases that have none tell, too, which have one.
fn figures(
    (point, register, action): (&'static str, &str, &str),
    cases: &[&ProbedCase<'_>],
    key: &(String, String),
) -> Vec<FigureDifference> {
    let outcomes = outcomes(cases, key);
    let traits = cases.iter().map(|case| case.features.clone()).collect();
    let mut lines: Vec<FigureDifference> = Vec::new();
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| Some(*outcome).filter(|(old, new, _)| old.is_some() || new.is_some()))
        .collect();
    for ((case, one), outcome) in telling(traits, &told).into_iter().zip(cases).zip(&outcomes) {
        let (before, after, kind) = *outcome;
        let (old, new) = (one.old.get(key), one.new.get(key));
        let Some(said) = new.or(old) else { continue };
        let same =
            |line: &FigureDifference| line.case == case && (line.before, line.after, line.kind) == *outcome;
        let at = lines.iter().position(same).unwrap_or_else(|| {
            lines.push(FigureDifference {
                kind,
                point,
                register: register.to_owned(),
                action: action.to_owned(),
                case,
                measure: key.0.clone(),
                tag: key.1.clone(),
                before,
                after,
                rule: said.rule.clone(),
                clause: said.clause.clone(),
                clause_text: said.clause_text.clone(),
                source_before: old.map(|figure| figure.source.clone()),
                source_after: new.map(|figure| figure.source.clone()),
                examples: Vec::new(),
                events: 0,
            });
            lines.len() - 1
        });
        match one.probe.example {
            true if !lines[at].examples.contains(&one.probe.name) => {
                lines[at].examples.push(one.probe.name.clone());
            }
            true => {}
            false => lines[at].events += 1,
        }
    }
    lines
}
