//! The process that is killed: an office of its own that imports, acts and tells, and says after
//! each acknowledgement on standard output which events it was told are safe.

use jiff::civil::{Date, date};
use registrar_contract::OFFICE;
use registrar_domain::Store;
use registrar_host::{Engine, EngineConfig, Host, HostConfig};
use registrar_kernel::{Act, ImportOptions, ImportReport, LedgerService, LedgerWorkers, Office};
use registrar_sdk::{Value, value::Map};
use registrar_store::{Database, SqliteShelf, SqliteStore, sqlite::Sync};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

/// Names the folder that a child works in; without it the child's test does nothing.
pub const FOLDER: &str = "REGISTRAR_TEST_FOLDER";
pub const FROM: &str = "REGISTRAR_TEST_FROM";
const ROUNDS: &str = "REGISTRAR_TEST_ROUNDS";
const SYNC: &str = "REGISTRAR_TEST_SYNC";

/// Imported events of a round; as many of the round before are imported once more.
pub const IMPORTED: u64 = 6;

const SCRIPT: &str = r#"
local points = POINTS

host.register("item", {
  title = "Item",
  fields = { title = { type = "text", required = true }, unit = { type = "unit" } },
  stages = { "draft", "submitted", "adopted" },
  actions = {
    submit = { to = "submitted", by = "reporter", create = true, submission = true },
    adopt = { to = "adopted", by = "editor", form = { carrier = { type = "text" } } },
    note = { by = "editor" },
    stamp = { by = "editor" },
  },
  measures = { points = { places = 0 } },
})

host.on("score.post", { register = "item", measure = "points", account = "unit" }, function(event, record)
  return points
end)
-- Of one transaction with the submission, and after it: both are looked for when the child is dead.
host.on("record.number", { register = "item" }, function(event, record)
  return tostring(host.sequence("item"))
end)
host.on("action.effect", { register = "item", action = "submit" }, function(event, record)
  return { { key = "noted", action = "note", record = record.id } }
end)
host.on("action.after", { register = "item", action = "submit", from = "start" }, function(event, record)
  host.act { key = event.id, register = "item", record = record.id, action = "stamp", on = event.on }
end)
"#;

const DIRECTORY: &str = r#"
{"id":"u1","register":"$directory","record":"xihu","action":"unit","on":"2022-01-01","fields":{"title":"西湖","class":"county"}}
{"id":"u2","register":"$directory","record":"gongshu","action":"unit","on":"2022-01-01","fields":{"title":"拱墅","class":"county"}}
{"id":"p1","register":"$directory","record":"plugin:item","action":"person","on":"2022-01-01","fields":{"roles":["editor"]}}
"#;

/// An office with its ledger, opened on a folder.
pub struct Desk {
    pub office: Arc<Office>,
    pub books: Arc<LedgerService>,
    pub store: Arc<SqliteStore>,
}

/// Writes the office's plugin with so many points for each event.
pub fn write_script(folder: &Path, points: u64) {
    let scripts = folder.join("scripts");
    fs::create_dir_all(&scripts).unwrap();
    fs::write(scripts.join("item.lua"), SCRIPT.replace("POINTS", &points.to_string())).unwrap();
}

/// Opens the office in `folder`, as the program does.
pub fn open(folder: &Path, sync: Sync, engine: &Arc<Engine>) -> Desk {
    let data = folder.join("data");
    let store = Arc::new(SqliteStore::open_with(&data, sync).unwrap());
    let key = store.open_office("default").unwrap();
    let mut config = HostConfig::new(vec![folder.join("scripts")]);
    config.load_budget_ms = 10_000;
    let host = Host::new(engine.clone(), &OFFICE, config, store.host_store(key));
    let today: Date = date(2023, 12, 31);
    let office =
        Arc::new(Office::open_at("default", store.clone(), host.clone(), Arc::new(move || today)).unwrap());
    host.set_embedder(office.embedder(|_| {}));
    let report = host.reload();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let shelf = Box::new(SqliteShelf::new(&data, key).unwrap());
    let books = LedgerService::open(&office, shelf, &|_, _| {}).unwrap();
    Desk { office, books, store }
}

