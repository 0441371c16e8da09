//! Each command does what it says, alone and through a running office.

use crate::program::Program;
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn every_command_has_a_help_text_for_itself_and_its_arguments() {
    let program = Program::new();
    let help = program.run(&["--help"]).ok().out;
    assert!(help.contains("Exit codes: 0 done, 1 the answer is no, 2 wrong use"), "{help}");
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() >= 20, "{commands:?}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let text = program.run(&[command, "--help"]).ok().out;
        assert!(text.contains(&format!("Usage: registrar {command}")), "{command}: {text}");
        assert!(!text.starts_with("Usage"), "{command} does not say what it does: {text}");
        assert!(text.contains("--json") && text.contains("--office"), "{command}: {text}");
        let sections = ["Arguments:\n", "Options:\n"].map(|name| text.split(name).nth(1).unwrap_or(""));
        for section in sections {
            let lines: Vec<&str> = section.split("\n\n").flat_map(str::lines).collect();
            for (line, below) in lines.iter().zip(lines.iter().skip(1).chain([&""])) {
                let named = line.trim_start().starts_with(['<', '[', '-']) && !line.starts_with("          ");
                let told = line.trim_start().split_once("  ").is_some() || below.starts_with("          ");
                assert!(!named || told, "{command}: {line:?} says nothing");
            }
        }
    }
}

#[test]
fn every_reading_command_prints_json_alone_and_through_a_running_office() {
    let program = Program::with_quarter();
    let commands = [
        "plugins",
        "points",
        "points score.post",
        "standings information --period 2023-Q1",
        "explain information --account unit-1 --period 2023-Q1",
        "rules",
        "rules --on 2023-02-01",
        "parked",
        "verify",
        "office",
        "check",
    ];
    let run = |line: &str| {
        let mut json = program.run(&[&words(line)[..], &["--json"]].concat()).ok().json();
        // How often a plugin was called is another matter in each process.
        for plugin in json.as_array_mut().into_iter().flatten().filter_map(|row| row.as_object_mut()) {
            plugin.remove("timing");
        }
        json
    };
    let alone = commands.map(run);
    let lines = |out: String| out.lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<Value>>();
    let records = lines(program.run(&["export", "information"]).ok().out);
    assert_eq!(records.len(), 149);
    let _serving = program.serve();
    let served = commands.map(run);
    for ((line, alone), served) in commands.iter().zip(&alone).zip(&served) {
        assert_eq!(alone, served, "{line}");
        assert!(
            alone.as_array().is_some_and(|rows| !rows.is_empty() || *line == "parked") || alone.is_object(),
            "{line}: {alone}"
        );
    }
    assert_eq!(lines(program.run(&["export", "information"]).ok().out), records);
}

#[test]
fn people_act_within_their_rights() {
    let program = Program::with_quarter();
    let act = |line: &str| program.run(&[&["act", "information"][..], &words(line)].concat());
    act("new submit title=新的 unit=unit-1 --on 2023-04-03 --as reporter-1")
        .ok()
        .shows("information new (2023-0001): submitted");
    act("other submit title=新的 unit=unit-2 --on 2023-04-03 --as reporter-1").ended(1).says("unit-2");
    act("new adopt carrier=journal --on 2023-04-04 --as reporter-1").ended(1).says("reporter-1");
    act("new adopt carrier=journal --on 2023-04-04 --as nobody")
        .ended(1)
        .says("the person \"nobody\" is not there");
    let done =
        act("new adopt carrier=journal issue=3 --on 2023-04-04 --as editor-1 --id key-1 --json").ok().json();
    assert_eq!(done["record"]["stage"], "adopted");
    assert_eq!(
        (&done["events"][0]["by"], &done["events"][0]["fields"]["issue"]),
        (&json!("editor-1"), &json!(3))
    );
    let again =
        act("new adopt carrier=journal issue=3 --on 2023-04-04 --as editor-1 --id key-1 --json").ok().json();
    assert_eq!(again["repeated"], true);
    act("new adopt carrier=brief --on 2023-04-04 --as editor-1 --id key-1").ended(1).says("`key-1`");
    act("new submit --on 2023-04-05").ended(1).says("can't be taken in the stage \"adopted\"");
    program.run(&["verify"]).ok();
}

