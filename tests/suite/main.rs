//! Tests across the borders between rooms: one binary, so that they are linked once.

mod bench_contract;
mod combining;
mod durability;
mod embed;
mod ledger;
mod loops;
mod memory;
mod phases;
mod program;
mod reload;
mod sandbox;
mod shipped;
mod values;
