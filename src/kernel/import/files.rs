//! The files that the rows of an import name: those that came with it, and those that are there already.

use crate::{
    action::{Act, ActError, ActionTx, uploads},
    attachment::{Attachment, Upload},
};
use registrar_domain::{
    register::{FieldDef, FieldType, schema::FieldProblem},
    reserved::{FIELDS, OPENING},
};
use registrar_sdk::Value;
use std::collections::BTreeMap;

/// The action with the files that its row names: those that came with it are checked like any other and kept.
pub(super) fn bring(
    work: &mut ActionTx<'_>,
    act: Act,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Act, ActError> {
    let register = work.plan.registers.find(&act.register)?.clone();
    let mut act = act;
    let opened = act.action == OPENING;
    let fields = match act.fields.get_mut(FIELDS) {
        Some(Value::Map(fields)) if opened => fields,
        _ => &mut act.fields,
    };
    let mut bringing = FilesOfRow { work, files, opened, problems: Vec::new(), uploads: Vec::new() };
    for (name, value) in fields.iter_mut() {
        let action = if opened { "" } else { act.action.as_str() };
        let Some(field) = register.field_of(action, name).filter(|field| field.ty == FieldType::File) else {
            continue;
        };
        match value {
            Value::List(items) => {
                items.iter_mut().try_for_each(|item| bringing.bring(name, field, item))?;
                items.retain(|item| !item.is_nil());
            }
            one => bringing.bring(name, field, one)?,
        }
    }
    let FilesOfRow { problems, uploads, .. } = bringing;
    act.files.extend(uploads);
    if problems.is_empty() {
        return Ok(act);
    }
    Err(ActError::Schema { register: act.register.clone(), action: act.action.clone(), problems })
}

/// A row whose files are being brought in.
struct FilesOfRow<'a, 'tx> {
    work: &'a mut ActionTx<'tx>,
    files: &'a BTreeMap<String, Vec<u8>>,
    opened: bool,
    problems: Vec<FieldProblem>,
    uploads: Vec<Upload>,
}

impl FilesOfRow<'_, '_> {
    /// Puts the file that a value names in its place.
    fn bring(&mut self, field_name: &str, field: &FieldDef, said: &mut Value) -> Result<(), ActError> {
        let Some(text) = said.as_str().filter(|text| !text.is_empty()).map(str::to_owned) else {
            return Ok(());
        };
        let named = Attachment::read(said);
        let came = match &named {
            Some(file) => self.files.iter().find(|(name, _)| name.split('.').next() == Some(&file.hash)),
            None => self.files.get_key_value(&text),
        };
        let known =
            named.as_ref().map(|file| self.work.tx.has_file(&file.hash)).transpose()?.unwrap_or(false);
        let Some((_, bytes)) = came else {
            if !known {
                let shown = named.map_or(text, |file| file.name);
                let why =
                    format!("the file \"{shown}\" did not come with it; put it into the folder of --files");
                self.problem(field_name, format!("附件“{shown}”没有一起带来"), why);
            }
            return Ok(());
        };
        let called = named.as_ref().map_or(text.as_str(), |file| &file.name);
        let is_named = |file: &Attachment| blake3::hash(bytes).to_hex().as_str() == file.hash;
        if !self.opened && named.as_ref().is_none_or(is_named) {
            // Sent with the action, like any other: it checks them.
            let (field, name) = (field_name.to_owned(), called.to_owned());
            self.uploads.push(Upload { field, name, bytes: bytes.clone() });
            *said = Value::Nil;
            return Ok(());
        }
        match uploads::keep(self.work, field, called, bytes)? {
            Ok(kept) if named.as_ref().is_some_and(|file| file.hash != kept.hash) => {
                let why = format!("the file \"{called}\" that came with it is not what its name says");
                self.problem(field_name, format!("附件“{called}”的内容与其名称不符"), why);
            }
            Ok(kept) => *said = kept.to_value(),
            Err(wrong) => self.problem(field_name, wrong.zh, wrong.en),
        }
        Ok(())
    }

    fn problem(&mut self, field: &str, zh: String, text: String) {
        self.problems.push(FieldProblem { field: field.to_owned(), text, zh });
    }
}
