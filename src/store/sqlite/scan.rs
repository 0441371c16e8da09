//! Shows parts of the log in the order of its records.
//!
//! An event lies where it was logged, near others of its record or far from them. Where most of what
//! lies between the first and the last that are wanted is wanted, all of it is read in one sweep and
//! put in order in memory; else each is looked up, which costs several times as much an event.

use super::{
    doing,
    tx::{OfficeTx, seq_of},
};
use registrar_domain::{
    StoreError, Stored, personal,
    storage::{LogScan, Scanned},
};
use rusqlite::{CachedStatement, Row, params, types::FromSqlError};
use std::borrow::Cow;

/// At most so many events are passed over for each that is wanted.
const PASSED_OVER: u64 = 2;

type Visit<'v> = dyn FnMut(Scanned<'_>) -> Stored<()> + 'v;

fn odd(error: FromSqlError) -> StoreError {
    StoreError::Damaged(format!("a row of the log: {error}"))
}

fn failed(error: rusqlite::Error) -> StoreError {
    doing("reading the log")(error)
}

fn number(row: &Row<'_>, column: usize) -> Stored<i64> {
    row.get_ref(column).map_err(failed)?.as_i64().map_err(odd)
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Stored<&'r str> {
    row.get_ref(column).map_err(failed)?.as_str().map_err(odd)
}

const RECORD: &str =
    "SELECT key, register, id, stage, number, fields, created, touched FROM entry NOT INDEXED";

fn show_record(row: &Row<'_>, visit: &mut Visit<'_>) -> Stored<()> {
    visit(Scanned::Record {
        key: number(row, 0)? as u64,
        register: text(row, 1)?,
        id: text(row, 2)?,
        stage: text(row, 3)?,
        number: row.get_ref(4).map_err(failed)?.as_str_or_null().map_err(odd)?,
        fields: text(row, 5)?,
        created: number(row, 6)? as u64,
        touched: number(row, 7)? as u64,
    })
}

