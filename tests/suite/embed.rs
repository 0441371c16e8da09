//! A program of its own embeds the host: its own contract with one point, and nothing of an office.

use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, NoServices};
use registrar_sdk::{
    AnsweredBy, Combine, Contract, Failure, Filter, HostCall, OpenOrder, OptionDecl, Param, Phase, Point,
    Type, Value, Where,
};
use std::{fs, sync::Arc};

pub static GREET: Contract = Contract {
    name: "greeter",
    revision: 1,
    points: &[Point {
        id: "guest.greet",
        doc: "What to say to a guest.",
        params: &[Param { name: "guest", ty: Type::Text, doc: "Who comes." }],
        answer: Type::Text,
        combine: Combine::Collect,
        failure: Failure::FailCall,
        phase: Phase::Pure,
        extra_calls: &[],
        options: &[Where { option: "guest", filter: Filter::Equals("guest"), required: false }],
        // Wall time: the tests that share this contract run while much else does.
        budget_ms: 2000,
        io_budget_ms: 1000,
        shorthand: None,
        open_order: OpenOrder::ByName,
        refine: None,
        deprecated: None,
    }],
    calls: &[HostCall {
        name: "shout",
        doc: "In capitals.",
        params: &[Param { name: "text", ty: Type::Text, doc: "What." }],
        result: Type::Text,
        phases: &[Phase::Pure],
        capability: None,
        place: AnsweredBy::Function(|args| Ok(Value::text(args[0].as_str().unwrap_or("").to_uppercase()))),
    }],
    options: &[OptionDecl { name: "guest", ty: Type::Text, doc: "Only this guest." }],
    group_by: None,
};

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
