//! What a handler may return, and how it crosses.

use super::Call;
use crate::{
    Amount, BilingualText, Value,
    abi::{Node, tag},
};
use std::collections::BTreeMap;

/// Something a handler may return. Numbers, booleans and amounts take no memory.
pub trait Answer {
    /// Builds the answer in the call's memory.
    ///
    /// # Errors
    /// If it is more than a call may hold.
    fn give(self, call: &Call<'_>) -> Result<Node, String>;
}

/// Bytes, not a list of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Value {
        Value::Bytes(bytes.0.into())
    }
}

fn scalar(value: &Value) -> Result<Node, String> {
    Ok(Node::of_scalar(value).unwrap_or_default())
}

/// No answer.
impl Answer for () {
    fn give(self, _: &Call<'_>) -> Result<Node, String> {
        Ok(Node::default())
    }
}
impl Answer for bool {
    fn give(self, _: &Call<'_>) -> Result<Node, String> {
        scalar(&Value::Bool(self))
    }
}
impl Answer for i64 {
    fn give(self, _: &Call<'_>) -> Result<Node, String> {
        scalar(&Value::Int(self))
    }
}
impl Answer for f64 {
    fn give(self, _: &Call<'_>) -> Result<Node, String> {
        scalar(&Value::Num(self))
    }
}
impl Answer for Amount {
    fn give(self, _: &Call<'_>) -> Result<Node, String> {
        scalar(&Value::Amount(self))
    }
}
impl Answer for &str {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        call.text(self)
    }
}
impl Answer for String {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        call.text(&self)
    }
}
impl Answer for BilingualText {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        Value::from(self).give(call)
    }
}
impl Answer for Bytes {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        call.bytes(&self.0)
    }
}
/// `None` is no answer.
impl<A: Answer> Answer for Option<A> {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        self.map_or(Ok(Node::default()), |answer| answer.give(call))
    }
}
impl<A: Answer> Answer for Vec<A> {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        let items: Vec<Node> = self.into_iter().map(|item| item.give(call)).collect::<Result<_, _>>()?;
        call.list(&items)
    }
}
impl<A: Answer> Answer for BTreeMap<String, A> {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        let mut pairs = Vec::with_capacity(self.len() * 2);
        for (key, value) in self {
            pairs.push(call.text(&key)?);
            pairs.push(value.give(call)?);
        }
        call.map(&pairs)
    }
}
impl Answer for Value {
    fn give(self, call: &Call<'_>) -> Result<Node, String> {
        give(&self, call)
    }
}

fn give(value: &Value, call: &Call<'_>) -> Result<Node, String> {
    match value {
        Value::Text(text) => call.text(text),
        Value::Bytes(bytes) => call.bytes(bytes),
        Value::List(items) => {
            let items: Vec<Node> = items.iter().map(|item| give(item, call)).collect::<Result<_, _>>()?;
            call.list(&items)
        }
        Value::Map(map) => {
            let mut pairs = Vec::with_capacity(map.len() * 2);
            for (key, value) in map {
                pairs.push(call.text(key)?);
                pairs.push(give(value, call)?);
            }
            call.map(&pairs)
        }
        other => Ok(Node::of_scalar(other).unwrap_or(Node { tag: tag::NIL, len: 0, scalar: 0 })),
    }
}
