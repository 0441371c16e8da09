//! Which plugins go live together, and who waits for whom while something is broken.

use crate::{
    lifecycle::{
        group::PluginGroups,
        load::Loader,
        serving::{BuiltGroup, Held, PluginSources, Serving},
    },
    plugin::source::PluginSource,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Who is left out of what goes live.
pub(crate) struct Verdict {
    groups: PluginGroups,
    everyone: BTreeSet<String>,
    replacing: BTreeSet<String>,
    /// They stay as they are, or away if they were not there.
    pub held: BTreeSet<String>,
    /// They are not there, whatever was.
    pub excluded: BTreeSet<String>,
    /// By whom each is held.
    pub by: BTreeMap<String, BTreeSet<String>>,
}

impl Verdict {
    pub fn new(groups: PluginGroups, everyone: BTreeSet<String>, replacing: BTreeSet<String>) -> Verdict {
        let (held, excluded, by) = Default::default();
        Verdict { groups, everyone, replacing, held, excluded, by }
    }

    /// Leaves a plugin out. One that serves stays as it is, with all that goes live with it; one that never did
    /// stays away, alone. Says whether that changed anything.
    pub fn blame(&mut self, id: &str, serving: &Serving) -> bool {
        let mut excluded = false;
        if !serving.contains_key(id) {
            excluded = self.excluded.insert(id.to_owned());
            // Where it takes the place of one that serves, that one stays.
            if !self.replacing.contains(id) {
                return excluded;
            }
        }
        let before = self.held.len();
        for other in self.groups.of(id, self.everyone.iter()) {
            if other != id {
                self.by.entry(other.clone()).or_default().insert(id.to_owned());
            }
            self.held.insert(other);
        }
        excluded || self.held.len() > before
    }

    /// Those that go live together with `id`, itself included.
    pub fn group(&self, id: &str) -> BTreeSet<String> {
        self.groups.of(id, self.everyone.iter())
    }
}

/// Those that take the place of a plugin that serves and is not wanted any more: it is called otherwise now.
pub(crate) fn replacing(serving: &Serving, wanted: &PluginSources) -> BTreeSet<String> {
    let gone = |was: &String| serving.contains_key(was) && !wanted.contains_key(was);
    let replaces = |source: &&PluginSource| source.manifest.was.iter().any(gone);
    wanted.values().filter(replaces).map(|source| source.id.clone()).collect()
}

/// What ties plugins in this reload: whoever builds on a plugin that changes goes live with it, and so does
/// whoever changes with the register that it is about. A plugin that does not change ties nobody.
pub(crate) fn tie(
    loader: &Loader<'_>,
    serving: &Serving,
    wanted: &PluginSources,
    built: &BuiltGroup,
) -> PluginGroups {
    let mut groups = PluginGroups::default();
    for source in wanted.values() {
        groups.add(&source.id);
        let changing = source.manifest.depends.iter().filter(|id| built.contains_key(*id));
        changing.for_each(|id| groups.tie(&source.id, id));
        // One that has another name goes live together with the old one's leaving, or neither does.
        let before =
            source.manifest.was.iter().filter(|was| serving.contains_key(*was) && !wanted.contains_key(*was));
        before.for_each(|was| groups.tie(&source.id, was));
    }
    let Some(option) = loader.contract.group_by else { return groups };
    let fresh = || built.values().filter_map(|b| b.as_ref().ok());
    let owns = |handler: &crate::plugin::handler::Handler| {
        loader.contract.point(handler.point).is_some_and(|p| p.shorthand == Some(option))
    };
    // Names whose owners change, or are broken: then what they had is what is known of them.
    let mut changing: BTreeSet<String> = BTreeSet::new();
    let before = built.keys().filter_map(|id| serving.get(id));
    for loaded in before.chain(fresh()) {
        for handler in loaded.handlers.iter().filter(|handler| owns(handler)) {
            changing.extend(handler.words("id").map(str::to_owned));
        }
    }
    let changed_or_broken = built.keys().filter_map(|id| serving.get(id)).chain(fresh());
    for loaded in changed_or_broken {
        for handler in &loaded.handlers {
            let named = handler.words(if owns(handler) { "id" } else { option });
            for name in named.filter(|name| changing.contains(*name)) {
                // A space cannot be in an id, so nothing shared collides with a plugin.
                groups.tie(&loaded.source.id, &format!("{option} {name}"));
            }
        }
    }
    groups
}

/// What is held back by others, since when, and by whom; what was so before keeps its moment.
pub(crate) fn told(
    verdict: &Verdict,
    waits: impl Fn(&str) -> bool,
    before: &BTreeMap<String, Held>,
) -> BTreeMap<String, Held> {
    let now = Timestamp::now().as_second();
    let waiting = verdict.by.iter().filter(|(id, _)| waits(id));
    waiting
        .map(|(id, by)| {
            let since = before.get(id).map_or(now, |held| held.since);
            (id.clone(), Held { by: by.iter().cloned().collect(), since })
        })
        .collect()
}
