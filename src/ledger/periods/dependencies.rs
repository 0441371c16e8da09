//! What the figures of periods depend on, declared once.
//!
//! A *figure* is what `score.period` comes to for one account under one measure in one period.
//! `FigureDependencies::of` says what it looks at, and that is the whole graph: which figures a change makes stale,
//! which follow from those, and what `explain` shows behind one are all answered from it. Whoever lets
//! rules look at something more says it there, and can't forget it elsewhere. Beside it a figure depends on
//! the rules and the directory (units, people, holidays, code tables); where those change, everything is
//! derived anew.

use crate::{
    model::posting::{Origin, Posting},
    periods::quota_window,
};
use jiff::civil::Date;
use registrar_domain::{Period, PeriodKind};
use std::collections::{BTreeMap, BTreeSet};

/// Something of an account, in a register, that figures look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FigureSource {
    /// The live events of its records.
    Events,
    /// Postings that events made.
    EventPostings,
    /// Postings that the scoring of periods of this kind made, its own or somebody else's.
    PeriodPostings(PeriodKind),
}

/// What a figure looks at: all of one source that lies within these days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FigureDependency {
    pub source: FigureSource,
    pub days: (Date, Date),
}

/// All that the figures of a period look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FigureDependencies(Vec<FigureDependency>);

impl FigureDependencies {
    /// What a figure of `period` looks at; `quotas` says whether its register has any.
    ///
    /// A figure never looks at what periods of its own size came to, so the small before the large is an
    /// order in which everything is there before it is looked at.
    pub fn of(period: Period, quotas: bool) -> FigureDependencies {
        let own = (period.first(), period.last());
        let mut reads = vec![
            FigureDependency { source: FigureSource::Events, days: own },
            FigureDependency { source: FigureSource::EventPostings, days: own },
        ];
        let smaller = PeriodKind::SCORED.into_iter().filter(|kind| *kind < period.kind());
        reads.extend(
            smaller.map(|kind| FigureDependency { source: FigureSource::PeriodPostings(kind), days: own }),
        );
        if quotas {
            let days = quota_window::reach(period);
            reads.push(FigureDependency { source: FigureSource::Events, days });
            reads.push(FigureDependency { source: FigureSource::EventPostings, days });
        }
        FigureDependencies(reads)
    }

    /// Whether a change is among what is looked at.
    fn see(&self, change: &SourceChange) -> bool {
        self.0.iter().any(|read| {
            read.source == change.source && read.days.0 <= change.days.0 && change.days.1 <= read.days.1
        })
    }

    /// Whether a posting is among what is looked at.
    pub fn see_posting(&self, posting: &Posting) -> bool {
        SourceChange::of_posting(posting).is_some_and(|change| self.see(&change))
    }
}

/// Something that went, came, or became other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourceChange {
    /// The register whose figures look at it.
    pub register: String,
    /// Whose it is.
    pub account: String,
    /// Of a posting: what it counts. An event is looked at under every measure.
    pub measure: Option<String>,
    /// The days that it belongs to.
    pub days: (Date, Date),
    pub source: FigureSource,
}

impl SourceChange {
    /// Of a live event of an owner's record.
    pub fn of_event(register: &str, owner: &str, on: Date) -> SourceChange {
        SourceChange {
            register: register.to_owned(),
            account: owner.to_owned(),
            measure: None,
            days: (on, on),
            source: FigureSource::Events,
        }
    }

    /// Of a posting; `None` for one that no figure looks at: an adjustment counts for no rule.
    pub fn of_posting(posting: &Posting) -> Option<SourceChange> {
        let source = match &posting.origin {
            Origin::Event(_) => FigureSource::EventPostings,
            Origin::Period(period) => FigureSource::PeriodPostings(period.kind()),
            Origin::Adjustment(_) => return None,
        };
        Some(SourceChange {
            register: posting.register.clone(),
            account: posting.account.clone(),
            measure: Some(posting.measure.clone()),
            days: posting.days(),
            source,
        })
    }
}

