//! What an attacker tried, or a careless author would: loops of host calls under the office's write lock, rules
//! that remember, a machine that is busy with other things.
//!
//! `REGISTRAR_BUSY=16 REGISTRAR_CALLS=10000 REGISTRAR_STARTS=20 cargo test --release --test suite -- hostile::a_busy
//! --nocapture --test-threads 1` makes the machine busier, and asks and starts more often.

use crate::{
    bench_contract::{Bench, alone},
    program::Program,
};
use registrar_host::processor;
use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

const THINGS: &str = r#"host.register("things", {
  fields = { name = { type = "text" }, unit = { type = "unit" } }, stages = { "open" },
  actions = { open = { to = "open", create = true } }, measures = { points = {} },
})
"#;

#[test]
fn a_guard_that_asks_the_host_for_ever_lets_the_write_lock_go() {
    let program = Program::bare();
    program.write("scripts/things.lua", THINGS);
    program.write(
        "scripts/guard.lua",
        r#"host.on("action.guard", { register = "things" }, function(event, record)
          while record.name == "loop" do pcall(host.records, { register = "things" }) end
        end)"#,
    );
    let _serving = program.serve();
    let act = |name: &str| program.run(&["act", "things", "-", "open", &format!("name={name}")]);
    act("first").ok();
    thread::scope(|scope| {
        let looping = scope.spawn(|| act("loop"));
        thread::sleep(Duration::from_millis(100));
        let began = Instant::now();
        act("meanwhile").ok();
        println!(
            "figure: another action waited {} ms for a guard that asks for ever",
            began.elapsed().as_millis()
        );
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        looping.join().unwrap().ended(1).says("guard.lua:1");
    });
    act("afterwards").ok();
}

/// Rules that remember: each is refused before it serves, by what it does.
const IMPURE: [(&str, &str, &str); 7] = [
    ("a counter", "local n = 0 host.on(POINT, function() n += 1 return n end)", "changes `n`"),
    (
        "a counter with a threshold",
        "local n = 0 host.on(POINT, function() n += 1 if n > 3 then return 2 end return 1 end)",
        "changes `n`",
    ),
    ("a global", "host.on(POINT, function() count = (count or 0) + 1 return count end)", "assigns the global `count`"),
    ("a global by its table", "host.on(POINT, function() _G.count = 1 return 1 end)", "assigns the global `count`"),
    ("a global never assigned", "local function never() count = 1 end host.on(POINT, function() return 1 end)", "assigns the global `count`"),
    (
        "a memo keyed by the order of calls",
        "local seen = {} host.on(POINT, function(event) table.insert(seen, event.id) return #seen end)",
        "changes `seen`",
    ),
    (
        "a counter behind an alias",
        "local s = { n = 0 } host.on(POINT, function() local t = s t.n += 1 return t.n end)
host.example('one', { point = 'score.post', event = { register = 'things', action = 'open', on = '2024-01-01' }, record = { unit = 'x' }, expect = { { amount = 1 } } })",
        "it came out as expected the first time and otherwise when it was tried again",
    ),
];

#[test]
fn a_rule_that_remembers_is_refused_by_check_with_its_place() {
    let point = "\"score.post\", { register = \"things\", action = \"open\", measure = \"points\", account = \"unit\" }";
    for (what, source, says) in IMPURE {
        let program = Program::bare();
        program.write("scripts/things.lua", THINGS);
        program.run(&["check"]).ok();
        program.write("scripts/rule.lua", &source.replace("POINT", point));
        let ran = program.run(&["check"]).ended(1);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains(says) && told.contains("rule.lua:"), "{what}: {told}");
    }
}

/// Keeps so many threads computing until dropped.
struct Busy(Arc<AtomicBool>, Vec<thread::JoinHandle<()>>);

impl Busy {
    fn with(threads: usize) -> Busy {
        let stop = Arc::new(AtomicBool::new(false));
        let spin = |_| {
            let stop = stop.clone();
            thread::spawn(move || {
                while !stop.load(Relaxed) {
                    std::hint::spin_loop()
                }
            })
        };
        Busy(stop.clone(), (0..threads).map(spin).collect())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
        self.1.drain(..).for_each(|thread| drop(thread.join()));
    }
}

/// A number that the environment may raise.
fn setting(name: &str, usually: usize) -> usize {
    env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usually)
}

#[test]
fn a_busy_machine_takes_no_plugin_from_an_office_that_starts() {
    let _alone = alone();
    let (busy, starts) = (setting("REGISTRAR_BUSY", 8), setting("REGISTRAR_STARTS", 1));
    let _busy = Busy::with(busy);
    let mut longest = Duration::ZERO;
    let mut plugins = 0;
    for start in 0..starts {
        let program = Program::new();
        let began = Instant::now();
        let listed = program.run(&["plugins", "--json"]).ok().json();
        longest = longest.max(began.elapsed());
        // What the office did not choose is off, busy or not.
        let chosen: Vec<_> =
            listed.as_array().unwrap().iter().filter(|plugin| plugin["state"] != "off").collect();
        plugins = chosen.len();
        let out: Vec<_> = chosen.iter().filter(|plugin| plugin["state"] != "live").collect();
        assert!(plugins > 5 && out.is_empty(), "start {start}: {out:?}");
    }
    println!(
        "figure: {starts} starts from an empty folder beside {busy} busy threads, all {plugins} plugins live; the longest took {} ms",
        longest.as_millis()
    );
}

#[test]
fn a_busy_machine_stops_no_innocent_and_a_runaway_all_the_same() {
    let _alone = alone();
    let (busy, calls) = (setting("REGISTRAR_BUSY", 8), setting("REGISTRAR_CALLS", 200));
    let _busy = Busy::with(busy);
    // Some 20 ms of computing of 100 that it may have: by the wall far more.
    let source = "
        local function work(n) local x = 0 for i = 1, n do x = (x * 31 + i) % 1000003 end return x end
        host.on('phase.pure', function(how)
          if how == 'for ever' then while true do end end
          return work(200000)
        end)";
    let (bench, report) = Bench::load(&[("a.lua", source)], |_| {});
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    for call in 0..calls {
        let answer = bench.ask("phase.pure", vec!["well".into()]);
        assert!(answer.is_ok(), "call {call}: {answer:?}");
    }
    let (before, began) = (processor::own(), Instant::now());
    let refused = bench.say("phase.pure", vec!["for ever".into()]);
    assert!(refused.contains("ran past its budget of 100 ms of processor time"), "{refused}");
    println!(
        "figure: beside {busy} busy threads none of {calls} calls was refused, a runaway was stopped after {} ms by the wall ({} ms of the caller's own)",
        began.elapsed().as_millis(),
        (processor::own() - before).as_millis()
    );
    assert_eq!(bench.ask("phase.pure", vec!["well".into()]).map(|_| ()), Ok(()));
}

#[test]
fn a_log_stays_readable_whatever_a_plugin_writes_to_it() {
    let program = Program::bare();
    program.write(
        "scripts/loud.lua",
        "for n = 1, 300 do host.log.warn('loud\\27[2J\\nregistrar: forged ' .. string.rep('x', 5000)) end\n",
    );
    let ran = program.run(&["plugins"]);
    let lines: Vec<&str> = ran.err.lines().filter(|line| line.contains("loud")).collect();
    assert!((1..=200).contains(&lines.len()), "{} lines", lines.len());
    assert!(lines.iter().all(|line| line.len() < 2_500), "{}", lines[0].len());
    assert!(!ran.err.contains("\u{1b}[2J") && !ran.err.contains("\nregistrar: forged"), "{}", lines[0]);
}
