//! The rule sets that ship, clause by clause.

use super::Office;
use registrar_domain::Lang;

const LIANSHI: Office = Office(&[("lianshi", "")]);

#[test]
fn lianshi_comes_to_59() {
    LIANSHI.moves(
        "2007-03-05 1 submit unit=a kind=problem
         2007-03-06 2..3 submit unit=a
         2007-03-09 1 adopt carrier=journal
         2007-03-15 1 adopt level=city
         2007-03-20 1 instruct level=city",
        &["a 2007-03: 3 + (3 + 5) + 20 + 30 - 2 = 59", "b 2007-03: -2 x 4 = -8"],
        ("2007-03-20", "2007-04-20"),
        &["a 2007-03: 3 + (3 + 5) + 20 - 2 = 29", "a 2007-04: 30 - 2 x 4 = 22"],
    );
}

#[test]
fn each_clause_of_lianshi_moves_the_month() {
    LIANSHI.grows(
        "2007-03-05 1..4 submit unit=a kind=dynamic",
        "a 2007-03: 4 x 1, none missing = 4",
        &[
            ("2007-03-06 5 submit unit=a", "5 x 1 = 5"),
            ("2007-03-06 1 submit", "the same item again = 4"),
            ("2007-03-06 1 adopt carrier=journal", "4 + 3 = 7"),
            // The item as it is now counts.
            ("2007-03-06 1 adopt carrier=journal\n2007-04-02 1 rekind new_kind=opinion", "4 + 3 + 5 = 12"),
            ("2007-03-06 1 adopt carrier=brief", "4 + 2 = 6"),
            ("2007-03-06 1 adopt level=district", "4 + 10 = 14"),
            ("2007-03-06 1 adopt level=city", "4 + 20 = 24"),
            ("2007-03-06 1 adopt level=province", "4 + 30 = 34"),
            ("2007-03-06 1 instruct level=town", "4 + 10 = 14"),
            ("2007-03-06 1 instruct level=district", "4 + 20 = 24"),
            ("2007-03-06 1 instruct level=city", "4 + 30 = 34"),
            ("2007-03-06 1 instruct level=province", "4 + 40 = 44"),
            ("2007-03-06 1 lapse lapse=late", "4 - 2 = 2"),
            ("2007-03-06 1 lapse lapse=missed", "4 - 2 = 2"),
            ("2007-03-06 1 lapse lapse=concealed", "4 - 2 = 2"),
            ("2007-03-06 1 notify", "4 - 5 = -1"),
        ],
    );
    for kind in ["problem", "opinion", "research"] {
        LIANSHI.moves(
            &format!("2007-03-05 1..4 submit unit=a kind={kind}\n2007-03-06 1 adopt carrier=brief"),
            &["a 2007-03: 4 + 2 + 5 = 11"],
            (&format!("kind={kind}"), "kind=routine"),
            &["a 2007-03: 4 + 2 = 6"],
        );
    }
}

#[test]
fn each_item_missing_in_lianshi_costs_two_and_the_month_is_the_items() {
    LIANSHI.moves(
        "2007-03-05 1..3 submit unit=a
         2007-03-31 4 submit unit=a",
        &["a 2007-03: 4 = 4"],
        ("2007-03-31", "2007-04-01"),
        &["a 2007-03: 3 - 2 = 1", "a 2007-04: 1 - 2 x 3 = -5"],
    );
}

#[test]
fn urgent_items_earn_lianshi_nothing_by_an_instruction() {
    LIANSHI.moves(
        "2007-03-05 1..3 submit unit=a
         2007-03-06 4 submit unit=a urgent=true
         2007-03-07 4 instruct level=province",
        &["a 2007-03: 4 = 4"],
        ("urgent=true", "urgent=false"),
        &["a 2007-03: 4 + 40 = 44"],
    );
}

#[test]
fn who_was_notified_twice_is_out_of_the_contest() {
    let log = "2007-03-05 1..4 submit unit=a kind=problem
        2007-03-05 11..14 submit unit=b
        2007-03-06 1..4 adopt level=city
        2007-03-07 1 notify
        2007-03-08 2 notify";
    let ranks = |log: &str| LIANSHI.after(log).standing("2007-03");
    // 4 + 4 x 20 - 2 x 5 = 74, and yet the second is first.
    assert_eq!(ranks(log), "b:4/1 c:-8/2 d:-8/2 e:-8/2 a:74/-");
    assert_eq!(ranks(&log.replace("2 notify", "11 notify")), "a:79/1 b:-1/2 c:-8/3 d:-8/3 e:-8/3");
}

#[test]
fn lianyungang_comes_to_65() {
    Office(&[("lianyungang", "")]).moves(
        "2020-05-05 1 submit unit=a
         2020-05-06 1 adopt carrier=daily
         2020-05-07 1 forward forwarded_to=province
         2020-05-08 1 adopt level=province
         2020-05-09 1 instruct level=province",
        &["a 2020-05: 3 + 2 + 10 + 50 = 65"],
        ("instruct level=province", "instruct level=state"),
        &["a 2020-05: 3 + 2 + 10 + 100 = 115"],
    );
}

