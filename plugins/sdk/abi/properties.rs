//! Properties of the border, for whatever values and bytes someone thinks up. Under the address
//! sanitizer (`.ci/run`) they also say that no byte is read that is not there.

use super::{Arena, CallFailure, Door, HostCalls, LoadedLibrary, hostile, hostile::Tape};
use crate::{
    Amount, Image, Value,
    native::{Answer, Plugin},
};
use proptest::prelude::*;

struct Echoing;

impl super::plugin::Define for Echoing {
    fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
        plugin.on("view", (), |_, args| Ok(args[0].to_value()))?;
        plugin.on("host", (), |call, args| call.host("echo", &[args[0].to_value()]))?;
        plugin.on("fail", (), |call, args| {
            Value::List(vec![args[0].to_value()]).give(call)?;
            Err::<(), _>(args[0].as_str().unwrap_or("no text").to_owned())
        })
    }
}

extern "C" fn echoing() -> *const super::PluginTable {
    static TABLE: super::PluginTable = super::plugin::table::<Echoing>();
    &raw const TABLE
}

struct Echo;

impl HostCalls for Echo {
    fn call(&mut self, _: &str, mut args: Vec<Value>) -> Result<Value, String> {
        Ok(args.pop().unwrap_or_default())
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Num),
        any::<i64>().prop_map(|n| Value::Amount(Amount::from_micros(n))),
        any::<String>().prop_map(Value::from),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(|b| Value::Bytes(b.into())),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::List),
            proptest::collection::btree_map(any::<String>(), inner, 0..8).prop_map(Value::from),
        ]
    })
}

fn instance() -> LoadedLibrary {
    Door::linked(echoing).unwrap().load(&Value::Nil, Box::new(|_, _| {})).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_value_comes_back_as_it_was(value in values(), other in values()) {
        let (instance, mut arena) = (instance(), Arena::default());
        let args = [value, other];
        for index in [0, 1] {
            let here = instance.call(index, &args, &mut arena, &mut Echo);
            prop_assert_eq!(here.as_ref(), Ok(&args[0]));
            let mut image = Image::default();
            image.hold(args.iter()).unwrap();
            prop_assert_eq!(image.value(1), Ok(args[1].clone()));
            let there = instance.call_image(index, &mut image, (1, 1), &mut arena, &mut Echo);
            prop_assert_eq!(there.as_ref(), Ok(&args[1]));
        }
        let text = args[0].as_str().unwrap_or("no text").to_owned();
        prop_assert_eq!(instance.call(2, &args, &mut arena, &mut Echo), Err(CallFailure::Failed(text)));
    }

    #[test]
    fn an_image_travels_as_bytes(values in proptest::collection::vec(values(), 0..4)) {
        let (mut image, mut other) = (Image::default(), Image::default());
        image.hold(values.iter()).unwrap();
        let (nodes, texts) = image.size();
        let (to_nodes, to_texts) = other.receive(nodes, texts).unwrap();
        to_nodes.copy_from_slice(image.parts().0);
        to_texts.copy_from_slice(image.parts().1);
        for (at, value) in values.iter().enumerate() {
            prop_assert_eq!(other.value(at), Ok(value.clone()));
        }
    }

    #[test]
    fn whatever_a_handler_builds_is_a_value_or_refused(
        program in proptest::collection::vec(any::<u8>(), 0..400),
        args in proptest::collection::vec(values(), 0..3),
    ) {
        hostile::call(&program, &args, &mut Arena::default());
    }

    #[test]
    fn whatever_is_sent_as_an_image_is_values_or_refused(
        nodes in proptest::collection::vec((0..11u32, 0..6u32, 0..40u64), 0..24),
        texts in proptest::collection::vec(32..128u8, 0..40),
        spoiled in proptest::option::of((any::<prop::sample::Index>(), any::<u8>())),
        program in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut bytes = Vec::new();
        for (tag, len, scalar) in nodes {
            bytes.extend([u64::from(tag) | u64::from(len) << 32, scalar].iter().flat_map(|n| n.to_le_bytes()));
        }
        if let (Some((at, byte)), false) = (spoiled, bytes.is_empty()) {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        hostile::receive(&bytes, &texts, &program, &mut Arena::default());
    }

    #[test]
    fn a_tape_of_any_bytes_is_a_value_that_crosses(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        hostile::check(&Tape::new(&bytes).value(8));
    }
}
