//! The figures that published rule sets come to: the program itself, on the scripts that ship.

use serde_json::{Value as Json, json};
use std::{
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

/// An office of its own with some rule sets.
struct Office(TempDir);

impl Office {
    fn new(rules: &[&str]) -> Office {
        let office = Office(tempfile::tempdir().unwrap());
        let mut args = vec!["office", "default", "--on", "2000-01-01"];
        rules.iter().for_each(|rule| args.extend(["--rules", rule]));
        office.done(&args);
        office
    }

    fn run(&self, args: &[&str]) -> Output {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        Command::new(env!("CARGO_BIN_EXE_registrar"))
            .arg("--data")
            .arg(self.0.path().join("data"))
            .arg("--scripts")
            .arg(scripts)
            .args(args)
            .output()
            .unwrap()
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{args:?}\n{out}\n{err}");
        out.into_owned()
    }

    fn refused(&self, args: &[&str], why: &str) {
        let output = self.run(args);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}\n{err}");
        assert!(err.contains(why), "{args:?}: got `{err}`, expected `{why}`");
    }

    fn json(&self, args: &[&str]) -> Json {
        let mut args = args.to_vec();
        args.push("--json");
        serde_json::from_str(&self.done(&args)).unwrap()
    }

    /// Imports units `a`, `b`, `c`, the person `wang`, and these events.
    fn import(&self, events: &[Json]) {
        let directory = |id: &str, action: &str, fields: Json| {
            json!({ "id": format!("d-{id}"), "register": "$directory", "record": id, "action": action,
                "on": "2000-01-01", "by": "operator", "fields": fields })
        };
        let unit = |id: &str, order: u8| {
            directory(
                id,
                "unit",
                json!({ "class": "township", "title": { "zh": id, "en": id }, "order": order }),
            )
        };
        let mut lines = vec![unit("a", 1), unit("b", 2), unit("c", 3)];
        lines.push(directory("wang", "person", json!({ "name": "Wang", "unit": "a" })));
        lines.extend(events.iter().cloned());
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let file = self.0.path().join("events.jsonl");
        std::fs::write(&file, text).unwrap();
        self.done(&["import-events", file.to_str().unwrap()]);
    }

    /// `account amount` of each row, in order.
    fn standing(&self, period: &str, more: &[&str]) -> String {
        let mut args = vec!["standings", "information", "--period", period];
        args.extend(more);
        let rows = self.json(&args);
        let row =
            |row: &Json| format!("{} {}", row["account"].as_str().unwrap(), row["amount"].as_str().unwrap());
        rows.as_array().unwrap().iter().map(row).collect::<Vec<_>>().join(", ")
    }

    /// The leaves of an explained figure that are events: `event amount`.
    fn leaves(&self, account: &str, period: &str, measure: &str) -> Vec<Json> {
        let args = ["explain", "information", "--account", account, "--period", period, "--measure", measure];
        let mut found = Vec::new();
        collect(&self.json(&args), &mut found);
        found
    }
}

fn collect(node: &Json, found: &mut Vec<Json>) {
    if node["event"].is_string() {
        found.push(node.clone());
    }
    node["children"].as_array().into_iter().flatten().for_each(|child| collect(child, found));
}

/// An event of the record `record`; its id is made of these.
fn event(record: &str, action: &str, on: &str, fields: Json) -> Json {
    json!({ "id": format!("{record}-{action}-{on}-{}", fields.to_string().len()), "register": "information",
        "record": record, "action": action, "on": on, "by": "operator", "fields": fields })
}

fn item(record: &str, on: &str, unit: &str, more: Json) -> Json {
    let mut fields = json!({ "title": format!("信息 {record}"), "unit": unit });
    for (key, value) in more.as_object().unwrap() {
        fields[key] = value.clone();
    }
    event(record, "submit", on, fields)
}

