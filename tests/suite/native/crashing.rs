//! Plugins in processes of their own that crash, hang, exit and grab: one failed call each time,
//! everybody else answers, and the host holds no more than before.

use super::yard::{Yard, apart, children, compile, descriptors, eventually, resident_kib};
use registrar_host::{Failed, FaultKind};
use registrar_sdk::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::*},
    },
    thread,
    time::{Duration, Instant},
};

const TIMES: u32 = 100;

// What `harm.c` does, what the fault is and says; where it is to be stopped, with a brief budget.
const HARM: &[(&str, FaultKind, &str)] = &[
    ("segmentation fault", FaultKind::Crashed, "signal 11 (SIGSEGV"),
    ("abort", FaultKind::Crashed, "signal 6 (SIGABRT"),
    ("exit", FaultKind::Crashed, "exited with code 0"),
    ("_exit", FaultKind::Crashed, "exited with code 0"),
    ("kill", FaultKind::Crashed, "signal 9"),
    ("stack", FaultKind::Crashed, "signal"),
    ("memory", FaultKind::Crashed, "signal 6 (SIGABRT"),
    ("threads", FaultKind::Crashed, "signal 6 (SIGABRT"),
    ("loop", FaultKind::Budget, "ran past its budget of 50 ms"),
    ("stop", FaultKind::Budget, "ran past its budget of 50 ms"),
    ("drip", FaultKind::Budget, "ran past its budget of 50 ms"),
    ("fork", FaultKind::Error, "fork refused"),
    ("descriptors", FaultKind::Error, "descriptors used up"),
    ("close", FaultKind::Crashed, "its process"),
    ("garbage", FaultKind::Crashed, "its process"),
    ("zeros", FaultKind::Crashed, "its process"),
];

fn yard(quarantine_after: u32) -> Yard {
    // 4 GiB are refused all the same, and touching what is allowed takes less of the machine. The limit includes
    // what the child has mapped already, which is this program: 58 MiB, and four threads that serve a call each.
    yard_within(192 << 20, quarantine_after)
}

