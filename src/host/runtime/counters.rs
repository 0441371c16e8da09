//! What is alive in a process: VMs, workers, generations.

use std::sync::atomic::{AtomicU64, AtomicUsize};

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
