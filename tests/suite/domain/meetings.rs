//! Meetings, decisions and policies: who came, what follows, and nothing resolved without a vote.

use super::{city::City, votes::hold};
use registrar_domain::storage::DeadlineQuery;
use serde_json::{Value, json};

/// A meeting of all three counties and points, of which East came, West asked for leave, Health stayed away.
fn held(city: &City) -> String {
    city.day("2023-05-05");
    let meeting = json!({ "title": "例会", "kind": "work", "day": "2023-05-20", "place": "一楼会议室" });
    let id = city.attempt("li", "meetings", None, "plan", meeting).unwrap().record;
    let notice = json!({ "units": ["health"], "classes": ["county"], "confirm_by": "2023-05-10" });
    city.act("li", "meetings", &id, "notify", notice);
    city.act("wang", "attendance", &format!("{id}-east"), "confirm", json!({ "who": "王芳" }));
    city.act("sun", "attendance", &format!("{id}-west"), "ask_leave", json!({ "why": "防汛值班" }));
    city.act("li", "attendance", &format!("{id}-west"), "grant", json!({}));
    city.day("2023-05-20");
    city.act("li", "meetings", &id, "hold", json!({ "came": ["east", "north"] }));
    id
}

const MINUTES: &str = "听取了上半年信息工作汇报。";

fn minutes(tasks: &str) -> Value {
    json!({ "said": MINUTES, "tasks": tasks })
}

