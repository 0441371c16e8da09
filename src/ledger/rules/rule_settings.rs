//! The settings of the rules: where a document leaves something to the office, what was chosen.

use crate::rules::acts;
use registrar_host::{Host, PluginInfo, plugin::toml_value::from_toml};
use registrar_sdk::{BilingualText, Value};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// A setting of a plugin whose rules act.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct SettingLine {
    /// The plugin.
    pub plugin: String,
    /// Its name there.
    pub name: String,
    /// What people call it.
    #[serde(serialize_with = "BilingualText::in_one_line")]
    pub label: BilingualText,
    /// What it means, and why its default is what it is.
    #[serde(serialize_with = "BilingualText::in_one_line")]
    pub doc: BilingualText,
    /// What it is here.
    pub value: Value,
    /// What it is unless the office says otherwise.
    pub default: Value,
    /// The values it may have; any of its type if empty.
    pub of: Vec<Value>,
}

impl SettingLine {
    /// Whether the office chose otherwise.
    pub fn chosen(&self) -> bool {
        !self.value.same(&self.default)
    }
}

/// The settings of the plugins whose rules act here on some day; of all that are loaded and have rules, where all are
/// wanted.
pub fn settings(host: &Host, all: bool) -> Vec<SettingLine> {
    let manifests = host.manifests();
    let mut plugins: BTreeMap<String, Arc<PluginInfo>> = BTreeMap::new();
    for handler in host.installed() {
        let decides = crate::rules::DECIDING.contains(&handler.point);
        if decides && (all || acts(host, &handler)) {
            plugins.entry(handler.plugin.id.clone()).or_insert_with(|| handler.plugin.clone());
        }
    }
    let mut lines = Vec::new();
    for plugin in plugins.values() {
        let Some(manifest) = manifests.get(&plugin.id) else { continue };
        for (name, setting) in &manifest.settings {
            lines.push(SettingLine {
                plugin: plugin.id.clone(),
                name: name.clone(),
                label: setting.label(name),
                doc: setting.doc(),
                value: plugin.settings.get(name).clone(),
                default: from_toml(&setting.default),
                of: setting.of.iter().flatten().map(from_toml).collect(),
            });
        }
    }
    lines
}
