//! The sample office end to end: its records entered, scored, asked for, and scored anew after a changed figure. Each
//! size in a process of its own, so that its peak of memory is its own. `REGISTRAR_RECORDS=1000,1000000` says how many
//! records; the default takes a minute and a half.

use crate::{
    measure::median,
    office::{copy, folder, shipped},
    recompute::{peak, peak_begins},
    report::{Aim, Line, Report},
};
use registrar_app::{
    App, OpenOffice,
    config::{Config, OfficeConfig},
    sample::Sample,
};
use registrar_domain::{Actor, Lang, storage::RecordQuery};
use registrar_kernel::{
    Act, ImportOptions,
    queries::{FigureQuery, OfficeView, search::phrases},
    table::lines_of,
};
use registrar_ledger::StandingQuery;
use registrar_sdk::{Map, Value};
use serde_json::{Value as Json, json};
use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// Makes this program the child that measures.
pub const WORD: &str = "--sample-office";

const REGISTER: &str = "information";
/// The figure that is changed, and what it is changed to.
const FIGURE: (&str, &str) = ("adopt_voice", "2023-01-01 = 9");

/// Runs it.
pub fn run(report: &mut Report) {
    let wanted = env::var("REGISTRAR_RECORDS").unwrap_or_else(|_| "1000,10000,100000".to_owned());
    let sizes = wanted.split(',').filter_map(|n| n.trim().parse::<u64>().ok());
    let mut smaller: Option<Json> = None;
    for records in sizes {
        let folder = folder();
        let child = Command::new(env::current_exe().expect("this program"))
            .args([WORD, &folder.path().display().to_string(), &records.to_string()])
            .output()
            .expect("a child");
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        let found: Json = serde_json::from_slice(&child.stdout).expect("what it found");
        told(report, records, &found, smaller.as_ref());
        smaller = Some(found);
    }
}

/// Where a step's time may not grow with the office, and what is hoped for, in nanoseconds.
const AIMS: [(&str, f64); 7] = [
    ("an action, median", 5e6),
    ("an action until its standing has it, median", 50e6),
    ("standing of the year", 100e6),
    ("standing of a month", 100e6),
    ("explain the largest account", 100e6),
    ("search for a word", 100e6),
    ("a changed figure until it counts", 15e9),
];

fn told(report: &mut Report, records: u64, found: &Json, smaller: Option<&Json>) {
    let steps = found["steps"].as_array().into_iter().flatten();
    for step in steps {
        let (name, nanos) = (step[0].as_str().unwrap_or_default(), step[1].as_f64().unwrap_or(f64::NAN));
        let a_record = step[2].as_bool() == Some(true);
        let line = format!("{records} records: {name}");
        let before = smaller.and_then(|found| {
            let steps = found["steps"].as_array()?;
            steps.iter().find(|step| step[0] == name)?[1].as_f64()
        });
        let aim =
            AIMS.iter().find(|(aimed, _)| *aimed == name).map_or(Aim::None, |(_, most)| Aim::Time(*most));
        report.add(match (a_record, before) {
            // A record is not to cost more where there are more of them.
            (true, Some(before)) => {
                Line::quotient(format!("{line}, a record"), nanos, before, Aim::Ratio(1.25))
            }
            (true, None) => Line::alone(format!("{line}, a record"), nanos, aim),
            (false, _) => Line::alone(line, nanos, aim),
        });
    }
    eprintln!(
        "{records} records: {} events, {} MiB at most while entered and scored, {} MiB while rescored, {} MiB on disk, digest {}",
        found["events"], found["peak"], found["peak_rescored"], found["disk"], found["digest"]
    );
}

/// What was measured so far.
#[derive(Default)]
struct Steps(Vec<(String, f64, bool)>);

impl Steps {
    /// A step that is looked at as a whole.
    fn whole(&mut self, name: &str, took: Duration) {
        self.0.push((name.to_owned(), took.as_nanos() as f64, false));
    }

    /// A step that does something for each of so many records.
    fn each(&mut self, name: &str, took: Duration, records: u64) {
        self.0.push((name.to_owned(), took.as_nanos() as f64 / records as f64, true));
    }

