//! What the upper congress gives: each item's points to its units, the shares of counties, the city's place.

use super::city::City;
use serde_json::{Value as Json, json};

fn enter(city: &City, register: &str, fields: Json) -> Result<String, String> {
    city.attempt("li", register, None, "enter", fields).map(|done| done.record)
}

fn rows(report: &Json, block: usize) -> Json {
    report["sections"][0]["blocks"][block]["rows"].clone()
}

#[test]
fn points_from_above_are_entered_for_an_item_and_shared_by_its_units() {
    let city = City::new(&["upper-results"]);
    let item = json!({ "title": "养老助餐", "unit": "east", "joint": ["west"] });
    city.past("information", "one", "submit", "2023-01-02", item);
    let first = enter(&city, "upper-results", json!({ "item": "one", "points": 9, "carrier": "省人大信息" }))
        .unwrap();
    assert_eq!(city.record("upper-results", &first)["title"], "养老助餐");
    enter(&city, "upper-results", json!({ "title": "预算审查", "unit": "east", "points": 7 })).unwrap();
    enter(&city, "upper-results", json!({ "title": "控烟", "unit": "health", "points": 4 })).unwrap();
    enter(&city, "upper-places", json!({ "period": "2022", "place": 5, "cities": 11 })).unwrap();
    enter(&city, "upper-places", json!({ "period": "2023", "place": 3, "cities": 11, "points": 20 }))
        .unwrap();
    assert_eq!(
        city.standing("upper-results", "2023", "received", None).split(", ").next(),
        Some("east 11.5")
    );
    // 11.5 and 4.5 of 20, and what others earned in a line of its own.
    let report = city.report("contribution-above", json!({ "period": "2023" })).unwrap();
    assert_eq!(
        report["sections"][0]["blocks"][0]["text"],
        "2023年，本市信息在省得分20分，居全省第3位（共11市）。"
    );
    let east = json!([1, "东县", 2, 11.5, 57.5]);
    let west = json!([2, "西县", 1, 4.5, 22.5]);
    let others = json!(["", "其他单位", "", 4, 20]);
    assert_eq!(rows(&report, 1), json!([east, west, others, ["", "合计", "", 20, 100]]));
    let places = city.report("places-above", json!({})).unwrap();
    assert_eq!(rows(&places, 0)[1], json!(["2023年", 3, 11, "升2位", "", 20]));
    // What was wrong is amended, and the figures follow.
    city.act("li", "upper-results", &first, "amend", json!({ "corrected": 3 }));
    assert_eq!(city.amount("upper-results", "2023", "received", "east"), "8.5");
}

#[test]
fn a_period_has_one_place_and_reporters_enter_none() {
    let city = City::new(&["upper-results"]);
    enter(&city, "upper-places", json!({ "period": "2023-Q1", "place": 3, "cities": 11 })).unwrap();
    let again =
        enter(&city, "upper-places", json!({ "period": "2023-Q1", "place": 4, "cities": 11 })).unwrap_err();
    assert!(again.contains("已登记"), "{again}");
    let beyond =
        enter(&city, "upper-places", json!({ "period": "2023-Q2", "place": 12, "cities": 11 })).unwrap_err();
    assert!(beyond.contains("位次 12"), "{beyond}");
    assert!(
        city.attempt(
            "wang",
            "upper-results",
            None,
            "enter",
            json!({ "title": "t", "unit": "east", "points": 1 })
        )
        .is_err()
    );
}
