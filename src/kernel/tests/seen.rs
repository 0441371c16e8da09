//! What people see of an office's records: those within the reach of their roles.

mod common;

use common::{Fixture, REGISTER, TODAY};
use registrar_domain::storage::RecordQuery;
use registrar_kernel::access::Principal;

const ITEMS: &str = r#"
{"id":"1","register":"item","record":"a","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"甲","unit":"xihu"}}
{"id":"2","register":"item","record":"b","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"乙","unit":"gongshu"}}
{"id":"3","register":"item","record":"b","action":"accept","on":"2023-01-03","by":"wang","fields":{"shelf":"first-shelf"}}
{"id":"4","register":"item","record":"c","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"丙"}}
{"id":"p3","register":"$directory","record":"zhao","action":"person","on":"2022-01-01","fields":{"name":"赵","roles":["cook"]}}
{"id":"p4","register":"$directory","record":"hu","action":"person","on":"2022-01-01","fields":{"name":"胡","roles":[{"role":"editor","unit":"*"}]}}
"#;

#[track_caller]
fn check(fixture: &Fixture, by: &str, records: &str, stages: &str) {
    let office = &fixture.office;
    let by = Principal::of(&office.directory(), &registrar_domain::Actor::read(by), TODAY).unwrap();
    let query = RecordQuery { register: "item".into(), ..RecordQuery::default() };
    let seen = office.as_principal(&by).records(&query).unwrap();
    assert_eq!(seen.iter().map(|record| record.id.as_str()).collect::<Vec<_>>().join(" "), records);
    let stood = office.as_principal(&by).stages().unwrap();
    let stood = stood.iter().flat_map(|(_, stages)| stages).map(|(stage, count)| format!("{stage} {count}"));
    assert_eq!(stood.collect::<Vec<_>>().join(", "), stages);
}

#[test]
fn each_sees_and_counts_what_is_within_their_reach() {
    let fixture = Fixture::new("");
    fixture.import(ITEMS).unwrap();
    check(&fixture, "operator", "a b c", "accepted 1, submitted 2");
    check(&fixture, "hu", "a b c", "accepted 1, submitted 2");
    check(&fixture, "li", "a", "submitted 1");
    check(&fixture, "zhao", "", "");
    // The field that says whose a record is has another name since.
    let renamed =
        REGISTER.replace(r#"unit = { type = "unit" }"#, r#"office = { was = "unit", type = "unit" }"#);
    fixture.script("item.lua", &renamed);
    assert!(fixture.host.reload().faults.is_empty());
    check(&fixture, "li", "a", "submitted 1");
    check(&fixture, "hu", "a b c", "accepted 1, submitted 2");
}

#[test]
fn a_page_of_the_newest_and_of_the_log_holds_what_is_theirs() {
    let fixture = Fixture::new("");
    fixture.import(ITEMS).unwrap();
    let office = &fixture.office;
    let by =
        |id: &str| Principal::of(&office.directory(), &registrar_domain::Actor::read(id), TODAY).unwrap();
    let newest = |id: &str, words: &str, page: (usize, usize)| {
        office.follow_words().unwrap();
        let words = registrar_kernel::queries::search::phrases(words);
        let query = RecordQuery { register: "item".into(), words, ..RecordQuery::default() };
        let (records, count) = office.as_principal(&by(id)).newest(&query, page).unwrap();
        format!("{} of {count}", records.iter().map(|r| r.id.as_str()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(newest("hu", "", (0, 10)), "c b a of 3");
    assert_eq!(newest("hu", "", (1, 1)), "b of 3");
    assert_eq!(newest("li", "", (0, 10)), "a of 1");
    assert_eq!(newest("zhao", "", (0, 10)), " of 0");
    assert_eq!((newest("hu", "乙", (0, 10)), newest("li", "乙", (0, 10))), ("b of 1".into(), " of 0".into()));

    let log = |id: &str, before: Option<u64>, most: usize| {
        let (events, more) = office.as_principal(&by(id)).log(before, most, |_| true).unwrap();
        (events.into_iter().map(|event| event.id).collect::<Vec<_>>().join(" "), more)
    };
    assert_eq!(log("li", None, 10), ("1".into(), None));
    assert_eq!(log("hu", None, 3).0, "4 3 2");
    let more = log("hu", None, 3).1;
    assert_eq!(log("hu", more, 3), ("1".into(), None));
    assert_eq!(log("zhao", None, 10), (String::new(), None));
    assert!(log("operator", None, 100).0.contains("p4"));
}

#[test]
fn a_panel_is_made_with_the_rights_of_who_looks() {
    let fixture = Fixture::new(
        r#"
        host.on("panel.show", { place = "home" }, function(place, person)
          local titles = {}
          for _, record in host.records { register = "item" } do table.insert(titles, { zh = record.title, en = record.id }) end
          return { id = "all", title = "all", kind = "list", rows = titles, level = "warning", link = "item/a" }
        end)
        host.on("panel.show", { place = "home" }, function() error("no") end)
        "#,
    );
    fixture.import(ITEMS).unwrap();
    let office = &fixture.office;
    let shown = |id: &str, place: &str| {
        let by = Principal::of(&office.directory(), &registrar_domain::Actor::read(id), TODAY).unwrap();
        let panels = office.as_principal(&by).panels(place).unwrap();
        let lines = panels.panels.iter().map(|panel| format!("{:?} {:?}", panel.shown, panel.link));
        (lines.collect::<String>(), panels.skipped.len())
    };
    let (all, skipped) = shown("hu", "home");
    assert!(
        all.contains("甲") && all.contains("乙") && all.contains(r#"Some(("item", Some("a")))"#),
        "{all}"
    );
    assert_eq!(skipped, 1);
    let (own, _) = shown("li", "home");
    assert!(own.contains("甲") && !own.contains("乙"), "{own}");
    assert_eq!(shown("hu", "record").0, "");
}

#[test]
fn how_pressing_something_is_follows_its_day_and_its_reminders() {
    let fixture = Fixture::new(
        r#"
        host.on("deadline.compute", { register = "item", action = "submit" }, function(event, record)
          if record.stage == "submitted" then return { name = "decide", due = host.date.add_days(event.on, 10) } end
        end)
        host.on("reminder.plan", { register = "item" }, function(deadline, record)
          return { { on = host.date.add_days(deadline.due, -3), kind = "reminder", to = record.unit }, { on = host.date.add_days(deadline.due, 1), kind = "urging", to = record.unit } }
        end)
        "#,
    );
    for (id, on) in [("late", "2023-03-01"), ("soon", "2023-03-23"), ("calm", "2023-03-30")] {
        fixture.act(&format!("li submit {id} {on}"), r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    }
    fixture.office.run_clock(TODAY).unwrap();
    let due = |id: &str| {
        let by =
            Principal::of(&fixture.office.directory(), &registrar_domain::Actor::read(id), TODAY).unwrap();
        let due = fixture.office.as_principal(&by).due(None, |_| true, 10).unwrap();
        let kind = |due: &registrar_kernel::queries::due::Due| {
            due.reminder.as_ref().map_or("-", |r| match r.kind.as_str() {
                "urging" => "urging",
                _ => "reminder",
            })
        };
        due.iter()
            .map(|one| format!("{} {:?} {}", one.record.id, one.urgency(TODAY), kind(one)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(due("wang"), "late Over urging, soon Soon reminder, calm Calm -");
    assert_eq!(due("operator"), due("li"));
    fixture.act("wang accept late 2023-03-31", r#"{"shelf":"x"}"#).unwrap();
    assert_eq!(due("wang"), "soon Soon reminder, calm Calm -");
}
