//! What people see of an office's records: those within the reach of their roles.

mod common;

use common::{Fixture, REGISTER, TODAY};
use registrar_kernel::{access::Principal, storage::RecordQuery};

const ITEMS: &str = r#"
{"id":"1","register":"item","record":"a","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"甲","unit":"xihu"}}
{"id":"2","register":"item","record":"b","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"乙","unit":"gongshu"}}
{"id":"3","register":"item","record":"b","action":"adopt","on":"2023-01-03","by":"wang","fields":{"carrier":"journal"}}
{"id":"4","register":"item","record":"c","action":"submit","on":"2023-01-02","by":"li","fields":{"title":"丙"}}
{"id":"p3","register":"$directory","record":"zhao","action":"person","on":"2022-01-01","fields":{"name":"赵","roles":["cook"]}}
{"id":"p4","register":"$directory","record":"hu","action":"person","on":"2022-01-01","fields":{"name":"胡","roles":[{"role":"editor","unit":"*"}]}}
"#;

#[track_caller]
fn check(fixture: &Fixture, by: &str, records: &str, stages: &str) {
    let office = &fixture.office;
    let by = Principal::of(&office.directory(), by, TODAY).unwrap();
    let query = RecordQuery { register: "item".into(), ..RecordQuery::default() };
    let seen = office.records_seen(&by, &query).unwrap();
    assert_eq!(seen.iter().map(|record| record.id.as_str()).collect::<Vec<_>>().join(" "), records);
    let stood = office.stages_seen(&by).unwrap();
    let stood = stood.iter().flat_map(|(_, stages)| stages).map(|(stage, count)| format!("{stage} {count}"));
    assert_eq!(stood.collect::<Vec<_>>().join(", "), stages);
}

#[test]
fn each_sees_and_counts_what_is_within_their_reach() {
    let fixture = Fixture::new("");
    fixture.import(ITEMS).unwrap();
    check(&fixture, "operator", "a b c", "adopted 1, submitted 2");
    check(&fixture, "hu", "a b c", "adopted 1, submitted 2");
    check(&fixture, "li", "a", "submitted 1");
    check(&fixture, "zhao", "", "");
    // The field that says whose a record is has another name since.
    let renamed =
        REGISTER.replace(r#"unit = { type = "unit" }"#, r#"office = { was = "unit", type = "unit" }"#);
    fixture.script("item.lua", &renamed);
    assert!(fixture.host.reload().faults.is_empty());
    check(&fixture, "li", "a", "submitted 1");
    check(&fixture, "hu", "a b c", "adopted 1, submitted 2");
}
