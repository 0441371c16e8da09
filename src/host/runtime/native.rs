//! Native plugins: libraries found in folders, checked, and loaded in a child process, or in this
//! one where the operator says so. Handlers are registered and called as Lua's are.

pub(crate) mod child;
#[cfg(unix)]
pub mod confine;
mod exchange;
pub(crate) mod frame;
mod idle_children;
pub(crate) mod in_process;
pub(crate) mod isolated;
mod landlock;
mod lane;
mod limits;
mod loader;
mod output;
mod private_root;
pub(crate) mod process;
mod syscalls;

pub use crate::runtime::native::{child::WORD, loader::mapped};

use crate::{
    plugin::{
        body::{Registration, Registrations},
        handler::SourceLocation,
        registration::{self, check_options},
    },
    runtime::native::process::Launch,
};
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
