//! Versions of a rule side by side: days that none has, days that two have, versions that never are.

use crate::rules::{
    Warning,
    WarningKind::{Gap, NeverInForce, Overlap, SameStart},
    day_span::{DaySpan, after, before, gaps},
    rule_part::RulePart,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What is probably not meant among the dates of rules that act together.
pub(crate) fn check(parts: &[RulePart]) -> Vec<Warning> {
    let mut found: Vec<Warning> = parts.iter().filter(|p| p.effective.is_empty()).map(never).collect();
    let mut rules: BTreeMap<(&str, &str), Vec<&RulePart>> = BTreeMap::new();
    for part in parts.iter().filter(|part| !part.rule.is_empty() && !part.effective.is_empty()) {
        rules.entry((part.point, &part.rule)).or_default().push(part);
    }
    for parts in rules.values_mut() {
        // In the order in which they come into force, so that a pair is an earlier and a later one.
        parts.sort_by_key(|part| (part.effective.first, &part.file, part.line));
        found.extend(holes(parts));
        found.extend(pairs(parts));
    }
    found
}

fn never(part: &RulePart) -> Warning {
    let DaySpan { first, last } = part.effective;
    let text = format!(
        "{} is never in force: its `to` {last} is before its `from` {first}; exchange the two, or drop one",
        named(part)
    );
    Warning::at(part, NeverInForce, text)
}

fn named(part: &RulePart) -> String {
    if part.rule.is_empty() {
        format!("the handler of {}", part.point)
    } else {
        format!("rule \"{}\"", part.rule)
    }
}

// Each register and action by itself: a version may be for some of what another is for.
fn holes(parts: &[&RulePart]) -> Vec<Warning> {
    let words = |option: &str| {
        let words: BTreeSet<&str> = parts.iter().flat_map(|part| part.words(option)).collect();
        if words.is_empty() { BTreeSet::from([""]) } else { words }
    };
    let mut found = Vec::new();
    for register in words("register") {
        for action in words("action") {
            let concerned: Vec<&&RulePart> = parts
                .iter()
                .filter(|p| p.admits("register", register) && p.admits("action", action))
                .collect();
            let spans: Vec<DaySpan> = concerned.iter().flat_map(|part| part.spans.iter().copied()).collect();
            for gap in gaps(&spans) {
                let ends = |part: &&&&RulePart| part.spans.iter().any(|span| span.last == before(gap.first));
                let begins = |part: &&&&RulePart| part.spans.iter().any(|span| span.first == after(gap.last));
                let (Some(earlier), Some(later)) =
                    (concerned.iter().find(ends), concerned.iter().find(begins))
                else {
                    continue;
                };
                let text = format!(
                    "{} counts nothing {}: {} ends and this one begins later; begin it with from = \"{}\", or end the other with to = \"{}\"",
                    named(later),
                    gap.said(),
                    earlier.place(),
                    gap.first,
                    gap.last
                );
                found.push(Warning::at(later, Gap, text));
            }
        }
    }
    found
}

fn pairs(parts: &[&RulePart]) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut told: BTreeSet<(Date, Date)> = BTreeSet::new();
    for (at, earlier) in parts.iter().enumerate() {
        for later in &parts[at + 1..] {
            // An overlay replaces what it names, whenever that began.
            let Some(both) = earlier.together(later).filter(|_| earlier.layer == later.layer) else {
                continue;
            };
            if !earlier.shares(later, "register") {
                continue;
            }
            let (a, b) = (earlier.effective.first, later.effective.first);
            if a == b && earlier.same_business(later) {
                found.push(Warning::at(later, SameStart, same_start(earlier, later)));
            }
            if a != b && told.insert((a, b)) {
                found.push(Warning::at(earlier, Overlap, overlap(earlier, later, both)));
            }
        }
    }
    found
}

fn same_start(earlier: &RulePart, later: &RulePart) -> String {
    let start = later.effective.first;
    let day = if start == Date::MIN { "without a `from`".to_owned() } else { format!("from {start}") };
    format!(
        "{} has two handlers {day} for the same thing, this one and {}: both run; give one another `from`, or drop it",
        named(later),
        earlier.place()
    )
}

