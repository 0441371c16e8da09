//! Awards that others gave: recorded on the item and on its authors.

use super::city::City;
use registrar_kernel::queries::panel::PanelContent;
use serde_json::{Value as Json, json};

/// An office with an item of Wang's that was adopted.
fn office() -> (City, String) {
    let city = City::new(&[]);
    let item = json!({ "title": "夜间照明不足", "unit": "east", "author": ["wang"] });
    let item = city.attempt("wang", "information", None, "submit", item).unwrap().record;
    (city, item)
}

fn award(item: &str, title: &str) -> Json {
    json!({ "title": title, "giver": "省人大常委会", "level": "province", "date": "2023-01-03", "item": item })
}

/// What the directory shows of awards: people and titles.
fn shown(city: &City, to: &str) -> Vec<String> {
    let panels = city.panels("directory", to);
    let Some(panel) = panels.iter().find(|panel| panel.plugin == "outside-awards") else { return Vec::new() };
    let PanelContent::Table(_, rows) = &panel.shown else { panic!("{panel:?}") };
    rows.iter().map(|row| format!("{} {}", row[0].zh, row[1].zh)).collect()
}

#[test]
fn an_outside_award_is_shown_on_the_item_and_on_its_author() {
    let (city, item) = office();
    assert_eq!(city.record("information", &item)["honours"], Json::Null);
    let first = city.attempt("li", "honours", None, "grant", award(&item, "好信息一等奖")).unwrap().record;
    assert_eq!(city.record("information", &item)["honours"], json!([first]));
    assert_eq!(shown(&city, "li"), ["王芳 好信息一等奖"]);
    assert_eq!(shown(&city, "wang"), ["王芳 好信息一等奖"]);
    let rows =
        city.report("honours", json!({ "period": "2023" })).unwrap()["sections"][0]["blocks"][0]["rows"]
            .clone();
    let number = city.record("information", &item)["number"].as_str().unwrap().to_owned();
    assert_eq!(
        rows,
        json!([[
            1,
            "2023-01-03",
            "好信息一等奖",
            "省",
            "省人大常委会",
            format!("{number} 夜间照明不足"),
            "王芳",
            "东县"
        ]])
    );

    // A second one is there beside it; one that is withdrawn is not.
    let second = city.attempt("wang", "honours", None, "propose", award(&item, "征文奖")).unwrap().record;
    assert_eq!(shown(&city, "li").len(), 1, "what is only reported is not recorded");
    city.act("li", "honours", &second, "grant", json!({}));
    assert_eq!(city.record("information", &item)["honours"], json!([first, second]));
    assert_eq!(shown(&city, "li").len(), 2);
    city.act("li", "honours", &first, "withdraw", json!({ "reason": "误录" }));
    assert_eq!(city.record("information", &item)["honours"], json!([second]));
    assert_eq!(shown(&city, "li"), ["王芳 征文奖"]);
}

#[test]
fn an_award_is_of_an_item_or_of_people() {
    let (city, _) = office();
    let nothing = json!({ "title": "先进个人", "giver": "省人大常委会", "date": "2023-01-03" });
    let refused = city.attempt("li", "honours", None, "grant", nothing.clone()).unwrap_err();
    assert!(refused.contains("Choose the item, or the people."), "{refused}");
    let mut people = nothing;
    people["authors"] = json!(["sun"]);
    city.attempt("li", "honours", None, "grant", people).unwrap();
    assert_eq!(shown(&city, "li"), ["孙丽 先进个人"]);
    let gone = city.attempt("li", "honours", None, "grant", award("2023-9999", "好信息")).unwrap_err();
    assert!(gone.contains("there is no record \"2023-9999\" in information"), "{gone}");
}
