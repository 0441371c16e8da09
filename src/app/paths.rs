//! Paths as people write them.

use std::path::{Path, PathBuf};

/// A path as it was meant: `~` is the folder of whoever runs the program, also where no shell has seen to it.
pub fn expanded(path: &Path) -> PathBuf {
    let home = || std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    match (path.strip_prefix("~"), home()) {
        (Ok(rest), Some(home)) if rest.as_os_str().is_empty() => home,
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}
