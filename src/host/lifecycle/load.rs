//! Builds one plugin aside: dependencies, settings, its sources run once, its examples.

use crate::{
    dispatch::generation::Generation,
    lifecycle::{
        build_cache::{self},
        engine::Engine,
        order,
    },
    plugin::{
        body::{Body, Registrations},
        config::HostConfig,
        document::{Clauses, DocumentToml},
        fault::{Fault, FaultKind},
        figure::{DatedFigure, DatedFigures},
        filter::Filters,
        handler::{Handler, PluginInfo},
        registration::unknown_point,
        source::PluginSource,
    },
    runtime::instance::Instance,
};
use registrar_sdk::{Contract, Map, Value, suggest::nearest};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicBool},
};

/// Part of every rule hash: rises when the engine computes anything differently.
pub const ENGINE_REVISION: u32 = 1;

/// A plugin that passed everything and could go live.
pub struct Loaded {
    /// What it was made of.
    pub source: PluginSource,
    /// Its VMs' template.
    pub instance: Arc<Instance>,
    /// Its handlers, in source order.
    pub handlers: Vec<Arc<Handler>>,
    /// What the operator set for it when it was built; what is set by now may not fit it.
    pub operator: Option<Map>,
    /// Under what its examples were passed, for a later start; `None` where nobody says.
    pub(crate) mark: Option<String>,
}

impl Loaded {
    /// Its rule hash.
    pub fn rule_hash(&self) -> &str {
        &self.instance.body.info.rule_hash
    }
}

/// Everything needed to build plugins.
pub struct Loader<'a> {
    pub(crate) engine: &'a Arc<Engine>,
    pub(crate) contract: &'static Contract,
    pub(crate) config: &'a HostConfig,
    /// Whether what is loaded served before: then what an earlier version of this program let pass goes on.
    pub(crate) served: bool,
    /// The marks of trials that were passed before: what has one of them is not tried again.
    pub(crate) passed: BTreeSet<String>,
}

impl Loader<'_> {
    /// Whether its examples were passed before, under all that they depend on.
    pub(crate) fn has_passed(&self, body: &Body) -> bool {
        build_cache::mark(body, self.config).is_some_and(|mark| self.passed.contains(&mark))
    }
}

/// What a plugin is given besides its files.
pub(crate) struct PluginInputs {
    pub settings: Value,
    pub figures: DatedFigures,
}

impl PluginInputs {
    /// What its manifest declares, with what the operator says instead.
    pub fn of(source: &PluginSource, operator: Option<&Map>) -> Result<PluginInputs, String> {
        let manifest = &source.manifest;
        let set = |part: &str, problem: String| format!("[settings.{}{part}]: {problem}", source.id);
        Ok(PluginInputs {
            settings: manifest.settings(operator).map_err(|problem| set("", problem))?,
            figures: manifest.figures(operator).map_err(|problem| set(".figures", problem))?,
        })
    }

    pub fn are_those_of(&self, info: &PluginInfo) -> bool {
        self.settings == info.settings && self.figures == info.figures
    }
}

