//! Calls a handler with fresh frozen tables, built inside the VM by a function made for their shape.
//!
//! Filling a table through the border costs a crossing an entry. Here the scalars cross as
//! positional arguments, and one generated function a shape makes the tables and calls the handler:
//! `function(h, a1, a2) return h(freeze({ id = a1, fields = freeze({ kind = a2 }) })) end`.

use super::{border, methods::Methods};
use mlua::{Function, Lua, LuaString, MultiValue, Value as LuaValue};
use registrar_sdk::{Key, Param, Type, Value};
use std::{cell::RefCell, collections::HashMap, fmt::Write, rc::Rc, sync::Arc};

// A Luau function has at most 200 locals; the handler and temporaries need some.
const MOST_SCALARS: usize = 180;
// Shapes remembered for a point; events of many registers through one handler take the slow way.
const MOST_SHAPES: usize = 24;
const LONGEST_KEPT: usize = 40;
const MOST_KEPT: usize = 2048;

#[derive(PartialEq)]
enum Shape {
    Scalar,
    // A list crosses as one argument, its items built by the slower way.
    List,
    Map(Vec<(Key, Shape)>),
}

struct Built {
    shapes: Vec<Shape>,
    call: Function,
}

/// Builds arguments in one VM.
#[derive(Default)]
pub struct Builder {
    by_point: RefCell<HashMap<*const Param, Vec<Rc<Built>>>>,
    texts: RefCell<HashMap<Key, LuaString>>,
}

impl Builder {
    /// Calls `handler` with `args`, typed by `params`.
    pub fn call(
        &self,
        lua: &Lua,
        methods: &Methods,
        handler: &Function,
        params: &'static [Param],
        args: &[Value],
    ) -> mlua::Result<LuaValue> {
        let Some(built) = self.built_for(lua, methods, params, args)? else {
            let mut slow = MultiValue::with_capacity(args.len());
            for (i, arg) in args.iter().enumerate() {
                slow.push_back(methods.to_lua(lua, params.get(i).map(|p| &p.ty), arg)?);
            }
            return handler.call(slow);
        };
        let mut flat = MultiValue::with_capacity(16);
        flat.push_back(LuaValue::Function(handler.clone()));
        for (i, (arg, shape)) in args.iter().zip(&built.shapes).enumerate() {
            self.flatten(lua, methods, params.get(i).map(|p| &p.ty), arg, shape, &mut flat)?;
        }
        built.call.call(flat)
    }

    fn built_for(
        &self,
        lua: &Lua,
        methods: &Methods,
        params: &'static [Param],
        args: &[Value],
    ) -> mlua::Result<Option<Rc<Built>>> {
        let key = params.as_ptr();
        if let Some(known) = self.by_point.borrow().get(&key) {
            let fits = |built: &&Rc<Built>| {
                built.shapes.len() == args.len() && built.shapes.iter().zip(args).all(|(s, a)| matches(s, a))
            };
            if let Some(built) = known.iter().find(fits) {
                return Ok(Some(built.clone()));
            }
            if known.len() >= MOST_SHAPES {
                return Ok(None);
            }
        }
        let shapes: Vec<Shape> = args.iter().map(shape_of).collect();
        if shapes.iter().map(scalars).sum::<usize>() > MOST_SCALARS {
            return Ok(None);
        }
        let built = Rc::new(make(lua, methods, params, shapes)?);
        self.by_point.borrow_mut().entry(key).or_default().push(built.clone());
        Ok(Some(built))
    }

    fn flatten(
        &self,
        lua: &Lua,
        methods: &Methods,
        ty: Option<&Type>,
        value: &Value,
        shape: &Shape,
        into: &mut MultiValue,
    ) -> mlua::Result<()> {
        match (value, shape) {
            (Value::Map(map), Shape::Map(keys)) => {
                let s = ty.and_then(Type::as_struct);
                for (value, (key, shape)) in map.values().zip(keys) {
                    let ty = s.and_then(|s| s.field(key)).map(|f| &f.ty);
                    self.flatten(lua, methods, ty, value, shape, into)?;
                }
            }
            (Value::List(_), _) => into.push_back(methods.to_lua(lua, ty, value)?),
            (Value::Text(text), _) => into.push_back(LuaValue::String(self.text(lua, text)?)),
            (scalar, _) => into.push_back(border::scalar_to_lua(lua, scalar)?),
        }
        Ok(())
    }

