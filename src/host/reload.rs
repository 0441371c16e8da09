//! Takes a scan of the folders live: builds what changed aside, group by group, whole or not at all.

use crate::{
    assemble::assemble,
    candidate::source_of,
    fault::{Fault, FaultKind},
    generation::Generation,
    group::Groups,
    host::Host,
    load::{Loaded, Loader, at_dependency, declaration},
    pin::Pinned,
    source::{PluginSource, Scan},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::Instant,
};

/// What serves, and what is wrong with what is on disk. Owned by the reloading thread at a time.
#[derive(Default)]
pub struct Live {
    pub(crate) loaded: BTreeMap<String, Arc<Loaded>>,
    pub(crate) faults: BTreeMap<String, Vec<Fault>>,
    pub(crate) restored: BTreeSet<String>,
    pub(crate) missing: BTreeMap<String, Instant>,
    pub(crate) number: u64,
    pub(crate) waiting: bool,
    /// What is held at a kept version, whatever lies in the folder.
    pub(crate) pinned: BTreeMap<String, Pinned>,
    /// What was pinned until now: its state is where it left it.
    pub(crate) unpinned: BTreeSet<String>,
}

/// What a reload came to.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Report {
    /// The generation that serves now.
    pub generation: u64,
    /// Plugins that are new or changed and went live.
    pub live: Vec<String>,
    /// Plugins that are gone.
    pub removed: Vec<String>,
    /// Plugins whose change was held back, with the group they belong to.
    pub held: Vec<String>,
    /// Everything that is wrong at present.
    pub faults: Vec<Fault>,
    /// Whether a removal waits for its grace time, so that another look is due.
    pub waiting: bool,
}

type Sources = BTreeMap<String, PluginSource>;
type Built = BTreeMap<String, Result<Arc<Loaded>, Vec<Fault>>>;

impl Host {
    /// Builds what changed and swaps it in. The caller holds `live`, so reloads never overlap.
    pub(crate) fn take_live(&self, live: &mut Live, mut scan: Scan) -> Report {
        let parts = self.loader();
        let loader = parts.borrow();
        let mut report = Report::default();
        let mut faults: BTreeMap<String, Vec<Fault>> = BTreeMap::new();
        let pinned = self.pin(&mut scan);
        live.unpinned = live.pinned.keys().filter(|id| !pinned.contains_key(*id)).cloned().collect();
        live.pinned = pinned;
        let on_disk: BTreeSet<String> = scan.plugins.keys().cloned().collect();
        let wanted = self.wanted(live, scan, &mut faults, &mut report);
        let built = build_changed(&loader, live, &wanted, &mut faults);
        let groups = tie(&loader, live, &wanted, &built);

        let mut held: BTreeSet<String> = BTreeSet::new();
        let mut excluded: BTreeSet<String> = BTreeSet::new();
        let everyone: BTreeSet<String> = wanted.keys().chain(live.loaded.keys()).cloned().collect();
        for id in faults.keys() {
            blame(id, live, &groups, &everyone, &mut held, &mut excluded);
        }
        let candidate = loop {
            let (plugins, restored) = self.choose_plugins(live, &wanted, &built, &held, &excluded, &faults);
            let outcome = self.try_candidate(live.number + 1, &plugins, live);
            match outcome {
                Ok(generation) => break Some((plugins, restored, generation)),
                Err(found) => {
                    let before = (held.len(), excluded.len());
                    for fault in found {
                        let id = fault.plugin.clone();
                        faults.entry(id.clone()).or_default().push(fault);
                        blame(&id, live, &groups, &everyone, &mut held, &mut excluded);
                    }
                    if (held.len(), excluded.len()) == before {
                        // Nothing more to leave out: what serves goes on serving.
                        break None;
                    }
                }
            }
        };
        let first = live.number == 0;
        report.held = held.iter().filter(|id| built.contains_key(*id)).cloned().collect();
        if let Some((plugins, restored, generation)) = candidate {
            live.restored.extend(restored);
            self.swap(live, plugins, generation, &mut report);
        }
        let lost = faults.keys().any(|id| self.layer_called(id).is_some());
        if first && live.number > 0 && !lost {
            let gone = |id: &String| !live.loaded.contains_key(id) && !faults.contains_key(id);
            let served = self.store().version_plugins().unwrap_or_default();
            self.retire(&served.into_iter().filter(gone).collect::<Vec<_>>());
        }
        // Once it can be read and is whole again, it is no longer an earlier one that serves.
        live.restored.retain(|id| faults.contains_key(id) || !on_disk.contains(id));
        live.faults = faults;
        live.waiting = report.waiting;
        report.generation = live.number;
        report.faults = live.faults.values().flatten().cloned().collect();
        if **self.inner.trouble.load() != report.faults {
            self.inner.trouble.store(Arc::new(report.faults.clone()));
        }
        self.say(live, &report);
        report
    }

