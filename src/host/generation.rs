//! One immutable set of loaded plugins and their handlers.

use crate::handler::{Handler, PluginInfo};
use std::{collections::BTreeMap, sync::Arc};

/// What serves at one moment. A dispatch holds one generation from its first handler to its last.
#[derive(Debug, Default)]
pub struct Generation {
    /// Rises by one with every swap.
    pub number: u64,
    /// The plugins, by id.
    pub plugins: BTreeMap<String, Arc<PluginInfo>>,
    /// The handlers of each point, in the order they are called.
    pub(crate) handlers: BTreeMap<&'static str, Vec<Arc<Handler>>>,
}

impl Generation {
    /// The handlers registered at a point, in order; unfiltered.
    pub fn handlers(&self, point: &str) -> &[Arc<Handler>] {
        self.handlers.get(point).map_or(&[], Vec::as_slice)
    }
}
