//! Which plugins go live together: those tied by a dependency or by what they share.

use std::collections::{BTreeMap, BTreeSet};

/// Ties between plugins.
#[derive(Default)]
pub struct PluginGroups {
    parent: BTreeMap<String, String>,
}

impl PluginGroups {
    /// Makes sure the plugin is known.
    pub fn add(&mut self, id: &str) {
        self.parent.entry(id.to_owned()).or_insert_with(|| id.to_owned());
    }

    /// Ties two plugins, or a plugin and something it shares.
    pub fn tie(&mut self, a: &str, b: &str) {
        self.add(a);
        self.add(b);
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parent.insert(a, b);
        }
    }

    fn root(&self, id: &str) -> String {
        let mut at = id;
        while let Some(up) = self.parent.get(at) {
            if up == at {
                break;
            }
            at = up;
        }
        at.to_owned()
    }

    /// The plugins, among `ids`, that are tied to `id`; itself included.
    pub fn of<'a>(&self, id: &str, ids: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
        let root = self.root(id);
        ids.filter(|other| self.root(other) == root).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::lifecycle::group::*;

    #[test]
    fn ties_carry_over() {
        let mut groups = PluginGroups::default();
        groups.tie("a", "register:x");
        groups.tie("b", "register:x");
        groups.tie("c", "b");
        groups.add("d");
        let all = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(groups.of("a", all.iter()).len(), 3);
        assert_eq!(groups.of("d", all.iter()).len(), 1);
    }
}