impl Loader<'_> {
    /// The ids of all plugins that `source` builds on, itself not included; nearest last.
    ///
    /// # Errors
    /// A dependency that is missing, or a cycle, by name.
    pub fn dependencies(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
    ) -> Result<Vec<String>, Fault> {
        let mut found = Vec::new();
        self.visit(source, all, &mut vec![source.id.clone()], &mut found)?;
        Ok(found)
    }

    fn visit(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
        trail: &mut Vec<String>,
        found: &mut Vec<String>,
    ) -> Result<(), Fault> {
        for id in &source.manifest.depends {
            if trail.contains(id) {
                trail.push(id.clone());
                let text = format!("depends on itself: {}", trail.join(" -> "));
                return Err(at_dependency(source, id, text));
            }
            let dependency = called(all, id);
            if dependency.is_some_and(|dependency| found.contains(&dependency.id)) {
                continue;
            }
            let Some(dependency) = dependency else {
                let hint = nearest(id, all.keys().map(String::as_str));
                let text = format!("depends on \"{id}\", which is not there{hint}");
                return Err(at_dependency(source, id, text));
            };
            trail.push(dependency.id.clone());
            self.visit(dependency, all, trail, found)?;
            trail.pop();
            found.push(dependency.id.clone());
        }
        Ok(())
    }

    /// What identifies the plugin as a rule: everything its answers can depend on.
    ///
    /// # Errors
    /// As [`Loader::dependencies`], and settings that do not fit.
    pub fn rule_hash(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
    ) -> Result<String, Fault> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(source.content_hash.as_bytes());
        let mut dependencies = self.dependencies(source, all)?;
        dependencies.sort();
        for id in dependencies {
            if let Some(dependency) = all.get(&id) {
                hasher.update(dependency.content_hash.as_bytes());
            }
        }
        let given = self.given(source)?;
        hasher.update(given.settings.to_json().to_string().as_bytes());
        // Those that the operator leaves as they are declared are in the content's hash.
        if given.figures != source.manifest.figures {
            let days = |(name, figure): (&String, &DatedFigure)| (name.clone(), figure.from.clone());
            let amounts: BTreeMap<String, _> = given.figures.iter().map(days).collect();
            hasher.update(serde_json::json!(amounts).to_string().as_bytes());
        }
        hasher.update(
            format!("{}/{}/{ENGINE_REVISION}/{}", self.contract.name, self.contract.revision, source.layer)
                .as_bytes(),
        );
        Ok(hasher.finalize().to_hex().to_string())
    }

    fn operator(&self, source: &PluginSource) -> Option<Map> {
        self.config.settings_of(&source.id, &source.manifest.was)
    }

    fn given(&self, source: &PluginSource) -> Result<PluginInputs, Fault> {
        let operator = self.operator(source);
        PluginInputs::of(source, operator.as_ref()).map_err(|problem| declaration(source, problem))
    }

    /// Builds a plugin and runs its examples.
    ///
    /// # Errors
    /// Everything that was found wrong.
    pub fn build(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
    ) -> Result<Loaded, Vec<Fault>> {
        let one = |fault| vec![fault];
        if let Some(revision) = source.manifest.contract.filter(|r| *r != self.contract.revision) {
            let (name, ours) = (self.contract.name, self.contract.revision);
            let text =
                format!("was written for revision {revision} of the contract {name}; this host has {ours}");
            return Err(one(declaration(source, text)));
        }
        let rule_hash = self.rule_hash(source, all).map_err(one)?;
        let given = self.given(source).map_err(one)?;
        let body = self.body(source, all, given, rule_hash).map_err(one)?;
        let key = build_cache::key(&body, self.config, self.served);
        let mark = build_cache::mark(&body, self.config);
        let instance = self.instance(self.engine.build_cache.shared(key, body));
        let registered = match &source.library {
            None => self.start_script(source, all, &instance, key)?,
            Some(library) => self.start_native(source, all, library, &instance, key)?,
        };
        let handlers = handlers(&instance, &registered);
        check_order(source, self.contract, &handlers).map_err(one)?;
        let _ = instance.registered.set(registered);
        Ok(Loaded { source: source.clone(), instance, handlers, operator: self.operator(source), mark })
    }

    /// What is still said under an id that a plugin had before counts, and is told.
    pub(crate) fn tell_of_names(&self, source: &PluginSource, all: &BTreeMap<String, PluginSource>) {
        let office = &self.config.office;
        for was in source.manifest.was.iter().filter(|was| self.config.settings.contains_key(*was)) {
            tracing::warn!(office = %office, "[settings.{was}] counts for \"{}\", as that plugin is called now.", source.id);
        }
        for id in source.manifest.depends.iter().filter(|id| !all.contains_key(*id)) {
            if let Some(now) = called(all, id) {
                tracing::warn!(office = %office, plugin = %source.id, "What it calls \"{id}\" under depends is called \"{}\" now.", now.id);
            }
        }
    }

    pub(crate) fn body(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
        given: PluginInputs,
        rule_hash: String,
    ) -> Result<Arc<Body>, Fault> {
        let depends = self.dependencies(source, all)?;
        let mut files = source.files.clone();
        for dependency in depends.iter().filter_map(|id| all.get(id)) {
            let own = dependency.files.iter().map(|(path, bytes)| (path.clone(), bytes.clone()));
            Arc::make_mut(&mut files).extend(own);
        }
        let manifest = &source.manifest;
        let built_on = depends.iter().filter_map(|id| all.get(id)).chain([source]);
        let earlier =
            built_on.flat_map(|one| one.manifest.was.iter().map(|was| (was.clone(), one.id.clone())));
        let earlier = earlier.collect();
        let info = PluginInfo {
            id: source.id.clone(),
            was: manifest.was.clone(),
            version: if manifest.version.is_empty() { "0".into() } else { manifest.version.clone() },
            content_hash: source.content_hash.clone(),
            rule_hash,
            kind: if source.library.is_some() { "native" } else { "lua" },
            layer: source.layer,
            document: manifest.document.as_ref().map(DocumentToml::read),
            clauses: Clauses::clone(&source.clauses),
            depends,
            title: manifest.title(),
            rule_set: manifest.rule_set,
            order: manifest.order.clone(),
            settings: given.settings,
            figures: given.figures,
            capabilities: manifest.capabilities.clone(),
            state_version: manifest.state_version,
        };
        Ok(Arc::new(Body {
            info: Arc::new(info),
            files,
            entries: match &source.library {
                Some(library) => vec![library.file.clone()],
                None => source.entries(),
            },
            earlier,
            contract: self.contract,
            layer: source.layer,
            memory_cap: self.engine.config.vm_memory,
            load_budget_ms: self.config.load_budget_ms,
            quota: self.config.quota.clone(),
        }))
    }

    pub(crate) fn instance(&self, body: Arc<Body>) -> Arc<Instance> {
        Instance::new(&self.engine.counters, body)
    }
}

