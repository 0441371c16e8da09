//! What came of trying a plugin: its sources run, its examples passed or not. A content is tried once with the same
//! dependencies, settings and limits, however many offices have it.

use crate::{
    plugin::{
        body::{Body, Registrations},
        config::HostConfig,
        fault::{Fault, FaultKind},
        services::Snapshot,
    },
    sync::lock,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
};

/// What a trial came to: what the plugin registers, or what is wrong with it.
pub(crate) type Checked = Result<Arc<Registrations>, Vec<Fault>>;

/// What a trial depends on, hashed.
pub(crate) type CacheKey = [u8; 32];

/// The verdicts of one engine.
#[derive(Default)]
pub(crate) struct BuildCache {
    known: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    slots: HashMap<CacheKey, Arc<CacheSlot>>,
    /// What VMs are built from: those who have the same share it.
    bodies: HashMap<CacheKey, Weak<Body>>,
    /// Twice as many as served when it was looked last.
    most: usize,
}

impl Entries {
    fn forget(&mut self) {
        self.bodies.retain(|_, body| body.strong_count() > 0);
        // One that is being tried is held, and stays.
        self.slots.retain(|_, slot| match slot.verdict.try_lock() {
            Ok(verdict) => verdict.as_ref().is_some_and(Cached::serves),
            Err(_) => true,
        });
        self.most = self.slots.len() * 2;
    }
}

#[derive(Default)]
struct CacheSlot {
    /// Held while it is tried, so that others who want the same wait for it.
    verdict: Mutex<Option<Cached>>,
    /// What answered its examples. While this is held, nothing else can have its address.
    snapshot: Mutex<Option<Arc<dyn Snapshot>>>,
}

/// A verdict, for as long as it serves somewhere; a bad one until there are many.
enum Cached {
    Good(Weak<Registrations>),
    Bad(Vec<Fault>),
}

impl Cached {
    fn verdict(&self) -> Option<Checked> {
        match self {
            Cached::Good(registered) => registered.upgrade().map(Ok),
            Cached::Bad(faults) => Some(Err(faults.clone())),
        }
    }

    fn serves(&self) -> bool {
        matches!(self, Cached::Good(registered) if registered.strong_count() > 0)
    }
}

/// So many trials are remembered before those that serve nowhere are forgotten.
const MOST: usize = 256;

impl BuildCache {
    /// The same body that others have with this key, or else this one.
    pub fn shared(&self, key: CacheKey, body: Arc<Body>) -> Arc<Body> {
        let mut known = lock(&self.known);
        if let Some(other) = known.bodies.get(&key).and_then(Weak::upgrade) {
            return other;
        }
        known.bodies.insert(key, Arc::downgrade(&body));
        body
    }

    /// What came of trying this, or comes of it now. A failure that `may_pass` is not kept.
    pub fn checked(
        &self,
        key: CacheKey,
        config: &HostConfig,
        may_pass: fn(&Fault) -> bool,
        attempt: impl FnOnce() -> Checked,
    ) -> Checked {
        let slot = {
            let mut known = lock(&self.known);
            if known.slots.len() >= known.most.max(MOST) && !known.slots.contains_key(&key) {
                known.forget();
            }
            known.slots.entry(key).or_default().clone()
        };
        let mut verdict = lock(&slot.verdict);
        if let Some(known) = verdict.as_ref().and_then(Cached::verdict) {
            return known;
        }
        let found = attempt();
        // A machine that was busy, or short of memory, is no fault of the content.
        if found.as_ref().err().is_none_or(|faults| !faults.iter().any(may_pass)) {
            *lock(&slot.snapshot) = Some(config.example_snapshot.clone());
            *verdict = Some(match &found {
                Ok(registered) => Cached::Good(Arc::downgrade(registered)),
                Err(faults) => Cached::Bad(faults.clone()),
            });
        }
        found
    }
}

/// Whether what went wrong may go well another time, with nothing changed.
pub(crate) fn is_passing(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Budget | FaultKind::Memory | FaultKind::Crashed | FaultKind::Unreadable)
}

/// The key of a trial under this configuration. `served`: whether what an earlier program let pass goes on.
pub(crate) fn key(body: &Body, config: &HostConfig, served: bool) -> CacheKey {
    hashed(body, config, &format!("{served} {:p}", Arc::as_ptr(&config.example_snapshot)))
}

/// What a trial depends on as a later start knows it again; `None` where the host was not told what that is.
pub(crate) fn mark(body: &Body, config: &HostConfig) -> Option<String> {
    let identity = config.trial_identity.as_ref()?;
    Some(blake3::Hash::from_bytes(hashed(body, config, identity)).to_hex().to_string())
}

fn hashed(body: &Body, config: &HostConfig, under: &str) -> CacheKey {
    let native = &config.native;
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: String| {
        hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    };
    // The content, its dependencies, its settings, the contract.
    add(body.info.rule_hash.clone());
    add(format!("{} {}", body.info.id, body.info.kind));
    add(format!("{} {} {:?}", body.memory_cap, body.load_budget_ms, body.quota));
    add(format!("{:?} {} {:?}", native.program, native.memory, native.patience));
    add(under.to_owned());
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use crate::lifecycle::build_cache::*;
    use std::cell::Cell;

    #[test]
    fn a_verdict_is_kept_and_what_may_pass_is_tried_again() {
        let (cache, config) = (BuildCache::default(), HostConfig::new(Vec::new()));
        let (tried, serving) = (Cell::new(0), Arc::<Registrations>::default());
        let with = |kind: Option<FaultKind>| {
            tried.set(tried.get() + 1);
            let fault = |kind| Fault {
                plugin: "a".into(),
                file: "a.lua".into(),
                line: None,
                point: None,
                kind,
                message: "no".into(),
                said: None,
            };
            kind.map_or_else(|| Ok(serving.clone()), |kind| Err(vec![fault(kind)]))
        };
        for (key, kind, tries) in [
            (1, None, 1),
            (2, Some(FaultKind::Example), 1),
            (3, Some(FaultKind::Budget), 3),
            (4, Some(FaultKind::Memory), 3),
        ] {
            tried.set(0);
            for _ in 0..3 {
                let verdict = cache.checked([key; 32], &config, is_passing, || with(kind));
                assert_eq!(verdict.is_ok(), kind.is_none());
            }
            assert_eq!(tried.get(), tries, "{kind:?}");
        }
        // What serves nowhere is forgotten, and does not add up.
        for key in 0..2_000u32 {
            let mut name = [0; 32];
            name[..4].copy_from_slice(&key.to_le_bytes());
            let _ = cache.checked(name, &config, is_passing, || Ok(Arc::default()));
        }
        assert!(lock(&cache.known).slots.len() <= MOST);
    }
}
