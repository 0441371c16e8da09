//! Finds plugins in folders and reads their files into memory. Runs nothing.

use crate::{
    fault::{Fault, FaultKind},
    manifest::Manifest,
};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A plugin's files as they were on disk at one moment.
#[derive(Clone, Debug)]
pub struct PluginSource {
    /// Its id.
    pub id: String,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its files, by `id/path`; of a single-file plugin, `name.lua`.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// Which of the folders it is from, from 0.
    pub layer: usize,
    /// Hash over paths and contents.
    pub content_hash: String,
}

/// Files in memory, by path.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// Everything found in the folders.
#[derive(Default)]
pub struct Scan {
    /// Plugins whose files could be read, by id; those of later folders replace earlier ones.
    pub plugins: BTreeMap<String, PluginSource>,
    /// What could not be read, or has a wrong manifest, by plugin id.
    pub faults: BTreeMap<String, Fault>,
    /// Hash over all of it: two equal ones in a row mean that nobody is writing.
    pub digest: String,
}

const LARGEST_FILE: u64 = 4 << 20;
const MOST_FILES: usize = 2000;

/// Reads all plugins of the folders, in order.
///
/// A folder is a plugin if it has a `plugin.toml`, a `.lua` file is one by itself. Hidden files,
/// editors' backups and symbolic links are passed over.
pub fn scan(folders: &[PathBuf]) -> Scan {
    let mut found = Scan::default();
    let mut hasher = blake3::Hasher::new();
    for (layer, folder) in folders.iter().enumerate() {
        let entries = match list(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let id = folder.display().to_string();
                hasher.update(error.to_string().as_bytes());
                let fault = unreadable(&id, &id, &error);
                found.faults.insert(id, fault);
                continue;
            }
        };
        for (name, path, kind) in entries {
            let (id, outcome) = if kind.is_dir() {
                let id = name.clone();
                match read_folder(&id, &path) {
                    Ok(Some(files)) => (id.clone(), plugin(&id, files, layer)),
                    Ok(None) => continue,
                    Err(fault) => (id, Err(fault)),
                }
            } else if let Some(id) = name.strip_suffix(".lua") {
                let outcome = read(&path).map_err(|e| unreadable(id, &name, &e)).map(|bytes| PluginSource {
                    id: id.to_owned(),
                    manifest: Manifest::default(),
                    content_hash: hash(std::iter::once((&name, &bytes))),
                    files: BTreeMap::from([(name.clone(), bytes)]),
                    layer,
                });
                (id.to_owned(), outcome)
            } else {
                continue;
            };
            match outcome {
                Ok(source) => {
                    hasher.update(source.id.as_bytes()).update(source.content_hash.as_bytes());
                    found.faults.remove(&id);
                    found.plugins.insert(id, source);
                }
                Err(fault) => {
                    hasher.update(fault.to_string().as_bytes());
                    found.plugins.remove(&id);
                    found.faults.insert(id, fault);
                }
            }
        }
    }
    found.digest = hasher.finalize().to_hex().to_string();
    found
}

/// Makes a plugin of files, as read from a folder or kept in the store.
///
/// # Errors
/// A manifest that is wrong.
pub fn plugin(id: &str, files: BTreeMap<String, Arc<[u8]>>, layer: usize) -> Result<PluginSource, Fault> {
    let manifest_path = format!("{id}/plugin.toml");
    let declaration = |line, message| Fault {
        plugin: id.to_owned(),
        file: manifest_path.clone(),
        line,
        point: None,
        kind: FaultKind::Declaration,
        message,
    };
    let manifest = match files.get(&manifest_path) {
        Some(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| declaration(None, "is not UTF-8".into()))?;
            Manifest::parse(text).map_err(|(line, message)| declaration(line, message))?
        }
        None => Manifest::default(),
    };
    if let Some(named) = manifest.id.as_deref().filter(|named| *named != id) {
        return Err(declaration(
            None,
            format!("the id \"{named}\" differs from the folder's name \"{id}\"; make them the same"),
        ));
    }
    let content_hash = hash(files.iter());
    Ok(PluginSource { id: id.to_owned(), manifest, files, layer, content_hash })
}

impl PluginSource {
    /// The files that run at load, in name order: those at the top of the folder.
    pub fn entries(&self) -> Vec<String> {
        let top = |path: &&String| {
            let inner = path.strip_prefix(&format!("{}/", self.id)).unwrap_or(path);
            is_lua(inner) && !inner.contains('/')
        };
        self.files.keys().filter(top).cloned().collect()
    }
}

fn is_lua(name: &str) -> bool {
    name.ends_with(".lua") || name.ends_with(".luau")
}

fn hash<'a>(files: impl Iterator<Item = (&'a String, &'a Arc<[u8]>)>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in files {
        hasher.update(&(path.len() as u64).to_le_bytes()).update(path.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }
    hasher.finalize().to_hex().to_string()
}

fn unreadable(id: &str, file: &str, error: &io::Error) -> Fault {
    Fault {
        plugin: id.to_owned(),
        file: file.to_owned(),
        line: None,
        point: None,
        kind: FaultKind::Unreadable,
        message: format!("cannot be read ({error}); what was loaded before stays"),
    }
}

// Names, paths and kinds, sorted; hidden files, backups and links left out.
fn list(folder: &Path) -> io::Result<Vec<(String, PathBuf, fs::FileType)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let passed_over =
            name.starts_with('.') || name.ends_with('~') || name.starts_with('#') || kind.is_symlink();
        if !passed_over {
            entries.push((name, entry.path(), kind));
        }
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

fn read(path: &Path) -> io::Result<Arc<[u8]>> {
    let bytes = read_whole(path)?;
    // Editors truncate before they write: nobody means an empty source.
    match bytes.is_empty() && path.to_str().is_some_and(is_lua) {
        true => {
            Err(io::Error::other("it is empty, as a file is that is being written; delete it to remove it"))
        }
        false => Ok(bytes),
    }
}

fn read_whole(path: &Path) -> io::Result<Arc<[u8]>> {
    if fs::metadata(path)?.len() > LARGEST_FILE {
        return Err(io::Error::other(format!("larger than {} MiB", LARGEST_FILE >> 20)));
    }
    fs::read(path).map(Arc::from)
}

// `None`: not a plugin's folder.
fn read_folder(id: &str, root: &Path) -> Result<Option<Files>, Fault> {
    let mut files = BTreeMap::new();
    let mut pending = vec![(id.to_owned(), root.to_owned())];
    while let Some((prefix, folder)) = pending.pop() {
        for (name, path, kind) in list(&folder).map_err(|e| unreadable(id, &prefix, &e))? {
            let inner = format!("{prefix}/{name}");
            if kind.is_dir() {
                pending.push((inner, path));
            } else if is_lua(&name) || name == "plugin.toml" || name == "examples.jsonl" {
                let bytes = read(&path).map_err(|e| unreadable(id, &inner, &e))?;
                files.insert(inner, bytes);
            }
            if files.len() > MOST_FILES {
                return Err(unreadable(id, id, &io::Error::other(format!("more than {MOST_FILES} files"))));
            }
        }
        // Without a manifest at its top a folder is somebody else's.
        if prefix == id && !files.contains_key(&format!("{id}/plugin.toml")) {
            return Ok(None);
        }
    }
    Ok(Some(files))
}
