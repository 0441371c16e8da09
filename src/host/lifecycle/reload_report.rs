//! What a reload came to.

use crate::plugin::fault::Fault;
use serde::Serialize;

/// What a reload came to.
#[derive(Debug, Default, Clone, Serialize)]
pub struct ReloadReport {
    /// The generation that serves now.
    pub generation: u64,
    /// Plugins that are new or changed and went live.
    pub live: Vec<String>,
    /// Plugins that are gone.
    pub removed: Vec<String>,
    /// Plugins whose change was held back, with the group they belong to.
    pub held: Vec<String>,
    /// Everything that is wrong at present.
    pub faults: Vec<Fault>,
    /// Whether a removal waits for its grace time, so that another look is due.
    pub waiting: bool,
}
