//! Votes: held by two who count and agree, by rules, without a way back from a secret ballot to a person.

use super::city::{Acted, City};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use registrar_domain::Actor;
use registrar_kernel::{Act, ImportOptions};
use registrar_sdk::{Map, Value as Told};
use serde_json::{Value, json};
use std::path::Path;

/// Opens the vote that names a record, counts it twice alike and declares it.
pub(super) fn hold(city: &City, field: &str, record: &str, members: u32, entry: &str) -> Value {
    let teller = json!({ "name": "赵计票", "roles": [{ "role": "teller", "unit": "*" }] });
    city.directory("2022-01-01", "zhao", "person", teller);
    let named = |vote: &Value| vote[field] == json!(record) && vote["stage"] == "draft";
    let vote = city.records("votes", named).pop().unwrap()["id"].as_str().unwrap().to_owned();
    let room = json!({ "of_members": members, "are_present": members, "are_issued": members });
    city.act("li", "votes", &vote, "open", room);
    declared(city, &vote, members, entry).unwrap()
}

fn city() -> City {
    let city = City::new(&[]);
    city.directory(
        "2022-01-01",
        "zhao",
        "person",
        json!({ "name": "赵计票", "roles": [{ "role": "teller", "unit": "*" }] }),
    );
    city.day("2023-04-20");
    city
}

/// A vote that was opened with so many members, present and ballots issued.
fn opened(city: &City, draft: Value, (members, present, issued): (u32, u32, u32)) -> String {
    let vote = city.attempt("li", "votes", None, "draft", draft).unwrap().record;
    let room = json!({ "of_members": members, "are_present": present, "are_issued": issued });
    city.act("li", "votes", &vote, "open", room);
    vote
}

/// Counts twice alike and declares: what was refused first, or the record.
fn declared(city: &City, vote: &str, returned: u32, entry: &str) -> Result<Value, String> {
    let first = json!({ "were_returned": returned, "entry": entry });
    city.attempt("zhao", "votes", Some(vote), "count_first", first)?;
    city.attempt("li", "votes", Some(vote), "count_second", json!({ "entry": entry }))?;
    city.attempt("li", "votes", Some(vote), "close", json!({}))?;
    Ok(city.record("votes", vote))
}

fn motion() -> Value {
    json!({ "title": "关于预算的决议", "kind": "motion" })
}

#[test]
fn a_motion_of_31_9_and_2_is_carried_and_21_are_not_enough() {
    let city = city();
    let vote = opened(&city, motion(), (42, 42, 42));
    let record = declared(&city, &vote, 42, "31x +\n9x -\n2x 空").unwrap();
    assert_eq!(record["number"], "表决〔2023〕1号");
    assert_eq!(record["counts"]["关于预算的决议"], json!({ "for": 31, "against": 9, "abstain": 2 }));
    assert_eq!((&record["elected"], &record["needed"]), (&json!(["关于预算的决议"]), &json!(22)));
    let report = city.report("vote-result", json!({ "vote": vote })).unwrap();
    let rows = &report["sections"][0]["blocks"][2]["rows"];
    assert_eq!(*rows, json!([[1, "关于预算的决议", 31, 9, 2, "通过"]]));
    // The seal on the paper is the log's.
    let seal = report["sections"][0]["blocks"][5]["text"].as_str().unwrap().to_owned();
    city.office.verify_head(&seal).unwrap();
    assert!(city.office.verify_head(&seal.replace(':', ":0")).is_err());
    // One vote the other way, and it is not.
    for (entry, carried) in [("22x +\n20x -", true), ("21x +\n21x -", false)] {
        let vote = opened(&city, motion(), (42, 42, 42));
        let record = declared(&city, &vote, 42, entry).unwrap();
        assert_eq!(record["elected"].is_array(), carried, "{entry}");
    }
}

