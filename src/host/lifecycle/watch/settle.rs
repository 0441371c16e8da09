//! Whether folders have come to rest: nobody writes in them, and no version control tool holds them.

use crate::plugin::source::FolderScan;
use notify::{
    Event, EventKind,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind},
};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Between two looks that must agree.
const SETTLE: Duration = Duration::from_millis(12);
/// What does not come to rest is looked at less and less often, down to this.
const SLOWEST: Duration = Duration::from_millis(250);
/// Nobody holds a version control tool's lock longer, unless the tool was killed.
const LOCKED: Duration = Duration::from_secs(30);
/// A file that was not closed is taken for whole after so long without a change.
const QUIET: Duration = Duration::from_secs(2);

/// Whether an event only says that somebody reads.
pub(super) fn is_reading(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Access(AccessKind::Open(_) | AccessKind::Read | AccessKind::Close(AccessMode::Read))
    )
}

/// Files that somebody has open for writing, as far as events tell.
#[derive(Default)]
pub(super) struct Writers {
    open: HashMap<PathBuf, Instant>,
}

impl Writers {
    pub(super) fn note(&mut self, event: &Event) {
        let begins = matches!(
            event.kind,
            EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any)
        );
        let ends = matches!(
            event.kind,
            EventKind::Access(AccessKind::Close(AccessMode::Write))
                | EventKind::Remove(_)
                | EventKind::Modify(ModifyKind::Name(_))
        );
        for path in &event.paths {
            if begins {
                self.open.insert(path.clone(), Instant::now());
            } else if ends {
                self.open.remove(path);
            }
        }
    }

    /// Whether a file below one of the folders is being written.
    fn are_in(&mut self, folders: &[PathBuf]) -> bool {
        self.open.retain(|_, last| last.elapsed() < QUIET);
        self.open.keys().any(|path| folders.iter().any(|folder| path.starts_with(folder)))
    }
}

/// How far a group of folders has come to rest.
#[derive(Default)]
pub(super) struct Settling {
    /// What the last look saw, and how long to wait for the next.
    last: Option<(String, Duration)>,
    locked_since: Option<Instant>,
}

impl Settling {
    /// What another look says: `None` that they rest, otherwise when to look again.
    pub(super) fn after(
        &mut self,
        scan: &FolderScan,
        folders: &[PathBuf],
        writers: &mut Writers,
    ) -> Option<Duration> {
        let agrees = self.last.as_ref().is_some_and(|(digest, _)| *digest == scan.digest);
        // Each is asked: the lock's time counts also while something else moves.
        let is_locked = self.is_locked(folders);
        if agrees && !is_locked && !writers.are_in(folders) {
            *self = Settling { last: None, locked_since: self.locked_since };
            return None;
        }
        let pause = self.last.as_ref().map_or(SETTLE, |(_, pause)| (*pause * 3 / 2).min(SLOWEST));
        self.last = Some((scan.digest.clone(), pause));
        Some(pause)
    }

    /// Whether a version control tool holds the folders, and not for so long that it was probably killed.
    fn is_locked(&mut self, folders: &[PathBuf]) -> bool {
        let Some(lock) = folders.iter().find_map(|folder| git_lock(folder)) else {
            self.locked_since = None;
            return false;
        };
        let since = *self.locked_since.get_or_insert_with(Instant::now);
        if since.elapsed() < LOCKED {
            return true;
        }
        tracing::warn!(
            lock = %lock.display(),
            "Git has held this lock for half a minute; it is not waited for any longer. Remove it if no git runs."
        );
        false
    }
}

/// The lock of the index that git holds while it works in the folder or one above it; also of a worktree, whose
/// index lies elsewhere.
fn git_lock(folder: &Path) -> Option<PathBuf> {
    let mut at: Option<PathBuf> = folder.canonicalize().ok();
    while let Some(path) = at {
        let git = path.join(".git");
        if git.is_dir() {
            return Some(git.join("index.lock")).filter(|lock| lock.exists());
        }
        if git.is_file() {
            let text = fs::read_to_string(&git).ok()?;
            let other = path.join(text.strip_prefix("gitdir:")?.trim());
            return Some(other.join("index.lock")).filter(|lock| lock.exists());
        }
        at = path.parent().map(Path::to_owned);
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::lifecycle::watch::settle::*;

    #[test]
    fn a_lock_is_found_above_and_in_worktrees() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("repository/.git/worktrees/other")).unwrap();
        fs::create_dir_all(at("repository/scripts/deep")).unwrap();
        fs::create_dir_all(at("other/scripts")).unwrap();
        fs::write(at("other/.git"), "gitdir: ../repository/.git/worktrees/other\n").unwrap();
        assert_eq!(git_lock(&at("repository/scripts/deep")), None);
        assert_eq!(git_lock(&at("other/scripts")), None);
        fs::write(at("repository/.git/index.lock"), "").unwrap();
        assert!(git_lock(&at("repository/scripts/deep")).is_some());
        assert_eq!(git_lock(&at("other/scripts")), None);
        fs::write(at("repository/.git/worktrees/other/index.lock"), "").unwrap();
        assert!(git_lock(&at("other/scripts")).is_some());
    }

    #[test]
    fn two_looks_must_agree_and_a_lock_is_waited_for_no_longer_than_a_tool_works() {
        let folder = tempfile::tempdir().unwrap();
        let folders = [folder.path().to_owned()];
        let (mut settling, mut writers) = (Settling::default(), Writers::default());
        let seen = |digest: &str| {
            let mut scan = FolderScan::default();
            scan.digest = digest.to_owned();
            scan
        };
        assert!(settling.after(&seen("a"), &folders, &mut writers).is_some());
        assert!(settling.after(&seen("b"), &folders, &mut writers).is_some(), "it changed meanwhile");
        assert_eq!(settling.after(&seen("b"), &folders, &mut writers), None);
        fs::create_dir(folder.path().join(".git")).unwrap();
        fs::write(folder.path().join(".git/index.lock"), "").unwrap();
        for _ in 0..3 {
            assert!(settling.after(&seen("c"), &folders, &mut writers).is_some(), "git works");
        }
        settling.locked_since = Instant::now().checked_sub(LOCKED);
        assert_eq!(settling.after(&seen("c"), &folders, &mut writers), None, "git was killed");
    }

    #[test]
    fn a_file_is_being_written_until_it_is_closed_or_quiet() {
        let mut writers = Writers::default();
        let path = PathBuf::from("/scripts/a.lua");
        let event = |kind| Event::new(kind).add_path(path.clone());
        let folders = [PathBuf::from("/scripts")];
        assert!(!writers.are_in(&folders));
        writers.note(&event(EventKind::Create(CreateKind::File)));
        assert!(writers.are_in(&folders) && !writers.are_in(&[PathBuf::from("/other")]));
        writers.note(&event(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(!writers.are_in(&folders));
        writers.note(&event(EventKind::Modify(ModifyKind::Any)));
        writers.open.values_mut().for_each(|last| *last -= QUIET);
        assert!(!writers.are_in(&folders));
    }
}