/// The figures of one register that are kept: which there are, and what each looks at.
pub(crate) struct FigureGraph {
    periods: Vec<(Period, FigureDependencies)>,
}

impl FigureGraph {
    /// Those of periods that share a day with `range`.
    pub fn within(kinds: impl Iterator<Item = PeriodKind>, range: (Date, Date), quotas: bool) -> FigureGraph {
        let periods = kinds.flat_map(|kind| Period::spanning(range.0, range.1, kind));
        FigureGraph {
            periods: periods.map(|period| (period, FigureDependencies::of(period, quotas))).collect(),
        }
    }

    /// The periods.
    pub fn periods(&self) -> impl Iterator<Item = Period> + '_ {
        self.periods.iter().map(|(period, _)| *period)
    }

    /// The periods whose figures look at what has changed.
    pub fn stale<'c>(&'c self, change: &'c SourceChange) -> impl Iterator<Item = Period> + 'c {
        self.periods.iter().filter(move |(_, reads)| reads.see(change)).map(|(period, _)| *period)
    }
}

/// Figures that are to be scored, in the order in which it is done: small periods first.
#[derive(Debug, Default)]
pub(crate) struct StaleFigures(BTreeMap<(Period, String, String), BTreeSet<String>>);

impl StaleFigures {
    /// Adds a figure.
    pub fn add(&mut self, period: Period, register: &str, measure: &str, account: &str) {
        self.0
            .entry((period, register.to_owned(), measure.to_owned()))
            .or_default()
            .insert(account.to_owned());
    }

    /// Takes out the next period of a register and measure, with the accounts.
    pub fn pop(&mut self) -> Option<((Period, String, String), BTreeSet<String>)> {
        self.0.pop_first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn stale(quotas: bool, source: FigureSource, days: (Date, Date)) -> String {
        let range = (date(2024, 1, 1), date(2024, 12, 31));
        let figures = FigureGraph::within(PeriodKind::SCORED.into_iter(), range, quotas);
        let change = SourceChange { register: "r".into(), account: "a".into(), measure: None, days, source };
        figures.stale(&change).map(|period| period.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_event_is_looked_at_by_the_periods_of_its_day() {
        let day = (date(2024, 5, 9), date(2024, 5, 9));
        assert_eq!(stale(false, FigureSource::Events, day), "2024-05 2024-05/2 2024-Q2 2024-H1 2024");
        assert_eq!(stale(false, FigureSource::EventPostings, day), "2024-05 2024-05/2 2024-Q2 2024-H1 2024");
    }

    #[test]
    fn what_a_period_came_to_is_looked_at_by_larger_ones_that_hold_it() {
        let month = (date(2024, 2, 1), date(2024, 2, 29));
        let of = |kind, days| stale(false, FigureSource::PeriodPostings(kind), days);
        assert_eq!(of(PeriodKind::Month, month), "2024-01/2 2024-Q1 2024-H1 2024");
        // March and April lie in two quarters.
        assert_eq!(of(PeriodKind::TwoMonth, (date(2024, 3, 1), date(2024, 4, 30))), "2024-H1 2024");
        // A month's posting to the year is no part of its quarter.
        assert_eq!(of(PeriodKind::Month, (date(2024, 1, 1), date(2024, 12, 31))), "2024");
        assert_eq!(of(PeriodKind::Year, (date(2024, 1, 1), date(2024, 12, 31))), "");
    }

    #[test]
    fn a_quota_may_look_at_the_year_before_and_at_all_of_its_year() {
        let day = (date(2023, 3, 9), date(2023, 3, 9));
        // A year that rolls to the end of February begins with March.
        assert_eq!(stale(true, FigureSource::Events, day), "2024-01 2024-02 2024-01/2");
        let day = (date(2024, 12, 9), date(2024, 12, 9));
        assert!(stale(true, FigureSource::Events, day).starts_with("2024-01 2024-02 "));
        assert_eq!(
            stale(true, FigureSource::PeriodPostings(PeriodKind::Month), day),
            stale(false, FigureSource::PeriodPostings(PeriodKind::Month), day)
        );
    }
}
