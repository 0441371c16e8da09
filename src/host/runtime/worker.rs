//! One worker thread: it does its jobs, and keeps what plugins' runtimes have on it.

use crate::{
    plugin::{
        body::Body,
        fault::{Fault, FaultKind},
    },
    runtime::{
        counters::Counters,
        pool_limits::EngineConfig,
        watchdog::{self, Watchdog, Watched},
    },
};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Weak, atomic::Ordering::*},
    time::{Duration, Instant},
};

/// How long a VM that is to be made waits for other workers to drop some.
const SHEDDING: Duration = Duration::from_millis(200);

/// What a worker is given to do.
pub(crate) type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// Something of a plugin that lives on one thread, and counts against the memory of all.
pub(crate) trait ThreadVm: Any {
    /// Bytes in use.
    fn used_memory(&self) -> usize;
}

/// Whose a VM is: a plugin that is loaded.
pub(crate) trait VmOwner: Send + Sync + 'static {
    /// Unique in the process.
    fn id(&self) -> u64;

    /// What its VMs are built from.
    fn body(&self) -> &Body;
}

/// A VM that is in the counters while it lives. It is made and dropped on its worker only; the counters are the
/// one thing others see of it.
pub(crate) struct CountedVm<V: ThreadVm + ?Sized> {
    pub(crate) vm: Box<V>,
    share: MemoryShare,
}

/// What a VM has in the counters.
struct MemoryShare {
    memory: usize,
    counters: Arc<Counters>,
}

impl<V: ThreadVm + ?Sized> CountedVm<V> {
    fn note_memory(&mut self) {
        let now = self.vm.used_memory();
        self.share.counters.memory.fetch_add(now.wrapping_sub(self.share.memory), Relaxed);
        self.share.memory = now;
    }
}

impl Drop for MemoryShare {
    fn drop(&mut self) {
        self.counters.memory.fetch_sub(self.memory, Relaxed);
        self.counters.vms.fetch_sub(1, Relaxed);
    }
}

/// A worker's own state; never leaves its thread.
pub struct Worker {
    pub(crate) watched: Arc<Watched>,
    pub(crate) watchdog: Arc<Watchdog>,
    counters: Arc<Counters>,
    config: EngineConfig,
    vms: HashMap<u64, CachedVm>,
    /// Those that were asked for since it was last noted what is in use.
    asked: Vec<u64>,
    epoch: u64,
}

struct CachedVm {
    counted: CountedVm<dyn ThreadVm>,
    owner: Weak<dyn VmOwner>,
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
        Worker { watched, watchdog, counters, config, vms: HashMap::new(), asked: Vec::new(), epoch: 0 }
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
        self.vms.retain(|_, kept| kept.owner.strong_count() > 0);
    }

    /// A VM for `owner`, if there is memory for one; to be dropped after a look or a few calls.
    ///
    /// # Errors
    /// There is no memory for one, or what `open` says.
    pub(crate) fn make<V: ThreadVm>(
        &mut self,
        owner: &dyn VmOwner,
        open: impl FnOnce(&Worker) -> Result<V, Fault>,
    ) -> Result<CountedVm<V>, Fault> {
        if self.counters.memory.load(Relaxed) > self.config.total_memory {
            self.shed();
        }
        self.wait_for_memory(owner)?;
        let vm = Box::new(open(self)?);
        self.counters.vms.fetch_add(1, Relaxed);
        Ok(CountedVm { vm, share: MemoryShare { memory: 0, counters: self.counters.clone() } })
    }

    /// The VM of `owner` that is kept on this thread, made if there is none.
    ///
    /// # Errors
    /// As [`Worker::make`].
    #[inline]
    pub(crate) fn kept<V: ThreadVm>(
        &mut self,
        owner: &Arc<impl VmOwner>,
        open: impl FnOnce(&Worker) -> Result<V, Fault>,
    ) -> Result<&V, Fault> {
        let id = owner.id();
        self.watched.current.store(id, Relaxed);
        if self.asked.last() != Some(&id) {
            self.asked.push(id);
        }
        if !self.vms.contains_key(&id) {
            let mut counted = self.make(&**owner, open)?;
            counted.note_memory();
            let counted = CountedVm::<dyn ThreadVm> { vm: counted.vm, share: counted.share };
            let owner: Weak<dyn VmOwner> = Arc::downgrade(owner) as Weak<dyn VmOwner>;
            self.vms.insert(id, CachedVm { counted, owner, used: Instant::now() });
        }
        let kept = self.vms.get(&id).and_then(|kept| (&*kept.counted.vm as &dyn Any).downcast_ref());
        // Just inserted if it was not there, and a plugin has one runtime.
        kept.ok_or_else(|| unreachable_vm(owner.body()))
    }

    /// Lets go of what is kept of `owner`.
    pub(crate) fn forget(&mut self, owner: &dyn VmOwner) {
        self.vms.remove(&owner.id());
    }

    /// What was asked for since this was last said was in use, and its memory is counted.
    pub(crate) fn note_use(&mut self) {
        for asked in self.asked.drain(..) {
            if let Some(kept) = self.vms.get_mut(&asked) {
                kept.used = Instant::now();
                kept.counted.note_memory();
            }
        }
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

    fn wait_for_memory(&self, owner: &dyn VmOwner) -> Result<(), Fault> {
        let mut used = self.counters.memory.load(Relaxed);
        // Others drop what they do not use; what is in use is at most a few VMs.
        let patience = Instant::now() + SHEDDING;
        while used > self.config.total_memory && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
            used = self.counters.memory.load(Relaxed);
        }
        if used > self.config.total_memory {
            return Err(Fault {
                plugin: owner.body().info.id.clone(),
                file: owner.body().file(),
                line: None,
                point: None,
                kind: FaultKind::Memory,
                message: format!(
                    "the plugins that run at this moment use {} MiB together, more than the {} MiB allowed \
                     (limits.total_memory_mib)",
                    used >> 20,
                    self.config.total_memory >> 20
                ),
                said: None,
            });
        }
        Ok(())
    }
}

fn unreachable_vm(body: &Body) -> Fault {
    Fault {
        plugin: body.info.id.clone(),
        file: String::new(),
        line: None,
        point: None,
        kind: FaultKind::Error,
        message: "its VM is gone".into(),
        said: None,
    }
}
