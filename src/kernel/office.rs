//! One office: its plugins, its part of the store, its directory and registers in memory.

pub(crate) mod decision;
pub mod defined;
pub(crate) mod delivery_cursors;
pub mod egress;
pub mod keys;
mod ledger;
pub mod snapshot;

pub use defined::registers_of;

use crate::{
    error::KernelError,
    office::{egress::Egress, keys::Keys, snapshot::OfficeSnapshot},
};
use arc_swap::ArcSwap;
use defined::OfficeEmbedder;
use jiff::{Timestamp, ZonedDateTime, civil::Date, tz::TimeZone};
use registrar_domain::{
    Directory, OfficeKey, ReadTx, Registers, Store,
    reserved::{DIRECTORY, ERASE, VOID},
};
use registrar_host::{Embedder, Generation, Host, Scope, Snapshot, faults_of};
use registrar_ledger::Ledger;
use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// The time zone of days, unless the program that opens the office says otherwise.
const TIME_ZONE: &str = "Asia/Shanghai";

/// The moment it is, by the clock on an office's wall.
pub fn now() -> ZonedDateTime {
    let now = Timestamp::now();
    // The time zones are built in; without them the office's day is Greenwich's.
    now.in_tz(TIME_ZONE).unwrap_or_else(|_| now.to_zoned_datetime(TimeZone::UTC))
}

/// Tells the day it is for the office.
pub type DayClock = Arc<dyn Fn() -> Date + Send + Sync>;

/// What is told that the log grew. Must not wait.
pub type CommitListener = Box<dyn Fn() + Send + Sync>;

/// A generation and what its plugins define.
#[derive(Clone)]
pub struct OfficeGeneration {
    /// The plugins.
    pub generation: Arc<Generation>,
    /// The registers they define.
    pub registers: Arc<Registers>,
}

/// One office. All methods take `&self`; share it in an `Arc`.
pub struct Office {
    /// Its name.
    pub name: String,
    key: OfficeKey,
    host: Host,
    store: Arc<dyn Store>,
    plan: ArcSwap<OfficeGeneration>,
    /// What was looked through last.
    defined: Arc<Mutex<Option<OfficeGeneration>>>,
    directory: ArcSwap<Directory>,
    /// Held while the directory is brought up to date, so that no older one replaces a newer.
    directory_turn: Mutex<()>,
    ledger: OnceLock<Arc<Ledger>>,
    on_commit: OnceLock<CommitListener>,
    outside: OnceLock<Arc<dyn Egress>>,
    keys: OnceLock<Keys>,
    clock: DayClock,
    commits: AtomicU64,
}

impl Office {
    /// Opens an office with its plugins; its directory is made from the log.
    ///
    /// # Errors
    /// The store, or registers that don't fit together.
    pub fn open(name: &str, store: Arc<dyn Store>, host: Host) -> Result<Office, KernelError> {
        Office::open_at(name, store, host, Arc::new(|| now().date()))
    }

