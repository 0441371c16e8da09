//! `act`: one action on a record, with everything that stands before it.

use super::{DONE, NO, output::Output, whoever};
use anyhow::Result;
use clap::Args;
use registrar_app::{OpenOffice, command::WrongUse, date};
use registrar_domain::{Actor, Registers, register::FieldType};
use registrar_kernel::{Act, ActOutcome, queries::similar::SimilarRecord};
use registrar_sdk::{Map, Value};

/// What `act` is told.
#[derive(Args, Debug)]
pub struct ActArgs {
    /// The register
    register: String,
    /// The record; "-" for a new one with a number of its own
    record: String,
    /// The action
    action: String,
    /// Fields; a value that is JSON is taken as such
    #[arg(value_name = "NAME=VALUE")]
    fields: Vec<String>,
    /// A field whose text begins with a dash or is to be told from the rest
    #[arg(long = "field", short = 'f', value_name = "NAME=VALUE")]
    more: Vec<String>,
    /// The date it counts on (default: today)
    #[arg(long)]
    on: Option<String>,
    /// The acting person (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// A key of one's own: the same key is the same event
    #[arg(long)]
    id: Option<String>,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &ActArgs, output: &mut Output<'_>) -> Result<u8> {
    let ActArgs { register, record, action, fields, more, on, person, id } = asked;
    let act = Act {
        register: register.clone(),
        record: Some(record.clone()).filter(|r| r != "-"),
        action: action.clone(),
        on: on.as_deref().map(date).transpose()?,
        by: Actor::of_command(person.as_deref()),
        fields: typed(&opened.office.registers(), register, action, parse_texts(fields.iter().chain(more))?),
        id: id.clone(),
        ..Act::default()
    };
    let done = match opened.office.act(act) {
        Ok(done) => done,
        Err(refused) => {
            output.note(refused.to_string());
            return Ok(NO);
        }
    };
    done.warnings.iter().for_each(|warning| output.note(format!("warning: {warning}")));
    let similar = similar(opened, &done, person.as_deref());
    for other in similar.iter().take(3) {
        let percent = (other.score * 100.0).round();
        output.note(format!("hint: resembles {} {} ({percent} %)", other.register, other.record));
    }
    if output.json {
        let events: Vec<_> = done.events.iter().map(|e| e.to_value(1)).collect();
        let record = done.record.as_ref().map(|r| r.to_value());
        output.value(&serde_json::json!({ "events": events, "record": record, "warnings": done.warnings, "similar": similar, "repeated": done.repeated }))?;
    } else if let Some(record) = &done.record {
        let number = record.number.clone().map_or(String::new(), |number| format!(" ({number})"));
        // Of a register without stages nothing more is to be said.
        let stage = if record.stage.is_empty() { "done 已记入" } else { &record.stage };
        output.line(format!("{} {}{number}: {stage}", record.register, record.id));
    }
    Ok(DONE)
}

// What a fresh submission resembles: it is stored all the same, so that failing to find out is no
// failure of the action.
fn similar(opened: &OpenOffice, done: &ActOutcome, person: Option<&str>) -> Vec<SimilarRecord> {
    let submitted = || {
        let (record, event) = (done.record.as_ref()?, done.events.first()?);
        let plan = opened.office.plan().ok()?;
        let register = plan.registers.find(&record.register).ok()?;
        (!done.repeated && register.submission() == Some(&event.action)).then_some(record)
    };
    let Some(record) = submitted() else { return Vec::new() };
    let Ok(by) = whoever(opened, person) else { return Vec::new() };
    let found = opened.office.as_principal(&by).similar(&record.register, &record.id);
    found.map(|found| found.similar).unwrap_or_default()
}

/// `title=text`, or a value in JSON: `units=["a","b"]`, `issue=3`, `note=null`.
///
/// # Errors
/// A field without `=`.
pub fn parse<'a>(fields: impl Iterator<Item = &'a String>) -> Result<Map> {
    Ok(parse_texts(fields)?.into_iter().map(|(name, text)| (name.into(), guessed(text))).collect())
}

/// Names and texts as they are written.
fn parse_texts<'a>(fields: impl Iterator<Item = &'a String>) -> Result<Vec<(&'a str, &'a str)>> {
    let one = |field: &'a String| -> Result<(&'a str, &'a str)> {
        let wrong = || WrongUse(format!("\"{field}\": write fields as name=value"));
        field.split_once('=').ok_or_else(|| wrong().into())
    };
    let mut texts: Vec<(&str, &str)> = Vec::new();
    for field in fields {
        let (name, text) = one(field)?;
        if texts.iter().any(|(known, _)| *known == name) {
            return Err(WrongUse(format!("`{name}` is given twice; leave one out")).into());
        }
        texts.push((name, text));
    }
    Ok(texts)
}

/// A value in JSON, if it looks like one, else a text.
fn guessed(text: &str) -> Value {
    let structured = text.starts_with(['[', '{', '"', '-']) || text.starts_with(|c: char| c.is_ascii_digit());
    match serde_json::from_str::<Value>(text) {
        Ok(value) if structured || matches!(text, "null" | "true" | "false") => value,
        _ => Value::text(text),
    }
}

/// The values in the types that their fields have: what a field of texts is given is a text, whatever it looks like.
fn typed(registers: &Registers, register: &str, action: &str, texts: Vec<(&str, &str)>) -> Map {
    let definition = registers.get(register);
    let field = |name: &str| definition.and_then(|register| register.field_of(action, name));
    let value = |(name, text): (&str, &str)| {
        use FieldType::{Choice, Date, File, LongText, Person, Record, Text, Unit};
        let is_text = field(name).is_some_and(|field| {
            !field.many && matches!(field.ty, Text | LongText | Choice | Unit | Person | Record | File | Date)
        });
        // Quotes are JSON's, and null clears a field.
        let plain =
            is_text && text != "null" && !(text.starts_with('"') && text.ends_with('"') && text.len() > 1);
        (name.into(), if plain { Value::text(text) } else { guessed(text) })
    };
    texts.into_iter().map(value).collect()
}
