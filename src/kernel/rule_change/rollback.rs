//! Goes back to an earlier version of a plugin, and lets it go again: looked at aside, then logged,
//! then done.

use crate::{
    action::{Act, ActError},
    error::KernelError,
    office::Office,
};
use registrar_domain::{
    Actor,
    reserved::{OFFICE, ROLLBACK, UNPIN},
};
use registrar_host::{Fault, ReloadReport, RolledBack};
use registrar_sdk::{Value, value::Map};

impl Office {
    /// Holds a plugin at the kept version whose hash begins so, or at the one before the one that
    /// serves, until it is let go.
    ///
    /// # Errors
    /// There is no such version, it can't go live, or `by` may not.
    pub fn roll_back(&self, plugin: &str, hash: Option<&str>, by: &Actor) -> Result<RolledBack, ActError> {
        let to = self.host().version_called(plugin, hash).map_err(KernelError::refused)?;
        let act = decision(plugin, ROLLBACK, by, &to);
        self.rehearse(&act)?;
        // Before the log: what can't go live is not rolled back to.
        if let Err(faults) = self.host().candidate_with(plugin, &to) {
            return Err(KernelError::refused(format!("version {to} can't go live: {}", join(&faults))).into());
        }
        self.act(act)?;
        Ok(self.host().roll_back(plugin, &to).map_err(KernelError::refused)?)
    }

    /// Lets a pinned plugin go; what lies in its folder goes live if it is good.
    ///
    /// # Errors
    /// It is not pinned, or `by` may not.
    pub fn unpin(&self, plugin: &str, by: &Actor) -> Result<ReloadReport, ActError> {
        let pin = self.host().pinned_to(plugin).map_err(KernelError::refused)?;
        let Some(pin) = pin else {
            let why = format!("\"{plugin}\" is not pinned; what lies in its folder serves");
            return Err(KernelError::refused(why).into());
        };
        self.act(decision(plugin, UNPIN, by, &pin))?;
        Ok(self.host().unpin(plugin).map_err(KernelError::refused)?)
    }
}

fn decision(plugin: &str, action: &str, by: &Actor, hash: &str) -> Act {
    Act {
        register: OFFICE.into(),
        record: Some(plugin.to_owned()),
        action: action.to_owned(),
        by: by.clone(),
        fields: Map::from([("version".into(), Value::text(hash))]),
        ..Act::default()
    }
}

fn join(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
