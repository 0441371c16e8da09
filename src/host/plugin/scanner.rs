//! Looks at folders of plugins, scripts and libraries, at each of them once.

use crate::plugin::{
    config::HostConfig,
    library::scan as library_scan,
    source::{FolderScan, scan_folder},
};
use std::{collections::HashMap, path::PathBuf};

/// Reads all plugins of the folders, in order.
///
/// A folder is a plugin if it has a `plugin.toml`, a `.lua` file is one by itself. Hidden files and
/// editors' backups are passed over; so are links, pipes and the like, which are named.
pub fn scan(folders: &[PathBuf]) -> FolderScan {
    Scanner::default().scan(folders)
}

/// The same for all that a host's configuration names, libraries included.
pub(crate) fn scan_all(config: &HostConfig) -> FolderScan {
    Scanner::default().scan_all(config)
}

/// Looks at folders, at each of them once.
#[derive(Default)]
pub(crate) struct Scanner {
    known: HashMap<(usize, PathBuf), FolderScan>,
}

impl Scanner {
    fn scan(&mut self, folders: &[PathBuf]) -> FolderScan {
        let mut found = FolderScan::default();
        for (layer, folder) in folders.iter().enumerate() {
            let known = self.known.entry((layer, folder.clone()));
            found.lay_over(known.or_insert_with(|| scan_folder(layer, folder)));
        }
        found.close();
        found
    }

    /// The same for all that a host's configuration names, libraries included.
    pub(crate) fn scan_all(&mut self, config: &HostConfig) -> FolderScan {
        let mut found = self.scan(&config.folders);
        library_scan::scan(&config.native, &mut found);
        found.close();
        found
    }
}
