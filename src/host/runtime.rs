//! What runs plugins: workers with a watchdog over them, and on them Luau or native code, behind one interface
//! (`instance::Runtime`).

pub mod allowance;
pub(crate) mod call;
pub(crate) mod call_counts;
pub(crate) mod console_fault;
pub mod counters;
pub(crate) mod files;
pub mod host_call;
pub mod instance;
pub mod interrupt;
pub(crate) mod log_limit;
pub mod lua;
pub mod native;
pub mod pool;
pub mod pool_limits;
pub mod processor;
pub mod rows;
pub mod watchdog;
pub mod worker;
