//! The ledger over real scripts and a real store: what is posted, carried, ranked, explained, sealed.

use jiff::civil::{Date, date};
use registrar_contract::OFFICE;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, NoServices, Snapshot};
use registrar_kernel::{
    Directory, Event, Ledger, Record, Registers, Store, WriteTx,
    event::{DIRECTORY, PERIOD, chain},
    ledger::{Basis, CLOSE, Dossier, NotSwapped, Rules, StandingQuery, award::DECIDE},
    register::Definition,
    storage::OfficeKey,
};
use registrar_sdk::{Value, value::Map};
use registrar_store::{SqliteShelf, SqliteStore};
use std::{fs, sync::Arc};

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

struct Bureau {
    store: SqliteStore,
    key: OfficeKey,
    host: Host,
    ledger: Option<Ledger>,
    folder: tempfile::TempDir,
}

impl Basis for Bureau {
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

impl Bureau {
    /// An office with these rules, and three units since 2022.
    fn new(rules: &str) -> Bureau {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("data")).unwrap();
        let key = store.open_office("default").unwrap();
        let mut config = HostConfig::new(vec![folder.path().join("scripts")]);
        config.load_budget_ms = 2000;
        let host = Host::new(
            Engine::start(EngineConfig::default()).unwrap(),
            &OFFICE,
            config,
            Arc::new(MemoryStore::default()),
        );
        fs::create_dir(folder.path().join("scripts")).unwrap();
        let mut bureau = Bureau { store, key, host, ledger: None, folder };
        bureau.write_rules(rules);
        for (id, class) in [("east", "county"), ("west", "county"), ("north", "direct")] {
            let fields = format!(r#"{{"title":"{id}","class":"{class}"}}"#);
            bureau.log(DIRECTORY, id, "unit", date(2022, 1, 1), &fields);
        }
        bureau.log(DIRECTORY, "li", "person", date(2022, 1, 1), r#"{"name":"Li","unit":"east"}"#);
        bureau.open();
        bureau
    }

    fn write_rules(&self, rules: &str) {
        let file = self.folder.path().join("scripts/rules.lua");
        fs::write(file, format!("{REGISTER}{rules}")).unwrap();
        let report = self.host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    fn rules(&self) -> Rules {
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
                    source: source.clone(),
                    value,
                })
            })
            .collect();
        let registers = Registers::read(&definitions).unwrap();
        Rules::new(self.host.generation(), Arc::new(registers))
    }

    fn open(&mut self) {
        self.ledger = None;
        let shelf = SqliteShelf::new(&self.folder.path().join("data"), self.key).unwrap();
        let ledger = Ledger::open(Box::new(shelf), self, self.rules(), &|_, _| {}).unwrap();
        self.ledger = Some(ledger);
    }

    fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    fn log(&self, register: &str, record: &str, action: &str, on: Date, fields: &str) -> u64 {
        let mut tx = self.store.begin_write(self.key).unwrap();
        let head = tx.head().unwrap();
        let fields: Value = serde_json::from_str(fields).unwrap();
        let event = Event {
            action: action.into(),
            by: "operator".into(),
            cause: None,
            fields: fields.as_map().cloned().unwrap_or_default(),
            id: format!("e{}", head.seq + 1),
            on,
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

    fn put_state(&self, tx: &mut dyn WriteTx, register: &str, record: &str) {
        let rules = self.rules();
        let definition = rules.registers.get(register).unwrap();
        let events = tx.events_of(register, record).unwrap();
        match Record::replay(definition, record, &events) {
            Some(state) => tx.put_record(&state).unwrap(),
            None => tx.remove_record(register, record).unwrap(),
        }
    }

    fn void(&self, record: &str, seq: u64) {
        self.log("information", record, "void", date(2023, 1, 1), "{}");
        let mut tx = self.store.begin_write(self.key).unwrap();
        tx.set_dead(seq, true).unwrap();
        self.put_state(&mut *tx, "information", record);
        tx.commit().unwrap();
    }

    fn submit(&self, record: &str, unit: &str, on: Date) -> u64 {
        let fields = format!(r#"{{"title":"item {record}","unit":"{unit}","kind":"dynamic"}}"#);
        self.log("information", record, "submit", on, &fields)
    }

    /// `account:amount/rank`, best first; `!` marks what is unscored.
    fn standing_of(&self, period: &str, change: impl Fn(&mut StandingQuery)) -> String {
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
        let shown = |row: &registrar_kernel::ledger::Row| {
            let rank = row.rank.map_or("-".to_owned(), |rank| rank.to_string());
            format!("{}:{}/{rank}{}", row.account, row.amount, if row.unscored { "!" } else { "" })
        };
        standing.rows.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    fn standing(&self, period: &str) -> String {
        self.standing_of(period, |_| {})
    }

    fn check_replay(&self) -> u64 {
        let check = self.ledger().verify(self).unwrap();
        assert!(check.passes(), "{check:?}");
        check.postings
    }

    fn close(&self, period: &str, today: Date) {
        let fields = self.ledger().seal(self, period.parse().unwrap(), today).unwrap();
        let fields = Value::Map(fields).to_json().to_string();
        self.log(PERIOD, period, CLOSE, today, &fields);
    }
}

const FIFTHS: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit",
  clause = "art. 1" }, function() return 0.2 end)
"#;

#[test]
fn a_fifth_three_times_is_exactly_three_fifths() {
    let bureau = Bureau::new(FIFTHS);
    for record in ["a", "b", "c"] {
        bureau.submit(record, "east", date(2023, 1, 5));
    }
    assert_eq!(bureau.standing("2023-Q1"), "east:0.6/1 north:0/2 west:0/2");
    let explained =
        bureau.ledger().explain(&bureau, "information", "east", "2023-Q1".parse().unwrap(), None).unwrap();
    assert_eq!(explained.amount.to_string(), "0.6");
    assert_eq!(explained.events().len(), 3);
    let leaf = &explained.children[0].children[0];
    assert_eq!(leaf.clause.as_deref(), Some("art. 1"));
    assert!(leaf.source.as_deref().unwrap().starts_with("rules.lua:"), "{leaf:?}");
    assert!(leaf.rule_hash.as_deref().is_some_and(|hash| !hash.is_empty()));
    bureau.check_replay();
}

#[test]
fn ten_over_three_joint_units_add_up_to_ten() {
    let bureau = Bureau::new(
        r#"
        host.on("score.post", { register = "information", action = "adopt", measure = "points",
          account = "joint", share = "split" }, function() return 10 end)
        "#,
    );
    bureau.log("information", "a", "adopt", date(2023, 1, 5), r#"{"joint":["east","west","north"]}"#);
    // Ranks are compared at the measure's one place.
    assert_eq!(bureau.standing("2023-01"), "east:3.34/1 north:3.33/1 west:3.33/1");
    bureau.check_replay();
}

const SHORTFALL: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit" },
  function(event) return event.nth == 1 and 1 or nil end)
host.on("quota.target", { register = "information", period = "month" }, function(unit)
  return { { name = "reports", count = unit.class == "county" and 2 or 1 } }
end)
host.on("score.period", { register = "information", period = "month", measure = "points", tag = "shortfall" },
  function(p) return p.quotas[1].met and nil or -2 * p.quotas[1].short end)
"#;

#[test]
fn a_unit_without_any_event_gets_its_monthly_shortfall() {
    let bureau = Bureau::new(SHORTFALL);
    bureau.submit("a", "east", date(2023, 1, 5));
    // A resubmission is the same submission.
    bureau.submit("a", "east", date(2023, 1, 6));
    bureau.submit("b", "east", date(2023, 3, 6));
    bureau.submit("c", "east", date(2023, 3, 7));
    assert_eq!(bureau.standing("2023-01"), "east:-1/1 north:-2/2 west:-4/3");
    assert_eq!(bureau.standing("2023-Q1"), "east:-3/1 north:-6/2 west:-12/3");
    assert_eq!(
        bureau.standing_of("2023-Q1", |q| q.tag = Some("shortfall".into())),
        "east:-6/1 north:-6/1 west:-12/3"
    );
    assert_eq!(bureau.standing_of("2023-Q1", |q| q.pool = Some("direct".into())), "north:-6/1");
    // A month that lies ahead is a forecast, and is not kept.
    assert_eq!(bureau.standing("2023-06"), "north:-2/1 east:-4/2 west:-4/2");
    bureau.check_replay();
}

#[test]
fn what_comes_later_gives_the_same_as_a_replay() {
    let bureau = Bureau::new(SHORTFALL);
    let late = bureau.submit("a", "east", date(2023, 5, 5));
    bureau.standing("2023");
    // Earlier days, another owner, a dead event that was the last day, a new unit.
    bureau.submit("b", "west", date(2022, 11, 5));
    bureau.check_replay();
    bureau.submit("b", "north", date(2023, 2, 5));
    bureau.check_replay();
    bureau.void("a", late);
    bureau.check_replay();
    assert_eq!(bureau.standing("2023-05"), "north:-2/1 east:-4/2 west:-4/2");
    bureau.log(DIRECTORY, "south", "unit", date(2022, 12, 1), r#"{"title":"south","class":"direct"}"#);
    bureau.check_replay();
    assert_eq!(bureau.standing("2022-12"), "north:-2/1 south:-2/1 east:-4/3 west:-4/3");
    let before = bureau.ledger().digest().unwrap();
    let mut bureau = bureau;
    bureau.open();
    assert_eq!(bureau.ledger().digest().unwrap(), before);
}

#[test]
fn each_event_gets_the_rule_of_its_own_day() {
    let bureau = Bureau::new(
        r#"
        local function adopted(points, effective)
          host.on("score.post", { register = "information", action = "adopt", measure = "points",
            account = "unit", rule = "adoption", effective = effective }, function() return points end)
        end
        adopted(3, { to = "2022-05-31" })
        adopted(5, { from = "2022-06-01" })
        "#,
    );
    bureau.log("information", "a", "adopt", date(2022, 5, 31), r#"{"unit":"east"}"#);
    bureau.log("information", "b", "adopt", date(2022, 6, 1), r#"{"unit":"west"}"#);
    assert_eq!(bureau.standing("2022"), "west:5/1 east:3/2 north:0/3");
}

const FRAGILE: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit" },
  function(event, record)
    if record.kind == "broken" then error("no such kind") end
    return 1
  end)
"#;

#[test]
fn what_can_not_be_scored_holds_and_is_shown() {
    let bureau = Bureau::new(FRAGILE);
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("w", "west", date(2023, 1, 5));
    let broken = r#"{"unit":"west","kind":"broken"}"#;
    bureau.log("information", "b", "submit", date(2023, 2, 5), broken);
    assert_eq!(bureau.standing("2023-Q1"), "east:1/1 west:1/1! north:0/3");
    assert_eq!(bureau.standing("2023-01"), "east:1/1 west:1/1 north:0/3");
    let unscored = bureau.ledger().unscored(None).unwrap();
    assert!(unscored[0].to_string().contains("no such kind"), "{}", unscored[0]);
    let refused = bureau.ledger().seal(&bureau, "2023-Q1".parse().unwrap(), date(2023, 4, 1)).unwrap_err();
    assert!(refused.to_string().contains("not scored"), "{refused}");
    assert!(bureau.ledger().seal(&bureau, "2023-01".parse().unwrap(), date(2023, 4, 1)).is_ok());
    let early = bureau.ledger().seal(&bureau, "2023-Q1".parse().unwrap(), date(2023, 3, 31)).unwrap_err();
    assert!(early.to_string().contains("it ends on 2023-03-31"), "{early}");
}

#[test]
fn new_rules_swap_in_whole_or_not_at_all() {
    let bureau = Bureau::new(FIFTHS);
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.log("information", "b", "submit", date(2023, 1, 6), r#"{"unit":"west","kind":"broken"}"#);
    assert_eq!(bureau.standing("2023-01"), "east:0.2/1 west:0.2/1 north:0/3");
    let same = bureau.rules();
    assert!(!bureau.ledger().rebuild(&bureau, same, &|_, _| {}).unwrap());
    bureau.write_rules(FRAGILE);
    match bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}) {
        Err(NotSwapped::Unscored(unscored)) => assert_eq!(unscored[0].record.as_deref(), Some("b")),
        other => panic!("{other:?}"),
    }
    // Live events are still scored by the rules of the ledger that serves.
    bureau.submit("c", "north", date(2023, 1, 7));
    assert_eq!(bureau.standing("2023-01"), "east:0.2/1 north:0.2/1 west:0.2/1");
    assert!(bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}).is_err());
    // Once what failed is mended they pass.
    bureau.log("information", "b", "submit", date(2023, 1, 6), r#"{"kind":"dynamic"}"#);
    assert!(bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}).unwrap());
    assert_eq!(bureau.standing("2023-01"), "west:2/1 east:1/2 north:1/2");
    bureau.write_rules(&FIFTHS.replace("0.2", "0.5"));
    assert!(bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}).unwrap());
    assert_eq!(bureau.standing("2023-01"), "west:1/1 east:0.5/2 north:0.5/2");
    bureau.check_replay();
    let kept = fs::read_dir(bureau.folder.path().join("data/ledger")).unwrap();
    let files: Vec<_> = kept.map(|f| f.unwrap().file_name()).collect();
    let databases = files.iter().filter(|f| f.to_string_lossy().ends_with(".db")).count();
    assert_eq!(databases, 1, "{files:?}");
}

