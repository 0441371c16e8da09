//! One worker thread: the VMs it holds, and calling handlers in them.

use crate::{
    allowance::Spending,
    call::Context,
    combine::Invoke,
    early_calls::Ahead,
    engine::{AskLink, CountedVm, Counters, EngineConfig, Job, counted},
    fault::{Fault, FaultKind},
    generation::Generation,
    handler::Handler,
    lua::{
        Speed,
        vm::{PackedCall, Vm},
    },
    native::NativePlugin,
    plugin::Instance,
    quota::{CallWrites, Quota},
    rows::RowAnswers,
    services::Snapshot,
    watchdog::{self, TICK, Watchdog, Watched, ticks},
};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use registrar_sdk::{Point, Value};
use std::{
    collections::HashMap,
    rc::Rc,
    sync::{Arc, Weak, atomic::Ordering::*},
    time::{Duration, Instant},
};

/// How long a VM that is to be made waits for other workers to drop some.
const SHEDDING: Duration = Duration::from_millis(200);

/// A worker's own state; never leaves its thread.
pub struct Worker {
    watched: Arc<Watched>,
    watchdog: Arc<Watchdog>,
    counters: Arc<Counters>,
    config: EngineConfig,
    vms: HashMap<u64, CachedVm>,
    epoch: u64,
}

struct CachedVm {
    counted: CountedVm,
    instance: Weak<Instance>,
    used: Instant,
}

impl Worker {
    pub(crate) fn new(
        watched: Arc<Watched>,
        watchdog: Arc<Watchdog>,
        counters: Arc<Counters>,
        config: EngineConfig,
    ) -> Worker {
        watchdog::enlist(&watched);
        Worker { watched, watchdog, counters, config, vms: HashMap::new(), epoch: 0 }
    }

    /// Runs jobs until the engine is gone or this worker was given up.
    pub(crate) fn serve(&mut self, jobs: &Receiver<Job>) {
        loop {
            match jobs.recv_timeout(Duration::from_secs(5)) {
                Ok(job) => {
                    job(self);
                    if self.watched.abandoned.load(Acquire) {
                        return;
                    }
                    let epoch = self.counters.epoch.load(Acquire);
                    if epoch != self.epoch {
                        self.epoch = epoch;
                        self.sweep();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let idle = self.config.idle;
                    self.sweep();
                    self.vms.retain(|_, kept| kept.used.elapsed() < idle);
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Drops VMs of plugins that no generation holds any more.
    pub(crate) fn sweep(&mut self) {
        self.vms.retain(|_, kept| kept.instance.strong_count() > 0);
    }

    /// A new VM for `instance`, its sources run; to be dropped after a look or a few calls.
    pub(crate) fn open(&mut self, instance: &Arc<Instance>) -> Result<CountedVm, Fault> {
        if self.counters.memory.load(Relaxed) > self.config.total_memory {
            self.shed();
        }
        self.make(instance, Speed::Interpreted)
    }

    /// Drops VMs that are not in use, those that were called longest ago first, until all of the engine's fit again.
    pub(crate) fn shed(&mut self) {
        let fits =
            |worker: &Worker| worker.counters.memory.load(Relaxed) <= worker.config.total_memory / 4 * 3;
        while !fits(self)
            && let Some((&oldest, _)) = self.vms.iter().min_by_key(|(_, kept)| kept.used)
        {
            self.vms.remove(&oldest);
        }
    }

    fn make(&self, instance: &Arc<Instance>, speed: Speed) -> Result<CountedVm, Fault> {
        let mut used = self.counters.memory.load(Relaxed);
        // Others drop what they do not use; what is in use is at most a few VMs.
        let patience = Instant::now() + SHEDDING;
        while used > self.config.total_memory && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
            used = self.counters.memory.load(Relaxed);
        }
        if used > self.config.total_memory {
            return Err(Fault {
                plugin: instance.body.info.id.clone(),
                file: instance.body.entries.first().cloned().unwrap_or_default(),
                line: None,
                point: None,
                kind: FaultKind::Memory,
                message: format!(
                    "the plugins that run at this moment use {} MiB together, more than the {} MiB allowed \
                     (limits.total_memory_mib)",
                    used >> 20,
                    self.config.total_memory >> 20
                ),
            });
        }
        let vm = Vm::open(instance, speed, &self.watched, &self.watchdog)?;
        Ok(counted(&self.counters, vm))
    }

    fn kept(&mut self, instance: &Arc<Instance>) -> Result<&mut CachedVm, Fault> {
        if !self.vms.contains_key(&instance.id) {
            if self.counters.memory.load(Relaxed) > self.config.total_memory {
                self.shed();
            }
            let mut counted = self.make(instance, Speed::Native)?;
            counted.vm.must_repeat(instance)?;
            counted.note_memory();
            let kept = CachedVm { counted, instance: Arc::downgrade(instance), used: Instant::now() };
            self.vms.insert(instance.id, kept);
        }
        // Just inserted if it was not there.
        self.vms.get_mut(&instance.id).ok_or_else(|| unreachable_vm(instance))
    }
}

/// The fault of a plugin that was stopped for good.
pub(crate) fn stopped(handler: &Handler) -> Fault {
    Fault {
        plugin: handler.plugin.id.clone(),
        file: handler.source.file.clone(),
        line: Some(handler.source.line),
        point: Some(handler.point.to_owned()),
        kind: FaultKind::Abandoned,
        message: "would not stop at twice its budget; its thread was given up and the plugin is stopped until its files change".into(),
    }
}

fn unreachable_vm(instance: &Instance) -> Fault {
    Fault {
        plugin: instance.body.info.id.clone(),
        file: String::new(),
        line: None,
        point: None,
        kind: FaultKind::Error,
        message: "its VM is gone".into(),
    }
}

/// Calls handlers of one generation, for one dispatch after the other.
pub(crate) struct DispatchSession<'w> {
    pub(crate) worker: &'w mut Worker,
    pub(crate) generation: Arc<Generation>,
    pub(crate) context: Rc<Context>,
    pub(crate) ahead: Ahead,
}

impl<'w> DispatchSession<'w> {
    pub(crate) fn new(
        worker: &'w mut Worker,
        generation: Arc<Generation>,
        point: &'static Point,
        snapshot: Arc<dyn Snapshot>,
        link: AskLink,
        depth: u8,
        quota: Arc<Quota>,
    ) -> DispatchSession<'w> {
        let context = Rc::new(Context {
            point,
            snapshot,
            link: Some(link),
            depth,
            canned: Value::Nil,
            spending: Spending::default(),
            written: CallWrites::default(),
            quota,
        });
        DispatchSession { worker, generation, context, ahead: Ahead::default() }
    }
}

impl DispatchSession<'_> {
    // In process a budget is measured, not enforced.
    #[inline]
    fn measure(&self, native: &NativePlugin, handler: &Handler, spent: u64) {
        let budget = self.context.point.budget_ms;
        if native.isolated().is_none() && spent > ticks(Duration::from_millis(budget.into())) {
            let ms = spent * TICK.as_millis() as u64;
            tracing::warn!(plugin = %handler.plugin.id, point = handler.point, ms, budget, "A handler in process took longer than its budget.");
        }
    }
}

impl DispatchSession<'_> {
    /// Calls a handler for many rows of arguments. What can't be done so is asked again by itself.
    pub(crate) fn call_rows(
        &mut self,
        handler: &Arc<Handler>,
        packed: &PackedCall<'_>,
        wanted: &[u32],
    ) -> RowAnswers {
        let again = || RowAnswers::again(wanted.len());
        let Some(instance) = self.generation.instances.get(&handler.instance) else { return again() };
        if instance.stopped.load(Acquire) || instance.native.get().is_some() {
            return again();
        }
        self.worker.watched.current.store(instance.id, Relaxed);
        let Ok(kept) = self.worker.kept(instance) else { return again() };
        let began = Instant::now();
        let (answers, usable) = kept.counted.vm.call_rows(instance, handler, &self.context, packed, wanted);
        instance.spent.many(wanted.len(), began.elapsed());
        if !usable {
            self.worker.vms.remove(&instance.id);
        }
        answers
    }
}

