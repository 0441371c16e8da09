//! Tests across the borders between rooms: one binary, so that they are linked once.

mod embed;
mod ledger;
mod reload;
