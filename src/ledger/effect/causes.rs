//! What makes the difference in an account's sum: which clauses, by how much, over how many events.

use crate::{
    effect::AdjustmentChange,
    model::{
        interner::{Code, Interner},
        page::{Item, PagePosting},
        posting::{Origin, Posting},
        storage::{LedgerRead, PostingQuery},
    },
    periods::period_close::closed_periods,
};
use jiff::civil::Date;
use registrar_domain::{Period, Stored};
use registrar_sdk::Amount;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One reason why a sum differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The clause that counts otherwise, if the rule names one.
    pub clause: Option<String>,
    /// What the plugin's document says there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause_text: Option<String>,
    /// The plugin whose rule it is; empty for the kernel's own adjustments.
    pub plugin: String,
    /// Where the rule is written, by the other rules; by those that count now if it is gone.
    pub source: String,
    /// By how much the sum differs through it.
    pub by: Amount,
    /// Over how many events; 0 for what belongs to a whole period.
    pub events: usize,
}

/// What a difference is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct DifferenceKey {
    plugin: String,
    clause: Option<String>,
    days: (Date, Date),
    /// The event's place in the log; none for a whole period's posting.
    event: Option<u64>,
}

/// What one clause of one plugin makes of a difference.
#[derive(Default)]
struct ClauseDifference<'a> {
    by: Amount,
    events: BTreeSet<u64>,
    source: &'a str,
}

/// Where postings of accounts differ.
#[derive(Default)]
pub(crate) struct Differences {
    by_account: BTreeMap<String, BTreeMap<DifferenceKey, (Amount, String)>>,
    adjusted: BTreeMap<(String, Vec<String>, Period), Amount>,
}

/// A ledger that is compared, with the names that its pages are in.
#[derive(Clone, Copy)]
pub(crate) struct ComparedLedger<'a> {
    pub read: &'a dyn LedgerRead,
    pub names: &'a Interner,
}

/// Where the postings of some accounts differ between two ledgers of one log. Both are gone through side by side, page
/// by page, so that no more is held than what differs.
pub(crate) fn differences(
    before: ComparedLedger<'_>,
    after: ComparedLedger<'_>,
    register: &str,
    measure: &str,
    accounts: &BTreeSet<String>,
) -> Stored<Differences> {
    let (mut found, mut window) = (Differences::default(), Differences::default());
    let (old, mut new) = (before.read.pages()?, after.read.pages()?.into_iter().peekable());
    let [of_old, of_new] =
        [before, after].map(|side| WantedPostings::of(side.names, register, measure, accounts));
    let take = |found: &mut Differences, side: ComparedLedger<'_>, page: u64, is_new: bool| {
        let wanted = if is_new { &of_new } else { &of_old };
        let page = side.read.page(page)?;
        for item in page.items() {
            for posting in item.postings.iter().filter(|posting| wanted.holds(&item, posting)) {
                found.add(&item.posting(side.names, posting)?, is_new);
            }
        }
        Stored::Ok(())
    };
    // Up to which key the new pages were gone through.
    let mut reached = 0;
    for (first, last) in old {
        take(&mut window, before, first, false)?;
        while let Some((first, last)) = new.next_if(|(first, _)| *first <= last) {
            take(&mut window, after, first, true)?;
            reached = last;
        }
        // Both sides have told all of these records; a page that reaches further is waited for.
        if reached <= last {
            found.extend(std::mem::take(&mut window));
        }
    }
    for (first, _) in new {
        take(&mut window, after, first, true)?;
    }
    found.extend(window);
    let query = PostingQuery {
        register: register.to_owned(),
        measure: Some(measure.to_owned()),
        ..PostingQuery::default()
    };
    for (side, is_new) in [(before, false), (after, true)] {
        for posting in side.read.postings_of_periods(&query)? {
            if accounts.contains(&posting.account) {
                found.add(&posting, is_new);
            }
        }
    }
    found.forget_equal();
    Ok(found)
}

/// Which postings in pages are compared, in codes.
struct WantedPostings {
    register: Code,
    measure: Code,
    accounts: BTreeSet<Code>,
}

impl WantedPostings {
    fn of(names: &Interner, register: &str, measure: &str, accounts: &BTreeSet<String>) -> WantedPostings {
        // A text without a code is in no page, and 0 stands for none.
        let known = |text: &str| names.known(text).unwrap_or_default();
        let accounts = accounts.iter().filter_map(|account| names.known(account)).collect();
        WantedPostings { register: known(register), measure: known(measure), accounts }
    }

    fn holds(&self, item: &Item<'_>, posting: &PagePosting) -> bool {
        posting.struck == 0
            && self.register == item.register(posting)
            && self.measure == posting.measure
            && self.accounts.contains(&posting.account)
    }
}

fn key(posting: &Posting) -> DifferenceKey {
    DifferenceKey {
        plugin: posting.rule.plugin.clone(),
        clause: posting.clause.clone(),
        days: posting.days(),
        event: posting.event().map(|event| event.seq),
    }
}

fn add(to: &mut Amount, amount: Amount) {
    // A sum past the range is refused where the standing is made.
    *to = Amount::from_micros(to.micros().saturating_add(amount.micros()));
}

