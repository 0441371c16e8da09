//! The operator's list of library contents that may be loaded, if there is one.

use crate::plugin::{folder::read, source::LibraryFile};
use std::{io, path::Path};

/// Checks a library against the list: one hash a line, whatever stands behind it.
///
/// # Errors
/// That it is not on the list, with the remedy; or that the list cannot be read.
pub(crate) fn check(list: Option<&Path>, library: &LibraryFile) -> Result<(), String> {
    let Some(file) = list else { return Ok(()) };
    let list = match read(file, 16 << 20).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) {
        Ok(list) => list,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        // An unreadable list is no permission.
        Err(e) => return Err(format!("is not loaded: the list of trusted libraries cannot be read ({e})")),
    };
    match list
        .trim_start_matches(crate::plugin::text::MARK)
        .lines()
        .any(|line| line.split_whitespace().next() == Some(&library.hash))
    {
        true => Ok(()),
        false => Err(format!(
            "is not trusted; check where {} is from, then `registrar trust {}`",
            library.file, library.hash
        )),
    }
}
