//! What a confined process can't do: each test starts itself anew, confined.

use crate::runtime::native::confine::*;
use rustix::process::{
    Pid, Resource, Rlimit, Signal, getppid, getrlimit, kill_current_process_group, kill_process, setrlimit,
    test_kill_process,
};
use std::{
    any::type_name_of_val,
    env,
    fs::{File, OpenOptions},
    hash::{BuildHasher, RandomState},
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    os::unix::{fs::symlink, net::UnixStream, process::ExitStatusExt},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant, SystemTime},
};

/// Names the test whose body a process is to run confined.
const PROBE: &str = "REGISTRAR_CONFINED_PROBE";
const PASSED: &str = "the probe has passed";

/// This test's own process, started anew to run `probe` confined; `None` in that process, after
/// `probe` has run.
fn start<F: FnOnce()>(limits: &ProcessLimits, probe: F) -> Option<Child> {
    let name = type_name_of_val(&probe);
    let name = name.split_once("::").unwrap().1.trim_end_matches("::{{closure}}").to_owned();
    let exe = env::current_exe().unwrap();
    if env::var(PROBE).as_ref() == Ok(&name) {
        confine_thread(limits, &exe).unwrap();
        probe();
        println!("{PASSED}");
        return None;
    }
    let mut again = Command::new(exe);
    again.args([&name, "--exact", "--nocapture"]);
    again.env(PROBE, &name).env("RUST_BACKTRACE", "0").envs(ENVIRONMENT.iter().copied());
    Some(again.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

fn passes(child: Option<Child>) {
    let Some(child) = child else { return };
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success() && out.contains(PASSED), "{status}\n{out}\n{err}");
}

fn confined(probe: impl FnOnce()) {
    passes(start(&ProcessLimits::default(), probe));
}

/// Refused by the filter (EPERM) or for the path (EACCES).
fn refused<T>(result: std::io::Result<T>) {
    let error = result.err().expect("it was allowed");
    assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
}

#[test]
fn no_program_can_be_started() {
    // Not the right to execute a file is missing (EACCES), but that to start a process.
    confined(|| {
        let error = Command::new("/usr/bin/env").spawn().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EPERM));
    });
}

#[test]
fn there_is_no_network() {
    confined(|| {
        refused(TcpStream::connect("127.0.0.1:9"));
        refused(TcpListener::bind("127.0.0.1:0"));
        refused(UdpSocket::bind("127.0.0.1:0"));
        refused(UnixStream::pair());
    });
}

#[test]
fn only_the_library_and_what_is_readable_can_be_read() {
    confined(|| {
        let mut start = [0; 4];
        File::open(env::current_exe().unwrap()).unwrap().read_exact(&mut start).unwrap();
        assert_eq!(&start, b"\x7fELF");
        assert!(fs::read_dir("/usr/lib").unwrap().count() > 0);
        assert!(!fs::read("/usr/bin/env").unwrap().is_empty());
        for file in ["/etc/passwd", "/proc/self/status", "/proc/1/environ", "/dev/zero"] {
            refused(fs::read(file));
        }
        for folder in ["/", "/etc", "/home", "/root", "/tmp"] {
            refused(fs::read_dir(folder));
        }
        refused(fs::read_dir(env::current_exe().unwrap().parent().unwrap()));
    });
}

#[test]
fn nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "before").unwrap();
    // The process anew has a folder of its own, made before it was confined.
    let (inside, other) = (folder.path().to_owned(), folder.path().join("other"));
    confined(|| {
        refused(File::create(&other));
        refused(OpenOptions::new().append(true).open(&file));
        refused(OpenOptions::new().read(true).write(true).open(&file));
        refused(fs::create_dir(&other));
        refused(fs::rename(&file, &other));
        refused(fs::hard_link(&file, &other));
        refused(symlink(&file, &other));
        refused(fs::remove_file(&file));
        refused(fs::remove_dir_all(&inside));
        refused(fs::set_permissions(&file, fs::metadata(&file).unwrap().permissions()));
        for place in ["/usr/x", "/dev/shm/x", "/dev/null", "/x"] {
            refused(OpenOptions::new().write(true).create(true).truncate(true).open(place));
        }
        assert_eq!(fs::metadata(&file).unwrap().len(), 6);
    });
}

#[test]
fn threads_work() {
    confined(|| {
        let threads: Vec<_> = (0..8_u64)
            .map(|n| {
                let named = thread::Builder::new().name(format!("worker {n}"));
                named.spawn(move || vec![n; 100_000].into_iter().sum::<u64>()).unwrap()
            })
            .collect();
        let sums: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert_eq!(sums, (0..8).map(|n| n * 100_000).collect::<Vec<_>>());
        assert!(thread::available_parallelism().unwrap().get() > 0);
    });
}

#[test]
fn memory_ends_at_its_limit_and_threads_do_not_use_it_up() {
    confined(|| {
        let block = |mib: usize| {
            let mut block: Vec<u8> = Vec::new();
            block.try_reserve_exact(mib << 20).map(|()| block.resize(mib << 20, 1))
        };
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(block(1), Ok(())));
            }
        });
        assert!(block(1024).is_err());
        assert_eq!(block(100), Ok(()));
        // A thousand threads are no way around it. Each has begun before the next is started:
        // a thread that finds no room for its signal stack would end the process.
        let mut waiting = Vec::new();
        let begun = Arc::new(Barrier::new(2));
        let refused = (0..1000).find_map(|_| {
            let own = begun.clone();
            let run = move || {
                own.wait();
                thread::park();
            };
            let thread = thread::Builder::new().stack_size(8 << 20).spawn(run);
            let begins = |thread| {
                begun.wait();
                waiting.push(thread);
            };
            thread.map(begins).err()
        });
        assert!(refused.is_some() && waiting.len() < 64, "{} threads", waiting.len());
        for thread in waiting {
            thread.thread().unpark();
            thread.join().unwrap();
        }
    });
}

