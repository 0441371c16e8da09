//! Which plugins go live together, and who waits for whom while something is broken.

use crate::lifecycle::{
    group::PluginGroups,
    load::Loader,
    serving::{BuiltGroup, Held, PluginSources, Serving},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

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
pub(crate) fn told<'p>(
    waiting: impl Iterator<Item = (&'p String, &'p BTreeSet<String>)>,
    before: &BTreeMap<String, Held>,
) -> BTreeMap<String, Held> {
    let now = Timestamp::now().as_second();
    waiting
        .map(|(id, by)| {
            let since = before.get(id).map_or(now, |held| held.since);
            (id.clone(), Held { by: by.iter().cloned().collect(), since })
        })
        .collect()
}
