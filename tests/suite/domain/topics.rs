//! Topics become commissions with deadlines, and are followed to adoptions; leaders mark what they read.

use super::city::{Acted, City};
use registrar_domain::storage::DeadlineQuery;
use registrar_kernel::access::Principal;
use serde_json::{Value as Json, json};

/// On the fourth of May a topic of that month is planned and commissioned from these units, for the last
/// of May; the topic, and what came of it.
fn commissioned(city: &City, units: &[&str]) -> (String, Acted) {
    city.day("2023-05-04");
    let topic = json!({
        "title": "养老服务", "text": "各地做法", "period": "2023-05", "units": units, "due": "2023-05-31",
    });
    let topic = city.attempt("chen", "topics", None, "plan", topic).unwrap().record;
    let done = city.act("li", "topics", &topic, "commission", json!({}));
    (topic, done)
}

/// Unit and day of all that is owed or was: `east 2023-05-31 open`.
fn deadlines(city: &City) -> Vec<String> {
    let all = city.office.as_operator().deadlines(&DeadlineQuery::default()).unwrap();
    let mut all: Vec<_> = all
        .iter()
        .map(|deadline| {
            let unit = city.record(&deadline.register, &deadline.record)["unit"].as_str().unwrap().to_owned();
            format!("{unit} {} {}", deadline.due, deadline.state.name())
        })
        .collect();
    all.sort();
    all
}

/// The latest that a unit's reporter was told by a day.
fn told(city: &City, by: &str, on: &str) -> Vec<String> {
    city.day(on);
    let by = Principal::of(&city.office.directory(), &registrar_domain::Actor::read(by), city.office.today())
        .unwrap();
    let due = city.office.as_principal(&by).due(None, |_| true, 10).unwrap();
    due.into_iter().filter_map(|due| due.reminder).map(|sent| format!("{} {}", sent.kind, sent.on)).collect()
}

fn block(city: &City, report: &str, parameters: Json, block: usize) -> Json {
    city.report(report, parameters).unwrap()["sections"][0]["blocks"][block]["rows"].clone()
}

#[test]
fn a_topic_becomes_two_commissions_with_deadlines() {
    let city = City::new(&[]);
    let (topic, done) = commissioned(&city, &["east", "west"]);
    let items = city.records("information", |item| item["topic"] == topic.as_str());
    assert_eq!((items.len(), done.events.len()), (2, 3));
    for item in &items {
        assert_eq!(
            (&item["stage"], &item["kind"]),
            (&json!("commissioned"), &json!("commissioned")),
            "{item}"
        );
        assert_eq!((&item["title"], &item["request"]), (&json!("养老服务"), &json!("各地做法")), "{item}");
    }
    assert_eq!(deadlines(&city), ["east 2023-05-31 open", "west 2023-05-31 open"]);
    // Submitting meets it; a day that has passed is missed.
    let of = |unit: &str| items.iter().find(|item| item["unit"] == unit).unwrap()["id"].as_str().unwrap();
    city.day("2023-05-30");
    city.act("wang", "information", of("east"), "submit", json!({"body": "东县的做法"}));
    city.day("2023-06-01");
    assert_eq!(deadlines(&city), ["east 2023-05-31 met", "west 2023-05-31 missed"]);
}

#[test]
fn one_more_unit_is_one_more_commission() {
    let city = City::new(&[]);
    commissioned(&city, &["east", "west", "north"]);
    assert_eq!(deadlines(&city).len(), 3);
}

#[test]
fn units_are_reminded_before_the_day_and_urged_after_it() {
    let check = |settings: Json, reminded: &str| {
        let city = City::with(&[], settings);
        commissioned(&city, &["east"]);
        assert_eq!(told(&city, "wang", "2023-05-25"), Vec::<String>::new());
        assert_eq!(told(&city, "wang", "2023-05-31"), [format!("reminder {reminded}")]);
        assert_eq!(told(&city, "wang", "2023-06-01"), ["urging 2023-06-01"]);
        assert_eq!(told(&city, "sun", "2023-06-01"), Vec::<String>::new());
    };
    check(json!({}), "2023-05-26");
    check(json!({"topics": {"remind_before": 2}}), "2023-05-29");
}

#[test]
fn a_topic_says_when_from_whom_and_until_when() {
    let city = City::new(&[]);
    let plan = |fields: Json| city.attempt("li", "topics", None, "plan", fields);
    let refused = plan(json!({"title": "养老服务", "period": "五月"})).unwrap_err();
    assert!(refused.contains("2023-Q1"), "{refused}");
    let topic = plan(json!({"title": "养老服务", "period": "2023-05"})).unwrap().record;
    let refused = city.attempt("li", "topics", Some(&topic), "commission", json!({})).unwrap_err();
    assert!(refused.contains("from which units") && refused.contains("until when"), "{refused}");
}

