//! Deadlines of imported history are those of what is entered day by day, however the history comes in.

mod common;

use common::{Fixture, TODAY};
use registrar_domain::{Store, reserved::OVERDUE};

/// What is submitted is decided within three working days; until the second it may be taken back.
const SCRIPT: &str = r#"
host.register("item", {
  extends = "item",
  actions = { back = { from = { "submitted" }, to = "draft", by = "clerk" } },
})
host.on("deadline.compute", { register = "item", action = "submit" }, function(event, record)
  if record.stage == "submitted" then
    return { name = "decide", due = host.date.add_working_days(event.on, 3), why = "art. 7" }
  end
end)
host.on("deadline.compute", { register = "item", action = "submit" }, function(event)
  return { name = "back", due = host.date.add_working_days(event.on, 2), lapses = true, why = "art. 8" }
end)
"#;

/// Decided in time; late; never; taken back in time; too late.
const HISTORY: &str = r#"
{"id":"a1","register":"item","record":"a","action":"submit","on":"2023-03-01","fields":{"title":"标题","unit":"xihu"}}
{"id":"a2","register":"item","record":"a","action":"accept","on":"2023-03-06","fields":{"title":"标题","unit":"xihu","shelf":"x"}}
{"id":"b1","register":"item","record":"b","action":"submit","on":"2023-03-01","fields":{"title":"标题","unit":"xihu"}}
{"id":"b2","register":"item","record":"b","action":"accept","on":"2023-03-07","fields":{"title":"标题","unit":"xihu","shelf":"x"}}
{"id":"c1","register":"item","record":"c","action":"submit","on":"2023-03-01","fields":{"title":"标题","unit":"xihu"}}
{"id":"d1","register":"item","record":"d","action":"submit","on":"2023-03-01","fields":{"title":"标题","unit":"xihu"}}
{"id":"d2","register":"item","record":"d","action":"back","on":"2023-03-03","fields":{"title":"标题","unit":"xihu"}}
{"id":"e1","register":"item","record":"e","action":"submit","on":"2023-03-01","fields":{"title":"标题","unit":"xihu"}}
{"id":"e2","register":"item","record":"e","action":"back","on":"2023-03-06","fields":{"title":"标题","unit":"xihu"}}
"#;

/// Every deadline, and every `overdue` event that holds.
fn state(fixture: &Fixture) -> Vec<String> {
    let deadlines = fixture.office.as_operator().deadlines(&Default::default()).unwrap();
    let mut said: Vec<String> =
        deadlines.iter().map(|d| format!("{} {} {} {}", d.record, d.name, d.due, d.state.name())).collect();
    let read = fixture.store.begin_read(fixture.office.key()).unwrap();
    let overdue = read.events_in("item", 0, 1_000).unwrap().into_iter();
    said.extend(
        overdue.filter(|e| e.action == OVERDUE && !e.dead).map(|e| format!("{} overdue {}", e.record, e.on)),
    );
    said.sort();
    said
}

const EXPECTED: [&str; 11] = [
    "a back 2023-03-03 lapsed",
    "a decide 2023-03-06 met",
    "b back 2023-03-03 lapsed",
    "b decide 2023-03-06 late",
    "b overdue 2023-03-06",
    "c back 2023-03-03 lapsed",
    "c decide 2023-03-06 missed",
    "c overdue 2023-03-06",
    "d back 2023-03-03 met",
    "d decide 2023-03-06 met",
    "e back 2023-03-03 late",
];

#[test]
fn imported_history_is_due_and_overdue_as_what_is_entered() {
    let entered = Fixture::new(SCRIPT);
    let day = |day: &str| entered.office.run_clock(day.parse().unwrap()).unwrap();
    for record in ["a", "b", "c", "d", "e"] {
        entered.act(&format!("li submit {record} 2023-03-01"), r#"{"title":"标题","unit":"xihu"}"#).unwrap();
    }
    entered.act("li back d 2023-03-03", "{}").unwrap();
    day("2023-03-04");
    entered.act("wang accept a 2023-03-06", r#"{"shelf":"x"}"#).unwrap();
    entered.act("li back e 2023-03-06", "{}").unwrap();
    day("2023-03-07");
    entered.act("wang accept b 2023-03-07", r#"{"shelf":"x"}"#).unwrap();
    let expected: Vec<&str> = EXPECTED.into_iter().chain(["e decide 2023-03-06 met"]).collect();
    assert_eq!(state(&entered), expected);
    let imported = Fixture::new(SCRIPT);
    let report = imported.import(HISTORY).unwrap();
    imported.office.run_clock(TODAY).unwrap();
    assert_eq!(state(&imported), expected);
    assert_eq!((report.overdue, report.late), (1, 2));
    let told: Vec<_> =
        report.told.iter().map(|t| format!("{} {} {} > {}", t.record, t.action, t.on, t.due)).collect();
    assert_eq!(told, ["b accept 2023-03-07 > 2023-03-06", "e back 2023-03-06 > 2023-03-03"]);
}

#[test]
fn in_however_many_imports_it_comes_and_whenever_the_clock_runs() {
    let lines: Vec<&str> = HISTORY.trim().lines().collect();
    let whole = Fixture::new(SCRIPT);
    whole.import(HISTORY).unwrap();
    whole.office.run_clock(TODAY).unwrap();
    let expected = state(&whole);
    for cut in 1..lines.len() {
        for backwards in [false, true] {
            // What a record has become is by the order of its events in the log.
            let record = |line: &str| line[..8].to_owned();
            if backwards && record(lines[cut - 1]) == record(lines[cut]) {
                continue;
            }
            let (first, second) = lines.split_at(cut);
            let (first, second) = if backwards { (second, first) } else { (first, second) };
            let fixture = Fixture::new(SCRIPT);
            for part in [first, second] {
                fixture.import(&part.join("\n")).unwrap();
                fixture.office.run_clock(TODAY).unwrap();
            }
            // Once more is nothing more.
            fixture.import(HISTORY).unwrap();
            fixture.office.run_clock(TODAY).unwrap();
            assert_eq!(state(&fixture), expected, "cut at {cut}, backwards: {backwards}");
        }
    }
}

#[test]
fn a_log_that_is_exported_has_the_same_deadlines_elsewhere() {
    let fixture = Fixture::new(SCRIPT);
    fixture.import(HISTORY).unwrap();
    fixture.office.run_clock(TODAY).unwrap();
    let mut log = String::new();
    fixture.office.as_operator().export_events(&mut |lines, _| log.push_str(lines)).unwrap();
    let copy = Fixture::bare(&[("item.lua", common::REGISTER), ("more.lua", SCRIPT)]);
    copy.import(&log).unwrap();
    copy.office.run_clock(TODAY).unwrap();
    assert_eq!(state(&copy), state(&fixture));
    let heads = [&fixture, &copy].map(|f| f.store.begin_read(f.office.key()).unwrap().head().unwrap());
    assert_eq!(heads[0], heads[1], "the chain is the same: nothing was added");
}