/// Whether `[order]` in a plugin's manifest names points that there are and clauses that its handlers there have.
fn check_order(
    source: &PluginSource,
    contract: &'static Contract,
    handlers: &[Arc<Handler>],
) -> Result<(), Fault> {
    for (id, clauses) in &source.manifest.order {
        let wrong = |text: String| at_manifest(source, "[order]", id, text);
        if contract.point(id).is_none() {
            return Err(wrong(format!("[order]: {}", unknown_point(contract, id))));
        }
        let there = || handlers.iter().filter(|h| h.point == id).filter_map(|h| h.option("clause").as_str());
        if let Some(stray) = clauses.iter().find(|clause| !there().any(|one| one == *clause)) {
            let hint = nearest(stray, there());
            return Err(wrong(format!(
                "[order] names the clause \"{stray}\" at {id}, where no handler of the plugin has it{hint}"
            )));
        }
        if let Some(twice) = (1..clauses.len()).find(|at| clauses[..*at].contains(&clauses[*at])) {
            return Err(wrong(format!("[order] names the clause \"{}\" at {id} twice", clauses[twice])));
        }
    }
    Ok(())
}

/// The plugin of this id, or that had it before.
pub(crate) fn called<'a>(all: &'a BTreeMap<String, PluginSource>, id: &str) -> Option<&'a PluginSource> {
    all.get(id).or_else(|| all.values().find(|source| source.manifest.was.iter().any(|was| was == id)))
}

/// A generation of one plugin, for its examples: its handlers in the order in which they will serve.
pub(crate) fn alone(instance: &Arc<Instance>, registered: &Registrations) -> Generation {
    let mut generation = Generation::default();
    let body = &instance.body;
    let mut by_point: BTreeMap<&'static str, Vec<Arc<Handler>>> = BTreeMap::new();
    for handler in handlers(instance, registered) {
        by_point.entry(handler.point).or_default().push(handler);
    }
    for (id, handlers) in by_point {
        let Some(point) = body.contract.point(id) else { continue };
        // One that asks to be before itself is refused when all are put together.
        let handlers = order::sort(handlers.clone(), &[]).map_or(handlers, |order| order.handlers);
        let with_filters = handlers.into_iter().map(|handler| {
            let filters = Filters::new(body.contract, point, &handler.options, body.layer);
            (handler, filters)
        });
        generation.handlers.insert(point.id, with_filters.collect());
    }
    generation.instances.insert(instance.id, instance.clone());
    generation
}

fn handlers(instance: &Arc<Instance>, registered: &Registrations) -> Vec<Arc<Handler>> {
    let make = |(index, r): (usize, &crate::plugin::body::Registration)| {
        Arc::new(Handler {
            plugin: instance.body.info.clone(),
            index: index as u32,
            point: r.point.id,
            options: r.options.clone(),
            source: r.source.clone(),
            instance: instance.id,
            looks_at_all: AtomicBool::new(false),
        })
    };
    registered.handlers.iter().enumerate().map(make).collect()
}

pub(crate) fn declaration(source: &PluginSource, message: String) -> Fault {
    let manifest = format!("{}/plugin.toml", source.id);
    let file = match &source.library {
        Some(library) => library.file.clone(),
        None if source.files.contains_key(&manifest) => manifest,
        None => source.files.keys().next().cloned().unwrap_or_default(),
    };
    Fault {
        plugin: source.id.clone(),
        file,
        line: None,
        point: None,
        kind: FaultKind::Declaration,
        message,
        said: None,
    }
}

/// A [`declaration`] fault at the line of the manifest that names a dependency.
pub(crate) fn at_dependency(source: &PluginSource, id: &str, message: String) -> Fault {
    at_manifest(source, "depends", id, message)
}

/// A [`declaration`] fault at the line of the manifest that holds a quoted name, from the line on that begins with a
/// key or a table's head.
fn at_manifest(source: &PluginSource, begins: &str, name: &str, message: String) -> Fault {
    let fault = declaration(source, message);
    let text = source.files.get(&fault.file).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let named =
        |line: &str| [format!("\"{name}\""), format!("'{name}'")].iter().any(|name| line.contains(name));
    let line = text.and_then(|text| {
        let mut lines =
            (1..).zip(text.lines()).skip_while(|(_, line)| !line.trim_start().starts_with(begins));
        lines.find(|(_, line)| named(line)).map(|(number, _)| number)
    });
    Fault { line, ..fault }
}