    /// [`Office::open`] with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn open_at(
        name: &str,
        store: Arc<dyn Store>,
        host: Host,
        clock: DayClock,
    ) -> Result<Office, KernelError> {
        let key = store.open_office(name)?;
        let office = Office {
            name: name.to_owned(),
            key,
            host,
            store,
            plan: ArcSwap::from_pointee(OfficeGeneration {
                generation: Arc::new(Generation::default()),
                registers: Arc::default(),
            }),
            defined: Arc::default(),
            directory: ArcSwap::default(),
            directory_turn: Mutex::default(),
            ledger: OnceLock::new(),
            on_commit: OnceLock::new(),
            outside: OnceLock::new(),
            keys: OnceLock::new(),
            clock,
            commits: AtomicU64::new(0),
        };
        office.refresh_directory(&office.directory_turn())?;
        office.plan()?;
        Ok(office)
    }

    /// Its key in the store.
    pub fn key(&self) -> OfficeKey {
        self.key
    }

    /// Its plugins.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Its store.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The day it is.
    pub fn today(&self) -> Date {
        (self.clock)()
    }

    /// Gives the office its ledger; only the first counts.
    pub(crate) fn set_ledger(&self, ledger: Ledger) -> Arc<Ledger> {
        self.ledger.get_or_init(|| Arc::new(ledger)).clone()
    }

    /// Its ledger, once it has one.
    pub(crate) fn ledger(&self) -> Option<&Ledger> {
        self.ledger.get().map(Arc::as_ref)
    }

    /// Whoever is told of commits; only the first counts.
    pub(crate) fn on_commit(&self, told: CommitListener) {
        if self.on_commit.set(told).is_err() {
            tracing::warn!(office = %self.name, "The office's commits are listened to already.");
        }
    }

    /// How often something was added to its log since it was opened.
    pub fn commits(&self) -> u64 {
        self.commits.load(Relaxed)
    }

    /// The number of the last event of its log.
    ///
    /// # Errors
    /// The store.
    pub fn head(&self) -> Result<u64, KernelError> {
        Ok(self.read()?.head()?.seq)
    }

    /// Tells that something was added to its log.
    pub(crate) fn committed(&self) {
        self.commits.fetch_add(1, Relaxed);
        if let Some(told) = self.on_commit.get() {
            told();
        }
    }

    /// Lets the office's plugins reach the world outside; only the first counts, and without one they
    /// reach nothing.
    pub fn set_outside(&self, outside: Arc<dyn Egress>) {
        let _ = self.outside.set(outside);
    }

    /// The world outside.
    ///
    /// # Errors
    /// The program lets plugins reach nothing.
    pub(crate) fn outside(&self) -> Result<&Arc<dyn Egress>, String> {
        self.outside.get().ok_or_else(|| "this program lets plugins reach nothing outside".to_owned())
    }

    /// Gives the office the keys that it signs packages with; only the first count.
    pub fn set_keys(&self, keys: Keys) {
        let _ = self.keys.set(keys);
    }

    /// The keys that it signs packages with.
    ///
    /// # Errors
    /// The program gave it none.
    pub fn keys(&self) -> Result<&Keys, KernelError> {
        self.keys.get().ok_or_else(|| KernelError::refused("this office has no keys to sign with".to_owned()))
    }

    /// The generation that serves, with its registers.
    ///
    /// # Errors
    /// Its registers don't fit together.
    pub fn plan(&self) -> Result<Arc<OfficeGeneration>, KernelError> {
        let generation = self.host.generation();
        let known = self.plan.load_full();
        if Arc::ptr_eq(&known.generation, &generation) {
            return Ok(known);
        }
        // As they were when they were looked through; of a generation that nobody looked through, now.
        let known =
            held(&self.defined).as_ref().filter(|plan| Arc::ptr_eq(&plan.generation, &generation)).cloned();
        let plan = match known {
            Some(plan) => Arc::new(plan),
            None => {
                let registers = registers_of(&self.host, &generation)
                    .map_err(faults_of)
                    .map_err(KernelError::Registers)?;
                Arc::new(OfficeGeneration { generation, registers })
            }
        };
        self.plan.store(plan.clone());
        Ok(plan)
    }

    /// The registers that serve; the last ones that fitted together if the present ones do not.
    pub fn registers(&self) -> Arc<Registers> {
        self.plan().map_or_else(|_| self.plan.load().registers.clone(), |plan| plan.registers.clone())
    }

    /// The directory as the log says it.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// Answers scripts' look-ups from the directory of now.
    pub fn snapshot(&self) -> Arc<dyn Snapshot> {
        Arc::new(OfficeSnapshot::with(self.directory(), self.registers()))
    }

    /// A scope for dispatching at what serves now.
    pub fn scope(&self) -> Scope {
        self.host.scope(self.snapshot())
    }

    /// A consistent view of the office's rows, whoever asks: for the kernel alone, which says who sees what
    /// of them ([`Office::as_principal`]).
    ///
    /// # Errors
    /// The store.
    pub(crate) fn read(&self) -> Result<Box<dyn ReadTx + '_>, KernelError> {
        Ok(self.store.begin_read(self.key)?)
    }

    /// The turn to bring the directory up to date. Who commits directory events takes it before the
    /// commit, so that whoever gets the write lock next can wait for the directory to follow.
    pub(crate) fn directory_turn(&self) -> MutexGuard<'_, ()> {
        self.directory_turn.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Brings the directory in memory up to the log.
    ///
    /// # Errors
    /// The store.
    pub(crate) fn refresh_directory(&self, _turn: &MutexGuard<'_, ()>) -> Result<(), KernelError> {
        let mut directory = Directory::clone(&self.directory.load());
        let read = self.read()?;
        let mut after = directory.seen();
        let mut from_start = after == 0;
        loop {
            let events = read.events_in(DIRECTORY, after, PAGE)?;
            let Some(last) = events.last() else { break };
            after = last.seq;
            if !from_start && events.iter().any(|e| [VOID, ERASE].contains(&e.action.as_str())) {
                // What was taken in before may be dead now.
                (directory, after, from_start) = (Directory::default(), 0, true);
                continue;
            }
            events.iter().for_each(|event| directory.apply(event));
            directory.saw(after);
        }
        self.directory.store(Arc::new(directory));
        Ok(())
    }

    /// What the host asks before and tells after a change of plugins. `swapped` must not wait.
    pub fn embedder(&self, swapped: impl Fn(&Arc<Generation>) + Send + Sync + 'static) -> Arc<dyn Embedder> {
        let (store, defined) = (self.store.clone(), self.defined.clone());
        Arc::new(OfficeEmbedder { store, key: self.key, defined, swapped: Box::new(swapped) })
    }
}

/// How many events are read at once.
pub(crate) const PAGE: usize = 2_000;

fn held(defined: &Mutex<Option<OfficeGeneration>>) -> MutexGuard<'_, Option<OfficeGeneration>> {
    // One value, replaced whole.
    defined.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
