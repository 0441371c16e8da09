//! What lies in a folder of plugins: what is read of it, and what is passed over, so that nobody wonders. Waits for
//! nobody: a pipe or a device is never opened for reading.

use crate::sync::lock;
use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, FileType, OpenOptions},
    io::{self, Read},
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, Weak},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What was passed over, by path below the folder of plugins, and why.
pub(crate) type PassedOver = BTreeMap<String, String>;

/// A file or folder that is looked at.
pub(crate) struct FolderEntry {
    pub name: String,
    pub path: PathBuf,
    pub is_dir: bool,
}

/// What is looked at, sorted by name. Hidden files and editors' backups are left out silently, other things that
/// are neither files nor folders are noted under `prefix`.
pub(crate) fn list(
    folder: &Path,
    prefix: &str,
    passed_over: &mut PassedOver,
) -> io::Result<Vec<FolderEntry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let below = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        let name = match entry.file_name().into_string() {
            Ok(name) => name,
            Err(name) => {
                passed_over.insert(below(&name.to_string_lossy()), "has a name that is not UTF-8".to_owned());
                continue;
            }
        };
        if name.starts_with('.') || name.ends_with('~') || name.starts_with('#') {
            continue;
        }
        match other_than_a_file(kind) {
            Some(what) => drop(passed_over.insert(below(&name), format!("is a {what}"))),
            None => entries.push(FolderEntry { name, path: entry.path(), is_dir: kind.is_dir() }),
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// What it is, if neither a file nor a folder.
pub(crate) fn other_than_a_file(kind: FileType) -> Option<&'static str> {
    match kind {
        kind if kind.is_symlink() => Some("symbolic link"),
        kind if kind.is_fifo() => Some("named pipe"),
        kind if kind.is_socket() => Some("socket"),
        kind if kind.is_block_device() || kind.is_char_device() => Some("device"),
        _ => None,
    }
}

/// The bytes of a file.
///
/// # Errors
/// What the system says; a file of more than `most` bytes; something that is no file.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for its other end.
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    let about = file.metadata()?;
    if let Some(what) = other_than_a_file(about.file_type()) {
        return Err(io::Error::other(format!("a {what}")));
    }
    // A folder says so itself.
    let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(most)).unwrap_or(0));
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(io::Error::other(format!("larger than {} MiB", most >> 20))),
        false => Ok(bytes),
    }
}

/// A file as it was when it was read.
struct CachedFile {
    stamp: Stamp,
    bytes: Weak<[u8]>,
}

/// What changes about a file with its content: device, inode, size, moments of the last write and of the last change.
pub(crate) type Stamp = (u64, u64, u64, i64, i64, i64, i64);

/// See [`Stamp`].
pub(crate) fn stamp(about: &fs::Metadata) -> Stamp {
    (
        about.dev(),
        about.ino(),
        about.size(),
        about.mtime(),
        about.mtime_nsec(),
        about.ctime(),
        about.ctime_nsec(),
    )
}

/// A clock of a file system may be as coarse as this, and a content that changed since may have the same moments.
const COARSE: Duration = Duration::from_secs(3);

/// A small file, read again only if something about it changed; who has the same file shares its bytes.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_shared(path: &Path, most: u64) -> io::Result<Arc<[u8]>> {
    static KNOWN: OnceLock<Mutex<HashMap<PathBuf, CachedFile>>> = OnceLock::new();
    let known = || lock(KNOWN.get_or_init(Mutex::default));
    let about = fs::symlink_metadata(path)?;
    let stamp = stamp(&about);
    let before =
        known().get(path).filter(|known| known.stamp == stamp).and_then(|known| known.bytes.upgrade());
    let changed = UNIX_EPOCH.checked_add(Duration::from_secs(about.ctime().unsigned_abs()));
    let rests =
        changed.is_some_and(|at| SystemTime::now().duration_since(at).is_ok_and(|since| since > COARSE));
    if let Some(bytes) = before.clone().filter(|_| rests) {
        return Ok(bytes);
    }
    let bytes = read(path, most)?;
    // The same bytes as before are the same allocation.
    let bytes = before.filter(|before| **before == *bytes).unwrap_or_else(|| bytes.into());
    let mut known = known();
    if known.len() > MOST_KNOWN {
        known.retain(|_, one| one.bytes.strong_count() > 0);
    }
    known.insert(path.to_owned(), CachedFile { stamp, bytes: Arc::downgrade(&bytes) });
    Ok(bytes)
}

/// So many files are remembered before those that nobody holds are forgotten.
const MOST_KNOWN: usize = 2_000;

#[cfg(test)]
mod tests {
    use crate::plugin::folder::*;

    #[test]
    fn what_is_no_file_is_named_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("b.lua"), "return 1").unwrap();
        fs::write(at(".hidden.lua"), "").unwrap();
        fs::write(at("b.lua~"), "").unwrap();
        fs::create_dir(at("a")).unwrap();
        std::os::unix::fs::symlink(at("b.lua"), at("link.lua")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe.lua")).status().unwrap().success());
        let mut passed_over = PassedOver::new();
        let names = list(folder.path(), "top", &mut passed_over).unwrap().into_iter();
        assert_eq!(
            names.map(|one| (one.name, one.is_dir)).collect::<Vec<_>>(),
            [("a".to_owned(), true), ("b.lua".to_owned(), false)]
        );
        assert_eq!(passed_over["top/link.lua"], "is a symbolic link");
        assert_eq!(passed_over["top/pipe.lua"], "is a named pipe");
        assert_eq!(passed_over.len(), 2);
        assert_eq!(read(&at("pipe.lua"), 9).unwrap_err().to_string(), "a named pipe");
        assert_eq!(read(&at("b.lua"), 8).unwrap(), b"return 1");
        assert_eq!(read(&at("b.lua"), 7).unwrap_err().to_string(), "larger than 0 MiB");
        assert!(read(&at("a"), 9).is_err());
        assert_eq!(read(&at("c"), 9).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_file_that_changed_within_a_moment_is_read_again_and_the_same_bytes_are_shared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lua");
        for n in 0..200 {
            fs::write(&path, format!("{:03}", n / 2)).unwrap();
            let bytes = read_shared(&path, 9).unwrap();
            assert_eq!(&*bytes, format!("{:03}", n / 2).as_bytes());
            assert!(Arc::ptr_eq(&bytes, &read_shared(&path, 9).unwrap()));
        }
        assert!(read_shared(&path, 2).is_err());
        fs::remove_file(&path).unwrap();
        assert_eq!(read_shared(&path, 9).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
