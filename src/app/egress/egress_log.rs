//! The record of what plugins reached outside: a line of JSON each, one file an office, the newest
//! last. No headers and no bodies, which may hold secrets; of addresses no question mark and on.

use serde::{Deserialize, Serialize};
use std::{
    fs::{self, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Past this size a file becomes the old one, and the old one before it goes.
const LARGEST: u64 = 8 << 20;

/// One request or mail.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EgressRecord {
    /// When, by the office's clock.
    pub at: String,
    /// The plugin.
    pub plugin: String,
    /// The method, or `MAIL`.
    pub method: String,
    /// Where to: an address without its question, or mail addresses.
    pub to: String,
    /// What was answered, if something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes sent.
    pub sent: usize,
    /// Bytes that came back.
    pub received: usize,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// Why it failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl EgressRecord {
    /// A call that begins now.
    pub fn new(plugin: &str, method: &str) -> EgressRecord {
        let at = crate::moment().1;
        EgressRecord { at, plugin: plugin.to_owned(), method: method.to_owned(), ..EgressRecord::default() }
    }
}

/// The files.
pub struct EgressLog {
    folder: PathBuf,
    // One line at a time.
    turn: Mutex<()>,
}

impl EgressLog {
    /// In a folder.
    pub fn new(folder: PathBuf) -> EgressLog {
        EgressLog { folder, turn: Mutex::default() }
    }

    /// Writes a call down; one that can't be is told in the log.
    pub fn write(&self, office: &str, call: &EgressRecord) {
        let _turn = self.turn.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Err(error) = self.append(office, call) {
            tracing::error!(%office, plugin = %call.plugin, %error, "A call outside can't be written down.");
        }
    }

    fn append(&self, office: &str, call: &EgressRecord) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let file = file(&self.folder, office);
        if fs::metadata(&file).is_ok_and(|known| known.len() > LARGEST) {
            fs::rename(&file, old(&file))?;
        }
        let mut line = serde_json::to_vec(call)?;
        line.push(b'\n');
        OpenOptions::new().create(true).append(true).mode(0o600).open(&file)?.write_all(&line)
    }
}

fn file(folder: &Path, office: &str) -> PathBuf {
    folder.join(format!("{office}.jsonl"))
}

fn old(file: &Path) -> PathBuf {
    file.with_extension("old.jsonl")
}

/// The last `most` calls of an office, the newest last.
///
/// # Errors
/// The files can't be read.
pub fn read(folder: &Path, office: &str, most: usize) -> io::Result<Vec<EgressRecord>> {
    let newest = file(folder, office);
    let mut calls = Vec::new();
    for file in [old(&newest), newest] {
        let open = match fs::File::open(&file) {
            Ok(open) => open,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(e),
        };
        for line in BufReader::new(open).lines() {
            // A line that a crash cut off tells nothing.
            calls.extend(serde_json::from_str::<EgressRecord>(&line?).ok());
        }
    }
    Ok(calls.split_off(calls.len().saturating_sub(most)))
}
