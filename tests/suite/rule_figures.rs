//! Dated figures: rules read them as of the event's day, people see them with their clause, and a changed one shows
//! its effect before it counts.

use crate::program::Program;
use serde_json::{Value, json};

const MANIFEST: &str = r#"id = "tolls"
rule_set = true
[document]
title = "Tolls"
[clauses]
pass = "每次通过计{pass}分"
month = "每月加{month}分"
owed = "每月应{owed}次"
[figures]
pass = { label = "通过", unit = "分", clause = "pass", from = { 2023-01-01 = 2, 2023-06-01 = 2.5 } }
night = { label = "夜间", unit = "分", clause = "pass", from = { 2023-06-01 = 1 } }
month = { label = "月度", unit = "分", clause = "month", from = { 2020-01-01 = 5, 2023-06-30 = 7 } }
owed = { label = "任务", unit = "次", clause = "owed", from = { 2020-01-01 = 1, 2023-06-01 = 3 } }
"#;

const SCORING: &str = r#"
host.on("score.post", { register = "gates", action = "pass", measure = "points", account = "unit", clause = "pass" }, function(event, record)
  return host.sum({ host.figures.pass, if record.night then host.figures.night or 0 else 0 })
end)
host.on("score.period", { register = "gates", period = "month", measure = "points", tag = "month", clause = "month" }, function(p)
  local met = true
  for _, quota in p.quotas do
    met = met and quota.met
  end
  return if met and p:count { action = "pass" } > 0 then host.figures.month else nil
end)
host.on("quota.target", { register = "gates", period = "month", clause = "owed" }, function()
  return { { name = "passes", count = host.figures.owed } }
end)
for _, day in { "2023-05-31", "2023-06-01" } do
  host.example(`a pass on {day}`, {
    point = "score.post", event = { register = "gates", action = "pass", on = day }, record = { unit = "x" },
    expect = { { account = "x", amount = host.figure("pass", day) } },
  })
end
"#;

const GATES: &str = r#"host.register("gates", {
  fields = { unit = { type = "unit" }, night = { type = "bool" } }, stages = { "open" },
  actions = { pass = { to = "open", create = true, submission = true } },
  measures = { points = { places = 1 } },
})
"#;

/// A pass in May, and as many in June as are wanted, one of each at night.
fn office(june: usize) -> Program {
    let program = Program::bare();
    program.write("scripts/gates.lua", GATES);
    program.write("scripts/tolls/plugin.toml", MANIFEST);
    program.write("scripts/tolls/scoring.lua", SCORING);
    program.run(&["office", "default", "--rules", "tolls", "--on", "2020-01-01"]).ok();
    program.run(&["act", "$directory", "x", "unit", "title=X", "--on", "2020-01-01"]).ok();
    let mut lines = String::new();
    for n in 0..=june {
        let on = if n == 0 { "2023-05-31".to_owned() } else { format!("2023-06-{:02}", 1 + n % 28) };
        let fields = json!({ "unit": "x", "night": n < 2 });
        let event = json!({ "id": format!("e{n}"), "register": "gates", "record": format!("r{n}"), "action": "pass", "on": on, "fields": fields });
        lines += &format!("{event}\n");
    }
    program.write("events.jsonl", &lines);
    program.run(&["import-events", "events.jsonl"]).ok();
    program
}

/// Changed rules wait for Li's approval from now on.
fn led_by_li(program: &Program) {
    let roles = "roles=[{\"role\":\"leader\"}]";
    program.run(&["act", "$directory", "li", "person", "name=Li", roles, "--on", "2020-01-01"]).ok();
    program.run(&["office", "default", "--approve-by", "leader"]).ok();
}

fn total(program: &Program, period: &str) -> String {
    let rows = program.run(&["standings", "gates", "--period", period, "--json"]).ok().json();
    rows[0]["amount"].as_str().unwrap().to_owned()
}

fn figures(program: &Program, args: &[&str]) -> Value {
    program.run(&[&["rules", "figures", "--json"], args].concat()).ok().json()
}

#[test]
fn a_rule_reads_its_figures_as_of_the_events_day_one_by_one_and_in_bulk() {
    // Too few for rows, and more than a stretch of them.
    for june in [3, 3000] {
        let program = office(june);
        // Owed 1 in May: 2 points, nothing for the night yet, and 5 for the month, that of its last day.
        assert_eq!(total(&program, "2023-05"), "7");
        let expected = june as f64 * 2.5 + 1.0 + 7.0;
        assert_eq!(total(&program, "2023-06"), expected.to_string());
        program.run(&["verify"]).ok();
    }
    // Owed 3 in June, and 2 there: no points for the month.
    assert_eq!(total(&office(2), "2023-06"), "6");
}

#[test]
fn a_clause_is_shown_with_the_figure_of_the_day() {
    let program = office(3);
    let opened =
        |period: &str| program.run(&["explain", "gates", "--account", "x", "--period", period]).ok().out;
    assert!(
        opened("2023-05").contains("每次通过计2分") && opened("2023-05").contains("每月加5分"),
        "{}",
        opened("2023-05")
    );
    assert!(opened("2023-06").contains("每次通过计2.5分") && opened("2023-06").contains("每月加7分"));
    program.run(&["rules", "--on", "2023-05-01"]).ok().shows("每月应1次");
    program.run(&["rules", "--on", "2023-07-01"]).ok().shows("每月应3次");
}

