//! `formats`, and the way of a table into a file and out of one: through whichever plugin reads or
//! writes its format.

use super::{
    CommandContext, DONE,
    input::{is_standard, shown},
    output::{self, Output},
};
use anyhow::{Result, bail};
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_contract::payload::point;
use registrar_host::Failed;
use registrar_kernel::{KernelError, table::Table};
use registrar_sdk::native::Typed;
use registrar_sdk::{Value, abi::MOST_BYTES};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The format that needs no plugin: one JSON object a line.
pub const LINES: &str = "jsonl";
/// The most bytes of a file that a plugin reads: what may cross to it at once.
pub const LARGEST: u64 = MOST_BYTES as u64;

/// A file's format: as given, or by the ending of its name.
pub fn of(file: &Path, given: Option<&str>) -> String {
    let ending = file.extension().map(|ending| ending.to_string_lossy().into_owned());
    let format = given.map(str::to_owned).or(ending).unwrap_or_default().to_lowercase();
    match format.as_str() {
        "" | "json" | "ndjson" => LINES.to_owned(),
        _ => format,
    }
}

/// Where a table goes, and as what.
#[derive(Default)]
pub struct OutputTarget {
    /// The format.
    pub format: Option<String>,
    out: Option<PathBuf>,
}

impl OutputTarget {
    /// As the command line says.
    pub fn new(format: Option<&str>, out: Option<&Path>, place: &CommandContext) -> OutputTarget {
        let said = format.is_some() || out.is_some();
        let format = said.then(|| of(out.unwrap_or(Path::new("")), format));
        OutputTarget { format, out: out.map(|out| place.file(out)) }
    }

    /// Whether it goes to standard output.
    pub fn is_standard(&self) -> bool {
        self.out.as_deref().is_none_or(is_standard)
    }

    /// Writes what came of it.
    ///
    /// # Errors
    /// It can't be written, or is no text and has no file to go to.
    pub fn write(&self, bytes: &[u8], rows: usize, output: &mut Output<'_>) -> Result<u8> {
        let Some(path) = &self.out else {
            let Ok(text) = std::str::from_utf8(bytes) else {
                let format = self.format.as_deref().unwrap_or_default();
                return Err(
                    WrongUse(format!("{format} is no text; say --out FILE, or --out - for a pipe")).into()
                );
            };
            output.sink.out(text);
            return Ok(DONE);
        };
        output.sink.file(path, bytes, true).map_err(|error| output::unwritten(path, &error))?;
        if is_standard(path) {
            return Ok(DONE);
        }
        if output.json {
            output
                .value(&json!({ "file": path.display().to_string(), "rows": rows, "bytes": bytes.len() }))?;
        } else {
            output.line(format!("{}: {rows} rows.", path.display()));
        }
        Ok(DONE)
    }
}

/// Reads a file's rows through the plugin that reads its format.
///
/// # Errors
/// There is none, or what it says.
pub fn parse(
    opened: &OpenOffice,
    file: &Path,
    bytes: &[u8],
    format: &str,
    sheet: Option<&str>,
) -> Result<Vec<Value>> {
    let name = shown(file);
    let wanted = sheet.map(|sheet| Value::map([("sheet", Value::text(sheet))]));
    let args = vec![Value::Bytes(bytes.into()), Value::text(format), wanted.unwrap_or_default()];
    if opened.office.plan()?.generation.concerned(point::ImportParse::ID, &args).is_empty() {
        return Err(unknown(opened, format, "read"));
    }
    match opened.office.as_operator().ask(point::ImportParse::ID, args) {
        Ok(outcome) => match outcome.value {
            Value::List(rows) => Ok(rows),
            _ => bail!("{name}: no plugin reads this file as {format}"),
        },
        Err(Failed::Handler(fault)) => bail!("{name}: {fault}"),
        Err(Failed::Call(why)) => bail!("{name}: {why}"),
    }
}

/// Makes a file of a table through the plugin that writes its format.
///
/// # Errors
/// There is none, or what it says.
pub fn render(opened: &OpenOffice, table: &Table, format: &str) -> Result<Vec<u8>> {
    match table.render(&opened.office, format) {
        Err(KernelError::Unknown(_)) => Err(unknown(opened, format, "written")),
        other => Ok(other?),
    }
}

/// The formats at a point, each with the plugins behind it.
fn at(opened: &OpenOffice, point: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut formats = BTreeMap::<String, BTreeSet<String>>::new();
    for handler in opened.office.plan()?.generation.handlers(point) {
        // A handler for reports of one kind writes no tables.
        let kinds = handler.option("kind");
        let tables = kinds.is_absent() || handler.words("kind").any(|kind| kind == "table");
        let named: Vec<&str> = handler.words("format").collect();
        let any = if named.is_empty() { vec!["*"] } else { named };
        for format in any {
            let about = if tables { String::new() } else { format!(" ({kinds})") };
            formats.entry(format.to_owned()).or_default().insert(handler.plugin.id.clone() + &about);
        }
    }
    Ok(formats)
}

fn unknown(opened: &OpenOffice, format: &str, what: &str) -> anyhow::Error {
    let known = at(opened, if what == "read" { point::ImportParse::ID } else { point::ReportRender::ID })
        .unwrap_or_default();
    let names: Vec<&str> = known.keys().map(String::as_str).chain([LINES]).collect();
    let hint = registrar_sdk::suggest::nearest(format, names.iter().copied());
    WrongUse(format!(
        "no plugin here has \"{format}\" among the formats that can be {what}{hint} ({}); `registrar formats` \
         lists them",
        names.join(", ")
    ))
    .into()
}

/// Runs `formats`.
pub fn run(opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let own = BTreeSet::from(["registrar".to_owned()]);
    let (mut read, mut written) = (at(opened, point::ImportParse::ID)?, at(opened, point::ReportRender::ID)?);
    read.insert(LINES.to_owned(), own.clone());
    written.insert(LINES.to_owned(), own);
    let formats: BTreeSet<&String> = read.keys().chain(written.keys()).collect();
    let none = BTreeSet::new();
    let by = |known: &BTreeMap<String, BTreeSet<String>>, format: &str| -> Vec<String> {
        known.get(format).unwrap_or(&none).iter().cloned().collect()
    };
    if output.json {
        let rows: Vec<_> = formats
            .iter()
            .map(|format| json!({ "format": format, "read": by(&read, format), "written": by(&written, format) }))
            .collect();
        output.value(&rows)?;
    } else {
        let or_dash = |names: Vec<String>| if names.is_empty() { "-".into() } else { names.join(", ") };
        let row = |format: &&String| {
            vec![(*format).clone(), or_dash(by(&read, format)), or_dash(by(&written, format))]
        };
        let rows: Vec<_> = formats.iter().map(row).collect();
        output.table(&["格式 FORMAT", "读 READ BY", "写 WRITTEN BY"], &rows);
    }
    Ok(DONE)
}
