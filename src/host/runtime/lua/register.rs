//! `host.on` and the shorthands: the handlers that sources register while they run.

use crate::{
    plugin::{body::Registration, handler::SourceLocation, quota::weight, registration},
    runtime::lua::{conversion, vm_shared::VmShared},
};
use mlua::{Function, Lua, Value as LuaValue};
use registrar_sdk::{Map, Phase, Point, Value, conform::conform};
use std::{rc::Rc, sync::Arc};

/// Where the calling line of the script is.
pub fn source_of_caller(lua: &Lua) -> SourceLocation {
    for level in 1..6 {
        let found = lua.inspect_stack(level, |d| {
            let name = d.source().short_src.map(|s| s.into_owned()).unwrap_or_default();
            (name, d.current_line())
        });
        match found {
            Some((file, Some(line))) if file.ends_with(".lua") || file.ends_with(".luau") => {
                return SourceLocation { file, line: line as u32 };
            }
            Some(_) => {}
            None => break,
        }
    }
    SourceLocation { file: String::new(), line: 0 }
}

/// `host.on(point, options, handler)`; the options may be left out. `common` are those of the rules that the
/// handler is one of.
pub fn on(
    lua: &Lua,
    shared: &Rc<VmShared>,
    common: &Map,
    point: &str,
    options: LuaValue,
    handler: LuaValue,
) -> Result<(), String> {
    let (options, handler) = match (options, handler) {
        (LuaValue::Function(handler), LuaValue::Nil) => (Value::Map(Map::new()), handler),
        (options, LuaValue::Function(handler)) => (conversion::from_lua(&options)?, handler),
        _ => return Err("host.on(point, options, function): the last argument must be a function".into()),
    };
    let point = find(shared, point)?;
    let options = registration::options_of(point, common, options);
    let options = registration::check_options(shared.body.contract, point, options)?;
    weigh(shared, &options)?;
    add(lua, shared, point, options, handler)
}

/// `host.<shorthand>(id, value)`: a handler that always answers `value` with that `id`.
pub fn shorthand(
    lua: &Lua,
    shared: &Rc<VmShared>,
    point: &'static Point,
    id: &str,
    value: LuaValue,
) -> Result<(), String> {
    let mut map = match conversion::from_lua(&value)? {
        Value::Map(map) => map,
        other => {
            return Err(format!(
                "host.{}(\"{id}\", …): got {}; expected a table",
                point.shorthand.unwrap_or(""),
                other.kind()
            ));
        }
    };
    map.insert("id".into(), Value::text(id));
    weigh(shared, &Value::text(id))?;
    let answer = conform(&point.answer, Value::Map(map)).map_err(|m| m.to_string())?;
    let answer = conversion::to_lua(lua, &answer).map_err(|e| e.to_string())?;
    let handler = lua.create_function(move |_, ()| Ok(answer.clone())).map_err(|e| e.to_string())?;
    let options = Value::Map(Map::from([(Arc::from("id"), Value::text(id))]));
    add(lua, shared, point, options, handler)
}

// What is registered lives beside the VM, where its cap does not reach.
const MOST_BYTES: usize = 8 << 20;

pub(super) fn weigh(shared: &VmShared, value: &Value) -> Result<(), String> {
    let bytes = shared.registered_bytes.get() + 64 + weight(value);
    shared.registered_bytes.set(bytes);
    match bytes > MOST_BYTES {
        true => Err(format!(
            "the plugin registers more than {} MiB of options and examples; drop some, or split the plugin",
            MOST_BYTES >> 20
        )),
        false => Ok(()),
    }
}

fn add(
    lua: &Lua,
    shared: &Rc<VmShared>,
    point: &'static Point,
    options: Value,
    handler: Function,
) -> Result<(), String> {
    let source = source_of_caller(lua);
    let mut registered = shared.registered.borrow_mut();
    shared.body.quota.check_handlers(registered.handlers.len() + 1)?;
    registered.handlers.push(Registration { point, options: Arc::new(options), source: Arc::new(source) });
    shared.functions.borrow_mut().push(handler);
    Ok(())
}

fn find(shared: &VmShared, id: &str) -> Result<&'static Point, String> {
    if shared.phase.get() != Phase::Load {
        return Err("handlers are registered while sources run, not later".into());
    }
    registration::find(shared.body.contract, &shared.body.info.id, id)
}
