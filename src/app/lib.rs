//! The only place where things are wired together: configuration, workers, store, offices.

pub mod backup;
pub mod command;
pub mod config;
pub mod egress;
pub mod erasure_scan;
pub mod maintenance;
pub mod pages;
pub mod paths;
pub mod permissions;
pub mod resources;
pub mod sample;
pub mod scheduler;
pub mod signing_keys;
pub mod socket;

use crate::{
    command::WrongUse,
    config::{
        Config,
        faults::{ConfigFault, ConfigNames},
    },
    egress::EgressGateway,
    scheduler::OfficeRounds,
};
use anyhow::{Context, Result, bail};
use arc_swap::ArcSwap;
use jiff::civil::Date;
use registrar_contract::OFFICE;
use registrar_domain::Store;
use registrar_host::{Engine, Host, HostConfig, MemoryStore, Snapshot, StoredVersion};
use registrar_kernel::{LedgerService, Office, accounts::sign_in_limits::Guesses};
use registrar_sdk::Value;
use registrar_store::{Database, SqliteShelf, SqliteStore};
use std::{
    collections::BTreeMap,
    fs::File,
    os::unix::fs::MetadataExt,
    sync::{Arc, Mutex, OnceLock, Weak},
};

/// Everything that runs in this process.
pub struct App {
    config: ArcSwap<Config>,
    /// Why `registrar.toml` as it lies there now is not taken up, if it is not.
    refused: Mutex<Option<ConfigFault>>,
    engine: Arc<Engine>,
    store: Arc<SqliteStore>,
    world: Arc<EgressGateway>,
    guesses: Arc<Guesses>,
    offices: Mutex<BTreeMap<String, Arc<OpenOffice>>>,
    /// Its offices are kept running, once this is there.
    rounds: OnceLock<Arc<OfficeRounds>>,
    // Held as long as this process owns the data folder.
    _lock: File,
}

/// An office with its ledger.
pub struct OpenOffice {
    /// The office.
    pub office: Arc<Office>,
    /// Its ledger.
    pub ledger: Arc<LedgerService>,
}

impl App {
    /// Takes the data folder and opens its store. Offices are opened when they are asked for.
    ///
    /// # Errors
    /// If another process owns the folder, or the store cannot be opened.
    pub fn open(config: Config) -> Result<App> {
        let data = config.data();
        permissions::folder(&data).with_context(|| {
            format!("the data folder {} cannot be made, or closed to others", data.display())
        })?;
        let lock = File::create(data.join("lock"))
            .with_context(|| format!("{} cannot be written", data.display()))?;
        if lock.try_lock().is_err() {
            bail!(
                "another process works on {}; wait for it, or use --data for another folder",
                data.display()
            );
        }
        let store = Arc::new(SqliteStore::open(&data)?);
        sweep_libraries(&config, &store)?;
        let engine = Engine::start(config.engine()).context("no worker thread can be started")?;
        let world = EgressGateway::new(config.outside.clone(), config.mail.clone(), config.calls());
        Ok(App {
            config: ArcSwap::from_pointee(config),
            refused: Mutex::default(),
            engine,
            store,
            world: Arc::new(world),
            guesses: Arc::default(),
            offices: Mutex::default(),
            rounds: OnceLock::new(),
            _lock: lock,
        })
    }

    /// Wrong guesses of passwords, of all offices.
    pub fn guesses(&self) -> Arc<Guesses> {
        self.guesses.clone()
    }

    /// The configuration.
    pub fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// Takes up `registrar.toml` as it lies there now, in all offices that are open. What can't be read is told, and
    /// what was set before stays.
    pub fn reread(&self) {
        let config = match self.config().reread() {
            Ok(config) => Arc::new(config),
            Err(fault) => {
                tracing::error!("{fault}; what was set before stays.");
                *self.refused() = Some(fault);
                return;
            }
        };
        *self.refused() = None;
        self.config.store(config.clone());
        self.world.configure(config.outside.clone(), config.mail.clone());
        for opened in self.held().values().cloned().collect::<Vec<_>>() {
            let name = &opened.office.name;
            let new = host_config(&config, name);
            opened.office.host().configure(|old| {
                old.settings.clone_from(&new.settings);
                old.order.clone_from(&new.order);
                old.quota.clone_from(&new.quota);
                old.load_budget_ms = new.load_budget_ms;
            });
            choose_rule_sets(&opened.office, &config.rules(name));
            opened.office.host().reload();
        }
        self.config_faults().iter().for_each(|fault| tracing::error!("{fault}."));
    }

