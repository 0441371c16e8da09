//! Stops what runs past its budget: one thread that wakes every few milliseconds while anything
//! runs, and sleeps otherwise. A well-behaved handler pays two atomic writes.
//!
//! A budget is processor time of the worker's thread, looked up by the watchdog alone, from the first look at
//! a call on; so a machine that is busy with other things stops nobody. By the wall a call may take far longer.

use crate::runtime::{interrupt::InterruptSlot, processor::CpuClock};
use std::{
    cell::OnceCell,
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering::*},
    },
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// Length of a tick: the precision of a budget.
pub const TICK: Duration = Duration::from_millis(4);

// Ticks that may pass between two looks.
const MOST_AT_ONCE: u128 = 5;

/// What the watchdog watches: a worker's slot, and how the worker is given up.
pub struct Watched {
    /// What the worker runs.
    pub slot: InterruptSlot,
    /// Ticks of processor time that the call may take; once more as many after the interrupt was raised, and the
    /// worker is given up.
    pub budget: AtomicU64,
    /// Rises with each call.
    pub call: AtomicU64,
    /// Whether a call is under way, in the VM or in what it asked of the host.
    pub under_way: AtomicBool,
    /// The worker's processor time; empty until its thread runs.
    pub clock: OnceLock<Option<CpuClock>>,
    /// The instance that runs.
    pub current: AtomicU64,
    /// Set when it was.
    pub abandoned: AtomicBool,
    /// Called once when it is; answers the callers and replaces the worker.
    pub give_up: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

thread_local! {
    // What watches this thread, if it is a worker's.
    static OWN: OnceCell<Arc<Watched>> = const { OnceCell::new() };
}

/// Says that the present thread is the worker that `watched` watches.
pub fn enlist(watched: &Arc<Watched>) {
    // A thread is one worker's for as long as it lives.
    OWN.with(|own| drop(own.set(watched.clone())));
    let _ = watched.clock.set(CpuClock::of_this_thread());
}

/// Whether what runs on this thread was told to stop; for work outside the VM that takes long.
pub fn told_to_stop() -> bool {
    OWN.with(|own| own.get().is_some_and(|watched| watched.slot.is_raised()))
}

/// Handle of the watchdog thread; it ends when the last handle is gone.
pub struct Watchdog {
    shared: Arc<WatchdogShared>,
    thread: Thread,
}

struct WatchdogShared {
    tick: AtomicU64,
    asleep: AtomicBool,
    ended: AtomicBool,
    watched: Mutex<Vec<(Weak<Watched>, WatchedCall)>>,
}

/// How far a call was when it was first looked at, or when it was stopped.
#[derive(Clone, Copy, Default)]
struct WatchedCall {
    call: u64,
    tick: u64,
    /// The thread's processor time then; `None`: it can't be had, and the wall counts.
    used: Option<Duration>,
}

/// By the wall a call may take so many times its budget, and at least so long; only waiting for the processor
/// makes that of it.
const WALL: u64 = 50;
const WALL_AT_LEAST: Duration = Duration::from_secs(10);

/// Ticks by the wall that a budget of so many ticks of processor time may take.
pub fn by_the_wall(budget: u64) -> u64 {
    (budget * WALL).max(ticks(WALL_AT_LEAST))
}

impl Watchdog {
    /// Starts the thread.
    pub fn start() -> std::io::Result<Watchdog> {
        let shared = Arc::new(WatchdogShared {
            tick: AtomicU64::new(1),
            asleep: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            watched: Mutex::default(),
        });
        let own = shared.clone();
        let handle = thread::Builder::new().name("registrar-watchdog".into()).spawn(move || own.run())?;
        Ok(Watchdog { shared, thread: handle.thread().clone() })
    }

    /// Adds a worker.
    pub fn watch(&self, watched: &Arc<Watched>) {
        self.shared.list().push((Arc::downgrade(watched), WatchedCall::default()));
    }

