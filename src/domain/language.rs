//! The language in which something is said to someone; what rules, records and directories say stays in their
//! own words.

use crate::BilingualText;

/// A language that we speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The one of two texts that is in this language.
    pub fn of<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A title in this language.
    pub fn title(self, title: &BilingualText) -> &str {
        self.of(&title.zh, &title.en)
    }
}
