//! The ledger's periods: shortfalls, windows, caps, closings, and that the order of events is of no matter.

use crate::bureau::{Bureau, FIFTHS};
use jiff::civil::date;
use registrar_domain::{
    Lang,
    reserved::{DIRECTORY, PERIOD, REOPEN},
};

const SHORTFALL: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit" },
  function(event) return event.nth == 1 and 1 or nil end)
host.on("quota.target", { register = "information", period = "month" }, function(unit)
  return { { name = "reports", count = unit.class == "county" and 2 or 1 } }
end)
host.on("score.period", { register = "information", period = "month", measure = "points", tag = "shortfall" },
  function(p) return p.quotas[1].met and nil or -2 * p.quotas[1].short end)
"#;

#[test]
fn a_unit_without_any_event_gets_its_monthly_shortfall() {
    let bureau = Bureau::new(SHORTFALL);
    bureau.submit("a", "east", date(2023, 1, 5));
    // A resubmission is the same submission.
    bureau.submit("a", "east", date(2023, 1, 6));
    bureau.submit("b", "east", date(2023, 3, 6));
    bureau.submit("c", "east", date(2023, 3, 7));
    assert_eq!(bureau.standing("2023-01"), "east:-1/1 north:-2/2 west:-4/3");
    assert_eq!(bureau.standing("2023-Q1"), "east:-3/1 north:-6/2 west:-12/3");
    assert_eq!(
        bureau.standing_of("2023-Q1", |q| q.tag = Some("shortfall".into())),
        "east:-6/1 north:-6/1 west:-12/3"
    );
    assert_eq!(bureau.standing_of("2023-Q1", |q| q.pool = Some("direct".into())), "north:-6/1");
    // A month that lies ahead is a forecast, and is not kept.
    assert_eq!(bureau.standing("2023-06"), "north:-2/1 east:-4/2 west:-4/2");
    bureau.check_replay();
}

#[test]
fn what_comes_later_gives_the_same_as_a_replay() {
    let bureau = Bureau::new(SHORTFALL);
    let late = bureau.submit("a", "east", date(2023, 5, 5));
    bureau.standing("2023");
    // Earlier days, another owner, a dead event that was the last day, a new unit.
    bureau.submit("b", "west", date(2022, 11, 5));
    bureau.check_replay();
    bureau.submit("b", "north", date(2023, 2, 5));
    bureau.check_replay();
    bureau.void("a", late);
    bureau.check_replay();
    assert_eq!(bureau.standing("2023-05"), "north:-2/1 east:-4/2 west:-4/2");
    bureau.log(DIRECTORY, "south", "unit", date(2022, 12, 1), r#"{"title":"south","class":"direct"}"#);
    bureau.check_replay();
    assert_eq!(bureau.standing("2022-12"), "north:-2/1 south:-2/1 east:-4/3 west:-4/3");
    let before = bureau.ledger().digest().unwrap();
    let mut bureau = bureau;
    bureau.open();
    assert_eq!(bureau.ledger().digest().unwrap(), before);
}

#[test]
fn a_closed_period_stays_and_the_difference_is_carried_to_the_open_month() {
    let bureau = Bureau::new(FIFTHS);
    let first = bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "west", date(2023, 2, 5));
    bureau.submit("c", "west", date(2023, 4, 5));
    bureau.close("2023-Q1", date(2023, 4, 6));
    bureau.submit("late", "east", date(2023, 3, 30));
    assert_eq!(bureau.standing("2023-Q1"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-04"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023"), "east:0.4/1 west:0.4/1 north:0/3");
    // April is closed with that; what changes afterwards goes to May.
    bureau.close("2023-04", date(2023, 5, 6));
    bureau.void("a", first);
    assert_eq!(bureau.standing("2023-Q1"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-04"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-05"), "north:0/1 west:0/1 east:-0.2/3");
    assert_eq!(bureau.standing("2023"), "west:0.4/1 east:0.2/2 north:0/3");
    let again = bureau.ledger().seal(&bureau, "2023-Q1".parse().unwrap(), date(2023, 6, 1)).unwrap_err();
    assert!(again.to_string().contains("closed already"), "{again}");
    bureau.check_replay();
}

/// A figure opened in English: each adjustment with its reasons, `amount label <event>`.
fn reasons(bureau: &Bureau, account: &str, period: &str) -> Vec<String> {
    bureau.ledger().catch_up(bureau).unwrap();
    let period = period.parse().unwrap();
    let tree = bureau.ledger().explain(bureau, "information", account, period, None, Lang::En).unwrap();
    let group = tree.children.iter().find(|child| child.label == "changes to closed periods");
    let mut told = Vec::new();
    for adjustment in group.map_or(&[][..], |group| &group.children) {
        told.push(format!("{} {}", adjustment.amount, adjustment.label));
        let amounts = adjustment.children.iter().map(|reason| reason.amount);
        assert_eq!(amounts.sum::<registrar_sdk::Amount>(), adjustment.amount, "{adjustment:?}");
        told.extend(
            adjustment
                .children
                .iter()
                .map(|r| format!("  {} {} <{}>", r.amount, r.label, r.event.as_deref().unwrap_or("-"))),
        );
    }
    told
}