#[test]
fn each_defect_is_refused_or_counted_void() {
    let refused = |room: (u32, u32, u32), returned: u32, entry: &str| {
        let city = city();
        let vote = opened(&city, motion(), room);
        declared(&city, &vote, returned, entry).unwrap_err()
    };
    assert!(refused((42, 21, 21), 21, "21x +").contains("no quorum"));
    assert!(refused((42, 30, 31), 31, "31x +").contains("more than the 30 present"));
    assert!(refused((42, 30, 30), 31, "31x +").contains("the vote does not hold"));
    assert!(refused((42, 30, 30), 30, "29x +").contains("30 ballots returned, 29 entered"));
    assert!(refused((42, 30, 30), 30, "30x 2+").contains("Line 1: there is no candidate 2"));
    assert!(refused((42, 30, 30), 30, "29x +\nja").contains("Line 2: “ja” is no mark"));
    assert!(refused((42, 30, 30), 30, "30x li: +").contains("no ballot says whose it is"));
    // Void by the tellers, blank, and with more marks than places.
    let city = city();
    let draft =
        json!({ "title": "选举", "kind": "election", "candidates": ["魏红", "丁一", "王芳"], "places": 2 });
    let vote = opened(&city, draft, (20, 20, 20));
    assert_eq!(city.record("votes", &vote)["candidates"], json!(["丁一", "王芳", "魏红"]), "by strokes");
    let record = declared(&city, &vote, 20, "12x 1 2\n2x 1+ 2+ 3+\n3x 废\n3x blank").unwrap();
    assert_eq!((&record["void"], &record["blank"]), (&json!(5), &json!(3)));
    assert_eq!(record["elected"], json!(["丁一", "王芳"]));
    // Where rules say so, a ballot with too many marks ends the vote.
    let strict = City::with(&[], json!({ "votes": { "over_marked": "refuse" } }));
    strict.directory(
        "2022-01-01",
        "zhao",
        "person",
        json!({ "name": "赵", "roles": [{ "role": "teller", "unit": "*" }] }),
    );
    let draft =
        json!({ "title": "选举", "kind": "election", "candidates": ["丁一", "王芳", "魏红"], "places": 2 });
    let vote = opened(&strict, draft, (20, 20, 20));
    let why = declared(&strict, &vote, 20, "18x 1 2\n2x 1+ 2+ 3+").unwrap_err();
    assert!(why.contains("A ballot marks more than 2"), "{why}");
}

#[test]
fn two_entries_that_disagree_stop_and_a_count_begins_anew() {
    let city = city();
    let vote = opened(&city, motion(), (42, 42, 42));
    let first = json!({ "were_returned": 42, "entry": "31x +\n11x -" });
    let counted = city.attempt("zhao", "votes", Some(&vote), "count_first", first.clone()).unwrap();
    // The second is made without the first: what it said is nowhere to be read.
    let said = serde_json::to_string(&counted.events).unwrap() + &city.record("votes", &vote).to_string();
    assert!(!said.contains("31x") && !said.contains("against"), "{said}");
    let attempt = |by: &str, entry: &str| {
        city.attempt(by, "votes", Some(&vote), "count_second", json!({ "entry": entry }))
            .map(|done: Acted| done.record)
    };
    let why = attempt("li", "30x +\n12x -").unwrap_err();
    assert!(why.contains("It differs from the first entry: 关于预算的决议"), "{why}");
    assert!(attempt("li", "31x +\n10x -\n废").unwrap_err().contains("void or blank ballots"));
    assert!(attempt("zhao", "31x +\n11x -").unwrap_err().contains("somebody else's"));
    assert_eq!(city.record("votes", &vote)["stage"], "counting");
    city.act("li", "votes", &vote, "recount", json!({ "why": "两次录入不一致" }));
    assert_eq!(city.record("votes", &vote)["first_by"], Value::Null);
    city.attempt("li", "votes", Some(&vote), "count_first", first).unwrap();
    city.act("zhao", "votes", &vote, "count_second", json!({ "entry": "11x -\n30x +\n+" }));
    city.act("li", "votes", &vote, "close", json!({}));
    assert_eq!(city.record("votes", &vote)["ballots"], "31x 1+\n11x 1-");
    // Nobody changes on the way what was opened or counted.
    let third = opened(&city, motion(), (42, 42, 42));
    assert!(declared(&city, &third, 42, "42x -").unwrap()["elected"].is_null());
    let sent = json!({ "again": 1, "revote": ["关于预算的决议"] });
    let why = city.attempt("li", "votes", Some(&third), "revote", sent).unwrap_err();
    assert!(why.contains("`again`") && why.contains("does not change it"), "{why}");
    // Each step is in the log.
    let steps = city.office.as_operator().events_of("votes", &vote).unwrap();
    let steps: Vec<_> = steps.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(steps, ["draft", "open", "count_first", "recount", "count_first", "count_second", "close"]);
    let other = city.attempt("li", "votes", None, "draft", motion()).unwrap().record;
    city.act(
        "li",
        "votes",
        &other,
        "amend",
        json!({ "title": "关于决算的决议", "candidates": ["关于决算的决议"], "why": "笔误" }),
    );
    city.act("li", "votes", &other, "cancel", json!({ "why": "议程调整" }));
    assert!(
        city.attempt("li", "votes", Some(&other), "open", json!({}))
            .unwrap_err()
            .contains("can't be taken in the stage")
    );
}

