//! Writes of one ledger.

use super::{
    doing,
    row::{self, ADJUSTMENT, EVENT, ORDER, PERIOD, POSTING},
    tx::Tx,
};
use jiff::civil::Date;
use registrar_kernel::{
    Period,
    ledger::{Entry, LedgerRead, LedgerWrite, Mark, Origin, Posting, RuleRef, Unscored},
    storage::Stored,
};
use rusqlite::{Params, params};

impl Tx<'_> {
    fn put(&self, sql: &str, params: impl Params) -> Stored<()> {
        let what = doing("writing the ledger");
        self.prepare_cached(sql).map_err(&what)?.execute(params).map_err(&what)?;
        Ok(())
    }

    fn rule_key(&mut self, rule: &RuleRef) -> Stored<i64> {
        if let Some(key) = self.rules.get(rule) {
            return Ok(*key);
        }
        let body = row::json(rule)?;
        let what = doing("writing a rule of the ledger");
        // The update that changes nothing is what makes a known rule answer its key.
        let sql = "INSERT INTO rule (plugin, registration, body) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (body) DO UPDATE SET body = excluded.body RETURNING key";
        let key = self
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![rule.plugin, rule.registration, body], |row| row.get(0)))
            .map_err(what)?;
        self.rules.insert(rule.clone(), key);
        Ok(key)
    }

    fn put_posting(&mut self, posting: &Posting, made_for: Option<&str>) -> Stored<()> {
        let rule = self.rule_key(&posting.rule)?;
        let struck = posting.struck.as_ref().map(|rule| self.rule_key(rule)).transpose()?;
        let derived = posting.derived.as_ref().map(|rule| self.rule_key(rule)).transpose()?;
        let (kind, event, period) = match &posting.origin {
            Origin::Event(event) => (EVENT, Some(event), None),
            Origin::Period(period) => (PERIOD, None, Some(*period)),
            Origin::Adjustment(period) => (ADJUSTMENT, None, Some(*period)),
        };
        let (first, last) = posting.days();
        let data = if posting.data.is_nil() { None } else { Some(row::json(&posting.data)?) };
        let sql = "INSERT INTO posting (register, kind, record, seq, event, action, on_day, of_period, \
            of_first, of_last, made_for, span, first, last, account, measure, amount, tag, clause, data, \
            rule, place, part, struck, derived) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
            ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)";
        self.put(
            sql,
            params![
                posting.register,
                kind,
                event.map(|e| &e.record),
                event.map(|e| e.seq as i64),
                event.map(|e| &e.id),
                event.map(|e| &e.action),
                event.map(|e| e.on.to_string()),
                period.map(|p| p.to_string()),
                period.map(|p| p.first().to_string()),
                period.map(|p| p.last().to_string()),
                made_for,
                posting.span.map(|s| s.to_string()),
                first.to_string(),
                last.to_string(),
                posting.account,
                posting.measure,
                posting.amount.micros(),
                posting.tag,
                posting.clause,
                data,
                rule,
                posting.index,
                posting.part,
                struck,
                derived,
            ],
        )
    }

    fn put_unscored(&self, unscored: &Unscored, made_for: Option<&str>) -> Stored<()> {
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

impl LedgerWrite for Tx<'_> {
    fn clear(&mut self) -> Stored<()> {
        self.rules.clear();
        for table in ["mark", "posting", "entry", "owner", "unscored", "rule"] {
            self.put(&format!("DELETE FROM {table}"), [])?;
        }
        Ok(())
    }

    fn put_record(
        &mut self,
        register: &str,
        record: &str,
        entries: &[Entry],
        postings: &[Posting],
        unscored: Option<&Unscored>,
    ) -> Stored<()> {
        for old in self.entries_of(register, record)? {
            for owner in &old.owners {
                self.put(
                    "DELETE FROM owner WHERE register = ?1 AND account = ?2 AND on_day = ?3 AND seq = ?4",
                    params![register, owner, old.on.to_string(), old.seq as i64],
                )?;
            }
        }
        let key = params![register, record];
        self.put("DELETE FROM entry WHERE register = ?1 AND record = ?2", key)?;
        self.put("DELETE FROM posting WHERE register = ?1 AND record = ?2 AND kind = 0", key)?;
        self.put("DELETE FROM unscored WHERE register = ?1 AND record = ?2", key)?;
        for entry in entries {
            let on = entry.on.to_string();
            self.put(
                "INSERT INTO entry (seq, register, record, on_day, action, nth, owners) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    entry.seq as i64,
                    register,
                    record,
                    on,
                    entry.action,
                    entry.nth as i64,
                    row::json(&entry.owners)?
                ],
            )?;
            for owner in &entry.owners {
                self.put(
                    "INSERT INTO owner (register, account, on_day, seq) VALUES (?1, ?2, ?3, ?4)",
                    params![register, owner, on, entry.seq as i64],
                )?;
            }
        }
        for posting in postings {
            self.put_posting(posting, None)?;
        }
        unscored.map_or(Ok(()), |unscored| self.put_unscored(unscored, None))
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
        let which = "register = ?1 AND made_for = ?2 AND of_period = ?3 AND kind = 1";
        let before = self.all(
            &format!("{POSTING} WHERE p.register = ?1 AND p.made_for = ?2 AND p.of_period = ?3 AND p.kind = 1{ORDER}"),
            key,
            row::posting,
        )?;
        self.put(&format!("DELETE FROM posting WHERE {which}"), key)?;
        self.put("DELETE FROM unscored WHERE register = ?1 AND made_for = ?2 AND period = ?3", key)?;
        for posting in postings {
            self.put_posting(posting, Some(&made_for))?;
        }
        unscored.map_or(Ok(()), |unscored| self.put_unscored(unscored, Some(&made_for)))?;
        Ok(before)
    }

    fn drop_periods(&mut self, register: &str, outside: Option<(Date, Date)>) -> Stored<()> {
        let (first, last) = match outside {
            Some((first, last)) => (Some(first.to_string()), Some(last.to_string())),
            None => (None, None),
        };
        let key = params![register, first, last];
        self.put(
            "DELETE FROM posting WHERE register = ?1 AND kind = 1 \
             AND (?2 IS NULL OR of_last < ?2 OR of_first > ?3)",
            key,
        )?;
        self.put(
            "DELETE FROM unscored WHERE register = ?1 AND period IS NOT NULL \
             AND (?2 IS NULL OR last < ?2 OR first > ?3)",
            key,
        )
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
