//! Starts a script aside: its sources run once, its examples pass, then it is ready to be called.

use crate::{
    lifecycle::{
        build_cache::{CacheKey, Checked, is_passing},
        example,
        load::{Loader, PluginInputs, alone, declaration},
        plugin_examples::listed_examples,
    },
    plugin::{
        body::{Example, Registrations},
        fault::{Fault, FaultKind},
        handler::Handler,
        source::PluginSource,
    },
    runtime::{
        call::Context,
        instance::Instance,
        lua::{
            self, Luau,
            purity::{self, Impure},
        },
    },
};
use registrar_sdk::{Phase, Value};
use std::{
    collections::BTreeMap,
    rc::Rc,
    sync::{Arc, atomic::Ordering::Relaxed},
};

impl Loader<'_> {
    /// Makes a script ready to be called, once its examples have passed.
    pub(crate) fn start_script(
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
        if self.has_passed(&instance.body) {
            return Ok(registered);
        }
        let faults = self.run_examples(source, all, instance)?;
        if faults.is_empty() { Ok(registered) } else { Err(faults) }
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
        instance.note_example(None);
        if instance.registered.get().is_some_and(|r| r.examples.is_empty()) && listed.is_empty() {
            live.exampled_as(&instance);
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
        live.exampled_as(&instance);
        outcome.unwrap_or_else(|_| Ok(vec![abandoned(&instance, "an example")]))
    }
}

fn remembers(fault: Fault) -> Fault {
    let message = format!(
        "{}; it came out as expected the first time and otherwise when it was tried again: a rule may only depend on \
         its arguments, settings and look-ups, and keep nothing between calls",
        fault.message
    );
    Fault { message, ..fault }
}

fn abandoned(instance: &Instance, what: &str) -> Fault {
    Fault {
        plugin: instance.body.info.id.clone(),
        file: instance.body.file(),
        line: None,
        point: None,
        kind: FaultKind::Abandoned,
        message: format!("{what} would not stop; its thread was given up"),
        said: None,
    }
}
