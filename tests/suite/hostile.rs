//! What an attacker tried, or a careless author would: loops of host calls under the office's write lock, rules
//! that remember, a machine that is busy with other things.
//!
//! `REGISTRAR_BUSY=16 REGISTRAR_CALLS=10000 REGISTRAR_STARTS=20 cargo test --release --test suite -- hostile::a_busy
//! --nocapture --test-threads 1` makes the machine busier, and asks and starts more often.

use crate::program::Program;
use registrar_fixtures::bench::{Bench, alone};
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
const IMPURE: [(&str, &str, &str); 11] = [
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
        "a counter that was made before",
        "local function make() local n = 0 return function() n += 1 return n end end local rule = make() host.on(POINT, rule)",
        "changes `n`",
    ),
    (
        "a memo around a rule",
        "local function memo(f) local seen = {} return function(e) seen[e.action] = seen[e.action] or f(e) return seen[e.action] end end
host.on(POINT, memo(function(event) return event.no or 1 end))",
        "changes `seen`",
    ),
    (
        "a table that is keyed by tables",
        "host.on(POINT, function(event, record) local t = {} for i = 1, 9 do local k = { i } t[k] = i end for _, i in t do return i end end)",
        "keys a table by the table `k`",
    ),
    (
        "a table that is keyed by its arguments",
        "host.on(POINT, function(event, record) local t = { [event] = 1, [record] = 2 } if event.id == '' then return record.unit end return select(2, next(t)) end)",
        "keys a table by the table `event`",
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

/// Processor time of all threads of this program that run plugins.
fn workers_used() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let read = |entry: &std::fs::DirEntry, name: &str| std::fs::read_to_string(entry.path().join(name)).ok();
    // The system keeps fifteen letters of a thread's name.
    let workers =
        tasks.filter(|task| read(task, "comm").is_some_and(|name| name.starts_with("registrar-worke")));
    let nanos = workers.filter_map(|task| read(&task, "schedstat")?.split(' ').next()?.parse::<u64>().ok());
    Duration::from_nanos(nanos.sum())
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
    let (before, began) = (workers_used(), Instant::now());
    let refused = bench.say("phase.pure", vec!["for ever".into()]);
    assert!(refused.contains("ran past its budget of 100 ms of processor time"), "{refused}");
    println!(
        "figure: beside {busy} busy threads none of {calls} calls was refused, a runaway was stopped after {} ms of processor time, {} ms by the wall",
        (workers_used() - before).as_millis(),
        began.elapsed().as_millis()
    );
    assert_eq!(bench.ask("phase.pure", vec!["well".into()]).map(|_| ()), Ok(()));
}

/// What one plugin would keep or say, by a file that does it, and what it is told.
const TOO_MUCH: [(&str, &str, &str); 7] = [
    (
        "findings",
        "host.on('record.check', {}, function() local all = {} for n = 1, 1001 do all[n] = { level = 'hint', text = 'x' } end return all end)",
        "returned 1001 answers; at most 1000 at once (limits.call_answers)",
    ),
    (
        "a long finding",
        "host.on('record.check', {}, function() return { level = 'hint', text = string.rep('x', 5000000) } end)",
        "returned more than 4 MiB (limits.call_answer_mib)",
    ),
    (
        "handlers",
        "for n = 1, 1001 do host.on('record.check', {}, function() end) end",
        "registers more than 1000 handlers",
    ),
    (
        "writes",
        "host.on('plugin.load', {}, function() for n = 1, 1001 do host.state.set('k', n) end end)",
        "one call of a handler writes at most 1000 times (limits.call_writes)",
    ),
    (
        "bytes written",
        "host.on('plugin.load', {}, function() local x = string.rep('x', 2 ^ 19) for n = 1, 5 do host.state.set('k', x) end end)",
        "one call of a handler writes at most 2 MiB (limits.call_written_mib)",
    ),
    (
        "state",
        "host.on('plugin.load', {}, function() local x = string.rep('x', 2 ^ 19) for n = 1, 3 do host.state.set('k' .. n, x) end end)",
        "the plugin's state would hold more than 1 MiB (limits.plugin_state_mib)",
    ),
    (
        "a hint for a long name",
        "host.on('record.check', {}, function() return host[string.rep('a', 1e6)] end)",
        "does not exist",
    ),
];

#[test]
fn what_a_plugin_keeps_and_says_has_limits_that_are_named() {
    for (what, source, says) in TOO_MUCH {
        let program = Program::bare();
        program.write("scripts/things.lua", THINGS);
        program.write("registrar.toml", "[limits]\ncall_written_mib = 2\nplugin_state_mib = 1\n");
        program.write("scripts/greedy.lua", source);
        let began = Instant::now();
        let ran = program.run(&["act", "things", "-", "open", "name=first"]);
        let told = format!("{}{}", ran.out, ran.err);
        let start: String = told.chars().take(2_000).collect();
        assert!(told.contains(says) && told.contains("greedy.lua:1"), "{what}: {start}");
        assert!(
            told.len() < 20_000 && began.elapsed() < Duration::from_secs(20),
            "{what}: {:?}",
            began.elapsed()
        );
        // Nobody else minds, and the next call works.
        program.write("scripts/greedy.lua", "");
        program.run(&["act", "things", "-", "open", "name=second"]).ok();
    }
}

#[test]
fn what_is_no_plugin_is_named_and_no_pipe_is_waited_for() {
    let program = Program::bare();
    program.write("scripts/things.lua", THINGS);
    program.write("scripts/folder/plugin.toml", "id = \"folder\"\n");
    for pipe in ["pipe.lua", "folder/inner.lua", "other/plugin.toml", "folder/examples.jsonl"] {
        let path = program.path("scripts").join(pipe);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    }
    let ran = program.run(&["check"]);
    let told = format!("{}{}", ran.out, ran.err);
    for pipe in ["pipe.lua", "folder/inner.lua", "other/plugin.toml", "folder/examples.jsonl"] {
        assert!(told.contains(&format!("{pipe} is a named pipe")), "{pipe}: {told}");
    }
    std::os::unix::fs::symlink(program.path("scripts/things.lua"), program.path("scripts/link.lua")).unwrap();
    program.write("scripts/loose/rules.lua", "");
    program.write("scripts/SHOUT.LUA", "");
    program.write("scripts/typed.luau", "");
    program.write("scripts/folder/fees.Lua", "");
    let ran = program.run(&["check"]).ok();
    for said in [
        "link.lua is a symbolic link, and is passed over",
        "loose holds Lua, but no plugin.toml, and is passed over",
        "SHOUT.LUA is no plugin: a file that is one ends with .lua, in small letters, and is passed over",
        "typed.luau is no plugin",
        "folder/fees.Lua is no Lua by its name",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    program.write("scripts/folder.lua", "");
    program.run(&["check"]).ended(1).says("folder and folder.lua beside it are both the plugin `folder`");
    program.run(&["act", "things", "-", "open", "name=first"]).ok();
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
