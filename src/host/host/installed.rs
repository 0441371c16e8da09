//! Everything that is loaded, whether it acts or not, and versions built aside, to be asked beside
//! what serves. Nothing here goes live.

use crate::{
    dispatch::generation::Generation,
    host::{Host, staging::source_of},
    lifecycle::{
        assemble::assemble,
        load::{Loaded, declaration},
        objection::faults_of,
        plugin_examples::listed_examples,
    },
    plugin::{
        body::Example, fault::Fault, handler::Handler, manifest::Manifest, source::PluginSource,
        storage::StoredVersion,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Plugins that can be asked beside those that serve.
pub struct StagedPlugins {
    /// The plugins, acting.
    pub generation: Arc<Generation>,
    /// Their examples, by plugin, in source order.
    pub examples: BTreeMap<String, Vec<Example>>,
}

impl Host {
    /// The handlers of all plugins that are loaded, rule sets that nobody chose included; by plugin,
    /// in source order.
    pub fn installed(&self) -> Vec<Arc<Handler>> {
        self.live().loaded.values().flat_map(|loaded| loaded.handlers.iter().cloned()).collect()
    }

    /// What all loaded plugins were made of, by id.
    pub fn sources(&self) -> BTreeMap<String, PluginSource> {
        self.live().loaded.iter().map(|(id, loaded)| (id.clone(), loaded.source.clone())).collect()
    }

    /// The manifests of what serves, and of what lay in the folders and could not be loaded when they were taken live
    /// last; also under ids that a plugin had before.
    pub fn manifests(&self) -> BTreeMap<String, Arc<Manifest>> {
        let live = self.live();
        let serving = live.loaded.iter().map(|(id, loaded)| (id.clone(), loaded.source.manifest.clone()));
        let mut manifests = live.manifests.clone();
        manifests.extend(serving);
        let earlier = manifests.values().flat_map(|one| one.was.iter().map(|was| (was.clone(), one.clone())));
        for (was, manifest) in earlier.collect::<Vec<_>>() {
            manifests.entry(was).or_insert(manifest);
        }
        manifests
    }

    /// What serves, with the examples of the plugins that act.
    ///
    /// # Errors
    /// Examples that can no longer be read.
    pub fn serving(&self) -> Result<StagedPlugins, Fault> {
        let live = self.live();
        let generation = self.generation();
        let acting: BTreeSet<&str> =
            generation.handlers.values().flatten().map(|(handler, _)| handler.plugin.id.as_str()).collect();
        let acting = live.loaded.values().filter(|loaded| acting.contains(loaded.source.id.as_str()));
        let examples = examples_of(acting.map(|l| &**l), self)?;
        Ok(StagedPlugins { generation, examples })
    }

    /// Builds a plugin and what it depends on of `sources`, and has it act on every day.
    /// A dependency that serves as it is in `sources` is not built again.
    ///
    /// # Errors
    /// Everything that was found wrong.
    pub fn aside(
        &self,
        id: &str,
        sources: &BTreeMap<String, PluginSource>,
    ) -> Result<StagedPlugins, Vec<Fault>> {
        let parts = self.loader();
        let loader = parts.borrow();
        let Some(source) = sources.get(id) else { return Ok(StagedPlugins::empty()) };
        let mut wanted = loader.dependencies(source, sources).map_err(|fault| vec![fault])?;
        wanted.push(id.to_owned());
        let mut built: Vec<Arc<Loaded>> = Vec::new();
        for source in wanted.iter().filter_map(|id| sources.get(id)) {
            let hash = loader.rule_hash(source, sources).map_err(|fault| vec![fault])?;
            let served = self.live().loaded.get(&source.id).filter(|l| l.rule_hash() == hash).cloned();
            built.push(match served {
                Some(loaded) => loaded,
                None => Arc::new(loader.build(source, sources)?),
            });
        }
        let mut config = (*self.config()).clone();
        config.terms.clear();
        config.chosen = BTreeSet::from([id.to_owned()]);
        let assembled = assemble(0, built.iter().map(|l| &**l), self.contract(), &config);
        let generation = assembled.map_err(faults_of)?.generation;
        let examples = examples_of(built.iter().map(|l| &**l), self).map_err(|fault| vec![fault])?;
        Ok(StagedPlugins { generation: Arc::new(generation.counted(self.counters())), examples })
    }
}

impl StagedPlugins {
    fn empty() -> StagedPlugins {
        StagedPlugins { generation: Arc::default(), examples: BTreeMap::new() }
    }
}

impl StoredVersion {
    /// The plugin as it could be built again, as if from the folder numbered `layer`.
    ///
    /// # Errors
    /// A manifest that is wrong, or a library: of one only its hash is kept.
    pub fn source(self, layer: usize) -> Result<PluginSource, Fault> {
        let library = self.library().is_some();
        let source = source_of(self, layer)?;
        match library {
            true => {
                Err(declaration(&source, "is a library; only versions of scripts can be built again".into()))
            }
            false => Ok(source),
        }
    }
}

fn examples_of<'a>(
    plugins: impl Iterator<Item = &'a Loaded>,
    host: &Host,
) -> Result<BTreeMap<String, Vec<Example>>, Fault> {
    let mut examples = BTreeMap::new();
    for loaded in plugins {
        let registered = loaded.instance.registered.get();
        let mut own = registered.map_or_else(Vec::new, |registered| registered.examples.clone());
        if loaded.source.library.is_none() {
            own.extend(listed_examples(&loaded.source, host.contract())?);
        }
        examples.insert(loaded.source.id.clone(), own);
    }
    Ok(examples)
}
