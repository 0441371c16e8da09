//! `kill -9` at a place drawn at random over all phases of a recompute: whatever is left, the ledger
//! is the one that a fresh replay gives, by the changed rules and by the old ones, and what was
//! acknowledged meanwhile is in it.
//!
//! A place is drawn in two steps: a phase, of those with the fewest kills so far, and a moment within
//! it, by how long it took the times before. Nothing in the child waits for the kill, so it may come in
//! the phase after; it counts for the phase that the child had told last when it died.
//!
//! `REGISTRAR_TEST_KILLS` says how many kills there are; without it 16, twice as many as there are
//! phases, to take less time.

use super::{Dice, child, rescorer};
use registrar_domain::Store;
use registrar_host::{Engine, EngineConfig};
use registrar_ledger::{Ledger, RecomputePhase, RuleGeneration};
use registrar_store::{SqliteShelf, sqlite::Sync};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    hint::spin_loop,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::ChildStdout,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

const SEED: u64 = 0x5eed_0004;

/// What a child has told.
#[derive(Default)]
struct Told {
    text: String,
    /// The last version that it may have counted by.
    version: u64,
    /// The phase that began last and when, by the child's clock.
    phase: Option<(RecomputePhase, f64)>,
    acknowledged: Vec<String>,
    /// How long phases took, in seconds.
    took: Vec<(RecomputePhase, f64)>,
}

impl Told {
    /// Takes in a line. Says whether a phase began.
    fn line(&mut self, line: &str) -> Option<RecomputePhase> {
        if let Some(version) = line.strip_prefix("begun ") {
            self.version = version.parse().unwrap();
        } else if let Some(id) = line.strip_prefix("ack ") {
            self.acknowledged.push(id.to_owned());
        } else if let Some((_, name)) = line.split_once("phase=\"") {
            let at: f64 = line.split_whitespace().next().unwrap().trim_end_matches('s').parse().unwrap();
            if let Some((phase, since)) = self.phase {
                self.took.push((phase, at - since));
            }
            let phase =
                RecomputePhase::ALL.into_iter().find(|phase| phase.name() == name.trim_end_matches('"'));
            self.phase = phase.map(|phase| (phase, at));
            return phase;
        }
        None
    }

    /// Takes in what comes until a phase begins.
    fn next_phase(&mut self, out: &mut BufReader<ChildStdout>) -> RecomputePhase {
        loop {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "the child ended by itself: {}", self.text);
            self.text.push_str(&line);
            if let Some(phase) = self.line(line.trim_end()) {
                return phase;
            }
        }
    }

    /// Takes in the rest. A line without its end was cut off in the pipe.
    fn rest(&mut self, out: &mut BufReader<ChildStdout>) {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            self.line(line);
        }
    }
}

/// How long each phase took lately, in seconds.
#[derive(Default)]
struct Lengths(BTreeMap<RecomputePhase, f64>);

impl Lengths {
    fn learn(&mut self, took: &[(RecomputePhase, f64)]) {
        for (phase, seconds) in took {
            let known = self.0.entry(*phase).or_insert(*seconds);
            *known += (seconds - *known) / 4.0;
        }
    }
}

