//! What the embedding program offers the plugins it calls.

use crate::plugin::handler::PluginInfo;
use registrar_sdk::{Phase, Value};

/// Answers host calls declared with [`registrar_sdk::contract::AnsweredBy::Snapshot`]: inline on a
/// worker, from data that does not change during the dispatch. Must not wait for anything.
pub trait Snapshot: Send + Sync {
    /// Answers one call. Arguments conform to the call's declaration, and the answer must.
    ///
    /// # Errors
    /// What the script should read: what was wrong and what to do.
    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String>;
}

/// Answers host calls declared with [`registrar_sdk::contract::AnsweredBy::Services`], on the thread
/// that dispatched, so that they see its open transaction.
pub trait Services {
    /// Answers one call of `caller`.
    ///
    /// # Errors
    /// What the script should read: what was wrong and what to do.
    fn call(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String>;

    /// What a call that would change something is answered instead of being made, the host's own among them
    /// (`state.swap`, `files.write`); `None`: it is made. For trying without a trace.
    fn instead(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Option<Result<Value, String>> {
        let _ = (name, caller, args);
        None
    }
}

/// Who makes a host call.
pub struct Caller<'a> {
    /// The calling plugin.
    pub plugin: &'a PluginInfo,
    /// The point it was called at.
    pub point: &'static str,
    /// The phase of that point.
    pub phase: Phase,
    /// How many dispatches deep, from 0.
    pub depth: u8,
}

/// Offers nothing; for contracts without such calls.
pub struct NoServices;

impl Snapshot for NoServices {
    fn call(&self, name: &str, _: &[Value]) -> Result<Value, String> {
        Err(format!("host.{name} is not available here"))
    }
}

impl Services for NoServices {
    fn call(&mut self, name: &str, _: &Caller<'_>, _: &[Value]) -> Result<Value, String> {
        Err(format!("host.{name} is not available here"))
    }
}