#[test]
fn of_a_records_postings_some_are_dropped_and_some_derived() {
    let bureau = Bureau::new(
        r#"
        host.on("score.post", { register = "information", action = "adopt", measure = "points", account = "unit" },
          function(event) return event.fields.carrier == "paper" and 10 or 3 end)
        host.on("score.reconcile", { register = "information", measure = "points", clause = "only the highest counts" },
          function(postings)
            local best = postings[1]
            for _, p in postings do if p.amount > best.amount then best = p end end
            return { best }
          end)
        host.on("score.reconcile", { register = "information", measure = "points", priority = -1 },
          function(postings)
            local out = table.clone(postings)
            for _, p in postings do
              if p.account == "north" then table.insert(out, p:with { account = "east", amount = 1 }) end
            end
            return out
          end)
        "#,
    );
    bureau.log("information", "a", "adopt", date(2023, 1, 5), r#"{"unit":"north","carrier":"web"}"#);
    bureau.log("information", "a", "adopt", date(2023, 1, 6), r#"{"carrier":"paper"}"#);
    assert_eq!(bureau.standing("2023-01"), "north:10/1 east:1/2 west:0/3");
    let period = "2023-01".parse().unwrap();
    let north = bureau.ledger().explain(&bureau, "information", "north", period, None).unwrap();
    let leaves: Vec<String> = north.children[0]
        .children
        .iter()
        .map(|leaf| format!("{}{}", leaf.amount, leaf.struck.as_deref().unwrap_or("")))
        .collect();
    assert!(leaves[0].starts_with("3only the highest counts"), "{leaves:?}");
    assert_eq!(leaves[1], "10");
    let east = bureau.ledger().explain(&bureau, "information", "east", period, None).unwrap();
    assert!(east.children[0].children[0].label.contains("derived by"), "{east:?}");
    bureau.check_replay();
}

#[test]
fn a_reconciler_may_not_invent_a_posting() {
    let bureau = Bureau::new(&format!(
        "{FIFTHS}{}",
        r#"
        host.on("score.reconcile", { register = "information" }, function(postings)
          return { { account = "east", amount = 99, measure = "points" } }
        end)
        "#
    ));
    bureau.submit("a", "east", date(2023, 1, 5));
    assert_eq!(bureau.standing("2023-01"), "east:0/1! north:0/1 west:0/1");
    let fault = bureau.ledger().unscored(None).unwrap()[0].fault.clone();
    assert!(fault.contains("was not given") && fault.contains("p:with"), "{fault}");
}

#[test]
fn a_closed_period_stays_and_the_difference_is_carried_to_the_open_month() {
    let bureau = Bureau::new(FIFTHS);
    let first = bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "west", date(2023, 2, 5));
    bureau.submit("c", "west", date(2023, 4, 5));
    bureau.close("2023-Q1", date(2023, 4, 6));
    bureau.submit("late", "east", date(2023, 3, 30));
    assert_eq!(bureau.standing("2023-Q1"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-04"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023"), "east:0.4/1 west:0.4/1 north:0/3");
    // April is closed with that; what changes afterwards goes to May.
    bureau.close("2023-04", date(2023, 5, 6));
    bureau.void("a", first);
    assert_eq!(bureau.standing("2023-Q1"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-04"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-05"), "north:0/1 west:0/1 east:-0.2/3");
    assert_eq!(bureau.standing("2023"), "west:0.4/1 east:0.2/2 north:0/3");
    let again = bureau.ledger().seal(&bureau, "2023-Q1".parse().unwrap(), date(2023, 6, 1)).unwrap_err();
    assert!(again.to_string().contains("closed already"), "{again}");
    bureau.check_replay();
}

#[test]
fn an_average_over_two_months_forgives_what_a_strict_month_does_not() {
    let quota = |window: &str| {
        format!(
            r#"
            host.on("quota.target", {{ register = "information", period = "month" }}, function()
              return {{ {{ name = "reports", count = 2{window} }} }}
            end)
            host.on("score.period", {{ register = "information", period = "month", measure = "points" }},
              function(p) return -p.quotas[1].short end)
            "#
        )
    };
    let strict = Bureau::new(&quota(""));
    let average = Bureau::new(&quota(r#", window = { kind = "two-month", mode = "average" }"#));
    for bureau in [&strict, &average] {
        bureau.submit("a", "east", date(2023, 1, 5));
        bureau.ledger().catch_up(bureau).unwrap();
        for record in ["b", "c", "d"] {
            bureau.submit(record, "east", date(2023, 2, 5));
        }
        bureau.check_replay();
    }
    assert!(strict.standing("2023-01").starts_with("east:-1/1"), "{}", strict.standing("2023-01"));
    assert!(average.standing("2023-01").starts_with("east:0/1"), "{}", average.standing("2023-01"));
}

#[test]
fn small_periods_come_first_and_a_cap_sees_what_they_added() {
    let bureau = Bureau::new(&format!(
        "{SHORTFALL}{}",
        r#"
        host.on("score.period", { register = "information", period = "quarter", measure = "points", tag = "floor" },
          function(p) local total = p:total() return total < -3 and -3 - total or nil end)
        host.on("score.period", { register = "information", period = "month", measure = "points", tag = "bonus" },
          function(p) return p.account == "west" and { amount = 100, period = "year", account = "east" } or nil end)
        "#
    ));
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "east", date(2023, 3, 5));
    assert_eq!(bureau.standing("2023-Q1"), "east:-3/1 north:-3/1 west:-3/1");
    assert_eq!(bureau.standing_of("2023", |q| q.tag = Some("bonus".into())), "east:300/1 north:0/2 west:0/2");
    bureau.check_replay();
}

#[test]
fn a_rule_may_exclude_and_the_others_move_up() {
    let bureau = Bureau::new(&format!(
        "{FIFTHS}{}",
        r#"
        host.on("rank.order", { register = "information", measure = "points" }, function(rows)
          local out = {}
          for i, row in rows do
            local copy = table.clone(row)
            if row.account == "east" then copy.excluded = "notified twice"; copy.rank = nil end
            out[i] = copy
          end
          return out
        end)
        "#
    ));
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "west", date(2023, 1, 5));
    assert_eq!(bureau.standing("2023-01"), "west:0.2/1 north:0/2 east:0.2/-");
}

#[test]
fn a_tie_at_the_cut_waits_for_a_decision() {
    let bureau = Bureau::new(&format!(
        "{FIFTHS}{}",
        r#"
        host.on("award.select", { register = "information", period = "year", clause = "art. 9" }, function(s)
          return s:take(s:standing { measure = "points" }, 1, { award = "first prize" })
        end)
        "#
    ));
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "west", date(2023, 1, 5));
    bureau.ledger().catch_up(&bureau).unwrap();
    let year = "2023".parse().unwrap();
    let pending = bureau.ledger().awards(&bureau, "information", year).unwrap();
    assert!(pending[0].is_pending() && pending[0].candidates == ["east", "west"], "{pending:?}");
    let decision = r#"{"register":"information","candidates":["east","west"],"chosen":["west"]}"#;
    bureau.log(PERIOD, "2023", DECIDE, date(2024, 1, 5), decision);
    bureau.ledger().catch_up(&bureau).unwrap();
    let decided = bureau.ledger().awards(&bureau, "information", year).unwrap();
    assert_eq!(decided[0].account.as_deref(), Some("west"));
    assert_eq!(decided[0].clause.as_deref(), Some("art. 9"));
}

