//! An office with a log and a ledger, for tests: no actions, no guards, only events.

use crate::program::{copy, repository};
use jiff::civil::{Date, date};
use registrar_contract::OFFICE;
use registrar_domain::{
    Directory, Event, OfficeKey, Record, Registers, Store, WriteTx,
    event::chain,
    register::definition::Definition,
    reserved::{CLOSE, DIRECTORY, PERIOD},
};
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, NoServices, Snapshot};
use registrar_kernel::OfficeSnapshot;
use registrar_ledger::{Ledger, LedgerSource, RuleGeneration, StandingQuery};
use registrar_sdk::{Value, value::Map};
use registrar_store::{SqliteShelf, SqliteStore};
use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

const REGISTER: &str = r#"
host.register("information", {
  title = "Information",
  fields = {
    title = { type = "text" }, kind = { type = "text" }, unit = { type = "unit" },
    joint = { type = "unit", many = true }, author = { type = "person" },
  },
  stages = { "draft", "submitted", "adopted" },
  actions = {
    submit = { to = "submitted", submission = true },
    adopt = { to = "adopted", form = { carrier = { type = "text" } } },
  },
  measures = { points = { places = 1 }, fee = { places = 2, account = "person" } },
})
"#;

pub struct Bureau {
    pub store: SqliteStore,
    pub key: OfficeKey,
    pub host: Host,
    ledger: Option<Ledger>,
    pub folder: tempfile::TempDir,
}

impl LedgerSource for Bureau {
    fn store(&self) -> &dyn Store {
        &self.store
    }
    fn office(&self) -> OfficeKey {
        self.key
    }
    fn host(&self) -> &Host {
        &self.host
    }
    fn snapshot(&self, directory: &Arc<Directory>, _: &Arc<Registers>) -> Arc<dyn Snapshot> {
        Arc::new(OfficeSnapshot::new(directory.clone()))
    }
}

fn engine(workers: usize) -> Arc<Engine> {
    Engine::start(EngineConfig { workers, ..EngineConfig::default() }).unwrap()
}

impl Bureau {
    /// An office with these rules, and three units since 2022.
    pub fn new(rules: &str) -> Bureau {
        Bureau::with_workers(rules, EngineConfig::default().workers)
    }

    /// The same with so many workers.
    pub fn with_workers(rules: &str, workers: usize) -> Bureau {
        Bureau::with_engine(rules, engine(workers))
    }

