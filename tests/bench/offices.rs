//! Many offices with the shipped scripts in one program: how long it takes to start, until a saved script is live
//! in all, what it does and holds while nobody asks for anything. `REGISTRAR_OFFICES=10,100,1000` says how many.

use crate::{
    office::{copy, folder, shipped, write},
    report::{Aim, Line, Report},
};
use registrar_domain::Store;
use registrar_store::SqliteStore;
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long an idle program is watched.
const IDLE: Duration = Duration::from_secs(20);
/// Longer than this nobody waits.
const LONGEST: Duration = Duration::from_secs(600);

/// Runs it.
pub fn run(report: &mut Report) {
    let wanted = env::var("REGISTRAR_OFFICES").unwrap_or_else(|_| "10,100".to_owned());
    for count in wanted.split(',').filter_map(|n| n.trim().parse().ok()) {
        measure(report, count);
    }
}

fn measure(report: &mut Report, count: usize) {
    let (data, scripts) = (folder(), folder());
    copy(&shipped(), scripts.path());
    // Usually ten minutes; nobody waits for that here.
    write(data.path(), &[("registrar.toml".to_owned(), "[limits]\nlibrary_idle_seconds = 1\n".to_owned())]);
    let names: Vec<String> = (0..count).map(|n| format!("office-{n:04}")).collect();
    let store = SqliteStore::open(data.path()).expect("a store");
    for name in &names {
        store.open_office(name).expect("an office");
    }
    drop(store);

    let alone = |what: &str, nanos: f64, aim| Line::alone(format!("{count} offices: {what}"), nanos, aim);
    let aim = |limit: f64| if count == 100 { Aim::Time(limit) } else { Aim::None };
    let (first, program) = Program::start(scripts.path(), data.path());
    drop(program);
    let (start, program) = Program::start(scripts.path(), data.path());
    report.add(alone("the first start", first, Aim::None));
    report.add(alone("a later start", start, aim(5e9)));

    // Nothing is left to do from the start.
    thread::sleep(Duration::from_secs(5));
    let (before, began) = (program.processor(), Instant::now());
    thread::sleep(IDLE);
    let share = (program.processor() - before) / began.elapsed().as_secs_f64();
    let (kib, threads) = (program.status("VmRSS:"), program.status("Threads:"));
    println!(
        "{count} offices: idle {:.2}% of a core, {} MiB ({:.2} MiB an office), {threads} threads, {} children",
        share * 100.0,
        kib / 1024,
        kib as f64 / 1024.0 / count as f64,
        children(program.0.id())
    );

    for (n, aim) in [(1, Aim::None), (2, aim(2e9))] {
        let source = format!("host.on('record.check', {{}}, function() local version = {n} end)\n");
        let began = Instant::now();
        write(scripts.path(), &[("saved.lua".to_owned(), source.clone())]);
        let hash = format!("\"content_hash\":\"{}", content_hash("saved.lua", &source));
        // The last to be served is probably the last of them.
        for name in names.iter().rev() {
            while !program.ask(data.path(), name).replace(": ", ":").contains(&hash) {
                assert!(began.elapsed() < LONGEST, "{name} does not take the script live");
                thread::sleep(Duration::from_millis(2));
            }
        }
        let what = if n == 1 { "a new script live in all" } else { "a saved script live in all" };
        report.add(alone(what, began.elapsed().as_nanos() as f64, aim));
    }
    let (kib, children) = (program.status("VmRSS:"), children(program.0.id()));
    println!("{count} offices: {} MiB after two reloads, {children} child processes", kib / 1024);
}

fn content_hash(path: &str, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(path.len() as u64).to_le_bytes()).update(path.as_bytes());
    hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    hasher.finalize().to_hex().to_string()
}

fn children(parent: u32) -> usize {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let of = |path: std::path::PathBuf| {
        let stat = fs::read_to_string(path.join("stat")).ok()?;
        stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(1)?.parse::<u32>().ok()
    };
    all.filter(|entry| of(entry.path()) == Some(parent)).count()
}

// Ends the process whatever happens.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    /// Until all offices run; nanoseconds.
    fn start(scripts: &Path, data: &Path) -> (f64, Program) {
        let began = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_registrar"))
            .args(["serve", "--listen", "none"])
            .current_dir(data)
            .env("REGISTRAR_DATA", data)
            .env("REGISTRAR_SCRIPTS", scripts)
            .env("REGISTRAR_OFFICE", "office-0000")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut program = Program(child.expect("the program starts"));
        let told = program.0.stderr.take().expect("what it says");
        let mut lines = BufReader::new(told).lines();
        let running = lines.any(|line| line.is_ok_and(|line| line.starts_with("Running")));
        assert!(running, "serve does not run");
        let took = began.elapsed().as_nanos() as f64;
        // What it says later is read, so that it never waits for us.
        thread::spawn(move || lines.for_each(drop));
        (took, program)
    }

    /// Seconds of processor time since its start.
    fn processor(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("its account");
        let (_, rest) = stat.rsplit_once(')').expect("a name");
        let ticks = rest.split_ascii_whitespace().skip(11).take(2);
        ticks.map(|ticks| ticks.parse::<f64>().expect("a number") / 100.0).sum()
    }

    fn status(&self, line: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("its account");
        let found = status.lines().find_map(|one| one.strip_prefix(line));
        found.and_then(|rest| rest.split_ascii_whitespace().next()?.parse().ok()).expect("a number")
    }

    /// `plugins` of an office, over the socket.
    fn ask(&self, data: &Path, office: &str) -> String {
        let mut stream = UnixStream::connect(data.join("registrar.sock")).expect("its socket");
        let args = ["plugins", "--json", "--office", office];
        let request = serde_json::json!({ "args": args, "folder": data, "input": "" });
        writeln!(stream, "{request}").expect("a request");
        let mut listed = String::new();
        for line in BufReader::new(stream).lines() {
            let line = line.expect("an answer");
            if line.contains("\"exit\"") {
                break;
            }
            let piece: serde_json::Value = serde_json::from_str(&line).expect("a piece");
            listed.extend(piece["out"].as_str());
        }
        listed
    }
}