impl Differences {
    /// Takes in a posting of the ledger after the change, or of the one before.
    fn add(&mut self, posting: &Posting, is_new: bool) {
        let amount = if is_new { posting.amount } else { -posting.amount };
        let own = self.by_account.entry(posting.account.clone()).or_default();
        let (sum, source) = own.entry(key(posting)).or_default();
        add(sum, amount);
        // What counts later is where someone looks.
        *source = posting.rule.place();
        if let Origin::Adjustment(period) = posting.origin {
            let closed = closed_periods(posting);
            // What is taken out of a closed period is put into an open one.
            if !closed.iter().any(|closed| closed.encloses(period)) {
                let closed = closed.iter().map(ToString::to_string).collect();
                add(self.adjusted.entry((posting.account.clone(), closed, period)).or_default(), amount);
            }
        }
    }

    /// Takes in what other records differ in.
    fn extend(&mut self, mut other: Differences) {
        other.forget_equal();
        for (account, own) in other.by_account {
            self.by_account.entry(account).or_default().extend(own);
        }
        self.adjusted.extend(other.adjusted);
    }

    /// Lets go what has come to the same on both sides.
    fn forget_equal(&mut self) {
        for own in self.by_account.values_mut() {
            own.retain(|_, (sum, _)| *sum != Amount::ZERO);
        }
        self.adjusted.retain(|_, sum| *sum != Amount::ZERO);
    }

    /// Why an account's sum in a period differs, the largest difference first.
    pub fn of(&self, account: &str, period: Period) -> Vec<Why> {
        let mut groups: BTreeMap<(&Option<String>, &str), ClauseDifference<'_>> = BTreeMap::new();
        let Some(found) = self.by_account.get(account) else { return Vec::new() };
        let inside =
            found.iter().filter(|(key, _)| period.first() <= key.days.0 && key.days.1 <= period.last());
        for (key, (amount, source)) in inside {
            let group = groups.entry((&key.clause, &key.plugin)).or_default();
            add(&mut group.by, *amount);
            group.events.extend(key.event);
            group.source = source;
        }
        let mut whys: Vec<Why> = groups
            .into_iter()
            .map(|((clause, plugin), group)| Why {
                clause: clause.clone(),
                clause_text: None,
                plugin: plugin.to_owned(),
                source: group.source.to_owned(),
                by: group.by,
                events: group.events.len(),
            })
            .collect();
        whys.sort_by_key(|why| std::cmp::Reverse(why.by.micros().unsigned_abs()));
        whys
    }

    /// What is carried from closed periods otherwise than before.
    pub fn adjusted(&self, register: &str, measure: &str) -> Vec<AdjustmentChange> {
        let of =
            |((account, closed, period), by): (&(String, Vec<String>, Period), &Amount)| AdjustmentChange {
                register: register.to_owned(),
                measure: measure.to_owned(),
                account: account.clone(),
                closed: closed.clone(),
                period: *period,
                by: *by,
            };
        self.adjusted.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    // Plugin, clause, days, event, by how much.
    type Line = (&'static str, &'static str, (Date, Date), Option<u64>, i64);

    fn found(lines: &[Line]) -> Differences {
        let mut differences = Differences::default();
        let own = differences.by_account.entry("a".to_owned()).or_default();
        for (plugin, clause, days, event, by) in lines {
            let (plugin, clause, days) = ((*plugin).to_owned(), Some((*clause).to_owned()), *days);
            let key = DifferenceKey { plugin, clause, days, event: *event };
            own.insert(key, (Amount::from_micros(*by * 1_000_000), "p/rules.lua:1".to_owned()));
        }
        differences
    }

    #[test]
    fn a_difference_is_told_by_clause_the_largest_first_within_its_days() {
        let day = |n| (date(2023, 2, n), date(2023, 2, n));
        let month = (date(2023, 2, 1), date(2023, 2, 28));
        let found = found(&[
            ("p", "art-1", day(3), Some(1), 2),
            ("p", "art-1", day(4), Some(2), 3),
            ("p", "art-2", month, None, -7),
            ("q", "art-1", day(5), Some(2), 1),
            ("p", "art-1", (date(2023, 3, 1), date(2023, 3, 1)), Some(9), 100),
        ]);
        let told = |period: &str| -> Vec<String> {
            let whys = found.of("a", period.parse().unwrap()).into_iter();
            whys.map(|why| format!("{} {} {} of {}", why.plugin, why.clause.unwrap(), why.by, why.events))
                .collect()
        };
        assert_eq!(told("2023-02"), ["p art-2 -7 of 0", "p art-1 5 of 2", "q art-1 1 of 1"]);
        assert_eq!(told("2023-Q1"), ["p art-1 105 of 3", "p art-2 -7 of 0", "q art-1 1 of 1"]);
        assert_eq!(told("2023-04"), Vec::<String>::new());
        assert!(found.of("b", "2023".parse().unwrap()).is_empty());
    }

    #[test]
    fn sums_past_the_range_stay_at_its_end() {
        let mut sum = Amount::from_micros(i64::MAX - 1);
        add(&mut sum, Amount::from_micros(5));
        assert_eq!(sum.micros(), i64::MAX);
    }
}
