//! Finds libraries in the plugins' folders, checks their files and keeps private copies. Runs
//! nothing of them.

use crate::{
    plugin::{
        config::NativeConfig,
        fault::{Fault, FaultKind},
        folder::{Stamp, other_than_a_file, read, stamp},
        library::{elf, ownership, private_copy},
        source::{self, EXAMPLES, FolderScan},
    },
    sync::lock,
};
use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

const LARGEST: u64 = 1 << 30;
/// Bytes of a list of trusted libraries, or of examples beside one.
const LARGEST_TEXT: u64 = 16 << 20;

/// The plugin's id that a library's file name stands for: `libnear_duplicate.so` is `near-duplicate`.
pub fn id_of(file: &str) -> Option<String> {
    let stem = file.strip_suffix(".so")?;
    let stem = stem.strip_prefix("lib").unwrap_or(stem);
    (!stem.is_empty() && !stem.starts_with('.')).then(|| stem.replace('_', "-"))
}

/// Adds the libraries of the plugins' folders to a scan.
pub(crate) fn scan(config: &NativeConfig, found: &mut FolderScan) {
    // A library that was refused is tried again when the list of trusted ones changes.
    found.note(&config.trust.as_ref().and_then(|list| read(list, LARGEST_TEXT).ok()).unwrap_or_default());
    for folder in &config.folders {
        let mut entries: Vec<(String, fs::FileType)> = match fs::read_dir(folder) {
            Ok(entries) => {
                let named = |e: fs::DirEntry| Some((e.file_name().into_string().ok()?, e.file_type().ok()?));
                entries.flatten().filter_map(named).collect()
            }
            Err(error) => {
                let id = folder.display().to_string();
                found.fail(id.clone(), fault(&id, &id, FaultKind::Unreadable, unreadable(&error)));
                continue;
            }
        };
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        for (file, kind) in entries {
            let Some(id) = id_of(&file) else { continue };
            if let Some(what) = other_than_a_file(kind) {
                found.passed_over.insert(file, format!("is a {what}"));
                continue;
            }
            if let Some(known) = found.plugins.get(&id) {
                let other = match &known.library {
                    Some(library) => library.file.clone(),
                    None => known.files.keys().next().cloned().unwrap_or_default(),
                };
                let text = format!("has the same id as {other}; rename one of them");
                let fault = fault(&format!("{id} ({file})"), &file, FaultKind::Declaration, text);
                found.fail(fault.plugin.clone(), fault);
                continue;
            }
            let path = folder.join(&file);
            let outcome = match kind.is_dir() {
                true => Err((
                    FaultKind::Unreadable,
                    "is a folder; expected a library, and what was loaded stays".to_owned(),
                )),
                false => look(config, &path),
            };
            let source = outcome.and_then(|seen| {
                let files =
                    seen.files(&id, &file, folder).map_err(|e| (FaultKind::Unreadable, unreadable(&e)))?;
                source::plugin(&id, files, 0)
                    .map_err(|fault| (fault.kind, format!("its manifest: {}", fault.message)))
            });
            match source {
                Ok(source) => found.add(source),
                Err((kind, message)) => found.fail(id.clone(), fault(&id, &file, kind, message)),
            }
        }
    }
}

fn fault(plugin: &str, file: &str, kind: FaultKind, message: String) -> Fault {
    Fault {
        plugin: plugin.to_owned(),
        file: file.to_owned(),
        line: None,
        point: None,
        kind,
        message,
        said: None,
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read ({error}); what was loaded before stays")
}

/// What a library's file holds.
#[derive(Clone)]
struct InspectedLibrary {
    hash: String,
    manifest: Option<String>,
    examples: Option<String>,
}

impl InspectedLibrary {
    fn files(
        &self,
        id: &str,
        file: &str,
        folder: &Path,
    ) -> io::Result<crate::plugin::source_files::SourceFiles> {
        let mut files = BTreeMap::new();
        let mut put = |path: String, text: &str| files.insert(path, Arc::from(text.as_bytes()));
        let within = |name: &str| format!("{id}/{name}");
        put(within(source::LIBRARY), &format!("{} {file}", self.hash));
        if let Some(manifest) = &self.manifest {
            put(within("plugin.toml"), manifest);
        }
        put(within(EXAMPLES), self.examples.as_deref().unwrap_or_default());
        let beside = format!("{id}.{EXAMPLES}");
        match read(&folder.join(&beside), LARGEST_TEXT) {
            Ok(bytes) => drop(put(beside, crate::plugin::text::of_bytes(&bytes).map_err(io::Error::other)?)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        Ok(files)
    }
}

// A file is read again only when something about it changed: libraries are large.
type LibraryCache = HashMap<(PathBuf, PathBuf), (Stamp, Result<InspectedLibrary, String>)>;
static KNOWN: Mutex<Option<LibraryCache>> = Mutex::new(None);

fn look(config: &NativeConfig, path: &Path) -> Result<InspectedLibrary, (FaultKind, String)> {
    let refuse = |text: String| (FaultKind::Declaration, text);
    let lost = |e: io::Error| (FaultKind::Unreadable, unreadable(&e));
    let Some(folder) = &config.private else {
        return Err(refuse(
            "this host has no folder for private copies of libraries; set `native.private`".into(),
        ));
    };
    let about = fs::metadata(path).map_err(lost)?;
    ownership::check(path).map_err(refuse)?;
    let stamp = stamp(&about);
    let key = (path.to_owned(), folder.clone());
    let known = lock(&KNOWN).get_or_insert_default().get(&key).cloned();
    let seen = match known {
        Some((before, seen)) if before == stamp => seen,
        _ => {
            let bytes = read(path, LARGEST).map_err(lost)?;
            let seen = match elf::check(&bytes) {
                Ok(library) => {
                    let hash = blake3::hash(&bytes).to_hex().to_string();
                    private_copy::keep(folder, &hash, &bytes).map_err(lost)?;
                    Ok(InspectedLibrary { hash, manifest: library.manifest, examples: library.examples })
                }
                Err(problem) => Err(problem),
            };
            lock(&KNOWN).get_or_insert_default().insert(key, (stamp, seen.clone()));
            seen
        }
    }
    .map_err(refuse)?;
    if seen.manifest.is_none() {
        return Err(refuse(
            "has no manifest in its section .registrar.manifest; declare it with `plugin!` or REGISTRAR_MANIFEST".into(),
        ));
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use crate::plugin::library::scan::*;

    #[test]
    fn a_file_name_stands_for_an_id() {
        let ids = [
            ("libnear_duplicate.so", Some("near-duplicate")),
            ("hello.so", Some("hello")),
            ("x.so.1", None),
            ("lib.so", None),
        ];
        for (file, id) in ids {
            assert_eq!(id_of(file).as_deref(), id, "{file}");
        }
    }
}