#[test]
fn figures_are_listed_and_compared_by_days_and_by_versions() {
    let program = office(3);
    let listed = figures(&program, &["--on", "2023-05-31"]);
    let pass = &listed[0];
    assert_eq!(
        (&pass["name"], &pass["amount"], &pass["since"]),
        (&json!("pass"), &json!("2"), &json!("2023-01-01"))
    );
    assert_eq!(pass["next"], json!(["2023-06-01", "2.5"]));
    assert_eq!(pass["source"], "tolls/plugin.toml:10");
    assert_eq!(listed[1]["amount"], Value::Null);
    let compared = figures(&program, &["--with", "2023-05-31", "--on", "2023-06-30"]);
    let said = |rows: &Value| -> Vec<String> {
        let one = |row: &Value| {
            format!("{} {} {} {}", row["kind"], row["name"], row["before"], row["after"]).replace('"', "")
        };
        rows.as_array().unwrap().iter().map(one).collect()
    };
    let expected =
        ["added night null 1", "raised pass 2 2.5", "raised month 5 7", "raised owed 1 3"].map(str::to_owned);
    assert_eq!(said(&compared), expected);
    let diff =
        program.run(&["rules", "diff", "--from", "2023-05-31", "--to", "2023-06-30", "--json"]).ok().json();
    assert_eq!(said(&diff["figures"]), expected);
    // Two versions on all days: from when on they differ.
    program.copy(&program.path("scripts/tolls"), "old/tolls");
    program.edit("scripts/tolls/plugin.toml", "2023-06-01 = 2.5 }", "2023-06-01 = 2.5, 2024-01-01 = 3 }");
    program
        .run(&["rules", "diff", "old/tolls", "live"])
        .ok()
        .shows("figures 数字: 0 added, 1 raised, 0 lowered, 0 removed, 3 unchanged")
        .shows("2024-01-01");
}

#[test]
fn a_changed_figure_shows_its_effect_and_waits_for_approval() {
    let program = office(3);
    led_by_li(&program);
    assert_eq!(total(&program, "2023-06"), "15.5");
    // Before the days of the log the figures of the standings stay.
    program.edit("scripts/tolls/plugin.toml", "2023-06-01 = 2.5 }", "2023-06-01 = 2.5, 2023-06-03 = 4 }");
    let shown = program.run(&["preview", "--json"]).ok().json();
    let changed = &shown["effect"]["figures"];
    assert_eq!(changed.as_array().unwrap().len(), 1, "{changed}");
    assert_eq!(
        (&changed[0]["from"], &changed[0]["before"], &changed[0]["after"]),
        (&json!("2023-06-03"), &json!("2.5"), &json!("4"))
    );
    assert_eq!(total(&program, "2023-06"), "15.5");
    program.run(&["approve", "--as", "li"]).ok().shows("通过");
    assert_eq!(total(&program, "2023-06"), "18.5");
    program.run(&["verify"]).ok();
}

#[test]
fn an_office_says_figures_otherwise_in_its_settings() {
    let program = office(3);
    let settings = "[settings.tolls.figures]\npass = { 2023-06-01 = 3 }\n[office.default.settings.tolls.figures]\npass = { 2023-06-04 = 10 }\n";
    program.write("registrar.toml", settings);
    // On the second, third and fourth of June: 3 + 1, 3, 10, and 7 for the month.
    assert_eq!(total(&program, "2023-06"), "24");
    program.run(&["verify"]).ok();
    program.write("registrar.toml", "[office.default.settings.tolls.figures]\nparse = { 2023-06-04 = 10 }\n");
    program.run(&["plugins"]).says("registrar.toml:2: ").says("did you mean `pass`?");
    program.write("registrar.toml", "[settings.tolls.figures]\npass = 3\n");
    program.run(&["plugins"]).says("registrar.toml:2: ").says("say from when");
}

