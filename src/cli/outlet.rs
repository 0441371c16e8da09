//! `outlet` and `publish`: places to which documents are published, and documents on their way there;
//! `calls`: what plugins reached outside.

use super::{DONE, act::parse, output::Output, parameters::Parameters, whoever};
use anyhow::Result;
use registrar_app::{App, OpenOffice, command::WrongUse, egress::egress_log::read as recorded};
use registrar_domain::{
    Actor,
    reserved::{OFFICE, OPEN},
};
use registrar_kernel::Act;
use registrar_sdk::{Map, Value};
use serde_json::json;

/// What an outlet is to be.
#[derive(clap::Args, Debug)]
pub struct OutletArgs {
    /// The outlet to open or to change (default: list all)
    pub name: Option<String>,
    /// What sort it is, which decides which plugin serves it: folder, mail, webhook, feed …
    #[arg(long)]
    pub kind: Option<String>,
    /// What people call it
    #[arg(long)]
    pub title: Option<String>,
    /// What its kind needs to know; a value that is JSON is taken as such
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
    /// Close it: nothing more is published there
    #[arg(long, conflicts_with = "on")]
    pub off: bool,
    /// Open it again
    #[arg(long)]
    pub on: bool,
}

/// What is to be published.
#[derive(clap::Args, Debug)]
pub struct Published {
    /// The report
    pub report: String,
    /// The outlet
    #[arg(long)]
    pub to: String,
    /// What it is asked for
    #[command(flatten)]
    pub parameters: Parameters,
    /// The acting person (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

/// Runs `outlet`.
pub fn run(opened: &OpenOffice, asked: &OutletArgs, output: &mut Output<'_>) -> Result<u8> {
    let Some(name) = &asked.name else { return list(opened, output) };
    let known = opened.office.outlets()?.contains_key(name);
    if !known && asked.kind.is_none() {
        return Err(
            WrongUse(format!("there is no outlet \"{name}\" yet; --kind says what sort it is")).into()
        );
    }
    let mut fields = Map::new();
    for (field, text) in [("kind", &asked.kind), ("title", &asked.title)] {
        if let Some(text) = text {
            fields.insert(field.into(), Value::text(text));
        }
    }
    if asked.off || asked.on {
        fields.insert("active".into(), Value::Bool(asked.on));
    }
    let settings: Map = parse(asked.settings.iter())?;
    if !settings.is_empty() {
        fields.insert("settings".into(), Value::Map(settings));
    }
    if !fields.is_empty() {
        opened.office.act(Act {
            register: OFFICE.into(),
            record: Some(name.clone()),
            action: OPEN.into(),
            by: Actor::Operator,
            fields,
            ..Act::default()
        })?;
    }
    list(opened, output)
}

fn list(opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let outlets = opened.office.outlets()?;
    if output.json {
        let rows = outlets.values().map(|outlet| {
            let settings = Value::Map(outlet.settings.clone()).to_json();
            let (zh, en) = (&outlet.title.zh, &outlet.title.en);
            json!({
                "id": outlet.id, "kind": outlet.kind, "title": { "zh": zh, "en": en }, "active": outlet.active,
                "settings": settings,
            })
        });
        output.value(&rows.collect::<Vec<_>>())?;
    } else if outlets.is_empty() {
        output.line("No outlet yet: `registrar outlet NAME --kind folder` opens one.");
    } else {
        let rows: Vec<_> = outlets
            .values()
            .map(|outlet| {
                let state = if outlet.active { "open" } else { "closed" };
                let settings = Value::Map(outlet.settings.clone()).to_json().to_string();
                vec![outlet.id.clone(), outlet.kind.clone(), outlet.title.zh.clone(), state.into(), settings]
            })
            .collect();
        output.table(&["OUTLET", "KIND", "TITLE", "STATE", "SETTINGS"], &rows);
    }
    Ok(DONE)
}

/// Runs `publish`.
pub fn publish(app: &App, opened: &OpenOffice, asked: &Published, output: &mut Output<'_>) -> Result<u8> {
    let by = whoever(opened, asked.person.as_deref())?;
    let done = opened.office.publish(&by, &asked.to, &asked.report, asked.parameters.map()?, None)?;
    // Where nothing keeps running, it is brought there now; else whatever runs does.
    if !app.tends() {
        opened.office.deliver(jiff::Timestamp::now().as_second())?;
    }
    let event = done.events.first().map(|event| event.id.clone()).unwrap_or_default();
    if output.json {
        output.value(&json!({ "event": event, "outlet": asked.to }))?;
    } else {
        output.line(format!("Published to {}: event {event}.", asked.to));
    }
    if let Some(waiting) = opened
        .office
        .waiting()?
        .into_iter()
        .find(|delivery| done.events.first().is_some_and(|event| event.seq == delivery.seq))
    {
        output.note(format!("It has not come through yet, and is tried again: {}", waiting.error));
    }
    Ok(DONE)
}

/// Runs `calls`.
pub fn calls(app: &App, opened: &OpenOffice, most: usize, output: &mut Output<'_>) -> Result<u8> {
    let calls = recorded(&app.config().calls(), &opened.office.name, most)?;
    if output.json {
        output.value(&calls)?;
        return Ok(DONE);
    }
    if calls.is_empty() {
        output.line("No plugin has reached outside yet.");
        return Ok(DONE);
    }
    let rows: Vec<_> = calls
        .iter()
        .map(|call| {
            let came = match (&call.error, call.status) {
                (Some(error), _) => error.clone(),
                (None, Some(status)) => status.to_string(),
                (None, None) => "taken".to_owned(),
            };
            let size = format!("{}/{}", call.sent, call.received);
            let time = call.ms.to_string();
            vec![call.at.clone(), call.plugin.clone(), call.method.clone(), call.to.clone(), size, time, came]
        })
        .collect();
    output.table(&["AT", "PLUGIN", "METHOD", "TO", "BYTES", "MS", "ANSWER"], &rows);
    Ok(DONE)
}
