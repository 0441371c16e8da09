//! Makes a value fit a declared type, or says where and why it does not.

use crate::{
    Amount, Struct, Type, Value,
    value::{MAX_DEPTH, MAX_INT, Map},
};
use std::fmt;

/// Where a value does not fit its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The path inside the value, `[2].amount`; empty for the value itself.
    pub path: String,
    /// What was found and what was expected, and the remedy where there is one.
    pub problem: String,
}

impl Mismatch {
    fn new(problem: String) -> Mismatch {
        Mismatch { path: String::new(), problem }
    }

    fn under(mut self, step: &str) -> Mismatch {
        let joint = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{step}{joint}{}", self.path);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.problem),
            path => write!(f, "{path}: {}", self.problem),
        }
    }
}

impl std::error::Error for Mismatch {}

/// Converts `value` to `ty`: numbers to amounts or integers, an empty list to an empty map where
/// one is expected, nil for what may be absent. Anything else that differs is a [`Mismatch`].
pub fn conform(ty: &Type, value: Value) -> Result<Value, Mismatch> {
    conform_at(ty, value, 0)
}

fn conform_at(ty: &Type, value: Value, depth: usize) -> Result<Value, Mismatch> {
    if depth > MAX_DEPTH {
        return Err(Mismatch::new(format!("nested deeper than {MAX_DEPTH}")));
    }
    let wrong =
        |value: &Value| Err(Mismatch::new(format!("got {}; expected {}", show(value), ty.describe())));
    Ok(match (ty, value) {
        (Type::Any, value) => {
            check_any(&value, depth)?;
            value
        }
        (Type::Optional(_), Value::Nil) => Value::Nil,
        (Type::Optional(inner), value) => return conform_at(inner, value, depth),
        (Type::Bool, value @ Value::Bool(_)) => value,
        (Type::Text, value @ Value::Text(_)) => value,
        (Type::Bytes, value @ Value::Bytes(_)) => value,
        (Type::Bytes, Value::Text(text)) => Value::Bytes(text.as_bytes().into()),
        (Type::Int, value) => match value.as_int() {
            Some(n) if n.abs() <= MAX_INT => Value::Int(n),
            Some(n) => return Err(Mismatch::new(format!("{n} is beyond 2^53"))),
            None => return wrong(&value),
        },
        (Type::Number, value @ (Value::Int(_) | Value::Num(_) | Value::Amount(_))) => {
            finite(&value)?;
            value
        }
        (Type::Amount, value @ Value::Amount(_)) => value,
        (Type::Amount, Value::Int(n)) => match Amount::from_int(n) {
            Some(amount) => Value::Amount(amount),
            None => return Err(Mismatch::new(format!("{n} is outside the range of amounts"))),
        },
        (Type::Amount, Value::Num(n)) => match Amount::from_f64(n) {
            Ok(amount) => Value::Amount(amount),
            Err(why) => return Err(Mismatch::new(why.to_string())),
        },
        (Type::Date, Value::Text(text)) => match text.parse::<jiff::civil::Date>() {
            Ok(date) if text.len() == 10 => Value::text(date.to_string()),
            _ => return wrong(&Value::Text(text)),
        },
        (Type::Choice(words), Value::Text(text)) if words.contains(&&*text) => Value::Text(text),
        (Type::List(item), Value::List(items)) => Value::List(
            items
                .into_iter()
                .enumerate()
                .map(|(i, v)| conform_at(item, v, depth + 1).map_err(|m| m.under(&format!("[{}]", i + 1))))
                .collect::<Result<_, _>>()?,
        ),
        (Type::Map(item), value) => match into_map(value) {
            Ok(map) => Value::Map(
                map.into_iter()
                    .map(|(k, v)| match conform_at(item, v, depth + 1) {
                        Ok(v) => Ok((k, v)),
                        Err(m) => Err(m.under(&k)),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Err(value) => return wrong(&value),
        },
        (Type::Struct(s), value) => match into_map(value) {
            Ok(map) => Value::Map(conform_struct(s, map, depth)?),
            Err(value) => return wrong(&value),
        },
        (Type::OneOf(types), value) => return one_of(ty, types, value, depth),
        (_, value) => return wrong(&value),
    })
}

fn conform_struct(s: &Struct, map: Map, depth: usize) -> Result<Map, Mismatch> {
    let mut out = Map::new();
    for (key, value) in map {
        match s.field(&key) {
            Some(field) if value.is_nil() && !field.required => {}
            // `host.null` clears what may be absent.
            Some(field) if value == Value::Null && !field.required => {
                out.insert(key, value);
            }
            Some(field) => {
                let value = conform_at(&field.ty, value, depth + 1).map_err(|m| m.under(&key))?;
                out.insert(key, value);
            }
            None if s.open => {
                check_any(&value, depth + 1).map_err(|m| m.under(&key))?;
                out.insert(key, value);
            }
            None => {
                let known: Vec<_> = s.fields.iter().map(|f| f.name).collect();
                return Err(Mismatch::new(format!(
                    "a {} has no `{key}`; it has {}",
                    s.name,
                    known.join(", ")
                )));
            }
        }
    }
    match s.fields.iter().find(|f| f.required && !out.contains_key(f.name)) {
        Some(missing) => {
            Err(Mismatch::new(format!("`{}` is missing; expected {}", missing.name, missing.ty.describe())))
        }
        None => Ok(out),
    }
}

fn one_of(ty: &Type, types: &[Type], value: Value, depth: usize) -> Result<Value, Mismatch> {
    let mut meant: Option<Mismatch> = None;
    for candidate in types {
        match conform_at(candidate, value.clone(), depth) {
            Ok(value) => return Ok(value),
            // The alternative of the value's own shape is the one its author meant.
            Err(m) if meant.is_none() && same_shape(candidate, &value) => meant = Some(m),
            Err(_) => {}
        }
    }
    Err(meant.unwrap_or_else(|| Mismatch::new(format!("got {}; expected {}", show(&value), ty.describe()))))
}

fn same_shape(ty: &Type, value: &Value) -> bool {
    match value {
        Value::List(_) => matches!(ty, Type::List(_)),
        Value::Map(_) => matches!(ty, Type::Struct(_) | Type::Map(_)),
        Value::Int(_) | Value::Num(_) => matches!(ty, Type::Amount | Type::Int | Type::Number),
        _ => false,
    }
}

// A Lua author's `{}` has no kind of its own: it follows the declared type.
fn into_map(value: Value) -> Result<Map, Value> {
    match value {
        Value::Map(map) => Ok(map),
        Value::List(items) if items.is_empty() => Ok(Map::new()),
        other => Err(other),
    }
}

fn check_any(value: &Value, depth: usize) -> Result<(), Mismatch> {
    if depth > MAX_DEPTH {
        return Err(Mismatch::new(format!("nested deeper than {MAX_DEPTH}")));
    }
    match value {
        Value::List(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, v)| check_any(v, depth + 1).map_err(|m| m.under(&format!("[{}]", i + 1)))),
        Value::Map(map) => map.iter().try_for_each(|(k, v)| check_any(v, depth + 1).map_err(|m| m.under(k))),
        scalar => finite(scalar),
    }
}

fn finite(value: &Value) -> Result<(), Mismatch> {
    match value {
        Value::Num(n) if n.is_nan() => Err(Mismatch::new("got NaN; expected a number".into())),
        Value::Num(n) if n.is_infinite() => Err(Mismatch::new("got an infinity; expected a number".into())),
        Value::Num(n) if n.fract() == 0.0 && n.abs() > MAX_INT as f64 => {
            Err(Mismatch::new(format!("{n} is an integer beyond 2^53")))
        }
        Value::Int(n) if n.unsigned_abs() > MAX_INT as u64 => {
            Err(Mismatch::new(format!("{n} is an integer beyond 2^53")))
        }
        _ => Ok(()),
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Nil | Value::Null | Value::List(_) | Value::Map(_) | Value::Bytes(_) => {
            value.kind().to_owned()
        }
        scalar => {
            let text = scalar.to_string();
            match text.char_indices().nth(60) {
                Some((cut, _)) => format!("{}…", &text[..cut]),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;

    static POSTING: Struct = Struct::closed(
        "posting",
        "",
        &[
            Field::required("account", Type::Text, ""),
            Field::required("amount", Type::Amount, ""),
            Field::optional("tag", Type::Text, ""),
        ],
    );
    static ANSWER: Type =
        Type::OneOf(&[Type::Amount, Type::Struct(&POSTING), Type::List(&Type::Struct(&POSTING))]);

    fn check(ty: &Type, json: &str, expected: &str) {
        let value = serde_json::from_str(json).unwrap();
        let got = match conform(ty, value) {
            Ok(value) => value.to_json().to_string(),
            Err(mismatch) => mismatch.to_string(),
        };
        assert!(got.contains(expected), "{json}: got `{got}`, expected `{expected}`");
    }

    #[test]
    fn every_type_takes_its_own_and_names_what_differs() {
        check(&Type::Amount, "0.30000000000000004", "\"0.3\"");
        check(&Type::Amount, "3.3333333333333335", "host.split");
        check(&Type::Amount, "\"12元\"", "got \"12元\"; expected a number");
        check(&Type::Int, "1.5", "got 1.5; expected an integer");
        check(&Type::Int, "9007199254740993", "beyond 2^53");
        check(&Type::Any, "[1e300]", "beyond 2^53");
        check(&Type::Date, "\"2023-02-30\"", "expected a date");
        check(&Type::Choice(&["error", "hint"]), "\"hind\"", "one of error, hint");
        check(&Type::Map(&Type::Int), "[]", "{}");
        check(&Type::List(&Type::Int), "{}", "got a table; expected a list of integer");
        check(
            &ANSWER,
            r#"[{"account":"a","amount":1},{"account":"b","amount":"x"}]"#,
            "[2].amount: got \"x\"",
        );
        check(&ANSWER, r#"{"account":"a","amount":1,"tags":"x"}"#, "has no `tags`");
        check(&Type::Struct(&POSTING), r#"{"account":"a"}"#, "`amount` is missing");
    }

    #[test]
    fn a_value_nested_without_end_is_refused() {
        let deep = (0..40).fold(Value::Int(1), |v, _| Value::List(vec![v]));
        assert!(conform(&Type::Any, deep).unwrap_err().problem.contains("nested deeper"));
    }
}
