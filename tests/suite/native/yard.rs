//! A host over a folder of libraries, with a contract of its own; libraries are compiled by the test
//! or lie beside its program.

use registrar_host::{
    Caller, Engine, EngineConfig, Failed, Fault, Host, HostConfig, HostStore, MemoryStore, NativeConfig,
    Outcome, PluginState, ReloadReport, Services, Snapshot,
};
use registrar_sdk::{
    AnsweredBy, Combine, Contract, Failure, HostCall, OpenOrder, OptionDecl, Param, Phase, Point, Type,
    Value, Where,
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

static X: &[Param] = &[Param { name: "x", ty: Type::Any, doc: "" }];

const POINT: Point = Point {
    id: "",
    doc: "",
    params: X,
    answer: Type::Any,
    combine: Combine::Collect,
    failure: Failure::FailCall,
    phase: Phase::Read,
    extra_calls: &[],
    options: &[Where::plain("priority"), Where::plain("before"), Where::plain("after")],
    // Wall time: nothing here should depend on what else the machine does.
    budget_ms: 5000,
    io_budget_ms: 5000,
    shorthand: None,
    open_order: OpenOrder::ByName,
    refine: None,
    deprecated: None,
};

const fn call(name: &'static str, phases: &'static [Phase], place: AnsweredBy) -> HostCall {
    HostCall { name, doc: "", params: X, result: Type::Any, phases, capability: None, place }
}

const fn option(name: &'static str, ty: Type) -> OptionDecl {
    OptionDecl { name, ty, doc: "" }
}

const NAMES: Type = Type::OneOf(&[Type::Text, Type::List(&Type::Text)]);

/// The contract.
pub static YARD: Contract = Contract {
    name: "yard",
    revision: 1,
    points: &[
        Point { id: "ask.call", ..POINT },
        Point { id: "ask.skip", failure: Failure::SkipAndShow, ..POINT },
        Point { id: "ask.deny", failure: Failure::DenyCall, combine: Combine::Veto, ..POINT },
        Point { id: "ask.brief", budget_ms: 50, ..POINT },
        Point { id: "ask.pure", phase: Phase::Pure, combine: Combine::First { per: None }, ..POINT },
        Point { id: "ask.effect", phase: Phase::Effect, combine: Combine::First { per: None }, ..POINT },
    ],
    calls: &[
        call("look", &[Phase::Read, Phase::Effect], AnsweredBy::Snapshot),
        call("act", &[Phase::Effect], AnsweredBy::Services),
        HostCall { capability: Some("http"), ..call("http.get", &[Phase::Effect], AnsweredBy::Services) },
    ],
    options: &[option("priority", Type::Number), option("before", NAMES), option("after", NAMES)],
    group_by: None,
};

/// Answers every snapshot call with its argument.
pub struct Mirror;

impl Snapshot for Mirror {
    fn call(&self, _: &str, args: &[Value]) -> Result<Value, String> {
        Ok(args.first().cloned().unwrap_or_default())
    }
}

impl Services for Mirror {
    fn call(&mut self, _: &str, _: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        Ok(args.first().cloned().unwrap_or_default())
    }
}

/// A host and its folders.
pub struct Yard {
    pub host: Host,
    pub folder: tempfile::TempDir,
    pub store: Arc<MemoryStore>,
}

impl Yard {
    /// A host with nothing in its folders yet.
    pub fn new(configure: impl Fn(&mut HostConfig)) -> Yard {
        Yard::over(private_folder(), Arc::default(), configure)
    }

    /// A host over a folder that may have been another's.
    pub fn over(
        folder: tempfile::TempDir,
        store: Arc<MemoryStore>,
        configure: impl Fn(&mut HostConfig),
    ) -> Yard {
        let mut config = HostConfig::new(vec![folder.path().join("scripts")]);
        config.load_budget_ms = 5000;
        config.files = Some(folder.path().join("files"));
        config.grace = Duration::from_millis(300);
        config.native = native(folder.path());
        configure(&mut config);
        for name in ["scripts", "libraries"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let engine = Engine::start(EngineConfig::default()).unwrap();
        let host = Host::new(engine, &YARD, config, store.clone() as Arc<dyn HostStore>);
        Yard { host, folder, store }
    }

    /// Where a library lies, or would.
    pub fn library(&self, name: &str) -> PathBuf {
        self.folder.path().join("libraries").join(name)
    }

    /// Puts a library into place as a build does: written aside, then renamed.
    pub fn put(&self, name: &str, from: &Path) {
        put(&self.library(name), from);
    }

    /// Puts a script into place.
    pub fn script(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join("scripts").join(name), text).unwrap();
    }

    /// Reloads; nothing may be wrong.
    #[track_caller]
    pub fn reload(&self) -> ReloadReport {
        let report = self.host.reload();
        assert!(report.faults.is_empty(), "{:#?}", report.faults);
        report
    }

    /// Reloads; says what is wrong.
    pub fn faults(&self) -> String {
        let report = self.host.reload();
        report.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    /// One dispatch.
    pub fn ask(&self, point: &str, x: impl Into<Value>) -> Result<Outcome, Failed> {
        let scope = self.host.scope(Arc::new(Mirror));
        self.host.dispatch(point, vec![x.into()], &scope, &mut Mirror)
    }

    /// The answer as text, or the failure's.
    pub fn say(&self, point: &str, x: impl Into<Value>) -> String {
        match self.ask(point, x) {
            Ok(outcome) => outcome.value.to_string(),
            Err(failed) => failed.to_string(),
        }
    }

    /// How a plugin fares.
    pub fn state(&self, id: &str) -> Option<PluginState> {
        self.host.status().into_iter().find(|row| row.id == id).map(|row| row.state)
    }
}

/// The configuration of native plugins over a folder.
pub fn native(folder: &Path) -> NativeConfig {
    NativeConfig {
        folders: vec![folder.join("libraries")],
        private: Some(folder.join("private")),
        program: vec![env!("CARGO_BIN_EXE_registrar").into()],
        ..NativeConfig::default()
    }
}

/// A folder that nobody else may write.
pub fn private_folder() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap()
}

/// Puts a copy of a library into place: written aside, then renamed.
pub fn put(to: &Path, from: &Path) {
    let aside = to.with_extension("new");
    fs::copy(from, &aside).unwrap();
    fs::set_permissions(&aside, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(aside, to).unwrap();
}

/// Compiles a source, of `tests/plugins` unless it says where, to a library, with definitions.
pub fn compile(source: &str, to: &Path, definitions: &[(&str, &str)]) {
    cc(source, to, &["-shared", "-fPIC"], definitions);
}

/// Compiles a source against the header alone.
pub fn cc(source: &str, to: &Path, flags: &[&str], definitions: &[(&str, &str)]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let definitions = definitions.iter().map(|(name, value)| format!("-D{name}={value}"));
    let done = Command::new("cc")
        .args(["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror"])
        .args(flags)
        .args(definitions)
        .arg("-I")
        .arg(root.join("plugins/sdk"))
        .arg(if source.contains('/') { root.join(source) } else { root.join("tests/plugins").join(source) })
        .arg("-o")
        .arg(to)
        .output()
        .expect("the tests of native plugins need a C compiler, `cc`");
    assert!(done.status.success(), "{source}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A library that cargo built for the tests.
pub fn built(file: &str) -> PathBuf {
    let beside = std::env::current_exe().unwrap().parent().unwrap().join(file);
    assert!(beside.exists(), "{} is missing; it is a dev-dependency", beside.display());
    beside
}

/// The fault in a failure.
pub fn fault(failed: Failed) -> Fault {
    match failed {
        Failed::Handler(fault) => fault,
        Failed::Call(text) => panic!("a failed call: {text}"),
    }
}

/// Waits for something.
#[track_caller]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}

/// Runs a test again in a process of its own, where nothing else holds memory, descriptors and
/// children. Answers whether this is that process; in the other the test is over.
pub fn apart(test: &str) -> bool {
    const MARK: &str = "REGISTRAR_APART";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    let test = format!("native::{test}");
    again.args(["--exact", &test, "--nocapture"]).env(MARK, "1").env("MALLOC_ARENA_MAX", "1");
    let done = again.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{test}: {said}");
    said.lines().filter(|line| line.starts_with("figure: ")).for_each(|line| println!("{line}"));
    false
}

/// Resident memory of this process, KiB.
pub fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Open descriptors of this process.
pub fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The children of this process and those among them that nobody waited for.
pub fn children() -> (usize, usize) {
    let own = std::process::id().to_string();
    let stats = fs::read_dir("/proc").unwrap().flatten();
    let stats = stats.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let states: Vec<String> = stats
        .filter_map(|stat| {
            let mut words = stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned);
            let (state, parent) = (words.next()?, words.next()?);
            (parent == own).then_some(state)
        })
        .collect();
    (states.len(), states.iter().filter(|state| *state == "Z").count())
}
