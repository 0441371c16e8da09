//! Which postings in pages a query wants, in the codes that pages have.

use super::tx::LedgerTx;
use registrar_domain::Stored;
use registrar_ledger::{
    Code, Posting, PostingQuery,
    model::page::{Item, PagePosting, day_number},
};
use std::ops::ControlFlow;

/// A query in codes.
pub(super) struct Wanted {
    pub(super) register: Code,
    pub(super) measure: Option<Code>,
    pub(super) account: Option<Code>,
    pub(super) tag: Option<Code>,
    pub(super) days: Option<(i32, i32)>,
    pub(super) struck: bool,
}

impl Wanted {
    pub(super) fn of(tx: &LedgerTx<'_>, query: &PostingQuery) -> Option<Wanted> {
        Some(Wanted {
            register: tx.names().known(&query.register)?,
            measure: tx.code(query.measure.as_deref())?,
            account: tx.code(query.account.as_deref())?,
            tag: tx.code(query.tag.as_deref())?,
            days: query.within.map(|(first, last)| (day_number(first), day_number(last))),
            struck: query.struck,
        })
    }

    fn holds(&self, tx: &LedgerTx<'_>, item: &Item<'_>, posting: &PagePosting) -> Stored<bool> {
        let same = |wanted: Option<Code>, code: Code| wanted.is_none_or(|wanted| wanted == code);
        if !(self.register == item.register(posting)
            && same(self.account, posting.account)
            && same(self.measure, posting.measure)
            && same(self.tag, posting.tag)
            && (self.struck || posting.struck == 0))
        {
            return Ok(false);
        }
        let Some((first, last)) = self.days else { return Ok(true) };
        let days = item.days(tx.names(), posting)?;
        Ok(first <= days.0 && days.1 <= last)
    }
}

impl LedgerTx<'_> {
    /// The postings in pages that fit, by record and in the order of the digest.
    pub(super) fn in_pages(&self, query: &PostingQuery, visit: &mut dyn FnMut(Posting)) -> Stored<()> {
        let Some(wanted) = Wanted::of(self, query) else { return Ok(()) };
        self.each_page(wanted.days, &mut |page| {
            for item in page.items() {
                let mut fits = false;
                for posting in item.postings {
                    fits |= wanted.holds(self, &item, posting)?;
                }
                if !fits {
                    continue;
                }
                let kept: Vec<PagePosting> = item.postings.to_vec();
                for posting in kept {
                    if !wanted.holds(self, &item, &posting)? {
                        continue;
                    }
                    visit(item.posting(self.names(), &posting)?);
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn code(&self, text: Option<&str>) -> Option<Option<Code>> {
        // A text without a code is in no page.
        text.map_or(Some(None), |text| self.names().known(text).map(Some))
    }
}
