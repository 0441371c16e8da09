//! Loops that never end: each is stopped within twice its budget, the very next call works, and
//! other plugins keep answering meanwhile.

use crate::loop_cases::LOOPS;
use registrar_fixtures::bench::{Bench, alone, fault, host_with};
use registrar_host::{EngineConfig, FaultKind};
use registrar_sdk::Value;
use std::{
    sync::atomic::{AtomicBool, Ordering::*},
    thread,
    time::{Duration, Instant},
};

const BUDGET: Duration = Duration::from_millis(100);
// Twice the budget, and a little for the scheduler of a busy machine.
const LIMIT: Duration = Duration::from_millis(200 + 40);

// Those that end by themselves, since the C loop behind them was replaced.
const ENDING: &[&str] = &["string.find plain on huge strings", "string.rep of nothing"];

const NATIVE: &str = "--!native\n--!optimize 2\nlocal function native_loop() local s = 0 while true do s = (s + 1) % 1000003 end end\n";

fn script(body: &str) -> String {
    format!("{NATIVE}host.on('phase.pure', function(x) if x == 'fine' then return 'fine' end {body} end)")
}

// How long one call took, and what became of it.
fn timed(bench: &Bench, x: &str) -> (Duration, Result<Value, registrar_host::Fault>) {
    let began = Instant::now();
    let outcome = bench.ask("phase.pure", vec![x.into()]);
    (began.elapsed(), outcome.map(|o| o.value).map_err(fault))
}

// Runs `measure` until it is within `limit`, twice at most: a busy machine may disturb one.
fn better_of_two(limit: Duration, mut measure: impl FnMut() -> Duration) -> Duration {
    let first = measure();
    if first <= limit { first } else { first.min(measure()) }
}

