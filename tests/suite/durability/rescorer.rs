//! The process that is killed while it recomputes: it changes its rules again and again and counts by
//! them, while another of its threads submits. Standard output says what phase it is in and what was
//! acknowledged.

use super::child::{self, Desk, FOLDER, FROM, act, say};
use jiff::civil::{Date, date};
use registrar_host::{Engine, EngineConfig};
use registrar_kernel::ImportOptions;
use registrar_ledger::rebuild::recompute_phase::PHASES;
use registrar_store::sqlite::Sync;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
    time::Duration,
};
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Records at first; two events each.
const RECORDS: u64 = 2_200;
const UNITS: u64 = 4;

const REGISTER: &str = r#"
host.register("item", {
  title = "Item",
  fields = { title = { type = "text", required = true }, unit = { type = "unit" } },
  stages = { "draft", "submitted", "adopted" },
  actions = {
    submit = { to = "submitted", by = "reporter", create = true, submission = true },
    adopt = { to = "adopted", by = "editor", form = { carrier = { type = "text" } } },
  },
  measures = { points = { places = 1 }, extra = { places = 1 } },
})
host.on("score.period", { register = "item", period = "month", measure = "extra" }, function(p)
  return p:total() > 100 and 100 - p:total() or nil
end)
"#;

/// Writes the plugins of a version: what a submission is worth changes with every other version, and
/// that touches every record; what one carrier of four is worth changes with those between.
pub fn write_version(folder: &Path, version: u64) {
    let rule = |filter: &str, worth: u64| {
        format!(
            r#"host.on("score.post", {{ register = "item", account = "unit", {filter} }},
            function(event, record) return {worth} end)"#
        )
    };
    let scripts = folder.join("scripts");
    fs::create_dir_all(&scripts).unwrap();
    for (name, text) in [
        ("item.lua", REGISTER.to_owned()),
        ("submitted.lua", rule(r#"measure = "points", action = "submit""#, 1 + version / 2)),
        (
            "journal.lua",
            rule(
                r#"measure = "extra", action = "adopt", match = { carrier = "c0" }"#,
                1 + version.div_ceil(2),
            ),
        ),
    ] {
        fs::write(scripts.join(name), text).unwrap();
    }
}

/// Makes an office with a history and a ledger by version 0.
pub fn prepare(folder: &Path, engine: &Arc<Engine>) {
    write_version(folder, 0);
    let desk = child::open(folder, Sync::Full, engine);
    let units = (0..UNITS).map(|n| {
        format!(
            r#"{{"id":"u{n}","register":"$directory","record":"unit-{n}","action":"unit","on":"2022-01-01","fields":{{"title":"单位{n}","class":"county"}}}}"#
        )
    });
    let events = (0..RECORDS).flat_map(|n| {
        let on = day(n);
        [("submit", fields(n)), ("adopt", carrier(n))].map(|(action, fields)| {
            format!(
                r#"{{"id":"h-{n}-{action}","register":"item","record":"h-{n}","action":"{action}","on":"{on}","fields":{fields}}}"#
            )
        })
    });
    let lines: Vec<String> = units.chain(events).collect();
    let options = ImportOptions { batch: 2_000 };
    let report = desk.office.import_events(lines.join("\n").as_bytes(), options, &mut |_| {}).unwrap();
    assert_eq!(report.added as usize, lines.len());
    desk.office.as_operator().figures().unwrap();
}

fn fields(n: u64) -> String {
    format!(r#"{{"title":"第{n}件","unit":"unit-{}"}}"#, n % UNITS)
}

fn day(n: u64) -> Date {
    date(2023, 1 + (n / 28 % 12) as i8, 1 + (n % 28) as i8)
}

fn carrier(n: u64) -> String {
    format!(r#"{{"carrier":"c{}"}}"#, n % 4)
}

/// A command that runs this very program as such a child, which goes on after a version.
pub fn command(folder: &Path, version: u64) -> Command {
    child::itself("durability::rescorer::recomputes_until_it_is_killed", folder, version)
}

#[test]
fn recomputes_until_it_is_killed() {
    // Without a folder it is not the child of a test that kills it, and has nothing to do.
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let from: u64 = env::var(FROM).unwrap().parse().unwrap();
    let desk = child::open(&folder, Sync::Full, &Engine::start(EngineConfig::default()).unwrap());
    let desk = Arc::new(desk);
    // From here on, so that what is told is of a change and not of the start.
    let told = fmt::layer().with_ansi(false).with_timer(fmt::time::uptime());
    tracing_subscriber::registry()
        .with(told)
        .with(Targets::new().with_target(PHASES, tracing::Level::DEBUG))
        .init();
    // Not joined: a failure of either ends the process, and the test with it.
    let submitting = desk.clone();
    thread::spawn(move || submit_until_it_is_killed(&submitting, from));
    for version in from + 1.. {
        write_version(&folder, version);
        say(&format!("begun {version}\n"));
        let report = desk.office.host().reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        assert!(desk.books.take_rules(&|_, _| {}).unwrap(), "nothing was recomputed");
        tracing::debug!(target: PHASES, phase = "done");
    }
}

fn submit_until_it_is_killed(desk: &Desk, from: u64) {
    // Each child goes on elsewhere, so that no period grows until a call for it runs past its budget.
    for n in from * 61.. {
        let record = format!("a-{from}-{n}");
        act(desk, "submit", &record, &record, day(n), &fields(n));
        act(desk, "adopt", &record, &format!("b-{from}-{n}"), day(n), &carrier(n));
        thread::sleep(Duration::from_millis(30));
    }
}
