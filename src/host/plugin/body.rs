//! A plugin as it is loaded: its sources in memory, what it registered, its examples.

use crate::plugin::{
    handler::{PluginInfo, SourceLocation},
    quota::Quota,
    source_files::SourceFiles,
};
use registrar_sdk::{Contract, Point, Value};
use std::{collections::BTreeMap, sync::Arc};

/// What a VM is built from. Never changes; the files on disk are not looked at again. Offices that have the same
/// share it.
pub struct Body {
    /// What others may know of it.
    pub info: Arc<PluginInfo>,
    /// Its own sources and those of its dependencies, by `plugin/path`.
    pub files: Arc<SourceFiles>,
    /// Its entry files among them, in the order they run; of a native plugin its library.
    pub entries: Vec<String>,
    /// The ids that it, and what it depends on, had before, and what they are called now.
    pub earlier: BTreeMap<String, String>,
    /// The contract it registers against.
    pub contract: &'static Contract,
    /// Rises with its folder: an office's overlay over the shared scripts.
    pub layer: usize,
    /// Bytes each of its VMs may use.
    pub memory_cap: usize,
    /// Milliseconds its sources may run at load.
    pub load_budget_ms: u32,
    /// What it might keep and say when it was loaded: how many handlers it may register.
    pub quota: Arc<Quota>,
}

impl Body {
    /// The file that stands for the plugin where no better one is known.
    pub fn file(&self) -> String {
        self.entries.first().cloned().unwrap_or_default()
    }
}

/// What a plugin's sources registered when they ran.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registrations {
    /// Handlers, in source order.
    pub handlers: Vec<Registration>,
    /// Examples, in source order.
    pub examples: Vec<Example>,
}

/// One call of `host.on`.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Where.
    pub point: &'static Point,
    /// With which options; a map.
    pub options: Arc<Value>,
    /// Where it was written.
    pub source: Arc<SourceLocation>,
}

impl PartialEq for Registration {
    fn eq(&self, other: &Registration) -> bool {
        self.point.id == other.point.id && self.options == other.options && self.source == other.source
    }
}

/// One call of `host.example`.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The point it calls, its arguments, `expect` or `fails`, and `calls` for canned host calls.
    pub spec: Value,
    /// Where it was written.
    pub source: SourceLocation,
}
