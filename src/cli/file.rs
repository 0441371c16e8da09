//! Puts a file in its place, whole or not at all.

use registrar_app::permissions::for_caller;
use std::{
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Writes a file aside, then in its place: a reader never sees half of it, nor does a full disk
/// leave one. What is no file of its own, such as a terminal, is written to as it is.
///
/// # Errors
/// `AlreadyExists` if it is there and must not be replaced; else what the system says.
pub fn put(file: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    if replace && fs::metadata(file).is_ok_and(|found| !found.is_file()) {
        return fs::write(file, bytes);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut aside = tempfile::Builder::new().prefix(".registrar-").tempfile_in(folder)?;
    aside.write_all(bytes)?;
    aside.as_file().sync_all()?;
    // Whatever this process keeps for itself, the caller's files are as the caller's others.
    aside.as_file().set_permissions(Permissions::from_mode(for_caller()))?;
    let placed = if replace { aside.persist(file) } else { aside.persist_noclobber(file) };
    placed.map(drop).map_err(|e| e.error)
}
