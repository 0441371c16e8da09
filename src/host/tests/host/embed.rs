//! A program of its own embeds the host: its own contract with one point, and nothing of an office.

use registrar_fixtures::greet::GREET;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, NoServices};
use std::{fs, sync::Arc};

#[test]
fn a_contract_of_ones_own_needs_nothing_of_an_office() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
        host.on("guest.greet", function(guest) return "hello " .. guest end)
        host.on("guest.greet", { guest = "ann" }, function(guest) return host.shout(guest) end)
        host.example("ann is shouted at", { point = "guest.greet", guest = "ann", expect = { "hello ann", "ANN" } })
    "#;
    fs::write(folder.path().join("polite.lua"), script).unwrap();
    let engine = Engine::start(EngineConfig::default()).unwrap();
    let config = HostConfig::new(vec![folder.path().to_owned()]);
    let host = Host::new(engine, &GREET, config, Arc::new(MemoryStore::default()));
    let report = host.reload();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let scope = host.scope(Arc::new(NoServices));
    let greet = |guest: &str| {
        let outcome = host.dispatch("guest.greet", vec![guest.into()], &scope, &mut NoServices).unwrap();
        outcome.value.to_string()
    };
    assert_eq!(greet("ann"), r#"["hello ann","ANN"]"#);
    assert_eq!(greet("bob"), r#"["hello bob"]"#);
}