#[test]
fn an_adjustment_says_what_came_late_what_was_made_void_and_what_changed() {
    let bureau = Bureau::new(FIFTHS);
    let first = bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "east", date(2023, 2, 5));
    bureau.close("2023-Q1", date(2023, 4, 6));
    bureau.submit("late", "east", date(2023, 3, 30));
    assert_eq!(
        reasons(&bureau, "east", "2023-04"),
        ["0.2 2023-04 · 2023-Q1", "  0.2 late event: 2023-03-30 submit · item late <e8>"]
    );
    bureau.submit("later", "east", date(2023, 3, 31));
    bureau.void("a", first);
    let told = reasons(&bureau, "east", "2023-04");
    assert_eq!(told[0], "0.2 2023-04 · 2023-Q1");
    assert!(told[1..].iter().any(|t| t.starts_with("  -0.2 void of e")), "{told:?}");
    // The closed period shows it taken out, and the year both.
    let taken_out = reasons(&bureau, "east", "2023-Q1");
    assert_eq!((&*taken_out[0], &*taken_out[2]), ("0.2 2023-01 · 2023-Q1", "-0.4 2023-03 · 2023-Q1"));
    assert!(taken_out[1].starts_with("  0.2 void of e"), "{taken_out:?}");
    assert_eq!(reasons(&bureau, "east", "2023").len(), 2 + 3 + 4);
    // By another rule each submission is worth 1: the three that live come to 3, and 0.4 was sealed;
    // what the events don't explain (3 - 0.4 - 1 - 1 + 1), the rules do.
    bureau.write_rules(&FIFTHS.replace("return 0.2", "return 1"));
    assert!(bureau.follow());
    let told = reasons(&bureau, "east", "2023-04");
    assert_eq!(told[0], "2.6 2023-04 · 2023-Q1", "{told:?}");
    assert_eq!(told[4], "  1.6 what the rules make of it now <->", "{told:?}");
    bureau.check_replay();
}

