//! An acknowledged write survives `kill -9` at any moment, and is there once.
//!
//! `child` is the process that is killed; `program` kills the real one; `power` shows that nothing
//! is acknowledged before it is synced; `recompute` kills in every phase of a recompute, which
//! `rescorer` makes.

mod child;
mod power;
mod program;
mod recompute;
mod rescorer;

use child::{Desk, IMPORTED};
use registrar_domain::{Event, Store};
use registrar_host::{Engine, EngineConfig};
use registrar_store::sqlite::Sync;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

const SEED: u64 = 0x5eed_0008;
// One at a time: the suite's other tests measure time.
const FOLDERS: u64 = 12;
const KILLS: u64 = 18;

/// Random numbers, the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed | 1)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % n
    }
}

#[derive(Default)]
struct Tally {
    kills: u64,
    while_opening: u64,
    acknowledged: u64,
    stored: u64,
    unacknowledged: u64,
}

#[test]
fn every_acknowledged_event_survives_kill_9_once() {
    let started = Instant::now();
    let engine = Engine::start(EngineConfig::default()).unwrap();
    let tallies: Vec<Tally> = (0..FOLDERS).map(|number| kill_in_folder(&engine, number)).collect();
    let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
    let (kills, early) = (sum(|t| t.kills), sum(|t| t.while_opening));
    println!(
        "seed {SEED:#x}: {kills} kills ({early} before the first acknowledgement), {} events acknowledged, \
         {} stored, of them {} committed and not yet acknowledged when killed; in {:.1} s",
        sum(|t| t.acknowledged),
        sum(|t| t.stored),
        sum(|t| t.unacknowledged),
        started.elapsed().as_secs_f64(),
    );
    assert!(kills >= 200, "only {kills} kills");
    assert!(early > 0 && early < kills / 2, "{early} of {kills} came before the first acknowledgement");
    assert!(sum(|t| t.unacknowledged) > 0, "no kill came between a commit and its acknowledgement");
}

fn kill_in_folder(engine: &Arc<Engine>, number: u64) -> Tally {
    let mut tally = Tally::default();
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice::new(SEED + number);
    let mut acknowledged = BTreeSet::new();
    let (mut from, mut known) = (0, BTreeSet::new());
    for kill in 0..KILLS {
        // Other rules now and then, so that a ledger is being made aside when the kill comes.
        child::write_script(folder.path(), 1 + kill / 5);
        let acks = run_and_kill(folder.path(), from, &mut dice);
        tally.kills += 1;
        tally.while_opening += u64::from(acks.is_empty());
        acknowledged.extend(acks);
        let desk = child::open(folder.path(), Sync::Full, engine);
        let events = all(&desk);
        from = check(&desk, &events, &acknowledged);
        // What a child commits and can still acknowledge is what it was told to do by itself.
        let own = |id: &str| id.starts_with(['h', 'a', 'b']) && !id.contains('/');
        let stored = events.into_iter().map(|e| e.id).filter(|id| own(id)).collect::<BTreeSet<_>>();
        let untold = stored.iter().filter(|id| !known.contains(*id) && !acknowledged.contains(*id));
        tally.unacknowledged += untold.count() as u64;
        known = stored;
    }
    tally.acknowledged += acknowledged.len() as u64;
    tally.stored += known.len() as u64;
    tally
}

/// Starts a child, kills it at a random moment, and gives the events it was told are safe.
fn run_and_kill(folder: &Path, from: u64, dice: &mut Dice) -> Vec<String> {
    let mut child = child::command(folder, from, 10_000, Sync::Full).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    if dice.below(4) == 0 {
        // While it opens: a new store, a replay of the log, a ledger made aside.
        thread::sleep(Duration::from_micros(dice.below(90_000)));
    } else {
        while !text.contains("ack") {
            assert_ne!(out.read_line(&mut text).unwrap(), 0, "the child ended by itself: {text}");
        }
        thread::sleep(Duration::from_micros(dice.below(40_000)));
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None, "the child ended by itself: {text}");
    out.read_to_string(&mut text).unwrap();
    // A line without its end was cut off in the pipe; the event may be safe, but nobody was told.
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.filter_map(|line| line.trim_end().strip_prefix("ack ")).map(str::to_owned).collect()
}

fn all(desk: &Desk) -> Vec<Event> {
    // What was still to be told when the child died is told now.
    desk.office.deliver(i64::MAX / 2).unwrap();
    desk.store.begin_read(desk.office.key()).unwrap().events_after(0, usize::MAX).unwrap()
}

/// Checks what the dead child left; gives the round from which the next goes on.
fn check(desk: &Desk, events: &[Event], acknowledged: &BTreeSet<String>) -> u64 {
    let mut count = BTreeMap::<&str, u64>::new();
    events.iter().for_each(|e| *count.entry(&e.id).or_default() += 1);
    let twice: Vec<_> = count.iter().filter(|(_, n)| **n != 1).collect();
    assert!(twice.is_empty(), "more than once in the log: {twice:?}");
    let lost: Vec<_> = acknowledged.iter().filter(|id| !count.contains_key(id.as_str())).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");

    // A batch of an import is one transaction, and so are a submission and what it brings.
    let imported = count.keys().filter(|id| id.starts_with("h-")).count() as u64;
    assert_eq!(imported % 3, 0, "{imported} imported events are no whole batches");
    let submitted: Vec<&str> =
        count.keys().copied().filter(|id| id.starts_with("a-") && !id.contains('/')).collect();
    for id in &submitted {
        assert!(count.contains_key(&*format!("{id}/noted")), "{id} is there without what it brings");
        assert!(count.contains_key(&*format!("plugin:item/{id}")), "nobody was told of {id}");
    }
    let noted = count.keys().filter(|id| id.ends_with("/noted")).count();
    let told = count.keys().filter(|id| id.starts_with("plugin:item/")).count();
    assert_eq!((noted, told), (submitted.len(), submitted.len()));
    let numbers =
        submitted.iter().map(|id| desk.office.as_operator().record("item", id).unwrap().number.unwrap());
    let numbers: BTreeSet<u64> = numbers.map(|number| number.parse().unwrap()).collect();
    assert_eq!(numbers, (1..=submitted.len() as u64).collect(), "numbers are given once, without a gap");

    let verified = desk.office.verify(&mut |_| {}).unwrap();
    assert!(verified.passed(), "{:?}", verified.problems);
    assert_eq!(verified.events, events.len() as u64);
    let ledger = desk.books.verify().unwrap();
    assert!(ledger.passes(), "{:?}", ledger.differences);
    assert_eq!(ledger.postings, events.iter().filter(|e| e.register == "item").count() as u64);
    imported / IMPORTED
}
