//! A root folder of the process's own, so that it can't even learn of files that it may not read: nothing that keeps
//! a process from opening a file keeps it from asking for its size and its times.
//!
//! A user namespace gives the right to that without any right on the machine. Where the system lets nobody make one,
//! all else that confines the process holds as before.

use rustix::{
    fs::Mode,
    mount::{MountFlags, mount, mount_bind_recursive},
    process::{chdir, chroot, getegid, geteuid},
    thread::{UnshareFlags, unshare_unsafe},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Hidden by the new root in this process alone; there is one wherever namespaces are.
const OVER: &str = "/proc";

/// Which files the process can see at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// Those that it may read.
    Own,
    /// All that its user can; the text says why.
    Shared(String),
}

/// Leaves of all files the library and what is readable, each where it is. Call it on the only thread, before files
/// are closed: what they are closed by lets nobody change what there is.
pub fn own(readable: &[PathBuf], library: &Path) -> Root {
    match build(readable, library) {
        Ok(()) => Root::Own,
        Err((what, why)) => Root::Shared(format!("{what}: {why}")),
    }
}

type RootStep = Result<(), (&'static str, io::Error)>;

fn build(readable: &[PathBuf], library: &Path) -> RootStep {
    let step = |what: &'static str| move |why: io::Error| (what, why);
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    // SAFETY: this is the only thread, and descriptors are shared with nobody else.
    #[expect(unsafe_code)]
    unsafe { unshare_unsafe(UnshareFlags::NEWUSER | UnshareFlags::NEWNS) }
        .map_err(|why| step("no namespaces")(why.into()))?;
    // Who has no name there can make no file, not even in memory of its own.
    fs::write("/proc/self/setgroups", "deny").map_err(step("naming its user"))?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1")).map_err(step("naming its user"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1")).map_err(step("naming its group"))?;
    let new = Path::new(OVER);
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("none", new, "tmpfs", flags, None).map_err(|why| step("making a root")(why.into()))?;
    for path in readable.iter().map(PathBuf::as_path).filter(|path| path.exists()).chain([library]) {
        show(new, path).map_err(step("showing what is readable"))?;
    }
    chroot(new).and_then(|()| chdir("/")).map_err(|why| step("entering it")(why.into()))
}

/// Shows a file or a folder in the new root where it is in the old one.
fn show(new: &Path, path: &Path) -> io::Result<()> {
    let inside = new.join(path.strip_prefix("/").map_err(io::Error::other)?);
    // Within what is shown already.
    if inside.exists() {
        return Ok(());
    }
    if path.is_dir() {
        fs::create_dir_all(&inside)?;
    } else {
        fs::create_dir_all(inside.parent().unwrap_or(new))?;
        fs::write(&inside, "")?;
    }
    rustix::fs::chmod(&inside, Mode::from_raw_mode(0o555))?;
    Ok(mount_bind_recursive(path, &inside)?)
}
