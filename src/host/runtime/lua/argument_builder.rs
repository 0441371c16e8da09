//! Calls a handler with fresh frozen tables, built inside the VM by a function made for their shape.
//!
//! Filling a table through the border costs a crossing an entry. Here the scalars cross as
//! positional arguments, and one generated function a shape makes the tables and calls the handler:
//! `function(h, a1, a2) return h(freeze({ id = texts[a1], fields = freeze({ kind = texts[a2] }) })) end`.
//! Texts are kept in the VM, where they recur, and cross as their number.

use crate::runtime::lua::{conversion, methods::Methods};
use mlua::{Function, Lua, MultiValue, Table, Value as LuaValue, Variadic};
use registrar_sdk::{Key, Param, Type, Value};
use std::{cell::RefCell, collections::HashMap, fmt::Write, rc::Rc, sync::Arc};

// A Luau function has at most 200 locals; the handler and temporaries need some.
const MOST_SCALARS: usize = 180;
// Shapes remembered for a point; events of many registers through one handler take the slow way.
const MOST_SHAPES: usize = 24;
// Bytes of a text that is kept: titles recur with each event of their record, whole bodies seldom.
const LONGEST_KEPT: usize = 120;
const MOST_KEPT: usize = 8192;

enum Shape {
    // Neither text nor list nor map.
    Plain,
    // Crosses as the number under which the VM keeps it. Registers, actions and stages are mostly
    // what they were the last time: that one is compared before it is looked up.
    Text(Last),
    // Too long to be kept.
    Long,
    // A list crosses as one argument, its items built by the slower way.
    List(Option<&'static Type>),
    Map(Vec<(Key, Shape)>),
}

// The text, its number and the round it was given in.
type Last = RefCell<Option<(Key, u32, u32)>>;

struct BuiltArgument {
    shapes: Vec<Shape>,
    count: usize,
    call: Function,
}

type Shapes = Vec<Rc<BuiltArgument>>;

/// Builds arguments in one VM.
#[derive(Default)]
pub struct Builder {
    by_point: RefCell<Vec<(*const Param, Shapes)>>,
    texts: RefCell<Option<Texts>>,
}

/// The texts that a VM keeps, from 1.
struct Texts {
    table: Table,
    // Rises when all numbers are given anew.
    round: u32,
    numbers: HashMap<Key, u32, foldhash::fast::RandomState>,
}

impl Texts {
    fn new(lua: &Lua) -> mlua::Result<Texts> {
        Ok(Texts { table: lua.create_table()?, round: 0, numbers: HashMap::default() })
    }

    #[inline]
    fn number(&mut self, text: &Key) -> mlua::Result<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        let number = self.numbers.len() as u32 + 1;
        self.table.raw_seti(number as usize, &**text)?;
        self.numbers.insert(text.clone(), number);
        Ok(number)
    }

    // Between two calls only: within one, numbers that were given must stay good.
    fn make_room(&mut self) {
        if self.numbers.len() + MOST_SCALARS > MOST_KEPT {
            self.numbers.clear();
            self.round += 1;
        }
    }
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
        let mut kept = self.texts.borrow_mut();
        let texts = match &mut *kept {
            Some(texts) => texts,
            none => none.insert(Texts::new(lua)?),
        };
        texts.make_room();
        let mut flat = FlatArguments { lua, methods, texts, values: Vec::new() };
        let mut known = self.by_point.borrow_mut();
        let at = known.iter().position(|(point, _)| *point == params.as_ptr()).unwrap_or(known.len());
        if at == known.len() {
            known.push((params.as_ptr(), Vec::new()));
        }
        let shapes = &mut known[at].1;
        for built in &*shapes {
            if let Some(values) = flat.fill(built, handler, args)? {
                let call = built.call.clone();
                drop((kept, known));
                return call.call(values);
            }
        }
        let fresh: Vec<Shape> =
            args.iter().enumerate().map(|(i, arg)| shape_of(arg, params.get(i).map(|p| &p.ty))).collect();
        let count = fresh.iter().map(scalars).sum::<usize>();
        if shapes.len() < MOST_SHAPES && count <= MOST_SCALARS {
            let built = Rc::new(make(lua, methods, &flat.texts.table, params, fresh, count)?);
            shapes.push(built.clone());
            if let Some(values) = flat.fill(&built, handler, args)? {
                drop((kept, known));
                return built.call.call(values);
            }
        }
        drop((kept, known));
        let mut slow = MultiValue::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            slow.push_back(methods.to_lua(lua, params.get(i).map(|p| &p.ty), arg)?);
        }
        handler.call(slow)
    }
}

/// The positional arguments of one call.
struct FlatArguments<'a> {
    lua: &'a Lua,
    methods: &'a Methods,
    texts: &'a mut Texts,
    values: Vec<LuaValue>,
}

