//! How much a confined process may hold and compute.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::path::PathBuf;

/// Environment variables to start a process with that will be confined.
///
/// The C library reserves 64 MiB of address space for each of the first threads that allocate;
/// eight of them would use up the default limit without holding anything.
pub const ENVIRONMENT: &[(&str, &str)] = &[("MALLOC_ARENA_MAX", "2")];

/// What a confined process may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessLimits {
    /// Bytes of address space, what is mapped already included.
    pub memory: u64,
    /// Open descriptors, those it starts with included.
    pub open_files: u64,
    /// Seconds of computing, counted from the start of the process, until [`lift_cpu`] is called.
    pub load_cpu_seconds: u64,
    /// Files and folders it may read, with all below them; those that do not exist are passed over.
    pub readable: Vec<PathBuf>,
}

impl Default for ProcessLimits {
    /// 512 MiB, 64 descriptors, 10 seconds, and what the dynamic loader and fonts need.
    fn default() -> Self {
        let readable = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts"];
        Self {
            memory: 512 << 20,
            open_files: 64,
            load_cpu_seconds: 10,
            readable: readable.map(PathBuf::from).to_vec(),
        }
    }
}

impl ProcessLimits {
    /// Sets all but what is readable, for this process and for good.
    pub(super) fn set(&self) -> Result<(), String> {
        for (resource, most, name) in [
            (Resource::Core, 0, "core files"),
            (Resource::Fsize, 0, "files it writes"),
            (Resource::Nofile, self.open_files, "open files"),
            (Resource::As, self.memory, "address space"),
        ] {
            limit(resource, most).map_err(|e| format!("its {name} to {most}: {e}"))?;
        }
        // Only the soft limit, so that it can be lifted.
        let maximum = getrlimit(Resource::Cpu).maximum;
        let current = Some(maximum.map_or(self.load_cpu_seconds, |now| self.load_cpu_seconds.min(now)));
        let cpu = Rlimit { current, maximum };
        setrlimit(Resource::Cpu, cpu).map_err(|e| format!("its computing time: {e}"))?;
        Ok(())
    }
}

/// Lifts the limit on computing time, once the library is loaded.
///
/// # Errors
/// What the system says.
pub fn lift_cpu() -> Result<(), String> {
    let maximum = getrlimit(Resource::Cpu).maximum;
    setrlimit(Resource::Cpu, Rlimit { current: maximum, maximum })
        .map_err(|e| format!("could not lift the limit on computing time: {e}"))
}

/// Lowers both the limit and how far it can be raised; never raises either.
fn limit(resource: Resource, most: u64) -> rustix::io::Result<()> {
    let most = getrlimit(resource).maximum.map_or(most, |now| most.min(now));
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
}
