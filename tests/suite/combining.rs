//! How answers combine, in which order handlers run, which of them a call concerns, and what a
//! failure means at each kind of point.

use crate::bench_contract::{Bench, fault, host_with, json};
use registrar_host::{Failed, FaultKind};
use registrar_sdk::Value;
use std::time::Duration;

// One file a handler body, `a.lua`, `b.lua` …; all at one point.
fn handlers(point: &str, bodies: &[&str]) -> Vec<(String, String)> {
    let file = |(i, body): (usize, &&str)| {
        let name = char::from(b'a' + i as u8);
        let (options, body) = match body.split_once(" => ") {
            Some((options, body)) => (options.to_owned(), body),
            None => ("{}".into(), *body),
        };
        (format!("{name}.lua"), format!("host.on(\"{point}\", {options}, function(x, y) {body} end)"))
    };
    bodies.iter().enumerate().map(file).collect()
}

fn bench(point: &str, bodies: &[&str]) -> Bench {
    let files = handlers(point, bodies);
    host_with(&files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect::<Vec<_>>())
}

fn check(point: &str, bodies: &[&str], args: &str, expected: &str) {
    let Value::List(args) = json(args) else { panic!("arguments are a list") };
    let got = bench(point, bodies).say(point, args);
    assert!(got.contains(expected), "{point} {bodies:?}: got `{got}`, expected `{expected}`");
}

#[test]
fn first_takes_the_first_answer_that_is_not_nil() {
    let point = "combine.first";
    check(point, &["return nil", "return 2", "return 3"], "[1]", "2");
    check(point, &["return nil", "return nil"], "[1]", "nil");
    check(point, &["return false", "return 2"], "[1]", "false");
    check(point, &["", "return {}"], "[1]", "[]");
    check(point, &["return nil", "error('no')", "return 3"], "[1]", "plugin \"b\" (b.lua:1)");
    check(point, &["return 1", "error('never asked')"], "[1]", "1");
}

