//! Host calls from native code: state, files, phases, capabilities, calls within calls, and many at
//! once; isolated and in the host's process.

use super::yard::{Mirror, Yard, built};
use registrar_host::{Caller, Host, Scope, Services};
use registrar_sdk::Value;
use std::{collections::BTreeMap, sync::Arc, thread, time::Instant};

fn each(test: impl Fn(&Yard)) {
    for in_process in [None, Some("naughty".to_owned())] {
        let yard = Yard::new(|config| config.native.in_process.extend(in_process.clone()));
        yard.put("libnaughty.so", &built("libnaughty.so"));
        yard.reload();
        test(&yard);
    }
}

fn request(call: &str, args: &[Value]) -> Value {
    Value::map([("call", Value::text(call)), ("args", args.to_vec().into())])
}

#[test]
fn state_outlives_the_process_and_is_counted_right_from_many_threads() {
    each(|yard| {
        assert_eq!(yard.say("ask.effect", request("state.get", &["n".into()])), "nil");
        assert_eq!(yard.say("ask.effect", request("state.set", &["n".into(), 5.into()])), "nil");
        const THREADS: usize = 8;
        const EACH: usize = 50;
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    (0..EACH).for_each(|_| {
                        let counted = yard.ask("ask.effect", Value::map([("count", "n".into())])).unwrap();
                        assert!(counted.value.as_int().is_some_and(|n| n > 5));
                    })
                });
            }
        });
        // A panic ends its process where it has one of its own; what it kept stays.
        assert!(yard.ask("ask.call", "panic").is_err());
        assert_eq!(
            yard.say("ask.effect", request("state.get", &["n".into()])),
            (5 + THREADS * EACH).to_string()
        );
        assert_eq!(yard.store.state_of("naughty@0", "n"), Some(Value::Int((5 + THREADS * EACH) as i64)));
    });
}

trait StateOf {
    fn state_of(&self, plugin: &str, key: &str) -> Option<Value>;
}

impl StateOf for registrar_host::MemoryStore {
    fn state_of(&self, plugin: &str, key: &str) -> Option<Value> {
        registrar_host::HostStore::state_get(self, plugin, key).unwrap()
    }
}

#[test]
fn a_call_outside_its_phase_names_the_phases_and_a_missing_capability_is_named() {
    each(|yard| {
        let cases = [
            (
                "ask.pure",
                "look",
                "host.look cannot be called at ask.pure (pure phase); allowed in: read, effect",
            ),
            (
                "ask.pure",
                "state.set",
                "host.state.set cannot be called at ask.pure (pure phase); allowed in: effect",
            ),
            ("ask.pure", "state.swap", "host.state.swap cannot be called at ask.pure (pure phase)"),
            ("ask.pure", "now", "only where a point names it"),
            ("ask.effect", "http.get", "host.http.get needs the capability \"http\": add capabilities"),
            ("ask.effect", "files.read", "host.files.read needs the capability \"files\""),
            ("ask.effect", "lok", "host.lok does not exist; did you mean `look`"),
            ("ask.effect", "on", "host.on does not exist"),
            ("ask.effect", "state.update", "host.state.update does not exist"),
            ("ask.effect", "", "does not exist"),
        ];
        for (point, call, words) in cases {
            let said = yard.say(point, request(call, &["x".into()]));
            assert!(said.contains(words), "{point} {call}: {said}");
            assert!(said.contains("naughty"), "{said}");
        }
        assert!(
            yard.say("ask.effect", request("look", &[1.into(), 2.into()]))
                .contains("takes 1 arguments, not 2")
        );
        assert_eq!(yard.say("ask.effect", request("look", &["词".into()])), "\"词\"");
        assert_eq!(
            yard.say("ask.effect", request("act", &[Value::List(vec![1.into(), Value::Null])])),
            "[1,null]"
        );
    });
}

// Answers `act` by a dispatch of its own, as an office answers `host.act`.
struct Nested<'a> {
    host: &'a Host,
    depth: u8,
}

