//! Rules in force by date, by the real program: what counts when, what is listed of it, what is
//! warned of, which clause stands behind a figure, and how two versions differ.

use crate::program::{Program, repository};
use serde_json::{Value, json};

/// The units `a`, `b`, and items of `a`, each adopted on a day: record, kind, day.
fn adopted(program: &Program, items: &[(&str, &str, &str)]) {
    let line = |id: &str, register: &str, record: &str, action: &str, on: &str, fields: Value| {
        let event = json!({ "id": id, "register": register, "record": record, "action": action, "on": on,
            "by": "operator", "fields": fields });
        format!("{event}\n")
    };
    let unit = |id: &str| {
        let fields = json!({ "title": id, "class": "township" });
        line(&format!("unit-{id}"), "$directory", id, "unit", "2020-01-01", fields)
    };
    let mut lines = unit("a") + &unit("b");
    for (record, kind, on) in items {
        let item = json!({ "title": record, "unit": "a", "kind": kind });
        lines += &line(&format!("{record}-s"), "information", record, "submit", on, item);
        let form = json!({ "carrier": "journal" });
        lines += &line(&format!("{record}-a"), "information", record, "adopt", on, form);
    }
    program.write("events.jsonl", &lines);
    program.run(&["import-events", "events.jsonl"]).ok();
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// What `a` has in a period.
fn amount(program: &Program, period: &str) -> String {
    let rows = program.run(&["standings", "information", "--period", period, "--json"]).ok().json();
    let row = rows.as_array().unwrap().iter().find(|row| row["account"] == "a").unwrap().clone();
    row["amount"].as_str().unwrap().to_owned()
}

/// `source state` of each rule listed.
fn listed(program: &Program, args: &str) -> Vec<String> {
    let args = format!("rules {args} --json");
    let lines = program.run(&words(&args)).ok().json();
    let one =
        |line: &Value| format!("{} {}", line["source"].as_str().unwrap(), line["state"].as_str().unwrap());
    lines.as_array().unwrap().iter().map(one).collect()
}

/// A script with one handler for adoptions, whose options are these, and what it posts.
fn rule(options: &str, points: &str) -> String {
    format!(
        "local points = {points}\nhost.on('score.post', {{ register = 'information', action = 'adopt', measure = 'points', account = 'unit', {options} }}, function() return points end)\n"
    )
}

#[test]
fn an_adoption_counts_by_the_rule_of_its_day_and_an_edit_moves_only_its_days() {
    let program = Program::new();
    program.write("scripts/before.lua", &rule("rule = 'adoption', effective = { to = '2022-05-31' }", "3"));
    program.write("scripts/since.lua", &rule("rule = 'adoption', effective = { from = '2022-06-01' }", "5"));
    adopted(&program, &[("may", "routine", "2022-05-31"), ("june", "routine", "2022-06-01")]);
    assert_eq!((amount(&program, "2022-05"), amount(&program, "2022-06")), ("3".into(), "5".into()));
    assert_eq!(listed(&program, "--on 2022-05-31"), ["before.lua:2 in-force"]);
    assert_eq!(listed(&program, "--on 2022-06-01"), ["since.lua:2 in-force"]);
    let all = listed(&program, "--on 2022-06-01 --all --register information");
    assert!(all.contains(&"before.lua:2 no-longer".to_owned()), "{all:?}");
    assert!(all.contains(&"zhalantun/scoring.lua:7 not-chosen".to_owned()), "{all:?}");
    program.run(&["rules", "--on", "2022-05-31"]).ok().shows("..2022-05-31");

    let _serving = program.serve();
    program.edit("scripts/before.lua", "points = 3", "points = 4");
    program.until(&["standings", "information", "--period", "2022-05"], "4");
    assert_eq!((amount(&program, "2022-05"), amount(&program, "2022-06")), ("4".into(), "5".into()));
    assert_eq!(listed(&program, "--on 2022-05-31"), ["before.lua:2 in-force"]);
    program.run(&["verify"]).ok();
}

#[test]
fn a_rule_set_counts_from_the_day_it_is_chosen_until_it_is_dropped() {
    let program = Program::new();
    adopted(&program, &[("old", "routine", "2023-12-31"), ("new", "routine", "2024-01-01")]);
    program.run(&words("office default --rules zhalantun --on 2023-01-01")).ok();
    assert_eq!((amount(&program, "2023-12"), amount(&program, "2024-01")), ("15".into(), "15".into()));
    program.run(&words("office default --rules dated --on 2024-01-01")).ok();
    // The year that ended keeps its rules; the log alone says so.
    assert_eq!((amount(&program, "2023-12"), amount(&program, "2024-01")), ("15".into(), "5".into()));
    assert_eq!(
        listed(&program, "--on 2023-12-31"),
        ["zhalantun/scoring.lua:7 in-force", "zhalantun/scoring.lua:14 in-force"]
    );
    assert_eq!(listed(&program, "--on 2024-01-01"), ["dated/scoring.lua:15 in-force"]);
    let all = listed(&program, "--on 2024-01-01 --all");
    assert!(all.contains(&"zhalantun/scoring.lua:7 not-chosen".to_owned()), "{all:?}");
    let lines = program.run(&words("rules --on 2023-12-31 --json")).ok().json();
    assert_eq!(lines[0]["chosen"], json!([{ "from": "2023-01-01", "to": "2023-12-31" }]));
    // Neither counts what the other does, so nothing is counted twice.
    let quiet = program.run(&words("rules --on 2024-01-01")).ok();
    assert!(!quiet.err.contains("count"), "{quiet:?}");
    program.run(&["verify"]).ok();
}

#[test]
fn an_overlay_replaces_by_name_and_the_list_says_so() {
    let program = Program::new();
    program.write("scripts/shared.lua", &rule("rule = 'adoption'", "3"));
    program.write("own/own.lua", &rule("rule = 'adoption', effective = { from = '2022-06-01' }", "7"));
    program.write("registrar.toml", "[office.default]\noverlay = \"own\"\n");
    adopted(&program, &[("may", "routine", "2022-05-31"), ("june", "routine", "2022-06-01")]);
    assert_eq!((amount(&program, "2022-05"), amount(&program, "2022-06")), ("3".into(), "7".into()));
    let lines = program.run(&words("rules --on 2022-06-01 --all --register information --json")).ok().json();
    let line = |file: &str| {
        let lines = lines.as_array().unwrap();
        lines.iter().find(|line| line["source"] == json!(file)).unwrap().clone()
    };
    let (own, shared) = (line("own.lua:2"), line("shared.lua:2"));
    assert_eq!(
        (&own["state"], &own["replaces"], &own["overlay"]),
        (&json!("in-force"), &json!(["shared.lua:2"]), &json!(true))
    );
    assert_eq!((&shared["state"], &shared["replaced_by"]), (&json!("replaced"), &json!("own.lua:2")));
    assert_eq!(listed(&program, "--on 2022-05-31"), ["shared.lua:2 in-force"]);
    let said = program.run(&words("rules --on 2022-06-01")).ok().shows("replaces shared.lua:2");
    assert!(!said.err.contains("warning"), "{said:?}");
    program.run(&words("rules --on 2022-06-01 --all")).ok().shows("REPLACED 被替代: own.lua:2");
}

/// What `check` warns of a script: `line kind`.
fn warned(lines: &[String]) -> (Vec<String>, String) {
    let program = Program::new();
    program.write("mine/rules.lua", &lines.concat());
    let ran = program.run(&["check", "mine", "--json"]).ok();
    let warnings = ran.json()["warnings"].as_array().unwrap().clone();
    for warning in &warnings {
        assert_eq!((&warning["file"], &warning["plugin"]), (&json!("rules.lua"), &json!("rules")));
    }
    let one = |w: &Value| format!("{} {}", w["line"], w["kind"].as_str().unwrap());
    let said = program.run(&["check", "mine"]).ok().shows("1 plugin is good, 0 are not").err;
    (warnings.iter().map(one).collect(), said)
}

#[test]
fn check_warns_of_gaps_overlaps_and_what_would_count_twice() {
    let v = |name: &str, dates: &str| rule(&format!("rule = '{name}', effective = {{ {dates} }}"), "3");
    let check = |rules: &[String], expected: &[&str], text: &str| {
        let (found, said) = warned(rules);
        assert_eq!(found, expected, "{said}");
        assert!(said.contains(text), "{said}");
    };
    check(&[v("a", "to = '2022-05-31'"), v("a", "from = '2022-06-01'")], &[], "");
    check(
        &[v("a", "to = '2022-05-31'"), v("a", "from = '2022-07-01'")],
        &["4 gap"],
        "warning: rules.lua:4: rule \"a\" counts nothing from 2022-06-01 to 2022-06-30: rules.lua:2 ends",
    );
    check(
        &[v("a", "from = '2022-01-01'"), v("a", "from = '2022-06-01'")],
        &["2 overlap"],
        "the one with the later `from` counts; end this one with to = \"2022-05-31\"",
    );
    check(&[v("a", "from = '2022-01-01'"), v("a", "from = '2022-01-01'")], &["4 same-start"], "both run");
    check(&[v("a", "from = '2022-06-01', to = '2022-05-31'")], &["2 never-in-force"], "exchange the two");
    // Versions that go by different names look like one rule counted twice.
    check(
        &[v("a", "from = '2022-01-01'"), v("b", "from = '2022-06-01'")],
        &["4 counted-twice"],
        "both count information adopt points since 2022-06-01",
    );
    check(&[v("a", ""), v("b", "")], &[], "");
}

#[test]
fn the_rules_that_ship_have_nothing_to_warn_of() {
    let program = Program::new();
    let ran = program.run(&["check", "--json"]).ok().json();
    assert_eq!(ran["warnings"], json!([]));
    assert!(ran["checked"].as_array().unwrap().len() >= 11, "{ran}");
}

#[test]
fn two_rule_sets_that_an_office_chose_together_are_warned_of_where_it_looks() {
    let program = Program::new();
    program.run(&words("office default --rules zhalantun --rules dated --on 2022-01-01")).ok();
    let said = program.run(&["rules"]).ok();
    let said = said.says("zhalantun and dated").says("both count information adopt points");
    assert!(said.err.lines().all(|line| line.starts_with("warning: zhalantun/scoring.lua:14")), "{said:?}");
    let mut serving = program.serve();
    program.edit("scripts/examples/dated/plugin.toml", "2022-06-01 = 5", "2022-06-01 = 6");
    serving.wait("both count information adopt points");
}

#[test]
fn a_figure_opens_its_clause_and_its_document() {
    let program = Program::new();
    program.copy(&repository().join("tests/scripts"), "scripts");
    program.run(&words("office default --rules opinion-2022 --rules opinion-2023 --on 2022-01-01")).ok();
    adopted(&program, &[("one", "routine", "2022-12-31"), ("two", "routine", "2023-01-01")]);
    let (zh, en) = ("第五条第二款 被采用的信息按类别计分", "Art. 5 (2): an adopted item scores by its kind");
    for (lang, text, title) in
        [("zh", zh, "信息工作考核意见（2023 年修订）"), ("en", en, "Opinion on information work, 2023")]
    {
        let args = format!("explain information --account a --period 2023-01 --json --lang {lang}");
        let tree = program.run(&words(&args)).ok().json();
        let group = &tree["children"][0];
        let leaf = &group["children"][0];
        assert_eq!(
            (&leaf["amount"], &leaf["clause"], &leaf["clause_text"]),
            (&json!("5"), &json!("art-5-2"), &json!(text))
        );
        let document = &leaf["document"];
        assert_eq!((&group["label"], &document["number"]), (&json!(text), &json!("测办发〔2023〕1号")));
        assert_eq!(document["title"], title);
    }
    let text = format!("{zh} · {en}");
    let before = program.run(&words("explain information --account a --period 2022-12 --json")).ok().json();
    assert_eq!(before["children"][0]["document"]["date"], "2022-01-01");
    program.run(&words("explain information --account a --period 2023-01")).ok().shows("第五条第二款");
    program.run(&words("rules --on 2023-01-01")).ok().shows("第五条第二款").shows("测办发〔2023〕1号");
    let lines = program.run(&words("rules --on 2022-12-31 --json")).ok().json();
    assert_eq!(
        (&lines[0]["clause_text"], &lines[0]["document"]["number"]),
        (&json!(text), &json!("测办发〔2022〕1号"))
    );

    // A clause that the document does not have is no failure, but it is said.
    program.edit("scripts/opinion-2023/scoring.lua", "clause = \"art-5-2\"", "clause = \"art-5-3\"");
    let warning = &program.run(&["check", "--json"]).ok().json()["warnings"][0];
    assert_eq!((&warning["kind"], &warning["line"]), (&json!("unknown-clause"), &json!(14)));
    assert!(warning["message"].as_str().unwrap().contains("did you mean `art-5-2`?"), "{warning}");
    program.write("scripts/opinion-2023/clauses.toml", "art-5-3 = \"第五条第三款\"\n");
    assert_eq!(program.run(&["check", "--json"]).ok().json()["warnings"], json!([]));
    program.write("scripts/opinion-2023/clauses.toml", "art-5-3 = \n");
    program.run(&["check"]).ended(1).says("opinion-2023/clauses.toml:1");
}

/// `kind case before after` of each figure that a comparison shows.
fn figures(comparison: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |change: &Value| {
        let case: Vec<String> = change["case"].as_object().unwrap().values().map(text).collect();
        format!(
            "{} {} {} {}",
            text(&change["kind"]),
            case.join("+"),
            text(&change["before"]),
            text(&change["after"])
        )
    };
    comparison["changes"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn two_versions_differ_by_one_added_four_raised_and_one_lowered() {
    let program = Program::new();
    let old = repository().join("tests/scripts/opinion-2022");
    let new = repository().join("tests/scripts/opinion-2023");
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    // One holds until the end of a year and the other from the next on.
    let diff = program.run(&["rules", "diff", old, new, "--json"]).ok().json();
    assert_eq!(diff["counts"], json!({ "added": 1, "raised": 4, "lowered": 1, "unchanged": 1 }));
    let mut found = figures(&diff);
    found.sort();
    assert_eq!(
        found,
        [
            "added opinion - 5",
            "lowered problem 6 5",
            "raised commissioned 4 6",
            "raised research 10 12",
            "raised routine 3 5",
            "raised voice 4 5",
            "unchanged dynamic 2 2",
        ]
    );
    program.copy(&repository().join("tests/scripts"), "versions");
    let args = ["rules", "diff", "versions/opinion-2022", "versions/opinion-2023"];
    let said = program.run(&args).ok();
    let said =
        said.shows("1 added, 4 raised, 1 lowered, 0 removed, 1 unchanged; seen in 13 examples and 0 events.");
    said.shows("opinion-2023/scoring.lua:14").shows("\"routine\"").shows("第五条第二款");
    // Turned round, what was added is removed.
    let back = program.run(&["rules", "diff", args[3], args[2], "--json"]).ok().json();
    assert_eq!(back["counts"], json!({ "raised": 1, "lowered": 4, "removed": 1, "unchanged": 1 }));
    // Changing one input of a version moves the comparison.
    program.edit("versions/opinion-2023/scoring.lua", "routine = 5", "routine = 3");
    let diff = program.run(&[&args[..], &["--json"]].concat()).ok().json();
    assert_eq!(diff["counts"], json!({ "added": 1, "raised": 3, "lowered": 1, "unchanged": 2 }));
}

#[test]
fn a_version_that_served_is_compared_by_its_hash_and_the_log_is_asked_too() {
    let program = Program::new();
    program.run(&words("office default --rules zhalantun --on 2022-01-01")).ok();
    adopted(&program, &[("one", "routine", "2023-01-04"), ("two", "voice", "2023-01-05")]);
    let plugins = program.run(&words("plugins --json")).ok().json();
    let row = plugins.as_array().unwrap().iter().find(|row| row["id"] == "zhalantun").unwrap().clone();
    let hash = &row["content_hash"].as_str().unwrap()[..12];
    program.edit("scripts/zhalantun/plugin.toml", "= 10 }", "= 12 }");
    let diff = program.run(&["rules", "diff", hash, "live", "--json"]).ok().json();
    // Two figures: what is submitted stays, what is adopted is raised, whatever kind it is.
    assert_eq!(figures(&diff), ["raised  10 12", "unchanged  5 5"]);
    assert_eq!(diff["changes"][0]["events"], 2);
    assert_eq!(diff["changes"][0]["source_before"], "zhalantun/scoring.lua:14");
    let few = program.run(&["rules", "diff", "live", hash, "--events", "0", "--json"]).ok().json();
    assert_eq!(
        (figures(&few), &few["events"]),
        (vec!["lowered  12 10".into(), "unchanged  5 5".into()], &json!(0))
    );
    // The same over the socket of a running office.
    let _serving = program.serve();
    let served = program.run(&["rules", "diff", hash, "live", "--json"]).ok().json();
    assert_eq!(served, diff);
    program.run(&["rules", "diff", hash, "live"]).ok().shows("采用").shows("2 events");
}

#[test]
fn two_days_are_compared_by_what_was_in_force_on_them() {
    let program = Program::new();
    program.run(&words("office default --rules dated --on 2020-01-01")).ok();
    let diff = program.run(&words("rules diff --from 2022-05-31 --to 2022-06-01 --json")).ok().json();
    // Alone or shared by three, it is one figure.
    assert_eq!(figures(&diff), ["raised  3 5"]);
    assert_eq!(diff["changes"][0]["examples"].as_array().unwrap().len(), 2, "{diff}");
    assert_eq!(diff["changes"][0]["source_after"], "dated/scoring.lua:15");
    let same = program.run(&words("rules diff 2022-06-01 2024-06-01 --json")).ok().json();
    assert_eq!(same["counts"], json!({ "unchanged": 1 }));
    // What is chosen on one of the days only is added.
    program.run(&words("office default --rules dated --rules submission --on 2023-01-01")).ok();
    let diff = program.run(&words("rules diff 2022-12-31 2023-01-01 --json")).ok().json();
    assert!(figures(&diff).iter().any(|line| line == "added commissioned - 2"), "{:?}", figures(&diff));
}

#[test]
fn what_cannot_be_compared_is_said_with_what_can() {
    let program = Program::new();
    let refused = [
        ("rules diff zhalantn live", 2, "did you mean `zhalantun`?"),
        ("rules diff zhalantun 2022-06-01", 2, "a date is compared with a date"),
        ("rules diff live live", 2, "`live` needs another version beside it"),
        ("rules diff zhalantun", 2, "required"),
        ("rules diff scripts zhalantun", 2, "is no plugin: name a .lua file"),
        ("rules diff abcdef012345 live", 2, "is no plugin, path, date or hash"),
        ("rules --on June", 2, "is no date"),
        ("rules --register informtion", 1, "did you mean"),
    ];
    for (line, code, text) in refused {
        program.run(&words(line)).ended(code).says(text);
    }
    program.write("broken.lua", "host.on('score.pots', {}, function() end)");
    program
        .run(&words("rules diff broken.lua zhalantun"))
        .ended(1)
        .says("cannot be asked")
        .says("broken.lua:1");
    // A case that one version fails on is named, and the rest is compared.
    program.copy(&repository().join("tests/scripts"), "versions");
    program.edit(
        "versions/opinion-2023/scoring.lua",
        "return by_kind[record.kind]",
        "return by_kind[record.kind] or error('no figure for ' .. record.kind)",
    );
    program.edit("versions/opinion-2023/scoring.lua", "  dynamic = 2,\n", "");
    let diff = program.run(&words("rules diff versions/opinion-2022 versions/opinion-2023")).ok();
    diff.says("not compared: opinion-2023").shows("1 added, 4 raised, 1 lowered, 0 removed, 0 unchanged");
}

#[test]
fn what_a_period_adds_and_what_is_owed_are_compared_by_the_examples() {
    let program = Program::new();
    program.copy(&repository().join("scripts"), "old");
    program.edit(
        "scripts/lianshi/plugin.toml",
        "clause = \"monthly\", from = { 2007-01-01 = -2 }",
        "clause = \"monthly\", from = { 2007-01-01 = -3 }",
    );
    program.edit("scripts/quota/plugin.toml", "county = 2,", "county = 4,");
    let period = |diff: &Value| -> Vec<String> {
        let changes =
            diff["changes"].as_array().unwrap().iter().filter(|change| change["point"] != "score.post");
        let one =
            |c: &Value| format!("{} {} {} {}", c["kind"], c["tag"], c["before"], c["after"]).replace('"', "");
        changes.map(one).collect()
    };
    let diff = program.run(&words("rules diff old/lianshi lianshi --json")).ok().json();
    assert_eq!(period(&diff), ["lowered shortfall -2 -3", "lowered shortfall -8 -12"]);
    let diff = program.run(&words("rules diff old/quota quota --json")).ok().json();
    assert_eq!(period(&diff)[0], "raised monthly 2 4");
    assert!(period(&diff)[1..].iter().all(|figure| figure.starts_with("unchanged")), "{diff}");
}

#[test]
fn check_warns_of_names_that_no_register_has_and_proposes_the_nearest() {
    let program = Program::new();
    let script = r#"
host.on("score.post", { register = "informatio", measure = "points", account = "unit" }, function() return 1 end)
host.on("score.post", { register = "information", action = "adopted", measure = "points", account = "unit" }, function() return 1 end)
host.on("score.post", { register = "information", action = "adopt", measure = "point", account = "unitt" }, function() return 1 end)
host.on("score.post", { register = "information", action = "adopt", match = { carrier = "breif", levle = "city" }, measure = "points", account = "unit" }, function() return 1 end)
host.on("action.after", { register = "information", action = { "overdue", "adopt" }, match = { kind = { "voice", "dynamic" }, stage = "adopted" } }, function() end)
"#;
    program.write("scripts/slips.lua", script);
    let said = program.run(&["check", "scripts/slips.lua"]).ok().err;
    for wanted in [
        "slips.lua:2: there is no register \"informatio\"; did you mean `information`?",
        "slips.lua:3: there is no action \"adopted\" in information; did you mean `adopt`?",
        "slips.lua:4: there is no measure \"point\" in information; did you mean `points`?",
        "slips.lua:4: `account` names \"unitt\", which is no field of information or of its action; did you mean `unit`?",
        "slips.lua:5: `match` wants carrier = \"breif\", which it never is; did you mean `brief`?",
        "slips.lua:5: `match` names \"levle\", which is no field of information or of its action; did you mean `level`?",
    ] {
        assert!(said.contains(wanted), "{wanted}\nin\n{said}");
    }
    assert!(!said.contains("slips.lua:6"), "{said}");
    // None of what ships has such a slip.
    program.run(&["check", "scripts"]).ok();
    let shipped = program.run(&["check", "--json"]).ok().json();
    let slips = shipped["warnings"].as_array().unwrap().iter().filter(|w| w["kind"] == "unknown-name");
    assert!(slips.clone().all(|w| w["plugin"] == "slips"), "{shipped}");
    assert!(slips.count() >= 6);
}
