//! Why a generation can't serve, before it is said who gives way.

use crate::plugin::fault::Fault;
use std::collections::BTreeMap;

/// Who has what of which there can be one only: plugins, by what they claim, in words of the embedding
/// program (`register items`, `field items.title`).
pub type Claims = BTreeMap<String, String>;

/// Why a generation can't serve.
#[derive(Clone, Debug)]
pub enum Objection {
    /// One plugin is at fault.
    Fault(Fault),
    /// Several stand in each other's way: who had what they claim keeps it.
    Conflict(Conflict),
}

/// Plugins that stand in each other's way.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// What they all claim, as in [`Claims`].
    pub claim: String,
    /// The plugins, each with what is said of it if it is the one that gives way.
    pub parties: Vec<Fault>,
}

impl Objection {
    /// Every fault in it.
    pub fn faults(self) -> Vec<Fault> {
        match self {
            Objection::Fault(fault) => vec![fault],
            Objection::Conflict(conflict) => conflict.parties,
        }
    }
}

impl From<Fault> for Objection {
    fn from(fault: Fault) -> Objection {
        Objection::Fault(fault)
    }
}

/// Every fault in them, each once.
pub fn faults_of(objections: Vec<Objection>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for fault in objections.into_iter().flat_map(Objection::faults) {
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    faults
}

impl Conflict {
    /// Whether any of its parties is new.
    pub fn is_new(&self, is_new: impl Fn(&str) -> bool) -> bool {
        self.parties.iter().any(|party| is_new(&party.plugin))
    }

    /// Who gives way: whoever did not have it before. `had` is who had what, `is_new` whether a plugin is
    /// other than it was. If that tells nothing, all of them.
    pub fn losers(&self, had: &Claims, is_new: impl Fn(&str) -> bool) -> Vec<Fault> {
        let holder = had.get(&self.claim).filter(|id| self.parties.iter().any(|party| party.plugin == **id));
        let keeps = |party: &&Fault| match holder {
            Some(holder) => party.plugin == *holder,
            None => !is_new(&party.plugin),
        };
        let losers: Vec<Fault> = self.parties.iter().filter(|party| !keeps(party)).cloned().collect();
        if losers.is_empty() { self.parties.clone() } else { losers }
    }
}

#[cfg(test)]
mod tests {
    use crate::{lifecycle::objection::*, plugin::fault::FaultKind};

    fn check(had: &[(&str, &str)], new: &[&str], expected: &str) {
        let party = |id: &&str| Fault {
            plugin: id.to_string(),
            file: String::new(),
            line: None,
            point: None,
            kind: FaultKind::Declaration,
            message: String::new(),
            said: None,
        };
        let conflict =
            Conflict { claim: "register x".into(), parties: ["a", "b"].iter().map(party).collect() };
        let had = had.iter().map(|(claim, id)| (claim.to_string(), id.to_string())).collect();
        let losers = conflict.losers(&had, |id| new.contains(&id));
        assert_eq!(losers.iter().map(|f| &*f.plugin).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn who_had_it_keeps_it_whatever_the_alphabet_says() {
        check(&[("register x", "b")], &["a"], "a");
        check(&[("register x", "a")], &["a", "b"], "b");
        check(&[("register y", "a")], &["a", "b"], "a b");
        check(&[], &["b"], "b");
        check(&[("register x", "c")], &["a", "b"], "a b");
        check(&[], &[], "a b");
    }
}
