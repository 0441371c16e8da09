//! What a plugin says of a register, where it says it, and what may be wrong with it.

use registrar_sdk::Value;
use std::{collections::BTreeMap, fmt};

/// Who has what of which there can be one only: plugins, by what they claim (`register items`,
/// `field items.title`).
pub type RegisterClaims = BTreeMap<String, String>;

/// One answer to `register.define` and where it comes from.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The plugin that answered.
    pub plugin: String,
    /// The file in which it registered its answer.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The definition.
    pub value: Value,
}

/// What is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionFault {
    /// The plugin that is to mend it.
    pub plugin: String,
    /// The file in which it registered it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Plugins of which one only can have its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionConflict {
    /// What they all claim, as in [`RegisterClaims`].
    pub claim: String,
    /// The plugins, each with what is said of it if it is the one that gives way.
    pub parties: Vec<DefinitionFault>,
}

/// Why definitions make no registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefinitionObjection {
    /// One plugin is at fault.
    Fault(DefinitionFault),
    /// Several stand in each other's way.
    Conflict(DefinitionConflict),
}

impl fmt::Display for DefinitionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DefinitionFault { plugin, file, line, message } = self;
        write!(f, "plugin \"{plugin}\" ({file}:{line}): {message}")
    }
}

impl DefinitionObjection {
    /// Every fault in it.
    pub fn faults(&self) -> &[DefinitionFault] {
        match self {
            DefinitionObjection::Fault(fault) => std::slice::from_ref(fault),
            DefinitionObjection::Conflict(conflict) => &conflict.parties,
        }
    }
}

impl Definition {
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    pub(super) fn fault(&self, message: String) -> DefinitionFault {
        DefinitionFault { plugin: self.plugin.clone(), file: self.file.clone(), line: self.line, message }
    }
}

/// Who adds a field to the form of another plugin's action claims this.
pub(super) fn form_field(register: &str, action: &str, field: &str) -> String {
    format!("form field {register}.{action}.{field}")
}
