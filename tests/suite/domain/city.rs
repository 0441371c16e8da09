//! A small city's office on the scripts that ship: units and people of each sort, whatever is chosen
//! of the rule sets, and a clock that a test sets.

use crate::{
    bookkeeping::kept,
    program::{copy, repository},
};
use jiff::civil::{Date, date};
use registrar_contract::OFFICE;
use registrar_domain::{Event, Lang, Store};
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, Snapshot};
use registrar_kernel::{
    Act, ImportOptions, LedgerService, Office,
    access::Principal,
    queries::{FigureQuery, FigureView, panel::Panel},
};
use registrar_ledger::{Explained, StandingQuery};
use registrar_sdk::{Map, Value};
use registrar_store::{Database, SqliteStore};
use serde_json::{Value as Json, json};
use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock},
};

/// The day on which a city's clock stands at first.
const BEGIN: Date = date(2023, 1, 3);

thread_local! {
    /// The day that `host.now` tells: calls are answered on the thread that asks.
    static NOW: Cell<Date> = const { Cell::new(BEGIN) };
}

/// East and West are counties, North a direct-reporting point of East, Health a department. Wang, Sun,
/// Qian and Zhou report for them in that order; Li edits, Chen leads, both for the whole office.
const DIRECTORY: &[(&str, &str, &str)] = &[
    ("east", "unit", r#"{"title":{"zh":"东县","en":"East"},"class":"county","order":1}"#),
    ("west", "unit", r#"{"title":{"zh":"西县","en":"West"},"class":"county","order":2}"#),
    ("north", "unit", r#"{"title":{"zh":"北站","en":"North"},"class":"direct","parent":"east","order":3}"#),
    ("health", "unit", r#"{"title":{"zh":"卫健委","en":"Health"},"class":"department","order":4}"#),
    ("wang", "person", r#"{"name":"王芳","unit":"east","roles":[{"role":"reporter","unit":"east"}]}"#),
    ("sun", "person", r#"{"name":"孙丽","unit":"west","roles":[{"role":"reporter","unit":"west"}]}"#),
    ("qian", "person", r#"{"name":"钱进","unit":"north","roles":[{"role":"reporter","unit":"north"}]}"#),
    ("zhou", "person", r#"{"name":"周敏","unit":"health","roles":[{"role":"reporter","unit":"health"}]}"#),
    ("li", "person", r#"{"name":"李编辑","roles":[{"role":"editor","unit":"*"}]}"#),
    ("chen", "person", r#"{"name":"陈主任","roles":[{"role":"leader","unit":"*"}]}"#),
];

/// The office.
pub struct City {
    pub office: Arc<Office>,
    _service: Arc<LedgerService>,
    today: Arc<Mutex<Date>>,
    folder: tempfile::TempDir,
}

/// What all cities of this run share. The host has the scripts that ship: while it serves, an office with the same
/// need not try them again.
struct Shared {
    engine: Arc<Engine>,
    snapshot: Arc<dyn Snapshot>,
    _host: Host,
}

impl Shared {
    fn get() -> &'static Shared {
        static SHARED: OnceLock<Shared> = OnceLock::new();
        SHARED.get_or_init(|| {
            let engine = Engine::start(EngineConfig { workers: 2, ..EngineConfig::default() }).unwrap();
            let snapshot: Arc<dyn Snapshot> = Arc::new(registrar_kernel::OfficeSnapshot::new(Arc::default()));
            let mut config = HostConfig::new(vec![repository().join("scripts")]);
            config.load_budget_ms = LOAD_BUDGET;
            config.example_snapshot = snapshot.clone();
            let host = Host::new(engine.clone(), &OFFICE, config, Arc::new(MemoryStore::default()));
            let report = host.reload();
            assert!(report.faults.is_empty(), "{:?}", report.faults);
            Shared { engine, snapshot, _host: host }
        })
    }
}

/// Milliseconds: loading competes with other tests.
const LOAD_BUDGET: u32 = 2000;

impl City {
    /// With these rule sets chosen.
    pub fn new(rules: &[&str]) -> City {
        City::with(rules, json!({}))
    }

    /// The same with settings of plugins: `{"quota": {"window": "two-month"}}`.
    pub fn with(rules: &[&str], settings: Json) -> City {
        let city = City::empty(rules, settings);
        for (id, action, fields) in DIRECTORY {
            city.directory("2022-01-01", id, action, serde_json::from_str(fields).unwrap());
        }
        city
    }

    /// The same without units and people.
    pub fn empty(rules: &[&str], settings: Json) -> City {
        let folder = tempfile::tempdir().unwrap();
        let scripts = folder.path().join("scripts");
        copy(&repository().join("scripts"), &scripts);
        let data = folder.path().join("data");
        let store = Arc::new(SqliteStore::open(&data).unwrap());
        let key = store.open_office("default").unwrap();
        let mut config = HostConfig::new(vec![scripts]);
        config.load_budget_ms = LOAD_BUDGET;
        config.chosen = rules.iter().map(|name| (*name).to_owned()).collect();
        let plugins = settings.as_object().unwrap().iter();
        config.settings = plugins.map(|(plugin, of)| (plugin.clone(), map(of))).collect();
        config.files = Some(data.join("files"));
        let shared = Shared::get();
        config.example_snapshot = shared.snapshot.clone();
        NOW.set(BEGIN);
        config.clock = || {
            let on = NOW.get().to_string();
            let at = format!("{on}T09:00:00+08:00");
            Value::map([("on", Value::text(on)), ("at", Value::text(at))])
        };
        let host = Host::new(shared.engine.clone(), &OFFICE, config, store.host_store(key));
        let today = Arc::new(Mutex::new(BEGIN));
        let clock = today.clone();
        let office = Office::open_at("default", store, host, Arc::new(move || *clock.lock().unwrap()));
        let office = Arc::new(office.unwrap());
        let service = kept(&office, &data);
        City { office, _service: service, today, folder }
    }

    /// The folder of the scripts, to change one.
    pub fn scripts(&self) -> std::path::PathBuf {
        self.folder.path().join("scripts")
    }

    /// Says something of the directory from a day on: `unit`, `person`, `holiday`, `table` …
    pub fn directory(&self, on: &str, id: &str, action: &str, fields: Json) {
        let line = json!({
            "id": format!("{id}-{action}-{on}-{}", fields), "register": "$directory", "record": id,
            "action": action, "on": on, "by": "operator", "fields": fields,
        });
        let text = line.to_string();
        self.office.import_events(text.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
    }

    /// Brings in history: `register/record action on {fields}`, without guards or effects.
    pub fn past(&self, register: &str, record: &str, action: &str, on: &str, fields: Json) {
        let line = json!({
            "id": format!("{register}/{record}/{action}/{on}/{fields}"), "register": register, "record": record,
            "action": action, "on": on, "by": "operator", "fields": fields,
        });
        let text = line.to_string();
        self.office.import_events(text.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
    }

    /// Sets the clock, and does what a day that ended brings.
    pub fn day(&self, on: &str) {
        let on: Date = on.parse().unwrap();
        *self.today.lock().unwrap() = on;
        NOW.set(on);
        self.office.run_clock(on).unwrap();
    }

    /// Takes an action today; the id of the record, or what was refused.
    pub fn attempt(
        &self,
        by: &str,
        register: &str,
        record: Option<&str>,
        action: &str,
        fields: Json,
    ) -> Result<Acted, String> {
        let act = Act {
            register: register.into(),
            record: record.map(str::to_owned),
            action: action.into(),
            by: registrar_domain::Actor::read(by),
            fields: map(&fields),
            ..Act::default()
        };
        let done = self.office.act(act).map_err(|why| why.to_string())?;
        Ok(Acted {
            record: done.events[0].record.clone(),
            number: done.record.as_ref().and_then(|record| record.number.clone()),
            warnings: done.warnings.iter().map(|warning| warning.text.to_string()).collect(),
            events: done.events,
        })
    }

    /// An action on a record that is allowed.
    #[track_caller]
    pub fn act(&self, by: &str, register: &str, record: &str, action: &str, fields: Json) -> Acted {
        self.attempt(by, register, Some(record), action, fields).unwrap()
    }

    /// The figures as the operator sees them.
    pub fn figures(&self) -> FigureView<'_> {
        self.office.as_operator().figures().unwrap()
    }

    /// What a figure of information is made of.
    pub fn explain(&self, account: &str, period: &str, measure: &str, lang: Lang) -> Explained {
        let of = FigureQuery {
            register: "information".into(),
            account: account.into(),
            period: period.parse().unwrap(),
            measure: Some(measure.into()),
        };
        self.figures().explain(&of, lang).unwrap()
    }

    /// A record as handlers see it.
    pub fn record(&self, register: &str, id: &str) -> Json {
        json(&self.office.as_operator().record(register, id).unwrap().to_value())
    }

    /// The records of a register for which `wanted` holds, as handlers see them.
    pub fn records(&self, register: &str, wanted: impl Fn(&Json) -> bool) -> Vec<Json> {
        let query =
            registrar_domain::storage::RecordQuery { register: register.into(), ..Default::default() };
        let all = self.office.as_operator().records(&query).unwrap();
        all.iter().map(|record| json(&record.to_value())).filter(|record| wanted(record)).collect()
    }

    /// Accounts and amounts of a standing, best first: `east 12, west 3`.
    pub fn standing(&self, register: &str, period: &str, measure: &str, pool: Option<&str>) -> String {
        let query = StandingQuery {
            register: register.into(),
            period: period.parse().unwrap(),
            measure: Some(measure.into()),
            pool: pool.map(str::to_owned),
            tag: None,
        };
        let rows = self.figures().standing(&query).unwrap().rows;
        let rows: Vec<_> = rows.iter().map(|row| format!("{} {}", row.account, row.amount)).collect();
        rows.join(", ")
    }

    /// What an account has in a period; `0` if nothing.
    pub fn amount(&self, register: &str, period: &str, measure: &str, account: &str) -> String {
        let standing = self.standing(register, period, measure, None);
        let rows: BTreeMap<_, _> = standing.split(", ").filter_map(|row| row.split_once(' ')).collect();
        rows.get(account).map_or_else(|| "0".to_owned(), |amount| (*amount).to_owned())
    }

    /// A report as the operator has it built, or what it says instead.
    pub fn report(&self, name: &str, parameters: Json) -> Result<Json, String> {
        let parameters = Value::from_json(parameters);
        let outcome = self.office.as_operator().ask("report.build", vec![Value::text(name), parameters]);
        outcome.map(|outcome| json(&outcome.value)).map_err(|why| format!("{why:?}"))
    }

    /// What someone is shown in a place.
    pub fn panels(&self, place: &str, person: &str) -> Vec<Panel> {
        let by = Principal::of(
            &self.office.directory(),
            &registrar_domain::Actor::read(person),
            self.office.today(),
        )
        .unwrap();
        let panels = self.office.as_principal(&by).panels(place).unwrap();
        assert!(panels.skipped.is_empty(), "{:?}", panels.skipped);
        panels.panels
    }

    /// The answer of a point, asked as the operator.
    pub fn ask(&self, point: &str, args: Vec<Json>) -> Json {
        let args = args.into_iter().map(Value::from_json).collect();
        json(&self.office.as_operator().ask(point, args).unwrap().value)
    }
}

/// What an action came to.
#[derive(Debug)]
pub struct Acted {
    pub record: String,
    pub number: Option<String>,
    pub warnings: Vec<String>,
    pub events: Vec<Event>,
}

fn map(fields: &Json) -> Map {
    Value::from_json(fields.clone()).as_map().cloned().unwrap_or_default()
}

fn json(value: &Value) -> Json {
    serde_json::to_value(value).unwrap()
}