#[test]
fn who_wins_by_a_changed_figure_and_who_no_longer_is_told_by_name() {
    let program = office(3);
    program.write(
        "scripts/tolls/awards.lua",
        "host.on(\"award.select\", { register = \"gates\", period = \"year\", clause = \"month\" }, function(s)
  return s:take(s:standing({ measure = \"points\" }), 1, { award = \"best\" })
end)
",
    );
    program.run(&["act", "$directory", "y", "unit", "title=Y", "--on", "2020-01-01"]).ok();
    let pass = ["act", "gates", "late", "pass", "unit=y", "night=true", "--on", "2023-07-03"];
    program.run(&pass).ok();
    program.run(&["awards", "gates", "--period", "2023"]).ok().shows("X (x)");
    led_by_li(&program);
    program.edit(
        "scripts/tolls/plugin.toml",
        "from = { 2023-06-01 = 1 }",
        "from = { 2023-06-01 = 1, 2023-07-01 = 90 }",
    );
    let shown = program.run(&["preview"]).ok();
    shown.shows("  - X (x): best, month\n  + Y (y): best, month\n");
    program.run(&["approve", "--as", "li"]).ok();
    program.run(&["awards", "gates", "--period", "2023"]).ok().shows("Y (y)");
}

#[test]
fn what_is_set_wrongly_takes_nothing_away_at_the_next_starts() {
    let program = office(3);
    led_by_li(&program);
    // What the office set, and what counts by it, before somebody slips.
    let set = "[settings.tolls.figures]\npass = { 2023-06-01 = 3 }\n";
    program.write("registrar.toml", set);
    program.run(&["approve", "--as", "li"]).ok();
    assert_eq!(total(&program, "2023-06"), "17");
    let slips = [
        "pas = { 2023-06-01 = 4 }",
        "pass = { 2023-6-1 = 4 }",
        "pass = { 2023-06-01 = \"4分\" }",
        "pass = 4",
        "[settings.tolls]\npasses = 4",
        "[settings.gates]\npasses = 4",
    ];
    for slip in slips {
        program.write(
            "registrar.toml",
            &format!("{set}{slip}\n").replace(&format!("{set}pass"), "[settings.tolls.figures]\npass"),
        );
        for start in 1..=3 {
            assert_eq!(total(&program, "2023-06"), "17", "{slip}, start {start}");
        }
        program.run(&["verify"]).ok();
        program.write("registrar.toml", set);
        assert_eq!(total(&program, "2023-06"), "17", "{slip}, mended");
        let shown = program.run(&["preview", "--json"]).ok().json();
        assert_eq!(shown["effect"]["before"], shown["effect"]["after"], "{slip}");
        let again = program.run(&["approve", "--as", "li"]).ended(1);
        again.says("no changed rules wait for approval");
    }
}

#[test]
fn what_rules_leave_to_the_office_is_listed_with_what_it_chose() {
    let program = office(0);
    program.edit(
        "scripts/tolls/plugin.toml",
        "[figures]",
        "[settings.joint]\ntype = \"text\"\nof = [\"each\", \"split\"]\ndefault = \"each\"\nlabel = { zh = \"联合\", en = \"Joint\" }\n\
         doc = { zh = \"each：各计全分\", en = \"each in full\" }\n[figures]",
    );
    let listed = || program.run(&["rules", "settings", "--json"]).ok().json()[0].clone();
    assert_eq!((&listed()["label"], &listed()["value"]), (&json!("联合 · Joint"), &json!("each")));
    program.write("registrar.toml", "[office.default.settings.tolls]\njoint = \"split\"\n");
    assert_eq!((&listed()["value"], &listed()["default"]), (&json!("split"), &json!("each")));
    program.run(&["rules", "settings"]).ok().shows("each：各计全分").shows("[settings.tolls] joint");
}

#[test]
fn a_figure_that_no_script_names_is_warned_of() {
    let program = office(0);
    let check = || program.run(&["check", "scripts"]).ok().err;
    assert!(!check().contains("no script names"), "{}", check());
    program.edit("scripts/tolls/scoring.lua", "host.figures.night or 0", "0");
    let said = check();
    assert!(said.contains("tolls/plugin.toml:11: no script names the figure `night`"), "{said}");
}

#[test]
fn what_is_wrong_with_figures_is_told_with_its_line() {
    let program = office(0);
    let check = |file: &str, old: &str, new: &str, says: &[&str]| {
        program.copy(&program.path("scripts"), "tried");
        program.edit(&file.replace("scripts", "tried"), old, new);
        let ran = program.run(&["check", "tried"]).ended(1);
        says.iter()
            .for_each(|part| assert!(ran.out.contains(part) || ran.err.contains(part), "{part}: {ran:?}"));
    };
    let manifest = "scripts/tolls/plugin.toml";
    check(manifest, "2023-06-01 = 2.5", "2023-06-31 = 2.5", &["tolls/plugin.toml:10", "\"2023-06-31\""]);
    check(manifest, "clause = \"month\"", "clause = \"mouth\"", &["plugin.toml:12", "did you mean `month`"]);
    check(manifest, "{owed}次", "{owned}次", &["the clause \"owed\"", "did you mean `owed`"]);
    let script = "scripts/tolls/scoring.lua";
    check(script, "host.figures.pass", "host.figures.pas", &["scoring.lua:3", "did you mean `pass`"]);
    check(
        script,
        "host.on(\"quota.target\"",
        "local early = host.figures.owed\nhost.on(\"quota.target\"",
        &["scoring.lua:12", "host.figure(\"owed\", day)"],
    );
    let reconcile = "host.on(\"score.reconcile\", { register = \"gates\" }, function(postings)\n  local n = host.figures.pass\n  return postings\nend)\nhost.example(\"x\", { point = \"score.reconcile\", record = { unit = \"x\" }, postings = { { account = \"x\", amount = 1, measure = \"points\", on = \"2023-05-01\", register = \"gates\", action = \"pass\" } }, expect = { { amount = 1 } } })\nhost.on(\"quota.target\"";
    check(script, "host.on(\"quota.target\"", reconcile, &["host.figure(\"pass\", day)"]);
}
