//! Looks after children between calls: a library whose threads go on computing when nobody has asked it for
//! anything is ended, and that is told; one that nobody calls for long is ended too. It is started anew when it is
//! next called.

use crate::{
    runtime::native::process::{Launch, Process},
    sync::lock,
};
use std::{
    sync::{Arc, Mutex, Weak},
    thread,
    time::{Duration, Instant},
};

/// How often it is looked.
const ROUND: Duration = Duration::from_secs(1);
/// Processor time of one round that nobody asked for and that is too much.
const TOO_MUCH: Duration = Duration::from_millis(250);
/// Rounds in a row after which a child is ended.
const ROUNDS: u32 = 3;

static LOOKED_AFTER: Mutex<Vec<Child>> = Mutex::new(Vec::new());

struct Child {
    process: Weak<Process>,
    plugin: String,
    calls: u64,
    used: Duration,
    rounds: u32,
    /// When it was last seen to be called, and how long it stays without that.
    called: Instant,
    idle: Duration,
}

/// What is to become of a child.
enum Fate {
    Stays,
    /// It goes on computing.
    Ended,
    /// Nobody calls it.
    Retired,
}

/// Looks after a child from now on, until it is gone.
pub(crate) fn look_after(process: &Arc<Process>, launch: &Launch) {
    let mut all = lock(&LOOKED_AFTER);
    let begins = all.is_empty();
    all.push(Child {
        process: Arc::downgrade(process),
        plugin: launch.id.clone(),
        calls: 0,
        used: Duration::MAX,
        rounds: 0,
        called: Instant::now(),
        idle: launch.idle,
    });
    drop(all);
    if begins {
        let spawned =
            thread::Builder::new().name("registrar-children".into()).stack_size(128 << 10).spawn(rounds);
        if let Err(error) = spawned {
            tracing::error!(%error, "Nobody can look after libraries between calls.");
            lock(&LOOKED_AFTER).clear();
        }
    }
}

// Until there is no child left; the next one starts another thread.
fn rounds() {
    loop {
        thread::sleep(ROUND);
        let mut over = Vec::new();
        {
            let mut all = lock(&LOOKED_AFTER);
            all.retain_mut(|child| {
                let Some(process) = child.process.upgrade().filter(|process| !process.is_gone()) else {
                    return false;
                };
                match child.round(&process) {
                    Fate::Stays => true,
                    Fate::Ended => {
                        over.push((process, child.plugin.clone()));
                        false
                    }
                    Fate::Retired => !process.retire(),
                }
            });
            if all.is_empty() && over.is_empty() {
                return;
            }
        }
        for (process, plugin) in over {
            process.end_between();
            tracing::error!(
                plugin,
                "The library goes on computing between calls, which is nobody's to pay for: its process was ended. \
                 Threads of a plugin end with the call that began them, or wait."
            );
        }
        if lock(&LOOKED_AFTER).is_empty() {
            return;
        }
    }
}

impl Child {
    fn round(&mut self, process: &Process) -> Fate {
        let (calls, used) = (process.calls(), process.used().unwrap_or_default());
        let undisturbed = calls == self.calls && !process.is_busy();
        let spent = used.saturating_sub(self.used);
        self.rounds = if undisturbed && spent >= TOO_MUCH { self.rounds + 1 } else { 0 };
        if !undisturbed {
            self.called = Instant::now();
        }
        (self.calls, self.used) = (calls, used);
        match self.rounds >= ROUNDS {
            true => Fate::Ended,
            false if self.called.elapsed() >= self.idle => Fate::Retired,
            false => Fate::Stays,
        }
    }
}
