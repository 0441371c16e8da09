//! Libraries that cannot be loaded: each is refused with its reason, whatever it does, and the host
//! and the others go on.

use super::yard::{Yard, built, compile, put};
use registrar_host::PluginState;
use std::{fs, time::Duration};

// The case of `load.c`, and what the fault must say.
const CASES: &[(u32, &str, &str)] = &[
    (1, "another major version", "major is 2 in its table (minor 0); this host has 1"),
    (2, "another size of nodes", "node_size is 24; this host has 16"),
    (3, "a table of an earlier time", "size is 20; this host needs 32"),
    (4, "no table", "its entry answers null"),
    (5, "no load function", "load is null"),
    (6, "no entry", "registrar_plugin"),
    (7, "no manifest", "has no manifest in its section .registrar.manifest"),
    (8, "the same registration twice", "registers the same handler twice at `ask.call`"),
    (9, "a null handler", "the handler for `ask.call` is null"),
    (10, "options that are no JSON", "the options for `ask.call` are no JSON object"),
    (11, "options that are a list", "the options for `ask.call` are a list"),
    (12, "an unknown point", "unknown point `ask.cal`; did you mean `ask.call`"),
    (13, "an unknown option", "ask.call takes no option `priorit`; did you mean `priority`"),
    (14, "a point that is no text", "not UTF-8"),
    (15, "a load that never returns", "did not return from load within"),
    (16, "a load that loops", "did not return from load within"),
    (17, "a load that crashes", "signal 11 (SIGSEGV"),
    (18, "a load that exits", "exited with code 0 while it loaded"),
    (19, "a constructor that crashes", "signal 11 (SIGSEGV"),
    (20, "a constructor that exits", "exited with code 0 while it loaded"),
    (21, "a load that refuses", "the fonts are missing"),
    (22, "a load that gives no reason", "load returned 1 and gave no reason"),
    (23, "a reason that is no text", "its reason is text that is not UTF-8"),
    (24, "a point of four gigabytes", "a text of 4294967280 bytes"),
];

fn yard(in_process: &[&str]) -> Yard {
    let yard = Yard::new(|config| {
        config.native.in_process.extend(in_process.iter().map(|id| (*id).to_owned()));
        config.native.patience = Duration::from_millis(400);
    });
    let file = yard.folder.path().join("built.so");
    compile("answer.c", &file, &[("ANSWER", "7")]);
    yard.put("answer.so", &file);
    yard.script("script.lua", "host.on('ask.call', function() return 'lua' end)");
    // Loading what is right may take its time on a busy machine.
    yard.host.configure(|config| config.native.patience = Duration::from_secs(20));
    yard.reload();
    yard.host.configure(|config| config.native.patience = Duration::from_millis(400));
    yard
}

