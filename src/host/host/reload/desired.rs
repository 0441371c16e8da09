//! What should be loaded: what lies on disk, with what may not go yet taken from what serves; and what of it
//! could be built.

use crate::{
    host::{Host, reload::Faults},
    lifecycle::{
        load::{Loader, at_dependency, declaration},
        reload_report::ReloadReport,
        serving::{BuiltGroup, PluginSources, ServingPlugins},
    },
    plugin::{
        fault::{Fault, FaultKind},
        source::{FolderScan, PluginSource},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

impl Host {
    // What should be loaded: the scan, with what may not go yet taken from what serves.
    pub(super) fn wanted(
        &self,
        live: &mut ServingPlugins,
        scan: FolderScan,
        faults: &mut Faults,
        report: &mut ReloadReport,
    ) -> PluginSources {
        let mut wanted = scan.plugins;
        let first = live.number == 0;
        let lost: BTreeSet<usize> = scan.faults.keys().filter_map(|id| self.layer_called(id)).collect();
        for (id, fault) in scan.faults {
            faults.entry(id).or_default().push(fault);
        }
        // A file that was emptied counts as missing: few mean it, most are writing.
        wanted.retain(|id, source| match live.loaded.get(id) {
            Some(old) if source.was_emptied(&old.source) => {
                let since = live.missing.entry(id.clone()).or_insert_with(Instant::now);
                since.elapsed() >= self.config().grace
            }
            _ => true,
        });
        live.missing.retain(|id, _| !wanted.contains_key(id));
        for (id, loaded) in &live.loaded {
            if wanted.contains_key(id) || wanted.values().any(|source| source.manifest.was.contains(id)) {
                continue;
            }
            let unreadable = faults.contains_key(id) || lost.contains(&loaded.source.layer);
            let needed_by: Vec<_> =
                wanted.values().filter(|s| s.manifest.depends.contains(id)).map(|s| s.id.clone()).collect();
            let since = *live.missing.entry(id.clone()).or_insert_with(Instant::now);
            // While nothing ran nothing was being moved.
            let in_grace = !first && since.elapsed() < self.config().grace;
            if !unreadable && !needed_by.is_empty() && !in_grace {
                let text = format!(
                    "was removed from disk, but {} depends on it; it stays loaded",
                    needed_by.join(", ")
                );
                faults.entry(id.clone()).or_default().push(declaration(&loaded.source, text));
            }
            report.waiting |= !unreadable && in_grace;
            if unreadable || in_grace || !needed_by.is_empty() {
                wanted.insert(id.clone(), loaded.source.clone());
            }
        }
        wanted
    }
}

pub(super) fn build_changed(
    loader: &Loader<'_>,
    live: &ServingPlugins,
    wanted: &PluginSources,
    faults: &mut BTreeMap<String, Vec<Fault>>,
) -> BuiltGroup {
    let mut built = BuiltGroup::new();
    let mut pending: Vec<&PluginSource> = wanted.values().collect();
    // Dependencies first, so that a dependent of a failed one says so instead of failing oddly.
    pending.sort_by_key(|s| loader.dependencies(s, wanted).map_or(usize::MAX, |d| d.len()));
    for source in pending {
        let unchanged = live
            .loaded
            .get(&source.id)
            .is_some_and(|old| loader.rule_hash(source, wanted).is_ok_and(|hash| hash == old.rule_hash()));
        if !unchanged || live.number == 0 {
            loader.tell_of_names(source, wanted);
        }
        if unchanged {
            continue;
        }
        let broken = source.manifest.depends.iter().find(|id| faults.contains_key(*id));
        let outcome = match broken {
            Some(id) => Err(vec![Fault {
                kind: FaultKind::Declaration,
                ..at_dependency(source, id, format!("depends on \"{id}\", which failed to load"))
            }]),
            None => loader.build(source, wanted).map(Arc::new),
        };
        if let Err(found) = &outcome {
            faults.entry(source.id.clone()).or_default().extend(found.iter().cloned());
        }
        built.insert(source.id.clone(), outcome);
    }
    built
}
