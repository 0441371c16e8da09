//! What a rule found against it.

use std::fmt;

/// One thing that a rule forbids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The name under which `exceptions.toml` may list it. It holds no line numbers, which change for other causes.
    pub key: String,
    /// Where it stands, what is wrong and what to do.
    pub text: String,
}

impl Finding {
    /// A finding under `key`.
    pub fn new(key: impl Into<String>, text: impl Into<String>) -> Finding {
        Finding { key: key.into(), text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    {}", self.key, self.text)
    }
}