    // Ids, kinds and dates recur; a kept string crosses by reference.
    fn text(&self, lua: &Lua, text: &Key) -> mlua::Result<LuaString> {
        if text.len() > LONGEST_KEPT {
            return lua.create_string(&**text);
        }
        if let Some(kept) = self.texts.borrow().get(text) {
            return Ok(kept.clone());
        }
        let made = lua.create_string(&**text)?;
        let mut texts = self.texts.borrow_mut();
        if texts.len() >= MOST_KEPT {
            texts.clear();
        }
        texts.insert(text.clone(), made.clone());
        Ok(made)
    }
}

fn shape_of(value: &Value) -> Shape {
    match value {
        Value::Map(map) => Shape::Map(map.iter().map(|(k, v)| (k.clone(), shape_of(v))).collect()),
        Value::List(_) => Shape::List,
        _ => Shape::Scalar,
    }
}

fn matches(shape: &Shape, value: &Value) -> bool {
    match (shape, value) {
        (Shape::Map(keys), Value::Map(map)) => {
            keys.len() == map.len()
                && keys.iter().zip(map).all(|((k, s), (key, v))| {
                    // The same name is mostly the same allocation.
                    (Arc::ptr_eq(k, key) || k == key) && matches(s, v)
                })
        }
        (Shape::List, Value::List(_)) => true,
        (Shape::Scalar, v) => !matches!(v, Value::Map(_) | Value::List(_)),
        _ => false,
    }
}

fn scalars(shape: &Shape) -> usize {
    match shape {
        Shape::Map(keys) => keys.iter().map(|(_, s)| scalars(s)).sum(),
        _ => 1,
    }
}

fn make(lua: &Lua, methods: &Methods, params: &'static [Param], shapes: Vec<Shape>) -> mlua::Result<Built> {
    let (mut body, mut count) = (String::new(), 0);
    for (i, shape) in shapes.iter().enumerate() {
        if i > 0 {
            body.push_str(", ");
        }
        write_shape(&mut body, &mut count, methods, params.get(i).map(|p| &p.ty), shape);
    }
    let names: String = (1..=count).fold(String::new(), |mut names, n| {
        let _ = write!(names, ", a{n}");
        names
    });
    let source = format!("local freeze, adopt, kinds = ...\nreturn function(h{names}) return h({body}) end");
    let call = lua.load(source).set_name("=host").call((
        methods.freeze.clone(),
        methods.adopt.clone(),
        methods.kinds.clone(),
    ))?;
    Ok(Built { shapes, call })
}

fn write_shape(body: &mut String, count: &mut usize, methods: &Methods, ty: Option<&Type>, shape: &Shape) {
    let Shape::Map(keys) = shape else {
        *count += 1;
        let _ = write!(body, "a{count}");
        return;
    };
    let s = ty.and_then(Type::as_struct);
    let has_methods = s.is_some_and(|s| methods.has(s));
    body.push_str(if has_methods { "adopt({ " } else { "freeze({ " });
    for (key, shape) in keys {
        let _ = write!(body, "[{}] = ", quoted(key));
        write_shape(body, count, methods, s.and_then(|s| s.field(key)).map(|f| &f.ty), shape);
        body.push_str(", ");
    }
    match s {
        Some(s) if has_methods => {
            let _ = write!(body, "}}, kinds[{}])", quoted(s.name));
        }
        _ => body.push_str("})"),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => out.push(byte as char),
            other => {
                let _ = write!(out, "\\{other:03}");
            }
        }
    }
    out.push('"');
    out
}
