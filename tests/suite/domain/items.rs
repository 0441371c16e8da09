//! Items from their submission to their adoption: refused, returned, re-kinded, merged, adopted twice.

use super::city::City;
use serde_json::json;

fn submit(city: &City, by: &str, unit: &str, title: &str) -> String {
    let item = json!({ "title": title, "unit": unit, "kind": "dynamic", "body": "正文" });
    city.attempt(by, "information", None, "submit", item).unwrap().record
}

fn points(city: &City, unit: &str) -> f64 {
    city.amount("information", "2023-01", "points", unit).parse().unwrap()
}

#[test]
fn an_untitled_item_is_refused_and_a_resubmission_keeps_its_number() {
    let city = City::new(&["zhalantun"]);
    let refused =
        city.attempt("wang", "information", None, "submit", json!({ "unit": "east", "body": "正文" }));
    assert!(refused.unwrap_err().contains("title"));
    let first = city
        .attempt("wang", "information", None, "submit", json!({ "title": "照明", "unit": "east" }))
        .unwrap();
    assert_eq!(first.number.as_deref(), Some("2023-0001"));
    city.act("li", "information", &first.record, "return", json!({ "reason": "请补充数据" }));
    city.day("2023-01-06");
    let again = city.act("wang", "information", &first.record, "submit", json!({ "title": "夜间照明" }));
    assert_eq!((again.record, again.number.as_deref()), (first.record, Some("2023-0001")));
    // Another item is the next.
    let other = city
        .attempt("sun", "information", None, "submit", json!({ "title": "饮水", "unit": "west" }))
        .unwrap();
    assert_eq!(other.number.as_deref(), Some("2023-0002"));
}

#[test]
fn another_kind_is_an_event_and_scores_anew() {
    let city = City::new(&["lianshi"]);
    let item = submit(&city, "wang", "east", "夜间照明不足");
    city.act("li", "information", &item, "adopt", json!({ "carrier": "journal" }));
    let before = points(&city, "east");
    let done = city.act("li", "information", &item, "rekind", json!({ "new_kind": "research" }));
    assert_eq!((done.events.len(), done.events[0].action.as_str()), (1, "rekind"));
    assert_eq!(city.record("information", &item)["kind"], "research");
    // A research item adopted is worth five more.
    assert_eq!(points(&city, "east") - before, 5.0);
    city.act("li", "information", &item, "rekind", json!({ "new_kind": "dynamic" }));
    assert_eq!(points(&city, "east"), before);
}

#[test]
fn three_items_merged_into_one_piece_credit_three_units() {
    for (merged, expected) in [(3, [15.0, 15.0, 15.0]), (2, [15.0, 15.0, 5.0])] {
        let city = City::new(&["zhalantun"]);
        let items: Vec<_> = [("wang", "east"), ("sun", "west"), ("zhou", "health")]
            .iter()
            .map(|(by, unit)| submit(&city, by, unit, &format!("{unit} 的做法")))
            .collect();
        let piece = json!({ "title": "各地做法", "parts": items[..merged], "body": "正文" });
        let piece = city.attempt("li", "information", None, "merge", piece).unwrap().record;
        city.act("li", "information", &piece, "adopt", json!({ "carrier": "journal", "issue": 1 }));
        let each = ["east", "west", "health"].map(|unit| points(&city, unit));
        assert_eq!(each, expected);
        assert_eq!(city.record("information", &items[0])["stage"], "merged");
    }
}

#[test]
fn an_item_adopted_by_two_carriers_is_two_adoptions_of_one_item() {
    let city = City::new(&["zhalantun"]);
    let item = submit(&city, "wang", "east", "代表进社区");
    city.act("li", "information", &item, "adopt", json!({ "carrier": "journal", "issue": 3 }));
    assert_eq!(points(&city, "east"), 15.0);
    city.act("li", "information", &item, "adopt", json!({ "carrier": "digest", "level": "province" }));
    assert_eq!(points(&city, "east"), 25.0);
    assert_eq!(city.records("information", |_| true).len(), 1);
    let bulletin = city.report("bulletin", json!({ "period": "2023-01", "date": "2023-02-01" })).unwrap();
    let opening = bulletin["sections"][0]["blocks"][0]["text"].as_str().unwrap();
    assert!(opening.contains("共报送信息1条，采用2条"), "{opening}");
}