/// A command that runs this very program as such a child.
pub fn command(folder: &Path, from: u64, rounds: u64, sync: Sync) -> Command {
    let mut command = itself("durability::child::works_until_it_is_killed", folder, from);
    command.env(ROUNDS, rounds.to_string()).env(SYNC, if sync == Sync::Full { "full" } else { "off" });
    command
}

/// A command that runs just this test of this very program, which finds a folder and where to go on.
pub fn itself(test: &str, folder: &Path, from: u64) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, folder)
        .env(FROM, from.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

#[test]
fn works_until_it_is_killed() {
    // Without a folder it is not the child of a test that kills it, and has nothing to do.
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let number = |name: &str| env::var(name).unwrap().parse::<u64>().unwrap();
    let sync = if env::var(SYNC).unwrap() == "off" { Sync::Off } else { Sync::Full };
    let desk = open(&folder, sync, &Engine::start(EngineConfig::default()).unwrap());
    let followers = LedgerWorkers::start(1).unwrap();
    followers.follow(&desk.books);
    import(&desk, DIRECTORY, &|_| String::new());
    for round in number(FROM)..number(FROM) + number(ROUNDS) {
        work(&desk, round);
    }
}

fn work(desk: &Desk, round: u64) {
    let first = (round.max(1) - 1) * IMPORTED;
    let lines: String = (first..(round + 1) * IMPORTED).map(line).collect();
    import(desk, &lines, &|done| {
        // A batch of three is acknowledged by one call.
        (done.saturating_sub(3)..done).map(|n| format!("ack h-{}\n", first + n)).collect()
    });
    let record = format!("a-{round}");
    let on = date(2023, 6, 1);
    act(desk, "submit", &record, &format!("a-{round}"), on, r#"{"title":"新的","unit":"xihu"}"#);
    act(desk, "adopt", &record, &format!("b-{round}"), on, r#"{"carrier":"journal"}"#);
    desk.office.deliver(i64::MAX / 2).unwrap();
}

// Two events a record: submitted, then adopted.
fn line(n: u64) -> String {
    let (action, fields) = match n % 2 {
        0 => ("submit", r#"{"title":"旧的","unit":"gongshu"}"#),
        _ => ("adopt", r#"{"carrier":"journal"}"#),
    };
    let (month, day) = (1 + n / 28 % 12, 1 + n % 28);
    format!(
        r#"{{"id":"h-{n}","register":"item","record":"h-{}","action":"{action}","on":"2023-{month:02}-{day:02}","fields":{fields}}}{}"#,
        n / 2,
        "\n"
    )
}

fn import(desk: &Desk, lines: &str, acknowledged: &dyn Fn(u64) -> String) {
    let mut progress = |report: &ImportReport| say(&acknowledged(report.lines));
    desk.office.import_events(lines.as_bytes(), ImportOptions { batch: 3 }, &mut progress).unwrap();
}

pub fn act(desk: &Desk, action: &str, record: &str, id: &str, on: Date, fields: &str) {
    let fields: Value = serde_json::from_str(fields).unwrap();
    let act = Act {
        register: "item".into(),
        record: Some(record.into()),
        action: action.into(),
        on: Some(on),
        by: registrar_domain::Actor::Operator,
        fields: fields.as_map().cloned().unwrap_or_else(Map::new),
        id: Some(id.into()),
        ..Act::default()
    };
    // A handler may run out of its budget on a busy machine; the same key may be used again.
    let done = (0..5).find_map(|_| desk.office.act(act.clone()).map_err(|e| eprintln!("{e}")).ok()).unwrap();
    if !done.repeated {
        assert_eq!(done.events[0].id, id);
    }
    say(&format!("ack {id}\n"));
}

// One write a line, past the test harness: a line is there whole or not at all.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).unwrap();
}
