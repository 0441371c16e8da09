//! The sample office: the same pages whatever their size, the shares that its README states, and a year
//! that the city's rules score to the last event.

use super::city::City;
use registrar_kernel::ImportOptions;
use registrar_ledger::StandingQuery;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

const RULES: [&str; 4] = ["city", "fees", "quota", "commendation"];

/// The events of one page.
fn page(city: &City, spec: &str) -> Vec<Json> {
    let rows = city.ask("import.parse", vec![json!(spec), json!("sample")]);
    rows.as_array().unwrap().iter().map(|row| row["fields"].clone()).collect()
}

/// The items of a year of so many, in pages of this size.
fn items(city: &City, records: usize, size: usize) -> Vec<Json> {
    let first = (1..=records).step_by(size);
    let spec = |from| format!("records={records} from={from} to={} seed=2023 part=items", from + size - 1);
    first.flat_map(|from| page(city, &spec(from))).collect()
}

fn take(city: &City, lines: &[Json]) {
    let text: Vec<String> = lines.iter().map(Json::to_string).collect();
    let text = text.join("\n");
    let report = city.office.import_events(text.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(report.added, lines.len() as u64);
}

/// The published holidays of 2023 that an office brings in.
fn holidays(city: &City) -> Vec<Json> {
    let text = std::fs::read_to_string(city.scripts().join("directory/holidays-cn.jsonl")).unwrap();
    let all = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    all.filter(|line| line["id"].as_str().unwrap().starts_with("holiday-cn-2023-")).collect()
}

fn records(events: &[Json], wanted: impl Fn(&Json) -> bool) -> BTreeSet<&str> {
    let of_items = events.iter().filter(|event| event["register"] == "information");
    of_items.filter(|event| wanted(event)).map(|event| event["record"].as_str().unwrap()).collect()
}

#[test]
fn the_same_words_give_the_same_lines_and_another_seed_gives_others() {
    let city = City::new(&RULES);
    for part in ["part=directory", "records=5000 from=4901 to=5000 part=items"] {
        let of = |seed| page(&city, &format!("{part} seed={seed}"));
        assert_eq!(of(2023), of(2023), "{part}");
        assert_ne!(of(2023), of(2024), "{part}");
    }
}

#[test]
fn pages_of_a_hundred_and_of_five_hundred_are_the_same_events() {
    let city = City::new(&RULES);
    let whole = items(&city, 1000, 500);
    assert_eq!(whole, items(&city, 1000, 100));
    // Other records in the year: the days move.
    let days = |events: &[Json]| records(events, |event| event["on"].as_str() < Some("2023-07-01")).len();
    let more = page(&city, "records=2000 from=1 to=1000 seed=2023 part=items");
    assert!((420..560).contains(&days(&whole)) && days(&more) > 900, "{} {}", days(&whole), days(&more));
}

#[test]
fn the_directory_has_counties_and_districts_a_zone_committees_and_points_each_with_a_county() {
    let city = City::new(&RULES);
    take(&city, &page(&city, "part=directory"));
    let directory = city.office.directory();
    let units = |on: &str, class| {
        let units = directory.units(on.parse().unwrap(), Some(class)).into_iter();
        units.filter(|unit| unit.id.contains('-')).collect::<Vec<_>>()
    };
    for (class, count) in [("county", 10), ("district", 2), ("zone", 1), ("committee", 12), ("direct", 40)] {
        assert_eq!(units("2023-06-30", class).len(), count, "{class}");
    }
    let counties = ["county", "district"].into_iter().flat_map(|class| units("2023-06-30", class));
    let counties: BTreeSet<String> = counties.map(|unit| unit.id).collect();
    assert!(
        units("2023-06-30", "direct").iter().all(|point| counties.contains(point.parent.as_ref().unwrap()))
    );
    // The parent is that of the day.
    let parent = |on: &str| directory.unit("point-07", on.parse().unwrap()).unwrap().parent.unwrap();
    assert_eq!((&*parent("2023-06-30"), &*parent("2023-07-01")), ("county-07", "county-08"));
    // The last officer of one office leaves.
    let without = |on: &str| {
        let people = directory.people(on.parse().unwrap());
        let there: BTreeSet<String> = people.into_iter().filter_map(|person| person.unit).collect();
        let all = ["county", "district", "zone", "committee", "direct"]
            .into_iter()
            .flat_map(|class| units(on, class));
        all.map(|unit| unit.id).filter(|id| !there.contains(id)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((&*without("2023-12-15"), &*without("2023-12-16")), ("", "committee-10"));
}

#[test]
fn the_shares_are_those_of_the_readme() {
    let city = City::new(&RULES);
    let events = items(&city, 2000, 500);
    let all = records(&events, |_| true).len();
    assert_eq!(all, 2000);
    let of = |wanted: &dyn Fn(&Json) -> bool| records(&events, wanted).len();
    let action = |name: &'static str| of(&|event| event["action"] == name);
    let commissioned = action("commission");
    let joint = of(&|event| event["action"] == "submit" && !event["fields"]["joint"].is_null());
    let urgent = of(&|event| event["fields"]["urgent"] == json!(true));
    let shares = [
        ("commissioned", commissioned, all, 5.0..9.0),
        ("late", action("overdue"), commissioned, 20.0..40.0),
        ("joint", joint, all, 4.0..8.0),
        ("merged", action("merged"), all, 4.0..8.0),
        ("copies", copies(&events), all, 2.5..5.5),
        ("adopted", action("adopt"), all, 36.0..44.0),
        ("void", action("void"), all, 1.0..3.0),
        ("returned", action("return"), all, 9.0..13.0),
        ("instructed", action("instruct"), all, 5.0..10.0),
        ("urgent", urgent, all, 5.0..8.0),
    ];
    for (what, some, all, share) in shares {
        let percent = some as f64 * 100.0 / all as f64;
        assert!(share.contains(&percent), "{what}: {percent}% of {all}");
    }
}

/// How many items say, by half of their characters, what one earlier item of another unit has said.
fn copies(events: &[Json]) -> usize {
    let mut said = BTreeMap::<&str, Vec<usize>>::new();
    let (mut units, mut found) = (Vec::new(), 0);
    for event in
        events.iter().filter(|event| event["action"] == "submit" && !event["fields"]["unit"].is_null())
    {
        let unit = event["fields"]["unit"].as_str().unwrap();
        let clauses = event["fields"]["body"].as_str().unwrap().split(['。', '，', '；', '：']);
        let clauses: BTreeSet<&str> = clauses.filter(|clause| clause.chars().count() > 3).collect();
        let all: usize = clauses.iter().map(|clause| clause.chars().count()).sum();
        let mut shared = BTreeMap::<usize, usize>::new();
        for clause in &clauses {
            for other in said.get(clause).into_iter().flatten().filter(|other| units[**other] != unit) {
                *shared.entry(*other).or_default() += clause.chars().count();
            }
        }
        found += usize::from(shared.values().any(|shared| shared * 2 >= all));
        clauses.into_iter().for_each(|clause| said.entry(clause).or_default().push(units.len()));
        units.push(unit);
    }
    found
}

#[test]
fn nothing_is_told_before_the_year_or_after_it_nor_before_the_item_was_there() {
    let city = City::new(&RULES);
    let events = items(&city, 1000, 500);
    let mut begun = BTreeMap::<&str, &str>::new();
    for event in events.iter().filter(|event| event["action"] == "submit" || event["action"] == "merge") {
        begun.entry(event["record"].as_str().unwrap()).or_insert(event["on"].as_str().unwrap());
    }
    for event in &events {
        let (action, on) = (event["action"].as_str().unwrap(), event["on"].as_str().unwrap());
        assert!(("2023-01-01"..="2023-12-31").contains(&on), "{event}");
        if event["register"] == "information" && !["commission", "overdue"].contains(&action) {
            assert!(on >= begun[event["record"].as_str().unwrap()], "{event}");
        }
    }
}

#[test]
fn a_thousand_items_go_in_and_every_one_is_scored_by_the_citys_rules() {
    let city = City::new(&RULES);
    for lines in [page(&city, "part=directory"), holidays(&city), items(&city, 1000, 500)] {
        take(&city, &lines);
    }
    for measure in ["points", "fee"] {
        let query = StandingQuery {
            register: "information".into(),
            period: "2023".parse().unwrap(),
            measure: Some(measure.into()),
            pool: None,
            tag: None,
        };
        let standing = city.figures().standing(&query).unwrap();
        assert!(standing.faults.is_empty(), "{:?}", standing.faults);
        assert!(standing.rows.len() > 65 && standing.rows.iter().all(|row| !row.unscored), "{measure}");
    }
    let of = |account: &str| city.amount("information", "2023", "points", account);
    let named = (of("county-01"), of("point-07"), of("committee-10"));
    assert_eq!((&*named.0, &*named.1, &*named.2), ("222.94", "28.93", "30.67"));
    // Submitted on the last day before the Spring Festival, adopted on the first one after it: in time.
    let before = of("county-12");
    let void = json!({
        "id": "no-spring", "register": "$directory", "record": "cn-2023-spring", "action": "void", "on": "2023-12-31",
        "by": "operator", "fields": { "event": "holiday-cn-2023-spring" },
    });
    take(&city, &[void]);
    assert_eq!((&*before, &*of("county-12")), ("195.475", "192.475"));
}

#[test]
fn the_sister_registers_have_their_year_too_and_their_votes_are_what_their_ballots_come_to() {
    let city = City::new(&[]);
    city.day("2024-06-01");
    take(&city, &page(&city, "part=directory"));
    take(&city, &holidays(&city));
    let lines = page(&city, "part=registers seed=2023");
    assert_eq!(lines, page(&city, "part=registers seed=2023"));
    assert_ne!(lines, page(&city, "part=registers seed=2024"));
    take(&city, &lines);
    city.day("2024-06-02");
    let stage = |register: &str, stage: &str| city.records(register, |record| record["stage"] == stage).len();
    assert_eq!(
        (stage("suggestions", "joined"), stage("projects", "under_way"), stage("projects", "declined")),
        (1, 10, 2)
    );
    assert_eq!(
        (stage("findings", "closed"), stage("findings", "open"), stage("decisions", "published")),
        (5, 2, 6)
    );
    // What a clerk would see declared is what was.
    let votes = city.records("votes", |vote| vote["stage"] == "closed");
    assert_eq!(votes.len(), 10);
    for vote in votes {
        let mut draft = vote.clone();
        for (name, value) in [("action", json!("close")), ("on", json!("2023-12-31")), ("form", json!({}))] {
            draft[name] = value;
        }
        for name in ["counts", "elected", "failed", "revote", "again", "vacant", "void", "blank", "needed"] {
            draft.as_object_mut().unwrap().remove(name);
        }
        let declared = city.ask("record.normalize", vec![draft]);
        for name in ["counts", "elected", "failed", "revote", "again", "vacant", "void", "blank", "needed"] {
            // In which order equal ones are listed decides nothing.
            let said = |of: &Json| match of[name].as_array() {
                Some(list) => json!(list.iter().map(Json::to_string).collect::<BTreeSet<_>>()),
                None if of[name].is_null() => json!([]),
                None => of[name].clone(),
            };
            assert_eq!(said(&declared), said(&vote), "{} {name}", vote["title"]);
        }
    }
    // Deadlines of history ran, and those that nobody met are overdue since.
    let overdue = city.report("overview", json!({ "date": "2024-06-02" })).unwrap();
    let said = overdue["sections"][0]["blocks"][0]["text"].as_str().unwrap();
    assert!(said.starts_with("截至2024年6月2日，各台账超期"), "{said}");
    let late = overdue["sections"][0]["blocks"][1]["rows"].as_array().unwrap().len();
    assert!((10..60).contains(&late), "{late}");
    let report = city.report("suggestions-year", json!({ "period": "2023" })).unwrap();
    assert!(report.to_string().contains("登记代表建议24件（其中并案1件）"), "{report}");
}
