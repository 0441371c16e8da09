//! Reads of one ledger.

use super::{
    doing,
    row::{self, ORDER, POSTING, day, get},
    tx::Tx,
};
use jiff::civil::Date;
use registrar_kernel::{
    ledger::{Entry, LedgerRead, Mark, Posting, PostingQuery, Total, Unscored},
    storage::Stored,
};
use registrar_sdk::Amount;
use rusqlite::{OptionalExtension, Params, Row, ToSql, params, params_from_iter};
use std::ops::ControlFlow;

impl Tx<'_> {
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

/// The conditions of a query, and what is bound to them.
fn conditions(query: &PostingQuery) -> (String, Vec<Box<dyn ToSql>>) {
    let mut sql = " WHERE p.register = ?".to_owned();
    let mut bound: Vec<Box<dyn ToSql>> = vec![Box::new(query.register.clone())];
    let texts = [
        (" AND p.measure = ?", &query.measure),
        (" AND p.account = ?", &query.account),
        (" AND p.tag = ?", &query.tag),
        (" AND p.kind = 0 AND p.record = ?", &query.record),
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            sql.push_str(condition);
            bound.push(Box::new(value.clone()));
        }
    }
    if let Some((first, last)) = query.within {
        sql.push_str(" AND p.first >= ? AND p.last <= ?");
        bound.push(Box::new(first.to_string()));
        bound.push(Box::new(last.to_string()));
    }
    if !query.struck {
        sql.push_str(" AND p.struck IS NULL");
    }
    (sql, bound)
}

const ENTRY: &str = "e.on_day, e.seq, e.record, e.action, e.nth, e.owners";

impl LedgerRead for Tx<'_> {
    fn mark(&self) -> Stored<Mark> {
        let body: Option<String> = self
            .query_row("SELECT body FROM mark", [], |row| row.get(0))
            .optional()
            .map_err(doing("reading the ledger's mark"))?;
        body.map_or_else(|| Ok(Mark::default()), |text| row::from_json(&text))
    }

    fn postings(&self, query: &PostingQuery) -> Stored<Vec<Posting>> {
        let (conditions, bound) = conditions(query);
        self.all(&format!("{POSTING}{conditions}{ORDER}"), params_from_iter(bound), row::posting)
    }

    fn totals(&self, query: &PostingQuery) -> Stored<Vec<Total>> {
        let query = PostingQuery { struck: false, ..query.clone() };
        let (conditions, bound) = conditions(&query);
        let sql = format!(
            "SELECT p.account, p.measure, p.tag, sum(p.amount) FROM posting p{conditions} \
             GROUP BY p.account, p.measure, p.tag ORDER BY p.account, p.measure, p.tag"
        );
        self.all(&sql, params_from_iter(bound), |row| {
            Ok(Total {
                account: get(row, 0)?,
                measure: get(row, 1)?,
                tag: get(row, 2)?,
                amount: Amount::from_micros(get(row, 3)?),
            })
        })
    }

    fn each(&self, visit: &mut dyn FnMut(&Posting) -> ControlFlow<()>) -> Stored<()> {
        let what = doing("reading the ledger");
        let mut statement = self.prepare_cached(&format!("{POSTING}{ORDER}")).map_err(&what)?;
        let mut rows = statement.query([]).map_err(&what)?;
        while let Some(row) = rows.next().map_err(&what)? {
            if visit(&row::posting(row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn unscored(&self, register: Option<&str>) -> Stored<Vec<Unscored>> {
        let sql = "SELECT body FROM unscored WHERE ?1 IS NULL OR register = ?1 \
                   ORDER BY register, record IS NULL, record, first, last, made_for, measure";
        self.all(sql, [register], row::unscored)
    }

    fn range(&self, register: &str) -> Stored<Option<(Date, Date)>> {
        let end = |order: &str| {
            let sql = format!("SELECT on_day FROM entry WHERE register = ?1 ORDER BY on_day {order} LIMIT 1");
            self.all(&sql, [register], |row| day(row, 0))
        };
        Ok(end("ASC")?.pop().zip(end("DESC")?.pop()))
    }

    fn registers(&self) -> Stored<Vec<String>> {
        // One look-up a register, where DISTINCT would walk over every event.
        let next = "SELECT register FROM entry WHERE register > ?1 ORDER BY register LIMIT 1";
        let mut registers: Vec<String> = Vec::new();
        loop {
            let after = registers.last().cloned().unwrap_or_default();
            match self.all(next, [after], |row| get::<String>(row, 0))?.pop() {
                Some(register) => registers.push(register),
                None => return Ok(registers),
            }
        }
    }

    fn entries_of(&self, register: &str, record: &str) -> Stored<Vec<Entry>> {
        let sql = format!(
            "SELECT {ENTRY} FROM entry e WHERE e.register = ?1 AND e.record = ?2 ORDER BY e.on_day, e.seq"
        );
        self.all(&sql, params![register, record], row::entry)
    }

    fn owned(&self, register: &str, account: &str, first: Date, last: Date) -> Stored<Vec<Entry>> {
        let sql = format!(
            "SELECT {ENTRY} FROM owner o JOIN entry e ON e.seq = o.seq \
             WHERE o.register = ?1 AND o.account = ?2 AND o.on_day BETWEEN ?3 AND ?4 ORDER BY o.on_day, o.seq"
        );
        self.all(&sql, params![register, account, first.to_string(), last.to_string()], row::entry)
    }
}
