//! In which order handlers of a point are called, and what rules have in common.

use crate::combining::handlers;
use registrar_fixtures::bench::{Bench, host_with, json};
use registrar_sdk::Value;

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
