//! `host.state`, and the other calls that the thread that dispatched answers.
//!
//! A plugin's state lives in the store, by plugin and version of its layout, never in a VM.

use crate::{
    host::Host,
    plugin::{
        quota::is_write,
        services::{Caller, Services},
    },
    runtime::{allowance, call::phases, files, host_call::HostCallRequest},
};
use registrar_sdk::Value;

impl Host {
    // Answers a host call on the thread that dispatched.
    pub(crate) fn serve(&self, ask: HostCallRequest, services: &mut dyn Services) {
        let info = &ask.caller.info;
        let caller = Caller { plugin: info, point: ask.point, phase: ask.phase, depth: ask.depth };
        let writes = is_write(ask.name, phases(ask.name, ask.caller.contract));
        let instead = if writes { services.instead(ask.name, &caller, &ask.args) } else { None };
        let answer = || match ask.name {
            _ if let Some(answer) = instead => answer,
            "now" => Ok((self.config().clock)()),
            "state.get" | "state.set" | "state.swap" => self.state(&ask),
            name if name.starts_with("files.") => {
                let config = self.config();
                files::answer(config.files.as_deref(), &config.quota, info.kept_as(), name, &ask.args)
            }
            name => services.call(name, &caller, &ask.args),
        };
        let answer = allowance::within(ask.left, answer);
        // A worker that was given up no longer listens.
        let _ = ask.answer.send(answer);
    }

    fn state(&self, ask: &HostCallRequest) -> Result<Value, String> {
        let store = self.store();
        let namespace = state_namespace(ask.caller.info.kept_as(), ask.caller.info.state_version);
        let key = ask.args.first().and_then(Value::as_str).ok_or("the key must be text")?;
        let absent = |value: &Value| if value.is_absent() { None } else { Some(value.clone()) };
        let arg = |at: usize| ask.args.get(at).and_then(absent);
        match ask.name {
            "state.get" => Ok(store.state_get(&namespace, key)?.unwrap_or_default()),
            "state.swap" => {
                self.check_state(&namespace, key, arg(2).as_ref())?;
                Ok(Value::Bool(store.state_swap(&namespace, key, arg(1).as_ref(), arg(2).as_ref())?))
            }
            _ => loop {
                self.check_state(&namespace, key, arg(1).as_ref())?;
                let old = store.state_get(&namespace, key)?;
                if store.state_swap(&namespace, key, old.as_ref(), arg(1).as_ref())? {
                    return Ok(Value::Nil);
                }
            },
        }
    }

    // What is only taken away, or stays as large as it is, is always let through.
    fn check_state(&self, namespace: &str, key: &str, new: Option<&Value>) -> Result<(), String> {
        let Some(new) = new else { return Ok(()) };
        let size = |value: &Value| serde_json::to_string(value).map_or(0, |json| json.len() as u64);
        let old = self.store().state_get(namespace, key)?;
        let (was, is) = (old.as_ref().map_or(0, size), size(new));
        if old.is_some() && is <= was {
            return Ok(());
        }
        let (keys, bytes) = self.store().state_size(namespace)?;
        let added = if old.is_some() { 0 } else { key.len() as u64 };
        self.config().quota.check_state(bytes + added + is - was.min(is), keys + u64::from(old.is_none()))
    }
}

/// Where the store keeps a plugin's state of one layout.
pub(crate) fn state_namespace(plugin: &str, version: u32) -> String {
    format!("{plugin}@{version}")
}
