//! Writes of one office in one transaction.

use super::{doing, row, tx::OfficeTx};
use registrar_domain::{
    Event, Record, StoreError, Stored, WriteTx,
    commitment::PersonalValue,
    event::Link,
    storage::{Bypass, Deadline, Delivery, LogHead, Receipt},
};
use registrar_sdk::value::Key;
use rusqlite::{OptionalExtension, Params, params};

impl OfficeTx<'_> {
    fn run(&self, what: &'static str, sql: &str, params: impl Params) -> Stored<usize> {
        self.prepare_cached(sql).and_then(|mut s| s.execute(params)).map_err(doing(what))
    }

    /// The key of a record's entry, made if there is none.
    fn entry(&self, register: &str, id: &str) -> Stored<i64> {
        let find = "SELECT key FROM entry WHERE office = ?1 AND register = ?2 AND id = ?3";
        let known = match self.noted_entry(register, id) {
            Some(noted) => noted,
            None => self
                .prepare_cached(find)
                .and_then(|mut s| {
                    s.query_row(params![self.office, register, id], |row| row.get(0)).optional()
                })
                .map_err(doing("finding a record"))?,
        };
        if let Some(key) = known {
            return Ok(key);
        }
        let make = "INSERT INTO entry (office, register, id) VALUES (?1, ?2, ?3)";
        self.run("making a record", make, params![self.office, register, id])?;
        let key = self.last_insert_rowid();
        self.note_entry(register, id, Some(key));
        Ok(key)
    }
}

