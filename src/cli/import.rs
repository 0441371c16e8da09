//! `import-events` and `import`: history as JSON lines, records as JSON lines or a table.

use super::{
    DONE, NO, formats,
    input::{Input, shown},
    output::Output,
};
use anyhow::{Context, Result};
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_domain::{
    Actor, Register,
    reserved::{MAPPING, OFFICE},
};
use registrar_kernel::{
    Act, ImportOptions, RecordImport,
    import::{Imported, ReadRows, RowReport, Together},
    table::{Hidden, Mapping, ReadOptions, RegisterColumns},
};
use registrar_sdk::{Map, Value, suggest::nearest};
use std::path::{Path, PathBuf};

/// What is to be imported, and how.
#[derive(clap::Args, Debug)]
pub struct ImportArgs {
    /// The register
    pub register: String,
    /// The file: an object of fields a line, or a table under headings; "-": standard input
    pub file: PathBuf,
    /// Its format (default: by its ending; `registrar formats` lists them)
    #[arg(long)]
    pub format: Option<String>,
    /// The action for each row (default: submit; rows that say id and stage of a record, as `export` writes
    /// them, become that record as it stands)
    #[arg(long)]
    pub action: Option<String>,
    /// The acting person (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
    /// The sheet of a workbook (default: the one with headings of the register); "*": all that have them
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// What a column stands for that can't be guessed, by its heading or its letters; "列=-" leaves it out
    #[arg(long = "map", value_name = "列=FIELD")]
    pub map: Vec<String>,
    /// Keep what --map says under this name; without --map: what is kept under it
    #[arg(long, value_name = "NAME")]
    pub mapping: Option<String>,
    /// What becomes of rows that are not shown, hidden or filtered away
    #[arg(long, value_enum, default_value = "take")]
    pub hidden: HiddenRows,
    /// The folder of files that rows name, as `export --files` writes it
    #[arg(long, value_name = "FOLDER")]
    pub files: Option<PathBuf>,
    /// The import's own id: with that of an earlier one, a mended table goes on with it (default: by the file's
    /// name)
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Take all rows, or none
    #[arg(long, conflicts_with = "dry_run")]
    pub all_or_nothing: bool,
    /// Take rows again that an earlier import has taken
    #[arg(long)]
    pub again: bool,
    /// Only check each row by itself; nothing is stored
    #[arg(long)]
    pub dry_run: bool,
}

/// What becomes of rows that are not shown.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenRows {
    /// They are taken, and that is told.
    Take,
    /// They are left out.
    Skip,
}

/// The action of rows of which nothing else is said.
const SUBMIT: &str = "submit";
/// Stands for all sheets.
const ALL: &str = "*";

/// Runs `import-events`.
pub fn events(
    opened: &OpenOffice,
    file: &Path,
    batch: usize,
    input: &Input,
    output: &mut Output<'_>,
) -> Result<u8> {
    if batch == 0 {
        return Err(WrongUse("--batch must be at least 1".into()).into());
    }
    let name = shown(file);
    let sink = &mut *output.sink;
    let mut progress = |report: &registrar_kernel::ImportReport| sink.progress("events", report.lines, 0);
    let report = opened
        .office
        .import_events(&mut **input.stream(), ImportOptions { batch }, &mut progress)
        .with_context(|| name.clone())?;
    if output.json {
        output.value(&report)?;
    } else {
        output.line(format!(
            "{name}: {} events added, {} were there already; {} new records.",
            report.added, report.skipped, report.records
        ));
        if report.overdue > 0 {
            output.line(format!(
                "期限已过而未办：{0} 件。 Days that ended before it was done: {0}.",
                report.overdue
            ));
        }
        tell_late(&report, output);
    }
    Ok(DONE)
}

