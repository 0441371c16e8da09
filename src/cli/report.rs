//! `report`: a document that a plugin builds, rendered by another into a file; or which there are.

use super::{
    CommandContext, DONE, NO,
    output::{self, Output},
    parameters::Parameters,
};
use anyhow::{Result, bail};
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_contract::payload::point;
use registrar_host::{Failed, Handler};
use registrar_kernel::table::printable;
use registrar_sdk::native::Typed;
use registrar_sdk::{BilingualText, Key, Value, suggest::nearest};
use serde::Serialize;
use std::{collections::BTreeSet, io::ErrorKind, path::PathBuf, sync::Arc};

/// What is asked for.
#[derive(clap::Args, Debug)]
pub struct ReportArgs {
    /// The report (default: list those there are, and the formats)
    pub name: Option<String>,
    /// The register
    #[arg(long)]
    pub register: Option<String>,
    /// What it is asked for
    #[command(flatten)]
    pub parameters: Parameters,
    /// The format: docx, xlsx, pdf …, or json for the document's model (default: by the file's name)
    #[arg(long)]
    pub format: Option<String>,
    /// The file (default: only the model in JSON is printed)
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
}

// The model itself, which needs no plugin.
const MODEL: &str = "json";

/// Runs the command.
pub fn run(
    opened: &OpenOffice,
    asked: &ReportArgs,
    place: &CommandContext,
    output: &mut Output<'_>,
) -> Result<u8> {
    let Some(name) = &asked.name else { return list(opened, output) };
    let out = asked.out.as_ref().map(|file| place.file(file));
    let ending = asked.out.as_ref().and_then(|file| file.extension()?.to_str().map(str::to_lowercase));
    let format = asked.format.clone().or(ending).unwrap_or_else(|| MODEL.to_owned());
    let known = words(&handlers(opened, point::ReportBuild::ID), "name");
    if !known.any && !known.words.contains(name) {
        return Err(unknown("report", name, known.words).into());
    }
    let mut known = words(&handlers(opened, point::ReportRender::ID), "format");
    known.words.insert(MODEL.to_owned());
    if !known.any && !known.words.contains(&format) {
        return Err(unknown("format", &format, known.words).into());
    }
    if format != MODEL && out.is_none() {
        return Err(WrongUse(format!("a {format} is not for the screen; name a file with --out")).into());
    }
    // Asked before the work is done, and once more when the file is put in its place.
    if let Some(file) = out.as_ref().filter(|file| !asked.force && file.exists()) {
        return Err(output::unwritten(file, &ErrorKind::AlreadyExists.into()));
    }
    let Some(model) = ask(
        opened,
        point::ReportBuild::ID,
        vec![Value::text(name), parameters(opened, name, asked)?],
        output,
    )?
    else {
        return Ok(NO);
    };
    if model.is_nil() {
        output.note(format!(
            "No plugin built the report \"{name}\" with these parameters; look at its script."
        ));
        return Ok(NO);
    }
    let bytes = if format == MODEL {
        let mut text = serde_json::to_string_pretty(&model)?;
        text.push('\n');
        text.into_bytes()
    } else {
        match ask(opened, point::ReportRender::ID, vec![printable(model), Value::text(&format)], output)? {
            None => return Ok(NO),
            Some(Value::Bytes(bytes)) => bytes.to_vec(),
            Some(_) => {
                output.note(format!("No plugin rendered this kind of document as {format}."));
                return Ok(NO);
            }
        }
    };
    let Some(file) = out else {
        output.sink.out(&String::from_utf8_lossy(&bytes));
        return Ok(DONE);
    };
    output.sink.file(&file, &bytes, asked.force).map_err(|error| output::unwritten(&file, &error))?;
    if output.json {
        let written = WrittenFile { file: file.display().to_string(), bytes: bytes.len(), format: &format };
        output.value(&written)?;
    } else {
        output.line(format!("{} ({} bytes)", file.display(), bytes.len()));
    }
    Ok(DONE)
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    file: String,
    bytes: usize,
    format: &'a str,
}

#[derive(Serialize)]
struct ReportSetting {
    name: String,
    plugin: String,
    title: String,
    /// What it is asked for, `*` behind what it needs.
    parameters: Vec<String>,
    source: String,
}

