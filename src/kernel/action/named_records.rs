//! Records that an action names.

use crate::{
    action::{Act, ActError, ActionTx},
    queries::sees,
};
use registrar_domain::{
    Record, Register,
    register::{FieldType, schema::FieldProblem},
};
use registrar_sdk::Value;

impl ActionTx<'_> {
    /// A record that is named must be there, and be seen by who names it: others would see by it what is not theirs.
    pub(crate) fn only_known_records(
        &self,
        register: &Register,
        act: &Act,
        before: &Record,
    ) -> Result<(), ActError> {
        let mut problems = Vec::new();
        for (name, value) in &act.fields {
            let field = register.field_of(&act.action, name).filter(|field| field.ty == FieldType::Record);
            let Some(of) = field.and_then(|field| self.plan.registers.by_id.get(field.of.first()?)) else {
                continue;
            };
            let had = before.fields.get(register.lands_in(&act.action, name)).unwrap_or(&Value::Nil);
            for said in value.items() {
                let Some(id) = said.as_str().filter(|id| !id.is_empty()) else { continue };
                if had.items().contains(said) {
                    continue;
                }
                let there = self.tx.record(&of.id, id)?.map(|record| of.present(record));
                let known = match there {
                    Some(record) => sees(&self.plan.registers, &self.principal, &*self.tx, of, &record)?,
                    None => false,
                };
                if !known {
                    problems.push(FieldProblem {
                        field: name.to_string(),
                        text: format!("there is no record \"{id}\" in {}", of.id),
                        zh: format!("“{}”中没有“{id}”，或者您无权查看", of.title.zh),
                    });
                }
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(ActError::Schema { register: register.id.clone(), action: act.action.clone(), problems })
    }
}
