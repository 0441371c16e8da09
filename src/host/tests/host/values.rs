//! Values at the border, both ways: what a script sees of an argument, and what becomes of an answer.

use registrar_fixtures::bench::{Bench, fault, host_with, json};
use registrar_host::FaultKind;
use registrar_sdk::Value;

// What `body` answers for the argument `x`.
pub(crate) fn sees(x: Value, body: &str) -> String {
    let source = format!("host.on('value.any', function(x) {body} end)");
    host_with(&[("a.lua", &source)]).say("value.any", vec![x])
}

// What becomes of the answer `expression` at `point`.
pub(crate) fn becomes(point: &str, expression: &str) -> Result<Value, String> {
    let source = format!("host.on('{point}', function(x) return {expression} end)");
    let bench = host_with(&[("a.lua", &source)]);
    bench.ask(point, vec![]).map(|outcome| outcome.value).map_err(|failed| {
        let fault = fault(failed);
        assert_eq!(fault.kind, FaultKind::BadAnswer, "{fault}");
        assert_eq!((fault.file.as_str(), fault.line), ("a.lua", Some(1)), "{fault}");
        fault.message
    })
}

pub(crate) fn check(point: &str, rows: &[(&str, &str)]) {
    for (expression, expected) in rows {
        let got = becomes(point, expression);
        let text = match &got {
            Ok(value) => value.to_string(),
            Err(message) => message.clone(),
        };
        assert!(text.contains(expected), "{point}: {expression}: got `{text}`, expected `{expected}`");
    }
}

pub(crate) fn amount(text: &str) -> Value {
    Value::Amount(text.parse().unwrap())
}

