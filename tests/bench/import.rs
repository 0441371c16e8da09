//! Durable import of events, against bare SQLite that writes the same rows with the same schema,
//! indexes, batches and sync. The bare side gets everything ready made: parsing, checking and
//! chaining are the program's.

use crate::{
    measure::{median, pair, time},
    office::{folder, shipped},
    report::{Aim, Line, Report},
};
use registrar_contract::OFFICE;
use registrar_domain::{Store, event::chain};
use registrar_host::{Engine, EngineConfig, Host, HostConfig};
use registrar_kernel::{ImportOptions, Office};
use registrar_store::{Database, SqliteStore};
use rusqlite::{Connection, params};
use serde_json::json;
use std::{path::Path, sync::Arc};

/// Events in a batch, events in all, rounds.
const SIZES: [(usize, usize, usize); 3] = [(1, 300, 9), (100, 6_000, 9), (1_000, 12_000, 9)];

const DIRECTORY: &str = r#"{"id":"u","register":"$directory","record":"unit-1","action":"unit","on":"2022-01-01","fields":{"title":"河东街道","class":"township","order":1}}
{"id":"p","register":"$directory","record":"li","action":"person","on":"2022-01-01","fields":{"name":"李","unit":"unit-1","roles":["reporter"]}}
"#;

// Half of the items are adopted too.
fn lines(count: usize) -> String {
    let line = |n: usize| {
        let record = format!("2023-{:05}", n / 3 * 2 + n % 3 % 2);
        let on = format!("2023-{:02}-{:02}", n % 12 + 1, n % 28 + 1);
        let (action, fields) = match n % 3 {
            2 => ("adopt", json!({ "carrier": "journal", "level": "city", "issue": n % 200 + 1 })),
            _ => {
                let title = format!("关于第 {n} 号建议办理情况的信息");
                ("submit", json!({ "title": title, "kind": "dynamic", "unit": "unit-1" }))
            }
        };
        let id = format!("{record}-{action}-{n}");
        json!({ "id": id, "register": "information", "record": record, "action": action, "on": on,
            "by": "li", "fields": fields })
        .to_string()
            + "\n"
    };
    (0..count).map(line).collect()
}

/// An office with the shipped scripts in a folder of its own.
fn office(engine: &Arc<Engine>, folder: &Path) -> Office {
    let store = Arc::new(SqliteStore::open(folder).expect("a store"));
    let key = store.open_office("default").expect("an office");
    let host = Host::new(engine.clone(), &OFFICE, HostConfig::new(vec![shipped()]), store.host_store(key));
    let report = host.reload();
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    let office = Office::open("default", store, host).expect("an office");
    office.import_events(DIRECTORY.as_bytes(), ImportOptions::default(), &mut |_| {}).expect("a directory");
    office
}

/// What an import writes for one event, as the program left it in its file.
struct Row {
    place: i64,
    entry: i64,
    id: String,
    link: Vec<u8>,
    body: Vec<u8>,
}

struct Entry {
    key: i64,
    register: String,
    id: String,
    stage: String,
    number: Option<String>,
    fields: String,
    created: i64,
    touched: i64,
}

fn open(folder: &Path) -> Connection {
    let db = Connection::open(folder.join("registrar.db")).expect("the store's file");
    db.pragma_update(None, "foreign_keys", true).expect("a setting");
    db.pragma_update(None, "synchronous", "FULL").expect("a setting");
    let mode: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("a setting");
    assert_eq!(mode, "wal");
    db
}

