//! What names a record is found from there, by whom it may be seen, as the log goes on.

mod common;

use common::{Fixture, TODAY};
use registrar_kernel::access::Principal;

const SCRIPT: &str = r#"
host.register("note", {
  title = "Note", name_field = "text",
  fields = {
    text = { type = "text" }, unit = { type = "unit" },
    items = { type = "record", of = "item", many = true },
    after = { type = "record", of = "note" },
  },
  stages = { "open" },
  actions = { write = { from = { "open" }, by = "clerk" } },
})
"#;

const ITEMS: &str = r#"
{"id":"1","register":"item","record":"a","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"甲","unit":"xihu"}}
{"id":"2","register":"item","record":"b","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"乙","unit":"gongshu"}}
{"id":"3","register":"note","record":"n1","action":"write","on":"2023-01-03","by":"li","fields":{"text":"first","unit":"xihu","items":["a","b"]}}
{"id":"4","register":"note","record":"n2","action":"write","on":"2023-01-03","by":"li","fields":{"text":"a","unit":"gongshu","items":["a"],"after":"n1"}}
{"id":"5","register":"note","record":"n3","action":"write","on":"2023-01-04","by":"li","fields":{"text":"item a","unit":"xihu"}}
"#;

#[track_caller]
fn check(fixture: &Fixture, by: &str, register: &str, id: &str, expected: &str) {
    let office = &fixture.office;
    let by = Principal::of(&office.directory(), &registrar_domain::Actor::read(by), TODAY).unwrap();
    let found = office.as_principal(&by).referrers(register, id, 9).unwrap();
    let said = found.iter().map(|of| {
        let ids: Vec<&str> = of.records.iter().map(|record| record.id.as_str()).collect();
        format!("{}: {}", of.register.id, ids.join(" "))
    });
    assert_eq!(said.collect::<Vec<_>>().join("; "), expected, "{register} {id}");
}

#[test]
fn a_reference_is_found_from_both_ends() {
    let fixture = Fixture::new(SCRIPT);
    fixture.import(ITEMS).unwrap();
    check(&fixture, "operator", "item", "a", "note: n2 n1");
    check(&fixture, "operator", "item", "b", "note: n1");
    check(&fixture, "operator", "note", "n1", "note: n2");
    check(&fixture, "operator", "note", "n3", "");
    // Only what is theirs to see.
    check(&fixture, "li", "item", "a", "note: n1");
    // What is taken out is gone, what is put in is there at once.
    for (what, fields) in
        [("operator write n1", r#"{"items":["b"]}"#), ("operator write n3", r#"{"after":"n2"}"#)]
    {
        let mut write = common::act(what, fields);
        write.register = "note".into();
        fixture.office.act(write).unwrap();
    }
    check(&fixture, "operator", "item", "a", "note: n2");
    check(&fixture, "operator", "note", "n2", "note: n3");
    let problems = fixture.office.verify(&mut |_| {}).unwrap().problems;
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn a_field_that_begins_to_name_records_is_followed_from_then_on() {
    let plain = SCRIPT.replace(r#"after = { type = "record", of = "note" }"#, r#"after = { type = "text" }"#);
    let fixture = Fixture::new(&plain);
    fixture.import(ITEMS).unwrap();
    check(&fixture, "operator", "note", "n1", "");
    fixture.script("more.lua", SCRIPT);
    assert!(fixture.host.reload().faults.is_empty());
    check(&fixture, "operator", "note", "n1", "note: n2");
}
