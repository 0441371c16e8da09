//! Clauses that one meets here and there, each a script of `tests/clauses/`.

use super::Office;
use registrar_domain::Lang;

#[test]
fn only_the_highest_level_counts() {
    Office(&[("levels", "")]).moves(
        "2023-01-05 1 submit unit=a kind=dynamic
         2023-01-06 1 adopt level=city
         2023-01-07 1 adopt level=province
         2023-01-08 1 adopt level=district",
        &["a 2023-01: highest of 20, 30, 10 = 30"],
        ("level=province", "level=district"),
        &["a 2023-01: highest of 20, 10, 10 = 20"],
    );
}

#[test]
fn the_best_two_levels_count_each_once() {
    Office(&[("levels", "")]).moves(
        "2023-01-05 1 submit unit=a kind=research
         2023-01-06 1 adopt level=province
         2023-01-07 1 adopt level=city
         2023-01-08 1 adopt level=province
         2023-01-09 1 adopt level=district",
        &["a 2023-01: province once 30 + city 20 = 50"],
        ("level=city", "level=state"),
        &["a 2023-01: state 50 + province once 30 = 80"],
    );
}

#[test]
fn an_equal_split_keeps_the_total() {
    Office(&[("joint", "")]).moves(
        "2023-01-05 1 submit unit=a joint=[a,b,c] kind=routine
         2023-01-06 1 adopt carrier=journal",
        &[
            "a 2023-01: 10 / 3 and the cent over = 3.34",
            "b 2023-01: 10 / 3 = 3.33",
            "c 2023-01: 10 / 3 = 3.33",
        ],
        ("joint=[a,b,c]", "joint=[a,b,c,d]"),
        &["a 2023-01: 10 / 4 = 2.5", "d 2023-01: 10 / 4 = 2.5"],
    );
}

#[test]
fn a_split_of_three_to_two_keeps_the_total() {
    Office(&[("joint", "")]).moves(
        "2023-01-05 1 submit unit=a joint=[b,a] kind=opinion
         2023-01-06 1 adopt level=city",
        &["b 2023-01: 2.5 x 3/5 = 1.5", "a 2023-01: 2.5 x 2/5 = 1"],
        ("level=city", "level=province"),
        &["b 2023-01: 5 x 3/5 = 3", "a 2023-01: 5 x 2/5 = 2"],
    );
}

#[test]
fn each_unit_of_a_merged_item_is_credited_in_full() {
    let log = "2023-01-05 1 submit unit=a joint=[a,b,c] kind=voice
         2023-01-06 1 adopt carrier=journal";
    Office(&[("joint", "")]).moves(
        log,
        &["a 2023-01: 10 = 10", "b 2023-01: 10 = 10", "c 2023-01: 10 = 10"],
        ("joint=[a,b,c]", "joint=[a,b]"),
        &["a 2023-01: 10 = 10", "b 2023-01: 10 = 10", "c 2023-01: nothing = 0"],
    );
    // A published set, where the item's unit and those it was merged with are told apart.
    Office(&[("zhalantun", "")]).moves(
        "2023-01-05 1 merge unit=a joint=[b,c]
         2023-01-06 1 adopt carrier=journal",
        &["a 2023-01: 10 = 10", "b 2023-01: 10 = 10", "c 2023-01: 10 = 10"],
        ("joint=[b,c]", "joint=[b]"),
        &["a 2023-01: 10 = 10", "b 2023-01: 10 = 10", "c 2023-01: nothing = 0"],
    );
}

#[test]
fn fifteen_a_year_or_nothing() {
    Office(&[("cliff", "")]).moves(
        "2023-01-05 1..9 submit unit=a
         2023-12-30 10..15 submit unit=a
         2023-06-30 21..34 submit unit=b",
        &["a 2023: 15 x 2 = 30", "b 2023: 14 x 2 - 28 = 0"],
        ("10..15", "10..14"),
        &["a 2023: 14 x 2 - 28 = 0", "b 2023: 14 x 2 - 28 = 0"],
    );
    // The day decides the year.
    Office(&[("cliff", "")]).moves(
        "2023-01-05 1..14 submit unit=a
         2023-12-31 15 submit unit=a",
        &["a 2023: 15 x 2 = 30"],
        ("2023-12-31", "2024-01-01"),
        &["a 2023: 14 x 2 - 28 = 0", "a 2024: 2 - 2 = 0"],
    );
}

