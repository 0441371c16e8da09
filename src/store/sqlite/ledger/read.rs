//! Reads of one ledger: of pages, and of the rows beside them.

use super::{
    doing,
    row::{self, ORDER, POSTING, get},
    sums::{SumOf, SumRows, totals_of},
    tx::LedgerTx,
    wanted::Wanted,
};
use jiff::civil::Date;
use registrar_domain::{StoreError, Stored};
use registrar_ledger::{
    AccountEntries, Code, CountQuery, CountedEvent, EncodedPage, LedgerRead, Mark, OfRecord, Page, Posting,
    PostingQuery, Total, Unscored,
    model::page::{day_number, day_of},
};
use registrar_sdk::Amount;
use rusqlite::{OptionalExtension, Params, Row, ToSql, params, params_from_iter};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

impl LedgerTx<'_> {
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        let what = doing("reading the ledger");
        let mut statement = self.prepare_cached(sql).map_err(&what)?;
        let mut rows = statement.query(params).map_err(&what)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next().map_err(&what)? {
            out.push(read(row)?);
        }
        Ok(out)
    }
}

/// The conditions of a query on rows, and what is bound to them.
fn conditions(query: &PostingQuery) -> (String, Vec<Box<dyn ToSql>>) {
    let mut sql = " WHERE p.register = ?".to_owned();
    let mut bound: Vec<Box<dyn ToSql>> = vec![Box::new(query.register.clone())];
    let texts = [("p.measure", &query.measure), ("p.account", &query.account), ("p.tag", &query.tag)];
    for (column, value) in texts {
        if let Some(value) = value {
            sql.push_str(&format!(" AND {column} = ?"));
            bound.push(Box::new(value.clone()));
        }
    }
    if let Some((first, last)) = query.within {
        sql.push_str(" AND p.first >= ? AND p.last <= ?");
        bound.push(Box::new(first.to_string()));
        bound.push(Box::new(last.to_string()));
    }
    (sql, bound)
}

