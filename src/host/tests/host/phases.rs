//! Every host call from every phase: where it is allowed, and what is said where it is not.

use registrar_fixtures::bench::{BENCH, Bench, Mirror, Recorder, host_with};
use registrar_host::HostConfig;
use registrar_sdk::{AnsweredBy, Phase};
use std::{collections::BTreeSet, sync::Arc};

const L: u8 = 1;
const P: u8 = 2;
const R: u8 = 4;
const E: u8 = 8;
// At a point of pure computing that names the call beyond its phase.
const X: u8 = 16;
const ALL: u8 = L | P | R | E | X;

// Each call, how it is made, and in which phases it is allowed.
const TABLE: &[(&str, &str, u8)] = &[
    ("on", "host.on('combine.first', function() end)", L),
    ("example", "host.example('e', { point = 'phase.pure', x = 'ex', expect = host.null })", L),
    ("rules", "host.rules({}):on('combine.first', function() end)", L),
    ("examples", "host.examples({ point = 'phase.pure', x = 'ex', expect = host.null, { 'e' } })", L),
    ("require", "require('lib/empty')", L),
    ("log", "host.log('x')", ALL),
    ("log.debug", "host.log.debug('x')", ALL),
    ("log.info", "host.log.info('x', { n = 1 })", ALL),
    ("log.warn", "host.log.warn('x')", ALL),
    ("log.error", "host.log.error('x')", ALL),
    ("print", "print('x', {})", ALL),
    ("settings", "local s = host.settings.base", ALL),
    ("figure", "local f = host.figure('toll', '2024-05-01')", ALL),
    ("figures", "local f = pcall(function() return host.figures.toll end)", ALL),
    ("null", "local n = host.null", ALL),
    ("state.get", "host.state.get('k')", R | E),
    ("state.set", "host.state.set('k', 1)", E),
    ("state.update", "host.state.update('k', function(v) return (v or 0) + 1 end)", E),
    ("files.read", "host.files.read('f')", R | E),
    ("files.write", "host.files.write('f', 'x')", E),
    ("files.list", "host.files.list()", R | E),
    ("now", "host.now()", E | X),
    ("twice", "host.twice(1)", P | R | E | X),
    ("card", "host.card('x')", P | R | E | X),
    ("spin", "host.spin(0)", P | E | X),
    ("look", "host.look(1)", R | E | X),
    ("fetch", "host.fetch(1)", E),
    ("http.get", "host.http.get('x')", E),
];

const MANIFEST: &str = "capabilities = [\"files\", \"http\", \"now\"]\n[settings.base]\ntype = \"number\"\ndefault = 1\n\
     [figures]\ntoll = { from = { 2024-01-01 = 2 } }\n";

fn bench(main: &str, manifest: &str) -> (Bench, Vec<String>) {
    let files = [
        ("a/plugin.toml", manifest),
        ("a/main.lua", main),
        ("a/lib/empty.lua", "return 1"),
        ("b.lua", "-- nothing"),
    ];
    let (bench, report) = Bench::load(&files, |_: &mut HostConfig| {});
    (bench, report.faults.iter().map(ToString::to_string).collect())
}

// `None` if the call went through, else what was said.
fn attempt(call: &str, phase: u8, manifest: &str) -> Option<String> {
    if phase == L {
        let (_, faults) = bench(&format!("{call} host.on('phase.pure', function() end)"), manifest);
        return faults.into_iter().next();
    }
    let point = match phase {
        P => "phase.pure",
        R => "phase.read",
        E => "phase.effect",
        _ => "phase.extra",
    };
    let source = format!("host.on('{point}', function() {call} return 'went through' end)");
    let (bench, faults) = bench(&source, manifest);
    assert!(faults.is_empty(), "{faults:?}");
    let said = bench.say(point, vec![]);
    (said != "\"went through\"").then_some(said)
}

