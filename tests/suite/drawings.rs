//! Rule sets and logs drawn by chance: whatever happens, in whatever order, the ledger that serves is what a
//! fresh replay gives, closed periods stay as they were, and what is carried from them adds up to nothing.
//!
//! `REGISTRAR_DRAWINGS=20000 cargo test --release --test suite -- drawings --nocapture` draws more, from
//! another beginning each time; it prints where one began.

mod rules;

use crate::bureau::Bureau;
use jiff::{ToSpan, civil::date};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use registrar_domain::{
    Period, PeriodKind,
    reserved::{DIRECTORY, PERIOD, REOPEN},
};
use registrar_host::{Engine, EngineConfig};
use registrar_ledger::PostingQuery;
use registrar_sdk::Amount;
use rules::{RuleSet, rule_set};
use std::{collections::BTreeMap, env};

/// How many are drawn where nothing else is said.
const DRAWINGS: u32 = 300;

/// Something that happens to an office.
#[derive(Clone, Debug)]
enum Step {
    /// A record, a unit, a day, a kind.
    Submit(u8, u8, i16, bool),
    Void(prop::sample::Index),
    Task(u8, i16),
    /// A new unit, from a day, below another.
    Unit(i16, u8),
    /// A unit under another one, from a day.
    Move(u8, u8, i16),
    /// A unit's last day.
    Leave(u8, i16),
    Holiday(i16),
    Rules(Box<RuleSet>),
    Back,
    Close(u8, i16),
    Reopen(prop::sample::Index),
}

const UNITS: [&str; 4] = ["east", "west", "north", "later"];

fn step() -> impl Strategy<Value = Step> {
    let day = || -60i16..420;
    prop_oneof![
        10 => (0u8..12, 0u8..4, day(), prop::bool::weighted(0.2)).prop_map(|(r, u, d, k)| Step::Submit(r, u, d, k)),
        3 => any::<prop::sample::Index>().prop_map(Step::Void),
        1 => (0u8..4, day()).prop_map(|(u, d)| Step::Task(u, d)),
        1 => (day(), 0u8..3).prop_map(|(d, u)| Step::Unit(d, u)),
        1 => (0u8..3, 0u8..3, day()).prop_map(|(u, p, d)| Step::Move(u, p, d)),
        1 => (0u8..3, day()).prop_map(|(u, d)| Step::Leave(u, d)),
        1 => day().prop_map(Step::Holiday),
        1 => rule_set().prop_map(|rules| Step::Rules(Box::new(rules))),
        1 => Just(Step::Back),
        3 => (0u8..5, day()).prop_map(|(k, d)| Step::Close(k, d)),
        1 => any::<prop::sample::Index>().prop_map(Step::Reopen),
    ]
}

/// An office on its way, and what was sealed in it.
struct Drawing {
    bureau: Bureau,
    live: Vec<(String, u64)>,
    rules: Vec<String>,
    sealed: BTreeMap<Period, Sums>,
}

/// Sums by register, period, account and measure.
type Sums = BTreeMap<(String, Period, String, String), Amount>;

fn day(offset: i16) -> jiff::civil::Date {
    date(2024, 1, 1).saturating_add(i64::from(offset).days())
}

