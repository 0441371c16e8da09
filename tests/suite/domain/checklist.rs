//! What a county has in place: so many of five conditions, on the home page and in a table.

use super::city::City;
use registrar_kernel::queries::panel::PanelContent;
use serde_json::{Value as Json, json};

/// What the home page shows of it.
fn lines(city: &City, to: &str) -> Vec<String> {
    let panels = city.panels("home", to);
    let Some(panel) = panels.iter().find(|panel| panel.plugin == "checklist") else { return Vec::new() };
    let PanelContent::List(rows) = &panel.shown else { panic!("{panel:?}") };
    rows.iter().map(|row| row.zh.clone()).collect()
}

fn table(city: &City) -> Json {
    let table = city.report("checklist", json!({})).unwrap();
    table["sections"][0]["blocks"][0]["rows"].clone()
}

#[test]
fn four_of_five_conditions_are_shown() {
    let city = City::new(&[]);
    let met = json!({ "unit": "east", "met": ["leader", "officer", "rules", "notices"] });
    let record = city.attempt("wang", "checklist", None, "check", met).unwrap().record;
    assert_eq!(lines(&city, "li"), ["东县 4/5，缺：有经费保障"]);
    assert_eq!(lines(&city, "wang"), ["东县 4/5，缺：有经费保障"]);
    assert_eq!(lines(&city, "sun"), Vec::<String>::new(), "it is another county's");
    assert_eq!(
        table(&city),
        json!([
            [1, "东县", "√", "√", "√", "", "√", "4/5", "已自查", "2023-01-03"],
            [2, "西县", "", "", "", "", "", "", "未自查", ""],
        ])
    );
    city.day("2023-02-01");
    let fewer = json!({ "met": ["leader", "officer", "rules"] });
    city.act("wang", "checklist", &record, "check", fewer);
    city.act("li", "checklist", &record, "confirm", json!({}));
    assert_eq!(lines(&city, "li"), ["东县 3/5，缺：有经费保障、有通报考核"]);
    assert_eq!(table(&city)[0], json!([1, "东县", "√", "√", "√", "", "", "3/5", "已核定", "2023-02-01"]));
    let all = json!({ "met": ["leader", "officer", "rules", "funds", "notices"] });
    city.act("wang", "checklist", &record, "check", all);
    assert_eq!(lines(&city, "li"), Vec::<String>::new());
    assert_eq!(table(&city)[0][7], "5/5");
}

#[test]
fn a_county_has_one_record_and_checks_its_own() {
    let city = City::new(&[]);
    let of = |unit: &str| json!({ "unit": unit, "met": ["leader"] });
    city.attempt("wang", "checklist", None, "check", of("east")).unwrap();
    let again = city.attempt("li", "checklist", None, "check", of("east")).unwrap_err();
    assert!(again.contains("The unit has a record already"), "{again}");
    assert!(city.attempt("wang", "checklist", None, "check", of("west")).is_err());
    assert!(
        city.attempt("li", "checklist", None, "check", of("health")).is_err(),
        "a department is no county"
    );
}

#[test]
fn an_office_has_conditions_of_its_own() {
    let two = json!([
        { "id": "leader", "label": { "zh": "有分管领导", "en": "a leader" } },
        { "id": "room", "label": { "zh": "有办公场所", "en": "an office" } },
    ]);
    let city = City::with(&[], json!({ "checklist": { "conditions": two } }));
    city.attempt("wang", "checklist", None, "check", json!({ "unit": "east", "met": ["leader"] })).unwrap();
    assert_eq!(lines(&city, "li"), ["东县 1/2，缺：有办公场所"]);
}
