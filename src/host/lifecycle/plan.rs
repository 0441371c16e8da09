//! What a reload comes to, as data: which of the changed plugins go live, which wait and for whom, which stay
//! away. Nothing is loaded here and no plugin is asked: a host tries what the plan says, and tells it what failed.

use super::group::PluginGroups;
use std::collections::{BTreeMap, BTreeSet};

/// What a plugin that lies on disk says of others.
#[derive(Clone, Debug, Default)]
pub(crate) struct PluginTies {
    /// Those it builds on.
    pub depends: Vec<String>,
    /// The names it had before.
    pub was: Vec<String>,
}

/// A reload, of plugins whose versions are `V`.
pub(crate) struct ReloadPlan<V> {
    serving: BTreeMap<String, V>,
    wanted: BTreeMap<String, PluginTies>,
    built: BTreeMap<String, Option<V>>,
    groups: PluginGroups,
    same: fn(&V, &V) -> bool,
    /// They stay as they are, or away if they were not there.
    held: BTreeSet<String>,
    /// They are not there, whatever was.
    excluded: BTreeSet<String>,
    /// By whom each is held.
    by: BTreeMap<String, BTreeSet<String>>,
}

impl<V: Clone> ReloadPlan<V> {
    /// A plan in which all goes live that could be built: `serving` is what serves, `wanted` what should, `built`
    /// what of it changed (`None`: it could not be built), `groups` what ties plugins to each other, `same` whether
    /// two versions are one.
    pub fn new(
        serving: BTreeMap<String, V>,
        wanted: BTreeMap<String, PluginTies>,
        built: BTreeMap<String, Option<V>>,
        groups: PluginGroups,
        same: fn(&V, &V) -> bool,
    ) -> ReloadPlan<V> {
        let (held, excluded, by) = Default::default();
        ReloadPlan { serving, wanted, built, groups, same, held, excluded, by }
    }

    /// What serves once the plan is carried out: changed plugins where nothing holds them back, the others as they
    /// are.
    pub fn outcome(&self) -> BTreeMap<String, V> {
        let mut plugins = BTreeMap::new();
        for id in self.wanted.keys().chain(self.serving.keys()) {
            let old = self.serving.get(id);
            let chosen = match self.built.get(id) {
                _ if self.excluded.contains(id) => None,
                _ if self.held.contains(id) => old,
                Some(Some(new)) => Some(new),
                Some(None) => old,
                None if self.wanted.contains_key(id) => old,
                None => None,
            };
            if let Some(version) = chosen {
                plugins.insert(id.clone(), version.clone());
            }
        }
        plugins
    }

    /// Whether a plugin would be another one than the one that serves.
    fn is_changed(&self, id: &str, outcome: &BTreeMap<String, V>) -> bool {
        match (self.serving.get(id), outcome.get(id)) {
            (Some(old), Some(new)) => !(self.same)(old, new),
            (old, new) => old.is_some() != new.is_some(),
        }
    }

    /// What would change, in the order in which it can be tried one after the other: each with all that goes live
    /// together with it.
    pub fn steps(&self) -> Vec<BTreeSet<String>> {
        let outcome = self.outcome();
        let ids: BTreeSet<&String> = outcome.keys().chain(self.serving.keys()).collect();
        let mut left: BTreeSet<String> =
            ids.into_iter().filter(|id| self.is_changed(id, &outcome)).cloned().collect();
        let mut steps = Vec::new();
        while let Some(id) = left.first() {
            let group: BTreeSet<String> = self.group(id).intersection(&left).cloned().collect();
            left.retain(|id| !group.contains(id));
            steps.push(group);
        }
        steps
    }

    /// Those that go live together with `id`, itself included.
    fn group(&self, id: &str) -> BTreeSet<String> {
        let everyone: BTreeSet<String> = self.wanted.keys().chain(self.serving.keys()).cloned().collect();
        self.groups.of(id, everyone.iter())
    }

    /// Whether it takes the place of a plugin that serves and is not wanted any more: it is called otherwise now.
    fn replaces(&self, id: &str) -> bool {
        let gone = |was: &String| self.serving.contains_key(was) && !self.wanted.contains_key(was);
        self.wanted.get(id).is_some_and(|ties| ties.was.iter().any(gone))
    }

    /// Leaves a plugin out. One that serves stays as it is, with all that goes live with it; one that never did
    /// stays away, alone. Says whether that changed anything.
    pub fn refuse(&mut self, id: &str) -> bool {
        let mut excluded = false;
        if !self.serving.contains_key(id) {
            excluded = self.excluded.insert(id.to_owned());
            // Where it takes the place of one that serves, that one stays.
            if !self.replaces(id) {
                return excluded;
            }
        }
        let before = self.held.len();
        for other in self.group(id) {
            if other != id {
                self.by.entry(other.clone()).or_default().insert(id.to_owned());
            }
            self.held.insert(other);
        }
        excluded || self.held.len() > before
    }

    /// Leaves out who builds on a newcomer that stays away: such ones stay as they are, or away. Each with what it
    /// lacks.
    pub fn refuse_dependents(&mut self) -> Vec<(String, String)> {
        let mut refused = Vec::new();
        loop {
            let out = |id: &String| self.excluded.contains(id);
            let lacking = self.wanted.iter().find_map(|(id, ties)| {
                let lacks = ties.depends.iter().find(|id| out(id) && self.wanted.contains_key(*id))?;
                let known = out(id) || self.held.contains(id);
                (!known).then(|| (id.clone(), lacks.clone()))
            });
            let Some((id, lacks)) = lacking else { return refused };
            let moved = self.refuse(&id);
            refused.push((id, lacks));
            if !moved {
                return refused;
            }
        }
    }

