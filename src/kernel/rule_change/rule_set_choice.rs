//! Which rule sets an office chooses: a choice is looked through before it is made, since plugins that do not
//! fit together would not serve.

use crate::{
    action::{Act, ActError},
    error::KernelError,
    office::Office,
};
use registrar_domain::{Event, reserved::DIRECTORY};
use registrar_sdk::Value;
use std::collections::BTreeSet;

/// The action of the directory that chooses a rule set, or drops it.
pub const CHOOSE: &str = "rule-set";

impl Office {
    /// Refuses an action that chooses a rule set with which the others do not fit together.
    ///
    /// # Errors
    /// What does not fit, with its places.
    pub(crate) fn fits(&self, act: &Act) -> Result<(), ActError> {
        let active = act.fields.get("active").and_then(Value::as_bool).unwrap_or(true);
        let Some(id) =
            act.record.as_deref().filter(|_| act.register == DIRECTORY && act.action == CHOOSE && active)
        else {
            return Ok(());
        };
        let today = self.today();
        let now = self.directory();
        let mut then = (*now).clone();
        then.apply(&Event {
            action: act.action.clone(),
            by: act.by.clone(),
            cause: None,
            fields: act.fields.clone(),
            id: String::new(),
            on: act.on.unwrap_or(today),
            personal: Default::default(),
            record: id.to_owned(),
            register: act.register.clone(),
            schema: None,
            seq: u64::MAX,
            dead: false,
        });
        let host = self.host();
        let config = host.config();
        // What the operator's configuration chooses acts whatever the log says.
        let by_log: BTreeSet<String> = now.rule_sets(today).into_iter().collect();
        let configured: BTreeSet<String> = config.chosen.difference(&by_log).cloned().collect();
        let mut chosen = configured.clone();
        chosen.extend(then.rule_sets(today));
        let mut terms = then.rule_set_terms();
        terms.retain(|id, _| !configured.contains(id));
        host.choosing(&chosen, &terms).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            KernelError::refused(format!("\"{id}\" can't be chosen: {}", faults.join("; "))).into()
        })
    }
}
