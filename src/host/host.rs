//! One office's plugin set: loads it, calls it, reloads it.

use crate::{
    combine::{self, Invoke},
    config::{HostConfig, RuleSetChoice},
    counters::Counters,
    engine::Engine,
    fault::{Fault, FaultKind},
    generation::Generation,
    handler::Handler,
    host_call::AskLink,
    load::Loader,
    objection::{Claims, Objection},
    outcome::{Failed, Outcome},
    pool::Abandoned,
    quarantine::Quarantine,
    reload_report::ReloadReport,
    scanner,
    services::{Services, Snapshot},
    serving::ServingPlugins,
    session::{DispatchSession, stopped},
    source,
    storage::HostStore,
    sync::lock,
    worker::Worker,
};
use arc_swap::ArcSwap;
use registrar_sdk::{Contract, Point, Value};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, TryLockError, Weak, atomic::Ordering::*},
};

/// Dispatches may nest this deep: an act that causes an act that causes …
pub const MAX_DEPTH: u8 = 8;

/// Under what circumstances a dispatch is made.
#[derive(Clone)]
pub struct Scope {
    /// The generation whose handlers are called.
    pub generation: Arc<Generation>,
    /// Answers the host calls that need no transaction.
    pub snapshot: Arc<dyn Snapshot>,
    /// How many dispatches deep, from 0; past 8 a dispatch is refused.
    pub depth: u8,
}

/// What the embedding program has a say in when a generation is swapped.
pub trait Embedder: Send + Sync {
    /// Looks at a candidate before it goes live, and says which of its plugins has what.
    ///
    /// # Errors
    /// Why it can't serve.
    fn validate(&self, host: &Host, candidate: &Arc<Generation>) -> Result<Claims, Vec<Objection>>;

    /// Told after a new generation went live.
    fn swapped(&self, host: &Host, generation: &Arc<Generation>);
}

/// A plugin set and the workers that run it. Cheap to clone: clones share everything.
#[derive(Clone)]
pub struct Host {
    pub(crate) inner: Arc<HostState>,
}

pub(crate) struct HostState {
    pub(crate) engine: Arc<Engine>,
    pub(crate) contract: &'static Contract,
    pub(crate) config: ArcSwap<HostConfig>,
    pub(crate) store: Arc<dyn HostStore>,
    pub(crate) embedder: Mutex<Option<Arc<dyn Embedder>>>,
    pub(crate) generation: ArcSwap<Generation>,
    pub(crate) live: Mutex<ServingPlugins>,
    pub(crate) quarantine: Quarantine,
    // The rule sets that act in the serving generation, and when.
    pub(crate) chosen: Mutex<RuleSetChoice>,
    // What is wrong with what lies on disk, for who may not wait for a reload to end.
    pub(crate) trouble: ArcSwap<Vec<Fault>>,
}

impl Host {
    /// A host without plugins yet; [`Host::reload`] loads them.
    pub fn new(
        engine: Arc<Engine>,
        contract: &'static Contract,
        config: HostConfig,
        store: Arc<dyn HostStore>,
    ) -> Host {
        let inner = HostState {
            engine,
            contract,
            config: ArcSwap::from_pointee(config),
            store,
            embedder: Mutex::default(),
            generation: ArcSwap::from_pointee(Generation::default()),
            live: Mutex::default(),
            quarantine: Quarantine::default(),
            chosen: Mutex::default(),
            trouble: ArcSwap::default(),
        };
        Host { inner: Arc::new(inner) }
    }

    /// Gives the embedding program its say; before the first [`Host::reload`].
    pub fn set_embedder(&self, embedder: Arc<dyn Embedder>) {
        *lock(&self.inner.embedder) = Some(embedder);
    }

    /// Changes the configuration; the next reload applies it.
    pub fn configure(&self, change: impl Fn(&mut HostConfig)) {
        self.inner.config.rcu(|old| {
            let mut new = HostConfig::clone(old);
            change(&mut new);
            new
        });
    }

    /// What serves now.
    pub fn generation(&self) -> Arc<Generation> {
        self.inner.generation.load_full()
    }

