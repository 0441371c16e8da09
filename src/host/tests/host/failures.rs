//! What a handler's failure means at each kind of point.

use crate::combining::bench;
use registrar_fixtures::bench::{Bench, fault, host_with};
use registrar_host::{Failed, FaultKind};
use registrar_sdk::{BilingualText, Value};
use std::time::Duration;

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
    let scope = bench.host.scope(std::sync::Arc::new(registrar_fixtures::bench::Mirror));
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
            "host.on('combine.each', {{ measure = 'tare' }}, function() return {{}} end)\nhost.example('dropped', {{ point = 'combine.each', {example}, expect = {{}} }})"
        );
        let (_, report) = Bench::load(&[("a.lua", &source)], |_| {});
        report.faults.first().map(ToString::to_string)
    };
    assert_eq!(told("items = { { measure = 'tare' } }"), None);
    let fault = told("items = { { amount = 3 } }").unwrap();
    assert!(fault.contains("no handler answered: do their options fit"), "{fault}");
}

#[test]
fn an_unknown_point_is_named_with_what_was_meant() {
    let failed = bench("combine.first", &["return 1"]).ask("combine.frist", vec![]).unwrap_err();
    let Failed::Call(text) = failed else { panic!("{failed}") };
    assert!(text.contains("did you mean `combine.first`"), "{text}");
}

#[test]
fn what_a_script_raises_in_two_languages_reaches_the_reader_in_both() {
    let check = |body: &str, message: &str, said: Option<(&str, &str)>| {
        let bench = bench("fail.call", &[body]);
        let Err(Failed::Handler(fault)) = bench.ask("fail.call", vec![]) else { panic!("{body}") };
        assert_eq!(fault.message, message, "{body}");
        assert_eq!(fault.said.as_deref(), said.map(|(zh, en)| BilingualText::new(zh, en)).as_ref(), "{body}");
        assert_eq!((fault.file.as_str(), fault.line), ("a.lua", Some(1)), "{body}");
    };
    let both = ("已超期", "It is late.");
    let raise = "error({ zh = '已超期', en = 'It is late.' })";
    check(raise, "failed: 已超期 · It is late.", Some(both));
    check(&raise.replace(")", ", 0)"), "failed: 已超期 · It is late.", Some(both));
    check("error({ zh = '已超期' }, 0)", "failed: 已超期", Some(("已超期", "已超期")));
    check("error({ en = 'late', zh = 3 })", "failed: late", Some(("late", "late")));
    // From within a function and a coroutine.
    check(&format!("(function() {raise} end)()"), "failed: 已超期 · It is late.", Some(both));
    check(&format!("coroutine.wrap(function() {raise} end)()"), "failed: 已超期 · It is late.", Some(both));
    // Whoever catches it has a text, without a place; passed on, it is a text like any other.
    let caught = format!("local ok, why = pcall(function() {raise} end) error(`[{{why}}]`, 0)");
    check(&caught, "failed: [已超期 · It is late.]", None);
    let handled =
        format!("local ok, why = xpcall(function() {raise} end, function(w) return w end) error(why, 0)");
    check(&handled, "failed: 已超期 · It is late.", None);
    // Other errors are as they were, with the place that the level says.
    check("error('broken')", "failed: broken", None);
    check("error('broken', 0)", "failed: broken", None);
    let other = "failed: raised a table; raise text, error(\"what is wrong\"), or error({ zh = …, en = … })";
    check("error({ 1 })", other, None);
    let told = bench("fail.call", &["local t = {} function t.f() error('x', 2) end\n t.f()"]);
    let Err(Failed::Handler(fault)) = told.ask("fail.call", vec![]) else { panic!() };
    assert_eq!((fault.message.as_str(), fault.line), ("failed: x", Some(2)));
}
