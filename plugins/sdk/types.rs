//! The types in which a contract declares arguments and answers.

use crate::{Value, contract::Param};

/// The type of a value at the border between host and plugin.
///
/// Built from `static`s, so that one struct can name another:
/// ```
/// use registrar_sdk::{Field, Struct, Type};
/// static POSTING: Struct = Struct::closed("posting", "An amount on an account.", &[
///     Field::required("account", Type::Text, "Who gets it."),
///     Field::required("amount", Type::Amount, "How much."),
/// ]);
/// static ANSWER: Type = Type::List(&Type::Struct(&POSTING));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Anything; an empty table is an empty list.
    Any,
    /// True or false.
    Bool,
    /// A whole number within ±2^53.
    Int,
    /// Any finite number.
    Number,
    /// An exact amount with at most six decimals.
    Amount,
    /// UTF-8 text, counted in characters.
    Text,
    /// Bytes.
    Bytes,
    /// A calendar date, `2023-02-14`.
    Date,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of one type.
    List(&'static Type),
    /// Text keys to values of one type.
    Map(&'static Type),
    /// Named fields.
    Struct(&'static Struct),
    /// The type, or nil.
    Optional(&'static Type),
    /// The first of these that fits.
    OneOf(&'static [Type]),
}

/// Named fields that belong together.
#[derive(Debug)]
pub struct Struct {
    /// The name in schemas, stubs and messages.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// Whether further keys, of any type, are allowed (a record's declared fields are such keys).
    pub open: bool,
    /// What scripts can call on it, as in `p:total { tag = "x" }`.
    pub methods: &'static [Method],
}

/// One field of a [`Struct`].
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Whether it must be there.
    pub required: bool,
    /// One sentence; units where there are any.
    pub doc: &'static str,
    /// What an example gets when it does not say; a stand-in of the type where this is `None`.
    pub sample: Option<fn() -> Value>,
    /// Whether an argument may come without it at first, though it is there: a handler that looks at it is called once
    /// more, with it. For what is dear to make and seldom looked at. Only in a struct with methods that is itself an
    /// argument; its methods look at it, too.
    pub on_request: bool,
}

/// A function on a struct: `value:name(…)`.
#[derive(Debug)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its arguments; those of an `Optional` type may be left out.
    pub params: &'static [Param],
    /// What it answers.
    pub result: Type,
    /// Computes it from the struct itself and the arguments, of which there are as many as
    /// parameters (`Nil` for those left out). Pure.
    pub run: fn(&Value, &[Value]) -> Result<Value, String>,
}

impl Struct {
    /// A struct with just these fields.
    pub const fn closed(name: &'static str, doc: &'static str, fields: &'static [Field]) -> Struct {
        Struct { name, doc, fields, open: false, methods: &[] }
    }

    /// A struct that may have further keys.
    pub const fn open(name: &'static str, doc: &'static str, fields: &'static [Field]) -> Struct {
        Struct { name, doc, fields, open: true, methods: &[] }
    }

    /// The same with methods.
    pub const fn with_methods(self, methods: &'static [Method]) -> Struct {
        Struct { methods, ..self }
    }
}

impl Field {
    /// A field that must be there.
    pub const fn required(name: &'static str, ty: Type, doc: &'static str) -> Field {
        Field { name, ty, required: true, doc, sample: None, on_request: false }
    }

    /// A field that may be absent.
    pub const fn optional(name: &'static str, ty: Type, doc: &'static str) -> Field {
        Field { name, ty, required: false, doc, sample: None, on_request: false }
    }

    /// The same with a value for examples that leave it out.
    pub const fn sample(self, sample: fn() -> Value) -> Field {
        Field { sample: Some(sample), ..self }
    }

    /// The same, left out until a handler looks at it.
    pub const fn on_request(self) -> Field {
        Field { on_request: true, ..self }
    }
}

impl Type {
    /// What a message calls the type.
    pub fn describe(&self) -> String {
        match self {
            Type::Any => "any value".into(),
            Type::Bool => "a boolean".into(),
            Type::Int => "an integer".into(),
            Type::Number => "a number".into(),
            Type::Amount => "a number".into(),
            Type::Text => "text".into(),
            Type::Bytes => "bytes".into(),
            Type::Date => "a date like 2023-02-14".into(),
            Type::Choice(words) => format!("one of {}", words.join(", ")),
            Type::List(item) => {
                format!("a list of {}", item.describe().trim_start_matches("a ").trim_start_matches("an "))
            }
            Type::Map(item) => {
                format!("a table of {}", item.describe().trim_start_matches("a ").trim_start_matches("an "))
            }
            Type::Struct(s) => {
                let article = if s.name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                format!("{article} {}", s.name)
            }
            Type::Optional(inner) => format!("{} or nil", inner.describe()),
            Type::OneOf(types) => types.iter().map(Type::describe).collect::<Vec<_>>().join(", or "),
        }
    }

    /// The struct behind the type, through `Optional`, if there is just one.
    pub fn as_struct(&self) -> Option<&'static Struct> {
        match self {
            Type::Struct(s) => Some(s),
            Type::Optional(inner) => inner.as_struct(),
            _ => None,
        }
    }

    /// A stand-in of the type, for what an example leaves out: empty, zero, or the first choice.
    pub fn stand_in(&self) -> Value {
        match self {
            Type::Any | Type::Optional(_) => Value::Nil,
            Type::Bool => Value::Bool(false),
            Type::Int => Value::Int(0),
            Type::Number => Value::Num(0.0),
            Type::Amount => Value::Amount(crate::Amount::ZERO),
            Type::Text => Value::text(""),
            Type::Bytes => Value::Bytes(Default::default()),
            Type::Date => Value::text("2000-01-01"),
            Type::Choice(words) => words.first().map_or(Value::Nil, Value::text),
            Type::List(_) => Value::List(Vec::new()),
            Type::Map(_) => Value::Map(Default::default()),
            Type::Struct(s) => s.stand_in(&Value::Nil),
            Type::OneOf(types) => types.first().map_or(Value::Nil, Type::stand_in),
        }
    }

    /// `given`, with the required fields that it lacks filled by samples and stand-ins, all the
    /// way down. Only for examples: a live call is never completed.
    pub fn complete(&self, given: &Value) -> Value {
        match (self, given) {
            (Type::Optional(inner), given) if !given.is_nil() => inner.complete(given),
            (Type::Struct(s), _) => s.stand_in(given),
            (Type::List(item), Value::List(items)) => {
                Value::List(items.iter().map(|v| item.complete(v)).collect())
            }
            (_, Value::Nil) => self.stand_in(),
            _ => given.clone(),
        }
    }
}

impl Struct {
    /// Whether a value comes without a field that is left out until somebody looks at it.
    pub fn withholds(&self, value: &Value) -> bool {
        self.fields.iter().any(|field| field.on_request && value.get(field.name).is_nil())
    }

    /// The field called `name`.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    fn stand_in(&self, given: &Value) -> Value {
        let mut map = match given {
            Value::Map(map) => map.clone(),
            Value::List(items) if items.is_empty() => Default::default(),
            Value::Nil => Default::default(),
            other => return other.clone(),
        };
        for field in self.fields {
            let known = map.get(field.name).cloned().unwrap_or_default();
            let value = match (&known, field.sample) {
                (Value::Nil, Some(sample)) => sample(),
                (Value::Nil, None) if !field.required => continue,
                _ => field.ty.complete(&known),
            };
            map.insert(field.name.into(), value);
        }
        Value::Map(map)
    }
}
