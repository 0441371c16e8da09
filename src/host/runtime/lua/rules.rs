//! `host.rules { … }`: options that several handlers, and their examples, have in common.

use crate::{
    plugin::registration,
    runtime::{
        call::CallRule,
        lua::{
            conversion, examples, register,
            sealed_table::{raise, seal_names},
            vm_shared::VmShared,
        },
    },
};
use mlua::{FromLuaMulti, Function, Lua, Table, Value as LuaValue};
use registrar_sdk::Map;
use std::{rc::Rc, sync::Arc};

/// A set of rules as scripts hold it: `rules:on(…)`, `rules:example(…)`, `rules:examples { … }` and
/// `rules:with { … }`, which start from these options.
///
/// # Errors
/// An option that no point takes, or that is not of its type.
pub fn rules(lua: &Lua, shared: &Rc<VmShared>, base: &Map, options: &LuaValue) -> Result<Table, String> {
    let options =
        Arc::new(registration::common_options(shared.body.contract, base, conversion::from_lua(options)?)?);
    table(lua, shared, &options).map_err(|e| e.to_string())
}

fn table(lua: &Lua, shared: &Rc<VmShared>, options: &Arc<Map>) -> mlua::Result<Table> {
    type Handler = (String, LuaValue, LuaValue);
    let on = method(lua, shared, options, "on", |lua, shared, options, (point, own, handler): Handler| {
        register::on(lua, shared, options, &point, own, handler)
    });
    let example =
        method(lua, shared, options, "example", |lua, shared, options, (title, spec): (String, LuaValue)| {
            examples::one(lua, shared, options, &title, &spec)
        });
    let examples = method(lua, shared, options, "examples", |lua, shared, options, all: LuaValue| {
        examples::many(lua, shared, options, &all)
    });
    let with = method(lua, shared, options, "with", |lua, shared, options, more: LuaValue| {
        rules(lua, shared, options, &more)
    });
    let table = lua.create_table()?;
    let methods = [("on", on?), ("example", example?), ("examples", examples?), ("with", with?)];
    let names = methods.iter().map(|(name, _)| (*name).to_owned()).collect();
    for (name, function) in methods {
        table.raw_set(name, function)?;
    }
    seal_names(lua, &table, "rules", names, |key| format!("rules have no `{key}`"))?;
    Ok(table)
}

/// A function that is called with a colon, while sources run.
fn method<A, R>(
    lua: &Lua,
    shared: &Rc<VmShared>,
    options: &Arc<Map>,
    name: &'static str,
    run: impl Fn(&Lua, &Rc<VmShared>, &Map, A) -> Result<R, String> + 'static,
) -> mlua::Result<Function>
where
    A: FromLuaMulti + 'static,
    R: mlua::IntoLuaMulti + 'static,
{
    let (shared, options) = (shared.clone(), options.clone());
    lua.create_function(move |lua, mut given: mlua::MultiValue| {
        shared.gate(&CallRule::loading(name))?;
        let this = given.pop_front();
        if !this.as_ref().is_some_and(is_rules) {
            return Err(raise(format!("rules.{name}(…): write rules:{name}(…)")));
        }
        run(lua, &shared, &options, A::from_lua_multi(given, lua)?).map_err(raise)
    })
}

fn is_rules(value: &LuaValue) -> bool {
    value.as_table().is_some_and(|table| matches!(table.raw_get("with"), Ok(LuaValue::Function(_))))
}
