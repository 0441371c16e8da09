//! Ways out of the sandbox, each tried and refused: a script, and what must be seen.

use crate::sandbox_cases::{ADDRESSES, TRIED};
use registrar_fixtures::bench::{Bench, host_with, json};
use registrar_host::HostConfig;
use std::{fs, os::unix::fs::symlink};

const HEAD: &str = "
    local kept_look = host.look
    local kept_thread = coroutine.create(function() host.on('phase.pure', function() end) end)
    local kept_error = tostring(select(2, pcall(require, 'lib/raising')))
";

fn attempt(body: &str) -> String {
    let source = format!("{HEAD} host.on('phase.pure', function(x) {body} end)");
    let bench = host_with(&[
        ("trying/plugin.toml", "[settings.base]\ntype = \"number\"\ndefault = 1\n"),
        ("trying/main.lua", &source),
        ("trying/lib/raising.lua", "error({})"),
        ("other.lua", "return {}"),
    ]);
    bench.say("phase.pure", vec![json(r#"{"name":"n","list":[1,2],"inner":{"a":1}}"#)])
}

#[test]
fn each_way_out_is_refused() {
    let mut failures = Vec::new();
    for (name, body, expected) in TRIED {
        let got = attempt(body);
        if !got.contains(expected) {
            failures.push(format!("{name}: got `{got}`, expected `{expected}`"));
        }
    }
    println!(
        "{} ways out tried and refused, {} addresses asked for and not given",
        TRIED.len(),
        ADDRESSES.len()
    );
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn no_address_is_ever_written_out() {
    let mut failures = Vec::new();
    for (name, body) in ADDRESSES {
        let (one, other) = (attempt(body), attempt(body));
        if one.contains("0x") || one != other {
            failures.push(format!("{name}: `{one}`, then `{other}`"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

// Not refused: what these answer depends on addresses or on earlier calls. Scoring twice, in
// opposite orders and in fresh VMs, is what catches a rule that uses them.
#[test]
fn known_limits_are_what_scoring_twice_is_for() {
    let by_address = "local t = {} local function put(k, v) t[k] = v end for i = 1, 20 do put({ i }, i) end local s = 0 for _, i in pairs(t) do s = s * 31 % 1000003 + i end return s";
    assert!(attempt(by_address).parse::<u64>().is_ok(), "iteration by address is possible");
    let bench = host_with(&[(
        "a.lua",
        "local kept = { n = 0 } host.on('phase.pure', function() local k = kept k.n += 1 return k.n end)",
    )]);
    let calls: Vec<_> = (0..3).map(|_| bench.say("phase.pure", vec![])).collect();
    assert_eq!(calls, ["1", "2", "3"], "what a handler changes through another name outlives a call");
}

#[test]
fn only_these_globals_are_there() {
    let body = "local names = {} for name in pairs(_G) do table.insert(names, name) end table.sort(names) return table.concat(names, ' ')";
    let expected = "_G assert bit32 buffer coroutine error getmetatable host ipairs math next pairs pcall print \
        rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type typeof \
        unpack utf8 vector xpcall";
    assert_eq!(attempt(body), format!("\"{expected}\""));
}

// What a plugin `nosy` gets that tries to require `path`; beside it stand a plugin it does not
// depend on, one that it does, and files it should never see.
fn required(path: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside.lua");
    fs::write(&outside, "return 'outside'").unwrap();
    let files = [
        ("nosy/plugin.toml", "depends = [\"friend\"]"),
        ("nosy/lib/own.lua", "return 'own'"),
        ("friend/plugin.toml", ""),
        ("friend/lib/shared.lua", "return 'shared'"),
        ("stranger/plugin.toml", ""),
        ("stranger/lib/secret.lua", "return 'secret'"),
        ("single.lua", "return 'single'"),
    ];
    let (bench, _) = Bench::load(&files, |_| {});
    symlink(&outside, bench.scripts().join("nosy/lib/link.lua")).unwrap();
    symlink(bench.scripts().join("stranger"), bench.scripts().join("nosy/lib/linked")).unwrap();
    let path = path.replace("OUTSIDE", &folder.path().join("outside").display().to_string());
    let main = format!(
        "local ok, what = pcall(require, {path:?})\nhost.on('phase.pure', function() return tostring(what) end)"
    );
    let report = bench.change(&[("nosy/main.lua", &main)]);
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    bench.say("phase.pure", vec![])
}

#[test]
fn require_finds_own_modules_and_those_of_dependencies_and_nothing_else() {
    assert_eq!(required("lib/own"), "\"own\"");
    assert_eq!(required("nosy/lib/own"), "\"own\"");
    assert_eq!(required("friend/lib/shared"), "\"shared\"");
    for path in [
        "stranger/lib/secret",
        "single",
        "../stranger/lib/secret",
        "lib/../../stranger/lib/secret",
        "./lib/../lib/own",
        "../../outside",
        "OUTSIDE",
        "OUTSIDE.lua",
        "/etc/passwd",
        "lib/link",
        "lib/linked/lib/secret",
        "@self/lib/own",
        "@stranger/lib/secret",
        "@lune/fs",
        "file:///etc/passwd",
        "lib\\own",
        "lib/own.lua",
        "lib/own\0",
        "LIB/OWN",
        "plugin.toml",
        "nosy/plugin.toml",
        "host",
        "string",
        "",
        "/",
        ".",
    ] {
        let got = required(path);
        assert!(got.contains("no such module"), "{path}: {got}");
    }
}

#[test]
fn what_one_plugin_changes_no_other_sees() {
    let attacker = "
        pcall(rawset, _G, 'shared', 'stolen')
        pcall(rawset, _G, 'tostring', function() return 'stolen' end)
        pcall(function() string.upper = function() return 'stolen' end end)
        local M = require('lib/values')
        M.base = 'stolen'
        M.list[1] = 'stolen'
        host.on('phase.read', function(x)
            pcall(function() x.name = 'stolen' end)
            pcall(rawset, _G, 'later', 'stolen')
            return M.base
        end)
    ";
    let victim = "
        local M = require('lib/values')
        host.on('phase.read', { priority = -1 }, function(x)
            return { shared = _G.shared or 'mine', later = _G.later or 'mine', text = tostring(1), upper = string.upper('a'),
                name = x.name, base = M.base, first = M.list[1] }
        end)
    ";
    let module = "return { base = 'mine', list = { 'mine' } }";
    let bench = host_with(&[
        ("lib/plugin.toml", ""),
        ("lib/values.lua", module),
        ("attacker/plugin.toml", "depends = [\"lib\"]"),
        ("attacker/main.lua", &attacker.replace("phase.read", "combine.collect")),
        ("victim/plugin.toml", "depends = [\"lib\"]"),
        ("victim/main.lua", &victim.replace("phase.read", "combine.collect")),
    ]);
    for _ in 0..2 {
        let seen = bench.say("combine.collect", vec![json(r#"{"name":"mine"}"#)]);
        let (stolen, mine) = seen.split_once(',').unwrap();
        assert_eq!(stolen, "[\"stolen\"", "the attacker did change its own copy");
        assert!(!mine.contains("stolen") && mine.contains("\"upper\":\"A\""), "{mine}");
    }
}

#[test]
fn a_linked_plugin_or_file_is_not_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("plugin.toml"), "").unwrap();
    fs::write(elsewhere.join("main.lua"), "host.on('phase.pure', function() return 'linked' end)").unwrap();
    let bench = host_with(&[("own.lua", "-- nothing")]);
    symlink(&elsewhere, bench.scripts().join("linked")).unwrap();
    symlink(elsewhere.join("main.lua"), bench.scripts().join("file.lua")).unwrap();
    bench.host.reload();
    let generation = bench.host.generation();
    assert_eq!(generation.plugins.keys().collect::<Vec<_>>(), ["own"]);
}

#[test]
fn bytecode_and_sources_nested_too_deep_are_refused_at_load() {
    let deep = |open: &str, close: &str| format!("return {}1{}", open.repeat(100_000), close.repeat(100_000));
    for (name, source) in [
        ("bytecode", "\u{6}\u{3}\u{1}\u{4}test".to_owned()),
        ("parentheses", deep("(", ")")),
        ("tables", deep("{", "}")),
        ("functions", deep("(function() return ", " end)()")),
        ("blocks", format!("{}{}", "do ".repeat(100_000), "end ".repeat(100_000))),
        ("operators before", deep("not ", "")),
        ("concatenation", format!("return 'a'{}", " .. 'a'".repeat(100_000))),
        ("a chain of calls", format!("return f{}", "()".repeat(100_000))),
        ("a chain of sums", format!("local x = 1 return x{}", " + x".repeat(100_000))),
        ("a chain of indices", format!("return t{}", ".a".repeat(100_000))),
        ("a chain of else", format!("if x then {} end", "elseif x then ".repeat(100_000))),
        ("a type", format!("type T = {}number", "{".repeat(100_000))),
    ] {
        let (bench, report) = Bench::load(&[("bad.lua", &source), ("good.lua", "-- nothing")], |_| {});
        let fault = report.faults.first().unwrap_or_else(|| panic!("{name} was loaded"));
        println!(
            "{name:20} {}",
            fault.message.lines().next().unwrap_or("").get(..90).unwrap_or(&fault.message)
        );
        assert_eq!(fault.file, "bad.lua", "{name}: {fault}");
        assert!(bench.host.generation().plugin("good").is_some());
        assert_eq!(
            bench.host.engine().counters().abandoned.load(std::sync::atomic::Ordering::Relaxed),
            0,
            "{name}"
        );
    }
}

// A plugin that may use files, and `body` at a point where it may.
fn with_files(body: &str) -> String {
    let source = format!("host.on('phase.effect', function(x) {body} end)");
    let files = [("keeper/plugin.toml", "capabilities = [\"files\"]"), ("keeper/main.lua", &*source)];
    let folder = tempfile::tempdir().unwrap();
    let (root, secret) = (folder.path().join("files"), folder.path().join("secret.txt"));
    fs::create_dir_all(root.join("keeper")).unwrap();
    fs::create_dir_all(root.join("other")).unwrap();
    fs::write(&secret, "secret").unwrap();
    fs::write(root.join("other/theirs.txt"), "secret").unwrap();
    symlink(&secret, root.join("keeper/link.txt")).unwrap();
    symlink(folder.path(), root.join("keeper/out")).unwrap();
    let (bench, report) = Bench::load(&files, |config: &mut HostConfig| config.files = Some(root.clone()));
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let got = bench.say("phase.effect", vec![folder.path().display().to_string().into()]);
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret", "{body}");
    assert_eq!(fs::read_to_string(root.join("other/theirs.txt")).unwrap(), "secret", "{body}");
    got
}

#[test]
fn files_reach_the_plugins_own_folder_and_nothing_beside_it() {
    assert_eq!(
        with_files("host.files.write('a/b.txt', 'x') return buffer.tostring(host.files.read('a/b.txt'))"),
        "\"x\""
    );
    for (body, expected) in [
        ("return host.files.read('../other/theirs.txt')", "leaves the plugin's folder"),
        ("return host.files.read(x .. '/secret.txt')", "leaves the plugin's folder"),
        ("return host.files.read('/etc/passwd')", "leaves the plugin's folder"),
        ("return host.files.read('a/../../other/theirs.txt')", "leaves the plugin's folder"),
        ("return host.files.read('link.txt')", "symbolic link"),
        ("return host.files.read('out/secret.txt')", "symbolic link"),
        ("host.files.write('link.txt', 'changed')", "symbolic link"),
        ("host.files.write('out/secret.txt', 'changed')", "symbolic link"),
        ("host.files.write('../other/theirs.txt', 'changed')", "leaves the plugin's folder"),
        ("return host.files.read('')", "leaves the plugin's folder"),
        ("return host.files.read('.')", "leaves the plugin's folder"),
        ("return host.files.read('a\\0b')", "NUL byte"),
    ] {
        let got = with_files(body);
        assert!(got.contains(expected), "{body}: {got}");
    }
    let listed = with_files("return host.files.list()");
    assert!(!listed.contains("link") && !listed.contains("theirs"), "{listed}");
}
