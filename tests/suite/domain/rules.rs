//! Rules of their day: what an event is worth by its date, points on submission, the clause behind a figure.
//! Versions of a rule set are compared in `crate::rules`.

use super::city::City;
use registrar_domain::Lang;
use serde_json::json;

#[test]
fn an_adoption_counts_by_the_rule_of_its_day() {
    let figures = |second: &str| {
        let city = City::new(&["dated"]);
        for (id, on) in [("may", "2022-05-20"), ("june", second)] {
            city.past("information", id, "submit", "2022-05-01", json!({ "title": id, "unit": "east" }));
            city.past("information", id, "adopt", on, json!({ "carrier": "journal" }));
        }
        ["2022-05", "2022-06"].map(|month| city.amount("information", month, "points", "east"))
    };
    assert_eq!(figures("2022-06-01"), ["3", "5"]);
    assert_eq!(figures("2022-05-31"), ["6", "0"]);
}

#[test]
fn a_commissioned_item_in_time_scores_without_adoption() {
    let points = |sent: &str| {
        let city = City::new(&["submission"]);
        let topic = json!({ "title": "冬季供暖", "unit": "east", "due": "2023-01-10" });
        let item = city.attempt("li", "information", None, "commission", topic).unwrap().record;
        city.day(sent);
        city.act("wang", "information", &item, "submit", json!({ "body": "已完成管网改造。" }));
        assert_eq!(city.record("information", &item)["stage"], "submitted");
        city.amount("information", "2023-01", "points", "east")
    };
    assert_eq!(points("2023-01-10"), "2");
    assert_eq!(points("2023-01-11"), "0");
}

#[test]
fn any_figure_opens_its_clause() {
    let city = City::new(&["zhalantun"]);
    let item = json!({ "title": "夜间照明不足", "unit": "east" });
    let item = city.attempt("wang", "information", None, "submit", item).unwrap().record;
    let opened = |city: &City| {
        let figure = city.explain("east", "2023-01", "points", Lang::Zh);
        let leaves = figure.children.iter().flat_map(|group| &group.children);
        leaves.map(|leaf| (leaf.amount.to_string(), leaf.clause_text.clone().unwrap())).collect::<Vec<_>>()
    };
    let submission = ("5".to_owned(), "扎兰屯市：报送一条信息计 5 分，退回后重报不再计".to_owned());
    assert_eq!(opened(&city), std::slice::from_ref(&submission));
    city.act("li", "information", &item, "adopt", json!({ "carrier": "journal" }));
    let adoption = ("10".to_owned(), "扎兰屯市：采用一条信息计 10 分，合并编发的各单位均计".to_owned());
    let mut found = opened(&city);
    found.sort();
    assert_eq!(found, [adoption, submission]);
}
