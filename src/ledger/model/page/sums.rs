//! What records come to: sums of their postings by month, how many live events a day has, and how many of which
//! action an account has in a month.

use crate::model::{
    interner::{Code, Interner},
    page::{Item, Page, PagePosting, day_of},
};
use foldhash::fast::RandomState;
use registrar_domain::Stored;
use std::collections::HashMap;

/// What sums are kept of: register, measure, account, tag (codes), first and last day.
pub type SumKey = (Code, Code, Code, Code, i32, i32);

/// What events are counted of: register, owner, action (codes), whether the record had one of the action before, and
/// the first day of the month.
pub type CountKey = (Code, Code, Code, bool, i32);

/// What records come to.
#[derive(Debug, Default)]
pub struct PageSums {
    /// Sum and count of postings that count.
    pub postings: HashMap<SumKey, (i128, i64), RandomState>,
    /// Live events by register and day.
    pub live: HashMap<(Code, i32), i64, RandomState>,
    /// Live events of each owner by action and month.
    pub owned: HashMap<CountKey, i64, RandomState>,
    /// The codes of a record's owners, by the code of all of them.
    owners: HashMap<Code, Vec<Code>, RandomState>,
    /// Months by a day of theirs, as far as they were looked up.
    months: HashMap<i32, (i32, i32), RandomState>,
}

impl PageSums {
    /// Of all records of a page.
    ///
    /// # Errors
    /// It names what is not among the names.
    pub fn of(page: &Page, names: &Interner) -> Stored<PageSums> {
        let mut sums = PageSums::default();
        page.items().try_for_each(|item| sums.add(&item, names))?;
        Ok(sums)
    }

    /// Adds a record.
    ///
    /// # Errors
    /// It names what is not among the names.
    pub fn add(&mut self, item: &Item<'_>, names: &Interner) -> Stored<()> {
        let all = item.record.owners;
        let codes = || item.owners(names).iter().map(|owner| names.code(owner)).collect();
        let owners = self.owners.entry(all).or_insert_with(codes);
        for entry in item.entries {
            *self.live.entry((item.record.register, entry.on)).or_default() += 1;
            let month = self.months.entry(entry.on).or_insert_with(|| month_of(entry.on)).0;
            for owner in owners.iter() {
                let key = (item.record.register, *owner, entry.action, entry.nth > 1, month);
                *self.owned.entry(key).or_default() += 1;
            }
        }
        item.postings.iter().try_for_each(|posting| self.add_posting(item, posting, names))
    }

    /// Adds a posting of a record, if it counts.
    ///
    /// # Errors
    /// It names what is not among the names.
    pub fn add_posting(&mut self, item: &Item<'_>, posting: &PagePosting, names: &Interner) -> Stored<()> {
        if posting.struck != 0 {
            return Ok(());
        }
        let (mut first, mut last) = item.days(names, posting)?;
        if posting.span == 0 {
            (first, last) = *self.months.entry(first).or_insert_with(|| month_of(first));
        }
        let key = (item.register(posting), posting.measure, posting.account, posting.tag, first, last);
        let sum = self.postings.entry(key).or_default();
        *sum = (sum.0 + i128::from(posting.amount), sum.1 + 1);
        Ok(())
    }
}

/// The first and last day of a day's month.
pub fn month_of(day: i32) -> (i32, i32) {
    let date = day_of(day);
    (day - i32::from(date.day()) + 1, day - i32::from(date.day()) + i32::from(date.days_in_month()))
}
