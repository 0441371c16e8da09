//! `plugins`: what serves, what is wrong with what is on disk, what is left out.

use super::{DONE, output::Output, preview};
use anyhow::Result;
use registrar_app::{App, OpenOffice};
use registrar_host::{PluginState, PluginStatus};
use std::path::Path;

/// Runs the command.
pub fn run(app: &App, opened: &OpenOffice, folder: &Path, output: &mut Output<'_>) -> Result<u8> {
    let rows = opened.office.host().status();
    if output.json {
        output.value(&rows)?;
        return Ok(DONE);
    }
    if rows.is_empty() {
        output.line("No plugins. `registrar new script NAME` writes one to start from.");
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            vec![
                r.id.clone(),
                r.version.clone(),
                state(r.state).into(),
                r.kind.into(),
                hash(&r.content_hash),
                r.points.join(" "),
            ]
        })
        .collect();
    output.table(&["PLUGIN", "VERSION", "STATE", "KIND", "HASH", "POINTS"], &cells);
    let folders: Vec<String> =
        opened.office.host().config().folders.iter().map(|folder| folder.display().to_string()).collect();
    for row in &rows {
        notes(row, output);
        for fault in &row.faults {
            let serves = match row.state {
                PluginState::Failed if folders.contains(&row.id) => {
                    "its plugins serve as they were".to_owned()
                }
                PluginState::Failed => "nothing serves in its place".to_owned(),
                _ => format!("version {} ({}) serves", row.version, hash(&row.content_hash)),
            };
            output.note(format!("{}; {serves}", opened.office.host().told_from(folder, fault)));
        }
        for out in &row.quarantined {
            output.note(format!(
                "{} keeps failing and is left out for another {} s",
                out.handler, out.seconds_left
            ));
        }
    }
    for (path, why) in opened.office.host().passed_over() {
        output.note(format!("{path} {why}, and is passed over"));
    }
    for fault in app.config_faults() {
        output.note(fault.to_string());
    }
    preview::waiting(opened, output);
    Ok(DONE)
}

/// Why another version serves than the one that lies there.
fn notes(row: &PluginStatus, output: &mut Output<'_>) {
    if let Some(pin) = &row.pinned {
        let other = pin.in_folder.as_ref().map_or(String::new(), |other| {
            format!("; {} lies in the folder and does not go live", hash(other))
        });
        output.note(format!(
            "plugin \"{}\" is pinned to {}{other}; `registrar unpin {}` takes what lies in the folder",
            row.id,
            hash(&pin.content_hash),
            row.id
        ));
    }
    if let Some(held) = &row.held {
        let since = jiff::Timestamp::from_second(held.since).map(|at| at.to_string()).unwrap_or_default();
        output.note(format!(
            "plugin \"{}\": what is on disk waits since {since} for {}, with which it goes live together",
            row.id,
            held.by.join(", ")
        ));
    }
}

fn hash(text: &str) -> String {
    text.chars().take(12).collect()
}

fn state(state: PluginState) -> &'static str {
    match state {
        PluginState::Live => "live",
        PluginState::Off => "off",
        PluginState::EarlierVersion => "EARLIER VERSION",
        PluginState::LastGood => "LAST GOOD",
        PluginState::Waiting => "WAITS",
        PluginState::Failed => "FAILED",
        PluginState::Pinned => "PINNED",
        PluginState::Stopped => "STOPPED",
    }
}