/// What came after its day is taken, and told.
fn tell_late(report: &registrar_kernel::ImportReport, output: &mut Output<'_>) {
    for late in &report.told {
        let registrar_kernel::import::LateEvent { register, record, action, on, due, why, .. } = late;
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        output.line(format!(
            "{register} {record}: {action} {on} 晚于期限 {due}，照收。 It came after {due} and is taken.{why}"
        ));
    }
    let more = report.late.saturating_sub(report.told.len() as u64);
    if more > 0 {
        output.line(format!("另有 {more} 件晚于期限。 So did {more} more."));
    }
}

/// Runs `import`.
pub fn run(opened: &OpenOffice, asked: &ImportArgs, input: &Input, output: &mut Output<'_>) -> Result<u8> {
    let registers = opened.office.registers();
    let register = registers.find(&asked.register)?;
    if let Some(action) = asked.action.as_ref().filter(|_| !register.open)
        && !register.actions.contains_key(action)
    {
        let hint = nearest(action, register.actions.keys().map(String::as_str));
        return Err(WrongUse(format!("{} has no action `{action}`{hint}", register.id)).into());
    }
    let mapping = mapping(opened, asked, register)?;
    let read = match formats::of(&asked.file, asked.format.as_deref()).as_str() {
        formats::LINES => ReadRows::of_lines(register, &mut **input.stream(), asked.action.is_none()),
        format => table(opened, register, asked, mapping, input, format)?,
    };
    read.notes.iter().for_each(|note| output.note(note));
    let sink = &mut *output.sink;
    let total = read.rows.len() as u64;
    let how = RecordImport {
        register: &register.id,
        action: asked.action.as_deref().unwrap_or(SUBMIT),
        by: Actor::of_command(asked.person.as_deref()),
        file: &asked.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default(),
        id: asked.id.as_deref(),
        together: match (asked.dry_run, asked.all_or_nothing) {
            (true, _) => Together::Rehearsed,
            (_, true) => Together::AllOrNothing,
            _ => Together::Each,
        },
        again: asked.again,
        files: input.files.clone(),
    };
    let done = opened
        .office
        .import_records(&how, &read.rows, &mut |done| sink.progress("records", done as u64, total))?;
    if read.rows.iter().any(|row| row.opened.is_some()) && done.taken > 0 {
        output.note(
            "The records came in as they stand: no figure follows from how they got there (import-events brings \
             history), and numbers that are given out here go on from where they were.",
        );
    }
    tell(asked, &read, &done, output)
}

/// What columns stand for: as it is kept, and as it is said now.
fn mapping(opened: &OpenOffice, asked: &ImportArgs, register: &Register) -> Result<Mapping> {
    let said = Mapping::parse(&asked.map).map_err(WrongUse)?;
    let Some(name) = &asked.mapping else { return Ok(said) };
    let kept = opened.office.mapping(&register.id, name)?;
    if asked.map.is_empty() {
        return match kept {
            Some(kept) => Ok(kept),
            None => {
                let known = opened.office.mappings(&register.id)?;
                let hint = nearest(name, known.iter().map(String::as_str));
                let list = if known.is_empty() { "there is none yet".into() } else { known.join(", ") };
                Err(WrongUse(format!("no mapping \"{name}\" is kept{hint} ({list}); --map says one")).into())
            }
        };
    }
    let mapping = kept.unwrap_or_default().with(said);
    if !asked.dry_run {
        let columns = mapping.columns.iter().map(|(column, field)| {
            Value::map([("column", Value::text(column)), ("field", Value::text(field))])
        });
        opened.office.act(Act {
            register: OFFICE.into(),
            record: Some(name.clone()),
            action: MAPPING.into(),
            by: Actor::of_command(asked.person.as_deref()),
            fields: Map::from([
                ("register".into(), Value::text(&register.id)),
                ("columns".into(), Value::List(columns.collect())),
            ]),
            ..Act::default()
        })?;
    }
    Ok(mapping)
}

