//! What is read of libraries, and how far one can be broken before it is refused.

use crate::plugin::library::elf::*;
use std::process::Command;

const PLUGIN: &str = r#"
    void *registrar_plugin(void) { static int table; return &table; }
    __attribute__((section(".registrar.manifest"), used)) static const char m[] = "id = \"x\"\nversion = \"1\"\n";
    __attribute__((section(".registrar.examples"), used)) static const char e[] = "{\"name\": \"简报\"}\n\0\0";
"#;

/// What `cc` makes of C text.
fn compiled(text: &str, flags: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (folder.path().join("plugin.c"), folder.path().join("plugin.so"));
    std::fs::write(&source, text).unwrap();
    let run = Command::new("cc").args(flags).arg("-o").arg(&out).arg(&source).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    std::fs::read(out).unwrap()
}

fn library(text: &str) -> Vec<u8> {
    compiled(text, &["-shared", "-fPIC"])
}

fn refused(bytes: &[u8], words: &[&str]) {
    let error = check(bytes).unwrap_err();
    for word in words {
        assert!(error.contains(word), "{error:?} lacks {word:?}");
    }
}

fn patched(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

#[test]
fn a_plugin_says_what_it_declares_and_needs() {
    let found = check(&compiled(PLUGIN, &["-shared", "-fPIC", "-Wl,--no-as-needed", "-lm"])).unwrap();
    assert_eq!(found.manifest.as_deref(), Some("id = \"x\"\nversion = \"1\"\n"));
    assert_eq!(found.examples.as_deref(), Some("{\"name\": \"简报\"}\n"));
    assert_eq!(found.needed.first().map(String::as_str), Some("libm.so.6"));
    let bare = check(&library("void *registrar_plugin(void) { return 0; }")).unwrap();
    assert_eq!((bare.manifest, bare.examples), (None, None));
}

#[test]
fn bytes_at_any_alignment_are_read() {
    let bytes = library(PLUGIN);
    let shifted: Vec<u8> = std::iter::once(0).chain(bytes.iter().copied()).collect();
    assert_eq!(check(&shifted[1..]), check(&bytes));
}

#[test]
fn a_library_without_the_entry_is_no_plugin() {
    refused(&library("int other(void) { return 1; }"), &["has no entry `registrar_plugin`; is it a plugin?"]);
    refused(
        &library("static int registrar_plugin(void) { return 1; } int (*p)(void) = registrar_plugin;"),
        &["no entry"],
    );
    refused(&library("void registrar_plugin(void); void other(void) { registrar_plugin(); }"), &["no entry"]);
    refused(&library("int registrar_plugin = 1;"), &["no entry"]);
    // A library that others built.
    if let Ok(bytes) = std::fs::read("/usr/lib/x86_64-linux-gnu/libc.so.6") {
        refused(&bytes, &["no entry"]);
    }
}

#[test]
fn what_is_not_a_library_is_named() {
    refused(b"", &["is incomplete: it is empty"]);
    refused(b"host.on('record.check')", &["is not a library", "unknown format"]);
    refused(b"MZ\x90\0", &["Windows"]);
    refused(b"!<arch>\n", &["archive"]);
    refused(&compiled(PLUGIN, &["-c"]), &["is not a library: it is an object file"]);
    refused(
        &compiled(&format!("{PLUGIN} int main(void) {{ return 0; }}"), &["-pie", "-fPIE", "-rdynamic"]),
        &["it is a program"],
    );
    refused(&compiled("int main(void) { return 0; }", &["-no-pie"]), &["is not a library: it is a program"]);
}

#[test]
#[cfg(target_arch = "x86_64")]
fn a_library_for_another_machine_is_named() {
    let bytes = library(PLUGIN);
    refused(
        &patched(&bytes, 18, &elf::EM_AARCH64.0.to_le_bytes()),
        &["is for aarch64; this machine is x86-64"],
    );
    refused(&patched(&bytes, 18, &[0xff, 0xee]), &["is for machine 61183; this machine is x86-64"]);
    let small = patched(&patched(&bytes, 4, &[1]), 18, &elf::EM_386.0.to_le_bytes());
    refused(&small, &["is for 32-bit x86; this machine is 64-bit x86-64"]);
    let big = patched(&patched(&bytes, 5, &[2]), 18, &elf::EM_PPC64.0.to_be_bytes());
    refused(&big, &["is for big-endian powerpc64; this machine is little-endian x86-64"]);
    refused(&patched(&bytes, 7, &[9]), &["is for FreeBSD; this machine runs linux"]);
}

#[test]
fn text_that_is_not_utf8_is_an_error() {
    let bytes = library(PLUGIN);
    let at = bytes.windows(6).position(|w| w == b"id = \"").unwrap();
    refused(&patched(&bytes, at + 3, &[0xff]), &[".registrar.manifest", "not UTF-8 from its byte 3 on"]);
}

#[test]
#[cfg(target_pointer_width = "64")]
fn a_segment_that_cannot_be_loaded_is_named() {
    let bytes = library(PLUGIN);
    let table = 64;
    let size = |n: u64| n.to_le_bytes();
    // Fields of the first program header: in the file at 32, in memory at 40.
    refused(
        &patched(&bytes, table + 32, &size(1 << 40)),
        &["is incomplete: segment 0 ends at byte 1099511627776"],
    );
    refused(&patched(&bytes, table + 32, &size(u64::MAX)), &["is incomplete: segment 0"]);
    refused(&patched(&bytes, table + 40, &size(1)), &["segment 0 holds", "but 1 in memory"]);
    refused(&patched(&bytes, table + 40, &size(1 << 40)), &["segment 1 overlaps"]);
}

#[test]
fn a_library_that_was_cut_is_refused_wherever_it_was_cut() {
    let bytes = library(PLUGIN);
    for end in (0..bytes.len()).step_by(64).chain([1, 4, 5, 63, bytes.len() - 1]) {
        let error = check(&bytes[..end]).unwrap_err();
        assert!(end < 4 || error.contains("is incomplete"), "cut at {end}: {error}");
    }
}

#[test]
fn no_bytes_make_the_check_panic() {
    // Small odd generator: the cases are the same on every run.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let bytes = compiled(PLUGIN, &["-shared", "-fPIC", "-s"]);
    // What the check looks at: both header tables, and the sections that name things.
    let sections = usize::try_from(u64::from_le_bytes(bytes[40..48].try_into().unwrap())).unwrap();
    let (mut passed, mut refused) = (0, 0);
    for case in 0..20_000 {
        let mut bytes = bytes.clone();
        for _ in 0..=next(4) {
            let at = match case % 4 {
                0 => next(64),
                1 => 64 + next(56 * 11),
                2 => sections + next(bytes.len() - sections),
                _ => next(bytes.len()),
            };
            bytes[at] = match next(4) {
                0 => 0xff,
                1 => 0,
                _ => bytes[at] ^ (1 << next(8)),
            };
        }
        match check(&bytes) {
            Ok(_) => passed += 1,
            Err(error) => {
                assert!(error.starts_with("is ") || error.starts_with("has "), "{error}");
                refused += 1;
            }
        }
    }
    assert!(passed > 1_000 && refused > 1_000, "{passed} passed, {refused} refused");
}
