//! Two versions of rules, or two days, beside each other.

use crate::{
    program::{Program, repository},
    rules::{adopted, words},
};
use serde_json::{Value, json};

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
    let county = |n: u8| {
        format!("en = \"A county\" }}, unit = \"条/月\", clause = \"owed\", from = {{ 2000-01-01 = {n} }}")
    };
    program.edit("scripts/quota/plugin.toml", &county(2), &county(4));
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
