//! A contract for tests of the host: a point for each way of combining, failure, phase and type, a
//! host call of each place; and a bench that runs scripts against it.

use registrar_host::{
    Caller, Engine, EngineConfig, Failed, Fault, Host, HostConfig, MemoryStore, Outcome, ReloadReport,
    Services, Snapshot,
};
use registrar_sdk::{
    AnsweredBy, Append, Combine, Contract, Failure, Field, Filter, HostCall, Lifecycle, Method, OpenOrder,
    OptionDecl, Param, Phase, Point, Struct, Type, Value, Where,
};
use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

const fn param(name: &'static str) -> Param {
    Param { name, ty: Type::Any, doc: "" }
}

static EVENT_RECORD: &[Param] = &[param("event"), param("record")];
static DRAFT_EVENT: &[Param] = &[param("draft"), param("event")];
static ITEMS_EVENT: &[Param] = &[param("items"), param("event")];
static X: &[Param] = &[param("x")];

const ORDER: [Where; 3] = [Where::plain("priority"), Where::plain("before"), Where::plain("after")];
static OPTIONS: &[Where] = &[
    Where::equals("register", "event.register"),
    Where::equals("action", "event.action"),
    Where::fields("match", &["event.fields", "record"]),
    Where::dates("effective", "event.on"),
    Where::rule("rule", "event.on"),
    Where::plain("clause"),
    ORDER[0],
    ORDER[1],
    ORDER[2],
];
// At a point that folds items the paths start inside the item.
static ITEM_OPTIONS: &[Where] = &[
    Where::equals("measure", "measure"),
    Where::dates("effective", "on"),
    Where::rule("rule", "on"),
    ORDER[0],
    ORDER[1],
    ORDER[2],
];

const fn point(id: &'static str, params: &'static [Param], combine: Combine) -> Point {
    Point {
        id,
        doc: "",
        params,
        answer: Type::Any,
        combine,
        failure: Failure::FailCall,
        phase: Phase::Pure,
        extra_calls: &[],
        options: OPTIONS,
        budget_ms: 100,
        io_budget_ms: 300,
        shorthand: None,
        open_order: OpenOrder::ByName,
        refine: None,
        deprecated: None,
    }
}

const fn failing(id: &'static str, failure: Failure) -> Point {
    Point { failure, ..point(id, X, Combine::Collect) }
}

const fn phased(id: &'static str, phase: Phase) -> Point {
    Point { phase, ..point(id, X, FIRST) }
}

const fn typed(id: &'static str, answer: Type) -> Point {
    // What is tested here is no matter of time, however slow the machine.
    Point { answer, budget_ms: 10_000, ..point(id, X, FIRST) }
}

const FIRST: Combine = Combine::First { per: None };

/// A struct with one field of most kinds, and a method.
pub static CARD: Struct = Struct::closed(
    "card",
    "",
    &[
        Field::required("name", Type::Text, ""),
        Field::optional("amount", Type::Amount, ""),
        Field::optional("tags", Type::List(&Type::Text), ""),
        Field::optional("fields", Type::Map(&Type::Any), ""),
    ],
)
.with_methods(&[Method {
    name: "greet",
    doc: "",
    params: &[],
    result: Type::Text,
    run: |card, _| Ok(Value::text(format!("hello {}", card.get("name").as_str().unwrap_or("")))),
}]);

