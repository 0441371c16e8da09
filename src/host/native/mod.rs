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
    call::Context,
    fault::Fault,
    handler::{Handler, SourceLocation},
    plugin::{Instance, Registration, Registrations},
    registration::{self, check_options},
};
use in_process::InProcess;
use isolated::Isolated;
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

/// A plugin's native code.
pub(crate) enum NativePlugin {
    InProcess(InProcess),
    Isolated(Isolated),
}

/// How a native plugin fares, beyond what all plugins show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Health {
    /// Whether it runs in a process of its own.
    pub isolated: bool,
    /// Whether that process runs now; it is started when it is needed.
    pub running: bool,
    /// How often it ended since a call went well.
    pub ended: u32,
}

impl NativePlugin {
    /// Calls one handler.
    #[inline]
    pub fn call(
        &self,
        caller: &Arc<Instance>,
        handler: &Handler,
        context: &Context,
        args: &[Value],
    ) -> Result<Value, Fault> {
        match self {
            NativePlugin::InProcess(plugin) => plugin.call(caller, handler, context, args),
            NativePlugin::Isolated(plugin) => plugin.call(caller, handler, context, args),
        }
    }

    /// The isolated plugin, whose calls are better made many at once.
    pub fn isolated(&self) -> Option<&Isolated> {
        match self {
            NativePlugin::Isolated(plugin) => Some(plugin),
            NativePlugin::InProcess(_) => None,
        }
    }

    pub fn health(&self) -> Health {
        match self {
            NativePlugin::InProcess(_) => Health { isolated: false, running: true, ended: 0 },
            NativePlugin::Isolated(plugin) => {
                let (running, ended) = plugin.health();
                Health { isolated: true, running, ended }
            }
        }
    }
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
