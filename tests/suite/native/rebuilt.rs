//! Libraries built anew while the host runs: the new build answers without a restart, a hundred
//! times in a row, in a process of its own and in the host's.

use super::yard::{Yard, apart, built, cc, compile, eventually, put, resident_kib};
use registrar_host::runtime::native::mapped;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::*},
    },
    thread,
    time::{Duration, Instant},
};

const TIMES: usize = 100;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

// Two hosts watch folders of their own, into which the same build goes: one has the plugin in a
// process, the other in its own. Nobody tells them.
fn pair(id: &str, first: &Path, file: &str) -> [Yard; 2] {
    [None, Some(id.to_owned())].map(|in_process| {
        let yard = Yard::new(|config| {
            config.native.in_process.extend(in_process.clone());
            config.native.most_mapped = usize::MAX;
        });
        yard.put(file, first);
        yard.reload();
        yard
    })
}

// Puts each build into place and waits for its answer; meanwhile calls are made without a pause,
// none of which may fail. Gives the medians from saving to the new answer.
fn swap_all(
    yards: &[Yard; 2],
    file: &str,
    ask: &str,
    builds: impl Iterator<Item = (std::path::PathBuf, String)>,
) {
    let _watches: Vec<_> = yards.iter().map(|yard| yard.host.watch().unwrap()).collect();
    let stop = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicU64::new(0));
    let (mut times, mut memory, mut count) = ([Vec::new(), Vec::new()], Vec::new(), 0);
    let before = mapped();
    thread::scope(|scope| {
        for yard in yards {
            let (stop, calls) = (stop.clone(), calls.clone());
            scope.spawn(move || {
                while !stop.load(Relaxed) {
                    let outcome = yard.ask("ask.call", ask).unwrap();
                    assert_eq!(outcome.steps.len(), 1, "one version answers");
                    calls.fetch_add(1, Relaxed);
                    thread::sleep(Duration::from_micros(500));
                }
            });
        }
        // A failure here must not leave the callers running.
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for (build, answer) in builds {
                for (yard, times) in yards.iter().zip(&mut times) {
                    yard.put(file, &build);
                    times.push(eventually(&format!("answers {answer}"), || {
                        yard.say("ask.call", ask) == answer
                    }));
                }
                count += 1;
                memory.push(resident_kib());
            }
        }));
        stop.store(true, Relaxed);
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    let [isolated, in_process] = times.map(|times| median(times).as_millis());
    let (early, late) = (memory[count / 5], memory[count - 1]);
    println!(
        "figure: {count} builds of {file}: saved to answered {isolated} ms isolated, {in_process} ms in process (medians); \
         {} images mapped; resident {early} KiB after {}, {late} KiB after {count}; {} calls, none failed",
        mapped() - before,
        count / 5 + 1,
        calls.load(Relaxed)
    );
    assert_eq!(count, TIMES);
    assert_eq!(mapped() - before, TIMES, "in process each build stays mapped, and is counted");
    assert!(calls.load(Relaxed) > 100);
}

#[test]
fn a_library_in_c_built_anew_a_hundred_times_answers_anew_each_time() {
    if !apart("rebuilt::a_library_in_c_built_anew_a_hundred_times_answers_anew_each_time") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let build = |number: usize| {
        let file = folder.path().join("built.so");
        compile("answer.c", &file, &[("ANSWER", &number.to_string())]);
        file
    };
    let yards = pair("answer", &build(0), "answer.so");
    swap_all(&yards, "answer.so", "", (1..=TIMES).map(|number| (build(number), format!("[{number}]"))));
}

// Another build, as far as a loader can tell: its file holds another marker.
fn rust_build(number: usize, to: &Path) {
    let mut bytes = fs::read(built("libnaughty.so")).unwrap();
    let (old, new) = (b"BUILD-0000", format!("BUILD-{number:04}"));
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, old).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|at| bytes[at..at + new.len()].copy_from_slice(new.as_bytes()));
    fs::write(to, bytes).unwrap();
}

#[test]
fn a_library_with_a_thread_local_destructor_answers_anew_a_hundred_times() {
    if !apart("rebuilt::a_library_with_a_thread_local_destructor_answers_anew_a_hundred_times") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let build = |number| {
        let file = folder.path().join("built.so");
        rust_build(number, &file);
        file
    };
    let yards = pair("naughty", &build(0), "libnaughty.so");
    assert_eq!(yards[1].say("ask.call", "build"), r#"["BUILD-0000"]"#);
    swap_all(
        &yards,
        "libnaughty.so",
        "build",
        (1..=TIMES).map(|n| (build(n), format!("[\"BUILD-{n:04}\"]"))),
    );
}

// What `dlopen` and `dlclose` alone would answer, before and after a new build at the same path.
fn plainly(library: &Path, rebuild: impl FnOnce()) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("plain");
    cc("plain.c", &program, &["-ldl"], &[]);
    let mut child =
        Command::new(program).arg(library).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    rebuild();
    child.stdin.take().unwrap().write_all(b"again\n").unwrap();
    let second = said.next().unwrap().unwrap();
    assert!(child.wait().unwrap().success());
    [first, second]
}

#[test]
fn plain_dlopen_of_the_same_path_runs_old_code_after_a_thread_local_destructor() {
    let folder = tempfile::tempdir().unwrap();
    let (library, aside) = (folder.path().join("libnaughty.so"), folder.path().join("aside.so"));
    rust_build(1, &library);
    let said = plainly(&library, || {
        rust_build(2, &aside);
        put(&library, &aside);
    });
    assert_eq!(said, ["BUILD-0001", "BUILD-0001"], "the very trap that private copies avoid");
    // Without such a destructor the new build is run: the program above does what it says.
    let answer = |number: &str| compile("answer.c", &aside, &[("ANSWER", number)]);
    let library = folder.path().join("answer.so");
    answer("1");
    put(&library, &aside);
    let said = plainly(&library, || {
        answer("2");
        put(&library, &aside);
    });
    assert_eq!(said, ["1", "2"]);
}

#[test]
fn past_the_number_of_mapped_libraries_a_reload_is_refused_and_the_old_one_answers() {
    if !apart("rebuilt::past_the_number_of_mapped_libraries_a_reload_is_refused_and_the_old_one_answers") {
        return;
    }
    let yard = Yard::new(|config| {
        config.native.in_process.insert("answer".into());
        config.native.most_mapped = 3;
    });
    let file = yard.folder.path().join("built.so");
    let build = |number: usize| {
        compile("answer.c", &file, &[("ANSWER", &number.to_string())]);
        yard.put("answer.so", &file);
    };
    for number in 0..3 {
        build(number);
        yard.reload();
    }
    assert_eq!(mapped(), 3);
    build(3);
    let faults = yard.faults();
    assert!(
        faults.contains("3 libraries are mapped into this process") && faults.contains("restart the host"),
        "{faults}"
    );
    assert_eq!(yard.say("ask.call", 0), "[2]");
    // A build that was there before is mapped still.
    build(1);
    yard.reload();
    assert_eq!((yard.say("ask.call", 0).as_str(), mapped()), ("[1]", 3));
    // In a process of its own there is no such end.
    build(3);
    yard.host.configure(|config| config.native.in_process.clear());
    yard.reload();
    assert_eq!((yard.say("ask.call", 0).as_str(), mapped()), ("[3]", 3));
    let began = Instant::now();
    drop(yard);
    assert!(began.elapsed() < Duration::from_secs(5));
}
