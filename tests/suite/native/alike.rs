//! A script, a library in Rust and a library in C at the same point: one order, one list.

use super::yard::{built, compile, native, private_folder, put};
use registrar_contract::OFFICE;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, NoServices};
use registrar_sdk::Value;
use std::{fs, path::Path, process::Command, sync::Arc};

const SCRIPT: &str = r#"
host.on("panel.show", OPTIONS, function(place)
  return { id = "lua", title = place, kind = "text", value = "from Lua" }
end)
"#;

fn fill(folder: &Path, script: &str, c: &str) {
    fs::create_dir_all(folder.join("scripts")).unwrap();
    fs::create_dir_all(folder.join("libraries")).unwrap();
    fs::write(folder.join("scripts/hello-lua.lua"), SCRIPT.replace("OPTIONS", script)).unwrap();
    put(&folder.join("libraries/libhello_rust.so"), &built("libhello_rust.so"));
    let options = format!("\"{}\"", c.replace('"', "\\\""));
    compile("plugins/examples/c/hello.c", &folder.join("built.so"), &[("OPTIONS", &options)]);
    put(&folder.join("libraries/hello-c.so"), &folder.join("built.so"));
}

fn shown(script: &str, c: &str, configure: impl Fn(&mut HostConfig)) -> String {
    let folder = private_folder();
    fill(folder.path(), script, c);
    let mut config = HostConfig::new(vec![folder.path().join("scripts")]);
    config.load_budget_ms = 5000;
    config.native = native(folder.path());
    configure(&mut config);
    let engine = Engine::start(EngineConfig::default()).unwrap();
    let host = Host::new(engine, &OFFICE, config, Arc::new(MemoryStore::default()));
    let report = host.reload();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let person = Value::map([("id", Value::text("li"))]);
    let scope = host.scope(Arc::new(NoServices));
    let outcome = host.dispatch("panel.show", vec!["home".into(), person], &scope, &mut NoServices).unwrap();
    assert!(outcome.skipped.is_empty(), "{:?}", outcome.skipped);
    let panels = outcome.value.as_list().unwrap().iter();
    panels
        .map(|p| {
            assert_eq!(p.get("title").as_str(), Some("home"));
            p.get("value").as_str().unwrap().strip_prefix("from ").unwrap().to_owned()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn three_languages_answer_at_one_point_in_the_declared_order() {
    // By id: hello-c, hello-lua, hello-rust.
    assert_eq!(shown("{}", "", |_| {}), "C Lua Rust");
    assert_eq!(shown("{ priority = 1 }", "", |_| {}), "Lua C Rust");
    assert_eq!(shown("{}", r#"{"priority": -1}"#, |_| {}), "Lua Rust C");
    assert_eq!(shown("{}", r#"{"after": ["hello-rust", "absent"]}"#, |_| {}), "Lua Rust C");
    assert_eq!(shown("{ after = 'hello-rust', priority = 9 }", "", |_| {}), "C Rust Lua");
    assert_eq!(shown("{}", r#"{"before": "hello-lua", "priority": -5}"#, |_| {}), "Rust C Lua");
    let operator = |config: &mut HostConfig| {
        let order = ["hello-rust", "hello-lua", "hello-c"].map(str::to_owned).to_vec();
        config.order.insert("panel.show".into(), order);
    };
    assert_eq!(shown("{ priority = 9 }", "", operator), "Rust Lua C");
    let in_process = |config: &mut HostConfig| {
        config.native.in_process.extend(["hello-rust", "hello-c"].map(str::to_owned));
    };
    assert_eq!(shown("{ priority = 1 }", "", in_process), "Lua C Rust");
}

#[test]
fn a_plugin_in_rust_takes_less_than_thirty_lines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/examples/rust/hello");
    let lines = |entry: fs::DirEntry| fs::read_to_string(entry.path()).unwrap().lines().count();
    let lines: usize = fs::read_dir(folder).unwrap().map(|entry| lines(entry.unwrap())).sum();
    println!("figure: a plugin in Rust, manifests included: {lines} lines");
    assert!(lines < 30, "{lines}");
}

#[test]
fn the_program_lists_the_three_alike() {
    let folder = private_folder();
    fill(folder.path(), "{}", "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_registrar"));
    command.current_dir(folder.path()).env_remove("REGISTRAR_PLUGINS").env_remove("REGISTRAR_SCRIPTS");
    command.args(["--data", "data", "--scripts", "scripts", "--plugins", "libraries", "plugins", "--json"]);
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said} {}", String::from_utf8_lossy(&done.stderr));
    let rows: serde_json::Value = serde_json::from_str(&said).unwrap();
    let rows = rows.as_array().unwrap();
    let of = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id}: {said}"));
    let keys = |id: &str| {
        let keys = of(id).as_object().unwrap().keys().filter(|key| *key != "native");
        keys.cloned().collect::<Vec<_>>()
    };
    for (id, kind, version) in
        [("hello-lua", "lua", "0"), ("hello-c", "native", "1.0.0"), ("hello-rust", "native", "1.0.0")]
    {
        let row = of(id);
        assert_eq!(keys(id), keys("hello-lua"));
        assert_eq!((row["kind"].as_str(), row["state"].as_str()), (Some(kind), Some("live")), "{row}");
        assert_eq!(
            (row["version"].as_str(), &row["points"]),
            (Some(version), &serde_json::json!(["panel.show"])),
            "{row}"
        );
        assert_eq!(row["content_hash"].as_str().unwrap().len(), 64, "{row}");
        assert_eq!(row["native"]["isolated"].as_bool(), (kind == "native").then_some(true), "{row}");
    }
}
