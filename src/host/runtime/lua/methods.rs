//! Structs that scripts call methods on: `p:total { tag = "x" }`.

use crate::runtime::lua::{
    conversion,
    sandbox::{FREEZE, REFUSE, WATCHED_TABLES},
};
use mlua::{Function, Lua, MultiValue, Table, Value as LuaValue};
use registrar_sdk::{Contract, Method, Struct, Type, Value, conform::conform};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// A table that the host made, and what it says, once that was read.
type MethodTable = (Table, Option<Rc<Value>>);

/// The metatables of a struct with methods.
struct StructTables {
    whole: Table,
    /// Of one that comes without fields that are left out until somebody looks at them, where it has such.
    without: Option<Table>,
}

/// The metatables of a contract's structs, in one VM.
#[derive(Clone)]
pub struct Methods {
    /// `table.freeze`.
    pub freeze: Function,
    /// Gives a table a metatable and freezes it.
    pub equip: Function,
    /// Metatables by struct name; with a `?` behind it that of one that comes without some of its fields.
    pub kinds: Table,
    names: Rc<BTreeMap<&'static str, StructTables>>,
    /// Whether somebody looked at what a struct came without.
    withheld: Rc<Cell<bool>>,
    // The table that `equip` made last, which nobody can change, and what it says once a method was called
    // on it: the next method has no need to read all of it again.
    last: Rc<RefCell<Option<MethodTable>>>,
}

impl Methods {
    /// Makes the metatables.
    pub fn install(lua: &Lua, contract: &'static Contract) -> mlua::Result<Methods> {
        let last: Rc<RefCell<Option<MethodTable>>> = Rc::default();
        let made = last.clone();
        let watched: Table = lua.named_registry_value(WATCHED_TABLES)?;
        let equip = lua.create_function(move |_, (table, metatable): (Table, Table)| {
            if let Some(refuse) = metatable.raw_get::<Option<Function>>(REFUSE)? {
                watched.raw_set(&table, refuse)?;
            }
            table.set_metatable(Some(metatable))?;
            // Not by `table.freeze`: it refuses a table whose metatable is protected.
            table.set_readonly(true);
            *made.borrow_mut() = Some((table.clone(), None));
            Ok(table)
        })?;
        let freeze: Function = lua.named_registry_value(FREEZE)?;
        let (kinds, withheld) = (lua.create_table()?, Rc::new(Cell::new(false)));
        let mut names = BTreeMap::new();
        for s in structs(contract).into_values().filter(|s| !s.methods.is_empty()) {
            let whole = lua.create_table()?;
            kinds.raw_set(s.name, &whole)?;
            let without = without_fields(lua, s, &withheld)?;
            if let Some(without) = &without {
                kinds.raw_set(format!("{}?", s.name), without)?;
            }
            names.insert(s.name, StructTables { whole, without });
        }
        let methods = Methods { freeze, equip, kinds, names: Rc::new(names), withheld, last };
        for s in structs(contract).into_values() {
            let Some(StructTables { whole: metatable, .. }) = methods.names.get(s.name) else { continue };
            let index = lua.create_table()?;
            for method in s.methods {
                index.raw_set(method.name, methods.function(lua, s, method)?)?;
            }
            index.set_readonly(true);
            metatable.raw_set("__index", index)?;
            metatable.raw_set("__metatable", s.name)?;
            metatable.set_readonly(true);
        }
        methods.kinds.set_readonly(true);
        Ok(methods)
    }

    /// Under which name of `kinds` the metatable of a struct is that has these keys; `None` if it has no methods.
    pub fn kind(&self, s: &Struct, has: impl Fn(&str) -> bool) -> Option<String> {
        let tables = self.names.get(s.name)?;
        let lacks = || s.fields.iter().any(|field| field.on_request && !has(field.name));
        Some(if tables.without.is_some() && lacks() { format!("{}?", s.name) } else { s.name.to_owned() })
    }

    /// Whether somebody looked, since this was asked the last time, at what a struct came without.
    pub fn was_withheld(&self) -> bool {
        self.withheld.take()
    }

    /// Makes a Lua value; structs with methods get them, all the way down.
    pub fn to_lua(&self, lua: &Lua, ty: Option<&Type>, value: &Value) -> mlua::Result<LuaValue> {
        let (Some(ty), Value::List(_) | Value::Map(_)) = (ty, value) else {
            return conversion::to_lua(lua, value);
        };
        match (ty, value) {
            (Type::Optional(inner), value) => self.to_lua(lua, Some(inner), value),
            (Type::List(item), Value::List(items)) => {
                let table = lua.create_table_with_capacity(items.len(), 0)?;
                for value in items {
                    table.raw_push(self.to_lua(lua, Some(item), value)?)?;
                }
                table.set_readonly(true);
                Ok(LuaValue::Table(table))
            }
            (Type::Map(item), Value::Map(map)) => {
                let table = lua.create_table_with_capacity(0, map.len())?;
                for (key, value) in map {
                    table.raw_set(&**key, self.to_lua(lua, Some(item), value)?)?;
                }
                table.set_readonly(true);
                Ok(LuaValue::Table(table))
            }
            (Type::Struct(s), Value::Map(map)) => {
                let table = lua.create_table_with_capacity(0, map.len())?;
                for (key, value) in map.iter().filter(|(_, v)| !v.is_nil()) {
                    table.raw_set(&**key, self.to_lua(lua, s.field(key).map(|f| &f.ty), value)?)?;
                }
                if let Some(StructTables { whole, without }) = self.names.get(s.name) {
                    match without {
                        Some(without) if s.withholds(value) => {
                            return Ok(LuaValue::Table(self.equip.call((table, without))?));
                        }
                        _ => table.set_metatable(Some(whole.clone()))?,
                    }
                }
                table.set_readonly(true);
                Ok(LuaValue::Table(table))
            }
            _ => conversion::to_lua(lua, value),
        }
    }

