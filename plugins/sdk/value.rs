//! The value tree: what arguments and answers are made of, whoever gives them.

use crate::Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// A map's key: shared, since the same few names recur in every value.
pub type Key = Arc<str>;

/// A map: its keys are sorted, so that the same content is the same bytes.
pub type Map = BTreeMap<Key, Value>;

/// The largest whole number that a script's number holds exactly: 2^53.
pub const MAX_INT: i64 = 1 << 53;

/// The deepest nesting a value may have.
pub const MAX_DEPTH: usize = 32;

/// One value. `Nil` is "no answer" or "absent"; `Null` clears a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No answer, absent.
    #[default]
    Nil,
    /// Clears a field (`host.null`).
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number within ±2^53.
    Int(i64),
    /// Any other finite number.
    Num(f64),
    /// An exact amount; a script sees a plain number.
    Amount(Amount),
    /// UTF-8 text.
    Text(Arc<str>),
    /// Bytes, not text.
    Bytes(Arc<[u8]>),
    /// Values in order.
    List(Vec<Value>),
    /// Named values.
    Map(Map),
}

impl Value {
    /// What a message calls this value's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) => "an integer",
            Value::Num(_) => "a number",
            Value::Amount(_) => "an amount",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "a list",
            Value::Map(_) => "a table",
        }
    }

    /// Text from anything that is text.
    pub fn text(text: impl AsRef<str>) -> Value {
        Value::Text(Arc::from(text.as_ref()))
    }

    /// A map from pairs.
    pub fn map<K: AsRef<str>>(pairs: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(pairs.into_iter().map(|(k, v)| (Arc::from(k.as_ref()), v)).collect())
    }

    /// True for `Nil`.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// True for `Nil` and `Null`.
    pub fn is_absent(&self) -> bool {
        matches!(self, Value::Nil | Value::Null)
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            Value::Num(n) if n.fract() == 0.0 && n.abs() <= MAX_INT as f64 => Some(*n as i64),
            Value::Amount(a) if a.micros() % 1_000_000 == 0 => Some(a.micros() / 1_000_000),
            _ => None,
        }
    }

    /// The number, of whatever kind.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(n) => Some(*n as f64),
            Value::Num(n) => Some(*n),
            Value::Amount(a) => Some(a.to_f64()),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The exact amount, if the value is an amount or a number that stands for one.
    pub fn as_amount(&self) -> Option<Amount> {
        match self {
            Value::Amount(a) => Some(*a),
            Value::Int(n) => Amount::from_int(*n),
            Value::Num(n) => Amount::from_f64(*n).ok(),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list; anything else by itself. For answers that may leave out the list around
    /// a single one.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            // What is not there is no item.
            Value::Nil | Value::Null => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entry under `key`; `Nil` if this is no map or has none.
    pub fn get(&self, key: &str) -> &Value {
        static NIL: Value = Value::Nil;
        self.as_map().and_then(|map| map.get(key)).unwrap_or(&NIL)
    }

    /// The value at a dotted path such as `event.fields.carrier`; `Nil` where it ends early.
    pub fn at(&self, path: &str) -> &Value {
        path.split('.').fold(self, |value, key| value.get(key))
    }

    /// Compares as scripts do: `1`, `1.0` and the amount 1 are one number.
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((ka, a), (kb, b))| ka == kb && a.same(b))
            }
            _ => match (self.as_f64(), other.as_f64()) {
                (Some(a), Some(b)) => {
                    a == b || self.as_amount().is_some_and(|a| Some(a) == other.as_amount())
                }
                _ => self == other,
            },
        }
    }

    /// The value as JSON; amounts are decimal strings, bytes lists of numbers.
    pub fn to_json(&self) -> serde_json::Value {
        // Serialising a tree of scalars into a tree of scalars has no failure of its own.
        serde_json::to_value(self).unwrap_or(serde_json::Value::Null)
    }

    /// From JSON: `null` is [`Value::Null`], a number with a fraction [`Value::Num`].
    pub fn from_json(json: serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(b),
            serde_json::Value::Number(n) => match n.as_i64() {
                Some(i) => Value::Int(i),
                None => Value::Num(n.as_f64().unwrap_or(f64::NAN)),
            },
            serde_json::Value::String(s) => Value::text(s),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(Value::from_json).collect()),
            serde_json::Value::Object(map) => {
                Value::map(map.into_iter().map(|(k, v)| (k, Value::from_json(v))))
            }
        }
    }
}

/// As an author would write it; used in messages.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Nil => f.write_str("nil"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Amount(amount) => write!(f, "{amount}"),
            other => f.write_str(&other.to_json().to_string()),
        }
    }
}

impl From<()> for Value {
    fn from((): ()) -> Value {
        Value::Nil
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::text(text)
    }
}
impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::text(text)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}
impl From<Amount> for Value {
    fn from(a: Amount) -> Value {
        Value::Amount(a)
    }
}
impl From<Map> for Value {
    fn from(map: Map) -> Value {
        Value::Map(map)
    }
}
impl From<f64> for Value {
    fn from(n: f64) -> Value {
        Value::Num(n)
    }
}
impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Value {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}
impl<T: Into<Value>> From<BTreeMap<String, T>> for Value {
    fn from(map: BTreeMap<String, T>) -> Value {
        Value::Map(map.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Nil, Into::into)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Nil | Value::Null => s.serialize_unit(),
            Value::Bool(b) => s.serialize_bool(*b),
            Value::Int(n) => s.serialize_i64(*n),
            Value::Num(n) => s.serialize_f64(*n),
            Value::Amount(a) => a.serialize(s),
            Value::Text(text) => s.serialize_str(text),
            Value::Bytes(bytes) => s.collect_seq(bytes.iter()),
            Value::List(items) => s.collect_seq(items),
            Value::Map(map) => {
                let mut out = s.serialize_map(None)?;
                // An absent value is an absent key, so that `nil` and "never set" hash alike.
                for (key, value) in map.iter().filter(|(_, v)| !v.is_nil()) {
                    out.serialize_entry(key, value)?;
                }
                out.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Value, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
                Ok(Value::Bool(b))
            }
            fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
                Ok(Value::Int(n))
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Value, E> {
                i64::try_from(n).map(Value::Int).map_err(|_| E::custom(format!("{n} is beyond 2^53")))
            }
            fn visit_f64<E>(self, n: f64) -> Result<Value, E> {
                Ok(Value::Num(n))
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::text(text))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Value::List(items))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = access.next_entry::<String, Value>()? {
                    map.insert(Arc::from(key), value);
                }
                Ok(Value::Map(map))
            }
        }
        d.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_round_trips_and_keys_are_sorted() {
        let json = r#"{"b":[1,2.5,"中",true,null],"a":{}}"#;
        let value: Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), r#"{"a":{},"b":[1,2.5,"中",true,null]}"#);
    }

    #[test]
    fn numbers_compare_across_kinds() {
        let amount = Value::Amount("0.6".parse().unwrap());
        assert!(amount.same(&Value::Num(0.6)));
        assert!(amount.same(&Value::Num(0.2 * 3.0)));
        assert!(Value::Int(1).same(&Value::Num(1.0)));
        assert!(!Value::Int(1).same(&Value::text("1")));
    }

    #[test]
    fn a_path_that_ends_early_is_nil() {
        let value = Value::map([("event", Value::map([("on", Value::text("2023-01-01"))]))]);
        assert_eq!(value.at("event.on").as_str(), Some("2023-01-01"));
        assert!(value.at("event.fields.carrier").is_nil());
    }
}
