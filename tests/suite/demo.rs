//! The demo as a stranger meets it: the published figures, and a number changed while it runs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The program, over a copy of the scripts and a data folder of its own.
pub struct Running {
    pub folder: tempfile::TempDir,
    child: Child,
}

impl Running {
    /// Starts a command that keeps running.
    pub fn start(args: &[&str]) -> Running {
        let folder = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts"), &folder.path().join("scripts"));
        let mut command = program(folder.path());
        let child = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Running { folder, child }
    }

    /// What another command prints, and whether it ended with 0.
    pub fn ask(&self, args: &[&str]) -> (String, bool) {
        let done = program(self.folder.path()).args(args).output().unwrap();
        (String::from_utf8(done.stdout).unwrap(), done.status.success())
    }

    fn wait_until_it_answers(&self) {
        let socket = self.folder.path().join("data/registrar.sock");
        let began = Instant::now();
        while !socket.exists() {
            assert!(began.elapsed() < Duration::from_secs(60), "it never opened its socket");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn scores(&self) -> Vec<String> {
        let (printed, _) =
            self.ask(&["standings", "information", "--period", "2023-Q1", "--office", "demo", "--json"]);
        let rows: serde_json::Value = serde_json::from_str(&printed).unwrap_or_default();
        let amount = |row: &serde_json::Value| row["amount"].as_str().unwrap_or("?").to_owned();
        rows.as_array().map(|rows| rows.iter().map(amount).collect()).unwrap_or_default()
    }

    fn figures(&self) -> PathBuf {
        self.folder.path().join("scripts/zhalantun/plugin.toml")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program in a folder.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_registrar"));
    command.current_dir(folder).env_remove("REGISTRAR_DATA").env_remove("REGISTRAR_OFFICE");
    command
}

/// Copies a folder with all it holds.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

#[test]
fn the_published_totals_follow_a_number_that_is_changed_while_the_demo_runs() {
    let demo = Running::start(&["demo", "--records", "200"]);
    demo.wait_until_it_answers();
    let published = ["205", "180", "145", "135", "130"];
    assert_eq!(demo.scores(), published);

    let original = fs::read_to_string(demo.figures()).unwrap();
    let edits: [(&str, &str, [&str; 5]); 4] = [
        ("2000-01-01 = 10", "2000-01-01 = 12", ["211", "180", "147", "137", "130"]),
        ("2000-01-01 = 10", "2000-01-01 = 10", published),
        ("2000-01-01 = 5", "2000-01-01 = 6", ["240", "216", "172", "160", "156"]),
        ("2000-01-01 = 5", "2000-01-01 = 5", published),
    ];
    for (from, to, expected) in edits {
        assert!(original.contains(from), "the rules no longer say `{from}`");
        fs::write(demo.figures(), original.replace(from, to)).unwrap();
        let saved = Instant::now();
        while demo.scores() != expected {
            assert!(saved.elapsed() < Duration::from_secs(20), "{to}: {:?}", demo.scores());
            thread::sleep(Duration::from_millis(10));
        }
        println!("`{to}` saved: {} after {} ms", expected.join(", "), saved.elapsed().as_millis());
    }
}

#[test]
fn a_total_opens_down_to_its_events_with_clause_file_line_and_rule_hash() {
    let demo = Running::start(&["demo", "--records", "50"]);
    demo.wait_until_it_answers();
    let args = [
        "explain",
        "information",
        "--account",
        "unit-1",
        "--period",
        "2023-Q1",
        "--office",
        "demo",
        "--json",
    ];
    let (printed, well) = demo.ask(&args);
    assert!(well, "{printed}");
    let tree: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(tree["amount"], "205");
    let (mut leaves, mut events) = (Vec::new(), std::collections::BTreeSet::new());
    collect(&tree, &mut leaves);
    for leaf in &leaves {
        for field in ["clause", "source", "rule_hash", "plugin", "version", "event"] {
            assert!(leaf[field].as_str().is_some_and(|text| !text.is_empty()), "no {field}: {leaf}");
        }
        assert!(leaf["source"].as_str().unwrap().starts_with("zhalantun/scoring.lua:"), "{leaf}");
        events.insert(leaf["event"].as_str().unwrap().to_owned());
    }
    assert_eq!(events.len(), 38, "35 submissions and 3 adoptions");
    println!("205 opens down to {} events, e.g. {}", events.len(), leaves[0]);
}

fn collect<'a>(node: &'a serde_json::Value, leaves: &mut Vec<&'a serde_json::Value>) {
    match node["children"].as_array() {
        Some(children) if !children.is_empty() => children.iter().for_each(|child| collect(child, leaves)),
        _ => leaves.push(node),
    }
}
