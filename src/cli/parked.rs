//! `parked` and `bypass`: what plugins kept from going through, and what an operator does about it.

use super::{DONE, NO, args::ParkedAction, output::Output};
use anyhow::Result;
use registrar_app::{OpenOffice, date};
use registrar_domain::Actor;
use serde_json::json;

/// Runs `parked`.
pub fn run(opened: &OpenOffice, action: Option<ParkedAction>, output: &mut Output<'_>) -> Result<u8> {
    if action == Some(ParkedAction::Retry) {
        let (told, failed) = opened.office.retry_parked(None)?;
        if output.json {
            output.value(&json!({ "delivered": told, "failed": failed }))?;
        } else {
            output.line(format!("{told} delivered, {failed} failed again."));
        }
        return Ok(if failed == 0 { DONE } else { NO });
    }
    let parked = opened.office.parked()?;
    if output.json {
        let rows: Vec<_> = parked
            .iter()
            .map(
                |d| json!({ "handler": d.handler, "event": d.seq, "attempts": d.attempts, "error": d.error }),
            )
            .collect();
        output.value(&rows)?;
    } else if parked.is_empty() {
        output.line("Nothing is parked.");
    } else {
        let rows: Vec<_> = parked
            .iter()
            .map(|d| vec![d.handler.clone(), d.seq.to_string(), d.attempts.to_string(), d.error.clone()])
            .collect();
        output.table(&["HANDLER", "EVENT", "ATTEMPTS", "ERROR"], &rows);
        output.note("`registrar parked retry` tries them again.");
    }
    Ok(DONE)
}

/// Runs `bypass`.
pub fn bypass(
    opened: &OpenOffice,
    plugin: &str,
    until: &str,
    reason: &str,
    output: &mut Output<'_>,
) -> Result<u8> {
    let until = date(until)?;
    opened.office.bypass(plugin, until, reason, &Actor::Operator)?;
    output.line(format!("The guards of {plugin} let pass until {until}; it is in the log."));
    Ok(DONE)
}
