//! Confines a process before it loads a plugin library: memory, descriptors, files, system calls.
//!
//! What took effect cannot be taken back, and holds for all threads started later. Starting the
//! process, its clock and its end are the host's; which files stay
//! is in `landlock.rs`, which there are at all in `private_root.rs`, which system calls in `syscalls.rs`.

use crate::runtime::native::{landlock, private_root, syscalls};
use rustix::{
    process::{DumpableBehavior, set_dumpable_behavior},
    thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs},
};
use std::{fmt, fs, path::Path};

pub use crate::runtime::native::{
    landlock::Landlock,
    limits::{ENVIRONMENT, ProcessLimits, lift_cpu},
    private_root::Root,
};

/// What took effect beyond the limits and the filter on system calls, which always do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confined {
    /// Which files the process can learn of.
    pub root: Root,
    /// How far the kernel keeps the process from files.
    pub landlock: Landlock,
}

impl fmt::Display for Confined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seccomp: yes, landlock: ")?;
        match &self.landlock {
            Landlock::Full => f.write_str("in full"),
            Landlock::Partial(why) => write!(f, "in part ({why})"),
            Landlock::None(why) => write!(f, "no ({why}; the process can read what its user can)"),
        }?;
        match &self.root {
            Root::Own => f.write_str(", root: its own"),
            Root::Shared(why) => {
                write!(f, ", root: shared ({why}; it can learn of files that it can't read)")
            }
        }
    }
}

/// Confines this process, once and for good, so that it can load `library`.
///
/// Call it on the only thread, before anything of the library is mapped. Afterwards the process:
/// * holds no more memory and descriptors than `limits` says, and leaves no core file;
/// * learns of no other file than the library and what is `readable`, where the system has user namespaces for all;
/// * reads only the library and what is `readable`, and opens nothing for writing (a file that is
///   open already refuses to grow, with the signal SIGXFSZ: give it pipes as standard output and
///   error);
/// * starts threads but no process, has no network, signals nobody but itself, and has no
///   capability left, even if it runs as root;
/// * cannot be traced by the user's other processes.
///
/// # Errors
/// Which step failed. The process is then confined in part; it must end, and not load the library.
pub fn confine(limits: &ProcessLimits, library: &Path) -> Result<Confined, String> {
    // Without /proc this cannot be told; the filter binds all threads in any case.
    let threads = fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    if threads > 1 {
        return Err(format!(
            "this process has {threads} threads, and files are closed only to the one that asks; \
             confine it before starting any"
        ));
    }
    let root = private_root::own(&limits.readable, library);
    Ok(Confined { root, ..confine_thread(limits, library)? })
}

/// The same for this thread and those it starts, but for the root; the filter and the limits bind all there are.
fn confine_thread(limits: &ProcessLimits, library: &Path) -> Result<Confined, String> {
    let failed =
        |what: &str, e: &dyn fmt::Display| format!("could not {what}: {e}; the library is not loaded");
    set_no_new_privs(true).map_err(|e| failed("give up new privileges", &e))?;
    let landlock =
        landlock::close_files(&limits.readable, library).map_err(|e| failed("close the files to it", &e))?;
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, none).map_err(|e| failed("drop its capabilities", &e))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|e| failed("forbid tracing it", &e))?;
    limits.set().map_err(|e| failed("limit it", &e))?;
    for filter in syscalls::filters(std::process::id()).map_err(|e| failed("write its filter", &e))? {
        seccompiler::apply_filter_all_threads(&filter).map_err(|e| failed("filter its system calls", &e))?;
    }
    Ok(Confined { root: Root::Shared("not asked for".to_owned()), landlock })
}

#[cfg(test)]
mod tests;