    /// The same on an engine that others use too.
    pub fn with_engine(rules: &str, engine: Arc<Engine>) -> Bureau {
        let mut bureau = Bureau::bare(engine, |_| {});
        bureau.write_rules(rules);
        for (id, class) in [("east", "county"), ("west", "county"), ("north", "direct")] {
            let fields = format!(r#"{{"title":"{id}","class":"{class}"}}"#);
            bureau.log(DIRECTORY, id, "unit", date(2022, 1, 1), &fields);
        }
        bureau.log(DIRECTORY, "li", "person", date(2022, 1, 1), r#"{"name":"Li","unit":"east"}"#);
        bureau.open();
        bureau
    }

    /// An office with the register of information that ships and these plugins, a folder or a file
    /// each, all of them chosen. It has no units yet, and no ledger until it is opened.
    pub fn with_plugins(plugins: &[PathBuf], settings: BTreeMap<String, Map>) -> Bureau {
        let bureau = Bureau::bare(engine(1), |config| {
            let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
            config.chosen = plugins.iter().map(name).collect();
            config.settings = settings;
        });
        let scripts = bureau.folder.path().join("scripts");
        for plugin in plugins
            .iter()
            .chain(&[repository().join("scripts/information"), repository().join("scripts/std")])
        {
            let to = scripts.join(plugin.file_name().unwrap());
            if plugin.is_dir() {
                copy(plugin, &to);
            } else {
                fs::copy(plugin, to).unwrap();
            }
        }
        let report = bureau.host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        bureau
    }

    fn bare(engine: Arc<Engine>, change: impl FnOnce(&mut HostConfig)) -> Bureau {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("data")).unwrap();
        let key = store.open_office("default").unwrap();
        let mut config = HostConfig::new(vec![folder.path().join("scripts")]);
        config.load_budget_ms = 2000;
        change(&mut config);
        let host = Host::new(engine, &OFFICE, config, Arc::new(MemoryStore::default()));
        fs::create_dir(folder.path().join("scripts")).unwrap();
        Bureau { store, key, host, ledger: None, folder }
    }

    pub fn write_rules(&self, rules: &str) {
        let file = self.folder.path().join("scripts/rules.lua");
        fs::write(file, format!("{REGISTER}{rules}")).unwrap();
        let report = self.host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    /// Another plugin beside the rules; the next call of `follow` has the ledger count by it.
    pub fn write_plugin(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join("scripts").join(name), text).unwrap();
        let report = self.host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    /// Has the ledger count by the rules that serve. Says whether anything was scored again.
    pub fn follow(&self) -> bool {
        self.ledger().rebuild(self, self.rules(), &|_, _| {}).unwrap()
    }

    pub fn rules(&self) -> RuleGeneration {
        let scope = self.host.scope(Arc::new(NoServices));
        let outcome = self.host.dispatch("register.define", vec![], &scope, &mut NoServices).unwrap();
        let definitions: Vec<Definition> = outcome
            .steps
            .into_iter()
            .flat_map(|step| {
                let answers = match step.answer {
                    Value::List(items) => items,
                    one => vec![one],
                };
                let (plugin, source) = (step.handler.plugin.id.clone(), step.handler.source.clone());
                answers.into_iter().map(move |value| Definition {
                    plugin: plugin.clone(),
                    file: source.file.clone(),
                    line: source.line,
                    value,
                })
            })
            .collect();
        let registers = Registers::read(&definitions).unwrap();
        RuleGeneration::new(self.host.generation(), Arc::new(registers))
    }

    pub fn open(&mut self) {
        self.ledger = None;
        let shelf = SqliteShelf::new(&self.folder.path().join("data"), self.key).unwrap();
        let ledger = Ledger::open(Box::new(shelf), self, self.rules(), &|_, _| {}).unwrap();
        self.ledger = Some(ledger);
    }

    pub fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    pub fn log(&self, register: &str, record: &str, action: &str, on: Date, fields: &str) -> u64 {
        let mut tx = self.store.begin_write(self.key).unwrap();
        let head = tx.head().unwrap();
        let fields: Value = serde_json::from_str(fields).unwrap();
        let event = Event {
            action: action.into(),
            by: registrar_domain::Actor::Operator,
            cause: None,
            fields: fields.as_map().cloned().unwrap_or_default(),
            id: format!("e{}", head.seq + 1),
            on,
            personal: Default::default(),
            record: record.into(),
            register: register.into(),
            schema: None,
            seq: head.seq + 1,
            dead: false,
        };
        let bytes = event.stored_bytes().unwrap();
        tx.append(&event, &bytes, &chain(&head.link, &bytes)).unwrap();
        self.put_state(&mut *tx, register, record);
        tx.commit().unwrap();
        event.seq
    }

    pub fn put_state(&self, tx: &mut dyn WriteTx, register: &str, record: &str) {
        let rules = self.rules();
        let definition = rules.registers.get(register).unwrap();
        let events = tx.events_of(register, record).unwrap();
        match Record::replay(definition, record, &events) {
            Some(state) => tx.put_record(&state).unwrap(),
            None => tx.remove_record(register, record).unwrap(),
        }
    }

    pub fn void(&self, record: &str, seq: u64) {
        let fields = format!(r#"{{"event":"e{seq}","reason":"counted twice"}}"#);
        self.log("information", record, "void", date(2023, 1, 1), &fields);
        let mut tx = self.store.begin_write(self.key).unwrap();
        tx.set_dead(seq, true).unwrap();
        self.put_state(&mut *tx, "information", record);
        tx.commit().unwrap();
    }

    pub fn submit(&self, record: &str, unit: &str, on: Date) -> u64 {
        let fields = format!(r#"{{"title":"item {record}","unit":"{unit}","kind":"dynamic"}}"#);
        self.log("information", record, "submit", on, &fields)
    }

    /// `account:amount/rank`, best first; `!` marks what is unscored.
    pub fn standing_of(&self, period: &str, change: impl Fn(&mut StandingQuery)) -> String {
        self.ledger().catch_up(self).unwrap();
        let mut query = StandingQuery {
            register: "information".into(),
            period: period.parse().unwrap(),
            measure: Some("points".into()),
            pool: None,
            tag: None,
        };
        change(&mut query);
        let standing = self.ledger().standing(self, &query).unwrap();
        // Printed only if the test fails.
        standing.faults.iter().for_each(|fault| println!("{fault}"));
        let shown = |row: &registrar_ledger::StandingRow| {
            let rank = row.rank.map_or("-".to_owned(), |rank| rank.to_string());
            format!("{}:{}/{rank}{}", row.account, row.amount, if row.unscored { "!" } else { "" })
        };
        standing.rows.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    pub fn standing(&self, period: &str) -> String {
        self.standing_of(period, |_| {})
    }

    pub fn check_replay(&self) -> u64 {
        let check = self.ledger().verify(self).unwrap();
        assert!(check.passes(), "{check:?}");
        check.postings
    }

    pub fn close(&self, period: &str, today: Date) {
        let fields = self.ledger().seal(self, period.parse().unwrap(), today).unwrap();
        let fields = Value::Map(fields).to_json().to_string();
        self.log(PERIOD, period, CLOSE, today, &fields);
    }
}

/// A fifth of a point for each submission.
pub const FIFTHS: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit",
  clause = "art. 1" }, function() return 0.2 end)
"#;