fn yard_within(memory: u64, quarantine_after: u32) -> Yard {
    let yard = Yard::new(|config| {
        config.quarantine_after = quarantine_after;
        config.native.memory = memory;
    });
    let file = yard.folder.path().join("built.so");
    compile("harm.c", &file, &[("ID", r#""harm""#)]);
    yard.put("harm.so", &file);
    compile("answer.c", &file, &[("ANSWER", "7"), ("POINT", r#""ask.brief""#)]);
    yard.put("answer.so", &file);
    yard.script("script.lua", "host.on('ask.skip', function() return 'lua' end)");
    yard.reload();
    yard
}

// One dispatch that harms: how it failed. Where failures are skipped, the others have answered.
fn once(yard: &Yard, what: &str, round: u32) -> (FaultKind, String) {
    let brief = ["loop", "stop", "drip"].contains(&what);
    let fault = if round.is_multiple_of(2) {
        let outcome = yard.ask("ask.skip", if brief { "segmentation fault" } else { what }).unwrap();
        assert_eq!(outcome.value.to_string(), r#"[7,"lua"]"#, "{what}: the others answer");
        assert_eq!(outcome.skipped.len(), 1, "{what}");
        match brief {
            true => return once(yard, what, 1),
            false => outcome.skipped[0].clone(),
        }
    } else {
        match yard.ask(if brief { "ask.brief" } else { "ask.call" }, what) {
            Err(Failed::Handler(fault)) => fault,
            other => panic!("{what}: {other:?}"),
        }
    };
    assert_eq!((fault.plugin.as_str(), fault.file.as_str()), ("harm", "harm.so"), "{what}");
    (fault.kind, fault.message)
}

#[test]
fn each_harm_costs_one_call_a_hundred_times_over() {
    if !apart("crashing::each_harm_costs_one_call_a_hundred_times_over") {
        return;
    }
    let yard = yard(u32::MAX);
    let stop = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicU64::new(0));
    // Another plugin is called without a pause all along.
    let bystander = {
        let (host, stop, answered) = (yard.host.clone(), stop.clone(), answered.clone());
        thread::spawn(move || {
            let handlers = host.generation().handlers("ask.skip");
            let other = handlers.iter().find(|h| h.plugin.id == "answer").unwrap();
            while !stop.load(Relaxed) {
                let scope = host.scope(Arc::new(super::yard::Mirror));
                let said = host.invoke(other, vec![Value::Nil], &scope, &mut super::yard::Mirror);
                assert_eq!(said, Ok(Value::Int(7)));
                answered.fetch_add(1, Relaxed);
                thread::sleep(Duration::from_millis(1));
            }
        })
    };
    // Everything has been used once.
    for (what, ..) in HARM {
        once(&yard, what, 0);
        assert_eq!(yard.say("ask.call", "good"), "[42]", "{what}");
    }
    let before = (resident_kib(), descriptors(), children());
    for (what, kind, words) in HARM {
        let began = Instant::now();
        // One that computes nothing is waited for longer than its budget.
        let times = if ["stop", "drip"].contains(what) { 3 } else { TIMES };
        for round in 0..times {
            let (found, message) = once(&yard, what, round);
            assert!(found == *kind && message.contains(words), "{what}, round {round}: {found:?} {message}");
            assert_eq!(yard.say("ask.call", "good"), "[42]", "{what}, round {round}");
        }
        let each = began.elapsed() / times;
        println!(
            "figure: {times} times {what}: {} us each, the good call after it included",
            each.as_micros()
        );
    }
    stop.store(true, Relaxed);
    bystander.join().unwrap();
    eventually("all are waited for", || children().1 == 0);
    let mut after = (resident_kib(), descriptors(), children());
    // The threads that read what a child printed end a moment after it.
    eventually("descriptors are closed", || {
        after.1 = descriptors();
        after.1 <= before.1 + 2
    });
    println!(
        "figure: resident {} KiB before, {} KiB after; descriptors {} and {}; children {:?} and {:?}; another plugin answered {} times meanwhile",
        before.0,
        after.0,
        before.1,
        after.1,
        before.2,
        after.2,
        answered.load(Relaxed)
    );
    assert!(after.2.0 <= 2, "a process for each plugin: {:?}", after.2);
    assert!(
        after.0 < before.0 + before.0 / 10 + 2048,
        "resident memory grew from {} to {} KiB",
        before.0,
        after.0
    );
    assert!(answered.load(Relaxed) > 100);
}

#[test]
fn four_gigabytes_within_the_usual_limit_cost_one_call() {
    let yard = yard(u32::MAX);
    yard.host.configure(|config| config.native.memory = registrar_host::NativeConfig::default().memory);
    yard.reload();
    let (kind, message) = once(&yard, "memory", 1);
    assert!(kind == FaultKind::Crashed && message.contains("SIGABRT"), "{message}");
    assert_eq!(yard.say("ask.call", "good"), "[42]");
}

#[test]
fn what_a_plugin_prints_costs_nothing_but_its_time() {
    let yard = yard(u32::MAX);
    for round in 0..TIMES {
        assert_eq!(yard.say("ask.call", "print"), "[0]", "round {round}");
    }
    let (before, began) = (resident_kib(), Instant::now());
    assert_eq!(yard.say("ask.call", "print much"), "[0]");
    println!("figure: 100 MB printed in {} ms", began.elapsed().as_millis());
    assert!(resident_kib() < before + (32 << 10), "it is not kept");
}

#[test]
fn a_handler_that_keeps_crashing_is_quarantined_where_its_point_allows_it() {
    let default = registrar_host::HostConfig::new(Vec::new()).quarantine_after;
    let yard = yard(default);
    let mut failures = 0;
    while yard.host.quarantine().list().is_empty() {
        once(&yard, "segmentation fault", 0);
        failures += 1;
        assert!(failures <= default, "it never trips");
    }
    println!("figure: quarantined after {failures} failures in a row");
    assert_eq!(failures, default);
    let outcome = yard.ask("ask.skip", "segmentation fault").unwrap();
    assert_eq!(
        (outcome.value.to_string().as_str(), outcome.skipped.len()),
        (r#"[7,"lua"]"#, 0),
        "it is left out"
    );
    // Where a failure must not pass unseen it is asked each time.
    for _ in 0..2 * default {
        assert!(yard.ask("ask.deny", "exit").is_err());
        assert_eq!(yard.say("ask.deny", "good"), "[42]");
    }
    // A new build begins anew.
    let file = yard.folder.path().join("built.so");
    compile("answer.c", &file, &[("ANSWER", "8"), ("ID", r#""harm""#)]);
    yard.put("harm.so", &file);
    yard.reload();
    assert_eq!(yard.say("ask.skip", 0), r#"[7,8,"lua"]"#);
}

#[test]
fn calls_that_a_crash_or_a_loop_takes_along_are_answered_all_the_same() {
    let yard = yard(u32::MAX);
    let (stop, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Relaxed) {
                    assert_eq!(yard.say("ask.call", "good"), "[42]");
                    answered.fetch_add(1, Relaxed);
                }
            });
        }
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for round in 0..60 {
                let (what, kind, words) = HARM[[0, 2, 8, 14][round % 4]];
                let (found, message) = once(&yard, what, 1);
                assert!(
                    found == kind && message.contains(words),
                    "{what}, round {round}: {found:?} {message}"
                );
                // With none answered between it would be put off, as the next test has it. Each of the three may
                // still have one to count from before.
                let before = answered.load(Relaxed);
                eventually("others are answered", || answered.load(Relaxed) > before + 3);
            }
        }));
        stop.store(true, Relaxed);
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    println!("figure: {} calls answered beside 60 crashes of the same process", answered.load(Relaxed));
    assert!(answered.load(Relaxed) > 60);
}

#[test]
fn crashes_in_a_row_are_answered_at_once_and_the_pauses_between_starts_grow() {
    let yard = yard(u32::MAX);
    let (mut crashed, mut paused) = (0, 0);
    let began = Instant::now();
    while paused == 0 {
        let (kind, message) = once(&yard, "abort", 1);
        match kind {
            FaultKind::Crashed => crashed += 1,
            _ => {
                assert!(
                    message.contains("times without an answer between; it is started again in"),
                    "{message}"
                );
                paused += 1;
            }
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{crashed} crashes without a pause");
    }
    println!("figure: {crashed} crashes in a row until calls are refused for a while");
    assert!(crashed >= 3, "the first few are started anew at once");
    eventually("it answers again", || yard.say("ask.call", "good") == "[42]");
}

#[test]
fn a_batch_with_one_crashing_item_costs_one_failed_call() {
    let yard = yard(u32::MAX);
    const COUNT: usize = 3000;
    let crash = |at: usize| at == 1500;
    let args = (0..COUNT).map(|at| vec![Value::from(if crash(at) { "abort" } else { "good" })]).collect();
    let scope = yard.host.scope(Arc::new(super::yard::Mirror));
    let began = Instant::now();
    let answers = yard.host.dispatch_all("ask.call", args, &scope, &mut super::yard::Mirror);
    println!("figure: {COUNT} calls at once with one crash: {} ms", began.elapsed().as_millis());
    let failed: Vec<usize> =
        answers.iter().enumerate().filter(|(_, a)| a.is_err()).map(|(at, _)| at).collect();
    assert_eq!(failed, [1500]);
    assert!(answers.iter().flatten().all(|outcome| outcome.value.to_string() == "[42]"));
    let began = Instant::now();
    let args = (0..COUNT).map(|_| vec![Value::from("good")]).collect();
    let answers = yard.host.dispatch_all("ask.call", args, &scope, &mut super::yard::Mirror);
    assert!(answers.iter().all(Result::is_ok));
    println!("figure: {COUNT} calls at once: {} us", began.elapsed().as_micros());
}

#[test]
fn what_goes_on_computing_between_calls_is_ended_and_the_next_call_is_answered() {
    if !apart("crashing::what_goes_on_computing_between_calls_is_ended_and_the_next_call_is_answered") {
        return;
    }
    // Room for threads, each of which may reserve a heap of 64 MiB.
    let yard = yard_within(512 << 20, u32::MAX);
    assert_eq!(yard.say("ask.call", "good"), "[42]");
    assert_eq!(yard.say("ask.call", "spin"), "[42]", "the call itself does no harm");
    let running = || {
        let row = yard.host.status().into_iter().find(|row| row.id == "harm").unwrap();
        row.native.unwrap().running
    };
    assert!(running());
    let took = eventually("its process is ended", || !running());
    println!("figure: threads that spin between calls were ended after {} ms", took.as_millis());
    assert_eq!(yard.say("ask.call", "good"), "[42]", "another process answers");
    // One that waits between calls stays.
    thread::sleep(Duration::from_secs(5));
    assert!(running());
}

#[test]
fn a_process_that_nobody_calls_ends_and_no_call_is_lost_by_that() {
    let yard = Yard::new(|config| {
        config.native.memory = 128 << 20;
        config.native.idle = Duration::from_millis(1);
    });
    let file = yard.folder.path().join("built.so");
    compile("answer.c", &file, &[("ANSWER", "7"), ("POINT", r#""ask.call""#)]);
    yard.put("answer.so", &file);
    yard.reload();
    let health = || {
        let row = yard.host.status().into_iter().find(|row| row.id == "answer").unwrap();
        row.native.unwrap()
    };
    assert!(!health().running, "what was tried runs when it is called");
    let (mut ended, began) = (0, Instant::now());
    // It is looked once a second whether a process is to go: some of these calls meet that very moment.
    while began.elapsed() < Duration::from_secs(4) {
        assert_eq!(yard.say("ask.call", "x"), "[7]");
        ended += u32::from(!health().running);
    }
    eventually("its process ends", || !health().running);
    assert_eq!(yard.say("ask.call", "x"), "[7]", "another process answers");
    println!("figure: a process ended {ended} times under calls, and none was lost");
    assert_eq!(health().ended, 0);
}

#[test]
fn what_the_host_was_started_with_open_is_not_a_librarys_to_read() {
    if !apart("crashing::what_the_host_was_started_with_open_is_not_a_librarys_to_read") {
        return;
    }
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret").unwrap();
    // As `serve 9<>secret` has it: open, and handed on to whatever is started.
    let open: Vec<std::fs::File> = (0..5).map(|_| std::fs::File::open(secret.path()).unwrap()).collect();
    for file in &open {
        rustix::io::fcntl_setfd(file, rustix::io::FdFlags::empty()).unwrap();
    }
    let yard = yard(u32::MAX);
    assert_eq!(yard.say("ask.call", "inherited"), "[0]");
    drop(open);
}

#[test]
fn of_files_that_a_library_may_not_read_it_learns_nothing() {
    let may = std::process::Command::new("unshare")
        .args(["-Urm", "mount", "-t", "tmpfs", "none", "/proc"])
        .output();
    if !may.is_ok_and(|done| done.status.success()) {
        println!("not tried: this machine lets nobody make namespaces");
        return;
    }
    let yard = yard(u32::MAX);
    assert_eq!(yard.say("ask.call", "learned"), "[0]");
}