/// Twelve projects for ten places, 100 members: the first eight have all, the ninth 80; so many ballots for the tenth,
/// for the eleventh, and for both.
fn projects(city: &City, tenth: u32, eleventh: u32, both: u32) -> (String, Value) {
    let projects: Vec<String> = (1..=12).map(|n| format!("项目{n:02}")).collect();
    let draft =
        json!({ "title": "民生实事项目票决", "kind": "choice", "candidates": projects, "places": 10 });
    let vote = opened(city, draft, (100, 100, 100));
    let eight = "1 2 3 4 5 6 7 8";
    let bundles = [(tenth, "9 10"), (eleventh, "9 11"), (both, "10 11")];
    let bundles = bundles.iter().filter(|(n, _)| *n > 0).map(|(n, more)| format!("{n}x {eight} {more}"));
    let entry = bundles.collect::<Vec<_>>().join("\n");
    let record = declared(city, &vote, 100, &entry).unwrap();
    (vote, record)
}

#[test]
fn twelve_for_ten_places_and_a_tie_at_the_tenth_is_voted_again_among_the_tied() {
    let city = city();
    let (vote, record) = projects(&city, 40, 40, 20);
    assert_eq!(record["counts"]["项目10"]["for"], record["counts"]["项目11"]["for"]);
    assert_eq!(record["elected"].as_array().unwrap().len(), 9);
    assert_eq!((&record["revote"], &record["again"]), (&json!(["项目10", "项目11"]), &json!(1)));
    city.act("li", "votes", &vote, "revote", json!({}));
    let next = city.records("votes", |one| one["previous"] == json!(vote));
    assert_eq!((&next[0]["candidates"], &next[0]["places"]), (&json!(["项目10", "项目11"]), &json!(1)));
    assert_eq!((&next[0]["round"], &next[0]["stage"]), (&json!(2), &json!("draft")));
    assert!(
        city.attempt("li", "votes", Some(&vote), "revote", json!({})).unwrap_err().contains("begun already")
    );
    // One ballot more for the tenth, and it has the place.
    let (vote, record) = projects(&city, 41, 39, 20);
    assert_eq!((&record["elected"][9], &record["revote"]), (&json!("项目10"), &Value::Null));
    assert!(city.attempt("li", "votes", Some(&vote), "revote", json!({})).unwrap_err().contains("No place"));
    // A tie of those who have no majority leaves the place vacant.
    let (_, record) = projects(&city, 50, 50, 0);
    assert_eq!((&record["vacant"], &record["revote"]), (&json!(1), &Value::Null));
}

