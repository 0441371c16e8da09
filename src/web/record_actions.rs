//! Which actions somebody may take on a record.

use crate::visitor::Member;
use registrar_domain::{Record, Register, register::ActionDef};

/// The actions that this person may take on a record as it stands.
pub fn possible<'r>(
    member: &Member,
    register: &'r Register,
    record: &Record,
) -> Vec<(&'r str, &'r ActionDef)> {
    let fits = |name: &str, action: &ActionDef| {
        let within = member.who.principal.may_act(register, name, action);
        action.from.as_ref().is_none_or(|from| from.contains(&record.stage))
            && within.is_ok_and(|reach| reach.covers(register, &record.fields).is_ok())
    };
    allowed(member, register).filter(|(name, action)| fits(name, action)).collect()
}

/// The actions that this person may take on some record of a register.
pub fn allowed<'r>(
    member: &Member,
    register: &'r Register,
) -> impl Iterator<Item = (&'r str, &'r ActionDef)> {
    let principal = member.who.principal.clone();
    register
        .actions
        .iter()
        .filter(move |(name, action)| principal.may_act(register, name, action).is_ok())
        .map(|(name, action)| (name.as_str(), action))
}
