//! A page of a list among 100,000 records - the newest, those of one unit, those with some words - as the
//! kernel gives it, against the bare queries on the same file: a count, and the page's rows.

use crate::{
    measure::{pair, time},
    office::{folder, shipped},
    report::{Aim, Line, Report},
};
use registrar_contract::OFFICE;
use registrar_domain::{Store, storage::RecordQuery};
use registrar_host::{Engine, EngineConfig, Host, HostConfig};
use registrar_kernel::{ImportOptions, Office, access::Principal, queries::search::phrases};
use registrar_store::{Database, SqliteStore};
use rusqlite::Connection;
use serde_json::json;
use std::{fmt::Write, sync::Arc};

const RECORDS: usize = 100_000;
const PAGE: usize = 50;
const ROUNDS: usize = 21;
const TOPICS: [&str; 5] = ["河道治理", "养老服务", "农村饮水", "夜间照明", "冬季供暖"];

fn lines() -> String {
    let mut lines = String::new();
    let person = |id: &str, role: &str, unit: &str| {
        let roles = json!([{ "role": role, "unit": unit }]);
        json!({ "id": id, "register": "$directory", "record": id, "action": "person", "on": "2022-01-01",
            "by": "operator", "fields": { "name": id, "roles": roles } })
    };
    for unit in 0..40 {
        let line = json!({ "id": format!("u{unit}"), "register": "$directory", "record": format!("unit-{unit}"),
            "action": "unit", "on": "2022-01-01", "by": "operator", "fields": { "title": format!("第{unit}单位"), "class": "county" } });
        let _ = writeln!(lines, "{line}");
    }
    let _ =
        writeln!(lines, "{}\n{}", person("editor", "editor", "*"), person("reporter", "reporter", "unit-7"));
    for n in 0..RECORDS {
        let fields = json!({ "title": format!("关于第 {n} 号{}的信息", TOPICS[n % 5]), "unit": format!("unit-{}", n % 40),
            "body": format!("第 {n} 次专题会议听取了{}情况的汇报，并就下一步工作提出要求。", TOPICS[n % 3]) });
        let line = json!({ "id": format!("e{n}"), "register": "information", "record": format!("2023-{n:06}"),
            "action": "submit", "on": "2023-05-04", "by": "reporter", "fields": fields });
        let _ = writeln!(lines, "{line}");
    }
    lines
}

/// Runs it.
pub fn run(report: &mut Report) {
    let folder = folder();
    let store = Arc::new(SqliteStore::open(folder.path()).expect("a store"));
    let key = store.open_office("default").expect("an office");
    let engine = Engine::start(EngineConfig::default()).expect("workers");
    let host = Host::new(engine, &OFFICE, HostConfig::new(vec![shipped()]), store.host_store(key));
    host.reload();
    let office = Office::open("default", store, host).expect("an office");
    office.import_events(lines().as_bytes(), ImportOptions::default(), &mut |_| {}).expect("records");
    let took = time(|| office.follow_words().expect("words"));
    report.add(Line::alone(
        format!("list: the words of {RECORDS} records follow the log, each"),
        took / RECORDS as f64,
        Aim::None,
    ));
    let bare = Connection::open(folder.path().join("registrar.db")).expect("the file");
    let cases = [
        ("the newest", "editor", "", String::new()),
        ("of one unit", "reporter", "", " AND fields ->> '$.unit' = 'unit-7'".to_owned()),
        ("with four characters", "editor", "养老服务", matching("养 老 服 务")),
        ("with two words, one rare", "editor", "河道 99995", matching("河 道\" AND \"99995")),
        ("with one character in all", "editor", "的", matching("的")),
    ];
    for (what, who, words, condition) in cases {
        let by = Principal::of(&office.directory(), &registrar_domain::Actor::read(who), office.today())
            .expect("a person");
        let query =
            RecordQuery { register: "information".into(), words: phrases(words), ..RecordQuery::default() };
        let (page, count) = office.as_principal(&by).newest(&query, (0, PAGE)).expect("a page");
        assert!(page.len() == PAGE.min(count as usize) && count > 0, "{what}: {} of {count}", page.len());
        let ours = || time(|| office.as_principal(&by).newest(&query, (0, PAGE)).expect("a page"));
        let both = pair(ROUNDS, ours, || time(|| rows(&bare, key.0, &condition)));
        report.add(Line::beside(format!("list: a page of {PAGE}, {what} ({count})"), &both, Aim::Ratio(1.5)));
    }
}

fn matching(words: &str) -> String {
    format!(" AND key IN (SELECT rowid FROM search WHERE search MATCH '\"{words}\"')")
}

/// The same page as the file has it: a number, and rows of text.
fn rows(bare: &Connection, office: i64, condition: &str) -> usize {
    let from =
        format!("FROM entry WHERE office = {office} AND register = 'information' AND created > 0{condition}");
    let mut count = bare.prepare_cached(&format!("SELECT count(*) {from}")).expect("a count");
    let count: i64 = count.query_row([], |row| row.get(0)).expect("a count");
    let page = format!("SELECT id, stage, number, fields {from} ORDER BY key DESC LIMIT {PAGE}");
    let mut page = bare.prepare_cached(&page).expect("a page");
    let text = |row: &rusqlite::Row<'_>| row.get::<_, String>(3);
    let texts = page.query_map([], text).expect("rows").map(|text| text.expect("a row").len());
    count as usize + texts.sum::<usize>()
}
