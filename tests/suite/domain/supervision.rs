//! Special reports, inspections, inquiries, appraisals of work, appointments.

use super::{city::City, votes::hold};
use jiff::civil::Date;
use registrar_domain::storage::DeadlineQuery;
use registrar_kernel::attachment::Upload;
use serde_json::{Value, json};

/// When a deadline of a record is due, and how it stands.
fn due(city: &City, register: &str, id: &str, name: &str) -> String {
    let query = DeadlineQuery { record: Some((register.into(), id.into())), ..DeadlineQuery::default() };
    let found = city.office.as_operator().deadlines(&query).unwrap();
    let one = found.iter().find(|deadline| deadline.name == name).unwrap();
    format!("{} {}", one.due, one.state.name())
}

fn begun(city: &City, register: &str, action: &str, fields: Value) -> String {
    city.attempt("li", register, None, action, fields).unwrap().record
}

#[test]
fn opinions_on_a_report_are_due_back_in_sixty_days() {
    let city = City::new(&[]);
    city.day("2023-01-31");
    let report = begun(&city, "special-reports", "plan", json!({ "title": "水污染防治", "unit": "health" }));
    city.act("li", "special-reports", &report, "hear", json!({ "said": "听取了报告。" }));
    city.act("li", "special-reports", &report, "send", json!({ "said": "加大投入。" }));
    assert_eq!(due(&city, "special-reports", &report, "reply"), "2023-04-01 open");
    let paper = city.report("supervision-opinions", json!({ "report": report })).unwrap();
    assert!(paper.to_string().contains("请于2023年4月1日前"), "{paper}");
    city.day("2023-04-02");
    assert_eq!(due(&city, "special-reports", &report, "reply"), "2023-04-01 missed");
    city.act("zhou", "special-reports", &report, "reply", json!({ "said": "已追加资金。" }));
    assert_eq!(due(&city, "special-reports", &report, "reply"), "2023-04-01 late");
    city.act("li", "special-reports", &report, "vote", json!({}));
    let vote = hold(&city, "special_report", &report, 42, "31x +\n9x =\n2x -");
    assert_eq!(vote["counts"]["水污染防治"], json!({ "good": 31, "fair": 9, "poor": 2 }));
    // Sent a day later, they are due a day later.
    let other = City::new(&[]);
    other.day("2023-02-01");
    let report = begun(&other, "special-reports", "plan", json!({ "title": "水污染防治", "unit": "health" }));
    other.act("li", "special-reports", &report, "hear", json!({ "said": "听取了报告。" }));
    other.act("li", "special-reports", &report, "send", json!({ "said": "加大投入。" }));
    assert_eq!(due(&other, "special-reports", &report, "reply"), "2023-04-02 open");
}

#[test]
fn an_inspection_with_seven_findings_of_which_two_are_open_is_not_closed() {
    let city = City::new(&[]);
    city.day("2023-03-01");
    let fields = json!({ "title": "食品安全法执法检查", "law": "食品安全法", "sites": ["农贸市场", "学校食堂"], "team": ["li"] });
    let inspection = begun(&city, "inspections", "plan", fields);
    city.act("li", "inspections", &inspection, "begin", json!({}));
    let findings: Vec<String> = (1..=7)
        .map(|n| json!({ "title": format!("问题{n}"), "inspection": inspection, "unit": "health", "site": "农贸市场" }))
        .map(|fields| begun(&city, "findings", "find", fields))
        .collect();
    assert_eq!(due(&city, "findings", &findings[0], "rectify"), "2023-05-30 open");
    city.act("li", "inspections", &inspection, "report", json!({ "said": "检查报告" }));
    let right = |id: &str| {
        city.act("zhou", "findings", id, "rectify", json!({ "said": "已整改" }));
        city.act("li", "findings", id, "close", json!({}));
    };
    findings[..5].iter().for_each(|id| right(id));
    let close = || city.attempt("li", "inspections", Some(&inspection), "close", json!({}));
    assert!(close().unwrap_err().contains("7 findings, 2 of them open"));
    let record = city.office.as_operator().record("inspections", &inspection).unwrap();
    let li = registrar_kernel::access::Principal::of(
        &city.office.directory(),
        &registrar_domain::Actor::read("li"),
        city.office.today(),
    );
    let panels = city.office.as_principal(&li.unwrap()).panels_of("record", Some(&record)).unwrap();
    assert!(format!("{panels:?}").contains("发现问题7个，未销号2个"), "{panels:?}");
    let list = city.report("supervision-open", json!({})).unwrap();
    assert_eq!(list["sections"][0]["blocks"][1]["rows"].as_array().unwrap().len(), 2);
    findings[5..].iter().for_each(|id| right(id));
    close().unwrap();
}

