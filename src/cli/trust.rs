//! `trust`: the list of library contents that may be loaded. While there is a list, others may not.

use super::{DONE, NO, output::Output};
use anyhow::{Context, Result};
use registrar_app::{command::WrongUse, config::Config};
use registrar_host::plugin::text;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What to do with the list.
pub struct TrustChange<'a> {
    /// Libraries to add, or with `remove` to take out, by file or hash.
    pub libraries: &'a [PathBuf],
    /// Take them out.
    pub remove: bool,
    /// Drop the list: any library may be loaded again.
    pub off: bool,
}

/// Runs the command.
pub fn run(config: &Config, change: &TrustChange<'_>, output: &mut Output<'_>) -> Result<u8> {
    let native = config.native();
    let file = native.trust.context("this configuration has no place for a list")?;
    let mut list = read(&file)?;
    if change.off {
        if list.is_some() {
            fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
        }
        list = None;
    } else if !change.libraries.is_empty() {
        let known = list.get_or_insert_default();
        for library in change.libraries {
            let (hash, name) = identify(library)?;
            if !change.remove {
                known.insert(hash, name);
            } else if known.remove(&hash).is_none() {
                output.note(format!("{} is not on the list", library.display()));
                return Ok(NO);
            }
        }
        write(&file, known)?;
    }
    show(list, output)?;
    Ok(DONE)
}

type List = BTreeMap<String, String>;

fn read(file: &Path) -> Result<Option<List>> {
    match fs::read(file) {
        Ok(bytes) => {
            let text = text::of_bytes(&bytes)
                .map_err(|why| anyhow::anyhow!("{} cannot be read: {why}", file.display()))?;
            let pair = |line: &str| {
                line.split_once(char::is_whitespace).map(|(h, n)| (h.to_owned(), n.trim().to_owned()))
            };
            Ok(Some(text.lines().filter_map(pair).collect()))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e).with_context(|| format!("{} cannot be read", file.display())),
    }
}

// Aside and renamed: a host that looks sees the old list or the new one.
fn write(file: &Path, list: &List) -> Result<()> {
    let aside = file.with_extension("part");
    let text: String = list.iter().map(|(hash, name)| format!("{hash} {name}\n")).collect();
    let write = || {
        fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        fs::write(&aside, text)?;
        fs::rename(&aside, file)
    };
    write().with_context(|| format!("{} cannot be written", file.display()))
}

fn identify(library: &Path) -> Result<(String, String)> {
    let text = library.to_string_lossy();
    if text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok((text.to_ascii_lowercase(), "by its hash".into()));
    }
    let bytes = fs::read(library).map_err(|e| WrongUse(format!("{}: {e}", library.display())))?;
    let name = library.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((blake3::hash(&bytes).to_hex().to_string(), name))
}

fn show(list: Option<List>, output: &mut Output<'_>) -> Result<()> {
    if output.json {
        let libraries = |list: List| -> Vec<_> {
            list.into_iter().map(|(hash, name)| json!({ "hash": hash, "name": name })).collect()
        };
        return output.value(
            &json!({ "strict": list.is_some(), "libraries": list.map(libraries).unwrap_or_default() }),
        );
    }
    match list {
        None => output
            .line("There is no list: any library of safe ownership in the plugins' folder may be loaded."),
        Some(list) => {
            output.line(format!("Only these {} libraries may be loaded:", list.len()));
            let rows: Vec<_> = list.into_iter().map(|(hash, name)| vec![hash, name]).collect();
            output.table(&["HASH", "NAME"], &rows);
        }
    }
    Ok(())
}
