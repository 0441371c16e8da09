//! `demo`: a real office's published quarter, beside a generated year of a larger office.

use super::{DONE, formats::Target, generate, office, output::Output, standings};
use crate::app::{App, Desk, config::Config, demo_file, running};
use anyhow::{Context, Result};
use registrar_kernel::ImportOptions;
use std::{fs::File, io::BufReader, sync::Arc};

/// The office of the published quarter.
const REAL: &str = "demo";
/// Who can be tried in its pages, from `people.jsonl`: a reporter, an editor, who looks after it all.
const PEOPLE: [&str; 3] = ["wang", "li", "zhao"];
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
        office::choose(desk, &["zhalantun".to_owned()], Some("2020-01-01"))?;
    }
    office::follow(app, desk)
}

fn show(desk: &Desk, period: &str, output: &mut Output<'_>) -> Result<u8> {
    let wanted =
        standings::Wanted { register: "information", period, measure: "points", pool: &None, tag: &None };
    standings::run(desk, &wanted, &Target::default(), output)
}
