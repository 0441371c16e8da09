//! What the offices of a running program do by themselves: a few threads for all of them, and none that does
//! anything for an office in which nothing happened.

use crate::{
    App, OpenOffice,
    maintenance::{TendedState, look_through, tend},
    resources,
};
use anyhow::Result;
use registrar_host::Watch;
use registrar_kernel::LedgerWorkers;
use std::{
    collections::BTreeMap,
    io,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How often it is looked whether something is to be done.
const ROUND: Duration = Duration::from_millis(250);
/// How often it is looked what the machine is short of.
const SHORT: Duration = Duration::from_secs(10);
/// Between two looks at the settings that must agree.
const SETTLE: Duration = Duration::from_millis(20);
/// So many offices may tell the world outside at once, and be kept waiting by it.
const AT_ONCE: usize = 4;

/// The offices that are kept running.
pub struct OfficeRounds {
    app: Weak<App>,
    followers: LedgerWorkers,
    kept: Mutex<BTreeMap<String, Arc<TendedOffice>>>,
    due: Sender<Arc<TendedOffice>>,
    settings: SettingsWatch,
    /// When it was last looked what the machine is short of, and what that was.
    short: Mutex<(Option<Instant>, Option<String>)>,
}

/// Whether `registrar.toml` is as it was when it was read.
struct SettingsWatch {
    seen: Mutex<Option<String>>,
}

impl SettingsWatch {
    /// What the file says; none if it is not there. An error says nothing of it.
    fn text(app: &App) -> io::Result<Option<String>> {
        match std::fs::read_to_string(&app.config().file) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }

    /// Has it taken up once it was saved and is no longer written to: two looks agree.
    fn look(&self, app: &App) {
        // One that can't be read at present (there may be no more files to be opened) is as it was.
        let Ok(now) = SettingsWatch::text(app) else { return };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return;
        }
        thread::sleep(SETTLE);
        if SettingsWatch::text(app).is_ok_and(|again| again == now) {
            *seen = now;
            drop(seen);
            app.reread();
        }
    }
}

/// An office that is kept running.
struct TendedOffice {
    opened: Arc<OpenOffice>,
    seen: Mutex<TendedState>,
    /// Whether a thread does something for it, or is about to.
    is_due: AtomicBool,
    _watch: Watch,
}

impl TendedOffice {
    fn seen(&self) -> MutexGuard<'_, TendedState> {
        // Replaced whole at the end of a round.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OfficeRounds {
    /// Starts the threads.
    ///
    /// # Errors
    /// One could not be started.
    pub fn start(app: &Arc<App>) -> Result<Arc<OfficeRounds>> {
        let (due, waiting) = channel();
        let settings = SettingsWatch { seen: Mutex::new(SettingsWatch::text(app).unwrap_or_default()) };
        let followers = LedgerWorkers::start(app.engine.workers())?;
        let rounds = Arc::new(OfficeRounds {
            app: Arc::downgrade(app),
            followers,
            kept: Mutex::default(),
            due,
            settings,
            short: Mutex::default(),
        });
        let own = Arc::downgrade(&rounds);
        thread::Builder::new().name("registrar-rounds".into()).spawn(move || {
            while let Some(rounds) = own.upgrade() {
                rounds.look();
                drop(rounds);
                thread::sleep(ROUND);
            }
        })?;
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..AT_ONCE {
            let (app, waiting) = (Arc::downgrade(app), waiting.clone());
            thread::Builder::new().name("registrar-offices".into()).spawn(move || work(&app, &waiting))?;
        }
        Ok(rounds)
    }

    /// Keeps an office running from now on.
    ///
    /// # Errors
    /// Its folders cannot be watched.
    pub fn keep(&self, opened: &Arc<OpenOffice>) -> Result<()> {
        let name = opened.office.name.clone();
        if self.kept().contains_key(&name) {
            return Ok(());
        }
        let watch = opened.office.host().watch().map_err(anyhow::Error::msg)?;
        self.followers.follow(&opened.ledger);
        let (seen, is_due) = Default::default();
        self.kept()
            .insert(name, Arc::new(TendedOffice { opened: opened.clone(), seen, is_due, _watch: watch }));
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, Arc<TendedOffice>>> {
        // Every use is one insertion or look-up.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what the machine is short of: once, and again when it has changed.
    fn look_for_shortage(&self, app: &App) {
        let mut short = self.short.lock().unwrap_or_else(PoisonError::into_inner);
        if short.0.is_some_and(|last| last.elapsed() < SHORT) {
            return;
        }
        let now = resources::told(&app.config().data(), None);
        match (&short.1, &now) {
            (before, Some(now)) if before.as_ref() != Some(now) => tracing::error!("{now}"),
            (Some(before), None) => tracing::warn!("No longer so: {before}"),
            _ => {}
        }
        *short = (Some(Instant::now()), now);
    }

    fn look(&self) {
        if let Some(app) = self.app.upgrade() {
            self.settings.look(&app);
            self.look_for_shortage(&app);
        }
        let kept: Vec<Arc<TendedOffice>> = self.kept().values().cloned().collect();
        for office in kept {
            let is_due = office.seen.try_lock().is_ok_and(|seen| seen.is_behind(&office.opened));
            if is_due && !office.is_due.swap(true, AcqRel) {
                // The threads end with the program.
                let _ = self.due.send(office);
            }
        }
    }
}

fn work(app: &Weak<App>, waiting: &Mutex<Receiver<Arc<TendedOffice>>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let (Ok(office), Some(app)) = (next, app.upgrade()) else { return };
        // A panic is one office's, and these threads are all offices'.
        let done = panic::catch_unwind(AssertUnwindSafe(|| {
            let mut seen = office.seen();
            tend(&app, &office.opened, &mut seen);
            look_through(&office.opened, &mut seen);
        }));
        if done.is_err() {
            tracing::error!(office = %office.opened.office.name, "Looking after the office panicked; it is tried again.");
        }
        office.is_due.store(false, Release);
    }
}
