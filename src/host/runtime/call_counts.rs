//! What a plugin's calls took: how many, how many failed, how long. Every call is counted, and one of a
//! few is timed, so that looking at the clock costs next to nothing.

use serde::Serialize;
use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// One of so many calls is timed, the first among them.
const SAMPLE: u64 = 16;

/// Counts of a loaded plugin.
#[derive(Debug, Default)]
pub(crate) struct CallCounts {
    calls: AtomicU64,
    failed: AtomicU64,
    timed: AtomicU64,
    nanos: AtomicU64,
    longest: AtomicU64,
}

/// What a plugin's calls took since it was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// Calls of its handlers.
    pub calls: u64,
    /// Of them, those that failed.
    pub failed: u64,
    /// Microseconds that one takes in the mean, of those that were timed.
    pub mean_us: u64,
    /// Microseconds of the longest that was timed.
    pub longest_us: u64,
}

impl CallCounts {
    /// Counts a call, and says when it began if it is to be timed.
    pub(crate) fn begin(&self) -> Option<Instant> {
        self.calls.fetch_add(1, Relaxed).is_multiple_of(SAMPLE).then(Instant::now)
    }

    /// Counts how it ended.
    pub(crate) fn end(&self, began: Option<Instant>, well: bool) {
        if !well {
            self.failed.fetch_add(1, Relaxed);
        }
        if let Some(began) = began {
            self.note(1, began.elapsed());
        }
    }

    /// Counts many calls that were made in one.
    pub(crate) fn many(&self, calls: usize, took: Duration) {
        self.calls.fetch_add(calls as u64, Relaxed);
        self.note(calls as u64, took);
    }

    fn note(&self, calls: u64, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.timed.fetch_add(calls, Relaxed);
        self.nanos.fetch_add(nanos, Relaxed);
        self.longest.fetch_max(nanos / calls.max(1), Relaxed);
    }

    /// For people.
    pub(crate) fn timing(&self) -> Timing {
        let micros = |nanos: u64| nanos.div_ceil(1_000);
        Timing {
            calls: self.calls.load(Relaxed),
            failed: self.failed.load(Relaxed),
            mean_us: micros(self.nanos.load(Relaxed) / self.timed.load(Relaxed).max(1)),
            longest_us: micros(self.longest.load(Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::runtime::call_counts::*;

    #[test]
    fn every_call_is_counted_and_some_are_timed() {
        let spent = CallCounts::default();
        let timed = (0..33).filter(|n| {
            let began = spent.begin();
            let is_timed = began.is_some();
            spent.end(began, n % 11 != 0);
            is_timed
        });
        assert_eq!(timed.count(), 3);
        spent.many(10, Duration::from_micros(50));
        let timing = spent.timing();
        assert_eq!((timing.calls, timing.failed), (43, 3));
        assert!(timing.longest_us >= 5 && timing.mean_us >= 1, "{timing:?}");
    }
}
