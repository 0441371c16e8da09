//! `rollback` and `unpin`: back to an earlier version of a plugin, and to what lies in its folder.

use super::{DONE, NO, output::Output, preview, preview::short};
use anyhow::{Result, anyhow};
use registrar_app::OpenOffice;
use registrar_domain::Actor;
use serde_json::json;

/// Runs `rollback --list`.
pub fn list(opened: &OpenOffice, plugin: &str, output: &mut Output<'_>) -> Result<u8> {
    let host = opened.office.host();
    let versions = host.versions(plugin).map_err(|why| anyhow!(why))?;
    if versions.is_empty() {
        // Says which plugin may be meant.
        host.version_called(plugin, None).map_err(|why| anyhow!(why))?;
    }
    if output.json {
        output.value(&versions)?;
        return Ok(DONE);
    }
    let mark = |is: bool, word: &str| if is { word.to_owned() } else { String::new() };
    let cells = |v: &registrar_host::Version| {
        let order = if v.order == 0 { "removed".to_owned() } else { v.order.to_string() };
        let hash = v.content_hash.clone();
        vec![hash, v.version.clone(), order, mark(v.serves, "serves"), mark(v.pinned, "PINNED")]
    };
    let rows: Vec<_> = versions.iter().map(cells).collect();
    output.table(&["HASH", "VERSION", "WENT LIVE", "", ""], &rows);
    Ok(DONE)
}

/// Runs `rollback`.
pub fn run(
    opened: &OpenOffice,
    plugin: &str,
    hash: Option<&str>,
    person: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let done = opened.office.roll_back(plugin, hash, &Actor::of_command(person))?;
    let counts = opened.ledger.take_rules(&|_, _| {});
    if output.json {
        output.value(&json!({
            "plugin": plugin, "from": done.from, "to": done.to, "unseen": done.unseen,
            "waiting": opened.ledger.waiting(),
        }))?;
    } else {
        output.line(format!("{plugin} is pinned to {} until `registrar unpin {plugin}`.", short(&done.to)));
        for key in &done.unseen {
            output.note(format!(
                "the later version wrote `{key}` into the state, which the earlier one does not see"
            ));
        }
    }
    preview::waiting(opened, output);
    counts?;
    Ok(DONE)
}

/// Runs `unpin`.
pub fn unpin(opened: &OpenOffice, plugin: &str, person: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let report = opened.office.unpin(plugin, &Actor::of_command(person))?;
    let counts = opened.ledger.take_rules(&|_, _| {});
    let faults: Vec<_> = report.faults.iter().filter(|fault| fault.plugin == plugin).collect();
    if output.json {
        let waiting = opened.ledger.waiting();
        output.value(&json!({ "plugin": plugin, "faults": faults, "waiting": waiting }))?;
    } else {
        faults.iter().for_each(|fault| output.note(fault.to_string()));
        output.line(if faults.is_empty() {
            format!("{plugin} is what lies in its folder again.")
        } else {
            format!("{plugin} is let go, but what lies in its folder is broken; the version before serves.")
        });
    }
    preview::waiting(opened, output);
    counts?;
    Ok(if faults.is_empty() { DONE } else { NO })
}
