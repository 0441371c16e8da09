//! What served when the host last ran, made again of kept versions: a start is a change of that, so that it
//! never ends with less, and who had something keeps it.

use crate::{
    dispatch::generation::Generation,
    host::Host,
    lifecycle::{
        assemble::{Assembled, assemble},
        load::Loader,
        objection::{Claims, Objection},
        serving::{PluginSources, Serving},
    },
    plugin::{config::HostConfig, generation_manifest::GenerationManifest, source::FolderScan},
};
use std::{collections::BTreeSet, sync::Arc};

/// The key of the note that tells what serves.
const SERVING: &str = "serving";
/// The key of the note that tells which trials its plugins have passed.
const PASSED: &str = "passed";

/// A generation that served.
pub(crate) struct Restored {
    pub generation: Arc<Generation>,
    pub plugins: Serving,
    pub claims: Claims,
}

impl Host {
    /// Notes what serves, for the next start.
    pub(crate) fn note_serving(&self, generation: &Generation, plugins: &Serving) {
        let marks: BTreeSet<String> = plugins.values().filter_map(|loaded| loaded.mark.clone()).collect();
        let text = serde_json::to_string(&*generation.recipe).map_err(|e| e.to_string());
        let noted =
            text.and_then(|text| self.note(SERVING, Some(&text))).and_then(|()| match self.passed() {
                known if known == marks => Ok(()),
                _ => self.note(PASSED, Some(&marks.into_iter().collect::<Vec<_>>().join(" "))),
            });
        if let Err(error) = noted {
            tracing::error!(office = %self.config().office, error, "What serves could not be noted for a restart.");
        }
    }

    // Without the note everything is tried again.
    fn passed(&self) -> BTreeSet<String> {
        let noted = self.noted(PASSED).ok().flatten().unwrap_or_default();
        noted.split_whitespace().map(str::to_owned).collect()
    }

    /// What served last, as far as this program can still load it; `None` if that is nothing.
    pub(crate) fn restored(&self, scan: &FolderScan) -> Option<Restored> {
        let (sources, config) = self.served(scan)?;
        let loader = Loader {
            engine: self.engine(),
            contract: self.contract(),
            config: &config,
            served: true,
            passed: self.passed(),
        };
        let mut plugins = Serving::new();
        let mut out: BTreeSet<String> = BTreeSet::new();
        for source in sources.values() {
            match loader.build(source, &sources) {
                Ok(loaded) => drop(plugins.insert(source.id.clone(), Arc::new(loaded))),
                Err(faults) => {
                    let first = faults.first().map(ToString::to_string).unwrap_or_default();
                    tracing::warn!(office = %config.office, plugin = %source.id, "The version that served last can't be loaded: {first}.");
                    out.insert(source.id.clone());
                }
            }
        }
        loop {
            // Who builds on what can't be loaded can't either.
            let lacking = |loaded: &Arc<crate::lifecycle::load::Loaded>| {
                loaded.source.manifest.depends.iter().any(|id| out.contains(id))
            };
            let lost: Vec<String> =
                plugins.iter().filter(|(_, l)| lacking(l)).map(|(id, _)| id.clone()).collect();
            out.extend(lost);
            plugins.retain(|id, _| !out.contains(id));
            if plugins.is_empty() {
                return None;
            }
            match self.together(&plugins, &config) {
                Ok((generation, claims)) => return Some(Restored { generation, plugins, claims }),
                Err(objections) => {
                    let parties = objections.into_iter().flat_map(Objection::faults);
                    let before = out.len();
                    for fault in parties.filter(|fault| plugins.contains_key(&fault.plugin)) {
                        tracing::warn!(office = %config.office, "Of what served last: {fault}.");
                        out.insert(fault.plugin);
                    }
                    if out.len() == before {
                        return None;
                    }
                }
            }
        }
    }

    fn together(
        &self,
        plugins: &Serving,
        config: &HostConfig,
    ) -> Result<(Arc<Generation>, Claims), Vec<Objection>> {
        let Assembled { generation, .. } =
            assemble(1, plugins.values().map(|l| &**l), self.contract(), config)?;
        let generation = Arc::new(generation.counted(self.counters()));
        let claims = self.validate(&generation)?;
        Ok((generation, claims))
    }

    /// The sources of what served, and the configuration it had.
    fn served(&self, scan: &FolderScan) -> Option<(PluginSources, HostConfig)> {
        let mut config = HostConfig::clone(&self.config());
        let noted = self.noted(SERVING).and_then(|text| {
            text.map(|text| serde_json::from_str::<GenerationManifest>(&text).map_err(|e| e.to_string()))
                .transpose()
        });
        let recipe = noted.unwrap_or_else(|error| {
            tracing::error!(office = %config.office, error, "What served last can't be read.");
            None
        });
        let listed: Vec<(String, Option<String>, Option<usize>)> = match recipe {
            Some(recipe) => {
                config.settings = recipe.settings;
                config.chosen = recipe.chosen;
                config.terms = recipe.terms;
                config.order = recipe.order;
                let line = |(id, (hash, layer))| (id, Some(hash), Some(layer));
                recipe.plugins.into_iter().map(line).collect()
            }
            // An earlier version of this program noted the plugins alone.
            None => {
                let plugins = self.store().version_plugins().unwrap_or_else(|error| {
                    tracing::error!(office = %config.office, error, "The plugins that served last cannot be listed.");
                    Vec::new()
                });
                plugins.into_iter().map(|id| (id, None, None)).collect()
            }
        };
        let mut sources = PluginSources::new();
        for (id, hash, layer) in listed {
            let found = scan.plugins.get(&id);
            let layer = layer.or_else(|| found.map(|source| source.layer)).unwrap_or(0);
            let kept = match hash {
                Some(hash) => {
                    match found.filter(|found| found.content_hash == hash && found.layer == layer) {
                        Some(found) => Some(found.clone()),
                        None => self.kept(&id, &hash, layer).ok(),
                    }
                }
                None => self.last_good_source(&id, layer),
            };
            sources.extend(kept.map(|source| (id, source)));
        }
        (!sources.is_empty()).then_some((sources, config))
    }
}
