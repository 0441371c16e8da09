//! What became of a figure between two days or two versions.

use serde::{Deserialize, Serialize};

/// What became of a figure.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// It is new.
    Added,
    /// It is larger.
    Raised,
    /// It is smaller.
    Lowered,
    /// There is none any more.
    Removed,
    /// It is the same, and others get it.
    Moved,
    /// It is the same.
    Unchanged,
}
