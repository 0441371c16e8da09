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
        let line = self.files.get(&format!("{}/{}", self.plugin, crate::plugin::source::LIBRARY))?;
        Some(std::str::from_utf8(line).ok()?.split_once(' ')?.0.to_owned())
    }
}

/// A line in the list of a plugin's kept versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptVersion {
    /// Hash of its files.
    pub content_hash: String,
    /// Its place in the order in which versions went live, the highest last; 0: the plugin was removed
    /// since.
    pub live: i64,
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

    /// How many keys a plugin's state has, and their and their values' bytes.
    fn state_size(&self, plugin: &str) -> Result<(u64, u64), String>;

    /// Keeps a version as the plugin's last good one; of earlier ones so many stay that there are `most`, those
    /// that went live last.
    fn version_keep(&self, version: &StoredVersion, most: usize) -> Result<(), String>;

    /// The last good version of a plugin.
    fn version_last_good(&self, plugin: &str) -> Result<Option<StoredVersion>, String>;

    /// All versions of a plugin that are kept, in the order in which they last went live.
    fn version_list(&self, plugin: &str) -> Result<Vec<KeptVersion>, String>;

    /// The version of a plugin with this hash.
    fn version_get(&self, plugin: &str, content_hash: &str) -> Result<Option<StoredVersion>, String>;

    /// Notes that a plugin was removed: none of its versions is its last good one any more.
    fn version_retire(&self, plugin: &str) -> Result<(), String>;

    /// The plugins that have a last good version.
    fn version_plugins(&self) -> Result<Vec<String>, String>;

    /// The kept versions, of whatever plugin and however old, whose hash begins so; by plugin and hash.
    fn version_called(&self, hash: &str) -> Result<Vec<StoredVersion>, String>;
}

/// Versions of a plugin that are kept in memory.
const MOST_VERSIONS: usize = 8;

/// State and versions for as long as the process lives; of versions the last few.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<BTreeMap<(String, String), Value>>,
    // By plugin: each version with its place in the order in which they went live.
    versions: Mutex<BTreeMap<String, Vec<(i64, StoredVersion)>>>,
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

    fn state_size(&self, plugin: &str) -> Result<(u64, u64), String> {
        let own = self.state_all(plugin)?;
        let size =
            |(key, value): (&std::sync::Arc<str>, &Value)| (key.len() + value.to_string().len()) as u64;
        Ok((own.len() as u64, own.iter().map(size).sum()))
    }

    fn version_keep(&self, version: &StoredVersion, most: usize) -> Result<(), String> {
        let mut versions = held(&self.versions);
        let own = versions.entry(version.plugin.clone()).or_default();
        let last = own.iter().map(|(live, _)| *live).max().unwrap_or(0);
        if own.iter().any(|(live, v)| *live > 0 && *live == last && v.content_hash == version.content_hash) {
            return Ok(());
        }
        let live = last + 1;
        own.retain(|(_, known)| known.content_hash != version.content_hash);
        own.push((live, version.clone()));
        let surplus = own.len().saturating_sub(most.clamp(1, MOST_VERSIONS));
        own.drain(..surplus);
        Ok(())
    }

    fn version_last_good(&self, plugin: &str) -> Result<Option<StoredVersion>, String> {
        let versions = held(&self.versions);
        let last = versions.get(plugin).and_then(|own| own.last());
        Ok(last.filter(|(live, _)| *live > 0).map(|(_, version)| version.clone()))
    }

    fn version_list(&self, plugin: &str) -> Result<Vec<KeptVersion>, String> {
        let versions = held(&self.versions);
        let line = |(live, version): &(i64, StoredVersion)| KeptVersion {
            content_hash: version.content_hash.clone(),
            live: *live,
        };
        Ok(versions.get(plugin).into_iter().flatten().map(line).collect())
    }

    fn version_get(&self, plugin: &str, content_hash: &str) -> Result<Option<StoredVersion>, String> {
        let versions = held(&self.versions);
        let mut own = versions.get(plugin).into_iter().flatten();
        Ok(own.find(|(_, version)| version.content_hash == content_hash).map(|(_, version)| version.clone()))
    }

    fn version_retire(&self, plugin: &str) -> Result<(), String> {
        let mut versions = held(&self.versions);
        versions.get_mut(plugin).into_iter().flatten().for_each(|(live, _)| *live = 0);
        Ok(())
    }

    fn version_plugins(&self) -> Result<Vec<String>, String> {
        let versions = held(&self.versions);
        let live = |own: &[(i64, StoredVersion)]| own.iter().any(|(live, _)| *live > 0);
        Ok(versions.iter().filter(|(_, own)| live(own)).map(|(plugin, _)| plugin.clone()).collect())
    }

    fn version_called(&self, hash: &str) -> Result<Vec<StoredVersion>, String> {
        let versions = held(&self.versions);
        let all = versions.values().flatten().map(|(_, version)| version);
        let mut fit: Vec<StoredVersion> = all.filter(|v| v.content_hash.starts_with(hash)).cloned().collect();
        fit.sort_by(|a, b| (&a.plugin, &a.content_hash).cmp(&(&b.plugin, &b.content_hash)));
        Ok(fit)
    }
}
