//! Values across the border: Lua to the value tree and back. Typing is `conform`'s.

use crate::runtime::{lua::sandbox::REFUSE, watchdog::told_to_stop};
use mlua::{Function, Lua, Table, Value as LuaValue};
use registrar_sdk::{
    Map, Value,
    abi::{MOST_BYTES, MOST_VALUES},
    value::{MAX_DEPTH, MAX_INT},
};
use std::sync::Arc;

// A table that appears twice is copied twice: 31 tables, each holding the next one twice, would be
// two thousand million values. What crosses is bounded, so that reading it ends within a budget.

// What may still cross.
struct Left {
    values: usize,
    bytes: usize,
}

impl Left {
    fn take(&mut self, bytes: usize) -> Result<(), Placed> {
        let wrong = |problem: String| Err((String::new(), problem));
        if self.values.is_multiple_of(256) && told_to_stop() {
            return wrong("stopped while it was read".into());
        }
        let Some(values) = self.values.checked_sub(1) else {
            return wrong(format!("more than {MOST_VALUES} values at once; hand them over in parts"));
        };
        let Some(bytes) = self.bytes.checked_sub(bytes) else {
            return wrong(format!(
                "more than {} MiB of text and bytes at once; hand them over in parts",
                MOST_BYTES >> 20
            ));
        };
        (self.values, self.bytes) = (values, bytes);
        Ok(())
    }
}

/// Why a Lua value has no counterpart, with the path to it.
pub type ConversionError = String;

/// Reads a Lua value.
///
/// An empty table is an empty list until a declared type says otherwise. Holes, mixed keys,
/// functions, invalid UTF-8, integers beyond 2^53, NaN and infinities are errors, and so is more
/// than 250,000 values or 32 MiB at once.
pub fn from_lua(value: &LuaValue) -> Result<Value, ConversionError> {
    let mut left = Left { values: MOST_VALUES, bytes: MOST_BYTES };
    read(value, 0, &mut left).map_err(|(path, problem)| match path.as_str() {
        "" => problem,
        path => format!("{}: {problem}", path.trim_start_matches('.')),
    })
}

/// Reads a value that the host gave the VM itself, however large.
pub fn from_host(value: &LuaValue) -> Result<Value, ConversionError> {
    let mut left = Left { values: usize::MAX, bytes: usize::MAX };
    read(value, 0, &mut left).map_err(|(path, problem)| format!("{path}: {problem}"))
}

type Placed = (String, String);

fn read(value: &LuaValue, depth: usize, left: &mut Left) -> Result<Value, Placed> {
    let wrong = |problem: String| Err((String::new(), problem));
    left.take(match value {
        LuaValue::String(text) => text.as_bytes().len(),
        LuaValue::Buffer(bytes) => bytes.len(),
        _ => 0,
    })?;
    Ok(match value {
        LuaValue::Nil => Value::Nil,
        LuaValue::LightUserData(p) if p.0.is_null() => Value::Null,
        LuaValue::Boolean(b) => Value::Bool(*b),
        LuaValue::Integer(n) => return number(*n as f64),
        LuaValue::Number(n) => return number(*n),
        LuaValue::String(text) => match text.to_str() {
            Ok(text) => Value::text(&*text),
            Err(_) => {
                return wrong(
                    "text that is not UTF-8 (was it cut inside a character? use utf8.offset)".into(),
                );
            }
        },
        LuaValue::Buffer(bytes) => Value::Bytes(Arc::from(bytes.to_vec())),
        LuaValue::Table(_) if depth >= MAX_DEPTH => return wrong(format!("nested deeper than {MAX_DEPTH}")),
        LuaValue::Table(table) => return read_table(table, depth, left),
        other => return wrong(format!("a {} cannot leave the script", other.type_name())),
    })
}

fn number(n: f64) -> Result<Value, Placed> {
    let wrong = |problem: String| Err((String::new(), problem));
    if n.is_nan() {
        return wrong("got NaN; expected a number".into());
    }
    if n.is_infinite() {
        return wrong("got an infinity; expected a number".into());
    }
    if n.fract() != 0.0 {
        return Ok(Value::Num(n));
    }
    if n.abs() > MAX_INT as f64 {
        return wrong(format!("{n} is an integer beyond 2^53"));
    }
    Ok(Value::Int(n as i64))
}

