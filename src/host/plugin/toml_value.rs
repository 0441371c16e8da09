//! TOML as the host reads it: values, and where an error stands.

use registrar_sdk::Value;

pub(crate) fn line_at(text: &str, byte: usize) -> u32 {
    text[..byte.min(text.len())].matches('\n').count() as u32 + 1
}

/// What is wrong with a TOML text, with the line.
pub(crate) fn at_line(text: &str, error: &toml::de::Error) -> (Option<u32>, String) {
    let line = error.span().map(|span| line_at(text, span.start));
    (line, error.message().to_owned())
}

/// A value of a settings file.
pub fn from_toml(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::text(text),
        toml::Value::Integer(n) => Value::Int(*n),
        toml::Value::Float(n) => Value::Num(*n),
        toml::Value::Boolean(b) => Value::Bool(*b),
        toml::Value::Datetime(date) => Value::text(date.to_string()),
        toml::Value::Array(items) => Value::List(items.iter().map(from_toml).collect()),
        toml::Value::Table(table) => Value::map(table.iter().map(|(k, v)| (k, from_toml(v)))),
    }
}
