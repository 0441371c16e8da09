//! The `host` table of a VM: every declared host call, checked for phase, capability and types.

use crate::runtime::{
    call::{self, CallRule, OWN},
    lua::{
        api_state, conversion, examples, register, rules,
        sealed_table::{raise, seal_names},
        vm_shared::VmShared,
    },
};
use mlua::{Function, Lua, LuaString, MultiValue, Table, Value as LuaValue};
use registrar_sdk::{AnsweredBy, HostCall, Map, Phase, Value, conform::conform};
use std::{collections::BTreeMap, rc::Rc};

/// Sets the globals `host` and `require`.
pub fn install(lua: &Lua, shared: &Rc<VmShared>) -> mlua::Result<()> {
    let mut functions: BTreeMap<&'static str, Function> = BTreeMap::new();
    for (name, phases) in OWN {
        let call = shared.body.contract.call(name);
        functions.insert(name, own(lua, shared, name, call, phases)?);
    }
    for call in shared.body.contract.calls {
        if !matches!(call.place, AnsweredBy::Host) {
            functions.insert(call.name, declared(lua, shared, call)?);
        }
    }
    for point in shared.body.contract.points {
        if let Some(name) = point.shorthand {
            let shared = shared.clone();
            functions.insert(
                name,
                lua.create_function(move |lua, (id, value): (String, LuaValue)| {
                    shared.gate(&CallRule::loading(name))?;
                    register::shorthand(lua, &shared, point, &id, value).map_err(raise)
                })?,
            );
        }
    }
    let host = lua.create_table()?;
    let mut groups: BTreeMap<&str, Table> = BTreeMap::new();
    for (name, function) in &functions {
        match name.split_once('.') {
            None if *name == "log" => {}
            None => host.raw_set(*name, function)?,
            Some((group, member)) => {
                if !groups.contains_key(group) {
                    groups.insert(group, lua.create_table()?);
                }
                if let Some(table) = groups.get(group) {
                    table.raw_set(member, function)?;
                }
            }
        }
    }
    for (name, table) in groups {
        if name == "log" {
            // `host.log("text")` is `host.log.info("text")`.
            let metatable = lua.create_table()?;
            let info: Function = table.raw_get("info")?;
            metatable.raw_set(
                "__call",
                lua.create_function(move |_, (_, args): (LuaValue, MultiValue)| info.call::<()>(args))?,
            )?;
            metatable.raw_set("__metatable", "log")?;
            metatable.set_readonly(true);
            table.set_metatable(Some(metatable))?;
        }
        table.set_readonly(true);
        host.raw_set(name, table)?;
    }
    host.raw_set("null", LuaValue::NULL)?;
    host.raw_set("settings", settings(lua, shared)?)?;
    host.raw_set("figures", shared.figures.table())?;
    let names = functions.keys().map(|n| (*n).to_owned()).collect();
    seal_names(lua, &host, "host", names, |key| format!("host.{key} does not exist"))?;
    lua.globals().set("host", host)?;
    if let Some(require) = functions.get("require") {
        lua.globals().set("require", require)?;
    }
    Ok(())
}

// Settings are a frozen table; a name that the manifest lacks is an error, not nil.
fn settings(lua: &Lua, shared: &Rc<VmShared>) -> mlua::Result<LuaValue> {
    let values = match &shared.body.info.settings {
        Value::Map(map) => map.clone(),
        _ => Default::default(),
    };
    let table = lua.create_table()?;
    for (key, value) in &values {
        table.raw_set(&**key, conversion::to_lua(lua, value)?)?;
    }
    let names = values.keys().map(|k| k.to_string()).collect();
    seal_names(lua, &table, "settings", names, |key| {
        format!("the setting `{key}` is not declared in plugin.toml")
    })?;
    Ok(LuaValue::Table(table))
}

fn declared(lua: &Lua, shared: &Rc<VmShared>, call: &'static HostCall) -> mlua::Result<Function> {
    let shared = shared.clone();
    lua.create_function(move |lua, args: MultiValue| {
        shared.gate(&CallRule::declared(call))?;
        let args = arguments(call, args)?;
        let context = shared.context.borrow().clone();
        let result = call::answer(call, args, context.as_deref(), &mut |name, args| shared.ask(name, args))
            .map_err(|problem| raise(format!("host.{}: {problem}", call.name)))?;
        shared.methods.to_lua(lua, Some(&call.result), &result)
    })
}

fn arguments(call: &'static HostCall, args: MultiValue) -> mlua::Result<Vec<Value>> {
    if let Some(problem) = call::surplus(call, args.len()) {
        return Err(raise(problem));
    }
    let mut given = args.into_iter();
    call.params
        .iter()
        .map(|param| {
            let value = given.next().unwrap_or(LuaValue::Nil);
            conversion::from_lua(&value)
                .and_then(|v| conform(&param.ty, v).map_err(|m| m.to_string()))
                .map_err(|problem| raise(format!("host.{}: {}: {problem}", call.name, param.name)))
        })
        .collect()
}

fn own(
    lua: &Lua,
    shared: &Rc<VmShared>,
    name: &'static str,
    call: Option<&'static HostCall>,
    phases: &'static [Phase],
) -> mlua::Result<Function> {
    let rule = CallRule::own(name, phases, call);
    let shared = shared.clone();
    let check = move |shared: &VmShared| shared.gate(&rule);
    match name {
        "on" => lua.create_function(move |lua, (point, options, handler): (String, LuaValue, LuaValue)| {
            check(&shared)?;
            register::on(lua, &shared, &Map::new(), &point, options, handler).map_err(raise)
        }),
        "rules" => lua.create_function(move |lua, options: LuaValue| {
            check(&shared)?;
            rules::rules(lua, &shared, &Map::new(), &options).map_err(raise)
        }),
        "example" => lua.create_function(move |lua, (title, spec): (String, LuaValue)| {
            check(&shared)?;
            examples::one(lua, &shared, &Map::new(), &title, &spec).map_err(raise)
        }),
        "examples" => lua.create_function(move |lua, all: LuaValue| {
            check(&shared)?;
            examples::many(lua, &shared, &Map::new(), &all).map_err(raise)
        }),
        "require" => lua.create_function(move |lua, module: String| {
            check(&shared)?;
            shared.modules.require(lua, &shared.body, &module)
        }),
        "figure" => lua.create_function(move |_, (name, on): (LuaString, LuaString)| {
            let day = on.to_string_lossy();
            call::figure_day(&day).map_err(raise)?;
            shared.figures.on(&name.to_string_lossy(), &day)
        }),
        "state.update" => lua.create_function(move |lua, (key, change): (String, Function)| {
            check(&shared)?;
            api_state::update(lua, &shared, &key, &change).map_err(raise)
        }),
        log if log.starts_with("log") => {
            lua.create_function(move |lua, (text, fields): (LuaString, LuaValue)| {
                check(&shared)?;
                api_state::log(lua, &shared, name, &text.to_string_lossy(), &fields);
                Ok(())
            })
        }
        _ => lua.create_function(move |lua, args: MultiValue| {
            check(&shared)?;
            let args: Vec<Value> =
                args.iter().map(conversion::from_lua).collect::<Result<_, _>>().map_err(raise)?;
            let context = shared.context.borrow().clone();
            let answer =
                call::answer_own(name, args, context.as_deref(), &mut |name, args| shared.ask(name, args))
                    .map_err(|p| raise(format!("host.{name}: {p}")))?;
            conversion::to_lua(lua, &answer)
        }),
    }
}
