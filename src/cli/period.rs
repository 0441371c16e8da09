//! `close-period`, `reopen-period` and `periods`: seals a period's figures, lets them live again, and
//! lists what is closed.

use super::{DONE, output::Output};
use anyhow::Result;
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_domain::{
    Actor, Period,
    reserved::{CLOSE, REOPEN},
};
use registrar_kernel::Act;
use registrar_ledger::Closing;
use registrar_sdk::{Map, Value};

/// Runs `close-period`.
pub fn close(opened: &OpenOffice, period: &str, person: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let (span, event) = decide(opened, period, CLOSE, person, Map::new())?;
    if output.json {
        output.value(&serde_json::json!({ "period": span, "event": event }))?;
    } else {
        output.line(format!("{span} is closed ({event}). 已结。"));
    }
    Ok(DONE)
}

/// Runs `reopen-period`.
pub fn reopen(
    opened: &OpenOffice,
    period: &str,
    reason: &str,
    person: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    if reason.trim().is_empty() {
        return Err(WrongUse("say why in --reason".to_owned()).into());
    }
    let fields = Map::from([("reason".into(), Value::text(reason))]);
    let (span, event) = decide(opened, period, REOPEN, person, fields)?;
    if output.json {
        output.value(&serde_json::json!({ "period": span, "event": event }))?;
    } else {
        output.line(format!("{span} is open again ({event}); close it anew when it is right. 已重开。"));
    }
    Ok(DONE)
}

fn decide(
    opened: &OpenOffice,
    period: &str,
    action: &str,
    person: Option<&str>,
    fields: Map,
) -> Result<(String, String)> {
    let span: Period = period.parse().map_err(|e| WrongUse(format!("{e}")))?;
    let done = opened.office.act(Act {
        register: "$period".into(),
        record: Some(span.to_string()),
        action: action.into(),
        by: Actor::of_command(person),
        fields,
        ..Act::default()
    })?;
    let event = done.events.first().map(|e| e.id.clone()).unwrap_or_default();
    Ok((span.to_string(), event))
}

/// Runs `periods`.
pub fn list(opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let periods = opened.office.as_operator().figures()?.periods()?;
    if output.json {
        output.value(&periods)?;
        return Ok(DONE);
    }
    if periods.is_empty() {
        output.line("No period was closed yet. 尚未结账。");
        return Ok(DONE);
    }
    let cells = |closing: &Closing| {
        let state = if closing.closed { "closed 已结" } else { "reopened 已重开" };
        let moved = match closing.adjustments.len() {
            0 => String::new(),
            1 => "1 figure moved since, counted in the open month".to_owned(),
            n => format!("{n} figures moved since, counted in the open month"),
        };
        let why = closing.reason.clone().unwrap_or(moved);
        vec![
            closing.period.clone(),
            state.to_owned(),
            closing.on.clone(),
            closing.by.clone(),
            closing.event.clone(),
            why,
        ]
    };
    let rows: Vec<_> = periods.iter().map(cells).collect();
    output.table(&["期间 PERIOD", "STATE", "ON", "BY", "EVENT", ""], &rows);
    Ok(DONE)
}
