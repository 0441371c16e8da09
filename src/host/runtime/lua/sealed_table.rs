//! Tables that scripts can read and not change, and the errors that reading them raises.

use mlua::{Function, Lua, Table};

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

/// An error that the script sees, prefixed with its line by Luau.
pub fn raise(problem: String) -> mlua::Error {
    mlua::Error::runtime(problem)
}
