//! The real program killed: `import-events` in the middle of a file, and `serve` while others act.

use super::Dice;
use crate::program::Program;
use std::{
    collections::BTreeSet,
    fmt::Write,
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

const KILLS: u64 = 12;
const LINES: usize = 800;

/// The ids of all events in the log, in its order.
fn ids(program: &Program) -> Vec<String> {
    let log = rusqlite::Connection::open(program.path("data/registrar.db")).unwrap();
    let mut statement = log.prepare("SELECT id FROM event ORDER BY place").unwrap();
    let ids = statement.query_map([], |row| row.get(0)).unwrap();
    ids.collect::<Result<_, _>>().unwrap()
}

fn verifies(program: &Program) {
    let verified = program.run(&["verify", "--json"]).ok().json();
    assert_eq!(verified["passed"], true, "{verified}");
    assert_eq!(verified["ledger"], verified["replayed"]);
    let ids = ids(program);
    assert_eq!(verified["events"], ids.len());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an event is there twice");
}

#[test]
fn an_import_that_is_killed_is_finished_by_running_it_again() {
    let program = Program::with_quarter();
    let args = ["import-events", "history.jsonl", "--batch", "2", "--json"];
    let mut dice = Dice::new(0x1a90);
    let (mut kills, mut inside, mut files) = (0, 0, 0);
    while kills < KILLS {
        files += 1;
        program.write("history.jsonl", &history(files));
        // Whatever the office notes when it is opened is there before.
        verifies(&program);
        let mut before = ids(&program).len();
        let start = before;
        // Kills come while it imports, however long this machine takes to start the program.
        let began = Instant::now();
        program.run(&["plugins"]).ok();
        let starting = began.elapsed();
        while kills < KILLS {
            let child = program.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let mut child = child.unwrap();
            thread::sleep(starting.mul_f64(0.7) + Duration::from_millis(dice.below(300)));
            let _ = child.kill();
            if child.wait().unwrap().success() {
                break;
            }
            kills += 1;
            verifies(&program);
            let stored = ids(&program).len();
            assert!(stored >= before && (stored - start).is_multiple_of(2), "{before}, then {stored}");
            inside += u64::from(before < stored && stored < start + LINES);
            before = stored;
        }
        let report = program.run(&args).ok().json();
        let count = |name: &str| report[name].as_u64().unwrap() as usize;
        let skipped = ids(&program).len() - start - count("added");
        assert_eq!((count("lines"), count("skipped")), (LINES, skipped));
        assert_eq!(count("added") + count("skipped"), LINES);
    }
    verifies(&program);
    println!("{kills} kills of import-events, {inside} of them in the middle of the file; {files} files");
    assert!(inside > 0, "no kill came while it imported");
}

fn history(file: usize) -> String {
    (0..LINES).fold(String::new(), |mut lines, n| {
        let (unit, day) = (1 + n % 5, 1 + n % 28);
        let fields = format!(r#"{{"title":"第{n}件","unit":"unit-{unit}"}}"#);
        writeln!(lines, r#"{{"id":"x-{file}-{n}","register":"information","record":"x-{file}-{n}","action":"submit","on":"2023-02-{day:02}","fields":{fields}}}"#).unwrap();
        lines
    })
}

#[test]
fn what_a_killed_office_acknowledged_to_other_processes_is_there_once() {
    let program = Program::with_quarter();
    let mut dice = Dice::new(0x0ff1ce);
    let mut acknowledged = BTreeSet::new();
    for kill in 0..KILLS {
        let mut serving = program.serve();
        let until = Instant::now() + Duration::from_millis(20 + dice.below(250));
        let gone = AtomicBool::new(false);
        let told: Vec<String> = thread::scope(|scope| {
            let actors = (0..2)
                .map(|actor| {
                    let (program, gone) = (&program, &gone);
                    scope.spawn(move || act_until_it_is_gone(program, &format!("k{kill}-{actor}"), gone))
                })
                .collect::<Vec<_>>();
            thread::sleep(until.saturating_duration_since(Instant::now()));
            serving.kill();
            gone.store(true, Ordering::Release);
            actors.into_iter().flat_map(|actor| actor.join().unwrap()).collect()
        });
        acknowledged.extend(told);
        verifies(&program);
        let there: BTreeSet<String> = ids(&program).into_iter().collect();
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    }
    println!("{KILLS} kills of serve, {} actions acknowledged to other processes", acknowledged.len());
    assert!(acknowledged.len() as u64 > KILLS, "only {} actions", acknowledged.len());
}

// Once nobody serves, a command does it itself; its acknowledgement counts as much.
fn act_until_it_is_gone(program: &Program, name: &str, gone: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let id = format!("{name}-{n}");
        let fields = ["-f", "title=新的", "-f", "unit=unit-1", "--on", "2023-02-01", "--id", &id];
        let ran = program.run(&[&["act", "information", "-", "submit"][..], &fields].concat());
        if ran.code == Some(0) {
            acknowledged.push(id);
        } else {
            assert!(ran.err.contains("registrar:"), "{ran:?}");
        }
        if gone.load(Ordering::Acquire) {
            break;
        }
    }
    acknowledged
}