/// The contract.
pub static BENCH: Contract = Contract {
    name: "bench",
    revision: 1,
    points: &[
        point("combine.first", EVENT_RECORD, FIRST),
        point("combine.first_per", EVENT_RECORD, Combine::First { per: Some("name") }),
        point("combine.collect", EVENT_RECORD, Combine::Collect),
        point("combine.fold", DRAFT_EVENT, Combine::Fold { append: None, each: false }),
        point(
            "combine.append",
            DRAFT_EVENT,
            Combine::Fold { append: Some(Append::to("items")), each: false },
        ),
        Point {
            options: ITEM_OPTIONS,
            ..point("combine.each", ITEMS_EVENT, Combine::Fold { append: None, each: true })
        },
        point("combine.veto", EVENT_RECORD, Combine::Veto),
        point("combine.notify", EVENT_RECORD, Combine::Notify),
        failing("fail.reject", Failure::RejectGeneration),
        failing("fail.log", Failure::LogAndContinue),
        failing("fail.deny", Failure::DenyCall),
        failing("fail.call", Failure::FailCall),
        failing("fail.hold", Failure::Hold),
        failing("fail.skip", Failure::SkipAndShow),
        failing("fail.retry", Failure::RetryThenPark),
        Point {
            failure: Failure::SkipAndShow,
            ..point("fail.fold", X, Combine::Fold { append: None, each: false })
        },
        phased("phase.pure", Phase::Pure),
        phased("phase.read", Phase::Read),
        phased("phase.effect", Phase::Effect),
        Point { extra_calls: &["now", "look"], ..phased("phase.extra", Phase::Pure) },
        Point { phase: Phase::Effect, ..point("life.load", X, Combine::Lifecycle(Lifecycle::Load)) },
        typed("value.any", Type::Any),
        // For handlers that keep something between calls.
        Point { phase: Phase::Read, ..typed("value.kept", Type::Any) },
        typed("value.bool", Type::Bool),
        typed("value.int", Type::Int),
        typed("value.number", Type::Number),
        typed("value.amount", Type::Amount),
        typed("value.text", Type::Text),
        typed("value.bytes", Type::Bytes),
        typed("value.date", Type::Date),
        typed("value.choice", Type::Choice(&["red", "blue"])),
        typed("value.list", Type::List(&Type::Int)),
        typed("value.map", Type::Map(&Type::Int)),
        typed("value.card", Type::Struct(&CARD)),
        typed("value.cards", Type::OneOf(&[Type::Amount, Type::List(&Type::Struct(&CARD))])),
    ],
    calls: &[
        call("twice", &[Phase::Pure, Phase::Read, Phase::Effect], AnsweredBy::Function(twice)),
        call("spin", &[Phase::Pure, Phase::Effect], AnsweredBy::Function(spin)),
        HostCall {
            result: Type::Struct(&CARD),
            ..call("card", &[Phase::Pure, Phase::Read, Phase::Effect], AnsweredBy::Function(card))
        },
        call("look", &[Phase::Read, Phase::Effect], AnsweredBy::Snapshot),
        call("fetch", &[Phase::Effect], AnsweredBy::Services),
        HostCall { capability: Some("http"), ..call("http.get", &[Phase::Effect], AnsweredBy::Services) },
        HostCall {
            params: &[],
            capability: Some("now"),
            result: Type::Text,
            ..call("now", &[Phase::Effect], AnsweredBy::Host)
        },
    ],
    options: &[
        option("register", Type::Text),
        option("action", Type::OneOf(&[Type::Text, Type::List(&Type::Text)])),
        option("match", Type::Map(&Type::Any)),
        option("effective", Type::Map(&Type::Date)),
        option("rule", Type::Text),
        option("clause", Type::Text),
        option("measure", Type::Text),
        option("priority", Type::Number),
        option("before", Type::OneOf(&[Type::Text, Type::List(&Type::Text)])),
        option("after", Type::OneOf(&[Type::Text, Type::List(&Type::Text)])),
    ],
    group_by: Some("register"),
};

const fn call(name: &'static str, phases: &'static [Phase], place: AnsweredBy) -> HostCall {
    HostCall { name, doc: "", params: X, result: Type::Any, phases, capability: None, place }
}

const fn option(name: &'static str, ty: Type) -> OptionDecl {
    OptionDecl { name, ty, doc: "" }
}

fn twice(args: &[Value]) -> Result<Value, String> {
    args[0].as_int().map(|n| Value::Int(2 * n)).ok_or_else(|| "x must be an integer".into())
}

fn card(args: &[Value]) -> Result<Value, String> {
    Ok(Value::map([("name", args[0].clone())]))
}

// Waits inside the program, where no interrupt reaches.
fn spin(args: &[Value]) -> Result<Value, String> {
    // It computes, and looks at nothing: as library code that never ends would.
    let end = registrar_host::runtime::processor::own()
        + Duration::from_millis(args[0].as_int().unwrap_or(0).unsigned_abs());
    while registrar_host::runtime::processor::own() < end {
        std::hint::spin_loop();
    }
    Ok(Value::Nil)
}

/// Answers every snapshot call with its argument.
pub struct Mirror;

