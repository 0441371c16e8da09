//! `demo`: a real office's published quarter, beside a generated year of a larger office.

use super::{DONE, formats::Target, generate, office, output::Output, standings};
use crate::app::{App, Desk, config::Config, demo_file, running};
use anyhow::{Context, Result};
use jiff::ToSpan;
use registrar_kernel::{
    Act, ImportOptions,
    decision::{DECIDE_BY, PERIODS, role},
};
use registrar_sdk::Value;
use serde::Deserialize;
use std::{fs::File, io::BufReader, sync::Arc};

/// The office of the published quarter.
const REAL: &str = "demo";
/// Who can be tried in its pages, from `people.jsonl`: reporters of two units, an editor, a leader, who
/// looks after it all.
const PEOPLE: [&str; 5] = ["wang", "sun", "li", "chen", "zhao"];
/// Its rules: what the city published, and what goes with it.
const RULES: [&str; 4] = ["zhalantun", "fees", "quota", "commendation"];
/// Who decides ties in it.
const DECIDER: &str = "leader";
/// The generated one.
const LARGE: &str = "demo-large";

/// Runs until the process is ended, unless `once`.
pub fn run(mut config: Config, once: bool, events: u64, output: &mut Output<'_>) -> Result<u8> {
    // Commands that name no office mean the demo's while it runs.
    config.default_office = Some(REAL.to_owned());
    let file = demo_file(&config).context(
        "the folder of scripts has no demo/zhalantun-2023q1.jsonl; name the folder with --scripts",
    )?;
    let app = Arc::new(App::open(config)?);
    let real = app.make(REAL)?;
    fill(&app, &real, BufReader::new(File::open(&file)?), 154, output)?;
    let people = File::open(file.with_file_name("people.jsonl")).context("the demo has no people.jsonl")?;
    real.office.import_events(BufReader::new(people), ImportOptions::default(), &mut |_| {})?;
    if role(&*real.office.read()?, DECIDE_BY)?.is_none() {
        office::name_role(&real, DECIDE_BY, PERIODS, DECIDER)?;
    }
    let acts = file.with_file_name("acts.jsonl");
    go_on(&real, &std::fs::read_to_string(acts).context("the demo has no acts.jsonl")?)?;
    let large = app.make(LARGE)?;
    let year = generate::year(events);
    fill(&app, &large, year.as_bytes(), events, output)?;
    output.line("Zhalantun city, information work, first quarter of 2023 (扎兰屯市 2023 年一季度信息工作)");
    show(&real, "2023-Q1", output)?;
    output.line("");
    output.line(format!("A generated year of a larger office (office \"{LARGE}\")"));
    show(&large, "2024", output)?;
    if once {
        return Ok(DONE);
    }
    output.line("");
    output.line("Now change a number in scripts/zhalantun/scoring.lua, save it, and in another terminal:");
    output.line("  registrar standings information --period 2023-Q1");
    running::run(app, &[real, large], &PEOPLE, output)?;
    Ok(DONE)
}

// Importing twice adds nothing, so the demo can be started again.
fn fill(
    app: &App,
    desk: &Desk,
    lines: impl std::io::BufRead,
    total: u64,
    output: &mut Output<'_>,
) -> Result<()> {
    let sink = &mut *output.sink;
    desk.office
        .import_events(lines, ImportOptions::default(), &mut |r| sink.progress("events", r.lines, total))?;
    if desk.office.host().config().chosen.is_empty() {
        office::choose(desk, &RULES.map(str::to_owned), Some("2020-01-01"))?;
    }
    office::follow(app, desk)
}

/// What happened of late, as of the day on which the demo is first started.
#[derive(Deserialize)]
struct Recent {
    id: String,
    days_ago: i64,
    register: String,
    record: String,
    action: String,
    by: String,
    fields: serde_json::Map<String, serde_json::Value>,
}

// Work that is under way, so that there is something to be done; once for each folder of data.
fn go_on(desk: &Desk, lines: &str) -> Result<()> {
    let office = &desk.office;
    for line in lines.lines() {
        let recent: Recent = serde_json::from_str(line).context("acts.jsonl")?;
        if office.read()?.event_by_id(&recent.id)?.is_some() {
            continue;
        }
        let fields = Value::from_json(serde_json::Value::Object(recent.fields));
        office.act(Act {
            register: recent.register,
            record: Some(recent.record),
            action: recent.action,
            on: Some(office.today().checked_sub(recent.days_ago.days())?),
            by: recent.by,
            fields: fields.as_map().cloned().unwrap_or_default(),
            id: Some(recent.id),
            ..Act::default()
        })?;
    }
    Ok(())
}

fn show(desk: &Desk, period: &str, output: &mut Output<'_>) -> Result<u8> {
    let wanted = standings::Wanted {
        register: "information",
        period,
        measure: "points",
        pool: &None,
        tag: &None,
        person: &None,
    };
    standings::run(desk, &wanted, &Target::default(), output)
}
