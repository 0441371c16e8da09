//! A plugin that has another id than before: what was said, kept and chosen under the old one is its own.

use crate::program::Program;
use serde_json::Value;
use std::{fs, time::Duration};

const RULES: &str = r#"
local weight = require("lib/weight")
host.register("gates", {
  fields = { unit = { type = "unit" } }, stages = { "open" },
  actions = { pass = { to = "open", create = true, submission = true } }, measures = { points = {} },
})
host.on("score.post", { register = "gates", action = "pass", measure = "points", account = "unit" }, function()
  return weight.of(host.settings.base)
end)
host.on("action.after", { register = "gates", action = "pass" }, function(event)
  host.state.set("seen-" .. event.record, true)
end)
host.on("panel.show", { place = "home" }, function()
  local n = 0
  for _, record in { "one", "two" } do
    n += if host.state.get("seen-" .. record) then 1 else 0
  end
  return { id = "seen", title = "seen", kind = "list", rows = { tostring(n) } }
end)
"#;

const OTHER: &str = r#"
local weight = require("tolls/lib/weight")
host.on("record.check", { register = "gates" }, function()
  return { level = "hint", text = tostring(weight.of(1)) }
end)
"#;

fn plugin(program: &Program, folder: &str, manifest: &str, rules: &str) {
    program.write(&format!("{folder}/rules.lua"), rules);
    program.write(
        &format!("{folder}/lib/weight.lua"),
        "local M = {}\nfunction M.of(n) return n * 2 end\nreturn M\n",
    );
    let settings = "rule_set = true\n[settings.base]\ntype = \"number\"\ndefault = 1\n";
    // Last, since only then it is a plugin.
    program.write(&format!("{folder}/plugin.toml"), &format!("{manifest}{settings}"));
}

fn office() -> Program {
    let program = Program::bare();
    plugin(&program, "scripts/tolls", "id = \"tolls\"\n", RULES);
    program.write("scripts/other/plugin.toml", "id = \"other\"\ndepends = [\"tolls\"]\n");
    program.write("scripts/other/other.lua", OTHER);
    program.write("registrar.toml", "[settings.tolls]\nbase = 5\n");
    program.run(&["office", "default", "--rules", "tolls", "--on", "2020-01-01"]).ok();
    program.run(&["act", "$directory", "x", "unit", "title=X", "--on", "2020-01-01"]).ok();
    program.run(&["act", "gates", "one", "pass", "unit=x", "--on", "2023-05-02"]).ok();
    program
}

fn rename(program: &Program, rules: &str) {
    fs::remove_dir_all(program.path("scripts/tolls")).unwrap();
    plugin(program, "scripts/charges", "id = \"charges\"\nwas = [\"tolls\"]\n", rules);
}

fn total(program: &Program) -> String {
    let rows: Value = program.run(&["standings", "gates", "--period", "2023", "--json"]).ok().json();
    rows[0]["amount"].as_str().unwrap_or("none").to_owned()
}

fn states(program: &Program) -> Vec<String> {
    let rows = program.run(&["plugins", "--json"]).ok().json();
    let rows = rows["plugins"].as_array().or_else(|| rows.as_array()).unwrap().clone();
    rows.iter().map(|row| format!("{} {}", row["id"], row["state"]).replace('"', "")).collect()
}

#[test]
fn what_was_said_kept_and_chosen_under_the_old_id_goes_on() {
    let program = office();
    assert_eq!(total(&program), "10");
    let seen = |n: usize| {
        // What happened is told once it runs.
        let _serving = program.serve();
        let args = r#"{"place":"home","person":{"id":"li","roles":[]}}"#;
        let started = std::time::Instant::now();
        while !program.run_with(&["call", "panel.show"], args).ok().out.contains(&format!("\"{n}\"")) {
            assert!(started.elapsed() < Duration::from_secs(20), "{n} were not seen");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    seen(1);
    rename(&program, RULES);
    // The setting and the choice count, its register is its own, and who requires it finds it.
    assert_eq!(total(&program), "10");
    assert_eq!(states(&program), ["charges live", "other live"]);
    let ran = program.run(&["act", "gates", "two", "pass", "unit=x", "--on", "2023-05-03"]).ok();
    assert!(ran.err.contains("[settings.tolls] counts for \"charges\"") || ran.err.is_empty(), "{ran:?}");
    assert_eq!(total(&program), "20");
    program.run(&["verify"]).ok();
    // What it kept is there, and it goes on where it was in the log.
    seen(2);
    // A setting under the present id goes before; the office may choose by either.
    program.write("registrar.toml", "[settings.tolls]\nbase = 5\n[settings.charges]\nbase = 7\n");
    assert_eq!(total(&program), "28");
    program
        .run(&["office", "west", "--rules", "tolls"])
        .ok()
        .shows("charges")
        .says("is called \"charges\" now");
}

#[test]
fn while_the_program_runs_the_new_one_takes_over_or_the_old_one_stays() {
    let program = office();
    let mut serving = program.serve();
    // One that breaks leaves the old one serving, in whose place it would have been.
    rename(&program, "error('broken')");
    serving.wait("broken");
    std::thread::sleep(Duration::from_secs(3));
    assert!(states(&program).contains(&"tolls live".to_owned()), "{:?}", states(&program));
    assert_eq!(total(&program), "10");
    program.write("scripts/charges/rules.lua", RULES);
    program.until(&["plugins"], "charges");
    program.until(&["standings", "gates", "--period", "2023"], " 10 ");
    let started = std::time::Instant::now();
    while states(&program) != ["charges live", "other live"] {
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", states(&program));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(total(&program), "10");
}
