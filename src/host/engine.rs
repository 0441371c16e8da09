//! Workers shared by all hosts of a process: threads that run plugins' VMs, and are replaced when
//! a plugin will not let go of one.

use crate::{
    build_cache::BuildCache,
    lua::vm::Vm,
    plugin::Instance,
    watch::Watching,
    watchdog::{Watchdog, Watched},
    worker::Worker,
};
use crossbeam_channel::{Sender, bounded, unbounded};
use registrar_sdk::Value;
use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*},
    },
    thread,
    time::Duration,
};

/// How often, and how far apart, a thread is asked for where there is none: 5 seconds in all.
const NO_THREAD_TRIES: u32 = 100;
const NO_THREAD_PAUSE: Duration = Duration::from_millis(50);

/// Limits of an [`Engine`].
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Workers that may run at once, nested dispatches not counted.
    pub workers: usize,
    /// Bytes one VM may use.
    pub vm_memory: usize,
    /// Bytes all VMs together may use.
    pub total_memory: usize,
    /// How long a VM may stay unused before it is dropped.
    pub idle: Duration,
}

impl Default for EngineConfig {
    fn default() -> EngineConfig {
        EngineConfig {
            workers: thread::available_parallelism().map_or(2, |n| n.get()).max(2),
            vm_memory: 64 << 20,
            total_memory: 400 << 20,
            idle: Duration::from_secs(120),
        }
    }
}

/// The pool of workers and their watchdog.
pub struct Engine {
    pub(crate) config: EngineConfig,
    pub(crate) watchdog: Arc<Watchdog>,
    pub(crate) counters: Arc<Counters>,
    /// What came of trying plugins, for all hosts.
    pub(crate) build_cache: BuildCache,
    pub(crate) watching: Watching,
    idle: Mutex<Vec<Handle>>,
    places: Mutex<WorkerSlots>,
}

// Who may run, first come first served: otherwise a caller that comes back at once always wins
// over those that wait.
struct WorkerSlots {
    free: usize,
    waiting: VecDeque<Sender<()>>,
}

/// What is alive; for operators and tests.
#[derive(Default)]
pub struct Counters {
    /// VMs.
    pub vms: AtomicUsize,
    /// Bytes they use, as of their last call.
    pub memory: AtomicUsize,
    /// Worker threads.
    pub workers: AtomicUsize,
    /// Workers given up because a plugin would not stop.
    pub abandoned: AtomicUsize,
    /// Generations that something still holds.
    pub generations: AtomicUsize,
    /// Contents that were tried: their sources run, their examples.
    pub tried: AtomicU64,
    /// Rises when VMs of replaced plugins should go.
    pub(crate) epoch: AtomicU64,
    pub(crate) next_instance: AtomicU64,
}

struct Handle {
    jobs: Sender<Job>,
    watched: Arc<Watched>,
}

pub(crate) type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// From a worker to the thread that waits for it.
pub(crate) enum Message<T> {
    Ask(HostCallRequest),
    Done(T),
    Abandoned,
}

/// A host call that the waiting thread answers.
pub struct HostCallRequest {
    pub(crate) name: &'static str,
    pub(crate) args: Vec<Value>,
    pub(crate) caller: Arc<Instance>,
    pub(crate) point: &'static str,
    pub(crate) phase: registrar_sdk::Phase,
    pub(crate) depth: u8,
    /// What the answer may take.
    pub(crate) left: Duration,
    /// The answer, and what it took.
    pub(crate) answer: Sender<(Result<Value, String>, Duration)>,
}

/// A plugin would not stop, and its worker was given up.
#[derive(Debug)]
pub struct Abandoned {
    /// The plugin's instance.
    pub instance: u64,
}

/// Sends [`HostCallRequest`]s, whatever the job's own result is.
pub(crate) type AskLink = Arc<dyn Fn(HostCallRequest) -> bool + Send + Sync>;