#[test]
fn a_topic_is_followed_to_its_adoptions() {
    let city = City::new(&[]);
    let (topic, _) = commissioned(&city, &["east", "west"]);
    let items = city.records("information", |item| item["unit"] == "east");
    let item = items[0]["id"].as_str().unwrap();
    let number =
        city.act("wang", "information", item, "submit", json!({"body": "东县的做法"})).number.unwrap();
    let adopt = |form: Json| city.act("li", "information", item, "adopt", form);
    adopt(json!({"carrier": "journal", "issue": 3}));
    let overview = || block(&city, "topic-calendar", json!({"period": "2023"}), 0);
    let line = |items: u32, adopted: &str| json!([["2023年5月", "养老服务", "东县、西县", items, adopted]]);
    assert_eq!(overview(), line(2, "人大信息1"));
    adopt(json!({"carrier": "digest"}));
    assert_eq!(overview(), line(2, "人大信息1、要情专报1"));
    let traced = block(&city, "topic-calendar", json!({"period": "2023"}), 1);
    let adoptions = "人大信息第3期（2023-05-04）、要情专报（2023-05-04）";
    assert_eq!(traced[0], json!(["养老服务", number, "养老服务", "东县", "已采用", adoptions]));
    // What somebody sent unasked may be put under it.
    let fields = json!({"title": "居家养老", "unit": "health"});
    let unasked = city.attempt("zhou", "information", None, "submit", fields).unwrap().record;
    city.act("li", "information", &unasked, "relate", json!({"of_topic": topic}));
    assert_eq!(overview(), line(3, "人大信息1、要情专报1"));
    assert_eq!(block(&city, "topic-calendar", json!({"period": "2023-Q1"}), 0), json!([]));
}

#[test]
fn editors_see_which_leaders_have_read_the_newest_items() {
    let city = City::new(&[]);
    city.directory(
        "2023-01-01",
        "wu",
        "person",
        json!({"name": "吴主任", "roles": [{"role": "leader", "unit": "*"}]}),
    );
    let submit = |on: &str, title: &str| {
        city.day(on);
        let fields = json!({"title": title, "unit": "east"});
        city.attempt("wang", "information", None, "submit", fields).unwrap().record
    };
    let first = submit("2023-04-28", "夜间照明");
    submit("2023-05-04", "农村饮水");
    city.day("2023-05-08");
    city.act("chen", "information", &first, "read", json!({"remark": "已阅"}));
    let read = |period: &str| block(&city, "reading", json!({"period": period}), 0);
    let newest = json!(["农村饮水", "东县", "2023-05-04", "", "陈主任、吴主任"]);
    let read_by = |who: &str, not: &str| json!(["夜间照明", "东县", "2023-04-28", who, not]);
    assert_eq!(read("2023-Q2"), json!([newest, read_by("陈主任（2023-05-08）", "吴主任")]));
    assert_eq!(read("2023-05"), json!([newest]));
    city.day("2023-05-09");
    city.act("wu", "information", &first, "read", json!({}));
    city.act("chen", "information", &first, "read", json!({}));
    assert_eq!(read("2023-04"), json!([read_by("陈主任（2023-05-08）、吴主任（2023-05-09）", "")]));
    assert!(city.attempt("wang", "information", Some(&first), "read", json!({})).is_err());
}

#[test]
fn who_asked_for_a_topic_is_answered_before_it_is_closed() {
    let city = City::new(&[]);
    let wanted =
        json!({ "title": "养老服务", "period": "2023-01", "asker": "party", "asked_by": "市委办公室" });
    let topic = city.attempt("li", "topics", None, "plan", wanted).unwrap().record;
    let owed = |city: &City| {
        let panels = city.panels("home", "li").into_iter();
        panels
            .filter(|panel| panel.plugin == "topics")
            .map(|panel| format!("{:?}", panel.shown))
            .collect::<String>()
    };
    assert!(owed(&city).contains("市委办公室：养老服务"), "{}", owed(&city));
    let fields = json!({ "title": "助餐点", "unit": "east", "topic": topic });
    city.past("information", "one", "submit", "2023-01-03", fields);
    city.past("information", "one", "adopt", "2023-01-03", json!({ "carrier": "journal" }));
    city.act("li", "topics", &topic, "answer", json!({ "said": "助餐点覆盖八成村。" }));
    assert!(!owed(&city).contains("市委办公室"), "{}", owed(&city));
    let letter = city.report("topic-answer", json!({ "topic": topic })).unwrap();
    assert_eq!(letter["addressees"], json!(["市委办公室"]));
    let blocks = letter["sections"][0]["blocks"].as_array().unwrap();
    assert_eq!(blocks[3]["items"], json!(["助餐点（东县）"]));
    assert!(city.act("li", "topics", &topic, "close", json!({})).warnings.is_empty());
    // A topic of the office's own has nobody to answer.
    let own = json!({ "title": "河湖管护", "period": "2023-01" });
    let own = city.attempt("li", "topics", None, "plan", own).unwrap().record;
    let refused = city.attempt("li", "topics", Some(&own), "answer", json!({ "said": "x" })).unwrap_err();
    assert!(refused.contains("没有需求来源"), "{refused}");
}