#[test]
fn a_month_has_a_base_and_a_cap() {
    Office(&[("bounds", "")]).moves(
        "2023-01-05 1..5 submit unit=a
         2023-01-06 1..5 adopt carrier=journal",
        &["a 2023-01: 10 + 5 x 5 - 5 = 30", "b 2023-01: the base = 10"],
        ("1..5 adopt", "1..3 adopt"),
        &["a 2023-01: 10 + 3 x 5 = 25", "b 2023-01: the base = 10"],
    );
}

#[test]
fn a_month_has_a_floor_and_no_ceiling() {
    Office(&[("bounds", "")]).moves(
        "2023-01-05 1..2 submit unit=d
         2023-01-06 1..2 return reason=short
         2023-02-05 3..42 submit unit=d
         2023-02-06 3..42 adopt carrier=journal",
        &["d 2023-01: 2 x -4 + 3 = -5", "d 2023-02: 40 x 5 = 200"],
        ("1..2 return", "1..1 return"),
        &["d 2023-01: 1 x -4 = -4", "d 2023-02: 40 x 5 = 200"],
    );
}

#[test]
fn a_shortfall_is_doubled() {
    Office(&[("owed", ""), ("quota", "")]).moves(
        "2023-01-05 1 submit unit=a
         2023-01-06 2..3 submit unit=b",
        &["a 2023-01: 1 - 2 x (2 - 1) = -1", "b 2023-01: 2 = 2", "c 2023-01: -2 x 2 = -4"],
        ("2..3 submit unit=b", "2..3 submit unit=a"),
        &["a 2023-01: 3 = 3", "b 2023-01: -2 x 2 = -4", "c 2023-01: -2 x 2 = -4"],
    );
}

#[test]
fn one_event_zeroes_a_month() {
    Office(&[("zeroed", "")]).moves(
        "2023-01-05 1..2 submit unit=a
         2023-01-06 1..2 adopt carrier=journal
         2023-02-06 1 adopt carrier=brief
         2023-01-20 1 leak",
        &["a 2023-01: 2 x 3 - 6 = 0", "a 2023-02: 3 = 3", "a 2023: 0 + 3 = 3"],
        ("2023-01-20", "2023-02-20"),
        &["a 2023-01: 2 x 3 = 6", "a 2023-02: 3 - 3 = 0", "a 2023: 6 + 0 = 6"],
    );
}

#[test]
fn one_event_zeroes_a_year() {
    Office(&[("zeroed", "")]).moves(
        "2023-01-05 1..2 submit unit=a
         2023-01-06 1..2 adopt carrier=journal
         2023-01-20 1 leak
         2023-11-06 1..2 adopt carrier=brief
         2023-12-31 2 fabricate",
        // The leak has taken January's six already.
        &["a 2023: 6 - 6 + 6 - 6 = 0", "a 2023-11: 2 x 3 = 6"],
        ("2023-12-31", "2024-01-01"),
        &["a 2023: 6 - 6 + 6 = 6", "a 2023-11: 2 x 3 = 6"],
    );
}

#[test]
fn what_a_direct_point_earns_is_credited_to_its_county_too() {
    let log = "2023-02-01 d $unit class=direct title=d order=4 parent=b
         2023-01-05 1..2 submit unit=d
         2023-01-31 1 adopt carrier=journal
         2023-02-01 2 adopt carrier=journal";
    Office(&[("parent", "")]).moves(
        log,
        &["d 2023-Q1: 2 x 3 = 6", "a 2023-Q1: of 31 January 3 = 3", "b 2023-Q1: of 1 February 3 = 3"],
        ("2023-01-31", "2023-02-02"),
        &["d 2023-Q1: 2 x 3 = 6", "a 2023-Q1: nothing = 0", "b 2023-Q1: 2 x 3 = 6"],
    );
    // The county itself earns once.
    Office(&[("parent", "")]).moves(
        "2023-01-05 1 submit unit=d
         2023-01-06 1 adopt carrier=journal",
        &["d 2023-01: 3 = 3", "a 2023-01: of d 3 = 3"],
        ("unit=d", "unit=a"),
        &["d 2023-01: nothing = 0", "a 2023-01: 3 = 3"],
    );
}

