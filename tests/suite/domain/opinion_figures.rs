//! Each figure of the Opinion does what its clause says, and another does otherwise.

use super::{
    city::City,
    opinion::{city, item_on, quotas, won},
};
use jiff::civil::date;
use registrar_domain::{Period, PeriodKind};
use registrar_host::plugin::manifest::Manifest;
use serde_json::json;

/// What is looked at: the points of East, the fees of Wang, what a unit owes, how many won.
enum Look {
    Points,
    Fees,
    Owed(&'static str, usize),
    Won(&'static str),
}

use Look::{Fees, Owed, Points, Won};

/// The stretch that a clause is tried in, which no other is: a month, two of them, or a year.
fn stretch(nth: usize, look: &Look) -> Period {
    let first = |months: usize| date(1990 + (months / 12) as i16, (months % 12) as i8 + 1, 1);
    match look {
        Points | Fees => Period::of(first(nth), PeriodKind::Month),
        Owed(..) => Period::of(first(nth * 2), PeriodKind::TwoMonth),
        Won(_) => Period::of(first(nth * 12), PeriodKind::Year),
    }
}

/// Has it happen in the stretch, and says what is then seen there.
fn tried(city: &City, nth: usize, (kind, carriers, levels): Story, look: &Look) -> String {
    let span = stretch(nth, look);
    let on = span.first().to_string();
    let write = |id: &str, unit: &str, kind: &str, carriers: &[&str], levels: &[&str]| {
        item_on(city, &format!("{nth}-{id}"), unit, kind, carriers, levels, &on);
    };
    match look {
        Points | Fees => write("one", "east", kind, carriers, levels),
        Owed(..) => {}
        // Each county and point ahead of the next; all written by one person.
        Won(_) => {
            for (place, unit) in ["east", "west", "south", "far"].iter().enumerate() {
                for m in 0..4 - place {
                    write(&format!("{unit}-{m}"), unit, "dynamic", &["journal"], &["city"]);
                }
            }
            write("north-1", "north", "dynamic", &["journal"], &[]);
            write("pier-1", "pier", "research", &["journal"], &[]);
        }
    }
    let amount =
        |measure: &str, account: &str| city.amount("information", &span.to_string(), measure, account);
    match look {
        Points => amount("points", "east"),
        Fees => amount("fee", "wang"),
        Owed(unit, quota) => {
            let quotas = quotas(city, unit, &span.to_string());
            quotas[*quota].split_once('/').unwrap().1.trim_end_matches('!').to_owned()
        }
        Won(award) => won(city, span).iter().filter(|won| won.starts_with(award)).count().to_string(),
    }
}

/// What happens to one item of East: its kind, where it is adopted, who instructs.
type Story = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Each figure of the table: its clause, what happens, what is looked at and comes of it, and what comes of another.
const CLAUSES: &[(&str, &str, Story, Look, &str, u32, &str)] = &[
    ("adopt_journal_dynamic", "adoption-city", ("dynamic", &["journal"], &[]), Points, "2", 3, "3"),
    ("adopt_journal_deep", "adoption-city", ("research", &["journal"], &[]), Points, "6", 7, "7"),
    ("adopt_special", "adoption-city", ("research", &["special"], &[]), Points, "8", 9, "9"),
    ("adopt_voice", "adoption-city", ("voice", &["voice"], &[]), Points, "8", 9, "9"),
    (
        "adopt_province_journal_dynamic",
        "adoption-province",
        ("dynamic", &["province-journal"], &[]),
        Points,
        "5",
        6,
        "6",
    ),
    (
        "adopt_province_journal_deep",
        "adoption-province",
        ("research", &["province-journal"], &[]),
        Points,
        "12",
        13,
        "13",
    ),
    (
        "adopt_province_special",
        "adoption-province",
        ("research", &["province-special"], &[]),
        Points,
        "15",
        16,
        "16",
    ),
    (
        "adopt_province_voice",
        "adoption-province",
        ("voice", &["province-voice"], &[]),
        Points,
        "15",
        16,
        "16",
    ),
    ("adopt_site", "adoption-site", ("dynamic", &["site"], &[]), Points, "1", 2, "2"),
    ("adopt_party", "adoption-party", ("dynamic", &["daily", "digest"], &[]), Points, "40", 21, "42"),
    ("instruct_city", "instruction", ("dynamic", &[], &["city"]), Points, "10", 12, "12"),
    ("instruct_province", "instruction", ("dynamic", &[], &["province"]), Points, "20", 22, "22"),
    ("commissioned", "commission", ("commissioned", &[], &[]), Points, "2", 3, "3"),
    ("fee_dynamic", "fee-base", ("dynamic", &["journal", "special"], &[]), Fees, "30", 40, "40"),
    ("fee_deep", "fee-base", ("research", &["journal"], &[]), Fees, "60", 70, "70"),
    ("fee_party", "fee-party", ("dynamic", &["daily"], &[]), Fees, "80", 60, "90"),
    ("fee_instruct_city", "fee-instruction", ("dynamic", &["daily"], &["city"]), Fees, "180", 110, "190"),
    (
        "fee_instruct_province",
        "fee-instruction",
        ("dynamic", &["daily"], &["province"]),
        Fees,
        "280",
        210,
        "290",
    ),
    ("owed_committee_submit", "quota-committee", ("dynamic", &[], &[]), Owed("finance", 0), "1", 3, "3"),
    ("owed_committee_publish", "quota-committee", ("dynamic", &[], &[]), Owed("finance", 1), "1", 3, "3"),
    ("owed_small_submit", "quota-small", ("dynamic", &[], &[]), Owed("letters-office", 0), "1", 3, "3"),
    ("owed_small_publish", "quota-small", ("dynamic", &[], &[]), Owed("letters-office", 1), "1", 3, "3"),
    ("owed_county", "quota-county", ("dynamic", &[], &[]), Owed("east", 0), "2", 3, "3"),
    ("owed_zone", "quota-zone", ("dynamic", &[], &[]), Owed("zone", 0), "2", 3, "3"),
    ("owed_point", "quota-point", ("dynamic", &[], &[]), Owed("north", 0), "1", 3, "3"),
    ("award_county_total", "award-county", ("dynamic", &[], &[]), Won("county-total"), "2", 1, "1"),
    ("award_county_adoption", "award-county", ("dynamic", &[], &[]), Won("county-adoption"), "1", 2, "2"),
    ("award_point", "award-point", ("dynamic", &[], &[]), Won("point-total"), "2", 1, "1"),
    ("award_person", "award-person", ("dynamic", &["journal"], &[]), Won("person"), "1", 0, "0"),
];

#[test]
fn each_figure_does_what_its_clause_says_and_another_does_otherwise() {
    let manifest = crate::program::repository().join("scripts/opinion/plugin.toml");
    let manifest = Manifest::parse(&std::fs::read_to_string(manifest).unwrap()).unwrap();
    let mut named: Vec<&str> = manifest.figures.keys().map(String::as_str).collect();
    // How many items are good ones is looked at in a report.
    named.retain(|name| *name != "award_item");
    let mut tested: Vec<&str> = CLAUSES.iter().map(|clause| clause.0).collect();
    tested.sort_unstable();
    assert_eq!(named, tested);
    // Each figure is the present one, and in the other office another one just in the stretch in which it is tried.
    let (mut present, mut other_figures) = (json!({}), json!({}));
    for (nth, (figure, _, _, look, _, other, _)) in CLAUSES.iter().enumerate() {
        let span = stretch(nth, look);
        let is = manifest.figures[*figure].on("2023-12-31").unwrap().1.to_f64();
        present[*figure] = json!({ "1990-01-01": is });
        other_figures[*figure] = json!({ "1990-01-01": is, span.first().to_string(): other, span.last().tomorrow().unwrap().to_string(): is });
    }
    let offices = [city(json!({ "figures": present })), city(json!({ "figures": other_figures }))];
    for (nth, (figure, clause, story, look, expected, other, moved)) in CLAUSES.iter().enumerate() {
        assert_eq!(manifest.figures[*figure].clause, *clause);
        let [said, changed] = [0, 1].map(|at: usize| tried(&offices[at], nth, *story, look));
        println!("{clause} {figure}: {said}; with {other} instead {changed}");
        assert_eq!((said.as_str(), changed.as_str()), (*expected, *moved), "{figure}");
    }
}
