//! Workers shared by all hosts of a process: threads that run plugins' handlers, and are replaced when
//! a plugin will not let go of one.

use crate::{
    runtime::{
        counters::Counters,
        host_call::{AskLink, HostCallRequest},
        pool_limits::EngineConfig,
        watchdog::{Watchdog, Watched},
        worker::{Job, Worker},
    },
    sync::lock,
};
use crossbeam_channel::{Sender, bounded, unbounded};
use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::*},
    },
    thread,
    time::Duration,
};

/// How often, and how far apart, a thread is asked for where there is none: 5 seconds in all.
const NO_THREAD_TRIES: u32 = 100;
const NO_THREAD_PAUSE: Duration = Duration::from_millis(50);

/// The workers of a process and their watchdog.
pub(crate) struct WorkerPool {
    config: EngineConfig,
    watchdog: Arc<Watchdog>,
    counters: Arc<Counters>,
    idle: Mutex<Vec<Handle>>,
    places: Mutex<WorkerSlots>,
}

// Who may run, first come first served: otherwise a caller that comes back at once always wins
// over those that wait.
struct WorkerSlots {
    free: usize,
    waiting: VecDeque<Sender<()>>,
}

struct Handle {
    jobs: Sender<Job>,
    watched: Arc<Watched>,
}

/// From a worker to the thread that waits for it.
pub(crate) enum Message<T> {
    Ask(HostCallRequest),
    Done(T),
    Abandoned,
}

/// A plugin would not stop, and its worker was given up.
#[derive(Debug)]
pub struct Abandoned {
    /// The plugin's instance.
    pub instance: u64,
}

impl WorkerPool {
    /// Starts the watchdog; workers start when needed.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(crate) fn start(config: EngineConfig, counters: Arc<Counters>) -> io::Result<WorkerPool> {
        let places = WorkerSlots { free: config.workers.max(1), waiting: VecDeque::new() };
        let watchdog = Arc::new(Watchdog::start()?);
        // Without room for one worker beside it nothing can be called.
        let _ = worker_thread().spawn(|| ())?.join();
        Ok(WorkerPool { config, watchdog, counters, idle: Mutex::default(), places: Mutex::new(places) })
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
