//! What a command tells is what there is: no office of a refused command, files as they can be opened, a mark of
//! nothing apart from a mark of 0, quotas where they count.

use crate::program::Program;
use serde_json::Value;
use std::{fs, path::Path};

#[test]
fn a_refused_command_makes_no_office_and_rule_sets_are_named_with_commas() {
    let program = Program::new();
    for rules in [
        &["--rules", "zhalantun,nosuch"][..],
        &["--rules", "nosuch"],
        &["--rules", "zhalantun", "--on", "soon"],
    ] {
        let refused = program.run(&[&["office", "west"], rules].concat()).ended(2);
        assert!(!refused.err.contains("WARN"), "{refused:?}");
        assert!(!program.run(&["office"]).ok().out.contains("west"));
        assert!(!program.path("data/files/west").exists() && !program.path("data/files/.west").exists());
    }
    program.run(&["--office", "west", "standings", "information", "--period", "2023"]).ended(1);
    assert!(!program.run(&["office"]).ok().out.contains("west"));
    let made = program.run(&["office", "west", "--rules", "zhalantun, deputy-credit，commendation"]).ok();
    made.shows("west: rule sets commendation, deputy-credit, zhalantun");
    program.run(&["office", "west", "--rules", "-"]).ok().shows("rule sets none");
}

#[test]
fn a_plugin_is_checked_by_any_of_its_files_and_a_fault_names_one_that_can_be_opened() {
    let program = Program::new();
    let beside = Path::new(env!("CARGO_BIN_EXE_registrar")).parent().unwrap();
    let library = beside.join("deps/libnear_duplicate.so");
    program.run(&["check", library.to_str().unwrap()]).ok().shows("1 plugin is good, 0 are not.");
    // Examples that lie beside a library are named as the file they are, with its own lines.
    program.write("plugins/libnear_duplicate.so", "");
    fs::copy(&library, program.path("plugins/libnear_duplicate.so")).unwrap();
    let beside = "plugins/near-duplicate.examples.jsonl";
    for (line, why) in [
        (
            r#"{"name":"one","point":"record.similar","record":{"id":"1","register":"x","fields":{}},"expect":[1]}"#,
            "example \"one\"",
        ),
        (
            r#"{"name":"two","#,
            "column 14: EOF while parsing a value; an example is one JSON object on one line",
        ),
        (r#"{"name":"three","point":"record.similr"}"#, "did you mean `record.similar`?"),
    ] {
        program.write(beside, &format!("\n\n{line}\n"));
        let ran = program.run(&["check", "plugins/libnear_duplicate.so"]).ended(1);
        ran.says(&format!("{beside}:3: plugin \"near-duplicate\": ")).says(why);
    }
    fs::remove_file(program.path(beside)).unwrap();
    fs::remove_file(program.path("plugins/libnear_duplicate.so")).unwrap();
    program.write("libs/libbroken_one.so", "no library");
    program
        .run(&["check", "libs/libbroken_one.so"])
        .ended(1)
        .says("libs/libbroken_one.so: plugin \"broken-one\"");
    program.run(&["check", "README.md"]).ended(1);
    program.write("README.md", "#");
    program.run(&["check", "README.md"]).ended(1).says("is no plugin: one is a .lua file");
    program.write("scripts/mine/plugin.toml", "id = \"mine\"\nversion = \"1\"\ncontract = 1\n");
    program.write("scripts/mine/rules.lua", "local x = 1\nlocal y = = 2\n");
    program.run(&["check"]).ended(1).says("scripts/mine/rules.lua:2: plugin \"mine\": ");
    program.run(&["check", "scripts/mine"]).ended(1).says("scripts/mine/rules.lua:2: ");
    program.run(&["plugins"]).ok().says("scripts/mine/rules.lua:2: ");
    // From elsewhere the whole path.
    let folder = program.path("elsewhere");
    fs::create_dir(&folder).unwrap();
    let scripts = program.path("scripts").canonicalize().unwrap();
    let mut command = program.command(&["--scripts", scripts.to_str().unwrap(), "check"]);
    let told = command.current_dir(&folder).output().unwrap().stderr;
    let told = String::from_utf8(told).unwrap();
    let file = told.split_once(":2: ").unwrap().0;
    assert!(Path::new(file).is_absolute() && Path::new(file).is_file(), "{told}");
}

#[test]
fn no_mark_is_told_from_a_mark_of_nothing_and_a_quota_stands_where_it_counts() {
    let program = Program::bare();
    program.write(
        "scripts/items.lua",
        r#"host.register("items", { title = "Items", fields = { title = { type = "text" }, unit = { type = "unit" } },
            stages = { "open" }, actions = { submit = { create = true, submission = true } } })"#,
    );
    program.write("scripts/rules/plugin.toml", "id = \"rules\"\nversion = \"1\"\ncontract = 1\n");
    program.write(
        "scripts/rules/rules.lua",
        r#"host.on("score.post", { register = "items", action = "submit", measure = "points", clause = "one" },
            function(event, record) return { account = record.unit, amount = record.title == "zero" and 0 or 1, tag = "in" } end)
        host.on("quota.target", { register = "items", period = "month", clause = "owed" },
            function() return { { name = "two", count = 2 } } end)
        host.on("score.period", { register = "items", period = "month", measure = "points", clause = "silent" },
            function(p) if p:count() == 0 then return { account = p.account, amount = -1 } end end)
        host.on("score.period", { register = "items", period = "month", measure = "points", clause = "short" },
            function(p)
                for _, quota in p.quotas do if not quota.met then return { account = p.account, amount = -2 } end end
            end)
        host.on("score.period", { register = "items", period = "month", measure = "points", clause = "all" },
            function(p)
                for _, quota in p.quotas do if not quota.met then return nil end end
                return { account = p.account, amount = 5 }
            end)"#,
    );
    for unit in ["east", "west", "north"] {
        program.run(&["act", "$directory", unit, "unit", "--on", "2023-01-01", "title=区"]).ok();
    }
    let enter = |id: &str, unit: &str, title: &str| {
        let (unit, title) = (format!("unit={unit}"), format!("title={title}"));
        program.run(&["act", "items", id, "submit", "--on", "2023-05-03", &unit, &title]).ok();
    };
    [("1", "east", "a"), ("2", "east", "b"), ("3", "west", "zero")]
        .into_iter()
        .for_each(|(i, u, t)| enter(i, u, t));
    let standings = ["standings", "items", "--period", "2023-05", "--measure", "points", "--tag"];
    let marks = program.run(&[&standings[..], &["in", "--json"]].concat()).ok().json();
    let row = |account: &str| -> Value {
        marks.as_array().unwrap().iter().find(|row| row["account"] == account).unwrap().clone()
    };
    assert_eq!((&row("west")["amount"], row("west").get("unmarked")), (&"0".into(), None));
    assert_eq!(row("north")["unmarked"], true);
    let listed = program.run(&[&standings[..], &["in"]].concat()).ok();
    assert_eq!(listed.out.lines().filter(|line| line.contains('—')).count(), 1, "{listed:?}");
    program.run(&[&standings[..], &["nosuch"]].concat()).ok().says("has the tag \"nosuch\" (there are in)");

    let quotas = program.run(&["quotas", "items", "--period", "2023-05", "--json"]).ok().json();
    assert!(quotas.as_array().unwrap().iter().all(|quota| quota["clause"] == "owed"), "{quotas}");
    let explain = |account: &str| {
        let asked =
            ["explain", "items", "--account", account, "--period", "2023-05", "--json", "--lang", "en"];
        let opened = program.run(&asked).ok().json();
        // Each clause, and whether a quota lies behind it.
        let groups = opened["children"].as_array().unwrap().iter();
        let hung = groups.map(|group| {
            let behind = group["children"][0].get("because").and_then(Value::as_array);
            let quota = |one: &Value| one["label"].as_str().unwrap().starts_with("quota two");
            (
                group["clause"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned(),
                behind.is_some_and(|all| all.iter().any(quota)),
            )
        });
        let mut hung: Vec<_> = hung.collect();
        hung.sort();
        hung
    };
    let told = |pairs: &[(&str, bool)]| -> Vec<(String, bool)> {
        pairs.iter().map(|(clause, hung)| ((*clause).to_owned(), *hung)).collect()
    };
    assert_eq!(explain("east"), told(&[("all", true), ("one", false)]));
    assert_eq!(explain("west"), told(&[("one", false), ("short", true)]));
    assert_eq!(explain("north"), told(&[("short", true), ("silent", false)]));
}

