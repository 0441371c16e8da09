//! Deputies as sources of items: credited beside whoever wrote them up.

use super::city::City;
use registrar_domain::Lang;
use serde_json::json;

/// Who is credited with what for an item of Wang's, heard from these deputies; and the event of each posting.
fn credited(deputies: &[&str]) -> (String, Vec<String>) {
    let city = City::new(&["deputy-credit"]);
    for deputy in ["hu", "lin"] {
        city.directory("2022-01-01", deputy, "person", json!({ "name": deputy }));
    }
    let item = json!({ "title": "夜间照明不足", "unit": "east", "author": ["wang"], "deputy": deputies });
    let item = city.attempt("wang", "information", None, "submit", item).unwrap().record;
    city.act("li", "information", &item, "adopt", json!({ "carrier": "journal" }));
    let event = |person: &str| {
        let opened = city.explain(person, "2023-01", "credit", Lang::En);
        opened.children[0].children[0].event.clone().unwrap()
    };
    let events = deputies.iter().chain(&["wang"]).map(|person| event(person)).collect();
    (city.standing("information", "2023-01", "credit", None), events)
}

#[test]
fn deputy_and_reporter_are_both_credited_for_one_item() {
    let (credits, events) = credited(&["hu"]);
    assert_eq!(credits, "hu 3, wang 2");
    // Two postings of one event.
    assert!(events.len() == 2 && events[0] == events[1], "{events:?}");
    assert_eq!(credited(&[]).0, "wang 2");
    assert_eq!(credited(&["hu", "lin"]).0, "hu 3, lin 3, wang 2");
}
