//! What serves, and what is wrong with what is on disk.

use crate::{
    lifecycle::{load::Loaded, objection::Claims},
    plugin::{fault::Fault, manifest::Manifest, source::PluginSource},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// What on disk waits, though nothing is wrong with it.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// The plugins that it waits for.
    pub by: Vec<String>,
    /// Since when, in seconds of Unix time.
    pub since: i64,
}

/// The plugins by id.
pub(crate) type Serving = BTreeMap<String, Arc<Loaded>>;

/// A plugin that is held at a kept version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pinned {
    /// The version it is held at.
    pub content_hash: String,
    /// The hash of what lies in the folder, if that is something else.
    pub in_folder: Option<String>,
}

/// Plugins as they lie on disk or are kept, by id.
pub(crate) type PluginSources = BTreeMap<String, PluginSource>;

/// What became of building each of a group.
pub(crate) type BuiltGroup = BTreeMap<String, Result<Arc<Loaded>, Vec<Fault>>>;

/// What serves, and what is wrong with what is on disk. Owned by the reloading thread at a time.
#[derive(Default)]
pub struct ServingPlugins {
    pub(crate) loaded: Serving,
    pub(crate) faults: BTreeMap<String, Vec<Fault>>,
    pub(crate) restored: BTreeSet<String>,
    pub(crate) missing: BTreeMap<String, Instant>,
    pub(crate) number: u64,
    pub(crate) waiting: bool,
    /// What lay in the folders when they were taken live last.
    pub(crate) digest: String,
    /// Who has what of which there can be one only.
    pub(crate) claims: Claims,
    /// What on disk waits for others.
    pub(crate) held: BTreeMap<String, Held>,
    /// When what failed for want of time or memory is tried again, and after what pause the next time.
    pub(crate) again: Option<(Instant, Duration)>,
    /// What is held at a kept version, whatever lies in the folder.
    pub(crate) pinned: BTreeMap<String, Pinned>,
    /// What lies in the folders and is no part of a plugin, by path, and why.
    pub(crate) passed_over: BTreeMap<String, String>,
    /// The manifests of what lies there, by plugin, whether it could be loaded or not.
    pub(crate) manifests: BTreeMap<String, Arc<Manifest>>,
    /// What was pinned until now: its state is where it left it.
    pub(crate) unpinned: BTreeSet<String>,
}

impl ServingPlugins {
    /// Whether another look is due though nothing changed: a removal waits for its grace time, or what failed
    /// for want of time or memory is to be tried again.
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting || self.again.is_some_and(|(at, _)| at <= Instant::now())
    }
}
