//! Lets a plugin's guards pass for a time: decided by the operator or who looks after the office, with a
//! reason, in the log.

use crate::{
    action::{Act, ActError},
    error::KernelError,
    office::Office,
};
use jiff::civil::Date;
use registrar_domain::{
    Actor,
    reserved::{BYPASS, OFFICE},
    storage::Bypass,
};
use registrar_sdk::{Value, value::Map};

impl Office {
    /// Lets the guards of `plugin` pass until a day, that day included.
    ///
    /// # Errors
    /// No reason, no such plugin, `by` may not, or the store.
    pub fn bypass(&self, plugin: &str, until: Date, reason: &str, by: &Actor) -> Result<(), ActError> {
        if reason.trim().is_empty() {
            return Err(KernelError::refused("a bypass needs a reason").into());
        }
        let plan = self.plan()?;
        if !plan.generation.plugins.contains_key(plugin) {
            let known = plan.generation.plugins.keys().map(String::as_str);
            return Err(KernelError::unknown("plugin", plugin, known).into());
        }
        self.act(Act {
            register: OFFICE.into(),
            record: Some(plugin.to_owned()),
            action: BYPASS.into(),
            by: by.clone(),
            fields: Map::from([
                ("until".into(), Value::text(until.to_string())),
                ("reason".into(), Value::text(reason)),
            ]),
            ..Act::default()
        })?;
        // After the log: a bypass that is not logged must not act.
        let mut tx = self.store().begin_write(self.key())?;
        let bypass =
            Bypass { plugin: plugin.to_owned(), until, reason: reason.to_owned(), by: by.to_string() };
        tx.put_bypass(&bypass)?;
        Ok(tx.commit()?)
    }

    /// The bypasses of a day.
    ///
    /// # Errors
    /// The store.
    pub fn bypasses(&self, on: Date) -> Result<Vec<Bypass>, KernelError> {
        Ok(self.read()?.bypasses(on)?)
    }
}
