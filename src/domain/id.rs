//! What may be an id: of records, people, units, plugins, offices, imports, and whatever else is called by one
//! in addresses, files, messages and commands.

use crate::normalization::{is_invisible, key};

/// The most characters of one.
const LONGEST: usize = 120;
/// What means something else where an id may stand: who acts, all units, a new record, this folder.
const RESERVED: [&str; 7] = ["operator", "clock", "*", "-", ".", "..", "null"];

/// Whether a text may be an id from now on. Those that are there already stay.
///
/// # Errors
/// Why not, and the remedy.
pub fn check(id: &str) -> Result<(), String> {
    let refused = |why: &str| Err(format!("\"{}\" can't be an id: {why}", id.escape_debug()));
    if id.trim().is_empty() {
        return refused("it is empty; give it letters, digits, - or _");
    }
    if id.trim() != id
        || id.chars().any(|c| c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}'))
    {
        return refused(
            "it has spaces around it, line ends or characters that can't be seen; leave them out",
        );
    }
    if id.contains(['/', '\\']) {
        return refused("it has a separator of folders in it; write - instead");
    }
    if id.starts_with('$') {
        return refused("names that begin with $ are the program's own");
    }
    if is_reserved(id) {
        return refused("this word means something else; choose another");
    }
    if id.chars().count() > LONGEST {
        return refused(&format!("it has more than {LONGEST} characters"));
    }
    Ok(())
}

/// Whether a text means something else where an id may stand, however it is written.
pub fn is_reserved(id: &str) -> bool {
    RESERVED.contains(&key(id).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_taken_for_something_else_is_no_id() {
        for good in ["li", "2023-0001", "甲县", "plugin:tolls", "peer:east", "unit-1", "a.b", "a b", "1"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", "empty"),
            (" ", "empty"),
            ("a\nb", "line ends"),
            (" a", "spaces around"),
            ("a\u{200b}", "can't be seen"),
            ("a\u{1b}[31m", "can't be seen"),
            ("..", "means something else"),
            (".", "means something else"),
            ("a/b", "separator"),
            ("..\\x", "separator"),
            ("$office", "program's own"),
            ("operator", "means something else"),
            ("Operator", "means"),
            ("ＯＰＥＲＡＴＯＲ", "means"),
            ("clock", "means"),
            ("*", "means"),
            ("-", "means"),
            ("oper\u{2028}ator", "line ends"),
        ] {
            let told = check(bad).unwrap_err();
            assert!(told.contains(why), "{bad:?}: {told}");
        }
        assert!(check(&"长".repeat(121)).is_err() && check(&"长".repeat(120)).is_ok());
    }
}
