//! The store changed by hand, behind the program's back: `verify` tells of it, ends, and never panics; a chain that
//! was made anew is told by a head that was kept elsewhere.

use crate::program::Program;
use registrar_kernel::event::chain;
use rusqlite::Connection;
use std::fs;

const THINGS: &str = r#"host.register("things", {
  fields = { name = { type = "text" }, unit = { type = "unit" } }, stages = { "open", "kept" },
  actions = { open = { to = "open", create = true } }, measures = { points = {} },
})
host.on("score.post", { register = "things", measure = "points", account = "unit" }, function() return 1 end)
"#;

fn office() -> Program {
    let program = Program::bare();
    program.write("scripts/things.lua", THINGS);
    program.run(&["act", "$directory", "x", "unit", "title=X", "--on", "2020-01-01"]).ok();
    for name in ["one", "two", "three"] {
        program.run(&["act", "things", "-", "open", &format!("name={name}"), "unit=x"]).ok();
    }
    program.run(&["standings", "things", "--period", "2026"]).ok();
    program.run(&["verify"]).ok();
    program
}

/// What is done to the store, in SQL, and a part of what is said.
const EDITS: &[(&str, &str, &str)] = &[
    (
        "an event's bytes",
        "UPDATE event SET body = unhex(replace(hex(body), hex('three'), hex('thrEe'))) WHERE place & 1099511627775 = 4",
        "its link does not follow",
    ),
    (
        "an event's link",
        "UPDATE event SET link = zeroblob(32) WHERE place & 1099511627775 = 3",
        "its link does not follow",
    ),
    (
        "an event's id",
        "UPDATE event SET id = 'other' WHERE place & 1099511627775 = 4",
        "it is not found by its id",
    ),
    (
        "an event taken away",
        "DELETE FROM event WHERE place & 1099511627775 = 2",
        "events are missing between",
    ),
    (
        "an event made dead",
        "UPDATE event SET dead = 1 WHERE place & 1099511627775 = 4",
        "it is marked dead or alive",
    ),
    (
        "an event given to another record",
        "UPDATE event SET entry = (SELECT entry FROM event WHERE place & 1099511627775 = 2) WHERE place & 1099511627775 = 4",
        "its state is not what its events make",
    ),
    (
        "a record's field",
        "UPDATE entry SET fields = json_set(fields, '$.name', 'none') WHERE id LIKE '%-0002'",
        "its state is not what its events make",
    ),
    (
        "a record's stage",
        "UPDATE entry SET stage = 'shut' WHERE id LIKE '%-0002'",
        "no plugin that serves defines it",
    ),
    (
        "a record's stage, to another",
        "UPDATE entry SET stage = 'kept' WHERE id LIKE '%-0002'",
        "its state is not what its events make",
    ),
    (
        "a record's number",
        "UPDATE entry SET number = '7' WHERE id LIKE '%-0002'",
        "its state is not what its events make",
    ),
    (
        "a record taken away",
        "UPDATE entry SET created = 0 WHERE id LIKE '%-0002'",
        "its state is not what its events make",
    ),
    (
        "a record without events",
        "INSERT INTO entry (office, register, id, stage, fields, created, touched) VALUES (1, 'things', 'ghost', 'open', '{\"name\":\"ghost\"}', 4, 4)",
        "it is there without any event",
    ),
    (
        "a copy of the last event",
        "INSERT INTO event SELECT place + 1, office, entry, dead, 'copy', link, body FROM event ORDER BY place DESC LIMIT 1",
        "its bytes are those of another event",
    ),
    (
        "a copy with an id of its own, far away",
        "INSERT INTO event SELECT place + 9, office, entry, dead, 'copy', link, body FROM event ORDER BY place DESC LIMIT 1",
        "events are missing between",
    ),
    (
        "bytes that are no event",
        "UPDATE event SET body = x'00' WHERE place & 1099511627775 = 4",
        "the event at place 4",
    ),
    (
        "a reference to nothing",
        "PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE id LIKE '%-0002'",
        "registrar.db: event",
    ),
];

#[test]
fn each_edit_of_the_store_is_told_by_verify() {
    for (what, sql, says) in EDITS {
        let program = office();
        let store = Connection::open(program.path("data/registrar.db")).unwrap();
        store.execute_batch(sql).unwrap_or_else(|error| panic!("{what}: {error}"));
        drop(store);
        let ran = program.run(&["verify"]);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(ran.code == Some(1) && told.contains(says) && !told.contains("panicked"), "{what}: {ran:?}");
        // Reading commands come to an end, whatever lies there.
        let figures = program.run(&["standings", "things", "--period", "2026"]);
        assert!(!figures.err.contains("panicked"), "{what}: {figures:?}");
    }
}

#[test]
fn a_log_that_was_cut_after_the_ledger_took_it_in_is_told_until_it_is_put_back() {
    let program = office();
    let head = program.run(&["head"]).ok().out.trim().to_owned();
    let store = Connection::open(program.path("data/registrar.db")).unwrap();
    store
        .execute_batch(
            "DELETE FROM event WHERE place & 1099511627775 = 4; UPDATE entry SET created = 0 WHERE id LIKE '%-0003';
             UPDATE sequence SET value = 2 WHERE name LIKE '$record/things/%'",
        )
        .unwrap();
    drop(store);
    // The next start derives its ledger anew, and says why, also later.
    program.run(&["standings", "things", "--period", "2026"]).ok().says("events are lost or were changed");
    for _ in 0..2 {
        program.run(&["verify"]).ended(1).says("events are lost or were changed");
    }
    program.run(&["verify", "--head", &head]).ended(1).says("but 4 were known: events are lost");
}

#[test]
fn a_chain_that_was_made_anew_is_told_by_a_head_that_was_kept() {
    let program = office();
    let head = program.run(&["head"]).ok().out.trim().to_owned();
    program.run(&["verify", "--head", &head]).ok();
    program.run(&["act", "things", "-", "open", "name=four", "unit=x"]).ok();
    program.run(&["verify", "--head", &head]).ok();
    program.run(&["verify", "--head", "nonsense"]).ended(1).says("it looks like 12:");
    let mut store = Connection::open(program.path("data/registrar.db")).unwrap();
    let tx = store.transaction().unwrap();
    {
        let mut statement = tx.prepare("SELECT place, body FROM event ORDER BY place").unwrap();
        let rows: Vec<(i64, Vec<u8>)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let mut link = [0; 32];
        for (place, body) in rows {
            let body = String::from_utf8(body).unwrap().replace("\"two\"", "\"TWO\"").into_bytes();
            link = chain(&link, &body);
            tx.execute("UPDATE event SET body = ?2, link = ?3 WHERE place = ?1", (place, &body, &link[..]))
                .unwrap();
        }
        tx.execute("UPDATE entry SET fields = replace(fields, '\"two\"', '\"TWO\"')", []).unwrap();
    }
    tx.commit().unwrap();
    drop(store);
    fs::remove_dir_all(program.path("data/ledger")).unwrap();
    program.run(&["verify"]).ok();
    program.run(&["verify", "--head", &head]).ended(1).says("the log is another one than it was");
}
