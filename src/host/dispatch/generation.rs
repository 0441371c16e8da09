//! One immutable set of loaded plugins and their handlers.

use crate::{
    plugin::{
        filter::{Filters, choose},
        handler::{Handler, PluginInfo},
    },
    runtime::{counters::Counters, instance::Instance},
};
use registrar_sdk::{Term, Value};
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering::*},
};

/// What serves at one moment. A dispatch holds one generation from its first handler to its last.
#[derive(Default)]
pub struct Generation {
    /// Rises by one with every swap.
    pub number: u64,
    /// The plugins, by id.
    pub plugins: BTreeMap<String, Arc<PluginInfo>>,
    /// Of rule sets that act on some days only: on which.
    pub terms: BTreeMap<String, Vec<Term>>,
    /// What it was made of.
    pub recipe: Arc<crate::plugin::generation_manifest::GenerationManifest>,
    pub(crate) handlers: BTreeMap<&'static str, Vec<(Arc<Handler>, Filters)>>,
    pub(crate) instances: BTreeMap<u64, Arc<Instance>>,
    pub(crate) counters: Option<Arc<Counters>>,
}

impl Generation {
    /// The plugins that are rule sets, chosen or not: by each id that one has or had the one it has.
    pub fn rule_sets(&self) -> BTreeMap<String, String> {
        let sets = self.plugins.values().filter(|plugin| plugin.rule_set);
        sets.flat_map(|plugin| plugin.names().map(|name| (name.to_owned(), plugin.id.clone()))).collect()
    }

    /// The handlers registered at a point, in order; unfiltered.
    pub fn handlers(&self, point: &str) -> Vec<Arc<Handler>> {
        self.registered(point).iter().map(|(handler, _)| handler.clone()).collect()
    }

    /// The handlers of a point that these arguments concern, in order; for points whose handlers
    /// are called one by one.
    pub fn concerned(&self, point: &str, args: &[Value]) -> Vec<Arc<Handler>> {
        choose(self.registered(point), args).into_iter().cloned().collect()
    }

    /// The plugins that are loaded, rule sets that were not chosen included.
    pub fn plugin(&self, id: &str) -> Option<&Arc<PluginInfo>> {
        self.plugins.get(id)
    }

    pub(crate) fn registered(&self, point: &str) -> &[(Arc<Handler>, Filters)] {
        self.handlers.get(point).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn counted(mut self, counters: &Arc<Counters>) -> Generation {
        counters.generations.fetch_add(1, Relaxed);
        self.counters = Some(counters.clone());
        self
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        if let Some(counters) = &self.counters {
            counters.generations.fetch_sub(1, Relaxed);
        }
    }
}