fn overlap(earlier: &RulePart, later: &RulePart, both: DaySpan) -> String {
    let mut text = format!(
        "{} has two versions in force {}, this one ({}) and {} ({}): the one with the later `from` counts",
        named(earlier),
        both.said(),
        earlier.effective.said(),
        later.place(),
        later.effective.said()
    );
    let (end, again) = (later.effective.last, after(later.effective.last));
    if end < earlier.effective.last {
        text.push_str(&format!(", and from {again} this one again"));
    }
    text + &format!("; end this one with to = \"{}\"", before(later.effective.first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_contract::payload::point;
    use registrar_sdk::Value;
    use registrar_sdk::native::Typed;

    /// Parts of the rule `r`, one a line: `layer from to {options}`; `-` for an open end.
    fn parts(lines: &str) -> Vec<RulePart> {
        let part = |(line, text): (u32, &str)| {
            let [layer, from, to, options] = text.splitn(4, ' ').collect::<Vec<_>>()[..] else { panic!() };
            let end = |text: &'static str| Some(text).filter(|t| *t != "-");
            let effective = DaySpan::read(end(from.to_owned().leak()), end(to.to_owned().leak()));
            let options: Value = serde_json::from_str(options).unwrap();
            RulePart {
                plugin: "p".into(),
                file: "p.lua".into(),
                line,
                point: point::ScorePost::ID,
                rule: options.get("rule").as_str().unwrap_or("r").to_owned(),
                layer: layer.parse().unwrap(),
                effective,
                spans: vec![effective],
                options,
            }
        };
        (1..).zip(lines.lines().map(str::trim).filter(|line| !line.is_empty())).map(part).collect()
    }

    fn told(lines: &str, expected: &[(u32, crate::rules::WarningKind, &str)]) {
        let found = check(&parts(lines));
        let places: Vec<_> = found.iter().map(|w| (w.line, w.kind)).collect();
        let wanted: Vec<_> = expected.iter().map(|(line, kind, _)| (*line, *kind)).collect();
        assert_eq!(places, wanted, "{lines}\n{found:#?}");
        for (warning, (_, _, text)) in found.iter().zip(expected) {
            assert!(warning.message.contains(text), "{:?} lacks {text:?}", warning.message);
        }
    }

    #[test]
    fn versions_that_follow_each_other_are_fine() {
        told("0 - 2022-05-31 {}\n0 2022-06-01 - {}", &[]);
        told("0 - 2022-05-31 {}\n0 2022-06-01 - {\"rule\":\"other\"}", &[]);
    }

    #[test]
    fn a_gap_names_its_days_and_both_versions() {
        let days = "counts nothing from 2022-06-01 to 2022-06-30: p.lua:1 ends";
        told("0 - 2022-05-31 {}\n0 2022-07-01 - {}", &[(2, Gap, days)]);
        // An overlay that covers the days closes it, and another register's version does not.
        told("0 - 2022-05-31 {}\n0 2022-07-01 - {}\n1 2022-06-01 2022-06-30 {}", &[]);
        told(
            r#"0 - 2022-05-31 {"register":"a"}
               0 2022-07-01 - {"register":"a"}
               0 2022-06-01 2022-06-30 {"register":"b"}"#,
            &[(2, Gap, days)],
        );
        // What a version is not for any more is no gap.
        told(
            r#"0 - 2022-05-31 {"action":["submit","accept"]}
               0 2022-06-01 - {"action":"accept"}"#,
            &[],
        );
    }

    #[test]
    fn an_overlap_says_which_version_counts_and_how_to_end_the_other() {
        told(
            "0 - 2022-06-30 {}\n0 2022-06-01 - {}",
            &[(
                1,
                Overlap,
                "from 2022-06-01 to 2022-06-30, this one (until 2022-06-30) and p.lua:2 (since 2022-06-01): the one with the later `from` counts; end this one with to = \"2022-05-31\"",
            )],
        );
        told("0 - - {}\n0 2022-06-01 2022-06-30 {}", &[(1, Overlap, "and from 2022-07-01 this one again")]);
        // An overlay replaces by name: that is what it is for.
        told("0 - - {}\n1 2022-06-01 - {}", &[]);
        told(
            r#"0 - - {"register":"a"}
                0 2022-06-01 - {"register":"b"}"#,
            &[],
        );
    }

    #[test]
    fn two_versions_of_several_handlers_overlap_once() {
        told(
            r#"0 2020-01-01 - {"action":"submit"}
               0 2020-01-01 - {"action":"accept"}
               0 2022-06-01 - {"action":"submit"}
               0 2022-06-01 - {"action":"accept"}"#,
            &[(1, Overlap, "p.lua:3")],
        );
    }

    #[test]
    fn handlers_of_one_version_for_the_same_thing_both_run() {
        told("0 2022-06-01 - {}\n0 2022-06-01 - {}", &[(2, SameStart, "both run")]);
        told(
            r#"0 2022-06-01 - {"tag":"a"}
                0 2022-06-01 - {"tag":"b"}"#,
            &[],
        );
        told(
            r#"0 - - {"match":{"kind":"a"}}
                0 - - {"match":{"kind":["b","c"]}}"#,
            &[],
        );
        told(
            r#"0 - - {"match":{"kind":"a"}}
                0 - - {"match":{"kind":["a","c"]}}"#,
            &[(2, SameStart, "without a `from`")],
        );
    }

    #[test]
    fn a_rule_that_ends_before_it_begins_is_never_in_force() {
        told("0 2022-06-01 2022-05-31 {}", &[(1, NeverInForce, "`to` 2022-05-31 is before its `from`")]);
    }
}
