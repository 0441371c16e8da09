//! Builds one plugin aside: dependencies, settings, its sources run once, its examples.

use crate::{
    build_cache::{self, CacheKey, Checked, is_passing},
    call::Context,
    config::HostConfig,
    document::{Clauses, DocumentToml},
    engine::Engine,
    example,
    fault::{Fault, FaultKind},
    figure::{DatedFigure, DatedFigures},
    filter::Filters,
    generation::Generation,
    handler::{Handler, PluginInfo},
    instance::Instance,
    lua::{
        self, Luau,
        purity::{self, Impure},
    },
    plugin::{Body, Example, Registrations},
    source::{EXAMPLES, PluginSource},
};
use registrar_sdk::{Contract, Map, Phase, Value, suggest::nearest};
use std::{
    collections::BTreeMap,
    rc::Rc,
    sync::{Arc, atomic::Ordering::Relaxed},
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
        let instance = self.instance(self.engine.build_cache.shared(key, body));
        let registered = match &source.library {
            None => self.start_script(source, all, &instance, key)?,
            Some(library) => self.start_native(source, all, library, &instance, key)?,
        };
        let handlers = handlers(&instance, &registered);
        let _ = instance.registered.set(registered);
        Ok(Loaded { source: source.clone(), instance, handlers, operator: self.operator(source) })
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

    /// Makes a script ready to be called, once its examples have passed.
    fn start_script(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
        live: &Arc<Instance>,
        key: CacheKey,
    ) -> Checked {
        let try_it = || self.try_script(source, all, live);
        let registered = self.engine.build_cache.checked(key, self.config, is_passing, try_it)?;
        let _ = live.runtime.set(Box::new(Luau));
        Ok(registered)
    }

    /// Runs a script's sources and its examples.
    fn try_script(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
        instance: &Arc<Instance>,
    ) -> Checked {
        self.engine.counters.tried.fetch_add(1, Relaxed);
        let impure = if self.served { Vec::new() } else { self.impure(source, instance) };
        if !impure.is_empty() {
            return Err(impure);
        }
        let registered = Arc::new(self.run_sources(instance).map_err(|fault| vec![fault])?);
        let _ = instance.registered.set(registered.clone());
        let faults = self.run_examples(source, all, instance)?;
        if faults.is_empty() { Ok(registered) } else { Err(faults) }
    }

    pub(crate) fn instance(&self, body: Arc<Body>) -> Arc<Instance> {
        Instance::new(&self.engine.counters, body)
    }

    // Globals of its own files, and what rules of its own change in them and in modules that they run.
    fn impure(&self, source: &PluginSource, instance: &Instance) -> Vec<Fault> {
        let is_pure = |id: &str| self.contract.point(id).is_some_and(|point| point.phase == Phase::Pure);
        let fault = |one: Impure| Fault {
            file: one.file,
            line: Some(one.line).filter(|line| *line > 0),
            ..declaration(source, one.message)
        };
        purity::impure(&instance.body.files, &is_pure).into_iter().map(fault).collect()
    }

    fn run_sources(&self, instance: &Arc<Instance>) -> Result<Registrations, Fault> {
        let own = instance.clone();
        let outcome = self.engine.run(
            true,
            move |worker, _| lua::open(worker, &own).map(|vm| vm.vm.registered()),
            &mut |_| {},
        );
        outcome.unwrap_or_else(|_| Err(abandoned(instance, "loading")))
    }

    // Examples see the manifest's defaults, whatever the operator set: they are the author's.
    fn run_examples(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
        live: &Arc<Instance>,
    ) -> Result<Vec<Fault>, Vec<Fault>> {
        let defaults = PluginInputs::of(source, None).map_err(|p| vec![declaration(source, p)])?;
        let instance = if defaults.are_those_of(&live.body.info) {
            live.clone()
        } else {
            let body =
                self.body(source, all, defaults, live.body.info.rule_hash.clone()).map_err(|f| vec![f])?;
            self.instance(body)
        };
        let listed = listed_examples(source, self.contract).map_err(|f| vec![f])?;
        if instance.registered.get().is_some_and(|r| r.examples.is_empty()) && listed.is_empty() {
            return Ok(Vec::new());
        }
        let (own, snapshot) = (instance.clone(), self.config.example_snapshot.clone());
        let contract = self.contract;
        let is_pure = move |example: &Example| {
            let point = example.spec.get("point").as_str().and_then(|id| contract.point(id));
            point.is_some_and(|point| point.phase == Phase::Pure)
        };
        let outcome = self.engine.run(
            true,
            move |worker, _| {
                let vm = lua::open(worker, &own).map_err(|f| vec![f])?;
                let registered = vm.vm.registered();
                let generation = alone(&own, &registered);
                let examples: Vec<Example> = registered.examples.iter().cloned().chain(listed).collect();
                let mut call = |handler: &Arc<Handler>, context: &Rc<Context>, args: &[Value]| {
                    vm.vm.call(handler, context, args)
                };
                let faults = example::run(&own, &generation, &examples, &snapshot, &mut call);
                if !faults.is_empty() {
                    return Ok(faults);
                }
                // In the same VM once more, and in the opposite order: whoever remembers answers otherwise.
                let mut again: Vec<Example> = examples.into_iter().filter(is_pure).collect();
                for _ in 0..2 {
                    again.reverse();
                    let faults = example::run(&own, &generation, &again, &snapshot, &mut call);
                    if !faults.is_empty() {
                        return Ok(faults.into_iter().map(remembers).collect());
                    }
                }
                Ok(Vec::new())
            },
            &mut |_| {},
        );
        outcome.unwrap_or_else(|_| Ok(vec![abandoned(&instance, "an example")]))
    }
}

