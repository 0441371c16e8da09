//! What happens after the commit, and what imports and reloads may do.

mod common;

use common::{Fixture, text};
use registrar_domain::Store;
use registrar_kernel::ImportOptions;

const ITEM: &str = r#"{"title":"标题","unit":"xihu"}"#;

#[test]
fn a_notify_handler_is_told_of_each_event_after_it_came() {
    let fixture = Fixture::new("");
    fixture.act("li submit before", ITEM).unwrap();
    fixture.script(
        "told.lua",
        r#"
        host.on("action.after", { register = "item", action = "submit" }, function(event, record)
          host.state.update("told", function(told) return (told or "") .. event.record .. " " end)
        end)
        host.on("action.after", { register = "item", from = "start" }, function(event, record)
          host.state.update("all", function(told) return (told or "") .. event.record .. " " end)
        end)
        "#,
    );
    assert!(fixture.host.reload().faults.is_empty());
    fixture.act("li submit a", ITEM).unwrap();
    fixture.import(r#"{"id":"i","register":"item","record":"imported","action":"submit","on":"2023-01-01","fields":{"title":"x"}}"#).unwrap();
    let fixture = fixture.reopen();
    fixture.act("li submit b", ITEM).unwrap();
    assert_eq!(fixture.office.deliver(0).unwrap().told, 2 + 3);
    assert_eq!(fixture.office.deliver(0).unwrap().told, 0);
    let store = fixture.office.host().store();
    let told = |key| store.state_all("told@0").unwrap()[key].as_str().unwrap().to_owned();
    assert_eq!(told("told"), "a b ");
    assert_eq!(told("all"), "before a b ");
}

#[test]
fn a_delivery_that_fails_is_tried_again_then_parked_then_retried_by_hand() {
    let broken =
        r#"host.on("action.after", { register = "item" }, function(event) error("the line is down") end)"#;
    let fixture = Fixture::new(broken);
    fixture.act("li submit a", ITEM).unwrap();
    let mut now = 0;
    for attempt in 1.. {
        let round = fixture.office.deliver(now).unwrap();
        assert_eq!(round.told, 0);
        match round.next_at {
            Some(at) => {
                assert!(at > now, "there is a pause");
                assert_eq!(fixture.office.deliver(at - 1).unwrap().failed, 0, "and it is kept");
                now = at;
            }
            None => {
                assert_eq!((attempt, round.parked), (6, 1));
                break;
            }
        }
    }
    let parked = fixture.office.parked().unwrap();
    assert_eq!((parked.len(), parked[0].attempts), (1, 6));
    assert!(parked[0].error.contains("the line is down"));
    assert_eq!(fixture.office.retry_parked(None).unwrap(), (0, 1));
    fixture.script("more.lua", r#"host.on("action.after", { register = "item" }, function(event) end)"#);
    fixture.host.reload();
    assert_eq!(fixture.office.retry_parked(None).unwrap(), (1, 0));
    assert!(fixture.office.parked().unwrap().is_empty());
}

#[test]
fn a_plugin_acts_with_the_roles_it_was_granted() {
    let fixture = Fixture::new(
        r#"
        host.on("action.after", { register = "item", action = "submit" }, function(event, record)
          host.act { key = event.id, register = "item", record = record.id, action = "close" }
        end)
        "#,
    );
    fixture.act("li submit a", ITEM).unwrap();
    assert_eq!(fixture.office.deliver(0).unwrap().failed, 1);
    let error =
        fixture.store.begin_read(fixture.office.key()).unwrap().deliveries(false).unwrap()[0].error.clone();
    assert!(error.contains("the person \"plugin:more\" is not there"), "{error}");
    fixture
        .import(r#"{"id":"g","register":"$directory","record":"plugin:more","action":"person","on":"2022-01-01","fields":{"roles":["editor"]}}"#)
        .unwrap();
    assert_eq!(fixture.office.deliver(1_000).unwrap().told, 1);
    assert_eq!(fixture.office.as_operator().record("item", "a").unwrap().stage, "closed");
    let head = fixture.office.head().unwrap();
    let closing = fixture.store.begin_read(fixture.office.key()).unwrap().event(head).unwrap().unwrap();
    assert_eq!(closing.by.as_str(), "plugin:more");
    assert!(closing.cause.is_some());
}

const LINES: &str = r#"
{"id":"1","register":"item","record":"a","action":"submit","on":"2022-06-01","by":"li","fields":{"title":"标题","unit":"xihu"}}
{"id":"2","register":"item","record":"a","action":"accept","on":"2022-06-02","by":"wang","fields":{"shelf":"x"}}
"#;

#[test]
fn an_import_is_the_same_however_often_it_is_run() {
    let fixture = Fixture::new("");
    let first = fixture.import(LINES).unwrap();
    assert_eq!((first.added, first.skipped, first.records), (2, 0, 1));
    let again = fixture.import(LINES).unwrap();
    assert_eq!((again.added, again.skipped, again.records), (0, 2, 0));
    assert_eq!(fixture.office.as_operator().record("item", "a").unwrap().stage, "accepted");
    let verified = fixture.office.verify(&mut |_| {}).unwrap();
    assert_eq!((verified.events, verified.problems), (6, vec![]));
}

#[test]
fn a_bad_line_is_named_and_its_batch_is_not_stored() {
    let fixture = Fixture::new("");
    let check = |line: &str, expected: &str| {
        let got = text(fixture.import(&format!("{}\n{line}", LINES.trim_start())));
        assert!(got.contains(expected), "{line}: got `{got}`, expected `{expected}`");
        assert!(fixture.office.as_operator().record("item", "a").is_err(), "nothing of the batch is stored");
    };
    let line = |from: &str, to: &str| {
        let good = r#"{"id":"3","register":"item","record":"b","action":"submit","on":"2022-06-01","by":"li","fields":{"title":"标题","unit":"xihu"}}"#;
        assert!(good.contains(from));
        good.replace(from, to)
    };
    check(&line("submit", "sumbit"), "line 4: no action `sumbit`; did you mean `submit`?");
    check(&line("\"item\"", "\"itme\""), "did you mean `item`?");
    check(&line("xihu", "xiuh"), "line 4: `unit`: there is no unit \"xiuh\"");
    check(&line("title", "titel"), "did you mean `title`?");
    check(&line("2022-06-01", "2022-06-31"), "line 4");
    check(&line("\"3\"", "\"1\""), "line 4: an event with the id `1` is there already");
    check(&line("\"by\"", "\"bye\""), "unknown field `bye`");
    check("{", "line 4");
    // What lies before the bad batch stays.
    let lines = format!("{}\n{{", LINES.trim());
    let options = ImportOptions { batch: 2 };
    assert!(fixture.office.import_events(lines.as_bytes(), options, &mut |_| {}).is_err());
    assert_eq!(fixture.office.as_operator().record("item", "a").unwrap().stage, "accepted");
}

#[test]
fn a_register_that_leaves_records_without_a_stage_does_not_go_live() {
    let fixture = Fixture::new("");
    fixture.act("li submit a", ITEM).unwrap();
    let renamed = common::REGISTER.replace("\"submitted\"", "\"handed-in\"");
    fixture.script("item.lua", &renamed);
    let faults = fixture.host.reload().faults;
    let said = faults.iter().map(ToString::to_string).collect::<String>();
    assert!(said.contains("1 records are in the stage \"submitted\""), "{said}");
    assert_eq!(fixture.office.as_operator().record("item", "a").unwrap().stage, "submitted");
    let moved = renamed.replace("stages =", "moved_to = { submitted = \"handed-in\" },\n  stages =");
    fixture.script("item.lua", &moved);
    assert!(fixture.host.reload().faults.is_empty());
    assert_eq!(fixture.office.as_operator().record("item", "a").unwrap().stage, "handed-in");
    fixture.act("wang accept a", r#"{"shelf":"x"}"#).unwrap();
}

#[test]
fn a_field_that_was_called_otherwise_keeps_its_value() {
    let fixture = Fixture::new("");
    fixture.act("li submit a", r#"{"title":"标题","unit":"xihu","kind":"research"}"#).unwrap();
    fixture.script("item.lua", &common::REGISTER.replace("kind = { type", "sort = { was = \"kind\", type"));
    assert!(fixture.host.reload().faults.is_empty());
    let record = fixture.office.as_operator().record("item", "a").unwrap();
    assert_eq!(record.fields["sort"].as_str(), Some("research"));
    assert!(!record.fields.contains_key("kind"));
    assert!(fixture.office.verify(&mut |_| {}).unwrap().passed());
}

#[test]
fn verification_finds_what_was_tampered_with() {
    let fixture = Fixture::new("");
    fixture.import(LINES).unwrap();
    let file = fixture.folder.path().join("data/registrar.db");
    let tamper = |sql: &str| {
        rusqlite::Connection::open(&file).unwrap().execute(sql, []).unwrap();
        fixture.office.verify(&mut |_| {}).unwrap().problems.join("\n")
    };
    assert_eq!(tamper("UPDATE event SET dead = dead"), "");
    let said = tamper("UPDATE entry SET stage = 'closed' WHERE id = 'a'");
    assert!(said.contains("item a: its state is not what its events make"), "{said}");
    tamper("UPDATE entry SET stage = 'accepted' WHERE id = 'a'");
    let said = tamper("UPDATE event SET dead = 1 WHERE id = '2'");
    assert!(said.contains("event `2`: it is marked dead or alive against"), "{said}");
    tamper("UPDATE event SET dead = 0 WHERE id = '2'");
    let said = tamper(
        "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'wang', 'zhao') AS BLOB) WHERE id = '2'",
    );
    assert!(said.contains("event 6: its link does not follow"), "{said}");
    let said = tamper("DELETE FROM event WHERE id = '1'");
    assert!(said.contains("event 6: it follows event 4"), "{said}");
}

#[test]
fn the_clock_ticks_once_a_day_and_makes_up_for_days_it_missed() {
    let fixture = Fixture::new(
        r#"
        host.on("clock.tick", {}, function(time)
          host.state.update("days", function(days) return (days or "") .. string.sub(time.on, 9) .. " " end)
        end)
        "#,
    );
    let tick = |fixture: &Fixture, day: &str| {
        fixture.office.tick(day.parse().unwrap(), &format!("{day}T09:00:00+08:00"), 0).unwrap().told
    };
    assert_eq!((tick(&fixture, "2023-03-01"), tick(&fixture, "2023-03-01")), (1, 0));
    let fixture = fixture.reopen();
    assert_eq!(tick(&fixture, "2023-03-04"), 3);
    let store = fixture.office.host().store();
    assert_eq!(store.state_all("more@0").unwrap()["days"].as_str(), Some("01 02 03 04 "));
}

#[test]
fn a_void_in_an_import_undoes_what_the_batch_did() {
    let fixture = Fixture::new("");
    let void = r#"{"id":"v","register":"item","record":"a","action":"void","on":"2022-06-03","fields":{"event":"2","reason":"x"}}"#;
    let after = r#"{"id":"3","register":"item","record":"a","action":"rekind","on":"2022-06-04","fields":{"kind":"research"}}"#;
    fixture.import(&format!("{}\n{void}\n{after}", LINES.trim())).unwrap();
    let record = fixture.office.as_operator().record("item", "a").unwrap();
    assert_eq!((record.stage.as_str(), record.fields["kind"].as_str()), ("submitted", Some("research")));
    assert!(fixture.office.verify(&mut |_| {}).unwrap().passed());
}

#[test]
fn two_at_once_leave_one_chain() {
    let fixture = Fixture::new("");
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let fixture = &fixture;
            scope.spawn(move || {
                for n in 0..15 {
                    fixture.act(&format!("li submit r{worker}-{n} 2023-01-01 {worker}-{n}"), ITEM).unwrap();
                    let unit = format!(
                        r#"{{"id":"t{worker}-{n}","register":"$directory","record":"t","action":"table","on":"2023-01-01","fields":{{"key":"{worker}-{n}","value":1}}}}"#
                    );
                    fixture.import(&unit).unwrap();
                }
            });
        }
    });
    let verified = fixture.office.verify(&mut |_| {}).unwrap();
    assert_eq!((verified.events, verified.problems), (4 + 4 * 15 * 2, vec![]));
    assert_eq!(fixture.office.directory().table_rows("t", common::TODAY).len(), 60);
}
