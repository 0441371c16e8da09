//! What an embedding program tells a host.

use crate::services::{NoServices, Snapshot};
use registrar_sdk::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

/// The configuration of one plugin set.
#[derive(Clone)]
pub struct HostConfig {
    /// Whose plugins these are; shown in the log.
    pub office: String,
    /// Folders of plugins; a plugin in a later one replaces its namesake in an earlier one.
    pub folders: Vec<PathBuf>,
    /// What the operator sets, by plugin.
    pub settings: BTreeMap<String, Map>,
    /// The rule sets that act here.
    pub chosen: BTreeSet<String>,
    /// The operator's order, by point: plugin ids.
    pub order: BTreeMap<String, Vec<String>>,
    /// How long a removed plugin stays, in case its files are only being moved.
    pub grace: Duration,
    /// Milliseconds a plugin's sources may run at load.
    pub load_budget_ms: u32,
    /// Failures in a row after which a handler is left out for a while, where its point allows it.
    pub quarantine_after: u32,
    /// How long it is left out the first time; twice as long each further time.
    pub quarantine_for: Duration,
    /// The folder under which `host.files` reads and writes, one folder a plugin; `None`: nowhere.
    pub files: Option<PathBuf>,
    /// Answers host calls in examples, unless the example says itself.
    pub example_snapshot: Arc<dyn Snapshot>,
    /// What `host.now` answers; of the type that the contract declares.
    pub clock: fn() -> Value,
}

impl HostConfig {
    /// The defaults, for plugins in `folders`.
    pub fn new(folders: Vec<PathBuf>) -> HostConfig {
        HostConfig {
            office: "default".into(),
            folders,
            settings: BTreeMap::new(),
            chosen: BTreeSet::new(),
            order: BTreeMap::new(),
            grace: Duration::from_secs(2),
            load_budget_ms: 100,
            quarantine_after: 5,
            quarantine_for: Duration::from_secs(60),
            files: None,
            example_snapshot: Arc::new(NoServices),
            clock: || Value::text(jiff::ZonedDateTime::now().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        }
    }
}
