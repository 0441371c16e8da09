//! Maps a library into this process and opens its door. What was mapped stays mapped: unloading
//! code that may have started threads or left thread-locals behind is unsound.

#![allow(unsafe_code)]

use crate::sync::lock;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use registrar_sdk::abi::{Door, host::EntryFn};
use std::{
    collections::BTreeMap,
    ffi::{CStr, OsStr},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Mutex,
};

// By path: the paths are content-addressed, so that one path is one content for ever.
static MAPPED: Mutex<BTreeMap<PathBuf, Door>> = Mutex::new(BTreeMap::new());

/// Closes what this process inherited besides its standard descriptors, whoever opened it.
///
/// # Errors
/// What the system says: then nothing must be loaded.
pub(crate) fn close_inherited() -> std::io::Result<()> {
    // SAFETY: the first thing that a child does. Nothing in this process has opened a descriptor yet, so nobody
    // loses one of theirs.
    match unsafe { libc::close_range(3, libc::c_uint::MAX, 0) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// How many libraries are mapped into this process, replaced ones included.
pub fn mapped() -> usize {
    lock(&MAPPED).len()
}

/// Maps the library at `path`, or finds it where it is mapped already. Its own code runs: whoever
/// calls this has had a child load the same file first, or is that child.
///
/// # Errors
/// What the system says, an entry that is not there or a table that does not fit; and once `most`
/// libraries are mapped, that no further one is.
pub(crate) fn open(path: &Path, most: usize) -> Result<Door, String> {
    if let Some(door) = lock(&MAPPED).get(path) {
        return Ok(*door);
    }
    if mapped() >= most {
        return Err(format!(
            "is not loaded: {most} libraries are mapped into this process, replaced ones included, and none can be \
             taken out again; restart the host, raise limits.mapped_libraries, or take the plugin out of in_process"
        ));
    }
    // SAFETY: the file was checked to be a whole library, and its initialisers ran in a child.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }
        .map_err(|e| format!("cannot be loaded: {e}"))?;
    // SAFETY: the symbol is what the header declares it to be; a plugin that lies about it is beyond
    // any check.
    let entry: EntryFn = unsafe { library.get::<EntryFn>(b"registrar_plugin\0") }
        .map(|symbol| *symbol)
        .map_err(|_| "has no entry `registrar_plugin`; is it a plugin?")?;
    // Dropping the handle would unmap it.
    std::mem::forget(library);
    let origin = origin(entry);
    if origin.as_deref() != Some(path) {
        let origin = origin.map_or("nowhere".to_owned(), |o| o.display().to_string());
        return Err(format!("answered with code from {origin}; the system gave an old image back"));
    }
    // SAFETY: the entry is a plugin's, and stays mapped.
    let door = unsafe { Door::open(entry) }?;
    lock(&MAPPED).insert(path.to_owned(), door);
    Ok(door)
}

// The file that a function's code was mapped from.
fn origin(entry: EntryFn) -> Option<PathBuf> {
    let mut info = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    // SAFETY: writes into the room given; any address may be asked about.
    let found = unsafe { libc::dladdr(entry as *const libc::c_void, &raw mut info) };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: a name of the loader's own, which stays while the library is mapped.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    Some(PathBuf::from(OsStr::from_bytes(name.to_bytes())))
}
