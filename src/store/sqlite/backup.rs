//! Copies of a store's files, each as it was at one moment, while others read and write.

use super::{BUSY, Sync, connect, doing, seal};
use registrar_domain::{StoreError, Stored};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use std::{
    fs::{File, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// In this order: what plugins note of an event they note after it is logged, and are told of it again
/// if the note is missing. The other way round they would be told of it never.
const FILES: [&str; 3] = ["registrar.db", "plugins.db", "accounts.db"];

/// How long a copy waits before it tries again.
const PAUSE: Duration = Duration::from_millis(20);

/// Copies the files of the store in one folder to another, which is there and empty.
pub(super) fn copy(from: &Path, to: &Path) -> Stored<()> {
    for name in FILES {
        let file = to.join(name);
        let source = connect(&from.join(name), false, Sync::Full)?;
        let mut target = Connection::open(&file).map_err(doing("making a backup's file"))?;
        // Passwords are in one of them, and what people wrote is in another.
        let kept = std::fs::set_permissions(&file, Permissions::from_mode(0o600));
        kept.map_err(|e| failed(&file, &e))?;
        all(&source, &mut target)?;
        if name == "accounts.db" {
            // Who was signed in then is not signed in after a restore.
            seal::functions(&target).map_err(doing("sealing a backup"))?;
            target.execute("DELETE FROM session", []).map_err(doing("leaving sessions out of a backup"))?;
        }
        target.close().map_err(|(_, e)| doing("closing a backup's file")(e))?;
        File::open(&file).and_then(|file| file.sync_all()).map_err(|e| failed(&file, &e))?;
    }
    File::open(to).and_then(|folder| folder.sync_all()).map_err(|e| failed(to, &e))
}

fn failed(file: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Failed { doing: "writing a backup", why: format!("{}: {error}", file.display()) }
}

/// Everything in one step, so that it is of one moment; writers go on, since they write to the log
/// beside the file.
fn all(source: &Connection, target: &mut Connection) -> Stored<()> {
    let what = doing("copying the store");
    let backup = Backup::new(source, target).map_err(&what)?;
    let began = Instant::now();
    loop {
        match backup.step(-1).map_err(&what)? {
            StepResult::Done => return Ok(()),
            _ if began.elapsed() > BUSY => {
                return Err(StoreError::Busy("copying the store waited too long".to_owned()));
            }
            _ => thread::sleep(PAUSE),
        }
    }
}