#[test]
fn scripts_see_plain_values() {
    for (x, body, expected) in [
        (Value::Nil, "return x == nil", "true"),
        (Value::Null, "return x == host.null and x ~= nil", "true"),
        (true.into(), "return x == true", "true"),
        (Value::Int(1 << 53), "return x == 2 ^ 53 and type(x) == 'number'", "true"),
        (Value::Int(-(1 << 53)), "return x == -(2 ^ 53)", "true"),
        (Value::Num(0.1), "return x == 0.1", "true"),
        (amount("0.6"), "return x == 0.6 and x + 1", "1.6"),
        (amount("-2.5"), "return x", "-2.5"),
        (amount("180"), "return tostring(x)", "\"180\""),
        ("中文".into(), "return { utf8.len(x), #x }", "[2,6]"),
        ("a\0b".into(), "return #x", "3"),
        (
            Value::Bytes((*b"\xff\x00x").into()),
            "return { type(x), buffer.len(x), buffer.readu8(x, 0) }",
            "[\"buffer\",3,255]",
        ),
        (json("[1,[2,3]]"), "return { #x, x[2][1], x[3] == nil }", "[2,2,true]"),
        (json("{}"), "return next(x) == nil", "true"),
        (json("[]"), "return #x", "0"),
        (json(r#"{"b":1,"a":{"c":2}}"#), "return x.a.c + x.b", "3"),
        (
            json(r#"{"end":1,"with space":2,"中":3,"\"":4}"#),
            "return x['end'] + x['with space'] + x['中'] + x['\"']",
            "10",
        ),
        (
            Value::map([("gone", Value::Nil), ("cleared", Value::Null)]),
            "return { x.gone == nil, x.cleared == host.null }",
            "[true,true]",
        ),
        // More entries than a Luau function has locals take the slower way to the same result.
        (many(300), "local n = 0 for _ in pairs(x) do n += 1 end return { n, x.k299 }", "[300,299]"),
    ] {
        assert_eq!(sees(x.clone(), body), expected, "{x:?}: {body}");
    }
}

fn many(n: i64) -> Value {
    Value::map((0..n).map(|i| (format!("k{i}"), Value::Int(i))))
}

#[test]
fn arguments_are_fresh_and_frozen_all_the_way_down() {
    let x = json(r#"{"list":[1,[2]],"map":{"inner":{"a":1}}}"#);
    for body in [
        "x.more = 1",
        "x.list[1] = 9",
        "x.list[2][1] = 9",
        "x.map.inner.a = 9",
        "x.map.more = {}",
        "table.insert(x.list, 3)",
        "rawset(x.map, 'inner', nil)",
    ] {
        let got = sees(x.clone(), body);
        assert!(got.contains("readonly"), "{body}: {got}");
    }
    for slow in [many(300), Value::List(vec![json("{}")])] {
        assert!(sees(slow, "(x[1] or x).more = 1").contains("readonly"));
    }
    // A handler that keeps an argument sees the old one; each call has its own.
    let source = "local kept = {} host.on('value.any', function(x) local k = kept local old = k.x k.x = x return { old and old.n or 0, x.n, old == x } end)";
    let bench = host_with(&[("a.lua", source)]);
    let say = |n: i64| bench.say("value.any", vec![Value::map([("n", n.into())])]);
    assert_eq!((say(1), say(2)), ("[0,1,false]".into(), "[1,2,false]".into()));
    // A copy is the script's own.
    assert_eq!(sees(x, "local t = table.clone(x.map) t.more = 1 return t.more"), "1");
}

#[test]
fn two_handlers_do_not_share_an_argument() {
    let keep = "host.on('combine.collect', function(x) return pcall(function() x.n = 2 end) and 'changed' or x.n end)";
    let bench = host_with(&[("a.lua", keep), ("b.lua", keep)]);
    assert_eq!(bench.say("combine.collect", vec![json(r#"{"n":1}"#)]), "[1,1]");
}

#[test]
fn whatever_goes_in_comes_out_the_same() {
    let values = [
        Value::Null,
        Value::Bool(false),
        Value::Int(-7),
        Value::Num(2.5),
        Value::text("文字 \u{10FFFF} \0 \r\n"),
        Value::Bytes((0..=255).collect()),
        json(r#"[[],[1],{"a":[null,true]}]"#),
        many(200),
    ];
    for value in values {
        let source = "host.on('value.any', function(x) return x end)";
        let outcome = host_with(&[("a.lua", source)]).ask("value.any", vec![value.clone()]).unwrap();
        assert_eq!(outcome.value, value);
    }
}

#[test]
fn answers_of_any_type_follow_the_rules_of_the_border() {
    check(
        "value.any",
        &[
            ("nil", "nil"),
            ("host.null", "null"),
            ("{}", "[]"),
            ("{ 1, 2 }", "[1,2]"),
            ("{ [2] = 'b', [1] = 'a' }", r#"["a","b"]"#),
            ("{ b = 1, a = 2, B = 3, ['1'] = 4 }", r#"{"1":4,"B":3,"a":2,"b":1}"#),
            ("{ a = nil }", "[]"),
            ("{ a = host.null }", r#"{"a":null}"#),
            ("{ 1, nil, 3 }", "returned a list with a hole: entry 2 is missing"),
            ("{ nil, 2 }", "hole: entry 1 is missing"),
            ("{ [0] = 1 }", "index 0"),
            ("{ [1.5] = 1 }", "index 1.5"),
            ("{ [-1] = 1 }", "index -1"),
            ("{ 1, x = 2 }", "both named and numbered entries"),
            ("{ deep = { list = { 1, x = 2 } } }", "deep.list: a table with both named and numbered"),
            ("{ [true] = 1 }", "a boolean as a key"),
            ("(function(k) return { [k] = 1 } end)({})", "a table as a key"),
            ("2 ^ 53", "9007199254740992"),
            ("-(2 ^ 53)", "-9007199254740992"),
            ("2 ^ 53 + 2", "beyond 2^53"),
            ("{ a = { 1e300 } }", "a[1]: "),
            ("1e300", "beyond 2^53"),
            ("0 / 0", "returned got NaN"),
            ("1 / 0", "infinity"),
            ("{ n = -1 / 0 }", "n: got an infinity"),
            ("-0.0", "0"),
            ("'文字'", "\"文字\""),
            (
                "string.sub('文字', 1, 2)",
                "text that is not UTF-8 (was it cut inside a character? use utf8.offset)",
            ),
            ("'\\xff'", "not UTF-8"),
            ("{ ['\\xff'] = 1 }", "a key that is not UTF-8"),
            ("string.sub('文字', 1, utf8.offset('文字', 2) - 1)", "\"文\""),
            ("buffer.fromstring('\\xff\\0x')", "[255,0,120]"),
            ("print", "a function cannot leave the script"),
            ("{ f = function() end }", "f: a function cannot leave the script"),
            ("coroutine.create(print)", "a thread cannot leave the script"),
            ("vector.create(1, 2, 3)", "a vector cannot leave the script"),
            ("(function() local t = {} t.t = t return t end)()", "nested deeper than 32"),
            ("table.create(250001, 0)", "more than 250000 values at once"),
            ("string.rep('x', 33 * 1024 * 1024)", "more than 32 MiB of text and bytes at once"),
        ],
    );
}

#[test]
fn a_metatable_does_not_colour_what_leaves() {
    check(
        "value.any",
        &[
            (
                "setmetatable({ 1 }, { __index = function() return 'x' end, __len = function() return 9 end })",
                "[1]",
            ),
            ("setmetatable({}, { __iter = function() return next, { a = 1 } end })", "[]"),
            ("setmetatable({ a = 1 }, { __tostring = function() return 'x' end })", r#"{"a":1}"#),
            ("host.card('ann')", r#"{"name":"ann"}"#),
        ],
    );
}

#[test]
fn replaced_library_functions_answer_as_the_native_ones() {
    for (expression, expected) in [
        ("string.rep('ab', 3)", "\"ababab\""),
        ("string.rep('ab', 0)", "\"\""),
        ("string.rep('x', -1)", "\"\""),
        ("#string.rep('ab', 100001)", "200002"),
        ("#string.rep('ab', 100001.7)", "200002"),
        ("string.sub(string.rep('abc', 70000), -4)", "\"cabc\""),
        ("utf8.len(string.rep('文', 500000))", "500000"),
        ("utf8.len(string.rep('é', 1000001))", "1000001"),
        ("utf8.len(string.rep('文', 500000), 4, -4)", "499998"),
        (
            "{ utf8.len(string.rep('a', 1500000) .. '\\xff') == nil, select(2, utf8.len(string.rep('a', 1500000) .. '\\xff')) }",
            "[true,1500001]",
        ),
        ("{ string.find(string.rep('ab', 1000000) .. 'c', 'bc') }", "[2000000,2000001]"),
        ("{ string.find(string.rep('a', 2000000), 'b', 1, true) }", "[]"),
        ("{ string.find(string.rep('a', 2000000) .. 'b', 'ab', -2, true) }", "[2000000,2000001]"),
        ("#string.split(string.rep('abcdefghij,', 100000), ',')", "100001"),
        ("string.split('a,b,,c')", r#"["a","b","","c"]"#),
        ("(function() local t = { 3, 1, 2 } table.sort(t) return t end)()", "[1,2,3]"),
        (
            "(function() local t = { 3, 1, 2 } table.sort(t, function(a, b) return a > b end) return t end)()",
            "[3,2,1]",
        ),
        ("string.format('%s %d %.2f %q', 'x', 3, 2.5, 'q')", r#""x 3 2.50 \"q\"""#),
        ("tostring(setmetatable({}, { __tostring = function() return 'mine' end }))", "\"mine\""),
        ("{ pcall(error, 'x') }", r#"[false,"x"]"#),
        ("{ pcall(function(a) return a, 2 end, 1) }", "[true,1,2]"),
        ("{ xpcall(error, function(why) return why .. '!' end, 'x') }", r#"[false,"x!"]"#),
        ("{ coroutine.resume(coroutine.create(function(a) return a end), 1) }", "[true,1]"),
    ] {
        assert_eq!(sees(Value::Nil, &format!("return {expression}")), expected, "{expression}");
    }
}

#[test]
fn an_empty_table_follows_its_declared_type() {
    check("value.list", &[("{}", "[]"), ("nil", "nil")]);
    check("value.map", &[("{}", "{}")]);
    check("value.card", &[("{}", "`name` is missing; expected text")]);
    check(
        "value.card",
        &[("{ name = 'x', fields = {}, tags = {} }", r#"{"fields":{},"name":"x","tags":[]}"#)],
    );
    check("value.int", &[("{}", "returned a list; expected an integer")]);
}

#[test]
fn declared_types_convert_or_say_what_differs() {
    check(
        "value.bool",
        &[("true", "true"), ("1", "returned 1; expected a boolean"), ("'true'", "expected a boolean")],
    );
    check(
        "value.int",
        &[
            ("3", "3"),
            ("3.0", "3"),
            ("-3", "-3"),
            ("3.5", "returned 3.5; expected an integer"),
            ("'3'", "expected an integer"),
            ("2 ^ 53 + 2", "beyond 2^53"),
        ],
    );
    check("value.number", &[("3.5", "3.5"), ("0 / 0", "NaN"), ("true", "expected a number")]);
    check(
        "value.text",
        &[
            ("'x'", "\"x\""),
            ("5", "returned 5; expected text"),
            ("buffer.create(1)", "expected text"),
            ("host.null", "returned null; expected text"),
        ],
    );
    check(
        "value.bytes",
        &[
            ("'x'", "[120]"),
            ("buffer.fromstring('x')", "[120]"),
            ("string.sub('文', 1, 1)", "not UTF-8"),
            ("1", "expected bytes"),
        ],
    );
    check(
        "value.date",
        &[
            ("'2023-02-14'", "2023-02-14"),
            ("'2023-02-30'", "expected a date like 2023-02-14"),
            ("'2023-2-14'", "expected a date"),
            ("'14.2.2023'", "expected a date"),
            ("20230214", "expected a date"),
        ],
    );
    check("value.choice", &[("'red'", "red"), ("'Red'", "one of red, blue"), ("1", "one of red, blue")]);
    check(
        "value.list",
        &[
            ("{ 1, 2 }", "[1,2]"),
            ("{ 1, 'x' }", "returned \"x\"; expected an integer for [2]"),
            ("{ a = 1 }", "expected a list of integer"),
            ("5", "expected a list"),
        ],
    );
    check(
        "value.map",
        &[
            ("{ b = 1, a = 2 }", r#"{"a":2,"b":1}"#),
            ("{ a = 'x' }", "for a"),
            ("{ 1 }", "expected a table of integer"),
        ],
    );
    check(
        "value.card",
        &[
            ("{ name = 'x', tags = { 'a', 5 } }", "for tags[2]"),
            ("{ name = 'x', nmae = 'y' }", "a card has no `nmae`; it has name, amount, tags, fields"),
            ("{ name = 'x', amount = host.null }", r#"{"amount":null,"name":"x"}"#),
            ("{ name = host.null }", "for name"),
        ],
    );
    check(
        "value.cards",
        &[
            ("5", "5"),
            ("{ { name = 'x' } }", r#"[{"name":"x"}]"#),
            ("{ { name = 'x' }, { name = 5 } }", "for [2].name"),
        ],
    );
}

#[test]
fn settings_cross_like_arguments_and_an_unknown_one_is_an_error() {
    let manifest = "[settings.of]\ntype = \"list\"\ndefault = [\"a\", \"b\"]\n[settings.base]\ntype = \"number\"\ndefault = 2.5\n";
    let source = "host.on('value.any', function(x) if x then return host.settings.bsae end return { host.settings.of[2], host.settings.base } end)";
    let files = [("a/plugin.toml", manifest), ("a/main.lua", source)];
    let bench = host_with(&files);
    assert_eq!(bench.say("value.any", vec![]), r#"["b",2.5]"#);
    let got = bench.say("value.any", vec![true.into()]);
    assert!(got.contains("a/main.lua:1") && got.contains("did you mean `base`"), "{got}");
    let (bench, _) = Bench::load(&files, |config| {
        config.settings.insert("a".into(), [("base".into(), Value::Int(7))].into());
    });
    assert_eq!(bench.say("value.any", vec![]), r#"["b",7]"#);
}
