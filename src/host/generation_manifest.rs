//! What a generation was made of, in a form that is kept: with it and the kept versions the same
//! generation can be made again.

use crate::{config::HostConfig, host::Host, load::Loaded};
use registrar_sdk::{Map, Term, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where the store keeps what the embedding program notes: no plugin's name begins so.
const NOTES: &str = "$notes";

/// What a generation was made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GenerationManifest {
    /// By plugin: the hash of its files, and the folder it is from.
    pub plugins: BTreeMap<String, (String, usize)>,
    /// What the operator set, by plugin, when each was built: that fits it, whatever is set since.
    pub settings: BTreeMap<String, Map>,
    /// The rule sets that act.
    pub chosen: BTreeSet<String>,
    /// On which days, where not on all.
    #[serde(default)]
    pub terms: BTreeMap<String, Vec<Term>>,
    /// The operator's order, by point.
    pub order: BTreeMap<String, Vec<String>>,
}

impl GenerationManifest {
    pub(crate) fn of<'a>(
        plugins: impl IntoIterator<Item = &'a Loaded> + Clone,
        config: &HostConfig,
    ) -> GenerationManifest {
        let line = |loaded: &Loaded| (loaded.source.content_hash.clone(), loaded.source.layer);
        let set = |loaded: &Loaded| Some((loaded.source.id.clone(), loaded.operator.clone()?));
        GenerationManifest {
            plugins: plugins.clone().into_iter().map(|l| (l.source.id.clone(), line(l))).collect(),
            settings: plugins.into_iter().filter_map(set).collect(),
            chosen: config.chosen.clone(),
            terms: config.terms.clone(),
            order: config.order.clone(),
        }
    }
}

impl Host {
    /// What the embedding program noted under a key.
    ///
    /// # Errors
    /// The store failed.
    pub fn noted(&self, key: &str) -> Result<Option<String>, String> {
        Ok(self.store().state_get(NOTES, key)?.and_then(|text| text.as_str().map(str::to_owned)))
    }

    /// The keys under which it noted something.
    ///
    /// # Errors
    /// The store failed.
    pub fn notes(&self) -> Result<Vec<String>, String> {
        Ok(self.store().state_all(NOTES)?.keys().map(ToString::to_string).collect())
    }

    /// Notes a text under a key, beside the plugins' state; `None` takes it away.
    ///
    /// # Errors
    /// The store failed.
    pub fn note(&self, key: &str, text: Option<&str>) -> Result<(), String> {
        self.put(NOTES, key, text)
    }

    /// Replaces a text in a part of the store that is the host's own.
    pub(crate) fn put(&self, part: &str, key: &str, text: Option<&str>) -> Result<(), String> {
        let (store, new) = (self.store(), text.map(Value::text));
        loop {
            let old = store.state_get(part, key)?;
            if store.state_swap(part, key, old.as_ref(), new.as_ref())? {
                return Ok(());
            }
        }
    }
}
