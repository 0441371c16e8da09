//! What a generation was made of, in a form that is kept: with it and the kept versions the same
//! generation can be made again.

use registrar_sdk::{Map, Term};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a generation was made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GenerationManifest {
    /// By plugin: the hash of its files, and the folder it is from.
    pub plugins: BTreeMap<String, (String, usize)>,
    /// What the operator set, by plugin, when each was built: that fits it, whatever is set since.
    pub settings: BTreeMap<String, Map>,
    /// The rule sets that act.
    pub chosen: BTreeSet<String>,
    /// On which days, where not on all.
    #[serde(default)]
    pub terms: BTreeMap<String, Vec<Term>>,
    /// The operator's order, by point.
    pub order: BTreeMap<String, Vec<String>>,
}