#[test]
fn every_call_is_allowed_in_its_phases_and_refused_in_the_others() {
    let mut failures = Vec::new();
    for (name, call, allowed) in TABLE {
        let mut row = String::new();
        for (phase, title) in [(L, "load"), (P, "pure"), (R, "read"), (E, "effect"), (X, "extra")] {
            let refused = attempt(call, phase, MANIFEST);
            row.push_str(&format!(" {title} {:3}", if refused.is_some() { "-" } else { "yes" }));
            match (refused, allowed & phase != 0) {
                (None, true) => {}
                (Some(said), false) => {
                    let place = if phase == L {
                        "while sources run".to_owned()
                    } else {
                        format!("at phase.{title} (")
                    };
                    let remedy =
                        said.contains("; allowed in: ") || said.contains("only where a point names it");
                    if !said.contains(&format!("host.{name} cannot be called {place}"))
                        || !remedy
                        || !said.contains("a/main.lua:1)")
                    {
                        failures.push(format!("{name} in {title} is refused with: {said}"));
                    }
                }
                (Some(said), true) => failures.push(format!("{name} is allowed in {title}, but: {said}")),
                (None, false) => failures.push(format!("{name} went through in {title}")),
            }
        }
        println!("{name:14}{row}");
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn the_table_names_every_call_there_is() {
    let body = "local names = {}
        for name, value in pairs(host) do
            if type(value) == 'table' and name ~= 'settings' and name ~= 'figures' then
                for member in pairs(value) do table.insert(names, name .. '.' .. member) end
            else
                table.insert(names, name)
            end
        end
        return names";
    let (bench, _) = bench(&format!("host.on('phase.pure', function() {body} end)"), MANIFEST);
    let there = bench.ask("phase.pure", vec![]).unwrap().value;
    let there: BTreeSet<String> =
        there.as_list().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect();
    let mut tried: BTreeSet<String> = TABLE.iter().map(|(name, ..)| (*name).to_owned()).collect();
    // These two are not members of `host`: one is a group that can be called, one a global.
    assert!(tried.remove("log") && tried.remove("print"));
    assert_eq!(there, tried);
}

#[test]
fn the_table_agrees_with_the_contract() {
    for call in BENCH.calls.iter().filter(|c| !matches!(c.place, AnsweredBy::Host)) {
        let (_, _, allowed) = TABLE.iter().find(|(name, ..)| *name == call.name).unwrap();
        for (phase, bit) in Phase::ALL.into_iter().zip([L, P, R, E]) {
            assert_eq!(call.phases.contains(&phase), allowed & bit != 0, "{} in {}", call.name, phase.name());
        }
    }
}

#[test]
fn a_call_without_its_capability_names_what_to_add() {
    for (call, capability) in [
        ("host.files.list()", "files"),
        ("host.files.write('f', 'x')", "files"),
        ("host.http.get('x')", "http"),
        ("host.now()", "now"),
    ] {
        let manifest = MANIFEST
            .replace(&format!("\"{capability}\""), "")
            .replace("[,", "[")
            .replace(", ,", ",")
            .replace(", ]", "]");
        let said = attempt(call, E, &manifest).unwrap_or_else(|| panic!("{call} went through"));
        let remedy = format!(
            "needs the capability \"{capability}\": add capabilities = [\"{capability}\"] to plugin.toml"
        );
        assert!(said.contains(&remedy), "{call}: {said}");
        assert_eq!(attempt(call, E, MANIFEST), None);
    }
}

#[test]
fn a_point_that_names_a_call_does_not_lend_the_capability() {
    let said = attempt("host.now()", X, "[settings.base]\ntype = \"number\"\ndefault = 1\n").unwrap();
    assert!(said.contains("needs the capability \"now\""), "{said}");
}

#[test]
fn a_single_file_has_no_capabilities() {
    let bench = host_with(&[("one.lua", "host.on('phase.effect', function() return host.now() end)")]);
    assert!(bench.say("phase.effect", vec![]).contains("needs the capability \"now\""));
}

#[test]
fn a_module_of_a_dependency_acts_under_the_callers_capabilities() {
    let module = "return { now = function() return host.now() end }";
    let main = "local M = require('clock/lib/now') host.on('phase.effect', function() return M.now() end)";
    let files = [
        ("clock/plugin.toml", "capabilities = [\"now\"]"),
        ("clock/lib/now.lua", module),
        ("a/plugin.toml", "depends = [\"clock\"]"),
        ("a/main.lua", main),
    ];
    let said = host_with(&files).say("phase.effect", vec![]);
    assert!(said.contains("needs the capability \"now\""), "{said}");
}

#[test]
fn each_place_answers_and_services_learn_who_asks() {
    let source = "host.on('phase.effect', function(x) return { host.twice(x), host.look('seen'), host.fetch('sent') } end)";
    let bench = host_with(&[("asking.lua", source)]);
    let mut services = Recorder::default();
    let outcome = bench.ask_with("phase.effect", vec![4.into()], &mut services).unwrap();
    assert_eq!(outcome.value.to_string(), r#"[8,"seen","sent"]"#);
    assert_eq!(services.calls, [r#"asking fetch("sent")"#]);
}

#[test]
fn what_services_refuse_is_the_scripts_error() {
    struct Refusing;
    impl registrar_host::Services for Refusing {
        fn call(
            &mut self,
            _: &str,
            _: &registrar_host::Caller<'_>,
            _: &[registrar_sdk::Value],
        ) -> Result<registrar_sdk::Value, String> {
            Err("no such unit; see `registrar office`".into())
        }
    }
    let source = "host.on('phase.effect', function() return host.fetch('sent') end)";
    let bench = host_with(&[("asking.lua", source)]);
    let scope = bench.host.scope(Arc::new(Mirror));
    let failed = bench.host.dispatch("phase.effect", vec![], &scope, &mut Refusing).unwrap_err().to_string();
    assert!(failed.contains("asking.lua:1): phase.effect failed: host.fetch: no such unit; see"), "{failed}");
}

#[test]
fn state_lives_outside_the_vm_and_by_plugin() {
    let source = "
        host.on('phase.effect', function(x)
            if x == 'other' then return end
            if x == 'set' then host.state.set('k', { n = 5 }) return end
            if x == 'clear' then host.state.set('k', nil) return end
            return host.state.update('n', function(n) return (n or 0) + 1 end)
        end)
        host.on('phase.read', function() local k = host.state.get('k') return k and k.n or 'none' end)";
    let other = "host.on('phase.effect', function() return host.state.get('k') == nil end)";
    let bench = host_with(&[("a.lua", source), ("b.lua", other)]);
    assert_eq!(bench.say("phase.read", vec![]), "\"none\"");
    bench.say("phase.effect", vec!["set".into()]);
    assert_eq!(bench.say("phase.read", vec![]), "5");
    assert_eq!(bench.say("phase.effect", vec!["other".into()]), "true", "nobody else sees it");
    let counts: Vec<_> = (0..3).map(|_| bench.say("phase.effect", vec![])).collect();
    assert_eq!(counts, ["1", "2", "3"]);
    // A new version finds what the old one left.
    let report = bench.change(&[("a.lua", &format!("-- second\n{source}"))]);
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert_eq!(bench.say("phase.read", vec![]), "5");
    assert_eq!(bench.say("phase.effect", vec![]), "4");
    bench.say("phase.effect", vec!["clear".into()]);
    assert_eq!(bench.say("phase.read", vec![]), "\"none\"");
}

#[test]
fn dispatches_nest_eight_deep_and_no_deeper() {
    struct Nesting {
        bench: Arc<Bench>,
        deepest: u8,
    }
    impl registrar_host::Services for Nesting {
        fn call(
            &mut self,
            _: &str,
            caller: &registrar_host::Caller<'_>,
            _: &[registrar_sdk::Value],
        ) -> Result<registrar_sdk::Value, String> {
            self.deepest = self.deepest.max(caller.depth);
            let bench = self.bench.clone();
            let scope =
                registrar_host::Scope { depth: caller.depth + 1, ..bench.host.scope(Arc::new(Mirror)) };
            let outcome = bench.host.dispatch("phase.effect", vec![], &scope, self);
            outcome.map(|o| o.value).map_err(|failed| failed.to_string())
        }
    }
    let source = "host.on('phase.effect', function() return host.fetch('deeper') end)";
    let mut nesting = Nesting { bench: Arc::new(host_with(&[("a.lua", source)])), deepest: 0 };
    let bench = nesting.bench.clone();
    let failed = bench.ask_with("phase.effect", vec![], &mut nesting).unwrap_err().to_string();
    assert!(failed.contains("phase.effect: dispatches nest deeper than 8"), "{failed}");
    assert_eq!(nesting.deepest, 8);
}

#[test]
fn in_an_example_host_calls_answer_what_the_example_says() {
    let plugin = |calls: &str| {
        format!(
            "host.on('phase.effect', function(x) return host.fetch(x) end)
            host.example('fetched', {{ point = 'phase.effect', x = 1, {calls} expect = 'canned' }})"
        )
    };
    host_with(&[("a.lua", &plugin("calls = { fetch = 'canned' },"))]);
    let (_, report) = Bench::load(&[("a.lua", &plugin(""))], |_| {});
    let said = report.faults[0].to_string();
    assert!(
        said.contains("host.fetch has no answer in an example; give one in `calls = { [\"fetch\"] = … }`"),
        "{said}"
    );
}
