//! `erase`: takes personal values out of the office, and says what else may still have them.

use super::{
    DONE, NO,
    input::Input,
    output::{self, Output},
};
use anyhow::{Context, Result};
use registrar_app::{
    App, OpenOffice,
    backup::{self, BackupTaken},
    command::WrongUse,
    erasure_scan,
};
use registrar_kernel::{
    action::erase::{Erased, Erasure},
    automation::exchange::Sent,
};
use serde::Serialize;
use serde_json::json;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Shorter texts are found in any file, and say nothing.
const TELLING: usize = 6;
/// The largest list of erasures that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// What is asked for.
#[derive(clap::Args, Debug)]
pub struct EraseArgs {
    /// The register ("$directory" for people of the office)
    #[arg(required_unless_present_any = ["list", "from"])]
    pub register: Option<String>,
    /// The record
    #[arg(required_unless_present_any = ["list", "from"])]
    pub record: Option<String>,
    /// The fields (default: all that are personal)
    pub fields: Vec<String>,
    /// Why; the log keeps it
    #[arg(long, required_unless_present_any = ["list", "from"])]
    pub reason: Option<String>,
    /// List what was erased so far, instead
    #[arg(long, conflicts_with_all = ["register", "record", "reason", "from"])]
    pub list: bool,
    /// Erase what such a list names, as `--list --json` prints it: in a backup that was put back
    #[arg(long, value_name = "FILE", conflicts_with_all = ["register", "record", "reason"])]
    pub from: Option<PathBuf>,
}

/// What an erasure came to, and what it could not reach.
#[derive(Serialize)]
struct ErasureReport {
    register: String,
    record: String,
    #[serde(flatten)]
    erased: Erased,
    /// Files of the data folder in which one of the texts is still found.
    traces: Vec<PathBuf>,
    /// Packages that went out since the values came in.
    sent: Vec<Sent>,
    /// Backups that may have them.
    backups: Vec<BackupTaken>,
}

/// Runs the command.
pub fn run(
    app: &App,
    opened: &OpenOffice,
    asked: &EraseArgs,
    input: &Input,
    output: &mut Output<'_>,
) -> Result<u8> {
    if asked.list {
        return list(opened, output);
    }
    if let Some(file) = &asked.from {
        return again(app, opened, file, input, output);
    }
    let (Some(register), Some(record), Some(reason)) = (&asked.register, &asked.record, &asked.reason) else {
        return Err(WrongUse("name a register, a record and a --reason".into()).into());
    };
    let erasure = Erasure {
        register: register.clone(),
        record: record.clone(),
        fields: asked.fields.clone(),
        reason: reason.clone(),
        on: None,
    };
    let report = erase(app, opened, &erasure)?;
    if output.json {
        output.value(&report)?;
    } else {
        tell(&report, output);
        aftermath(&report, output);
    }
    Ok(DONE)
}

fn erase(app: &App, opened: &OpenOffice, erasure: &Erasure) -> Result<ErasureReport> {
    let erased = opened.office.erase(erasure)?;
    opened.ledger.sweep()?;
    let telling: Vec<String> = erased.texts.iter().filter(|text| text.len() >= TELLING).cloned().collect();
    let sent = match erased.since {
        Some(since) => opened.office.packages_sent(since)?,
        None => Vec::new(),
    };
    Ok(ErasureReport {
        register: erasure.register.clone(),
        record: erasure.record.clone(),
        traces: erasure_scan::of(&app.config().data(), &telling)?,
        sent,
        backups: if erased.values > 0 { backup::taken(&app.config().data())? } else { Vec::new() },
        erased,
    })
}

fn tell(report: &ErasureReport, output: &mut Output<'_>) {
    let ErasureReport { register, record, erased, .. } = report;
    if erased.values == 0 {
        output.line(format!(
            "没有可清除的个人数据 · {register} {record}: nothing to erase, or it was erased before; the files were \
             written anew."
        ));
        return;
    }
    let fields: Vec<&str> = erased.fields.iter().map(String::as_str).collect();
    output.line(format!(
        "已清除 · {register} {record}: {} erased of {}.",
        output::counted(erased.values, "value", "values"),
        fields.join(", ")
    ));
    if erased.rewritten > 0 {
        output.line(format!(
            "{} from before the values were kept apart: put anew, and verified by the hash in the erasure. Their old \
             links stay in the chain; who knows all else that they said could try values against them.",
            output::counted(erased.rewritten, "event is", "events are")
        ));
    }
    if !erased.files.is_empty() {
        output.line(format!("{} removed.", output::counted(erased.files.len() as u64, "file", "files")));
    }
}

/// What may still have the values, in this office and outside.
fn aftermath(report: &ErasureReport, output: &mut Output<'_>) {
    for event in &report.erased.elsewhere {
        output.note(format!(
            "另有提及 · the same text is also in {} {} ({}, event {}); that is left alone",
            event.register, event.record, event.action, event.event
        ));
    }
    for file in &report.traces {
        output.note(format!("仍可找到 · the same text is found in the file {}", file.display()));
    }
    for sent in &report.sent {
        output.note(format!(
            "已发出 · the package {} ({}) went to {} on {}: if it had the values, tell them",
            sent.package, sent.name, sent.to, sent.on
        ));
    }
    for taken in &report.backups {
        let gone = if taken.there { "" } else { " (not there any more, unless it was moved)" };
        output.note(format!("备份 · the backup {} of {} has them{gone}", taken.folder.display(), taken.made));
    }
    if !report.backups.is_empty() {
        output.note(
            "Once one of them is put back, `registrar erase --from FILE` erases there what `registrar erase --list \
             --json` prints here.",
        );
    }
}

fn list(opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let erasures = opened.office.as_operator().erasures()?;
    if output.json {
        output.value(&erasures)?;
        return Ok(DONE);
    }
    if erasures.is_empty() {
        output.line(
            "还没有清除过个人数据。Nothing was erased yet: registrar erase REGISTER RECORD --reason WHY",
        );
        return Ok(DONE);
    }
    let row = |erasure: &Erasure| {
        vec![
            erasure.on.map(|on| on.to_string()).unwrap_or_default(),
            erasure.register.clone(),
            erasure.record.clone(),
            erasure.fields.join(", "),
            erasure.reason.clone(),
        ]
    };
    let rows: Vec<_> = erasures.iter().map(row).collect();
    output.table(&["日期 ON", "台账 REGISTER", "记录 RECORD", "字段 FIELDS", "原因 REASON"], &rows);
    Ok(DONE)
}

/// Erases what a list names; what is not here, or was erased here as well, is passed over.
fn again(app: &App, opened: &OpenOffice, file: &Path, input: &Input, output: &mut Output<'_>) -> Result<u8> {
    let bytes = input.bytes(file, LARGEST)?;
    let read: Result<Vec<Erasure>, _> = serde_json::from_slice(&bytes);
    let erasures = read.with_context(|| {
        format!("{} is no list of erasures, as `registrar erase --list --json` prints it", file.display())
    })?;
    let (mut code, mut seen, mut reports) = (DONE, BTreeSet::new(), Vec::new());
    for erasure in erasures {
        let key = (erasure.register.clone(), erasure.record.clone(), erasure.fields.clone());
        if !seen.insert(key) {
            continue;
        }
        match erase(app, opened, &erasure) {
            Ok(report) if output.json => reports.push(report),
            Ok(report) => tell(&report, output),
            Err(why) => {
                output.note(format!("{} {}: {why:#}", erasure.register, erasure.record));
                code = NO;
            }
        }
    }
    if output.json {
        output.value(&json!(reports))?;
    }
    Ok(code)
}
