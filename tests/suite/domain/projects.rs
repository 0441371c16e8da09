//! Livelihood projects, deputies' work, and what is due over all registers.

use super::{city::City, votes::hold};
use serde_json::{Value, json};

fn begun(city: &City, register: &str, action: &str, fields: Value) -> String {
    city.attempt("li", register, None, action, fields).unwrap().record
}

/// A call for so many places with so many candidates, put to the vote.
fn called(city: &City, candidates: usize, places: usize) -> String {
    let call = begun(city, "project-calls", "open", json!({ "title": "2024年民生实事", "places": places }));
    for n in 1..=candidates {
        let project =
            json!({ "title": format!("项目{n:02}"), "call": call, "unit": "health", "budget": 100 });
        let project = begun(city, "projects", "propose", project);
        city.act("li", "projects", &project, "shortlist", json!({}));
    }
    city.act("li", "project-calls", &call, "put_to_vote", json!({}));
    call
}

#[test]
fn twelve_candidates_for_ten_places_are_voted_on_again_where_the_tenth_is_tied() {
    let city = City::new(&[]);
    city.day("2023-12-20");
    let call = called(&city, 12, 10);
    let settle = || city.attempt("li", "project-calls", Some(&call), "settle", json!({}));
    assert!(settle().unwrap_err().contains("still open"));
    let eight = "1 2 3 4 5 6 7 8";
    let entry = format!("40x {eight} 9 10\n40x {eight} 9 11\n20x {eight} 10 11");
    let vote = hold(&city, "project_call", &call, 100, &entry);
    assert_eq!((&vote["revote"], &vote["again"]), (&json!(["项目10", "项目11"]), &json!(1)));
    assert!(settle().unwrap_err().contains("1 places are to be voted again"));
    city.act("li", "votes", vote["id"].as_str().unwrap(), "revote", json!({}));
    assert!(settle().unwrap_err().contains("still open"));
    hold(&city, "project_call", &call, 100, "45x 1\n55x 2");
    settle().unwrap();
    let stage = |stage: &str| {
        let found = city.records("projects", |project| project["stage"] == stage);
        found.iter().map(|project| project["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(stage("chosen").len(), 10);
    assert_eq!(stage("declined"), ["项目10", "项目12"]);
    let paper = city.report("projects-chosen", json!({ "call": call })).unwrap();
    assert!(paper.to_string().contains("确定以下10个项目"), "{paper}");
}

#[test]
fn a_project_behind_its_plan_is_amber_and_far_behind_it_red() {
    let city = City::new(&[]);
    city.day("2023-12-20");
    let call = called(&city, 2, 1);
    hold(&city, "project_call", &call, 100, "60x 1\n40x 2");
    city.act("li", "project-calls", &call, "settle", json!({}));
    let project =
        city.records("projects", |one| one["stage"] == "chosen")[0]["id"].as_str().unwrap().to_owned();
    city.day("2024-01-02");
    let plan = json!({ "from": "2024-01-02", "to": "2024-12-31", "steps": "2024-03-31 30 招标\n2024-06-30 60 安装" });
    city.act("li", "projects", &project, "start", plan);
    let light = |day: &str, percent: u32| {
        city.day(day);
        city.act("zhou", "projects", &project, "progress", json!({ "done": percent, "paid": 20 }));
        city.record("projects", &project)["light"].as_str().unwrap().to_owned()
    };
    assert_eq!(light("2024-04-01", 30), "green");
    assert_eq!(light("2024-04-20", 26), "green", "four points are within the five");
    assert_eq!(light("2024-05-01", 25), "amber");
    assert_eq!(light("2024-07-01", 40), "red");
    // Who reports nothing has a month, and falls behind meanwhile.
    city.day("2024-08-02");
    let events = city.office.as_operator().events_of("projects", &project).unwrap();
    let mut overdue =
        events.iter().filter(|event| event.action == "overdue").map(|event| event.on.to_string());
    assert!(overdue.any(|day| day == "2024-08-01"));
    let report = |day: &str| {
        city.report("projects", json!({ "date": day })).unwrap()["sections"][0]["blocks"][0]["text"].clone()
    };
    assert_eq!(report("2024-07-01"), "截至2024年7月1日，民生实事项目1个：绿灯0个，黄灯0个，红灯1个。");
    let spent = city
        .attempt("zhou", "projects", Some(&project), "progress", json!({ "done": 60, "paid": 120 }))
        .unwrap();
    assert!(spent.warnings[0].contains("120 spent are more than the budget of 100"), "{:?}", spent.warnings);
    city.act("zhou", "projects", &project, "finish", json!({}));
    city.act("li", "projects", &project, "evaluate", json!({ "said": "群众满意" }));
    assert_eq!(city.record("projects", &project)["light"], "green");
}

/// An office with two deputies.
fn deputies() -> City {
    let city = City::new(&["performance"]);
    for (id, name) in [("hu", "胡明"), ("lin", "林静")] {
        city.directory(
            "2022-01-01",
            id,
            "person",
            json!({ "name": name, "unit": "east", "roles": ["deputy"] }),
        );
    }
    city.day("2023-05-20");
    city
}

#[test]
fn three_events_of_a_deputy_are_in_the_file_and_in_the_figures() {
    let city = deputies();
    let took_part =
        |kind: &str, who: &[&str]| json!({ "title": format!("活动{kind}"), "kind": kind, "deputies": who });
    begun(&city, "activities", "hold", took_part("inspection", &["hu", "lin"]));
    begun(&city, "activities", "hold", took_part("training", &["hu"]));
    let suggestion =
        json!({ "title": "校门口交通", "text": "建议增设信号灯。", "deputy": "hu", "joint": ["lin"] });
    begun(&city, "suggestions", "submit", suggestion);
    let points = |who: &str| city.amount("activities", "2023", "performance", who);
    assert_eq!((points("hu"), points("lin")), ("8".into(), "2".into()));
    let file = |who: &str| {
        let file = city.report("deputy-file", json!({ "deputy": who, "period": "2023" })).unwrap();
        file["sections"][0]["blocks"].clone()
    };
    let said = file("hu");
    assert_eq!(said[1]["rows"].as_array().unwrap().len(), 3, "{said}");
    assert_eq!(said[0]["text"], "东县。2023年履职3次，计8分：领衔建议1次，培训1次，视察调研1次。");
    // A vote in the open is in it, a secret one is not.
    for secret in [true, false] {
        let vote = json!({ "title": "决议", "kind": "motion", "secret": secret });
        let vote = begun(&city, "votes", "draft", vote);
        city.act("li", "votes", &vote, "amend", json!({ "why": "校对" }));
        let entry = if secret { "2x +" } else { "胡明: +\n林静: -" };
        let teller = json!({ "name": "赵", "roles": [{ "role": "teller", "unit": "*" }] });
        city.directory("2022-01-01", "zhao", "person", teller);
        city.act("li", "votes", &vote, "open", json!({ "of_members": 2, "are_present": 2, "are_issued": 2 }));
        city.act("zhao", "votes", &vote, "count_first", json!({ "were_returned": 2, "entry": entry }));
        city.act("li", "votes", &vote, "count_second", json!({ "entry": entry }));
        city.act("li", "votes", &vote, "close", json!({}));
        assert_eq!(file("hu")[1]["rows"].as_array().unwrap().len(), if secret { 3 } else { 4 });
    }
    assert!(file("lin").to_string().contains("决议：1-"));
}

#[test]
fn what_came_of_a_petition_returns_to_deputy_and_citizen() {
    let city = deputies();
    let petition = json!({ "title": "路灯不亮", "text": "东街路灯已坏一月。", "citizen": "张三", "contact": "13800000000", "deputy": "hu" });
    let id = begun(&city, "petitions", "receive", petition);
    city.act("li", "petitions", &id, "transfer", json!({ "to": "health" }));
    let panel = || {
        let found = city.panels("home", "hu").into_iter().find(|panel| panel.plugin == "deputy-work");
        format!("{:?}", found.map(|panel| panel.shown))
    };
    assert!(panel().contains("路灯不亮：办理中"), "{}", panel());
    assert!(city.report("petition-answer", json!({ "petition": id })).unwrap_err().contains("尚未答复"));
    city.day("2023-06-01");
    city.act("zhou", "petitions", &id, "answer", json!({ "said": "已修复。" }));
    city.office.run_reminders(0).unwrap();
    let reminded = city.office.as_operator().events_of("petitions", &id).unwrap();
    assert!(
        reminded.iter().any(|e| e.action == "reminded" && e.fields["to"].items()[0].as_str() == Some("hu"))
    );
    let letter = city.report("petition-answer", json!({ "petition": id })).unwrap();
    assert_eq!(
        (&letter["addressees"], &letter["imprint"]["copies_to"]),
        (&json!(["张三"]), &json!(["胡明代表"]))
    );
    // Hu sees it and may not act; Lin, who did not hear it, sees nothing of it.
    let seen = |who: &str| {
        let by = registrar_domain::Actor::read(who);
        let by = registrar_kernel::access::Principal::of(&city.office.directory(), &by, city.office.today())
            .unwrap();
        city.office
            .as_principal(&by)
            .record("petitions", &id)
            .map(|record| record.stage)
            .map_err(|why| why.to_string())
    };
    assert_eq!(seen("hu").unwrap(), "answered");
    assert!(seen("lin").unwrap_err().contains("that lin may see"), "{:?}", seen("lin"));
    assert!(city.attempt("hu", "petitions", Some(&id), "tell", json!({ "by_way": "电话" })).is_err());
    city.act("li", "petitions", &id, "tell", json!({ "by_way": "电话" }));
    assert!(panel().contains("路灯不亮：已反馈"), "{}", panel());
}

#[test]
fn one_list_of_what_is_overdue_over_all_registers_on_one_page() {
    let city = deputies();
    begun(&city, "tasks", "assign", json!({ "title": "修路", "unit": "east", "due": "2023-05-25" }));
    begun(&city, "tasks", "assign", json!({ "title": "报告", "unit": "west", "due": "2023-06-05" }));
    let suggestion = json!({ "title": "校门口交通", "text": "建议增设信号灯。", "deputy": "hu", "received": "2023-02-28" });
    let id = begun(&city, "suggestions", "submit", suggestion);
    city.act("li", "suggestions", &id, "assign", json!({ "main": "health" }));
    let blocks = |day: &str| {
        city.day(day);
        city.report("overview", json!({ "date": day })).unwrap()["sections"][0]["blocks"].clone()
    };
    let found = blocks("2023-06-01");
    assert_eq!(found[0]["text"], "截至2023年6月1日，各台账超期2件，7日内到期1件。");
    let rows = |block: usize| {
        found[block]["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| format!("{} {}", row[0], row[3]))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(1), [r#""东县" "2023-05-25""#, r#""卫健委" "2023-05-28""#]);
    assert_eq!(rows(2), [r#""西县" "2023-06-05""#]);
    assert_eq!(blocks("2023-06-06")[0]["text"], "截至2023年6月6日，各台账超期3件，7日内到期0件。");
    // A unit sees its own alone.
    let panel = city.panels("home", "wang").into_iter().find(|panel| panel.plugin == "overview").unwrap();
    assert_eq!(panel.title.zh, "我的超期 1，7 日内到期 0");
}