#[test]
fn a_promise_in_an_inquiry_becomes_a_task() {
    let city = City::new(&[]);
    city.day("2023-06-01");
    let inquiry = begun(&city, "inquiries", "plan", json!({ "title": "道路建设" }));
    let ask = |title: &str| {
        begun(&city, "questions", "ask", json!({ "title": title, "inquiry": inquiry, "unit": "health" }))
    };
    let (first, second) = (ask("何时通车"), ask("资金从何来"));
    let promise = json!({ "said": "正在施工。", "promises": "年底通车", "by": "2023-12-31" });
    city.act("zhou", "questions", &first, "answer", promise);
    city.act("li", "questions", &second, "answer", json!({ "said": "财政拨款。" }));
    let tasks = city.records("tasks", |_| true);
    assert_eq!(tasks.len(), 1, "an answer alone is no task: {tasks:?}");
    assert_eq!(
        (&tasks[0]["title"], &tasks[0]["question"], &tasks[0]["due"]),
        (&json!("年底通车"), &json!(first), &json!("2023-12-31"))
    );
    let list = city.report("supervision-open", json!({})).unwrap();
    assert_eq!(list["sections"][0]["blocks"][1]["rows"][0][1], "承诺待兑现");
}

#[test]
fn an_appraisal_of_31_9_and_2_is_tallied_graded_and_published() {
    let appraised = |entry: Option<&str>, scores: Option<Value>| {
        let city = City::new(&[]);
        city.day("2023-10-20");
        let id = begun(&city, "appraisals", "plan", json!({ "title": "水务工作评议", "unit": "health" }));
        city.act("zhou", "appraisals", &id, "report", json!({ "said": "一年来的工作。" }));
        if let Some(entry) = entry {
            city.act("li", "appraisals", &id, "put_to_ballot", json!({}));
            hold(&city, "appraisal", &id, 42, entry);
        }
        if let Some(scores) = scores {
            city.act("li", "appraisals", &id, "score", json!({ "given": scores }));
        }
        city.act("li", "appraisals", &id, "publish", json!({ "said": "补短板。" }));
        (city.record("appraisals", &id), due(&city, "appraisals", &id, "rectify"))
    };
    let (record, rectify) = appraised(Some("31x +\n9x =\n2x -"), None);
    assert_eq!((&record["good"], &record["fair"], &record["poor"]), (&json!(31), &json!(9), &json!(2)));
    assert_eq!((record["grade"].as_str(), rectify.as_str()), (Some("passed"), "2024-01-18 open"));
    assert_eq!(appraised(Some("34x +\n6x =\n2x -"), None).0["grade"], "excellent");
    assert_eq!(appraised(Some("15x +\n9x =\n18x -"), None).0["grade"], "failed");
    let (record, _) = appraised(None, Some(json!([90, 85, 86])));
    assert_eq!((&record["average"], &record["grade"]), (&json!(87), &json!("excellent")));
    let city = City::new(&[]);
    let id = begun(&city, "appraisals", "plan", json!({ "title": "评议", "unit": "health" }));
    city.act("zhou", "appraisals", &id, "report", json!({ "said": "报告" }));
    city.act("li", "appraisals", &id, "put_to_ballot", json!({}));
    let why = city.attempt("li", "appraisals", Some(&id), "publish", json!({ "said": "意见" })).unwrap_err();
    assert!(why.contains("neither a ballot nor a score"), "{why}");
}