    /// The contract.
    pub fn contract(&self) -> &'static Contract {
        self.inner.contract
    }

    /// The configuration.
    pub fn config(&self) -> Arc<HostConfig> {
        self.inner.config.load_full()
    }

    /// What it keeps between runs: plugins' state and versions.
    pub fn store(&self) -> &dyn HostStore {
        &*self.inner.store
    }

    /// The workers.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.inner.engine
    }

    /// A scope over what serves now.
    pub fn scope(&self, snapshot: Arc<dyn Snapshot>) -> Scope {
        Scope { generation: self.generation(), snapshot, depth: 0 }
    }

    /// Reads the folders and takes what changed live, group by group.
    pub fn reload(&self) -> ReloadReport {
        let mut live = lock(&self.inner.live);
        let scan = scanner::scan_all(&self.config());
        self.take_live(&mut live, scan)
    }

    /// Whether something else lies in the folders than was taken live last, or something is to be tried again.
    /// `None`: a reload is under way, which is not waited for.
    pub(crate) fn is_behind(&self, scan: &source::FolderScan) -> Option<bool> {
        let live = match self.inner.live.try_lock() {
            Ok(live) => live,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(live.digest != scan.digest || live.is_waiting())
    }

    /// Takes what was read of the folders live.
    pub(crate) fn reload_scanned(&self, scan: source::FolderScan) -> ReloadReport {
        let mut live = lock(&self.inner.live);
        self.take_live(&mut live, scan)
    }

    /// Calls the handlers of `point` that their filters choose, and combines their answers.
    ///
    /// Runs on a worker thread; `services` answers on the calling thread meanwhile, so a caller
    /// may hold a transaction open across the dispatch.
    ///
    /// # Errors
    /// [`Failed`], as the point's declaration says.
    pub fn dispatch(
        &self,
        point: &str,
        args: Vec<Value>,
        scope: &Scope,
        services: &mut dyn Services,
    ) -> Result<Outcome, Failed> {
        let answers = self.dispatch_all(point, vec![args], scope, services);
        answers.into_iter().next().unwrap_or_else(|| Err(Failed::Call(format!("{point} gave no answer"))))
    }

    /// Many dispatches at one point in one crossing to a worker; answers in the arguments' order.
    pub fn dispatch_all(
        &self,
        point: &str,
        args: Vec<Vec<Value>>,
        scope: &Scope,
        services: &mut dyn Services,
    ) -> Vec<Result<Outcome, Failed>> {
        let count = args.len();
        let refuse = |text: String| (0..count).map(|_| Err(Failed::Call(text.clone()))).collect();
        let Some(declared) = self.contract().point(point) else {
            return refuse(crate::registration::unknown_point(self.contract(), point));
        };
        if scope.depth > MAX_DEPTH {
            return refuse(format!("{point}: dispatches nest deeper than {MAX_DEPTH}"));
        }
        if scope.generation.registered(declared.id).is_empty() {
            // Nobody to call: combining nothing needs no worker.
            let mut nobody = NoWorker;
            let run = |a| combine::run(declared, &scope.generation, &BTreeSet::new(), a, &mut nobody);
            return args.into_iter().map(run).collect();
        }
        let quarantined = self.quarantined(declared);
        let generation = scope.generation.clone();
        let work = move |session: &mut DispatchSession<'_>| {
            let chosen = session.ahead.look(declared, &generation, &quarantined, &session.context, &args);
            let mut chosen = chosen.into_iter();
            let mut answers = Vec::with_capacity(args.len());
            for (at, args) in args.into_iter().enumerate() {
                session.ahead.begin(at);
                answers.push(match chosen.next() {
                    Some(chosen) => combine::ask(declared, chosen, &quarantined, &args, session),
                    None => combine::run(declared, &generation, &quarantined, args, session),
                });
            }
            session.done();
            answers
        };
        match self.on_worker(declared, scope, services, work) {
            Ok(answers) => {
                if declared.failure.may_quarantine() {
                    answers.iter().flatten().for_each(|outcome| self.note_health(outcome));
                }
                answers
            }
            Err(fault) => (0..count).map(|_| Err(Failed::Handler(fault.clone()))).collect(),
        }
    }

    /// Calls one handler, past its filters; for points whose handlers each have a cursor.
    ///
    /// # Errors
    /// The handler's failure.
    pub fn invoke(
        &self,
        handler: &Arc<Handler>,
        args: Vec<Value>,
        scope: &Scope,
        services: &mut dyn Services,
    ) -> Result<Value, Fault> {
        let Some(point) = self.contract().point(handler.point) else {
            return Err(stopped(handler));
        };
        let own = handler.clone();
        let work = move |session: &mut DispatchSession<'_>| {
            let answer = session.invoke(&own, &args);
            session.done();
            answer
        };
        let answer = self.on_worker(point, scope, services, work).and_then(|answer| answer);
        if point.failure.may_quarantine() {
            let config = self.config();
            self.inner.quarantine.note(
                &handler.key(),
                answer.is_ok(),
                config.quarantine_after,
                config.quarantine_for,
            );
        }
        answer
    }

    pub(crate) fn on_worker<T: Send + 'static>(
        &self,
        point: &'static Point,
        scope: &Scope,
        services: &mut dyn Services,
        work: impl FnOnce(&mut DispatchSession<'_>) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let Scope { generation, snapshot, depth } = scope.clone();
        let quota = self.config().quota.clone();
        let job = move |worker: &mut Worker, link: AskLink| {
            let mut session = DispatchSession::new(worker, generation, point, snapshot, link, depth, quota);
            work(&mut session)
        };
        let outcome = self.inner.engine.run(scope.depth > 0, job, &mut |ask| self.serve(ask, services));
        outcome.map_err(|abandoned| self.stop_for_good(point, scope, &abandoned))
    }

    // The plugin that held a thread is not called again until its files change.
    fn stop_for_good(&self, point: &Point, scope: &Scope, abandoned: &Abandoned) -> Fault {
        let instance = scope.generation.instances.get(&abandoned.instance);
        let plugin = instance.map_or("?".to_owned(), |i| i.body.info.id.clone());
        if let Some(instance) = instance {
            instance.stopped.store(true, Release);
        }
        tracing::error!(plugin, point = point.id, "The plugin would not stop; its thread was given up.");
        Fault {
            plugin,
            file: instance.and_then(|i| i.body.entries.first().cloned()).unwrap_or_default(),
            line: None,
            point: Some(point.id.to_owned()),
            kind: FaultKind::Abandoned,
            message: "would not stop at twice its budget; its thread was given up and the plugin is stopped until its files change".into(),
        }
    }

    fn quarantined(&self, point: &Point) -> BTreeSet<String> {
        if point.failure.may_quarantine() { self.inner.quarantine.out() } else { BTreeSet::new() }
    }

    fn note_health(&self, outcome: &Outcome) {
        let config = self.config();
        for (handler, well) in &outcome.health {
            self.inner.quarantine.note(handler, *well, config.quarantine_after, config.quarantine_for);
        }
    }

    pub(crate) fn loader(&self) -> OwnedLoader {
        OwnedLoader {
            engine: self.inner.engine.clone(),
            contract: self.inner.contract,
            config: self.config(),
        }
    }

    pub(crate) fn counters(&self) -> &Arc<Counters> {
        &self.inner.engine.counters
    }

    /// What was wrong with what lay on disk when it was last read. Unlike [`Host::status`] it never waits
    /// for a reload.
    pub fn trouble(&self) -> Arc<Vec<Fault>> {
        self.inner.trouble.load_full()
    }

    /// Which handlers are left out at present.
    pub fn quarantine(&self) -> &Quarantine {
        &self.inner.quarantine
    }

    pub(crate) fn live(&self) -> std::sync::MutexGuard<'_, ServingPlugins> {
        lock(&self.inner.live)
    }

    /// Whether a rule set is chosen otherwise than in what serves.
    pub(crate) fn acts_otherwise(&self, id: &str) -> bool {
        let of = |(chosen, terms): &RuleSetChoice| (chosen.contains(id), terms.get(id).cloned());
        of(&lock(&self.inner.chosen)) != of(&self.config().choice())
    }

    pub(crate) fn validate(&self, candidate: &Arc<Generation>) -> Result<Claims, Vec<Objection>> {
        let embedder = lock(&self.inner.embedder).clone();
        embedder.map_or_else(|| Ok(Claims::new()), |embedder| embedder.validate(self, candidate))
    }

    /// A handle that does not keep the host alive.
    pub(crate) fn downgrade(&self) -> WeakHost {
        WeakHost(Arc::downgrade(&self.inner))
    }
}

/// A host that may be gone.
pub(crate) struct WeakHost(Weak<HostState>);

impl WeakHost {
    pub(crate) fn upgrade(&self) -> Option<Host> {
        self.0.upgrade().map(|inner| Host { inner })
    }
}

struct NoWorker;

impl Invoke for NoWorker {
    fn invoke(&mut self, handler: &Arc<Handler>, _: &[Value]) -> Result<Value, Fault> {
        Err(stopped(handler))
    }
}

/// A loader's parts, held across a reload.
pub(crate) struct OwnedLoader {
    engine: Arc<Engine>,
    contract: &'static Contract,
    config: Arc<HostConfig>,
}

impl OwnedLoader {
    pub(crate) fn borrow(&self) -> Loader<'_> {
        Loader { engine: &self.engine, contract: self.contract, config: &self.config, served: false }
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Host>();
};
