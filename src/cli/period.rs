//! `close-period`: seals a period's figures in its closing event.

use super::{DONE, WrongUse, output::Output};
use crate::app::Desk;
use anyhow::Result;
use registrar_kernel::{Act, Period, ledger::CLOSE};

/// Runs the command.
pub fn close(desk: &Desk, period: &str, person: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let span: Period = period.parse().map_err(|e| WrongUse(format!("{e}")))?;
    let fields = desk.books.seal(span, desk.office.today())?;
    let done = desk.office.act(Act {
        register: "$period".into(),
        record: Some(span.to_string()),
        action: CLOSE.into(),
        by: person.unwrap_or("operator").to_owned(),
        fields,
        ..Act::default()
    })?;
    let event = done.events.first().map(|e| e.id.clone()).unwrap_or_default();
    if output.json {
        output.value(&serde_json::json!({ "period": span.to_string(), "event": event }))?;
    } else {
        output.line(format!("{span} is closed ({event}). 已结。"));
    }
    Ok(DONE)
}
