//! A document goes to everyone concerned, with receipts; numbered copies are followed until they are back.

use super::city::City;
use serde_json::{Value as Json, json};

/// Forty towns, `town-1` to `town-40`, each with a reporter, and an item of East that was submitted.
fn with_towns() -> (City, String) {
    let city = City::new(&[]);
    for n in 1..=40 {
        let (town, person) = (format!("town-{n}"), format!("officer-{n}"));
        let unit = json!({"title": format!("{n}镇"), "class": "township", "order": 100 + n});
        city.directory("2022-01-01", &town, "unit", unit);
        let officer = json!({"name": person, "unit": town, "roles": [{"role": "reporter", "unit": town}]});
        city.directory("2022-01-01", &person, "person", officer);
    }
    city.day("2023-05-05");
    let fields = json!({"title": "夜间照明", "unit": "east", "body": "第一段。\n第二段。"});
    let item = city.attempt("wang", "information", None, "submit", fields).unwrap().record;
    (city, item)
}

/// The copies in the order in which they were made.
fn copies(city: &City) -> Vec<Json> {
    let mut copies = city.records("distribution", |_| true);
    copies.sort_by_key(|copy| copy["copy"].as_str().unwrap_or_default().to_owned());
    copies
}

fn numbers(city: &City) -> Vec<String> {
    copies(city).iter().map(|copy| copy["copy"].as_str().unwrap().to_owned()).collect()
}

fn of<'a>(copies: &'a [Json], unit: &str) -> &'a str {
    copies.iter().find(|copy| copy["unit"] == unit).unwrap()["id"].as_str().unwrap()
}

/// What stands on someone's home page.
fn home(city: &City, person: &str) -> String {
    let panels = city.panels("home", person).into_iter().filter(|panel| panel.plugin == "distribution");
    panels.map(|panel| format!("{} {:?} {:?}", panel.title.zh, panel.level, panel.shown)).collect()
}

#[test]
fn an_instruction_of_general_value_goes_to_forty_recipients_with_receipts() {
    let (city, item) = with_towns();
    let form = json!({"level": "city", "text": "请各地参考", "targets": ["east"]});
    let task = city.act("chen", "information", &item, "instruct", form).events[1].record.clone();
    city.act(
        "li",
        "instructions",
        &task,
        "distribute",
        json!({"classes": ["township"], "confirm_by": "2023-05-09"}),
    );
    let all = copies(&city);
    assert_eq!(all.len(), 40);
    assert!(all.iter().all(|copy| copy["stage"] == "sent" && copy["instruction"] == task.as_str()));
    assert!(home(&city, "li").contains("未签收文件（40份） Notice"), "{}", home(&city, "li"));
    assert!(home(&city, "officer-1").contains("待签收文件"));
    assert_eq!(home(&city, "wang"), "");

    // A receipt is the recipient's own to give.
    let first = of(&all, "town-1");
    assert!(city.attempt("officer-2", "distribution", Some(first), "receive", json!({})).is_err());
    assert!(city.attempt("li", "distribution", Some(first), "receive", json!({})).is_err());
    city.act("officer-1", "distribution", first, "receive", json!({}));
    assert_eq!(home(&city, "officer-1"), "");
    city.day("2023-05-10");
    assert!(home(&city, "li").contains("未签收文件（39份） Warning"), "{}", home(&city, "li"));
    let list = city.report("distribution-list", json!({"instruction": task})).unwrap();
    let said = list["sections"][0]["blocks"][0]["text"].as_str().unwrap();
    assert!(said.starts_with("共分发40份，已签收1份，未签收39份，已收回0份。未签收单位：2镇、"), "{said}");
}

