//! The store changed by hand, behind the program's back: `verify` tells of it, ends, and never panics; a chain that
//! was made anew is told by a head that was kept elsewhere.

use crate::{edit_cases::EDITS, program::Program};
use registrar_domain::Store;
use registrar_store::SqliteStore;
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
};

const THINGS: &str = r#"host.register("things", {
  fields = {
    name = { type = "text", search = true }, unit = { type = "unit" }, paper = { type = "file" },
  }, name_field = "name", stages = { "open", "kept" },
  actions = { open = { to = "open", create = true }, keep = { from = { "open" }, to = "kept" } },
  measures = { points = {} },
})
host.on("score.post", { register = "things", measure = "points", account = "unit" }, function() return 1 end)
host.on("score.period", { register = "things", measure = "points", period = "month" }, function(p)
  if p:total() > 1 then return 1 end
end)
host.on("deadline.compute", { register = "things" }, function(event)
  if event.action == "open" then return { name = "keep", due = "2030-01-01", why = "kept in time" } end
end)
host.on("record.number", { register = "things" }, function() return "T-" .. host.sequence("things") end)
host.on("action.after", {}, function() host.state.set("seen", true) error("the line is down") end)
host.on("plugin.load", {}, function() host.state.set("began", true) end)
"#;

fn office() -> Program {
    let program = Program::bare();
    program.write("scripts/things.lua", THINGS);
    let act = |words: &str| {
        let words: Vec<&str> = std::iter::once("act").chain(words.split(' ')).collect();
        program.run(&words).ok();
    };
    act("$directory x unit title=X --on 2020-01-01");
    act("$directory li person name=Li unit=x roles=[\"editor\"] --on 2020-01-01");
    let hash = keep_paper(&program);
    for name in ["one", "two", "three"] {
        act(&format!("things - open name={name} unit=x --on 2026-03-01"));
    }
    act(&format!("things t4 open name=four unit=x paper={hash}/paper.txt --on 2026-03-02 --id mine"));
    act("things t4 keep --on 2026-03-03");
    program.run(&["bypass", "things", "--until", "2026-03-04", "--reason", "a test"]).ok();
    program.run_with(&["user", "password", "li"], "a long enough password\n").ok();
    // Told, and failed, so that there is something to be told again.
    let mut serving = program.serve();
    let began = std::time::Instant::now();
    act("things t5 open name=five unit=x --on 2026-03-04");
    while count(&program, "SELECT count(*) FROM delivery") == 0 {
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{}", serving.log());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    serving.kill();
    program.run(&["standings", "things", "--period", "2026"]).ok();
    program.run(&["verify"]).ok();
    fs::remove_file(program.path("data/registrar.sock")).unwrap();
    program
}

/// Keeps a file, as the pages do; its hash.
fn keep_paper(program: &Program) -> String {
    let store = SqliteStore::open(&program.path("data")).unwrap();
    let mut tx = store.begin_write(store.open_office("default").unwrap()).unwrap();
    let hash = blake3::hash(b"a paper").to_hex().to_string();
    tx.put_file(&hash, b"a paper").unwrap();
    tx.commit().unwrap();
    hash
}

fn count(program: &Program, sql: &str) -> i64 {
    let store = Connection::open(program.path("data/registrar.db")).unwrap();
    store.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Changes a store as somebody would who knows of the triggers that seal it: they are taken away, and put back. Says
/// how many rows the last statement changed.
pub fn edit(file: &Path, sql: &str) -> u64 {
    let store = Connection::open(file).unwrap();
    store.pragma_update(None, "foreign_keys", true).unwrap();
    let mut statement = store.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
    let triggers: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    triggers.iter().for_each(|(name, _)| store.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    store.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let changed = store.changes();
    triggers.iter().for_each(|(_, sql)| store.execute_batch(sql).unwrap());
    changed
}

fn database(program: &Program, name: &str) -> PathBuf {
    if name != "ledger" {
        return program.path(&format!("data/{name}.db"));
    }
    let named = fs::read_to_string(program.path("data/ledger/office-1.current")).unwrap();
    program.path("data/ledger").join(named.trim())
}

#[test]
fn each_edit_of_the_store_is_told_by_verify() {
    let whole = office();
    assert!(EDITS.len() >= 60);
    for (what, database_name, sql, says) in EDITS {
        let program = Program::bare();
        program.copy(&whole.path("scripts"), "scripts");
        program.copy(&whole.path("data"), "data");
        assert!(edit(&database(&program, database_name), sql) > 0, "{what}: nothing was changed");
        let ran = program.run(&["verify"]);
        let told = format!("{}{}", ran.out, ran.err);
        let is_told = match *says {
            // Said of the ledger as a whole, or of the first figure that differs.
            "ledger" => told.contains("NOT as it should be"),
            says => told.contains(says),
        };
        assert!(ran.code == Some(1) && is_told && !told.contains("panicked"), "{what}: {ran:?}");
        // Reading commands come to an end, whatever lies there.
        let figures = program.run(&["standings", "things", "--period", "2026"]);
        assert!(!figures.err.contains("panicked"), "{what}: {figures:?}");
    }
}

#[test]
fn a_log_that_was_cut_after_the_ledger_took_it_in_is_told_until_it_is_put_back() {
    let program = office();
    let head = program.run(&["head"]).ok().out.trim().to_owned();
    edit(
        &program.path("data/registrar.db"),
        "DELETE FROM event WHERE place & 1099511627775 = 9; DELETE FROM deadline WHERE event = 9;
         UPDATE entry SET created = 0 WHERE id = 't5'",
    );
    // The next start derives its ledger anew, and says why, also later.
    program.run(&["standings", "things", "--period", "2026"]).ok().says("events are lost or were changed");
    for _ in 0..2 {
        program.run(&["verify"]).ended(1).says("events are lost or were changed");
    }
    program.run(&["verify", "--head", &head]).ended(1).says("but 9 were known: events are lost");
}

/// What somebody changes in the log before all is derived from it anew, in a store of their own.
type Change = fn(&mut Vec<String>);

const CHANGES: [(&str, Change); 10] = [
    ("a name", |log| log[3] = log[3].replace("two", "TWO")),
    ("a day", |log| log[5] = log[5].replace("2026-03-02", "2026-02-02")),
    ("a unit's name", |log| log[0] = log[0].replace("\"X\"", "\"Y\"")),
    ("a role", |log| log[1] = log[1].replace("editor", "leader")),
    ("who did it", |log| log[6] = log[6].replace("\"by\":\"", "\"by\":\"li-")),
    ("an event's id", |log| log[5] = log[5].replace("\"mine\"", "\"yours\"")),
    ("an event taken away", |log| drop(log.remove(3))),
    ("the last event taken away", |log| drop(log.pop())),
    ("two events in another order", |log| log.swap(2, 3)),
    ("an event put in between", |log| {
        let other = log[3].replace("two", "more").replace("-0002", "-0009");
        log.insert(4, another_id(&other));
    }),
];

/// The same event as another: under another id.
fn another_id(line: &str) -> String {
    let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
    event["id"] = "one-of-ours".into();
    event.to_string()
}

#[test]
fn a_log_from_which_all_was_derived_anew_is_told_by_a_head_that_was_kept() {
    let program = office();
    let head = program.run(&["head"]).ok().out.trim().to_owned();
    program.run(&["verify", "--head", &head]).ok();
    program.run(&["verify", "--head", "nonsense"]).ended(1).says("it looks like 12:");
    let log = program.run(&["export-events"]).ok().out;
    let log: Vec<String> = log.lines().map(str::to_owned).collect();
    assert_eq!(log.len(), 9, "{log:#?}");
    let derived = |log: &[String]| {
        let other = Program::bare();
        other.copy(&program.path("scripts"), "scripts");
        other.write("log.jsonl", &(log.join("\n") + "\n"));
        other.run(&["import-events", "log.jsonl"]).ok();
        keep_paper(&other);
        other
    };
    derived(&log).run(&["verify", "--head", &head]).ok();
    for (what, change) in CHANGES {
        let mut changed = log.clone();
        change(&mut changed);
        assert_ne!(changed, log, "{what}");
        let other = derived(&changed);
        let ran = other.run(&["verify"]);
        assert!(ran.code == Some(0), "{what}: the forger did it well: {ran:?}");
        let ran = other.run(&["verify", "--head", &head]).ended(1);
        let told = ["the log is another one than it was", "events are lost"];
        assert!(told.iter().any(|told| ran.err.contains(told)), "{what}: {ran:?}");
    }
    // What is added later changes nothing of what was.
    program.run(&["act", "things", "t6", "open", "name=six", "unit=x"]).ok();
    program.run(&["verify", "--head", &head]).ok();
}
