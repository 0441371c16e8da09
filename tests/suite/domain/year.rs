//! The sample office's year, its figures reckoned once more: by programs in another language that know the written
//! clauses and the events, and nothing of the rules' scripts.

use super::city::City;
use registrar_kernel::ImportOptions;
use registrar_ledger::StandingQuery;
use serde_json::{Value as Json, json};
use std::{
    io::Write,
    process::{Command, Stdio},
    time::Instant,
};

const RECORDS: usize = 1_000;

/// A rule set, and the program that reckons its figures again.
struct Reckoned {
    rules: &'static [&'static str],
    program: &'static str,
    /// Account, period, perhaps a measure, perhaps a tag: each sort of unit, of period and of clause.
    figures: &'static [&'static str],
    /// The measures whose whole year is compared.
    measures: &'static [&'static str],
}

const OPINION: Reckoned = Reckoned {
    rules: &["opinion", "upper-results"],
    program: "opinion.py",
    figures: &[
        "county-01 2023 points",
        "county-02 2023-Q1 points",
        "county-03 2023-07 points",
        "county-04 2023-H2 points",
        "county-05 2023-01..2023-09 points",
        "county-06 2023 points adoption",
        "county-07 2023 points instruction",
        "county-08 2023 points commission",
        "zone-01 2023 points",
        "committee-01 2023 points",
        "committee-10 2023-Q4 points adoption",
        "letters-office 2023 points",
        "point-10 2023 points",
        "point-27 2023-H1 points adoption",
        "county-01-1 2023 fee",
        "county-01-1 2023 author",
        "county-03-1 2023 fee base",
        "county-04-1 2023 author instruction",
        "county-01 2023 fulfilment",
        "committee-03 2023 fulfilment met",
        "committee-04 2023 fulfilment missed",
        "letters-office 2023 fulfilment",
        "point-01 2023-H1 fulfilment",
        "county-01 2023 received",
    ],
    measures: &["points", "author", "fee", "fulfilment", "received"],
};

const CITY: Reckoned = Reckoned {
    rules: &["city", "fees", "quota", "commendation"],
    program: "recompute.py",
    figures: &[
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
        "committee-01 2023",
        "committee-10 2023",
        "zone-01 2023 period",
        "committee-05 2023-H1",
        "letters-office 2023",
        "committee-08 2023-Q4 adoption",
        "point-10 2023",
        "point-27 2023-H1 adoption",
        "point-32 2023",
        "point-34 2023-Q3",
    ],
    measures: &["points"],
};

/// The lines of the year, as the generator makes them.
fn lines(city: &City, more: &str) -> String {
    let page = |spec: &str| -> Vec<Json> {
        let rows = city.ask("import.parse", vec![json!(format!("{spec} {more}")), json!("sample")]);
        rows.as_array().unwrap().iter().map(|row| row["fields"].clone()).collect()
    };
    let mut events = page("part=directory");
    for from in (1..=RECORDS).step_by(500) {
        events.extend(page(&format!("part=items records={RECORDS} from={from} to={}", from + 499)));
    }
    let holidays = std::fs::read_to_string(city.scripts().join("directory/holidays-cn.jsonl")).unwrap();
    events.iter().fold(holidays, |text, event| text + &event.to_string() + "\n")
}

/// The standing of a measure, wherever it is counted: account and amount with two decimals.
fn standing(city: &City, period: &str, measure: &str, tag: Option<&str>) -> Vec<(String, String)> {
    let register = if measure == "received" { "upper-results" } else { "information" };
    let query = StandingQuery {
        register: register.into(),
        period: period.parse().unwrap(),
        measure: Some(measure.into()),
        pool: None,
        tag: tag.map(str::to_owned),
    };
    let standing = city.figures().standing(&query).unwrap();
    assert!(standing.faults.is_empty(), "{:?}", standing.faults);
    standing.rows.iter().map(|row| (row.account.clone(), row.amount.to_fixed(2))).collect()
}

