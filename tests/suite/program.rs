//! The real program on a data folder and a copy of the scripts of its own: runs commands, keeps
//! `serve` running, ends it.

use serde_json::Value;
use std::{
    fs,
    io::Write,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A place to run the program in.
pub struct Program {
    folder: tempfile::TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Program {
    /// An empty store, and the scripts that ship.
    pub fn new() -> Program {
        let program = Program { folder: tempfile::tempdir().unwrap() };
        copy(&repository().join("scripts"), &program.path("scripts"));
        fs::create_dir(program.path("plugins")).unwrap();
        program
    }

    /// An empty store, and no scripts.
    pub fn bare() -> Program {
        let program = Program { folder: tempfile::tempdir().unwrap() };
        for folder in ["scripts", "plugins"] {
            fs::create_dir(program.path(folder)).unwrap();
        }
        program
    }

    /// The scripts that ship, with the published quarter in its log.
    pub fn with_quarter() -> Program {
        let program = Program::new();
        program.run(&["import-events", "scripts/demo/zhalantun-2023q1.jsonl"]).ok();
        program
    }

    /// A path in the working folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the working folder.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Copies a folder's content into one of the working folder.
    pub fn copy(&self, from: &Path, to: &str) {
        copy(from, &self.path(to));
    }

    /// Puts other text into a file, where `old` is.
    pub fn edit(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old:?}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// The program with arguments, in the working folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_registrar"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["DATA", "SCRIPTS", "PLUGINS", "OFFICE", "LISTEN", "LOG"] {
            command.env_remove(format!("REGISTRAR_{name}"));
        }
        // No port is taken where pages are not looked at.
        command.env("REGISTRAR_LISTEN", "none");
        // Not what lies beside the program, which depends on what was built last.
        command.env("REGISTRAR_PLUGINS", self.path("plugins"));
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Runs it with something on its standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Starts `serve` and waits until it answers.
    pub fn serve(&self) -> Serving {
        self.serve_by(self.command(&["serve"]))
    }

    /// Starts `serve` with its pages on a free port.
    pub fn serve_pages(&self) -> Serving {
        self.serve_pages_at("127.0.0.1:0")
    }

    /// Starts `serve` with its pages at an address.
    pub fn serve_pages_at(&self, address: &str) -> Serving {
        self.serve_by(self.command(&["serve", "--listen", address]))
    }

    /// Starts the demo with its pages on a free port.
    pub fn demo_pages(&self) -> Serving {
        self.serve_by(self.command(&["demo", "--records", "150", "--listen", "127.0.0.1:0"]))
    }

    /// Starts `serve` by a user who is not root, whom permissions stop.
    pub fn serve_unprivileged(&self) -> Serving {
        const NOBODY: u32 = 65_534;
        if fs::metadata("/proc/self").unwrap().uid() != 0 {
            return self.serve();
        }
        // The build's folder may be closed to others.
        let program = self.path("registrar");
        if !program.exists() {
            fs::copy(env!("CARGO_BIN_EXE_registrar"), &program).unwrap();
        }
        fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut folders = vec![self.path("data")];
        while let Some(folder) = folders.pop() {
            chown(&folder, Some(NOBODY), None).unwrap();
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    chown(path, Some(NOBODY), None).unwrap();
                }
            }
        }
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "none"]).current_dir(self.folder.path()).uid(NOBODY).gid(NOBODY);
        self.serve_by(command)
    }

    fn serve_by(&self, mut command: Command) -> Serving {
        let log = fs::File::create(self.path("serve.log")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut serving = Serving { child, log: self.path("serve.log") };
        serving.wait("Running:");
        serving
    }

    /// Runs it until its standard output or error shows `wanted`.
    pub fn until(&self, args: &[&str], wanted: &str) -> Ran {
        let started = Instant::now();
        loop {
            let ran = self.run(args);
            if ran.out.contains(wanted) || ran.err.contains(wanted) {
                return ran;
            }
            assert!(started.elapsed() < PATIENCE, "{args:?} never showed {wanted:?}: {ran:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// Asserts that it was done.
    #[track_caller]
    pub fn ok(self) -> Ran {
        self.ended(0)
    }

    /// Asserts how it ended.
    #[track_caller]
    pub fn ended(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Asserts that standard error says something.
    #[track_caller]
    pub fn says(self, what: &str) -> Ran {
        assert!(self.err.contains(what), "not said: {what:?}\n{self:?}");
        self
    }

    /// Asserts that standard output shows something.
    #[track_caller]
    pub fn shows(self, what: &str) -> Ran {
        assert!(self.out.contains(what), "not shown: {what:?}\n{self:?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// A running `serve`, ended when this is dropped.
pub struct Serving {
    child: Child,
    log: PathBuf,
}

impl Serving {
    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// The address of its pages, without a path.
    pub fn pages(&self) -> String {
        let log = self.log();
        let (_, rest) = log.split_once("网页: http://").expect("pages are served");
        format!("http://{}", rest.split_once('/').expect("an address").0)
    }

    /// Waits until its log shows something.
    #[track_caller]
    pub fn wait(&mut self, wanted: &str) {
        let started = Instant::now();
        while !self.log().contains(wanted) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended ({ended:?}): {}", self.log());
            assert!(started.elapsed() < PATIENCE, "never logged {wanted:?}: {}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kill -9.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies a folder with all it holds.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
