//! A host's folders are watched.

use crate::{
    host::Host,
    lifecycle::watch::{Reloading, Watch},
    plugin::{config::HostConfig, source::FolderScan},
};
use std::sync::Arc;

impl Reloading for Host {
    fn config(&self) -> Arc<HostConfig> {
        Host::config(self)
    }

    fn is_behind(&self, scan: &FolderScan) -> Option<bool> {
        Host::is_behind(self, scan)
    }

    fn reload_scanned(&self, scan: FolderScan) {
        Host::reload_scanned(self, scan);
    }
}

impl Host {
    /// Starts watching the host's folders.
    ///
    /// Where the system has no watches left, they are looked at every few seconds.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn watch(&self) -> Result<Watch, String> {
        let own = self.downgrade();
        let host = Box::new(move || own.upgrade().map(|host| Arc::new(host) as Arc<dyn Reloading>));
        self.engine().watching.add(self.config(), host)
    }
}