    /// Forgets what the handler was given: its call has ended.
    pub fn forget(&self) {
        *self.last.borrow_mut() = None;
    }

    /// What a method is called on.
    fn read(&self, s: &'static Struct, this: &LuaValue) -> Result<Rc<Value>, String> {
        let of = |value: Value| conform(&Type::Struct(s), value).map(Rc::new).map_err(|m| m.to_string());
        let mut last = self.last.borrow_mut();
        match (this, &mut *last) {
            (LuaValue::Table(table), Some((made, known))) if table.to_pointer() == made.to_pointer() => {
                match known {
                    Some(known) => Ok(known.clone()),
                    // The host made it, so it is no larger than the host lets through.
                    None => Ok(known.insert(of(conversion::from_host(this)?)?).clone()),
                }
            }
            _ => of(conversion::from_lua(this)?),
        }
    }

    fn function(&self, lua: &Lua, s: &'static Struct, method: &'static Method) -> mlua::Result<Function> {
        let methods = self.clone();
        lua.create_function(move |lua, args: MultiValue| {
            let mut args = args.into_iter();
            let this = args.next().unwrap_or(LuaValue::Nil);
            let wrong =
                |problem: String| mlua::Error::runtime(format!("{}:{}: {problem}", s.name, method.name));
            let this = methods
                .read(s, &this)
                .map_err(|problem| wrong(format!("call it with a colon, on a {} ({problem})", s.name)))?;
            let mut given = Vec::with_capacity(method.params.len());
            for param in method.params {
                let value = args.next().unwrap_or(LuaValue::Nil);
                let value = conversion::from_lua(&value)
                    .and_then(|v| conform(&param.ty, v).map_err(|m| m.to_string()));
                given.push(value.map_err(|problem| wrong(format!("{}: {problem}", param.name)))?);
            }
            let result = (method.run)(&this, &given).map_err(wrong)?;
            methods.to_lua(lua, Some(&method.result), &result)
        })
    }
}

/// The metatable of a struct that comes without its fields `on_request`, if it has such: whoever looks at one of them,
/// by its name, a method or a walk, is to be called again.
fn without_fields(lua: &Lua, s: &'static Struct, withheld: &Rc<Cell<bool>>) -> mlua::Result<Option<Table>> {
    if !s.fields.iter().any(|field| field.on_request) {
        return Ok(None);
    }
    let (table, flag) = (lua.create_table()?, withheld.clone());
    let refuse = move |_: &Lua, ()| -> mlua::Result<()> {
        flag.set(true);
        Err(mlua::Error::runtime("to be called with all of its arguments"))
    };
    let refuse = lua.create_function(refuse)?;
    let mut names: Vec<&str> = s.methods.iter().map(|method| method.name).collect();
    names.extend(s.fields.iter().filter(|field| field.on_request).map(|field| field.name));
    let refused = refuse.clone();
    let index = lua.create_function(move |_, (_, key): (LuaValue, LuaValue)| {
        let is_named = |key: &mlua::LuaString| key.to_str().is_ok_and(|key| names.contains(&&*key));
        if key.as_string().is_some_and(is_named) { refused.call::<()>(()) } else { Ok(()) }
    })?;
    table.raw_set("__index", index)?;
    for name in [REFUSE, "__iter", "__len", "__eq", "__tostring"] {
        table.raw_set(name, &refuse)?;
    }
    table.raw_set("__metatable", s.name)?;
    table.set_readonly(true);
    Ok(Some(table))
}

fn structs(contract: &'static Contract) -> BTreeMap<&'static str, &'static Struct> {
    let mut found = BTreeMap::new();
    for point in contract.points {
        point.params.iter().for_each(|p| collect(&p.ty, &mut found));
        collect(&point.answer, &mut found);
    }
    for call in contract.calls {
        call.params.iter().for_each(|p| collect(&p.ty, &mut found));
        collect(&call.result, &mut found);
    }
    found
}

fn collect(ty: &'static Type, found: &mut BTreeMap<&'static str, &'static Struct>) {
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => collect(inner, found),
        Type::OneOf(types) => types.iter().for_each(|t| collect(t, found)),
        Type::Struct(s) if found.insert(s.name, s).is_none() => {
            s.fields.iter().for_each(|f| collect(&f.ty, found));
            for method in s.methods {
                method.params.iter().for_each(|p| collect(&p.ty, found));
                collect(&method.result, found);
            }
        }
        _ => {}
    }
}
