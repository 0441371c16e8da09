//! What authors are paid: lines that stack, a budget that warns, a sheet to sign.

use super::city::City;
use registrar_domain::Lang;
use serde_json::{Value as Json, json};

/// The lines of Wang's fee for an item that the provincial committee adopted, instructed upon at a level,
/// and their sum.
fn lines(level: &str) -> (Vec<String>, String) {
    let city = City::new(&["fees"]);
    let item = json!({ "title": "夜间照明不足", "unit": "east", "author": ["wang"] });
    let item = city.attempt("wang", "information", None, "submit", item).unwrap().record;
    city.act("li", "information", &item, "adopt", json!({ "level": "province" }));
    city.act("li", "information", &item, "instruct", json!({ "level": level }));
    let opened = city.explain("wang", "2023-01", "fee", Lang::En);
    let line =
        |node: &registrar_ledger::Explained| format!("{} {}", node.clause.as_deref().unwrap(), node.amount);
    (opened.children.iter().map(line).collect(), city.amount("information", "2023-01", "fee", "wang"))
}

#[test]
fn a_fee_is_a_base_with_lines_stacked_on_it() {
    let (three, sum) = lines("city");
    assert_eq!((three.join(", ").as_str(), sum.as_str()), ("base 30, level 50, instruction 100", "180"));
    let (two, sum) = lines("district");
    assert_eq!((two.join(", ").as_str(), sum.as_str()), ("base 30, level 50", "80"));
}

/// A city in which a national newspaper has adopted ten items of Wang's, these many times in all: 30 yuan
/// an item and 800 a time.
fn after_papers(times: usize) -> City {
    let city = City::new(&["fees"]);
    for n in 0..times.max(10) {
        let id = format!("item-{}", n % 10);
        if n < 10 {
            let item = json!({ "title": id, "unit": "east", "author": ["wang"] });
            city.past("information", &id, "submit", "2023-01-01", item);
        }
        let paper = json!({ "carrier": "newspaper", "level": "state", "words": 600 + n });
        city.past("information", &id, "adopt", "2023-01-02", paper);
    }
    city
}

/// What the editor is warned of when one more item is adopted.
fn warned(city: &City) -> Vec<String> {
    let item = json!({ "title": "又一条", "unit": "west", "author": ["sun"] });
    let item = city.attempt("sun", "information", None, "submit", item).unwrap().record;
    city.act("li", "information", &item, "adopt", json!({ "carrier": "journal" })).warnings
}

#[test]
fn the_next_fee_warns_when_the_budget_is_nearly_used_up() {
    let city = after_papers(37);
    assert_eq!(city.amount("information", "2023", "fee", "wang"), "29900");
    let said = warned(&city);
    assert_eq!(
        said,
        [
            "稿酬预算 30000 元，已用 29900 元，本次 30 元 · Of the budget of 30000 yuan 29900 are used, and this adds 30."
        ]
    );
    // It is paid all the same.
    assert_eq!(city.amount("information", "2023", "fee", "sun"), "30");
    // Two papers fewer are 28,300.
    assert_eq!(warned(&after_papers(35)), Vec::<String>::new());
}

#[test]
fn the_pay_sheet_has_a_line_for_each_person_with_the_parts_and_room_to_sign() {
    let city = after_papers(11);
    warned(&city);
    let sheet = |city: &City| -> Json {
        // A report reads the ledger as it is; this brings it up to the log.
        city.standing("information", "2023-01", "fee", None);
        let sheet = city.report("fee-sheet", json!({ "period": "2023-01", "date": "2023-02-01" })).unwrap();
        sheet["sections"][0]["blocks"][0]["rows"].clone()
    };
    assert_eq!(
        sheet(&city),
        json!([
            [1, "孙丽", "西县", 30, 0, 0, 30, ""],
            [2, "王芳", "东县", 300, 8800, 0, 9100, ""],
            ["", "合计", "", 330, 8800, 0, 9130, ""],
        ])
    );
    city.act("li", "information", "item-0", "instruct", json!({ "level": "city" }));
    assert_eq!(sheet(&city)[1], json!([2, "王芳", "东县", 300, 8800, 100, 9200, ""]));
}