#[test]
fn a_void_takes_an_event_out_of_every_figure() {
    let program = Program::with_quarter();
    let amount = || {
        let rows = program.run(&words("standings information --period 2023-Q1 --json")).ok().json();
        rows[0]["amount"].as_str().unwrap().to_owned()
    };
    assert_eq!(amount(), "205");
    let submit = "2023-0003-submit";
    program
        .run(&["act", "information", "2023-0003", "void", &format!("event={submit}")])
        .ended(1)
        .says("reason");
    let void = ["act", "information", "2023-0003", "void", &format!("event={submit}"), "reason=报错单位"];
    program.run(&void).ok();
    assert_eq!(amount(), "200");
    program.run(&void).ended(1);
    program.run(&["verify"]).ok().shows("核对无误");
}

#[test]
fn a_call_gives_the_answer_and_who_gave_it() {
    let program = Program::with_quarter();
    let draft = json!({ "draft": { "register": "information", "kind": "dynamic", "title": "", "unit": "unit-1" }, "event": { "register": "information", "action": "adopt" } });
    let args = json!({ "event": { "id": "e", "seq": 1, "register": "information", "record": "r", "action": "adopt", "on": "2023-02-14", "by": "editor-1", "fields": {}, "nth": 1 },
                       "record": { "id": "r", "register": "information", "stage": "adopted", "unit": "unit-1", "title": "t" } });
    for _ in 0..2 {
        let _serving = program.serve();
        let answer = program.run_with(&["call", "score.post"], &args.to_string()).ok().json();
        assert_eq!(answer["value"][0]["account"], "unit-1", "{answer}");
        assert_eq!(answer["steps"][0]["source"]["file"], "zhalantun/scoring.lua", "{answer}");
    }
    program.run_with(&["call", "score.post"], "not json").ended(2).says("standard input is not JSON");
    program
        .run_with(&["call", "score.post"], r#"{"evnt": {}}"#)
        .ended(2)
        .says("score.post takes no `evnt`; it takes event");
    program.run_with(&["call", "record.check"], &draft.to_string()).ended(2).says("record.check takes no");
}

#[test]
fn what_new_writes_passes_check() {
    let program = Program::new();
    for kind in ["script", "register", "rules"] {
        let name = format!("my-{kind}");
        let of = ["--register", "information"];
        let more = if kind == "rules" { &of[..] } else { &[] };
        let wrote = program.run(&[&["new", kind, &name], more].concat()).ok().says("Next: edit it, then");
        let file = wrote.out.lines().next().unwrap();
        assert!(program.path(file).exists());
        let path = if kind == "script" { format!("scripts/{name}.lua") } else { format!("scripts/{name}") };
        program.run(&["check", &path]).ok().shows("1 plugin is good");
        program.run(&[&["new", kind, &name], more].concat()).ended(2).says("is there already");
    }
    program.run(&["new", "rules", "others"]).ended(2).says("--register");
    let checked = program.run(&["check", "--json"]).ok().json();
    assert!(checked["checked"].as_array().unwrap().contains(&json!("my-rules")), "{checked}");
    program.edit("scripts/my-rules/scoring.lua", "rules:on(\"score.post\"", "rules:on(\"score.pst\"");
    program.run(&["check"]).ended(1).says("my-rules/scoring.lua:5").says("did you mean `score.post`?");
    let faults = program.run(&["check", "--json"]).ended(1).json();
    assert_eq!(faults["faults"][0]["line"], 5);
}

#[test]
fn stubs_are_those_in_the_repository() {
    let program = Program::new();
    let shipped = std::fs::read_to_string(program.path("scripts/types/registrar.lua")).unwrap();
    program.run(&["stubs", "made/stubs.lua"]).ok();
    assert_eq!(std::fs::read_to_string(program.path("made/stubs.lua")).unwrap(), shipped);
}

#[test]
fn the_repl_reads_lines_from_a_pipe() {
    let program = Program::with_quarter();
    let lines = "1 + 1\nhost.unit(\"unit-1\", \"2023-02-01\").title\nhost.count { register = \"information\", action = \"adopt\" }\n";
    let alone = program.run_with(&["repl"], lines).ok();
    assert_eq!(alone.out.lines().next(), Some("2"), "{alone:?}");
    assert!(alone.out.contains("河东街道") && alone.out.lines().last() == Some("5"), "{alone:?}");
    program.run_with(&["repl"], "host.unit(\n").ended(1);
    let _serving = program.serve();
    assert_eq!(program.run_with(&["repl"], lines).ok().out, alone.out);
    program.run_with(&["repl"], "host.act {}\n").ended(1).says("host.act");
}

#[test]
fn records_come_in_with_all_checks_and_go_out_again() {
    let program = Program::with_quarter();
    let good = r#"{"record":"in-1","on":"2023-04-03","id":"in-1-submit","title":"第一","unit":"unit-1"}"#;
    let bad = r#"{"record":"in-2","on":"2023-04-03","title":"第二","unit":"unit-77"}"#;
    program.write("items.jsonl", &format!("{good}\n\n{bad}\n"));
    let args = ["import", "information", "items.jsonl"];
    program.run(&args).ended(1).shows("1 taken, 1 refused").says("items.jsonl:3: ").says("`unit`");
    program.write("items.jsonl", &format!("{good}\n"));
    program.run(&args).ok();
    let out = program.run(&["export", "information"]).ok().out;
    let there: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let one: Vec<_> = there.iter().filter(|record| record["id"] == "in-1").collect();
    assert_eq!((one.len(), &one[0]["title"], &one[0]["stage"]), (1, &json!("第一"), &json!("submitted")));
}

#[test]
fn an_office_has_rules_and_a_log_of_its_own() {
    let program = Program::with_quarter();
    program
        .run(&words("office west --rules zhalantun --on 2023-01-01"))
        .ok()
        .shows("west: rule sets zhalantun");
    assert_eq!(program.run(&words("office --json")).ok().json(), json!(["default", "west"]));
    // That the rule set was chosen, and that its rules count.
    assert_eq!(program.run(&words("--office west verify --json")).ok().json()["events"], 2);
    let rows = program.run(&words("--office west standings information --period 2023-Q1 --json")).ok().json();
    assert_eq!(rows, json!([]));
    program.run(&words("office west --rules -")).ok().shows("west: rule sets none");
    assert_eq!(
        program.run(&words("standings information --period 2023-Q1 --json")).ok().json()[0]["amount"],
        "205"
    );
}

#[test]
fn a_failing_guard_is_let_pass_only_by_a_bypass_with_a_reason() {
    let program = Program::with_quarter();
    program.write(
        "scripts/strict.lua",
        "host.on(\"action.guard\", { register = \"information\" }, function(event, record)\n  error(\"out of order\")\nend)\n",
    );
    let submit = words("act information - submit title=新的 unit=unit-1 --on 2023-04-03");
    program.run(&submit).ended(1).says("strict.lua:2").says("out of order");
    program.run(&words("bypass strict --until 2999-12-31 --reason 停电期间")).ok().shows("it is in the log");
    program.run(&submit).ok();
}

#[test]
fn a_parked_delivery_is_listed_and_tried_again_by_command() {
    let program = Program::with_quarter();
    program.write(
        "scripts/teller.lua",
        "host.on(\"action.after\", { register = \"information\" }, function(event, record)\n  error(\"the line is down\")\nend)\n",
    );
    program.run(&["parked"]).ok().shows("Nothing is parked");
    // A handler is told of what comes after it was first seen.
    let mut serving = program.serve();
    let started = Instant::now();
    program.run(&words("act information p submit title=新的 unit=unit-1 --on 2023-04-03")).ok();
    let store = rusqlite::Connection::open(program.path("data/registrar.db")).unwrap();
    let failed = || {
        store
            .query_row("SELECT count(*) FROM delivery WHERE error <> ''", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    while failed() == 0 {
        assert!(started.elapsed() < Duration::from_secs(20), "nothing was delivered: {}", serving.log());
        thread::sleep(Duration::from_millis(20));
    }
    serving.kill();
    // The pauses between attempts are minutes: their end is written into the store instead.
    drop(store);
    let parked = crate::edits::edit(&program.path("data/registrar.db"), "UPDATE delivery SET next_at = NULL");
    assert_eq!(parked, 1);
    program.run(&["parked"]).ok().shows("teller").shows("the line is down");
    assert_eq!(program.run(&words("parked --json")).ok().json().as_array().unwrap().len(), 1);
    program.run(&words("parked retry")).ended(1).shows("0 delivered, 1 failed again");
    program.edit("scripts/teller.lua", "error(\"the line is down\")", "");
    program.run(&words("parked retry --json")).ok().shows("\"delivered\": 1");
    program.run(&["parked"]).ok().shows("Nothing is parked");
}

#[test]
fn a_point_with_effects_is_only_tried_unless_it_is_to_act() {
    let program = Program::bare();
    program.write(
        "scripts/things.lua",
        r#"host.register("things", {
          fields = { name = { type = "text" } }, stages = { "open" },
          actions = { open = { to = "open", create = true } },
        })
        host.on("action.after", {}, function(event)
          host.state.update("seen", function(n) return (n or 0) + 1 end)
          host.state.set("last", event.action)
          if event.action == "echo" then host.act({ register = "things", action = "open", key = "k", fields = { name = "x" } }) end
        end)
        host.on("record.number", { register = "things" }, function() return "N" .. host.sequence("things") end)
        "#,
    );
    let state = || {
        let store = rusqlite::Connection::open(program.path("data/plugins.db")).unwrap();
        let mut rows = store
            .prepare("SELECT key || '=' || value FROM state WHERE plugin LIKE 'things@%' ORDER BY key")
            .unwrap();
        rows.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    let call = |args: &[&str], action: &str| {
        let input = format!(r#"{{"event": {{"register": "things", "record": "r", "action": "{action}"}}}}"#);
        program.run_with(&[&["call", "action.after"], args].concat(), &input)
    };
    let tried = call(&[], "open").ok().says("--act does what stands under `withheld`");
    assert_eq!(tried.json()["withheld"][1]["call"], "state.set");
    assert_eq!(tried.json()["withheld"].as_array().unwrap().len(), 2);
    assert_eq!(state(), Vec::<String>::new());
    // What it would have done with an answer can't be told.
    call(&[], "echo").shows("is not done when a point is only tried").shows("\"call\": \"act\"");
    call(&["--act"], "open").ok();
    assert_eq!(state(), ["last=\"open\"", "seen=1"]);
    // The number that would be given is shown, and not given.
    for _ in 0..2 {
        program.run_with(&["call", "record.number"], r#"{"event": {"register": "things"}}"#).ok().shows("N1");
    }
}

#[test]
fn the_program_carries_its_book() {
    let program = Program::new();
    let list = program.run(&["book"]).ok().out;
    assert!(list.contains("Run an office") && list.contains("script authors"), "{list}");
    assert!(program.run(&["book", "operators"]).ok().out.starts_with("# Run an office\n"));
    // A link of one chapter is a name of the next.
    let link = program.run(&["book", "../../plugins/contract/REFERENCE.md"]).ok().out;
    assert!(link.contains("host.records"), "{link}");
    program.run(&["book", "operator"]).ended(2).says("did you mean `operators`");
    let all: Value = serde_json::from_str(&program.run(&["book", "--json"]).ok().out).unwrap();
    assert!(all.as_array().unwrap().iter().any(|one| one["name"] == "glossary"), "{all}");
}
