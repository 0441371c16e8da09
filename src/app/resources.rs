//! What a machine is short of, so that an error that only says that something could not be opened can say what to
//! do: disk, inodes, open files, threads.

use rustix::{
    fs::{StatVfs, statvfs},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use std::{fs, io, path::Path, thread};

/// With less than this left on a disk, writing fails: a database takes some room for its own.
const LEFT: u64 = 256 << 10;
/// Open files that are kept for looking.
const SPARE: u64 = 4;
/// With fewer than this many allowed, an office may not even open; what it had open is closed when that is told.
const FEWEST: u64 = 64;

/// Lets the program open as many files as whoever started it allows at most; by default it is a fraction of that.
pub fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some() && limit.current != limit.maximum {
        // What can't be raised is told when it is not enough.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
}

/// What there is too little of for a folder to be worked in, and what to do, in both languages; `None`: nothing that
/// can be told. `error`: what came of it, if something did; by now the threads that it lacked may be there again.
pub fn told(folder: &Path, error: Option<&anyhow::Error>) -> Option<String> {
    if error.is_some_and(lacks_threads) || thread::Builder::new().spawn(|| ()).is_err() {
        return Some(
            "系统不允许再启动线程，请调高 TasksMax= 或 ulimit -u · no more threads may be started; raise TasksMax= (systemd) \
             or ulimit -u"
                .to_owned(),
        );
    }
    open_files(used_files().as_ref().map_err(|_| ()).copied(), getrlimit(Resource::Nofile).current)
        .or_else(|| disk(folder, &statvfs(existing(folder)).ok()?))
}

/// What the system says where it has no thread to give.
fn lacks_threads(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::WouldBlock)
}

/// The folder, or the nearest one above it that is there.
fn existing(folder: &Path) -> &Path {
    let mut at = folder;
    while !at.exists() {
        match at.parent() {
            Some(above) if !above.as_os_str().is_empty() => at = above,
            _ => return Path::new("."),
        }
    }
    at
}

fn used_files() -> io::Result<u64> {
    Ok(fs::read_dir("/proc/self/fd")?.count() as u64)
}

/// `used`: an error if even looking took one too many.
fn open_files(used: Result<u64, ()>, limit: Option<u64>) -> Option<String> {
    let limit = limit?;
    let short = limit < FEWEST || used.map_or(true, |used| used + SPARE >= limit);
    short.then(|| {
        format!(
            "可同时打开的文件数不够（上限 {limit}），请调高 LimitNOFILE= 或 ulimit -n · no more than {limit} files may be \
             open at once; raise LimitNOFILE= (systemd) or ulimit -n"
        )
    })
}

fn disk(folder: &Path, about: &StatVfs) -> Option<String> {
    let folder = folder.display();
    if about.f_bavail.saturating_mul(about.f_frsize) < LEFT {
        return Some(format!(
            "{folder} 所在磁盘已满，请腾出空间 · the disk with {folder} is full; free some space, nothing that was \
             acknowledged is lost"
        ));
    }
    // Some file systems count none.
    (about.f_files > 0 && about.f_favail == 0).then(|| {
        format!("{folder} 所在磁盘的文件数已满 · the disk with {folder} has no inodes left; remove files")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_up_is_told_and_nothing_else() {
        assert_eq!(open_files(Ok(20), Some(1_024)), None);
        assert_eq!(open_files(Err(()), None), None);
        assert!(open_files(Ok(1_021), Some(1_024)).unwrap().contains("LimitNOFILE"));
        assert!(open_files(Ok(3), Some(FEWEST - 1)).is_some());
        assert!(open_files(Err(()), Some(16)).unwrap().contains("more than 16 files"));
        let folder = Path::new("/data");
        let about = statvfs("/").unwrap();
        let room = StatVfs { f_bavail: 1 << 30, f_frsize: 4_096, f_files: 10, f_favail: 5, ..about };
        assert_eq!(disk(folder, &room), None);
        assert!(
            disk(folder, &StatVfs { f_bavail: 3, ..room }).unwrap().contains("the disk with /data is full")
        );
        assert!(disk(folder, &StatVfs { f_favail: 0, ..room }).unwrap().contains("inodes"));
        assert_eq!(disk(folder, &StatVfs { f_files: 0, f_favail: 0, ..room }), None);
        let error = |kind: io::ErrorKind| anyhow::Error::from(io::Error::from(kind)).context("starting");
        assert!(
            lacks_threads(&error(io::ErrorKind::WouldBlock))
                && !lacks_threads(&error(io::ErrorKind::NotFound))
        );
        assert_eq!(existing(Path::new("/proc/nowhere/at/all")), Path::new("/proc"));
        assert_eq!(existing(Path::new("nowhere/at/all")), Path::new("."));
    }
}
