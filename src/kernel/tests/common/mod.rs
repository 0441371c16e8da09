//! An office in a temporary folder with scripts of the test's own.
#![allow(dead_code, reason = "each test file uses its part")]

use jiff::civil::{Date, date};
use registrar_contract::OFFICE;
use registrar_domain::{Actor, Store};
use registrar_host::{Engine, EngineConfig, Host, HostConfig};
use registrar_kernel::{Act, ActError, ActOutcome, ImportOptions, KernelError, Office};
use registrar_sdk::{Value, value::Map};
use registrar_store::{Database, SqliteStore};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

pub struct Fixture {
    pub folder: TempDir,
    pub office: Office,
    pub host: Host,
    pub store: Arc<SqliteStore>,
}

pub const REGISTER: &str = r#"
host.register("item", {
  title = { zh = "条目", en = "Item" },
  fields = {
    title = { type = "text", required = true, max = 10 },
    unit = { type = "unit" },
    kind = { type = "choice", of = { "dynamic", "research" } },
    level = { type = "text" },
  },
  stages = { "draft", "submitted", "accepted", "closed" },
  actions = {
    submit = { from = { "draft" }, to = "submitted", by = "clerk", submission = true },
    accept = { from = { "submitted", "accepted" }, to = "accepted", by = "editor",
              form = { shelf = { type = "text", required = true }, rank = { type = "text", sets = "level" } } },
    close = { to = "closed", by = "editor" },
    rekind = { by = "editor" },
  },
})
"#;

pub const DIRECTORY: &str = r#"
{"id":"u1","register":"$directory","record":"xihu","action":"unit","on":"2022-01-01","fields":{"title":"西湖","class":"town","order":1}}
{"id":"u2","register":"$directory","record":"gongshu","action":"unit","on":"2022-01-01","fields":{"title":"拱墅","class":"town","order":2}}
{"id":"p1","register":"$directory","record":"li","action":"person","on":"2022-01-01","fields":{"name":"李","unit":"xihu","roles":["clerk"]}}
{"id":"p2","register":"$directory","record":"wang","action":"person","on":"2022-01-01","fields":{"name":"王","roles":["editor"]}}
"#;

pub const TODAY: Date = date(2023, 3, 31);

impl Fixture {
    /// An office with the register, the directory, and one script more.
    pub fn new(script: &str) -> Fixture {
        let fixture = Fixture::bare(&[("item.lua", REGISTER), ("more.lua", script)]);
        fixture.import(DIRECTORY).unwrap();
        fixture
    }

    pub fn bare(scripts: &[(&str, &str)]) -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("scripts")).unwrap();
        for (name, text) in scripts {
            std::fs::write(folder.path().join("scripts").join(name), text).unwrap();
        }
        let (host, office, store) = open(folder.path());
        let report = host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        Fixture { folder, office, host, store }
    }

    /// The same folder, opened anew.
    pub fn reopen(self) -> Fixture {
        let Fixture { folder, office, host, store } = self;
        drop((office, host, store));
        let (host, office, store) = open(folder.path());
        host.reload();
        Fixture { folder, office, host, store }
    }

    pub fn script(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join("scripts").join(name), text).unwrap();
    }

    pub fn import(&self, lines: &str) -> Result<registrar_kernel::ImportReport, KernelError> {
        self.office.import_events(lines.as_bytes(), ImportOptions::default(), &mut |_| {})
    }

    /// `act("li submit 2023-0001", {…})`; a record of `-` makes a new one.
    pub fn act(&self, who_what_where: &str, fields: &str) -> Result<ActOutcome, ActError> {
        self.office.act(act(who_what_where, fields))
    }
}

pub fn act(who_what_where: &str, fields: &str) -> Act {
    let mut words = who_what_where.split(' ');
    let mut word = || words.next().unwrap().to_owned();
    let (by, action, record) = (word(), word(), word());
    let fields: Value = serde_json::from_str(fields).unwrap();
    Act {
        register: "item".into(),
        record: (record != "-").then_some(record),
        action,
        on: words.next().map(|on| on.parse().unwrap()),
        by: Actor::read(&by),
        fields: fields.as_map().cloned().unwrap_or_else(Map::new),
        id: words.next().map(str::to_owned),
        ..Act::default()
    }
}

fn open(folder: &Path) -> (Host, Office, Arc<SqliteStore>) {
    let store = Arc::new(SqliteStore::open(&folder.join("data")).unwrap());
    let key = store.open_office("default").unwrap();
    let engine = Engine::start(EngineConfig::default()).unwrap();
    let config = HostConfig::new(vec![folder.join("scripts")]);
    let host = Host::new(engine, &OFFICE, config, store.host_store(key));
    let office = Office::open_at("default", store.clone(), host.clone(), Arc::new(|| TODAY)).unwrap();
    host.set_embedder(office.embedder(|_| {}));
    (host, office, store)
}

/// The text of whatever came out.
pub fn text<T: std::fmt::Debug, E: std::fmt::Display>(result: Result<T, E>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}
