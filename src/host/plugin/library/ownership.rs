//! Who could have written a library file: only its owner and root may, or it is not loaded.
//!
//! The content is `elf.rs`'s question.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::Path,
};

/// Checks that nobody but root and the user this process runs as could have put `path` there.
///
/// * The file is a regular one (no link), of root or of this user, and neither its group nor others
///   may write it.
/// * The same holds for the folder that holds it. The sticky bit does not excuse a folder that all
///   may write: every library in it is loaded, so whoever may add a file chooses what runs.
/// * Whoever may rename a folder further up can put another in its place, so each of those must be
///   of root or of this user too, and not writable by group or others, unless its sticky bit keeps
///   them from renaming what is not theirs (`/tmp`).
///
/// Since nobody else can change what was checked, the file may be opened by its path afterwards.
///
/// # Errors
/// Which file or folder it is, its mode and owner, and the command that mends it.
pub fn check(path: &Path) -> Result<(), String> {
    let me = rustix::process::geteuid().as_raw();
    let file = fs::symlink_metadata(path).map_err(|e| format!("{}: {e}", path.display()))?;
    OwnedPath::of(path, &file).judge(PathPart::File, me)?;
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // The folder may be reached through links; what counts is where the file really lies.
    let folder = fs::canonicalize(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for (depth, above) in folder.ancestors().enumerate() {
        let found = fs::metadata(above).map_err(|e| format!("{}: {e}", above.display()))?;
        OwnedPath::of(above, &found)
            .judge(if depth == 0 { PathPart::Folder } else { PathPart::Above }, me)?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PathPart {
    File,
    Folder,
    Above,
}

struct OwnedPath<'a> {
    path: &'a Path,
    mode: u32,
    owner: u32,
    regular: bool,
}

impl<'a> OwnedPath<'a> {
    fn of(path: &'a Path, found: &Metadata) -> Self {
        Self { path, mode: found.mode() & 0o7777, owner: found.uid(), regular: found.is_file() }
    }

    fn judge(&self, part: PathPart, me: u32) -> Result<(), String> {
        let (path, mode, owner) = (self.path.display(), self.mode, self.owner);
        if part == PathPart::File && !self.regular {
            return Err(format!(
                "{path} is not a regular file (a folder, a link or a device); copy the library itself there"
            ));
        }
        if owner != 0 && owner != me {
            return Err(format!(
                "{path} (mode {mode:04o}) belongs to user {owner}, who could put any code there; \
                 if you trust it: chown {me} '{path}'"
            ));
        }
        let shared = mode & 0o022 != 0 && !(part == PathPart::Above && mode & 0o1000 != 0);
        if shared {
            let who = match (mode & 0o020 != 0, mode & 0o002 != 0) {
                (true, true) => "its group and everybody else",
                (true, false) => "its group",
                _ => "everybody else",
            };
            return Err(format!(
                "{path} (mode {mode:04o}, of user {owner}) can be written by {who}, who could put any code there; \
                 close it: chmod go-w '{path}'"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::plugin::library::ownership::*;
    use std::{
        os::unix::fs::{PermissionsExt, symlink},
        path::PathBuf,
    };

    struct Place(tempfile::TempDir);

    impl Place {
        /// `plugins/lib.so` in a folder of this user.
        fn new() -> Self {
            let place = Place(tempfile::tempdir().unwrap());
            fs::create_dir(place.folder()).unwrap();
            fs::write(place.file(), "code").unwrap();
            place.mode("plugins", 0o755).mode("plugins/lib.so", 0o644)
        }
        fn folder(&self) -> PathBuf {
            self.0.path().join("plugins")
        }
        fn file(&self) -> PathBuf {
            self.folder().join("lib.so")
        }
        fn mode(self, name: &str, mode: u32) -> Self {
            let path = if name.is_empty() { self.0.path().to_owned() } else { self.0.path().join(name) };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            self
        }
    }

    fn refused(place: &Place, words: &[&str]) {
        let error = check(&place.file()).unwrap_err();
        for word in words {
            assert!(error.contains(word), "{error:?} lacks {word:?}");
        }
    }

    #[test]
    fn a_file_of_ones_own_is_fine() {
        let place = Place::new();
        assert_eq!(check(&place.file()), Ok(()));
        let link = place.0.path().join("link");
        symlink(place.folder(), &link).unwrap();
        assert_eq!(check(&link.join("lib.so")), Ok(()), "a link to the folder is followed");
    }

    #[test]
    fn a_file_that_others_may_write_is_refused() {
        refused(&Place::new().mode("plugins/lib.so", 0o664), &["lib.so", "0664", "its group,", "chmod go-w"]);
        refused(&Place::new().mode("plugins/lib.so", 0o646), &["0646", "everybody else"]);
    }

    #[test]
    fn a_folder_that_others_may_write_is_refused_even_if_sticky() {
        refused(&Place::new().mode("plugins", 0o775), &["plugins (mode 0775"]);
        refused(&Place::new().mode("plugins", 0o1777), &["1777", "chmod go-w"]);
    }

    #[test]
    fn a_folder_above_may_be_shared_only_if_sticky() {
        refused(&Place::new().mode("", 0o777), &["0777", "chmod go-w"]);
        assert_eq!(check(&Place::new().mode("", 0o1777).file()), Ok(()));
    }

    #[test]
    fn links_folders_and_missing_files_are_refused() {
        let place = Place::new();
        fs::rename(place.file(), place.folder().join("real.so")).unwrap();
        refused(&place, &["lib.so", "No such file"]);
        symlink("real.so", place.file()).unwrap();
        refused(&place, &["not a regular file"]);
        fs::remove_file(place.file()).unwrap();
        fs::create_dir(place.file()).unwrap();
        refused(&place, &["not a regular file"]);
    }

    #[test]
    fn what_belongs_to_another_user_is_refused() {
        let entry = |owner| OwnedPath { path: Path::new("/p/lib.so"), mode: 0o644, owner, regular: true };
        for part in [PathPart::File, PathPart::Folder, PathPart::Above] {
            assert_eq!(entry(0).judge(part, 1000), Ok(()));
            assert_eq!(entry(1000).judge(part, 1000), Ok(()));
            let error = entry(1001).judge(part, 1000).unwrap_err();
            assert!(error.contains("/p/lib.so") && error.contains("user 1001"), "{error}");
            assert!(entry(1001).judge(part, 0).is_err(), "root does not run another user's code either");
        }
    }
}
