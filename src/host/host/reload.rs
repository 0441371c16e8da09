//! Takes a scan of the folders live: builds what changed aside, group by group, whole or not at all.

mod desired;
mod refusal;

use crate::{
    dispatch::generation::Generation,
    host::{
        Host,
        reload::refusal::{again_after, refuse_dependents},
        restore::Restored,
        staging::source_of,
    },
    lifecycle::{
        assemble::{Assembled, assemble},
        hold::{tie, told},
        load::{Loaded, Loader},
        objection::{Claims, Objection},
        plan::{PluginTies, ReloadPlan},
        reload_report::ReloadReport,
        serving::{BuiltGroup, PluginSources, Serving, ServingPlugins},
    },
    plugin::{
        fault::Fault,
        source::{FolderScan, PluginSource},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use crate::host::reload::desired::build_changed;

/// The longest pause before what failed for want of time or memory is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

type Faults = BTreeMap<String, Vec<Fault>>;

/// What could go live.
struct StagedGroup {
    plugins: Serving,
    generation: Arc<Generation>,
    claims: Claims,
}

/// Of loaded plugins.
type PluginPlan = ReloadPlan<Arc<Loaded>>;

impl Host {
    /// Builds what changed and swaps it in. The caller holds `live`, so reloads never overlap.
    pub(crate) fn take_live(&self, live: &mut ServingPlugins, mut scan: FolderScan) -> ReloadReport {
        let parts = self.loader();
        let loader = parts.borrow();
        let mut report = ReloadReport::default();
        let mut faults = Faults::new();
        self.note_scan(live, &mut scan);
        let first = live.number == 0;
        let restored = if first { self.restored(&scan) } else { None };
        if let Some(Restored { plugins, claims, .. }) = &restored {
            (live.loaded, live.claims) = (plugins.clone(), claims.clone());
        }
        let on_disk: BTreeSet<String> = scan.plugins.keys().cloned().collect();
        let wanted = self.wanted(live, scan, &mut faults, &mut report);
        let built = build_changed(&loader, live, &wanted, &mut faults);
        let mut plan = plan_of(&loader, live, &wanted, &built);
        for id in faults.keys() {
            plan.refuse(id);
        }
        let ready = self.settle(live, &wanted, &mut plan, &mut faults);
        report.held = plan.held();
        let ready = ready.or_else(|| {
            // Nothing new can serve: what served last does.
            restored.map(|Restored { generation, plugins, claims }| StagedGroup {
                plugins,
                generation,
                claims,
            })
        });
        if let Some(ready) = ready {
            if first {
                let odd = |id: &&String| faults.contains_key(*id) || !on_disk.contains(*id);
                let kept =
                    |id: &&String| ready.plugins.get(*id).is_some_and(|new| same(live.loaded.get(*id), new));
                live.restored = live.loaded.keys().filter(kept).filter(odd).cloned().collect();
            }
            self.swap(live, ready, &mut report);
        }
        if first {
            self.retire_lost(live, &faults);
        }
        // Once it can be read and is whole again, it is no longer an earlier one that serves.
        live.restored.retain(|id| faults.contains_key(id) || !on_disk.contains(id));
        live.held = told(plan.waiting(|id| faults.contains_key(id)), &live.held);
        self.conclude(live, faults, &mut report);
        report
    }

    /// What lies in the folders is known from now on, and pinned plugins are what they are pinned to.
    fn note_scan(&self, live: &mut ServingPlugins, scan: &mut FolderScan) {
        live.digest.clone_from(&scan.digest);
        live.manifests =
            scan.plugins.iter().map(|(id, found)| (id.clone(), found.manifest.clone())).collect();
        let passed_over = std::mem::take(&mut scan.passed_over);
        for (path, why) in passed_over.iter().filter(|(path, _)| !live.passed_over.contains_key(*path)) {
            tracing::warn!(office = %self.config().office, path, "It {why}, and is passed over.");
        }
        live.passed_over = passed_over;
        let pinned = self.pin(scan);
        live.unpinned = live.pinned.keys().filter(|id| !pinned.contains_key(*id)).cloned().collect();
        live.pinned = pinned;
    }

    /// Tries what the plan says, and tells it what failed, until what is left could serve.
    fn settle(
        &self,
        live: &ServingPlugins,
        wanted: &PluginSources,
        plan: &mut PluginPlan,
        faults: &mut Faults,
    ) -> Option<StagedGroup> {
        loop {
            refuse_dependents(plan, wanted, faults);
            let plugins = plan.outcome();
            let tried = self.looked_through(live, plugins.clone());
            let (objections, begun) = match tried.map(|ready| self.begun(live, ready)) {
                Ok(Ok(ready)) => return Some(ready),
                Ok(Err(objections)) => (objections, true),
                Err(objections) => (objections, false),
            };
            let is_new = |id: &str| self.is_new(live, &plugins, id);
            let losers = |objection: Objection| match objection {
                Objection::Fault(fault) => vec![fault],
                Objection::Conflict(conflict) => conflict.losers(&live.claims, is_new),
            };
            let losers: Vec<Fault> = objections.into_iter().flat_map(losers).collect();
            let mut moved = false;
            for fault in &losers {
                moved |= match is_new(&fault.plugin) || !live.loaded.contains_key(&fault.plugin) {
                    true => plan.refuse(&fault.plugin),
                    // At a start what served last may fail to begin: then it stays away.
                    false => live.number == 0 && begun && plan.exclude(&fault.plugin),
                };
            }
            if !moved {
                // Who is blamed did not change: what changed beside it is at fault.
                return self.one_by_one(live, wanted, plan, faults, losers);
            }
            add(faults, losers);
        }
    }

    // What served before this start and is gone is no last good version any more.
    fn retire_lost(&self, live: &ServingPlugins, faults: &Faults) {
        let lost = faults.keys().any(|id| self.layer_called(id).is_some());
        if live.number > 0 && !lost {
            let gone = |id: &String| !live.loaded.contains_key(id) && !faults.contains_key(id);
            let served = self.store().version_plugins().unwrap_or_default();
            self.retire(&served.into_iter().filter(gone).collect::<Vec<_>>());
        }
    }

    /// Remembers what is wrong, and tells it.
    fn conclude(&self, live: &mut ServingPlugins, faults: Faults, report: &mut ReloadReport) {
        live.again = again_after(&faults, live.again);
        live.faults = faults;
        live.waiting = report.waiting;
        report.generation = live.number;
        report.faults = live.faults.values().flatten().cloned().collect();
        if **self.inner.trouble.load() != report.faults {
            self.inner.trouble.store(Arc::new(report.faults.clone()));
        }
        self.say(live, report);
    }

    /// Whether a plugin is other than it was, or acts where it did not.
    fn is_new(&self, live: &ServingPlugins, plugins: &Serving, id: &str) -> bool {
        let changed = plugins.get(id).is_some_and(|new| !same(live.loaded.get(id), new));
        changed || (live.number > 0 && self.acts_otherwise(id))
    }

    pub(crate) fn last_good_source(&self, id: &str, layer: usize) -> Option<PluginSource> {
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

    /// A generation of these plugins that could serve; none of them was told yet.
    fn looked_through(&self, live: &ServingPlugins, plugins: Serving) -> Result<StagedGroup, Vec<Objection>> {
        let loaded = plugins.values().map(|l| &**l);
        let Assembled { generation, open } =
            assemble(live.number + 1, loaded, self.contract(), &self.config())?;
        let generation = Arc::new(generation.counted(self.counters()));
        let claims = self.validate(&generation)?;
        // What served like this goes on; what is new must be clear.
        let open = open.into_iter().filter(|conflict| conflict.is_new(|id| self.is_new(live, &plugins, id)));
        let open: Vec<Objection> = open.map(Objection::Conflict).collect();
        if open.is_empty() { Ok(StagedGroup { plugins, generation, claims }) } else { Err(open) }
    }

    /// The same, with its plugins told that they begin.
    fn begun(&self, live: &ServingPlugins, ready: StagedGroup) -> Result<StagedGroup, Vec<Objection>> {
        // A start is a beginning for all of them.
        let begins = |id: &String, loaded| live.number == 0 || !same(live.loaded.get(id), loaded);
        let fresh = ready.plugins.iter().filter(|(id, loaded)| begins(id, loaded));
        let failed = fresh.filter_map(|(_, loaded)| self.greet(&ready.generation, loaded, live).err());
        let faults: Vec<Objection> = failed.map(Objection::Fault).collect();
        if faults.is_empty() { Ok(ready) } else { Err(faults) }
    }

    fn swap(&self, live: &mut ServingPlugins, ready: StagedGroup, report: &mut ReloadReport) {
        let StagedGroup { plugins, generation, claims } = ready;
        let unchanged = plugins.len() == live.loaded.len()
            && plugins.iter().all(|(id, loaded)| same(live.loaded.get(id), loaded));
        if unchanged && live.number > 0 && self.generation().recipe == generation.recipe {
            return;
        }
        for (id, loaded) in &plugins {
            if same(live.loaded.get(id), loaded) {
                continue;
            }
            report.live.push(id.clone());
            self.quarantine().forget(id);
            if live.pinned.contains_key(id) {
                // It is kept already, and its place in the order is when it went live by itself.
                continue;
            }
            let version = crate::plugin::storage::StoredVersion {
                plugin: id.clone(),
                content_hash: loaded.source.content_hash.clone(),
                files: loaded.source.files.iter().map(|(p, b)| (p.clone(), b.to_vec())).collect(),
            };
            if let Err(error) = self.store().version_keep(&version, self.config().quota.versions) {
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
        (live.loaded, live.claims) = (plugins, claims);
        self.note_serving(&generation, &live.loaded);
        self.exchange(generation, leaving);
    }

    // Loud: what is wrong, where, and what serves instead.
    fn say(&self, live: &ServingPlugins, report: &ReloadReport) {
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
            let here = std::env::current_dir().unwrap_or_default();
            tracing::error!(office = %self.config().office, plugin = %fault.plugin, "{}; {serves}.", self.told_from(&here, fault));
        }
        for (id, held) in &live.held {
            let (office, by) = (&self.config().office, held.by.join(", "));
            tracing::warn!(office, plugin = %id, by, "What is on disk waits until what it goes live with is whole.");
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

/// All that could be built goes live, as far as nothing is known to be wrong.
fn plan_of(
    loader: &Loader<'_>,
    live: &ServingPlugins,
    wanted: &PluginSources,
    built: &BuiltGroup,
) -> PluginPlan {
    let ties = |source: &PluginSource| PluginTies {
        depends: source.manifest.depends.clone(),
        was: source.manifest.was.clone(),
    };
    ReloadPlan::new(
        live.loaded.clone(),
        wanted.iter().map(|(id, source)| (id.clone(), ties(source))).collect(),
        built.iter().map(|(id, built)| (id.clone(), built.as_ref().ok().cloned())).collect(),
        tie(loader, &live.loaded, wanted, built),
        Arc::ptr_eq,
    )
}

fn same(old: Option<&Arc<Loaded>>, new: &Arc<Loaded>) -> bool {
    old.is_some_and(|old| Arc::ptr_eq(old, new))
}

fn add(faults: &mut Faults, found: Vec<Fault>) {
    for fault in found {
        let own = faults.entry(fault.plugin.clone()).or_default();
        if !own.contains(&fault) {
            own.push(fault);
        }
    }
}
