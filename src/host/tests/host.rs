//! What the host promises by itself, over contracts that know no business: one binary, so that they are linked once.

#[path = "host/amounts.rs"]
mod amounts;
#[path = "host/combining.rs"]
mod combining;
#[path = "host/embed.rs"]
mod embed;
#[path = "host/failures.rs"]
mod failures;
#[path = "host/loop_cases.rs"]
mod loop_cases;
#[path = "host/loops.rs"]
mod loops;
#[path = "host/memory.rs"]
mod memory;
#[path = "host/ordering.rs"]
mod ordering;
#[path = "host/phases.rs"]
mod phases;
#[path = "host/reload.rs"]
mod reload;
#[path = "host/reload_under_load.rs"]
mod reload_under_load;
#[path = "host/restart.rs"]
mod restart;
#[path = "host/sandbox.rs"]
mod sandbox;
#[path = "host/sandbox_cases.rs"]
mod sandbox_cases;
#[path = "host/values.rs"]
mod values;
