//! What a plugin answered, in the types in which plugins answer: the way back from a value.

use crate::{Amount, BilingualText, Value, value::Map};
use std::collections::BTreeMap;

/// Read from a value that was held against its declared type. Total: what is absent or of another kind reads as
/// empty, zero or false. A contract's crate has one for each of its structs and choices.
pub trait FromValue {
    /// What the value is, as this type.
    fn from_value(value: &Value) -> Self;
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Value {
        value.clone()
    }
}
impl FromValue for bool {
    fn from_value(value: &Value) -> bool {
        matches!(value, Value::Bool(true))
    }
}
impl FromValue for i64 {
    fn from_value(value: &Value) -> i64 {
        value.as_int().unwrap_or_default()
    }
}
impl FromValue for f64 {
    fn from_value(value: &Value) -> f64 {
        value.as_f64().unwrap_or_default()
    }
}
impl FromValue for Amount {
    fn from_value(value: &Value) -> Amount {
        value.as_amount().unwrap_or_default()
    }
}
impl FromValue for String {
    fn from_value(value: &Value) -> String {
        value.as_str().unwrap_or_default().to_owned()
    }
}
impl FromValue for BilingualText {
    fn from_value(value: &Value) -> BilingualText {
        BilingualText::read(value)
    }
}
impl FromValue for crate::native::Bytes {
    fn from_value(value: &Value) -> crate::native::Bytes {
        crate::native::Bytes(match value {
            Value::Bytes(bytes) => bytes.to_vec(),
            other => other.as_str().unwrap_or_default().as_bytes().to_vec(),
        })
    }
}
/// Absent, or cleared, is `None`.
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<T> {
        (!value.is_absent()).then(|| T::from_value(value))
    }
}
/// One that stands alone is a list of one.
impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Value) -> Vec<T> {
        value.items().iter().map(T::from_value).collect()
    }
}
impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: &Value) -> BTreeMap<String, T> {
        let entries = value.as_map().map(Map::iter).into_iter().flatten();
        entries.map(|(key, value)| (key.to_string(), T::from_value(value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_or_of_another_kind_reads_as_nothing() {
        assert_eq!(Option::<String>::from_value(&Value::Null), None);
        assert_eq!(Vec::<String>::from_value(&Value::Nil), Vec::<String>::new());
        assert_eq!(Vec::<String>::from_value(&"a".into()), ["a"]);
        assert_eq!(Vec::<i64>::from_value(&Value::List(vec![1.into(), 2.into()])), [1, 2]);
        assert_eq!((i64::from_value(&"x".into()), bool::from_value(&Value::Nil)), (0, false));
        let map = Value::map([("a", Value::Int(1))]);
        assert_eq!(BTreeMap::<String, i64>::from_value(&map), BTreeMap::from([("a".to_owned(), 1)]));
    }
}
