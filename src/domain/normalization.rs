//! What people write, without what only makes it look like something: full-width forms, invisible
//! characters, spaces that pad a name.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Whether a character shows nothing, not even a space: byte-order marks, zero-width spaces, directions.
pub fn is_invisible(c: char) -> bool {
    c.general_category() == GeneralCategory::Format || (c.is_control() && !c.is_whitespace())
}

/// A text with full-width forms as plain ones (NFKC), nothing invisible, and no spaces around it.
pub fn folded(text: &str) -> String {
    let plain: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    plain.trim().to_owned()
}

/// By what a heading or a name is told from others: [`folded`], without any spaces, in small letters.
pub fn key(text: &str) -> String {
    folded(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Whether nothing of it can be seen.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        assert_eq!(folded("\u{feff}２０２３－１－５\u{200b} "), "2023-1-5");
        assert_eq!(key("王　芳"), key("王 芳"));
        assert_eq!(key("单位\u{200b}"), "单位");
        assert_eq!(key("Ｕｎｉｔ"), "unit");
        assert!(is_blank(" \u{3000}\u{200b}\n") && !is_blank("0"));
    }
}
