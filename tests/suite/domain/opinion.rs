//! The Opinion, clause by clause: what each figure does, and that another figure does otherwise.

use super::city::City;
use registrar_domain::Period;
use serde_json::{Value as Json, json};

/// The city with two counties more, a zone, a committee and the letters office, and a point more.
pub(super) fn city(settings: Json) -> City {
    let city = City::with(&["opinion"], json!({ "opinion": settings }));
    let units = [
        ("east", "county", "东县"),
        ("west", "county", "西县"),
        ("north", "direct", "北站"),
        ("south", "county", "南县"),
        ("far", "county", "远县"),
        ("zone", "zone", "试验区"),
        ("finance", "committee", "财经工委"),
        ("letters-office", "committee", "信访办公室"),
        ("pier", "direct", "码头站"),
    ];
    for (order, (id, class, title)) in units.iter().enumerate() {
        let unit = json!({ "title": { "zh": title, "en": id }, "class": class, "order": 1 + order });
        city.directory("1989-01-01", id, "unit", unit);
    }
    city
}

/// An item of a unit, written by Wang: submitted on a day, then adopted in these carriers, instructed on at these levels.
pub(super) fn item(city: &City, id: &str, unit: &str, kind: &str, carriers: &[&str], levels: &[&str]) {
    item_on(city, id, unit, kind, carriers, levels, "2023-03-10");
}

pub(super) fn item_on(
    city: &City,
    id: &str,
    unit: &str,
    kind: &str,
    carriers: &[&str],
    levels: &[&str],
    on: &str,
) {
    let fields = json!({ "title": id, "unit": unit, "kind": kind, "author": ["wang"] });
    city.past("information", id, "submit", on, fields);
    for carrier in carriers {
        city.past("information", id, "adopt", on, json!({ "carrier": carrier }));
    }
    for level in levels {
        city.past("information", id, "instruct", on, json!({ "level": level }));
    }
}

/// `name owed/had met` of a unit's quotas in a period.
pub(super) fn quotas(city: &City, unit: &str, period: &str) -> Vec<String> {
    let sheet = city.figures().quota_sheet("information", "points", period.parse().unwrap()).unwrap();
    assert!(sheet.faults.is_empty(), "{:?}", sheet.faults);
    let own = sheet.rows.iter().filter(|row| row.account == unit);
    own.map(|row| {
        let cells = row.cells.iter().flatten();
        let cells =
            cells.map(|cell| format!("{}/{}{}", cell.have, cell.owed, if cell.met { "" } else { "!" }));
        format!("{} {}", row.name, cells.collect::<Vec<_>>().join(" "))
    })
    .collect()
}

pub(super) fn won(city: &City, year: Period) -> Vec<String> {
    let awards = city.figures().awards("information", year).unwrap();
    let said = |award: &registrar_ledger::Award| {
        let name = award.award.as_deref().unwrap();
        match &award.account {
            Some(account) => format!("{name}: {account} {}", award.amount.unwrap()),
            None if award.waits => format!("{name}: waits"),
            None => format!("{name}: {} of {}", award.places, award.candidates.join(" ")),
        }
    };
    awards.iter().map(said).collect()
}

#[test]
fn before_the_new_version_its_figures_are_the_old_ones_and_two_are_not_there() {
    let city = city(json!({}));
    let fields = json!({ "title": "t", "unit": "east", "kind": "commissioned", "author": ["wang"] });
    city.past("information", "old", "submit", "2022-05-01", fields);
    for carrier in ["journal", "special", "voice", "site", "digest"] {
        city.past("information", "old", "adopt", "2022-12-31", json!({ "carrier": carrier }));
    }
    city.past("information", "old", "instruct", "2022-12-31", json!({ "level": "city" }));
    // Journal 2, special issue 5, Deputies' Voice 5, the site 3, an instruction 6.
    assert_eq!(city.amount("information", "2022", "points", "east"), "21");
}

#[test]
fn a_commissioned_item_that_becomes_research_stays_commissioned() {
    let city = city(json!({}));
    city.past("information", "one", "commission", "2023-03-01", json!({ "title": "t", "unit": "east", "kind": "commissioned", "commissioned": true, "due": "2023-03-10" }));
    city.past("information", "one", "submit", "2023-03-10", json!({}));
    assert_eq!(city.amount("information", "2023", "points", "east"), "2");
    city.past("information", "one", "rekind", "2023-03-11", json!({ "new_kind": "research" }));
    city.past("information", "one", "adopt", "2023-03-12", json!({ "carrier": "journal" }));
    assert_eq!(city.amount("information", "2023", "points", "east"), "8");
    // A day late: nothing for the submission.
    city.past("information", "two", "commission", "2023-03-01", json!({ "title": "t", "unit": "west", "kind": "commissioned", "commissioned": true, "due": "2023-03-10" }));
    city.past("information", "two", "submit", "2023-03-11", json!({}));
    assert_eq!(city.amount("information", "2023", "points", "west"), "0");
}

