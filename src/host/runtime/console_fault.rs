//! What is wrong with a line that somebody typed.

use crate::plugin::fault::{Fault, FaultKind};

pub(crate) const ENTRY: &str = "console.lua";

/// The fault of a line that could not even be compiled.
pub(crate) fn fault(message: String) -> Fault {
    Fault {
        plugin: "console".into(),
        file: ENTRY.into(),
        line: None,
        point: None,
        kind: FaultKind::Error,
        message,
        said: None,
    }
}
