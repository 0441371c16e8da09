//! What the host keeps between runs, and an implementation in memory for programs without a store.

use registrar_sdk::{Map, Value};
use std::{collections::BTreeMap, sync::Mutex};

/// A version of a plugin that passed everything and went live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVersion {
    /// The plugin's id.
    pub plugin: String,
    /// Hash of its files.
    pub content_hash: String,
    /// Its files, by path relative to the plugins' folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl StoredVersion {
    /// Of a native plugin: the hash of its library's content.
    pub fn library(&self) -> Option<String> {
        let line = self.files.get(&format!("{}/{}", self.plugin, crate::source::LIBRARY))?;
        Some(std::str::from_utf8(line).ok()?.split_once(' ')?.0.to_owned())
    }
}

/// Keeps plugin state and last good versions, for one office.
pub trait HostStore: Send + Sync {
    /// A plugin's value under `key`.
    fn state_get(&self, plugin: &str, key: &str) -> Result<Option<Value>, String>;

    /// Replaces the value under `key` if it is still `expected`; says whether it did. `None` removes.
    fn state_swap(
        &self,
        plugin: &str,
        key: &str,
        expected: Option<&Value>,
        new: Option<&Value>,
    ) -> Result<bool, String>;

    /// All of a plugin's values, by key.
    fn state_all(&self, plugin: &str) -> Result<Map, String>;

    /// Keeps a version as the plugin's last good one; earlier ones stay.
    fn version_keep(&self, version: &StoredVersion) -> Result<(), String>;

    /// The last good version of a plugin.
    fn version_last_good(&self, plugin: &str) -> Result<Option<StoredVersion>, String>;

    /// Notes that a plugin was removed: none of its versions is its last good one any more.
    fn version_retire(&self, plugin: &str) -> Result<(), String>;

    /// The plugins that have a last good version.
    fn version_plugins(&self) -> Result<Vec<String>, String>;

    /// The kept versions, of whatever plugin and however old, whose hash begins so; by plugin and hash.
    fn version_called(&self, hash: &str) -> Result<Vec<StoredVersion>, String>;
}

/// State and versions for as long as the process lives.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<BTreeMap<(String, String), Value>>,
    versions: Mutex<BTreeMap<String, StoredVersion>>,
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic while the map was held leaves it whole: every use is one insertion or look-up.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl HostStore for MemoryStore {
    fn state_get(&self, plugin: &str, key: &str) -> Result<Option<Value>, String> {
        Ok(held(&self.state).get(&(plugin.to_owned(), key.to_owned())).cloned())
    }

    fn state_swap(
        &self,
        plugin: &str,
        key: &str,
        expected: Option<&Value>,
        new: Option<&Value>,
    ) -> Result<bool, String> {
        let mut state = held(&self.state);
        let at = (plugin.to_owned(), key.to_owned());
        if state.get(&at) != expected {
            return Ok(false);
        }
        match new {
            Some(value) => state.insert(at, value.clone()),
            None => state.remove(&at),
        };
        Ok(true)
    }

    fn state_all(&self, plugin: &str) -> Result<Map, String> {
        let state = held(&self.state);
        let own = state.iter().filter(|((p, _), _)| p == plugin);
        Ok(own.map(|((_, key), value)| (key.as_str().into(), value.clone())).collect())
    }

    fn version_keep(&self, version: &StoredVersion) -> Result<(), String> {
        held(&self.versions).insert(version.plugin.clone(), version.clone());
        Ok(())
    }

    fn version_last_good(&self, plugin: &str) -> Result<Option<StoredVersion>, String> {
        Ok(held(&self.versions).get(plugin).cloned())
    }

    fn version_retire(&self, plugin: &str) -> Result<(), String> {
        held(&self.versions).remove(plugin);
        Ok(())
    }

    fn version_plugins(&self) -> Result<Vec<String>, String> {
        Ok(held(&self.versions).keys().cloned().collect())
    }

    fn version_called(&self, hash: &str) -> Result<Vec<StoredVersion>, String> {
        let versions = held(&self.versions);
        Ok(versions.values().filter(|version| version.content_hash.starts_with(hash)).cloned().collect())
    }
}
