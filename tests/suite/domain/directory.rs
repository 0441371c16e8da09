//! Who held an office on a day, units that nobody reports for, and points that report past their county.

use super::city::City;
use serde_json::{Value as Json, json};

/// From the first of May on Wu leads, not Chen.
fn hand_over(city: &City) {
    city.directory("2023-05-01", "chen", "person", json!({"roles": []}));
    let wu = json!({"name": "吴主任", "roles": [{"role": "leader", "unit": "*"}]});
    city.directory("2023-05-01", "wu", "person", wu);
}

fn submitted(city: &City, by: &str, unit: &str) -> String {
    city.attempt(by, "information", None, "submit", json!({"title": "夜间照明", "unit": unit}))
        .unwrap()
        .record
}

/// Leader and level of what someone instructs today.
fn instructed(city: &City, by: &str, item: &str, mut form: Json) -> (String, String) {
    form["targets"] = json!(["west"]);
    let done = city.act(by, "information", item, "instruct", form);
    let task = city.record("instructions", &done.events[1].record);
    (task["leader"].as_str().unwrap_or_default().to_owned(), task["level"].as_str().unwrap().to_owned())
}

fn rows(report: &Json, block: usize) -> Json {
    report["sections"][0]["blocks"][block]["rows"].clone()
}

#[test]
fn what_was_approved_in_april_still_names_the_one_who_held_the_office_then() {
    let city = City::new(&[]);
    hand_over(&city);
    city.day("2023-04-20");
    let item = submitted(&city, "wang", "east");
    let city_level = || json!({"level": "city", "text": "请研究"});
    let april = instructed(&city, "chen", &item, city_level());
    assert_eq!(april, ("陈主任".to_owned(), "city".to_owned()));

    city.day("2023-05-04");
    let tasks = city.records("instructions", |task| task["leader"] == "陈主任");
    assert_eq!(tasks.len(), 1);
    let may = instructed(&city, "wu", &item, city_level());
    assert_eq!(may, ("吴主任".to_owned(), "city".to_owned()));
    // Chen may no longer, and an editor who names him is told.
    assert!(city.attempt("chen", "information", Some(&item), "instruct", city_level()).is_err());
    let named = |leader: &str| {
        let form = json!({"level": "city", "text": "请研究", "leader": leader});
        city.act("li", "information", &item, "instruct", form).warnings
    };
    assert!(named("陈主任")[0].contains("2023-05-04"));
    assert_eq!(named("wu"), Vec::<String>::new());
}

#[test]
fn a_leader_has_the_level_of_that_day() {
    let city = City::new(&[]);
    let level = |on: &str, value: &str| {
        city.directory(on, "leader-levels", "table", json!({"key": "chen", "value": value}));
    };
    level("2022-01-01", "district");
    level("2023-05-01", "city");
    city.day("2023-04-28");
    let item = submitted(&city, "wang", "east");
    let on_that_day = |form: Json| instructed(&city, "li", &item, form).1;
    let by_chen = || json!({"level": "province", "leader": "陈主任", "text": "请研究"});
    assert_eq!(on_that_day(by_chen()), "district");
    city.day("2023-05-04");
    assert_eq!(on_that_day(by_chen()), "city");
    // Of leaders of elsewhere the table says nothing.
    assert_eq!(on_that_day(json!({"level": "province", "leader": "省领导", "text": "请研究"})), "province");
}

#[test]
fn the_list_of_holders_is_that_of_its_day() {
    let city = City::new(&[]);
    hand_over(&city);
    let leaders = |date: &str| rows(&city.report("office-holders", json!({"date": date})).unwrap(), 0);
    assert_eq!(leaders("2023-04-30"), json!([["陈主任", "", "", ""]]));
    assert_eq!(leaders("2023-05-01"), json!([["吴主任", "", "", ""]]));
}

