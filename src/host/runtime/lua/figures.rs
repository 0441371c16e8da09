//! `host.figures` and `host.figure` in one VM: dated figures, read without leaving it.

use crate::{
    plugin::figure::{DatedFigures, unknown},
    runtime::lua::sealed_table::{raise, seal_with},
};
use mlua::{Function, Lua, LuaString, Table, Value as LuaValue};
use std::sync::Arc;

// `now.day` is the day of the call at hand; while a loop over rows runs, `now.read` tells that of the row.
// Dates are compared as text: all are written alike.
const SOURCE: &str = r#"
local dated, now, missing, dayless = ...
local function of(list, day)
    for i = 1, #list, 2 do
        if list[i] <= day then
            local amount = list[i + 1]
            return if amount == false then nil else amount
        end
    end
    return nil
end
return function(_, name)
    local list = dated[name]
    if list == nil then
        missing(name)
    end
    local read = now.read
    local day = if read then read() else now.day
    if day == nil then
        dayless(name)
    end
    return of(list, day)
end, function(name, day)
    return of(dated[name] or missing(name), day)
end
"#;

/// A plugin's figures in one VM.
pub struct VmFigures {
    now: Option<Table>,
    all: Table,
    of_day: Function,
}

impl VmFigures {
    /// Makes them, before the sandbox closes.
    pub fn install(lua: &Lua, figures: &DatedFigures) -> mlua::Result<VmFigures> {
        let (dated, now) = (lua.create_table()?, lua.create_table()?);
        for (name, figure) in figures {
            let list = lua.create_table()?;
            for (day, amount) in figure.from.iter().rev() {
                list.raw_push(&**day)?;
                match amount {
                    Some(amount) => list.raw_push(amount.to_f64())?,
                    None => list.raw_push(false)?,
                }
            }
            dated.raw_set(&**name, list)?;
        }
        let known = Arc::new(figures.clone());
        let missing = lua.create_function(move |_, name: LuaValue| -> mlua::Result<()> {
            let name = name.as_string().map(LuaString::to_string_lossy).unwrap_or_default();
            Err(raise(unknown(&known, &name.chars().take(80).collect::<String>())))
        })?;
        let dayless = lua.create_function(|_, name: LuaString| -> mlua::Result<()> {
            let name = name.to_string_lossy();
            Err(raise(format!(
                "host.figures.{name} is of a day, and there is none here; say which: host.figure(\"{name}\", day)"
            )))
        })?;
        let (index, of_day): (Function, Function) =
            lua.load(SOURCE).set_name("=host").call((dated, &now, missing, dayless))?;
        let all = lua.create_table()?;
        seal_with(lua, &all, "figures", index)?;
        Ok(VmFigures { now: (!figures.is_empty()).then_some(now), all, of_day })
    }

    /// `host.figures`.
    pub fn table(&self) -> &Table {
        &self.all
    }

    /// What a figure is on a day.
    pub fn on(&self, name: &str, day: &str) -> mlua::Result<LuaValue> {
        self.of_day.call((name, day))
    }

    /// Says which day the next call is about, if anybody can ask; `None`: it is about none.
    pub fn set_day<'a>(&self, day: impl FnOnce() -> Option<&'a str>) -> mlua::Result<()> {
        let Some(now) = &self.now else { return Ok(()) };
        now.raw_set("read", LuaValue::Nil)?;
        now.raw_set("day", day())
    }

    /// What a loop over rows says its rows' days to; none if there is no figure that could ask.
    pub fn now(&self) -> Option<&Table> {
        self.now.as_ref()
    }
}
