//! Files that come with actions, and files that they name.

use crate::{
    access::Principal,
    action::{Act, ActError, ActionTx},
    attachment::{Attachment, Upload, check},
    error::KernelError,
};
use registrar_domain::{
    BilingualText, Record, Register,
    register::{FieldDef, FieldType, schema::FieldProblem},
    storage::RecordQuery,
};
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeSet;

/// Keeps a file that came for a field, if it may be there.
///
/// # Errors
/// The store; in the answer, why the field does not take it.
pub(crate) fn keep(
    work: &mut ActionTx<'_>,
    field: &FieldDef,
    name: &str,
    bytes: &[u8],
) -> Result<Result<Attachment, BilingualText>, ActError> {
    let upload = Upload { field: String::new(), name: name.to_owned(), bytes: bytes.to_vec() };
    let name = match check(field, &upload) {
        Ok(name) => name,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let hash = upload.hash();
    work.tx.put_file(&hash, &upload.bytes)?;
    Ok(Ok(Attachment { hash, name }))
}

impl ActionTx<'_> {
    /// Keeps the files that come with an action, and gives its fields with them. A field that holds one
    /// has the new one in its place; one that holds several has the new ones after those that are sent.
    pub(crate) fn attach(&mut self, register: &Register, act: &Act) -> Result<Map, ActError> {
        let mut fields = act.fields.clone();
        let mut problems = Vec::new();
        for upload in &act.files {
            let field = register.field_of(&act.action, &upload.field).filter(|f| f.ty == FieldType::File);
            let Some(field) = field else {
                let why = format!("`{}` is no field for files", upload.field);
                return Err(KernelError::refused(why).into());
            };
            match check(field, upload) {
                Err(wrong) => {
                    problems.push(FieldProblem { field: upload.field.clone(), text: wrong.en, zh: wrong.zh })
                }
                Ok(name) => {
                    let hash = upload.hash();
                    self.tx.put_file(&hash, &upload.bytes)?;
                    let value = Attachment { hash, name }.to_value();
                    let key = upload.field.as_str().into();
                    match fields.get_mut(upload.field.as_str()) {
                        Some(Value::List(items)) if field.many => items.push(value),
                        _ if field.many => drop(fields.insert(key, Value::List(vec![value]))),
                        _ => drop(fields.insert(key, value)),
                    }
                }
            }
        }
        if problems.is_empty() {
            return Ok(fields);
        }
        Err(ActError::Schema { register: register.id.clone(), action: act.action.clone(), problems })
    }
}

impl ActionTx<'_> {
    /// A file that is named by its content must be one that came with the action, that the record has or had, or
    /// that who acts may see elsewhere: the hash of another unit's file is no way to it.
    pub(crate) fn only_own_files(
        &self,
        register: &Register,
        act: &Act,
        before: &Record,
        sent: &BTreeSet<String>,
    ) -> Result<(), ActError> {
        let mut problems = Vec::new();
        for (name, value) in &act.fields {
            if register.field_of(&act.action, name).is_none_or(|field| field.ty != FieldType::File) {
                continue;
            }
            for file in value.items().iter().filter_map(Attachment::read) {
                if !sent.contains(&file.hash) && !self.may_name(register, before, &file.hash)? {
                    problems.push(FieldProblem {
                        field: name.to_string(),
                        text: format!("\"{}\" is no file of this record; send the file itself", file.name),
                        zh: format!("“{}”不是这条记录的附件，请上传文件本身", file.name),
                    });
                }
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(ActError::Schema { register: register.id.clone(), action: act.action.clone(), problems })
    }

    fn may_name(&self, register: &Register, record: &Record, hash: &str) -> Result<bool, ActError> {
        // What someone writes into a text names no file, whatever it looks like.
        let has = |of: &Register, action: &str, fields: &Map| {
            let holds =
                |name: &str| of.field_of(action, name).is_some_and(|field| field.ty == FieldType::File);
            let held = fields.iter().filter(|(name, _)| holds(name));
            let mut files = held.flat_map(|(_, value)| value.items()).filter_map(Attachment::read);
            files.any(|file| file.hash == hash)
        };
        if has(register, "", &record.fields) {
            return Ok(true);
        }
        match &self.principal {
            Principal::Operator => return Ok(self.tx.has_file(hash)?),
            // A plugin may pass on what it may read; it can't be asked to by a person, whose words it only has.
            Principal::Person(person) if person.id.starts_with("plugin:") => {
                for other in self.plan.registers.by_id.values() {
                    let query = RecordQuery { register: other.id.clone(), ..RecordQuery::default() };
                    let seen = self.tx.records(&query)?;
                    if seen
                        .iter()
                        .any(|one| has(other, "", &one.fields) && self.principal.may_see(other, one))
                    {
                        return Ok(true);
                    }
                }
            }
            Principal::Person(_) => {}
        }
        // One that it had before may come back.
        let events = match record.id.as_str() {
            "" => Vec::new(),
            id => self.tx.events_of(&register.id, id)?,
        };
        Ok(events.iter().any(|event| has(register, &event.action, event.record_fields())))
    }
}