/// Reads a table through the plugin that reads its format.
fn table(
    opened: &OpenOffice,
    register: &Register,
    asked: &ImportArgs,
    mapping: Mapping,
    input: &Input,
    format: &str,
) -> Result<ReadRows> {
    let bytes = input.bytes(&asked.file, formats::LARGEST)?;
    let sheet = asked.sheet.as_deref().filter(|sheet| *sheet != ALL);
    let rows = formats::parse(opened, &asked.file, &bytes, format, sheet)?;
    let action = asked.action.as_deref().unwrap_or(SUBMIT);
    let columns =
        RegisterColumns::new(register, Some(action), &opened.office.directory(), opened.office.today());
    let wanted = ReadOptions {
        mapping,
        hidden: if asked.hidden == HiddenRows::Take { Hidden::Take } else { Hidden::Skip },
        all_sheets: asked.sheet.as_deref() == Some(ALL),
    };
    let name = shown(&asked.file);
    ReadRows::of_table(&columns, &wanted, &rows, asked.action.is_none()).map_err(|why| {
        let lines: Vec<String> = why.lines().map(|line| format!("{name}: {line}")).collect();
        anyhow::anyhow!("{}\nnothing was imported", lines.join("\n"))
    })
}

/// Says what came of it.
fn tell(asked: &ImportArgs, read: &ReadRows, done: &Imported, output: &mut Output<'_>) -> Result<u8> {
    let name = shown(&asked.file);
    let line = |told: &RowReport| format!("{name}:{}: {}", told.place, told.text);
    let all = |told: &[RowReport]| told.iter().map(line).collect::<Vec<String>>();
    let skipped: Vec<String> =
        read.skipped.iter().map(|row| format!("{name}:{}: left out: {}", row.place, row.why)).collect();
    let code = if done.refused.is_empty() && done.changed.is_empty() { DONE } else { NO };
    if output.json {
        let mut told = serde_json::json!({
            "import": done.import, "taken": done.taken, "refused": all(&done.refused),
            "known": done.known.iter().map(|row| &row.place).collect::<Vec<_>>(), "changed": all(&done.changed),
            "skipped": skipped, "warnings": all(&done.warned), "notes": read.notes,
        });
        if asked.dry_run {
            told["dry_run"] = true.into();
        }
        output.value(&told)?;
        return Ok(code);
    }
    let tense = if asked.dry_run { "would be taken" } else { "taken" };
    let mut said = vec![format!("{} {tense}", done.taken), format!("{} refused", done.refused.len())];
    for (count, what) in
        [(done.known.len(), "already there"), (done.changed.len(), "changed"), (skipped.len(), "left out")]
    {
        if count > 0 {
            said.push(format!("{count} {what}"));
        }
    }
    let import = done.import.as_ref().filter(|_| !asked.dry_run);
    let import = import.map_or(String::new(), |id| format!(" Import \"{id}\"."));
    output.line(format!("{}.{import}", said.join(", ")));
    skipped.iter().chain(&all(&done.warned)).for_each(|line| output.note(line));
    if !done.known.is_empty() {
        output.note(format!("{name}: already there: {}", runs(&done.known)));
    }
    all(&done.changed).iter().chain(&all(&done.refused)).for_each(|line| output.note(line));
    if asked.all_or_nothing && !done.refused.is_empty() {
        output.note("Nothing was stored (--all-or-nothing).");
    }
    Ok(code)
}

/// Places, those that follow each other as one: `2-9, 12`.
fn runs(told: &[RowReport]) -> String {
    let mut runs: Vec<(String, String, Option<u64>)> = Vec::new();
    for row in told {
        let number = row.place.parse::<u64>().ok();
        match runs.last_mut() {
            Some((_, end, last)) if last.is_some() && number == last.map(|last| last + 1) => {
                (*end, *last) = (row.place.clone(), number);
            }
            _ => runs.push((row.place.clone(), row.place.clone(), number)),
        }
    }
    let one = |(first, end, _): &(String, String, _)| match first == end {
        true => first.clone(),
        false => format!("{first}-{end}"),
    };
    runs.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_follow_each_other_are_one() {
        let told = |place: &str| RowReport { place: place.into(), text: String::new() };
        assert_eq!(runs(&["2", "3", "4", "7", "一月!3", "9", "10"].map(told)), "2-4, 7, 一月!3, 9-10");
    }
}