impl Reckoned {
    /// What the ledger says of a figure.
    fn figure(&self, city: &City, asked: &str) -> String {
        let mut words = asked.split(' ');
        let (account, period) = (words.next().unwrap(), words.next().unwrap());
        let measure = if self.measures.len() > 1 { words.next().unwrap() } else { self.measures[0] };
        let rows = standing(city, period, measure, words.next());
        let row = rows.into_iter().find(|row| row.0 == account);
        row.unwrap_or_else(|| panic!("no row for {asked}")).1
    }

    /// What the other program says of figures, one each line.
    fn again(&self, log: &std::path::Path, asked: &str, all: &[&str]) -> Vec<String> {
        let program = crate::program::repository().join("tests/figures").join(self.program);
        let mut command = Command::new("/usr/bin/python3");
        // Nothing is left beside the sources.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.arg(program).arg(log).args(all).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    /// Compares single figures, the whole year of every account, and both once more after a void.
    fn check(&self) {
        let city = City::empty(self.rules, json!({}));
        city.day("2024-01-15");
        let began = Instant::now();
        let received = if self.measures.contains(&"received") { "received=yes" } else { "" };
        let lines = lines(&city, received);
        let made = began.elapsed();
        city.office.import_events(lines.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
        let ours: Vec<_> = self.figures.iter().map(|asked| self.figure(&city, asked)).collect();
        println!("{RECORDS} records made in {made:?}, counted after {:?}", began.elapsed());
        let log = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(log.path(), &lines).unwrap();
        let theirs = self.again(log.path(), &self.figures.join("\n"), &[]);
        for ((asked, ours), theirs) in self.figures.iter().zip(&ours).zip(&theirs) {
            println!("{asked}: {ours}");
            assert_eq!(ours, theirs, "{asked}");
        }
        let silent = ours.iter().filter(|amount| *amount == "0.00").count();
        assert!(silent <= 3, "figures that say something: {ours:?}");
        for measure in self.measures {
            let of_measure: &[&str] = if self.measures.len() > 1 { &[*measure] } else { &[] };
            let theirs = self.again(log.path(), "", &[&["--all", "2023"], of_measure].concat());
            let rows = standing(&city, "2023", measure, None).into_iter();
            let rows = rows.filter(|(_, amount)| amount != "0.00");
            let mut ours: Vec<_> = rows.map(|(account, amount)| format!("{account} {amount}")).collect();
            ours.sort();
            println!("{measure}: {} accounts", ours.len());
            assert_eq!(ours, theirs, "{measure}");
        }
        // One voided adoption that counted moves the figure of both alike.
        let mut adoption = lines.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let adoption = adoption
            .rfind(|event| event["action"] == "adopt" && event["fields"]["carrier"] == "journal")
            .unwrap();
        let record = city.record("information", adoption["record"].as_str().unwrap());
        let asked = format!("{} 2023", record["unit"].as_str().unwrap());
        let asked = if self.measures.len() > 1 { format!("{asked} points") } else { asked };
        let void = json!({
            "id": "voided-in-this-test", "register": "information", "record": adoption["record"], "action": "void",
            "on": "2023-12-31", "by": "operator", "fields": { "event": adoption["id"], "reason": "重复" },
        });
        let before = self.figure(&city, &asked);
        city.office
            .import_events(void.to_string().as_bytes(), ImportOptions::default(), &mut |_| {})
            .unwrap();
        std::fs::write(log.path(), format!("{lines}{void}\n")).unwrap();
        let after = self.figure(&city, &asked);
        assert_ne!(before, after);
        assert_eq!(self.again(log.path(), &asked, &[]), [after]);
    }
}

#[test]
fn figures_of_the_opinions_year_are_those_of_an_independent_program_to_the_last_digit() {
    OPINION.check();
}

#[test]
fn figures_of_the_citys_year_are_those_of_an_independent_program_to_the_last_digit() {
    CITY.check();
}
