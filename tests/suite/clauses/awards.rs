//! Who wins: places taken already, pools, ties that wait, and what is decided.

use super::Office;

/// 90, 80 and 70 points, of which 60, 20 and 40 by adoption; the direct-reporting point has 15.
pub(super) const YEAR: &str = "
    2023-01-05 1..6 submit unit=a
    2023-02-05 1..6 adopt carrier=journal
    2023-01-05 11..22 submit unit=b
    2023-02-05 11..12 adopt carrier=journal
    2023-01-05 31..36 submit unit=c
    2023-02-05 31..34 adopt carrier=journal
    2023-01-05 41 submit unit=d
    2023-02-05 41 adopt carrier=journal";

/// `award: winners`, or who waits for how many places, in order.
fn won(taken: &str, log: &str) -> Vec<String> {
    let office = Office(&[("zhalantun", ""), ("commendation", taken)]);
    let bureau = office.after(log);
    let awards = bureau.ledger().awards(&bureau, "information", "2023".parse().unwrap()).unwrap();
    let said = |award: &registrar_ledger::Award| {
        let name = award.award.as_deref().unwrap();
        assert!(award.clause.is_some(), "{award:?}");
        match (&award.account, award.waits) {
            (Some(account), _) => format!("{name}: {account} {}", award.amount.unwrap()),
            (None, true) => format!("{name}: waits"),
            (None, false) => format!("{name}: {} of {}", award.places, award.candidates.join(" ")),
        }
    };
    awards.iter().map(said).collect()
}

#[test]
fn a_place_of_who_has_won_goes_to_the_next_or_lapses_as_the_rule_says() {
    let (a, b, d) = ("total-units: a 90", "total-units: b 80", "total-direct: d 15");
    assert_eq!(won("taken=next", YEAR), [a, b, "adoption-units: c 40", d]);
    assert_eq!(won("taken=lapse", YEAR), [a, b, d]);
    // Four adoptions instead of six: a has 70 as c has, and 40 as c has.
    let fewer = YEAR.replace("1..6 adopt", "1..4 adopt");
    assert_eq!(
        won("taken=next", &fewer),
        [
            "total-units: b 80",
            "total-units: 1 of a c",
            "adoption-units: waits",
            "total-direct: waits",
            "adoption-direct: waits"
        ]
    );
}

#[test]
fn a_tie_waits_for_a_decision_and_what_is_decided_counts() {
    let tie = YEAR.replace("31..34 adopt", "31..35 adopt");
    let waiting = ["total-units: a 90", "total-units: 1 of b c"];
    assert_eq!(won("taken=next", &tie)[..2], waiting);
    let decided = |chosen: &str, candidates: &str| {
        let decision = format!(
            "\n2024-01-05 2023 $award.decide register=information candidates={candidates} chosen={chosen}"
        );
        won("taken=next", &(tie.clone() + &decision))
    };
    assert_eq!(
        decided("[c]", "[b,c]"),
        ["total-units: a 90", "total-units: c 80", "adoption-units: b 20", "total-direct: d 15"]
    );
    // The other one is chosen: then c has its place by adoption.
    assert_eq!(
        decided("[b]", "[c,b]"),
        ["total-units: a 90", "total-units: b 80", "adoption-units: c 50", "total-direct: d 15"]
    );
    // A decision about others, or for more than there are places, decides nothing.
    assert_eq!(decided("[c]", "[a,c]")[..2], waiting);
    assert_eq!(decided("[b,c]", "[b,c]")[..2], waiting);
}

#[test]
fn direct_points_are_ranked_apart_and_people_under_a_measure_of_their_own() {
    let office = Office(&[("zhalantun", ""), ("fees", "")]);
    let log = "2023-01-05 1..2 submit unit=a author=[wang]
        2023-01-05 3..5 submit unit=d author=[li]
        2023-01-06 1..2 adopt carrier=journal
        2023-01-06 3 adopt carrier=journal";
    let standing = |log: &str, pool: Option<&str>, measure: &str| {
        office.after(log).standing_of("2023", |query| {
            query.pool = pool.map(str::to_owned);
            query.measure = Some(measure.to_owned());
        })
    };
    assert_eq!(standing(log, Some("units"), "points"), "a:30/1 b:0/2 c:0/2 e:0/2");
    assert_eq!(standing(log, Some("direct"), "points"), "d:25/1");
    assert_eq!(standing(log, None, "fee"), "wang:60/1 li:30/2");
    // One adoption is the direct point's instead.
    let moved = log.replace("1..2 adopt", "4..4 adopt");
    assert_eq!(standing(&moved, Some("units"), "points"), "a:10/1 b:0/2 c:0/2 e:0/2");
    assert_eq!(standing(&moved, Some("direct"), "points"), "d:35/1");
    assert_eq!(standing(&moved, None, "fee"), "li:60/1");
}
