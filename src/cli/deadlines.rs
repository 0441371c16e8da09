//! `deadlines`: what is owed, by whom and until when.

use super::{DONE, output::Output, whoever};
use anyhow::Result;
use registrar_app::OpenOffice;
use registrar_domain::storage::DeadlineState;
use registrar_kernel::queries::due::Due;
use serde_json::json;

/// What is asked for.
#[derive(clap::Args, Debug)]
pub struct DeadlinesArgs {
    /// Only those of this register
    pub register: Option<String>,
    /// Only those whose day has ended
    #[arg(long)]
    pub overdue: bool,
    /// Who looks: only what they may see is shown (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &DeadlinesArgs, output: &mut Output<'_>) -> Result<u8> {
    let office = &opened.office;
    if let Some(register) = &asked.register {
        office.registers().find(register)?;
    }
    // Where nothing keeps running, they follow calendar and rules now.
    office.follow_deadlines()?;
    let by = whoever(opened, asked.person.as_deref())?;
    let today = office.today();
    let wanted = |deadline: &registrar_domain::storage::Deadline| {
        asked.register.as_ref().is_none_or(|register| *register == deadline.register)
            && (!asked.overdue || deadline.due < today)
    };
    let due = office.as_principal(&by).due(None, wanted, usize::MAX)?;
    if output.json {
        let row = |due: &Due| {
            let deadline = &due.deadline;
            json!({
                "register": deadline.register, "record": deadline.record, "number": due.record.number,
                "name": deadline.name, "start": deadline.start.to_string(), "due": deadline.due.to_string(),
                "overdue": deadline.due < today, "why": deadline.why.to_shortest().to_json(),
                "reminder": due.reminder.as_ref().map(|reminder| &reminder.kind),
            })
        };
        output.value(&due.iter().map(row).collect::<Vec<_>>())?;
        return Ok(DONE);
    }
    if due.is_empty() {
        output.line("Nothing is owed. 没有未了的期限。");
        return Ok(DONE);
    }
    let rows: Vec<_> = due
        .iter()
        .map(|due| {
            let deadline = &due.deadline;
            let late = deadline.state == DeadlineState::Missed || deadline.due < today;
            vec![
                deadline.due.to_string(),
                if late { "OVERDUE 超期".to_owned() } else { String::new() },
                deadline.register.clone(),
                due.record.number.clone().unwrap_or_else(|| deadline.record.clone()),
                deadline.name.clone(),
                deadline.why.to_string(),
            ]
        })
        .collect();
    output.table(&["期限 DUE", "", "台账 REGISTER", "记录 RECORD", "事项 NAME", "依据 WHY"], &rows);
    Ok(DONE)
}
