//! Rules in force by date, by the real program: what counts when, what is listed of it, what is
//! warned of, which clause stands behind a figure, and how two versions differ.

use crate::program::{Program, repository};
use serde_json::{Value, json};

/// The units `a`, `b`, and items of `a`, each adopted on a day: record, kind, day.
pub(crate) fn adopted(program: &Program, items: &[(&str, &str, &str)]) {
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

pub(crate) fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// What `a` has in a period.
pub(crate) fn amount(program: &Program, period: &str) -> String {
    let rows = program.run(&["standings", "information", "--period", period, "--json"]).ok().json();
    let row = rows.as_array().unwrap().iter().find(|row| row["account"] == "a").unwrap().clone();
    row["amount"].as_str().unwrap().to_owned()
}

/// `source state` of each rule listed.
pub(crate) fn listed(program: &Program, args: &str) -> Vec<String> {
    let args = format!("rules {args} --json");
    let lines = program.run(&words(&args)).ok().json();
    let one =
        |line: &Value| format!("{} {}", line["source"].as_str().unwrap(), line["state"].as_str().unwrap());
    lines.as_array().unwrap().iter().map(one).collect()
}

/// A script with one handler for adoptions, whose options are these, and what it posts.
pub(crate) fn rule(options: &str, points: &str) -> String {
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