    // What should be loaded: the scan, with what may not go yet taken from what serves.
    fn wanted(
        &self,
        live: &mut Live,
        scan: Scan,
        faults: &mut BTreeMap<String, Vec<Fault>>,
        report: &mut Report,
    ) -> Sources {
        let mut wanted = scan.plugins;
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
            if wanted.contains_key(id) {
                continue;
            }
            let unreadable = faults.contains_key(id) || lost.contains(&loaded.source.layer);
            let needed_by: Vec<_> =
                wanted.values().filter(|s| s.manifest.depends.contains(id)).map(|s| s.id.clone()).collect();
            let since = *live.missing.entry(id.clone()).or_insert_with(Instant::now);
            let in_grace = since.elapsed() < self.config().grace;
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

    // The plugins of the candidate: changed ones where nothing holds them back.
    fn choose_plugins(
        &self,
        live: &Live,
        wanted: &Sources,
        built: &Built,
        held: &BTreeSet<String>,
        excluded: &BTreeSet<String>,
        faults: &BTreeMap<String, Vec<Fault>>,
    ) -> (BTreeMap<String, Arc<Loaded>>, BTreeSet<String>) {
        let (mut plugins, mut restored) = (BTreeMap::new(), BTreeSet::new());
        for id in wanted.keys().chain(live.loaded.keys()) {
            let old = live.loaded.get(id);
            let chosen = match built.get(id) {
                _ if held.contains(id) => old,
                _ if excluded.contains(id) => None,
                Some(Ok(new)) => Some(new),
                Some(Err(_)) => old,
                None if wanted.contains_key(id) => old,
                None => None,
            };
            if let Some(loaded) = chosen {
                plugins.insert(id.clone(), loaded.clone());
            }
        }
        if live.number == 0 {
            let mut broken: BTreeSet<String> = faults.keys().cloned().collect();
            // A folder that cannot be read at all names none of its plugins; the store does.
            let lost = faults.keys().find_map(|id| self.layer_called(id));
            if lost.is_some() {
                broken.extend(self.store().version_plugins().unwrap_or_else(|error| {
                    tracing::error!(error, "The plugins that served last cannot be listed.");
                    Vec::new()
                }));
            }
            broken.retain(|id| !plugins.contains_key(id));
            let kept = |id: String| {
                let layer = wanted.get(&id).map(|source| source.layer).or(lost).unwrap_or(0);
                Some((id.clone(), self.last_good_source(&id, layer)?))
            };
            let kept: Sources = broken.into_iter().filter_map(kept).collect();
            let mut all = wanted.clone();
            all.extend(kept.clone());
            for id in kept.into_keys() {
                if let Some(loaded) = self.last_good(&id, &all) {
                    restored.insert(id.clone());
                    plugins.insert(id, loaded);
                }
            }
        }
        (plugins, restored)
    }

    // At a start with a broken plugin, the version that served last, among all that will serve.
    fn last_good(&self, id: &str, all: &Sources) -> Option<Arc<Loaded>> {
        self.loader().borrow().build(all.get(id)?, all).ok().map(Arc::new)
    }

    fn last_good_source(&self, id: &str, layer: usize) -> Option<PluginSource> {
        let stored = self.store().version_last_good(id).unwrap_or_else(|error| {
            tracing::error!(plugin = id, error, "The last good version cannot be read.");
            None
        })?;
        source_of(stored, layer).ok()
    }

    // The folder of plugins that a fault of a whole folder names.
    pub(crate) fn layer_called(&self, id: &str) -> Option<usize> {
        let config = self.config();
        let named = |folder: &PathBuf| folder.display().to_string() == id;
        // Libraries are shared by all offices, as the first folder of scripts is.
        let libraries = config.native.folders.iter().any(named).then_some(0);
        config.folders.iter().position(named).or(libraries)
    }

    // What is gone for good is no last good version at the next start.
    fn retire(&self, gone: &[String]) {
        for id in gone {
            if let Err(error) = self.store().version_retire(id) {
                tracing::error!(plugin = %id, error, "Its removal could not be kept for a restart.");
            }
        }
    }

    fn try_candidate(
        &self,
        number: u64,
        plugins: &BTreeMap<String, Arc<Loaded>>,
        live: &Live,
    ) -> Result<Arc<Generation>, Vec<Fault>> {
        let loaded = plugins.values().map(|l| &**l);
        let generation = assemble(number, loaded, self.contract(), &self.config())?.counted(self.counters());
        let generation = Arc::new(generation);
        self.validate(&generation)?;
        let fresh =
            plugins.iter().filter(|(id, l)| !live.loaded.get(*id).is_some_and(|old| Arc::ptr_eq(old, l)));
        let mut faults = Vec::new();
        for (_, loaded) in fresh {
            faults.extend(self.greet(&generation, loaded, live).err());
        }
        if faults.is_empty() { Ok(generation) } else { Err(faults) }
    }

    fn swap(
        &self,
        live: &mut Live,
        plugins: BTreeMap<String, Arc<Loaded>>,
        generation: Arc<Generation>,
        report: &mut Report,
    ) {
        let same = plugins.len() == live.loaded.len()
            && plugins.iter().all(|(id, l)| live.loaded.get(id).is_some_and(|old| Arc::ptr_eq(old, l)));
        if same && live.number > 0 && !self.choice_changed(&generation) {
            return;
        }
        for (id, loaded) in &plugins {
            if live.loaded.get(id).is_some_and(|old| Arc::ptr_eq(old, loaded)) {
                continue;
            }
            report.live.push(id.clone());
            self.quarantine().forget(id);
            if live.pinned.contains_key(id) {
                // It is kept already, and its place in the order is when it went live by itself.
                continue;
            }
            let version = crate::storage::StoredVersion {
                plugin: id.clone(),
                content_hash: loaded.source.content_hash.clone(),
                files: loaded.source.files.iter().map(|(p, b)| (p.clone(), b.to_vec())).collect(),
            };
            if let Err(error) = self.store().version_keep(&version) {
                tracing::error!(plugin = %id, error, "The version went live but could not be kept for a restart.");
            }
        }
        let gone = |id: &&String| !plugins.contains_key(*id);
        report.removed = live.loaded.keys().filter(gone).cloned().collect();
        self.retire(&report.removed);
        live.restored.retain(|id| live.number == 0 || !report.live.contains(id));
        let leaving: Vec<Arc<Loaded>> = live
            .loaded
            .iter()
            .filter(|(id, old)| !plugins.get(*id).is_some_and(|new| Arc::ptr_eq(old, new)))
            .map(|(_, old)| old.clone())
            .collect();
        live.number = generation.number;
        live.loaded = plugins;
        self.exchange(generation, leaving);
    }

    /// Whether a removal waits for its grace time.
    pub(crate) fn is_waiting(&self) -> bool {
        self.live().waiting
    }

    // Loud: what is wrong, where, and what serves instead.
    fn say(&self, live: &Live, report: &Report) {
        for fault in &report.faults {
            let serves = match live.loaded.get(&fault.plugin) {
                Some(old) => format!(
                    "version {} ({}) serves",
                    old.instance.body.info.version,
                    &old.source.content_hash[..12]
                ),
                None if self.layer_called(&fault.plugin).is_some() => "its plugins serve as they were".into(),
                None => "nothing serves in its place".into(),
            };
            tracing::error!(office = %self.config().office, plugin = %fault.plugin, "{fault}; {serves}.");
        }
        for (id, pin) in live.pinned.iter().filter(|(_, pin)| pin.in_folder.is_some()) {
            let office = &self.config().office;
            let pinned = &pin.content_hash;
            tracing::warn!(office, plugin = %id, pinned, "It is pinned; unpin it to take what lies in the folder.");
        }
        if !report.live.is_empty() || !report.removed.is_empty() {
            let (live, removed) = (report.live.join(", "), report.removed.join(", "));
            tracing::info!(office = %self.config().office, generation = report.generation, live, removed, "Plugins went live.");
        }
    }
}

// A plugin that serves keeps its whole group as it is; one that never did is left out alone.
fn blame(
    id: &str,
    live: &Live,
    groups: &Groups,
    everyone: &BTreeSet<String>,
    held: &mut BTreeSet<String>,
    excluded: &mut BTreeSet<String>,
) {
    if live.loaded.contains_key(id) {
        held.extend(groups.of(id, everyone.iter()));
    } else {
        excluded.insert(id.to_owned());
    }
}

fn build_changed(
    loader: &Loader<'_>,
    live: &Live,
    wanted: &Sources,
    faults: &mut BTreeMap<String, Vec<Fault>>,
) -> Built {
    let mut built = Built::new();
    let mut pending: Vec<&PluginSource> = wanted.values().collect();
    // Dependencies first, so that a dependent of a failed one says so instead of failing oddly.
    pending.sort_by_key(|s| loader.dependencies(s, wanted).map_or(usize::MAX, |d| d.len()));
    for source in pending {
        let unchanged = live
            .loaded
            .get(&source.id)
            .is_some_and(|old| loader.rule_hash(source, wanted).is_ok_and(|hash| hash == old.rule_hash()));
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

fn tie(loader: &Loader<'_>, live: &Live, wanted: &Sources, built: &Built) -> Groups {
    let mut groups = Groups::default();
    for source in wanted.values() {
        groups.add(&source.id);
        source.manifest.depends.iter().for_each(|d| groups.tie(&source.id, d));
    }
    let Some(option) = loader.contract.group_by else { return groups };
    let fresh = built.values().filter_map(|b| b.as_ref().ok());
    for loaded in live.loaded.values().chain(fresh) {
        for handler in &loaded.handlers {
            let owns = loader.contract.point(handler.point).is_some_and(|p| p.shorthand == Some(option));
            for name in handler.words(if owns { "id" } else { option }) {
                // A space cannot be in an id, so nothing shared collides with a plugin.
                groups.tie(&loaded.source.id, &format!("{option} {name}"));
            }
        }
    }
    groups
}
