//! The ledger over real scripts and a real store: what is posted, held, ranked, explained.

use crate::bureau::{Bureau, FIFTHS};
use jiff::civil::date;
use registrar_domain::{
    Lang, Record, Store,
    reserved::{DECIDE, PERIOD},
};
use registrar_ledger::{NotSwapped, RecordHistory};
use registrar_sdk::{Value, value::Map};
use std::fs;

#[test]
fn a_fifth_three_times_is_exactly_three_fifths() {
    let bureau = Bureau::new(FIFTHS);
    for record in ["a", "b", "c"] {
        bureau.submit(record, "east", date(2023, 1, 5));
    }
    assert_eq!(bureau.standing("2023-Q1"), "east:0.6/1 north:0/2 west:0/2");
    let explained = bureau
        .ledger()
        .explain(&bureau, "information", "east", "2023-Q1".parse().unwrap(), None, Lang::En)
        .unwrap();
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
    let north = bureau.ledger().explain(&bureau, "information", "north", period, None, Lang::En).unwrap();
    let leaves: Vec<String> = north.children[0]
        .children
        .iter()
        .map(|leaf| format!("{}{}", leaf.amount, leaf.struck.as_deref().unwrap_or("")))
        .collect();
    assert!(leaves[0].starts_with("3only the highest counts"), "{leaves:?}");
    assert_eq!(leaves[1], "10");
    let east = bureau.ledger().explain(&bureau, "information", "east", period, None, Lang::En).unwrap();
    assert!(east.children[0].children[0].label.contains("derived by"), "{east:?}");
    bureau.check_replay();
}

#[test]
fn a_verification_tells_what_only_its_replay_could_not_score() {
    let bureau = Bureau::with_workers(
        &format!(
            "{FIFTHS}{}",
            r#"
            local kept = { asked = 0 }
            host.on("score.period", { register = "information", period = "month" }, function(p)
              local mine = kept
              mine.asked += 1
              if mine.asked > 3 then error("asked too often") end
              return p:total()
            end)
            "#
        ),
        1,
    );
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.standing("2023-01");
    let check = bureau.ledger().verify(&bureau).unwrap();
    assert!(!check.passes(), "{check:?}");
    let first = &check.unscored[0];
    assert!(first.starts_with("unscored only in the replay: "), "{first}");
    assert!(first.contains("2023-01") && first.contains("asked too often"), "{first}");
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
    let fee = bureau.ledger().explain(&bureau, "information", "li", period, Some("fee"), Lang::En).unwrap();
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
    let dossier =
        |record: &Record| RecordHistory::new(0, "information", "a", Some(record.clone()), events.clone());
    let posted = bureau.ledger().trial(&bureau, dossier(&record), &next).unwrap();
    assert_eq!(posted.len(), 1);
    record.fields.insert("kind".into(), Value::text("broken"));
    let failed = bureau.ledger().trial(&bureau, dossier(&record), &next).unwrap_err();
    assert!(failed.contains("no such kind"), "{failed}");
}
