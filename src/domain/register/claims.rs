//! Who says what in the registers, and where two plugins say the same or what they say does not fit.

use crate::register::{
    ActionDef, FieldDef, FieldType, Register,
    definition::{Definition, DefinitionConflict, DefinitionFault, form_field},
};
use registrar_sdk::suggest::nearest;
use std::{collections::BTreeMap, sync::Arc};

/// Definitions on their way into registers: who says what, and what is wrong.
#[derive(Default)]
pub(super) struct DefinitionMerge<'a> {
    pub claims: BTreeMap<String, &'a Definition>,
    pub conflicts: Vec<DefinitionConflict>,
    pub faults: Vec<DefinitionFault>,
}

impl<'a> DefinitionMerge<'a> {
    /// Notes who says something that can be said once. `false` if somebody did: then `message` tells each of
    /// them of the other.
    pub fn claim(
        &mut self,
        claim: String,
        by: &'a Definition,
        message: impl Fn(&Definition) -> String,
    ) -> bool {
        let Some(first) = self.claims.get(&claim).copied() else {
            self.claims.insert(claim, by);
            return true;
        };
        if first.plugin == by.plugin {
            self.faults.push(by.fault(message(first)));
        } else {
            self.clash(claim, (first, message(by)), (by, message(first)));
        }
        false
    }

    /// Two plugins that stand in each other's way, each with what is said of it if it gives way.
    fn clash(&mut self, claim: String, one: (&Definition, String), other: (&Definition, String)) {
        let (one, other) = (one.0.fault(one.1), other.0.fault(other.1));
        match self.conflicts.iter_mut().find(|conflict| conflict.claim == claim) {
            Some(conflict) => conflict.parties.push(other),
            None => self.conflicts.push(DefinitionConflict { claim, parties: vec![one, other] }),
        }
    }

    /// Who claimed something.
    pub fn by(&self, claim: &str) -> Option<&'a Definition> {
        self.claims.get(claim).copied()
    }

    /// The claim under which a field of a form was said: its own, if somebody added it, else that of its action.
    fn of_form(&self, register: &str, action: &str, field: &str) -> String {
        let own = form_field(register, action, field);
        if self.claims.contains_key(&own) { own } else { format!("action {register}.{action}") }
    }

    /// A mistake in what somebody claimed.
    fn wrong(&mut self, claim: &str, register: &Register, message: String) {
        let by = self.by(claim).or_else(|| self.by(&format!("register {}", register.id)));
        self.faults.extend(by.map(|by| by.fault(format!("{}: {message}", register.id))));
    }
}

/// What can only be said once owner and extensions of all registers are together.
pub(super) fn check(
    register: &Register,
    by_id: &BTreeMap<String, Arc<Register>>,
    reading: &mut DefinitionMerge<'_>,
) {
    let id = &register.id;
    let stages: Vec<&str> = register.stages.iter().map(|s| s.id.as_str()).collect();
    for (from, to) in register.moved_to.iter().filter(|(_, to)| !stages.contains(&to.as_str())) {
        let hint = nearest(to, stages.iter().copied());
        let claim = format!("former stage {id}.{from}");
        let what = format!("moved_to leads to the stage \"{to}\", which is not one of its stages{hint}");
        reading.wrong(&claim, register, what);
    }
    check_links(register, by_id, reading);
    for (name, action) in &register.actions {
        check_action(register, name, action, &stages, reading);
    }
}

/// Whether the registers that fields name are there.
fn check_links(
    register: &Register,
    by_id: &BTreeMap<String, Arc<Register>>,
    reading: &mut DefinitionMerge<'_>,
) {
    let id = &register.id;
    let actions = register.actions.iter();
    let asked = actions.flat_map(|(name, a)| a.form.iter().map(move |field| (name, field)));
    let forms: Vec<_> = asked.map(|(name, field)| (reading.of_form(id, name, field.0), field)).collect();
    let own = register.fields.iter().map(|field| (format!("field {id}.{}", field.0), field));
    let links: Vec<(String, String)> = own
        .chain(forms)
        .filter_map(|(claim, (name, field))| {
            let target = field.of.first().filter(|_| field.ty == FieldType::Record)?;
            let hint = nearest(target, by_id.keys().map(String::as_str));
            let what =
                format!("field `{name}` is of the register \"{target}\", which no plugin defines{hint}");
            (!by_id.contains_key(target)).then_some((claim, what))
        })
        .collect();
    links.into_iter().for_each(|(claim, what)| reading.wrong(&claim, register, what));
    let names_nobody = |field: &FieldDef| !field.sees.is_empty() && field.ty != FieldType::Person;
    for (name, _) in register.fields.iter().filter(|(_, field)| names_nobody(field)) {
        let what = format!("field `{name}` says `sees`, but holds no person: nobody is named in it");
        reading.wrong(&format!("field {id}.{name}"), register, what);
    }
}

/// Whether an action leads from stages to stages that are there, and its form to fields.
fn check_action(
    register: &Register,
    name: &str,
    action: &ActionDef,
    stages: &[&str],
    reading: &mut DefinitionMerge<'_>,
) {
    let id = &register.id;
    let claim = format!("action {id}.{name}");
    for stage in action.from.iter().flatten().chain(&action.to) {
        if !stages.contains(&stage.as_str()) {
            let hint = nearest(stage, stages.iter().copied());
            reading.wrong(
                &claim,
                register,
                format!("action `{name}` names the unknown stage \"{stage}\"{hint}"),
            );
        }
    }
    if let Some(field) = &action.gathers {
        let gathering = |f: &FieldDef| f.many && f.ty == FieldType::Record && f.of == [id.clone()];
        if !action.create || !register.fields.get(field).is_some_and(gathering) {
            reading.wrong(&claim, register, format!(
                    "action `{name}` gathers records in `{field}`, which must be a field of many records of \"{id}\", and the action must say create = true"
                ));
        }
    }
    for (field, def) in &action.form {
        let claim = reading.of_form(id, name, field);
        match &def.sets {
            Some(target) if !register.fields.contains_key(target) => {
                let hint = nearest(target, register.fields.keys().map(String::as_str));
                reading.wrong(
                    &claim,
                    register,
                    format!(
                        "action `{name}`: `{field}` sets `{target}`, which is not one of its fields{hint}"
                    ),
                );
            }
            None if register.fields.contains_key(field) => {
                let what = format!(
                    "{id}: `{field}` is a field of the record and of the form of action `{name}`; rename one, or say sets = \"{field}\""
                );
                let other = format!("field {id}.{field}");
                match (reading.by(&claim), reading.by(&other)) {
                    (Some(of_form), Some(of_record)) if of_form.plugin != of_record.plugin => {
                        reading.clash(
                            format!("name {id}.{field}"),
                            (of_form, what.clone()),
                            (of_record, what),
                        );
                    }
                    (Some(of_form), _) => reading.faults.push(of_form.fault(what)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
