//! Backups of an office that is at work, put back elsewhere.

use crate::program::Program;
use serde_json::Value;
use std::{fs, thread, time::Duration};

fn verified(program: &Program, data: &str) -> Value {
    program.run(&["verify", "--json", "--data", data]).ok().json()
}

#[test]
fn a_backup_taken_under_load_is_whole_and_gives_the_same_ledger() {
    let program = Program::with_quarter();
    program.run(&["office", "default", "--rules", "zhalantun", "--on", "2020-01-01"]).ok();
    program.write("data/files/default/notes/a.txt", "kept");
    let serving = program.serve();
    let submit = |n: usize| {
        let (record, title) = (format!("load-{n}"), format!("title=第 {n} 件"));
        program.run(&["act", "information", &record, "submit", &title, "unit=unit-1"]).ok();
    };
    let taken: Vec<Value> = thread::scope(|scope| {
        let load = scope.spawn(|| (0..40).for_each(submit));
        let taken =
            (0..3).map(|n| program.run(&["backup", &format!("kept/{n}"), "--json"]).ok().json()).collect();
        load.join().unwrap();
        taken
    });
    program.run(&["backup", "kept/last"]).ok().shows("chain");
    drop(serving);

    for (n, taken) in taken.iter().enumerate() {
        let (from, data) = (format!("kept/{n}"), format!("again-{n}"));
        program.run(&["restore", &from, "--data", &data]).ok();
        let again = verified(&program, &data);
        assert_eq!((&again["passed"], &again["head"]), (&Value::Bool(true), &taken["offices"][0]["head"]));
        assert_eq!(again["events"], taken["offices"][0]["events"]);
    }
    program.run(&["restore", "kept/last", "--data", "last"]).ok().shows("Restored");
    let (before, after) = (verified(&program, "data"), verified(&program, "last"));
    assert_eq!((&before["head"], &before["ledger"]), (&after["head"], &after["ledger"]));
    assert_eq!(before["postings"], after["postings"]);
    assert_eq!(fs::read_to_string(program.path("last/files/default/notes/a.txt")).unwrap(), "kept");
    let standings = ["standings", "information", "--period", "2023-Q1", "--json"];
    let there = program.run(&[&standings[..], &["--data", "last"]].concat()).ok().out;
    assert_eq!(there, program.run(&standings).ok().out);
}

#[test]
fn what_is_not_whole_or_would_overwrite_something_is_refused() {
    let program = Program::with_quarter();
    program.run_with(&["user", "password", "editor-1"], "一把很长的钥匙 42").ok();
    program.run(&["backup", "kept"]).ok();
    program.run(&["backup", "kept"]).ended(1).says("is there already");
    program.run(&["restore", "kept"]).ended(1).says("is not empty");
    program.run(&["restore", "scripts", "--data", "new"]).ended(1).says("is no backup");
    program.run(&["restore", "kept", "--data", "good"]).ok();
    program.run(&["user", "--data", "good"]).ok().shows("editor-1");

    let file = program.path("kept/registrar.db");
    let whole = fs::read(&file).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(&file, damaged).unwrap();
    program.run(&["restore", "kept", "--data", "new"]).ended(1).says("registrar.db is not as it was");
    assert!(!program.path("new").exists(), "nothing is left of it");
    fs::remove_file(&file).unwrap();
    program.run(&["restore", "kept", "--data", "new"]).ended(1).says("registrar.db is missing");
    fs::write(&file, whole).unwrap();
    let manifest: Value =
        serde_json::from_slice(&fs::read(program.path("kept/backup.json")).unwrap()).unwrap();
    let refused = |at: &str, value: Value, why: &str| {
        let mut other = manifest.clone();
        *other.pointer_mut(at).unwrap() = value;
        program.write("kept/backup.json", &other.to_string());
        program.run(&["restore", "kept", "--data", "new"]).ended(1).says(why);
    };
    refused("/offices/0/events", 7.into(), "do not end as they did");
    refused("/offices/0/head", "0".repeat(64).into(), "do not end as they did");
    refused("/format", 9.into(), "a later version");
    let outside = serde_json::json!({ "../outside": "0" });
    refused("/files", outside, "outside is missing");
}

#[test]
fn a_restore_that_is_killed_leaves_all_of_it_or_nothing() {
    let program = Program::with_quarter();
    let taken = program.run(&["backup", "kept", "--json"]).ok().json();
    let events = &taken["offices"][0]["events"];
    let (mut nothing, mut whole) = (0, 0);
    for round in 0..24 {
        let mut restoring = program.command(&["restore", "kept", "--data", "restored"]).spawn().unwrap();
        thread::sleep(Duration::from_millis(round * 4));
        let _ = restoring.kill();
        let _ = restoring.wait();
        if program.path("restored").exists() {
            assert_eq!(&verified(&program, "restored")["events"], events);
            fs::remove_dir_all(program.path("restored")).unwrap();
            whole += 1;
        } else {
            nothing += 1;
        }
    }
    println!("figure: of 24 restores that were killed {nothing} left nothing, {whole} all of it");
    assert!(nothing > 0);
    program.run(&["restore", "kept", "--data", "restored"]).ok();
    assert!(!program.path("restored.restoring").exists());
}
