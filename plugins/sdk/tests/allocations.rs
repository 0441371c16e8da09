//! A call in process with a scalar answer takes no memory from the system, however many values go in.

#![forbid(unsafe_code)]

use registrar_sdk::{
    Value,
    abi::{Arena, Door, HostCalls},
    native::Plugin,
};

registrar_sdk::plugin! { manifest: "hello.toml", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    plugin.on("count", (), |_, args| Ok(args[0].get("fields").get("n").as_int().unwrap_or(0) + 1))?;
    plugin.on("text", (), |_, _| Ok("an answer of its own"))
}

struct Nothing;

impl HostCalls for Nothing {
    fn call(&mut self, name: &str, _: Vec<Value>) -> Result<Value, String> {
        Err(format!("host.{name} is not there"))
    }
}

#[test]
fn a_scalar_answer_takes_no_memory() {
    let instance = Door::linked(registrar_plugin).unwrap().load(&Value::Nil, Box::new(|_, _| {})).unwrap();
    let mut arena = Arena::default();
    let args: [Value; 1] =
        [serde_json::from_str(r#"{"fields":{"n":4,"unit":"西湖"},"list":[1,2,[3]],"on":"2023-01-01"}"#)
            .unwrap()];
    let mut call = |index| instance.call(index, &args, &mut arena, &mut Nothing).unwrap();
    // The first call makes the arena.
    assert_eq!(call(0), Value::Int(5));
    let taken = |call: &mut dyn FnMut()| allocation_counter::measure(call).count_total;
    assert_eq!(taken(&mut || (0..100).for_each(|_| drop(call(0)))), 0);
    // The host's copy of a text is one: so the counter counts.
    assert!(taken(&mut || drop(call(1))) > 0);
}