#[test]
fn fees_are_of_people_and_each_line_keeps_its_clause() {
    let bureau = Bureau::new(
        r#"
        host.on("score.post", { register = "information", action = "adopt", measure = "fee", account = "author" },
          function() return { { amount = 30, clause = "base" }, { amount = 50, clause = "committee" },
            { amount = 100, clause = "instruction" } } end)
        "#,
    );
    bureau.log("information", "a", "adopt", date(2023, 1, 5), r#"{"unit":"east","author":"li"}"#);
    assert_eq!(bureau.standing_of("2023-01", |q| q.measure = Some("fee".into())), "li:180/1");
    let period = "2023-01".parse().unwrap();
    let fee = bureau.ledger().explain(&bureau, "information", "li", period, Some("fee")).unwrap();
    let lines: Vec<_> = fee.children.iter().map(|c| format!("{}:{}", c.label, c.amount)).collect();
    assert_eq!(lines, ["base:30", "committee:50", "instruction:100"]);
}

#[test]
fn an_event_to_come_is_scored_on_trial() {
    let bureau = Bureau::new(FRAGILE);
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.ledger().catch_up(&bureau).unwrap();
    let tx = bureau.store.begin_read(bureau.key).unwrap();
    let events = tx.events_of("information", "a").unwrap();
    let mut record = tx.record("information", "a").unwrap().unwrap();
    let mut next = events[0].clone();
    (next.seq, next.id, next.fields) = (99, "next".into(), Map::new());
    let dossier = |record: &Record| Dossier::new("information", "a", Some(record.clone()), events.clone());
    let posted = bureau.ledger().trial(&bureau, dossier(&record), &next).unwrap();
    assert_eq!(posted.len(), 1);
    record.fields.insert("kind".into(), Value::text("broken"));
    let failed = bureau.ledger().trial(&bureau, dossier(&record), &next).unwrap_err();
    assert!(failed.contains("no such kind"), "{failed}");
}

/// Everything at once: rules by event, among a record's postings, by period, with windows.
const MIXED: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit" },
  function(event, record) return record.kind == "research" and 2.5 or 0.2 end)
