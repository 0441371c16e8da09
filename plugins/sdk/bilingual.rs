//! A text that people read, in Chinese and in English.

use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text in both languages. Where whoever wrote it chose no language, both halves are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct BilingualText {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// It is read from a text as well, as it may be written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    One(String),
    Halves { zh: Option<String>, en: Option<String> },
}

impl From<Written> for BilingualText {
    fn from(written: Written) -> BilingualText {
        match written {
            Written::One(text) => BilingualText::same(text),
            Written::Halves { zh, en } => BilingualText::of_halves(zh.as_deref(), en.as_deref()),
        }
    }
}

impl BilingualText {
    /// A text in two languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> BilingualText {
        BilingualText { zh: zh.into(), en: en.into() }
    }

    /// A text that serves both.
    pub fn same(text: impl Into<String>) -> BilingualText {
        let text = text.into();
        BilingualText { zh: text.clone(), en: text }
    }

    /// From a text, which serves both languages, or from `{ zh, en }`, of which one may be missing; empty from
    /// anything else.
    pub fn read(value: &Value) -> BilingualText {
        match value {
            Value::Text(text) => BilingualText::same(&**text),
            other => BilingualText::of_halves(other.get("zh").as_str(), other.get("en").as_str()),
        }
    }

    /// From two halves, of which one may be missing and is then taken from the other.
    pub fn of_halves(zh: Option<&str>, en: Option<&str>) -> BilingualText {
        BilingualText::new(zh.or(en).unwrap_or_default(), en.or(zh).unwrap_or_default())
    }

    /// Itself, or `name` where it says nothing.
    #[must_use]
    pub fn or(self, name: &str) -> BilingualText {
        if self.zh.is_empty() { BilingualText::same(name) } else { self }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    /// Both halves, changed alike.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> BilingualText {
        BilingualText { zh: change(&self.zh), en: change(&self.en) }
    }

    /// `{ zh, en }`, as handlers see the title of a register or a unit.
    pub fn to_value(&self) -> Value {
        Value::map([("zh", Value::text(&self.zh)), ("en", Value::text(&self.en))])
    }

    /// As it is written shortest: one text where both halves are the same, else `{ zh, en }`. The inverse of
    /// [`read`](BilingualText::read).
    pub fn to_shortest(&self) -> Value {
        if self.zh == self.en { Value::text(&self.zh) } else { self.to_value() }
    }

    /// As it is written shortest, for `serialize_with`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn as_written<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.zh == self.en { serializer.serialize_str(&self.zh) } else { self.serialize(serializer) }
    }

    /// The same of a text that may not be there.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn some_as_written<S: serde::Serializer>(
        text: &Option<BilingualText>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match text {
            Some(text) => text.as_written(serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Both halves for those who read both, in one line. For `serialize_with`, too.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn in_one_line<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for BilingualText {
    /// The text, or `中文 · English` where the halves differ.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.zh == self.en { f.write_str(&self.zh) } else { write!(f, "{} · {}", self.zh, self.en) }
    }
}

impl From<&str> for BilingualText {
    fn from(text: &str) -> BilingualText {
        BilingualText::same(text)
    }
}

impl From<String> for BilingualText {
    fn from(text: String) -> BilingualText {
        BilingualText::same(text)
    }
}

impl From<BilingualText> for Value {
    fn from(text: BilingualText) -> Value {
        text.to_shortest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_is_written() {
        let both = BilingualText::new("期限已过", "It is late.");
        assert_eq!(both.to_string(), "期限已过 · It is late.");
        for text in [both, BilingualText::same("甲 · B"), BilingualText::default()] {
            assert_eq!(BilingualText::read(&text.to_shortest()), text);
            assert_eq!(BilingualText::read(&text.to_value()), text);
        }
        assert_eq!(BilingualText::read(&Value::map([("zh", Value::text("甲"))])), BilingualText::same("甲"));
        assert!(BilingualText::read(&Value::Int(1)).is_empty());
    }
}
