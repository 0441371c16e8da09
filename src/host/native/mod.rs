//! Native plugins: libraries found in folders, checked, and loaded in a child process, or in this
//! one where the operator says so. Handlers are registered and called as Lua's are.

pub(crate) mod child;
#[cfg(unix)]
pub mod confine;
pub mod elf;
mod elf_header;
mod exchange;
pub(crate) mod frame;
mod idle_children;
mod in_process;
mod isolated;
mod landlock;
mod lane;
pub mod library_scan;
mod limits;
mod loader;
mod output;
#[cfg(unix)]
pub mod ownership;
pub(crate) mod private_copy;
mod private_root;
mod process;
mod staged_start;
mod syscalls;
mod trust;

pub use child::WORD;
pub use loader::mapped;
pub use private_copy::sweep;

use crate::{
    handler::SourceLocation,
    plugin::{Registration, Registrations},
    registration::{self, check_options},
};
pub(crate) use in_process::InProcess;
pub(crate) use isolated::Isolated;
use process::Launch;
use registrar_sdk::{Contract, Value};
use std::{process::ExitCode, sync::Arc};

/// Becomes the child that runs a library, if this program was started as one; the first thing a
/// program does that embeds a host with native plugins.
///
/// `None`: it was not; go on. Otherwise end with the code given.
pub fn serve_if_child() -> Option<ExitCode> {
    if std::env::args_os().next_back().is_none_or(|word| word != WORD) {
        return None;
    }
    Some(match child::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    })
}

/// What a library registered, checked against the contract.
fn registered(contract: &'static Contract, launch: &Launch, found: &Value) -> Result<Registrations, String> {
    let source = Arc::new(SourceLocation { file: launch.file.clone(), line: 0 });
    let check = |one: &Value| {
        let point = registration::find(contract, &launch.id, one.get("point").as_str().unwrap_or(""))?;
        let options = check_options(contract, point, one.get("options").clone())?;
        Ok(Registration { point, options: Arc::new(options), source: source.clone() })
    };
    let found = found.as_list().unwrap_or_default();
    launch.quota.check_handlers(found.len())?;
    let handlers = found.iter().map(check).collect::<Result<_, String>>()?;
    Ok(Registrations { handlers, examples: Vec::new() })
}
