//! The files that the rows of an import name: those that came with it, and those that are there already.

use crate::{
    action::{Act, ActError, ActionTx, uploads},
    attachment::{Attachment, Upload},
};
use registrar_domain::{
    register::{FieldType, schema::FieldProblem},
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
    let (mut problems, mut uploads) = (Vec::new(), Vec::new());
    let fields = match act.fields.get_mut(FIELDS) {
        Some(Value::Map(fields)) if opened => fields,
        _ => &mut act.fields,
    };
    for (name, value) in fields.iter_mut() {
        let action = if opened { "" } else { act.action.as_str() };
        let Some(field) = register.field_of(action, name).filter(|field| field.ty == FieldType::File) else {
            continue;
        };
        let mut bring = |said: &mut Value| -> Result<(), ActError> {
            let Some(text) = said.as_str().filter(|text| !text.is_empty()).map(str::to_owned) else {
                return Ok(());
            };
            let named = Attachment::read(said);
            let came = match &named {
                Some(file) => files.iter().find(|(name, _)| name.split('.').next() == Some(&file.hash)),
                None => files.get_key_value(&text),
            };
            let known = named.as_ref().map(|file| work.tx.has_file(&file.hash)).transpose()?.unwrap_or(false);
            let Some((_, bytes)) = came else {
                if !known {
                    let shown = named.map_or(text, |file| file.name);
                    problems.push(FieldProblem {
                        field: name.to_string(),
                        text: format!(
                            "the file \"{shown}\" did not come with it; put it into the folder of --files"
                        ),
                        zh: format!("附件“{shown}”没有一起带来"),
                    });
                }
                return Ok(());
            };
            let called = named.as_ref().map_or(text.as_str(), |file| &file.name);
            if !opened && named.as_ref().is_none_or(|file| blake3::hash(bytes).to_hex().as_str() == file.hash)
            {
                // Sent with the action, like any other: it checks them.
                let (field, name) = (name.to_string(), called.to_owned());
                uploads.push(Upload { field, name, bytes: bytes.clone() });
                *said = Value::Nil;
                return Ok(());
            }
            match uploads::keep(work, field, called, bytes)? {
                Ok(kept) if named.as_ref().is_some_and(|file| file.hash != kept.hash) => {
                    problems.push(FieldProblem {
                        field: name.to_string(),
                        text: format!("the file \"{called}\" that came with it is not what its name says"),
                        zh: format!("附件“{called}”的内容与其名称不符"),
                    })
                }
                Ok(kept) => *said = kept.to_value(),
                Err(wrong) => {
                    problems.push(FieldProblem { field: name.to_string(), text: wrong.en, zh: wrong.zh });
                }
            }
            Ok(())
        };
        match value {
            Value::List(items) => {
                items.iter_mut().try_for_each(&mut bring)?;
                items.retain(|item| !item.is_nil());
            }
            one => bring(one)?,
        }
    }
    act.files.extend(uploads);
    if problems.is_empty() {
        return Ok(act);
    }
    Err(ActError::Schema { register: act.register.clone(), action: act.action.clone(), problems })
}