fn written(folder: &Path, after: i64) -> (Vec<Row>, Vec<Entry>) {
    let db = open(folder);
    // The first office's places begin there.
    let from = (1 << 40) + after;
    let mut events =
        db.prepare("SELECT place, entry, id, link, body FROM event WHERE place > ?1 ORDER BY place");
    let events = events.as_mut().expect("a query").query_map([from], |row| {
        Ok(Row {
            place: row.get(0)?,
            entry: row.get(1)?,
            id: row.get(2)?,
            link: row.get(3)?,
            body: row.get(4)?,
        })
    });
    let events = events.expect("rows").collect::<Result<Vec<_>, _>>().expect("rows");
    let sql =
        "SELECT key, register, id, stage, number, fields, created, touched FROM entry WHERE created > ?1";
    let mut entries = db.prepare(sql).expect("a query");
    let entries = entries.query_map([after], |row| {
        Ok(Entry {
            key: row.get(0)?,
            register: row.get(1)?,
            id: row.get(2)?,
            stage: row.get(3)?,
            number: row.get(4)?,
            fields: row.get(5)?,
            created: row.get(6)?,
            touched: row.get(7)?,
        })
    });
    (events, entries.expect("rows").collect::<Result<Vec<_>, _>>().expect("rows"))
}

/// The same rows in the same batches, each record once in the batch that makes it.
fn bare(db: &Connection, events: &[Row], entries: &[Entry], batch: usize) -> rusqlite::Result<()> {
    let mut record = db.prepare(
        "INSERT INTO entry (key, office, register, id, stage, number, fields, created, touched)
         VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (office, register, id) DO UPDATE SET stage = excluded.stage,
         number = excluded.number, fields = excluded.fields, created = excluded.created,
         touched = excluded.touched",
    )?;
    let mut event = db.prepare(
        "INSERT INTO event (place, office, entry, dead, id, link, body) VALUES (?1, 1, ?2, 0, ?3, ?4, ?5)",
    )?;
    let first = entries.first().map_or(0, |e| e.key);
    for events in events.chunks(batch) {
        db.execute_batch("BEGIN IMMEDIATE")?;
        let mut done = std::collections::BTreeSet::new();
        for row in events {
            // Keys are dense: the program gave them in this order.
            let e = &entries[(row.entry - first) as usize];
            if done.insert(e.key) {
                record.execute(params![
                    e.key, e.register, e.id, e.stage, e.number, e.fields, e.created, e.touched
                ])?;
            }
            event.execute(params![row.place, row.entry, row.id, row.link, row.body])?;
        }
        db.execute_batch("COMMIT")?;
    }
    Ok(())
}

/// Runs it.
pub fn run(report: &mut Report) {
    let engine = Engine::start(EngineConfig::default()).expect("workers");
    for (batch, count, rounds) in SIZES {
        let lines = lines(count);
        // What it writes is looked up once; the bare side writes that.
        let model = folder();
        let filled = office(&engine, model.path());
        let after = filled.head().expect("the log's end") as i64;
        let import = |office: &Office| {
            let options = ImportOptions { batch };
            let done = office.import_events(lines.as_bytes(), options, &mut |_| {}).expect("an import");
            assert_eq!(done.added, count as u64);
        };
        import(&filled);
        drop(filled);
        let (events, entries) = written(model.path(), after);
        assert_eq!(events.len(), count);

        let ours = || {
            let folder = folder();
            let office = office(&engine, folder.path());
            time(|| import(&office)) / count as f64
        };
        let theirs = || {
            let folder = folder();
            drop(office(&engine, folder.path()));
            let db = open(folder.path());
            time(|| bare(&db, &events, &entries, batch).expect("bare inserts")) / count as f64
        };
        let mut both = pair(rounds, ours, theirs);
        let name = format!("import: an event, in batches of {batch}");
        let links =
            |_| time(|| events.iter().fold([0; 32], |link, row| chain(&link, &row.body))) / count as f64;
        let chaining = median((0..rounds).map(links).collect());
        report.add(Line::beside(format!("{name}, hash chain and all"), &both, Aim::None));
        both.ratio *= (both.ours - chaining) / both.ours;
        both.ours -= chaining;
        report.add(Line::beside(name, &both, Aim::Speed(0.5)));
        report.add(Line::alone("import:   the hash chain by itself", chaining, Aim::None));
    }
}