/// A nomination with its documents.
fn nominated(city: &City, kind: &str, post: &str, documents: &[&str]) -> String {
    let fields = json!({ "kind": kind, "person": "hu", "post": post, "office": "市财政局" });
    let file = |field: &&str| Upload {
        field: (*field).to_owned(),
        name: "材料.txt".into(),
        bytes: b"text".to_vec(),
    };
    let act = registrar_kernel::Act {
        register: "appointments".into(),
        action: "nominate".into(),
        by: registrar_domain::Actor::read("li"),
        fields: registrar_sdk::Value::from_json(fields).as_map().cloned().unwrap(),
        files: documents.iter().map(file).collect(),
        ..registrar_kernel::Act::default()
    };
    city.office.act(act).unwrap().events[0].record.clone()
}

#[test]
fn nobody_is_appointed_without_documents_and_enough_votes_and_a_post_brings_its_role() {
    let city = City::with(&[], json!({ "appointments": { "roles": { "局长": "leader" } } }));
    city.directory("2022-01-01", "hu", "person", json!({ "name": "胡明", "roles": ["deputy"] }));
    city.day("2023-05-20");
    let lacking = nominated(&city, "appoint", "局长", &["resume"]);
    let why = city.attempt("li", "appointments", Some(&lacking), "put_to_vote", json!({})).unwrap_err();
    assert!(why.contains("the nomination is missing") && !why.contains("curriculum"), "{why}");
    let decide = |kind: &str, votes: u32, on: &str| {
        city.day(on);
        let id = nominated(&city, kind, "局长", &["nomination", "resume"]);
        city.act("li", "appointments", &id, "put_to_vote", json!({}));
        hold(&city, "appointment", &id, 42, &format!("{votes}x +\n{}x -", 42 - votes));
        let done = city.attempt("li", "appointments", Some(&id), "decide", json!({}));
        done.map(|done| (id, done.number.unwrap()))
    };
    assert!(
        decide("appoint", 21, "2023-05-20").unwrap_err().contains("21 votes are fewer than the 22 needed")
    );
    let roles = |on: &str| {
        let person = city.office.directory().person("hu", on.parse::<Date>().unwrap()).unwrap();
        person.roles.iter().map(|role| role.role.clone()).collect::<Vec<_>>().join(" ")
    };
    let (id, number) = decide("appoint", 22, "2023-05-21").unwrap();
    assert_eq!(number, "任免〔2023〕1号");
    assert_eq!((roles("2023-05-20"), roles("2023-05-21")), ("deputy".into(), "deputy leader".into()));
    city.act("li", "appointments", &id, "swear", json!({}));
    let certificate = city.report("certificate", json!({ "appointment": id })).unwrap();
    assert!(certificate.to_string().contains("任命胡明为市财政局局长"), "{certificate}");
    let held = |on: &str| {
        city.report("post-holders", json!({ "on": on })).unwrap()["sections"][0]["blocks"][0]["rows"].clone()
    };
    assert_eq!(
        held("2023-06-01"),
        json!([[1, "市财政局局长", "胡明", "2023-05-21", "2023-05-21", "任免〔2023〕1号"]])
    );
    // A resignation ends it, from its day on.
    decide("resign", 40, "2024-02-01").unwrap();
    assert_eq!((roles("2024-01-31"), roles("2024-02-01")), ("deputy leader".into(), "deputy".into()));
    assert_eq!((held("2024-01-31").as_array().unwrap().len(), held("2024-02-01")), (1, json!([])));
}
