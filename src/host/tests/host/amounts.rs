//! Amounts, and what host calls take and give, at the border.

use crate::values::*;
use registrar_fixtures::bench::{host_with, json};
use registrar_sdk::{Amount, Value};

#[test]
fn amounts_are_taken_as_the_decimals_they_stand_for() {
    check(
        "value.amount",
        &[
            ("0.2 + 0.2 + 0.2", "0.6"),
            ("0.1 + 0.2", "0.3"),
            ("1.005", "1.005"),
            ("0.000001", "0.000001"),
            ("0.0000001", "more than six decimals; round it with host.round, or divide with host.split"),
            ("10 / 3", "host.split"),
            ("-2.5", "-2.5"),
            ("180", "180"),
            ("1e13", "outside the range of amounts"),
            ("'12元'", "returned \"12元\"; expected a number"),
            ("'12'", "expected a number"),
            ("0 / 0", "NaN"),
        ],
    );
    // A number within 1e-9 of one with six decimals is that number; the next further one is not.
    check("value.amount", &[("2.5 + 9e-10", "2.5"), ("2.5 + 2e-9", "more than six decimals")]);
    assert_eq!(becomes("value.amount", "0.2 + 0.2 + 0.2"), Ok(Value::Amount(Amount::from_micros(600_000))));
    // And what came in goes out the same, up to 2^32: beyond, a number no longer holds six decimals.
    let source = "host.on('value.amount', function(x) return x end)";
    let bench = host_with(&[("a.lua", source)]);
    for text in ["0.000001", "-0.1", "123456789.123456", "4294967295.999999"] {
        let outcome = bench.ask("value.amount", vec![amount(text)]).unwrap();
        assert_eq!(outcome.value, amount(text), "{text}");
    }
}

#[test]
fn arguments_and_answers_of_host_calls_cross_by_the_same_rules() {
    for (body, expected) in [
        ("return host.twice(21)", "42"),
        ("return host.twice('x')", "a.lua:1): value.any failed: host.twice: x must be an integer"),
        ("return host.twice(0 / 0)", "host.twice: x: got NaN"),
        ("return host.twice(2 ^ 60)", "beyond 2^53"),
        ("return host.twice(print)", "x: a function cannot leave the script"),
        ("return host.twice({ 1, nil, 3 })", "hole"),
        ("return host.twice(1, 2)", "host.twice takes 1 arguments, not 2"),
        ("return host.twise(1)", "host.twise does not exist; did you mean `twice`?"),
        ("return host.card('ann'):greet()", "\"hello ann\""),
        ("return host.card('ann').greet()", "call it with a colon"),
        ("local ok, why = pcall(host.twice, 'x') return why", "host.twice: x must be an integer"),
    ] {
        let got = sees(Value::Nil, body);
        assert!(got.contains(expected), "{body}: got `{got}`, expected `{expected}`");
    }
}

#[test]
fn handlers_may_take_fewer_arguments_than_offered() {
    let source = "
        host.on('combine.collect', function() return 0 end)
        host.on('combine.collect', function(event) return event.n end)
        host.on('combine.collect', function(event, record) return record.n end)
        host.on('combine.collect', function(event, record, more) return more == nil end)";
    let args = vec![json(r#"{"n":1}"#), json(r#"{"n":2}"#)];
    assert_eq!(host_with(&[("a.lua", source)]).say("combine.collect", args), "[0,1,2,true]");
}
