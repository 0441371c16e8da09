//! Records that a form names, by what people call them.

use super::ActionTarget;
use crate::{
    field::{FieldNames, chosen, filled},
    form::FormFields,
    page_error::PageError,
    state::Web,
    visitor::Member,
};
use registrar_domain::{Lang, register::FieldType};
use registrar_kernel::{OfficeView, queries::record_link::LinkTarget};
use registrar_sdk::{Map, Value};
use std::collections::BTreeMap;

/// A field of records, and what was sent for it.
struct NamedRecords {
    field: String,
    /// The register that they are of.
    of: String,
    many: bool,
    /// Those that were chosen, by their ids.
    ids: Vec<String>,
    /// What the record had.
    had: Vec<String>,
}

/// Puts records in the place of what people call them; gives what names none, or several, by field.
pub(super) async fn look_up(
    web: &Web,
    member: &Member,
    asked: &ActionTarget<'_>,
    sent: &FormFields,
    mut fields: Map,
) -> Result<(Map, BTreeMap<String, String>), PageError> {
    let mut wanted = Vec::new();
    for (name, field) in asked.offered() {
        if let (FieldType::Record, Some(of)) = (field.ty, field.of.first()) {
            let ids = sent.all(&chosen(name)).map(str::to_owned).collect();
            let had = asked.record.and_then(|record| record.fields.get(name)).map(filled).unwrap_or_default();
            wanted.push(NamedRecords { field: name.to_owned(), of: of.clone(), many: field.many, ids, had });
        }
    }
    if wanted.is_empty() {
        return Ok((fields, BTreeMap::new()));
    }
    let lang = member.visitor.lang;
    let unseen = FieldNames::of(&member.visitor, &member.visitor.served.office.directory()).unseen();
    member
        .look(web, move |view| {
            let mut wrong = BTreeMap::new();
            for named in wanted {
                let said = fields.get(named.field.as_str()).map(filled).unwrap_or_default();
                let mut found: Vec<Value> = named.ids.iter().map(Value::text).collect();
                for said in &said {
                    // Who may not see what was there may leave it.
                    if said == unseen && !named.had.is_empty() {
                        found.extend(named.had.iter().map(Value::text));
                        continue;
                    }
                    match one(view, &named, said, lang)? {
                        Ok(id) => found.push(Value::from(id)),
                        Err(why) => drop(wrong.insert(named.field.clone(), why)),
                    }
                }
                if said.is_empty() && named.ids.is_empty() {
                    continue;
                }
                let value = match (named.many, found.pop()) {
                    (false, last) => last.unwrap_or_default(),
                    (true, None) => Value::Nil,
                    (true, Some(last)) => {
                        found.push(last);
                        Value::List(found)
                    }
                };
                match filled(&value) == named.had {
                    // As it was.
                    true => drop(fields.remove(named.field.as_str())),
                    false => drop(fields.insert(named.field.as_str().into(), value)),
                }
            }
            fields.retain(|_, value| !value.is_nil());
            Ok((fields, wrong))
        })
        .await
}

/// The id of the record that is meant, or why none is.
fn one(
    view: OfficeView<'_>,
    named: &NamedRecords,
    said: &str,
    lang: Lang,
) -> Result<Result<String, String>, PageError> {
    Ok(match view.called(&named.of, said, &named.had)? {
        LinkTarget::One(id) => Ok(id),
        LinkTarget::None => Err(lang
            .of("没有编号或名称是“{}”的记录", "There is no record with the number or name \"{}\"")
            .replace("{}", said)),
        LinkTarget::Several(which) => Err(lang
            .of(
                "有多条记录叫“{}”，请填写编号：{w}",
                "Several records are called \"{}\"; write the number: {w}",
            )
            .replace("{}", said)
            .replace("{w}", &which.join(lang.of("；", "; ")))),
    })
}
