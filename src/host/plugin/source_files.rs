//! Files in memory.

use std::{collections::BTreeMap, sync::Arc};

/// Files in memory, by path.
pub type SourceFiles = BTreeMap<String, Arc<[u8]>>;
