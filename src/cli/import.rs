//! `import-events` and `import`: history as JSON lines, records as JSON lines or a table.

use super::{DONE, NO, WrongUse, formats, output::Output};
use crate::app::Desk;
use anyhow::{Context, Result};
use jiff::civil::Date;
use registrar_host::suggest::nearest;
use registrar_kernel::{
    Act, ActError, ImportOptions, Reason,
    table::{Columns, Part, cell},
};
use registrar_sdk::{
    Value,
    value::{Key, Map},
};
use std::{
    collections::{BTreeMap, BTreeSet},
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

/// How records are imported.
pub struct How<'a> {
    /// The register.
    pub register: &'a str,
    /// The action that each row takes.
    pub action: &'a str,
    /// Who acts; the operator if nobody is named.
    pub person: Option<&'a str>,
    /// Whether the rows are only checked, each by itself.
    pub dry_run: bool,
}

/// Runs `import` of JSON lines: one action a line, with all its checks.
pub fn lines(desk: &Desk, how: &How<'_>, file: &Path, output: &mut Output<'_>) -> Result<u8> {
    let total = open(file)?.lines().count() as u64;
    let mut done = Imported::default();
    for (number, line) in open(file)?.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let outcome =
            serde_json::from_str(&line).map_err(anyhow::Error::from).and_then(|value| match value {
                Value::Map(fields) => Ok(take(desk, how, row_of(fields)?)?),
                _ => anyhow::bail!("expected an object"),
            });
        done.note(outcome.map_err(|why| format!("{}:{}: {why:#}", file.display(), number + 1)));
        output.sink.progress("records", number as u64 + 1, total);
    }
    done.tell(how, output)
}

/// Runs `import` of a table: one action a row, with all its checks.
pub fn table(
    desk: &Desk,
    how: &How<'_>,
    file: &Path,
    bytes: &[u8],
    format: &str,
    output: &mut Output<'_>,
) -> Result<u8> {
    let registers = desk.office.registers();
    let register = registers.find(how.register)?;
    if !register.open && !register.actions.contains_key(how.action) {
        let hint = nearest(how.action, register.actions.keys().map(String::as_str));
        return Err(WrongUse(format!("{} has no action `{}`{hint}", register.id, how.action)).into());
    }
    let rows = formats::parse(desk, file, bytes, format)?;
    let columns = Columns::new(register, Some(how.action), &desk.office.directory(), desk.office.today());
    let parts = parts(file, &columns, &rows)?;
    let skipped: Vec<&str> =
        parts.iter().filter(|(_, part)| follows(part)).map(|(heading, _)| &**heading).collect();
    if !skipped.is_empty() {
        output.note(format!("not taken in, for they follow from actions: {}", skipped.join(", ")));
    }
    let mut done = Imported::default();
    for (number, row) in (1_u64..).zip(&rows) {
        let line = row.get("line").as_int().unwrap_or(number as i64);
        let outcome = read_row(&columns, &parts, row)
            .and_then(|row| take(desk, how, row).map_err(|why| in_columns(why, &parts)));
        done.note(outcome.map_err(|why| format!("{}:{line}: {why:#}", file.display())));
        output.sink.progress("records", number, rows.len() as u64);
    }
    done.tell(how, output)
}

fn follows(part: &Part<'_>) -> bool {
    matches!(part, Part::Number | Part::Stage)
}

/// What each heading of the rows stands for.
fn parts<'a>(file: &Path, columns: &Columns<'a>, rows: &[Value]) -> Result<BTreeMap<Key, Part<'a>>> {
    let headings: BTreeSet<&Key> =
        rows.iter().filter_map(|row| row.get("fields").as_map()).flat_map(|fields| fields.keys()).collect();
    let (mut parts, mut wrong) = (BTreeMap::new(), Vec::new());
    let mut owners = BTreeMap::new();
    for heading in headings {
        match columns.find(heading) {
            Ok(part) => {
                if let Some(other) = owners.insert(part, heading) {
                    wrong.push(format!(
                        "column \"{heading}\" stands for the same as \"{other}\"; leave one out"
                    ));
                }
                parts.insert(heading.clone(), part);
            }
            Err(why) => wrong.push(format!("column \"{heading}\": {why}")),
        }
    }
    if wrong.is_empty() {
        return Ok(parts);
    }
    anyhow::bail!("{}: {}; nothing was imported", file.display(), wrong.join("; "))
}

