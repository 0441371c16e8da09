//! Holds a plugin at a kept version, named by its hash, whatever lies in the folder, until it is let
//! go. Pins are kept in the store, so they outlast restarts.

use crate::{
    host::{Host, state::state_namespace},
    lifecycle::{reload_report::ReloadReport, serving::Pinned},
    plugin::{
        source::{FolderScan, PluginSource},
        storage::KeptVersion,
    },
};
use registrar_sdk::Value;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where the store keeps the pins: no plugin's name begins so.
const PINS: &str = "$pins";

/// A kept version of a plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Hash of its files.
    pub content_hash: String,
    /// What its manifest says it is.
    pub version: String,
    /// Its place in the order in which versions went live; 0: the plugin was removed since.
    pub order: i64,
    /// Whether it serves.
    pub serves: bool,
    /// Whether the plugin is pinned to it.
    pub pinned: bool,
}

/// What a roll back came to.
#[derive(Clone, Debug)]
pub struct RolledBack {
    /// The version that served before, if one did.
    pub from: Option<String>,
    /// The version that serves now.
    pub to: String,
    /// State that the later version wrote and the earlier one does not see, by key; empty if both
    /// share their state.
    pub unseen: Vec<String>,
    /// What the reload came to.
    pub report: ReloadReport,
}

impl Host {
    /// The kept versions of a plugin, in the order in which they went live.
    ///
    /// # Errors
    /// The store failed.
    pub fn versions(&self, plugin: &str) -> Result<Vec<Version>, String> {
        let pin = self.pinned_to(plugin)?;
        let serving = self.serves(plugin).map(|source| source.content_hash);
        let mut versions = Vec::new();
        for KeptVersion { content_hash, live } in self.store().version_list(plugin)? {
            let source = self.kept(plugin, &content_hash, 0).ok();
            versions.push(Version {
                version: source.map(|source| source.manifest.version.clone()).unwrap_or_default(),
                order: live,
                serves: serving.as_deref() == Some(&content_hash),
                pinned: pin.as_deref() == Some(&content_hash),
                content_hash,
            });
        }
        Ok(versions)
    }

    /// The one version of a plugin whose hash begins so; without a hash, the one that went live
    /// before the one that serves.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn version_called(&self, plugin: &str, hash: Option<&str>) -> Result<String, String> {
        let versions = self.versions(plugin)?;
        if versions.is_empty() {
            let known = self.store().version_plugins()?;
            let hint = registrar_sdk::suggest::nearest(plugin, known.iter().map(String::as_str));
            return Err(format!("no version of a plugin \"{plugin}\" is kept{hint}"));
        }
        let Some(hash) = hash else {
            let now = versions.iter().find(|version| version.serves).map_or(i64::MAX, |v| v.order);
            let before = versions.iter().rev().find(|version| !version.serves && version.order < now);
            return before.map(|version| version.content_hash.clone()).ok_or_else(|| {
                format!("there is no version of \"{plugin}\" before the one that serves; `registrar rollback {plugin} --list` lists what is kept")
            });
        };
        let fit: Vec<&Version> = versions.iter().filter(|v| v.content_hash.starts_with(hash)).collect();
        match fit[..] {
            [one] => Ok(one.content_hash.clone()),
            [] => Err(format!(
                "no version of \"{plugin}\" has a hash that begins with {hash}; `registrar rollback {plugin} --list` lists what is kept"
            )),
            _ => Err(format!("{} versions of \"{plugin}\" begin with {hash}; write more of it", fit.len())),
        }
    }

    /// Which version a plugin is pinned to.
    ///
    /// # Errors
    /// The store failed.
    pub fn pinned_to(&self, plugin: &str) -> Result<Option<String>, String> {
        Ok(self.store().state_get(PINS, plugin)?.and_then(|hash| hash.as_str().map(str::to_owned)))
    }

    /// Pins a plugin to a kept version and takes it live. If it can't go live the pin is as it was.
    ///
    /// # Errors
    /// There is no such version, it can't go live, or the store failed.
    pub fn roll_back(&self, plugin: &str, hash: &str) -> Result<RolledBack, String> {
        let to = self.version_called(plugin, Some(hash))?;
        let before = self.pinned_to(plugin)?;
        let old = self.serves(plugin);
        let kept = self.kept(plugin, &to, 0)?;
        let unseen = match &old {
            Some(old) => self.unseen(plugin, old.manifest.state_version, kept.manifest.state_version)?,
            None => Vec::new(),
        };
        self.put(PINS, plugin, Some(&to))?;
        let report = self.reload();
        if self.serves(plugin).is_none_or(|source| source.content_hash != to) {
            self.put(PINS, plugin, before.as_deref())?;
            self.reload();
            let faults = report.faults.iter().filter(|fault| fault.plugin == plugin);
            let faults: Vec<String> = faults.map(ToString::to_string).collect();
            return Err(format!("version {to} of \"{plugin}\" can't go live: {}", faults.join("; ")));
        }
        Ok(RolledBack { from: old.map(|source| source.content_hash), to, unseen, report })
    }

    /// Lets a plugin go, and takes what lies in the folder.
    ///
    /// # Errors
    /// The store failed.
    pub fn unpin(&self, plugin: &str) -> Result<ReloadReport, String> {
        self.put(PINS, plugin, None)?;
        Ok(self.reload())
    }

    /// Puts pinned versions in the place of what a scan found, and says which.
    pub(crate) fn pin(&self, scan: &mut FolderScan) -> BTreeMap<String, Pinned> {
        let pins = self.store().state_all(PINS).unwrap_or_else(|error| {
            tracing::error!(error, "The pinned versions can't be read; what lies in the folders is taken.");
            registrar_sdk::Map::new()
        });
        let mut pinned = BTreeMap::new();
        for (id, hash) in &pins {
            let Some(hash) = hash.as_str() else { continue };
            let found = scan.plugins.get(&**id);
            let layer = found.map_or(0, |source| source.layer);
            match self.kept(id, hash, layer) {
                Ok(kept) => {
                    let other = found.map(|s| s.content_hash.clone()).filter(|found| found != hash);
                    scan.faults.remove(&**id);
                    scan.plugins.insert(id.to_string(), kept);
                    pinned.insert(id.to_string(), Pinned { content_hash: hash.to_owned(), in_folder: other });
                }
                Err(error) => {
                    tracing::error!(plugin = %id, error, "The pinned version can't be read; what lies in the folder is taken.");
                }
            }
        }
        pinned
    }

    // Keys that the state of the later layout says otherwise than that of the earlier one.
    fn unseen(&self, plugin: &str, from: u32, to: u32) -> Result<Vec<String>, String> {
        if from == to {
            return Ok(Vec::new());
        }
        let later = self.store().state_all(&state_namespace(plugin, from))?;
        let earlier = self.store().state_all(&state_namespace(plugin, to))?;
        let differs = |(key, value): &(&registrar_sdk::value::Key, &Value)| {
            !earlier.get(*key).is_some_and(|old| old.same(value))
        };
        Ok(later.iter().filter(differs).map(|(key, _)| key.to_string()).collect())
    }

    fn serves(&self, plugin: &str) -> Option<PluginSource> {
        self.live().loaded.get(plugin).map(|loaded| loaded.source.clone())
    }
}