#[test]
fn every_carrier_of_lianyungang_adds_up() {
    Office(&[("lianyungang", "")]).grows(
        "2020-05-05 1 submit unit=a\n2020-05-06 1 adopt carrier=daily",
        "a 2020-05: 3 = 3",
        &[
            ("2020-05-07 1 adopt carrier=brief", "3 + 1 = 4"),
            ("2020-05-07 1 adopt carrier=proposal", "3 + 20 = 23"),
            ("2020-05-07 1 adopt carrier=special", "3 + 3 = 6"),
            ("2020-05-07 1 forward forwarded_to=province", "3 + 2 = 5"),
            ("2020-05-07 1 adopt level=province", "3 + 10 = 13"),
            ("2020-05-07 1 adopt level=province carrier=special", "3 + 20 = 23"),
            ("2020-05-07 1 adopt level=province carrier=research", "3 + 30 = 33"),
            ("2020-05-07 1 adopt level=province carrier=digest", "3 + 5 = 8"),
            ("2020-05-07 1 adopt level=state carrier=selected", "3 + 10 = 13"),
            ("2020-05-07 1 adopt level=state", "3 + 50 = 53"),
            ("2020-05-07 1 instruct level=city carrier=daily", "3 + 5 = 8"),
            ("2020-05-07 1 instruct level=city carrier=brief", "3 + 5 = 8"),
            ("2020-05-07 1 instruct level=city carrier=proposal", "3 + 10 = 13"),
            ("2020-05-07 1 instruct level=province", "3 + 50 = 53"),
            ("2020-05-07 1 instruct level=state", "3 + 100 = 103"),
        ],
    );
}

#[test]
fn fees_are_stacked_in_three_lines() {
    let (office, log) = (
        Office(&[("fees", "")]),
        "2023-05-01 1 submit unit=a author=[wang]
         2023-05-04 1 adopt carrier=journal
         2023-05-05 1 adopt level=province
         2023-05-06 1 instruct level=city",
    );
    let lines = |log: &str| {
        let bureau = office.after(log);
        let period = "2023-05".parse().unwrap();
        let opened =
            bureau.ledger().explain(&bureau, "information", "wang", period, Some("fee"), Lang::En).unwrap();
        let line = |node: &registrar_ledger::Explained| {
            format!("{} {}", node.clause.as_deref().unwrap(), node.amount)
        };
        opened.children.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(lines(log), ["base 30", "level 50", "instruction 100"]);
    office.moves(
        log,
        &["wang 2023-05 fee: 30 + 50 + 100 = 180"],
        ("instruct level=city", "instruct level=town"),
        &["wang 2023-05 fee: 30 + 50 = 80"],
    );
    office.moves(
        log,
        &["wang 2023-05 fee: 30 + 50 + 100 = 180", "li 2023-05 fee: nothing = 0"],
        ("author=[wang]", "author=[li,wang]"),
        &["wang 2023-05 fee: 180 / 2 = 90", "li 2023-05 fee: 180 / 2 = 90"],
    );
}

#[test]
fn a_national_paper_pays_by_length_and_the_rule_says_what_500_characters_are() {
    let log = "2015-05-01 1 submit unit=a author=[wang]
        2015-05-02 1 adopt carrier=newspaper level=state words=500";
    let pays = |settings, at_500: &str| {
        let office = Office(settings);
        for (words, worked) in [
            ("words=501", "30 + 800 = 830"),
            ("words=499", "30 + 400 = 430"),
            ("words=200", "30 + 400 = 430"),
            ("words=199", "30 + 100 = 130"),
        ] {
            let moved = format!("wang 2015-05 fee: {worked}");
            office.moves(log, &[&format!("wang 2015-05 fee: {at_500}")], ("words=500", words), &[&moved]);
        }
    };
    pays(&[("fees", "at_500=more")], "30 + 800 = 830");
    pays(&[("fees", "at_500=less")], "30 + 400 = 430");
}

#[test]
fn a_commissioned_item_in_time_scores_without_adoption() {
    Office(&[("submission", "")]).moves(
        "2023-03-10 1 submit unit=a kind=commissioned due=\"2023-03-10\"",
        &["a 2023-03: in time = 2"],
        ("due=\"2023-03-10\"", "due=\"2023-03-09\""),
        &["a 2023-03: a day late = 0"],
    );
}

#[test]
fn an_adoption_counts_by_the_rule_of_its_day() {
    Office(&[("dated", "")]).moves(
        "2022-05-01 1 submit unit=a
         2022-05-31 1 adopt carrier=journal",
        &["a 2022: in May 3 = 3"],
        ("2022-05-31", "2022-06-01"),
        &["a 2022: in June 5 = 5"],
    );
}
