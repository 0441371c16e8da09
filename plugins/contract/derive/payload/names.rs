//! What things of a contract are called in Rust.

use registrar_sdk::Type;

/// `record.check`, `page_break`, `two-month`: `RecordCheck`, `PageBreak`, `TwoMonth`.
pub(super) fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    };
    name.split(['.', '_', '-', ' ']).map(word).collect()
}

/// A field's name, which may be a word of Rust's own.
pub(super) fn ident(name: &str) -> String {
    const WORDS: &[&str] = &[
        "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn", "for",
        "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
        "static", "struct", "trait", "type", "unsafe", "use", "where", "while", "yield",
    ];
    if WORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// The forms of a choice of types that differ in Rust: where a list of something may stand, one of
/// it is a list of one.
pub(super) fn forms(types: &'static [Type]) -> Vec<&'static Type> {
    let listed = |ty: &Type| types.iter().any(|t| matches!(t, Type::List(item) if same(item, ty)));
    types.iter().filter(|ty| !listed(ty)).collect()
}

/// Whether a list of it may stand as well.
pub(super) fn merged(types: &'static [Type]) -> impl Iterator<Item = &'static Type> {
    let kept = forms(types);
    types.iter().filter(move |ty| !kept.iter().any(|k| std::ptr::eq(*k, *ty)))
}

fn same(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Struct(a), Type::Struct(b)) => a.name == b.name,
        (Type::List(a), Type::List(b))
        | (Type::Map(a), Type::Map(b))
        | (Type::Optional(a), Type::Optional(b)) => same(a, b),
        (Type::Choice(a), Type::Choice(b)) => a == b,
        (Type::OneOf(a), Type::OneOf(b)) => a.len() == b.len() && a.iter().zip(*b).all(|(a, b)| same(a, b)),
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_rust() {
        assert_eq!(camel("record.check"), "RecordCheck");
        assert_eq!(camel("two-month"), "TwoMonth");
        assert_eq!(ident("type"), "r#type");
        assert_eq!(ident("from"), "from");
    }

    #[test]
    fn one_of_something_is_a_list_of_one() {
        static EITHER: [Type; 3] = [Type::Amount, Type::Text, Type::List(&Type::Text)];
        assert!(matches!(forms(&EITHER)[..], [Type::Amount, Type::List(_)]));
        assert!(matches!(merged(&EITHER).collect::<Vec<_>>()[..], [Type::Text]));
    }
}
