//! Clauses whose figures reports and warnings show: shares and their roundings, the adoption rate,
//! the budget of fees. By the program itself.

use crate::program::Program;
use serde_json::{Value, json};

/// The program with some rule sets and settings, the units `a`, `b`, `c` and the person `wang`.
fn program(settings: &str) -> Program {
    let program = Program::new();
    // A machine under load is no fault of the scripts.
    program.write("registrar.toml", &format!("{settings}[limits]\nload_budget_ms = 2000\n"));
    let mut lines = String::new();
    for (id, order) in [("a", 1), ("b", 2), ("c", 3)] {
        let fields = json!({ "title": { "zh": id }, "class": "county", "order": order });
        lines += &line("$directory", id, "unit", "2000-01-01", fields);
    }
    lines += &line("$directory", "wang", "person", "2000-01-01", json!({ "name": "Wang", "unit": "a" }));
    program.write("directory.jsonl", &lines);
    program.run(&["import-events", "directory.jsonl"]).ok();
    program
}

fn line(register: &str, record: &str, action: &str, on: &str, fields: Value) -> String {
    let id = format!("{register}-{record}-{action}-{on}");
    let event = json!({ "id": id, "register": register, "record": record, "action": action, "on": on,
        "by": "operator", "fields": fields });
    format!("{event}\n")
}

/// So many items of each unit, and the first so many of all adopted.
fn items(program: &Program, of: &[(&str, usize)], adopted: usize) {
    let units = of.iter().flat_map(|(unit, n)| std::iter::repeat_n(*unit, *n));
    let mut lines = String::new();
    for (n, unit) in units.enumerate() {
        let record = format!("2023-{n:04}");
        let item = json!({ "title": record, "unit": unit, "author": ["wang"] });
        lines += &line("information", &record, "submit", "2023-01-05", item);
        if n < adopted {
            lines += &line("information", &record, "adopt", "2023-01-06", json!({ "carrier": "journal" }));
        }
    }
    program.write("items.jsonl", &lines);
    program.run(&["import-events", "items.jsonl"]).ok();
}

fn report(program: &Program, name: &str) -> Value {
    let args = json!({ "name": name, "parameters": { "period": "2023-Q1", "on": "2023-03-31" } });
    program.run_with(&["call", "report.build", "--json"], &args.to_string()).ok().json()
}

/// What the shares of the units are.
fn shares(mode: &str, of: &[(&str, usize)]) -> Value {
    let settings =
        format!("[settings.shares]\nmode = \"{mode}\"\n[office.default]\nrules = [\"zhalantun\"]\n");
    let program = program(&settings);
    items(&program, of, 0);
    let answer = report(&program, "shares");
    let found = find(&answer, "rows").unwrap_or_else(|| panic!("{answer}")).clone();
    found.as_array().unwrap().iter().map(|row| row[2].clone()).collect()
}

fn find<'a>(node: &'a Value, key: &str) -> Option<&'a Value> {
    match node {
        Value::Object(map) => map.get(key).or_else(|| map.values().find_map(|child| find(child, key))),
        Value::Array(items) => items.iter().find_map(|child| find(child, key)),
        _ => None,
    }
}

#[test]
fn a_share_of_60_of_240_is_a_quarter_and_both_roundings_can_be_chosen() {
    // Five points an item: 60, 180 and none of 240.
    assert_eq!(shares("keep100", &[("a", 12), ("b", 36)]), json!([25, 75, 0]));
    // 65 of 245 are 26.530…, 180 are 73.469….
    assert_eq!(shares("keep100", &[("a", 13), ("b", 36)]), json!([26.53, 73.47, 0]));
    assert_eq!(shares("cut", &[("a", 13), ("b", 36)]), json!([26.53, 73.46, 0]));
    // A third each: a hundredth is over, and goes to the first, or is cut off.
    assert_eq!(shares("keep100", &[("a", 1), ("b", 1), ("c", 1)]), json!([33.34, 33.33, 33.33]));
    assert_eq!(shares("cut", &[("a", 1), ("b", 1), ("c", 1)]), json!([33.33, 33.33, 33.33]));
    let program = program("[settings.shares]\nmode = \"nearest\"\n");
    program.run(&["plugins"]).says("expected \"keep100\" or \"cut\"");
}

#[test]
fn an_adoption_rate_is_of_the_items_received() {
    let rate = |adopted| {
        let program = program("[office.default]\nrules = [\"zhalantun\"]\n");
        items(&program, &[("a", 30), ("b", 10)], adopted);
        let text = report(&program, "bulletin").to_string();
        let at = text.find("共报送信息").unwrap_or_else(|| panic!("{text}"));
        text[at..].split('。').next().unwrap().to_owned()
    };
    assert_eq!(rate(12), "共报送信息40条，采用12条，采用率30.00%");
    assert_eq!(rate(13), "共报送信息40条，采用13条，采用率32.50%");
}

#[test]
fn what_was_adopted_of_older_items_is_no_share_of_the_period() {
    let program = program("[office.default]\nrules = [\"zhalantun\"]\n");
    items(&program, &[("a", 2)], 0);
    let old = |n: usize| {
        let item = json!({ "title": format!("旧{n}"), "unit": "a" });
        let form = json!({ "carrier": "newspaper", "level": "state" });
        let (id, on) = (format!("2022-{n:04}"), "2023-02-10");
        line("information", &id, "submit", "2022-12-20", item) + &line("information", &id, "adopt", on, form)
    };
    program.write("old.jsonl", &(0..5).map(old).collect::<String>());
    program.run(&["import-events", "old.jsonl"]).ok();
    let text = report(&program, "bulletin").to_string();
    assert!(text.contains("采用5条（含往期报送的信息，不计采用率）。现将"), "{text}");
    assert!(!text.contains("250"), "{text}");
}

#[test]
fn a_fee_once_the_budget_is_nearly_used_up_is_warned_of() {
    let program = program("[office.default]\nrules = [\"fees\"]\n");
    items(&program, &[("a", 20)], 9);
    let paper = |n: usize| {
        let form = json!({ "carrier": "newspaper", "level": "state", "words": 600 });
        let on = format!("2023-02-{:02}", n / 9 + 1);
        line("information", &format!("2023-{:04}", n % 9), "adopt", &on, form)
    };
    let import = |papers: std::ops::Range<usize>| {
        program.write("papers.jsonl", &papers.map(paper).collect::<String>());
        program.run(&["import-events", "papers.jsonl"]).ok();
    };
    let adopt = |record: &str| {
        let args = ["act", "information", record, "adopt", "carrier=journal", "--on", "2023-03-01"];
        program.run(&args).ok().err
    };
    import(0..34);
    assert_eq!(adopt("2023-0010"), "", "9 x 30 + 34 x 800 + 30 = 27,500 of 30,000 are no reason to warn");
    import(34..37);
    // 27,500 + 3 x 800 = 29,900.
    let said = adopt("2023-0011");
    assert!(said.contains("Of the budget of 30000 yuan 29900 are used, and this adds 30."), "{said}");
    // It warns, and does not stop.
    let rows = program.run(&["standings", "information", "--period", "2023", "--measure", "fee", "--json"]);
    assert_eq!(rows.ok().json()[0]["amount"], "29930");
    // Next year has a budget of its own.
    let args = ["act", "information", "2023-0012", "adopt", "carrier=journal", "--on", "2024-01-02"];
    assert_eq!(program.run(&args).ok().err, "");
}
