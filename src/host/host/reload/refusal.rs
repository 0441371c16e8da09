//! Who does not go live, where it is not said who is at fault; and when what failed is tried again.

use crate::{
    host::{
        Host,
        reload::{Faults, LONGEST_PAUSE, PluginPlan, StagedGroup, add},
    },
    lifecycle::{
        build_cache::is_passing,
        load::{at_dependency, declaration},
        objection::Objection,
        serving::{PluginSources, ServingPlugins},
    },
    plugin::fault::Fault,
};
use std::time::{Duration, Instant};

impl Host {
    // Takes what changed one after the other, where it is not said which of it is at fault.
    pub(super) fn one_by_one(
        &self,
        live: &ServingPlugins,
        wanted: &PluginSources,
        plan: &mut PluginPlan,
        faults: &mut Faults,
        said: Vec<Fault>,
    ) -> Option<StagedGroup> {
        let (all, steps) = (plan.outcome(), plan.steps());
        let mut plugins = live.loaded.clone();
        if steps.is_empty() {
            add(faults, said);
            return None;
        }
        for group in steps {
            let mut with = plugins.clone();
            for id in &group {
                match all.get(id) {
                    Some(new) => drop(with.insert(id.clone(), new.clone())),
                    None => drop(with.remove(id)),
                }
            }
            match self.looked_through(live, with) {
                Ok(ready) => plugins = ready.plugins,
                Err(objections) => {
                    let found = objections.into_iter().flat_map(Objection::faults).collect::<Vec<_>>();
                    plan.hold(&group);
                    for id in &group {
                        let own = found.iter().filter(|fault| fault.plugin == *id).cloned();
                        let own: Vec<Fault> = own.collect();
                        let of_others =
                            || found.iter().map(|fault| breaks(live, wanted, id, fault)).collect();
                        add(faults, if own.is_empty() { of_others() } else { own });
                    }
                }
            }
        }
        self.begun(live, self.looked_through(live, plugins).ok()?).ok()
    }
}

/// Who builds on a newcomer that stays away stays as it is, or away.
pub(super) fn refuse_dependents(plan: &mut PluginPlan, wanted: &PluginSources, faults: &mut Faults) {
    for (id, lacks) in plan.refuse_dependents() {
        let why = format!("depends on \"{lacks}\", which was refused");
        let fault = wanted.get(&id).map(|source| at_dependency(source, &lacks, why));
        add(faults, fault.into_iter().collect());
    }
}

/// What is said of a plugin whose change, or removal, another one does not stand.
fn breaks(live: &ServingPlugins, wanted: &PluginSources, id: &str, fault: &Fault) -> Fault {
    let what = if wanted.contains_key(id) { "change" } else { "removal" };
    let message = format!("its {what} would leave this: {fault}");
    match wanted.get(id).or_else(|| live.loaded.get(id).map(|loaded| &loaded.source)) {
        Some(source) => declaration(source, message),
        None => Fault { plugin: id.to_owned(), message, ..fault.clone() },
    }
}

/// When what failed for want of something that may be there the next time is tried again.
pub(super) fn again_after(
    faults: &Faults,
    before: Option<(Instant, Duration)>,
) -> Option<(Instant, Duration)> {
    if !faults.values().flatten().any(is_passing) {
        return None;
    }
    let now = Instant::now();
    match before {
        Some((at, pause)) if at > now => Some((at, pause)),
        before => {
            let pause = before.map_or(Duration::from_secs(1), |(_, pause)| (pause * 2).min(LONGEST_PAUSE));
            Some((now + pause, pause))
        }
    }
}