impl WriteTx for OfficeTx<'_> {
    fn append(&mut self, event: &Event, stored: &[u8], link: &Link) -> Stored<()> {
        let entry = self.entry(&event.register, &event.record)?;
        let sql = "INSERT INTO event (place, office, entry, dead, id, link, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let place = self.place(event.seq);
        let params = params![place, self.office, entry, event.dead, event.id, link.as_slice(), stored];
        let done = self.prepare_cached(sql).and_then(|mut s| s.execute(params));
        match done {
            Ok(_) => {
                self.head = LogHead { seq: event.seq, link: *link };
                Ok(())
            }
            Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
                Err(StoreError::DuplicateEvent(event.id.clone()))
            }
            Err(e) => Err(doing("appending an event")(e)),
        }
    }

    fn set_dead(&mut self, seq: u64, dead: bool) -> Stored<()> {
        let sql = "UPDATE event SET dead = ?2 WHERE place = ?1";
        self.run("marking an event", sql, params![self.place(seq), dead]).map(drop)
    }

    fn put_personal(&mut self, seq: u64, kept: &PersonalValue) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO personal (place, field, salt, value) VALUES (?1, ?2, ?3, ?4)";
        let params = params![self.place(seq), kept.field, kept.salt.as_slice(), kept.json];
        self.run("keeping a personal value", sql, params).map(drop)
    }

    fn forget_personal(&mut self, seq: u64, fields: &[Key]) -> Stored<()> {
        let sql = "DELETE FROM personal WHERE place = ?1 AND field = ?2";
        for field in fields {
            self.run("erasing a personal value", sql, params![self.place(seq), &**field])?;
        }
        // A hash of the request would tell whoever tries all values which it was.
        let sql =
            "UPDATE receipt SET request = zeroblob(32) WHERE office = ?1 AND first <= ?2 AND last >= ?2";
        self.run("erasing a receipt", sql, params![self.office, seq as i64]).map(drop)
    }

    fn put_bytes(&mut self, seq: u64, bytes: &[u8]) -> Stored<()> {
        let sql = "UPDATE event SET body = ?2 WHERE place = ?1";
        self.run("erasing in an event", sql, params![self.place(seq), bytes]).map(drop)
    }

    fn remove_file(&mut self, hash: &str) -> Stored<()> {
        let sql = "DELETE FROM file WHERE office = ?1 AND hash = ?2";
        self.run("erasing a file", sql, params![self.office, hash]).map(drop)
    }

    fn put_record(&mut self, record: &Record) -> Stored<()> {
        let fields = serde_json::to_string(&record.fields)
            .map_err(|e| StoreError::Failed { doing: "writing a record", why: e.to_string() })?;
        let (created, touched) = (record.created as i64, record.touched as i64);
        let noted = self.noted_entry(&record.register, &record.id);
        if let Some(Some(key)) = noted {
            let sql = "UPDATE entry SET stage = ?2, number = ?3, fields = ?4, created = ?5, touched = ?6
                WHERE key = ?1";
            let params = params![key, record.stage, record.number, fields, created, touched];
            return self.run("writing a record", sql, params).map(drop);
        }
        let sql = "INSERT INTO entry (office, register, id, stage, number, fields, created, touched)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (office, register, id) DO UPDATE SET stage = excluded.stage,
            number = excluded.number, fields = excluded.fields, created = excluded.created,
            touched = excluded.touched";
        let params = params![
            self.office,
            record.register,
            record.id,
            record.stage,
            record.number,
            fields,
            created,
            touched
        ];
        self.run("writing a record", sql, params)?;
        if noted == Some(None) {
            self.note_entry(&record.register, &record.id, Some(self.last_insert_rowid()));
        }
        Ok(())
    }

    fn remove_record(&mut self, register: &str, id: &str) -> Stored<()> {
        // The entry stays: its dead events hang on it.
        let sql = "UPDATE entry SET stage = '', number = NULL, fields = '{}', created = 0, touched = 0
            WHERE office = ?1 AND register = ?2 AND id = ?3";
        self.run("removing a record", sql, params![self.office, register, id]).map(drop)
    }

    fn put_words(&mut self, register: &str, id: &str, words: Option<&str>) -> Stored<()> {
        let key = self.entry(register, id)?;
        self.run("forgetting words", "DELETE FROM search WHERE rowid = ?1", [key])?;
        let Some(words) = words else { return Ok(()) };
        let sql = "INSERT INTO search (rowid, words) VALUES (?1, ?2)";
        self.run("noting words", sql, params![key, words]).map(drop)
    }

    fn put_file(&mut self, hash: &str, content: &[u8]) -> Stored<()> {
        let sql = "INSERT INTO file (office, hash, content) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.run("keeping a file", sql, params![self.office, hash, content]).map(drop)
    }

    fn next_in_sequence(&mut self, name: &str) -> Stored<i64> {
        let sql = "INSERT INTO sequence (office, name, value) VALUES (?1, ?2, 1)
            ON CONFLICT (office, name) DO UPDATE SET value = value + 1 RETURNING value";
        self.prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![self.office, name], |row| row.get(0)))
            .map_err(doing("counting on"))
    }

    fn put_deadline(&mut self, deadline: &Deadline) -> Stored<()> {
        let entry = self.entry(&deadline.register, &deadline.record)?;
        let sql = "INSERT OR REPLACE INTO deadline
            (office, entry, name, start, due, why, handler, event, state)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let params = params![
            self.office,
            entry,
            deadline.name,
            deadline.start.to_string(),
            deadline.due.to_string(),
            row::stored_text(&deadline.why),
            deadline.handler,
            deadline.event as i64,
            row::state_number(deadline.state)
        ];
        self.run("writing a deadline", sql, params).map(drop)
    }

    fn remove_deadline(&mut self, register: &str, record: &str, name: &str) -> Stored<()> {
        let sql = "DELETE FROM deadline WHERE name = ?4 AND entry =
            (SELECT key FROM entry WHERE office = ?1 AND register = ?2 AND id = ?3)";
        self.run("removing a deadline", sql, params![self.office, register, record, name]).map(drop)
    }

    fn set_cursor(&mut self, name: &str, seq: u64) -> Stored<()> {
        let sql = "INSERT INTO cursor (office, name, seq) VALUES (?1, ?2, ?3)
            ON CONFLICT (office, name) DO UPDATE SET seq = excluded.seq";
        self.run("moving a cursor", sql, params![self.office, name, seq as i64]).map(drop)
    }

    fn put_outbox(&mut self, seq: u64) -> Stored<()> {
        let sql = "INSERT OR IGNORE INTO outbox (office, seq) VALUES (?1, ?2)";
        self.run("writing the outbox", sql, params![self.office, seq as i64]).map(drop)
    }

    fn put_delivery(&mut self, delivery: &Delivery) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO delivery (office, handler, seq, attempts, next_at, error)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let params = params![
            self.office,
            delivery.handler,
            delivery.seq as i64,
            delivery.attempts,
            delivery.next_at,
            delivery.error
        ];
        self.run("writing a delivery", sql, params).map(drop)
    }

    fn remove_delivery(&mut self, handler: &str, seq: u64) -> Stored<()> {
        let sql = "DELETE FROM delivery WHERE office = ?1 AND handler = ?2 AND seq = ?3";
        self.run("removing a delivery", sql, params![self.office, handler, seq as i64]).map(drop)
    }

    fn put_receipt(&mut self, key: &str, receipt: &Receipt) -> Stored<()> {
        let sql = "INSERT INTO receipt (office, key, request, first, last) VALUES (?1, ?2, ?3, ?4, ?5)";
        let params =
            params![self.office, key, receipt.request.as_slice(), receipt.first as i64, receipt.last as i64];
        self.run("writing a receipt", sql, params).map(drop)
    }

    fn put_bypass(&mut self, bypass: &Bypass) -> Stored<()> {
        let sql =
            "INSERT OR REPLACE INTO bypass (office, plugin, until, reason, by) VALUES (?1, ?2, ?3, ?4, ?5)";
        let params = params![self.office, bypass.plugin, bypass.until.to_string(), bypass.reason, bypass.by];
        self.run("writing a bypass", sql, params).map(drop)
    }

    fn commit(self: Box<Self>) -> Stored<()> {
        OfficeTx::commit(*self)
    }
}
