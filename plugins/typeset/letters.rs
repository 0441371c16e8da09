//! Which characters a document needs of which role, where each first stands, and which faces have them.

use crate::{fonts::Fonts, roles::FaceRole};
use std::collections::BTreeMap;

/// The characters of a document, by role.
#[derive(Default)]
pub struct Letters(BTreeMap<(FaceRole, char), String>);

/// How many missing characters an error names.
const NAMED: usize = 10;

impl Letters {
    /// Notes the characters of a text; `place` says where it stands and is asked only for new ones.
    pub fn add(&mut self, role: FaceRole, text: &str, place: impl Fn() -> String) {
        for c in text.chars().filter(|c| !is_invisible(*c)) {
            self.0.entry((role, c)).or_insert_with(&place);
        }
    }

    /// Says which face serves which role.
    ///
    /// # Errors
    /// The characters that no face of their role has, with code point and place.
    pub fn served(&self, fonts: &Fonts) -> Result<Vec<String>, String> {
        let mut used: BTreeMap<(FaceRole, usize), Vec<char>> = BTreeMap::new();
        let mut missing = Vec::new();
        for ((role, c), place) in &self.0 {
            match fonts.rank(*role, *c) {
                Some(rank) => used.entry((*role, rank)).or_default().push(*c),
                None => missing.push((role, c, place)),
            }
        }
        if !missing.is_empty() {
            let mut named: Vec<_> = missing
                .iter()
                .take(NAMED)
                .map(|(role, c, place)| format!("{} in {place} (role {})", character(**c), role.name()))
                .collect();
            if missing.len() > NAMED {
                named.push(format!("and {} more", missing.len() - NAMED));
            }
            return Err(format!(
                "no configured font has {}; install a font that has it and name it in the role's setting, or change the text",
                named.join(", ")
            ));
        }
        Ok(used.iter().map(|((role, rank), chars)| say(fonts, *role, *rank, chars)).collect())
    }
}

fn say(fonts: &Fonts, role: FaceRole, rank: usize, chars: &[char]) -> String {
    let (label, met) = fonts.label(role, rank);
    let stands_in = if met { "" } else { " (stands in)" };
    if rank == 0 {
        return format!("{}: {label}{stands_in}", role.name());
    }
    let some: String = chars.iter().take(8).collect();
    let more = if chars.len() > 8 { "…" } else { "" };
    format!("{}: {label}{stands_in} for {some}{more}", role.name())
}

/// A character as errors name it: itself, if it can be seen, and its code point.
pub fn character(c: char) -> String {
    if c.is_control() { format!("U+{:04X}", c as u32) } else { format!("“{c}” (U+{:04X})", c as u32) }
}

/// Characters without a glyph of their own: they choose or join others' glyphs, or break lines.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_noted_where_it_first_stands() {
        let mut letters = Letters::default();
        letters.add(FaceRole::Fangsong, "甲乙", || "the title".into());
        letters.add(FaceRole::Fangsong, "乙丙\u{fe00}", || "block 1".into());
        let places: Vec<_> = letters.0.iter().map(|((_, c), place)| (*c, place.as_str())).collect();
        assert_eq!(places, [('丙', "block 1"), ('乙', "the title"), ('甲', "the title")]);
    }

    #[test]
    fn a_control_character_is_named_by_its_code_point_alone() {
        assert_eq!(character('\u{7}'), "U+0007");
        assert_eq!(character('堃'), "“堃” (U+5803)");
    }
}
