//! The language of what a figure's explanation says by itself; what rules, records and directories
//! say stays in their own words.

use registrar_domain::Title;

/// A language of explanations.
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
    pub fn title(self, title: &Title) -> &str {
        self.of(&title.zh, &title.en)
    }
}
