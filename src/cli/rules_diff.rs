//! `rules diff`: how two versions of a rule set differ, with the figures.

use super::{CommandContext, DONE, output::Output};
use anyhow::{Result, bail};
use clap::Args;
use jiff::civil::Date;
use registrar_app::{OpenOffice, command::WrongUse, date};
use registrar_host::{
    Fault,
    plugin::{scanner::scan, source::PluginSource},
};
use registrar_ledger::rules::{
    self, Comparison, DifferenceKind, FigureDifference, VersionSide, test_cases::Probe,
};
use registrar_sdk::{Amount, suggest::nearest};
use std::{collections::BTreeMap, path::Path};

/// What is compared.
#[derive(Args, Debug)]
pub struct RulesDiffArgs {
    /// The first version
    #[arg(required_unless_present = "from")]
    before: Option<String>,
    /// The second version
    #[arg(required_unless_present = "to")]
    after: Option<String>,
    /// The first version is what was in force on this date
    #[arg(long, requires = "to", conflicts_with_all = ["before", "after"])]
    from: Option<String>,
    /// The second version is what was in force on this date
    #[arg(long, requires = "from")]
    to: Option<String>,
    /// As if every event had happened on this date
    #[arg(long, conflicts_with_all = ["from", "to"])]
    on: Option<String>,
    /// How many of the office's last events are asked about
    #[arg(long, default_value_t = 2000, value_name = "NUMBER")]
    events: usize,
}

// One version, found: a day, or a plugin among those that it needs.
enum ComparedVersion {
    Day(Date),
    Plugin { label: String, id: String, sources: BTreeMap<String, PluginSource> },
}

/// Runs the command.
pub fn run(
    opened: &OpenOffice,
    place: &CommandContext,
    asked: &RulesDiffArgs,
    output: &mut Output<'_>,
) -> Result<u8> {
    let named = |word: &Option<String>, day: &Option<String>| {
        word.clone().or_else(|| day.clone()).ok_or_else(|| WrongUse("name two versions".to_owned()))
    };
    let (before, after) = (named(&asked.before, &asked.from)?, named(&asked.after, &asked.to)?);
    if [&asked.from, &asked.to].into_iter().flatten().any(|day| date(day).is_err()) {
        return Err(WrongUse(format!("--from {before} --to {after}: write dates like 2023-02-14")).into());
    }
    let (before, after) = (find(opened, place, &before, &after)?, find(opened, place, &after, &before)?);
    let day = asked.on.as_deref().map(date).transpose()?;
    let ((before, mut probes), (after, more)) = match (&before, &after) {
        (ComparedVersion::Day(_), ComparedVersion::Plugin { .. })
        | (ComparedVersion::Plugin { .. }, ComparedVersion::Day(_)) => {
            let text =
                "a date is compared with a date, a plugin with a plugin; --on DATE shows both on one day";
            return Err(WrongUse(text.to_owned()).into());
        }
        _ => (open(opened, before, day)?, open(opened, after, day)?),
    };
    probes.extend(more);
    probes.extend(opened.office.as_operator().latest_cases(asked.events)?);
    let office = &opened.office;
    let comparison =
        rules::compare(office.host(), &office.snapshot(), &office.registers(), (&before, &after), probes);
    drop((before, after));
    office.host().engine().sweep();
    if output.json {
        output.value(&comparison)?;
        return Ok(DONE);
    }
    show(opened, &comparison, output);
    Ok(DONE)
}

