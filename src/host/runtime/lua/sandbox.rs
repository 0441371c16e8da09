//! A closed Luau state: which libraries it has, what is taken away, what is replaced.

use crate::runtime::{
    interrupt::{self, Callbacks},
    lua::error::{Raised, located},
};
use memchr::memmem;
use mlua::{
    Function, Lua, LuaOptions, LuaString, StdLib, Table, Value as LuaValue,
    chunk::{ChunkMode, Compiler},
};
use std::sync::OnceLock;

/// Globals that the prelude replaces: the compiler must not bind them to the built-ins.
const REPLACED: &[&str] = &[
    "string.find",
    "string.split",
    "string.rep",
    "utf8.len",
    "string.format",
    "table.sort",
    "table.move",
    "tostring",
    "setmetatable",
    "print",
    "pairs",
    "next",
    "rawget",
    "rawset",
    "rawlen",
    "rawequal",
    "getmetatable",
    "table.clone",
    "table.freeze",
    "table.isfrozen",
    "table.clear",
    "table.foreach",
    "table.foreachi",
    "table.getn",
    "table.maxn",
];

/// `for … in next, t` would never call the one that the prelude puts in its place.
const MUTABLE: &[&str] = &["next"];

/// Under this name a state keeps the tables that a script may look at by their fields only: each with the function that
/// refuses when it looks otherwise.
pub const WATCHED_TABLES: &str = "watched tables";

/// And under this one `rawset` as it was, which asks none of them.
pub const SET_FIELD: &str = "set a field";

/// And under this one `table.freeze` as it was.
pub const FREEZE: &str = "freeze";

/// In a metatable, what refuses when somebody looks at its table as a whole.
pub const REFUSE: &str = "__refuse";

const PRELUDE: &str = include_str!("prelude.luau");

/// Whether a state's functions become machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// They do: making it takes milliseconds, calls are fast.
    Native,
    /// They don't: for a state that is used once or twice.
    Interpreted,
}

/// A new state: no `io`, `os`, `debug`, bytecode or native modules; libraries and metatables
/// frozen; memory capped at `cap` bytes. `log` gets what `print` prints.
pub fn open(cap: usize, speed: Speed, log: impl Fn(&str) + 'static) -> mlua::Result<(Lua, Callbacks)> {
    let libs = StdLib::COROUTINE
        | StdLib::TABLE
        | StdLib::STRING
        | StdLib::UTF8
        | StdLib::BIT
        | StdLib::MATH
        | StdLib::BUFFER
        | StdLib::VECTOR;
    let lua = Lua::new_with(libs, LuaOptions::new())?;
    lua.set_memory_limit(cap)?;
    lua.set_compiler(compiler().clone());
    lua.enable_jit(speed == Speed::Native);
    let log = lua.create_function(move |_, text: LuaString| {
        log(&text.to_string_lossy());
        Ok(())
    })?;
    let text = lua.create_function(|_, raised: LuaValue| {
        Ok(match raised {
            LuaValue::Error(error) => located(&error),
            other => other.type_name().to_owned(),
        })
    })?;
    let raise = lua.create_function(|_, (zh, en): (LuaValue, LuaValue)| -> mlua::Result<()> {
        let half = |text: LuaValue| text.as_string().map(|text| text.to_string_lossy());
        Err(Raised::error(half(zh), half(en)))
    })?;
    let find = lua.create_function(find)?;
    let rep = lua.create_function(|lua, (text, times): (LuaString, usize)| {
        lua.create_string(text.as_bytes().repeat(times))
    })?;
    let prelude = lua.load(prelude()?).set_name("=host").set_mode(ChunkMode::Binary);
    let (watched, set, freeze): (Table, Function, Function) =
        prelude.call((find, rep, log, text, raise, cap))?;
    lua.set_named_registry_value(WATCHED_TABLES, watched)?;
    lua.set_named_registry_value(SET_FIELD, set)?;
    lua.set_named_registry_value(FREEZE, freeze)?;
    let callbacks = interrupt::install(&lua)?;
    Ok((lua, callbacks))
}

/// How plugins' sources are compiled.
pub fn compiler() -> &'static Compiler {
    static COMPILER: OnceLock<Compiler> = OnceLock::new();
    COMPILER.get_or_init(|| {
        Compiler::new()
            .set_optimization_level(2)
            .set_debug_level(1)
            .set_type_info_level(1)
            .set_disabled_builtins(REPLACED.iter().copied())
            .set_mutable_globals(MUTABLE.iter().copied())
    })
}

// Compiled once: every VM begins with it.
fn prelude() -> mlua::Result<&'static [u8]> {
    static CODE: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(code) = CODE.get() {
        return Ok(code);
    }
    let code = compiler().compile(PRELUDE)?;
    Ok(CODE.get_or_init(|| code))
}

// The plain search of `string.find`, in time linear in both lengths.
fn find(
    _: &Lua,
    (text, wanted, init): (LuaString, LuaString, i64),
) -> mlua::Result<(Option<usize>, Option<usize>)> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let from = match init {
        0 => 0,
        n if n > 0 => n as usize - 1,
        n => text.len().saturating_sub(n.unsigned_abs() as usize),
    };
    if from > text.len() {
        return Ok((None, None));
    }
    Ok(match memmem::find(&text[from..], &wanted) {
        Some(at) => (Some(from + at + 1), Some(from + at + wanted.len())),
        None => (None, None),
    })
}
