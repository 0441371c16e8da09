//! What the directory is told is looked at before it is taken: roles that mean something, units that are there.

use super::{ActError, ActionTx, Reason};
use crate::access::EVERYWHERE;
use registrar_domain::{Event, Register, register::schema::FieldProblem, reserved::DIRECTORY};
use registrar_sdk::{BilingualText, Value, suggest::nearest};
use std::collections::BTreeSet;

/// What an entry of a person's roles may say.
const OF_A_ROLE: [&str; 4] = ["role", "unit", "from", "to"];

impl ActionTx<'_> {
    /// Checks what an event of the directory names.
    ///
    /// # Errors
    /// A unit that is its own parent, a role that can't be read: one with a slip in it would be of the whole office.
    pub fn check_directory(&mut self, register: &Register, event: &Event) -> Result<(), ActError> {
        if register.id != DIRECTORY {
            return Ok(());
        }
        let mut problems = self.own_ancestor(event).into_iter().collect::<Vec<_>>();
        let roles = event.fields.get("roles").map_or(&[][..], Value::items);
        for (at, role) in roles.iter().enumerate() {
            problems.extend(wrong_role(at + 1, role));
        }
        if !problems.is_empty() {
            return Err(ActError::Schema {
                register: register.id.clone(),
                action: event.action.clone(),
                problems,
            });
        }
        let of = |name: &str| event.fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let units = [("parent", of("parent")), ("unit", of("unit"))].into_iter();
        let of_roles = roles.iter().map(|role| ("roles", role.get("unit").as_str().map(str::to_owned)));
        let named: BTreeSet<(&str, String)> =
            units.chain(of_roles).filter_map(|(field, unit)| Some((field, unit?))).collect();
        for (field, unit) in named {
            if !unit.is_empty()
                && unit != EVERYWHERE
                && unit != event.record
                && !self.directory.knows_unit(&unit)
            {
                let hint = nearest(&unit, self.directory.unit_ids());
                self.warnings.push(Reason::warning(BilingualText::new(
                    format!("`{field}`: 通讯录中还没有单位“{unit}”"),
                    format!("`{field}`: there is no unit \"{unit}\" yet{hint}"),
                )));
            }
        }
        self.warn_of_roles(roles);
        Ok(())
    }

    /// A unit above which it is itself.
    fn own_ancestor(&self, event: &Event) -> Option<FieldProblem> {
        let mut above = event.fields.get("parent").and_then(Value::as_str)?.to_owned();
        let mut seen = BTreeSet::new();
        while seen.insert(above.clone()) {
            if above == event.record {
                return Some(FieldProblem {
                    field: "parent".to_owned(),
                    text: format!("the unit \"{above}\" would be above itself; name another"),
                    zh: format!("单位“{above}”不能隶属于自己"),
                });
            }
            above = self.directory.unit(&above, event.on)?.parent?;
        }
        None
    }

    /// Warns of roles that no action names, where one is called nearly so: others may be named by settings.
    fn warn_of_roles(&mut self, roles: &[Value]) {
        let registers = self.plan.registers.by_id.values();
        let known: BTreeSet<String> = registers
            .flat_map(|register| register.actions.values())
            .flat_map(|action| action.by.clone())
            .collect();
        for role in roles.iter().filter_map(|role| role.as_str().or_else(|| role.get("role").as_str())) {
            let hint = nearest(role, known.iter().map(String::as_str));
            if !known.contains(role) && !hint.is_empty() {
                self.warnings.push(Reason::warning(BilingualText::new(
                    format!("`roles`: 没有操作用到角色“{role}”"),
                    format!("`roles`: no action is for the role \"{role}\"{hint}"),
                )));
            }
        }
    }
}

fn wrong_role(at: usize, role: &Value) -> Option<FieldProblem> {
    let wrong = |en: String, zh: String| {
        let (text, zh) = (format!("entry {at}: {en}"), format!("第 {at} 项：{zh}"));
        Some(FieldProblem { field: "roles".to_owned(), text, zh })
    };
    if role.as_str().is_some_and(|role| !role.trim().is_empty()) {
        return None;
    }
    let Some(said) = role.as_map() else {
        return wrong(
            format!(
                "got {}; expected a role, or {{\"role\":…, \"unit\":…, \"from\":…, \"to\":…}}",
                role.kind()
            ),
            "应为角色名称，或 {\"role\":…, \"unit\":…, \"from\":…, \"to\":…}".to_owned(),
        );
    };
    if role.get("role").as_str().is_none_or(|role| role.trim().is_empty()) {
        return wrong("it names no `role`".to_owned(), "没有写明角色 role".to_owned());
    }
    if let Some(name) = said.keys().find(|name| !OF_A_ROLE.contains(&&***name)) {
        let hint = nearest(name, OF_A_ROLE);
        return wrong(
            format!("a role has no `{name}`{hint} (it has {})", OF_A_ROLE.join(", ")),
            format!("角色没有“{name}”一项（有 {}）", OF_A_ROLE.join("、")),
        );
    }
    for name in ["from", "to"] {
        let value = role.get(name);
        let is_day = value.as_str().is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok());
        if !value.is_absent() && !is_day {
            return wrong(
                format!("`{name}` is {value}; expected a date like 2023-02-14"),
                format!("{name} 应为日期，例如 2023-02-14"),
            );
        }
    }
    if !role.get("unit").is_absent() && role.get("unit").as_str().is_none_or(str::is_empty) {
        return wrong("`unit` is no unit's id".to_owned(), "unit 应为单位的编号".to_owned());
    }
    None
}
