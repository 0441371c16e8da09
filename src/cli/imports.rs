//! `imports`: which imports of records there were, what came of one, and the way back.

use super::{DONE, output::Output};
use anyhow::Result;
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_domain::{Actor, reserved::VOID};
use serde_json::json;

/// What is asked for.
#[derive(clap::Args, Debug)]
pub struct ImportsArgs {
    /// The import to show (default: list all)
    pub import: Option<String>,
    /// Take it back: all that came of it is made void
    #[arg(long, requires_all = ["import", "reason"])]
    pub void: bool,
    /// Why
    #[arg(long, requires = "void")]
    pub reason: Option<String>,
    /// The acting person (default: the operator)
    #[arg(long = "as", value_name = "PERSON", requires = "void")]
    pub person: Option<String>,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &ImportsArgs, output: &mut Output<'_>) -> Result<u8> {
    match (&asked.import, &asked.reason) {
        (None, _) => list(opened, output),
        (Some(import), None) => show(opened, import, output),
        (Some(import), Some(reason)) => {
            if reason.trim().is_empty() {
                return Err(WrongUse("--reason says why".into()).into());
            }
            let by = Actor::of_command(asked.person.as_deref());
            let done = opened.office.void_import(import, reason, &by)?;
            if output.json {
                output.value(&done)?;
            } else {
                output.line(format!(
                    "Import \"{import}\": {} made void.",
                    if done.voided == 1 { "1 row".to_owned() } else { format!("{} rows", done.voided) }
                ));
                done.warnings.iter().for_each(|warning| output.note(format!("warning: {warning}")));
            }
            Ok(DONE)
        }
    }
}

fn list(opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let imports = opened.office.as_operator().imports()?;
    if output.json {
        output.value(&imports)?;
        return Ok(DONE);
    }
    if imports.is_empty() {
        output.line("No records were imported yet: registrar import REGISTER FILE");
        return Ok(DONE);
    }
    let row = |import: &registrar_kernel::import::Listed| {
        let voided = if import.voided > 0 { import.voided.to_string() } else { "-".to_owned() };
        vec![
            import.import.clone(),
            import.on.to_string(),
            import.by.to_string(),
            import.register.clone(),
            import.action.clone(),
            import.file.clone(),
            import.rows.to_string(),
            voided,
        ]
    };
    let rows: Vec<_> = imports.iter().map(row).collect();
    let headings = [
        "导入 IMPORT",
        "日期 ON",
        "经办 BY",
        "台账 REGISTER",
        "动作 ACTION",
        "文件 FILE",
        "有效 ROWS",
        "撤销 VOID",
    ];
    output.table(&headings, &rows);
    Ok(DONE)
}

fn show(opened: &OpenOffice, import: &str, output: &mut Output<'_>) -> Result<u8> {
    let events = opened.office.as_operator().import_events_of(import)?;
    if output.json {
        let row = |event: &registrar_domain::Event| {
            json!({
                "event": event.id, "record": event.record, "action": event.action, "on": event.on.to_string(),
                "void": event.dead,
            })
        };
        output.value(&events.iter().map(row).collect::<Vec<_>>())?;
        return Ok(DONE);
    }
    let rows: Vec<_> = events
        .iter()
        .map(|event| {
            let state = if event.dead { VOID.to_owned() } else { String::new() };
            vec![event.record.clone(), event.action.clone(), event.on.to_string(), event.id.clone(), state]
        })
        .collect();
    output.table(&["记录 RECORD", "动作 ACTION", "日期 ON", "事件 EVENT", "状态 STATE"], &rows);
    Ok(DONE)
}
