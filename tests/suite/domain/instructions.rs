//! Instructions: tasks for each target, terms in working days, urging letters, and what became of them.

use super::city::{Acted, City};
use registrar_kernel::access::Principal;
use serde_json::{Value as Json, json};

/// Friday the fifth of May; Chen's instruction on an item of East goes to these units.
fn instructed(city: &City, targets: &[&str]) -> Acted {
    city.day("2023-05-05");
    let item =
        city.attempt("wang", "information", None, "submit", json!({"title": "夜间照明", "unit": "east"}));
    let form = json!({"level": "city", "text": "请研究落实", "targets": targets});
    city.act("chen", "information", &item.unwrap().record, "instruct", form)
}

/// The one task of West.
fn task(city: &City) -> String {
    instructed(city, &["west"]).events[1].record.clone()
}

/// When the answer of a task is due, and what West has been sent of it by a day: `2023-05-19 reminder 2023-05-17`.
fn owed(city: &City, task: &str, on: &str) -> String {
    city.day(on);
    let sun =
        Principal::of(&city.office.directory(), &registrar_domain::Actor::person("sun"), city.office.today())
            .unwrap();
    let of = Some(("instructions".to_owned(), task.to_owned()));
    let due = city.office.as_principal(&sun).due(of, |deadline| deadline.name == "reply", 10).unwrap();
    let said = due.iter().map(|due| {
        let sent = due.reminder.as_ref();
        let sent = sent.map_or_else(|| "nothing".to_owned(), |sent| format!("{} {}", sent.kind, sent.on));
        format!("{} {sent}", due.deadline.due)
    });
    said.collect::<Vec<_>>().join(", ")
}

fn text(report: &Json) -> String {
    report["sections"].to_string()
}

#[test]
fn one_instruction_to_three_targets_makes_three_tasks() {
    let city = City::new(&[]);
    instructed(&city, &["west", "north", "health"]);
    let tasks = city.records("instructions", |task| task["stage"] == "assigned");
    let mut units: Vec<_> = tasks.iter().map(|task| task["unit"].as_str().unwrap()).collect();
    units.sort_unstable();
    assert_eq!(units, ["health", "north", "west"]);
    assert!(tasks.iter().all(|task| task["leader"] == "陈主任" && task["text"] == "请研究落实"));
    // One more target is one more task.
    let item = tasks[0]["item"].as_str().unwrap().to_owned();
    let form = json!({"level": "city", "text": "请研究落实", "targets": ["east"]});
    city.act("chen", "information", &item, "instruct", form);
    assert_eq!(city.records("instructions", |_| true).len(), 4);
}

#[test]
fn an_answer_is_due_in_ten_working_days_reminded_on_the_eighth_and_urged_on_the_eleventh() {
    let city = City::new(&[]);
    let task = task(&city);
    let seen: Vec<_> = ["2023-05-16", "2023-05-17", "2023-05-19", "2023-05-22"]
        .iter()
        .map(|on| owed(&city, &task, on))
        .collect();
    assert_eq!(
        seen,
        [
            "2023-05-19 nothing",
            "2023-05-19 reminder 2023-05-17",
            "2023-05-19 reminder 2023-05-17",
            "2023-05-19 urging 2023-05-22"
        ]
    );
    let answer = json!({"reply": "已安装路灯"});
    city.act("sun", "instructions", &task, "reply", answer);
    assert_eq!(owed(&city, &task, "2023-05-23"), "");
}

#[test]
fn holidays_in_between_move_the_days() {
    let city = City::new(&[]);
    let task = task(&city);
    assert_eq!(owed(&city, &task, "2023-05-08"), "2023-05-19 nothing");
    city.directory("2023-05-08", "city-day", "holiday", json!({"from": "2023-05-15", "to": "2023-05-16"}));
    city.office.recompute_deadlines().unwrap();
    assert_eq!(owed(&city, &task, "2023-05-19"), "2023-05-23 reminder 2023-05-19");
    assert_eq!(owed(&city, &task, "2023-05-24"), "2023-05-23 urging 2023-05-24");
}

#[test]
fn a_letter_urges_from_the_eleventh_day_on() {
    let city = City::new(&[]);
    let task = task(&city);
    let letter = |on: &str| {
        city.day(on);
        city.report("urging-letter", json!({"record": task}))
    };
    assert!(letter("2023-05-19").unwrap_err().contains("due by 2023-05-19"));
    let first = letter("2023-05-22").unwrap();
    assert_eq!(first["addressees"], json!(["西县"]));
    assert!(first["title"].as_str().unwrap().ends_with("催办函"));
    assert!(text(&first).contains("应于2023年5月19日前反馈办理情况"), "{first}");
    assert!(text(&first).contains("请研究落实") && text(&first).contains("已超期1个工作日"), "{first}");
    assert!(text(&letter("2023-05-25").unwrap()).contains("已超期4个工作日"));
    city.act("sun", "instructions", &task, "reply", json!({"reply": "已安装路灯"}));
    assert!(letter("2023-05-26").unwrap_err().contains("Nothing is owed"));
    // What is sent back begins another term.
    city.act("li", "instructions", &task, "back", json!({"reason": "请说明投入"}));
    assert!(letter("2023-06-02").unwrap_err().contains("due by 2023-06-02"));
    assert!(text(&letter("2023-06-05").unwrap()).contains("应于2023年6月2日前"));
}

#[test]
fn the_follow_up_says_what_came_of_each_and_how_many_were_in_time() {
    let city = City::new(&[]);
    instructed(&city, &["west", "health"]);
    let tasks = city.records("instructions", |_| true);
    let of = |unit: &str| tasks.iter().find(|task| task["unit"] == unit).unwrap()["id"].as_str().unwrap();
    city.day("2023-05-18");
    city.act("zhou", "instructions", of("health"), "reply", json!({"reply": "已安装"}));
    city.day("2023-05-23");
    let report = || city.report("follow-up", json!({"period": "2023-05"})).unwrap();
    let summary = || report()["sections"][0]["blocks"][0]["text"].as_str().unwrap().to_owned();
    assert_eq!(summary(), "2023年5月交办批示2件，已反馈1件，未反馈1件（其中超期1件），按期反馈率50.00%。");
    let row = |n: usize| report()["appendices"][0]["blocks"][0]["rows"][n].clone();
    let west = |answered: &str, stage: &str| {
        json!([1, "夜间照明", "陈主任", "市", "西县", "2023-05-05", "2023-05-19", answered, stage, 2])
    };
    let health = json!([
        2,
        "夜间照明",
        "陈主任",
        "市",
        "卫健委",
        "2023-05-05",
        "2023-05-19",
        "2023-05-18",
        "已反馈",
        ""
    ]);
    assert_eq!((row(0), row(1)), (west("", "待签收"), health));
    city.act("sun", "instructions", of("west"), "reply", json!({"reply": "已安装"}));
    assert_eq!(row(0), west("2023-05-23", "已反馈"));
    assert_eq!(summary(), "2023年5月交办批示2件，已反馈2件（其中逾期1件），未反馈0件，按期反馈率50.00%。");
}