#[test]
fn the_quarter_in_the_documentation_comes_to_what_is_said_there() {
    let adoption = r#"
        host.on("score.post", { register = "information", action = "adopt", measure = "points", account = "unit" },
          function() return 5 end)
    "#;
    let bureau = Bureau::new(adoption);
    let mut first = 0;
    for (month, adoptions) in [(1, 2), (2, 4), (3, 6)] {
        for n in 0..adoptions {
            first = bureau.log(
                "information",
                &format!("r{month}-{n}"),
                "adopt",
                date(2024, month, 9),
                r#"{"unit":"east"}"#,
            );
            if (month, n) == (1, 0) {
                bureau.submit("began", "east", date(2024, 1, 2));
            }
        }
    }
    let east = |period: &str| {
        let standing = bureau.standing(period);
        standing
            .split(' ')
            .find_map(|row| row.strip_prefix("east:")?.split('/').next().map(str::to_owned))
            .unwrap()
    };
    bureau.standing("2024");
    bureau.close("2024-Q1", date(2024, 4, 3));
    let voided = first - 12;
    bureau.void("r1-0", voided);
    let figures = ["2024-01", "2024-02", "2024-03", "2024-Q1", "2024-04", "2024"].map(east);
    assert_eq!(figures, ["10", "20", "30", "60", "-5", "55"]);
    assert!(
        reasons(&bureau, "east", "2024-04")[1].starts_with("  -5 void of e"),
        "{:?}",
        reasons(&bureau, "east", "2024-04")
    );
    bureau.check_replay();
    bureau.log(PERIOD, "2024-Q1", REOPEN, date(2024, 5, 2), r#"{"reason":"counted twice"}"#);
    assert_eq!(["2024-01", "2024-Q1", "2024-04", "2024"].map(east), ["5", "55", "0", "55"]);
    bureau.check_replay();
}

#[test]
fn a_reopened_period_lives_until_it_is_closed_again() {
    let bureau = Bureau::new(FIFTHS);
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.close("2023-01", date(2023, 2, 1));
    bureau.submit("late", "west", date(2023, 1, 9));
    assert_eq!(bureau.standing("2023-01"), "east:0.2/1 north:0/2 west:0/2");
    assert_eq!(bureau.standing("2023-02"), "west:0.2/1 east:0/2 north:0/2");
    let periods = bureau.ledger().periods(&bureau).unwrap();
    assert_eq!((periods.len(), periods[0].closed, periods[0].adjustments.len()), (1, true, 1));
    assert_eq!(periods[0].adjustments[0].amount.to_string(), "0.2");
    bureau.log(PERIOD, "2023-01", REOPEN, date(2023, 2, 2), r#"{"reason":"west was forgotten"}"#);
    assert_eq!(bureau.standing("2023-01"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-02"), "east:0/1 north:0/1 west:0/1");
    let periods = bureau.ledger().periods(&bureau).unwrap();
    assert_eq!((periods[0].closed, periods[0].reason.as_deref()), (false, Some("west was forgotten")));
    bureau.check_replay();
    bureau.close("2023-01", date(2023, 2, 3));
    bureau.submit("b", "west", date(2023, 1, 10));
    assert_eq!(bureau.standing("2023-01"), "east:0.2/1 west:0.2/1 north:0/3");
    assert_eq!(bureau.standing("2023-02"), "west:0.2/1 east:0/2 north:0/2");
    bureau.check_replay();
}

/// A cap, a floor, a quota and a zeroing, each over a month.
const LIMITS: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit" },
  function() return 4 end)
host.on("quota.target", { register = "information", period = "month" }, function()
  return { { name = "reports", count = 1 }, { name = "points", points = 4 } }
end)
host.on("score.period", { register = "information", period = "month", measure = "points", tag = "limits" },
  function(p)
    local due = 0
    for _, quota in p.quotas do if not quota.met then due -= 1 end end
    local total = p:total() + due
    for _, event in p.events do if event.item.kind == "missed" then return due - total end end
    if total > 6 then return due + 6 - total end
    if total < -1 then return due - 1 - total end
    return due
  end)
"#;

#[test]
fn an_adjustment_counts_for_no_quota_cap_floor_or_zeroing_of_the_open_month() {
    let bureau = Bureau::new(LIMITS);
    // East meets its quota in January and February by one report each; west has none at all.
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "east", date(2023, 2, 5));
    let february = bureau.standing("2023-02");
    // 4; 0 - 2 for two quotas missed, held at -1 by the floor: -2 + (-1 - (-2)) = -1.
    assert_eq!(february, "east:4/1 north:-1/2 west:-1/2");
    bureau.close("2023-01", date(2023, 2, 10));
    // Late: two for east (4 + 8 = 12, capped at 6 in January itself), one missed for west.
    bureau.submit("c", "east", date(2023, 1, 6));
    bureau.submit("d", "east", date(2023, 1, 7));
    bureau.submit("e", "west", date(2023, 1, 8));
    assert_eq!(bureau.standing("2023-01"), "east:4/1 north:-1/2 west:-1/2");
    // East: January 6 instead of 4 brings 2 over the 4 of February, though 4 + 8 would be capped.
    // West: January 4 instead of -1 brings 5; February's quota stays missed, its floor is not
    // lifted: -1 + 5 = 4.
    assert_eq!(bureau.standing("2023-02"), "east:6/1 west:4/2 north:-1/3");
    let quotas = |period: &str| {
        let period = period.parse().unwrap();
        let owed = bureau.ledger().quotas(&bureau, "information", "points", period).unwrap();
        let west = owed.into_iter().find(|(account, _)| account == "west").unwrap().1.unwrap();
        west.iter()
            .map(|q| format!("{} of {}", q.get("have"), q.get("name").as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(quotas("2023-02"), ["0 of reports", "0 of points"]);
    // An event that zeroes January takes back what January gave, and leaves February's own points.
    bureau.log("information", "f", "submit", date(2023, 1, 9), r#"{"unit":"east","kind":"missed"}"#);
    assert_eq!(bureau.standing("2023-01"), "east:4/1 north:-1/2 west:-1/2");
    assert_eq!(bureau.standing("2023-02"), "west:4/1 east:0/2 north:-1/3");
    bureau.check_replay();
}

#[test]
fn an_average_over_two_months_forgives_what_a_strict_month_does_not() {
    let quota = |window: &str| {
        format!(
            r#"
            host.on("quota.target", {{ register = "information", period = "month" }}, function()
              return {{ {{ name = "reports", count = 2{window} }} }}
            end)
            host.on("score.period", {{ register = "information", period = "month", measure = "points" }},
              function(p) return -p.quotas[1].short end)
            "#
        )
    };
    let strict = Bureau::new(&quota(""));
    let average = Bureau::new(&quota(r#", window = { kind = "two-month", mode = "average" }"#));
    for bureau in [&strict, &average] {
        bureau.submit("a", "east", date(2023, 1, 5));
        bureau.ledger().catch_up(bureau).unwrap();
        for record in ["b", "c", "d"] {
            bureau.submit(record, "east", date(2023, 2, 5));
        }
        bureau.check_replay();
    }
    assert!(strict.standing("2023-01").starts_with("east:-1/1"), "{}", strict.standing("2023-01"));
    assert!(average.standing("2023-01").starts_with("east:0/1"), "{}", average.standing("2023-01"));
}

#[test]
fn small_periods_come_first_and_a_cap_sees_what_they_added() {
    let bureau = Bureau::new(&format!(
        "{SHORTFALL}{}",
        r#"
        host.on("score.period", { register = "information", period = "quarter", measure = "points", tag = "floor" },
          function(p) local total = p:total() return total < -3 and -3 - total or nil end)
        host.on("score.period", { register = "information", period = "month", measure = "points", tag = "bonus" },
          function(p) return p.account == "west" and { amount = 100, period = "year", account = "east" } or nil end)
        "#
    ));
    bureau.submit("a", "east", date(2023, 1, 5));
    bureau.submit("b", "east", date(2023, 3, 5));
    assert_eq!(bureau.standing("2023-Q1"), "east:-3/1 north:-3/1 west:-3/1");
    assert_eq!(bureau.standing_of("2023", |q| q.tag = Some("bonus".into())), "east:300/1 north:0/2 west:0/2");
    bureau.check_replay();
}

/// Everything at once: rules by event, among a record's postings, by period, with windows.
const MIXED: &str = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "unit" },
  function(event, record) return record.kind == "research" and 2.5 or 0.2 end)
host.on("score.post", { register = "information", action = "adopt", measure = "points", account = "joint", share = "split" },
  function(event, record) return record.joint and 10 or nil end)
host.on("score.reconcile", { register = "information", measure = "points" }, function(postings)
  local best = postings[1]
  for _, p in postings do if p.amount > best.amount then best = p end end
  return { best, best:with { account = "north", amount = 0.1 } }
end)
host.on("quota.target", { register = "information", period = "month" }, function()
  return { { name = "reports", count = 1, window = { kind = "quarter", rolling = true } },
           { name = "points", points = 3, window = { kind = "two-month", mode = "average" } } }
end)
host.on("score.period", { register = "information", period = "month", measure = "points", tag = "shortfall" },
  function(p) return p.quotas[1].met and -p.quotas[2].short or -1 end)
host.on("score.period", { register = "information", period = "half", measure = "points", tag = "cap" },
  function(p) local total = p:total() return total > 12 and 12 - total or { amount = 0.5, account = "west", period = "year" } end)
"#;

/// Numbers that look like chance and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[test]
fn however_the_log_is_taken_in_the_digest_is_the_same() {
    let (often, seldom) = (Bureau::new(MIXED), Bureau::new(MIXED));
    let mut numbers = Numbers(20230101);
    let mut live: Vec<(String, u64)> = Vec::new();
    let mut closed = 0;
    for step in 0..120 {
        let record = format!("r{}", numbers.below(25));
        let unit = ["east", "west", "north"][numbers.below(3) as usize];
        let on = date(2022, 6, 1).checked_add(jiff::Span::new().days(numbers.below(400) as i64)).unwrap();
        let what = numbers.below(12);
        let mut seq = 0;
        let voided = (what == 10 && !live.is_empty()).then(|| {
            let at = numbers.below(live.len() as u64) as usize;
            live.swap_remove(at)
        });
        let kind = ["research", "dynamic"][numbers.below(2) as usize];
        for bureau in [&often, &seldom] {
            match (what, &voided) {
                (_, Some((record, seq))) => bureau.void(record, *seq),
                (11, _) if step % 3 == 0 => {
                    let id = format!("unit{step}");
                    bureau.log(DIRECTORY, &id, "unit", on, r#"{"title":"more","class":"county"}"#);
                }
                (9, _) => {
                    let joint = r#"{"joint":["east","north","west"]}"#;
                    seq = bureau.log("information", &record, "adopt", on, joint);
                }
                _ => {
                    let fields = format!(r#"{{"unit":"{unit}","kind":"{kind}"}}"#);
                    seq = bureau.log("information", &record, "submit", on, &fields);
                }
            }
        }
        if seq > 0 {
            live.push((record, seq));
        }
        often.ledger().catch_up(&often).unwrap();
        if step % 40 == 39 {
            let period = ["2022-Q3", "2022-10", "2022"][closed];
            closed += 1;
            seldom.ledger().catch_up(&seldom).unwrap();
            for bureau in [&often, &seldom] {
                bureau.close(period, date(2024, 1, 1));
            }
        }
    }
    seldom.ledger().catch_up(&seldom).unwrap();
    often.ledger().catch_up(&often).unwrap();
    assert_eq!(often.ledger().unscored(None).unwrap(), []);
    assert_eq!(often.ledger().digest().unwrap(), seldom.ledger().digest().unwrap());
    assert!(often.check_replay() > 100);
    seldom.check_replay();
    assert_eq!(often.standing("2022"), seldom.standing("2022"));
}
