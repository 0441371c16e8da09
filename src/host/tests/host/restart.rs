//! What a start tries again, and what it knows to have passed.

use registrar_fixtures::{bench::BENCH, write};
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, Snapshot};
use registrar_sdk::Value;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

/// Counts how often examples look something up.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Snapshot for Counting {
    fn call(&self, _: &str, args: &[Value]) -> Result<Value, String> {
        self.0.fetch_add(1, Relaxed);
        Ok(args[0].clone())
    }
}

const LOOKING: &str = "host.on('phase.read', function(x) return host.look(x) end)
host.example('it is seen', { point = 'phase.read', x = 'a', expect = 'a' })";

/// A start over a folder and a store; says how often examples looked something up, and what is wrong.
fn start(
    folder: &Path,
    store: &Arc<MemoryStore>,
    configure: impl Fn(&mut HostConfig),
) -> (usize, Vec<String>) {
    let counting = Arc::new(Counting::default());
    let mut config = HostConfig::new(vec![folder.to_owned()]);
    config.load_budget_ms = 2000;
    config.example_snapshot = counting.clone();
    config.trial_identity = Some("this program".to_owned());
    configure(&mut config);
    let host = Host::new(Engine::start(EngineConfig::default()).unwrap(), &BENCH, config, store.clone());
    let faults = host.reload().faults.iter().map(ToString::to_string).collect();
    (counting.0.load(Relaxed), faults)
}

#[test]
fn what_passed_under_the_same_program_content_settings_and_limits_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(MemoryStore::default());
    let plugin = folder.path().join("a/main.lua");
    write(&folder.path().join("a/plugin.toml"), "[settings.word]\ntype = \"text\"\ndefault = \"b\"\n");
    write(&plugin, LOOKING);
    let again = |what: &str, configure: &dyn Fn(&mut HostConfig), tried: bool| {
        let (looked, faults) = start(folder.path(), &store, configure);
        assert!(faults.is_empty(), "{what}: {faults:?}");
        assert_eq!(looked > 0, tried, "{what}: {looked}");
    };
    again("the first time", &|_| (), true);
    again("the second", &|_| (), false);
    again("and the third", &|_| (), false);
    let program = |config: &mut HostConfig| config.trial_identity = Some("another program".to_owned());
    again("another program", &program, true);
    again("the same again", &program, false);
    again("the one before", &|_| (), true);
    again("other limits", &|config| config.load_budget_ms = 3000, true);
    again("who is not told what the program is tries always", &|config| config.trial_identity = None, true);
    again("and so did not note it", &|_| (), true);
    let set = |config: &mut HostConfig| {
        let word = [("word".into(), Value::text("c"))].into_iter().collect();
        config.settings.insert("a".to_owned(), word);
    };
    again("other settings", &set, true);
    again("the same settings", &set, false);
    again("the defaults", &|_| (), true);
    write(&plugin, &format!("{LOOKING}\n-- changed"));
    again("another content", &|_| (), true);
    again("the same content", &|_| (), false);
    // Limits that were changed while it ran are not those under which it passed.
    let mut config = HostConfig::new(vec![folder.path().to_owned()]);
    config.load_budget_ms = 2000;
    config.example_snapshot = Arc::new(Counting::default());
    config.trial_identity = Some("this program".to_owned());
    let host = Host::new(Engine::start(EngineConfig::default()).unwrap(), &BENCH, config, store.clone());
    host.reload();
    let memory = |config: &mut HostConfig| config.native.memory += 1;
    host.configure(memory);
    write(&folder.path().join("b.lua"), "host.on('combine.collect', function() return 1 end)");
    assert!(host.reload().faults.is_empty());
    drop(host);
    again("limits that were changed while it ran", &memory, true);
    // What did not pass is not noted as if it had.
    write(&plugin, &LOOKING.replace("expect = 'a'", "expect = 'c'"));
    for _ in 0..2 {
        let (looked, faults) = start(folder.path(), &store, |_| ());
        assert!(looked > 0 && faults.len() == 1, "{looked} {faults:?}");
    }
}
