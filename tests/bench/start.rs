//! The program's cold start with fifty scripts beside the shipped ones: from its process to the
//! first answer of its socket.

use crate::{
    measure::median,
    office::{folder, shipped, write},
    report::{Aim, Line, Report},
};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const SCRIPTS: usize = 50;
const STARTS: usize = 11;

// What an office's script is like: a table, two handlers, an example.
fn script(n: usize) -> String {
    format!(
        r#"-- Points for what one line of work adopts.
local by_kind = {{ dynamic = {n}, routine = 2, research = 10 }}

host.on("score.post", {{
  register = "work-{n}", action = "adopt", measure = "points", account = "unit",
  effective = {{ from = "2022-01-01" }}, clause = "art. {n}",
}}, function(event, record)
  if record.urgent then return (by_kind[record.kind] or 1) + 1 end
  return by_kind[record.kind] or 1
end)

host.on("record.check", {{ register = "work-{n}" }}, function(draft)
  if draft.title == nil or utf8.len(draft.title) < 4 then
    return {{ {{ field = "title", text = "the title is too short", level = "warning" }} }}
  end
end)

host.example("a research item", {{
  point = "score.post",
  event = {{ register = "work-{n}", action = "adopt", on = "2022-06-03" }},
  record = {{ unit = "unit-1", kind = "research" }},
  expect = {{ {{ account = "unit-1", measure = "points", amount = by_kind.research }} }},
}})
"#
    )
}

/// Runs it.
pub fn run(report: &mut Report) {
    let generated = folder();
    let files: Vec<_> = (0..SCRIPTS).map(|n| (format!("work-{n}.lua"), script(n))).collect();
    write(generated.path(), &files);
    let scripts = env::join_paths([shipped().as_path(), generated.path()]).expect("paths");

    // The first start on a data folder makes the store and keeps a version of each plugin.
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let data = folder();
        first.push(start(&scripts, data.path()));
        later.push(start(&scripts, data.path()));
    }
    let line = |what: &str, spent| Line::alone(format!("start: {what}"), median(spent), Aim::Time(300e6));
    report.add(line("serve with 50 scripts beside the shipped ones", later));
    report.add(line("the same on an empty data folder", first));
}

// Ends the process whatever happens.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(scripts: &std::ffi::OsStr, data: &Path) -> f64 {
    let began = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_registrar"))
        .arg("serve")
        .current_dir(data)
        .env("REGISTRAR_DATA", data)
        .env("REGISTRAR_SCRIPTS", scripts)
        .env_remove("REGISTRAR_OFFICE")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _running = Running(child.expect("the program starts"));
    let socket = data.join("registrar.sock");
    let stream = loop {
        if let Ok(stream) = UnixStream::connect(&socket) {
            break stream;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "serve does not answer");
        thread::sleep(Duration::from_micros(500));
    };
    let listed = ask(stream, data);
    let spent = began.elapsed().as_nanos() as f64;
    for n in 0..SCRIPTS {
        assert!(listed.contains(&format!("work-{n}")), "work-{n} is not loaded: {listed}");
    }
    spent
}

// `plugins`, over the socket, up to its exit code.
fn ask(mut stream: UnixStream, data: &Path) -> String {
    let request = serde_json::json!({ "args": ["plugins", "--json"], "folder": data, "input": "" });
    writeln!(stream, "{request}").expect("a request");
    let mut listed = String::new();
    for line in BufReader::new(stream).lines() {
        let line = line.expect("an answer");
        if line.contains("\"exit\"") {
            assert!(line.contains('0'), "plugins failed: {line}");
            return listed;
        }
        listed.push_str(&line);
    }
    panic!("the answer has no end: {listed}");
}
