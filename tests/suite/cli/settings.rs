//! `registrar.toml`: taken up while the program runs, with a fault for each slip, and what was set before otherwise.

use crate::program::Program;
use std::{thread, time::Duration};

const THINGS: &str = r#"host.register("things", {
  fields = { unit = { type = "unit" } }, stages = { "open" },
  actions = { open = { to = "open", create = true } }, measures = { points = {} },
})
host.on("score.post", { register = "things", action = "open", measure = "points", account = "unit" }, function()
  return host.settings.base
end)
"#;

const MANIFEST: &str = "id = \"things\"\n[settings]\nbase = { type = \"number\", default = 5 }\n";

fn office(settings: &str) -> Program {
    let program = Program::bare();
    program.write("scripts/things/plugin.toml", MANIFEST);
    program.write("scripts/things/things.lua", THINGS);
    program.write("registrar.toml", settings);
    program.run(&["act", "$directory", "x", "unit", "title=X", "--on", "2020-01-01"]).ok();
    program.run(&["act", "things", "-", "open", "unit=x", "--on", "2026-03-01"]).ok();
    program
}

#[test]
fn settings_are_taken_up_while_the_program_runs_and_a_wrong_one_keeps_the_old() {
    let program = office("[settings.things]\nbase = 7\n");
    let mut serving = program.serve();
    let shows = |amount: &str| {
        program.until(&["standings", "things", "--period", "2026"], &format!("X          {amount} "));
    };
    shows("7");
    program.write("registrar.toml", "[settings.things]\nbase = 9\n");
    shows("9");
    // Of the wrong type, misspelt, of another plugin, and a file that is none: the old counts, and each is told.
    for (settings, says) in [
        (
            "[settings.things]\nbase = \"ten\"\n",
            "registrar.toml:2: of \"things\": the setting `base` is \"ten\"; expected",
        ),
        (
            "[settings.things]\n\nbsae = 10\n",
            "registrar.toml:3: of \"things\": the setting `bsae` is not declared in plugin.toml; did you mean `base`?",
        ),
        ("[settings.things\nbase = 10\n", "registrar.toml:1: "),
        ("[limits]\nworkres = 2\n", "registrar.toml:2: unknown field `workres`"),
    ] {
        program.write("registrar.toml", settings);
        serving.wait(says);
        // A file that is none keeps every other command from running as well, with the same words.
        match program.run(&["standings", "things", "--period", "2026"]) {
            ran if ran.err.contains(says) => {}
            _ => drop((shows("9"), program.until(&["plugins"], says))),
        }
    }
    program.write("registrar.toml", "[settings.things]\nbase = 11\n[settings.thigns]\nbase = 1\n");
    program.until(&["plugins"], "registrar.toml:3: there is no plugin \"thigns\"; did you mean `things`?");
    shows("11");
    // A limit of what plugins say is taken up as well, and they are not loaded anew for it.
    program.write(
        "scripts/wordy.lua",
        "host.on('record.check', { register = 'things' }, function() return { { level = 'hint', text = 'a' }, { level = 'hint', text = 'b' } } end)\n",
    );
    program.until(&["plugins"], "wordy");
    let check = || {
        program.run_with(&["call", "record.check"], r#"{"draft": {"register": "things"}, "action": "open"}"#)
    };
    check().ok();
    program.write("registrar.toml", "[limits]\ncall_answers = 1\n");
    let began = std::time::Instant::now();
    while check().code == Some(0) {
        assert!(began.elapsed() < Duration::from_secs(20), "the limit is not taken up");
        thread::sleep(Duration::from_millis(50));
    }
    check().shows("returned 2 answers; at most 1 at once (limits.call_answers)");
    // A file that is gone sets nothing.
    std::fs::remove_file(program.path("registrar.toml")).unwrap();
    shows("5");
    thread::sleep(Duration::from_millis(300));
    program.run(&["verify"]).ok();
}

#[test]
fn slips_in_the_settings_are_faults_of_a_check_and_of_a_start() {
    let slips = "in_process = [\"thigns\"]\n[order]\n\"record.chek\" = [\"things\"]\n[office.wst]\nrules = [\"lianshy\"]\n[outside.thing]\nmail = true\n";
    let program = office(slips);
    let said = [
        "registrar.toml:1: there is no plugin \"thigns\"; did you mean `things`?",
        "registrar.toml:3: there is no point `record.chek`; did you mean `record.check`?",
        "registrar.toml:5: there is no rule set \"lianshy\"",
        "registrar.toml:6: there is no plugin \"thing\"; did you mean `things`?",
    ];
    let ran = program.run(&["check"]).ended(1);
    said.iter().for_each(|said| assert!(ran.err.contains(said), "{said}: {}", ran.err));
    let mut serving = program.serve();
    serving.wait("registrar.toml:4: there is no office \"wst\"");
    said.iter().for_each(|said| assert!(serving.log().contains(said), "{said}: {}", serving.log()));
    assert!(program.run(&["check", "--json"]).json()["settings"][0]["line"] == 1);
}

#[test]
fn a_check_sees_what_an_office_has() {
    let program = office("[office.west]\noverlay = \"west\"\n[office.west.settings.things]\nbase = \"x\"\n");
    program.write("west/extra.lua", "host.on('record.check', {}, function() end)\n");
    program
        .run(&["check"])
        .ended(1)
        .says("registrar.toml:4: of \"things\": the setting `base`")
        .shows("1 plugin is good");
    let ran = program.run(&["check", "--office", "west"]).ended(1).shows("1 plugin is good, 1 is not");
    assert!(ran.err.contains("things/plugin.toml: plugin \"things\""), "{}", ran.err);
}
