//! Begins a record as it stands elsewhere: as an earlier program, a table or another office's export has it.
//!
//! What led there is not known here: no guard is heard, and no figure follows.

use super::{Act, ActError, ActionTx};
use crate::{access::Principal, attachment::Attachment, error::KernelError};
use registrar_domain::{
    Record, Register,
    log::NewEvent,
    register::{
        FieldType,
        schema::{FieldProblem, SchemaContext},
    },
    reserved::{FIELDS, NUMBER, OPENING, STAGE},
};
use registrar_sdk::{Value, value::Map};

impl ActionTx<'_> {
    /// Logs the opening of a record, with its stage, its number and its fields, of which only their types are
    /// checked; the operator alone may.
    pub fn open(&mut self, act: &Act) -> Result<Option<Record>, ActError> {
        if !matches!(self.principal, Principal::Operator) {
            return Err(ActError::denied(format!(
                "only the operator may enter records as they stand, not {}",
                act.by
            )));
        }
        let register = self.plan.registers.find(&act.register)?.clone();
        let refused = |why: String| Err(KernelError::refused(why).into());
        let Some(id) = act.record.as_deref().filter(|id| !id.is_empty()) else {
            return refused("a record that is entered as it stands brings its id".to_owned());
        };
        if self.state(&register, id)?.created > 0 {
            return refused(format!("{} {id} is there already", register.id));
        }
        let word = |name: &str| act.fields.get(name).and_then(Value::as_str);
        let stage = word(STAGE).unwrap_or_default();
        if !stage.is_empty() && !register.has_stage(stage) || stage.is_empty() && !register.stages.is_empty()
        {
            let known: Vec<&str> = register.stages.iter().map(|stage| stage.id.as_str()).collect();
            return refused(format!("there is no stage \"{stage}\" (stages: {})", known.join(", ")));
        }
        let fields = act.fields.get(FIELDS).and_then(Value::as_map).cloned().unwrap_or_default();
        let known = SchemaContext { directory: &self.directory, on: None, erased: &[] };
        let checked = register.check_fields(OPENING, fields, &Map::new(), &known);
        let fields = checked.map_err(|problems| self.wrong(&register, problems))?;
        self.files_are_there(&register, &fields)?;
        let mut said = Map::from([(FIELDS.into(), Value::Map(fields))]);
        for name in [STAGE, NUMBER] {
            if let Some(word) = word(name).filter(|word| !word.is_empty()) {
                said.insert(name.into(), Value::text(word));
            }
        }
        let new = NewEvent {
            id: act.id.clone(),
            register: register.id.clone(),
            record: id.to_owned(),
            action: OPENING.to_owned(),
            on: act.on.unwrap_or(self.today),
            by: act.by.clone(),
            fields: said,
            cause: act.cause.clone(),
        };
        let (event, record) = self.enter(&register, new)?;
        self.follow(&register, &event, record.as_ref())?;
        Ok(record)
    }

    fn wrong(&self, register: &Register, problems: Vec<FieldProblem>) -> ActError {
        ActError::Schema { register: register.id.clone(), action: OPENING.to_owned(), problems }
    }

    /// A file that a field names by its content must have come.
    fn files_are_there(&self, register: &Register, fields: &Map) -> Result<(), ActError> {
        let mut problems = Vec::new();
        for (name, value) in fields {
            if register.fields.get(&**name).is_none_or(|field| field.ty != FieldType::File) {
                continue;
            }
            for file in value.items().iter().filter_map(Attachment::read) {
                if !self.tx.has_file(&file.hash)? {
                    problems.push(FieldProblem {
                        field: name.to_string(),
                        text: format!("the file \"{}\" did not come with it; say --files FOLDER", file.name),
                        zh: format!("附件“{}”没有一起带来", file.name),
                    });
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(self.wrong(register, problems)) }
    }
}