impl Drawing {
    fn take(&mut self, step: &Step) {
        let Drawing { bureau, live, rules, sealed } = self;
        let unit = |n: &u8| UNITS[usize::from(*n)];
        match step {
            Step::Submit(record, by, on, missed) => {
                let kind = if *missed { "missed" } else { "dynamic" };
                let fields = format!(r#"{{"title":"t","unit":"{}","kind":"{kind}"}}"#, unit(by));
                let record = format!("r{record}");
                let seq = bureau.log("information", &record, "submit", day(*on), &fields);
                live.push((record, seq));
            }
            Step::Void(which) if !live.is_empty() => {
                let (record, seq) = live.swap_remove(which.index(live.len()));
                bureau.void(&record, seq);
            }
            Step::Task(by, on) => {
                let fields = format!(r#"{{"title":"t","unit":"{}"}}"#, unit(by));
                bureau.log("tasks", &format!("t{by}{on}"), "open", day(*on), &fields);
            }
            Step::Unit(on, parent) => {
                let fields = format!(r#"{{"title":"Later","class":"direct","parent":"{}"}}"#, unit(parent));
                bureau.log(DIRECTORY, "later", "unit", day(*on), &fields);
            }
            Step::Move(of, parent, on) => {
                let fields = format!(r#"{{"parent":"{}"}}"#, unit(parent));
                bureau.log(DIRECTORY, unit(of), "unit", day(*on), &fields);
            }
            Step::Leave(of, on) => {
                let to = format!(r#"{{"to":"{}"}}"#, day(*on));
                bureau.log(DIRECTORY, unit(of), "unit", day(-400), &to);
            }
            Step::Holiday(on) => {
                bureau.log(DIRECTORY, &format!("h{on}"), "holiday", day(*on), r#"{"name":"h"}"#);
            }
            Step::Rules(new) => {
                rules.push(new.lua());
                bureau.write_rules(&new.lua());
                bureau.follow();
            }
            Step::Back if rules.len() > 1 => {
                let before = rules.remove(rules.len() - 2);
                bureau.write_rules(&before);
                bureau.follow();
                rules.push(before);
            }
            Step::Close(kind, on) => {
                let period = Period::of(day(*on), PeriodKind::SCORED[usize::from(*kind)]);
                let today = date(2026, 1, 1);
                if let Ok(fields) = bureau.ledger().seal(bureau, period, today) {
                    let fields = registrar_sdk::Value::Map(fields).to_json().to_string();
                    bureau.log(PERIOD, &period.to_string(), "close", today, &fields);
                    bureau.ledger().catch_up(bureau).unwrap();
                    let sums = self.within(period);
                    self.sealed.insert(period, sums);
                }
            }
            Step::Reopen(which) if !sealed.is_empty() => {
                let period = *sealed.keys().nth(which.index(sealed.len())).unwrap();
                // The kernel refuses to reopen what is closed with something larger.
                if sealed.keys().all(|other| *other == period || !other.encloses(period)) {
                    sealed.remove(&period);
                    bureau.log(PERIOD, &period.to_string(), REOPEN, date(2026, 1, 1), r#"{"reason":"r"}"#);
                }
            }
            Step::Void(_) | Step::Back | Step::Reopen(_) => {}
        }
    }

    /// Every figure of every period that lies within another.
    fn within(&self, whole: Period) -> Sums {
        let mut sums = Sums::new();
        for kind in PeriodKind::SCORED {
            for period in Period::spanning(whole.first(), whole.last(), kind).filter(|p| whole.encloses(*p)) {
                for register in ["information", "tasks"] {
                    let within = Some((period.first(), period.last()));
                    let query = PostingQuery { register: register.into(), within, ..PostingQuery::default() };
                    for total in self.bureau.ledger().totals(&query).unwrap() {
                        let key = (register.to_owned(), period, total.account, total.measure);
                        let sum = sums.entry(key).or_default();
                        *sum = [*sum, total.amount].into_iter().sum();
                    }
                }
            }
        }
        sums.retain(|_, sum| *sum != Amount::ZERO);
        sums
    }

    fn check(&self) {
        let bureau = &self.bureau;
        bureau.check_replay();
        for (period, sealed) in &self.sealed {
            assert_eq!(self.within(*period), *sealed, "{period} was closed");
        }
        let mut carried: BTreeMap<_, Amount> = BTreeMap::new();
        for register in ["information", "tasks"] {
            let query = PostingQuery { register: register.into(), ..PostingQuery::default() };
            for posting in bureau.ledger().postings(&query).unwrap() {
                if matches!(posting.origin, registrar_ledger::Origin::Adjustment(_)) {
                    let sum =
                        carried.entry((posting.register, posting.account, posting.measure)).or_default();
                    *sum = [*sum, posting.amount].into_iter().sum();
                }
            }
        }
        assert!(carried.values().all(|sum| *sum == Amount::ZERO), "{carried:?}");
    }
}

#[test]
fn whatever_happens_the_ledger_is_what_a_fresh_replay_gives() {
    let more: Option<u32> = env::var("REGISTRAR_DRAWINGS").ok().and_then(|n| n.parse().ok());
    let engine = Engine::start(EngineConfig { workers: 1, ..EngineConfig::default() }).unwrap();
    let config = Config {
        cases: more.unwrap_or(DRAWINGS),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let rng = match more {
        None => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
        Some(_) => {
            let seed: [u8; 32] = std::array::from_fn(|_| rand_byte());
            println!("drawn from {seed:?}");
            TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
        }
    };
    let steps = prop::collection::vec((step(), prop::bool::weighted(0.6)), 4..20);
    TestRunner::new_with_rng(config, rng)
        .run(&(rule_set(), steps), |(rules, steps)| {
            let lua = rules.lua();
            let bureau = Bureau::with_engine(&lua, engine.clone());
            let mut drawing = Drawing { bureau, live: Vec::new(), rules: vec![lua], sealed: BTreeMap::new() };
            for (step, looked_at) in &steps {
                drawing.take(step);
                if *looked_at {
                    drawing.check();
                }
            }
            drawing.check();
            Ok(())
        })
        .unwrap_or_else(|why| panic!("{why}"));
}

/// How many are drawn of what is written in two ways.
const WRITTEN_TWICE: u32 = 60;

#[test]
fn what_plugins_and_files_are_called_decides_no_figure() {
    let engine = Engine::start(EngineConfig { workers: 1, ..EngineConfig::default() }).unwrap();
    let config = Config {
        cases: WRITTEN_TWICE,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let steps = prop::collection::vec(step(), 4..16);
    // Names by which the rules lie in any order; the last of the files is no other than the first.
    let names = prop::collection::vec(any::<u16>(), 16);
    TestRunner::new_with_rng(config, rng)
        .run(&(rule_set(), steps, names), |(rules, steps, names)| {
            let rules = if names[0] % 2 == 0 { rules.with_a_tie() } else { rules };
            let figures = |name: &dyn Fn(usize) -> String| {
                let bureau = Bureau::with_engine("", engine.clone());
                for (number, text) in rules.files().iter().enumerate() {
                    bureau.write_plugin(&format!("{}.lua", name(number)), text);
                }
                bureau.follow();
                let mut drawing =
                    Drawing { bureau, live: Vec::new(), rules: Vec::new(), sealed: BTreeMap::new() };
                for step in steps.iter().filter(|step| !matches!(step, Step::Rules(_) | Step::Back)) {
                    drawing.take(step);
                }
                drawing.check();
                let years = (2023..=2025).map(|year| Period::of(date(year, 1, 1), PeriodKind::Year));
                years.flat_map(|year| drawing.within(year)).collect::<Sums>()
            };
            let plainly = figures(&|number| format!("p{number:02}"));
            let otherwise =
                figures(&|number| format!("z{:05}-{number}", names.get(number).copied().unwrap_or(0)));
            assert_eq!(plainly, otherwise);
            Ok(())
        })
        .unwrap_or_else(|why| panic!("{why}"));
}

fn rand_byte() -> u8 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish() as u8
}
