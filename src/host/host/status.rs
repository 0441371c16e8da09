//! What an operator sees of the plugins: what serves, what is wrong, what is left out.

use crate::{
    dispatch::quarantine::Quarantined,
    host::Host,
    lifecycle::{
        load::Loaded,
        serving::{Held, Pinned},
    },
    plugin::{fault::Fault, handler::Handler},
    runtime::{call_counts::Timing, instance::Health},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A plugin, loaded or not.
#[derive(Debug, Clone, Serialize)]
pub struct PluginStatus {
    /// Its id.
    pub id: String,
    /// The version that serves; empty if none does.
    pub version: String,
    /// The hash of the files that serve.
    pub content_hash: String,
    /// The hash that identifies it as a rule.
    pub rule_hash: String,
    /// `lua` or `native`; empty if unknown.
    pub kind: &'static str,
    /// How it fares.
    pub state: PluginState,
    /// Of a native plugin that serves: its process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native: Option<Health>,
    /// If it is pinned: to which version, and what lies in the folder instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Pinned>,
    /// If what is on disk waits for others: for which, and since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// The points it has handlers at.
    pub points: Vec<String>,
    /// What is wrong with what is on disk.
    pub faults: Vec<Fault>,
    /// Its handlers that are left out for now.
    pub quarantined: Vec<Quarantined>,
    /// What its calls took since it was loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
}

/// How a plugin fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PluginState {
    /// What is on disk serves.
    Live,
    /// A rule set that nobody chose.
    Off,
    /// What is on disk is broken; what was loaded before serves.
    EarlierVersion,
    /// Broken since the start; the last good version from the store serves.
    LastGood,
    /// What is on disk waits until others that it goes live with are whole.
    Waiting,
    /// Broken, and nothing serves in its place.
    Failed,
    /// It is pinned to a kept version; what lies in the folder does not go live.
    Pinned,
    /// It would not stop, and is not called until its files change.
    Stopped,
}

impl Host {
    /// What lies in the plugins' folders and is no part of a plugin, though somebody may think so: by path, and
    /// why it is passed over (`is a symbolic link`).
    pub fn passed_over(&self) -> BTreeMap<String, String> {
        self.live().passed_over.clone()
    }

    /// The handlers that none of their plugins' examples call, where the examples were run here; what defines registers
    /// needs none.
    pub fn unexampled(&self) -> Vec<Arc<Handler>> {
        let live = self.live();
        let of = |loaded: &Arc<Loaded>| {
            let instance = loaded.instance.clone();
            let wanted = move |handler: &&Arc<Handler>| {
                !handler.point.starts_with("register.") && instance.is_unexampled(handler.index)
            };
            loaded.handlers.iter().filter(wanted).cloned().collect::<Vec<_>>()
        };
        live.loaded.values().flat_map(of).collect()
    }

    /// All plugins, by id.
    pub fn status(&self) -> Vec<PluginStatus> {
        let live = self.live();
        let config = self.config();
        let quarantined = self.quarantine().list();
        let mut rows = Vec::new();
        for (id, loaded) in &live.loaded {
            let info = &loaded.instance.body.info;
            let faults = live.faults.get(id).cloned().unwrap_or_default();
            let state = if loaded.instance.stopped.load(std::sync::atomic::Ordering::Acquire) {
                PluginState::Stopped
            } else if live.restored.contains(id) {
                PluginState::LastGood
            } else if !faults.is_empty() {
                PluginState::EarlierVersion
            } else if live.held.contains_key(id) {
                PluginState::Waiting
            } else if live.pinned.contains_key(id) {
                PluginState::Pinned
            } else if info.rule_set && !config.chooses(info) {
                PluginState::Off
            } else {
                PluginState::Live
            };
            let mut points: Vec<String> = loaded.handlers.iter().map(|h| h.point.to_owned()).collect();
            points.sort();
            points.dedup();
            let own = |q: &&Quarantined| q.handler.split('#').next() == Some(id);
            rows.push(PluginStatus {
                id: id.clone(),
                version: info.version.clone(),
                content_hash: info.content_hash.clone(),
                rule_hash: info.rule_hash.clone(),
                kind: info.kind,
                state,
                native: loaded.instance.runtime.get().and_then(|runtime| runtime.health()),
                pinned: live.pinned.get(id).cloned(),
                held: live.held.get(id).cloned(),
                points,
                faults,
                quarantined: quarantined.iter().filter(own).cloned().collect(),
                timing: Some(loaded.instance.spent.timing()),
            });
        }
        let away = live.faults.keys().chain(live.held.keys()).filter(|id| !live.loaded.contains_key(*id));
        for id in away.collect::<BTreeSet<_>>() {
            let faults = live.faults.get(id).cloned().unwrap_or_default();
            rows.push(PluginStatus {
                id: id.clone(),
                version: String::new(),
                content_hash: String::new(),
                rule_hash: String::new(),
                kind: "",
                state: if faults.is_empty() { PluginState::Waiting } else { PluginState::Failed },
                native: None,
                pinned: live.pinned.get(id).cloned(),
                held: live.held.get(id).cloned(),
                points: Vec::new(),
                faults,
                quarantined: Vec::new(),
                timing: None,
            });
        }
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    }
}