impl Snapshot for Mirror {
    fn call(&self, _: &str, args: &[Value]) -> Result<Value, String> {
        Ok(args.first().cloned().unwrap_or_default())
    }
}

/// Answers every service call with its argument, and remembers who asked.
#[derive(Default)]
pub struct Recorder {
    /// `plugin name(argument)`, in order.
    pub calls: Vec<String>,
    /// How long each answer takes.
    pub delay: Duration,
}

impl Services for Recorder {
    fn call(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        std::thread::sleep(self.delay);
        let arg = args.first().cloned().unwrap_or_default();
        self.calls.push(format!("{} {name}({arg})", caller.plugin.id));
        Ok(arg)
    }
}

/// A host over scripts of the test's own.
pub struct Bench {
    /// The host.
    pub host: Host,
    folder: tempfile::TempDir,
}

impl Bench {
    /// A bench with these files (`name.lua`, `plugin/main.lua`, `plugin/plugin.toml` …), and what
    /// loading them came to.
    pub fn load(files: &[(&str, &str)], configure: impl Fn(&mut HostConfig)) -> (Bench, ReloadReport) {
        Bench::limited(EngineConfig::default(), files, configure)
    }

    /// The same within other limits.
    pub fn limited(
        limits: EngineConfig,
        files: &[(&str, &str)],
        configure: impl Fn(&mut HostConfig),
    ) -> (Bench, ReloadReport) {
        let folder = tempfile::tempdir().unwrap();
        let scripts = folder.path().join("scripts");
        fs::create_dir(&scripts).unwrap();
        write_files(&scripts, files);
        let mut config = HostConfig::new(vec![scripts]);
        config.files = Some(folder.path().join("files"));
        config.clock = || "2023-02-14T08:00:00+08:00".into();
        configure(&mut config);
        let engine = Engine::start(limits).unwrap();
        let host = Host::new(engine, &BENCH, config, Arc::new(MemoryStore::default()));
        let report = host.reload();
        (Bench { host, folder }, report)
    }

    /// The folder of the scripts.
    pub fn scripts(&self) -> std::path::PathBuf {
        self.folder.path().join("scripts")
    }

    /// Writes files and reloads.
    pub fn change(&self, files: &[(&str, &str)]) -> ReloadReport {
        write_files(&self.scripts(), files);
        self.host.reload()
    }

    /// One dispatch.
    pub fn ask(&self, point: &str, args: Vec<Value>) -> Result<Outcome, Failed> {
        self.ask_with(point, args, &mut Recorder::default())
    }

    /// One dispatch, with services of the test's own.
    pub fn ask_with(
        &self,
        point: &str,
        args: Vec<Value>,
        services: &mut dyn Services,
    ) -> Result<Outcome, Failed> {
        self.host.dispatch(point, args, &self.host.scope(Arc::new(Mirror)), services)
    }

    /// The answer as text, or the failure's.
    pub fn say(&self, point: &str, args: Vec<Value>) -> String {
        match self.ask(point, args) {
            Ok(outcome) => outcome.value.to_string(),
            Err(failed) => failed.to_string(),
        }
    }
}

fn write_files(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A host over files that must load.
pub fn host_with(files: &[(&str, &str)]) -> Bench {
    let (bench, report) = Bench::load(files, |_| {});
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    bench
}

/// A value from JSON.
pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// The fault in a failure.
pub fn fault(failed: Failed) -> Fault {
    match failed {
        Failed::Handler(fault) => fault,
        Failed::Call(text) => panic!("a failed call: {text}"),
    }
}

/// Runs a test again in a process of its own, where nothing else holds memory. Says whether this is that
/// process; in the other the test is over.
pub fn in_own_process(test: &str) -> bool {
    const MARK: &str = "REGISTRAR_OWN_PROCESS";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    let done = again.args(["--exact", test, "--nocapture"]).env(MARK, "1").output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{test}: {said}");
    println!("{said}");
    false
}

/// Tests that measure time or memory run one at a time.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    // Another test's failure leaves nothing half-done here.
    ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

// `Filter` is named here so that a new way of filtering is noticed by whoever adds one.
const _: fn(Filter) -> bool = |filter| match filter {
    Filter::None | Filter::Equals(_) | Filter::Fields(_) | Filter::Dates(_) | Filter::Rule(_) => true,
};
