//! A record beside those that resemble it, with what they share marked on both sides.

use crate::{
    field::{FieldNames, in_order},
    layout::page,
    page_error::PageError,
    record::{name_of, seen},
    state::Web,
    visitor::Member,
};
use axum::extract::{Path, State};
use maud::{Markup, html};
use registrar_domain::{Record, Register, register::FieldType};
use registrar_kernel::queries::similar::SimilarRecord;
use registrar_sdk::Value;
use std::{collections::HashMap, sync::Arc};

/// Records that are shown beside one.
const MOST: usize = 10;

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let (register, record) = seen(&web, &member, &names).await?;
    let visitor = &member.visitor;
    let (of, id) = (register.id.clone(), record.id.clone());
    let (found, skipped) = member
        .look(&web, move |view| {
            let found = view.similar(&of, &id)?;
            let registers = view.office().registers();
            let with = |one: SimilarRecord| {
                let register = registers.by_id.get(&one.register)?.clone();
                let record = view.record(&one.register, &one.record).ok()?;
                Some((one, register, record))
            };
            Ok((found.similar.into_iter().take(MOST).filter_map(with).collect::<Vec<_>>(), found.skipped))
        })
        .await?;
    let directory = visitor.served.office.directory();
    let shown = FieldNames::of(visitor, &directory);
    let title = visitor.say("相似的记录", "Similar records");
    let side = |register: &Arc<Register>, record: &Record, one: &SimilarRecord, which: &str| {
        html! {
            div class="side" {
                h3 { a href=(visitor.served.record(&register.id, &record.id)) { (name_of(register, record)) } }
                p class="quiet" { (crate::fragments::numbered(record)) " " (crate::fragments::staged(visitor, register, record)) }
                @for (name, field) in in_order(&register.fields) {
                    @if let Some(value) = record.fields.get(name) {
                        @let text = shown.show(field, value);
                        @if matches!(field.ty, FieldType::Text | FieldType::LongText) && !field.many {
                            p class="text" { span class="quiet" { (visitor.title(&field.label)) "：" } (marked(&text, name, &one.passages, which)) }
                        } @else if field.ty == FieldType::Unit { p { span class="quiet" { (visitor.title(&field.label)) "：" } (text) } }
                    }
                }
            }
        }
    };
    Ok(page(
        &member,
        title,
        html! {
            p class="crumbs" { a href=(visitor.served.record(&register.id, &record.id)) { (name_of(&register, &record)) } }
            h1 { (title) }
            @for fault in &skipped { p class="caution" { (fault.plugin) "：" (visitor.say("暂时无法查找。", "can't look now.")) } }
            @if found.is_empty() { p class="empty" { (visitor.say("没有相似的记录。", "No record resembles it.")) } }
            @for (one, other, there) in &found {
                section {
                    h2 { (visitor.say("相似度 ", "Alike ")) (format!("{:.0}%", one.score * 100.0)) }
                    div class="sides" { (side(&register, &record, one, "here")) (side(other, there, one, "there")) }
                }
            }
        },
    ))
}

/// A text with the stretches marked that the passages name in this field; positions are characters from 1.
fn marked(text: &str, field: &str, passages: &Value, which: &str) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let mut is_shared = vec![false; chars.len()];
    for passage in passages.as_list().unwrap_or_default() {
        let place = passage.get(which);
        if place.get("field").as_str() != Some(field) {
            continue;
        }
        let at = |key: &str| place.get(key).as_int().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let (from, to) = (at("from").saturating_sub(1), at("to").min(chars.len()));
        if from < to {
            is_shared[from..to].fill(true);
        }
    }
    let mut stretches: Vec<(bool, String)> = Vec::new();
    for (c, shared) in chars.into_iter().zip(is_shared) {
        match stretches.last_mut() {
            Some((known, stretch)) if *known == shared => stretch.push(c),
            _ => stretches.push((shared, c.to_string())),
        }
    }
    html! { @for (shared, stretch) in &stretches { @if *shared { mark { (stretch) } } @else { (stretch) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_marked_by_characters() {
        let json = r#"[{"here":{"field":"body","from":2,"to":3},"there":{"field":"body","from":1,"to":99}}]"#;
        let passages = Value::from_json(serde_json::from_str(json).unwrap());
        assert_eq!(marked("河道<治理", "body", &passages, "here").into_string(), "河<mark>道&lt;</mark>治理");
        assert_eq!(marked("河道", "body", &passages, "there").into_string(), "<mark>河道</mark>");
        assert_eq!(marked("河道", "title", &passages, "here").into_string(), "河道");
    }
}
