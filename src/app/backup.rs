//! Backups of a data folder: taken while it is in use, checked before they count, and put back into an
//! empty folder.

use crate::{App, moment};
use anyhow::{Context, Result, bail, ensure};
use registrar_domain::Store;
use registrar_kernel::verify::verify_log;
use registrar_store::SqliteStore;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The description in each backup.
const MANIFEST: &str = "backup.json";
/// Where it is noted which backups there are, in the data folder.
const TAKEN: &str = "backups.jsonl";
/// The layout of backups.
const FORMAT: u32 = 1;
/// What a data folder has beside its store and is not made anew: files of plugins, the keys that offices
/// sign with, the list of trusted libraries.
const BESIDE: [&str; 3] = ["files", "keys", "trusted"];

/// What a backup is of.
#[derive(Debug, Serialize, Deserialize)]
pub struct BackupManifest {
    format: u32,
    /// The program's version.
    program: String,
    /// When it was taken, by the office's clock.
    pub made: String,
    /// The offices, with the ends of their logs.
    pub offices: Vec<LogEnd>,
    /// BLAKE3 of each file, by its path.
    pub files: BTreeMap<String, String>,
}

/// The end of an office's log.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEnd {
    /// The office.
    pub office: String,
    /// How many events there are.
    pub events: u64,
    /// The last link of the chain.
    pub head: String,
}

/// Takes a backup of what an app works on into a folder that is not there yet. `progress` hears of events
/// checked.
///
/// # Errors
/// The folder is there, something can't be copied, or the copy is not whole.
pub fn take(app: &App, to: &Path, progress: &mut dyn FnMut(u64)) -> Result<BackupManifest> {
    ensure!(!to.exists(), "{} is there already; name a folder that is not", to.display());
    let name = to.file_name().context("name a folder for the backup")?.to_string_lossy();
    // Under its name there is only ever a whole backup.
    let aside = to.with_file_name(format!(".{name}.partial"));
    if aside.exists() {
        fs::remove_dir_all(&aside).with_context(|| format!("{} can't be removed", aside.display()))?;
    }
    fs::create_dir_all(&aside).with_context(|| format!("{} can't be made", aside.display()))?;
    let taken = fill(app, &aside, progress).and_then(|manifest| {
        fs::rename(&aside, to).with_context(|| format!("{} can't be made", to.display()))?;
        note(&app.config().data(), to, &manifest).context("noting that there is a backup")?;
        Ok(manifest)
    });
    if taken.is_err() {
        // What is left of it would only take room.
        let _ = fs::remove_dir_all(&aside);
    }
    taken
}

fn fill(app: &App, to: &Path, progress: &mut dyn FnMut(u64)) -> Result<BackupManifest> {
    app.store().backup(to)?;
    let data = app.config().data();
    for name in BESIDE {
        copy(&data.join(name), &to.join(name))?;
    }
    let offices = ends(to, progress)?;
    let files = hashes(to)?;
    let manifest = BackupManifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").into(),
        made: moment().1,
        offices,
        files,
    };
    let text = serde_json::to_string_pretty(&manifest)?;
    let file = to.join(MANIFEST);
    fs::write(&file, text).and_then(|()| fs::File::open(&file)?.sync_all()).context("writing the backup")?;
    Ok(manifest)
}

/// A backup that was taken of a data folder.
#[derive(Debug, Serialize, Deserialize)]
pub struct BackupTaken {
    /// Where.
    pub folder: PathBuf,
    /// When, by the office's clock.
    pub made: String,
    /// Whether it is still there.
    #[serde(default)]
    pub there: bool,
}

/// Notes a backup beside the store, so that an erasure can name it.
fn note(data: &Path, folder: &Path, manifest: &BackupManifest) -> Result<()> {
    let taken =
        BackupTaken { folder: std::path::absolute(folder)?, made: manifest.made.clone(), there: true };
    let mut line = serde_json::to_vec(&taken)?;
    line.push(b'\n');
    Ok(fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(data.join(TAKEN))?
        .write_all(&line)?)
}

