//! Builds a generation that could serve, beside the one that does: of files as they lie now, or of
//! kept versions. Takes nothing live, keeps nothing, and asks no plugin to begin or to end.

use crate::{
    dispatch::generation::Generation,
    host::Host,
    lifecycle::{
        assemble::{Assembled, assemble},
        load::{Loaded, Loader},
        objection::{Conflict, Objection, faults_of},
    },
    plugin::{
        config::HostConfig,
        fault::{Fault, FaultKind},
        generation_manifest::GenerationManifest,
        scanner,
        source::{self, PluginSource},
        storage::StoredVersion,
    },
};
use registrar_sdk::Term;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

/// A generation that could serve.
#[derive(Clone)]
pub struct Candidate {
    /// It.
    pub generation: Arc<Generation>,
    /// The plugins in which it differs from what serves: new ones, changed ones, and those that are
    /// gone.
    pub changed: Vec<String>,
    sources: CandidateSources,
    config: Arc<HostConfig>,
}

type CandidateSources = BTreeMap<String, PluginSource>;

impl Host {
    /// The generation that the folders would give as they lie now. Pinned plugins stay what they
    /// are.
    ///
    /// # Errors
    /// Everything that is wrong with what lies there.
    pub fn candidate(&self) -> Result<Candidate, Vec<Fault>> {
        let mut scan = scanner::scan_all(&self.config());
        self.pin(&mut scan);
        if !scan.faults.is_empty() {
            return Err(scan.faults.into_values().collect());
        }
        self.candidate_of(scan.plugins, self.config(), false)
    }

    /// The generation that serves, with the plugins of a path in it: a plugin's folder, a single
    /// file, or a folder of plugins.
    ///
    /// # Errors
    /// Everything that is wrong with what lies there.
    pub fn candidate_at(&self, path: &Path) -> Result<Candidate, Vec<Fault>> {
        let single = path.extension().is_some_and(|ending| ending == "lua");
        let one = single || path.join("plugin.toml").exists();
        let folder = if one { path.parent().unwrap_or(path) } else { path };
        let name = if single { path.file_stem() } else { path.file_name() };
        let only = name.filter(|_| one).map(|name| name.to_string_lossy().into_owned());
        let wanted = |id: &String| only.as_ref().is_none_or(|only| only == id);
        let mut scan = scanner::scan(std::slice::from_ref(&folder.to_owned()));
        scan.plugins.retain(|id, _| wanted(id));
        scan.faults.retain(|id, _| wanted(id) || *id == folder.display().to_string());
        if !scan.faults.is_empty() {
            return Err(scan.faults.into_values().collect());
        }
        if scan.plugins.is_empty() {
            let text = "no plugin is there; a plugin is a .lua file, or a folder with a plugin.toml";
            return Err(vec![nowhere(only.unwrap_or_default(), path, text)]);
        }
        let mut sources = self.sources();
        let known = self.config().folders.iter().position(|own| own == folder);
        for (id, mut found) in scan.plugins {
            // In the place of its namesake, whose rank among the folders it takes.
            found.layer = sources.get(&id).map(|old| old.layer).or(known).unwrap_or(0);
            sources.insert(id, found);
        }
        self.candidate_of(sources, self.config(), false)
    }

    /// The generation that serves, with a kept version of one plugin in it.
    ///
    /// # Errors
    /// The version is not kept, or can't be loaded any more.
    pub fn candidate_with(&self, plugin: &str, hash: &str) -> Result<Candidate, Vec<Fault>> {
        let mut sources = self.sources();
        let layer = sources.get(plugin).map_or(0, |old| old.layer);
        let kept = self.kept(plugin, hash, layer);
        let kept = kept.map_err(|why| vec![nowhere(plugin.to_owned(), Path::new(""), &why)])?;
        sources.insert(plugin.to_owned(), kept);
        self.candidate_of(sources, self.config(), true)
    }