fn find(opened: &OpenOffice, place: &CommandContext, word: &str, other: &str) -> Result<ComparedVersion> {
    let host = opened.office.host();
    if let Ok(day) = word.parse() {
        return Ok(ComparedVersion::Day(day));
    }
    let mut sources = host.sources();
    if word == "live" {
        let id = match find_plugin(opened, place, other, &mut sources.clone())? {
            Some((id, _)) if other != "live" => id,
            _ => return Err(WrongUse("`live` needs another version beside it".to_owned()).into()),
        };
        if !sources.contains_key(&id) {
            bail!("\"{id}\" does not serve here, so there is nothing live to compare with");
        }
        let label = label(&id, &sources, "live");
        return Ok(ComparedVersion::Plugin { label, id, sources });
    }
    let Some((id, what)) = find_plugin(opened, place, word, &mut sources)? else {
        let hint = nearest(word, sources.keys().map(String::as_str));
        return Err(WrongUse(format!(
            "\"{word}\" is no plugin, path, date or hash of a version that served here{hint}"
        ))
        .into());
    };
    let label = label(&id, &sources, what);
    Ok(ComparedVersion::Plugin { label, id, sources })
}

fn label(id: &str, sources: &BTreeMap<String, PluginSource>, what: &str) -> String {
    let Some(source) = sources.get(id) else { return id.to_owned() };
    let (version, hash) =
        (&source.manifest.version, &source.content_hash[..12.min(source.content_hash.len())]);
    let parts = [id, version, what, hash];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

// The plugin that a word means, put among the sources that serve; and which of its versions that is.
fn find_plugin(
    opened: &OpenOffice,
    place: &CommandContext,
    word: &str,
    sources: &mut BTreeMap<String, PluginSource>,
) -> Result<Option<(String, &'static str)>> {
    if sources.contains_key(word) {
        return Ok(Some((word.to_owned(), "live")));
    }
    let path = place.file(Path::new(word));
    if path.exists() {
        return on_disk(&path, sources).map(|id| Some((id, "file")));
    }
    if word.len() < 6 || !word.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let kept = opened.office.host().store();
    let mut found = kept.version_called(word).map_err(anyhow::Error::msg)?;
    if found.len() > 1 {
        let all: Vec<_> = found.iter().map(|v| format!("{} {}", v.plugin, &v.content_hash)).collect();
        return Err(WrongUse(format!("{word} begins several hashes: {}", all.join(", "))).into());
    }
    let Some(version) = found.pop() else { return Ok(None) };
    let id = version.plugin.clone();
    let layer = sources.get(&id).map_or(0, |source| source.layer);
    sources.insert(id.clone(), version.source(layer)?);
    Ok(Some((id, "kept")))
}

// A plugin is looked at among its neighbours: it may depend on them.
fn on_disk(path: &Path, sources: &mut BTreeMap<String, PluginSource>) -> Result<String> {
    let path = path.canonicalize()?;
    let single = path.extension().is_some_and(|e| e == "lua");
    if !single && !path.join("plugin.toml").exists() {
        return Err(WrongUse(format!(
            "{} is no plugin: name a .lua file, or a folder with a plugin.toml",
            path.display()
        ))
        .into());
    }
    let name = if single { path.file_stem() } else { path.file_name() };
    let id = name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().unwrap_or(&path).to_owned();
    let mut found = scan(&[folder]);
    if let Some(fault) = found.faults.remove(&id) {
        return Err(fault.into());
    }
    // What serves comes first for all but the plugin itself.
    let Some(own) = found.plugins.remove(&id) else {
        bail!("no plugin \"{id}\" was found in {}", path.display());
    };
    for (id, source) in found.plugins {
        sources.entry(id).or_insert(source);
    }
    sources.insert(id.clone(), own);
    Ok(id)
}

// The version, ready to be asked, and the cases that its examples are.
fn open(
    opened: &OpenOffice,
    version: ComparedVersion,
    on: Option<Date>,
) -> Result<(VersionSide, Vec<Probe>)> {
    let host = opened.office.host();
    let (aside, label, plugin, on) = match version {
        ComparedVersion::Day(day) => (host.serving()?, day.to_string(), None, Some(day)),
        ComparedVersion::Plugin { label, id, sources } => {
            let said = |faults: Vec<Fault>| {
                let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
                anyhow::anyhow!("{label} cannot be asked:\n{}", faults.join("\n"))
            };
            (host.aside(&id, &sources).map_err(said)?, label, Some(id), on)
        }
    };
    let own = aside.examples.iter().filter(|(id, _)| plugin.as_ref().is_none_or(|plugin| plugin == *id));
    let probes = rules::of_examples(host.contract(), own.flat_map(|(_, examples)| examples));
    Ok((VersionSide { label, generation: aside.generation, plugin, on }, probes))
}

fn show(opened: &OpenOffice, comparison: &Comparison, output: &mut Output<'_>) {
    output.line(format!("{}  ->  {}", comparison.before, comparison.after));
    if !comparison.figures.is_empty() {
        super::rule_figures::show(&comparison.figures, output);
    }
    let rows: Vec<Vec<String>> = comparison.changes.iter().map(|change| cells(opened, change)).collect();
    if !rows.is_empty() {
        output.table(&["", "CASE", "BEFORE", "AFTER", "CLAUSE", "SOURCE", "SEEN IN"], &rows);
    }
    let count = |kind: DifferenceKind| comparison.counts.get(&kind).copied().unwrap_or(0);
    let kinds = [
        (DifferenceKind::Added, "added"),
        (DifferenceKind::Raised, "raised"),
        (DifferenceKind::Lowered, "lowered"),
        (DifferenceKind::Removed, "removed"),
        (DifferenceKind::Moved, "moved to others"),
        (DifferenceKind::Unchanged, "unchanged"),
    ];
    let said = kinds.iter().filter(|(kind, _)| *kind != DifferenceKind::Moved || count(*kind) > 0);
    let said: Vec<String> = said.map(|(kind, name)| format!("{} {name}", count(*kind))).collect();
    output.line(format!(
        "{}; seen in {} examples and {} events.",
        said.join(", "),
        comparison.examples,
        comparison.events
    ));
    for failure in &comparison.failures {
        output.note(format!("not compared: {failure}"));
    }
    if comparison.changes.is_empty() && comparison.figures.is_empty() {
        output.note("No case shows a figure: give the rules an example for each figure they have.");
    }
}

fn cells(opened: &OpenOffice, change: &FigureDifference) -> Vec<String> {
    let kind = super::rule_figures::word(change.kind);
    let figure = |amount: Option<Amount>| amount.map_or_else(|| "-".to_owned(), |amount| amount.to_string());
    let example = change.examples.first().map_or_else(String::new, |name| format!("\"{name}\""));
    let more = change.examples.len().saturating_sub(1);
    let mut seen: Vec<String> = Some(example).filter(|text| !text.is_empty()).into_iter().collect();
    seen.extend((more > 0).then(|| format!("{more} more examples")));
    seen.extend((change.events > 0).then(|| format!("{} events", change.events)));
    let clause = change.clause_text.clone().or_else(|| change.clause.clone()).unwrap_or_default();
    let source = change.source_after.clone().or_else(|| change.source_before.clone()).unwrap_or_default();
    vec![
        kind.to_owned(),
        case(opened, change),
        figure(change.before),
        figure(change.after),
        clause,
        source,
        seen.join(", "),
    ]
}

// In the words of the register where it has any: the action's title, the choices' labels.
fn case(opened: &OpenOffice, change: &FigureDifference) -> String {
    let registers = opened.office.registers();
    let register = registers.get(&change.register);
    let action = register.and_then(|r| r.actions.get(&change.action));
    let mut parts = vec![action.map_or_else(|| change.point.to_owned(), |action| action.title.zh.clone())];
    for (name, word) in &change.case {
        let field = action.and_then(|a| a.form.get(name)).or_else(|| register?.fields.get(name));
        let label = field.and_then(|field| field.of_labels.get(word)).map(|label| label.zh.clone());
        let yes_or_no = ["true", "false"].contains(&word.as_str());
        parts.push(match label {
            Some(label) => label,
            None if yes_or_no => format!("{name}={word}"),
            None => word.clone(),
        });
    }
    if !change.tag.is_empty() {
        parts.push(format!("[{}]", change.tag));
    }
    if change.measure != "points" {
        parts.push(change.measure.clone());
    }
    parts.join(" · ")
}
