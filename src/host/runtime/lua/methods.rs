//! Structs that scripts call methods on: `p:total { tag = "x" }`.

use crate::runtime::lua::conversion;
use mlua::{Function, Lua, MultiValue, Table, Value as LuaValue};
use registrar_sdk::{Contract, Method, Struct, Type, Value, conform::conform};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

/// A table that the host made, and what it says, once that was read.
type MethodTable = (Table, Option<Rc<Value>>);

/// The metatables of a contract's structs, in one VM.
#[derive(Clone)]
pub struct Methods {
    /// `table.freeze`.
    pub freeze: Function,
    /// Gives a table a metatable and freezes it.
    pub equip: Function,
    /// Metatables by struct name.
    pub kinds: Table,
    names: Rc<BTreeMap<&'static str, Table>>,
    // The table that `equip` made last, which nobody can change, and what it says once a method was called
    // on it: the next method has no need to read all of it again.
    last: Rc<RefCell<Option<MethodTable>>>,
}

impl Methods {
    /// Makes the metatables.
    pub fn install(lua: &Lua, contract: &'static Contract) -> mlua::Result<Methods> {
        let last: Rc<RefCell<Option<MethodTable>>> = Rc::default();
        let made = last.clone();
        let equip = lua.create_function(move |_, (table, metatable): (Table, Table)| {
            table.set_metatable(Some(metatable))?;
            // Not by `table.freeze`: it refuses a table whose metatable is protected.
            table.set_readonly(true);
            *made.borrow_mut() = Some((table.clone(), None));
            Ok(table)
        })?;
        let freeze: Function = lua.globals().get::<Table>("table")?.get("freeze")?;
        let kinds = lua.create_table()?;
        let mut names = BTreeMap::new();
        for s in structs(contract).into_values().filter(|s| !s.methods.is_empty()) {
            let metatable = lua.create_table()?;
            kinds.raw_set(s.name, &metatable)?;
            names.insert(s.name, metatable);
        }
        let methods = Methods { freeze, equip, kinds, names: Rc::new(names), last };
        for s in structs(contract).into_values() {
            let Some(metatable) = methods.names.get(s.name) else { continue };
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

    /// Whether values of `s` carry methods.
    pub fn has(&self, s: &Struct) -> bool {
        self.names.contains_key(s.name)
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
                if let Some(metatable) = self.names.get(s.name) {
                    table.set_metatable(Some(metatable.clone()))?;
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
