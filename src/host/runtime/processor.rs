//! Processor time: of this thread, of another thread of this program, of another process. A machine that is
//! busy with other things makes nobody's greater.

use rustix::time::{ClockId, clock_gettime};
use std::{fs::File, os::unix::fs::FileExt, time::Duration};

/// What this thread has used since it began.
pub fn own() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Reads what a thread or process has used, from any thread.
pub struct CpuClock {
    file: File,
    kind: ClockKind,
}

#[derive(Clone, Copy)]
enum ClockKind {
    /// Nanoseconds, the first word.
    Schedstat,
    /// Hundredths of a second in user and in system mode, the 14th and 15th word.
    Stat,
}

impl CpuClock {
    /// Of this thread; `None` if the system does not tell.
    pub fn of_this_thread() -> Option<CpuClock> {
        let id = rustix::thread::gettid().as_raw_nonzero();
        let of = |name: &str| File::open(format!("/proc/self/task/{id}/{name}")).ok();
        let precise = of("schedstat").map(|file| CpuClock { file, kind: ClockKind::Schedstat });
        let precise = precise.filter(|clock| clock.read().is_some());
        precise.or_else(|| Some(CpuClock { file: of("stat")?, kind: ClockKind::Stat }))
    }

    /// Of a process with all its threads; `None` if the system does not tell.
    pub fn of_process(id: u32) -> Option<CpuClock> {
        Some(CpuClock { file: File::open(format!("/proc/{id}/stat")).ok()?, kind: ClockKind::Stat })
    }

    /// What it has used since it began; `None` once it has ended.
    pub fn read(&self) -> Option<Duration> {
        let mut bytes = [0u8; 1024];
        let len = self.file.read_at(&mut bytes, 0).ok()?;
        let text = std::str::from_utf8(&bytes[..len]).ok()?;
        match self.kind {
            ClockKind::Schedstat => {
                let nanos: u64 = text.split_ascii_whitespace().next()?.parse().ok()?;
                // A kernel that keeps no such account says 0 for ever.
                (nanos > 0).then(|| Duration::from_nanos(nanos))
            }
            ClockKind::Stat => {
                // The name before may hold spaces and brackets; it ends with the last bracket.
                let (_, rest) = text.rsplit_once(')')?;
                let mut words = rest.split_ascii_whitespace().skip(11);
                let mut next = || words.next()?.parse::<u64>().ok();
                Some(Duration::from_millis((next()? + next()?) * 10))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::runtime::processor::*;
    use std::time::Instant;

    #[test]
    fn computing_is_counted_and_waiting_is_not() {
        let clock = CpuClock::of_this_thread().unwrap();
        let process = CpuClock::of_process(std::process::id()).unwrap();
        let before = (own(), clock.read().unwrap(), process.read().unwrap());
        std::thread::sleep(Duration::from_millis(100));
        assert!(own() - before.0 < Duration::from_millis(50));
        assert!(clock.read().unwrap() - before.1 < Duration::from_millis(50));
        let began = Instant::now();
        let mut n = 0u64;
        while own() - before.0 < Duration::from_millis(60) {
            n = std::hint::black_box(n + 1);
            assert!(began.elapsed() < Duration::from_secs(60), "the clock stands still");
        }
        assert!(clock.read().unwrap() - before.1 >= Duration::from_millis(50));
        assert!(process.read().unwrap() - before.2 >= Duration::from_millis(30));
    }
}