host.on("score.post", { register = "information", action = "adopt", measure = "points", account = "joint", share = "split" },
  function(event, record) return record.joint and 10 or nil end)
host.on("score.reconcile", { register = "information", measure = "points" }, function(postings)
  local best = postings[1]
  for _, p in postings do if p.amount > best.amount then best = p end end
  return { best, best:with { account = "north", amount = 0.1 } }
end)
host.on("quota.target", { register = "information", period = "month" }, function()
  return { { name = "reports", count = 1, window = { kind = "quarter", rolling = true } },
           { name = "points", points = 3, window = { kind = "two-month", mode = "average" } } }
end)
host.on("score.period", { register = "information", period = "month", measure = "points", tag = "shortfall" },
  function(p) return p.quotas[1].met and -p.quotas[2].short or -1 end)
host.on("score.period", { register = "information", period = "half", measure = "points", tag = "cap" },
  function(p) local total = p:total() return total > 12 and 12 - total or { amount = 0.5, account = "west", period = "year" } end)
"#;

/// Numbers that look like chance and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[test]
fn however_the_log_is_taken_in_the_digest_is_the_same() {
    let (often, seldom) = (Bureau::new(MIXED), Bureau::new(MIXED));
    let mut numbers = Numbers(20230101);
    let mut live: Vec<(String, u64)> = Vec::new();
    let mut closed = 0;
    for step in 0..120 {
        let record = format!("r{}", numbers.below(25));
        let unit = ["east", "west", "north"][numbers.below(3) as usize];
        let on = date(2022, 6, 1).checked_add(jiff::Span::new().days(numbers.below(400) as i64)).unwrap();
        let what = numbers.below(12);
        let mut seq = 0;
        let voided = (what == 10 && !live.is_empty()).then(|| {
            let at = numbers.below(live.len() as u64) as usize;
            live.swap_remove(at)
        });
        let kind = ["research", "dynamic"][numbers.below(2) as usize];
        for bureau in [&often, &seldom] {
            match (what, &voided) {
                (_, Some((record, seq))) => bureau.void(record, *seq),
                (11, _) if step % 3 == 0 => {
                    let id = format!("unit{step}");
                    bureau.log(DIRECTORY, &id, "unit", on, r#"{"title":"more","class":"county"}"#);
                }
                (9, _) => {
                    let joint = r#"{"joint":["east","north","west"]}"#;
                    seq = bureau.log("information", &record, "adopt", on, joint);
                }
                _ => {
                    let fields = format!(r#"{{"unit":"{unit}","kind":"{kind}"}}"#);
                    seq = bureau.log("information", &record, "submit", on, &fields);
                }
            }
        }
        if seq > 0 {
            live.push((record, seq));
        }
        often.ledger().catch_up(&often).unwrap();
        if step % 40 == 39 {
            let period = ["2022-Q3", "2022-10", "2022"][closed];
            closed += 1;
            seldom.ledger().catch_up(&seldom).unwrap();
            for bureau in [&often, &seldom] {
                bureau.close(period, date(2024, 1, 1));
            }
        }
    }
    seldom.ledger().catch_up(&seldom).unwrap();
    often.ledger().catch_up(&often).unwrap();
    assert_eq!(often.ledger().unscored(None).unwrap(), []);
    assert_eq!(often.ledger().digest().unwrap(), seldom.ledger().digest().unwrap());
    assert!(often.check_replay() > 100);
    seldom.check_replay();
    assert_eq!(often.standing("2022"), seldom.standing("2022"));
}
