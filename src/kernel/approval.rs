//! Who must approve changed rules before an office counts by them, and what was approved: said by
//! events of the register `$office`, and by nothing else.

use crate::{
    decision,
    storage::{ReadTx, Stored},
};
use std::collections::BTreeSet;

/// Names the role that approves, in the field `role`; without one nobody needs to.
pub const APPROVE_BY: &str = "approve-by";
/// Approves the rules whose hash is the record.
pub const APPROVE: &str = "approve";
/// Tells that the ledger counts by the rules whose hash is the record.
pub const TAKEN: &str = "rules-taken";
/// Pins the plugin that is the record to a kept version.
pub const ROLLBACK: &str = "rollback";
/// Lets a pinned plugin go.
pub const UNPIN: &str = "unpin";
/// The record of the office's decisions about its rules as a whole.
pub const RULES: &str = "rules";

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