/// The backups that were taken of a data folder.
///
/// # Errors
/// What is noted of them can't be read.
pub fn taken(data: &Path) -> Result<Vec<BackupTaken>> {
    let file = data.join(TAKEN);
    let text = match fs::read_to_string(&file) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.with_context(|| format!("{} can't be read", file.display()))?,
    };
    let one = |line: &str| -> Result<BackupTaken> {
        let taken: BackupTaken = serde_json::from_str(line).with_context(|| format!("{}", file.display()))?;
        let there = taken.folder.join(MANIFEST).exists();
        Ok(BackupTaken { there, ..taken })
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(one).collect()
}

/// Puts a backup into a data folder that is empty or not there: written aside, and renamed once it is whole, so that
/// whoever is ended on the way leaves no half of it.
///
/// # Errors
/// The folder is in use, or the backup is not whole: then nothing is left in the folder.
pub fn restore(from: &Path, data: &Path, progress: &mut dyn FnMut(u64)) -> Result<BackupManifest> {
    let file = from.join(MANIFEST);
    let text = fs::read_to_string(&file).with_context(|| format!("{} is no backup", from.display()))?;
    let manifest: BackupManifest =
        serde_json::from_str(&text).with_context(|| format!("{} can't be read", file.display()))?;
    ensure!(
        manifest.format <= FORMAT,
        "{} was taken by a later version ({}) of this program",
        from.display(),
        manifest.program
    );
    let used = fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some());
    ensure!(!used, "{} is not empty; name another folder with --data", data.display());
    let mut found = hashes(from)?;
    found.remove(MANIFEST);
    for (name, hash) in &manifest.files {
        match found.remove(name) {
            None => bail!("{} is missing in the backup", from.join(name).display()),
            Some(other) if other != *hash => {
                bail!("{} is not as it was when the backup was taken", from.join(name).display())
            }
            Some(_) => {}
        }
    }
    let whole = std::path::absolute(data)?;
    let name =
        whole.file_name().with_context(|| format!("{} is no folder to restore into", data.display()))?;
    let mut aside = name.to_os_string();
    aside.push(".restoring");
    let aside = whole.with_file_name(aside);
    // What an earlier one that was ended has left.
    let _ = fs::remove_dir_all(&aside);
    let mut put = || -> Result<()> {
        fs::create_dir_all(&aside)?;
        for name in manifest.files.keys() {
            let to = aside.join(name);
            fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
            fs::copy(from.join(name), &to)?;
            fs::File::open(&to)?.sync_all()?;
        }
        let there = ends(&aside, progress)?;
        ensure!(there == manifest.offices, "the logs do not end as they did when the backup was taken");
        if whole.exists() {
            fs::remove_dir(&whole)?;
        }
        fs::rename(&aside, &whole)?;
        let above = whole.parent().context("a data folder lies in a folder")?;
        Ok(fs::File::open(above)?.sync_all()?)
    };
    let put = put().with_context(|| format!("the backup can't be put into {}", data.display()));
    if put.is_err() {
        let _ = fs::remove_dir_all(&aside);
    }
    put.map(|()| manifest)
}

/// The ends of the logs in a folder, after walking their chains.
fn ends(folder: &Path, progress: &mut dyn FnMut(u64)) -> Result<Vec<LogEnd>> {
    let store = SqliteStore::open(folder)?;
    let mut ends = Vec::new();
    for (office, key) in store.offices()? {
        let log = verify_log(&*store.begin_read(key)?, progress)?;
        if let Some(problem) = log.problems.first() {
            bail!("the log of the office \"{office}\" is damaged: {problem}");
        }
        ends.push(LogEnd { office, events: log.events, head: log.head });
    }
    Ok(ends)
}

fn hashes(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
                continue;
            }
            let mut hasher = blake3::Hasher::new();
            io::copy(&mut fs::File::open(entry.path())?, &mut hasher)?;
            hashes.insert(path.to_string_lossy().into_owned(), hasher.finalize().to_hex().to_string());
        }
    }
    Ok(hashes)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        fs::copy(from, to).with_context(|| format!("{} can't be copied", from.display()))?;
        return Ok(fs::File::open(to)?.sync_all()?);
    }
    if !from.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
