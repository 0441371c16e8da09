//! The scripts that ship load without a fault, and each rule set has examples that hold.

use crate::program::Program;
use registrar_contract::OFFICE;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore};
use registrar_kernel::OfficeSnapshot;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

fn scripts() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts")
}

/// The folders of the plugins that ship, by id.
fn folders() -> BTreeMap<String, PathBuf> {
    let of = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let folders = of(scripts()).chain(of(scripts().join("examples")));
    let with_manifest = folders.filter(|folder| folder.join("plugin.toml").exists());
    with_manifest.map(|folder| (folder.file_name().unwrap().to_str().unwrap().to_owned(), folder)).collect()
}

fn lines() -> BTreeSet<String> {
    folders().into_keys().collect()
}

#[test]
fn every_shipped_script_loads_and_its_examples_hold() {
    // Rule sets of which an office chooses one: together nothing would say whose month comes first, or two would say
    // what a unit owes.
    for others in [
        &["city", "opinion"][..],
        &["lianshi", "opinion"],
        &["city", "lianshi", "fees", "quota", "commendation"],
    ] {
        let mut config = HostConfig::new(vec![scripts()]);
        config.chosen = lines();
        config.chosen.retain(|id| !others.contains(&id.as_str()));
        config.example_snapshot = Arc::new(OfficeSnapshot::new(Arc::default()));
        let engine = Engine::start(EngineConfig::default()).unwrap();
        let host = Host::new(engine, &OFFICE, config, Arc::new(MemoryStore::default()));
        let report = host.reload();
        let faults: Vec<_> = report.faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        let live: BTreeSet<String> = host.generation().plugins.keys().cloned().collect();
        assert_eq!(live, lines());
    }
}

#[test]
fn every_shipped_script_has_examples() {
    for (line, folder) in folders() {
        let sources =
            fs::read_dir(&folder).unwrap().filter_map(|e| fs::read_to_string(e.unwrap().path()).ok());
        // Modules that others use have no handlers: theirs are assertions.
        let marks = ["host.example", "rules:example", "assert("];
        let count = |text: String| marks.iter().map(|mark| text.matches(mark).count()).sum::<usize>();
        let examples: usize = sources.map(count).sum();
        assert!(examples > 0, "{line} has no example");
    }
}

/// Plugins whose handlers came before examples were counted by handler.
const UNTRIED: [&str; 0] = [];

#[test]
fn every_handler_that_ships_is_called_by_an_example() {
    let program = Program::new();
    let checked = program.run(&["check", "scripts", "--json"]).ok().json();
    let untried: Vec<&str> = checked["without_example"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .filter(|one| UNTRIED.iter().all(|plugin| !one.starts_with(plugin)))
        .collect();
    assert!(untried.is_empty(), "{untried:#?}");
    assert_eq!(checked["shadowed"], serde_json::json!([]));
}

#[test]
fn the_shipped_libraries_are_built_with_the_program_and_go_live() {
    let program = Program::new();
    let own = std::env::current_exe().unwrap();
    // `typeset` is outside the default members; its own tests load it.
    for library in ["near_duplicate", "office_document", "workbook"] {
        let file = format!("lib{library}.so");
        let built = own.with_file_name(&file);
        fs::copy(&built, program.path("plugins").join(&file))
            .unwrap_or_else(|e| panic!("{} is missing ({e}): is it a dev-dependency?", built.display()));
    }
    let rows = program.run(&["plugins", "--json"]).ok().json();
    let row = |id: &str| rows.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    for id in ["near-duplicate", "office-document", "workbook"] {
        let row = row(id);
        assert_eq!((&row["kind"], &row["state"]), (&json!("native"), &json!("live")), "{row}");
    }
    let formats = program.run(&["formats", "--json"]).ok().out;
    for format in ["docx", "xlsx", "csv"] {
        assert!(formats.contains(&format!("\"{format}\"")), "{formats}");
    }
}

#[test]
fn the_rules_in_the_documentation_pass_their_examples() {
    let text = fs::read_to_string(scripts().join("README.md")).unwrap();
    let blocks: Vec<&str> =
        text.split("```lua\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 4);
    let program = Program::new();
    let manifest =
        "id = \"ours\"\ncontract = 1\ndepends = [\"information\", \"std\"]\nrule_set = true\n[clauses]\n";
    let clauses = ["art-3", "art-4", "art-8", "art-9"].map(|id| format!("{id} = \"{id}\"\n")).concat();
    let figures = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    program.write("scripts/ours/plugin.toml", &format!("{manifest}{clauses}{figures}"));
    for block in &blocks {
        assert!(block.contains("rules:example"), "{block}");
    }
    program.write("scripts/ours/scoring.lua", &blocks.concat());
    let checked = program.run(&["check", "scripts/ours"]).ok().shows("1 plugin is good");
    assert_eq!(checked.err, "");
    // Its lines of history are taken, and counted as it says.
    program.run(&["office", "default", "--rules", "ours", "--on", "2024-01-01"]).ok();
    for unit in ["x", "y"] {
        program
            .run(&["act", "$directory", unit, "unit", "--on", "2024-01-01", "title=U", "class=county"])
            .ok();
    }
    let events = text.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    program.write("events.jsonl", events);
    program.run(&["import-events", "events.jsonl"]).ok().shows("2 events added");
    // The brief 4; one of two items owed: -1.
    let rows = program.run(&["standings", "information", "--period", "2024-05", "--json"]).ok().json();
    assert_eq!((&rows[0]["account"], &rows[0]["amount"]), (&json!("x"), &json!("3")));
}

#[test]
fn examples_of_rule_sets_lie_in_a_folder_of_their_own_and_nothing_there_acts_unasked() {
    let program = Program::bare();
    let scoring = |amount: u32| {
        format!(
            "host.on(\"score.post\", {{ register = \"gates\", measure = \"points\", account = \"unit\" }}, function() return {amount} end)\n"
        )
    };
    program.write("scripts/gates.lua", "host.register(\"gates\", { fields = { unit = { type = \"unit\" } }, stages = { \"open\" }, actions = { pass = { to = \"open\", create = true } }, measures = { points = {} } })\n");
    for (folder, amount, manifest) in [
        ("scripts/examples/tolls", 5, "rule_set = true\n"),
        ("scripts/examples/loud", 100, ""),
        ("scripts/examples/twice", 7, "rule_set = true\n"),
        ("scripts/twice", 9, "rule_set = true\n"),
    ] {
        program.write(&format!("{folder}/scoring.lua"), &scoring(amount));
        program.write(&format!("{folder}/plugin.toml"), manifest);
    }
    program.run(&["act", "$directory", "x", "unit", "title=X", "--on", "2020-01-01"]).ok();
    program.run(&["act", "gates", "one", "pass", "unit=x", "--on", "2023-05-02"]).ok();
    let total = |rules: &str| {
        program.run(&["office", "default", "--rules", rules, "--on", "2020-01-01"]).ok();
        let rows = program.run(&["standings", "gates", "--period", "2023", "--json"]).ok().json();
        rows[0]["amount"].as_str().unwrap().to_owned()
    };
    assert_eq!(total("tolls"), "5");
    // A namesake outside goes before an example.
    assert_eq!(total("twice"), "9");
    program.run(&["check", "scripts"]).ok().says("examples/loud").says("is no rule set");
    program.run(&["office", "default", "--rules", "loud"]).ended(2).says("there is no rule set \"loud\"");
}
