//! What an embedding program tells a host.

use crate::plugin::{
    handler::PluginInfo,
    quota::Quota,
    services::{NoServices, Snapshot},
};
use registrar_sdk::{Map, Term, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

/// What an embedding program says of native plugins.
#[derive(Clone, Debug)]
pub struct NativeConfig {
    /// Folders of libraries.
    pub folders: Vec<PathBuf>,
    /// The folder of private copies; without one no library is loaded. No other host may use it.
    pub private: Option<PathBuf>,
    /// The program that runs an isolated plugin, with its arguments: one that calls
    /// [`crate::runtime::native::serve_if_child`] before anything else. Without it no library is loaded.
    pub program: Vec<OsString>,
    /// Plugins that run in this process, trusted in full.
    pub in_process: BTreeSet<String>,
    /// Libraries that may be mapped into this process, replaced ones included.
    pub most_mapped: usize,
    /// Bytes of address space of an isolated plugin.
    pub memory: u64,
    /// How long a library may take to load.
    pub patience: Duration,
    /// How long a library's process stays without a call; the next call starts another.
    pub idle: Duration,
    /// A file that lists the contents allowed, one hash a line; if it is there, others are refused.
    pub trust: Option<PathBuf>,
}

impl Default for NativeConfig {
    fn default() -> NativeConfig {
        NativeConfig {
            folders: Vec::new(),
            private: None,
            program: Vec::new(),
            in_process: BTreeSet::new(),
            most_mapped: 64,
            memory: 512 << 20,
            patience: Duration::from_secs(10),
            idle: Duration::from_secs(600),
            trust: None,
        }
    }
}

/// The configuration of one plugin set.
#[derive(Clone)]
pub struct HostConfig {
    /// Whose plugins these are; shown in the log.
    pub office: String,
    /// Folders of plugins; a plugin in a later one replaces its namesake in an earlier one.
    pub folders: Vec<PathBuf>,
    /// Native plugins.
    pub native: NativeConfig,
    /// What the operator sets, by plugin.
    pub settings: BTreeMap<String, Map>,
    /// The rule sets that act here.
    pub chosen: BTreeSet<String>,
    /// On which days a rule set acts at points that know the day of what they are asked about. One
    /// that is not named here acts on every day if it is chosen, and on none if it is not.
    pub terms: BTreeMap<String, Vec<Term>>,
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
    /// What each plugin may keep and say.
    pub quota: Arc<Quota>,
    /// Answers host calls in examples, unless the example says itself.
    pub example_snapshot: Arc<dyn Snapshot>,
    /// What else decides on examples but content, settings and limits: the program that runs them and what it has
    /// answer their host calls. What served under the same is not tried again at a start. `None`: it always is.
    pub trial_identity: Option<String>,
    /// What `host.now` answers; of the type that the contract declares.
    pub clock: fn() -> Value,
}

/// Which rule sets act, and when.
pub(crate) type RuleSetChoice = (BTreeSet<String>, BTreeMap<String, Vec<Term>>);

impl HostConfig {
    /// What the operator sets for a plugin, also under an id that it had before; what is said of the present one
    /// counts.
    pub(crate) fn settings_of(&self, id: &str, was: &[String]) -> Option<Map> {
        let names = was.iter().map(String::as_str).chain([id]);
        let said: Vec<&Map> = names.filter_map(|name| self.settings.get(name)).collect();
        (!said.is_empty()).then(|| said.into_iter().flat_map(|map| map.clone()).collect())
    }

    /// Whether a rule set acts here.
    pub(crate) fn chooses(&self, info: &PluginInfo) -> bool {
        info.names().any(|name| self.chosen.contains(name))
    }

    /// On which days a rule set acts, under whichever of its ids it was chosen; `None`: that is not said by days.
    pub(crate) fn terms_of(&self, info: &PluginInfo) -> Option<Vec<Term>> {
        let said: Vec<&Vec<Term>> = info.names().filter_map(|name| self.terms.get(name)).collect();
        (!said.is_empty()).then(|| said.into_iter().flatten().cloned().collect())
    }

    /// Which rule sets act, and when.
    pub(crate) fn choice(&self) -> RuleSetChoice {
        (self.chosen.clone(), self.terms.clone())
    }

    /// The defaults, for plugins in `folders`.
    pub fn new(folders: Vec<PathBuf>) -> HostConfig {
        HostConfig {
            office: "default".into(),
            folders,
            native: NativeConfig::default(),
            settings: BTreeMap::new(),
            chosen: BTreeSet::new(),
            terms: BTreeMap::new(),
            order: BTreeMap::new(),
            grace: Duration::from_secs(2),
            load_budget_ms: 100,
            quarantine_after: 5,
            quarantine_for: Duration::from_secs(60),
            files: None,
            quota: Arc::default(),
            example_snapshot: Arc::new(NoServices),
            trial_identity: None,
            clock: || Value::text(jiff::ZonedDateTime::now().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        }
    }
}
