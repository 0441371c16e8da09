//! `explain`, `awards` and `quotas` as the program prints them.

use crate::program::Program;

fn office() -> Program {
    let program = Program::with_quarter();
    let rules = ["--rules", "zhalantun", "--rules", "quota", "--rules", "commendation"];
    program.run(&[&["office", "default", "--on", "2000-01-01"], &rules[..]].concat()).ok();
    program
}

#[test]
fn ranks_awards_and_quotas_are_listed_and_opened() {
    let program = office();
    let standings = ["standings", "information", "--period", "2023-Q1", "--json"];
    let rows = program.run(&standings).ok().json();
    let (first, amount) = (rows[0]["account"].as_str().unwrap(), rows[0]["amount"].as_str().unwrap());
    let explain = |more: &[&str]| program.run(&[&["explain", "information", "--period"], more].concat());

    explain(&["2023-Q1", "--account", first, "--rank"]).ok().shows("第 1 名").shows("后一名：第");
    let rank = explain(&["2023-Q1", "--account", first, "--rank", "--lang", "en", "--json"]).ok().json();
    assert_eq!(rank["amount"], amount);
    assert_eq!(rank["because"].as_array().unwrap().last().unwrap()["amount"], amount);

    let awards = program.run(&["awards", "information", "--period", "2023", "--json"]).ok().json();
    let places = awards.as_array().unwrap();
    let opened = explain(&["2023", "--awards", "--json"]).ok().json();
    assert!(!places.is_empty() && opened["children"].as_array().unwrap().len() == places.len(), "{awards}");
    program.run(&["awards", "information", "--period", "2023"]).shows("表彰 AWARD");

    let quotas = program.run(&["quotas", "information", "--period", "2023-01", "--json"]).ok().json();
    let quotas = quotas.as_array().unwrap();
    let sums =
        |quota: &serde_json::Value, key: &str| -> f64 { quota[key].as_str().unwrap().parse().unwrap() };
    assert!(!quotas.is_empty());
    for quota in quotas {
        let (owed, have, short) = (sums(quota, "owed"), sums(quota, "have"), sums(quota, "short"));
        assert_eq!(short, (owed - have).max(0.0), "{quota}");
        assert_eq!(quota["met"], short == 0.0, "{quota}");
    }
    program.run(&["quotas", "information", "--period", "2023-01"]).shows("定额 QUOTA");
}

#[test]
fn a_question_that_is_not_whole_says_what_is_missing() {
    let program = office();
    let explain = ["explain", "information", "--period", "2023-Q1"];
    program.run(&explain).ended(2).says("--account");
    program.run(&[&explain[..], &["--awards", "--rank"]].concat()).ended(2).says("cannot be used with");
    program.run(&[&explain[..], &["--account", "nobody", "--rank"]].concat()).ended(1).says("nobody");
    program.run(&["quotas", "information", "--period", "soon"]).ended(2).says("soon");
    program.run(&["awards", "nothing", "--period", "2023"]).ended(1).says("nothing");
}

#[test]
fn a_long_list_is_cut_with_a_count_unless_all_is_asked_for() {
    let program = office();
    let lines: String = (1..=25)
        .map(|n| {
            format!(
                r#"{{"id":"x{n}","register":"information","record":"x{n}","action":"submit","on":"2023-05-{n:02}","by":"operator","fields":{{"title":"件{n}","unit":"{}"}}}}{}"#,
                first(&program), '\n'
            )
        })
        .collect();
    program.write("more.jsonl", &lines);
    program.run(&["import-events", "more.jsonl"]).ok();
    let account = first(&program);
    let explain = ["explain", "information", "--account", &account, "--period", "2023-05"];
    let cut = program.run(&explain).ok().out;
    assert!(cut.contains("… 余 5 项略（--all 全部列出）"), "{cut}");
    program.run(&[&explain[..], &["--lang", "en"]].concat()).ok().shows("… 5 more (--all)");
    let all = program.run(&[&explain[..], &["--all"]].concat()).ok().out;
    assert!(!all.contains("--all") && all.contains("x25"), "{all}");
}

fn first(program: &Program) -> String {
    let standings = ["standings", "information", "--period", "2023-Q1", "--json"];
    program.run(&standings).ok().json()[0]["account"].as_str().unwrap().to_owned()
}