#[test]
fn points_are_a_multiple_of_what_another_office_gave() {
    Office(&[("outside", "")]).moves(
        "2023-01-05 1 submit unit=a
         2023-01-06 1 credit office=province given=2.5
         2023-01-07 1 credit office=city given=0.3",
        &["a 2023-01: 2 x 2.5 + 1.5 x 0.3 = 5.45"],
        ("given=2.5", "given=4"),
        &["a 2023-01: 2 x 4 + 1.5 x 0.3 = 8.45"],
    );
}

#[test]
fn a_quota_of_two_a_month_is_met_on_average_of_two_and_missed_in_a_strict_month() {
    let log = "2023-01-05 1 submit unit=a
         2023-02-05 2..4 submit unit=a";
    let change = ("2..4", "2..3");
    Office(&[("owed", ""), ("quota", "")]).moves(
        log,
        &["a 2023-01: 1 - 2 x (2 - 1) = -1", "a 2023-02: 3 = 3"],
        change,
        &["a 2023-01: 1 - 2 x (2 - 1) = -1", "a 2023-02: 2 = 2"],
    );
    Office(&[("owed", ""), ("quota", "window=two-month")]).moves(
        log,
        &["a 2023-01/2: 1 + 3, on average 2 = 4"],
        change,
        &["a 2023-01/2: 1 + 2 - 2 x (2 - 1.5) = 2"],
    );
}

#[test]
fn quotas_look_back_over_a_quarter_and_over_a_year_in_points() {
    let office = Office(&[("owed", ""), ("windows", "")]);
    office.moves(
        "2023-01-05 1..4 submit unit=d
         2023-03-05 5 submit unit=d
         2023-04-05 6 submit unit=d",
        &[
            "d 2023-03: 1 - 2 x (6 - 4 - 1) = -1",
            // January is out of the window by then.
            "d 2023-04: 1 - 2 x (6 - 1 - 1) = -7",
        ],
        ("2023-01-05", "2023-02-05"),
        &["d 2023-03: 1 - 2 x (6 - 4 - 1) = -1", "d 2023-04: 1 + 4 and 1 before = 1"],
    );
    office.moves(
        "2023-01-05 1..12 submit unit=e
         2023-12-31 13..20 submit unit=e",
        &["e 2023: 20 of 20 = 20"],
        ("13..20", "13..17"),
        &["e 2023: 17 - 2 x (20 - 17) = 11"],
    );
    office.moves(
        "2023-01-05 1 submit unit=a
         2023-02-05 2..4 submit unit=a",
        &["a 2023-01: 1, on average 2 = 1", "a 2023-02: 3 = 3"],
        ("2..4", "2..3"),
        &["a 2023-01: 1 - 2 x (2 - 1.5) = 0", "a 2023-02: 2 - 2 x (2 - 1.5) = 1"],
    );
}

#[test]
fn small_amounts_add_up_exactly() {
    Office(&[("decimals", "")]).moves(
        "2023-01-05 1..333 submit unit=a
         2023-01-06 1..7 adopt carrier=journal",
        &["a 2023-01: 333 x 0.2 + 7 x 2.5 = 84.1"],
        ("1..333", "1..331"),
        &["a 2023-01: 331 x 0.2 + 7 x 2.5 = 83.7"],
    );
}

#[test]
fn deputy_and_reporter_are_both_credited_for_one_item() {
    let office = Office(&[("deputy-credit", "")]);
    let log = "2023-01-05 1 submit unit=a author=[wang] deputy=zhang
         2023-01-06 1 adopt carrier=journal";
    office.moves(
        log,
        &["wang 2023-01 credit: 2 = 2", "zhang 2023-01 credit: 3 = 3"],
        ("deputy=zhang", "deputy=wang"),
        &["wang 2023-01 credit: 2 + 3 = 5", "zhang 2023-01 credit: nothing = 0"],
    );
    // Two postings, of one event.
    let bureau = office.after(log);
    let period = "2023-01".parse().unwrap();
    let events = ["wang", "zhang"].map(|person| {
        let opened = bureau
            .ledger()
            .explain(&bureau, "information", person, period, Some("credit"), Lang::En)
            .unwrap();
        opened.children[0].children[0].event.clone()
    });
    assert!(events[0].is_some() && events[0] == events[1], "{events:?}");
}
