//! A plugin in Rust that does what a plugin should not, when it is asked to; and what is asked of
//! the host from native code.

#![forbid(unsafe_code)]

use registrar_sdk::{
    Value,
    native::{Call, Plugin, View},
};

registrar_sdk::plugin! { manifest: "plugin.toml", examples: "examples.jsonl", load: load }

/// A test writes other digits over these in the built file: a new build without a compiler.
static BUILD: &str = "BUILD-0000";

struct Kept(u32);

impl Drop for Kept {
    fn drop(&mut self) {
        std::hint::black_box(self.0);
    }
}

thread_local! {
    // Its destructor keeps the library mapped in a process that called it, whatever `dlclose` says.
    static KEPT: Kept = const { Kept(7) };
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a panic while panicking");
    }
}

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    match plugin.settings().get("load").as_str() {
        Some("panic") => panic!("no load today"),
        Some("refuse") => return Err("the licence of the setting `load` has run out".into()),
        _ => {}
    }
    let word = plugin.settings().get("word").clone();
    for point in ["ask.call", "ask.skip"] {
        let word = word.clone();
        plugin.on(point, (), move |_, args| harm(&word, &args[0]))?;
    }
    for point in ["ask.pure", "ask.effect"] {
        plugin.on(point, (), calls)?;
    }
    Ok(())
}

fn harm(word: &Value, what: &View<'_>) -> Result<Value, String> {
    match what.as_str() {
        Some("build") => {
            KEPT.with(|kept| std::hint::black_box(kept.0));
            Ok(std::hint::black_box(BUILD).into())
        }
        Some("word") => Ok(word.clone()),
        Some("panic") => panic!("not in the mood"),
        Some("twice") => {
            let _bomb = Bomb;
            panic!("the first");
        }
        Some("error") => Err("said no".into()),
        _ => Ok(().into()),
    }
}

// `{ call, args }`: makes that host call; `{ count }`: counts up; a number: twice as much.
fn calls(call: &Call<'_>, args: &[View<'_>]) -> Result<Value, String> {
    let given = args[0].to_value();
    if let Some(number) = given.as_int() {
        return Ok((2 * number).into());
    }
    if let Some(key) = given.get("count").as_str() {
        return call.state_update(key, |n| Ok((n.as_int().unwrap_or(0) + 1).into()));
    }
    call.host(given.get("call").as_str().unwrap_or(""), given.get("args").as_list().unwrap_or_default())
}
