//! Private copies of libraries, named by their content: what is loaded can be neither overwritten
//! nor cut while it runs, and the system never takes a new build for the old one.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Where the copy of the library with this content is, or would be.
pub(crate) fn path(folder: &Path, hash: &str) -> PathBuf {
    // The loader compares paths as they are; and links must not matter.
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    folder.join(format!("{hash}.so"))
}

/// Makes sure that the copy is there.
///
/// # Errors
/// What the file system says.
pub(crate) fn keep(folder: &Path, hash: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    if !folder.exists() {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    let path = path(folder, hash);
    // Somebody could have written into it: its name says what it must be.
    if fs::read(&path).is_ok_and(|found| blake3::hash(&found).to_hex().as_str() == hash) {
        return Ok(path);
    }
    let aside = folder.join(format!("{hash}.{}.part", std::process::id()));
    let _ = fs::remove_file(&aside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o500).open(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&aside, &path)?;
    Ok(path)
}

/// Removes copies whose content is not among `needed`. Those that a folder of plugins still has are
/// made anew when they are found, so it is done before anything is loaded.
pub fn sweep(folder: &Path, needed: &BTreeSet<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.ends_with(".so") || name.ends_with(".part");
        if ours && !needed.contains(name.trim_end_matches(".so")) {
            // One that cannot be removed now is removed another time.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::plugin::library::private_copy::*;

    #[test]
    fn a_copy_is_whole_its_own_and_made_anew_if_it_was_changed() {
        let folder = std::env::temp_dir().join(format!("registrar-private-{}", std::process::id()));
        let hash = blake3::hash(b"code").to_hex().to_string();
        let path = keep(&folder, &hash, b"code").unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o500);
        fs::remove_file(&path).unwrap();
        fs::write(&path, "other").unwrap();
        assert_eq!(fs::read(keep(&folder, &hash, b"code").unwrap()).unwrap(), b"code");
        sweep(&folder, &BTreeSet::from([hash]));
        assert!(path.exists());
        sweep(&folder, &BTreeSet::new());
        assert!(!path.exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