#[test]
fn a_unit_is_flagged_on_the_day_its_last_officer_has_left() {
    let city = City::new(&[]);
    let flagged = |on: &str| {
        city.day(on);
        let panels = city.panels("home", "li").into_iter().filter(|panel| panel.plugin == "directory");
        format!("{:?}", panels.map(|panel| panel.shown).collect::<Vec<_>>())
    };
    city.directory("2023-05-05", "sun", "person", json!({"roles": []}));
    assert!(!flagged("2023-05-04").contains("西县"));
    let gaps = flagged("2023-05-05");
    assert!(gaps.contains("西县") && !gaps.contains("东县"), "{gaps}");
    // Somebody of another unit may have the role for it.
    let wang = json!({"roles": [{"role": "reporter", "unit": "east"}, {"role": "reporter", "unit": "west"}]});
    city.directory("2023-05-08", "wang", "person", wang);
    assert!(!flagged("2023-05-08").contains("西县"));
}

#[test]
fn a_point_reports_to_the_city_is_ranked_apart_and_rolled_up_to_its_county() {
    let city = City::new(&["zhalantun"]);
    let own = submitted(&city, "wang", "east");
    let points = submitted(&city, "qian", "north");
    // The city's editor has both before them; East's reporter its own only.
    city.act("li", "information", &points, "adopt", json!({"carrier": "journal", "issue": 1}));
    assert!(city.attempt("wang", "information", Some(&points), "submit", json!({})).is_err());
    assert_eq!(city.standing("information", "2023-Q1", "points", Some("direct")), "north 15");
    let units = city.standing("information", "2023-Q1", "points", Some("units"));
    assert!(units.starts_with("east 5") && !units.contains("north"), "{units}");

    let east = || rows(&city.report("roll-up", json!({"period": "2023-Q1"})).unwrap(), 0)[0].clone();
    assert_eq!(east(), json!(["东县", 1, 1, 2, 0, 1, 1]));
    city.act("li", "information", &own, "adopt", json!({"carrier": "journal", "issue": 1}));
    assert_eq!(east(), json!(["东县", 1, 1, 2, 1, 1, 2]));
    let report = city.report("roll-up", json!({"period": "2023-Q1"})).unwrap();
    assert_eq!(rows(&report, 1), json!([["北站", "东县", 1, 1]]));
    // A point of another county counts there.
    city.directory("2023-01-01", "north", "unit", json!({"parent": "west"}));
    assert_eq!(east(), json!(["东县", 1, 0, 1, 1, 0, 1]));
}

#[test]
fn the_directory_is_a_document_with_numbers_who_has_left_and_trainings() {
    let city = City::new(&[]);
    city.directory(
        "2023-01-02",
        "wang",
        "person",
        json!({ "contact": { "phone": "0571-1234", "mail": "wang@example.org" } }),
    );
    city.attempt("li", "trainings", None, "hold", json!({ "title": "信息写作", "people": ["wang", "sun"] }))
        .unwrap();
    city.attempt("li", "trainings", None, "hold", json!({ "title": "保密", "people": ["wang"] })).unwrap();
    city.directory("2023-02-01", "sun", "person", json!({ "to": "2023-01-31" }));
    city.day("2023-02-06");
    let report = city.report("contacts", json!({})).unwrap();
    let table = &report["sections"][0]["blocks"][0];
    let heads: Vec<&str> =
        table["columns"].as_array().unwrap().iter().map(|column| column["title"].as_str().unwrap()).collect();
    // A kind of number that nobody has makes no column.
    assert_eq!(heads, ["单位", "姓名", "职责", "电话", "邮箱", "今年培训（次）"]);
    let rows = table["rows"].as_array().unwrap();
    assert!(
        rows.contains(&json!(["东县", "王芳", "信息员", "0571-1234", "wang@example.org", 2])),
        "{rows:?}"
    );
    assert!(rows.contains(&json!(["西县", "", "（暂缺）", "", "", ""])), "{rows:?}");
    let left = &report["sections"][1];
    assert_eq!(left["heading"], "2023年1月1日以来的人员变动");
    assert_eq!(left["blocks"][0]["rows"], json!([["西县", "孙丽", "信息员", "离任"]]));
}
