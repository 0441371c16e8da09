//! Finds plugins in folders and reads their files into memory. Runs nothing.

use crate::plugin::{
    document::{self, CLAUSES, Clauses},
    fault::{Fault, FaultKind},
    figure,
    folder::{self, FolderEntry, PassedOver},
    manifest::Manifest,
    source_files::SourceFiles,
};
use std::{collections::BTreeMap, io, path::Path, sync::Arc};

/// A plugin's files as they were on disk at one moment.
#[derive(Clone, Debug)]
pub struct PluginSource {
    /// Its id.
    pub id: String,
    /// Its manifest.
    pub manifest: Arc<Manifest>,
    /// The texts of the clauses that its handlers name.
    pub clauses: Arc<Clauses>,
    /// Its files, by `id/path`; of a single-file plugin, `name.lua`.
    pub files: Arc<SourceFiles>,
    /// Which of the folders it is from, from 0.
    pub layer: usize,
    /// Hash over paths and contents.
    pub content_hash: String,
    /// Of a native plugin: its library.
    pub library: Option<LibraryFile>,
}

/// A native plugin's library, by content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryFile {
    /// Hash of its bytes; names the private copy.
    pub hash: String,
    /// Its file's name.
    pub file: String,
}

/// The name of the file with a plugin's examples; of a library they may also lie beside it, as `id.examples.jsonl`.
pub const EXAMPLES: &str = "examples.jsonl";
/// The name, among a native plugin's files, that stands for its library: its hash and file name.
pub(crate) const LIBRARY: &str = "library";

/// Everything found in the folders.
#[derive(Clone, Default)]
pub struct FolderScan {
    /// Plugins whose files could be read, by id; those of later folders replace earlier ones.
    pub plugins: BTreeMap<String, PluginSource>,
    /// What could not be read, or has a wrong manifest, by plugin id.
    pub faults: BTreeMap<String, Fault>,
    /// Hash over all of it: two equal ones in a row mean that nobody is writing.
    pub digest: String,
    /// What lies there and is no part of a plugin, though somebody may think so.
    pub(crate) passed_over: PassedOver,
    hasher: blake3::Hasher,
}

/// The folder, in one of plugins, of rule sets to start from.
pub(crate) const RULE_SETS: &str = "examples";
const MANIFEST: &str = "plugin.toml";
const LARGEST_FILE: u64 = 4 << 20;
const MOST_FILES: usize = 2000;

pub(crate) fn scan_folder(layer: usize, folder: &Path) -> FolderScan {
    let mut found = FolderScan::default();
    let mut here: BTreeMap<String, String> = BTreeMap::new();
    let entries = match folder::list(folder, "", &mut found.passed_over) {
        Ok(entries) => entries,
        Err(error) => {
            let id = folder.display().to_string();
            let fault = unreadable(&id, &id, &error);
            found.fail(id, fault);
            return found;
        }
    };
    for FolderEntry { name, path, is_dir } in entries {
        let (id, outcome) = if is_dir {
            let id = name.clone();
            match read_folder(&id, &path, &mut found.passed_over) {
                Ok(Some(files)) => (id.clone(), plugin(&id, files, layer)),
                Ok(None) => continue,
                Err(fault) => (id, Err(fault)),
            }
        } else if let Some(id) = name.strip_suffix(".lua") {
            let outcome = read_text(&path).map_err(|e| unreadable(id, &name, &e)).map(|bytes| PluginSource {
                id: id.to_owned(),
                manifest: Arc::default(),
                clauses: Arc::default(),
                content_hash: hash(std::iter::once((&name, &bytes))),
                files: Arc::new(BTreeMap::from([(name.clone(), bytes)])),
                layer,
                library: None,
            });
            (id.to_owned(), outcome)
        } else {
            if is_lua(&name.to_lowercase()) {
                let why = "is no plugin: a file that is one ends with .lua, in small letters";
                found.passed_over.insert(name, why.to_owned());
            }
            continue;
        };
        let outcome = outcome.and_then(|source| named(&id, &name).map(|()| source));
        let outcome = match here.insert(id.clone(), name.clone()) {
            Some(other) => Err(twice(&id, &other, &name)),
            None => outcome,
        };
        match outcome {
            Ok(source) => found.add(source),
            Err(fault) => found.fail(id, fault),
        }
    }
    add_examples(layer, folder, &mut found);
    found
}

/// Rule sets to start from lie in a folder of their own; a namesake outside it goes before one.
fn add_examples(layer: usize, folder: &Path, found: &mut FolderScan) {
    let examples = folder.join(RULE_SETS);
    if !examples.is_dir() || found.plugins.contains_key(RULE_SETS) {
        return;
    }
    let Ok(entries) = folder::list(&examples, RULE_SETS, &mut found.passed_over) else { return };
    for FolderEntry { name: id, path, .. } in entries.into_iter().filter(|entry| entry.is_dir) {
        if found.plugins.contains_key(&id) || found.faults.contains_key(&id) {
            continue;
        }
        let read = read_folder(&id, &path, &mut found.passed_over).transpose();
        match read.map(|files| files.and_then(|files| plugin(&id, files, layer))) {
            // Nothing that acts without being chosen.
            Some(Ok(source)) if !source.manifest.rule_set => {
                let why = "is no rule set: what acts by itself lies outside the examples".to_owned();
                found.passed_over.insert(format!("{RULE_SETS}/{id}"), why);
            }
            Some(Ok(source)) => found.add(source),
            Some(Err(fault)) => found.fail(id, fault),
            None => {}
        }
    }
}