impl FlatArguments<'_> {
    // `None` if the arguments have another shape.
    fn fill(
        &mut self,
        built: &BuiltArgument,
        handler: &Function,
        args: &[Value],
    ) -> mlua::Result<Option<Variadic<LuaValue>>> {
        if built.shapes.len() != args.len() {
            return Ok(None);
        }
        self.values = Vec::with_capacity(built.count + 1);
        self.values.push(LuaValue::Function(handler.clone()));
        for (arg, shape) in args.iter().zip(&built.shapes) {
            if !self.flatten(arg, shape)? {
                return Ok(None);
            }
        }
        Ok(Some(std::mem::take(&mut self.values).into()))
    }

    #[inline]
    fn number(&mut self, text: &Key, last: &Last) -> mlua::Result<u32> {
        let mut last = last.borrow_mut();
        if let Some((known, number, round)) = &*last
            && *round == self.texts.round
            && known == text
        {
            return Ok(*number);
        }
        let number = self.texts.number(text)?;
        *last = Some((text.clone(), number, self.texts.round));
        Ok(number)
    }

    fn flatten(&mut self, value: &Value, shape: &Shape) -> mlua::Result<bool> {
        match (value, shape) {
            (Value::Map(map), Shape::Map(keys)) => {
                if map.len() != keys.len() {
                    return Ok(false);
                }
                for ((key, value), (wanted, shape)) in map.iter().zip(keys) {
                    // The same name is mostly the same allocation.
                    let same = Arc::ptr_eq(key, wanted) || key == wanted;
                    if !same || !self.flatten(value, shape)? {
                        return Ok(false);
                    }
                }
            }
            (Value::Text(text), Shape::Text(last)) if text.len() <= LONGEST_KEPT => {
                let number = self.number(text, last)?;
                self.values.push(LuaValue::Number(number.into()));
            }
            // What is kept under nil is nil.
            (Value::Nil, Shape::Text(_)) => self.values.push(LuaValue::Nil),
            (Value::Text(text), Shape::Long) => {
                self.values.push(LuaValue::String(self.lua.create_string(&**text)?));
            }
            (Value::List(_), Shape::List(ty)) => {
                self.values.push(self.methods.to_lua(self.lua, *ty, value)?);
            }
            (Value::Text(_) | Value::List(_) | Value::Map(_), _) => return Ok(false),
            (plain, Shape::Plain) => self.values.push(conversion::scalar_to_lua(self.lua, plain)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn shape_of(value: &Value, ty: Option<&'static Type>) -> Shape {
    match value {
        Value::Map(map) => {
            let s = ty.and_then(Type::as_struct);
            let field = |key: &Key| s.and_then(|s| s.field(key)).map(|f| &f.ty);
            Shape::Map(map.iter().map(|(k, v)| (k.clone(), shape_of(v, field(k)))).collect())
        }
        Value::List(_) => Shape::List(ty),
        Value::Text(text) if text.len() <= LONGEST_KEPT => Shape::Text(RefCell::default()),
        Value::Text(_) => Shape::Long,
        _ => Shape::Plain,
    }
}

fn scalars(shape: &Shape) -> usize {
    match shape {
        Shape::Map(keys) => keys.iter().map(|(_, s)| scalars(s)).sum(),
        _ => 1,
    }
}

fn make(
    lua: &Lua,
    methods: &Methods,
    texts: &Table,
    params: &'static [Param],
    shapes: Vec<Shape>,
    count: usize,
) -> mlua::Result<BuiltArgument> {
    let (mut body, mut written) = (String::new(), 0);
    for (i, shape) in shapes.iter().enumerate() {
        if i > 0 {
            body.push_str(", ");
        }
        write_shape(&mut body, &mut written, methods, params.get(i).map(|p| &p.ty), shape);
    }
    let names: String = (1..=count).fold(String::new(), |mut names, n| {
        let _ = write!(names, ", a{n}");
        names
    });
    let source =
        format!("local freeze, equip, kinds, texts = ...\nreturn function(h{names}) return h({body}) end");
    let call = lua.load(source).set_name("=host").call((
        methods.freeze.clone(),
        methods.equip.clone(),
        methods.kinds.clone(),
        texts.clone(),
    ))?;
    Ok(BuiltArgument { shapes, count, call })
}

fn write_shape(body: &mut String, count: &mut usize, methods: &Methods, ty: Option<&Type>, shape: &Shape) {
    let Shape::Map(keys) = shape else {
        *count += 1;
        let _ = match shape {
            Shape::Text(_) => write!(body, "texts[a{count}]"),
            _ => write!(body, "a{count}"),
        };
        return;
    };
    let s = ty.and_then(Type::as_struct);
    let kind = s.and_then(|s| methods.kind(s, |name| keys.iter().any(|(key, _)| &**key == name)));
    body.push_str(if kind.is_some() { "equip({ " } else { "freeze({ " });
    for (key, shape) in keys {
        // A table of plain names is copied from a template with its keys in place.
        let _ = match is_name(key) {
            true => write!(body, "{key} = "),
            false => write!(body, "[{}] = ", quoted(key)),
        };
        write_shape(body, count, methods, s.and_then(|s| s.field(key)).map(|f| &f.ty), shape);
        body.push_str(", ");
    }
    match kind {
        Some(kind) => {
            let _ = write!(body, "}}, kinds[{}])", quoted(&kind));
        }
        _ => body.push_str("})"),
    }
}

fn is_name(key: &str) -> bool {
    const KEYWORDS: [&str; 21] = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local",
        "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ];
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&key)
}

pub(super) fn quoted(text: &str) -> String {
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
