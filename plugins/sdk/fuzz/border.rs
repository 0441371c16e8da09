//! Fuzzes what a native plugin hands over: the input is a program that a hostile handler runs in a
//! call, or an image that someone sent. Run it with `run.sh`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_sdk::abi::{
    Arena,
    hostile::{self, Tape},
};
use std::cell::RefCell;

thread_local! { static ARENA: RefCell<Arena> = RefCell::default(); }

fuzz_target!(|input: &[u8]| {
    let Some(([kind, count, split], rest)) = input.split_first_chunk() else { return };
    // One arena for all, as a worker has it: what an earlier call left must not matter.
    ARENA.with_borrow_mut(|arena| match kind % 3 {
        0 => {
            let mut tape = Tape::new(rest);
            let args: Vec<_> = (0..count % 4).map(|_| tape.value(6)).collect();
            hostile::call(tape.rest(), &args, arena);
        }
        1 => {
            let nodes = (usize::from(*count) * 16).min(rest.len() / 16 * 16);
            let (nodes, rest) = rest.split_at(nodes);
            let (texts, program) = rest.split_at(usize::from(*split).min(rest.len()));
            hostile::receive(nodes, texts, program, arena);
        }
        // Nodes a byte a field: a fuzzer seldom writes seven zeros by chance.
        _ => {
            let (nodes, rest) = rest.split_at((usize::from(*count) * 3).min(rest.len() / 3 * 3));
            let (texts, program) = rest.split_at(usize::from(*split).min(rest.len()));
            let node = |short: &[u8]| {
                let head = u64::from(short[0]) | u64::from(short[1]) << 32;
                [head, i64::from(short[2] as i8) as u64].into_iter().flat_map(u64::to_le_bytes)
            };
            let nodes: Vec<u8> = nodes.chunks_exact(3).flat_map(node).collect();
            hostile::receive(&nodes, texts, program, arena);
        }
    });
});
