//! Everything rescored after a change of rules: from the store to a ledger that serves. Each size in a
//! process of its own, so that its peak of memory is its own.
//!
//! `sizes` compares logs of ten thousand to ten million events. It takes five minutes and 6 GB
//! on the disk, and is run only if it is named.

use crate::{
    handler::{FUNCTION, TABLES},
    ledger::{CARRIERS, Office},
    measure::median,
    office::folder,
    report::{Aim, Line, Report},
    rows,
};
use registrar_ledger::{Ledger, StandingQuery};
use serde_json::{Value as Json, json};
use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// Makes this program the child that measures.
pub const WORD: &str = "--recompute";

const OPTIONS: &str =
    r#"register = "information", action = { "submit", "adopt" }, measure = "points", account = "unit""#;

fn whole_rule(change: u64) -> Vec<(&'static str, String)> {
    vec![(
        "scoring.lua",
        format!("{TABLES}\n-- {change}\nhost.on('score.post', {{ {OPTIONS} }}, {FUNCTION})"),
    )]
}

/// One plugin a carrier.
fn carrier_rules(journal: u64) -> Vec<(&'static str, String)> {
    const FILES: [&str; 8] = ["c1.lua", "c2.lua", "c3.lua", "c4.lua", "c5.lua", "c6.lua", "c7.lua", "c8.lua"];
    let rule = |(n, carrier): (usize, &&str)| {
        let change = if n == 0 { journal } else { 0 };
        let options = OPTIONS.replace(r#"{ "submit", "adopt" }"#, r#""adopt""#);
        let rule = format!(
            "{TABLES}\n-- {change}\nhost.on('score.post', {{ {options}, match = {{ carrier = '{carrier}' }} }}, {FUNCTION})"
        );
        (FILES[n], rule)
    };
    CARRIERS.iter().enumerate().map(rule).collect()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The child: measures in a folder and says so in JSON.
pub fn child(args: &[String]) {
    let [folder, events, workers, what] = args else { panic!("folder, events, workers, what") };
    let folder = Path::new(folder);
    let events: u64 = events.parse().expect("a number");
    let workers: usize = workers.parse().expect("a number");
    let found = match what.as_str() {
        "fill" => {
            Office::open(folder, events, workers, &whole_rule(0));
            json!({})
        }
        "whole" => whole(folder, events, workers, 5),
        "once" => whole(folder, events, workers, 1),
        "carrier" => carrier(folder, events, workers),
        "late" => late(folder, events, workers),
        other => panic!("{other}"),
    };
    println!("{found}");
}

/// Has the peak of memory begin here.
pub fn peak_begins() {
    // Without it the peak is that of all that was before.
    std::fs::write("/proc/self/clear_refs", "5").expect("the peak to be set back");
}

/// The peak of memory, MiB.
pub fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("a peak");
    let kib: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
    kib / 1024.0
}

fn whole(folder: &Path, events: u64, workers: usize, rounds: u64) -> Json {
    let office = Office::open(folder, events, workers, &whole_rule(0));
    let ledger = office.ledger();
    let mut times = Vec::new();
    peak_begins();
    // Never the rules that the ledger was left with.
    let first = std::process::id().into();
    for change in first..first + rounds {
        office.save(&whole_rule(change));
        let rules = office.rules();
        let began = Instant::now();
        assert!(ledger.rebuild(&office, rules, &|_, _| {}).expect("new rules"));
        times.push(ms(began.elapsed()));
    }
    told(&times, None, &ledger)
}

/// What rescoring took, and where the last time went.
fn told(times: &[f64], whole: Option<f64>, ledger: &Ledger) -> Json {
    let spent = ledger.spent();
    json!({ "ms": median(times.to_vec()), "whole": whole, "read": ms(spent.read), "rules": ms(spent.rules),
        "single": ms(spent.single), "aggregate": ms(spent.aggregate), "write": ms(spent.write), "peak": peak() })
}

fn carrier(folder: &Path, events: u64, workers: usize) -> Json {
    // The other rule, of which there is only one file.
    let _ = std::fs::remove_file(folder.join("scripts/scoring.lua"));
    let office = Office::open(folder, events, workers, &carrier_rules(0));
    let ledger = office.ledger();
    let mut times = Vec::new();
    for change in 1..=5 {
        office.save(&carrier_rules(change));
        let rules = office.rules();
        let began = Instant::now();
        assert!(ledger.rebuild(&office, rules, &|_, _| {}).expect("new rules"));
        times.push(ms(began.elapsed()));
    }
    let found = told(&times, None, &ledger);
    let whole = {
        let all: Vec<_> =
            carrier_rules(9).into_iter().map(|(name, text)| (name, text.replace("-- 0", "-- 9"))).collect();
        office.save(&all);
        let rules = office.rules();
        let began = Instant::now();
        assert!(ledger.rebuild(&office, rules, &|_, _| {}).expect("new rules"));
        ms(began.elapsed())
    };
    assert!(ledger.verify(&office).expect("a replay").passes());
    let mut found = found;
    found["whole"] = whole.into();
    found
}

fn late(folder: &Path, events: u64, workers: usize) -> Json {
    let mut office = Office::open(folder, events, workers, &whole_rule(0));
    let ledger = office.ledger();
    let query = StandingQuery {
        register: "information".into(),
        period: "2023".parse().expect("a period"),
        measure: Some("points".into()),
        pool: None,
        tag: None,
    };
    let total = |office: &Office| {
        ledger.catch_up(office).expect("a ledger that follows");
        let standing = ledger.standing(office, &query).expect("a standing");
        standing.rows.into_iter().map(|row| row.amount).sum::<registrar_sdk::Amount>()
    };
    let (mut times, mut before) = (Vec::new(), total(&office));
    let mut record = 0;
    for _ in 0..21 {
        record = office.late(record + 1);
        let began = Instant::now();
        let after = total(&office);
        times.push(ms(began.elapsed()));
        assert_ne!(after, before, "the late event counts");
        before = after;
    }
    let check = ledger.verify(&office).expect("a replay");
    assert!(check.passes(), "{check:?}");
    json!({ "ms": median(times), "digest": check.serving })
}

fn ask(folder: &Path, events: u64, workers: usize, what: &str) -> Json {
    let program = std::env::current_exe().expect("this program");
    let out = Command::new(program)
        .arg(WORD)
        .args([folder.display().to_string(), events.to_string(), workers.to_string(), what.to_owned()])
        .output()
        .expect("a child");
    assert!(out.status.success(), "{what}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("what the child found")
}

fn of(json: &Json, key: &str) -> f64 {
    json.get(key).and_then(Json::as_f64).unwrap_or(f64::NAN)
}

/// Runs it, for as many events as `REGISTRAR_EVENTS` says: a million if it says nothing.
pub fn run(report: &mut Report) {
    let events = std::env::var("REGISTRAR_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = folder();
    let folder = folder.path();
    ask(folder, events, 1, "fill");
    let bare = rows::bare_numbers();
    let mut whole = Vec::new();
    for workers in [1, 2] {
        let found = ask(folder, events, workers, "whole");
        let ns = |key: &str| of(&found, key) * 1e6 / events as f64;
        let what = |part: &str| format!("recompute: {events} events, workers {workers}: {part}");
        report.add(Line::alone(what("an event"), ns("ms"), Aim::Time(1500.0)));
        report.add(Line::alone(what("read"), ns("read"), Aim::None));
        let aim = if workers == 1 { Aim::Ratio(1.3) } else { Aim::None };
        report.add(Line::quotient(what("rules, beside the bare loop"), ns("rules"), bare, aim));
        for part in ["single", "aggregate", "write"] {
            report.add(Line::alone(what(part), ns(part), Aim::None));
        }
        eprintln!("workers {workers}: {:.0} ms, peak {:.0} MiB", of(&found, "ms"), of(&found, "peak"));
        whole.push(ns("ms"));
    }
    report.add(Line::quotient("recompute: two workers beside one", whole[1], whole[0], Aim::None));
    let found = ask(folder, events, 2, "late");
    report.add(Line::alone("recompute: until a late event stands", of(&found, "ms") * 1e6, Aim::Time(50e6)));
    let found = ask(folder, events, 2, "carrier");
    let ns = |key: &str| of(&found, key) * 1e6 / events as f64;
    let what = "recompute: one carrier's rule of eight, an event of the log, beside all";
    report.add(Line::quotient(what, ns("ms"), ns("whole"), Aim::Ratio(0.25)));
}

const SIZES: [u64; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
const MILLION: usize = 2;

/// Runs logs of several sizes in turns.
pub fn sizes(report: &mut Report) {
    let folders = SIZES.map(|_| folder());
    for (folder, events) in folders.iter().zip(SIZES) {
        eprintln!("{events} events are written");
        ask(folder.path(), events, 2, "fill");
    }
    let mut found: [Vec<(f64, f64)>; 4] = Default::default();
    for round in 0..5 {
        let mut order: Vec<usize> = (0..SIZES.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            let took = ask(folders[at].path(), SIZES[at], 2, "once");
            eprintln!(
                "round {round}: {} events: {:.0} ms, peak {:.0} MiB",
                SIZES[at],
                of(&took, "ms"),
                of(&took, "peak")
            );
            found[at].push((of(&took, "ms") * 1e6 / SIZES[at] as f64, of(&took, "peak")));
        }
    }
    let middle = |at: usize, which: fn(&(f64, f64)) -> f64| median(found[at].iter().map(which).collect());
    for (at, events) in SIZES.iter().enumerate() {
        let aim = if at == 0 || at == MILLION { Aim::None } else { Aim::Ratio(1.15) };
        let (ours, bare) = (middle(at, |(ns, _)| *ns), middle(MILLION, |(ns, _)| *ns));
        report.add(Line::quotient(
            format!("sizes: {events} events: an event, beside a million"),
            ours,
            bare,
            aim,
        ));
        eprintln!("{events} events: peak {:.0} MiB", middle(at, |(_, peak)| *peak));
    }
}
