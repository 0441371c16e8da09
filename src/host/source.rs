//! Finds plugins in folders and reads their files into memory. Runs nothing.

use crate::{
    config::HostConfig,
    document::{self, CLAUSES, Clauses},
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
    /// The texts of the clauses that its handlers name.
    pub clauses: Clauses,
    /// Its files, by `id/path`; of a single-file plugin, `name.lua`.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// Which of the folders it is from, from 0.
    pub layer: usize,
    /// Hash over paths and contents.
    pub content_hash: String,
    /// Of a native plugin: its library.
    pub library: Option<Library>,
}

/// A native plugin's library, by content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// Hash of its bytes; names the private copy.
    pub hash: String,
    /// Its file's name.
    pub file: String,
}

/// The name, among a native plugin's files, that stands for its library: its hash and file name.
pub(crate) const LIBRARY: &str = "library";

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
    hasher: blake3::Hasher,
}

const LARGEST_FILE: u64 = 4 << 20;
const MOST_FILES: usize = 2000;

/// Reads all plugins of the folders, in order.
///
/// A folder is a plugin if it has a `plugin.toml`, a `.lua` file is one by itself. Hidden files,
/// editors' backups and symbolic links are passed over.
pub fn scan(folders: &[PathBuf]) -> Scan {
    let mut found = Scan::default();
    for (layer, folder) in folders.iter().enumerate() {
        let entries = match list(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let id = folder.display().to_string();
                let fault = unreadable(&id, &id, &error);
                found.fail(id, fault);
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
                    clauses: Clauses::new(),
                    content_hash: hash(std::iter::once((&name, &bytes))),
                    files: BTreeMap::from([(name.clone(), bytes)]),
                    layer,
                    library: None,
                });
                (id.to_owned(), outcome)
            } else {
                continue;
            };
            match outcome {
                Ok(source) => found.add(source),
                Err(fault) => found.fail(id, fault),
            }
        }
    }
    found.digest = found.hasher.finalize().to_hex().to_string();
    found
}

/// The same for all that a host's configuration names, libraries included.
pub(crate) fn scan_all(config: &HostConfig) -> Scan {
    let mut found = scan(&config.folders);
    crate::native::found::scan(&config.native, &mut found);
    found.digest = found.hasher.finalize().to_hex().to_string();
    found
}

impl Scan {
    pub(crate) fn add(&mut self, source: PluginSource) {
        self.hasher.update(source.id.as_bytes()).update(source.content_hash.as_bytes());
        self.faults.remove(&source.id);
        self.plugins.insert(source.id.clone(), source);
    }

    /// Something that a reload depends on, besides the plugins.
    pub(crate) fn note(&mut self, bytes: &[u8]) {
        self.hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }

    pub(crate) fn fail(&mut self, id: String, fault: Fault) {
        self.hasher.update(fault.to_string().as_bytes());
        self.plugins.remove(&id);
        self.faults.insert(id, fault);
    }
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
    let clauses = document::clauses(id, &manifest.clauses, &files)
        .map_err(|(line, message)| Fault { file: format!("{id}/{CLAUSES}"), ..declaration(line, message) })?;
    let content_hash = hash(files.iter());
    let library = files.get(&format!("{id}/{LIBRARY}")).and_then(|line| {
        let (hash, file) = std::str::from_utf8(line).ok()?.split_once(' ')?;
        Some(Library { hash: hash.to_owned(), file: file.to_owned() })
    });
    Ok(PluginSource { id: id.to_owned(), manifest, clauses, files, layer, content_hash, library })
}

impl PluginSource {
    /// Whether a file that has content in `other` is empty here, as it is for a moment while an
    /// editor writes it.
    pub fn was_emptied(&self, other: &PluginSource) -> bool {
        let has_content = |path: &String| other.files.get(path).is_some_and(|bytes| !bytes.is_empty());
        self.files.iter().any(|(path, bytes)| bytes.is_empty() && has_content(path))
    }

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
            } else if is_lua(&name) || ["plugin.toml", "examples.jsonl", CLAUSES].contains(&name.as_str()) {
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