/// The plugin of this id, or that had it before.
pub(crate) fn called<'a>(all: &'a BTreeMap<String, PluginSource>, id: &str) -> Option<&'a PluginSource> {
    all.get(id).or_else(|| all.values().find(|source| source.manifest.was.iter().any(|was| was == id)))
}

fn remembers(fault: Fault) -> Fault {
    let message = format!(
        "{}; it came out as expected the first time and otherwise when it was tried again: a rule may only depend on \
         its arguments, settings and look-ups, and keep nothing between calls",
        fault.message
    );
    Fault { message, ..fault }
}

/// A generation of one plugin, for its examples.
pub(crate) fn alone(instance: &Arc<Instance>, registered: &Registrations) -> Generation {
    let mut generation = Generation::default();
    let body = &instance.body;
    for handler in handlers(instance, registered) {
        if let Some(point) = body.contract.point(handler.point) {
            let filters = Filters::new(body.contract, point, &handler.options, body.layer);
            generation.handlers.entry(point.id).or_default().push((handler, filters));
        }
    }
    generation.instances.insert(instance.id, instance.clone());
    generation
}

fn handlers(instance: &Arc<Instance>, registered: &Registrations) -> Vec<Arc<Handler>> {
    let make = |(index, r): (usize, &crate::plugin::Registration)| {
        Arc::new(Handler {
            plugin: instance.body.info.clone(),
            index: index as u32,
            point: r.point.id,
            options: r.options.clone(),
            source: r.source.clone(),
            instance: instance.id,
        })
    };
    registered.handlers.iter().enumerate().map(make).collect()
}

// `examples.jsonl`: one example a line, its name under `name`.
pub(crate) fn listed_examples(
    source: &PluginSource,
    contract: &'static Contract,
) -> Result<Vec<Example>, Fault> {
    let mut examples = Vec::new();
    for path in [format!("{}/{EXAMPLES}", source.id), format!("{}.{EXAMPLES}", source.id)] {
        if let Some(bytes) = source.files.get(&path) {
            examples.extend(examples_of(source, contract, &path, &String::from_utf8_lossy(bytes))?);
        }
    }
    Ok(examples)
}

fn examples_of(
    source: &PluginSource,
    contract: &'static Contract,
    path: &str,
    text: &str,
) -> Result<Vec<Example>, Fault> {
    let mut examples = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = crate::handler::SourceLocation { file: path.to_owned(), line: number as u32 + 1 };
        let wrong = |message: String| Fault {
            file: path.to_owned(),
            line: Some(at.line),
            ..declaration(source, message)
        };
        let mut spec = match serde_json::from_str(line).map_err(|e| wrong(no_json(&e)))? {
            Value::Map(map) => map,
            other => return Err(wrong(format!("is {}; expected an object", other.kind()))),
        };
        let name = spec
            .remove("name")
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_else(|| format!("line {}", at.line));
        let spec = Value::Map(spec);
        crate::registration::check_example(contract, &spec).map_err(wrong)?;
        examples.push(Example { name, spec, source: at });
    }
    Ok(examples)
}

/// Why a line is no JSON, without the reader's own count of lines.
fn no_json(why: &serde_json::Error) -> String {
    let (text, column) = (why.to_string(), why.column());
    let text = text.split(" at line ").next().unwrap_or_default();
    format!("column {column}: {text}; an example is one JSON object on one line")
}

fn abandoned(instance: &Instance, what: &str) -> Fault {
    Fault {
        plugin: instance.body.info.id.clone(),
        file: instance.body.file(),
        line: None,
        point: None,
        kind: FaultKind::Abandoned,
        message: format!("{what} would not stop; its thread was given up"),
    }
}

pub(crate) fn declaration(source: &PluginSource, message: String) -> Fault {
    let manifest = format!("{}/plugin.toml", source.id);
    let file = match &source.library {
        Some(library) => library.file.clone(),
        None if source.files.contains_key(&manifest) => manifest,
        None => source.files.keys().next().cloned().unwrap_or_default(),
    };
    Fault { plugin: source.id.clone(), file, line: None, point: None, kind: FaultKind::Declaration, message }
}

/// A [`declaration`] fault at the line of the manifest that names a dependency.
pub(crate) fn at_dependency(source: &PluginSource, id: &str, message: String) -> Fault {
    let fault = declaration(source, message);
    let text = source.files.get(&fault.file).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let named = |line: &str| [format!("\"{id}\""), format!("'{id}'")].iter().any(|name| line.contains(name));
    let line = text.and_then(|text| {
        let mut lines =
            (1..).zip(text.lines()).skip_while(|(_, line)| !line.trim_start().starts_with("depends"));
        lines.find(|(_, line)| named(line)).map(|(number, _)| number)
    });
    Fault { line, ..fault }
}
