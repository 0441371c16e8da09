//! What other rules do to the figures: before and after of every standing that moves, and why.
//!
//! Derives the second ledger aside and promotes nothing; `compare` compares the two.

pub mod causes;
pub mod compare;
mod sample;

use crate::{
    effect::causes::Why,
    error::LedgerError,
    rebuild::{derivation::Progress, ledger::Ledger, serving_ledger::ServingLedger},
    rules::dated_figures::FigureChange,
    scoring::scoring_context::{LedgerSource, RuleGeneration},
};
use compare::compare;
use registrar_domain::Period;
use registrar_sdk::{Amount, BilingualText};
use serde::{Deserialize, Serialize};

/// Something before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeAfter<T> {
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
    /// The declared figures that differ, and from when on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<FigureChange>,
    /// The standings that move, by register, measure, pool and period.
    pub standings: Vec<Moved>,
    /// What can't be scored by the others; as long as there is anything, they can't count.
    pub unscored: Vec<String>,
    /// Closed periods whose difference is carried to an open one.
    pub adjustments: Vec<AdjustmentChange>,
    /// Awards that change.
    pub awards: Vec<AwardChange>,
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
    pub rank: BeforeAfter<Option<i64>>,
    /// Its sum; none where it is not listed.
    pub amount: BeforeAfter<Option<Amount>>,
    /// Why it is out of the ranking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<BeforeAfter<Option<BilingualText>>>,
    /// What makes the difference in its sum; empty if only others moved.
    pub why: Vec<Why>,
}

/// A difference that a closed period hands on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AdjustmentChange {
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
pub struct AwardChange {
    /// The register.
    pub register: String,
    /// The period.
    pub period: Period,
    /// Who wins, each with the award and its clause, or why nobody can be chosen.
    pub winners: BeforeAfter<Vec<String>>,
}

impl AwardChange {
    /// What somebody has no longer, and what somebody has now.
    pub fn changes(&self) -> BeforeAfter<Vec<&str>> {
        fn without<'a>(some: &'a [String], others: &[String]) -> Vec<&'a str> {
            some.iter().filter(|one| !others.contains(one)).map(String::as_str).collect()
        }
        let BeforeAfter { before, after } = &self.winners;
        BeforeAfter { before: without(before, after), after: without(after, before) }
    }
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

impl Ledger {
    /// What these rules would do to the figures. Derives a ledger aside, which nobody else sees and
    /// which is gone afterwards; nothing that serves changes.
    ///
    /// # Errors
    /// The store failed.
    pub fn effect(
        &self,
        basis: &dyn LedgerSource,
        rules: &RuleGeneration,
        progress: Progress<'_>,
    ) -> Result<Effect, LedgerError> {
        self.catch_up(basis)?;
        let live = self.live.load_full();
        let store = self.derive_aside(basis, rules, progress)?;
        let after = ServingLedger { store, rules: rules.clone(), directory: live.directory.clone() };
        compare(basis, &live, &after)
    }
}
