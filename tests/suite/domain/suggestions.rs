//! Deputies' suggestions: assigned, handed back, extended, answered, rated, handled again; entered or imported.

use super::city::City;
use registrar_domain::storage::DeadlineQuery;
use registrar_kernel::ImportOptions;
use serde_json::{Value, json};

fn city() -> City {
    let city = City::new(&["performance"]);
    city.directory("2022-01-01", "hu", "person", json!({ "name": "胡明" }));
    city
}

fn suggestion() -> Value {
    json!({ "title": "校门口交通", "text": "上下学时段校门口车辆拥堵，建议增设信号灯并划定接送区。", "deputy": "hu" })
}

/// One that was received and assigned to Health on a day, West beside it.
fn assigned(city: &City, on: &str) -> String {
    city.day(on);
    let id = city.attempt("li", "suggestions", None, "submit", suggestion()).unwrap().record;
    city.act("li", "suggestions", &id, "assign", json!({ "main": "health", "with_others": ["west"] }));
    id
}

/// A record's deadlines: `answer 2023-11-30 > 2024-02-29 open: why`.
fn deadlines(city: &City, id: &str) -> Vec<String> {
    let query = DeadlineQuery { record: Some(("suggestions".into(), id.into())), ..DeadlineQuery::default() };
    let mut all: Vec<String> = city
        .office
        .as_operator()
        .deadlines(&query)
        .unwrap()
        .iter()
        .map(|d| format!("{} {} > {} {}: {}", d.name, d.start, d.due, d.state.name(), d.why.en))
        .collect();
    all.sort();
    all
}

fn overdue(city: &City, id: &str) -> Vec<String> {
    let events = city.office.as_operator().events_of("suggestions", id).unwrap();
    let overdue = events.iter().filter(|event| event.action == "overdue" && !event.dead);
    overdue.map(|event| format!("{} {}", event.on, event.fields["deadline"].as_str().unwrap())).collect()
}

#[test]
fn an_answer_is_due_in_three_months_from_receipt_and_six_when_it_is_extended() {
    let city = city();
    let id = assigned(&city, "2023-11-30");
    assert_eq!(city.record("suggestions", &id)["number"], "建议〔2023〕1号");
    assert_eq!(
        deadlines(&city, &id),
        [
            "answer 2023-11-30 > 2024-02-29 open: 3 months (the rules) from 2023-11-30",
            "hand_back 2023-11-30 > 2023-12-11 allowed: 7 working days (handing back) from 2023-11-30",
        ]
    );
    city.act("zhou", "suggestions", &id, "sign", json!({}));
    city.day("2024-02-20");
    city.act("li", "suggestions", &id, "extend", json!({ "why": "涉及多个部门" }));
    let due =
        "answer 2023-11-30 > 2024-05-30 open: 6 months, 3 of them an extension, (the rules) from 2023-11-30";
    assert_eq!(deadlines(&city, &id)[0], due);
    assert!(
        city.attempt("li", "suggestions", Some(&id), "extend", json!({ "why": "再延" }))
            .unwrap_err()
            .contains("extended once")
    );
    // Another day of receipt moves it.
    assert!(deadlines(&city, &assigned(&city, "2024-02-29"))[0].contains("2024-05-29"));
}

#[test]
fn what_is_anothers_is_handed_back_within_seven_working_days_and_not_later() {
    for (day, taken) in [("2023-12-11", true), ("2023-12-12", false)] {
        let city = city();
        let id = assigned(&city, "2023-11-30");
        city.day(day);
        let back =
            city.attempt("zhou", "suggestions", Some(&id), "hand_back", json!({ "why": "属交通部门职责" }));
        assert_eq!(back.is_ok(), taken, "{day}: {back:?}");
        if taken {
            assert_eq!(city.record("suggestions", &id)["stage"], "registered");
            assert!(deadlines(&city, &id).iter().any(|d| d.starts_with("hand_back") && d.contains(" met")));
            // Whoever gets it next may hand it back too.
            city.act("li", "suggestions", &id, "assign", json!({ "main": "east" }));
            assert!(
                deadlines(&city, &id).iter().any(|d| d.contains("hand_back 2023-12-11 > 2023-12-20 allowed"))
            );
        } else {
            assert!(back.unwrap_err().contains("can't be handed back any more (until 2023-12-11)"));
            assert_eq!(overdue(&city, &id), Vec::<String>::new(), "a right that nobody used is not overdue");
        }
    }
}

/// A line of the history of one suggestion.
fn event(n: u32, action: &str, on: &str, by: &str, fields: Value) -> String {
    json!({ "id": format!("s{n}"), "register": "suggestions", "record": "old-1", "action": action, "on": on, "by": by, "fields": fields }).to_string()
}

fn registered() -> String {
    let mut entered = suggestion();
    entered["received"] = json!("2023-11-30");
    event(1, "submit", "2023-11-30", "li", entered)
}

/// The same as one that is entered day by day, as lines of history.
fn history(back: &str) -> String {
    [
        registered(),
        event(2, "assign", "2023-11-30", "li", json!({ "main": "health" })),
        event(3, "hand_back", back, "zhou", json!({ "why": "属交通部门职责" })),
        event(4, "assign", "2023-12-13", "li", json!({ "main": "east" })),
    ]
    .join("\n")
}

