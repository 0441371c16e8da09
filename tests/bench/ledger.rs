//! An office with a log of a size that is asked for: eight carriers, four levels, five kinds, a hundred
//! units, over one year; and its ledger. The same size is always the same log.

use jiff::{ToSpan, civil::date};
use registrar_contract::OFFICE;
use registrar_domain::{
    Directory, Event, OfficeKey, Record, Registers, Store, WriteTx, event::chain, reserved::DIRECTORY,
};
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, NoServices, Snapshot};
use registrar_kernel::registers_of;
use registrar_ledger::{Ledger, LedgerSource, RuleGeneration};
use registrar_sdk::{Map, Value};
use registrar_store::{SqliteShelf, SqliteStore};
use std::{fs, path::Path, sync::Arc};

pub const KINDS: [&str; 5] = ["dynamic", "routine", "research", "voice", "commissioned"];
pub const LEVELS: [&str; 4] = ["district", "city", "province", "state"];
pub const CARRIERS: [&str; 8] =
    ["journal", "brief", "daily", "special", "digest", "deputies", "site", "paper"];
const UNITS: u64 = 100;
const BATCH: u64 = 20_000;

/// The register that the events are of.
const REGISTER: &str = r#"
host.register("information", {
  title = { zh = "信息", en = "Information" },
  fields = {
    title = { type = "text" }, unit = { type = "unit" }, urgent = { type = "bool" },
    kind = { type = "choice", of = { "dynamic", "routine", "research", "voice", "commissioned" } },
  },
  stages = { "draft", "submitted", "adopted" },
  actions = {
    submit = { to = "submitted", submission = true },
    adopt = { to = "adopted", form = {
      carrier = { type = "choice", of = { "journal", "brief", "daily", "special", "digest", "deputies", "site", "paper" } },
      level = { type = "choice", of = { "district", "city", "province", "state" } },
      issue = { type = "integer" },
    } },
  },
  measures = { points = { places = 1 } },
})
"#;

pub struct Office {
    store: SqliteStore,
    key: OfficeKey,
    host: Host,
    folder: std::path::PathBuf,
    seq: u64,
}

impl LedgerSource for Office {
    fn store(&self) -> &dyn Store {
        &self.store
    }
    fn office(&self) -> OfficeKey {
        self.key
    }
    fn host(&self) -> &Host {
        &self.host
    }
    fn snapshot(&self, _: &Arc<Directory>, _: &Arc<Registers>) -> Arc<dyn Snapshot> {
        Arc::new(NoServices)
    }
}

/// Small, and the same everywhere: a log never changes with a library.
struct Numbers(u64);

impl Numbers {
    /// The next one below `n`.
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

impl Office {
    /// Opens the office in a folder with these rules, and writes its log if it has none.
    pub fn open(folder: &Path, events: u64, workers: usize, rules: &[(&str, String)]) -> Office {
        let store = SqliteStore::open(&folder.join("data")).expect("a store");
        let key = store.open_office("default").expect("an office");
        let mut config = HostConfig::new(vec![folder.join("scripts")]);
        config.load_budget_ms = 2000;
        let engine = Engine::start(EngineConfig { workers, ..EngineConfig::default() }).expect("workers");
        let host = Host::new(engine, &OFFICE, config, Arc::new(MemoryStore::default()));
        let mut office = Office { store, key, host, folder: folder.to_owned(), seq: 0 };
        office.save(&[("register.lua", REGISTER.to_owned())]);
        office.save(rules);
        office.seq = office.store.begin_read(key).expect("a log").head().expect("a head").seq;
        if office.seq == 0 {
            office.fill(events);
        }
        office
    }

    /// Writes scripts and takes them live.
    pub fn save(&self, files: &[(&str, String)]) {
        let folder = self.folder.join("scripts");
        fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in files {
            fs::write(folder.join(name), text).expect("a script");
        }
        let report = self.host.reload();
        assert!(report.faults.is_empty(), "{:#?}", report.faults);
    }

    /// The rules that serve.
    pub fn rules(&self) -> RuleGeneration {
        let generation = self.host.generation();
        let registers = registers_of(&self.host, &generation).expect("registers");
        RuleGeneration::new(generation, registers)
    }

    /// Its ledger, derived if it is not there.
    pub fn ledger(&self) -> Ledger {
        let shelf = SqliteShelf::new(&self.folder.join("data"), self.key).expect("a shelf");
        Ledger::open(Box::new(shelf), self, self.rules(), &|_, _| {}).expect("a ledger")
    }