#[test]
fn every_loop_is_stopped_within_twice_its_budget_and_the_next_call_works() {
    let _alone = alone();
    let failures: Vec<String> = LOOPS.iter().filter_map(|(name, body)| stopped(name, body).err()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

// A host is asked for a loop, and then for something else. Once more with another host where it was not as it should
// be: whatever else the machine does may disturb one.
fn stopped(name: &str, body: &str) -> Result<(), String> {
    stopped_once(name, body).or_else(|_| stopped_once(name, body))
}

fn stopped_once(name: &str, body: &str) -> Result<(), String> {
    let bench = host_with(&[("looping.lua", &script(body))]);
    timed(&bench, "fine").1.unwrap();
    let (took, outcome) = timed(&bench, "loop");
    let kind = outcome.err().map(|f| f.kind);
    let (next, answer) = timed(&bench, "fine");
    let abandoned = bench.host.engine().counters().abandoned.load(Relaxed);
    println!("{name:44} {:>6.1} ms  {kind:?}; next call {:>5.1} ms", ms(took), ms(next));
    // What runs out of memory or depth, or is refused at the border, is stopped too; and what
    // used to take seconds may simply come to its end.
    let stopped = match kind {
        Some(kind) => kind != FaultKind::Abandoned,
        None => ENDING.contains(&name),
    };
    // A huge answer is read after the loop has ended: bounded, but past the watchdog.
    let limit = if kind == Some(FaultKind::BadAnswer) { 3 * LIMIT } else { LIMIT };
    match stopped && took <= limit && abandoned == 0 && answer == Ok("fine".into()) {
        true => Ok(()),
        false => Err(format!("{name}: {took:?}, {kind:?}, {abandoned} abandoned, then {answer:?}")),
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[test]
fn loops_at_load_in_an_example_and_in_require_keep_the_plugin_out() {
    let _alone = alone();
    let at_load = [("looping.lua", "while true do end")];
    let in_pcall = [("looping.lua", "while true do pcall(function() while true do end end) end")];
    let in_example = [(
        "looping.lua",
        "host.on('phase.pure', function(x) while true do end end)\nhost.example('endless', { point = 'phase.pure', expect = 1 })",
    )];
    let manifest = ("looping/plugin.toml", "");
    let in_require = [
        manifest,
        ("looping/main.lua", "require('lib/endless')"),
        ("looping/lib/endless.lua", "while true do end"),
    ];
    let in_required_function = [
        manifest,
        ("looping/main.lua", "require('lib/f')()"),
        ("looping/lib/f.lua", "return function() while true do end end"),
    ];
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("at load", &at_load),
        ("at load in pcall", &in_pcall),
        ("in an example", &in_example),
        ("in require", &in_require),
        ("in a required function", &in_required_function),
    ];
    for (name, files) in cases {
        let bench = host_with(&[("other.lua", "host.on('phase.read', function() return 'here' end)")]);
        let mut kinds = Vec::new();
        let mut round = 0;
        let took = better_of_two(LIMIT, || {
            round += 1;
            // A comment makes it another version, which is tried anew.
            let comment = format!("# {round}");
            let mut files = files.to_vec();
            if files[0].0.ends_with(".toml") {
                files[0].1 = &comment;
            }
            let began = Instant::now();
            kinds = bench.change(&files).faults.iter().map(|f| (f.plugin.clone(), f.kind)).collect();
            began.elapsed()
        });
        println!("{name:44} {:>6.1} ms  {kinds:?}", ms(took));
        assert_eq!(kinds, [("looping".to_owned(), FaultKind::Budget)], "{name}");
        assert!(took <= LIMIT, "{name}: {took:?}");
        assert_eq!(bench.say("phase.read", vec![]), "\"here\"", "{name}: nobody else is stopped");
        let mended = bench.change(&[
            (files.last().unwrap().0, "return function() end"),
            (if files[0].0 == manifest.0 { "looping/main.lua" } else { "looping.lua" }, &script("")),
        ]);
        assert!(mended.faults.is_empty(), "{name}: {:?}", mended.faults);
        assert_eq!(timed(&bench, "fine").1, Ok("fine".into()), "{name}: the mended version answers");
    }
}

fn percentile_99(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() * 99 / 100]
}

#[test]
fn another_plugin_on_the_same_workers_keeps_answering() {
    let _alone = alone();
    let bench = host_with(&[
        ("looping.lua", &script("while true do pcall(function() while true do end end) end")),
        (
            "other.lua",
            "host.on('phase.read', function(x) local s = 0 for i = 1, 1000 do s += i end return s end)",
        ),
    ]);
    let sample = || {
        let began = Instant::now();
        assert_eq!(bench.say("phase.read", vec![]), "500500");
        began.elapsed()
    };
    for _ in 0..50 {
        sample();
    }
    let before = percentile_99((0..500).map(|_| sample()).collect());
    let (over, mut during) = (AtomicBool::new(false), Vec::new());
    let mut stopped = 0;
    thread::scope(|scope| {
        let looping = scope.spawn(|| {
            let mut stopped = 0;
            for _ in 0..10 {
                stopped += usize::from(timed(&bench, "loop").1.is_err_and(|f| f.kind == FaultKind::Budget));
            }
            over.store(true, Release);
            stopped
        });
        while !over.load(Acquire) {
            during.push(sample());
            thread::sleep(Duration::from_millis(1));
        }
        stopped = looping.join().unwrap();
    });
    let answered = during.len();
    let during = percentile_99(during);
    println!(
        "99th percentile of another plugin: {:.2} ms before, {:.2} ms during 10 endless loops ({answered} calls)",
        ms(before),
        ms(during)
    );
    assert_eq!(stopped, 10);
    assert!(answered > 200, "only {answered} calls were answered while the other plugin looped");
    assert!(during < BUDGET, "{during:?}: it waited for the loop");
    assert_eq!(bench.host.engine().counters().abandoned.load(Relaxed), 0);
}

#[test]
fn a_single_worker_answers_others_between_two_loops() {
    let _alone = alone();
    let limits = EngineConfig { workers: 1, ..EngineConfig::default() };
    let files: &[(&str, &str)] = &[
        ("looping.lua", &script("while true do end")),
        ("other.lua", "host.on('phase.read', function() return 'here' end)"),
    ];
    let (bench, report) = Bench::limited(limits, files, |_| {});
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let mut longest = Duration::ZERO;
    thread::scope(|scope| {
        scope.spawn(|| (0..5).for_each(|_| drop(timed(&bench, "loop"))));
        for _ in 0..30 {
            let began = Instant::now();
            assert_eq!(bench.say("phase.read", vec![]), "\"here\"");
            longest = longest.max(began.elapsed());
            thread::sleep(Duration::from_millis(10));
        }
    });
    println!("longest wait for the only worker: {:.1} ms", ms(longest));
    // It may have to wait for two loops at most: the one that runs, and one that was there before it.
    assert!(longest < 2 * LIMIT, "{longest:?}");
}

#[test]
fn a_worker_that_will_not_stop_is_given_up_and_the_plugin_is_stopped() {
    let _alone = alone();
    let bench = host_with(&[
        (
            "stuck.lua",
            "host.on('phase.pure', function(x) if x == 'fine' then return 'fine' end host.spin(1000) end)",
        ),
        ("other.lua", "host.on('phase.read', function() return 'here' end)"),
    ]);
    assert_eq!(timed(&bench, "fine").1, Ok("fine".into()));
    let mut waited = Duration::ZERO;
    let (took, outcome) = timed(&bench, "sleep");
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            let began = Instant::now();
            (0..20).for_each(|_| assert_eq!(bench.say("phase.read", vec![]), "\"here\""));
            began.elapsed()
        });
        waited = waited.max(other.join().unwrap());
    });
    println!(
        "a plugin stuck for 1 s inside the program: answered after {:.1} ms; 20 calls of another took {:.1} ms",
        ms(took),
        ms(waited)
    );
    let failed = outcome.unwrap_err();
    assert_eq!((failed.kind, failed.plugin.as_str()), (FaultKind::Abandoned, "stuck"));
    // The watchdog's own ticks come on top of twice the budget.
    assert!(took > BUDGET && took < LIMIT + Duration::from_millis(60), "{took:?}");
    let counters = bench.host.engine().counters();
    assert_eq!(counters.abandoned.load(Relaxed), 1);
    let (again, refused) = timed(&bench, "fine");
    assert_eq!(refused.unwrap_err().kind, FaultKind::Abandoned, "it is not called again");
    assert!(again < BUDGET, "{again:?}");
    assert_eq!(counters.abandoned.load(Relaxed), 1, "one is enough");
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(bench.say("phase.read", vec![]), "\"here\"", "the thread that came back harms nobody");
    let report = bench.change(&[("stuck.lua", &script(""))]);
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert_eq!(timed(&bench, "fine").1, Ok("fine".into()), "a new version is called again");
}

#[test]
fn waiting_in_a_host_call_counts_against_the_io_budget_only() {
    let _alone = alone();
    let source = "host.on('phase.effect', function(x) return host.fetch(x) end)";
    let bench = host_with(&[("a.lua", source)]);
    let ask = |delay: u64| {
        let delay = Duration::from_millis(delay);
        let mut services = registrar_fixtures::bench::Recorder { delay, ..Default::default() };
        bench.ask_with("phase.effect", vec![7.into()], &mut services)
    };
    assert_eq!(
        ask(200).unwrap().value,
        Value::Int(7),
        "twice the budget of computing, within that of waiting"
    );
    // Waiting counts for less than computing: the machine may be busy.
    assert!(ask(400).is_ok());
    let refused = ask(1400).unwrap_err().to_string();
    assert!(refused.contains("more than the 300 ms that phase.effect allows"), "{refused}");
}