#[test]
fn a_reporter_can_not_make_an_item_a_commissioned_one() {
    let city = city(json!({}));
    let fields = json!({ "title": "约稿", "kind": "dynamic", "unit": "east", "commissioned": true });
    let why = city.attempt("wang", "information", None, "submit", fields).unwrap_err();
    assert!(why.contains("约稿须由编辑发起"), "{why}");
    let asked = json!({ "title": "约稿", "unit": "east", "due": "2023-03-10" });
    let item = city.attempt("li", "information", None, "commission", asked).unwrap().record;
    city.act("wang", "information", &item, "submit", json!({ "body": "情况如下" }));
    assert_eq!(city.amount("information", "2023", "points", "east"), "2");
}

#[test]
fn quotas_of_all_classes_stand_in_one_sheet_with_their_averages() {
    let city = city(json!({}));
    let sent = |unit: &str, months: &[(&str, usize)], published: usize| {
        let mut left = published;
        for (month, n) in months {
            for m in 0..*n {
                let id = format!("{unit}-{month}-{m}");
                city.past(
                    "information",
                    &id,
                    "submit",
                    &format!("{month}-05"),
                    json!({ "title": id, "unit": unit }),
                );
                if left > 0 {
                    left -= 1;
                    city.past(
                        "information",
                        &id,
                        "adopt",
                        &format!("{month}-08"),
                        json!({ "carrier": "journal" }),
                    );
                    // In a second carrier it is the same item.
                    city.past(
                        "information",
                        &id,
                        "adopt",
                        &format!("{month}-09"),
                        json!({ "carrier": "site" }),
                    );
                }
            }
        }
    };
    sent("zone", &[("2023-01", 1), ("2023-02", 3)], 0);
    sent("finance", &[("2023-01", 3), ("2023-02", 1)], 1);
    sent("letters-office", &[("2023-01", 2), ("2023-03", 1)], 1);
    city.day("2023-05-02");
    // 1 and 3 meet 2 on average; nothing in March and April; May and June have only begun.
    assert_eq!(quotas(&city, "zone", "2023"), ["submit 2/2 0/2! 0/2!"]);
    assert_eq!(quotas(&city, "finance", "2023"), ["submit 2/1 0/1! 0/1!", "publish 0.5/1! 0/1! 0/1!"]);
    // Each two months.
    assert_eq!(quotas(&city, "letters-office", "2023"), ["submit 2/1 1/1 0/1!", "publish 1/1 0/1! 0/1!"]);
    assert_eq!(quotas(&city, "health", "2023"), [""; 0]);
    // A period that was met is one, one that was missed takes one; what goes on is a forecast.
    assert_eq!(city.amount("information", "2023-Q1", "fulfilment", "zone"), "1");
    assert_eq!(city.amount("information", "2023-01..2023-04", "fulfilment", "zone"), "0");
    assert_eq!(city.amount("information", "2023-01..2023-02", "fulfilment", "letters-office"), "1");
    assert_eq!(city.amount("information", "2023-03/2", "fulfilment", "letters-office"), "-1");
}

#[test]
fn averages_may_be_taken_over_the_year_to_date() {
    let city = city(json!({ "average_over": "to-date" }));
    for (n, month) in ["2023-01", "2023-03", "2023-03", "2023-03"].iter().enumerate() {
        let id = format!("i{n}");
        city.past(
            "information",
            &id,
            "submit",
            &format!("{month}-05"),
            json!({ "title": id, "unit": "zone" }),
        );
        let id = format!("l{n}");
        city.past(
            "information",
            &id,
            "submit",
            &format!("{month}-05"),
            json!({ "title": id, "unit": "letters-office" }),
        );
    }
    city.day("2023-04-03");
    assert_eq!(quotas(&city, "zone", "2023"), ["submit 1/2! 0.5/2! 1.333333/2! 1/2!"]);
    // Of each two months: 1 in one is 2 in two.
    assert_eq!(quotas(&city, "letters-office", "2023")[0], "submit 2/1 1/1 2.666667/1 2/1");
}

