//! Actions over a real host and a real store.

mod common;

use common::{Fixture, TODAY, act, text};
use registrar_domain::{Actor, Store, storage::DeadlineState};
use registrar_kernel::{ActError, Reason};
use registrar_sdk::Value;

fn check(fixture: &Fixture, who_what_where: &str, fields: &str, expected: &str) {
    let got = text(fixture.act(who_what_where, fields));
    assert!(got.contains(expected), "{who_what_where} {fields}: got `{got}`, expected `{expected}`");
}

#[test]
fn an_action_moves_the_record_and_logs_one_event() {
    let fixture = Fixture::new("");
    let done = fixture.act("li submit -", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    let record = done.record.unwrap();
    assert_eq!((record.id.as_str(), record.stage.as_str()), ("2023-0001", "submitted"));
    assert_eq!(done.events.len(), 1);
    let accepted = r#"{"shelf":"first-shelf","rank":"first"}"#;
    let done = fixture.act("wang accept 2023-0001 2023-02-14", accepted).unwrap();
    let record = done.record.unwrap();
    // A form's field stays in the event, unless it sets one of the record's.
    assert!(!record.fields.contains_key("shelf"));
    assert_eq!(record.fields["level"], Value::text("first"));
    assert_eq!(done.events[0].fields["shelf"], Value::text("first-shelf"));
    assert_eq!(done.events[0].on.to_string(), "2023-02-14");
    assert_eq!(fixture.office.as_operator().record("item", "2023-0001").unwrap(), record);
    let reopened = fixture.reopen();
    assert_eq!(reopened.office.as_operator().record("item", "2023-0001").unwrap(), record);
}

#[test]
fn what_may_not_be_done_says_why_and_stores_nothing() {
    let fixture = Fixture::new("");
    fixture.act("li submit a", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    let before = fixture.office.log_head().unwrap();
    let ok = r#"{"title":"标题","unit":"xihu"}"#;
    check(&fixture, "li submit -", "{}", "`title`: title is missing");
    check(&fixture, "li submit -", r#"{"title":"标题","unit":"xihuu"}"#, "did you mean `xihu`?");
    check(&fixture, "li submit a", ok, "can't be taken in the stage \"submitted\" (it can in: draft)");
    check(&fixture, "li submit -", r#"{"title":"标题","unit":"gongshu"}"#, "the role is for xihu");
    check(&fixture, "li submit -", r#"{"title":"标题"}"#, "fill in `unit`");
    check(&fixture, "li accept a", r#"{"shelf":"first-shelf"}"#, "takes the role editor");
    check(&fixture, "wang accept a", "{}", "`shelf`: shelf is missing");
    check(&fixture, "nobody accept a", "{}", "the person \"nobody\" is not there");
    check(
        &fixture,
        "wang rekind z",
        r#"{"title":"x"}"#,
        "no record `z` in item; `rekind` does not make new ones",
    );
    check(&fixture, "wang acecpt a", "{}", "did you mean `accept`?");
    check(&fixture, "li submit -", r#"{"title":"标题","unit":"xihu","number":"7"}"#, "leave it out");
    assert_eq!(fixture.office.log_head().unwrap(), before);
}

#[test]
fn the_same_key_acts_once() {
    let fixture = Fixture::new("");
    let fields = r#"{"title":"标题","unit":"xihu"}"#;
    let first = fixture.act("li submit - 2023-02-01 key-1", fields).unwrap();
    let again = fixture.act("li submit - 2023-02-01 key-1", fields).unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!(again.events, first.events);
    assert_eq!(again.record, first.record);
    let other = fixture.act("li submit - 2023-02-02 key-1", fields);
    assert!(matches!(other, Err(ActError::Conflict(_))));
    // The same event by way of an import is the same event, too.
    let line = r#"{"id":"key-1","register":"item","record":"2023-0001","action":"submit","on":"2023-02-01","by":"li","fields":{"title":"标题","unit":"xihu"}}"#;
    assert_eq!(fixture.import(line).unwrap().skipped, 1);
}

#[test]
fn checks_refuse_with_all_their_reasons_and_warn() {
    let fixture = Fixture::new(
        r#"
        host.on("record.normalize", { register = "item" }, function(draft)
          local d = table.clone(draft)
          if d.title then d.title = (string.gsub(d.title, "%s", "")) end
          return d
        end)
        host.on("record.check", { register = "item", clause = "art. 1" }, function(draft, action)
          local found = {}
          if draft.title == "bad" then
            table.insert(found, { level = "error", field = "title", text = "say it better" })
            table.insert(found, { level = "error", text = "and longer" })
          end
          if not draft.kind then table.insert(found, { level = "warning", field = "kind", text = "no kind" }) end
          return found
        end)
        "#,
    );
    check(
        &fixture,
        "li submit -",
        r#"{"title":" bad ","unit":"xihu"}"#,
        "refused: `title`: say it better (art. 1); and longer",
    );
    let done = fixture.act("li submit -", r#"{"title":" go od ","unit":"xihu"}"#).unwrap();
    assert_eq!(done.record.unwrap().fields["title"], Value::text("good"));
    let warnings: Vec<String> = done.warnings.iter().map(Reason::to_string).collect();
    assert_eq!(warnings, ["`kind`: no kind (art. 1)"]);
}

#[test]
fn a_resubmission_keeps_its_number_and_a_refusal_gives_it_back() {
    let fixture = Fixture::bare(&[
        (
            "item.lua",
            &common::REGISTER.replace(r#"from = { "draft" }"#, r#"from = { "draft", "submitted" }"#),
        ),
        (
            "number.lua",
            r#"
            host.on("record.number", { register = "item" }, function(event, record)
              return string.format("%s-%03d", string.sub(event.on, 1, 4), host.sequence("item"))
            end)
            host.on("action.guard", { register = "item" }, function(event, record)
              if record.title == "no" then return "not this one" end
            end)
            "#,
        ),
    ]);
    fixture.import(common::DIRECTORY).unwrap();
    let submit = |title: &str, at: &str| {
        let fields = format!(r#"{{"title":"{title}","unit":"xihu"}}"#);
        text(fixture.act(at, &fields).map(|done| done.record.unwrap().number))
    };
    assert_eq!(submit("a", "li submit a"), r#"Some("2023-001")"#);
    assert_eq!(submit("b", "li submit a"), r#"Some("2023-001")"#);
    assert_eq!(submit("no", "li submit b"), "refused: not this one");
    assert_eq!(submit("c", "li submit c"), r#"Some("2023-002")"#);
}

#[test]
fn guards_see_the_event_and_can_be_let_pass() {
    let fixture = Fixture::new(
        r#"
        host.on("action.guard", { register = "item", action = "accept", clause = "art. 9" }, function(event, record, ctx)
          if event.nth > 1 then return { "accepted " .. event.nth .. " times", { level = "warning", text = "careful" } } end
        end)
        host.on("action.guard", { register = "item", action = "close" }, function() error("broken") end)
        "#,
    );
    fixture.act("li submit a", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    fixture.act("wang accept a", r#"{"shelf":"x"}"#).unwrap();
    check(&fixture, "wang accept a", r#"{"shelf":"x"}"#, "accepted 2 times");
    check(&fixture, "wang close a", "{}", "broken");
    fixture.office.bypass("more", TODAY, "the script is broken, mended tomorrow", &Actor::Operator).unwrap();
    let done = fixture.act("wang close a", "{}").unwrap();
    assert_eq!(done.warnings.len(), 1);
    assert!(fixture.office.bypass("more", TODAY, " ", &Actor::Operator).is_err());
    assert!(
        text(fixture.office.bypass("mroe", TODAY, "x", &Actor::Operator)).contains("did you mean `more`")
    );
}

#[test]
fn effects_come_in_the_same_transaction_or_not_at_all() {
    let fixture = Fixture::new(
        r#"
        host.on("action.effect", { register = "item", action = "accept" }, function(event, record)
          return { { key = "close", action = "close", record = record.id } }
        end)
        host.on("action.effect", { register = "item", action = "rekind" }, function(event, record)
          return { { key = "k", action = "rekind", record = record.id } }
        end)
        host.on("action.effect", { register = "item", action = "close" }, function(event, record)
          if record.kind == "research" then error("no closing of research") end
        end)
        "#,
    );
    fixture.act("li submit a", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    let done = fixture.act("wang accept a 2023-02-14 accept-a", r#"{"shelf":"x"}"#).unwrap();
    let ids: Vec<&str> = done.events.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids, ["accept-a", "accept-a/close"]);
    assert_eq!(done.events[1].cause.as_deref(), Some("accept-a"));
    assert_eq!(done.record.unwrap().stage, "closed");

    fixture.act("li submit b", r#"{"title":"标题","unit":"xihu","kind":"research"}"#).unwrap();
    let before = fixture.office.log_head().unwrap();
    check(&fixture, "wang accept b", r#"{"shelf":"x"}"#, "no closing of research");
    check(&fixture, "wang rekind b", r#"{"kind":"dynamic"}"#, "more than 8 events follow from each other");
    assert_eq!(fixture.office.log_head().unwrap(), before);
}

#[test]
fn a_void_takes_an_event_out_of_the_record() {
    let fixture = Fixture::new("");
    fixture.act("li submit a 2023-02-01 s1", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    fixture.act("wang accept a 2023-02-02 a1", r#"{"shelf":"x","rank":"first"}"#).unwrap();
    check(&fixture, "wang void a", r#"{"event":"a1","reason":"twice"}"#, "only the operator");
    check(&fixture, "operator void a", r#"{"event":"a1"}"#, "say why");
    check(&fixture, "operator void b", r#"{"event":"a1","reason":"x"}"#, "belongs to item a");
    let done = fixture.act("operator void a 2023-03-01 v1", r#"{"event":"a1","reason":"twice"}"#).unwrap();
    let record = done.record.unwrap();
    assert_eq!(record.stage, "submitted");
    assert!(!record.fields.contains_key("level"));
    check(&fixture, "operator void a", r#"{"event":"a1","reason":"x"}"#, "is dead already");
    check(&fixture, "operator void a", r#"{"event":"v1","reason":"x"}"#, "is a void itself");
    let done = fixture.act("operator void a", r#"{"event":"s1","reason":"all wrong"}"#).unwrap();
    assert!(done.record.is_none());
    assert!(fixture.office.as_operator().record("item", "a").is_err());
    assert!(fixture.office.verify(&mut |_| {}).unwrap().passed());
}

#[test]
fn a_void_of_a_directory_event_restores_what_was() {
    let fixture = Fixture::new("");
    fixture
        .import(r#"{"id":"gone","register":"$directory","record":"xihu","action":"unit","on":"2023-01-01","fields":{"to":"2023-01-31"}}"#)
        .unwrap();
    let there = |fixture: &Fixture| fixture.office.directory().unit("xihu", TODAY).is_some();
    assert!(!there(&fixture));
    let mut void = act("operator void xihu", r#"{"event":"gone"}"#);
    void.register = "$directory".into();
    fixture.office.act(void).unwrap();
    assert!(there(&fixture));
    assert!(there(&fixture.reopen()));
}

#[test]
fn a_deadline_is_met_in_time_or_becomes_one_overdue_event() {
    let fixture = Fixture::new(
        r#"
        host.on("deadline.compute", { register = "item", action = "submit" }, function(event, record)
          if record.stage == "submitted" then
            return { name = "decide", due = host.date.add_working_days(event.on, 3), why = "art. 7" }
          end
        end)
        "#,
    );
    let item = r#"{"title":"标题","unit":"xihu"}"#;
    fixture.act("li submit met 2023-03-01", item).unwrap();
    fixture.act("li submit late 2023-03-01", item).unwrap();
    fixture.act("wang accept met 2023-03-06", r#"{"shelf":"x"}"#).unwrap();
    let day = |text: &str| text.parse().unwrap();
    assert!(fixture.office.run_clock(day("2023-03-06")).unwrap().is_empty(), "the day has not ended");
    let logged = fixture.office.run_clock(day("2023-03-20")).unwrap();
    let said: Vec<_> = logged.iter().map(|e| format!("{} {} {}", e.record, e.action, e.on)).collect();
    assert_eq!(said, ["late overdue 2023-03-06"]);
    assert!(fixture.office.run_clock(day("2023-03-21")).unwrap().is_empty(), "once is enough");
    fixture.act("wang accept late 2023-03-22", r#"{"shelf":"x"}"#).unwrap();
    let states: Vec<_> = fixture
        .office
        .as_operator()
        .deadlines(&Default::default())
        .unwrap()
        .into_iter()
        .map(|d| (d.record, d.state))
        .collect();
    assert_eq!(states, [("late".into(), DeadlineState::Late), ("met".into(), DeadlineState::Met)]);
}

#[test]
fn an_open_deadline_follows_the_calendar() {
    let fixture = Fixture::new(
        r#"
        host.on("deadline.compute", { register = "item", action = "submit" }, function(event, record)
          return { name = "decide", due = host.date.add_working_days(event.on, 1) }
        end)
        "#,
    );
    fixture.act("li submit a 2023-03-01", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    let due = || fixture.office.as_operator().deadlines(&Default::default()).unwrap()[0].due.to_string();
    assert_eq!(due(), "2023-03-02");
    fixture
        .import(r#"{"id":"h","register":"$directory","record":"2023-03-02","action":"holiday","on":"2023-03-02"}"#)
        .unwrap();
    assert_eq!(fixture.office.recompute_deadlines().unwrap(), 1);
    assert_eq!(due(), "2023-03-03");
}

#[test]
fn scripts_see_the_directory_and_the_records_they_may() {
    let fixture = Fixture::new(
        r#"
        host.on("record.check", { register = "item" }, function(draft, action)
          local unit = host.unit("xihu", draft.on)
          local same = host.records { register = "item", match = { title = draft.title } }
          local n = host.count { register = "item", action = "submit", period = "2023-02" }
          local units = host.units { on = draft.on, class = "town" }
          return { { level = "hint", text = unit.title.zh .. #same .. n .. #units } }
        end)
        "#,
    );
    let hint = |by: &str, unit: &str| {
        let fields = format!(r#"{{"title":"标题","unit":"{unit}"}}"#);
        let done = fixture.act(&format!("{by} submit - 2023-02-02"), &fields).unwrap();
        done.warnings[0].text.to_string()
    };
    assert_eq!(hint("operator", "gongshu"), "西湖002");
    assert_eq!(hint("operator", "xihu"), "西湖112");
    // A clerk sees the records of her own unit.
    assert_eq!(hint("li", "xihu"), "西湖112");
    assert_eq!(hint("operator", "xihu"), "西湖332");
}

#[test]
fn what_is_asked_for_once_more_is_owed_once_more() {
    let fixture = Fixture::new(
        r#"
        host.on("deadline.compute", { register = "item", action = { "submit", "rekind" } }, function(event, record)
          if record.stage == "submitted" and (event.action == "rekind" or record.kind == nil) then
            return { name = "decide", due = "2023-04-10" }
          end
        end)
        "#,
    );
    fixture.act("li submit a 2023-03-01", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    let state = || fixture.office.as_operator().deadlines(&Default::default()).unwrap()[0].state;
    assert_eq!(state(), DeadlineState::Open);
    fixture.act("wang accept a 2023-03-02", r#"{"shelf":"x"}"#).unwrap();
    assert_eq!(state(), DeadlineState::Met);
    // Its stage is what it was again, and on the same day the same is asked for.
    let accepted =
        fixture.store.begin_read(fixture.office.key()).unwrap().events_of("item", "a").unwrap()[1].id.clone();
    fixture.act("operator void a", &format!(r#"{{"event":"{accepted}","reason":"x"}}"#)).unwrap();
    fixture.act("wang rekind a 2023-03-02", r#"{"kind":"research"}"#).unwrap();
    assert_eq!(state(), DeadlineState::Open);
}

#[test]
fn what_is_decided_for_the_office_takes_a_role_in_all_of_it() {
    let fixture =
        Fixture::new(r#"host.on("action.guard", { register = "item" }, function() return "no" end)"#);
    fixture
        .import(
            r#"
{"id":"a1","register":"$directory","record":"ann","action":"person","on":"2022-01-01","fields":{"name":"安","roles":[{"role":"admin","unit":"*"}]}}
{"id":"a2","register":"$directory","record":"bo","action":"person","on":"2022-01-01","fields":{"name":"波","roles":[{"role":"admin","unit":"xihu"}]}}"#,
        )
        .unwrap();
    let bypass = |by: &str| text(fixture.office.bypass("more", TODAY, "mended tomorrow", &Actor::read(by)));
    assert!(bypass("bo").contains("takes a role in the whole office"), "{}", bypass("bo"));
    assert!(bypass("wang").contains("admin"), "{}", bypass("wang"));
    assert!(fixture.office.bypasses(TODAY).unwrap().is_empty());
    fixture.office.bypass("more", TODAY, "mended tomorrow", &Actor::person("ann")).unwrap();
    assert_eq!(fixture.office.bypasses(TODAY).unwrap()[0].by, "ann");
    fixture.act("li submit a", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
}

#[test]
fn what_comes_about_otherwise_is_numbered_by_a_handler_that_names_the_action() {
    let fixture = Fixture::new(
        r#"
        host.on("record.number", { register = "item", action = "rekind" }, function(event, record)
          return "K-" .. host.sequence("k")
        end)
        "#,
    );
    let number = |what: &str, fields: &str| fixture.act(what, fields).unwrap().record.unwrap().number;
    assert_eq!(number("li submit a", r#"{"title":"标题","unit":"xihu"}"#), None);
    assert_eq!(number("wang rekind a", r#"{"kind":"research"}"#).as_deref(), Some("K-1"));
    assert_eq!(number("wang rekind a", r#"{"kind":"dynamic"}"#).as_deref(), Some("K-1"));
    assert_eq!(number("wang accept a", r#"{"shelf":"x"}"#).as_deref(), Some("K-1"));
}

#[test]
fn what_a_plugin_says_of_a_field_that_a_form_sets_is_taken() {
    let fixture = Fixture::new(
        r#"
        host.on("record.normalize", { register = "item", action = "accept" }, function(draft)
          local item = table.clone(draft)
          item.level = if draft.level == nil then "usual" elseif draft.level == "hi" then "high" else draft.level
          return item
        end)
        "#,
    );
    fixture.act("li submit a 2023-03-01", r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    let level = |fields: &str| {
        let done = fixture.act("wang accept a 2023-03-02", fields).unwrap();
        let event = done.events[0].fields.keys().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        format!("{} ({event})", done.record.unwrap().fields["level"].as_str().unwrap())
    };
    assert_eq!(level(r#"{"shelf":"x"}"#), "usual (level shelf)");
    assert_eq!(level(r#"{"shelf":"x","rank":"low"}"#), "low (rank shelf)");
    assert_eq!(level(r#"{"shelf":"x","rank":"hi"}"#), "high (rank shelf)");
}
