//! `check`: loads plugins aside, validates them, runs their examples.

use super::{DONE, NO, output::Output};
use anyhow::{Result, bail};
use registrar_app::{
    config::{
        Config,
        faults::{ConfigFault, ConfigNames},
    },
    host_config,
};
use registrar_contract::OFFICE;
use registrar_contract::payload::point;
use registrar_host::{
    Engine, Fault, Handler, Host, MemoryStore, PluginState, Snapshot, faults_of, library_id,
};
use registrar_kernel::{OfficeSnapshot, registers_of};
use registrar_ledger::rules::{self, Warning};
use registrar_sdk::native::Typed;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Runs the command, with the settings, the overlay and the rule sets that an office has.
pub fn run(config: &Config, office: Option<&str>, paths: &[PathBuf], output: &mut Output<'_>) -> Result<u8> {
    let office = office.unwrap_or(config.default_office());
    let Selection { folders, libraries, only } = selection(config, office, paths)?;
    let mut host_config = host_config(config, office);
    host_config.folders = folders;
    if !libraries.is_empty() {
        // Those of the installation may be earlier versions of what is checked.
        host_config.native.folders = libraries;
    }
    let host =
        Host::new(Engine::start(config.engine())?, &OFFICE, host_config, Arc::new(MemoryStore::default()));
    let report = host.reload();
    let mut faults = report.faults.clone();
    // What a plugin defines is looked at as a whole, rule sets that nobody chose included.
    let generation = host.generation();
    let snapshot: Arc<dyn Snapshot> = Arc::new(OfficeSnapshot::new(Arc::default()));
    if let Err(found) = registers_of(&host, &generation) {
        faults.extend(faults_of(found));
    }
    let concerned = |plugin: &str| only.is_empty() || only.contains(plugin);
    faults.retain(|fault| {
        concerned(&fault.plugin) || !generation.plugins.contains_key(&fault.plugin) && only.is_empty()
    });
    let mut warnings = rules::warnings(&host, &rules::registers_of_all(&host, snapshot));
    warnings.retain(|warning| concerned(&warning.plugin));
    let checked: Vec<String> =
        host.status().into_iter().map(|row| row.id).filter(|id| concerned(id)).collect();
    if let Some(missing) = only.iter().find(|id| !checked.contains(id)) {
        bail!(
            "no plugin \"{missing}\" was found there; a plugin is a .lua file, a folder with a plugin.toml, or a \
             library (.so)"
        );
    }
    // What names offices can't be told without their store.
    let settings = config.faults(&ConfigNames { plugins: host.manifests(), offices: None });
    let settings = if only.is_empty() { settings } else { Vec::new() };
    show(&host, &checked, &faults, &settings, &warnings, output)?;
    Ok(if faults.is_empty() && settings.is_empty() { DONE } else { NO })
}

fn show(
    host: &Host,
    checked: &[String],
    faults: &[Fault],
    settings: &[ConfigFault],
    warnings: &[Warning],
    output: &mut Output<'_>,
) -> Result<()> {
    let place = |handler: &Handler| format!("{}:{}", handler.source.file, handler.source.line);
    let is_checked = |handler: &&Arc<Handler>| checked.contains(&handler.plugin.id);
    let untried = host.unexampled();
    let untried: Vec<String> =
        untried.iter().filter(is_checked).map(|one| format!("{} ({})", place(one), one.point)).collect();
    let shadowed = shadowed_reports(host, checked);
    if output.json {
        return output.value(&json!({
            "checked": checked, "faults": faults, "settings": settings, "warnings": warnings, "passed_over": host.passed_over(),
            "without_example": untried, "shadowed": shadowed,
        }));
    }
    let here = std::env::current_dir().unwrap_or_default();
    for shadow in &shadowed {
        output.note(format!("warning: {shadow}"));
    }
    faults.iter().for_each(|fault| output.note(host.told_from(&here, fault)));
    for fault in settings {
        output.note(fault.to_string());
    }
    for warning in warnings {
        output.note(format!("warning: {warning}"));
    }
    for (path, why) in host.passed_over() {
        output.note(format!("warning: {path} {why}, and is passed over"));
    }
    let failed: BTreeSet<&str> = faults.iter().map(|f| f.plugin.as_str()).collect();
    let broken = host.status().iter().filter(|row| row.state == PluginState::Failed).count();
    let good = checked.iter().filter(|id| !failed.contains(id.as_str())).count();
    let bad = failed.len().max(broken.min(faults.len()));
    let count =
        |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    output.line(format!(
        "{}, {}.",
        count(good, "plugin is good", "plugins are good"),
        count(bad, "is not", "are not")
    ));
    if !untried.is_empty() {
        output.line(format!("No example calls {}.", untried.join(", ")));
    }
    Ok(())
}

/// Reports of a name that two plugins build: the first that answers is asked, the other never.
fn shadowed_reports(host: &Host, checked: &[String]) -> Vec<String> {
    let mut first = BTreeMap::<String, Arc<Handler>>::new();
    let mut shadowed = Vec::new();
    for handler in host.generation().handlers(point::ReportBuild::ID) {
        for name in handler.words("name") {
            let known = first.entry(name.to_owned()).or_insert_with(|| handler.clone());
            let both = [&known.plugin.id, &handler.plugin.id];
            if both[0] != both[1] && both.iter().any(|id| checked.contains(id)) {
                shadowed.push(format!(
                    "the report \"{name}\" is built by \"{}\" ({}:{}) and by \"{}\" ({}:{}); only the first is asked: give one \
                     of them another name",
                    both[0], known.source.file, known.source.line, both[1], handler.source.file, handler.source.line
                ));
            }
        }
    }
    shadowed
}

/// What to load, and of what of it to tell.
struct Selection {
    folders: Vec<PathBuf>,
    /// Folders of libraries; none: those of the settings.
    libraries: Vec<PathBuf>,
    /// The plugins to report on; none: all.
    only: BTreeSet<String>,
}

impl Selection {
    fn add(&mut self, path: &Path) -> Result<()> {
        let path = path.canonicalize().map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
        // Whoever names the manifest means its plugin.
        let path = match path.parent() {
            Some(folder) if path.ends_with("plugin.toml") => folder.to_owned(),
            _ => path,
        };
        // A plugin is checked among its neighbours: it may depend on them.
        let among = path.parent().unwrap_or(&path);
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(library) = library_id(&file).filter(|_| path.is_file()) {
            add(&mut self.libraries, among);
            self.only.insert(library);
        } else if let Some(script) = file.strip_suffix(".lua") {
            add(&mut self.folders, among);
            self.only.insert(script.to_owned());
        } else if path.join("plugin.toml").exists() {
            add(&mut self.folders, among);
            self.only.insert(file.into_owned());
        } else if path.is_dir() {
            add(&mut self.folders, &path);
        } else {
            bail!(
                "{} is no plugin: one is a .lua file, a folder with a plugin.toml, or a library (.so)",
                path.display()
            );
        }
        Ok(())
    }
}

fn add(folders: &mut Vec<PathBuf>, folder: &Path) {
    if !folders.iter().any(|known| known == folder) {
        folders.push(folder.to_owned());
    }
}

fn selection(config: &Config, office: &str, paths: &[PathBuf]) -> Result<Selection> {
    let mut selection = Selection { folders: Vec::new(), libraries: Vec::new(), only: BTreeSet::new() };
    paths.iter().try_for_each(|path| selection.add(path))?;
    if selection.folders.is_empty() {
        selection.folders = config.folders(office);
    }
    Ok(selection)
}