    /// Leaves a plugin out though it serves. Says whether that changed anything.
    pub fn exclude(&mut self, id: &str) -> bool {
        self.excluded.insert(id.to_owned())
    }

    /// Leaves plugins as they are, by themselves.
    pub fn hold(&mut self, ids: &BTreeSet<String>) {
        self.held.extend(ids.iter().cloned());
    }

    /// What changed and stays as it is.
    pub fn held(&self) -> Vec<String> {
        self.held.iter().filter(|id| self.built.contains_key(*id)).cloned().collect()
    }

    /// What changed, though nothing is wrong with it, and waits: for whom.
    pub fn waiting<'p>(
        &'p self,
        is_wrong: impl Fn(&str) -> bool + 'p,
    ) -> impl Iterator<Item = (&'p String, &'p BTreeSet<String>)> {
        self.by.iter().filter(move |(id, _)| self.built.contains_key(*id) && !is_wrong(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Plan = ReloadPlan<u32>;

    /// `serving` and `built` as `a1 b2`, a version that could not be built as `a!`; `wanted` as `a b>a c=b`: b builds
    /// on a, c was called b. Who builds on what changes is tied to it.
    fn plan(serving: &str, wanted: &str, built: &str) -> Plan {
        let versions = |text: &str| {
            let one = |word: &str| (word[..1].to_owned(), word[1..].parse().ok());
            text.split_whitespace().map(one).collect::<BTreeMap<String, Option<u32>>>()
        };
        let built = versions(built);
        let mut groups = PluginGroups::default();
        let ties = |word: &str| {
            let list = |mark: char| match word.split_once(mark) {
                Some((_, ids)) => ids.chars().map(String::from).collect(),
                None => Vec::new(),
            };
            (word[..1].to_owned(), PluginTies { depends: list('>'), was: list('=') })
        };
        let wanted: BTreeMap<String, PluginTies> = wanted.split_whitespace().map(ties).collect();
        for (id, ties) in &wanted {
            groups.add(id);
            ties.depends.iter().filter(|other| built.contains_key(*other)).for_each(|o| groups.tie(id, o));
            ties.was.iter().for_each(|other| groups.tie(id, other));
        }
        let serving =
            versions(serving).into_iter().filter_map(|(id, version)| Some((id, version?))).collect();
        Plan::new(serving, wanted, built, groups, |a, b| a == b)
    }

    fn shown(plan: &Plan) -> String {
        let one = |(id, version): (String, u32)| format!("{id}{version}");
        plan.outcome().into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn steps(plan: &Plan) -> Vec<String> {
        plan.steps().into_iter().map(|step| step.into_iter().collect::<String>()).collect()
    }

    fn waiting(plan: &Plan) -> Vec<String> {
        let one = |(id, by): (&String, &BTreeSet<String>)| {
            format!("{id} for {}", by.iter().cloned().collect::<String>())
        };
        plan.waiting(|_| false).map(one).collect()
    }

    #[test]
    fn what_could_be_built_goes_live_and_what_is_gone_goes() {
        let plan = plan("a1 b1 c1", "a b d", "a2 d1");
        assert_eq!(shown(&plan), "a2 b1 d1");
        assert_eq!(steps(&plan), ["a", "c", "d"]);
    }

    #[test]
    fn what_could_not_be_built_stays_as_it_is_or_away() {
        assert_eq!(shown(&plan("a1", "a b", "a! b!")), "a1");
    }

    #[test]
    fn who_builds_on_what_fails_waits_for_it() {
        let mut plan = plan("a1 b1 c1", "a b>a c", "a! b2 c2");
        assert!(plan.refuse("a") && !plan.refuse("a"));
        assert_eq!(shown(&plan), "a1 b1 c2");
        assert_eq!((plan.held(), waiting(&plan)), (vec!["a".into(), "b".into()], vec!["b for a".to_owned()]));
    }

    #[test]
    fn a_newcomer_that_fails_stays_away_with_who_builds_on_it() {
        let mut plan = plan("c1", "a b>a c", "a! b1 c2");
        assert!(plan.refuse("a"));
        assert_eq!(plan.refuse_dependents(), [("b".to_owned(), "a".to_owned())]);
        assert_eq!(shown(&plan), "c2");
        assert_eq!(waiting(&plan), Vec::<String>::new());
    }

    #[test]
    fn one_that_has_another_name_takes_the_place_of_the_old_one_or_the_old_one_stays() {
        let mut plan = plan("b1", "c=b", "c1");
        assert_eq!((shown(&plan), steps(&plan)), ("c1".to_owned(), vec!["bc".to_owned()]));
        assert!(plan.refuse("c"));
        assert_eq!(shown(&plan), "b1");
    }

    #[test]
    fn what_is_tied_is_tried_together() {
        let plan = plan("a1 b1 c1 d1", "a b>a c d>c", "a2 b2 c2");
        assert_eq!(steps(&plan), ["ab", "c"]);
    }

    #[test]
    fn one_that_serves_can_be_left_out() {
        let mut plan = plan("a1 b1", "a b", "");
        assert!(plan.exclude("a"));
        assert_eq!((shown(&plan), steps(&plan)), ("b1".to_owned(), vec!["a".to_owned()]));
    }
}
