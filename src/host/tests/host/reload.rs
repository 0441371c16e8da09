//! Reloading: every way of saving, under load, and with everything that can be wrong on disk.

use registrar_fixtures::{greet::GREET, write};
use registrar_host::{
    Engine, EngineConfig, Host, HostConfig, HostStore, MemoryStore, NoServices, PluginState, Watch,
};
use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// A host over a folder of its own.
pub(crate) struct Office {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) host: Host,
    pub(crate) store: Arc<MemoryStore>,
}

impl Office {
    pub(crate) fn new(files: &[(&str, &str)]) -> Office {
        let folder = tempfile::tempdir().unwrap();
        Office::over(folder, files, Arc::new(MemoryStore::default()))
    }

    pub(crate) fn over(folder: tempfile::TempDir, files: &[(&str, &str)], store: Arc<MemoryStore>) -> Office {
        for (name, text) in files {
            write(&folder.path().join(name), text);
        }
        let engine = Engine::start(EngineConfig::default()).unwrap();
        let mut config = HostConfig::new(vec![folder.path().to_owned()]);
        config.grace = Duration::from_millis(300);
        // Loading competes with whatever else the machine does.
        config.load_budget_ms = 2000;
        let host = Host::new(engine, &GREET, config, store.clone() as Arc<dyn HostStore>);
        host.reload();
        Office { folder, host, store }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn greet(&self, guest: &str) -> String {
        let scope = self.host.scope(Arc::new(NoServices));
        match self.host.dispatch("guest.greet", vec![guest.into()], &scope, &mut NoServices) {
            Ok(outcome) => outcome.value.to_string(),
            Err(failed) => failed.to_string(),
        }
    }

    pub(crate) fn state(&self, id: &str) -> (PluginState, String) {
        let row = self.host.status().into_iter().find(|row| row.id == id).unwrap();
        let faults: Vec<_> = row.faults.iter().map(|f| f.to_string()).collect();
        (row.state, faults.join("; "))
    }

    pub(crate) fn watch(&self) -> Watch {
        self.host.watch().unwrap()
    }
}

pub(crate) fn says(word: &str) -> String {
    format!("host.on('guest.greet', function(guest) return '{word}' end)\n")
}

pub(crate) fn eventually(what: &str, mut condition: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
    began.elapsed()
}

#[test]
fn whatever_is_wrong_on_disk_the_old_version_answers_and_the_place_is_named() {
    let good = says("old");
    let cases: &[(&str, &str, &str)] = &[
        ("a syntax error", "host.on('guest.greet', function(guest)\n  return 'new'\nen", "a.lua:3"),
        ("an error at load", "local x = 1\nerror('boom')", "a.lua:2"),
        ("an unknown point", "host.on('guest.gret', function() end)", "did you mean `guest.greet`"),
        (
            "an unknown option",
            "host.on('guest.greet', { gest = 'x' }, function() end)",
            "did you mean `guest`",
        ),
        (
            "a failing example",
            "host.on('guest.greet', function() return 'new' end)\nhost.example('x', { point = 'guest.greet', guest = 'g', expect = { 'other' } })",
            "a.lua:2",
        ),
        ("a half-written file", "host.on('guest.greet', function(guest) return 'ne", "a.lua:1"),
        ("a loop", "while true do end", "ran past its budget"),
        ("a missing module", "require('lib/gone')", "no such module"),
    ];
    for (name, source, place) in cases {
        let office = Office::new(&[("a.lua", &good)]);
        office.host.configure(|c| c.load_budget_ms = 200);
        write(&office.path("a.lua"), source);
        let report = office.host.reload();
        assert_eq!(office.greet("x"), r#"["old"]"#, "{name}");
        let (state, faults) = office.state("a");
        assert_eq!(state, PluginState::EarlierVersion, "{name}: {faults}");
        assert!(faults.contains(place), "{name}: {faults}");
        assert_eq!(report.held, ["a"], "{name}");
        write(&office.path("a.lua"), &says("mended"));
        office.host.reload();
        assert_eq!(office.greet("x"), r#"["mended"]"#, "{name}");
    }
}

#[test]
fn a_missing_dependency_and_a_cycle_are_named_and_a_failed_newcomer_stops_nobody() {
    let office = Office::new(&[
        ("good.lua", &says("good")),
        ("broken.lua", "syntax error here"),
        ("lost/plugin.toml", "depends = [\"goood\"]"),
        ("lost/main.lua", &says("lost")),
        ("x/plugin.toml", "depends = [\"y\"]"),
        ("y/plugin.toml", "depends = [\"x\"]"),
    ]);
    assert_eq!(office.greet("x"), r#"["good"]"#);
    assert_eq!(office.state("broken").0, PluginState::Failed);
    assert!(office.state("broken").1.contains("broken.lua:1"), "{}", office.state("broken").1);
    assert!(office.state("lost").1.contains("did you mean `good`"), "{}", office.state("lost").1);
    assert!(office.state("x").1.contains("x -> y -> x"), "{}", office.state("x").1);
    write(&office.path("good.lua"), &says("better"));
    office.host.reload();
    assert_eq!(office.greet("x"), r#"["better"]"#);
}

#[test]
fn a_group_goes_live_whole_or_not_at_all() {
    let toml = "depends = [\"base\"]";
    let office = Office::new(&[
        ("base/plugin.toml", ""),
        ("base/main.lua", &says("base1")),
        ("base/lib/word.lua", "return 'one'"),
        ("user/plugin.toml", toml),
        (
            "user/main.lua",
            "local w = require('base/lib/word')\nhost.on('guest.greet', function() return w end)",
        ),
        ("other.lua", &says("other1")),
    ]);
    assert_eq!(office.greet("x"), r#"["base1","other1","one"]"#);
    write(&office.path("base/main.lua"), &says("base2"));
    write(&office.path("base/lib/word.lua"), "return 'two'");
    write(&office.path("user/main.lua"), "broken(");
    write(&office.path("other.lua"), &says("other2"));
    office.host.reload();
    assert_eq!(office.greet("x"), r#"["base1","other2","one"]"#, "the tied pair stays, the stranger moves");
    write(
        &office.path("user/main.lua"),
        "local w = require('base/lib/word')\nhost.on('guest.greet', function() return w end)",
    );
    office.host.reload();
    assert_eq!(office.greet("x"), r#"["base2","other2","two"]"#);
}

#[test]
fn a_removal_waits_and_is_refused_while_others_need_the_plugin() {
    let office = Office::new(&[
        ("base/plugin.toml", ""),
        ("base/lib/word.lua", "return 'one'"),
        ("user/plugin.toml", "depends = [\"base\"]"),
        (
            "user/main.lua",
            "local w = require('base/lib/word')\nhost.on('guest.greet', function() return w end)",
        ),
    ]);
    fs::remove_dir_all(office.path("base")).unwrap();
    assert!(office.host.reload().waiting);
    thread::sleep(Duration::from_millis(350));
    office.host.reload();
    assert_eq!(office.greet("x"), r#"["one"]"#);
    assert!(office.state("base").1.contains("user depends on it"), "{}", office.state("base").1);
    fs::remove_dir_all(office.path("user")).unwrap();
    office.host.reload();
    assert_eq!(office.greet("x"), r#"["one"]"#, "in its grace time");
    thread::sleep(Duration::from_millis(350));
    office.host.reload();
    office.host.reload();
    assert_eq!(office.greet("x"), "[]");
}

#[test]
fn after_a_restart_with_a_broken_file_the_last_good_version_serves_loudly() {
    let office = Office::new(&[("a.lua", &says("good"))]);
    write(&office.path("a.lua"), "broken(");
    let Office { folder, store, .. } = office;
    let again = Office::over(folder, &[], store);
    assert_eq!(again.greet("x"), r#"["good"]"#);
    assert_eq!(again.state("a").0, PluginState::LastGood);
    assert!(again.state("a").1.contains("a.lua:1"), "{}", again.state("a").1);
    write(&again.path("a.lua"), &says("mended"));
    again.host.reload();
    assert_eq!((again.greet("x"), again.state("a").0), (r#"["mended"]"#.to_owned(), PluginState::Live));
}

#[test]
fn an_unreadable_folder_is_an_error_and_never_a_removal() {
    let office = Office::new(&[("a.lua", &says("a")), ("b/plugin.toml", ""), ("b/main.lua", &says("b"))]);
    // Permissions do not stop root: a file where the folder was does, as would a dead mount.
    let aside = office.folder.path().with_extension("aside");
    fs::rename(office.folder.path(), &aside).unwrap();
    fs::write(office.folder.path(), "not a folder").unwrap();
    let report = office.host.reload();
    thread::sleep(Duration::from_millis(350));
    office.host.reload();
    assert_eq!(office.greet("x"), r#"["a","b"]"#);
    assert!(report.faults[0].message.contains("cannot be read"), "{:?}", report.faults);
    fs::remove_file(office.folder.path()).unwrap();
    fs::rename(&aside, office.folder.path()).unwrap();
    write(&office.path("a.lua"), &says("again"));
    office.host.reload();
    assert_eq!(office.greet("x"), r#"["again","b"]"#);
}

#[test]
fn every_way_of_saving_is_noticed() {
    let office = Office::new(&[("a.lua", &says("0")), ("many/plugin.toml", "")]);
    let _watch = office.watch();
    let file = office.path("a.lua");
    let aside = |name: &str| office.path(name);
    let shows = |word: &str| eventually(word, || office.greet("x").contains(&format!("\"{word}\"")));

    fs::write(&file, says("truncated")).unwrap();
    shows("truncated");
    fs::write(aside(".a.tmp"), says("renamed")).unwrap();
    fs::rename(aside(".a.tmp"), &file).unwrap();
    shows("renamed");
    fs::remove_file(&file).unwrap();
    fs::write(&file, says("recreated")).unwrap();
    shows("recreated");
    // As vim does with `backup`: the old file becomes the backup, a new one is written.
    fs::rename(&file, aside("a.lua~")).unwrap();
    fs::write(&file, says("vim")).unwrap();
    fs::remove_file(aside("a.lua~")).unwrap();
    shows("vim");
    // Two editors a millisecond apart: the later one counts.
    for round in 0..20 {
        fs::write(&file, says(&format!("first{round}"))).unwrap();
        thread::sleep(Duration::from_millis(1));
        fs::write(&file, says(&format!("second{round}"))).unwrap();
    }
    shows("second19");
    thread::sleep(Duration::from_millis(100));
    shows("second19");
    // Slow writing, a few bytes at a time: nothing half-written ever serves.
    let text = says("slow");
    for end in 1..=text.len() {
        fs::write(&file, &text[..end]).unwrap();
        assert!(
            office.greet("x").contains("second19") || office.greet("x").contains("slow"),
            "{}",
            office.greet("x")
        );
    }
    shows("slow");
    for i in 0..200 {
        write(&office.path(&format!("many/lib/m{i}.lua")), &format!("return {i}"));
    }
    let sum: String = (0..200).map(|i| format!("sum += require('lib/m{i}')\n")).collect();
    let source = format!("local sum = 0\n{sum}\nhost.on('guest.greet', function() return tostring(sum) end)");
    write(&office.path("many/main.lua"), &source);
    shows("19900");
}

#[test]
fn a_checkout_by_git_is_taken_as_a_whole() {
    let office = Office::new(&[("a.lua", &says("a1")), ("b.lua", &says("b1"))]);
    let git = |args: &[&str]| {
        let done = Command::new("git").arg("-C").arg(office.folder.path()).args(args).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q"]);
    git(&["config", "user.email", "a@example.org"]);
    git(&["config", "user.name", "a"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "one"]);
    git(&["checkout", "-qb", "two"]);
    write(&office.path("a.lua"), &says("a2"));
    write(&office.path("b.lua"), &says("b2"));
    git(&["commit", "-qam", "two"]);
    git(&["checkout", "-q", "-"]);
    office.host.reload();
    let _watch = office.watch();
    assert_eq!(office.greet("x"), r#"["a1","b1"]"#);
    git(&["checkout", "-q", "two"]);
    eventually("checkout", || office.greet("x") == r#"["a2","b2"]"#);
    // While git holds its index nothing is taken.
    write(&office.path(".git/index.lock"), "");
    write(&office.path("a.lua"), &says("a3"));
    thread::sleep(Duration::from_millis(300));
    assert_eq!(office.greet("x"), r#"["a2","b2"]"#);
    fs::remove_file(office.path(".git/index.lock")).unwrap();
    eventually("unlocked", || office.greet("x") == r#"["a3","b2"]"#);
}

#[test]
fn a_file_that_is_emptied_for_a_moment_takes_nothing_away() {
    let office = Office::new(&[("a.lua", &says("full"))]);
    write(&office.path("a.lua"), "");
    assert!(office.host.reload().waiting);
    assert_eq!(office.greet("x"), r#"["full"]"#);
    thread::sleep(Duration::from_millis(350));
    office.host.reload();
    assert_eq!(office.greet("x"), "[]", "it was meant");
}