    /// A step that is taken five times; the middle one.
    fn median(&mut self, name: &str, mut step: impl FnMut()) {
        let times = (0..5).map(|_| timed(&mut step).as_nanos() as f64).collect();
        self.0.push((name.to_owned(), median(times), false));
    }
}

fn timed(step: impl FnOnce()) -> Duration {
    let began = Instant::now();
    step();
    began.elapsed()
}

/// The child: measures in a folder and says so in JSON.
pub fn child(args: &[String]) {
    let [folder, records] = args else { panic!("folder, records") };
    let (folder, records) = (Path::new(folder), records.parse::<u64>().expect("a number"));
    copy(&shipped(), &folder.join("scripts"));
    fs::create_dir(folder.join("none")).expect("a folder without libraries");
    let office = OfficeConfig { rules: ["opinion".to_owned()].into(), ..OfficeConfig::default() };
    let config = Config {
        data: Some(folder.join("data")),
        scripts: Some(vec![folder.join("scripts")]),
        plugins: Some(folder.join("none")),
        office: [("yunlan".to_owned(), office)].into(),
        ..Config::default()
    };
    let mut steps = Steps::default();
    let began = Instant::now();
    let app = App::open(config).expect("an app");
    let opened = app.make("yunlan").expect("an office");
    opened.ledger.take_rules(&|_, _| {}).expect("its rules");
    steps.whole("a first start", began.elapsed());
    peak_begins();
    let events = enter(&opened, records, &mut steps);
    score(&opened, records, &mut steps);
    let peak_entered = peak();
    let digest =
        opened.office.as_operator().figures().and_then(|figures| figures.digest()).expect("a digest");
    ask(&opened, &mut steps);
    act(&opened, &mut steps);
    peak_begins();
    change_figure(folder, &opened, &mut steps);
    let found = json!({
        "steps": steps.0, "events": events, "peak": peak_entered.round(), "peak_rescored": peak().round(),
        "disk": size(&folder.join("data")) >> 20, "digest": digest,
    });
    println!("{found}");
}

/// Has the sample's events made, and imports them.
fn enter(opened: &OpenOffice, records: u64, steps: &mut Steps) -> u64 {
    let sample =
        Sample { format: "sample".into(), once: vec!["part=directory".into()], paged: "part=items".into() };
    let (mut made, mut imported, mut events) = (Duration::ZERO, Duration::ZERO, 0);
    for (request, _) in sample.requests(records) {
        let began = Instant::now();
        let lines = sample.lines(opened, &request).expect("lines");
        made += began.elapsed();
        let began = Instant::now();
        let report = opened.office.import_events(lines.as_bytes(), ImportOptions::default(), &mut |_| {});
        events += report.expect("an import").added;
        imported += began.elapsed();
    }
    steps.each("made up by the sample's script", made, records);
    steps.each("imported", imported, records);
    let words = timed(|| while opened.office.follow_words().expect("words") > 0 {});
    steps.each("its words", words, records);
    events
}

fn score(opened: &OpenOffice, records: u64, steps: &mut Steps) {
    let view = *opened.office.as_operator();
    let whole = timed(|| {
        view.figures().expect("figures");
    });
    steps.each("scored", whole, records);
}

fn standing(view: OfficeView<'_>, period: &str) -> registrar_ledger::Standing {
    let query = StandingQuery {
        register: REGISTER.into(),
        period: period.parse().expect("a period"),
        measure: None,
        pool: None,
        tag: None,
    };
    view.figures().and_then(|figures| figures.standing(&query)).expect("a standing")
}

