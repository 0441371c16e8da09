//! A circuit breaker: a handler that keeps failing is left out for a while, where its point allows it.

use crate::sync::lock;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::{Duration, Instant},
};

/// Failures of handlers, by their key.
#[derive(Default)]
pub struct Quarantine {
    known: Mutex<BTreeMap<String, FailureRecord>>,
}

#[derive(Default)]
struct FailureRecord {
    in_a_row: u32,
    trips: u32,
    until: Option<Instant>,
}

/// A handler that is left out at present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// `plugin#index`.
    pub handler: String,
    /// Seconds until it is tried again.
    pub seconds_left: u64,
}

impl Quarantine {
    /// The handlers that are left out now.
    pub fn out(&self) -> BTreeSet<String> {
        let known = lock(&self.known);
        known.iter().filter(|(_, r)| r.is_out()).map(|(key, _)| key.clone()).collect()
    }

    /// The same for people.
    pub fn list(&self) -> Vec<Quarantined> {
        let known = lock(&self.known);
        let left = |r: &FailureRecord| {
            r.until.map_or(0, |until| until.saturating_duration_since(Instant::now()).as_secs())
        };
        let out = known.iter().filter(|(_, r)| r.is_out());
        out.map(|(key, r)| Quarantined { handler: key.clone(), seconds_left: left(r) }).collect()
    }

    /// Notes how a call went.
    pub fn note(&self, handler: &str, went_well: bool, after: u32, first: Duration) {
        let mut known = lock(&self.known);
        if went_well {
            known.remove(handler);
            return;
        }
        let record = known.entry(handler.to_owned()).or_default();
        record.in_a_row += 1;
        if record.in_a_row >= after {
            // Twice as long each time, up to a day.
            let pause = first.saturating_mul(1 << record.trips.min(16)).min(Duration::from_secs(86_400));
            record.until = Some(Instant::now() + pause);
            record.trips += 1;
            // One further failure after the pause trips it again.
            record.in_a_row = after.saturating_sub(1);
            tracing::error!(
                handler,
                seconds = pause.as_secs(),
                "The handler keeps failing and is quarantined."
            );
        }
    }

    /// Forgets a plugin's failures: it was replaced.
    pub fn forget(&self, plugin: &str) {
        let prefix = format!("{plugin}#");
        lock(&self.known).retain(|key, _| !key.starts_with(&prefix));
    }
}

impl FailureRecord {
    fn is_out(&self) -> bool {
        self.until.is_some_and(|until| until > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use crate::dispatch::quarantine::*;

    #[test]
    fn it_trips_after_failures_in_a_row_and_a_success_clears_it() {
        let quarantine = Quarantine::default();
        let note = |well| quarantine.note("a#0", well, 3, Duration::from_secs(60));
        for well in [false, false, true, false, false] {
            note(well);
        }
        assert!(quarantine.out().is_empty());
        note(false);
        assert_eq!(quarantine.list()[0].handler, "a#0");
        quarantine.forget("a");
        assert!(quarantine.out().is_empty());
    }

    #[test]
    fn after_the_pause_one_failure_trips_it_again() {
        let quarantine = Quarantine::default();
        for _ in 0..3 {
            quarantine.note("a#0", false, 3, Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(5));
        assert!(quarantine.out().is_empty());
        quarantine.note("a#0", false, 3, Duration::from_secs(60));
        assert_eq!(quarantine.out().len(), 1);
    }
}
