//! Power loss: between each commit and its acknowledgement lies one completed sync of the log's
//! file. Read from the system calls of a child (`strace`, installed by `tests/install.sh`).

use super::child;
use registrar_store::sqlite::Sync;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

/// What the child's system calls say.
#[derive(Debug, Default)]
struct Trace {
    /// Acknowledgements that were written.
    acknowledged: usize,
    /// Those with something written to the log since the one before, and not synced.
    unsynced: Vec<String>,
    /// Those without anything written to the log since the one before.
    unwritten: Vec<String>,
    /// Completed syncs of the log.
    syncs: usize,
    /// Whether the folder was synced after the log's file was made, before the first of them.
    folder_synced: bool,
}

fn trace(sync: Sync) -> Trace {
    let folder = tempfile::tempdir().unwrap();
    child::write_script(folder.path(), 1);
    let calls = folder.path().join("calls");
    let mut strace = strace(&calls);
    let child = child::command(folder.path(), 0, ROUNDS as u64, sync);
    strace.arg(child.get_program()).args(child.get_args());
    for (name, value) in child.get_envs() {
        strace.env(name, value.unwrap_or_default());
    }
    run(strace);
    read(&fs::read_to_string(&calls).unwrap())
}

fn strace(calls: &Path) -> Command {
    let mut strace = Command::new("strace");
    // -y names the file of each descriptor; -s shows enough of an acknowledgement to know it.
    strace.args(["-f", "-y", "-s", "80", "-e", "trace=fsync,fdatasync,write,pwrite64", "-o"]).arg(calls);
    strace
}

fn run(mut strace: Command) -> String {
    let output = strace.output().expect("strace is not there; tests/install.sh installs it");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the child failed under strace: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Reads the calls in the order in which they ended: a call that another thread's call cut in two
/// counts where it was resumed. A write counts from where it began, which is the stricter reading.
fn read(calls: &str) -> Trace {
    let mut trace = Trace::default();
    let mut begun = BTreeMap::<&str, String>::new();
    let (mut written, mut synced) = (false, false);
    for line in calls.lines() {
        let (thread, call) = line.split_once(' ').unwrap_or(("", line));
        let call = call.trim_start();
        let (call, ended) = if let Some(start) = call.strip_suffix("<unfinished ...>") {
            begun.insert(thread, start.trim_end().to_owned());
            (start.to_owned(), false)
        } else if call.starts_with("<... ") {
            let rest = call.split_once("resumed>").map_or("", |(_, rest)| rest);
            let start = begun.remove(thread).unwrap_or_default();
            if !start.contains("sync(") {
                continue; // Taken where it began.
            }
            (start + rest, true)
        } else {
            (call.to_owned(), true)
        };
        let on_log = call.contains("/registrar.db-wal>");
        if call.starts_with("pwrite64(") && on_log {
            (written, synced) = (true, false);
        } else if call.contains("sync(") && ended && call.trim_end().ends_with("= 0") {
            if on_log {
                trace.syncs += 1;
                synced = true;
            } else if call.contains("/data>") {
                trace.folder_synced |= trace.acknowledged == 0;
            }
        } else if call.starts_with("write(") && call.contains("\"ack ") {
            trace.acknowledged += 1;
            let what = call.split('"').nth(1).unwrap_or_default().to_owned();
            if !written {
                trace.unwritten.push(what);
            } else if !synced {
                trace.unsynced.push(what);
            }
            (written, synced) = (false, false);
        }
    }
    trace
}

// Each round acknowledges two batches and two actions that are new. Each later one has two batches
// besides that are there already: the first follows what the deliveries wrote, the second nothing.
const ROUNDS: usize = 12;
const WRITING: usize = 4 * ROUNDS + (ROUNDS - 1);
const REPEATED: usize = ROUNDS - 1;

#[test]
fn every_acknowledgement_comes_after_a_completed_sync() {
    let trace = trace(Sync::Full);
    println!(
        "{} acknowledgements of which {} had something to write; {} completed syncs of the log",
        trace.acknowledged,
        trace.acknowledged - trace.unwritten.len(),
        trace.syncs
    );
    assert_eq!(trace.acknowledged, WRITING + REPEATED);
    assert_eq!(trace.unwritten.len(), REPEATED, "{:?}", trace.unwritten);
    assert!(trace.unsynced.is_empty(), "acknowledged before they were synced: {:?}", trace.unsynced);
    assert!(trace.syncs >= WRITING, "{} syncs for {WRITING} commits", trace.syncs);
    assert!(trace.folder_synced, "the log's file could be missing from its folder");
}

#[test]
fn without_syncs_the_same_reading_finds_every_acknowledgement_unsafe() {
    let trace = trace(Sync::Off);
    assert_eq!(trace.acknowledged, WRITING + REPEATED);
    assert_eq!(trace.unsynced.len(), WRITING, "{trace:?}");
    assert_eq!(trace.syncs, 0);
}

#[test]
fn the_program_prints_what_it_did_after_a_completed_sync() {
    let folder = tempfile::tempdir().unwrap();
    let (calls, data) = (folder.path().join("calls"), folder.path().join("data"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = |strace: &mut Command, args: &[&str]| {
        strace.arg(env!("CARGO_BIN_EXE_registrar")).arg("--data").arg(&data);
        strace.arg("--scripts").arg(root.join("scripts")).args(args);
    };
    let mut import = strace(&calls);
    let history = root.join("scripts/demo/zhalantun-2023q1.jsonl");
    program(&mut import, &["import-events", history.to_str().unwrap()]);
    assert!(run(import).contains("170 events added"));
    assert!(told_after_sync(&calls, "170 events added"));

    let mut act = strace(&calls);
    let fields = ["-f", "title=新的", "-f", "unit=unit-1", "--id", "new", "--on", "2023-02-01"];
    program(&mut act, &[&["act", "information", "n", "submit"][..], &fields].concat());
    assert!(run(act).contains("information n"));
    assert!(told_after_sync(&calls, "information n"));
}

/// Whether the last write to the log before `told` was printed is synced before it.
fn told_after_sync(calls: &Path, told: &str) -> bool {
    let calls = fs::read_to_string(calls).unwrap();
    let lines: Vec<&str> = calls.lines().collect();
    let printed = lines.iter().position(|l| l.contains(" write(1<") && l.contains(told)).unwrap();
    let before = |wanted: &dyn Fn(&str) -> bool| lines[..printed].iter().rposition(|l| wanted(l));
    let written = before(&|l| l.contains("pwrite64(") && l.contains("/registrar.db-wal>"));
    let synced = before(&|l| l.contains("sync(") && l.contains("/registrar.db-wal>") && l.ends_with("= 0"));
    written.is_some() && synced > written
}
