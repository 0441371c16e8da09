//! Who must approve changed rules before an office counts by them, and what was approved: said by
//! events of the register `$office`, and by nothing else.

use crate::office::decision;
use registrar_domain::{
    ReadTx, Stored,
    reserved::{APPROVE, APPROVE_BY, TAKEN},
};
use std::collections::BTreeSet;

/// Who must approve changed rules, and what is approved at present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    /// The role that approves; `None`: rules count as soon as they serve.
    pub role: Option<String>,
    /// Hashes of rules approved since rules were last taken, with who approved them.
    approved: BTreeSet<(String, String)>,
}

impl Approval {
    /// As an office's log says it.
    ///
    /// # Errors
    /// The store failed.
    pub fn of(log: &dyn ReadTx) -> Stored<Approval> {
        let mut approval = Approval::default();
        decision::each(log, |event| match event.action.as_str() {
            APPROVE_BY => approval.role = decision::named(event),
            APPROVE => drop(approval.approved.insert((event.record.clone(), event.by.to_string()))),
            // An approval is used up: rules that come back later are looked at again.
            TAKEN => approval.approved.clear(),
            _ => {}
        })?;
        Ok(approval)
    }

    /// Whether rules may count.
    pub fn lets(&self, rules: &str) -> bool {
        self.role.is_none() || self.by(rules).is_some()
    }

    /// Who approved rules.
    pub fn by(&self, rules: &str) -> Option<&str> {
        self.approved.iter().find(|(hash, _)| hash == rules).map(|(_, by)| by.as_str())
    }
}
