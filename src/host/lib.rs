//! The plugin host: loads plugins, calls them at a contract's points, reloads them when they change.
//!
//! Knows no business: an embedding program brings its own [`registrar_sdk::Contract`].

pub mod dispatch;
pub mod host;
pub mod lifecycle;
pub mod plugin;
pub mod runtime;
mod sync;

pub use crate::{
    dispatch::{
        chooser::{Chooser, HandlerSetId},
        generation::Generation,
        outcome::{Failed, HandlerOutcome, Outcome},
    },
    host::{
        bulk::BulkRequest,
        excerpt::SourceLine,
        installed::StagedPlugins,
        pinning::{RolledBack, Version},
        staging::Candidate,
        status::{PluginState, PluginStatus},
    },
    lifecycle::{
        engine::Engine,
        objection::{Claims, Conflict, Objection, faults_of},
        reload_report::ReloadReport,
        serving::{Held, Pinned},
        watch::Watch,
    },
    plugin::{
        config::{HostConfig, NativeConfig},
        document::{Clauses, GoverningDocument},
        fault::{Fault, FaultKind},
        figure::{DatedFigure, DatedFigures},
        generation_manifest::GenerationManifest,
        handler::{Handler, PluginInfo, SourceLocation},
        library::scan::id_of as library_id,
        quota::Quota,
        services::{Caller, NoServices, Services, Snapshot},
        storage::{HostStore, KeptVersion, MemoryStore, StoredVersion},
    },
    runtime::{
        call_counts::Timing,
        pool_limits::EngineConfig,
        rows::{Layout, Leaf, LeafLayout, RowAnswer, RowAnswers, Rows, TextPool},
    },
};
pub use host::{Embedder, Host, Scope};
pub use registrar_sdk::BilingualText;
