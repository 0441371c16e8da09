//! `host.example` and `host.examples`: calls of a point with what is to come of them, from sources that run.

use crate::{
    plugin::{body::Example, handler::SourceLocation, registration},
    runtime::lua::{
        conversion,
        register::{source_of_caller, weigh},
        vm_shared::VmShared,
    },
};
use mlua::{Lua, Table, Value as LuaValue};
use registrar_sdk::{Map, Value};
use std::rc::Rc;

/// `host.example(title, spec)`; `options` are those of the rules that it is an example of.
pub fn one(
    lua: &Lua,
    shared: &Rc<VmShared>,
    options: &Map,
    title: &str,
    spec: &LuaValue,
) -> Result<(), String> {
    add(shared, options, title, conversion::from_lua(spec)?, source_of_caller(lua))
}

/// `host.examples { … }`: what its entries have in common under names, and each entry as a list of its title
/// and what is its own.
pub fn many(lua: &Lua, shared: &Rc<VmShared>, options: &Map, all: &LuaValue) -> Result<(), String> {
    let LuaValue::Table(all) = all else {
        return Err(format!("host.examples {{ … }}: got {}; expected a table", all.type_name()));
    };
    let (common, entries) = parts(lua, all)?;
    if entries.is_empty() {
        return Err("host.examples { … } has no entry: each is { \"what it shows\", expect = … }".into());
    }
    let block = source_of_caller(lua);
    for (n, entry) in (1..).zip(&entries) {
        let LuaValue::Table(entry) = entry else {
            return Err(format!("entry {n} of host.examples is {}; expected a table", entry.type_name()));
        };
        let (own, texts) = parts(lua, entry)?;
        let [LuaValue::String(title)] = &texts[..] else {
            return Err(format!(
                "entry {n} of host.examples needs one text before its named parts, its title: {{ \"what it shows\", expect = … }}"
            ));
        };
        let title = title.to_str().map_err(|_| format!("the title of entry {n} is not UTF-8"))?;
        let spec = registration::entry_of(&common, own);
        let source = line_of(shared, &block, &title);
        add(shared, options, &title, spec, source).map_err(|why| format!("\"{}\": {why}", &*title))?;
    }
    Ok(())
}

/// The named entries of a table as a value, and the numbered ones as they are.
fn parts(lua: &Lua, table: &Table) -> Result<(Value, Vec<LuaValue>), String> {
    let told = |e: mlua::Error| e.to_string();
    let (named, mut numbered) = (lua.create_table().map_err(told)?, Vec::new());
    for pair in table.pairs::<LuaValue, LuaValue>() {
        match pair.map_err(told)? {
            (key @ (LuaValue::Integer(_) | LuaValue::Number(_)), value) => {
                numbered.push((conversion::index(&key).map_err(|(_, problem)| problem)?, value));
            }
            (key, value) => named.raw_set(key, value).map_err(told)?,
        }
    }
    numbered.sort_by_key(|(n, _)| *n);
    if let Some(at) = (1..).zip(&numbered).position(|(at, (n, _))| at != *n) {
        return Err(format!("a list with a hole: entry {} is missing", at + 1));
    }
    let named = match conversion::from_lua(&LuaValue::Table(named))? {
        Value::Map(map) => map,
        _ => Map::new(),
    };
    Ok((Value::Map(named), numbered.into_iter().map(|(_, value)| value).collect()))
}

/// Where an entry stands, if its title is written out there; else where the block is.
fn line_of(shared: &VmShared, block: &SourceLocation, title: &str) -> SourceLocation {
    let source = shared.body.files.get(&block.file).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let quoted = format!("\"{title}\"");
    let mut found = (1..).zip(source.unwrap_or_default().lines()).filter(|(_, line)| line.contains(&quoted));
    match (found.next(), found.next()) {
        (Some((line, _)), None) => SourceLocation { file: block.file.clone(), line },
        _ => block.clone(),
    }
}

fn add(
    shared: &VmShared,
    options: &Map,
    title: &str,
    spec: Value,
    source: SourceLocation,
) -> Result<(), String> {
    let spec = registration::example_of(shared.body.contract, options, spec);
    registration::check_example(shared.body.contract, &spec)?;
    weigh(shared, &spec)?;
    let example = Example { name: title.to_owned(), spec, source };
    shared.registered.borrow_mut().examples.push(example);
    Ok(())
}