#[test]
fn a_recompute_killed_at_any_place_leaves_what_a_fresh_replay_gives() {
    let kills = env::var("REGISTRAR_TEST_KILLS").map_or(16, |kills| kills.parse::<u64>().unwrap());
    let started = Instant::now();
    let engine = Engine::start(EngineConfig::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    rescorer::prepare(folder.path(), &engine);
    let mut dice = Dice::new(SEED);
    let mut counts: BTreeMap<RecomputePhase, u64> = RecomputePhase::ALL.map(|phase| (phase, 0)).into();
    let (mut lengths, mut version, mut between) = (Lengths::default(), 0, 0);
    let mut acknowledged = BTreeSet::new();
    let mut postings = 0;
    while counts.values().sum::<u64>() < kills {
        let fewest = counts.values().min().copied().unwrap_or_default();
        let open: Vec<RecomputePhase> =
            counts.iter().filter(|(_, n)| **n == fewest).map(|(phase, _)| *phase).collect();
        let aim = open[dice.below(open.len() as u64) as usize];
        let told = recompute_and_kill(folder.path(), version, aim, &lengths, &mut dice);
        lengths.learn(&told.took);
        match told.phase {
            Some((phase, _)) => *counts.entry(phase).or_default() += 1,
            None => between += 1,
        }
        acknowledged.extend(told.acknowledged);
        // By the changed rules, or by those before them.
        version = told.version - dice.below(2);
        postings = check(folder.path(), version, &acknowledged, &engine);
        assert!(between <= kills, "{between} kills came between two recomputes: {counts:?}");
    }
    println!(
        "seed {SEED:#x}: {kills} kills within a recompute and {between} between two, {} events acknowledged, \
         {postings} postings at the end; in {:.1} s",
        acknowledged.len(),
        started.elapsed().as_secs_f64(),
    );
    for (phase, count) in &counts {
        let took = lengths.0.get(phase).copied().unwrap_or_default() * 1e3;
        println!("{:>12}: {count:3} kills; takes {took:8.3} ms", phase.name());
    }
    assert!(acknowledged.len() as u64 > kills, "only {} events were acknowledged", acknowledged.len());
    let least = if kills >= 100 { 5 } else { 1 };
    assert!(
        counts.values().all(|count| *count >= least),
        "a phase with fewer than {least} kills: {counts:?}"
    );
}

/// Has a child recompute until it is killed about where `aim` is.
fn recompute_and_kill(
    folder: &Path,
    version: u64,
    aim: RecomputePhase,
    lengths: &Lengths,
    dice: &mut Dice,
) -> Told {
    let mut child = rescorer::command(folder, version).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut told = Told { version, ..Told::default() };
    // A phase that is over before the pipe is read is aimed at from the one before it.
    let early = RecomputePhase::ALL.iter().position(|phase| *phase == aim).and_then(|at| at.checked_sub(1));
    let early = early.map(|at| RecomputePhase::ALL[at]).filter(|_| dice.below(2) == 0);
    let length = |phase: RecomputePhase| lengths.0.get(&phase).copied().unwrap_or(0.002);
    for _ in 0..dice.below(2) {
        while told.next_phase(&mut out) != RecomputePhase::Sweeping {}
    }
    while told.next_phase(&mut out) != early.unwrap_or(aim) {}
    let within = length(aim) * dice.below(1_000) as f64 / 1e3;
    wait(Duration::from_secs_f64(early.map_or(0.0, length) + within));
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None, "the child ended by itself: {}", told.text);
    told.rest(&mut out);
    told
}

fn wait(time: Duration) {
    let until = Instant::now() + time;
    // A sleep ends late by more than some phases take.
    thread::sleep(time.saturating_sub(Duration::from_millis(1)));
    while Instant::now() < until {
        spin_loop();
    }
}

/// Checks what the dead child left, by a version of the rules; gives how many postings there are.
fn check(folder: &Path, version: u64, acknowledged: &BTreeSet<String>, engine: &Arc<Engine>) -> u64 {
    rescorer::write_version(folder, version);
    let desk = child::open(folder, Sync::Full, engine);
    let office = &*desk.office;
    let rules = RuleGeneration::from(&*office.plan().unwrap());
    let counting = RuleGeneration::new(desk.books.counting(), office.registers());
    assert_eq!(counting.hash, rules.hash, "it counts by other rules than version {version}");
    let view = office.as_operator();
    let figures = view.figures().unwrap();
    assert_eq!(figures.unscored(None).unwrap(), []);

    let events = desk.store.begin_read(office.key()).unwrap().events_after(0, usize::MAX).unwrap();
    let there: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(there.len(), events.len(), "an event is in the log twice");
    let lost: Vec<_> = acknowledged.iter().filter(|id| !there.contains(id.as_str())).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");

    let other = tempfile::tempdir().unwrap();
    let shelf = SqliteShelf::new(other.path(), office.key()).unwrap();
    let fresh = Ledger::open(Box::new(shelf), office, rules, &|_, _| {}).unwrap();
    assert_eq!(figures.digest().unwrap(), fresh.digest().unwrap(), "version {version}");
    let verified = desk.books.verify().unwrap();
    assert!(verified.passes(), "{verified:?}");

    let left: Vec<String> = fs::read_dir(folder.join("data/ledger"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    let ledgers = left.iter().filter(|name| name.ends_with(".db")).count();
    let pointers = left.iter().filter(|name| name.ends_with(".current")).count();
    assert_eq!((ledgers, pointers, left.len()), (1, 1, 2), "left behind: {left:?}");
    verified.postings
}
