//! A shortfall, a zeroed month, a tie and a place opened down to events and clauses, in both languages.

use super::Office;
use crate::bureau::Bureau;
use registrar_domain::Lang;
use registrar_ledger::{Explained, StandingQuery};

/// A tree as it is read: what lies behind a figure has an arrow.
fn tree(node: &Explained) -> String {
    fn lines(node: &Explained, depth: usize, mark: &str, out: &mut String) {
        let clause = node.clause.as_ref().map_or(String::new(), |clause| format!(" [{clause}]"));
        let event = node.event.as_ref().map_or(String::new(), |event| format!(" {event}"));
        let place = if node.source.is_some() { " @" } else { "" };
        let indent = "  ".repeat(depth);
        out.push_str(&format!("{indent}{mark}{} {}{clause}{event}{place}\n", node.amount, node.label));
        node.children.iter().for_each(|child| lines(child, depth + 1, "", out));
        node.because.iter().for_each(|child| lines(child, depth + 1, "<- ", out));
    }
    let mut out = String::new();
    lines(node, 0, "", &mut out);
    out
}

fn figure(bureau: &Bureau, account: &str, period: &str, lang: Lang) -> String {
    let period = period.parse().unwrap();
    tree(&bureau.ledger().explain(bureau, "information", account, period, Some("points"), lang).unwrap())
}

#[track_caller]
fn shows(tree: &str, lines: &[&str]) {
    let missing: Vec<_> = lines.iter().filter(|line| !tree.lines().any(|l| l.trim() == **line)).collect();
    assert!(missing.is_empty(), "missing {missing:#?} in\n{tree}");
}

#[test]
fn a_zeroed_month_opens_to_the_event_that_zeroed_it() {
    let bureau = Office(&[("zeroed", "")]).after(
        "2023-01-05 1..2 submit unit=a
         2023-01-06 1..2 adopt carrier=journal
         2023-01-20 1 leak",
    );
    // 2 x 3 adopted, taken back by the leak.
    let en = figure(&bureau, "a", "2023-01", Lang::En);
    shows(
        &en,
        &[
            "0 a · Points · 2023-01 (so far)",
            "3 2023-01-06 Adopt · 2 [adopted] e12 @",
            "-6 2023-01 [zeroed] [a leak zeroes the month] @",
            "<- 0 2023-01-20 Leak · 1 e13",
        ],
    );
    let zh = figure(&bureau, "a", "2023-01", Lang::Zh);
    shows(&zh, &["0 a · 得分 · 2023-01（截至目前）", "<- 0 2023-01-20 泄密 · 1 e13"]);
}

#[test]
fn a_shortfall_opens_to_what_was_owed_and_what_counted() {
    let log = "2023-01-05 1 submit unit=a\n2023-02-01 2 submit unit=a";
    // Two a month (S19): one is missing, and counts twice.
    let bureau = Office(&[("owed", ""), ("quota", "")]).after(log);
    let en = figure(&bureau, "a", "2023-01", Lang::En);
    shows(
        &en,
        &[
            "-1 a · Points · 2023-01",
            "-2 2023-01 [shortfall] [a shortfall counts twice] @",
            "<- 1 quota monthly: owed 2, had 1, short 1 (2023-01-01 to 2023-01-31) [owed] @",
            "1 2023-01-05 Submit · 1 e9",
        ],
    );
    // Another has none at all: 0 - 2 x 2.
    let zh = figure(&bureau, "b", "2023-01", Lang::Zh);
    shows(
        &zh,
        &[
            "-4 b · 得分 · 2023-01",
            "<- 0 定额 monthly：应 2，有 0，缺 2（2023-01-01 至 2023-01-31） [owed] @",
            "0 没有计入的事项",
        ],
    );
    // A rule that counts by itself names what it counted: 1 - 3 x 2.
    let bureau = Office(&[("lianshi", "")]).after("2023-01-05 1 submit unit=a");
    let own = figure(&bureau, "a", "2023-01", Lang::En);
    shows(&own, &["-6 2023-01 [shortfall] [monthly] @", "<- 0 2023-01-05 Submit · 1 e9"]);
}