fn refused(yard: &Yard, what: &str, words: &str) {
    let faults = yard.faults();
    assert!(faults.contains(words), "{what}: {faults}");
    assert!(faults.contains("plugin \"load\" (load.so)"), "{what}: {faults}");
    assert_eq!(faults.lines().count(), 1, "{what}: {faults}");
    assert_eq!(yard.state("load"), Some(PluginState::Failed), "{what}");
    assert_eq!(yard.say("ask.call", 0), r#"[7,"lua"]"#, "{what}");
}

fn every_bad_load_is_refused(yard: &Yard) {
    let file = yard.folder.path().join("built.so");
    for (case, what, words) in CASES {
        compile("load.c", &file, &[("CASE", &case.to_string())]);
        yard.put("load.so", &file);
        if !(15..=16).contains(case) {
            yard.host.configure(|config| config.native.patience = Duration::from_secs(20));
        }
        refused(yard, what, words);
        yard.host.configure(|config| config.native.patience = Duration::from_millis(400));
    }
}

#[test]
fn what_goes_wrong_at_load_is_refused_with_its_reason() {
    every_bad_load_is_refused(&yard(&[]));
}

#[test]
fn what_goes_wrong_at_load_is_refused_before_the_host_maps_it() {
    let mapped = registrar_host::runtime::native::mapped;
    let yard = yard(&["load", "answer"]);
    let before = mapped();
    every_bad_load_is_refused(&yard);
    // Other tests map libraries of their own meanwhile, a few.
    assert!(mapped() < before + CASES.len(), "{before} then {}", mapped());
}

#[test]
fn a_library_that_forks_at_load_makes_no_process() {
    let yard = yard(&[]);
    let file = yard.folder.path().join("built.so");
    compile("load.c", &file, &[("CASE", "25")]);
    yard.put("load.so", &file);
    yard.host.configure(|config| config.native.patience = Duration::from_secs(20));
    refused(&yard, "a fork", "forked");
}

#[test]
fn a_panic_in_load_and_a_refusal_name_their_reason() {
    for in_process in [&[][..], &["naughty"]] {
        let yard = yard(in_process);
        yard.host.configure(|config| config.native.patience = Duration::from_secs(20));
        yard.put("libnaughty.so", &built("libnaughty.so"));
        let set = |text: &str| {
            yard.host.configure(|config| {
                let settings = config.settings.entry("naughty".into()).or_default();
                settings.insert("load".into(), text.into());
            });
        };
        set("panic");
        let faults = yard.faults();
        assert!(faults.contains("no load today") && faults.contains("naughty/lib.rs:"), "{faults}");
        set("refuse");
        assert!(yard.faults().contains("the licence of the setting `load` has run out"), "{}", yard.faults());
        assert_eq!(yard.say("ask.call", "x"), r#"[7,"lua"]"#);
        set("");
        yard.reload();
        assert_eq!(yard.state("naughty"), Some(PluginState::Live));
    }
}

#[test]
fn a_file_that_is_no_whole_library_for_this_machine_is_refused_unread() {
    let yard = yard(&["load"]);
    yard.host.configure(|config| config.native.patience = Duration::from_secs(20));
    let file = yard.folder.path().join("built.so");
    compile("load.c", &file, &[("CASE", "0")]);
    let whole = fs::read(&file).unwrap();
    let case = |what: &str, bytes: &[u8], words: &str| {
        fs::write(&file, bytes).unwrap();
        put(&yard.library("load.so"), &file);
        refused(&yard, what, words);
    };
    case("text", b"this is no library\n", "is not a library");
    case("nothing", b"", "it is empty");
    case("a script", b"#!/bin/sh\nexit 0\n", "it is a script");
    let mut other = whole.clone();
    other[18..20].copy_from_slice(&if cfg!(target_arch = "aarch64") { 62u16 } else { 183 }.to_le_bytes());
    case(
        "another machine",
        &other,
        if cfg!(target_arch = "aarch64") { "is for x86-64" } else { "is for aarch64" },
    );
    let mut program = whole.clone();
    program[16..18].copy_from_slice(&2u16.to_le_bytes());
    case("a program", &program, "it is a program");
    for twentieth in 1..20 {
        let cut = whole.len() * twentieth / 20;
        case(&format!("cut at {cut}"), &whole[..cut], "is incomplete");
    }
    case("cut at the last byte", &whole[..whole.len() - 1], "is incomplete");
    fs::write(&file, &whole).unwrap();
    put(&yard.library("load.so"), &file);
    yard.reload();
    assert_eq!(yard.say("ask.call", 0), r#"[7,1,"lua"]"#, "the whole one loads");
}

#[test]
fn an_id_is_the_files_name_and_belongs_to_one_plugin() {
    let yard = yard(&[]);
    yard.host.configure(|config| config.native.patience = Duration::from_secs(20));
    let file = yard.folder.path().join("built.so");
    compile("answer.c", &file, &[("ANSWER", "8"), ("ID", "\"somebody\"")]);
    yard.put("else.so", &file);
    let faults = yard.faults();
    assert!(faults.contains("the id \"somebody\" differs from") && faults.contains("else"), "{faults}");
    fs::remove_file(yard.library("else.so")).unwrap();
    compile("answer.c", &file, &[("ANSWER", "8"), ("ID", "\"script\"")]);
    yard.put("script.so", &file);
    let faults = yard.faults();
    assert!(faults.contains("has the same id as script.lua; rename one of them"), "{faults}");
    assert_eq!(yard.say("ask.call", 0), r#"[7,"lua"]"#, "the script serves");
    fs::remove_file(yard.library("script.so")).unwrap();
    yard.put("libanswer.so", &yard.library("answer.so"));
    let faults = yard.faults();
    assert!(faults.contains("has the same id as answer.so; rename one of them"), "{faults}");
    assert_eq!(yard.say("ask.call", 0), r#"[7,"lua"]"#, "the first serves");
}
