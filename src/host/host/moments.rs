//! The moments of a plugin's life: load, migration of its state, the swap, unload.

use crate::{
    dispatch::generation::Generation,
    host::{Host, Scope, state::state_namespace},
    lifecycle::{load::Loaded, serving::ServingPlugins},
    plugin::{fault::Fault, services::NoServices},
    sync::lock,
};
use registrar_sdk::{Combine, Lifecycle, Value};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

impl Host {
    // `plugin.load`, and `plugin.migrate` if the version of its state changed.
    pub(crate) fn greet(
        &self,
        candidate: &Arc<Generation>,
        loaded: &Loaded,
        live: &ServingPlugins,
    ) -> Result<(), Fault> {
        let info = &loaded.instance.body.info;
        let old = info
            .names()
            .find_map(|name| live.loaded.get(name))
            .map(|old| old.instance.body.info.state_version);
        // To and from a version that was rolled back to, the state is where that version left it.
        let returns = live.pinned.contains_key(&info.id) || live.unpinned.contains(&info.id);
        if let Some(from) = old.filter(|from| *from != info.state_version && !returns) {
            self.migrate(candidate, loaded, from)?;
        }
        self.lifecycle(candidate, loaded, Lifecycle::Load, vec![about(loaded)]).map(drop)
    }

    // The state moves into a namespace of the new version; the old one stays, for a roll back.
    fn migrate(&self, candidate: &Arc<Generation>, loaded: &Loaded, from: u32) -> Result<(), Fault> {
        let info = &loaded.instance.body.info;
        let wrong = |e: String| {
            crate::lifecycle::load::declaration(&loaded.source, format!("its state cannot be migrated: {e}"))
        };
        let store = self.store();
        let state = store.state_all(&state_namespace(info.kept_as(), from)).map_err(wrong)?;
        let versions = [Value::Int(from.into()), Value::Int(info.state_version.into())];
        let args = [about(loaded)].into_iter().chain(versions).chain([Value::Map(state)]).collect();
        let Some(Value::Map(new)) = self.lifecycle(candidate, loaded, Lifecycle::Migrate, args)? else {
            return Ok(());
        };
        let namespace = state_namespace(info.kept_as(), info.state_version);
        for (key, value) in &new {
            let old = store.state_get(&namespace, key).map_err(wrong)?;
            store.state_swap(&namespace, key, old.as_ref(), Some(value)).map_err(wrong)?;
        }
        Ok(())
    }

    fn lifecycle(
        &self,
        generation: &Arc<Generation>,
        loaded: &Loaded,
        moment: Lifecycle,
        args: Vec<Value>,
    ) -> Result<Option<Value>, Fault> {
        let mut last = None;
        let points = self.contract().points.iter().filter(|p| p.combine == Combine::Lifecycle(moment));
        for point in points {
            let own = loaded.handlers.iter().filter(|h| h.point == point.id);
            for handler in own {
                let scope =
                    Scope { generation: generation.clone(), snapshot: Arc::new(NoServices), depth: 0 };
                last = Some(self.invoke(handler, args.clone(), &scope, &mut NoServices)?)
                    .filter(|v| !v.is_nil());
            }
        }
        Ok(last)
    }

    // Swaps the pointer, waits for the last call to leave the old one, says goodbye, drops it.
    pub(crate) fn exchange(&self, generation: Arc<Generation>, leaving: Vec<Arc<Loaded>>) {
        let config = self.config();
        *lock(&self.inner.chosen) = config.choice();
        let old = self.inner.generation.swap(generation.clone());
        let embedder = lock(&self.inner.embedder).clone();
        if let Some(embedder) = embedder {
            embedder.swapped(self, &generation);
        }
        let unload = |l: &&Arc<Loaded>| {
            let is_unload = |id: &str| {
                self.contract().point(id).is_some_and(|p| p.combine == Combine::Lifecycle(Lifecycle::Unload))
            };
            l.handlers.iter().any(|h| is_unload(h.point))
        };
        let farewells: Vec<_> = leaving.iter().filter(unload).cloned().collect();
        if !farewells.is_empty() {
            let patience = Instant::now() + Duration::from_secs(2);
            while Arc::strong_count(&old) > 1 && Instant::now() < patience {
                std::thread::sleep(Duration::from_millis(1));
            }
            for loaded in farewells {
                let info = &loaded.instance.body.info;
                let about =
                    Value::map([("id", Value::text(&info.id)), ("version", Value::text(&info.version))]);
                if let Err(fault) = self.lifecycle(&old, &loaded, Lifecycle::Unload, vec![about]) {
                    tracing::warn!(plugin = %info.id, "{fault}; it is removed all the same.");
                }
            }
        }
        drop(old);
        drop(leaving);
        self.inner.engine.sweep();
    }
}

// What a plugin is told of itself.
fn about(loaded: &Loaded) -> Value {
    let info = &loaded.instance.body.info;
    Value::map([("id", Value::text(&info.id)), ("version", Value::text(&info.version))])
}