impl Invoke for DispatchSession<'_> {
    fn invoke(&mut self, handler: &Arc<Handler>, args: &[Value]) -> Result<Value, Fault> {
        let Some(instance) = self.generation.instances.get(&handler.instance) else {
            return Err(Fault {
                plugin: handler.plugin.id.clone(),
                file: handler.source.file.clone(),
                line: Some(handler.source.line),
                point: Some(handler.point.to_owned()),
                kind: FaultKind::Error,
                message: "is not part of this generation".into(),
            });
        };
        if instance.stopped.load(Acquire) {
            return Err(stopped(handler));
        }
        if let Some(native) = instance.native.get() {
            let timed = instance.spent.begin();
            let began = self.worker.watchdog.now();
            let answer = match self.ahead.take(handler) {
                Some(answer) => answer,
                None => native.call(instance, handler, &self.context, args),
            };
            self.measure(native, handler, self.worker.watchdog.now() - began);
            instance.spent.end(timed, answer.is_ok());
            return answer;
        }
        self.worker.watched.current.store(instance.id, Relaxed);
        let kept = self.worker.kept(instance).inspect_err(|_| instance.spent.end(None, false))?;
        // Making the VM is not the handler's time.
        let timed = instance.spent.begin();
        let answer = kept.counted.vm.call(instance, handler, &self.context, args);
        instance.spent.end(timed, answer.is_ok());
        if let Err(fault) = &answer
            && matches!(fault.kind, FaultKind::Budget | FaultKind::Memory)
        {
            // What a stopped script left behind in its VM is anybody's guess: start afresh.
            self.worker.vms.remove(&instance.id);
        }
        answer
    }

    fn done(&mut self) {
        for kept in self.worker.vms.values_mut() {
            if kept.counted.vm.was_called() {
                kept.used = Instant::now();
                kept.counted.note_memory();
            }
        }
    }
}
