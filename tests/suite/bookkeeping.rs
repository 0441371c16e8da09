//! The bookkeeper: an office's acts, its ledger and its changing rules, together.

use jiff::civil::date;
use registrar_contract::OFFICE;
use registrar_domain::Store;
use registrar_host::{Engine, EngineConfig, Host, HostConfig};
use registrar_kernel::{Act, ImportOptions, LedgerService, LedgerWorkers, Office};
use registrar_ledger::StandingQuery;
use registrar_sdk::Value;
use registrar_store::{Database, SqliteShelf, SqliteStore};
use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock, Weak},
    thread,
    time::{Duration, Instant},
};

const REGISTER: &str = r#"
host.register("information", {
  fields = { title = { type = "text" }, unit = { type = "unit" }, kind = { type = "text" } },
  stages = { "draft", "submitted" },
  actions = { submit = { to = "submitted", create = true, submission = true } },
  measures = { points = { places = 1 } },
})
host.on("action.guard", { register = "information" }, function(event, record, ctx)
  if record.title == "show" then
    local total = 0
    for _, p in ctx.postings or {} do total += p.amount end
    return "it would add " .. total .. " to " .. (ctx.totals.points or 0)
  end
end)
"#;

const SCORING: &str = r#"
local worth = 5
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit" },
  function(_, record)
    if record.kind == "odd" then ODD end
    return worth
  end)
"#;

struct Desk {
    office: Arc<Office>,
    host: Host,
    keeper: Arc<LedgerService>,
    folder: tempfile::TempDir,
}

fn scoring(worth: &str, odd: &str) -> String {
    SCORING.replace("worth = 5", &format!("worth = {worth}")).replace("ODD", odd)
}

fn save(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join("scripts").join(name), text).unwrap();
}

/// Loads an office's plugins, and opens its ledger, which hears of others.
pub fn kept(office: &Arc<Office>, data: &Path) -> Arc<LedgerService> {
    let heard: Arc<OnceLock<Weak<LedgerService>>> = Arc::default();
    let told = heard.clone();
    office.host().set_embedder(office.embedder(move |_| {
        if let Some(keeper) = told.get().and_then(Weak::upgrade) {
            keeper.rules_changed();
        }
    }));
    let report = office.host().reload();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let shelf = Box::new(SqliteShelf::new(data, office.key()).unwrap());
    let keeper = LedgerService::open(office, shelf, &|_, _| {}).unwrap();
    heard.set(Arc::downgrade(&keeper)).unwrap();
    keeper
}

impl Desk {
    fn new(rules: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("scripts")).unwrap();
        save(folder.path(), "register.lua", REGISTER);
        save(folder.path(), "scoring.lua", rules);
        let data = folder.path().join("data");
        let store = Arc::new(SqliteStore::open(&data).unwrap());
        let key = store.open_office("default").unwrap();
        let mut config = HostConfig::new(vec![folder.path().join("scripts")]);
        config.load_budget_ms = 2000;
        let engine = Engine::start(EngineConfig::default()).unwrap();
        let host = Host::new(engine, &OFFICE, config, store.host_store(key));
        let clock = Arc::new(|| date(2023, 3, 31));
        let office = Arc::new(Office::open_at("default", store, host.clone(), clock).unwrap());
        let keeper = kept(&office, &data);
        let unit = r#"{"id":"u1","register":"$directory","record":"east","action":"unit","on":"2022-01-01","fields":{"title":"East"}}"#;
        office.import_events(unit.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
        Desk { office, host, keeper, folder }
    }

    fn submit(&self, title: &str, kind: &str) -> Result<(), String> {
        let fields = Value::map([
            ("title", Value::text(title)),
            ("unit", Value::text("east")),
            ("kind", Value::text(kind)),
        ]);
        let act = Act {
            register: "information".into(),
            record: Some(format!("r-{title}")),
            action: "submit".into(),
            on: Some(date(2023, 1, 5)),
            by: registrar_domain::Actor::Operator,
            fields: fields.as_map().cloned().unwrap_or_default(),
            id: None,
            ..Act::default()
        };
        self.office.act(act).map(drop).map_err(|why| why.to_string())
    }

