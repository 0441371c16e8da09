//! How much the plugins of a process may use together.

use std::{thread, time::Duration};

/// Limits of an [`crate::Engine`].
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
