//! Periods closed, adjusted and reopened by the program's own commands, by who may and by nobody else.

use crate::program::Program;

/// The published quarter, with a clerk who closes and a leader who reopens.
fn office() -> Program {
    let program = Program::with_quarter();
    for (person, role) in [("li", "leader"), ("wang", "clerk")] {
        let roles = format!("roles=[{{\"role\":\"{role}\"}}]");
        program.run(&["act", "$directory", person, "person", &roles, "--on", "2020-01-01"]).ok();
    }
    program
        .run(&["office", "default", "--close-by", "clerk", "--reopen-by", "leader"])
        .shows("reopen-by leader");
    program
}

#[test]
fn a_period_is_closed_by_one_role_and_reopened_by_another_with_a_reason() {
    let program = office();
    program.run(&["periods"]).shows("No period was closed yet");
    program.run(&["close-period", "2023-Q1", "--as", "li"]).ended(1).says("takes the role clerk");
    program.run(&["close-period", "2023-Q1", "--as", "wang"]).shows("2023-Q1 is closed");
    let before = program.run(&["standings", "information", "--period", "2023-Q1", "--json"]).ok().json();
    let listed = program.run(&["periods", "--json"]).ok().json();
    assert_eq!((&listed[0]["closed"], &listed[0]["by"]), (&true.into(), &"wang".into()), "{listed}");

    program.run(&["reopen-period", "2023-Q1", "--as", "li"]).ended(2).says("--reason");
    program.run(&["reopen-period", "2023-Q1", "--reason", " "]).ended(2).says("say why");
    program
        .run(&["reopen-period", "2023-Q1", "--reason", "x", "--as", "wang"])
        .ended(1)
        .says("takes the role leader");
    program.run(&["reopen-period", "2023-Q2", "--reason", "x"]).ended(1).says("2023-Q2 is not closed");
    program.run(&["reopen-period", "2023-Q1", "--reason", "a report was lost", "--as", "li"]).ok();
    program.run(&["periods"]).shows("a report was lost");
    let after = program.run(&["standings", "information", "--period", "2023-Q1", "--json"]).ok().json();
    assert_eq!(before, after);
    program.run(&["verify"]).ok();
}

#[test]
fn what_is_sealed_is_what_the_ledger_says_whoever_closes_says_otherwise() {
    let program = office();
    let forged = r#"figures=[{"register":"information","measure":"points","account":"x","amount":"99"}]"#;
    program.run(&["act", "$period", "2023-Q1", "close", forged, "--as", "wang"]).ok();
    let rows = program.run(&["standings", "information", "--period", "2023", "--json"]).ok().json();
    assert!(rows.as_array().unwrap().iter().all(|row| row["account"] != "x"), "{rows}");
    assert_eq!(program.run(&["periods", "--json"]).ok().json()[0]["adjustments"], serde_json::json!([]));
    program.run(&["act", "$period", "2023-Q1", "close"]).ended(1).says("closed already");
    program.run(&["act", "$period", "someday", "close"]).ended(1).says("period");
    let decided = ["candidates=[\"a\",\"b\"]", "chosen=[\"c\"]"];
    program
        .run(&["act", "$period", "2023-Q1", "award.decide", decided[0], decided[1]])
        .ended(1)
        .says("c is chosen but no candidate");
}

#[test]
fn a_figure_says_in_both_languages_what_was_made_void_after_the_closing() {
    let program = office();
    program.run(&["close-period", "2023-Q1"]).ok();
    let open = |period: &str, account: &str, more: &[&str]| {
        let args = ["explain", "information", "--account", account, "--period", period];
        program.run(&[&args, more].concat()).ok()
    };
    let rows = program.run(&["standings", "information", "--period", "2023-Q1", "--json"]).ok().json();
    let leader = rows[0]["account"].as_str().unwrap().to_owned();
    let tree = open("2023-Q1", &leader, &["--json"]).json();
    let figure = &tree["children"][0]["children"][0];
    let (event, amount) = (figure["event"].as_str().unwrap(), figure["amount"].as_str().unwrap());
    let fields = [format!("event={event}"), "reason=counted twice".to_owned()];
    program.run(&["act", "information", "-", "void", &fields[0], &fields[1]]).ok();
    open("2023-04", &leader, &[]).shows("对已结期间的调整").shows(&format!("-{amount}  作废 {event}"));
    open("2023-04", &leader, &["--lang", "en"])
        .shows("changes to closed periods")
        .shows(&format!("-{amount}  void of {event}"))
        .shows("counted twice");
    program.run(&["periods"]).shows("1 figure moved since");
    program.run(&["verify"]).ok();
}
