//! In an office: what a crashing library was to be told of is not lost, and an action that a
//! crashing guard was asked about leaves nothing behind.

use super::yard::{compile, eventually, native, private_folder, put};
use jiff::civil::date;
use registrar_contract::OFFICE;
use registrar_domain::Store;
use registrar_host::{Engine, EngineConfig, Host, HostConfig};
use registrar_kernel::{Act, Office};
use registrar_sdk::{Map, Value};
use registrar_store::{Database, SqliteStore};
use std::{fs, path::Path, sync::Arc};

const REGISTER: &str = r#"
host.register("item", {
  fields = { title = { type = "text" } },
  stages = { "draft", "submitted" },
  actions = {
    submit = { to = "submitted", create = true, submission = true },
    guarded = { from = { "submitted" } },
  },
})
"#;

struct Desk {
    folder: tempfile::TempDir,
    host: Host,
    office: Office,
}

fn build(folder: &Path, mended: &str) {
    compile("office.c", &folder.join("built.so"), &[("MENDED", mended)]);
    put(&folder.join("libraries/office.so"), &folder.join("built.so"));
}

impl Desk {
    fn new() -> Desk {
        let folder = private_folder();
        for name in ["scripts", "libraries"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("scripts/register.lua"), REGISTER).unwrap();
        build(folder.path(), "0");
        let store = Arc::new(SqliteStore::open(&folder.path().join("data")).unwrap());
        let key = store.open_office("default").unwrap();
        let mut config = HostConfig::new(vec![folder.path().join("scripts")]);
        config.load_budget_ms = 5000;
        config.native = native(folder.path());
        let host = Host::new(
            Engine::start(EngineConfig::default()).unwrap(),
            &OFFICE,
            config,
            store.host_store(key),
        );
        let today = Arc::new(|| date(2023, 3, 31));
        let office = Office::open_at("default", store, host.clone(), today).unwrap();
        host.set_embedder(office.embedder(|_| {}));
        let report = host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        Desk { folder, host, office }
    }

    fn act(&self, record: &str, action: &str) -> Result<(), String> {
        let act = Act {
            register: "item".into(),
            record: Some(record.into()),
            action: action.into(),
            on: Some(date(2023, 1, 5)),
            by: registrar_domain::Actor::Operator,
            fields: Map::new(),
            id: None,
            ..Act::default()
        };
        self.office.act(act).map(drop).map_err(|why| why.to_string())
    }

    fn mend(&self) {
        build(self.folder.path(), "1");
        let report = self.host.reload();
        assert!(report.faults.is_empty() && report.live == ["office"], "{report:?}");
    }

    // The records whose events it was told of and wrote down.
    fn told(&self) -> Vec<String> {
        let kept: Map = self.office.host().store().state_all("office@0").unwrap();
        assert!(kept.values().all(|value| *value == Value::Int(1)));
        kept.keys().map(|key| key.to_string()).collect()
    }

    fn head(&self) -> u64 {
        self.office.head().unwrap()
    }
}

#[test]
fn no_event_is_lost_by_a_handler_that_crashes() {
    let desk = Desk::new();
    let records = ["a", "bad-1", "b", "bad-2", "c", "d"];
    records.iter().for_each(|record| desk.act(record, "submit").unwrap());
    let (mut now, mut parked, mut failed) = (0, 0, 0);
    loop {
        let round = desk.office.deliver(now).unwrap();
        parked += round.parked;
        failed += round.failed;
        match round.next_at {
            Some(at) => now = at,
            None => break,
        }
    }
    assert_eq!(parked, 2, "{failed} attempts failed");
    assert_eq!(desk.told(), ["a", "b", "c", "d"], "those behind a crash are told after it is parked");
    let waiting = desk.office.parked().unwrap();
    assert!(waiting.iter().all(|delivery| delivery.error.contains("signal 6 (SIGABRT")), "{waiting:?}");
    assert_eq!(desk.office.retry_parked(None).unwrap(), (0, 2), "it still crashes");
    desk.mend();
    assert_eq!(desk.office.retry_parked(None).unwrap(), (2, 0));
    assert_eq!(desk.told(), ["a", "b", "bad-1", "bad-2", "c", "d"]);
    assert!(desk.office.parked().unwrap().is_empty());
}

#[test]
fn an_event_waits_for_a_handler_that_is_mended_meanwhile() {
    let desk = Desk::new();
    desk.act("bad", "submit").unwrap();
    desk.act("good", "submit").unwrap();
    let round = desk.office.deliver(0).unwrap();
    assert_eq!((round.told, round.failed), (0, 1), "events come in order");
    desk.mend();
    assert_eq!(desk.office.deliver(round.next_at.unwrap()).unwrap().told, 2);
    assert_eq!(desk.told(), ["bad", "good"]);
}

#[test]
fn a_guard_that_crashes_refuses_the_action_and_nothing_is_written() {
    let desk = Desk::new();
    desk.act("a", "submit").unwrap();
    let head = desk.head();
    for _ in 0..5 {
        let refused = desk.act("a", "guarded").unwrap_err();
        // After some crashes in a row its process is not started for a while, which refuses too.
        let crashed = refused.contains("signal 11") || refused.contains("it is started again in");
        assert!(refused.contains("office.so") && crashed, "{refused}");
        assert_eq!(desk.head(), head, "no half event");
    }
    eventually("its process starts anew", || desk.act("b", "submit").is_ok());
    assert!(desk.office.verify(&mut |_| {}).unwrap().problems.is_empty());
    desk.mend();
    desk.act("a", "guarded").unwrap();
    assert_eq!(desk.head(), head + 2);
}