    fn change(&self, rules: &str) {
        save(self.folder.path(), "scoring.lua", rules);
        let report = self.host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    fn amount(&self) -> String {
        let query = StandingQuery {
            register: "information".into(),
            period: "2023-01".parse().unwrap(),
            measure: None,
            pool: None,
            tag: None,
        };
        let row = self.office.as_operator().figures().unwrap().standing(&query).unwrap().rows.remove(0);
        format!("{}{}", row.amount, if row.unscored { "!" } else { "" })
    }

    fn comes_to(&self, amount: &str) {
        let began = Instant::now();
        while self.amount() != amount {
            assert!(began.elapsed() < Duration::from_secs(10), "{} never became {amount}", self.amount());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_guard_sees_what_an_act_would_bring_and_what_there_is() {
    let desk = Desk::new(&scoring("5", "return 0"));
    desk.submit("a", "plain").unwrap();
    let refused = desk.submit("show", "plain").unwrap_err();
    assert!(refused.contains("it would add 5 to 5"), "{refused}");
    assert_eq!(desk.amount(), "5");
}

#[test]
fn changed_rules_are_followed_and_failing_ones_held_back_until_mended() {
    let desk = Desk::new(&scoring("5", "return 1"));
    let followers = LedgerWorkers::start(1).unwrap();
    followers.follow(&desk.keeper);
    desk.submit("a", "plain").unwrap();
    desk.submit("b", "odd").unwrap();
    desk.comes_to("6");
    desk.change(&scoring("7", "return 1"));
    desk.comes_to("8");
    desk.change(&scoring("9", "error('no such kind')"));
    let began = Instant::now();
    while desk.keeper.held_back().is_none() {
        assert!(began.elapsed() < Duration::from_secs(10), "nothing was held back");
        thread::sleep(Duration::from_millis(20));
    }
    let why = desk.keeper.held_back().unwrap();
    assert!(why.contains("record r-b") && why.contains("no such kind"), "{why}");
    // Live events go on being scored by the rules before.
    desk.submit("c", "plain").unwrap();
    desk.comes_to("15");
    // Once what failed is mended they are taken over by themselves.
    desk.submit("b", "plain").unwrap();
    desk.comes_to("36");
    // The new ledger answers a moment before its keeper has noted that nothing is held back.
    let began = Instant::now();
    while desk.keeper.held_back().is_some() {
        assert!(began.elapsed() < Duration::from_secs(10), "still held back");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(desk.keeper.verify().unwrap().passes());
}

#[test]
fn a_rule_that_never_ends_holds_only_what_it_was_asked_about() {
    let desk = Desk::new(&scoring("5", "while true do end"));
    desk.submit("a", "plain").unwrap();
    desk.submit("b", "odd").unwrap();
    desk.submit("c", "plain").unwrap();
    assert_eq!(desk.amount(), "10!");
    let unscored = desk.office.as_operator().figures().unwrap().unscored(None).unwrap();
    assert_eq!(unscored.len(), 1);
    assert!(unscored[0].fault.contains("scoring.lua:"), "{}", unscored[0].fault);
}

#[test]
fn a_rule_that_remembers_behind_an_alias_is_held_at_its_first_live_event() {
    // No example posts, and its text does not show what it keeps.
    let remembering = scoring("5", "local o = own o.n += 1 return o.n");
    let desk = Desk::new(&format!("local own = {{ n = 0 }}\n{remembering}"));
    desk.submit("a", "plain").unwrap();
    assert_eq!(desk.amount(), "5");
    desk.submit("b", "odd").unwrap();
    assert_eq!(desk.amount(), "5!", "what nobody could say again is in no figure, and that is shown");
    let unscored = desk.office.as_operator().figures().unwrap().unscored(None).unwrap();
    let said = unscored.first().map(ToString::to_string).unwrap_or_default();
    assert!(said.contains("r-b") && said.contains("a second time, in the opposite order"), "{said}");
    assert!(said.contains("scoring.lua"), "{said}");
}
