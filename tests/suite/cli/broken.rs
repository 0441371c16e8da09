//! Broken plugins under a running office: the old ones keep answering, and log and command line
//! name the file, the line, the reason and what serves.

use crate::program::{Program, Serving};
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt};

const STANDINGS: [&str; 5] = ["standings", "information", "--period", "2023-Q1", "--json"];
const SCORING: &str = "scripts/zhalantun/scoring.lua";

/// One way to break a plugin: how, and what is then said.
struct Break {
    name: &'static str,
    how: fn(&Program),
    file: &'static str,
    line: Option<u64>,
    reason: &'static str,
}

const BREAKS: [Break; 5] = [
    Break {
        name: "a syntax error",
        how: |p| p.edit(SCORING, "if event.nth == 1 then", "if event.nth = 1 then"),
        file: "zhalantun/scoring.lua",
        line: Some(9),
        reason: "Expected 'then' when parsing if statement, got '='",
    },
    Break {
        name: "a failing example",
        how: |p| p.edit(SCORING, "amount = adoption, tag", "amount = 11, tag"),
        file: "zhalantun/scoring.lua",
        line: Some(32),
        reason: "an item adopted",
    },
    Break {
        name: "an unknown point",
        how: |p| p.edit(SCORING, "rules:on(\"score.post\"", "rules:on(\"score.pots\""),
        file: "zhalantun/scoring.lua",
        line: Some(7),
        reason: "did you mean `score.post`?",
    },
    Break {
        name: "a missing dependency",
        how: |p| {
            p.edit(
                "scripts/zhalantun/plugin.toml",
                "[\"information\", \"std\"]",
                "[\"informatoin\", \"std\"]",
            )
        },
        file: "zhalantun/plugin.toml",
        line: Some(5),
        reason: "\"informatoin\"",
    },
    Break {
        name: "a file half written",
        how: |p| {
            let text = fs::read_to_string(p.path(SCORING)).unwrap();
            let half = text.find("host.figures.submission)").unwrap();
            p.write(SCORING, &text[..half]);
        },
        file: "zhalantun/scoring.lua",
        line: Some(10),
        reason: "Expected",
    },
];

fn amounts(program: &Program) -> Vec<String> {
    let rows = program.run(&STANDINGS).ok().json();
    rows.as_array().unwrap().iter().map(|row| row["amount"].as_str().unwrap().to_owned()).collect()
}

const PUBLISHED: [&str; 5] = ["205", "180", "145", "135", "130"];

fn row(program: &Program, plugin: &str) -> Value {
    let rows = program.run(&["plugins", "--json"]).ok().json();
    let row = rows.as_array().unwrap().iter().find(|row| row["id"] == plugin);
    row.unwrap_or_else(|| panic!("no {plugin} in {rows}")).clone()
}

/// What command line and log say of the plugin `zhalantun`, and that its figures stay.
fn check(program: &Program, serving: &mut Serving, broken: &Break, state: &str, hash: &str) {
    let name = broken.name;
    let text = program.until(&["plugins"], broken.reason);
    let line = broken.line.map_or(String::new(), |line| format!(":{line}"));
    let place = format!("scripts/{}{line}: plugin \"zhalantun\": ", broken.file);
    let said = text.err.lines().find(|line| line.contains(broken.reason)).unwrap();
    let serves = format!("version 2023 ({}) serves", &hash[..12]);
    assert!(said.contains(&place) && said.contains(&serves), "{name}: {said}");

    let row = row(program, "zhalantun");
    assert_eq!(row["state"], state, "{name}: {row}");
    assert_eq!(row["content_hash"], *hash, "{name}");
    let fault = &row["faults"][0];
    assert_eq!(fault["file"], broken.file, "{name}: {fault}");
    assert_eq!(fault.get("line").and_then(Value::as_u64), broken.line, "{name}: {fault}");
    assert!(fault["message"].as_str().unwrap().contains(broken.reason), "{name}: {fault}");

    serving.wait(broken.reason);
    let log = serving.log();
    let logged = log.lines().find(|line| line.contains(broken.reason)).unwrap();
    assert!(logged.contains("ERROR") && logged.contains(&place), "{name}: {logged}");
    assert!(logged.contains("serves"), "{name}: {logged}");
    println!("{name}: {}", logged.trim());

    assert_eq!(amounts(program), PUBLISHED, "{name}");
    assert!(program.run(&["plugins", "--json"]).json().as_array().unwrap().len() >= 10);
}

