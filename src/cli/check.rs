//! `check`: loads plugins aside, validates them, runs their examples.

use super::{DONE, NO, output::Output};
use crate::app::{
    config::{Config, ConfigFault, ConfigNames},
    host_config,
};
use anyhow::{Result, bail};
use registrar_contract::OFFICE;
use registrar_host::{Engine, Fault, Host, MemoryStore, PluginState, Snapshot, faults_of};
use registrar_kernel::{
    calls::OfficeSnapshot,
    office::registers_of,
    rules::{self, Warning},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Runs the command, with the settings, the overlay and the rule sets that an office has.
pub fn run(config: &Config, office: Option<&str>, paths: &[PathBuf], output: &mut Output<'_>) -> Result<u8> {
    let office = office.unwrap_or(config.default_office());
    let (folders, only) = places(config, office, paths)?;
    let mut host_config = host_config(config, office);
    host_config.folders = folders;
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
            "no plugin \"{missing}\" was found there; a plugin is a .lua file, or a folder with a plugin.toml"
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
    if output.json {
        return output.value(&json!({ "checked": checked, "faults": faults, "settings": settings, "warnings": warnings, "passed_over": host.passed_over() }));
    }
    for fault in faults {
        let line = fault.line.map_or(String::new(), |line| format!(":{line}"));
        output.note(format!("{}{line}: {fault}", fault.file));
    }
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
    Ok(())
}

// The folders to load, and the plugins to report on; none named: all.
fn places(config: &Config, office: &str, paths: &[PathBuf]) -> Result<(Vec<PathBuf>, BTreeSet<String>)> {
    if paths.is_empty() {
        return Ok((config.folders(office), BTreeSet::new()));
    }
    let (mut folders, mut only) = (Vec::new(), BTreeSet::new());
    let mut add = |folder: &Path| {
        if !folders.iter().any(|known| known == folder) {
            folders.push(folder.to_owned());
        }
    };
    for path in paths {
        let path = path.canonicalize().map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
        // Whoever names the manifest means its plugin.
        let path = match path.parent() {
            Some(folder) if path.ends_with("plugin.toml") => folder.to_owned(),
            _ => path,
        };
        let single = path.extension().is_some_and(|e| e == "lua");
        if !single && !path.join("plugin.toml").exists() {
            add(&path);
            continue;
        }
        // A plugin is checked among its neighbours: it may depend on them.
        add(path.parent().unwrap_or(&path));
        only.extend(
            path.file_stem()
                .filter(|_| single)
                .or(path.file_name())
                .map(|n| n.to_string_lossy().into_owned()),
        );
    }
    Ok((folders, only))
}