#[test]
fn a_meeting_yields_four_tasks_and_an_absent_unit_is_listed() {
    let city = City::new(&["performance"]);
    let id = held(&city);
    let stage =
        |unit: &str| city.record("attendance", &format!("{id}-{unit}"))["stage"].as_str().unwrap().to_owned();
    assert_eq!(["east", "west", "health", "north"].map(stage), ["present", "excused", "absent", "present"]);
    // Health never confirmed its notice either.
    let overdue = city.office.as_operator().events_of("attendance", &format!("{id}-health")).unwrap();
    assert!(overdue.iter().any(|event| event.action == "overdue" && event.on.to_string() == "2023-05-10"));
    let why = city
        .attempt("li", "meetings", Some(&id), "minute", minutes("east: 修路\nnowhere: 报告"))
        .unwrap_err();
    assert!(why.contains("There is no unit “nowhere”"), "{why}");
    let tasks = "east: 完善信息员制度（2023-06-30）\nwest: 补报二季度信息\nhealth: 说明缺席原因（2023-05-31）\nnorth：整理直报点经验";
    city.act("li", "meetings", &id, "minute", minutes(tasks));
    let follow = city.office.as_operator().referrers("meetings", &id, 9).unwrap();
    let said: Vec<_> = follow.iter().map(|of| format!("{} {}", of.register.id, of.records.len())).collect();
    assert_eq!(said, ["attendance 4", "tasks 4"]);
    let due = |unit: &str| {
        let task = &city.records("tasks", |task| task["unit"] == unit)[0];
        let record = Some(("tasks".into(), task["id"].as_str().unwrap().to_owned()));
        let query = DeadlineQuery { record, ..DeadlineQuery::default() };
        city.office.as_operator().deadlines(&query).unwrap()[0].due.to_string()
    };
    assert_eq!(["east", "west"].map(due), ["2023-06-30", "2023-06-19"], "its own day, else thirty days");
    let report = city.report("meeting-minutes", json!({ "meeting": id })).unwrap();
    let said = report["sections"][0]["blocks"].to_string();
    for part in ["会议议定任务4项", "到会单位：东县、北站", "请假单位：西县", "缺席单位：卫健委"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(city.amount("attendance", "2023-05", "absent", "health"), "1");
    assert_eq!(city.amount("attendance", "2023-05", "present", "east"), "1");
    // Had Health come, it would not be named.
    let other = City::new(&[]);
    other.day("2023-05-05");
    let meeting = json!({ "title": "例会", "kind": "training", "day": "2023-05-20" });
    let id = other.attempt("li", "meetings", None, "plan", meeting).unwrap().record;
    other.act("li", "meetings", &id, "notify", json!({ "units": ["health"] }));
    other.day("2023-05-20");
    other.act("li", "meetings", &id, "hold", json!({ "came": ["health"] }));
    other.act("li", "meetings", &id, "minute", minutes(""));
    let report = other.report("meeting-minutes", json!({ "meeting": id })).unwrap();
    assert!(!report.to_string().contains("缺席单位"), "{report}");
    assert!(other.records("tasks", |_| true).is_empty());
}

/// A decision on an agenda item, put to a vote in which so many are for it; what resolving it says.
fn resolved(city: &City, votes_for: u32) -> (String, String, Result<String, String>) {
    let agenda = json!({ "title": "预算调整", "meeting": held(city) });
    let item = city.attempt("li", "agenda", None, "list", agenda).unwrap().record;
    let policy = json!({ "title": "过紧日子的规定" });
    let policy = city.attempt("li", "policies", None, "enter", policy).unwrap().record;
    let matter =
        json!({ "title": "预算调整", "text": "调整方案", "agenda": item, "policy": policy, "unit": "east" });
    let id = city.attempt("li", "decisions", None, "propose", matter).unwrap().record;
    city.act("li", "decisions", &id, "deliberate", json!({ "said": "同意" }));
    let resolve = || {
        let said = json!({ "said": "批准预算调整方案。" });
        city.attempt("li", "decisions", Some(&id), "resolve", said).map(|done| done.number.unwrap())
    };
    assert!(resolve().unwrap_err().contains("There is no vote on record"));
    city.act("li", "decisions", &id, "put_to_vote", json!({}));
    assert!(
        resolve().unwrap_err().contains("There is no vote on record"),
        "one that is only drafted is none"
    );
    hold(city, "decision", &id, 42, &format!("{votes_for}x +\n{}x -", 42 - votes_for));
    let done = resolve();
    (id, item, done)
}

#[test]
fn a_resolution_without_a_vote_that_carried_it_is_refused() {
    let city = City::new(&[]);
    let (id, item, done) = resolved(&city, 22);
    assert_eq!(done.unwrap(), "决议〔2023〕1号");
    assert!(resolved(&City::new(&[]), 21).2.unwrap_err().contains("did not carry it"));
    // From the agenda to the decision, from there to its vote: a click a step.
    let names = |register: &str, id: &str| {
        let of = city.office.as_operator().referrers(register, id, 9).unwrap();
        of.iter().map(|of| of.register.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names("agenda", &item), names("decisions", &id)),
        (vec!["decisions".into()], vec!["votes".to_owned()])
    );
    let paper = city.report("resolution", json!({ "decision": id })).unwrap();
    assert_eq!(
        (&paper["number"], &paper["signature"]["date"]),
        (&json!("决议〔2023〕1号"), &json!("2023-05-20"))
    );
    // Six months from publication, and again from each report.
    city.day("2023-05-31");
    city.act("li", "decisions", &id, "publish", json!({}));
    let due = || {
        let record = Some(("decisions".into(), id.clone()));
        let query = DeadlineQuery { record, ..DeadlineQuery::default() };
        let found = city.office.as_operator().deadlines(&query).unwrap();
        format!("{} {}", found[0].due, found[0].state.name())
    };
    assert_eq!(due(), "2023-11-30 open");
    city.day("2023-11-20");
    city.act("wang", "decisions", &id, "follow_up", json!({ "said": "已执行六成。" }));
    assert_eq!(due(), "2024-05-20 open");
    city.act("li", "decisions", &id, "finish", json!({}));
    assert_eq!(due(), "2024-05-20 met");
}

#[test]
fn a_policy_without_items_is_listed() {
    let city = City::new(&[]);
    resolved(&city, 22).2.unwrap();
    let idle = city.attempt("li", "policies", None, "enter", json!({ "title": "养老条例" })).unwrap().record;
    let said = |city: &City| {
        city.report("policies", json!({})).unwrap()["sections"][0]["blocks"][0]["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(said(&city), "施行中的政策2项，其中1项没有落实事项：养老条例。");
    let panel = city.panels("home", "li").into_iter().find(|panel| panel.plugin == "decisions").unwrap();
    assert_eq!(panel.title.zh, "没有落实事项的政策（1）");
    let item = json!({ "title": "养老服务调研", "unit": "east", "author": ["wang"], "kind": "routine" });
    let item = city.attempt("wang", "information", None, "submit", item).unwrap().record;
    city.act("li", "policies", &idle, "link", json!({ "about": [item] }));
    assert_eq!(said(&city), "施行中的政策2项，均有落实事项。");
    assert!(city.panels("home", "li").iter().all(|panel| panel.plugin != "decisions"));
}
