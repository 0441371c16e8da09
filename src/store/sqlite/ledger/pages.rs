//! Pages of a ledger in a transaction: which are at hand, which have changed, what they add up to.
//!
//! Pages that change are kept decoded until the transaction ends or something looks at them all.

use super::{
    doing,
    page_cache::{OpenPage, PageCache},
    row,
    tx::LedgerTx,
};
use registrar_domain::{StoreError, Stored};
use registrar_ledger::{EncodedPage, Page, PageSums, model::page::RECORDS};
use rusqlite::{OptionalExtension, params};
use std::ops::ControlFlow;

/// Pages held before they are written.
const MOST: usize = 64;

impl LedgerTx<'_> {
    /// Shows the page in which a record is, or would be, decoded.
    pub(super) fn with_page<T>(&self, key: u64, look: impl FnOnce(&mut Page, &mut bool) -> T) -> Stored<T> {
        let first = self.first_of(key)?;
        let mut desk = self.desk.borrow_mut();
        if !desk.pages.contains_key(&first) {
            if desk.pages.len() >= MOST {
                drop(desk);
                self.put_away()?;
                desk = self.desk.borrow_mut();
            }
            let page = self.stored(first)?.unwrap_or_default();
            desk.pages.insert(first, OpenPage { page, changed: false });
        }
        match desk.pages.get_mut(&first) {
            Some(open) => Ok(look(&mut open.page, &mut open.changed)),
            None => Err(StoreError::Damaged("a page of the ledger went away".to_owned())),
        }
    }

    // Records before the first page go into it, so that pages never overlap.
    fn first_of(&self, key: u64) -> Stored<u64> {
        let what = doing("finding a page of the ledger");
        let before = "SELECT max(first) FROM page WHERE first <= ?1";
        let found: Option<i64> = self
            .prepare_cached(before)
            .and_then(|mut s| s.query_row([key as i64], |row| row.get(0)))
            .map_err(&what)?;
        let at_hand = self.desk.borrow().pages.range(..=key).next_back().map(|(first, _)| *first);
        if let Some(first) = found.map(|first| first as u64).max(at_hand) {
            return Ok(first);
        }
        let all = "SELECT min(first) FROM page";
        let first: Option<i64> =
            self.prepare_cached(all).and_then(|mut s| s.query_row([], |row| row.get(0))).map_err(&what)?;
        let at_hand = self.desk.borrow().pages.keys().next().copied();
        let first = first.map(|first| first as u64).into_iter().chain(at_hand).min();
        Ok(first.unwrap_or(key))
    }

    pub(super) fn stored(&self, first: u64) -> Stored<Option<Page>> {
        let body: Option<Vec<u8>> = self
            .prepare_cached("SELECT body FROM page WHERE first = ?1")
            .and_then(|mut s| s.query_row([first as i64], |row| row.get(0)).optional())
            .map_err(doing("reading a page of the ledger"))?;
        body.map(|body| Page::read(&body)).transpose()
    }

    /// Notes what something added to the sums, or took away.
    pub(super) fn add_up(&self, sums: &PageSums, times: i64) {
        let mut desk = self.desk.borrow_mut();
        for (key, (amount, count)) in &sums.postings {
            let sum = desk.sums.entry(*key).or_default();
            *sum = (sum.0 + amount * i128::from(times), sum.1 + count * times);
        }
        for (key, count) in &sums.live {
            *desk.live.entry(*key).or_default() += count * times;
        }
        for (key, count) in &sums.owned {
            *desk.owned.entry(*key).or_default() += count * times;
        }
    }

    /// Writes the pages that changed, and forgets those at hand.
    fn put_away(&self) -> Stored<()> {
        let pages = std::mem::take(&mut self.desk.borrow_mut().pages);
        for (first, OpenPage { page, changed }) in pages {
            if !changed {
                continue;
            }
            self.put("DELETE FROM page WHERE first = ?1", [first as i64])?;
            let count = page.records.len();
            // Halves, until each is of the usual size: one more record would else move them all.
            let parts = if count > RECORDS * 2 { count.div_ceil(RECORDS) } else { usize::from(count > 0) };
            for part in 0..parts {
                let range = count * part / parts..count * (part + 1) / parts;
                let piece = if parts == 1 { None } else { Some(page.part(range)) };
                self.write_page(&piece.as_ref().unwrap_or(&page).pack(self.names())?)?;
            }
        }
        Ok(())
    }

    /// Writes a page as it is.
    pub(super) fn write_page(&self, packed: &EncodedPage) -> Stored<()> {
        let (first_day, last_day) = packed.days.unzip();
        let (first, last) = (packed.keys.0 as i64, packed.keys.1 as i64);
        self.put(
            "INSERT OR REPLACE INTO page (first, last, first_day, last_day, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![first, last, first_day, last_day, packed.bytes],
        )
    }

    /// Brings all that is stored up to what is at hand.
    pub(super) fn settle(&self) -> Stored<()> {
        self.put_away()?;
        let PageCache { sums, live, owned, .. } = {
            let mut desk = self.desk.borrow_mut();
            let pages = std::mem::take(&mut desk.pages);
            std::mem::replace(&mut *desk, PageCache { pages, ..PageCache::default() })
        };
        for ((register, measure, account, tag, first, last), (amount, count)) in sums {
            if (amount, count) == (0, 0) {
                continue;
            }
            let amount = i64::try_from(amount).map_err(|_| beyond())?;
            let key = params![register, measure, account, tag, first, last, amount, count];
            self.put(
                "INSERT INTO sum (register, measure, account, tag, first, last, amount, count) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE \
                 SET amount = amount + excluded.amount, count = count + excluded.count",
                key,
            )?;
            let key = params![register, measure, account, tag, first, last];
            self.put(
                "DELETE FROM sum WHERE register = ?1 AND measure = ?2 AND account = ?3 AND tag = ?4 \
                 AND first = ?5 AND last = ?6 AND count = 0",
                key,
            )?;
        }
        for ((register, day), count) in live.into_iter().filter(|(_, count)| *count != 0) {
            self.put(
                "INSERT INTO live (register, day, count) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET count = count + excluded.count",
                params![register, day, count],
            )?;
            self.put(
                "DELETE FROM live WHERE register = ?1 AND day = ?2 AND count = 0",
                params![register, day],
            )?;
        }
        for ((register, account, action, again, month), count) in owned {
            if count == 0 {
                continue;
            }
            self.put(
                "INSERT INTO owned (register, account, month, action, again, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                 ON CONFLICT DO UPDATE SET count = count + excluded.count",
                params![register, account, month, action, again, count],
            )?;
            self.put(
                "DELETE FROM owned WHERE register = ?1 AND account = ?2 AND month = ?3 AND action = ?4 AND again = ?5 \
                 AND count = 0",
                params![register, account, month, action, again],
            )?;
        }
        Ok(())
    }

    /// Shows all pages that share a day with these, or all.
    pub(super) fn each_page(
        &self,
        days: Option<(i32, i32)>,
        visit: &mut dyn FnMut(Page) -> Stored<ControlFlow<()>>,
    ) -> Stored<()> {
        self.settle()?;
        let what = doing("reading the ledger's pages");
        let (first, last) = days.unzip();
        let sql = "SELECT body FROM page \
                   WHERE ?1 IS NULL OR (last_day >= ?1 AND first_day <= ?2) ORDER BY first";
        let mut statement = self.prepare_cached(sql).map_err(&what)?;
        let mut rows = statement.query(params![first, last]).map_err(&what)?;
        while let Some(row) = rows.next().map_err(&what)? {
            let body = row.get_ref(0).map_err(&what)?;
            let bytes =
                body.as_blob().map_err(|e| StoreError::Damaged(format!("a page of the ledger: {e}")))?;
            if visit(Page::read(bytes)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Writes the names and rules that are new.
    pub(super) fn write_names(&self) -> Stored<()> {
        let count = |table: &str| -> Stored<usize> {
            let sql = format!("SELECT coalesce(max(code), 0) FROM {table}");
            let count: i64 =
                self.query_row(&sql, [], |row| row.get(0)).map_err(doing("counting the ledger's names"))?;
            Ok(count as usize)
        };
        let known = count("name")?;
        for (n, text) in self.names().texts_after(known).iter().enumerate() {
            let code = (known + n + 1) as i64;
            self.put("INSERT INTO name (code, body) VALUES (?1, ?2)", params![code, &**text])?;
        }
        let known = count("rule")?;
        for (n, rule) in self.names().rules_after(known).iter().enumerate() {
            let code = (known + n + 1) as i64;
            self.put("INSERT INTO rule (code, body) VALUES (?1, ?2)", params![code, row::json(&**rule)?])?;
        }
        Ok(())
    }
}

pub(super) fn beyond() -> StoreError {
    let why =
        "a sum of postings is beyond the range of amounts; void the event with the odd amount".to_owned();
    StoreError::Failed { doing: "adding up the ledger", why }
}