#[test]
fn zhalantun_comes_to_what_the_city_published() {
    let office = Office::new(&["zhalantun"]);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo/zhalantun-2023q1.jsonl");
    office.done(&["import-events", file.to_str().unwrap()]);
    assert_eq!(office.standing("2023-Q1", &[]), "unit-1 205, unit-2 180, unit-3 145, unit-4 135, unit-5 130");
    let leaves = office.leaves("unit-1", "2023-Q1", "points");
    assert_eq!(leaves.len(), 38);
    for leaf in leaves {
        for key in ["clause", "source", "rule_hash", "plugin", "version"] {
            assert!(leaf[key].is_string(), "{key}: {leaf}");
        }
        assert!(leaf["source"].as_str().unwrap().starts_with("zhalantun/scoring.lua:"), "{leaf}");
    }
    office.done(&["verify"]);
}

#[test]
fn lianshi_comes_to_59_and_a_unit_without_events_gets_its_shortfall() {
    let office = Office::new(&["lianshi"]);
    office.import(&[
        item("1", "2007-03-05", "a", json!({ "kind": "problem" })),
        item("2", "2007-03-06", "a", json!({})),
        item("3", "2007-03-07", "a", json!({})),
        event("1", "adopt", "2007-03-09", json!({ "carrier": "journal" })),
        event("1", "adopt", "2007-03-15", json!({ "level": "city" })),
        event("1", "instruct", "2007-03-20", json!({ "level": "city" })),
    ]);
    assert_eq!(office.standing("2007-03", &[]), "a 59, b -8, c -8");
}

#[test]
fn lianshi_counts_a_resubmission_once_and_bars_who_was_notified_twice() {
    let office = Office::new(&["lianshi"]);
    office.import(&[
        item("1", "2007-03-05", "a", json!({ "urgent": true })),
        event("1", "return", "2007-03-06", json!({ "reason": "太短" })),
        event("1", "submit", "2007-03-07", json!({})),
        event("1", "instruct", "2007-03-08", json!({ "level": "city" })),
        item("2", "2007-03-05", "b", json!({})),
        event("2", "notify", "2007-03-09", json!({})),
        event("2", "notify", "2007-03-10", json!({})),
    ]);
    // One submitted, three missing, and nothing by the instruction since the item was urgent.
    let rows = office.json(&["standings", "information", "--period", "2007-03"]);
    let row = |account: &str| {
        rows.as_array().unwrap().iter().find(|row| row["account"] == account).cloned().unwrap()
    };
    assert_eq!(row("a")["amount"], "-5");
    assert_eq!(row("a")["rank"], 1);
    assert_eq!(row("b")["amount"], "-15");
    assert_eq!(row("b")["excluded"], json!({ "zh": "两次被通报", "en": "notified twice" }));
    assert_eq!(row("c")["rank"], 2);
}

#[test]
fn lianyungang_comes_to_65() {
    let office = Office::new(&["lianyungang"]);
    office.import(&[
        item("1", "2020-05-05", "a", json!({})),
        event("1", "adopt", "2020-05-06", json!({ "carrier": "daily" })),
        event("1", "forward", "2020-05-07", json!({ "forwarded_to": "province" })),
        event("1", "adopt", "2020-05-08", json!({ "level": "province" })),
        event("1", "instruct", "2020-05-09", json!({ "level": "province" })),
    ]);
    assert_eq!(office.standing("2020-05", &[]), "a 65, b 0, c 0");
    // One item in two carriers is two adoptions.
    assert_eq!(office.standing("2020-05", &["--tag", "adoption"]), "a 13, b 0, c 0");
}

#[test]
fn a_rule_counts_by_the_day_of_the_event_and_joint_units_share_without_loss() {
    let office = Office::new(&["dated"]);
    office.import(&[
        item("1", "2022-05-01", "a", json!({})),
        item("2", "2022-05-01", "b", json!({})),
        item("3", "2022-05-01", "a", json!({ "joint": ["b", "c"] })),
        event("1", "adopt", "2022-05-31", json!({ "carrier": "journal" })),
        event("2", "adopt", "2022-06-01", json!({ "carrier": "journal" })),
        event("3", "adopt", "2022-07-01", json!({ "carrier": "journal" })),
    ]);
    assert_eq!(office.standing("2022-05", &[]), "a 3, b 0, c 0");
    assert_eq!(office.standing("2022-06", &[]), "b 5, a 0, c 0");
    assert_eq!(office.standing("2022-07", &[]), "a 1.67, b 1.67, c 1.66");
}

