//! `demo`: the offices that `demo/demo.toml` among the scripts describes, filled and kept running.

use super::{Commands, DONE, formats::OutputTarget, office, output::Output, standings};
use anyhow::{Context, Result};
use jiff::{ToSpan, civil::Date};
use registrar_app::{
    App, OpenOffice,
    command::CommandRunner,
    config::Config,
    maintenance,
    sample::{self, Sample},
};
use registrar_domain::{
    Actor,
    reserved::{DECIDE_BY, PERIODS},
};
use registrar_kernel::{Act, ImportOptions};
use registrar_sdk::Value;
use serde::Deserialize;
use std::{
    fs::{self, File},
    io::BufReader,
    path::Path,
    sync::Arc,
};

/// The description, in a folder of scripts.
const DEMO: &str = "demo/demo.toml";
/// From this day on the rule sets act.
const RULES_FROM: Date = Date::constant(2020, 1, 1);

/// What there is to be tried.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Demo {
    office: Vec<Described>,
}

/// One of its offices.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: String,
    /// Printed above its standing.
    title: String,
    /// Files of events, from the description's folder.
    events: Vec<String>,
    /// A file of acts, dated by days before today.
    recent: Option<String>,
    /// Its rule sets.
    rules: Vec<String>,
    /// The role that decides ties.
    decide_by: Option<String>,
    /// Who can be tried in its pages.
    #[serde(default)]
    people: Vec<String>,
    /// The standing that is shown.
    show: DemoPage,
    /// What to try next.
    #[serde(default)]
    hint: Vec<String>,
    /// Where the rest of its log comes from.
    sample: Option<Sample>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoPage {
    register: String,
    period: String,
    pool: Option<String>,
}

/// Runs until the process is ended, unless `once`; samples get so many `records`.
pub fn run(mut config: Config, once: bool, records: u64, output: &mut Output<'_>) -> Result<u8> {
    let file = config.scripts().into_iter().map(|folder| folder.join(DEMO)).find(|file| file.exists());
    let file =
        file.with_context(|| format!("the folder of scripts has no {DEMO}; name the folder with --scripts"))?;
    let text = fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
    let demo: Demo = toml::from_str(&text).with_context(|| format!("{} is not valid", file.display()))?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let first = demo.office.first().with_context(|| format!("{} has no office", file.display()))?;
    // Commands that name no office mean the first of them while it runs.
    config.default_office = Some(first.name.clone());
    let app = Arc::new(App::open(config)?);
    let mut offices = Vec::new();
    for (n, described) in demo.office.iter().enumerate() {
        let opened = app.make(&described.name)?;
        fill(&app, &opened, described, folder, records, output)?;
        if n > 0 {
            output.line("");
        }
        output.line(&described.title);
        show(&opened, &described.show, output)?;
        offices.push(opened);
    }
    if once {
        return Ok(DONE);
    }
    output.line("");
    demo.office.iter().flat_map(|described| &described.hint).for_each(|line| output.line(line));
    let people: Vec<Vec<String>> = demo.office.iter().map(|described| described.people.clone()).collect();
    let commands: Arc<dyn CommandRunner> = Arc::new(Commands);
    maintenance::run(app, &offices, &people, &commands, output.sink)?;
    Ok(DONE)
}

// Importing twice adds nothing, so the demo can be started again.
fn fill(
    app: &App,
    opened: &OpenOffice,
    described: &Described,
    folder: &Path,
    records: u64,
    output: &mut Output<'_>,
) -> Result<()> {
    // First, since rule sets bring registers of their own.
    if opened.office.host().config().chosen.is_empty() {
        office::choose(opened, &described.rules, Some(RULES_FROM))?;
    }
    office::follow(app, opened)?;
    for name in &described.events {
        let file = folder.join(name);
        let open = File::open(&file).with_context(|| format!("{} can't be read", file.display()))?;
        opened.office.import_events(BufReader::new(open), ImportOptions::default(), &mut |_| {})?;
    }
    if let Some(sample) = &described.sample {
        let sink = &mut *output.sink;
        sample::fill(opened, sample, records, &mut |done| sink.progress("records", done, records))?;
    }
    if let Some(decider) = &described.decide_by
        && opened.office.role_for(DECIDE_BY)?.is_none()
    {
        office::name_role(opened, DECIDE_BY, PERIODS, decider)?;
    }
    if let Some(name) = &described.recent {
        let file = folder.join(name);
        let text = fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
        go_on(opened, &text).with_context(|| file.display().to_string())?;
    }
    Ok(())
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
fn go_on(opened: &OpenOffice, lines: &str) -> Result<()> {
    let office = &opened.office;
    for line in lines.lines() {
        let recent: Recent = serde_json::from_str(line)?;
        if office.as_operator().event(&recent.id)?.is_some() {
            continue;
        }
        let fields = Value::from_json(serde_json::Value::Object(recent.fields));
        office.act(Act {
            register: recent.register,
            record: Some(recent.record),
            action: recent.action,
            on: Some(office.today().checked_sub(recent.days_ago.days())?),
            by: Actor::read(&recent.by),
            fields: fields.as_map().cloned().unwrap_or_default(),
            id: Some(recent.id),
            ..Act::default()
        })?;
    }
    Ok(())
}

fn show(opened: &OpenOffice, shown: &DemoPage, output: &mut Output<'_>) -> Result<u8> {
    let wanted = standings::StandingsArgs {
        register: &shown.register,
        period: &shown.period,
        measure: "points",
        pool: &shown.pool,
        tag: &None,
        person: &None,
    };
    standings::run(opened, &wanted, &OutputTarget::default(), output)
}
