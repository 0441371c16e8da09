//! The sample office's year, its figures reckoned once more: by a program in another language that
//! knows the written clauses and the events, and nothing of the rules' scripts.

use super::city::City;
use registrar_kernel::{ImportOptions, ledger::StandingQuery};
use serde_json::{Value as Json, json};
use std::{
    io::Write,
    process::{Command, Stdio},
    time::Instant,
};

const RECORDS: usize = 1_000;
const RULES: [&str; 4] = ["city", "fees", "quota", "commendation"];

/// Account, period, and perhaps a tag: each sort of unit, of period and of clause.
const FIGURES: [&str; 20] = [
    "county-01 2023",
    "county-02 2023-Q1",
    "county-03 2023-07",
    "county-04 2023-H2",
    "county-05 2023-01..2023-09",
    "county-06 2023 adoption",
    "county-07 2023 instruction",
    "county-08 2023 period",
    "county-09 2023 submission",
    "county-11 2023-Q2 adoption",
    "dept-01 2023",
    "dept-10 2023",
    "dept-12 2023 period",
    "dept-17 2023-H1",
    "dept-22 2023",
    "dept-30 2023-Q4 adoption",
    "point-10 2023",
    "point-27 2023-H1 adoption",
    "point-32 2023",
    "point-34 2023-Q3",
];

/// The lines of the year, as the generator makes them.
fn lines(city: &City) -> String {
    let page = |spec: &str| -> Vec<Json> {
        let rows = city.ask("import.parse", vec![json!(spec), json!("sample")]);
        rows.as_array().unwrap().iter().map(|row| row["fields"].clone()).collect()
    };
    let mut events = page("part=directory");
    for from in (1..=RECORDS).step_by(500) {
        events.extend(page(&format!("part=items records={RECORDS} from={from} to={}", from + 499)));
    }
    let holidays = std::fs::read_to_string(city.scripts().join("directory/holidays-cn.jsonl")).unwrap();
    events.iter().fold(holidays, |text, event| text + &event.to_string() + "\n")
}

/// What the ledger says of a figure, with two decimals.
fn figure(city: &City, asked: &str) -> String {
    let mut words = asked.split(' ');
    let (account, period, tag) = (words.next().unwrap(), words.next().unwrap(), words.next());
    let query = StandingQuery {
        register: "information".into(),
        period: period.parse().unwrap(),
        measure: Some("points".into()),
        pool: None,
        tag: tag.map(str::to_owned),
    };
    let standing = city.keeper.standing(&query).unwrap();
    assert!(standing.faults.is_empty(), "{:?}", standing.faults);
    let row = standing.rows.iter().find(|row| row.account == account);
    row.unwrap_or_else(|| panic!("no row for {asked}")).amount.to_fixed(2)
}

/// What the other program says of figures, one each line.
fn again(log: &std::path::Path, asked: &str, all: &[&str]) -> Vec<String> {
    let program = crate::program::repository().join("tests/figures/recompute.py");
    let mut command = Command::new("/usr/bin/python3");
    command.arg(program).arg(log).args(all).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn figures_of_the_year_are_those_of_an_independent_program_to_the_last_digit() {
    let city = City::empty(&RULES, json!({}));
    let began = Instant::now();
    let lines = lines(&city);
    let made = began.elapsed();
    city.office.import_events(lines.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
    let ours: Vec<_> = FIGURES.iter().map(|asked| figure(&city, asked)).collect();
    println!("{RECORDS} records made in {made:?}, counted after {:?}", began.elapsed());
    let log = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(log.path(), &lines).unwrap();
    let theirs = again(log.path(), &FIGURES.join("\n"), &[]);
    for ((asked, ours), theirs) in FIGURES.iter().zip(&ours).zip(&theirs) {
        println!("{asked}: {ours}");
        assert_eq!(ours, theirs, "{asked}");
    }
    assert!(
        ours.iter().filter(|amount| *amount != "0.00").count() >= 18,
        "figures that say something: {ours:?}"
    );
    // And the whole year of every unit.
    let theirs = again(log.path(), "", &["--all", "2023"]);
    let standing = city.standing("information", "2023", "points", None);
    let mut ours: Vec<_> = standing
        .split(", ")
        .map(|row| row.split_once(' ').unwrap().0.to_owned())
        .map(|account| format!("{account} {}", figure(&city, &format!("{account} 2023"))))
        .filter(|row| !row.ends_with(" 0.00"))
        .collect();
    ours.sort();
    assert_eq!(ours, theirs);
    // One voided adoption moves the figure of both alike.
    let mut adoption = lines.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let adoption = adoption.rfind(|event| event["action"] == "adopt").unwrap();
    let unit =
        city.record("information", adoption["record"].as_str().unwrap())["unit"].as_str().unwrap().to_owned();
    let void = json!({
        "id": "voided-in-this-test", "register": "information", "record": adoption["record"], "action": "void",
        "on": "2023-12-31", "by": "operator", "fields": { "event": adoption["id"], "reason": "重复" },
    });
    let before = figure(&city, &format!("{unit} 2023"));
    city.office.import_events(void.to_string().as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
    std::fs::write(log.path(), format!("{lines}{void}\n")).unwrap();
    let after = figure(&city, &format!("{unit} 2023"));
    assert_ne!(before, after);
    assert_eq!(again(log.path(), &format!("{unit} 2023"), &[]), [after]);
}
