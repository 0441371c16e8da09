//! One of the two versions that are compared.

use jiff::civil::Date;
use registrar_host::Generation;
use std::sync::Arc;

/// One of the two versions.
pub struct VersionSide {
    /// What it is called.
    pub label: String,
    /// The plugins that answer.
    pub generation: Arc<Generation>,
    /// Only what this plugin answers.
    pub plugin: Option<String>,
    /// As if every event had happened on this day.
    pub on: Option<Date>,
}
