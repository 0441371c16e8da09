//! A title in Chinese and in English.

use registrar_sdk::Value;
use serde::{Deserialize, Serialize};

/// A title in both languages of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Title {
    /// From a text, which serves both languages, or from `{ zh, en }`.
    pub fn read(value: &Value) -> Title {
        match value {
            Value::Text(text) => Title { zh: text.to_string(), en: text.to_string() },
            other => {
                let (zh, en) = (other.get("zh").as_str(), other.get("en").as_str());
                Title {
                    zh: zh.or(en).unwrap_or_default().to_owned(),
                    en: en.or(zh).unwrap_or_default().to_owned(),
                }
            }
        }
    }

    /// Itself, or `name` where it says nothing.
    pub fn or(self, name: &str) -> Title {
        if self.zh.is_empty() { Title { zh: name.to_owned(), en: name.to_owned() } } else { self }
    }

    /// As handlers see it.
    pub fn to_value(&self) -> Value {
        Value::map([("zh", Value::text(&self.zh)), ("en", Value::text(&self.en))])
    }
}
