//! The plugin host: loads plugins, calls them at a contract's points, reloads them when they change.
//!
//! Knows no business: an embedding program brings its own [`registrar_sdk::Contract`].

pub mod fault;
pub mod generation;
pub mod handler;
pub mod host;
pub mod outcome;
pub mod services;
pub mod storage;

pub use fault::{Fault, FaultKind};
pub use generation::Generation;
pub use handler::{Handler, PluginInfo, Source};
pub use host::{Embedder, Host, Scope};
pub use outcome::{Failed, Outcome, Step};
pub use services::{Caller, NoServices, Services, Snapshot};
pub use storage::{HostStore, MemoryStore, StoredVersion};
