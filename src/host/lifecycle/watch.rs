//! Watches the plugins' folders and reloads when they have come to rest: one watcher and one thread for all hosts
//! of an engine, and one look for all that have the same folders.
//!
//! Events are only hints: what decides is a scan by content, when two in a row agree, nobody has one of the files
//! open for writing, and no version control tool is at work. Folders are watched, never files, whose inodes editors
//! replace.

mod settle;

use crate::{
    lifecycle::watch::settle::{Settling, Writers},
    plugin::{config::HostConfig, scanner::Scanner, source::FolderScan},
    sync::lock,
};
use notify::{RecursiveMode, Watcher};
use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

// Events can be lost (queues overflow, network folders have none): look anyway.
const ROUND: Duration = Duration::from_secs(3);

/// When a host is looked at again that was reloading.
const SOON: Duration = Duration::from_millis(100);

/// Hosts that reload at once.
const AT_ONCE: usize = 2;

/// Whoever takes changes of folders live: a host.
pub(crate) trait Reloading: Send + Sync {
    /// Its folders.
    fn config(&self) -> Arc<HostConfig>;

    /// Whether a scan says something that was not taken live yet; `None`: it reloads at this moment.
    fn is_behind(&self, scan: &FolderScan) -> Option<bool>;

    /// Takes it live.
    fn reload_scanned(&self, scan: FolderScan);
}

/// One that may be gone.
pub(crate) type WeakReloading = Box<dyn Fn() -> Option<Arc<dyn Reloading>> + Send>;

/// Watches until dropped.
pub struct Watch {
    watching: Arc<WatchGroups>,
    number: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.watching.groups).values_mut().for_each(|group| {
            group.members.remove(&self.number);
        });
    }
}

/// What an engine watches; nothing until a host asks for it.
#[derive(Default)]
pub(crate) struct Watching {
    running: Mutex<Option<WatcherHandle>>,
}

/// Dropping the watcher closes the channel, which ends the thread.
struct WatcherHandle {
    /// None where the system has none left: then every few seconds is when things are found.
    watcher: Option<notify::RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    hints: Sender<notify::Event>,
    shared: Arc<WatchGroups>,
}

#[derive(Default)]
struct WatchGroups {
    groups: Mutex<BTreeMap<String, WatchGroup>>,
    next: AtomicU64,
}

/// Hosts that have the same folders.
struct WatchGroup {
    config: Arc<HostConfig>,
    members: BTreeMap<u64, WeakReloading>,
    settling: Settling,
}

impl Watching {
    pub(crate) fn add(&self, config: Arc<HostConfig>, host: WeakReloading) -> Result<Watch, String> {
        let mut running = lock(&self.running);
        let running = match &mut *running {
            Some(running) => running,
            none => none.insert(WatcherHandle::start()?),
        };
        running.unwatch();
        running.watch(&config);
        let number = running.shared.next.fetch_add(1, Relaxed);
        let mut groups = lock(&running.shared.groups);
        let group = groups.entry(key(&config)).or_insert_with(|| WatchGroup {
            config,
            members: BTreeMap::new(),
            settling: Settling::default(),
        });
        group.members.insert(number, host);
        drop(groups);
        // What changed since the host read its folders is found now.
        let _ = running.hints.send(notify::Event::default());
        Ok(Watch { watching: running.shared.clone(), number })
    }
}

/// What a scan depends on.
fn key(config: &HostConfig) -> String {
    let native = &config.native;
    format!("{:?} {:?} {:?} {:?}", config.folders, native.folders, native.private, native.trust)
}

impl WatcherHandle {
    fn start() -> Result<WatcherHandle, String> {
        let (hints, heard) = channel();
        let hint = hints.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // One that is lost is made good by the next round.
            let event = event.unwrap_or_default();
            if !settle::is_reading(&event) {
                let _ = hint.send(event);
            }
        });
        WatcherHandle::with(watcher, hints, heard)
    }

    /// Runs with a watcher, if there is one.
    fn with(
        watcher: notify::Result<notify::RecommendedWatcher>,
        hints: Sender<notify::Event>,
        heard: Receiver<notify::Event>,
    ) -> Result<WatcherHandle, String> {
        if let Err(why) = &watcher {
            tracing::warn!(
                "The plugins' folders cannot be watched ({}); they are looked at every {} s. {}",
                cause(why),
                ROUND.as_secs(),
                remedy(why)
            );
        }
        let shared: Arc<WatchGroups> = Arc::default();
        let looking = WatchThread { shared: Arc::downgrade(&shared), writers: Writers::default() };
        thread::Builder::new()
            .name("registrar-watch".into())
            .spawn(move || looking.run(&heard))
            .map_err(|e| format!("the watching thread cannot be started: {e}"))?;
        Ok(WatcherHandle { watcher: watcher.ok(), watched: BTreeSet::new(), hints, shared })
    }

    /// Lets go of folders that no host has any more.
    fn unwatch(&mut self) {
        let groups = lock(&self.shared.groups);
        let has = |group: &WatchGroup, folder: &PathBuf| {
            let config = &group.config;
            config.folders.contains(folder) || config.native.folders.contains(folder)
        };
        let used =
            |folder: &PathBuf| groups.values().any(|group| !group.members.is_empty() && has(group, folder));
        let gone: Vec<PathBuf> = self.watched.iter().filter(|folder| !used(folder)).cloned().collect();
        drop(groups);
        for folder in gone {
            self.watched.remove(&folder);
            // One that could not be watched can't be let go either.
            let _ = self.watcher.as_mut().map(|watcher| watcher.unwatch(&folder));
        }
    }

    fn watch(&mut self, config: &HostConfig) {
        let scripts = config.folders.iter().map(|folder| (folder, RecursiveMode::Recursive));
        // Libraries may lie where a build keeps much else, in folders below.
        let libraries = config.native.folders.iter().map(|folder| (folder, RecursiveMode::NonRecursive));
        for (folder, mode) in scripts.chain(libraries) {
            if !self.watched.insert(folder.clone()) {
                continue;
            }
            let Some(watcher) = &mut self.watcher else { continue };
            if let Err(why) = watcher.watch(folder, mode) {
                tracing::warn!(
                    folder = %folder.display(),
                    "The folder cannot be watched ({}); it is looked at every {} s. {}",
                    cause(&why),
                    ROUND.as_secs(),
                    remedy(&why)
                );
            }
        }
    }
}

