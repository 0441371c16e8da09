//! The host knows nothing of any office's business: no word of it stands in its folder.

use crate::{Config, Finding, Tree};
use regex_lite::{Regex, RegexBuilder};

/// Every line of a file in the folder that holds one of the words.
///
/// # Panics
/// If a word can't stand in a regular expression.
#[must_use]
pub fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let pattern = pattern(config);
    let mut findings = Vec::new();
    let is_meant = |path: &str| {
        let except = config.words.except.as_ref().is_some_and(|except| path.starts_with(except));
        path.starts_with(&config.words.folder) && !except
    };
    for (path, text) in tree.files().filter(|(path, _)| is_meant(path)) {
        for (at, line) in text.lines().enumerate() {
            if let Some(word) = pattern.find(line) {
                let text = format!("{path}:{} says {:?}: {}", at + 1, word.as_str(), line.trim());
                findings.push(Finding::new(path, text));
            }
        }
    }
    findings
}

fn pattern(config: &Config) -> Regex {
    let word = |word: &String| if word.is_ascii() { format!(r"\b{word}\b") } else { word.clone() };
    let words: Vec<String> = config.words.words.iter().map(word).collect();
    RegexBuilder::new(&words.join("|"))
        .case_insensitive(true)
        .build()
        .unwrap_or_else(|e| panic!("the words of architecture.toml: {e}"))
}
