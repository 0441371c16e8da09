//! Decisions that the kernel's own registers record, and the role that an office gives to each: said by
//! events of the register `$office`. Without one the operator alone decides, but for what comes with
//! looking after the plugins.

use crate::{
    access::ADMIN,
    error::KernelError,
    office::{Office, PAGE},
};
use registrar_domain::{
    Event, ReadTx, Stored,
    reserved::{
        APPROVE, APPROVE_BY, BYPASS, CLOSE, CLOSE_BY, DECIDE, DECIDE_BY, OFFICE, OPEN, OUTLET, PERIOD,
        PUBLISH, PUBLISH_BY, REOPEN, REOPEN_BY, ROLLBACK, UNPIN,
    },
};

/// Who gives a role to each decision: its register, its action, the office's event that names the role.
const DECISIONS: [(&str, &str, &str); 7] = [
    (OFFICE, APPROVE, APPROVE_BY),
    (OFFICE, ROLLBACK, APPROVE_BY),
    (OFFICE, UNPIN, APPROVE_BY),
    (PERIOD, CLOSE, CLOSE_BY),
    (PERIOD, REOPEN, REOPEN_BY),
    (PERIOD, DECIDE, DECIDE_BY),
    (OUTLET, PUBLISH, PUBLISH_BY),
];

/// Every live event of the office's own register, in the order of the log.
///
/// # Errors
/// The store failed.
pub(crate) fn each(log: &dyn ReadTx, mut take: impl FnMut(&Event)) -> Stored<()> {
    let mut after = 0;
    loop {
        let events = log.events_in(OFFICE, after, PAGE)?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.seq;
        events.iter().filter(|event| !event.dead).for_each(&mut take);
    }
}

/// The role that an event of the office names, if it names one.
pub(crate) fn named(event: &Event) -> Option<String> {
    let role = event.fields.get("role").and_then(|role| role.as_str());
    role.filter(|role| !role.is_empty()).map(str::to_owned)
}

/// The role that the office's last live event of this action names; `None`: the operator alone.
///
/// # Errors
/// The store failed.
pub(crate) fn role(log: &dyn ReadTx, named_by: &str) -> Stored<Option<String>> {
    let mut role = None;
    each(log, |event| {
        if event.action == named_by {
            role = named(event);
        }
    })?;
    Ok(role)
}

impl Office {
    /// The role that the office gives a decision to, by the action that names it (`decide-by`); `None`: the
    /// operator alone takes it.
    ///
    /// # Errors
    /// The store failed.
    pub fn role_for(&self, named_by: &str) -> Result<Option<String>, KernelError> {
        Ok(role(&*self.read()?, named_by)?)
    }
}

/// The roles that may take a decision; none: the operator alone.
pub(crate) fn who_may(log: &dyn ReadTx, register: &str, action: &str) -> Stored<Vec<String>> {
    if [(OFFICE, BYPASS), (OFFICE, OPEN)].contains(&(register, action)) {
        return Ok(vec![ADMIN.to_owned()]);
    }
    let Some((_, _, named_by)) = DECISIONS.iter().find(|(of, name, _)| *of == register && *name == action)
    else {
        return Ok(Vec::new());
    };
    let named = role(log, named_by)?;
    // Where changed rules need nobody's approval, who looks after the plugins also goes back to earlier
    // ones.
    let looks_after = || [ROLLBACK, UNPIN].contains(&action).then(|| ADMIN.to_owned());
    Ok(named.or_else(looks_after).into_iter().collect())
}