/// Every row of an office's store, in the order in which it lies there.
fn rows(data: &Path) -> Vec<String> {
    let store = rusqlite::Connection::open(data.join("registrar.db")).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut found = store.prepare(sql).unwrap();
        found.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut all = Vec::new();
    for table in
        names("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' ORDER BY name")
    {
        let columns = names(&format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')"))
            .join(" || ' ' || ");
        all.extend(names(&format!("SELECT '{table} ' || {columns} FROM {table}")));
    }
    all
}

#[test]
fn nothing_that_is_kept_of_a_secret_vote_tells_whose_a_ballot_was() {
    // Three members in the order in which they hand their ballots in; on another day two of them the other way round.
    // Both offices begin with the same log: names are kept with salts, which chance draws.
    let exported = |city: &City| {
        let mut log = String::new();
        city.office.as_operator().export_events(&mut |lines, _| log.push_str(lines)).unwrap();
        log
    };
    let first = city();
    opened(
        &first,
        json!({ "title": "人事", "kind": "appointment", "candidates": ["王芳", "丁一"] }),
        (3, 3, 3),
    );
    let before = exported(&first);
    let kept = |entry: &str| {
        let city = City::empty(&[], json!({}));
        city.day("2023-04-20");
        city.office.import_events(before.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
        let vote = "2023-0001".to_owned();
        let act = |by: &str, action: &str, fields: Value| {
            let fields: Map = Told::from_json(fields).as_map().cloned().unwrap_or_default();
            let (register, record) = ("votes".to_owned(), Some(vote.clone()));
            let (action, by, id) = (action.to_owned(), Actor::read(by), Some(format!("key-{action}")));
            city.office.act(Act { register, record, action, by, fields, id, ..Act::default() }).unwrap();
        };
        act("zhao", "count_first", json!({ "were_returned": 3, "entry": entry }));
        act("li", "count_second", json!({ "entry": entry }));
        act("li", "close", json!({}));
        let log = exported(&city);
        let data = city.scripts().with_file_name("data");
        (rows(&data), log, data.clone(), city)
    };
    let (rows, log, data, _city) = kept("1+ 2-\n1- 2+\n空");
    let (other_rows, other_log, ..) = kept("空\n1- 2+\n1+ 2-");
    assert_eq!(log, other_log, "the log and its export are the same to the last byte");
    assert_eq!(
        rows, other_rows,
        "so is every row of the store, receipts included: a backup is a copy of them"
    );
    assert!(rows.iter().any(|row| row.contains("1x 1+ 2-")) && rows.len() > 30, "{}", rows.len());
    // Nor do the files, free pages and what was written ahead included, hold what was typed.
    for entry in std::fs::read_dir(&data).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        for typed in ["1+ 2-\n1- 2+", "1+ 2-\\n1- 2+"] {
            let found = bytes.windows(typed.len()).any(|window| window == typed.as_bytes());
            assert!(!found, "{} has it in the order in which it was typed", entry.path().display());
        }
    }
    // An open vote keeps whose a ballot is.
    let city = city();
    let vote = opened(&city, json!({ "title": "决议", "kind": "motion", "secret": false }), (3, 3, 3));
    let record = declared(&city, &vote, 3, "王芳: +\n孙丽: -\n钱进：o").unwrap();
    assert_eq!(record["ballots"], "孙丽: 1-\n王芳: 1+\n钱进: 1o");
    let vote = opened(&city, json!({ "title": "决议", "kind": "motion", "secret": false }), (3, 3, 3));
    assert!(declared(&city, &vote, 2, "王芳: +\n王芳: -").unwrap_err().contains("has two ballots"));
    assert!(declared(&city, &vote, 2, "2x +").is_err(), "and needs it");
}

/// A vote by chance: kind, members, candidates, places, ballots as lists of numbers up to the candidates'.
fn drawn() -> impl Strategy<Value = Value> {
    // Ties need several places and few ballots: those are drawn more often.
    let kind = prop::sample::select(vec![
        "motion",
        "appointment",
        "appraisal",
        "election",
        "choice",
        "choice",
        "choice",
        "ranking",
        "ranking",
    ]);
    let mark = prop::sample::select(vec![0u8, 1, 1, 1, 1, 2, 3]);
    let ballot = (prop::collection::vec(mark, 6), 1u32..3, prop::bool::weighted(0.1));
    (kind, 2usize..6, 1usize..5, prop::collection::vec(ballot, 1..6), 0u32..3, prop::bool::weighted(0.2)).prop_map(
        |(kind, n, places, drawn, away, two_thirds)| {
            let each = matches!(kind, "motion" | "appointment" | "appraisal");
            let n = if kind == "motion" { 1 } else { n };
            let names: Vec<String> = (0..n).map(|at| format!("候选{at}")).collect();
            let mark = |kind: &str, mark: u8| match (kind, mark) {
                ("appraisal", 1) => Some("good"),
                ("appraisal", 2) => Some("fair"),
                ("appraisal", 3) => Some("poor"),
                (_, 1) => Some("for"),
                (_, 2) => Some("against"),
                (_, 3) => Some("abstain"),
                _ => None,
            };
            let places = if each { n } else { places.min(n) };
            let ballots: Vec<Value> = drawn
                .iter()
                .enumerate()
                .map(|(at, (marks, count, void))| {
                    let mut said = serde_json::Map::new();
                    let mut rank = 0;
                    // Most ballots mark no more than there are places, each beginning with another candidate: so some tie.
                    let most = if at % 5 == 4 || each || kind == "ranking" { n } else { places };
                    for (name, one) in names.iter().cycle().skip(at).zip(marks).take(most) {
                        if kind == "ranking" && *one > 0 {
                            rank += 1;
                            said.insert(name.clone(), json!(rank));
                        } else if let Some(mark) = mark(kind, *one).filter(|_| kind != "ranking") {
                            said.insert(name.clone(), json!(mark));
                        }
                    }
                    json!({ "marks": said, "count": count, "void": void })
                })
                .collect();
            let returned: u32 = drawn.iter().map(|(_, count, _)| count).sum();
            json!({
                "kind": kind, "members": returned + away.min(returned.saturating_sub(1)), "present": returned, "issued": returned, "returned": returned,
                "candidates": names, "places": places, "round": 1, "secret": true, "ballots": ballots,
                "majority": if two_thirds { "two-thirds" } else { "half" }, "on": "2023-04-20",
            })
        },
    )
}

#[test]
fn a_tally_hangs_on_no_order_and_its_places_add_up() {
    let city = city();
    let count = |vote: &Value| {
        let told = city.office.as_operator().vote(Told::from_json(vote.clone())).unwrap();
        serde_json::to_value(told).unwrap()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]);
    let mut runner =
        TestRunner::new_with_rng(Config { cases: 400, failure_persistence: None, ..Config::default() }, rng);
    let ties = std::cell::Cell::new(0u32);
    runner
        .run(&(drawn(), any::<prop::sample::Index>()), |(vote, by)| {
            let told = count(&vote);
            let tally = &told["tally"];
            prop_assert!(tally.is_object(), "{vote} {told}");
            let n = |key: &str| tally[key].as_array().map_or(0, Vec::len) as i64;
            let number = |key: &str| tally[key].as_i64().unwrap();
            prop_assert_eq!(
                n("elected") + number("again") + number("vacant"),
                vote["places"].as_i64().unwrap()
            );
            prop_assert_eq!(
                n("elected") + n("revote") + n("failed"),
                vote["candidates"].as_array().unwrap().len() as i64
            );
            if number("again") > 0 {
                ties.set(ties.get() + 1);
                prop_assert!(n("revote") > number("again"), "a place for each is no tie: {tally}");
            }
            // In another order, and with bundles taken apart.
            let mut other = vote.clone();
            let turn = |list: &mut Vec<Value>| {
                let at = by.index(list.len());
                list.rotate_left(at);
            };
            turn(other["candidates"].as_array_mut().unwrap());
            let ballots = other["ballots"].as_array_mut().unwrap();
            turn(ballots);
            let mut first = ballots[0].clone();
            if first["count"].as_i64().unwrap() > 1 {
                first["count"] = json!(1);
                ballots[0]["count"] = json!(ballots[0]["count"].as_i64().unwrap() - 1);
                ballots.push(first);
            }
            prop_assert_eq!(&count(&other)["tally"], tally);
            Ok(())
        })
        .unwrap();
    assert!(ties.get() > 2, "{} ties were drawn", ties.get());
}
