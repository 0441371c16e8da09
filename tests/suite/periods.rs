//! The ledger's periods: shortfalls, windows, caps, closings, and that the order of events is of no matter.

use crate::bureau::{Bureau, FIFTHS};
use jiff::civil::date;
use registrar_kernel::event::DIRECTORY;

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
