//! Tables that scripts can read and not change, and the errors that reading them raises.

use mlua::{Function, Lua, LuaString, Table, Value as LuaValue};
use registrar_sdk::suggest::nearest;

/// Characters of a name that a message repeats.
const LONGEST_SHOWN: usize = 80;

/// Freezes a table that asks a function for what it lacks.
pub fn seal_with(lua: &Lua, table: &Table, kind: &str, index: Function) -> mlua::Result<()> {
    let metatable = lua.create_table()?;
    metatable.raw_set("__index", index)?;
    metatable.raw_set("__metatable", kind)?;
    metatable.set_readonly(true);
    table.set_metatable(Some(metatable))?;
    table.set_readonly(true);
    Ok(())
}

/// Freezes a table of known names: any other is an error with the nearest of them.
pub fn seal_names(
    lua: &Lua,
    table: &Table,
    kind: &str,
    names: Vec<String>,
    missing: fn(&str) -> String,
) -> mlua::Result<()> {
    let unknown = move |_: &Lua, (_, key): (LuaValue, LuaString)| -> mlua::Result<()> {
        let key = key.to_string_lossy();
        let shown: String = match key.char_indices().nth(LONGEST_SHOWN) {
            Some((cut, _)) => format!("{}…", &key[..cut]),
            None => key.clone(),
        };
        Err(raise(missing(&shown) + &nearest(&key, names.iter().map(String::as_str))))
    };
    seal_with(lua, table, kind, lua.create_function(unknown)?)
}

/// An error that the script sees, prefixed with its line by Luau.
pub fn raise(problem: String) -> mlua::Error {
    mlua::Error::runtime(problem)
}
