//! The plugin host: loads plugins, calls them at a contract's points, reloads them when they change.
//!
//! Knows no business: an embedding program brings its own [`registrar_sdk::Contract`].

mod ahead;
mod assemble;
mod call;
pub mod combine;
pub mod config;
pub mod document;
pub mod engine;
mod eval;
mod example;
pub mod fault;
mod files;
pub mod filter;
pub mod generation;
mod group;
pub mod handler;
pub mod host;
pub mod installed;
mod lifecycle;
pub mod load;
pub mod lua;
pub mod manifest;
pub mod native;
pub mod order;
pub mod outcome;
pub mod plugin;
pub mod quarantine;
pub mod registration;
pub mod reload;
pub mod services;
pub mod source;
mod state;
pub mod status;
pub mod storage;
pub mod suggest;
pub mod term;
pub mod watch;
pub mod watchdog;
mod worker;

pub use config::{HostConfig, NativeConfig};
pub use document::{Clauses, Document};
pub use engine::{Engine, EngineConfig};
pub use fault::{Fault, FaultKind};
pub use generation::Generation;
pub use handler::{Handler, PluginInfo, Source};
pub use host::{Embedder, Host, Scope};
pub use installed::Aside;
pub use outcome::{Failed, Outcome, Step};
pub use reload::Report;
pub use services::{Caller, NoServices, Services, Snapshot};
pub use status::{PluginState, PluginStatus};
pub use storage::{HostStore, MemoryStore, StoredVersion};
pub use term::Term;
pub use watch::Watch;
