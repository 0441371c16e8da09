//! What the hosts of a process share: workers, what came of trying plugins, and the watch of their folders.

pub use crate::runtime::pool_limits::EngineConfig;

use crate::{
    lifecycle::{build_cache::BuildCache, watch::Watching},
    runtime::{
        counters::Counters,
        host_call::{AskLink, HostCallRequest},
        pool::{Abandoned, WorkerPool},
        worker::Worker,
    },
};
use std::sync::Arc;

/// The engine that runs plugins, for all hosts of a process.
pub struct Engine {
    pub(crate) config: EngineConfig,
    pub(crate) counters: Arc<Counters>,
    /// What came of trying plugins, for all hosts.
    pub(crate) build_cache: BuildCache,
    pub(crate) watching: Watching,
    pool: WorkerPool,
}

impl Engine {
    /// Starts the watchdog; workers start when needed.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(config: EngineConfig) -> std::io::Result<Arc<Engine>> {
        let counters: Arc<Counters> = Arc::default();
        Ok(Arc::new(Engine {
            pool: WorkerPool::start(config.clone(), counters.clone())?,
            config,
            counters,
            build_cache: BuildCache::default(),
            watching: Watching::default(),
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
        self.pool.run(nested, work, serve)
    }

    /// Has VMs of plugins that no generation holds dropped, now on idle workers, after their job on
    /// others.
    pub fn sweep(&self) {
        self.pool.sweep();
    }
}
