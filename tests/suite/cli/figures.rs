//! Figures from the command line: the published quarter, opened down to its events.

use crate::program::Program;
use serde_json::Value;
use std::collections::BTreeSet;

fn leaves<'a>(node: &'a Value, found: &mut Vec<&'a Value>) {
    let children = node["children"].as_array().unwrap();
    if children.is_empty() {
        found.push(node);
    }
    children.iter().for_each(|child| leaves(child, found));
}

#[test]
fn explain_opens_205_points_down_to_38_events() {
    let program = Program::with_quarter();
    let args = ["explain", "information", "--account", "unit-1", "--period", "2023-Q1"];
    let tree = program.run(&[&args[..], &["--json"]].concat()).ok().json();
    assert_eq!(tree["amount"], "205");
    let mut events = Vec::new();
    leaves(&tree, &mut events);
    assert_eq!(events.len(), 38);
    let mut sum = 0;
    for leaf in &events {
        let text = |name: &str| leaf[name].as_str().unwrap_or_else(|| panic!("no {name} in {leaf}"));
        sum += text("amount").parse::<i64>().unwrap();
        assert!(text("clause_text").starts_with("扎兰屯市"), "{leaf}");
        let (file, line) = text("source").rsplit_once(':').unwrap();
        assert_eq!(file, "zhalantun/scoring.lua");
        let source = std::fs::read_to_string(program.path("scripts").join(file)).unwrap();
        let line = source.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
        assert!(line.starts_with("rules:on(\"score.post\""), "the line is {line:?}");
        assert!(text("rule_hash").len() == 64 && text("plugin") == "zhalantun", "{leaf}");
    }
    assert_eq!(sum, 205);
    let ids: BTreeSet<_> = events.iter().map(|leaf| leaf["event"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 38);
    let adopted = ids.iter().filter(|id| id.ends_with("-adopt")).count();
    assert_eq!((adopted, ids.len() - adopted), (3, 35), "{ids:?}");
    let log = std::fs::read_to_string(program.path("scripts/demo/zhalantun-2023q1.jsonl")).unwrap();
    assert!(ids.iter().all(|id| log.contains(&format!("\"id\": \"{id}\""))));
    program.run(&args).ok().shows("[zhalantun/scoring.lua:");
}

#[test]
fn the_rules_of_a_day_are_listed_with_clause_and_line() {
    let program = Program::with_quarter();
    let rules = program.run(&["rules", "--on", "2023-02-01", "--json"]).ok().json();
    let lines = rules.as_array().unwrap().iter().map(|rule| rule["source"].as_str().unwrap());
    let lines: Vec<_> = lines.filter(|source| source.starts_with("zhalantun/")).collect();
    assert_eq!(lines, ["zhalantun/scoring.lua:7", "zhalantun/scoring.lua:14"]);
    program.run(&["rules", "--on", "2023-02-01"]).ok().shows("扎兰屯市");
}

#[test]
fn a_dated_rule_is_in_force_on_its_days_only() {
    let program = Program::new();
    program.run(&["office", "default", "--rules", "dated", "--on", "2020-01-01"]).ok();
    let points = |on: &str| {
        let rules = program.run(&["rules", "--on", on, "--json"]).ok().json();
        let span = |r: &Value| format!("{}..{}", r["from"].as_str().unwrap(), r["to"].as_str().unwrap());
        let of =
            rules.as_array().unwrap().iter().filter(|r| r["source"].as_str().unwrap().contains("dated/"));
        of.map(span).collect::<Vec<_>>()
    };
    assert_eq!(
        (points("2022-05-31"), points("2022-06-01")),
        (vec!["..2022-05-31".into()], vec!["2022-06-01..".into()])
    );
}

#[test]
fn a_closed_period_keeps_its_figures_and_a_later_event_adjusts_the_next() {
    let program = Program::with_quarter();
    program.run(&["close-period", "2023-Q1"]).ok().shows("2023-Q1 is closed");
    program.run(&["close-period", "2023-Q1"]).ended(1).says("it is closed already");
    let amount = |period: &str| {
        let rows = program.run(&["standings", "information", "--period", period, "--json"]).ok().json();
        let rows = rows.as_array().unwrap().clone();
        let of = rows.iter().find(|row| row["account"] == "unit-1").unwrap();
        of["amount"].as_str().unwrap().to_owned()
    };
    assert_eq!(amount("2023-Q1"), "205");
    let late = [
        "act",
        "information",
        "late",
        "submit",
        "-f",
        "title=迟到",
        "-f",
        "unit=unit-1",
        "--on",
        "2023-03-30",
    ];
    program.run(&late).ok();
    assert_eq!((amount("2023-Q1"), amount("2023-Q2")), ("205".into(), "5".into()));
    program.run(&["standings", "information", "--period", "2023-Q1"]).ok().shows("closed 已结");
    program.run(&["verify"]).ok().shows("核对无误");
}
