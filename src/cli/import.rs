//! `import-events`, `import` and `export`: records and history as JSON lines.

use super::{DONE, NO, WrongUse, output::Output};
use crate::app::Desk;
use anyhow::{Context, Result};
use registrar_kernel::{Act, ImportOptions, storage::RecordQuery};
use registrar_sdk::Value;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

fn open(file: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(File::open(file).with_context(|| format!("{} cannot be read", file.display()))?))
}

/// Runs `import-events`.
pub fn events(desk: &Desk, file: &Path, batch: usize, output: &mut Output<'_>) -> Result<u8> {
    if batch == 0 {
        return Err(WrongUse("--batch must be at least 1".into()).into());
    }
    let total = open(file)?.lines().count() as u64;
    let name = file.display().to_string();
    let sink = &mut *output.sink;
    let mut progress = |report: &registrar_kernel::ImportReport| sink.progress("events", report.lines, total);
    let report = desk
        .office
        .import_events(open(file)?, ImportOptions { batch }, &mut progress)
        .with_context(|| name.clone())?;
    if output.json {
        output.value(&report)?;
    } else {
        output.line(format!(
            "{name}: {} events added, {} were there already; {} new records.",
            report.added, report.skipped, report.records
        ));
    }
    Ok(DONE)
}

/// Runs `import`: one action a line, with all its checks.
pub fn records(
    desk: &Desk,
    register: &str,
    file: &Path,
    action: &str,
    person: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let total = open(file)?.lines().count() as u64;
    let (mut taken, mut refused) = (0u64, Vec::new());
    for (number, line) in open(file)?.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let outcome = one(desk, register, action, person, &line);
        match outcome {
            Ok(()) => taken += 1,
            Err(why) => refused.push(format!("{}:{}: {why:#}", file.display(), number + 1)),
        }
        output.sink.progress("records", number as u64 + 1, total);
    }
    if output.json {
        output.value(&serde_json::json!({ "taken": taken, "refused": refused }))?;
    } else {
        output.line(format!("{taken} taken, {} refused.", refused.len()));
        refused.iter().for_each(|why| output.note(why));
    }
    Ok(if refused.is_empty() { DONE } else { NO })
}

// A line may name its `record`, `on` and `id`; the rest are fields.
fn one(desk: &Desk, register: &str, action: &str, person: Option<&str>, line: &str) -> Result<()> {
    let Value::Map(mut fields) = serde_json::from_str(line)? else {
        anyhow::bail!("expected an object");
    };
    let mut word = |name: &str| fields.remove(name).and_then(|v| v.as_str().map(str::to_owned));
    let (record, id) = (word("record"), word("id"));
    let on = word("on").map(|on| crate::app::date(&on)).transpose()?;
    let by = person.unwrap_or("operator").to_owned();
    desk.office.act(Act {
        register: register.to_owned(),
        record,
        action: action.to_owned(),
        on,
        by,
        fields,
        id,
        cause: None,
    })?;
    Ok(())
}

/// Runs `export`.
pub fn export(desk: &Desk, register: &str, output: &mut Output<'_>) -> Result<u8> {
    let mut query =
        RecordQuery { register: register.to_owned(), limit: Some(1000), ..RecordQuery::default() };
    loop {
        let page = desk.office.records(&query)?;
        let Some(last) = page.last() else { break };
        query.after = Some(last.id.clone());
        for record in &page {
            output.sink.out(&format!("{}\n", record.to_value().to_json()));
        }
    }
    Ok(DONE)
}