#[test]
fn an_office_adds_words_with_labels_and_fields_to_the_forms_of_others() {
    let program = Program::new();
    program.write(
        "registrar.toml",
        r#"[settings.information]
carriers = ["journal", { id = "bulletin", zh = "县人大通报", en = "Bulletin" }]
levels = ["city", { id = "nation", zh = "全国人大" }]
[settings.reports]
carriers = [{ id = "bulletin", zh = "县人大通报" }]
"#,
    );
    program.write(
        "scripts/ours.lua",
        r#"host.register("ours", { extends = "information", actions = { adopt = { form = { page = { type = "integer", min = 1 } } } } })"#,
    );
    program.run(&["check"]).ok();
    let described = program.run(&["registers", "information", "--json"]).ok().json();
    let adopt = &described["actions"]["adopt"];
    assert_eq!(
        (&adopt["form"]["page"]["type"], &adopt["to"]),
        (&"integer".into(), &"adopted".into()),
        "{adopt}"
    );
    program.run(&["act", "$directory", "east", "unit", "title=东区"]).ok();
    program.run(&["act", "information", "i1", "submit", "title=路灯", "unit=east", "body=文"]).ok();
    let adopt = |level: &str, page: &str| {
        program.run(&["act", "information", "i1", "adopt", "carrier=bulletin", "issue=3", level, page])
    };
    adopt("level=nation", "page=x").ended(1).says("`page`: got \"x\"; expected an integer");
    adopt("level=natio", "page=2").ended(1).says("did you mean `nation`?");
    adopt("level=nation", "page=2").ok();
    // What the office's words are called is in its documents too.
    let model = program.run(&["report", "issue", "-p", "carrier=bulletin", "-p", "issue=3"]).ok().out;
    assert!(model.contains("县人大通报"), "{model}");
}
