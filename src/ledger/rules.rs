//! Rules as people look at them: which are in force when, what is wrong with their dates and
//! clauses, and how two versions differ. Scores nothing that counts.

use registrar_contract::payload::point;
use registrar_sdk::native::Typed;
mod answered_figures;
mod clauses;
pub mod dated_figures;
mod day_span;
pub mod difference_kind;
mod distinguishing;
mod double_counting;
pub mod list;
mod rule_part;
pub mod rule_settings;
pub mod test_cases;
mod unknown_names;
mod unused_figures;
pub mod version_diff;
pub mod version_side;
mod version_timeline;

pub use crate::rules::{
    dated_figures::{FigureChange, FigureLine, FiguresOf, changed_figures, figures, figures_between},
    difference_kind::DifferenceKind,
    list::{Listing, RuleLine, RuleState, list},
    rule_settings::{SettingLine, settings},
    test_cases::{Probe, of_examples, of_log},
    unknown_names::registers_of_all,
    version_diff::{Comparison, FigureDifference, compare},
    version_side::VersionSide,
};

use crate::rules::rule_part::RulePart;
use registrar_domain::Registers;
use registrar_host::{Handler, Host};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

/// The points whose handlers decide figures.
const DECIDING: [&str; 6] = [
    point::ScorePost::ID,
    point::ScoreReconcile::ID,
    point::ScorePeriod::ID,
    point::QuotaTarget::ID,
    point::RankOrder::ID,
    point::AwardSelect::ID,
];

/// Something about rules that is allowed and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Warning {
    /// The file, relative to the folder that holds the plugins.
    pub file: String,
    /// The line in it.
    pub line: u32,
    /// The plugin.
    pub plugin: String,
    /// What it is about.
    pub kind: WarningKind,
    /// What was found, and what to do about it.
    pub message: String,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningKind {
    /// Days between two versions of a rule on which none is in force.
    Gap,
    /// Two versions of a rule in force on one day.
    Overlap,
    /// Two handlers of one rule that begin on one day and do the same.
    SameStart,
    /// A rule that ends before it begins.
    NeverInForce,
    /// Two rules that count one thing.
    CountedTwice,
    /// A clause that the plugin's document does not have.
    UnknownClause,
    /// A figure that no file of its plugin names: another amount would change nothing.
    UnusedFigure,
    /// A register, action, measure, field or word that no register has.
    UnknownName,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl Warning {
    fn at(part: &RulePart, kind: WarningKind, message: String) -> Warning {
        Warning { file: part.file.clone(), line: part.line, plugin: part.plugin.clone(), kind, message }
    }
}

/// What is probably not meant among the rules that act here together, and within each rule set that
/// does not act; by file and line. `registers` are those that the handlers may name.
pub fn warnings(host: &Host, registers: &Registers) -> Vec<Warning> {
    let installed = host.installed();
    let (mut acting, mut idle) = (Vec::new(), BTreeMap::<String, Vec<RulePart>>::new());
    let generation = host.generation();
    for handler in &installed {
        match acts(host, handler) {
            true => acting.push(RulePart::new(handler, generation.terms.get(&handler.plugin.id))),
            false => idle.entry(handler.plugin.id.clone()).or_default().push(RulePart::new(handler, None)),
        }
    }
    let mut found = clauses::check(&installed);
    found.extend(unused_figures::check(&host.sources()));
    found.extend(unknown_names::check(&installed, registers));
    for together in std::iter::once(acting).chain(idle.into_values()) {
        found.extend(version_timeline::check(&together));
        found.extend(double_counting::check(&together));
    }
    found.sort();
    found.dedup();
    found
}

/// Those [`warnings`] that concern plugins that act here, on whatever days.
pub fn warnings_here(host: &Host, registers: &Registers) -> Vec<Warning> {
    let acting = host.installed().into_iter().filter(|handler| acts(host, handler));
    let acting: BTreeSet<String> = acting.map(|handler| handler.plugin.id.clone()).collect();
    let mut found = warnings(host, registers);
    found.retain(|warning| acting.contains(&warning.plugin));
    found
}

// Whether a handler is among those that serve.
fn acts(host: &Host, handler: &Arc<Handler>) -> bool {
    host.generation().handlers(handler.point).iter().any(|serving| Arc::ptr_eq(serving, handler))
}
