//! Who is commended: places that were taken, pools and people ranked apart, ties that wait.

use super::city::City;
use serde_json::{Value as Json, json};

/// East has 90 points, 60 of them by adoption, West 80 and 20, Health 70 and 40; North, a direct point, has
/// 15 and 10. Their reporters wrote the items.
const YEAR: [(&str, &str, usize, usize); 4] =
    [("east", "wang", 6, 6), ("west", "sun", 12, 2), ("health", "zhou", 6, 4), ("north", "qian", 1, 1)];

fn city(year: &[(&str, &str, usize, usize)], settings: Json) -> City {
    let rules = ["zhalantun", "deputies", "commendation"];
    let city = City::with(&rules, json!({ "commendation": settings }));
    for (unit, author, submitted, adopted) in year {
        for n in 0..*submitted {
            let id = format!("{unit}-{n}");
            let item = json!({ "title": id, "unit": unit, "author": [author] });
            city.past("information", &id, "submit", "2023-01-05", item);
            if n < *adopted {
                city.past("information", &id, "adopt", "2023-02-05", json!({ "carrier": "journal" }));
            }
        }
    }
    city
}

/// `award: winner amount`, or who waits for how many places, in order.
fn won(city: &City) -> Vec<String> {
    let awards = city.figures().awards("information", "2023".parse().unwrap()).unwrap();
    let said = |award: &registrar_ledger::Award| {
        let name = award.award.as_deref().unwrap();
        match (&award.account, award.waits) {
            (Some(account), _) => format!("{name}: {account} {}", award.amount.unwrap()),
            (None, true) => format!("{name}: waits"),
            (None, false) => format!("{name}: {} of {}", award.places, award.candidates.join(" ")),
        }
    };
    awards.iter().map(said).collect()
}

fn units(won: &[String]) -> Vec<&str> {
    won.iter().map(String::as_str).filter(|won| won.contains("-units")).collect()
}

#[test]
fn a_place_of_who_has_won_already_goes_to_the_next_or_lapses_as_the_rule_says() {
    let (a, b) = ("total-units: east 90", "total-units: west 80");
    assert_eq!(units(&won(&city(&YEAR, json!({})))), [a, b, "adoption-units: health 40"]);
    assert_eq!(units(&won(&city(&YEAR, json!({ "taken": "lapse" })))), [a, b]);
    // Health has five adopted of six: 80 as West has, and one place for both.
    let mut year = YEAR;
    year[2].3 = 5;
    let tied = city(&year, json!({}));
    assert_eq!(units(&won(&tied)), [a, "total-units: 1 of health west", "adoption-units: waits"]);
}

#[test]
fn a_tie_at_the_cut_asks_for_a_decision() {
    let mut year = YEAR;
    year[2].3 = 5;
    let decided = |chosen: &str| {
        let city = city(&year, json!({}));
        let decision =
            json!({ "register": "information", "candidates": ["health", "west"], "chosen": [chosen] });
        city.past("$period", "2023", "award.decide", "2024-01-05", decision);
        won(&city)
    };
    assert_eq!(
        units(&decided("health")),
        ["total-units: east 90", "total-units: health 80", "adoption-units: west 20"]
    );
    assert_eq!(
        units(&decided("west")),
        ["total-units: east 90", "total-units: west 80", "adoption-units: health 50"]
    );
}

#[test]
fn direct_points_are_ranked_apart_and_people_too() {
    let apart = |won: &[String]| -> Vec<String> {
        won.iter().filter(|won| !won.contains("-units")).cloned().collect()
    };
    let first = city(&YEAR, json!({}));
    // Two credits an adoption.
    let people = ["people: wang 12", "people: zhou 8", "people: sun 4"];
    assert_eq!(apart(&won(&first)), [&["total-direct: north 15"][..], &people].concat());
    assert_eq!(first.standing("information", "2023", "points", Some("direct")), "north 15");
    // Qian has two adopted as Sun has: of people, too, a tie waits.
    let mut year = YEAR;
    (year[3].2, year[3].3) = (2, 2);
    let tied = won(&city(&year, json!({})));
    assert_eq!(
        apart(&tied),
        ["total-direct: north 30", "people: wang 12", "people: zhou 8", "people: 1 of qian sun"]
    );
    assert_eq!(apart(&won(&city(&year, json!({ "people": 4 }))))[3..], ["people: qian 4", "people: sun 4"]);
    assert_eq!(apart(&won(&city(&year, json!({ "people": 0 })))), ["total-direct: north 30"]);
}

#[test]
fn the_list_names_winners_by_category_and_what_is_open() {
    let list = |year: &[(&str, &str, usize, usize)]| {
        let city = city(year, json!({}));
        // A report reads the ledger as it is; this brings it up to the log.
        won(&city);
        let list = city.report("commendation-list", json!({ "period": "2023" })).unwrap();
        let section = |section: &Json| {
            let blocks = section["blocks"].as_array().unwrap();
            let said = blocks.iter().map(|block| {
                if block["rows"].is_null() { block["text"].clone() } else { block["rows"].clone() }
            });
            (section["heading"].as_str().unwrap().to_owned(), Json::Array(said.collect()))
        };
        let sections: Vec<_> = list["sections"].as_array().unwrap().iter().map(section).collect();
        (sections, list["appendices"][0]["blocks"][0]["rows"].clone())
    };
    let (sections, standing) = list(&YEAR);
    assert_eq!(
        sections[..2],
        [
            ("一、总分先进单位（报送单位）".into(), json!([[[1, "东县", 90], [2, "西县", 80]]])),
            ("二、采用先进单位（报送单位）".into(), json!([[[2, "卫健委", 40]]])),
        ]
    );
    assert_eq!(
        sections.last().unwrap(),
        &("四、先进个人".into(), json!([[[1, "王芳", 12], [2, "周敏", 8], [3, "孙丽", 4]]]))
    );
    assert_eq!(standing[0], json!([1, "东县", 90, 60, ""]));
    let mut year = YEAR;
    year[2].3 = 5;
    let (sections, _) = list(&year);
    assert_eq!(sections[0].1[1], "卫健委、西县并列，余1个名额，待决定。");
    assert_eq!(sections[1].1[0], "待前项并列决定后确定。");
}