#[test]
fn first_per_key_takes_the_first_for_each_value_of_the_key() {
    let point = "combine.first_per";
    let a = "return {{ name = 'x', n = 1 }, { name = 'y', n = 1 }}";
    let b = "return {{ name = 'y', n = 2 }, { name = 'z', n = 2 }}";
    check(point, &[a, b], "[1]", r#"[{"n":1,"name":"x"},{"n":1,"name":"y"},{"n":2,"name":"z"}]"#);
    check(point, &["return nil", "return { name = 'x', n = 3 }"], "[1]", r#"[{"n":3,"name":"x"}]"#);
}

#[test]
fn collect_takes_all_answers_in_order_and_flattens_lists() {
    let point = "combine.collect";
    check(point, &["return 1", "return nil", "return {2, 3}", "return 'x'"], "[1]", r#"[1,2,3,"x"]"#);
    check(point, &["return nil"], "[1]", "[]");
    check(point, &["return {{1, 2}}"], "[1]", "[[1,2]]");
}

#[test]
fn fold_hands_each_what_the_last_returned() {
    let point = "combine.fold";
    check(point, &["return x + 1", "return nil", "return x * 10"], "[1]", "20");
    check(
        point,
        &["return { n = x.n + 1, was = x.n }", "return { n = x.n * 2 }"],
        r#"[{"n":4}]"#,
        r#"{"n":10}"#,
    );
    check(point, &["return nil"], r#"["same"]"#, "same");
}

#[test]
fn fold_append_takes_additions_and_later_handlers_see_them() {
    let point = "combine.append";
    let draft = r#"[{"items":[1],"id":"p"}]"#;
    check(point, &["return 2", "return {3, #x.items}"], draft, r#"{"id":"p","items":[1,2,3,2]}"#);
    check(point, &["return nil"], draft, r#"{"id":"p","items":[1]}"#);
    check(point, &["return 5"], "[{}]", "");
    check(point, &["return 5"], r#"[{"id":"p"}]"#, r#"{"id":"p","items":[5]}"#);
}

#[test]
fn fold_each_gives_a_handler_only_the_items_its_filters_choose() {
    let point = "combine.each";
    let items = r#"[[{"measure":"fee","n":1},{"measure":"points","n":2},{"measure":"fee","n":3}]]"#;
    // Only the fees are seen, one of them is dropped; the points pass untouched.
    let drop_last = "{ measure = 'fee' } => return { x[1] }";
    check(point, &[drop_last], items, r#"[{"measure":"fee","n":1},{"measure":"points","n":2}]"#);
    check(point, &["{ measure = 'none' } => error('nothing to see')"], items, r#""n":3"#);
    check(point, &["return {}"], items, "[]");
    check(point, &["return nil"], items, r#""n":2"#);
    let dated = r#"[[{"on":"2022-05-31","n":1},{"on":"2022-06-01","n":2}]]"#;
    check(
        point,
        &["{ effective = { from = '2022-06-01' } } => return {}"],
        dated,
        r#"[{"n":1,"on":"2022-05-31"}]"#,
    );
    check(point, &["return x"], r#"["no list"]"#, "must be a list");
}

#[test]
fn fold_each_records_what_each_handler_was_given() {
    let bench = bench("combine.each", &["{ measure = 'fee' } => return {}"]);
    let items = json(r#"[{"measure":"fee"},{"measure":"points"}]"#);
    let outcome = bench.ask("combine.each", vec![items]).unwrap();
    assert_eq!(outcome.steps[0].given, vec![json(r#"{"measure":"fee"}"#)]);
}

#[test]
fn veto_runs_all_and_shows_every_refusal() {
    let point = "combine.veto";
    check(
        point,
        &["return 'too late'", "return nil", "return {'too long', 'too dear'}"],
        "[1]",
        r#"["too late","too long","too dear"]"#,
    );
    check(point, &["return nil", "return nil"], "[1]", "[]");
    check(
        point,
        &["return 'no'", "error('broken')"],
        "[1]",
        "plugin \"b\" (b.lua:1): combine.veto failed: broken",
    );
}

#[test]
fn notify_reaches_each_handler_by_itself() {
    let bench = bench("combine.notify", &["return 'sent ' .. x.id", "error('down')"]);
    let scope = bench.host.scope(std::sync::Arc::new(crate::bench_contract::Mirror));
    let mut services = crate::bench_contract::Recorder::default();
    let all = bench.host.generation().handlers("combine.notify");
    let mut invoke =
        |i: usize| bench.host.invoke(&all[i], vec![json(r#"{"id":"7"}"#)], &scope, &mut services);
    assert_eq!(invoke(0).unwrap(), Value::text("sent 7"));
    assert_eq!(invoke(1).unwrap_err().kind, FaultKind::Error);
    assert_eq!(invoke(0).unwrap(), Value::text("sent 7"));
}

// Handlers `a`, `b`, `c` … with these options; each answers its plugin's name.
fn order(options: &[&str], operator: &[&str], expected: &str) {
    let bodies: Vec<String> = options
        .iter()
        .enumerate()
        .map(|(i, o)| format!("{{ {o} }} => return '{}'", char::from(b'a' + i as u8)))
        .collect();
    let files = handlers("combine.collect", &bodies.iter().map(String::as_str).collect::<Vec<_>>());
    let files: Vec<_> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let (bench, report) = Bench::load(&files, |config| {
        let ids = operator.iter().map(|id| (*id).to_owned()).collect();
        config.order.insert("combine.collect".into(), ids);
    });
    let got = match report.faults.first() {
        Some(fault) => fault.to_string(),
        None => {
            let value = bench.ask("combine.collect", vec![]).unwrap().value;
            value.as_list().unwrap().iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
        }
    };
    assert!(got.contains(expected), "{options:?} {operator:?}: got `{got}`, expected `{expected}`");
}

#[test]
fn order_is_operator_then_before_and_after_then_priority_then_id() {
    order(&["", "", ""], &[], "abc");
    order(&["", "priority = 5", "priority = 10"], &[], "cba");
    order(&["priority = -1", "", ""], &[], "bca");
    order(&["after = 'c'", "", ""], &[], "bca");
    order(&["", "", "before = 'a'"], &[], "bca");
    order(&["", "", "before = {'a', 'b'}"], &[], "cab");
    order(&["priority = 9, after = 'b'", "", "priority = 5"], &[], "cba");
    order(&["before = 'nobody'", "after = {'absent'}", ""], &[], "abc");
    order(&["", "", ""], &["c", "a"], "cab");
    order(&["priority = 9", "", ""], &["b"], "bac");
    order(&["before = 'b'", "", ""], &["b", "a"], "bac");
    order(&["", "", ""], &["nobody", "c"], "cab");
}

#[test]
fn a_cycle_of_before_and_after_is_refused_and_names_who_is_in_it() {
    order(
        &["before = 'b'", "before = 'a'", ""],
        &[],
        "ask to be before each other: a, b; drop one before/after",
    );
    order(&["after = 'c'", "after = 'a'", "after = 'b'"], &[], "a, b, c");
    // The operator settles it.
    order(&["before = 'b'", "before = 'a'", ""], &["b", "a"], "bac");
}

#[test]
fn handlers_of_one_plugin_keep_their_source_order() {
    let source = "for i = 1, 4 do host.on('combine.collect', function() return i end) end";
    assert_eq!(host_with(&[("a.lua", source)]).say("combine.collect", vec![]), "[1,2,3,4]");
}

// A plugin of three files whose handlers have one clause each, `one` twice.
const CLAUSES: [(&str, &str); 3] = [
    ("a/1.lua", "host.on('combine.fold', { clause = 'one' }, function(x) return x .. 1 end)"),
    (
        "a/2.lua",
        "host.on('combine.fold', { clause = 'two' }, function(x) return x .. 2 end)\n\
         host.on('combine.fold', { clause = 'one', priority = -5 }, function(x) return x .. 'i' end)",
    ),
    ("a/3.lua", "host.on('combine.fold', {}, function(x) return x .. 3 end)"),
];

fn with_order(order: &str, more: &[(&str, &str)]) -> (Bench, Vec<String>) {
    let manifest = format!("[order]\n\"combine.fold\" = {order}\n");
    let files = [&[("a/plugin.toml", manifest.as_str())][..], &CLAUSES, more].concat();
    let (bench, report) = Bench::load(&files, |_| {});
    (bench, report.faults.iter().map(ToString::to_string).collect())
}

#[test]
fn a_plugin_puts_its_clauses_in_an_order_as_data() {
    let folded = |order| with_order(order, &[]).0.say("combine.fold", vec![Value::text("")]);
    assert_eq!(folded("[]"), "\"123i\"");
    assert_eq!(folded("[\"two\", \"one\"]"), "\"213i\"");
    assert_eq!(folded("[\"one\", \"two\"]"), "\"13i2\"");
    // Its examples ask in that order, too.
    let example = |expect: &str| {
        let text =
            format!("host.example('o', {{ point = 'combine.fold', draft = '', expect = '{expect}' }})");
        with_order("[\"two\", \"one\"]", &[("a/4.lua", text.as_str())]).1
    };
    assert_eq!(example("213i"), Vec::<String>::new());
    assert!(example("123i")[0].contains("213i"), "{:?}", example("123i"));
}

#[test]
fn an_order_that_names_what_is_not_there_is_refused_with_its_line() {
    let refused = |order, expected: &str| {
        let faults = with_order(order, &[]).1.join("\n");
        assert!(faults.contains("a/plugin.toml:2") && faults.contains(expected), "{faults}");
    };
    refused(
        "[\"two\", \"on\"]",
        "the clause \"on\" at combine.fold, where no handler of the plugin has it; did you mean `one`",
    );
    refused("[\"one\", \"two\", \"one\"]", "\"one\" at combine.fold twice");
    let (_, report) =
        Bench::load(&[("a/plugin.toml", "[order]\n\"combine.fild\" = []\n"), CLAUSES[0]], |_| {});
    assert!(report.faults[0].to_string().contains("unknown point `combine.fild`"), "{:?}", report.faults);
}

#[test]
fn rules_have_options_in_common_and_their_examples_with_them() {
    let source = "local rules = host.rules { register = 'x', action = 'go' }
rules:on('combine.first', {}, function(event) return event.action end)
rules:with { action = host.null }:on('combine.first', { clause = 'c' }, function() return 'any' end)
rules:examples {
  point = 'combine.first', event = { on = '2024-05-01' },
  { \"goes\", expect = 'go' },
  { \"another\", event = { action = 'stay' }, expect = 'any' },
}";
    let (bench, report) = Bench::load(&[("a.lua", source)], |_| {});
    assert_eq!(report.faults.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(bench.say("combine.first", vec![json(r#"{"register":"x","action":"go"}"#)]), "\"go\"");
    assert_eq!(bench.say("combine.first", vec![json(r#"{"register":"y","action":"go"}"#)]), "nil");
    let refused = |source: &str, expected: &str| {
        let (_, report) = Bench::load(&[("a.lua", source)], |_| {});
        let faults: Vec<_> = report.faults.iter().map(ToString::to_string).collect();
        assert!(faults.join("\n").contains(expected), "{source}: {faults:?}");
    };
    refused("host.rules { regster = 'x' }", "no point takes an option `regster`; did you mean `register`?");
    refused("host.rules('x')", "expected a table");
    refused("host.rules {}.on('combine.first', {}, print)", "write rules:on(");
    refused("host.rules {}.examples { point = 'combine.first' }", "write rules:examples(");
    refused("local r = host.rules {} r:onn('combine.first')", "rules have no `onn`; did you mean `on`?");
    refused("host.examples { point = 'combine.first', x = 1 }", "has no entry");
    refused(
        "host.examples { point = 'combine.first', { expect = 1 } }",
        "entry 1 of host.examples needs one text",
    );
    refused("host.examples { point = 'combine.first', { 'a' } }", "\"a\": an example needs `expect`");
    refused("host.examples { 'a' }", "entry 1 of host.examples is string; expected a table");
    // The line of the entry that fails, not of the block.
    let wrong = source.replace("\"goes\", expect = 'go'", "\"goes\", expect = 'went'");
    refused(&wrong, "a.lua:6");
}

fn concerns(options: &str, event: &str, record: &str, expected: bool) {
    let bench = bench("combine.collect", &[&format!("{{ {options} }} => return 1")]);
    let got = bench.say("combine.collect", vec![json(event), json(record)]);
    assert_eq!(got == "[1]", expected, "{options} on {event} {record}: {got}");
}

#[test]
fn options_choose_by_register_action_and_match() {
    let event = r#"{"register":"news","action":"adopt","on":"2022-06-01","fields":{"carrier":"journal"}}"#;
    for (options, record, expected) in [
        ("register = 'news'", "{}", true),
        ("register = 'votes'", "{}", false),
        ("action = 'adopt'", "{}", true),
        ("action = {'return', 'adopt'}", "{}", true),
        ("action = {'return'}", "{}", false),
        ("register = 'news', action = 'submit'", "{}", false),
        ("match = { carrier = 'journal' }", "{}", true),
        ("match = { carrier = {'web', 'journal'} }", "{}", true),
        ("match = { carrier = 'web' }", "{}", false),
        ("match = { kind = 'voice' }", r#"{"kind":"voice"}"#, true),
        ("match = { kind = 'voice' }", r#"{"kind":"routine"}"#, false),
        ("match = { kind = 'voice' }", "{}", false),
        // A field of the form is found before one of the record.
        ("match = { carrier = 'web' }", r#"{"carrier":"web"}"#, false),
        // A list-valued field matches by any of its items.
        ("match = { units = 'xihu' }", r#"{"units":["gongshu","xihu"]}"#, true),
        ("match = { units = {'binjiang', 'xihu'} }", r#"{"units":["gongshu","xihu"]}"#, true),
        ("match = { units = 'binjiang' }", r#"{"units":["gongshu","xihu"]}"#, false),
        ("match = { level = 2 }", r#"{"level":2.0}"#, true),
        ("match = { level = 2 }", r#"{"level":"2"}"#, false),
        ("match = { urgent = true, level = 2 }", r#"{"level":2,"urgent":true}"#, true),
        ("match = { urgent = true, level = 2 }", r#"{"level":2,"urgent":false}"#, false),
    ] {
        concerns(options, event, record, expected);
    }
}

#[test]
fn effective_dates_include_both_ends() {
    for (dates, on, expected) in [
        ("from = '2022-06-01'", "2022-05-31", false),
        ("from = '2022-06-01'", "2022-06-01", true),
        ("to = '2022-06-30'", "2022-06-30", true),
        ("to = '2022-06-30'", "2022-07-01", false),
        ("from = '2022-06-01', to = '2022-06-01'", "2022-06-01", true),
        ("from = '2022-06-01', to = '2022-06-30'", "2023-06-15", false),
    ] {
        concerns(&format!("effective = {{ {dates} }}"), &format!(r#"{{"on":"{on}"}}"#), "{}", expected);
    }
    concerns("effective = { from = '2022-06-01' }", "{}", "{}", false);
}

#[test]
fn of_a_rules_versions_only_the_latest_in_force_runs() {
    let versions = [
        "{ rule = 'r', effective = { from = '2020-01-01' } } => return 'old'",
        "{ rule = 'r', effective = { from = '2022-06-01' } } => return 'new'",
        "{ rule = 'other', effective = { from = '2019-01-01' } } => return 'other'",
    ];
    for (on, expected) in [
        ("2019-06-01", r#"["other"]"#),
        ("2022-05-31", r#"["old","other"]"#),
        ("2022-06-01", r#"["new","other"]"#),
    ] {
        check("combine.collect", &versions, &format!(r#"[{{"on":"{on}"}}]"#), expected);
    }
    // Cases of one version stay together: a version is not replaced by its own other half.
    let halves = [
        "{ rule = 'r', effective = { from = '2020-01-01' } } => return 'old'",
        "{ rule = 'r', effective = { from = '2022-06-01' }, match = { kind = 'a' } } => return 'new a'",
        "{ rule = 'r', effective = { from = '2022-06-01' }, match = { kind = 'b' } } => return 'new b'",
    ];
    check("combine.collect", &halves, r#"[{"on":"2022-06-01"}, {"kind":"b"}]"#, r#"["new b"]"#);
    check("combine.collect", &halves, r#"[{"on":"2022-06-01"}, {"kind":"c"}]"#, "[]");
}

#[test]
fn wrong_options_are_refused_at_load_with_the_remedy() {
    for (options, expected) in [
        ("regster = 'news'", "did you mean `register`"),
        ("measure = 'fee'", "takes no option `measure`"),
        ("register = 5", "option `register` of combine.collect: got 5; expected text"),
        ("effective = { from = '2022-02-30' }", "expected a date"),
    ] {
        let source = format!("\nhost.on('combine.collect', {{ {options} }}, function() end)");
        let (_, report) = Bench::load(&[("a.lua", &source)], |_| {});
        let got = report.faults[0].to_string();
        assert!(got.contains(expected) && got.contains("a.lua:2"), "{options}: {got}");
    }
    let (_, report) = Bench::load(&[("a.lua", "host.on('combine.colect', function() end)")], |_| {});
    assert!(report.faults[0].message.contains("did you mean `combine.collect`"), "{}", report.faults[0]);
}

// What a point does when the second of three handlers fails: its answer or message, how often it
// is quarantined after six calls.
#[test]
fn a_failure_means_what_its_point_declares() {
    let refused = "failed: broken";
    for (point, expected, quarantines) in [
        ("fail.reject", refused, false),
        ("fail.log", "[1,3]", false),
        ("fail.deny", refused, false),
        ("fail.call", refused, false),
        ("fail.hold", refused, false),
        ("fail.skip", "[1,3]", true),
        // Its handlers are called one by one, and only those calls count.
        ("fail.retry", refused, false),
        ("fail.fold", "7", true),
    ] {
        let bodies = ["return 1", "error('broken')", "return 3"];
        let fold = ["return x + 1", "error('broken')", "return x + 1"];
        let bench = bench(point, if point == "fail.fold" { &fold } else { &bodies });
        for _ in 0..6 {
            let got = bench.say(point, vec![Value::Int(5)]);
            let calm = quarantines && !bench.host.quarantine().list().is_empty();
            assert!(got.contains(expected) || (calm && got == "[1,3]"), "{point}: {got}");
        }
        let out: Vec<_> = bench.host.quarantine().list().into_iter().map(|q| q.handler).collect();
        assert_eq!(out, if quarantines { vec!["b#0"] } else { vec![] }, "{point}");
        let skipped = bench.ask(point, vec![Value::Int(5)]).map_or(0, |o| o.skipped.len());
        assert_eq!(skipped, usize::from(point == "fail.log"), "{point}: the quarantined one is left out");
    }
}

#[test]
fn a_handler_that_is_retried_is_quarantined_by_its_own_calls() {
    let bench = bench("fail.retry", &["error('down')"]);
    let handler = bench.host.generation().handlers("fail.retry").remove(0);
    let scope = bench.host.scope(std::sync::Arc::new(crate::bench_contract::Mirror));
    for _ in 0..5 {
        assert!(bench.host.quarantine().list().is_empty());
        let failed = bench.host.invoke(&handler, vec![], &scope, &mut registrar_host::NoServices);
        assert!(failed.unwrap_err().to_string().contains("down"));
    }
    assert_eq!(bench.host.quarantine().list()[0].handler, "a#0");
}

#[test]
fn a_skipped_failure_is_shown_with_its_place() {
    let bench = bench("fail.skip", &["return 1", "\n error('broken')"]);
    let outcome = bench.ask("fail.skip", vec![]).unwrap();
    assert_eq!(outcome.value.to_string(), "[1]");
    assert_eq!((outcome.skipped[0].plugin.as_str(), outcome.skipped[0].line), ("b", Some(2)));
}

#[test]
fn a_quarantined_handler_is_tried_again_and_a_new_version_is_forgiven() {
    let files =
        [("a.lua", "host.on('fail.skip', function(x) if x == 1 then error('no') end return 'ok' end)")];
    let (bench, _) = Bench::load(&files, |config| {
        config.quarantine_after = 2;
        config.quarantine_for = Duration::from_millis(50);
    });
    let say = |x: i64| bench.say("fail.skip", vec![x.into()]);
    say(1);
    say(1);
    assert_eq!(say(0), "[]", "left out");
    std::thread::sleep(Duration::from_millis(80));
    assert_eq!(say(0), "[\"ok\"]", "tried again");
    say(1);
    say(1);
    assert_eq!(say(0), "[]", "left out again");
    bench.change(&[("a.lua", "host.on('fail.skip', function() return 'new' end)")]);
    assert_eq!(say(0), "[\"new\"]", "a new version starts afresh");
}

#[test]
fn plugin_load_failing_keeps_the_version_before() {
    let version = |n: u32, load: &str| {
        format!(
            "host.on('combine.first', function() return {n} end)\nhost.on('life.load', function(about) {load} end)"
        )
    };
    let bench = host_with(&[("a.lua", &version(1, ""))]);
    let report = bench.change(&[("a.lua", &version(2, "error('not yet')"))]);
    assert!(report.faults[0].to_string().contains("life.load failed: not yet"), "{:?}", report.faults);
    assert_eq!(bench.say("combine.first", vec![]), "1");
    assert!(bench.change(&[("a.lua", &version(3, ""))]).faults.is_empty());
    assert_eq!(bench.say("combine.first", vec![]), "3");
}

#[test]
fn a_bad_answer_is_the_handlers_failure() {
    let bench = bench("value.int", &["return 'twelve'"]);
    let failed = bench.ask("value.int", vec![]).unwrap_err();
    assert_eq!(fault(failed.clone()).kind, FaultKind::BadAnswer);
    assert_eq!(
        failed.to_string(),
        "plugin \"a\" (a.lua:1): value.int returned \"twelve\"; expected an integer"
    );
}

#[test]
fn an_example_that_no_handler_answers_says_so() {
    let told = |example: &str| {
        let source = format!(
            "host.on('combine.each', {{ measure = 'fee' }}, function() return {{}} end)\nhost.example('dropped', {{ point = 'combine.each', {example}, expect = {{}} }})"
        );
        let (_, report) = Bench::load(&[("a.lua", &source)], |_| {});
        report.faults.first().map(ToString::to_string)
    };
    assert_eq!(told("items = { { measure = 'fee' } }"), None);
    let fault = told("items = { { amount = 3 } }").unwrap();
    assert!(fault.contains("no handler answered: do their options fit"), "{fault}");
}

#[test]
fn an_unknown_point_is_named_with_what_was_meant() {
    let failed = bench("combine.first", &["return 1"]).ask("combine.frist", vec![]).unwrap_err();
    let Failed::Call(text) = failed else { panic!("{failed}") };
    assert!(text.contains("did you mean `combine.first`"), "{text}");
}
