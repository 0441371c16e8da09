//! Many offices in one program: what they have in common is read, tried and watched once, and what is one office's
//! own stays its own.

use crate::program::Program;
use registrar_fixtures::{greet::GREET, write};
use registrar_host::{
    Engine, EngineConfig, Host, HostConfig, HostStore, MemoryStore, NoServices, PluginState, Snapshot, Watch,
};
use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

/// Hosts of one engine over the same folder, each with an overlay of its own, whose examples one snapshot answers.
fn hosts(count: usize, folder: &Path) -> Vec<Host> {
    let engine = Engine::start(EngineConfig::default()).unwrap();
    let snapshot: Arc<dyn Snapshot> = Arc::new(NoServices);
    let host = |n: usize| {
        let overlay = folder.join(format!("overlay-{n}"));
        fs::create_dir_all(&overlay).unwrap();
        let mut config = HostConfig::new(vec![folder.join("scripts"), overlay]);
        config.load_budget_ms = 2000;
        config.example_snapshot = snapshot.clone();
        let store: Arc<dyn HostStore> = Arc::new(MemoryStore::default());
        let host = Host::new(engine.clone(), &GREET, config, store);
        let report = host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        host
    };
    (0..count).map(host).collect()
}

fn greet(host: &Host) -> String {
    let scope = host.scope(Arc::new(NoServices));
    host.dispatch("guest.greet", vec!["x".into()], &scope, &mut NoServices).unwrap().value.to_string()
}

fn says(word: &str) -> String {
    format!(
        "host.on('guest.greet', function(guest) return '{word}' end)\n\
         host.example('x', {{ point = 'guest.greet', guest = 'g', expect = {{ '{word}' }} }})\n"
    )
}

fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_content_is_tried_once_for_all_and_what_is_wrong_is_told_to_each() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("scripts/a.lua");
    write(&script, &says("first"));
    let hosts = hosts(20, folder.path());
    // A VM that is made for a trial is dropped after it: none is kept, since nobody has called yet.
    let counters = || hosts[0].engine().counters();
    assert_eq!(counters().vms.load(Relaxed), 0);
    let tried = counters().tried.load(Relaxed);
    assert_eq!(tried, 1, "twenty offices, one content");
    write(&script, &says("second").replace("{ 'second' }", "{ 'third' }"));
    for host in &hosts {
        let report = host.reload();
        assert!(report.faults[0].message.contains("example \"x\""), "{:?}", report.faults);
        assert_eq!(greet(host), r#"["first"]"#);
    }
    assert_eq!(counters().tried.load(Relaxed), 2);
    // An overlay is one office's own, and no office has another's settings.
    write(&folder.path().join("overlay-3/a.lua"), &says("mine"));
    hosts.iter().for_each(|host| drop(host.reload()));
    let greeted: Vec<String> = hosts.iter().map(greet).collect();
    assert!(greeted.iter().enumerate().all(|(n, word)| (word == r#"["mine"]"#) == (n == 3)), "{greeted:?}");
    assert_eq!(counters().tried.load(Relaxed), 3);
}

#[test]
fn one_watcher_takes_a_saved_script_live_in_all_and_an_overlay_in_its_office() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("scripts/a.lua"), &says("first"));
    let hosts = hosts(20, folder.path());
    let mut watches: Vec<Watch> = hosts.iter().map(|host| host.watch().unwrap()).collect();
    write(&folder.path().join("scripts/a.lua"), &says("second"));
    eventually("the saved script", || hosts.iter().all(|host| greet(host) == r#"["second"]"#));
    write(&folder.path().join("overlay-7/a.lua"), &says("mine"));
    eventually("the overlay", || greet(&hosts[7]) == r#"["mine"]"#);
    assert_eq!(greet(&hosts[8]), r#"["second"]"#);
    // Who no longer watches is left alone; a watch that ended ends nobody else's.
    watches.truncate(10);
    write(&folder.path().join("scripts/a.lua"), &says("third"));
    let watched = || hosts[..10].iter().enumerate().filter(|(n, _)| *n != 7);
    eventually("what is watched still", || watched().all(|(_, host)| greet(host) == r#"["third"]"#));
    thread::sleep(Duration::from_millis(100));
    assert_eq!(greet(&hosts[15]), r#"["second"]"#);
}

#[test]
fn what_a_vm_remembers_is_one_offices_own() {
    let folder = tempfile::tempdir().unwrap();
    // Behind an alias, where it is not seen that it remembers.
    let source = "local own = { n = 0 }
host.on('guest.greet', function() local o = own o.n += 1 return 'x' .. o.n end)
";
    write(&folder.path().join("scripts/a.lua"), source);
    let hosts = hosts(2, folder.path());
    // What a VM remembers is one office's, whoever shares its sources.
    let heard: Vec<String> = (0..4).map(|_| greet(&hosts[0])).collect();
    assert_eq!(greet(&hosts[1]), r#"["x1"]"#, "{heard:?}");
    let state = |host: &Host| host.status().into_iter().find(|row| row.id == "a").unwrap();
    assert_eq!(state(&hosts[1]).timing.unwrap().calls, 1);
    assert_eq!(state(&hosts[0]).timing.unwrap().calls, 4);
    assert!(hosts.iter().all(|host| state(host).state == PluginState::Live));
}

#[test]
fn an_office_that_is_made_while_the_program_runs_runs_as_well() {
    let program = Program::bare();
    let _serving = program.serve();
    program.run(&["office", "west"]).ok();
    program.write("scripts/things.lua", "host.on('record.check', {}, function() end)\n");
    program.until(&["plugins", "--office", "west"], "things");
}

#[test]
fn vms_that_nobody_uses_make_room_for_others_and_no_plugin_is_blamed() {
    let folder = tempfile::tempdir().unwrap();
    // Each VM holds 2 MiB; all of them together three times what is allowed.
    for n in 0..60 {
        let source = format!(
            "local big = table.create(131072, 1)\nhost.on('guest.greet', function() return tostring({n} + #big) end)\n"
        );
        write(&folder.path().join(format!("p{n}.lua")), &source);
    }
    let config = EngineConfig { total_memory: 40 << 20, ..EngineConfig::default() };
    let engine = Engine::start(config).unwrap();
    let mut config = HostConfig::new(vec![folder.path().to_owned()]);
    config.load_budget_ms = 2000;
    let store: Arc<dyn HostStore> = Arc::new(MemoryStore::default());
    let host = Host::new(engine.clone(), &GREET, config, store);
    let report = host.reload();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let first = greet(&host);
    assert!(first.contains("131131"), "{first}");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..5).for_each(|_| assert_eq!(greet(&host), first)));
        }
    });
    let held = engine.counters().memory.load(Relaxed);
    assert!(held <= 60 << 20, "{held}");
}
