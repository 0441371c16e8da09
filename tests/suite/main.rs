//! Tests across the borders between rooms: one binary, so that they are linked once.

mod bench_contract;
mod bookkeeping;
mod bureau;
mod clauses;
mod cli;
mod closings;
mod combining;
mod demo;
mod durability;
mod effect;
mod embed;
mod figures;
mod ledger;
mod lifecycle;
mod loops;
mod memory;
mod native;
mod periods;
mod phases;
mod program;
mod recompute;
mod reload;
mod rules;
mod sandbox;
mod shipped;
mod values;
