//! Watches the plugins' folders and reloads when they have come to rest.
//!
//! Events are only hints: what decides is a scan by content, when two in a row agree and no version
//! control tool is at work. Folders are watched, never files, whose inodes editors replace.

use crate::{host::Host, source};
use notify::{RecursiveMode, Watcher};
use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

// Between two looks that must agree.
const SETTLE: Duration = Duration::from_millis(12);
// Folders that never come to rest are looked at again by the next round.
const PATIENCE: Duration = Duration::from_secs(20);
// Events can be lost (queues overflow, network folders have none): look anyway.
const ROUND: Duration = Duration::from_secs(3);

/// Watches until dropped.
pub struct Watch {
    // Dropping the watcher closes the channel, which ends the thread.
    _watcher: notify::RecommendedWatcher,
}

impl Host {
    /// Starts watching the host's folders.
    ///
    /// # Errors
    /// If the system offers no watches, or no thread can be started.
    pub fn watch(&self) -> Result<Watch, String> {
        let (hint, hints) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let only_read = event.is_ok_and(|e| {
                matches!(
                    e.kind,
                    notify::EventKind::Access(
                        notify::event::AccessKind::Open(_) | notify::event::AccessKind::Read
                    )
                )
            });
            if !only_read {
                let _ = hint.send(());
            }
        })
        .map_err(|e| format!("the plugins' folders cannot be watched: {e}"))?;
        let config = self.config();
        let scripts = config.folders.iter().map(|folder| (folder, RecursiveMode::Recursive));
        // Libraries may lie where a build keeps much else, in folders below.
        let libraries = config.native.folders.iter().map(|folder| (folder, RecursiveMode::NonRecursive));
        for (folder, mode) in scripts.chain(libraries) {
            if let Err(error) = watcher.watch(folder, mode) {
                tracing::warn!(folder = %folder.display(), %error, "The folder cannot be watched; it is looked at every few seconds.");
            }
        }
        let host = self.downgrade();
        let seen = source::scan_all(&config).digest;
        let run = move || {
            let mut seen = seen;
            while next(&hints) {
                let Some(host) = host.upgrade() else { break };
                look(&host, &hints, &mut seen);
            }
        };
        thread::Builder::new()
            .name("registrar-watch".into())
            .spawn(run)
            .map_err(|e| format!("the watching thread cannot be started: {e}"))?;
        Ok(Watch { _watcher: watcher })
    }
}

// Waits for a hint or the next round; false when the watch ended.
fn next(hints: &Receiver<()>) -> bool {
    match hints.recv_timeout(ROUND) {
        Ok(()) | Err(RecvTimeoutError::Timeout) => true,
        Err(RecvTimeoutError::Disconnected) => false,
    }
}

fn look(host: &Host, hints: &Receiver<()>, seen: &mut String) {
    let config = host.config();
    let began = Instant::now();
    let mut last = source::scan_all(&config);
    loop {
        let waiting = host.is_waiting();
        if last.digest == *seen && !waiting {
            return;
        }
        thread::sleep(SETTLE);
        while hints.try_recv().is_ok() {}
        let again = source::scan_all(&config);
        if again.digest == last.digest && !config.folders.iter().any(|f| is_being_changed(f)) {
            *seen = again.digest.clone();
            host.reload_scanned(again);
            return;
        }
        if began.elapsed() > PATIENCE {
            return;
        }
        last = again;
    }
}

// Whether git holds its index in the folder or one above it.
fn is_being_changed(folder: &Path) -> bool {
    let mut at: Option<PathBuf> = folder.canonicalize().ok();
    while let Some(path) = at {
        if path.join(".git").is_dir() {
            return path.join(".git/index.lock").exists();
        }
        at = path.parent().map(Path::to_owned);
    }
    false
}
