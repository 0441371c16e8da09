//! One office's plugin set: loads it, calls it, reloads it.

pub(crate) mod bulk;
mod dispatch;
mod eval;
pub(crate) mod excerpt;
mod folder_watch;
pub mod installed;
mod moments;
mod notes;
pub mod pinning;
pub(crate) mod reload;
mod restore;
pub mod staging;
pub(crate) mod state;
pub mod status;

use crate::{
    dispatch::{generation::Generation, quarantine::Quarantine},
    lifecycle::{
        engine::Engine,
        load::Loader,
        objection::{Claims, Objection},
        reload_report::ReloadReport,
        serving::ServingPlugins,
    },
    plugin::{
        config::{HostConfig, RuleSetChoice},
        fault::Fault,
        scanner,
        services::Snapshot,
        source,
        storage::HostStore,
    },
    runtime::counters::Counters,
    sync::lock,
};
use arc_swap::ArcSwap;
use registrar_sdk::Contract;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, TryLockError, Weak},
};

/// Under what circumstances a dispatch is made.
#[derive(Clone)]
pub struct Scope {
    /// The generation whose handlers are called.
    pub generation: Arc<Generation>,
    /// Answers the host calls that need no transaction.
    pub snapshot: Arc<dyn Snapshot>,
    /// How many dispatches deep, from 0; past 8 a dispatch is refused.
    pub depth: u8,
}

/// What the embedding program has a say in when a generation is swapped.
pub trait Embedder: Send + Sync {
    /// Looks at a candidate before it goes live, and says which of its plugins has what.
    ///
    /// # Errors
    /// Why it can't serve.
    fn validate(&self, host: &Host, candidate: &Arc<Generation>) -> Result<Claims, Vec<Objection>>;

    /// Told after a new generation went live.
    fn swapped(&self, host: &Host, generation: &Arc<Generation>);
}

/// A plugin set and the workers that run it. Cheap to clone: clones share everything.
#[derive(Clone)]
pub struct Host {
    pub(crate) inner: Arc<HostState>,
}

pub(crate) struct HostState {
    pub(crate) engine: Arc<Engine>,
    pub(crate) contract: &'static Contract,
    pub(crate) config: ArcSwap<HostConfig>,
    pub(crate) store: Arc<dyn HostStore>,
    pub(crate) embedder: Mutex<Option<Arc<dyn Embedder>>>,
    pub(crate) generation: ArcSwap<Generation>,
    pub(crate) live: Mutex<ServingPlugins>,
    pub(crate) quarantine: Quarantine,
    // The rule sets that act in the serving generation, and when.
    pub(crate) chosen: Mutex<RuleSetChoice>,
    // What is wrong with what lies on disk, for who may not wait for a reload to end.
    pub(crate) trouble: ArcSwap<Vec<Fault>>,
}

impl Host {
    /// A host without plugins yet; [`Host::reload`] loads them.
    pub fn new(
        engine: Arc<Engine>,
        contract: &'static Contract,
        config: HostConfig,
        store: Arc<dyn HostStore>,
    ) -> Host {
        let inner = HostState {
            engine,
            contract,
            config: ArcSwap::from_pointee(config),
            store,
            embedder: Mutex::default(),
            generation: ArcSwap::from_pointee(Generation::default()),
            live: Mutex::default(),
            quarantine: Quarantine::default(),
            chosen: Mutex::default(),
            trouble: ArcSwap::default(),
        };
        Host { inner: Arc::new(inner) }
    }

    /// Gives the embedding program its say; before the first [`Host::reload`].
    pub fn set_embedder(&self, embedder: Arc<dyn Embedder>) {
        *lock(&self.inner.embedder) = Some(embedder);
    }

    /// Changes the configuration; the next reload applies it.
    pub fn configure(&self, change: impl Fn(&mut HostConfig)) {
        self.inner.config.rcu(|old| {
            let mut new = HostConfig::clone(old);
            change(&mut new);
            new
        });
    }

