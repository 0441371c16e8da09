//! The moments of a plugin's life: load, migration of its state, unload.

use registrar_contract::OFFICE;
use registrar_fixtures::write;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, HostStore, MemoryStore, NoServices};
use registrar_sdk::Value;
use std::{path::Path, sync::Arc, time::Duration};

struct Home {
    folder: tempfile::TempDir,
    host: Host,
    store: Arc<MemoryStore>,
}

impl Home {
    fn new(version: u32, source: &str) -> Home {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(MemoryStore::default());
        let mut config = HostConfig::new(vec![folder.path().to_owned()]);
        config.grace = Duration::ZERO;
        config.load_budget_ms = 2000;
        let engine = Engine::start(EngineConfig::default()).unwrap();
        let host = Host::new(engine, &OFFICE, config, store.clone() as Arc<dyn HostStore>);
        let home = Home { folder, host, store };
        assert_eq!(home.save(version, source), Vec::<String>::new());
        home
    }

    // Saves and reloads; what was wrong.
    fn save(&self, version: u32, source: &str) -> Vec<String> {
        let at = |name: &str| self.folder.path().join("keeper").join(name);
        write(&at("plugin.toml"), &format!("state_version = {version}\nversion = \"{version}\"\n"));
        write(&at("main.lua"), source);
        self.host.reload().faults.iter().map(ToString::to_string).collect()
    }

    fn state(&self, version: u32, key: &str) -> Option<Value> {
        self.store.state_get(&format!("keeper@{version}"), key).unwrap()
    }

    fn serving(&self) -> String {
        self.host.generation().plugins["keeper"].version.clone()
    }
}

const FIRST: &str = r#"
    host.on("plugin.load", function(plugin) host.state.set("loaded", plugin.version) end)
    host.on("plugin.unload", function(plugin) host.state.set("gone", plugin.version) end)
"#;

#[test]
fn a_plugin_is_told_when_it_goes_live_and_when_it_has_gone() {
    let home = Home::new(1, FIRST);
    assert_eq!(home.state(1, "loaded"), Some(Value::text("1")));
    assert_eq!(home.state(1, "gone"), None);
    std::fs::remove_dir_all(home.folder.path().join("keeper")).unwrap();
    home.host.reload();
    home.host.reload();
    assert!(!home.host.generation().plugins.contains_key("keeper"));
    assert_eq!(home.state(1, "gone"), Some(Value::text("1")));
}

#[test]
fn a_load_that_fails_keeps_the_version_before() {
    let home = Home::new(1, FIRST);
    let faults = home.save(1, "host.on('plugin.load', function() error('no room') end)");
    assert!(faults[0].contains("keeper/main.lua:1") && faults[0].contains("no room"), "{faults:?}");
    assert_eq!(home.state(1, "gone"), None, "what serves was not unloaded");
    assert!(home.host.scope(Arc::new(NoServices)).generation.plugins.contains_key("keeper"));
}

#[test]
fn state_moves_to_a_new_version_and_the_old_one_stays_for_a_roll_back() {
    let home = Home::new(1, FIRST);
    let second = r#"
        host.on("plugin.migrate", function(plugin, from, to, state)
          return { loaded = "moved " .. state.loaded .. " from " .. from .. " to " .. to }
        end)
    "#;
    assert_eq!(home.save(2, second), Vec::<String>::new());
    assert_eq!(home.state(2, "loaded"), Some(Value::text("moved 1 from 1 to 2")));
    assert_eq!(home.state(1, "loaded"), Some(Value::text("1")));
    let faults = home.save(3, "host.on('plugin.migrate', function() error('cannot') end)");
    assert!(faults[0].contains("cannot"), "{faults:?}");
    assert_eq!(home.serving(), "2");
}

#[test]
fn a_version_that_is_rolled_back_to_finds_its_own_state_and_what_it_misses_is_listed() {
    let home = Home::new(1, FIRST);
    let second = r#"
        host.on("plugin.load", function(plugin) host.state.set("later", plugin.version) end)
        host.on("plugin.migrate", function(plugin, from, to, state) return { loaded = "moved" } end)
    "#;
    assert_eq!(home.save(2, second), Vec::<String>::new());
    let first = home.host.version_called("keeper", None).unwrap();
    let done = home.host.roll_back("keeper", &first).unwrap();
    assert_eq!((home.serving().as_str(), done.to), ("1", first));
    assert_eq!(done.unseen, ["later", "loaded"]);
    assert_eq!(home.state(1, "loaded"), Some(Value::text("1")), "nothing was moved back");
    // What was written meanwhile under the earlier layout does not replace what the later one had.
    home.store
        .state_swap("keeper@2", "loaded", Some(&Value::text("moved")), Some(&Value::text("kept")))
        .unwrap();
    assert!(home.host.unpin("keeper").unwrap().faults.is_empty());
    assert_eq!((home.serving().as_str(), home.state(2, "loaded")), ("2", Some(Value::text("kept"))));
}

#[test]
fn a_version_that_can_not_go_live_is_not_pinned() {
    let home = Home::new(
        1,
        "host.on('plugin.load', function() if host.state.get('full') then error('no room') end end)",
    );
    home.save(1, FIRST);
    let first = home.host.version_called("keeper", None).unwrap();
    home.store.state_swap("keeper@1", "full", None, Some(&Value::Bool(true))).unwrap();
    let why = home.host.roll_back("keeper", &first).unwrap_err();
    assert!(why.contains("no room"), "{why}");
    assert_eq!(home.host.pinned_to("keeper").unwrap(), None);
    assert!(home.host.versions("keeper").unwrap().iter().any(|v| v.serves && v.content_hash != first));
}

#[test]
fn a_rule_set_acts_only_where_it_is_chosen_and_an_overlay_replaces_its_namesake() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| write(&folder.path().join(name), text);
    let says = |text: &str| {
        format!(
            "host.on('import.parse', function() return {{ {{ line = 1, fields = {{ said = '{text}' }} }} }} end)"
        )
    };
    put("shared/rules/plugin.toml", "rule_set = true");
    put("shared/rules/main.lua", &says("rules"));
    put("overlay/rules/plugin.toml", "rule_set = true");
    put("overlay/rules/main.lua", &says("own rules"));
    let ask = |folders: &[&str], chosen: bool| {
        let folders = folders.iter().map(|f| Path::new(folder.path()).join(f)).collect();
        let mut config = HostConfig::new(folders);
        config.load_budget_ms = 2000;
        config.chosen.extend(chosen.then(|| "rules".to_owned()));
        let engine = Engine::start(EngineConfig::default()).unwrap();
        let host = Host::new(engine, &OFFICE, config, Arc::new(MemoryStore::default()));
        assert!(host.reload().faults.is_empty());
        let scope = host.scope(Arc::new(NoServices));
        let args = vec![Value::Bytes((*b"x").into()), Value::text("csv")];
        host.dispatch("import.parse", args, &scope, &mut NoServices).unwrap().value.to_string()
    };
    assert_eq!(ask(&["shared"], false), "nil");
    assert_eq!(ask(&["shared"], true), r#"[{"fields":{"said":"rules"},"line":1}]"#);
    assert_eq!(ask(&["shared", "overlay"], true), r#"[{"fields":{"said":"own rules"},"line":1}]"#);
}