#[test]
fn fees_are_stacked_in_three_lines() {
    let office = Office::new(&["fees", "zhalantun"]);
    office.import(&[
        item("1", "2023-05-01", "a", json!({ "author": ["wang"] })),
        event("1", "adopt", "2023-05-04", json!({ "carrier": "journal" })),
        event("1", "adopt", "2023-05-05", json!({ "level": "province" })),
        event("1", "instruct", "2023-05-06", json!({ "level": "city" })),
    ]);
    let amounts: Vec<_> =
        office.leaves("wang", "2023-05", "fee").iter().map(|l| l["amount"].clone()).collect();
    assert_eq!(amounts, ["30", "50", "100"]);
    assert!(office.standing("2023-05", &["--measure", "fee"]).starts_with("wang 180"));
    // Points count beside fees, in a ledger of both.
    assert_eq!(office.standing("2023-05", &[]), "a 25, b 0, c 0");
}

#[test]
fn a_commissioned_item_in_time_scores_without_adoption() {
    let office = Office::new(&["submission"]);
    office.import(&[
        item("1", "2023-03-10", "a", json!({ "kind": "commissioned", "due": "2023-03-10" })),
        item("2", "2023-03-11", "b", json!({ "kind": "commissioned", "due": "2023-03-10" })),
    ]);
    assert_eq!(office.standing("2023-03", &[]), "a 2, b 0, c 0");
}

#[test]
fn submissions_are_checked_numbered_and_merged() {
    let office = Office::new(&["zhalantun"]);
    office.import(&[]);
    let args = |record: &str, action: &str, fields: &[&str]| {
        let mut args: Vec<String> =
            ["act", "information", record, action, "--on", "2023-02-01"].map(String::from).into();
        args.extend(fields.iter().map(|field| format!("--field={field}")));
        args
    };

    let done = |record: &str, action: &str, fields: &[&str]| {
        let args = args(record, action, fields);
        office.done(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let refused = |record: &str, action: &str, fields: &[&str], why: &str| {
        let args = args(record, action, fields);
        office.refused(&args.iter().map(String::as_str).collect::<Vec<_>>(), why);
    };
    refused("-", "submit", &["unit=a"], "title");
    refused("-", "submit", &["unit=a", "title=调研", "kind=research", "body=太短"], "300");
    let first = done("-", "submit", &["unit=a", "title=一", "body=内容"]);
    assert!(first.contains("(2023-0001)"), "{first}");
    let id = |line: &str| line.split([' ', ':']).nth(1).unwrap().to_owned();
    let (a, b) = (id(&first), id(&done("-", "submit", &["unit=b", "title=二"])));
    let c = id(&done("-", "submit", &["unit=c", "title=三"]));
    done(&a, "return", &["reason=补充数据"]);
    let again = done(&a, "submit", &["body=更多内容"]);
    assert!(again.contains("(2023-0001)"), "a resubmission keeps its number: {again}");
    refused("-", "merge", &["unit=a", "title=合", &format!("parts=[\"{a}\"]")], "two items");
    let piece =
        id(&done("-", "merge", &["unit=a", "title=三地经验", &format!("parts=[\"{a}\",\"{b}\",\"{c}\"]")]));
    refused(&piece, "adopt", &["issue=3"], "carrier");
    done(&piece, "adopt", &["carrier=journal", "issue=3"]);
    // Five for each item, once, and ten for the piece to each of the three.
    assert_eq!(office.standing("2023-02", &[]), "a 15, b 15, c 15");
    refused(&b, "adopt", &["carrier=journal"], "merged");
    office.done(&["verify"]);
}
