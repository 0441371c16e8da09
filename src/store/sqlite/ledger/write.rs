//! Writes of one ledger.

use super::{
    doing,
    file::TABLES_BESIDE_PAGES,
    row::{self, ADJUSTMENT, ORDER, PERIOD, POSTING},
    tx::LedgerTx,
};
use jiff::civil::Date;
use registrar_domain::{Period, StoreError, Stored};
use registrar_ledger::{
    CountedEvent, EncodedPage, LedgerWrite, Mark, Origin, Page, PageSums, Posting, Unscored,
};
use rusqlite::{Params, params};

impl LedgerTx<'_> {
    pub(super) fn put(&self, sql: &str, params: impl Params) -> Stored<()> {
        let what = doing("writing the ledger");
        self.prepare_cached(sql).map_err(&what)?.execute(params).map_err(&what)?;
        Ok(())
    }

    fn put_posting(&mut self, posting: &Posting, made: Option<(&str, &str)>) -> Stored<()> {
        let (kind, period) = match &posting.origin {
            Origin::Period(period) => (PERIOD, *period),
            Origin::Adjustment(period) => (ADJUSTMENT, *period),
            Origin::Event(event) => {
                let why = format!("a posting of the event {} is not of its record", event.id);
                return Err(StoreError::Failed { doing: "writing the ledger", why });
            }
        };
        let (first, last) = posting.days();
        let (made_in, made_for) = made.unzip();
        let sql = "INSERT INTO posting (register, kind, of_period, of_first, of_last, made_in, made_for, first, last, \
            account, measure, amount, tag, plugin, registration, place, body) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        self.put(
            sql,
            params![
                posting.register,
                kind,
                period.to_string(),
                period.first().to_string(),
                period.last().to_string(),
                made_in,
                made_for,
                first.to_string(),
                last.to_string(),
                posting.account,
                posting.measure,
                posting.amount.micros(),
                posting.tag,
                posting.rule.plugin,
                posting.rule.registration,
                posting.index,
                row::json(posting)?,
            ],
        )
    }

    fn insert_unscored(&self, unscored: &Unscored, made_for: Option<&str>) -> Stored<()> {
        let Unscored { register, record, period, measure, first, last, .. } = unscored;
        self.put(
            "INSERT INTO unscored (register, record, period, measure, made_for, first, last, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                register,
                record,
                period.map(|p| p.to_string()),
                measure,
                made_for,
                first.to_string(),
                last.to_string(),
                row::json(unscored)?,
            ],
        )
    }
}

impl LedgerWrite for LedgerTx<'_> {
    fn clear(&mut self) -> Stored<()> {
        self.desk.take();
        for table in TABLES_BESIDE_PAGES.iter().chain(&["page"]) {
            self.put(&format!("DELETE FROM {table}"), [])?;
        }
        Ok(())
    }

    fn put_record(
        &mut self,
        key: u64,
        register: &str,
        record: &str,
        entries: &[CountedEvent],
        postings: &[Posting],
        unscored: Option<&Unscored>,
    ) -> Stored<()> {
        let mut fresh = Page::default();
        if !entries.is_empty() {
            fresh.put_record(self.names(), key, (register, record), entries, postings)?;
        }
        let gone = self.with_page(key, |page, changed| {
            let mut gone = PageSums::default();
            match page.item(key) {
                Some(item) => gone.add(&item, self.names())?,
                None if fresh.records.is_empty() => return Ok(gone),
                None => {}
            }
            page.take_in(key, &fresh);
            *changed = true;
            Ok(gone)
        })??;
        self.add_up(&gone, -1);
        self.add_up(&PageSums::of(&fresh, self.names())?, 1);
        self.put("DELETE FROM unscored WHERE register = ?1 AND record = ?2", params![register, record])?;
        unscored.map_or(Ok(()), |unscored| self.insert_unscored(unscored, None))
    }

    fn put_page(&mut self, packed: EncodedPage, before: Option<PageSums>) -> Stored<()> {
        if let Some(before) = before {
            self.add_up(&before, -1);
        }
        self.add_up(&packed.sums, 1);
        self.write_page(&packed)
    }

    fn put_unscored(&mut self, unscored: &Unscored) -> Stored<()> {
        self.insert_unscored(unscored, None)
    }

    fn put_period(
        &mut self,
        register: &str,
        measure: &str,
        period: Period,
        account: &str,
        postings: &[Posting],
        unscored: Option<&Unscored>,
    ) -> Stored<Vec<Posting>> {
        // Under which measure it was scored, whatever measure an addition names.
        let made_for = format!("{measure} {account}");
        let name = period.to_string();
        let key = params![register, made_for, name];
        let which = "made_in = ?1 AND made_for = ?2 AND of_period = ?3 AND kind = 1";
        let before = self.all(&format!("{POSTING} WHERE {which}{ORDER}"), key, row::posting)?;
        self.put(&format!("DELETE FROM posting WHERE {which}"), key)?;
        self.put("DELETE FROM unscored WHERE register = ?1 AND made_for = ?2 AND period = ?3", key)?;
        for posting in postings {
            self.put_posting(posting, Some((register, &made_for)))?;
        }
        unscored.map_or(Ok(()), |unscored| self.insert_unscored(unscored, Some(&made_for)))?;
        Ok(before)
    }

    fn drop_periods(&mut self, register: &str, range: Option<(Date, Date)>) -> Stored<Vec<Posting>> {
        let (first, last) = range.map(|(first, last)| (first.to_string(), last.to_string())).unzip();
        let key = params![register, first, last];
        let which = "made_in = ?1 AND kind = 1 AND (?2 IS NULL OR of_last < ?2 OR of_first > ?3)";
        let gone = self.all(&format!("{POSTING} WHERE {which}{ORDER}"), key, row::posting)?;
        self.put(&format!("DELETE FROM posting WHERE {which}"), key)?;
        self.put(
            "DELETE FROM unscored WHERE register = ?1 AND period IS NOT NULL \
             AND (?2 IS NULL OR last < ?2 OR first > ?3)",
            key,
        )?;
        Ok(gone)
    }

    fn clear_periods(&mut self) -> Stored<()> {
        self.put("DELETE FROM posting WHERE kind = 1", [])?;
        self.put("DELETE FROM unscored WHERE period IS NOT NULL", [])
    }

    fn put_adjustments(&mut self, postings: &[Posting]) -> Stored<()> {
        self.put("DELETE FROM posting WHERE kind = 2", [])?;
        for posting in postings {
            self.put_posting(posting, None)?;
        }
        Ok(())
    }

    fn set_mark(&mut self, mark: &Mark) -> Stored<()> {
        self.put("INSERT OR REPLACE INTO mark (key, body) VALUES (0, ?1)", [row::json(mark)?])
    }

    fn commit(self: Box<Self>) -> Stored<()> {
        (*self).end()
    }
}
