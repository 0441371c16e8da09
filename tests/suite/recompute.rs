//! Changed rules: only what they touch is scored again, and the ledger is the one that a fresh replay
//! gives, whatever happened before, with any number of workers.

use crate::bureau::Bureau;
use jiff::civil::date;
use registrar_domain::reserved::{PERIOD, REOPEN};
use registrar_ledger::{NotSwapped, PostingQuery};

/// The month that sequences close and reopen.
const CLOSED: &str = "2022-06";

/// A rule of its own in a plugin of its own: `worth` points for a carrier's adoptions between days.
fn carrier(carrier: &str, effective: &str, worth: &str) -> String {
    format!(
        r#"host.on("score.post", {{ register = "information", action = "adopt", measure = "points",
          account = "unit", tag = "{carrier}", match = {{ carrier = "{carrier}" }}{effective} }},
        function(event, record) return {worth} end)"#
    )
}

/// What the plugins may say, by file: versions that a change picks from.
fn versions() -> Vec<(&'static str, Vec<String>)> {
    let submitted = |worth: &str| {
        format!(
            r#"host.on("score.post", {{ register = "information", action = "submit", measure = "points",
              account = "unit" }}, function(event, record) return {worth} end)"#
        )
    };
    vec![
        (
            "brief.lua",
            vec![
                carrier("brief", "", "2"),
                carrier("brief", "", "event.nth > 1 and 1 or 2.5"),
                carrier("brief", ", effective = { from = '2022-09-01' }", "3"),
                // Not for a loop: it walks over the record.
                carrier("brief", "", "(function() local n = 0 for _ in pairs(record) do n += 1 end return n end)()"),
            ],
        ),
        (
            "journal.lua",
            vec![
                carrier("journal", "", "{ { account = record.unit, amount = 4 }, { account = 'north', amount = 0.5 } }"),
                carrier("journal", "", "{ account = record.unit, amount = 4, data = { by = event.by } }"),
                carrier("journal", ", rule = 'journal'", "5"),
                String::new(),
            ],
        ),
        (
            "submitted.lua",
            vec![
                submitted("1"),
                submitted("event.nth == 1 and 1 or nil"),
                submitted("#record.title"),
                submitted("{ amount = 1, clause = 'art. ' .. event.nth, tag = record.kind }"),
            ],
        ),
        (
            "period.lua",
            vec![
                String::new(),
                r#"host.on("score.period", { register = "information", period = "month", measure = "points" },
                   function(p) return p:total() > 12 and 12 - p:total() or nil end)"#
                    .to_owned(),
                r#"host.on("quota.target", { register = "information" }, function()
                   return { { name = "n", count = 2 } } end)
                   host.on("score.period", { register = "information", period = "quarter", measure = "points" },
                   function(p) return -p.quotas[1].short end)"#
                    .to_owned(),
            ],
        ),
        (
            "highest.lua",
            vec![
                String::new(),
                r#"host.on("score.reconcile", { register = "information", measure = "points" }, function(postings)
                   local best = postings[1]
                   for _, p in postings do if p.amount > best.amount then best = p end end
                   return { best } end)"#
                    .to_owned(),
            ],
        ),
    ]
}