/// What people call a report; the plugin's title where it has none.
fn title_of(handler: &Handler) -> String {
    let said = BilingualText::read(handler.option("title"));
    if said.is_empty() { handler.plugin.title.to_string() } else { said.to_string() }
}

fn parameters_of(handler: &Handler) -> Vec<String> {
    let form = handler.option("form").as_map().cloned().unwrap_or_default();
    let mut fields: Vec<_> = form.iter().collect();
    fields.sort_by_key(|(name, field)| (field.get("order").as_int().unwrap_or(i64::MAX), (*name).clone()));
    let named = |(name, field): (&Key, &Value)| match field.get("required").as_bool() {
        Some(true) => format!("{name}*"),
        _ => name.to_string(),
    };
    fields.into_iter().map(named).collect()
}

fn list(opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let building = handlers(opened, point::ReportBuild::ID);
    let mut lines: Vec<ReportSetting> = Vec::new();
    for handler in &building {
        for name in handler.words("name") {
            lines.push(ReportSetting {
                name: name.to_owned(),
                plugin: handler.plugin.id.clone(),
                title: title_of(handler),
                parameters: parameters_of(handler),
                source: format!("{}:{}", handler.source.file, handler.source.line),
            });
        }
    }
    lines.sort_by(|a, b| (&a.name, &a.plugin).cmp(&(&b.name, &b.plugin)));
    let mut formats = words(&handlers(opened, point::ReportRender::ID), "format").words;
    formats.insert(MODEL.to_owned());
    if output.json {
        output.value(&serde_json::json!({ "reports": lines, "formats": formats }))?;
        return Ok(DONE);
    }
    if lines.is_empty() {
        output.line("There is no report: no plugin has a handler at report.build with a `name`.");
    } else {
        let row = |l: ReportSetting| vec![l.name, l.title, l.parameters.join(" "), l.source];
        output.table(
            &["REPORT", "TITLE", "-p (* needed)", "SOURCE"],
            &lines.into_iter().map(row).collect::<Vec<_>>(),
        );
    }
    output.line(format!("Formats: {}", join(&formats)));
    Ok(DONE)
}

fn handlers(opened: &OpenOffice, point: &str) -> Vec<Arc<Handler>> {
    opened.office.host().generation().handlers(point)
}

struct KnownReport {
    words: BTreeSet<String>,
    // A handler without the option takes any.
    any: bool,
}

fn words(handlers: &[Arc<Handler>], name: &str) -> KnownReport {
    let words = handlers.iter().flat_map(|handler| handler.words(name)).map(str::to_owned).collect();
    KnownReport { words, any: handlers.iter().any(|handler| handler.option(name).is_nil()) }
}

fn unknown(what: &str, word: &str, known: BTreeSet<String>) -> WrongUse {
    let hint = nearest(word, known.iter().map(String::as_str));
    let there = if known.is_empty() { "none".to_owned() } else { join(&known) };
    WrongUse(format!("there is no {what} \"{word}\" (there are: {there}){hint}"))
}

fn join(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// What it is asked for, with records by their ids: people know them by number and name.
fn parameters(opened: &OpenOffice, name: &str, asked: &ReportArgs) -> Result<Value> {
    let handlers = handlers(opened, point::ReportBuild::ID);
    let of_it = handlers.iter().filter(|handler| handler.words("name").any(|known| known == name));
    let forms = of_it.filter_map(|handler| handler.option("form").as_map());
    let records: Vec<(String, String)> = forms
        .flatten()
        .filter(|(_, field)| field.get("type").as_str() == Some("record"))
        .filter_map(|(name, field)| {
            Some((name.to_string(), field.get("of").items().first()?.as_str()?.to_owned()))
        })
        .collect();
    let mut map = opened.office.as_operator().with_record_ids(asked.parameters.map()?, records)?;
    if let Some(register) = &asked.register {
        map.insert("register".into(), Value::text(register));
    }
    Ok(Value::Map(map))
}

// The answer; `None` if a plugin failed, which has been said.
fn ask(opened: &OpenOffice, point: &str, args: Vec<Value>, output: &mut Output<'_>) -> Result<Option<Value>> {
    match opened.office.as_operator().ask(point, args) {
        Ok(outcome) => Ok(Some(outcome.value)),
        Err(Failed::Handler(fault)) => {
            output.note(fault.to_string());
            Ok(None)
        }
        Err(Failed::Call(text)) => bail!(text),
    }
}