impl Services for Nested<'_> {
    fn call(&mut self, _: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        assert_eq!(caller.depth, self.depth);
        let scope = Scope { depth: self.depth + 1, ..self.host.scope(Arc::new(Mirror)) };
        let mut inner = Nested { host: self.host, depth: self.depth + 1 };
        let answer = self.host.dispatch("ask.effect", args.to_vec(), &scope, &mut inner);
        answer.map(|outcome| outcome.value).map_err(|failed| failed.to_string())
    }
}

#[test]
fn a_call_within_a_call_of_the_same_plugin_answers_and_stops_at_eight() {
    each(|yard| {
        let deep = |levels: usize| (0..levels).fold(Value::from(21), |inner, _| request("act", &[inner]));
        let ask = |levels| {
            let scope = yard.host.scope(Arc::new(Mirror));
            let mut services = Nested { host: &yard.host, depth: 0 };
            match yard.host.dispatch("ask.effect", vec![deep(levels)], &scope, &mut services) {
                Ok(outcome) => outcome.value.to_string(),
                Err(failed) => failed.to_string(),
            }
        };
        assert_eq!(ask(1), "42");
        assert_eq!(ask(8), "42");
        assert!(ask(9).contains("dispatches nest deeper than 8"), "{}", ask(9));
        // All at once, so that every worker is inside.
        thread::scope(|scope| {
            (0..8).for_each(|_| drop(scope.spawn(|| (0..20).for_each(|_| assert_eq!(ask(5), "42")))));
        });
    });
}

#[test]
fn calls_from_eight_threads_each_get_their_own_answer() {
    each(|yard| {
        let began = Instant::now();
        thread::scope(|scope| {
            for thread in 0..8i64 {
                scope.spawn(move || {
                    for round in 0..200i64 {
                        let number = thread * 1000 + round;
                        assert_eq!(yard.say("ask.pure", number), (2 * number).to_string());
                        let text = format!("{thread}/{round}").repeat(round as usize + 1);
                        let mirrored =
                            yard.ask("ask.effect", request("look", &[text.as_str().into()])).unwrap().value;
                        assert_eq!(mirrored.as_str(), Some(&*text));
                    }
                });
            }
        });
        println!("figure: 3200 calls from 8 threads: {} ms", began.elapsed().as_millis());
    });
}

#[test]
fn values_of_every_kind_cross_both_ways_unchanged() {
    each(|yard| {
        let map: BTreeMap<_, _> =
            (0..200).map(|n| (format!("k{n:03}").as_str().into(), Value::from(n))).collect();
        let values = [
            Value::Null,
            true.into(),
            (1i64 << 53).into(),
            (-(1i64 << 53)).into(),
            Value::Num(0.1),
            Value::Num(-0.0),
            "".into(),
            "珺昇堃翀 \u{0} \u{10ffff}".into(),
            Value::Bytes((*b"\x00\xff\xfe").into()),
            Value::Bytes((*b"").into()),
            Value::List(vec![Value::Null, Value::List(Vec::new()), "x".into()]),
            Value::Map(map),
            Value::text("长".repeat(1 << 20)),
            (0..30).fold(Value::from(1), |inner, _| Value::List(vec![inner])),
            Value::List((0..100_000).map(Value::from).collect()),
        ];
        let same = |value: &Value| {
            let answer = yard
                .ask("ask.effect", request("look", std::slice::from_ref(value)))
                .map(|outcome| outcome.value);
            let answer = answer.unwrap_or_else(|failed| panic!("{}: {failed}", value.kind()));
            assert_eq!(answer.kind(), value.kind());
            assert!(answer.same(value), "{}", value.kind());
        };
        values[..13].iter().for_each(same);
        // A request wraps its argument two levels deep, and an answer may be 32.
        values[14..].iter().for_each(same);
        // What is lent to a library in this process is not counted; what crosses to another is.
        let large = yard.say("ask.pure", "x".repeat(40 << 20));
        let is_isolated = yard.host.status()[0].native.is_some_and(|health| health.isolated);
        assert_eq!(large.contains("more than 250000 values or 32 MiB"), is_isolated, "{large:.200}");
        assert_eq!(yard.say("ask.pure", 4), "8", "it goes on");
    });
}
