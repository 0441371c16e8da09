//! Taking times: medians of rounds in which both sides take turns.

use std::{hint::black_box, time::Instant};

/// Nanoseconds that `work` takes.
pub fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let began = Instant::now();
    black_box(work());
    began.elapsed().as_nanos() as f64
}

/// The middle one.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    match times.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => times[n / 2],
        n => (times[n / 2 - 1] + times[n / 2]) / 2.0,
    }
}

/// What two sides took.
pub struct Pair {
    /// Median of the program's times.
    pub ours: f64,
    /// Median of the bare limit's times.
    pub bare: f64,
    /// Median of the quotients of times taken one right after the other: what disturbs the machine
    /// disturbs both.
    pub ratio: f64,
}

/// Runs both sides in turns, each time the other one first. Each side gives its own time, so that
/// preparing is not counted.
pub fn pair(rounds: usize, mut ours: impl FnMut() -> f64, mut bare: impl FnMut() -> f64) -> Pair {
    // Once each without counting: caches, VMs and the compiler warm up.
    ours();
    bare();
    let (mut all_ours, mut all_bare) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let (a, b);
        if round % 2 == 0 {
            a = ours();
            b = bare();
        } else {
            b = bare();
            a = ours();
        }
        all_ours.push(a);
        all_bare.push(b);
    }
    let ratio = median(all_ours.iter().zip(&all_bare).map(|(a, b)| a / b).collect());
    Pair { ours: median(all_ours), bare: median(all_bare), ratio }
}