    /// Makes sure that ticks pass; called when a job starts.
    pub fn wake(&self) {
        if self.shared.asleep.swap(false, AcqRel) {
            self.thread.unpark();
        }
    }

    /// The present tick, at most one tick old while awake.
    #[inline]
    pub fn now(&self) -> u64 {
        self.shared.tick.load(Relaxed)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.ended.store(true, Release);
        self.thread.unpark();
    }
}

/// A duration in whole ticks, rounded up.
pub fn ticks(duration: Duration) -> u64 {
    (duration.as_micros().div_ceil(TICK.as_micros())) as u64
}

impl WatchdogShared {
    fn list(&self) -> std::sync::MutexGuard<'_, Vec<(Weak<Watched>, WatchedCall)>> {
        // Nothing that runs under the lock can panic half-way through a change.
        self.watched.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    // On a machine so busy that this thread is kept waiting, handlers were kept waiting too: the
    // time is not held against them, and never one that has only just begun.
    fn advance(&self, last: &mut Instant) -> u64 {
        let passed = last.elapsed().as_micros() / TICK.as_micros();
        if passed > MOST_AT_ONCE {
            *last = Instant::now();
        } else {
            *last += TICK * passed as u32;
        }
        let passed = passed.min(MOST_AT_ONCE) as u64;
        self.tick.fetch_add(passed, AcqRel) + passed
    }

    fn run(&self) {
        let (mut quiet, mut last) = (0, Instant::now());
        while !self.ended.load(Acquire) {
            let now = self.advance(&mut last);
            quiet = if self.patrol(now) { 0 } else { quiet + 1 };
            if quiet > 250 {
                self.asleep.store(true, Release);
                // A job that began before the store saw us awake, and is seen here.
                if !self.patrol(now) {
                    thread::park_timeout(Duration::from_secs(3600));
                }
                self.asleep.store(false, Release);
                (quiet, last) = (0, Instant::now());
            } else {
                thread::sleep(TICK);
            }
        }
    }

    // Raises what is due and gives up what would not stop; says whether anything runs.
    fn patrol(&self, now: u64) -> bool {
        let mut busy = false;
        let mut lost = Vec::new();
        self.list().retain_mut(|(watched, look)| {
            let Some(watched) = watched.upgrade() else { return false };
            let budget = watched.budget.load(Relaxed);
            // Whoever asks the host in a loop is mostly seen outside its VM.
            busy |= watched.under_way.load(Relaxed);
            if let Some(running) = watched.slot.running() {
                busy = true;
                if look.call != running.call || look.tick == 0 {
                    *look = WatchedCall::at(&watched, running.call, now);
                    return true;
                }
                let over = look.since(&watched, now) >= budget || now > running.deadline;
                if over && watched.slot.raise(running) {
                    *look = WatchedCall::at(&watched, running.call, now);
                }
            } else if watched.slot.is_raised() {
                busy = true;
                let stays = look.since(&watched, now) > budget || now > look.tick + by_the_wall(budget);
                if stays && !watched.abandoned.swap(true, AcqRel) {
                    lost.push(watched.clone());
                    return false;
                }
            }
            true
        });
        // Outside the lock: giving up starts a new worker, which adds itself.
        for watched in lost {
            let give_up = watched.give_up.lock().unwrap_or_else(|p| p.into_inner()).take();
            if let Some(give_up) = give_up {
                give_up();
            }
        }
        busy
    }
}

impl WatchedCall {
    fn at(watched: &Watched, call: u64, tick: u64) -> WatchedCall {
        WatchedCall { call, tick, used: used(watched) }
    }

    /// Ticks of processor time since, rounded down.
    fn since(&self, watched: &Watched, now: u64) -> u64 {
        match (self.used, used(watched)) {
            (Some(before), Some(used)) => (used.saturating_sub(before).as_micros() / TICK.as_micros()) as u64,
            _ => now - self.tick,
        }
    }
}

fn used(watched: &Watched) -> Option<Duration> {
    watched.clock.get()?.as_ref()?.read()
}