/// Numbers that look like chance and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// One sequence of events, late events, voids, rule changes, roll-backs, closings and reopenings; the
/// digest and how many postings there are.
fn sequence(seed: u64, workers: usize) -> (String, u64) {
    let bureau = Bureau::with_workers("", workers);
    let mut numbers = Numbers(seed);
    let mut live: Vec<(String, u64)> = Vec::new();
    let mut done = Vec::new();
    let files = versions();
    let (mut written, mut closed) = (Vec::new(), false);
    for step in 0..70 {
        let record = format!("r{}", numbers.below(20));
        let on = date(2022, 6, 1).checked_add(jiff::Span::new().days(numbers.below(300) as i64)).unwrap();
        let unit = ["east", "west", "north"][numbers.below(3)];
        match numbers.below(17) {
            0..=2 => {
                let (file, texts) = &files[numbers.below(files.len())];
                let version = numbers.below(texts.len());
                done.push(format!("{file} {version}"));
                written.push((*file, &texts[version]));
                bureau.write_plugin(file, &texts[version]);
                bureau.follow();
            }
            14 if !written.is_empty() => {
                let at = numbers.below(written.len());
                let (file, text) = written[at];
                done.push(format!("{file} back to change {at}"));
                bureau.write_plugin(file, text);
                bureau.follow();
            }
            15 if closed => {
                done.push("reopen".to_owned());
                bureau.log(PERIOD, CLOSED, REOPEN, date(2024, 1, 1), r#"{"reason":"a figure was wrong"}"#);
                closed = false;
            }
            3 if !live.is_empty() => {
                let at = numbers.below(live.len());
                let (record, seq) = live.swap_remove(at);
                done.push(format!("void {seq}"));
                bureau.void(&record, seq);
            }
            4 if step % 5 == 0 => {
                done.push("directory".to_owned());
                let unit = format!("unit{step}");
                bureau.log("$directory", &unit, "unit", on, r#"{"title":"more","class":"county"}"#);
            }
            5..=9 => {
                let carrier = ["brief", "journal", "site"][numbers.below(3)];
                done.push(format!("adopt {record} {on}"));
                let fields = format!(r#"{{"carrier":"{carrier}","unit":"{unit}"}}"#);
                live.push((record.clone(), bureau.log("information", &record, "adopt", on, &fields)));
            }
            _ => {
                done.push(format!("submit {record} {on}"));
                live.push((record.clone(), bureau.submit(&record, unit, on)));
            }
        }
        if !closed && step % 20 == 15 {
            bureau.ledger().catch_up(&bureau).unwrap();
            if bureau.ledger().unscored(None).unwrap().is_empty() {
                done.push("close".to_owned());
                bureau.close(CLOSED, date(2024, 1, 1));
                closed = true;
            }
        }
    }
    bureau.ledger().catch_up(&bureau).unwrap();
    let check = bureau.ledger().verify(&bureau).unwrap();
    assert!(check.passes(), "seed {seed}: {check:#?}\n{done:#?}");
    (check.serving, check.postings)
}

#[test]
fn any_sequence_gives_the_ledger_of_a_fresh_replay() {
    let postings: u64 = (1..=40).map(|seed| sequence(seed, 2).1).sum();
    assert!(postings > 1_000, "{postings}");
}

#[test]
fn the_digest_is_alike_with_any_number_of_workers_and_after_a_restart() {
    let digests: Vec<String> = [1, 2, 8].map(|workers| sequence(7, workers).0).to_vec();
    println!("{digests:#?}");
    assert!(digests.iter().all(|digest| *digest == digests[0]));
    let mut bureau = Bureau::new(&versions()[2].1[0]);
    for n in 0..50 {
        bureau.submit(&format!("r{n}"), ["east", "west"][n % 2], date(2023, 1, 1 + (n % 28) as i8));
    }
    bureau.ledger().catch_up(&bureau).unwrap();
    let before = bureau.ledger().digest().unwrap();
    bureau.open();
    assert_eq!(bureau.ledger().digest().unwrap(), before);
    assert_eq!(bureau.check_replay(), 50);
}

#[test]
fn a_change_scores_again_what_it_touches_and_nothing_else() {
    let bureau = Bureau::new("");
    let (may, june) = (
        carrier("brief", ", effective = { to = '2022-05-31' }", "3"),
        carrier("brief", ", effective = { from = '2022-06-01' }", "5"),
    );
    bureau.write_plugin("old.lua", &may);
    bureau.write_plugin("new.lua", &june);
    bureau.follow();
    for (record, on) in [("a", date(2022, 5, 31)), ("b", date(2022, 6, 1)), ("c", date(2022, 6, 2))] {
        bureau.submit(record, "east", on);
        bureau.log("information", record, "adopt", on, r#"{"carrier":"brief"}"#);
    }
    assert_eq!(bureau.standing("2022-05"), "east:3/1 north:0/2 west:0/2");
    assert_eq!(bureau.standing("2022-06"), "east:10/1 north:0/2 west:0/2");
    let rules_of = |month: &str| {
        let period: registrar_domain::Period = month.parse().unwrap();
        let within = Some((period.first(), period.last()));
        let query = PostingQuery { register: "information".into(), within, ..PostingQuery::default() };
        let postings = bureau.ledger().postings(&query).unwrap();
        postings.into_iter().map(|posting| posting.rule.hash).collect::<Vec<_>>()
    };
    let june_before = rules_of("2022-06");
    // The old version's file alone: only May moves, and June's postings are those that were there.
    bureau.write_plugin("old.lua", &may.replace("return 3", "return 4"));
    assert!(bureau.follow());
    assert_eq!(bureau.standing("2022-05"), "east:4/1 north:0/2 west:0/2");
    assert_eq!(bureau.standing("2022-06"), "east:10/1 north:0/2 west:0/2");
    assert_eq!(rules_of("2022-06"), june_before);
    bureau.check_replay();
    // A remark changes no figure, but every posting says by which version it was made.
    bureau.write_plugin("new.lua", &format!("-- checked\n{june}"));
    assert!(bureau.follow());
    assert_eq!(bureau.standing("2022-06"), "east:10/1 north:0/2 west:0/2");
    assert_ne!(rules_of("2022-06"), june_before);
    bureau.check_replay();
}

#[test]
fn a_rule_that_remembers_is_refused_and_named() {
    let bureau = Bureau::new(&versions()[2].1[0]);
    for n in 0..1_200 {
        bureau.submit(&format!("r{n}"), ["east", "west"][n % 2], date(2023, 1, 1 + (n % 28) as i8));
    }
    let before = bureau.standing("2023");
    let counting = format!(
        "local kept = {{ n = 0 }}\n{}",
        versions()[2].1[0].replace("return 1", "local mine = kept mine.n += 1 return mine.n")
    );
    bureau.write_plugin("submitted.lua", &counting);
    let refused = bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}).unwrap_err().to_string();
    assert!(refused.contains("submitted.lua:2") && refused.contains("a second time"), "{refused}");
    assert_eq!(bureau.standing("2023"), before);
}

#[test]
fn a_record_that_changed_before_the_rules_did_is_no_fault_of_theirs() {
    let by_kind = versions()[2].1[0].replace("return 1", "return #(record.kind or '')");
    let bureau = Bureau::new(&by_kind);
    bureau.write_plugin("brief.lua", &carrier("brief", "", "2"));
    bureau.follow();
    let on = date(2023, 1, 1);
    // The first that the change touches, so it is scored a second time.
    bureau.log("information", "r0", "submit", on, r#"{"unit":"east","kind":"dynamic"}"#);
    bureau.log("information", "r0", "adopt", on, r#"{"carrier":"brief"}"#);
    for n in 1..9 {
        bureau.submit(&format!("r{n}"), "east", on);
    }
    bureau.ledger().catch_up(&bureau).unwrap();
    // Touches nearly all, so all is derived in bulk, and it is known who was asked about what.
    bureau.write_rules(&format!("-- again\n{by_kind}"));
    assert!(bureau.follow());
    // What the unchanged rule says of it is another thing since, and the ledger has not taken it in.
    bureau.log("information", "r0", "submit", on, r#"{"kind":"research"}"#);
    bureau.write_plugin("brief.lua", &carrier("brief", "", "3"));
    assert!(bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}).unwrap());
    bureau.check_replay();
}

#[test]
fn a_record_that_a_change_fails_for_is_named_once() {
    let bureau = Bureau::new(&versions()[2].1[0]);
    bureau.write_plugin("brief.lua", &carrier("brief", "", "2"));
    bureau.follow();
    let on = date(2023, 1, 1);
    // The first that the change touches: one of those that are scored twice.
    bureau.log("information", "r0", "submit", on, r#"{"unit":"east","joint":["west"]}"#);
    bureau.log("information", "r0", "adopt", on, r#"{"carrier":"brief"}"#);
    for n in 1..9 {
        bureau.submit(&format!("r{n}"), "east", on);
    }
    bureau.ledger().catch_up(&bureau).unwrap();
    bureau.write_plugin("brief.lua", &carrier("brief", "", "error('no longer')"));
    match bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}) {
        Err(NotSwapped::Unscored(unscored)) => assert_eq!(unscored.len(), 1, "{unscored:#?}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_record_whose_postings_can_not_be_reconciled_is_named_once_and_the_others_count() {
    let bureau = Bureau::new(&versions()[2].1[0]);
    for n in 0..9 {
        bureau.submit(&format!("r{n}"), "east", date(2023, 1, 1));
    }
    bureau.ledger().catch_up(&bureau).unwrap();
    // The first of the page, which is scored twice.
    let failing = r#"
host.on("score.reconcile", { register = "information" }, function(postings, record)
  if record.id == "r0" then
    error("not these")
  end
  return postings
end)
"#;
    bureau.write_plugin("strict.lua", failing);
    match bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}) {
        Err(NotSwapped::Unscored(unscored)) => {
            assert_eq!(unscored.len(), 1, "{unscored:#?}");
            assert!(unscored[0].to_string().contains("not these"), "{}", unscored[0]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn many_events_are_asked_about_in_a_loop_whose_tables_are_used_again() {
    let bureau = Bureau::new("");
    // More than the distance between two records that are asked about a second time.
    for n in 0..600 {
        bureau.submit(&format!("r{n}"), "east", date(2023, 1, 1));
    }
    bureau.ledger().catch_up(&bureau).unwrap();
    // Only where the table is the one of the event before can this tell a difference: it is refused,
    // because the same calls one by one say something else.
    let keeping = versions()[2].1[0].replace(
        "return 1",
        "local mine = seen local known = mine[event] mine[event] = true return known and 2 or 1",
    );
    bureau.write_plugin("submitted.lua", &format!("local seen = {{}}\n{keeping}"));
    let refused = bureau.ledger().rebuild(&bureau, bureau.rules(), &|_, _| {}).unwrap_err().to_string();
    assert!(refused.contains("a second time"), "{refused}");
}

// Records with lists, amounts that are shared, and postings that are looked at together: live they are scored by single
// calls, in a replay in rows.
#[test]
fn lists_shares_and_reconciled_postings_come_to_the_same_one_by_one_and_in_bulk() {
    let rules = r#"
host.on("score.post", { register = "information", action = "submit", measure = "points", account = "joint", share = "split", tag = "joint" },
  function(_, record) return if record.joint and #record.joint > 0 then 1 else nil end)
host.on("score.post", { register = "information", action = { "submit", "adopt" }, measure = "points", account = "unit", tag = "own" },
  function(event, record)
    local sum = 0
    for _, unit in record.joint or {} do
      sum += #unit
    end
    return { amount = sum + event.nth }
  end)
host.on("score.post", { register = "information", action = "adopt", measure = "points", account = "unit", tag = "keys" },
  function(_, record)
    local n = 0
    for key in pairs(record) do
      n += #key
    end
    return n
  end)
host.on("score.reconcile", { register = "information", tag = "own" }, function(postings)
  local best
  for _, posting in postings do
    if best == nil or posting.amount > best.amount then
      best = posting
    end
  end
  return { best }
end)
"#;
    let bureau = Bureau::new(rules);
    let lists = ["null", "[]", r#"["north"]"#, r#"["north","west"]"#, r#"["west","north","west"]"#];
    for n in 0..300 {
        let (record, joint) = (format!("r{n}"), lists[n % lists.len()]);
        let day = date(2023, (n % 12) as i8 + 1, (n % 27) as i8 + 1);
        let fields = format!(r#"{{"title":"t{n}","unit":"east","joint":{joint}}}"#);
        bureau.log("information", &record, "submit", day, &fields);
        for _ in 0..n % 3 {
            bureau.log("information", &record, "adopt", day, r#"{"carrier":"journal"}"#);
        }
    }
    let first = bureau.standing("2023");
    bureau.check_replay();
    // By other rules it is scored in bulk from the start.
    bureau.write_rules(&format!("{rules}\n-- changed"));
    assert!(bureau.follow());
    assert_eq!(bureau.standing("2023"), first);
    bureau.check_replay();
}
