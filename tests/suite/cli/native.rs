//! Native plugins from the command line: a new one builds and answers; only trusted ones load.

use crate::program::{Program, repository};
use serde_json::json;
use std::{fs, path::PathBuf, process::Command};

/// What `new plugin` wrote, tested and built as its author would; in a target folder beside ours, so
/// that only the first run compiles what it needs.
fn build(program: &Program, name: &str) -> PathBuf {
    let folder = program.path(name);
    fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("new-plugin");
    for command in ["test", "build"] {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.arg(command).current_dir(&folder).env("CARGO_TARGET_DIR", &target);
        let ran = cargo.output().unwrap();
        assert!(ran.status.success(), "cargo {command}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    target.join(format!("debug/lib{}.so", name.replace('-', "_")))
}

#[test]
fn a_new_plugin_builds_passes_its_test_and_answers_and_only_while_it_is_trusted() {
    let program = Program::new();
    program.run(&["new", "plugin", "long-titles"]).ended(2).says("--sdk");
    let sdk = repository().join("plugins/sdk");
    let sdk = sdk.to_str().unwrap();
    program.run(&["new", "plugin", "long-titles", "--sdk", sdk]).ok().shows("long-titles/lib.rs");
    program.run(&["new", "plugin", "long-titles", "--sdk", sdk]).ended(2).says("is there already");
    let lines = fs::read_to_string(program.path("long-titles/lib.rs")).unwrap().lines().count();
    assert!(lines < 40, "{lines} lines, its test included");

    fs::copy(build(&program, "long-titles"), program.path("plugins/liblong_titles.so")).unwrap();
    let long = "一二三四五六七八九十".repeat(5);
    let draft = json!({ "draft": { "register": "information", "title": long }, "action": "submit" });
    let check = || program.run_with(&["call", "record.check", "--json"], &draft.to_string()).ok().json();
    assert_eq!(check()["value"][0]["level"], "hint");
    let row = || {
        let rows = program.run(&["plugins", "--json"]).ok().json();
        rows.as_array().unwrap().iter().find(|row| row["id"] == "long-titles").unwrap().clone()
    };
    assert_eq!((&row()["kind"], &row()["native"]["isolated"]), (&json!("native"), &json!(true)));

    program.run(&["trust"]).ok().shows("There is no list");
    fs::write(program.path("other.so"), "other").unwrap();
    program.run(&["trust", "other.so"]).ok().shows("other.so");
    let refused = row();
    // The version that served before is the same content.
    assert_eq!(refused["state"], "failed");
    assert!(refused["faults"][0]["message"].as_str().unwrap().contains("is not trusted"), "{refused}");
    program.run(&["trust", "plugins/liblong_titles.so"]).ok();
    assert_eq!(row()["state"], "live");
    program.run(&["trust", "--remove", "plugins/liblong_titles.so"]).ok();
    program.run(&["trust", "--remove", "plugins/liblong_titles.so"]).ended(1).says("is not on the list");
    program.run(&["trust", "nowhere.so"]).ended(2).says("nowhere.so");
    program.run(&["trust", "--off", "--json"]).ok().shows("\"strict\": false");
    assert_eq!(row()["state"], "live");
}