/// What people ask for.
fn ask(opened: &OpenOffice, steps: &mut Steps) {
    let view = *opened.office.as_operator();
    let year = standing(view, "2023");
    let largest = year.rows.iter().max_by_key(|row| row.amount).expect("a row").account.clone();
    steps.median("standing of the year", || drop(standing(view, "2023")));
    steps.median("standing of a month", || drop(standing(view, "2023-05")));
    let figure = FigureQuery {
        register: REGISTER.into(),
        account: largest,
        period: "2023".parse().expect("a period"),
        measure: None,
    };
    steps.median("explain the largest account", || {
        view.figures().and_then(|figures| figures.explain(&figure, Lang::Zh)).expect("an explanation");
    });
    let search =
        RecordQuery { register: REGISTER.into(), words: phrases("养老"), ..RecordQuery::default() };
    steps.median("search for a word", || drop(view.newest(&search, (0, 50)).expect("a page")));
    let list = RecordQuery { register: REGISTER.into(), ..RecordQuery::default() };
    steps.median("newest fifty records", || drop(view.newest(&list, (0, 50)).expect("a page")));
    let registers = opened.office.registers();
    let register = registers.find(REGISTER).expect("the register");
    let count = view.newest(&list, (0, 1)).expect("a page").1;
    let export = timed(|| drop(lines_of(view, register, &list, &mut |_| {}).expect("lines")));
    steps.each("exported", export, count);
}

/// Adopts submitted records one after the other until `ended`; how long each took, and until its standing had it.
fn adopt(opened: &OpenOffice, most: usize, ended: &dyn Fn() -> bool) -> (Vec<f64>, Vec<f64>) {
    let view = *opened.office.as_operator();
    let waiting = RecordQuery {
        register: REGISTER.into(),
        stages: vec!["submitted".into()],
        limit: Some(most),
        ..RecordQuery::default()
    };
    let (mut acknowledged, mut counted) = (Vec::new(), Vec::new());
    for record in view.records(&waiting).expect("records") {
        if ended() {
            break;
        }
        let began = Instant::now();
        let act = Act {
            register: REGISTER.into(),
            record: Some(record.id),
            action: "adopt".into(),
            by: Actor::Operator,
            on: Some("2023-12-30".parse().expect("a day")),
            fields: Map::from([("carrier".into(), Value::text("journal"))]),
            ..Act::default()
        };
        opened.office.act(act).expect("an adoption");
        acknowledged.push(began.elapsed().as_nanos() as f64);
        drop(standing(view, "2023"));
        counted.push(began.elapsed().as_nanos() as f64);
    }
    (acknowledged, counted)
}

fn highest(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() * 99 / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or(f64::NAN)
}

fn act(opened: &OpenOffice, steps: &mut Steps) {
    let (acknowledged, counted) = adopt(opened, 40, &|| false);
    steps.0.push(("an action, median".into(), median(acknowledged.clone()), false));
    steps.0.push(("an action, 99 of 100".into(), highest(acknowledged), false));
    steps.0.push(("an action until its standing has it, median".into(), median(counted), false));
}

/// A figure gets another amount, is saved, and counts; people go on acting meanwhile.
fn change_figure(folder: &Path, opened: &Arc<OpenOffice>, steps: &mut Steps) {
    let file = folder.join("scripts/opinion/plugin.toml");
    let text = fs::read_to_string(&file).expect("the manifest");
    let (name, amount) = FIGURE;
    let changed = text.lines().map(|line| match line.strip_prefix(name) {
        Some(rest) if rest.starts_with(" =") => line.replace("2023-01-01 = 8", amount),
        _ => line.to_owned(),
    });
    let changed: Vec<String> = changed.collect();
    assert_ne!(changed.join("\n"), text.trim_end(), "{name} is not where it was");
    fs::write(&file, changed.join("\n")).expect("the manifest");
    let done = Arc::new(AtomicBool::new(false));
    let acting = {
        let (opened, done) = (opened.clone(), done.clone());
        thread::spawn(move || adopt(&opened, 20_000, &|| done.load(Relaxed)).0)
    };
    let took = timed(|| {
        let report = opened.office.host().reload();
        assert!(report.faults.is_empty(), "{:#?}", report.faults);
        let swapped = opened.ledger.take_rules(&|_, _| {}).expect("the changed rules");
        assert!(swapped, "nothing was rescored");
    });
    done.store(true, Relaxed);
    let meanwhile = acting.join().expect("people");
    steps.whole("a changed figure until it counts", took);
    steps.0.push(("an action meanwhile, 99 of 100".into(), highest(meanwhile), false));
}

/// Bytes of the files in a folder.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
