//! Smaller things, each by the real program: what a field of text is given is text, what is owed is listed, a
//! calendar that ends says so, a decision is about a tie that is there.

use crate::program::Program;
use serde_json::json;

#[test]
fn a_field_of_text_is_given_texts() {
    let program = Program::new();
    program.run(&["act", "$directory", "unit-1", "unit", "title=一"]).ok();
    for (said, stored) in [
        ("2023", json!("2023")),
        ("007", json!("007")),
        ("-5", json!("-5")),
        ("true", json!("true")),
        ("[1]", json!("[1]")),
        ("\"quoted\"", json!("quoted")),
        ("{\"a\":1}", json!("{\"a\":1}")),
    ] {
        let title = format!("title={said}");
        let done = program
            .run(&["act", "information", "-", "submit", &title, "unit=unit-1", "body=文", "--json"])
            .ok();
        assert_eq!(done.json()["record"]["title"], stored, "{said}");
    }
    let act = ["act", "information", "2026-9999", "adopt", "carrier=brief"];
    program.run(&act).ended(1).says("no record `2026-9999` in information; `adopt` does not make new ones");
    let twice = ["act", "information", "-", "submit", "title=x", "title=y", "unit=unit-1", "body=文"];
    program.run(&twice).ended(2).says("`title` is given twice");
    program.run(&["office", "operator"]).ended(2).says("is no office's name");
    // What holds numbers, lists and maps is still given them.
    let joint = "joint=[\"unit-1\"]";
    program.run(&["act", "information", "-", "submit", "title=x", "unit=unit-1", "body=文", joint]).ok();
    program
        .run(&["act", "information", "-", "submit", "title=x", "unit=unit-1", "body=文", "urgent=true"])
        .ok();
}

#[test]
fn what_is_owed_is_listed_and_a_calendar_that_ends_says_so() {
    let program = Program::new();
    program.run(&["act", "$directory", "east", "unit", "--on", "2022-01-01", "title=东县"]).ok();
    program.run(&["deadlines"]).ok().shows("Nothing is owed");
    let assign = |id: &str, on: &str| {
        let act = ["act", "instructions", id, "assign", "--on", on, "title=照明", "text=请办", "unit=east"];
        program.run(&act).ok()
    };
    // No holidays are entered: nobody reckons with them.
    assert!(!assign("t1", "2024-03-01").err.contains("not entered"));
    program.run(&["import-events", "scripts/directory/holidays-cn.jsonl"]).ok();
    assert!(!assign("t2", "2024-03-01").err.contains("not entered"));
    let last = program.run(&["export-events"]).ok().out;
    let year = last.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let last = year.filter_map(|event| event["fields"]["to"].as_str().map(str::to_owned)).max().unwrap();
    let year: i32 = last[..4].parse().unwrap();
    assign("t3", &format!("{year}-12-28"))
        .says("节假日尚未录入")
        .says(&format!("holidays from {} on", year + 1));
    let owed = program.run(&["deadlines", "--json"]).ok().json();
    let told = |id: &str| {
        let mut own = owed.as_array().unwrap().iter().filter(|one| one["record"] == id);
        own.any(|one| one["why"]["zh"].as_str().unwrap().contains("节假日尚未录入"))
    };
    assert!(told("t3") && !told("t2"), "{owed}");
    program.run(&["deadlines", "instructions", "--overdue"]).ok().shows("OVERDUE");
    program.run(&["deadlines", "instrutions"]).ended(1).says("did you mean");
    // Once they are, the day is reckoned anew and nothing is said any more.
    let day = format!("day={}-01-01", year + 1);
    program.run(&["act", "$directory", "new-year", "holiday", &day, "working=false"]).ok();
    let mut serving = program.serve();
    program.until(&["deadlines", "--json"], "t3");
    let began = std::time::Instant::now();
    loop {
        let owed = program.run(&["deadlines", "--json"]).ok().out;
        if !owed.contains("尚未录入") {
            break;
        }
        assert!(began.elapsed().as_secs() < 20, "{owed}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    serving.kill();
}

#[test]
fn a_decision_is_about_a_tie_that_is_there() {
    let program = Program::with_quarter();
    let decide = |more: &[&str]| program.run(&[&["act", "$period", "2023", "award.decide"], more].concat());
    decide(&["candidates=[\"unit-1\",\"unit-2\"]", "chosen=[\"unit-1\"]"])
        .ended(1)
        .says("names the `register`");
    decide(&["register=information", "candidates=[\"unit-1\",\"unit-2\"]", "chosen=[\"unit-1\"]"])
        .ended(1)
        .says("no tie of information in 2023 waits for a decision");
    decide(&["register=informatoin", "candidates=[\"unit-1\"]", "chosen=[\"unit-1\"]"])
        .ended(1)
        .says("did you mean");
    // No rule, and nobody by the rules, are two things.
    program
        .run(&["awards", "information", "--period", "2023"])
        .ok()
        .shows("No rule of information awards anything");
    program
        .run(&["office", "default", "--rules", "zhalantun", "--rules", "commendation", "--on", "2020-01-01"])
        .ok();
    program.run(&["awards", "information", "--period", "2019"]).ok().shows("award nobody in 2019");
}
