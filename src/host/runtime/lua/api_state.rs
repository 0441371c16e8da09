//! The host's own calls that read or write something: state, files, the clock, the log.

use crate::runtime::{
    log_limit::one_line,
    lua::{conversion, register, vm_shared::VmShared},
};
use mlua::{Function, Lua, Value as LuaValue};
use registrar_sdk::Value;

// Two plugins' updates of one key can cross; more often than this, something is wrong.
const MOST_TRIES: usize = 100;

/// `host.state.update(key, change)`: `change` gets the value and answers the new one; it may run
/// again if another call was faster.
pub fn update(lua: &Lua, shared: &VmShared, key: &str, change: &Function) -> Result<LuaValue, String> {
    // In an example nothing is kept: what is given is what it finds.
    if let Some(old) = shared.canned("state.update") {
        let argument = conversion::to_lua(lua, &old).map_err(|e| e.to_string())?;
        return change.call(argument).map_err(|e| crate::runtime::lua::error::message(&e));
    }
    for _ in 0..MOST_TRIES {
        let old = shared.ask("state.get", vec![Value::text(key)])?;
        let argument = conversion::to_lua(lua, &old).map_err(|e| e.to_string())?;
        let answer: LuaValue = change.call(argument).map_err(|e| crate::runtime::lua::error::message(&e))?;
        let new = conversion::from_lua(&answer)?;
        let swapped = shared.ask("state.swap", vec![Value::text(key), old, new])?;
        if swapped.as_bool() == Some(true) {
            return Ok(answer);
        }
    }
    Err(format!("host.state.update: `{key}` was changed by others {MOST_TRIES} times in a row"))
}

/// `host.log.warn("text", { key = value })`.
pub fn log(lua: &Lua, shared: &VmShared, level: &str, text: &str, fields: &LuaValue) {
    let plugin = &*shared.body.info.id;
    if !shared.log_limit.admits(plugin) {
        return;
    }
    let text = one_line(text);
    let source = register::source_of_caller(lua);
    let place = format!("{}:{}", source.file, source.line);
    let fields = match conversion::from_lua(fields) {
        Ok(Value::Nil) => String::new(),
        Ok(value) => one_line(&value.to_string()),
        Err(problem) => problem,
    };
    match level {
        "log.error" => tracing::error!(target: "script", plugin, place, fields, "{text}"),
        "log.warn" => tracing::warn!(target: "script", plugin, place, fields, "{text}"),
        "log.debug" => tracing::debug!(target: "script", plugin, place, fields, "{text}"),
        _ => tracing::info!(target: "script", plugin, place, fields, "{text}"),
    }
}