    /// What serves now.
    pub fn generation(&self) -> Arc<Generation> {
        self.inner.generation.load_full()
    }

    /// The contract.
    pub fn contract(&self) -> &'static Contract {
        self.inner.contract
    }

    /// The configuration.
    pub fn config(&self) -> Arc<HostConfig> {
        self.inner.config.load_full()
    }

    /// What it keeps between runs: plugins' state and versions.
    pub fn store(&self) -> &dyn HostStore {
        &*self.inner.store
    }

    /// The workers.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.inner.engine
    }

    /// A scope over what serves now.
    pub fn scope(&self, snapshot: Arc<dyn Snapshot>) -> Scope {
        Scope { generation: self.generation(), snapshot, depth: 0 }
    }

    /// Reads the folders and takes what changed live, group by group.
    pub fn reload(&self) -> ReloadReport {
        let mut live = lock(&self.inner.live);
        let scan = scanner::scan_all(&self.config());
        self.take_live(&mut live, scan)
    }

    /// Whether something else lies in the folders than was taken live last, or something is to be tried again.
    /// `None`: a reload is under way, which is not waited for.
    pub(crate) fn is_behind(&self, scan: &source::FolderScan) -> Option<bool> {
        let live = match self.inner.live.try_lock() {
            Ok(live) => live,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(live.digest != scan.digest || live.is_waiting())
    }

    /// Takes what was read of the folders live.
    pub(crate) fn reload_scanned(&self, scan: source::FolderScan) -> ReloadReport {
        let mut live = lock(&self.inner.live);
        self.take_live(&mut live, scan)
    }

    pub(crate) fn loader(&self) -> OwnedLoader {
        OwnedLoader {
            engine: self.inner.engine.clone(),
            contract: self.inner.contract,
            config: self.config(),
        }
    }

    pub(crate) fn counters(&self) -> &Arc<Counters> {
        &self.inner.engine.counters
    }

    /// What was wrong with what lay on disk when it was last read. Unlike [`Host::status`] it never waits
    /// for a reload.
    pub fn trouble(&self) -> Arc<Vec<Fault>> {
        self.inner.trouble.load_full()
    }

    /// Which handlers are left out at present.
    pub fn quarantine(&self) -> &Quarantine {
        &self.inner.quarantine
    }

    pub(crate) fn live(&self) -> std::sync::MutexGuard<'_, ServingPlugins> {
        lock(&self.inner.live)
    }

    /// Whether a rule set is chosen otherwise than in what serves.
    pub(crate) fn acts_otherwise(&self, id: &str) -> bool {
        let of = |(chosen, terms): &RuleSetChoice| (chosen.contains(id), terms.get(id).cloned());
        of(&lock(&self.inner.chosen)) != of(&self.config().choice())
    }

    pub(crate) fn validate(&self, candidate: &Arc<Generation>) -> Result<Claims, Vec<Objection>> {
        let embedder = lock(&self.inner.embedder).clone();
        embedder.map_or_else(|| Ok(Claims::new()), |embedder| embedder.validate(self, candidate))
    }

    /// A handle that does not keep the host alive.
    pub(crate) fn downgrade(&self) -> WeakHost {
        WeakHost(Arc::downgrade(&self.inner))
    }
}

/// A host that may be gone.
pub(crate) struct WeakHost(Weak<HostState>);

impl WeakHost {
    pub(crate) fn upgrade(&self) -> Option<Host> {
        self.0.upgrade().map(|inner| Host { inner })
    }
}

/// A loader's parts, held across a reload.
pub(crate) struct OwnedLoader {
    engine: Arc<Engine>,
    contract: &'static Contract,
    config: Arc<HostConfig>,
}

impl OwnedLoader {
    pub(crate) fn borrow(&self) -> Loader<'_> {
        Loader {
            engine: &self.engine,
            contract: self.contract,
            config: &self.config,
            served: false,
            passed: BTreeSet::new(),
        }
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Host>();
};