#[test]
fn descriptors_end_at_their_limit() {
    confined(|| {
        let open: Vec<_> = (0..1000).map_while(|_| File::open("/usr/bin/env").ok()).collect();
        assert!(open.len() > 40 && open.len() < 64, "{}", open.len());
        drop(open);
        File::open("/usr/bin/env").unwrap();
    });
}

#[test]
fn nobody_else_can_be_signalled() {
    let parent = getppid();
    confined(|| {
        let own = Pid::from_raw(std::process::id().try_into().unwrap()).unwrap();
        test_kill_process(own).unwrap();
        assert_eq!(kill_process(parent.unwrap(), Signal::TERM), Err(rustix::io::Errno::PERM));
        assert_eq!(kill_process(Pid::INIT, Signal::TERM), Err(rustix::io::Errno::PERM));
        assert_eq!(kill_current_process_group(Signal::TERM), Err(rustix::io::Errno::PERM));
    });
}

#[test]
fn abort_and_panic_do_what_they_always_do() {
    if let Some(child) = start(&ProcessLimits::default(), || {
        assert!(std::panic::catch_unwind(|| panic!("a plugin")).is_err());
        std::process::abort();
    }) {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{output:?}");
    }
}

#[test]
fn clock_and_chance_work() {
    confined(|| {
        let start = Instant::now();
        thread::sleep(Duration::from_millis(2));
        assert!(start.elapsed() >= Duration::from_millis(2));
        assert!(SystemTime::now() > SystemTime::UNIX_EPOCH);
        RandomState::new().hash_one(1);
    });
}

#[test]
fn limits_cannot_be_raised_again() {
    confined(|| {
        let none = || Rlimit { current: None, maximum: None };
        for resource in [Resource::As, Resource::Nofile, Resource::Fsize, Resource::Core, Resource::Stack] {
            assert_eq!(setrlimit(resource, none()), Err(rustix::io::Errno::PERM));
        }
        assert_eq!(getrlimit(Resource::As).maximum, Some(512 << 20));
        assert_eq!(getrlimit(Resource::Cpu).current, Some(10));
        lift_cpu().unwrap();
        assert_eq!(getrlimit(Resource::Cpu).current, getrlimit(Resource::Cpu).maximum);
    });
}

/// Computes for a little over a second.
fn compute() {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        if used.tv_sec >= 1 && used.tv_nsec > 200_000_000 {
            return;
        }
    }
}

#[test]
fn a_load_that_computes_too_long_is_ended() {
    let limits = ProcessLimits { load_cpu_seconds: 1, ..ProcessLimits::default() };
    if let Some(child) = start(&limits, || {
        compute();
    }) {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(libc::SIGXCPU), "{output:?}");
    }
}

#[test]
fn once_loaded_it_may_compute() {
    let limits = ProcessLimits { load_cpu_seconds: 1, ..ProcessLimits::default() };
    passes(start(&limits, || {
        lift_cpu().unwrap();
        compute();
    }));
}

#[test]
fn it_talks_over_pipes_and_has_no_privilege_left() {
    let child = start(&ProcessLimits::default(), || {
        let mut line = [0; 5];
        std::io::stdin().read_exact(&mut line).unwrap();
        println!("{} from {}.", String::from_utf8_lossy(&line), rustix::thread::gettid());
        std::io::stdin().read_exact(&mut line).unwrap();
    });
    let Some(mut child) = child else { return };
    child.stdin.as_mut().unwrap().write_all(b"hello").unwrap();
    let mut seen = String::new();
    while !seen.ends_with('.') || !seen.contains("hello from ") {
        let mut byte = [0];
        child.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
        seen.push(char::from(byte[0]));
    }
    let thread = seen.rsplit(' ').next().unwrap().trim_end_matches('.');
    let status = fs::read_to_string(format!("/proc/{}/task/{thread}/status", child.id())).unwrap();
    for (name, value) in [
        ("CapPrm", "0000000000000000"),
        ("CapEff", "0000000000000000"),
        ("NoNewPrivs", "1"),
        ("Seccomp", "2"),
    ] {
        let line = status.lines().find(|l| l.starts_with(&format!("{name}:"))).unwrap();
        assert_eq!(line.split_whitespace().nth(1), Some(value), "{name}");
    }
    child.stdin.take().unwrap().write_all(b"leave").unwrap();
    passes(Some(child));
}

#[test]
fn a_process_with_threads_is_refused() {
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let other = thread::spawn(move || stopped.recv());
    let error = confine(&ProcessLimits::default(), Path::new("/usr/bin/env")).unwrap_err();
    assert!(error.contains("threads") && error.contains("confine it before"), "{error}");
    drop(stop);
    assert!(other.join().unwrap().is_err());
}

#[test]
fn what_took_effect_is_said() {
    let say = |root, landlock| Confined { root, landlock }.to_string();
    assert_eq!(say(Root::Own, Landlock::Full), "seccomp: yes, landlock: in full, root: its own");
    assert!(say(Root::Own, Landlock::None("too old".into())).contains("no (too old; the process can read"));
    let shared = say(Root::Shared("no namespaces: refused".into()), Landlock::Full);
    assert!(shared.contains("root: shared (no namespaces: refused; it can learn of files"), "{shared}");
}