impl OfficeTx<'_> {
    /// What [`registrar_domain::ReadTx::scan`] shows.
    pub(super) fn show(&self, what: LogScan<'_>, visit: &mut Visit<'_>) -> Stored<()> {
        match what {
            LogScan::Run(keys) => self.show_run(keys, visit),
            LogScan::Events(wanted) => self.show_events(wanted, visit),
        }
    }

    fn show_run(&self, keys: (u64, u64), visit: &mut Visit<'_>) -> Stored<()> {
        let wanted = self.events_between(keys)?;
        let mut events = self.events_at(&wanted)?;
        // By key, and not by an index of the whole office that would be sorted for each run.
        let sql = format!("{RECORD} WHERE office = ?1 AND key BETWEEN ?2 AND ?3 ORDER BY key");
        let mut records = self.prepare_cached(&sql).map_err(failed)?;
        let range = params![self.office, keys.0 as i64, keys.1 as i64];
        let mut records = records.query(range).map_err(failed)?;
        let mut at = 0;
        while let Some(row) = records.next().map_err(failed)? {
            let key = number(row, 0)? as u64;
            show_record(row, visit)?;
            while wanted.get(at).is_some_and(|(of, _)| *of == key) {
                events.show(at, visit)?;
                at += 1;
            }
        }
        Ok(())
    }

    fn show_events(&self, wanted: &[(u64, u64)], visit: &mut Visit<'_>) -> Stored<()> {
        let mut events = self.events_at(wanted)?;
        let sql = format!("{RECORD} WHERE office = ?1 AND key = ?2");
        let mut record = self.prepare_cached(&sql).map_err(failed)?;
        let mut at = 0;
        for of_one in wanted.chunk_by(|a, b| a.0 == b.0) {
            let mut rows = record.query(params![self.office, of_one[0].0 as i64]).map_err(failed)?;
            if let Some(row) = rows.next().map_err(failed)? {
                show_record(row, visit)?;
                (at..at + of_one.len()).try_for_each(|at| events.show(at, visit))?;
            }
            at += of_one.len();
        }
        Ok(())
    }

    /// Where the events of records lie: the index alone tells.
    fn events_between(&self, keys: (u64, u64)) -> Stored<Vec<(u64, u64)>> {
        let sql = "SELECT entry, place FROM event INDEXED BY event_entry
            WHERE entry BETWEEN ?1 AND ?2 AND place > ?3 AND place < ?4 ORDER BY entry, place";
        let mut statement = self.prepare_cached(sql).map_err(failed)?;
        let range = params![keys.0 as i64, keys.1 as i64, self.place(0), self.end()];
        let mut rows = statement.query(range).map_err(failed)?;
        let mut wanted = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            wanted.push((number(row, 0)? as u64, seq_of(number(row, 1)?)));
        }
        Ok(wanted)
    }

    fn events_at<'t>(&'t self, wanted: &'t [(u64, u64)]) -> Stored<Events<'t>> {
        let places = wanted.iter().map(|(_, seq)| *seq);
        let (first, last) = (places.clone().min().unwrap_or(1), places.max().unwrap_or(0));
        let span = (last + 1).saturating_sub(first);
        if span <= wanted.len() as u64 * (1 + PASSED_OVER) {
            return Ok(Events::Swept(self.sweep(wanted, (first, last))?));
        }
        let sql = "SELECT dead, body FROM event WHERE place = ?1";
        let statement = self.prepare_cached(sql).map_err(failed)?;
        Ok(Events::LookedUp { tx: self, wanted, statement })
    }

    fn sweep(&self, wanted: &[(u64, u64)], (first, last): (u64, u64)) -> Stored<Swept> {
        let mut swept = Swept { bytes: Vec::new(), found: vec![None; wanted.len()] };
        // Which of the wanted ones lies at a place, from 1.
        let mut which = vec![0u32; (last + 1).saturating_sub(first) as usize];
        for (at, (_, seq)) in wanted.iter().enumerate() {
            which[(seq - first) as usize] = at as u32 + 1;
        }
        let sql = "SELECT place, dead, body FROM event WHERE place BETWEEN ?1 AND ?2 ORDER BY place";
        let mut statement = self.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query([self.place(first), self.place(last)]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let seq = seq_of(number(row, 0)?);
            let Some(at) = which[(seq - first) as usize].checked_sub(1) else { continue };
            let body = self.whole(seq, row.get_ref(2).map_err(failed)?.as_blob().map_err(odd)?)?;
            let found =
                ScannedRow { seq, dead: number(row, 1)? != 0, from: swept.bytes.len(), len: body.len() };
            swept.found[at as usize] = Some(found);
            swept.bytes.extend_from_slice(&body);
        }
        Ok(swept)
    }

    /// An event's bytes with its personal values in their places.
    fn whole<'b>(&self, seq: u64, body: &'b [u8]) -> Stored<Cow<'b, [u8]>> {
        if !personal::is_spoken_of(body) {
            return Ok(Cow::Borrowed(body));
        }
        let kept = self.personal(self.place(seq))?;
        let damaged = |why| StoreError::Damaged(format!("the event at place {seq}: {why}"));
        personal::whole(body, kept).map(Cow::Owned).map_err(damaged)
    }
}

/// The wanted events.
enum Events<'t> {
    Swept(Swept),
    LookedUp { tx: &'t OfficeTx<'t>, wanted: &'t [(u64, u64)], statement: CachedStatement<'t> },
}

struct Swept {
    bytes: Vec<u8>,
    found: Vec<Option<ScannedRow>>,
}

#[derive(Clone, Copy)]
struct ScannedRow {
    seq: u64,
    dead: bool,
    from: usize,
    len: usize,
}

impl Events<'_> {
    /// Shows one of them, if it is there.
    fn show(&mut self, at: usize, visit: &mut Visit<'_>) -> Stored<()> {
        match self {
            Events::Swept(Swept { bytes, found }) => match found.get(at).copied().flatten() {
                Some(ScannedRow { seq, dead, from, len }) => {
                    visit(Scanned::Event { seq, dead, bytes: &bytes[from..from + len] })
                }
                None => Ok(()),
            },
            Events::LookedUp { tx, wanted, statement } => {
                let seq = wanted[at].1;
                let mut rows = statement.query([tx.place(seq)]).map_err(failed)?;
                let Some(row) = rows.next().map_err(failed)? else { return Ok(()) };
                let dead = number(row, 0)? != 0;
                let bytes = tx.whole(seq, row.get_ref(1).map_err(failed)?.as_blob().map_err(odd)?)?;
                visit(Scanned::Event { seq, dead, bytes: &bytes })
            }
        }
    }
}
