//! How answers combine, in which order handlers run, which of them a call concerns, and what a
//! failure means at each kind of point.

use registrar_fixtures::bench::{Bench, host_with, json};
use registrar_host::FaultKind;
use registrar_sdk::Value;

// One file a handler body, `a.lua`, `b.lua` …; all at one point.
pub(crate) fn handlers(point: &str, bodies: &[&str]) -> Vec<(String, String)> {
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

pub(crate) fn bench(point: &str, bodies: &[&str]) -> Bench {
    let files = handlers(point, bodies);
    host_with(&files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect::<Vec<_>>())
}

pub(crate) fn check(point: &str, bodies: &[&str], args: &str, expected: &str) {
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
    let items = r#"[[{"measure":"tare","n":1},{"measure":"points","n":2},{"measure":"tare","n":3}]]"#;
    // Only the tares are seen, one of them is dropped; the points pass untouched.
    let drop_last = "{ measure = 'tare' } => return { x[1] }";
    check(point, &[drop_last], items, r#"[{"measure":"tare","n":1},{"measure":"points","n":2}]"#);
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
    let bench = bench("combine.each", &["{ measure = 'tare' } => return {}"]);
    let items = json(r#"[{"measure":"tare"},{"measure":"points"}]"#);
    let outcome = bench.ask("combine.each", vec![items]).unwrap();
    assert_eq!(outcome.steps[0].given, vec![json(r#"{"measure":"tare"}"#)]);
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
    let scope = bench.host.scope(std::sync::Arc::new(registrar_fixtures::bench::Mirror));
    let mut services = registrar_fixtures::bench::Recorder::default();
    let all = bench.host.generation().handlers("combine.notify");
    let mut invoke =
        |i: usize| bench.host.invoke(&all[i], vec![json(r#"{"id":"7"}"#)], &scope, &mut services);
    assert_eq!(invoke(0).unwrap(), Value::text("sent 7"));
    assert_eq!(invoke(1).unwrap_err().kind, FaultKind::Error);
    assert_eq!(invoke(0).unwrap(), Value::text("sent 7"));
}

fn concerns(options: &str, event: &str, record: &str, expected: bool) {
    let bench = bench("combine.collect", &[&format!("{{ {options} }} => return 1")]);
    let got = bench.say("combine.collect", vec![json(event), json(record)]);
    assert_eq!(got == "[1]", expected, "{options} on {event} {record}: {got}");
}

#[test]
fn options_choose_by_register_action_and_match() {
    let event = r#"{"register":"news","action":"send","on":"2022-06-01","fields":{"box":"paper"}}"#;
    for (options, record, expected) in [
        ("register = 'news'", "{}", true),
        ("register = 'votes'", "{}", false),
        ("action = 'send'", "{}", true),
        ("action = {'return', 'send'}", "{}", true),
        ("action = {'return'}", "{}", false),
        ("register = 'news', action = 'submit'", "{}", false),
        ("match = { box = 'paper' }", "{}", true),
        ("match = { box = {'web', 'paper'} }", "{}", true),
        ("match = { box = 'web' }", "{}", false),
        ("match = { kind = 'voice' }", r#"{"kind":"voice"}"#, true),
        ("match = { kind = 'voice' }", r#"{"kind":"routine"}"#, false),
        ("match = { kind = 'voice' }", "{}", false),
        // A field of the form is found before one of the record.
        ("match = { box = 'web' }", r#"{"box":"web"}"#, false),
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
        ("measure = 'tare'", "takes no option `measure`"),
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
