//! What the data folder holds is for whoever runs the office alone, whatever the umask: it holds everything, and
//! passwords.

use rustix::fs::Mode;
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::Path,
    sync::OnceLock,
};

/// What the caller's umask was.
static CALLERS: OnceLock<u32> = OnceLock::new();

/// From now on what this process makes is its owner's alone. What it writes for its caller has the mode that the
/// caller's umask gives: [`for_caller`].
pub fn begin() {
    CALLERS.get_or_init(|| rustix::process::umask(Mode::from_raw_mode(0o077)).as_raw_mode());
}

/// The mode of a file that is the caller's own.
pub fn for_caller() -> u32 {
    0o666 & !callers()
}

/// Makes a folder that is the caller's own.
///
/// # Errors
/// What the system says.
pub fn folder_for_caller(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777 & !callers()))
}

fn callers() -> u32 {
    CALLERS.get().copied().unwrap_or_else(|| {
        // Nothing was begun: the umask is still the caller's, and can only be read by setting it.
        let umask = rustix::process::umask(Mode::from_raw_mode(0o077));
        rustix::process::umask(umask);
        umask.as_raw_mode()
    })
}

/// Makes the data folder, if it is not there, and takes away what others may do in it.
///
/// # Errors
/// What the system says; a folder of somebody else's.
pub fn folder(data: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    close(data)
}

/// Takes away what others may do with a file or a folder and all that it holds. Links are not followed.
fn close(path: &Path) -> io::Result<()> {
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        // A file that only just was there needs nothing.
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(why) => return Err(why),
    };
    if about.is_symlink() {
        return Ok(());
    }
    let mode = about.mode() & 0o7777;
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & !0o077))?;
    }
    if about.is_dir() {
        for entry in fs::read_dir(path)? {
            close(&entry?.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_closed_to_others_and_links_are_left() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("data/files")).unwrap();
        for name in ["outside", "data/registrar.db", "data/files/x"] {
            fs::write(at(name), "x").unwrap();
            fs::set_permissions(at(name), fs::Permissions::from_mode(0o666)).unwrap();
        }
        fs::set_permissions(at("data/files"), fs::Permissions::from_mode(0o777)).unwrap();
        std::os::unix::fs::symlink(at("outside"), at("data/link")).unwrap();
        super::folder(&at("data")).unwrap();
        let mode = |name: &str| fs::metadata(at(name)).unwrap().mode() & 0o777;
        assert_eq!((mode("data"), mode("data/files")), (0o700, 0o700));
        assert_eq!((mode("data/registrar.db"), mode("data/files/x"), mode("outside")), (0o600, 0o600, 0o666));
    }
}
