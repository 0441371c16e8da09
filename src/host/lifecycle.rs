//! How plugins come to serve: built aside, tried by their examples, put together, and which of them go live with
//! which. What is found to be so a host carries out.

pub(crate) mod assemble;
pub(crate) mod build_cache;
pub mod engine;
pub(crate) mod example;
pub(crate) mod group;
pub(crate) mod hold;
pub mod load;
mod native_start;
pub mod objection;
pub mod order;
pub(crate) mod plan;
pub(crate) mod plugin_examples;
pub mod reload_report;
mod script_start;
pub(crate) mod serving;
pub mod watch;
