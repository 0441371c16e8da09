//! What units owe: strict months and averages, the proposal for next year, the notice of who is short.

use super::city::City;
use serde_json::{Value as Json, json};

/// An office to which a county sent so many items in each of these months.
fn sent(window: &str, months: &[(&str, usize)]) -> City {
    let city = City::with(&["quota"], json!({ "quota": { "window": window } }));
    send(&city, months);
    city.day("2023-04-03");
    city
}

fn send(city: &City, months: &[(&str, usize)]) {
    for (month, n) in months {
        for n in 0..*n {
            let id = format!("{month}-{n}");
            city.past(
                "information",
                &id,
                "submit",
                &format!("{month}-05"),
                json!({ "title": id, "unit": "east" }),
            );
        }
    }
}

/// What a unit owed in a period, and what it had.
fn quota(city: &City, unit: &str, period: &str) -> String {
    let sheet = city.figures().quota_sheet("information", "points", period.parse().unwrap()).unwrap();
    assert_eq!(sheet.periods.iter().map(ToString::to_string).collect::<Vec<_>>(), [period]);
    let cells =
        sheet.rows.iter().filter(|row| row.account == unit).flat_map(|row| row.cells.iter().flatten());
    let met = |met: bool| if met { "met" } else { "short" };
    cells
        .map(|cell| format!("{} of {}: {}", cell.have, cell.owed, met(cell.met)))
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn one_and_then_three_meet_an_average_of_two_and_fail_a_strict_month() {
    let strict = sent("month", &[("2023-01", 1), ("2023-02", 3)]);
    assert_eq!(quota(&strict, "east", "2023-01"), "1 of 2: short");
    assert_eq!(quota(&strict, "east", "2023-02"), "3 of 2: met");
    let average = sent("two-month", &[("2023-01", 1), ("2023-02", 3)]);
    assert_eq!(quota(&average, "east", "2023-01/2"), "2 of 2: met");
    // One item fewer in February.
    let average = sent("two-month", &[("2023-01", 1), ("2023-02", 2)]);
    assert_eq!(quota(&average, "east", "2023-01/2"), "1.5 of 2: short");
    // A department owes one.
    assert_eq!(quota(&strict, "health", "2023-01"), "0 of 1: short");
}

/// An office to which a county sent so many items in 2023, at the beginning of 2024; and the plan that the
/// editor proposes to it.
fn proposed(total: usize, rounding: &str) -> (City, String) {
    let city = City::with(&["quota"], json!({ "quota": { "rounding": rounding } }));
    send(&city, &[("2023-03", total / 2), ("2023-10", total - total / 2)]);
    city.day("2024-01-08");
    let plan = json!({ "unit": "east", "year": 2024 });
    let plan = city.attempt("li", "quota-plans", None, "propose", plan).unwrap().record;
    (city, plan)
}

#[test]
fn a_quota_is_proposed_from_last_years_figures() {
    let figures = |total, rounding| {
        let (city, plan) = proposed(total, rounding);
        let plan = city.record("quota-plans", &plan);
        (plan["total"].clone(), plan["average"].clone(), plan["proposed"].clone())
    };
    assert_eq!(figures(55, "nearest"), (json!(55), json!(4.6), json!(5)));
    assert_eq!(figures(52, "nearest"), (json!(52), json!(4.3), json!(4)));
    assert_eq!(figures(55, "down"), (json!(55), json!(4.6), json!(4)));
    assert_eq!(figures(52, "up"), (json!(52), json!(4.3), json!(5)));
}

#[test]
fn a_unit_that_was_not_there_all_year_is_averaged_over_its_months() {
    let city = City::new(&["quota"]);
    let unit = json!({ "title": { "zh": "南县", "en": "South" }, "class": "county", "order": 5 });
    city.directory("2023-07-01", "south", "unit", unit);
    for n in 0..12 {
        city.past(
            "information",
            &format!("s-{n}"),
            "submit",
            "2023-08-01",
            json!({ "title": "信息", "unit": "south" }),
        );
    }
    city.day("2024-01-08");
    let plan = json!({ "unit": "south", "year": 2024 });
    let plan = city.attempt("li", "quota-plans", None, "propose", plan).unwrap().record;
    let plan = city.record("quota-plans", &plan);
    assert_eq!((&plan["months"], &plan["proposed"]), (&json!(6), &json!(2)));
}

#[test]
fn the_units_comment_is_kept_and_what_is_settled_counts() {
    let (city, plan) = proposed(55, "nearest");
    let twice = city.attempt("li", "quota-plans", None, "propose", json!({ "unit": "east", "year": 2024 }));
    assert!(twice.unwrap_err().contains("There is a proposal for this unit and year already."));
    let comment = json!({ "remark": "人手不足，建议每月 4 条" });
    // Another unit's reporter has no say.
    assert!(city.attempt("sun", "quota-plans", Some(&plan), "comment", comment.clone()).is_err());
    city.act("wang", "quota-plans", &plan, "comment", comment);
    assert_eq!(quota(&city, "east", "2024-01"), "0 of 2: short");
    let settle = |count: i64| city.act("li", "quota-plans", &plan, "settle", json!({ "count": count }));
    settle(4);
    assert_eq!(city.record("quota-plans", &plan)["comment"], "人手不足，建议每月 4 条");
    let listed = || {
        let table = city.report("quota-proposal", json!({ "period": "2024" })).unwrap();
        table["sections"][0]["blocks"][0]["rows"].clone()
    };
    assert_eq!(listed(), json!([[1, "东县", 55, 4.6, 5, "人手不足，建议每月 4 条", 4]]));
    // It is what the unit owes from the year's first day on; others owe by their class.
    assert_eq!(quota(&city, "east", "2024-01"), "0 of 4: short");
    assert_eq!(quota(&city, "west", "2024-01"), "0 of 2: short");
    assert_eq!(quota(&city, "east", "2023-12"), "0 of 2: short");
    settle(3);
    assert_eq!(quota(&city, "east", "2024-01"), "0 of 3: short");
    assert_eq!(listed()[0][6], json!(3));
}

#[test]
fn a_notice_says_who_is_short() {
    let notice = |city: &City| -> (String, Json) {
        let notice =
            city.report("quota-notice", json!({ "period": "2023-Q1", "date": "2023-04-03" })).unwrap();
        let blocks = &notice["sections"][0]["blocks"];
        (blocks[0]["text"].as_str().unwrap().to_owned(), blocks[1]["rows"].clone())
    };
    let city = sent("month", &[("2023-01", 1), ("2023-02", 3), ("2023-03", 2)]);
    let (text, rows) = notice(&city);
    assert!(
        text.contains(
            "4个单位未完成报送任务：东县（欠1条）、西县（欠6条）、北站（欠6条）、卫健委（欠3条）。"
        ),
        "{text}"
    );
    // By the month two, six in all, six had, and one short in January.
    assert_eq!(rows[0], json!([1, "东县", 2, 6, 6, 1]));
    city.past("information", "late", "submit", "2023-01-31", json!({ "title": "又一条", "unit": "east" }));
    let (text, rows) = notice(&city);
    assert!(text.contains("3个单位未完成报送任务：西县"), "{text}");
    assert_eq!(rows[0], json!([1, "东县", 2, 6, 7, 0]));
}
