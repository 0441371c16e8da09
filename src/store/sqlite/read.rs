//! Reads of one office.

use super::{
    condition::{DEADLINES, counting, fits, wanted_deadlines},
    doing, row,
    tx::OfficeTx,
    word_check,
};
use jiff::civil::Date;
use registrar_domain::{
    Event, ReadTx, Record, StoreError, Stored,
    commitment::PersonalValue,
    personal,
    storage::{
        Bypass, Deadline, DeadlineQuery, Delivery, LogHead, LogScan, Receipt, RecordQuery, Scanned,
        StoredEvent, WordCheck,
    },
};
use registrar_sdk::Value;
use rusqlite::{CachedStatement, OptionalExtension, Params, params, params_from_iter, types::Value as Sql};

/// A limit that no list reaches.
const ALL: i64 = i64::MAX;

fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(ALL)
}

impl OfficeTx<'_> {
    /// The personal values that are kept beside the event at a place.
    pub(super) fn personal(&self, place: i64) -> Stored<Vec<PersonalValue>> {
        let sql = "SELECT field, salt, value FROM personal WHERE place = ?1";
        row::all(self.prepare_cached(sql), [place], "reading personal values", |row| {
            let read = || Ok(PersonalValue { field: row.get(0)?, salt: row.get(1)?, json: row.get(2)? });
            read().map_err(doing("reading personal values"))
        })
    }

    /// Events, with their personal values in their places. Columns: body, dead, place.
    fn events(
        &self,
        statement: rusqlite::Result<CachedStatement<'_>>,
        params: impl Params,
        what: &'static str,
    ) -> Stored<Vec<Event>> {
        row::all(statement, params, what, |row| {
            let mut event = row::event(row)?;
            if !event.personal.is_empty() {
                let kept = self.personal(self.place(event.seq))?;
                event.take_back(kept).map_err(StoreError::Damaged)?;
            }
            Ok(event)
        })
    }
}

