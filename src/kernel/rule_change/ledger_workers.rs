//! Keeps the ledgers of many offices up with their logs and rules: a few threads for all of them. A ledger is
//! followed by one thread at a time.

use std::{
    collections::VecDeque,
    io,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};
use tracing::error;

/// How long a failed attempt waits for the next.
const PAUSE: Duration = Duration::from_secs(1);

/// What is followed: a ledger that catches up and takes over rules.
pub trait Followed: Send + Sync {
    /// Does what is to be done; `false`: it failed, and is to be done again after a pause.
    fn step(&self) -> bool;

    /// What was begun was not done; it stays queued.
    fn catch_up_again(&self);

    /// Who follows it from now on.
    fn followed_by(self: Arc<Self>, followers: &Arc<WorkQueue>);
}

/// Threads that follow ledgers until this is dropped.
pub struct LedgerWorkers {
    shared: Arc<WorkQueue>,
}

/// What threads and ledgers share.
pub struct WorkQueue {
    queue: Mutex<Queue>,
    woken: Condvar,
}

#[derive(Default)]
struct Queue {
    ready: VecDeque<Weak<dyn Followed>>,
    /// What failed, and when it is tried again.
    later: Vec<(Instant, Weak<dyn Followed>)>,
    stop: bool,
}

impl LedgerWorkers {
    /// Starts so many threads.
    ///
    /// # Errors
    /// One could not be started.
    pub fn start(threads: usize) -> io::Result<LedgerWorkers> {
        let followers =
            LedgerWorkers { shared: Arc::new(WorkQueue { queue: Mutex::default(), woken: Condvar::new() }) };
        for _ in 0..threads.max(1) {
            let shared = followers.shared.clone();
            thread::Builder::new().name("registrar-ledgers".into()).spawn(move || shared.work())?;
        }
        Ok(followers)
    }

    /// From now on this ledger catches up and takes over new rules in the background.
    pub fn follow(&self, service: &Arc<impl Followed + 'static>) {
        service.clone().followed_by(&self.shared);
    }
}

impl Drop for LedgerWorkers {
    fn drop(&mut self) {
        self.shared.queue().stop = true;
        self.shared.woken.notify_all();
    }
}

impl WorkQueue {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Whole at each step.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a ledger followed once, soon.
    pub(crate) fn push(&self, service: Weak<dyn Followed>) {
        self.queue().ready.push_back(service);
        self.woken.notify_one();
    }

    fn work(&self) {
        while let Some(service) = self.next() {
            let Some(service) = service.upgrade() else { continue };
            // A panic is one office's, and these threads are all offices'.
            let done = panic::catch_unwind(AssertUnwindSafe(|| service.step()));
            if done.is_err() {
                service.catch_up_again();
                error!("Following a ledger panicked; it is tried again.");
            }
            if !done.unwrap_or(false) {
                self.queue().later.push((Instant::now() + PAUSE, Arc::downgrade(&service)));
                self.woken.notify_one();
            }
        }
    }

    /// The next ledger that has something to do; `None`: nothing more is to be done.
    fn next(&self) -> Option<Weak<dyn Followed>> {
        let mut queue = self.queue();
        loop {
            if queue.stop {
                return None;
            }
            let now = Instant::now();
            if let Some(at) = queue.later.iter().position(|(at, _)| *at <= now) {
                return Some(queue.later.swap_remove(at).1);
            }
            if let Some(service) = queue.ready.pop_front() {
                return Some(service);
            }
            let soonest = queue.later.iter().map(|(at, _)| *at - now).min();
            queue = match soonest {
                Some(pause) => {
                    self.woken.wait_timeout(queue, pause).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.woken.wait(queue).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}
