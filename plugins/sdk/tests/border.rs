//! A plugin as its author writes and tests it: the declaring macro, closures, the fake host.

#![forbid(unsafe_code)]

use registrar_sdk::{
    Value,
    native::{Bytes, Call, Fake, LogLevel, Plugin, View},
};
use std::sync::atomic::{AtomicU32, Ordering::*};

registrar_sdk::plugin! { manifest: "hello.toml", load: load }

static UNLOADED: AtomicU32 = AtomicU32::new(0);

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    let greeting = plugin.settings().get("greeting").as_str().ok_or("the setting `greeting` is missing")?;
    let greeting = greeting.to_owned();
    let logger = plugin.logger();
    plugin.on(
        "greet",
        Value::map([("language", Value::text("en"))]),
        move |_: &Call<'_>, args: &[View<'_>]| {
            let name = args[0].get("name").as_str().ok_or("needs a name")?;
            logger.log(LogLevel::Info, "greeted");
            Ok(format!("{greeting}, {name}!"))
        },
    )?;
    plugin
        .on("numbers", (), |_, args| Ok((args[0].items().iter()).filter_map(|n| n.as_f64()).sum::<f64>()))?;
    plugin.on("bytes", (), |_, args| Ok(Bytes(args[0].as_bytes().unwrap_or(b"none").to_vec())))?;
    plugin.on("panic", (), |_, args| -> Result<(), String> {
        panic!("no {}", args[0].as_str().unwrap_or(""))
    })?;
    plugin.on("bomb", (), |_, _| -> Result<(), String> {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        std::panic::panic_any(Bomb)
    })?;
    plugin.on("ask", (), |call, _| call.host("records", &[Value::map([("register", "x".into())])]))?;
    plugin
        .on("count", (), |call, _| call.state_update("n", |n| Ok(Value::Int(n.as_int().unwrap_or(0) + 1))))?;
    plugin.at_unload(|| {
        UNLOADED.fetch_add(1, SeqCst);
    });
    Ok(())
}

fn fake() -> Fake {
    Fake::load(registrar_plugin, [("greeting", Value::text("Hello"))]).unwrap()
}

#[test]
fn a_handler_reads_its_arguments_and_answers() {
    let mut host = fake();
    assert_eq!(host.call("greet", &[Value::map([("name", "扎兰屯".into())])]), [Ok("Hello, 扎兰屯!".into())]);
    assert_eq!(host.log(), ["greeted"]);
    assert_eq!(host.call("greet", &[Value::Nil]), [Err("needs a name".into())]);
    let numbers = Value::List(vec![1.into(), Value::Num(0.5), Value::text("x")]);
    assert_eq!(host.call("numbers", &[numbers]), [Ok(Value::Num(1.5))]);
    assert_eq!(host.call("bytes", &[Value::Nil]), [Ok(Value::Bytes((*b"none").into()))]);
    assert_eq!(host.registered()[0], ("greet", &Value::map([("language", Value::text("en"))])));
}

#[test]
fn a_panic_is_an_error_with_its_place() {
    let told = fake().call("panic", &["luck".into()]).remove(0).unwrap_err();
    assert!(told.contains("border.rs:") && told.ends_with("no luck"), "{told}");
}

#[test]
fn a_panic_whose_payload_panics_when_dropped_is_still_one_error() {
    let mut host = fake();
    let told = host.call("bomb", &[]).remove(0).unwrap_err();
    assert!(told.contains("border.rs:") && told.ends_with("(no text)"), "{told}");
    let told = host.call("panic", &["luck".into()]).remove(0).unwrap_err();
    assert!(told.ends_with("no luck"), "{told}");
}

#[test]
fn host_calls_go_to_the_test() {
    let mut host = fake();
    host.answer("records", |args| Ok(Value::List(vec![args[0].get("register").clone()])));
    assert_eq!(host.call("ask", &[]), [Ok(Value::List(vec!["x".into()]))]);
    host.answer("state.get", |_| Ok(Value::Int(4)));
    let mut tries = 0;
    host.answer("state.swap", move |_| {
        tries += 1;
        Ok(Value::Bool(tries == 3))
    });
    assert_eq!(host.call("count", &[]), [Ok(Value::Int(5))]);
    let unknown = fake().call("ask", &[]).remove(0).unwrap_err();
    assert!(unknown.contains("host.records has no answer in this test"), "{unknown}");
}

#[test]
fn loading_without_what_it_needs_fails_with_its_reason_and_unloading_runs_its_farewell() {
    let told = Fake::load(registrar_plugin, [("greetings", Value::Nil)]).err().unwrap();
    assert_eq!(told, "the setting `greeting` is missing");
    let before = UNLOADED.load(SeqCst);
    drop(fake());
    assert!(UNLOADED.load(SeqCst) > before);
}