/// A row, before it is an action.
#[derive(Default)]
struct Row {
    record: Option<String>,
    on: Option<Date>,
    key: Option<String>,
    fields: Map,
}

// A line may name its `record`, `on` and `id`; the rest are fields.
fn row_of(mut fields: Map) -> Result<Row> {
    let mut word = |name: &str| fields.remove(name).and_then(|v| v.as_str().map(str::to_owned));
    let (record, key) = (word("record"), word("id"));
    let on = word("on").map(|on| crate::app::date(&on)).transpose()?;
    Ok(Row { record, on, key, fields })
}

fn read_row(columns: &Columns<'_>, parts: &BTreeMap<Key, Part<'_>>, row: &Value) -> Result<Row> {
    let mut read = Row::default();
    for (heading, cell) in row.get("fields").as_map().into_iter().flatten() {
        let Some(part) = parts.get(heading) else { continue };
        // An id may look like a number to a spreadsheet.
        let word = || cell.as_str().map_or_else(|| cell.to_string(), |text| text.trim().to_owned());
        match part {
            Part::Field(name) => drop(read.fields.insert((*name).into(), columns.read(name, cell))),
            Part::Record => read.record = Some(word()),
            Part::Key => read.key = Some(word()),
            Part::On => {
                let day = cell::date(&word());
                let wrong = || format!("column \"{heading}\": {cell} is no date; write it like 2023-02-14");
                read.on = Some(day.with_context(wrong)?);
            }
            Part::Number | Part::Stage => {}
        }
    }
    Ok(read)
}

fn take(desk: &Desk, how: &How<'_>, row: Row) -> Result<(), ActError> {
    let act = Act {
        register: how.register.to_owned(),
        record: row.record,
        action: how.action.to_owned(),
        on: row.on,
        by: how.person.unwrap_or("operator").to_owned(),
        fields: row.fields,
        id: row.key,
        ..Act::default()
    };
    if how.dry_run { desk.office.rehearse(&act).map(drop) } else { desk.office.act(act).map(drop) }
}

/// Names the columns that a refusal is about.
fn in_columns(why: ActError, parts: &BTreeMap<Key, Part<'_>>) -> anyhow::Error {
    let place = |field: &str| {
        let column = parts.iter().find(|(_, part)| **part == Part::Field(field));
        column.map_or_else(|| format!("`{field}`"), |(heading, _)| format!("column \"{heading}\""))
    };
    let said: Vec<String> = match &why {
        ActError::Schema { problems, .. } => {
            problems.iter().map(|p| format!("{}: {}", place(&p.field), p.text)).collect()
        }
        ActError::Refused(reasons) => {
            let one = |reason: &Reason| match &reason.field {
                Some(field) => {
                    let clause =
                        reason.clause.as_ref().map_or(String::new(), |clause| format!(" ({clause})"));
                    format!("{}: {}{clause}", place(field), reason.text)
                }
                None => reason.to_string(),
            };
            reasons.iter().map(one).collect()
        }
        other => vec![other.to_string()],
    };
    anyhow::anyhow!(said.join("; "))
}

/// What came of an import.
#[derive(Default)]
struct Imported {
    taken: u64,
    refused: Vec<String>,
}

impl Imported {
    fn note(&mut self, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.taken += 1,
            Err(why) => self.refused.push(why),
        }
    }

    fn tell(&self, how: &How<'_>, output: &mut Output<'_>) -> Result<u8> {
        let (taken, refused) = (self.taken, &self.refused);
        if output.json {
            let mut told = serde_json::json!({ "taken": taken, "refused": refused });
            if how.dry_run {
                told["dry_run"] = true.into();
            }
            output.value(&told)?;
        } else {
            let tense = if how.dry_run { "would be taken" } else { "taken" };
            output.line(format!("{taken} {tense}, {} refused.", refused.len()));
            refused.iter().for_each(|why| output.note(why));
        }
        Ok(if refused.is_empty() { DONE } else { NO })
    }
}