impl Engine {
    /// Starts the watchdog; workers start when needed.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(config: EngineConfig) -> std::io::Result<Arc<Engine>> {
        let places = WorkerSlots { free: config.workers.max(1), waiting: VecDeque::new() };
        let watchdog = Arc::new(Watchdog::start()?);
        // Without room for one worker beside it nothing can be called.
        let _ = worker_thread().spawn(|| ())?.join();
        Ok(Arc::new(Engine {
            config,
            watchdog,
            counters: Arc::default(),
            build_cache: BuildCache::default(),
            watching: Watching::default(),
            idle: Mutex::default(),
            places: Mutex::new(places),
        }))
    }

    /// How many workers run at the same time.
    pub fn workers(&self) -> usize {
        self.config.workers.max(1)
    }

    /// What is alive.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Runs `work` on a worker and answers its questions on this thread until it is done.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        nested: bool,
        work: impl FnOnce(&mut Worker, AskLink) -> T + Send + 'static,
        serve: &mut dyn FnMut(HostCallRequest),
    ) -> Result<T, Abandoned> {
        if self.counters.memory.load(Relaxed) > self.config.total_memory {
            // Who needs a VM now can't drop those of others.
            for handle in lock(&self.idle).iter() {
                let _ = handle.jobs.send(Box::new(Worker::shed));
            }
        }
        let handle = self.take(nested);
        let (to_caller, inbox) = unbounded::<Message<T>>();
        let abandon = to_caller.clone();
        let counters = self.counters.clone();
        *lock(&handle.watched.give_up) = Some(Box::new(move || {
            counters.abandoned.fetch_add(1, Relaxed);
            let _ = abandon.send(Message::Abandoned);
        }));
        self.watchdog.wake();
        let link = to_caller.clone();
        let link: AskLink = Arc::new(move |ask| link.send(Message::Ask(ask)).is_ok());
        let job: Job = Box::new(move |worker| {
            let done = work(worker, link);
            let _ = to_caller.send(Message::Done(done));
        });
        if handle.jobs.send(job).is_err() {
            return Err(Abandoned { instance: u64::MAX });
        }
        loop {
            match inbox.recv() {
                Ok(Message::Ask(ask)) => serve(ask),
                Ok(Message::Done(done)) => {
                    self.give_back(handle, nested);
                    return Ok(done);
                }
                Ok(Message::Abandoned) | Err(_) => {
                    self.release(nested);
                    return Err(Abandoned { instance: handle.watched.current.load(Relaxed) });
                }
            }
        }
    }

    /// Has VMs of plugins that no generation holds dropped, now on idle workers, after their job on
    /// others.
    pub fn sweep(&self) {
        self.counters.epoch.fetch_add(1, AcqRel);
        for handle in lock(&self.idle).iter() {
            let _ = handle.jobs.send(Box::new(|worker| worker.sweep()));
        }
    }

    // A nested dispatch never waits for a place: the one that waits for it holds one.
    fn take(&self, nested: bool) -> Handle {
        if !nested {
            let mut places = lock(&self.places);
            if places.free > 0 {
                places.free -= 1;
            } else {
                let (hand_over, handed) = bounded(1);
                places.waiting.push_back(hand_over);
                drop(places);
                // The sender stays in the queue until it hands over a place.
                let _ = handed.recv();
            }
        }
        let mut tries = 0;
        loop {
            if let Some(idle) = lock(&self.idle).pop() {
                return idle;
            }
            let (handle, started) = self.spawn();
            let Err(error) = started else { return handle };
            // A machine that has no thread to give may have one soon, and no plugin is to blame for it.
            if tries == 0 {
                tracing::error!(
                    %error,
                    "No further worker thread can be started; calls wait for one. Raise TasksMax= (systemd) or ulimit -u."
                );
            }
            tries += 1;
            if tries > NO_THREAD_TRIES {
                return handle;
            }
            thread::sleep(NO_THREAD_PAUSE);
        }
    }

    fn give_back(&self, handle: Handle, nested: bool) {
        if !handle.watched.abandoned.load(Acquire) {
            lock(&self.idle).push(handle);
        }
        self.release(nested);
    }

    fn release(&self, nested: bool) {
        if nested {
            return;
        }
        let mut places = lock(&self.places);
        match places.waiting.pop_front() {
            // It waits for nothing else, so the place arrives.
            Some(next) => drop(next.send(())),
            None => places.free += 1,
        }
    }

    /// A worker, and whether its thread was started: one without answers nothing.
    fn spawn(&self) -> (Handle, io::Result<()>) {
        let watched = Arc::new(Watched {
            slot: Default::default(),
            budget: AtomicU64::new(25),
            call: AtomicU64::new(0),
            under_way: AtomicBool::new(false),
            clock: OnceLock::new(),
            current: AtomicU64::new(u64::MAX),
            abandoned: AtomicBool::new(false),
            give_up: Mutex::default(),
        });
        self.watchdog.watch(&watched);
        let (jobs, inbox) = unbounded::<Job>();
        let (own, watchdog, counters, config) =
            (watched.clone(), self.watchdog.clone(), self.counters.clone(), self.config.clone());
        counters.workers.fetch_add(1, Relaxed);
        let spawned = worker_thread().spawn(move || {
            let mut worker = Worker::new(own, watchdog, counters.clone(), config);
            worker.serve(&inbox);
            counters.workers.fetch_sub(1, Relaxed);
        });
        if spawned.is_err() {
            self.counters.workers.fetch_sub(1, Relaxed);
        }
        (Handle { jobs, watched }, spawned.map(drop))
    }
}

fn worker_thread() -> thread::Builder {
    thread::Builder::new().name("registrar-worker".into()).stack_size(8 << 20)
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Every section under these locks leaves its data whole at each step.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

// A VM is made and dropped on its worker only; the counters are the one thing others see of it.
pub(crate) fn counted(counters: &Arc<Counters>, vm: Vm) -> CountedVm {
    counters.vms.fetch_add(1, Relaxed);
    CountedVm { vm, memory: 0, counters: counters.clone() }
}

/// A VM that is in the counters while it lives.
pub(crate) struct CountedVm {
    pub(crate) vm: Vm,
    memory: usize,
    counters: Arc<Counters>,
}

impl CountedVm {
    pub(crate) fn note_memory(&mut self) {
        let now = self.vm.used_memory();
        self.counters.memory.fetch_add(now.wrapping_sub(self.memory), Relaxed);
        self.memory = now;
    }
}

impl Drop for CountedVm {
    fn drop(&mut self) {
        self.counters.memory.fetch_sub(self.memory, Relaxed);
        self.counters.vms.fetch_sub(1, Relaxed);
    }
}