    fn fill(&mut self, events: u64) {
        let units: Vec<_> = (0..UNITS).map(|n| format!("unit-{n:02}")).collect();
        let title = |unit: &str| Map::from([("title".into(), Value::text(format!("单位 {unit}")))]);
        let mut tx = self.store.begin_write(self.key).expect("a transaction");
        for unit in &units {
            append(&mut *tx, &mut self.seq, DIRECTORY, unit, "unit", (0, title(unit)));
        }
        tx.commit().expect("a commit");
        let mut numbers = Numbers(20231124);
        let (mut made, mut record) = (0, 0);
        while made < events {
            let mut tx = self.store.begin_write(self.key).expect("a transaction");
            let until = (made + BATCH).min(events);
            while made < until {
                record += 1;
                // Some of the log's end is late: its days lie all over the year.
                let day = numbers.below(350);
                made += item(&mut *tx, &mut self.seq, &mut numbers, record, day, &units, events - made);
            }
            tx.commit().expect("a commit");
        }
    }

    /// A late first adoption of the next item, from this number on, that has none. Gives its number.
    pub fn late(&mut self, from: u64) -> u64 {
        let mut tx = self.store.begin_write(self.key).expect("a transaction");
        for record in from.. {
            let id = format!("2023-{record:07}");
            let state = tx.record("information", &id).expect("a record").expect("a record");
            if state.stage == "adopted" {
                continue;
            }
            let adoption = adoption(&mut Numbers(record));
            append(&mut *tx, &mut self.seq, "information", &id, "adopt", (200, adoption));
            tx.put_record(&Record { stage: "adopted".into(), touched: self.seq, ..state }).expect("a record");
            tx.commit().expect("a commit");
            return record;
        }
        unreachable!("there is always one more")
    }
}

fn adoption(numbers: &mut Numbers) -> Map {
    Map::from([
        ("carrier".into(), Value::text(CARRIERS[numbers.below(8) as usize])),
        ("level".into(), Value::text(LEVELS[numbers.below(4) as usize])),
        ("issue".into(), Value::Int(1 + numbers.below(200) as i64)),
    ])
}

/// An item: submitted, and adopted up to three times. How many events that is.
fn item(
    tx: &mut dyn WriteTx,
    seq: &mut u64,
    numbers: &mut Numbers,
    record: u64,
    day: u64,
    units: &[String],
    most: u64,
) -> u64 {
    let id = format!("2023-{record:07}");
    let fields = Map::from([
        ("title".into(), Value::text(format!("关于第 {record} 号建议办理情况的信息"))),
        ("kind".into(), Value::text(KINDS[numbers.below(5) as usize])),
        ("unit".into(), Value::text(&units[numbers.below(UNITS) as usize])),
        ("urgent".into(), Value::Bool(numbers.below(5) == 0)),
    ]);
    let created = *seq + 1;
    append(tx, seq, "information", &id, "submit", (day, fields.clone()));
    let adoptions = numbers.below(4).min(most - 1);
    for n in 0..adoptions {
        append(tx, seq, "information", &id, "adopt", (day + 2 + n, adoption(numbers)));
    }
    let state = Record {
        register: "information".into(),
        id,
        stage: if adoptions > 0 { "adopted" } else { "submitted" }.into(),
        number: Some(format!("〔2023〕{record} 号")),
        fields,
        created,
        touched: *seq,
    };
    tx.put_record(&state).expect("a record");
    1 + adoptions
}

fn append(tx: &mut dyn WriteTx, seq: &mut u64, register: &str, record: &str, action: &str, of: (u64, Map)) {
    *seq += 1;
    let event = Event {
        action: action.into(),
        by: registrar_domain::Actor::person("editor-1"),
        cause: None,
        fields: of.1,
        id: format!("{record}-{action}-{seq}"),
        on: date(2023, 1, 1).checked_add((of.0 as i64).days()).expect("a day"),
        personal: Default::default(),
        record: record.into(),
        register: register.into(),
        schema: None,
        seq: *seq,
        dead: false,
    };
    let bytes = event.stored_bytes().expect("bytes");
    let link = tx.head().expect("a head").link;
    tx.append(&event, &bytes, &chain(&link, &bytes)).expect("an event");
}