#[test]
fn copies_are_numbered_from_000001_to_000040_and_go_on_after_that() {
    let (city, item) = with_towns();
    let numbered = json!({"classes": ["township"], "numbered": true, "copies_secrecy": "秘密★1年"});
    city.act("li", "information", &item, "distribute", numbered);
    let expected: Vec<_> = (1..=40).map(|n| format!("{n:06}")).collect();
    assert_eq!(numbers(&city), expected);
    // In the official order, whoever is named first.
    let all = copies(&city);
    assert_eq!((&all[0]["unit"], &all[39]["unit"]), (&json!("town-1"), &json!("town-40")));
    city.act("li", "information", &item, "distribute", json!({"recipients": ["west"], "numbered": true}));
    assert_eq!(numbers(&city).last().unwrap(), "000041");
    // Another document begins anew.
    let other = json!({"title": "农村饮水", "unit": "east"});
    let other = city.attempt("wang", "information", None, "submit", other).unwrap().record;
    city.act(
        "li",
        "information",
        &other,
        "distribute",
        json!({"recipients": ["health", "west"], "numbered": true}),
    );
    let of_other = city.records("distribution", |copy| copy["item"] == other.as_str());
    let mut of_other: Vec<_> =
        of_other.iter().map(|copy| format!("{} {}", copy["copy"], copy["unit"])).collect();
    of_other.sort();
    assert_eq!(of_other, [r#""000001" "west""#, r#""000002" "health""#]);
}

#[test]
fn a_numbered_copy_is_received_called_back_and_returned() {
    let (city, item) = with_towns();
    let form = json!({"recipients": ["west", "health"], "numbered": true, "copies_secrecy": "秘密★1年"});
    city.act("li", "information", &item, "distribute", form);
    let all = copies(&city);
    let (west, health) = (of(&all, "west").to_owned(), of(&all, "health").to_owned());
    city.day("2023-05-08");
    city.act("sun", "distribution", &west, "receive", json!({}));
    city.day("2023-06-01");
    city.act("li", "information", &item, "call_back", json!({"why": "已过期"}));
    let stages = || copies(&city).iter().map(|copy| copy["stage"].to_string()).collect::<Vec<_>>();
    assert_eq!(stages(), ["\"recalled\"", "\"recalled\""]);
    city.day("2023-06-02");
    city.act("li", "distribution", &west, "take_back", json!({}));
    let list = || {
        city.report("distribution-list", json!({"item": item})).unwrap()["sections"][0]["blocks"][1].clone()
    };
    let received = |n: usize| list()["rows"][n].clone();
    assert_eq!(received(0), json!(["000001", "西县", "2023-05-05", "2023-05-08", "2023-06-02"]));
    assert_eq!(received(1), json!(["000002", "卫健委", "2023-05-05", "", ""]));
    city.act("li", "distribution", &health, "take_back", json!({}));
    assert_eq!(received(1), json!(["000002", "卫健委", "2023-05-05", "", "2023-06-02"]));
}

#[test]
fn a_copy_on_paper_has_its_number_secrecy_and_recipient() {
    let (city, item) = with_towns();
    let form = json!({"recipients": ["west", "health"], "numbered": true, "copies_secrecy": "秘密★1年"});
    city.act("li", "information", &item, "distribute", form);
    let all = copies(&city);
    let paper = |unit: &str| city.report("copy", json!({"copy": of(&all, unit)})).unwrap();
    let west = paper("west");
    assert_eq!(
        (&west["copy_number"], &west["secrecy"], &west["addressees"], &west["imprint"]["print_run"]),
        (&json!("000001"), &json!("秘密★1年"), &json!(["西县"]), &json!(2))
    );
    assert_eq!(west["sections"][0]["blocks"][1]["text"], "第二段。");
    assert_eq!(paper("health")["copy_number"], "000002");
}

#[test]
fn what_is_distributed_goes_to_somebody_and_secret_copies_are_numbered() {
    let (city, item) = with_towns();
    let refused =
        |form: Json| city.attempt("li", "information", Some(&item), "distribute", form).unwrap_err();
    assert!(refused(json!({})).contains("to which units"));
    assert!(refused(json!({"recipients": ["west"], "copies_secrecy": "秘密"})).contains("are numbered"));
    // Nobody sends a copy by hand.
    let by_hand = json!({"title": "夜间照明", "unit": "west", "copy": "000001"});
    assert!(city.attempt("li", "distribution", None, "send", by_hand).is_err());
    assert!(copies(&city).is_empty());
}
