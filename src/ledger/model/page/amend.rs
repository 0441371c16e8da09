//! A page some of whose events were derived anew: their postings take the place of those before.

use crate::model::{
    interner::{Code, Interner},
    page::{Item, Page, PageEntry, PagePosting, PageRecord, sums::PageSums},
};
use registrar_domain::Stored;
use std::collections::BTreeSet;

/// What was derived anew.
pub(crate) struct Amendment<'a> {
    /// Records with some of their events, which have postings in addition.
    pub rows: &'a Page,
    /// Records that are there anew, whole,
    pub whole: &'a Page,
    /// in the place of those with these keys, in order.
    pub odd: &'a [u64],
    /// Whether postings of a rule are there no more.
    pub gone: &'a dyn Fn(Code) -> bool,
}

/// What it made of a page.
#[derive(Default)]
pub(crate) struct Amended {
    /// The page.
    pub page: Page,
    /// What went, and what came in its place.
    pub before: PageSums,
    pub after: PageSums,
    /// Register, measure, account, first and last day of all postings that went or came.
    pub days: BTreeSet<(Code, Code, Code, i32, i32)>,
}

impl Page {
    /// The page with an amendment.
    ///
    /// # Errors
    /// A posting's span is no period.
    pub(crate) fn amended(&self, by: &Amendment<'_>, names: &Interner) -> Stored<Amended> {
        let mut amended = Amended::default();
        let (mut rows, mut whole) = (by.rows.items().peekable(), by.whole.items().peekable());
        for item in self.items() {
            let key = item.record.key;
            let fresh = rows.next_if(|fresh| fresh.record.key == key);
            if by.odd.binary_search(&key).is_ok() {
                amended.before.add(&item, names)?;
                amended.note(&item, names)?;
                if let Some(fresh) = whole.next_if(|fresh| fresh.record.key == key) {
                    amended.after.add(&fresh, names)?;
                    amended.note(&fresh, names)?;
                    amended.page.put_item(fresh);
                }
            } else if let Some(fresh) = fresh {
                amended.merge(item, fresh, by.gone, names)?;
            } else {
                amended.page.put_item(item);
            }
        }
        Ok(amended)
    }
}

impl Amended {
    fn note(&mut self, item: &Item<'_>, names: &Interner) -> Stored<()> {
        item.postings.iter().try_for_each(|posting| self.note_posting(item, posting, names))
    }

    fn note_posting(&mut self, item: &Item<'_>, posting: &PagePosting, names: &Interner) -> Stored<()> {
        let (first, last) = item.days(names, posting)?;
        self.days.insert((item.register(posting), posting.measure, posting.account, first, last));
        Ok(())
    }

    /// Puts a record behind the last one, with what some of its events have come to.
    fn merge(
        &mut self,
        item: Item<'_>,
        fresh: Item<'_>,
        gone: &dyn Fn(Code) -> bool,
        names: &Interner,
    ) -> Stored<()> {
        let from = self.page.postings.len();
        let id = self.page.put_text(item.page.text(item.record.id));
        // Which entry each of the fresh ones is; both are in the order in which they count.
        let mut places = Vec::with_capacity(fresh.entries.len());
        for (at, entry) in item.entries.iter().enumerate() {
            let anew = fresh.entries.get(places.len()).filter(|anew| anew.seq == entry.seq);
            let asked = anew.map_or(entry.asked, |anew| anew.asked);
            places.extend(anew.map(|_| at as u32));
            let id = self.page.put_text(item.page.text(entry.id));
            self.page.entries.push(PageEntry { id, asked, ..*entry });
        }
        for posting in item.postings {
            if gone(posting.rule) {
                self.before.add_posting(&item, posting, names)?;
                self.note_posting(&item, posting, names)?;
            } else {
                let data = self.page.put_text(item.page.text(posting.data));
                self.page.postings.push(PagePosting { data, ..*posting });
            }
        }
        for posting in fresh.postings {
            let Some(entry) = places.get(posting.entry as usize) else { continue };
            self.after.add_posting(&fresh, posting, names)?;
            self.note_posting(&fresh, posting, names)?;
            let data = self.page.put_text(fresh.page.text(posting.data));
            self.page.postings.push(PagePosting { entry: *entry, data, ..*posting });
        }
        self.page.postings[from..].sort_by_key(|posting| posting.entry);
        let postings = (self.page.postings.len() - from) as u32;
        self.page.records.push(PageRecord { id, postings, ..*item.record });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::page::{TextSlice, amend::*};

    const BLANK: PagePosting = PagePosting {
        entry: 0,
        account: 0,
        measure: 0,
        amount: 0,
        tag: 0,
        clause: 0,
        rule: 0,
        index: 0,
        part: 0,
        struck: 0,
        derived: 0,
        register: 0,
        span: 0,
        data: TextSlice { at: 0, len: 0 },
    };

    /// Place in the log, who was asked, and postings: account, rule and amount.
    type Entry<'a> = (u64, u32, &'a [(u32, u32, i64)]);