fn read_table(table: &Table, depth: usize, left: &mut Left) -> Result<Value, Placed> {
    // What is looked at by its fields alone is not whole as it lies there.
    if let Some(metatable) = table.metatable()
        && let Ok(Some(refuse)) = metatable.raw_get::<Option<Function>>(REFUSE)
    {
        let why = refuse.call::<()>(()).err().map_or_else(String::new, |why| why.to_string());
        return Err((String::new(), why));
    }
    let (mut map, mut list) = (Map::new(), Vec::new());
    let mut fault: Option<Placed> = None;
    let walked = table.for_each::<LuaValue, LuaValue>(|key, value| {
        let outcome = match &key {
            LuaValue::String(name) => match name.to_str() {
                Ok(name) => read(&value, depth + 1, left)
                    .map(|v| {
                        map.insert(Arc::from(&*name), v);
                    })
                    .map_err(|(path, problem)| (format!(".{}{path}", &*name), problem)),
                Err(_) => Err((String::new(), "a key that is not UTF-8".into())),
            },
            LuaValue::Integer(_) | LuaValue::Number(_) => index(&key).and_then(|i| {
                read(&value, depth + 1, left)
                    .map(|v| list.push((i, v)))
                    .map_err(|(path, problem)| (format!("[{i}]{path}"), problem))
            }),
            other => {
                Err((String::new(), format!("a {} as a key; expected text, or 1, 2, 3 …", other.type_name())))
            }
        };
        outcome.map_err(|placed| {
            fault = Some(placed);
            mlua::Error::runtime("stop")
        })
    });
    match (walked, fault) {
        (_, Some(placed)) => return Err(placed),
        (Err(error), None) => return Err((String::new(), error.to_string())),
        (Ok(()), None) => {}
    }
    if !map.is_empty() && !list.is_empty() {
        return Err((String::new(), "a table with both named and numbered entries".into()));
    }
    if !map.is_empty() {
        return Ok(Value::Map(map));
    }
    list.sort_by_key(|(i, _)| *i);
    match list.iter().enumerate().find(|(at, (i, _))| *i != *at as i64 + 1) {
        Some((at, _)) => Err((String::new(), format!("a list with a hole: entry {} is missing", at + 1))),
        None => Ok(Value::List(list.into_iter().map(|(_, v)| v).collect())),
    }
}

pub(crate) fn index(key: &LuaValue) -> Result<i64, Placed> {
    let n = match key {
        LuaValue::Integer(n) => *n as f64,
        LuaValue::Number(n) => *n,
        _ => f64::NAN,
    };
    if n.fract() == 0.0 && n >= 1.0 && n <= MAX_INT as f64 {
        Ok(n as i64)
    } else {
        Err((String::new(), format!("a list with the index {n}; expected 1, 2, 3 …")))
    }
}

/// Makes a Lua value: numbers are plain numbers, tables fresh and frozen.
pub fn to_lua(lua: &Lua, value: &Value) -> mlua::Result<LuaValue> {
    Ok(match value {
        Value::List(items) => {
            let table = lua.create_table_with_capacity(items.len(), 0)?;
            for item in items {
                table.raw_push(to_lua(lua, item)?)?;
            }
            table.set_readonly(true);
            LuaValue::Table(table)
        }
        Value::Map(map) => {
            let table = lua.create_table_with_capacity(0, map.len())?;
            for (key, value) in map.iter().filter(|(_, v)| !v.is_nil()) {
                table.raw_set(&**key, to_lua(lua, value)?)?;
            }
            table.set_readonly(true);
            LuaValue::Table(table)
        }
        scalar => scalar_to_lua(lua, scalar)?,
    })
}

/// The same for what is neither list nor map.
pub fn scalar_to_lua(lua: &Lua, value: &Value) -> mlua::Result<LuaValue> {
    Ok(match value {
        Value::Null => LuaValue::NULL,
        Value::Bool(b) => LuaValue::Boolean(*b),
        Value::Int(n) => LuaValue::Number(*n as f64),
        Value::Num(n) => LuaValue::Number(*n),
        Value::Amount(amount) => LuaValue::Number(amount.to_f64()),
        Value::Text(text) => LuaValue::String(lua.create_string(&**text)?),
        Value::Bytes(bytes) => LuaValue::Buffer(lua.create_buffer(bytes)?),
        Value::Nil | Value::List(_) | Value::Map(_) => LuaValue::Nil,
    })
}

#[cfg(test)]
mod tests {
    use crate::runtime::lua::conversion::*;

    fn check(source: &str, expected: &str) {
        let lua = Lua::new();
        let value: LuaValue = lua.load(source).eval().unwrap();
        let got = match from_lua(&value) {
            Ok(value) => value.to_string(),
            Err(problem) => problem,
        };
        assert!(got.contains(expected), "{source}: got `{got}`, expected `{expected}`");
    }

    #[test]
    fn each_kind_crosses_and_what_cannot_is_named_with_its_path() {
        check("return nil", "nil");
        check("return {1, 2, 'x'}", r#"[1,2,"x"]"#);
        check("return {}", "[]");
        check("return {b = 1, a = {c = true}}", r#"{"a":{"c":true},"b":1}"#);
        check("return 2^53", "9007199254740992");
        check("return 2^53 + 2", "beyond 2^53");
        check("return 0/0", "NaN");
        check("return {a = {1, 1/0}}", "a[2]: got an infinity");
        check("return {1, nil, 3}", "hole: entry 2");
        check("return {1, x = 2}", "both named and numbered");
        check("return {[1.5] = 1}", "index 1.5");
        check("return {[{}] = 1}", "a table as a key");
        check("return {f = print}", "f: a function cannot leave");
        check("return string.sub('中文', 1, 2)", "not UTF-8");
        check("local t = {} t.t = t return t", "nested deeper");
    }

    #[test]
    fn tables_made_for_scripts_are_frozen_and_amounts_plain_numbers() {
        let lua = Lua::new();
        let value = Value::map([
            ("amount", Value::Amount("0.6".parse().unwrap())),
            ("list", Value::List(vec![1.into()])),
        ]);
        lua.globals().set("v", to_lua(&lua, &value).unwrap()).unwrap();
        assert!(lua.load("return v.amount == 0.6 and v.list[1] == 1").eval::<bool>().unwrap());
        assert!(lua.load("v.amount = 1").exec().is_err());
        assert!(lua.load("v.list[1] = 2").exec().is_err());
    }
}
