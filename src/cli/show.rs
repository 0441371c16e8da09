//! `show`: one record, with its deadlines and what it hangs together with.

use super::{DONE, NO, output::Output, whoever};
use anyhow::Result;
use registrar_app::OpenOffice;
use registrar_domain::{
    BilingualText, Record, Register,
    register::FieldType,
    storage::{Deadline, DeadlineQuery},
};
use registrar_kernel::queries::{record_link::LinkTarget, references::Referrers};
use registrar_sdk::Value;
use serde_json::json;

/// Records of one register that are named.
const MOST: usize = 100;

/// Which record.
#[derive(clap::Args, Debug)]
pub struct ShowArgs {
    /// The register
    pub register: String,
    /// The record: its number, its name or its id
    pub record: String,
    /// Who looks: only what they may see is shown (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &ShowArgs, output: &mut Output<'_>) -> Result<u8> {
    let office = &opened.office;
    let registers = office.registers();
    let register = registers.find(&asked.register)?;
    // Where nothing keeps running, they follow calendar and rules now.
    office.follow_deadlines()?;
    let by = whoever(opened, asked.person.as_deref())?;
    let view = office.as_principal(&by);
    let id = match view.called(&register.id, &asked.record, &[])? {
        LinkTarget::One(id) => id,
        LinkTarget::None => asked.record.clone(),
        LinkTarget::Several(told) => {
            output.note(format!("“{}” is several: {}; say which by its id", asked.record, told.join(", ")));
            return Ok(NO);
        }
    };
    let record = match view.record(&register.id, &id) {
        Ok(record) => record,
        Err(refused) => {
            output.note(refused.to_string());
            return Ok(NO);
        }
    };
    let query = DeadlineQuery { record: Some((register.id.clone(), id.clone())), ..DeadlineQuery::default() };
    let deadlines = view.deadlines(&query)?;
    let referrers = view.referrers(&register.id, &id, MOST)?;
    if output.json {
        output.value(&json!({
            "record": record.to_value().to_json(),
            "deadlines": deadlines.iter().map(deadline_json).collect::<Vec<_>>(),
            "referrers": referrers.iter().map(referrers_json).collect::<Vec<_>>(),
        }))?;
        return Ok(DONE);
    }
    print(register, &record, output);
    if !deadlines.is_empty() {
        output.line("");
        let headings = ["期限 DEADLINE", "起 START", "止 DUE", "状态 STATE", "依据 WHY"];
        output.table(&headings, &deadlines.iter().map(deadline_row).collect::<Vec<_>>());
    }
    for Referrers { register, records, more } in &referrers {
        output.line("");
        output.line(format!("被引用于 Named by {} ({}):", register.title, register.id));
        let row = |record: &Record| {
            let number = record.number.clone().unwrap_or_else(|| record.id.clone());
            let stage = register.stage_label(&record.stage).map(BilingualText::to_string).unwrap_or_default();
            vec![number, stage, record.name(register).to_owned()]
        };
        output
            .table(&["记录 RECORD", "阶段 STAGE", "名称 NAME"], &records.iter().map(row).collect::<Vec<_>>());
        if *more {
            output.line("… 还有 and more");
        }
    }
    Ok(DONE)
}

fn deadline_json(deadline: &Deadline) -> serde_json::Value {
    json!({
        "name": deadline.name, "start": deadline.start.to_string(), "due": deadline.due.to_string(),
        "state": deadline.state.name(), "why": deadline.why.to_shortest().to_json(),
    })
}

fn referrers_json(of: &Referrers) -> serde_json::Value {
    let records: Vec<&str> = of.records.iter().map(|record| record.id.as_str()).collect();
    json!({ "register": of.register.id, "records": records, "more": of.more })
}

fn deadline_row(deadline: &Deadline) -> Vec<String> {
    vec![
        deadline.name.clone(),
        deadline.start.to_string(),
        deadline.due.to_string(),
        deadline.state.name().to_owned(),
        deadline.why.to_string(),
    ]
}

fn print(register: &Register, record: &Record, output: &mut Output<'_>) {
    let stage = register.stage_label(&record.stage).map(BilingualText::to_string);
    let number = record.number.as_deref().unwrap_or(&record.id);
    output.line(format!(
        "{} {number}: {} [{}]",
        register.title,
        record.name(register),
        stage.unwrap_or_else(|| record.stage.clone())
    ));
    let rows: Vec<Vec<String>> = register
        .fields
        .iter()
        .filter_map(|(name, field)| {
            let value = record.fields.get(name.as_str())?;
            let said = |one: &Value| match (one, field.ty) {
                (Value::Text(word), FieldType::Choice) => {
                    register.label(name, word).map_or_else(|| word.to_string(), BilingualText::to_string)
                }
                (Value::Text(text), _) => text.to_string(),
                (other, _) => other.to_json().to_string(),
            };
            let said = value.items().iter().map(said).collect::<Vec<_>>().join(", ");
            Some(vec![name.clone(), field.label.to_string(), said])
        })
        .collect();
    output.table(&["字段 FIELD", "名称 LABEL", "内容 VALUE"], &rows);
}