#[test]
fn imported_it_has_the_same_deadlines_and_what_came_late_is_taken_and_told() {
    let imported = |back: &str| {
        let city = city();
        city.day("2024-04-01");
        let report = city
            .office
            .import_events(history(back).as_bytes(), ImportOptions::default(), &mut |_| {})
            .unwrap();
        city.day("2024-04-01");
        (report, deadlines(&city, "old-1"), overdue(&city, "old-1"))
    };
    let (report, found, late) = imported("2023-12-12");
    assert_eq!((report.added, report.late), (4, 1));
    let told = &report.told[0];
    assert_eq!(
        (told.action.as_str(), told.on.to_string(), told.due.to_string()),
        ("hand_back", "2023-12-12".into(), "2023-12-11".into())
    );
    assert!(told.why.en.contains("7 working days"), "{}", told.why.en);
    assert_eq!(late, ["2024-02-29 answer"], "nobody answered by then, nor since");
    assert_eq!(
        found,
        [
            "answer 2023-11-30 > 2024-02-29 missed: 3 months (the rules) from 2023-11-30",
            "hand_back 2023-12-13 > 2023-12-22 lapsed: 7 working days (handing back) from 2023-12-13",
        ]
    );
    assert_eq!(imported("2023-12-11").0.late, 0);
    // Entered on its days it comes to the same.
    let city = city();
    let id = assigned(&city, "2023-11-30");
    city.day("2023-12-11");
    city.act("zhou", "suggestions", &id, "hand_back", json!({ "why": "属交通部门职责" }));
    city.day("2023-12-13");
    city.act("li", "suggestions", &id, "assign", json!({ "main": "east" }));
    city.day("2024-04-01");
    assert_eq!((deadlines(&city, &id), overdue(&city, &id)), (found, late));
    // And the figure of it.
    assert_eq!(city.amount("suggestions", "2024-02", "overdue", "east"), "1");
}

#[test]
fn imported_it_is_extended_as_entered() {
    let city = city();
    city.day("2024-06-10");
    let lines = [
        registered(),
        event(2, "assign", "2023-12-05", "li", json!({ "main": "health" })),
        event(3, "extend", "2024-02-20", "li", json!({ "why": "涉及多个部门" })),
    ]
    .join("\n");
    city.office.import_events(lines.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
    city.day("2024-06-10");
    let due = "answer 2023-11-30 > 2024-05-30 missed: 6 months, 3 of them an extension, (the rules) from 2023-11-30";
    assert_eq!(deadlines(&city, "old-1")[0], due);
    assert_eq!(overdue(&city, "old-1"), ["2024-05-30 answer"]);
}

#[test]
fn who_is_not_satisfied_is_heard_again_and_the_year_says_what_came_of_all() {
    let city = city();
    let id = assigned(&city, "2023-11-30");
    // The other office has a task of its own, which names the suggestion.
    let task = &city.records("tasks", |_| true)[0];
    assert_eq!(
        (&task["unit"], &task["suggestion"], &task["due"]),
        (&json!("west"), &json!(id), &json!("2024-02-19"))
    );
    let referrers = city.office.as_operator().referrers("suggestions", &id, 9).unwrap();
    assert_eq!(referrers[0].register.id, "tasks");
    city.act("zhou", "suggestions", &id, "sign", json!({}));
    city.day("2024-02-20");
    let answer = |text: &str, class: &str| json!({ "said": text, "came_to": class });
    city.act("zhou", "suggestions", &id, "answer", answer("留作参考。", "D"));
    city.act("li", "suggestions", &id, "rate", json!({ "rating": "dissatisfied" }));
    assert!(
        city.attempt("li", "suggestions", Some(&id), "close", json!({}))
            .unwrap_err()
            .contains("handled again first")
    );
    city.day("2024-03-01");
    city.act("li", "suggestions", &id, "handle_again", json!({ "why": "请现场调研" }));
    assert!(deadlines(&city, &id)[0].contains("2024-03-01 > 2024-04-01 open"), "{:?}", deadlines(&city, &id));
    city.act("zhou", "suggestions", &id, "answer", answer("已增设信号灯。\n已划线。", "A"));
    city.act("li", "suggestions", &id, "rate", json!({ "rating": "satisfied" }));
    city.act("li", "suggestions", &id, "close", json!({}));
    let reply = city.report("suggestion-reply", json!({ "suggestion": id })).unwrap();
    assert_eq!(reply["addressees"], json!(["胡明代表"]));
    let steps: Vec<_> = reply["appendices"][0]["blocks"][0]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row[0].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(steps, ["登记", "交办", "签收", "答复", "评价", "再次办理", "答复", "评价", "办结"]);
    // A second one, joined; a third, never answered.
    let joined = city.attempt("li", "suggestions", None, "submit", suggestion()).unwrap().record;
    city.act("li", "suggestions", &joined, "join", json!({ "into": id }));
    assigned(&city, "2023-12-01");
    city.day("2024-06-01");
    let year = city.report("suggestions-year", json!({ "period": "2023" })).unwrap();
    let rows = &year["appendices"][0]["blocks"][0]["rows"];
    assert_eq!(rows[1], json!(["合计", 2, 1, 1, 1, 0, 0, 0, 1, 0, 0, "100.00%"]), "{rows}");
    assert_eq!(city.amount("suggestions", "2024-02", "handled", "health"), "1");
}