impl ReadTx for OfficeTx<'_> {
    fn head(&self) -> Stored<LogHead> {
        Ok(self.head)
    }

    fn event(&self, seq: u64) -> Stored<Option<Event>> {
        let sql = "SELECT body, dead, place FROM event WHERE place = ?1";
        Ok(self.events(self.prepare_cached(sql), [self.place(seq)], "reading an event")?.pop())
    }

    fn event_by_id(&self, id: &str) -> Stored<Option<Event>> {
        let sql = "SELECT body, dead, place FROM event WHERE office = ?1 AND id = ?2";
        Ok(self.events(self.prepare_cached(sql), params![self.office, id], "finding an event")?.pop())
    }

    fn events_by_id(&self, beginning: &str) -> Stored<Vec<Event>> {
        // A text after which nothing begins so: no character comes after the last one.
        let sql =
            "SELECT body, dead, place FROM event WHERE office = ?1 AND id >= ?2 AND id < ?3 ORDER BY place";
        let end = format!("{beginning}{}", char::MAX);
        self.events(self.prepare_cached(sql), params![self.office, beginning, end], "finding events")
    }

    fn events_after(&self, seq: u64, count: usize) -> Stored<Vec<Event>> {
        let sql =
            "SELECT body, dead, place FROM event WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3";
        let params = params![self.place(seq), self.end(), limit(count)];
        self.events(self.prepare_cached(sql), params, "reading the log")
    }

    fn stored_after(&self, seq: u64, count: usize) -> Stored<Vec<StoredEvent>> {
        let sql = "SELECT place, body, link, dead FROM event
            WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3";
        let params = params![self.place(seq), self.end(), limit(count)];
        row::all(self.prepare_cached(sql), params, "reading the log", |row| {
            let mut event = row::stored_event(row)?;
            if personal::is_spoken_of(&event.bytes) {
                event.personal = self.personal(self.place(event.seq))?;
            }
            Ok(event)
        })
    }

    fn events_of(&self, register: &str, record: &str) -> Stored<Vec<Event>> {
        let sql = "SELECT body, dead, place FROM event WHERE entry =
            (SELECT key FROM entry WHERE office = ?1 AND register = ?2 AND id = ?3) ORDER BY place";
        let params = params![self.office, register, record];
        self.events(self.prepare_cached(sql), params, "reading a record's events")
    }

    fn events_in(&self, register: &str, seq: u64, count: usize) -> Stored<Vec<Event>> {
        // The kernel's own registers have few events, which are looked up; others have many, and are
        // met on the way through the log.
        let sql = if register.starts_with('$') {
            "SELECT body, dead, place FROM event INDEXED BY event_entry WHERE place > ?3
             AND entry IN (SELECT key FROM entry WHERE office = ?1 AND register = ?2)
             ORDER BY place LIMIT ?5"
        } else {
            "SELECT body, dead, place FROM event WHERE place > ?3 AND place < ?4
             AND entry IN (SELECT key FROM entry WHERE office = ?1 AND register = ?2)
             ORDER BY place LIMIT ?5"
        };
        let params = params![self.office, register, self.place(seq), self.end(), limit(count)];
        self.events(self.prepare_cached(sql), params, "reading a register's events")
    }

    fn record_key(&self, register: &str, id: &str) -> Stored<Option<u64>> {
        let sql = "SELECT key FROM entry WHERE office = ?1 AND register = ?2 AND id = ?3";
        let key: Option<i64> = self
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![self.office, register, id], |row| row.get(0)).optional())
            .map_err(doing("finding a record"))?;
        Ok(key.map(|key| key as u64))
    }

    fn runs(&self, size: usize) -> Stored<Vec<(u64, u64)>> {
        // By the mean, since counting each record's events would cost as much as half of reading them.
        let sql = "SELECT (SELECT key FROM entry NOT INDEXED WHERE office = ?1 ORDER BY key LIMIT 1),
            (SELECT key FROM entry NOT INDEXED WHERE office = ?1 ORDER BY key DESC LIMIT 1)";
        let ends: (Option<i64>, Option<i64>) = self
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([self.office], |row| Ok((row.get(0)?, row.get(1)?))))
            .map_err(doing("parting the log"))?;
        let (Some(first), Some(last)) = ends else { return Ok(Vec::new()) };
        let (first, last) = (first as u64, last as u64);
        let step = ((last - first + 1) * size as u64 / self.head.seq.max(1)).max(1);
        let firsts = (first..=last).step_by(usize::try_from(step).unwrap_or(usize::MAX));
        Ok(firsts.map(|from| (from, (from + step - 1).min(last))).collect())
    }

    fn scan(&self, what: LogScan<'_>, visit: &mut dyn FnMut(Scanned<'_>) -> Stored<()>) -> Stored<()> {
        self.show(what, visit)
    }

    fn record(&self, register: &str, id: &str) -> Stored<Option<Record>> {
        let sql = "SELECT register, id, stage, number, fields, created, touched, key FROM entry
            WHERE office = ?1 AND register = ?2 AND id = ?3";
        let params = params![self.office, register, id];
        let mut key = None;
        let found = row::all(self.prepare_cached(sql), params, "reading a record", |row| {
            key = Some(row.get(7).map_err(doing("reading a record"))?);
            row::record(row)
        })?;
        self.note_entry(register, id, key);
        Ok(found.into_iter().next().filter(|record| record.created > 0))
    }

    fn records(&self, query: &RecordQuery) -> Stored<Vec<Record>> {
        let (condition, mut params) = fits(self.office, query);
        let order = if query.newest { "key DESC" } else { "id" };
        let mut sql = format!(
            "SELECT register, id, stage, number, fields, created, touched FROM entry WHERE {condition} ORDER BY {order}"
        );
        // What is looked at here and not in SQL can't be counted there.
        let (offset, wanted) = (query.offset, query.limit.unwrap_or(usize::MAX));
        let in_sql = query.fields.is_empty();
        if in_sql {
            sql.push_str(" LIMIT ? OFFSET ?");
            params.extend([Sql::Integer(limit(wanted)), Sql::Integer(limit(offset))]);
        }
        let mut found = Vec::new();
        let mut skipped = if in_sql { offset } else { 0 };
        let mut statement = self.prepare_cached(&sql).map_err(doing("finding records"))?;
        let mut rows = statement.query(params_from_iter(params)).map_err(doing("finding records"))?;
        while found.len() < wanted
            && let Some(row) = rows.next().map_err(doing("finding records"))?
        {
            let record = row::record(row)?;
            let same = |(name, value): &(String, Value)| {
                record.fields.get(name.as_str()).is_some_and(|there| there.same(value))
            };
            if !query.fields.iter().all(same) {
                continue;
            }
            if skipped < offset {
                skipped += 1;
                continue;
            }
            found.push(record);
        }
        Ok(found)
    }

    fn count_records(&self, query: &RecordQuery) -> Stored<u64> {
        if !query.fields.is_empty() {
            return Ok(self.records(&RecordQuery { limit: None, offset: 0, ..query.clone() })?.len() as u64);
        }
        let (sql, params) = counting(self.office, query);
        let count: i64 = self
            .prepare_cached(&sql)
            .and_then(|mut s| s.query_row(params_from_iter(params), |row| row.get(0)))
            .map_err(doing("counting records"))?;
        Ok(count as u64)
    }

    fn occupied_stages(&self) -> Stored<Vec<(String, String, u64)>> {
        let sql = "SELECT register, stage, count(*) FROM entry WHERE office = ?1 AND created > 0
            GROUP BY register, stage ORDER BY register, stage";
        row::all(self.prepare_cached(sql), [self.office], "counting stages", |row| {
            let read = || Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64));
            read().map_err(doing("counting stages"))
        })
    }

    fn deadlines(&self, query: &DeadlineQuery) -> Stored<Vec<Deadline>> {
        let (condition, params) = wanted_deadlines(self.office, query);
        let sql = format!("{DEADLINES} WHERE {condition} ORDER BY d.due, e.register, e.id, d.name");
        row::all(self.prepare_cached(&sql), params_from_iter(params), "reading deadlines", row::deadline)
    }

    fn file(&self, hash: &str) -> Stored<Option<Vec<u8>>> {
        let sql = "SELECT content FROM file WHERE office = ?1 AND hash = ?2";
        self.prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![self.office, hash], |row| row.get(0)).optional())
            .map_err(doing("reading a file"))
    }

    fn has_file(&self, hash: &str) -> Stored<bool> {
        let sql = "SELECT count(*) FROM file WHERE office = ?1 AND hash = ?2";
        self.prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![self.office, hash], |row| row.get::<_, i64>(0)))
            .map(|count| count > 0)
            .map_err(doing("looking for a file"))
    }

    fn speaks_of(&self, text: &str) -> Stored<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM event WHERE place > ?1 AND place < ?2 AND instr(body, CAST(?3 AS BLOB)))
            OR EXISTS (SELECT 1 FROM personal WHERE place > ?1 AND place < ?2 AND instr(value, ?3))";
        let params = params![self.place(0), self.end(), text];
        self.prepare_cached(sql)
            .and_then(|mut s| s.query_row(params, |row| row.get(0)))
            .map_err(doing("looking through the log"))
    }

    fn word_check(&self) -> Stored<Box<dyn WordCheck + '_>> {
        Ok(Box::new(word_check::FreshIndex::new(self)?))
    }

    fn cursor(&self, name: &str) -> Stored<Option<u64>> {
        let sql = "SELECT seq FROM cursor WHERE office = ?1 AND name = ?2";
        let seq = self
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![self.office, name], |row| row.get::<_, i64>(0)).optional())
            .map_err(doing("reading a cursor"))?;
        Ok(seq.map(|seq| seq as u64))
    }

    fn outbox_after(&self, seq: u64, count: usize) -> Stored<Vec<u64>> {
        let sql = "SELECT seq FROM outbox WHERE office = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
        let params = params![self.office, seq as i64, limit(count)];
        row::all(self.prepare_cached(sql), params, "reading the outbox", |row| {
            row.get::<_, i64>(0).map(|seq| seq as u64).map_err(doing("reading the outbox"))
        })
    }

    fn deliveries(&self, parked_only: bool) -> Stored<Vec<Delivery>> {
        let sql = "SELECT handler, seq, attempts, next_at, error FROM delivery
            WHERE office = ?1 AND (NOT ?2 OR next_at IS NULL) ORDER BY handler, seq";
        row::all(
            self.prepare_cached(sql),
            params![self.office, parked_only],
            "reading deliveries",
            row::delivery,
        )
    }

    fn sequence(&self, name: &str) -> Stored<i64> {
        let sql = "SELECT value FROM sequence WHERE office = ?1 AND name = ?2";
        let value = self
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![self.office, name], |row| row.get(0)).optional())
            .map_err(doing("reading a sequence"))?;
        Ok(value.unwrap_or(0))
    }

    fn receipt(&self, key: &str) -> Stored<Option<Receipt>> {
        let sql = "SELECT request, first, last FROM receipt WHERE office = ?1 AND key = ?2";
        Ok(row::all(self.prepare_cached(sql), params![self.office, key], "reading a receipt", row::receipt)?
            .pop())
    }

    fn bypasses(&self, on: Date) -> Stored<Vec<Bypass>> {
        let sql =
            "SELECT plugin, until, reason, by FROM bypass WHERE office = ?1 AND until >= ?2 ORDER BY plugin";
        row::all(
            self.prepare_cached(sql),
            params![self.office, on.to_string()],
            "reading bypasses",
            row::bypass,
        )
    }
}