impl LedgerRead for LedgerTx<'_> {
    fn mark(&self) -> Stored<Mark> {
        let body: Option<String> = self
            .query_row("SELECT body FROM mark", [], |row| row.get(0))
            .optional()
            .map_err(doing("reading the ledger's mark"))?;
        body.map_or_else(|| Ok(Mark::default()), |text| row::from_json(&text))
    }

    fn postings(&self, query: &PostingQuery) -> Stored<Vec<Posting>> {
        let mut postings = Vec::new();
        self.in_pages(query, &mut |posting| postings.push(posting))?;
        postings.extend(self.postings_of_periods(query)?);
        Ok(postings)
    }

    fn postings_of_periods(&self, query: &PostingQuery) -> Stored<Vec<Posting>> {
        let (conditions, bound) = conditions(query);
        self.all(&format!("{POSTING}{conditions}{ORDER}"), params_from_iter(bound), row::posting)
    }

    fn totals_of_events(&self, query: &PostingQuery) -> Stored<Vec<Total>> {
        let query = PostingQuery { struck: false, ..query.clone() };
        self.settle()?;
        let mut sums = SumRows::new();
        self.sums_of_pages(&query, &mut sums)?;
        totals_of(sums)
    }

    fn count_owned(&self, of: &CountQuery) -> Stored<u64> {
        self.owned_of(of)
    }

    fn totals(&self, query: &PostingQuery) -> Stored<Vec<Total>> {
        let query = PostingQuery { struck: false, ..query.clone() };
        self.settle()?;
        let mut sums = SumRows::new();
        self.sums_of_pages(&query, &mut sums)?;
        let (conditions, bound) = conditions(&query);
        let sql = format!(
            "SELECT p.account, p.measure, p.tag, sum(p.amount) FROM posting p{conditions} \
             GROUP BY p.account, p.measure, p.tag"
        );
        let rows = self.all(&sql, params_from_iter(bound), |row| {
            Ok(((get(row, 0)?, get(row, 1)?, get(row, 2)?), get::<i64>(row, 3)?))
        })?;
        for (key, amount) in rows {
            *sums.entry(key).or_default() += i128::from(amount);
        }
        totals_of(sums)
    }

    fn totals_by_span(&self, query: &PostingQuery) -> Stored<Vec<(Total, (Date, Date))>> {
        self.settle()?;
        let mut sums = BTreeMap::<(SumOf, (Date, Date)), i128>::new();
        if let Some(wanted) = Wanted::of(self, query) {
            let (first, last) = wanted.days.unzip();
            let sql = "SELECT account, measure, tag, amount, first, last FROM sum WHERE register = ?1 \
                AND (?2 IS NULL OR measure = ?2) AND (?3 IS NULL OR account = ?3) \
                AND (?4 IS NULL OR tag = ?4) AND (?5 IS NULL OR (first >= ?5 AND last <= ?6))";
            let params = params![wanted.register, wanted.measure, wanted.account, wanted.tag, first, last];
            let name = |code: Code| self.names().text(code).map(|text| text.to_string());
            let rows = self.all(sql, params, |row| {
                let of = (
                    name(get(row, 0)?).unwrap_or_default(),
                    name(get(row, 1)?).unwrap_or_default(),
                    name(get(row, 2)?),
                );
                Ok(((of, (day_of(get(row, 4)?), day_of(get(row, 5)?))), get::<i64>(row, 3)?))
            })?;
            for (key, amount) in rows {
                *sums.entry(key).or_default() += i128::from(amount);
            }
        }
        let (conditions, bound) = conditions(query);
        let rows = self.all(&format!("{POSTING}{conditions}"), params_from_iter(bound), row::posting)?;
        for posting in rows {
            let key =
                ((posting.account.clone(), posting.measure.clone(), posting.tag.clone()), posting.days());
            *sums.entry(key).or_default() += i128::from(posting.amount.micros());
        }
        let total = |(((account, measure, tag), days), amount): (_, i128)| {
            let amount = i64::try_from(amount).map_err(|_| super::pages::beyond())?;
            Ok((Total { account, measure, tag, amount: Amount::from_micros(amount) }, days))
        };
        sums.into_iter().map(total).collect()
    }

    fn each(&self, visit: &mut dyn FnMut(&Posting) -> ControlFlow<()>) -> Stored<()> {
        let mut ended = false;
        self.each_page(None, &mut |page| {
            for item in page.items() {
                for posting in item.to_postings(self.names())? {
                    if visit(&posting).is_break() {
                        ended = true;
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if ended {
            return Ok(());
        }
        for posting in self.all(&format!("{POSTING}{ORDER}"), [], row::posting)? {
            if visit(&posting).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn adjustments(&self) -> Stored<Vec<Posting>> {
        self.all(&format!("{POSTING} WHERE p.kind = ?1{ORDER}"), [row::ADJUSTMENT], row::posting)
    }

    fn unscored(&self, register: Option<&str>) -> Stored<Vec<Unscored>> {
        let sql = "SELECT body FROM unscored WHERE ?1 IS NULL OR register = ?1 \
                   ORDER BY register, record IS NULL, record, first, last, made_for, measure";
        self.all(sql, [register], row::unscored)
    }

    fn range(&self, register: &str) -> Stored<Option<(Date, Date)>> {
        self.settle()?;
        let Some(register) = self.names().known(register) else { return Ok(None) };
        let days: (Option<i32>, Option<i32>) = self
            .prepare_cached("SELECT min(day), max(day) FROM live WHERE register = ?1")
            .and_then(|mut s| s.query_row([register], |row| Ok((row.get(0)?, row.get(1)?))))
            .map_err(doing("reading the ledger's days"))?;
        Ok(days.0.zip(days.1).map(|(first, last)| (day_of(first), day_of(last))))
    }

    fn registers(&self) -> Stored<Vec<String>> {
        self.settle()?;
        let sql = "SELECT register FROM live UNION SELECT register FROM sum";
        let codes = self.all(sql, [], |row| get::<Code>(row, 0))?;
        let mut registers: BTreeSet<String> =
            codes.into_iter().filter_map(|code| Some(self.names().text(code)?.to_string())).collect();
        registers.extend(self.all("SELECT DISTINCT register FROM posting", [], |row| get(row, 0))?);
        Ok(registers.into_iter().collect())
    }

    fn of_record(&self, key: u64) -> Stored<OfRecord> {
        self.with_page(key, |page, _| match page.item(key) {
            Some(item) => Ok((item.to_entries(self.names()), item.to_postings(self.names())?)),
            None => Ok(OfRecord::default()),
        })?
    }

    fn owned(&self, register: &str, account: &str, first: Date, last: Date) -> Stored<Vec<CountedEvent>> {
        let mut owned = Vec::new();
        self.entries(register, (first, last), &mut |entry| {
            if entry.owners.iter().any(|owner| owner == account) {
                owned.push(entry);
            }
        })?;
        owned.sort_by_key(|entry| (entry.on, entry.seq));
        Ok(owned)
    }

    fn gather(&self, register: &str, measure: &str, days: (Date, Date)) -> Stored<AccountEntries> {
        let mut gathered = AccountEntries::default();
        self.entries(register, days, &mut |entry| {
            for owner in &entry.owners {
                gathered.entries.entry(owner.clone()).or_default().push(entry.clone());
            }
        })?;
        for entries in gathered.entries.values_mut() {
            entries.sort_by_key(|entry| (entry.on, entry.seq));
        }
        let query = PostingQuery {
            register: register.to_owned(),
            measure: Some(measure.to_owned()),
            within: Some(days),
            ..PostingQuery::default()
        };
        for posting in self.postings(&query)? {
            gathered.postings.entry(posting.account.clone()).or_default().push(posting);
        }
        Ok(gathered)
    }

    fn pages(&self) -> Stored<Vec<(u64, u64)>> {
        self.settle()?;
        let sql = "SELECT first, last FROM page ORDER BY first";
        self.all(sql, [], |row| Ok((get::<i64>(row, 0)? as u64, get::<i64>(row, 1)? as u64)))
    }

    fn page(&self, first: u64) -> Stored<Page> {
        self.settle()?;
        Ok(self.stored(first)?.unwrap_or_default())
    }

    fn packed_page(&self, first: u64) -> Stored<EncodedPage> {
        self.settle()?;
        let sql = "SELECT last, first_day, last_day, body FROM page WHERE first = ?1";
        let read = |row: &Row<'_>| {
            let (first_day, last_day): (Option<i32>, Option<i32>) = (get(row, 1)?, get(row, 2)?);
            let keys = (first, get::<i64>(row, 0)? as u64);
            Ok(EncodedPage {
                keys,
                days: first_day.zip(last_day),
                bytes: get(row, 3)?,
                ..EncodedPage::default()
            })
        };
        let found = self.all(sql, [first as i64], read)?.pop();
        found.ok_or_else(|| StoreError::Damaged(format!("the ledger has no page {first}")))
    }
}

impl LedgerTx<'_> {
    fn entries(&self, register: &str, days: (Date, Date), visit: &mut dyn FnMut(CountedEvent)) -> Stored<()> {
        let Some(register) = self.names().known(register) else { return Ok(()) };
        let days = (day_number(days.0), day_number(days.1));
        self.each_page(Some(days), &mut |page| {
            for item in page.items().filter(|item| item.record.register == register) {
                for entry in item.entries.iter().filter(|e| days.0 <= e.on && e.on <= days.1) {
                    visit(item.entry(self.names(), entry));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }
}
