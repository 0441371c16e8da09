//! Starts a library aside: loaded by a child, its examples run there, then made ready to go live.

use crate::{
    lifecycle::{
        build_cache::{CacheKey, Checked, is_passing},
        example,
        load::{Loader, PluginInputs, alone, declaration},
        plugin_examples::listed_examples,
    },
    plugin::{
        fault::{Fault, FaultKind},
        handler::Handler,
        library::{private_copy, trust},
        source::{LibraryFile, PluginSource},
    },
    runtime::{
        call::Context,
        instance::{Instance, Runtime},
        native::{in_process::InProcess, isolated::Isolated, process::Launch},
    },
};
use registrar_sdk::Value;
use std::{collections::BTreeMap, rc::Rc, sync::Arc};

/// Why a child could not be started is no verdict on what it would have run.
fn may_pass(fault: &Fault) -> bool {
    is_passing(fault) || fault.kind == FaultKind::Declaration
}

impl Loader<'_> {
    /// Makes `live` ready to be called, wherever it is to run; whatever the library does before it
    /// has passed its examples, only a child is lost.
    ///
    /// # Errors
    /// Why it may not go live.
    pub(crate) fn start_native(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
        library: &LibraryFile,
        live: &Arc<Instance>,
        key: CacheKey,
    ) -> Checked {
        let one = |problem: String| vec![declaration(source, problem)];
        let launch = self.launch(&source.id, library, &live.body.info.settings).map_err(one)?;
        let registered = self.engine.build_cache.checked(key, self.config, may_pass, || {
            let trial = Isolated::start(launch.clone(), self.contract).map_err(one)?;
            if !self.has_passed(&live.body) {
                self.try_examples(source, all, live, &launch, &trial)?;
            }
            Ok(trial.registered().clone())
        })?;
        let native = &self.config.native;
        let runtime: Box<dyn Runtime> = if native.in_process.contains(&launch.id) {
            Box::new(InProcess::load(&launch, native.most_mapped, &registered).map_err(one)?)
        } else {
            // What examples left behind in a process is no state to begin with.
            Box::new(Isolated::later(launch, self.contract, registered.clone()))
        };
        let _ = live.runtime.set(runtime);
        Ok(registered)
    }

    // How a library is loaded, with these settings. A content that is not trusted is refused wherever
    // it comes from: a version kept for a restart is no other.
    fn launch(&self, id: &str, library: &LibraryFile, settings: &Value) -> Result<Launch, String> {
        let native = &self.config.native;
        let folder =
            native.private.as_deref().ok_or("this host has no folder for private copies of libraries")?;
        trust::check(native.trust.as_deref(), library)?;
        Ok(Launch {
            id: id.to_owned(),
            program: native.program.clone(),
            library: private_copy::path(folder, &library.hash),
            file: library.file.clone(),
            settings: settings.clone(),
            memory: native.memory,
            patience: native.patience,
            idle: native.idle,
            quota: self.config.quota.clone(),
        })
    }

    // Examples see the manifest's defaults, whatever the operator set: they are the author's.
    fn try_examples(
        &self,
        source: &PluginSource,
        all: &BTreeMap<String, PluginSource>,
        live: &Arc<Instance>,
        launch: &Launch,
        trial: &Isolated,
    ) -> Result<(), Vec<Fault>> {
        let one = |problem: String| vec![declaration(source, problem)];
        let examples = listed_examples(source, self.contract).map_err(|f| vec![f])?;
        let defaults = PluginInputs::of(source, None).map_err(one)?;
        if examples.is_empty() {
            return Ok(());
        }
        let run = |own: &Arc<Instance>, code: &Isolated| {
            let generation = alone(own, code.registered());
            let mut call = |handler: &Arc<Handler>, context: &Rc<Context>, args: &[Value]| {
                code.call(&own.body, handler, context, args)
            };
            let faults = example::run(own, &generation, &examples, &self.config.example_snapshot, &mut call);
            if faults.is_empty() { Ok(()) } else { Err(faults) }
        };
        if defaults.are_those_of(&live.body.info) {
            return run(live, trial);
        }
        let rule_hash = live.body.info.rule_hash.clone();
        let other = Launch { settings: defaults.settings.clone(), ..launch.clone() };
        let body = self.body(source, all, defaults, rule_hash).map_err(|f| vec![f])?;
        let other = Isolated::start(other, self.contract).map_err(one)?;
        run(&self.instance(body), &other)
    }
}
