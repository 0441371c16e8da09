//! Native plugins: libraries found in folders, checked, and loaded in a child process, or in this
//! one where the operator says so. Handlers are registered and called as Lua's are.

pub(crate) mod child;
#[cfg(unix)]
pub mod confine;
pub mod elf;
pub mod found;
pub(crate) mod frame;
mod in_process;
mod isolated;
mod landlock;
mod lane;
mod limits;
mod loader;
mod machine;
mod output;
#[cfg(unix)]
pub mod owner;
pub(crate) mod private;
pub(crate) mod process;
mod syscalls;
mod trust;

pub use child::WORD;
pub use loader::mapped;
pub use private::sweep;

use crate::{
    call::Context,
    config::NativeConfig,
    fault::Fault,
    handler::{Handler, Source},
    plugin::{Instance, Registered, Registration},
    registration::{self, check_options},
    source::Library,
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
pub(crate) enum Native {
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

impl Native {
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
            Native::InProcess(plugin) => plugin.call(caller, handler, context, args),
            Native::Isolated(plugin) => {
                let mut answers = plugin.call_all(caller, handler, context, &[args]);
                answers.pop().unwrap_or(Ok(Value::Nil))
            }
        }
    }

    /// The isolated plugin, whose calls are better made many at once.
    pub fn isolated(&self) -> Option<&Isolated> {
        match self {
            Native::Isolated(plugin) => Some(plugin),
            Native::InProcess(_) => None,
        }
    }

    pub fn health(&self) -> Health {
        match self {
            Native::InProcess(_) => Health { isolated: false, running: true, ended: 0 },
            Native::Isolated(plugin) => {
                let (running, ended) = plugin.health();
                Health { isolated: true, running, ended }
            }
        }
    }
}

/// How a library is loaded, with these settings.
///
/// # Errors
/// If its content is not trusted, wherever it comes from: a version kept for a restart is no other.
pub(crate) fn launch(
    config: &NativeConfig,
    id: &str,
    library: &Library,
    settings: &Value,
) -> Result<Launch, String> {
    let folder =
        config.private.as_deref().ok_or("this host has no folder for private copies of libraries")?;
    trust::check(config.trust.as_deref(), library)?;
    Ok(Launch {
        id: id.to_owned(),
        program: config.program.clone(),
        library: private::path(folder, &library.hash),
        file: library.file.clone(),
        settings: settings.clone(),
        memory: config.memory,
        patience: config.patience,
    })
}

/// Loads a library in a child: whatever it does there, only the child is lost.
pub(crate) fn trial(launch: Launch, contract: &'static Contract) -> Result<Native, String> {
    Isolated::start(launch, contract).map(Native::Isolated)
}

/// The plugin that goes live after its trial: in this process if `config` says so, or else in the
/// trial's child if that `is_fresh`, or in another.
pub(crate) fn live(
    config: &NativeConfig,
    launch: &Launch,
    trial: Native,
    is_fresh: bool,
) -> Result<Native, String> {
    match trial {
        Native::Isolated(trial) if config.in_process.contains(&launch.id) => {
            InProcess::load(launch, config.most_mapped, trial.registered()).map(Native::InProcess)
        }
        Native::Isolated(trial) if !is_fresh => Ok(Native::Isolated(trial.afresh())),
        other => Ok(other),
    }
}

/// What a library registered, checked against the contract.
fn registered(contract: &'static Contract, launch: &Launch, found: &Value) -> Result<Registered, String> {
    let source = Source { file: launch.file.clone(), line: 0 };
    let check = |one: &Value| {
        let point = registration::find(contract, &launch.id, one.get("point").as_str().unwrap_or(""))?;
        let options = check_options(contract, point, one.get("options").clone())?;
        Ok(Registration { point, options, source: source.clone() })
    };
    let handlers = found.as_list().unwrap_or_default().iter().map(check).collect::<Result<_, String>>()?;
    Ok(Registered { handlers, examples: Vec::new() })
}

impl Native {
    /// What it registered.
    pub fn registered(&self) -> Option<Registered> {
        self.isolated().map(|plugin| plugin.registered().clone())
    }
}