#[test]
fn a_broken_plugin_leaves_the_old_one_serving_also_after_a_restart() {
    let program = Program::with_quarter();
    let mut serving = program.serve();
    let hash = row(&program, "zhalantun")["content_hash"].as_str().unwrap().to_owned();
    let files = [SCORING, "scripts/zhalantun/plugin.toml"];
    let whole = files.map(|file| fs::read_to_string(program.path(file)).unwrap());
    for broken in &BREAKS {
        (broken.how)(&program);
        check(&program, &mut serving, broken, "earlier-version", &hash);
        serving.kill();
        serving = program.serve();
        check(&program, &mut serving, broken, "last-good", &hash);
        files.iter().zip(&whole).for_each(|(file, text)| program.write(file, text));
        program.until(&["plugins"], "zhalantun            2023     live");
        assert_eq!(row(&program, "zhalantun")["faults"], serde_json::json!([]));
    }
}

#[test]
fn an_unreadable_folder_is_an_error_and_no_removal() {
    let program = Program::with_quarter();
    let mut serving = program.serve_unprivileged();
    let hash = row(&program, "zhalantun")["content_hash"].as_str().unwrap().to_owned();
    let folder = program.path("scripts/zhalantun");
    let closed = Break {
        name: "a folder made unreadable",
        how: |p| fs::set_permissions(p.path("scripts/zhalantun"), fs::Permissions::from_mode(0o000)).unwrap(),
        file: "zhalantun",
        line: None,
        reason: "cannot be read (Permission denied",
    };
    (closed.how)(&program);
    // The watch may not be told of a change of permissions alone; a change beside it is enough.
    program.write("scripts/beside.lua", "-- nothing");
    check(&program, &mut serving, &closed, "earlier-version", &hash);
    serving.kill();
    serving = program.serve_unprivileged();
    check(&program, &mut serving, &closed, "last-good", &hash);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    program.write("scripts/beside.lua", "-- nothing more");
    program.until(&["plugins"], "zhalantun            2023     live");
}

#[test]
fn all_scripts_unreadable_leave_all_plugins_serving() {
    let program = Program::with_quarter();
    let mut serving = program.serve();
    fs::rename(program.path("scripts"), program.path("elsewhere")).unwrap();
    program.write("scripts", "no folder");
    let text = program.until(&["plugins"], "cannot be read (Not a directory");
    assert!(text.out.contains("zhalantun            2023"), "{text:?}");
    serving.wait("cannot be read (Not a directory");
    assert_eq!(amounts(&program), PUBLISHED);
    serving.kill();
    serving = program.serve();
    serving.wait("cannot be read (Not a directory");
    assert_eq!(amounts(&program), PUBLISHED);
    assert_eq!(row(&program, "information")["state"], "last-good");
}

#[test]
fn a_plugin_that_never_loaded_is_listed_as_failed_and_stops_nobody() {
    let program = Program::with_quarter();
    let mut serving = program.serve();
    program.write("scripts/newcomer/plugin.toml", "id = \"newcomer\"\nversion = \"1\"\ncontract = 1\n");
    program.write(
        "scripts/newcomer/main.lua",
        "host.on(\"record.check\", {}, function(draft)\n  return {{\nend)\n",
    );
    for _ in 0..2 {
        let text = program.until(&["plugins"], "newcomer/main.lua:3");
        text.shows("FAILED").says("nothing serves in its place");
        let row = row(&program, "newcomer");
        assert_eq!((row["state"].as_str(), row["faults"][0]["line"].as_u64()), (Some("failed"), Some(3)));
        serving.wait("newcomer/main.lua:3");
        assert_eq!(amounts(&program), PUBLISHED);
        program
            .run(&[
                "act",
                "information",
                "-",
                "submit",
                "-f",
                "title=新的",
                "-f",
                "unit=unit-1",
                "--on",
                "2023-05-01",
            ])
            .ok();
        serving.kill();
        serving = program.serve();
    }
}
