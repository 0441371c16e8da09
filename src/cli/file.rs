//! Puts a file in its place, whole or not at all.

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
    let mut aside = tempfile::Builder::new()
        .prefix(".registrar-")
        // As for any new file: the umask takes away from it.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    aside.write_all(bytes)?;
    aside.as_file().sync_all()?;
    let placed = if replace { aside.persist(file) } else { aside.persist_noclobber(file) };
    placed.map(drop).map_err(|e| e.error)
}