/// What the system said.
fn cause(why: &notify::Error) -> String {
    match &why.kind {
        notify::ErrorKind::Io(why) => why.to_string(),
        notify::ErrorKind::MaxFilesWatch => "there are no watches left".to_owned(),
        _ => why.to_string(),
    }
}

/// What is to be raised for there to be watches again.
fn remedy(why: &notify::Error) -> &'static str {
    match &why.kind {
        notify::ErrorKind::MaxFilesWatch => "To be told at once, raise fs.inotify.max_user_watches (sysctl).",
        notify::ErrorKind::Io(why) if why.raw_os_error() == Some(libc::EMFILE) => {
            "To be told at once, raise fs.inotify.max_user_instances (sysctl), or the number of open files \
             (LimitNOFILE=, ulimit -n)."
        }
        notify::ErrorKind::Io(why) if why.raw_os_error() == Some(libc::ENOSPC) => {
            "To be told at once, raise fs.inotify.max_user_watches (sysctl)."
        }
        _ => "",
    }
}

/// The thread's own.
struct WatchThread {
    shared: Weak<WatchGroups>,
    writers: Writers,
}

impl WatchThread {
    fn run(mut self, heard: &Receiver<notify::Event>) {
        // While something is about to come to rest, it is looked at again soon.
        let mut pause = ROUND;
        loop {
            match heard.recv_timeout(pause) {
                Ok(event) => self.writers.note(&event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            while let Ok(event) = heard.try_recv() {
                self.writers.note(&event);
            }
            let Some(shared) = self.shared.upgrade() else { return };
            pause = self.look(&shared);
        }
    }

    /// Looks at all groups; says when to look again.
    fn look(&mut self, shared: &WatchGroups) -> Duration {
        // What groups share is read once.
        let mut scanner = Scanner::default();
        let keys: Vec<String> = {
            let mut groups = lock(&shared.groups);
            groups.retain(|_, group| !group.members.is_empty());
            groups.keys().cloned().collect()
        };
        let mut pause = ROUND;
        for key in keys {
            let Some((config, hosts)) = lock(&shared.groups).get(&key).map(WatchGroup::hosts) else {
                continue;
            };
            let scan = scanner.scan_all(&config);
            let mut stale = Vec::new();
            for host in hosts {
                match host.is_behind(&scan) {
                    Some(true) => stale.push(host),
                    Some(false) => {}
                    // It may have read its folders before this was saved.
                    None => pause = pause.min(SOON),
                }
            }
            let resting = {
                let mut groups = lock(&shared.groups);
                let Some(group) = groups.get_mut(&key) else { continue };
                if stale.is_empty() {
                    group.settling = Settling::default();
                    continue;
                }
                group.settling.after(&scan, &config.folders, &mut self.writers)
            };
            match resting {
                None => reload(&stale, &scan),
                Some(soon) => pause = pause.min(soon),
            }
        }
        pause
    }
}

impl WatchGroup {
    fn hosts(&self) -> (Arc<HostConfig>, Vec<Arc<dyn Reloading>>) {
        (self.config.clone(), self.members.values().filter_map(|host| host()).collect())
    }
}

/// A panic is one host's, and the watching thread is all hosts'.
fn reload_one(host: &dyn Reloading, scan: &FolderScan) {
    let done = panic::catch_unwind(AssertUnwindSafe(|| host.reload_scanned(scan.clone())));
    if done.is_err() {
        tracing::error!(office = %host.config().office, "Reloading panicked; what served goes on.");
    }
}

/// Takes a scan live in each of the hosts: in the first alone, which tries what is new for all.
fn reload(hosts: &[Arc<dyn Reloading>], scan: &FolderScan) {
    let Some((first, others)) = hosts.split_first() else { return };
    reload_one(&**first, scan);
    let left = Mutex::new(others.iter());
    let next = || lock(&left).next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(others.len()) {
            scope.spawn(|| {
                while let Some(host) = next() {
                    reload_one(&**host, scan);
                }
            });
        }
    });
}