#[test]
fn counties_win_by_total_and_by_adoption_nobody_twice_and_committees_in_neither() {
    let year = |settings: Json| {
        let city = city(settings);
        city.day("2024-01-03");
        // East 30 (all by adoption), West 28 and South 10 by adoption, the committee more than all.
        item(&city, "e1", "east", "voice", &["province-voice", "province-special"], &[]);
        item(&city, "w1", "west", "voice", &["special"], &["province"]);
        item(&city, "s1", "south", "voice", &["voice"], &[]);
        item(&city, "s2", "south", "dynamic", &["journal"], &[]);
        item(&city, "f1", "finance", "voice", &["province-voice"], &["province", "city"]);
        item(&city, "n1", "north", "voice", &["voice"], &[]);
        item(&city, "p1", "pier", "dynamic", &["digest"], &[]);
        let mut won = won(&city, "2023".parse().unwrap());
        won.retain(|won| !won.starts_with("person"));
        won
    };
    let (a, b) = ("county-total: east 30", "county-total: west 28");
    let points = ["point-total: pier 20", "point-total: north 8"];
    assert_eq!(year(json!({})), [a, b, "county-adoption: south 10", points[0], points[1]]);
    assert_eq!(year(json!({ "taken": "lapse" })), [a, b, points[0], points[1]]);
    // Nobody met what was owed.
    assert_eq!(year(json!({ "fulfilment": 50 })), [""; 0]);
}

#[test]
fn the_office_chooses_where_the_opinion_is_silent() {
    let points = |settings: Json| {
        let city = city(settings);
        let fields = json!({ "title": "t", "unit": "east", "joint": ["west"], "kind": "voice" });
        city.past("information", "one", "submit", "2023-03-01", fields);
        for carrier in ["journal", "voice", "site"] {
            city.past("information", "one", "adopt", "2023-03-10", json!({ "carrier": carrier }));
        }
        for level in ["city", "province", "city"] {
            let said = json!({ "level": level, "leader": format!("{level}") });
            city.past(
                "information",
                "one",
                "instruct",
                if level == "city" { "2023-03-11" } else { "2023-03-12" },
                said,
            );
        }
        city.standing("information", "2023", "points", Some("counties"))
    };
    // 6 + 8 + 1 for the carriers, 10 + 20 for the leaders (the same instruction twice is one event).
    assert!(points(json!({})).starts_with("east 45, west 45"), "{}", points(json!({})));
    assert!(points(json!({ "several": "highest" })).starts_with("east 38, west 38"));
    assert!(points(json!({ "instructions": "highest" })).starts_with("east 35, west 35"));
    assert!(points(json!({ "joint": "split" })).starts_with("east 22.5, west 22.5"));
    assert!(points(json!({ "deep": ["research"] })).starts_with("east 41, west 41"));
}

#[test]
fn the_committees_appraisal_and_the_good_items_are_documents() {
    let city = city(json!({ "figures": { "award_item": { "2019-01-01": 1 } } }));
    for month in ["2023-01", "2023-02"] {
        for n in 0..2 {
            let id = format!("f-{month}-{n}");
            city.past(
                "information",
                &id,
                "submit",
                &format!("{month}-05"),
                json!({ "title": id, "unit": "finance" }),
            );
        }
    }
    city.past("information", "f-2023-01-0", "adopt", "2023-01-09", json!({ "carrier": "journal" }));
    city.past("information", "f-2023-01-1", "adopt", "2023-01-09", json!({ "carrier": "site" }));
    city.past("information", "f-2023-01-1", "instruct", "2023-01-10", json!({ "level": "city" }));
    city.day("2023-05-02");
    // The ledger takes in what came.
    assert_eq!(quotas(&city, "letters-office", "2023").len(), 2);
    let report = city.report("committee-appraisal", json!({ "period": "2023" })).unwrap();
    let rows = &report["sections"][0]["blocks"][0]["rows"];
    assert_eq!(
        rows,
        &json!([
            [1, "财经工委", "报送（月均）", 1, 1, "1/2", "未完成"],
            ["", "", "刊用（月均）", 1, 0.5, "1/2", "未完成"],
            [2, "信访办公室", "报送（两月均）", 1, 0, "0/2", "未完成"],
            ["", "", "刊用（两月均）", 1, 0, "0/2", "未完成"]
        ])
    );
    let items = city.report("good-items", json!({ "period": "2023" })).unwrap();
    let rows = &items["sections"][0]["blocks"][0]["rows"];
    assert_eq!(rows, &json!([[1, "f-2023-01-1", "财经工委", 11, "采用1次，批示1次"]]));
}

#[test]
fn whose_a_carrier_is_and_at_which_level_is_data_of_the_office() {
    let earned = |issuer: &str, level: &str| {
        let own = json!({ "id": "own", "zh": "内参", "issuer": issuer, "level": level });
        let city = City::with(&["opinion"], json!({ "information": { "carriers": ["journal", own] } }));
        item(&city, "one", "east", "dynamic", &["own"], &[]);
        (
            city.amount("information", "2023", "points", "east"),
            city.amount("information", "2023", "fee", "wang"),
        )
    };
    // Its base, and on top what the party committee's carriers bring; the congress's own of that level bring neither.
    assert_eq!(earned("party", "province"), ("20".to_owned(), "80".to_owned()));
    assert_eq!(earned("congress", "province"), ("0".to_owned(), "30".to_owned()));
    assert_eq!(earned("party", "city"), ("0".to_owned(), "30".to_owned()));
}
