//! Answers that are no values, and panics: one failed call each, in a process of its own and in the
//! host's; everybody else goes on answering.

use super::yard::{Yard, built, compile, fault};
use registrar_host::FaultKind;

// What is asked of `harm.c`, and what the fault must say.
const BAD: &[(&str, &str)] = &[
    ("bad utf-8", "answered text that is not UTF-8"),
    ("bad tag", "answered an unknown tag 99"),
    ("bad null", "answered null with a length of 8"),
    ("bad null list", "answered null with a length of 8"),
    ("bad pointer", "answered a pointer outside the call's arena and its arguments"),
    ("bad static", "answered a pointer outside"),
    ("bad stack", "answered a pointer outside"),
    ("bad end", "answered more than"),
    ("bad past the argument", "answered a pointer outside"),
    ("bad before the argument", "answered a pointer outside"),
    ("bad wrapped", "answered a pointer outside"),
    ("bad alignment", "no multiple of 8"),
    ("bad boolean", "answered a malformed boolean"),
    ("bad key", "answered a malformed key: expected text"),
    ("bad keys", "a key is given twice"),
    ("bad depth", "answered values nested deeper than 32"),
    ("bad cycle", "answered values nested deeper than 32"),
    ("bad size", "answered more than 250000 values"),
    ("bad status", "returned the status 77; expected 0"),
    ("bad reason", "failed, and its reason is text that is not UTF-8"),
    ("bad integer", "integer"),
    ("bad number", "NaN"),
    ("bad host call", "host call `look`: an argument is an unknown tag 99"),
    ("bad call name", "not UTF-8"),
];

fn yard(in_process: &[&str]) -> Yard {
    let yard =
        Yard::new(|config| config.native.in_process.extend(in_process.iter().map(|id| (*id).to_owned())));
    let file = yard.folder.path().join("built.so");
    compile("harm.c", &file, &[("ID", r#""harm""#)]);
    yard.put("harm.so", &file);
    compile("answer.c", &file, &[("ANSWER", "7")]);
    yard.put("answer.so", &file);
    yard.put("libnaughty.so", &built("libnaughty.so"));
    yard.script(
        "script.lua",
        "host.on('ask.call', function() return 'lua' end) host.on('ask.skip', function() return 'lua' end)",
    );
    yard.reload();
    yard
}

fn every_bad_value_is_one_failed_call(yard: &Yard) {
    for (what, words) in BAD {
        // The call fails where the point says so, and names the plugin, the file and the point.
        let found = fault(yard.ask("ask.call", *what).unwrap_err());
        assert_eq!((found.plugin.as_str(), found.file.as_str()), ("harm", "harm.so"), "{what}");
        assert_eq!(found.point.as_deref(), Some("ask.call"), "{what}");
        assert!(found.message.contains(words), "{what}: {found}");
        assert!(matches!(found.kind, FaultKind::BadAnswer | FaultKind::Error), "{what}: {:?}", found.kind);
        // Where a failure is skipped and shown, the others answer.
        let outcome = yard.ask("ask.skip", *what).unwrap();
        assert_eq!(outcome.value.to_string(), r#"[7,"lua"]"#, "{what}");
        assert_eq!(outcome.skipped.len(), 1, "{what}");
        assert_eq!(yard.say("ask.call", "good"), r#"[7,42,"lua"]"#, "{what}");
    }
}

#[test]
fn what_is_no_value_is_refused_in_a_process_of_its_own() {
    let yard = yard(&[]);
    yard.host.configure(|config| config.quarantine_after = u32::MAX);
    every_bad_value_is_one_failed_call(&yard);
    let health =
        yard.host.status().into_iter().find(|row| row.id == "harm").and_then(|row| row.native).unwrap();
    assert!(health.isolated && health.running && health.ended == 0, "no process was lost: {health:?}");
}

#[test]
fn what_is_no_value_is_refused_in_the_hosts_process() {
    let yard = yard(&["harm", "answer"]);
    yard.host.configure(|config| config.quarantine_after = u32::MAX);
    every_bad_value_is_one_failed_call(&yard);
}

#[test]
fn a_panic_is_a_failed_call_that_names_its_place() {
    for in_process in [&["naughty"][..], &[]] {
        let yard = yard(in_process);
        for round in 0..3 {
            let found = fault(yard.ask("ask.call", "panic").unwrap_err());
            assert_eq!(found.plugin, "naughty");
            assert!(found.message.contains("not in the mood"), "{found}");
            assert!(found.message.contains("tests/plugins/naughty/lib.rs:"), "the place: {found}");
            let said = fault(yard.ask("ask.call", "error").unwrap_err()).message;
            assert_eq!(said, "said no", "round {round}");
            assert_eq!(yard.say("ask.skip", "word"), r#"[7,0,"default","lua"]"#, "round {round}");
        }
    }
}

#[test]
fn a_panic_while_panicking_costs_an_isolated_plugin_one_call() {
    let yard = yard(&[]);
    let found = fault(yard.ask("ask.call", "twice").unwrap_err());
    assert_eq!((found.plugin.as_str(), found.kind), ("naughty", FaultKind::Crashed));
    assert!(found.message.contains("signal 6"), "{found}");
    assert_eq!(yard.say("ask.skip", "word"), r#"[7,0,"default","lua"]"#);
}
