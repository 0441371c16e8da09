//! "Did you mean": the nearest known name.

/// Bytes of the longest text that may be a name.
const LONGEST: usize = 200;

/// `; did you mean "record.check"?`, or nothing if no name is near.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    // Whatever long text stands where a name should: it is no slip, and comparing it would take its square.
    if given.len() > LONGEST {
        return String::new();
    }
    known
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(given, name), name))
        .filter(|(likeness, _)| *likeness >= 0.5)
        // Of two that are as near, the one that begins alike: whoever types a name rarely misses its beginning.
        .max_by(|(a, one), (b, other)| {
            let begins = |name| strsim::jaro_winkler(given, name);
            a.total_cmp(b).then_with(|| begins(one).total_cmp(&begins(other))).then(other.cmp(one))
        })
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use crate::suggest::nearest;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["record.check", "record.normalize", "score.post"];
        assert_eq!(nearest("record.chek", known), "; did you mean `record.check`?");
        assert_eq!(nearest("xyz", known), "");
        assert_eq!(nearest("est", ["west", "east"]), "; did you mean `east`?");
        assert_eq!(nearest("est", ["east", "west"]), "; did you mean `east`?");
        assert_eq!(nearest(&"record.chek".repeat(3_000_000), known), "");
    }
}
