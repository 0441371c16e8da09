//! What the columns of somebody's table stand for, as it was kept in the log.

use crate::{error::KernelError, office::Office, table::Mapping};
use registrar_domain::reserved::{MAPPING, OFFICE};
use std::collections::BTreeMap;

impl Office {
    /// The mapping that is kept for a register under a name, as it was said last.
    ///
    /// # Errors
    /// The store.
    pub fn mapping(&self, register: &str, name: &str) -> Result<Option<Mapping>, KernelError> {
        Ok(self.kept_mappings(register)?.remove(name))
    }

    /// The names of the mappings that are kept for a register.
    ///
    /// # Errors
    /// The store.
    pub fn mappings(&self, register: &str) -> Result<Vec<String>, KernelError> {
        Ok(self.kept_mappings(register)?.into_keys().collect())
    }

    fn kept_mappings(&self, register: &str) -> Result<BTreeMap<String, Mapping>, KernelError> {
        let mut kept = BTreeMap::new();
        for event in self.read()?.events_in(OFFICE, 0, usize::MAX)? {
            let word = |name: &str| event.fields.get(name).and_then(|v| v.as_str());
            if event.action != MAPPING || event.dead || word("register") != Some(register) {
                continue;
            }
            let columns = event.fields.get("columns").map(|columns| columns.items()).unwrap_or_default();
            let pair = |column: &registrar_sdk::Value| {
                Some((column.get("column").as_str()?.to_owned(), column.get("field").as_str()?.to_owned()))
            };
            kept.insert(event.record.clone(), Mapping::of(columns.iter().filter_map(pair).collect()));
        }
        Ok(kept)
    }
}