    /// The generation that a recipe gives, of kept versions.
    ///
    /// # Errors
    /// A version that is not kept, or one that this program can't load any more.
    pub fn candidate_by(&self, recipe: &GenerationManifest) -> Result<Candidate, Vec<Fault>> {
        let mut sources = CandidateSources::new();
        let mut faults = Vec::new();
        for (id, (hash, layer)) in &recipe.plugins {
            match self.kept(id, hash, *layer) {
                Ok(source) => drop(sources.insert(id.clone(), source)),
                Err(why) => faults.push(nowhere(id.clone(), Path::new(""), &why)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut config = HostConfig::clone(&self.config());
        config.settings.clone_from(&recipe.settings);
        config.chosen.clone_from(&recipe.chosen);
        config.terms.clone_from(&recipe.terms);
        config.order.clone_from(&recipe.order);
        self.candidate_of(sources, Arc::new(config), true)
    }

    /// What would be wrong if rule sets were chosen like this, with the plugins that serve.
    ///
    /// # Errors
    /// Everything that would be wrong.
    pub fn choosing(
        &self,
        chosen: &BTreeSet<String>,
        terms: &BTreeMap<String, Vec<Term>>,
    ) -> Result<(), Vec<Fault>> {
        let mut config = HostConfig::clone(&self.config());
        config.chosen.clone_from(chosen);
        config.terms.clone_from(terms);
        self.candidate_of(self.sources(), Arc::new(config), false).map(drop)
    }

    /// The same generation, loaded once more: its plugins have VMs that nobody used.
    ///
    /// # Errors
    /// Something that failed this time.
    pub fn again(&self, candidate: &Candidate) -> Result<Arc<Generation>, Vec<Fault>> {
        Ok(self.put_together(&candidate.sources, &candidate.config, &BTreeMap::new(), true)?.0)
    }

    /// The version of a plugin with this hash, as it was kept.
    pub(crate) fn kept(&self, plugin: &str, hash: &str, layer: usize) -> Result<PluginSource, String> {
        let stored = self.store().version_get(plugin, hash)?;
        let stored = stored.ok_or_else(|| format!("its version {hash} is not kept"))?;
        source_of(stored, layer).map_err(|fault| fault.to_string())
    }

    // `kept`: of versions that went live once.
    fn candidate_of(
        &self,
        sources: CandidateSources,
        config: Arc<HostConfig>,
        kept: bool,
    ) -> Result<Candidate, Vec<Fault>> {
        let serving: BTreeMap<String, Arc<Loaded>> = self.live().loaded.clone();
        let (generation, open) = self.put_together(&sources, &config, &serving, kept)?;
        let rule = |id: &String| generation.plugins.get(id).map(|info| info.rule_hash.as_str());
        let ids: BTreeSet<&String> = sources.keys().chain(serving.keys()).collect();
        let changed = ids.into_iter().filter(|id| rule(id) != serving.get(*id).map(|l| l.rule_hash()));
        let changed: Vec<String> = changed.cloned().collect();
        let claims = self.live().claims.clone();
        let is_new = |id: &str| {
            let acts = |config: &HostConfig| (config.chosen.contains(id), config.terms.get(id).cloned());
            changed.iter().any(|other| other == id) || acts(&config) != acts(&self.config())
        };
        let objections = match self.validate(&generation) {
            Err(objections) => objections,
            Ok(_) => {
                open.into_iter().filter(|c| !kept && c.is_new(is_new)).map(Objection::Conflict).collect()
            }
        };
        if !objections.is_empty() {
            // What serves is not at fault.
            let losers = |objection| match objection {
                Objection::Conflict(conflict) => conflict.losers(&claims, is_new),
                Objection::Fault(fault) => vec![fault],
            };
            let faults = objections.into_iter().flat_map(losers).map(Objection::Fault).collect();
            return Err(faults_of(faults));
        }
        Ok(Candidate { generation, changed, sources, config })
    }

    // What is unchanged is taken from `serving`; the rest is built, and its examples run.
    fn put_together(
        &self,
        sources: &CandidateSources,
        config: &HostConfig,
        serving: &BTreeMap<String, Arc<Loaded>>,
        served: bool,
    ) -> Result<(Arc<Generation>, Vec<Conflict>), Vec<Fault>> {
        // What was kept went live once.
        let loader = Loader {
            engine: self.engine(),
            contract: self.contract(),
            config,
            served,
            passed: BTreeSet::new(),
        };
        let (mut plugins, mut faults) = (Vec::new(), Vec::new());
        for source in sources.values() {
            let same = |old: &&Arc<Loaded>| {
                loader.rule_hash(source, sources).is_ok_and(|hash| hash == old.rule_hash())
            };
            match serving.get(&source.id).filter(same) {
                Some(old) => plugins.push(old.clone()),
                None => match loader.build(source, sources) {
                    Ok(loaded) => plugins.push(Arc::new(loaded)),
                    Err(found) => faults.extend(found),
                },
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let number = self.generation().number;
        let assembled = assemble(number, plugins.iter().map(|l| &**l), self.contract(), config);
        let Assembled { generation, open } = assembled.map_err(faults_of)?;
        Ok((Arc::new(generation.counted(self.counters())), open))
    }
}

pub(crate) fn source_of(stored: StoredVersion, layer: usize) -> Result<PluginSource, Fault> {
    let files = stored.files.into_iter().map(|(path, bytes)| (path, Arc::from(bytes))).collect();
    source::plugin(&stored.plugin, files, layer)
}

fn nowhere(plugin: String, path: &Path, message: &str) -> Fault {
    Fault {
        plugin,
        file: path.display().to_string(),
        line: None,
        point: None,
        kind: FaultKind::Unreadable,
        message: message.to_owned(),
        said: None,
    }
}