    /// A page of records by their keys.
    fn page(records: &[(u64, &[Entry<'_>])]) -> Page {
        let mut page = Page::default();
        for (key, entries) in records {
            let id = page.put_text(&format!("r{key}"));
            let before = page.postings.len();
            for (at, (seq, asked, postings)) in entries.iter().enumerate() {
                let id = page.put_text(&format!("e{seq}"));
                page.entries.push(PageEntry { seq: *seq, on: 19_000, action: 1, nth: 1, id, asked: *asked });
                page.postings.extend(postings.iter().map(|(account, rule, amount)| PagePosting {
                    entry: at as u32,
                    account: *account,
                    rule: *rule,
                    amount: *amount,
                    ..BLANK
                }));
            }
            let (entries, postings) = (entries.len() as u32, (page.postings.len() - before) as u32);
            page.records.push(PageRecord { key: *key, register: 1, id, owners: 0, entries, postings });
        }
        page
    }

    #[test]
    fn fresh_postings_take_the_place_of_those_that_are_gone_and_others_stay() {
        let old = page(&[
            (1, &[(10, 5, &[(7, 1, 100)]), (11, 6, &[(7, 2, 200), (8, 3, 300)])]),
            (2, &[(12, 5, &[(7, 1, 400)])]),
            (3, &[(13, 6, &[(9, 2, 500)])]),
        ]);
        // Rule 2 is gone; of record 1 the second event was asked about again, record 3 is there anew.
        let rows = page(&[(1, &[(11, 9, &[(7, 4, 250)])])]);
        let whole = page(&[(3, &[(13, 0, &[(9, 4, 550)])])]);
        let amendment = Amendment { rows: &rows, whole: &whole, odd: &[3], gone: &|rule| rule == 2 };
        let names = Interner::default();
        let Amended { page: new, before, after, days } = old.amended(&amendment, &names).unwrap();
        let expected = page(&[
            (1, &[(10, 5, &[(7, 1, 100)]), (11, 9, &[(8, 3, 300), (7, 4, 250)])]),
            (2, &[(12, 5, &[(7, 1, 400)])]),
            (3, &[(13, 0, &[(9, 4, 550)])]),
        ]);
        assert_eq!((&new.entries, &new.postings), (&expected.entries, &expected.postings));
        let ids: Vec<_> = new.items().map(|item| item.id().to_owned()).collect();
        assert_eq!(ids, ["r1", "r2", "r3"]);
        // What went and came is told, and nothing else: of records there anew also their events.
        let sums = |sums: &PageSums| {
            let mut sums: Vec<_> = sums.postings.iter().map(|(key, sum)| (key.2, sum.0)).collect();
            sums.sort_unstable();
            sums
        };
        assert_eq!((sums(&before), sums(&after)), (vec![(7, 200), (9, 500)], vec![(7, 250), (9, 550)]));
        assert_eq!((before.live.len(), after.live.len()), (1, 1));
        assert_eq!(days.iter().map(|day| day.2).collect::<Vec<_>>(), [7, 9]);
    }
}