    /// What is wrong in `registrar.toml`, by what the offices that are open have.
    pub fn config_faults(&self) -> Vec<ConfigFault> {
        let mut known = ConfigNames::default();
        for opened in self.held().values() {
            known.plugins.extend(opened.office.host().manifests());
        }
        known.offices = self.names().ok().map(|names| names.into_iter().collect());
        let refused = self.refused().clone();
        refused.into_iter().chain(self.config().faults(&known)).collect()
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, Option<ConfigFault>> {
        // One value, replaced whole.
        self.refused.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Whether its offices are kept running: then what is to be told outside is told by itself.
    pub fn tends(&self) -> bool {
        self.rounds.get().is_some()
    }

    /// From now on the offices that are kept, and those that are opened later, run by themselves.
    ///
    /// # Errors
    /// A thread could not be started.
    pub fn tend(self: &Arc<Self>) -> Result<()> {
        let _ = self.rounds.set(OfficeRounds::start(self)?);
        Ok(())
    }

    /// Keeps an office running, if offices are.
    ///
    /// # Errors
    /// Its folders cannot be watched.
    pub fn keep(&self, opened: &Arc<OpenOffice>) -> Result<()> {
        self.rounds.get().map_or(Ok(()), |rounds| rounds.keep(opened))
    }

    /// The store.
    pub fn store(&self) -> &SqliteStore {
        &self.store
    }

    /// How many events all offices have.
    ///
    /// # Errors
    /// The store.
    pub fn store_events(&self) -> Result<u64> {
        let heads =
            self.store.offices()?.into_iter().map(|(_, key)| Ok(self.store.begin_read(key)?.head()?.seq));
        heads.sum()
    }

    /// The names of the offices that are open, in order.
    pub fn all_opened(&self) -> Vec<String> {
        self.held().keys().cloned().collect()
    }

    /// An office that is open.
    pub fn opened(&self, name: &str) -> Option<Arc<OpenOffice>> {
        self.held().get(name).cloned()
    }

    /// The names of all offices.
    ///
    /// # Errors
    /// The store.
    pub fn names(&self) -> Result<Vec<String>> {
        Ok(self.store.offices()?.into_iter().map(|(name, _)| name).collect())
    }

    /// An office, opened if it is not. The default office is made; another must be there.
    ///
    /// # Errors
    /// An unknown office, or one that cannot be opened.
    pub fn office(&self, name: Option<&str>) -> Result<Arc<OpenOffice>> {
        let config = self.config();
        let name = name.unwrap_or(config.default_office());
        if let Some(opened) = self.held().get(name) {
            return Ok(opened.clone());
        }
        let known = self.names()?;
        if name != config.default_office() && !known.iter().any(|n| n == name) {
            let hint = registrar_sdk::suggest::nearest(name, known.iter().map(String::as_str));
            bail!("there is no office \"{name}\"{hint}; `registrar office {name}` makes it");
        }
        self.make(name)
    }

    /// An office, made and opened if it is not there.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn make(&self, name: &str) -> Result<Arc<OpenOffice>> {
        let mut offices = self.held();
        if let Some(opened) = offices.get(name) {
            return Ok(opened.clone());
        }
        if !self.names()?.iter().any(|known| known == name) && !is_office_name(name) {
            return Err(WrongUse(format!("\"{name}\" is no office's name: use a-z, 0-9 and -")).into());
        }
        let opened = Arc::new(
            self.open_office(name).with_context(|| format!("the office \"{name}\" cannot be opened"))?,
        );
        offices.insert(name.to_owned(), opened.clone());
        drop(offices);
        self.keep(&opened)?;
        Ok(opened)
    }

    /// The rule sets that an office would have if it was there: by each id that one has or had the one it has.
    pub fn rule_sets_of_new(&self, office: &str) -> BTreeMap<String, String> {
        let mut config = host_config(&self.config(), office);
        // What plugins keep in files goes with them.
        let files = self.config().data().join("files").join(format!(".{office}"));
        config.files = Some(files.clone());
        let host = Host::new(self.engine.clone(), &OFFICE, config, Arc::new(MemoryStore::default()));
        host.reload();
        let known = host.generation().rule_sets();
        drop(host);
        let _ = std::fs::remove_dir_all(files);
        known
    }

    fn open_office(&self, name: &str) -> Result<OpenOffice> {
        let key = self.store.open_office(name)?;
        let config = self.config();
        let host =
            Host::new(self.engine.clone(), &OFFICE, host_config(&config, name), self.store.host_store(key));
        let store: Arc<dyn Store> = self.store.clone();
        let office = Arc::new(Office::open(name, store, host.clone())?);
        office.set_outside(self.world.clone());
        office.set_keys(signing_keys::of(&config.data(), key)?);
        let own_rules = config.rules(name);
        choose_rule_sets(&office, &own_rules);
        // The ledger is opened after the plugins are loaded, and hears of later ones.
        let ledger: Arc<OnceLock<Weak<LedgerService>>> = Arc::default();
        let told = ledger.clone();
        host.set_embedder(office.embedder(move |_| {
            if let Some(ledger) = told.get().and_then(Weak::upgrade) {
                ledger.rules_changed();
            }
        }));
        host.reload();
        let shelf = Box::new(SqliteShelf::new(&config.data(), key)?);
        let service = LedgerService::open(&office, shelf, &|_, _| {})?;
        let _ = ledger.set(Arc::downgrade(&service));
        Ok(OpenOffice { office, ledger: service })
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<OpenOffice>>> {
        // Opening an office inserts it whole or not at all.
        self.offices.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Whether an office may be called so: it is in addresses, in files' names and on the command line.
fn is_office_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !registrar_domain::id::is_reserved(name)
        && !name.is_empty()
        && name.len() <= 60
        && !name.starts_with('-')
        && name.chars().all(plain)
}

// Private copies of libraries go when no office could be asked to serve them again.
fn sweep_libraries(config: &Config, store: &SqliteStore) -> Result<()> {
    let mut needed = std::collections::BTreeSet::new();
    for (_, key) in store.offices()? {
        let versions = store.host_store(key);
        for plugin in versions.version_plugins().map_err(anyhow::Error::msg)? {
            let version = versions.version_last_good(&plugin).map_err(anyhow::Error::msg)?;
            if version.as_ref().and_then(StoredVersion::library).is_none() {
                continue;
            }
            // Any of them may be rolled back to.
            for kept in versions.version_list(&plugin).map_err(anyhow::Error::msg)? {
                let version =
                    versions.version_get(&plugin, &kept.content_hash).map_err(anyhow::Error::msg)?;
                needed.extend(version.and_then(|v| v.library()));
            }
        }
    }
    if let Some(folder) = config.native().private {
        registrar_host::plugin::library::private_copy::sweep(&folder, &needed);
    }
    Ok(())
}

/// The host's configuration for an office.
pub fn host_config(config: &Config, office: &str) -> HostConfig {
    let mut host = HostConfig::new(config.folders(office));
    host.office = office.to_owned();
    host.native = config.native();
    host.settings = config.settings(office);
    host.chosen = config.rules(office);
    host.order = config.order.clone();
    host.files = Some(config.data().join("files").join(office));
    host.quota = Arc::new(config.limits.quota());
    host.clock = || {
        let (on, at) = moment();
        Value::map([("on", Value::text(on)), ("at", Value::text(at))])
    };
    // Offices that answer examples with the same need not try them each.
    static SNAPSHOT: OnceLock<Arc<dyn Snapshot>> = OnceLock::new();
    host.example_snapshot =
        SNAPSHOT.get_or_init(|| Arc::new(registrar_kernel::OfficeSnapshot::new(Arc::default()))).clone();
    host.trial_identity = program_identity();
    if let Some(ms) = config.limits.load_budget_ms {
        host.load_budget_ms = ms;
    }
    host
}

/// Which program this is, among those that were built or installed in its place; the contract and what answers
/// examples are in it. `None`, and every start tries all examples, where its file can't be looked at.
fn program_identity() -> Option<String> {
    let file = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let changed = (file.mtime(), file.mtime_nsec(), file.ctime(), file.ctime_nsec());
    Some(format!("{} {} {} {changed:?}", file.dev(), file.ino(), file.len()))
}

/// The day and the moment by the office's clock: `2023-02-14`, `2023-02-14T09:30:00+08:00`.
pub fn moment() -> (String, String) {
    let here = registrar_kernel::office::now();
    (here.date().to_string(), here.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// Has those rule sets act that the configuration or the office's log chooses, the latter from the
/// day on that the log says. Says whether that is a change.
pub fn choose_rule_sets(office: &Office, configured: &std::collections::BTreeSet<String>) -> bool {
    let directory = office.directory();
    let mut chosen = configured.clone();
    chosen.extend(directory.rule_sets(office.today()));
    // What the configuration chooses acts on every day, whatever the log says of it.
    let mut terms = directory.rule_set_terms();
    terms.retain(|id, _| !configured.contains(id));
    let known = office.host().config();
    let changed = known.chosen != chosen || known.terms != terms;
    office.host().configure(|config| {
        config.chosen.clone_from(&chosen);
        config.terms.clone_from(&terms);
    });
    changed
}

/// A date as written on the command line.
///
/// # Errors
/// Text that is no date.
pub fn date(text: &str) -> Result<Date> {
    let wrong = |_| WrongUse(format!("\"{text}\" is no date; write it like 2023-02-14"));
    Ok(text.parse().map_err(wrong)?)
}
