//! What does not hold yet: `exceptions.toml`, which can only get shorter.

use crate::Finding;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// For each rule, what it lets pass.
#[derive(Debug, Default, Deserialize)]
pub struct Exceptions(BTreeMap<String, Allowed>);

/// What one rule lets pass.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    /// How many there are. It is lowered with each that goes, and never raised.
    at_most: usize,
    /// The key of each finding, and what it rides on, or why it stands.
    #[serde(default)]
    because: BTreeMap<String, String>,
}

impl Exceptions {
    /// Reads them.
    ///
    /// # Panics
    /// If they are not in the form that is described here.
    #[must_use]
    pub fn parse(text: &str) -> Exceptions {
        toml::from_str(text).unwrap_or_else(|e| panic!("exceptions.toml: {e}"))
    }

    /// The keys that a rule lets pass.
    #[must_use]
    pub fn keys(&self, rule: &str) -> BTreeSet<&str> {
        self.0.get(rule).into_iter().flat_map(|allowed| allowed.because.keys().map(String::as_str)).collect()
    }

    /// What is wrong with a rule's findings, each in a line: those that no exception names, exceptions that nothing
    /// needs, and a count that is not theirs.
    #[must_use]
    pub fn hold(&self, rule: &str, findings: &[Finding]) -> Vec<String> {
        let allowed = self.keys(rule);
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.key.as_str()).collect();
        let against = findings.iter().filter(|finding| !allowed.contains(finding.key.as_str()));
        let mut wrong: Vec<String> = against.map(ToString::to_string).collect();
        wrong.extend(allowed.difference(&found).map(|key| {
            format!("{key}\n    holds now: strike it from [{rule}] in exceptions.toml and lower at_most")
        }));
        let at_most = self.0.get(rule).map_or(0, |allowed| allowed.at_most);
        if at_most != allowed.len() {
            wrong.push(format!("[{rule}] at_most is {at_most}, but {} are listed", allowed.len()));
        }
        wrong
    }
}