fn rank(bureau: &Bureau, account: &str, lang: Lang) -> String {
    let query = StandingQuery {
        register: "information".into(),
        period: "2007-03".parse().unwrap(),
        measure: Some("points".into()),
        pool: None,
        tag: None,
    };
    tree(&bureau.ledger().explain_rank(bureau, &query, account, lang).unwrap())
}

#[test]
fn a_rank_opens_to_who_is_level_and_what_rules_said() {
    let bureau = Office(&[("lianshi", "")]).after(
        "2007-03-05 1..4 submit unit=a kind=problem
        2007-03-05 11..14 submit unit=b
        2007-03-06 1..4 adopt level=city
        2007-03-07 1 notify
        2007-03-08 2 notify",
    );
    // 4 - 0 missing = 4 is first, since 74 is out of the contest; the rest have 0 - 4 x 2 = -8.
    shows(
        &rank(&bureau, "b", Lang::En),
        &["4 b · rank 1 of 4", "-8 next below: rank 2 · c", "<- 4 b · Points · 2007-03 (so far)"],
    );
    shows(&rank(&bureau, "b", Lang::Zh), &["4 b · 第 1 名（共 4）", "-8 后一名：第 2 · c"]);
    shows(
        &rank(&bureau, "c", Lang::En),
        &[
            "-8 c · rank 2 of 4",
            "4 next above: rank 1 · b",
            "-8 level with it: rank 2 · d",
            "-8 level with it: rank 2 · e",
        ],
    );
    shows(&rank(&bureau, "c", Lang::Zh), &["-8 并列：第 2 · d"]);
    let out = rank(&bureau, "a", Lang::En);
    shows(&out, &["74 a · not ranked", "-5 2007-03-07 Notified · 1 [notified] [notified] e21 @"]);
    assert!(out.contains("<- 0 excluded: "), "{out}");
    assert!(rank(&bureau, "a", Lang::Zh).contains("<- 0 不参加排名: "), "{out}");
}

#[test]
fn a_place_in_the_commendation_opens_to_its_figure_and_its_decision() {
    let tie = super::awards::YEAR.replace("31..34 adopt", "31..35 adopt");
    let office = Office(&[("zhalantun", ""), ("commendation", "taken=next")]);
    let opened = |log: &str, lang: Lang| {
        let bureau = office.after(log);
        tree(&bureau.ledger().explain_awards(&bureau, "information", "2023".parse().unwrap(), lang).unwrap())
    };
    // 6 x 5 + 6 x 10 = 90; b has 12 x 5 + 2 x 10 = 80 as c has 6 x 5 + 5 x 10.
    let waiting = opened(&tie, Lang::En);
    shows(
        &waiting,
        &[
            "90 total-units: a · rank 1 [total] @",
            "<- 90 a · Points · 2023 (so far)",
            "10 2023-02-05 Adopt · 6 [adoption] [adoption] e20 @",
            "0 total-units: b、c are level; 1 to be decided [total] @",
            "<- 80 c · Points · 2023 (so far)",
            "0 adoption-units: waits for an earlier decision [adoption] @",
        ],
    );
    shows(
        &opened(&tie, Lang::Zh),
        &["0 total-units: b、c 并列，待决定 1 个名额 [total] @", "0 adoption-units: 待前项决定 [adoption] @"],
    );
    let decision = "\n2024-01-05 2023 $award.decide register=information candidates=[b,c] chosen=[c]";
    let decided = tie + decision;
    shows(
        &opened(&decided, Lang::En),
        &[
            "80 total-units: c · rank 2 [total] @",
            "20 adoption-units: b · rank 3 [adoption] @",
            "<- 0 2024-01-05 decided by operator: c of b、c e48",
        ],
    );
    shows(&opened(&decided, Lang::Zh), &["<- 0 2024-01-05 决定：b、c 中选 c（operator） e48"]);
}
