//! Looks after children between calls: a library whose threads go on computing when nobody has asked it for
//! anything is ended, and that is told. It is started anew when it is next called.

use super::process::Process;
use crate::engine::lock;
use std::{
    sync::{Arc, Mutex, Weak},
    thread,
    time::Duration,
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
}

/// Looks after a child from now on, until it is gone.
pub(crate) fn look_after(process: &Arc<Process>, plugin: &str) {
    let mut all = lock(&LOOKED_AFTER);
    let begins = all.is_empty();
    all.push(Child {
        process: Arc::downgrade(process),
        plugin: plugin.to_owned(),
        calls: 0,
        used: Duration::MAX,
        rounds: 0,
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
                if child.round(&process) {
                    over.push((process, child.plugin.clone()));
                    return false;
                }
                true
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
    // Whether it has gone on for too long.
    fn round(&mut self, process: &Process) -> bool {
        let (calls, used) = (process.calls(), process.used().unwrap_or_default());
        let undisturbed = calls == self.calls && !process.is_busy();
        let spent = used.saturating_sub(self.used);
        self.rounds = if undisturbed && spent >= TOO_MUCH { self.rounds + 1 } else { 0 };
        (self.calls, self.used) = (calls, used);
        self.rounds >= ROUNDS
    }
}