impl FolderScan {
    /// Adds what was found in a folder over those before.
    pub(crate) fn lay_over(&mut self, folder: &FolderScan) {
        for source in folder.plugins.values() {
            self.add(source.clone());
        }
        for (id, fault) in &folder.faults {
            self.fail(id.clone(), fault.clone());
        }
        self.passed_over.extend(folder.passed_over.clone());
    }

    pub(crate) fn close(&mut self) {
        self.digest = self.hasher.finalize().to_hex().to_string();
    }

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
        said: None,
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
    figure::against_clauses(&manifest.figures, &clauses)
        .map_err(|(line, message)| declaration(line, message))?;
    let content_hash = hash(files.iter());
    let library = files.get(&format!("{id}/{LIBRARY}")).and_then(|line| {
        let (hash, file) = std::str::from_utf8(line).ok()?.split_once(' ')?;
        Some(LibraryFile { hash: hash.to_owned(), file: file.to_owned() })
    });
    let (manifest, clauses, files) = (Arc::new(manifest), Arc::new(clauses), Arc::new(files));
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

/// The most characters of a plugin's id.
const MOST_ID: usize = 60;

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

/// Whether a plugin may be called so: it is in messages, settings, addresses and people's roles.
fn named(id: &str, file: &str) -> Result<(), Fault> {
    let good = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if !id.is_empty() && id.chars().count() <= MOST_ID && id.chars().all(good) && !id.starts_with(['.', '-'])
    {
        return Ok(());
    }
    Err(Fault {
        plugin: id.to_owned(),
        file: file.to_owned(),
        line: None,
        point: None,
        kind: FaultKind::Declaration,
        message: format!(
            "a plugin can't be called \"{}\"; use letters, digits, -, _ and ., at most {MOST_ID} of them",
            id.escape_debug()
        ),
        said: None,
    })
}

fn twice(id: &str, one: &str, other: &str) -> Fault {
    Fault {
        plugin: id.to_owned(),
        file: other.to_owned(),
        line: None,
        point: None,
        kind: FaultKind::Declaration,
        message: format!(
            "{one} and {other} beside it are both the plugin `{id}`; remove or rename one of them, and until then \
             what was loaded before stays"
        ),
        said: None,
    }
}

fn unreadable(id: &str, file: &str, error: &io::Error) -> Fault {
    Fault {
        plugin: id.to_owned(),
        file: file.to_owned(),
        line: None,
        point: None,
        kind: FaultKind::Unreadable,
        message: format!("cannot be read ({error}); what was loaded before stays"),
        said: None,
    }
}

/// Whether a file is for editors only, like those that `registrar stubs` writes.
fn is_declarations(path: &Path) -> bool {
    read_text(path).is_ok_and(|bytes| bytes.starts_with(b"---@meta"))
}

fn read_file(path: &Path) -> io::Result<Arc<[u8]>> {
    folder::read_shared(path, LARGEST_FILE)
}

/// What a plugin is made of is text: as UTF-8, without a mark.
fn read_text(path: &Path) -> io::Result<Arc<[u8]>> {
    let bytes = read_file(path)?;
    let text = crate::plugin::text::of_bytes(&bytes).map_err(io::Error::other)?;
    Ok(if text.len() == bytes.len() { bytes } else { Arc::from(text.as_bytes()) })
}

// `None`: not a plugin's folder.
fn read_folder(id: &str, root: &Path, passed_over: &mut PassedOver) -> Result<Option<SourceFiles>, Fault> {
    let mut files = BTreeMap::new();
    let mut pending = vec![(id.to_owned(), root.to_owned())];
    while let Some((prefix, folder)) = pending.pop() {
        let entries = folder::list(&folder, &prefix, passed_over).map_err(|e| unreadable(id, &prefix, &e))?;
        // Without a manifest at its top a folder is somebody else's.
        if prefix == id && !entries.iter().any(|one| one.name == MANIFEST && !one.is_dir) {
            if entries
                .iter()
                .any(|one| !one.is_dir && one.name.ends_with(".lua") && !is_declarations(&one.path))
            {
                passed_over.insert(prefix, format!("holds Lua, but no {MANIFEST}"));
            }
            return Ok(None);
        }
        for FolderEntry { name, path, is_dir } in entries {
            let inner = format!("{prefix}/{name}");
            if is_dir {
                pending.push((inner, path));
            } else if is_lua(&name) || [MANIFEST, EXAMPLES, CLAUSES].contains(&name.as_str()) {
                let bytes = read_text(&path).map_err(|e| unreadable(id, &inner, &e))?;
                files.insert(inner, bytes);
            } else if is_lua(&name.to_lowercase()) {
                passed_over
                    .insert(inner, "is no Lua by its name; write its ending in small letters".to_owned());
            }
            if files.len() > MOST_FILES {
                return Err(unreadable(id, id, &io::Error::other(format!("more than {MOST_FILES} files"))));
            }
        }
    }
    Ok(Some(files))
}
