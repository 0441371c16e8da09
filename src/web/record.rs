//! One record: its fields, what happened to it, and what its reader may do.

use crate::{
    assets::as_file,
    field::{FieldNames, in_order},
    fragments::{badge, numbered, staged},
    language::day,
    layout::page,
    page_error::PageError,
    panels,
    record_actions::possible,
    state::Web,
    url::encode,
    visitor::Member,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use registrar_domain::{Event, Record, Register, register::FieldType};
use registrar_kernel::attachment::Attachment;
use std::{collections::HashMap, sync::Arc};

/// Deadlines of a record that are shown.
const DUE: usize = 20;

/// A record that this person may see.
///
/// # Errors
/// It is not there, or not for them: which of the two is not told.
pub async fn seen(
    web: &Web,
    member: &Member,
    names: &HashMap<String, String>,
) -> Result<(Arc<Register>, Record), PageError> {
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let id = names.get("record").ok_or(PageError::Absent)?.clone();
    let (office, of) = (member.visitor.served.office.clone(), register.id.clone());
    let record = web.work(move || Ok(office.record(&of, &id)?)).await?;
    if !member.who.principal.may_see(&register, &record) {
        let _ = member.denied(&format!("{} {}", register.id, record.id));
        return Err(PageError::Absent);
    }
    Ok((register, record))
}

/// A record that this person may look at: one that they may see, or that a record of theirs names. `true`: the
/// former, with all that happened to it.
async fn looked_at(
    web: &Web,
    member: &Member,
    names: &HashMap<String, String>,
) -> Result<(Arc<Register>, Record, bool), PageError> {
    let registers = member.visitor.served.office.registers();
    let register =
        names.get("register").and_then(|id| registers.by_id.get(id)).ok_or(PageError::Absent)?.clone();
    let id = names.get("record").ok_or(PageError::Absent)?.clone();
    let (office, principal, of) =
        (member.visitor.served.office.clone(), member.who.principal.clone(), register.clone());
    // Who sees nothing of the register is told so, whatever there is in it.
    let opens = principal.may_open(&register).is_some();
    let looked = web.work(move || {
        let record = office.record(&of.id, &id)?;
        let sees = office.sees(&principal, &*office.read()?, &of, &record)?;
        Ok((record, sees))
    });
    let (record, sees) = match looked.await {
        Ok((record, true)) => (record, true),
        _ if !opens => return Err(member.denied(&format!("`{}`", register.id))),
        looked => looked?,
    };
    if !sees {
        let _ = member.denied(&format!("{} {}", register.id, record.id));
        return Err(PageError::Absent);
    }
    let own = member.who.principal.may_see(&register, &record);
    Ok((register, record, own))
}

/// What a record is called: by the field that its register names it with, else by its id.
pub fn name_of<'r>(register: &Register, record: &'r Record) -> &'r str {
    record.name(register)
}

/// A file of a record, to be kept and not shown: whatever is in it, the browser runs nothing of it.
pub async fn file(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let (register, record, _) = looked_at(&web, &member, &names).await?;
    let hash = names.get("hash").ok_or(PageError::Absent)?.clone();
    let (office, principal) = (member.visitor.served.office.clone(), member.who.principal.clone());
    let (of, id) = (register.id.clone(), record.id.clone());
    let (attachment, bytes) = web.work(move || Ok(office.file_seen(&principal, &of, &id, &hash)?)).await?;
    Ok(as_file(&attachment.name, attachment.mime(), bytes))
}

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let (register, record, own_to_see) = looked_at(&web, &member, &names).await?;
    let visitor = &member.visitor;
    let (office, of, id) = (visitor.served.office.clone(), register.id.clone(), record.id.clone());
    let principal = member.who.principal.clone();
    let own = (register.id.clone(), record.id.clone());
    let looked_at = record.clone();
    let (events, due, shown_panels) = web
        .work(move || {
            // What others said to it is not shown to who is only told what it is about.
            let events = if own_to_see { office.read()?.events_of(&of, &id)? } else { Vec::new() };
            Ok((
                events,
                office.due_seen(&principal, Some(own), |_| true, DUE)?,
                office.panels_of("record", &principal, Some(&looked_at))?,
            ))
        })
        .await?;
    let today = visitor.served.office.today();
    let directory = visitor.served.office.directory();
    let shown = FieldNames { seeing: Some(&member), ..FieldNames::of(visitor, &directory) };
    let name = name_of(&register, &record);
    let actions = possible(&member, &register, &record);
    let asks_similar = !visitor.served.office.host().generation().handlers("record.similar").is_empty();
    Ok(page(
        &member,
        name,
        html! {
            p class="crumbs" { a href=(visitor.served.register(&register.id)) { (visitor.title(&register.title)) } }
            h1 { (name) }
            p { (staged(visitor, &register, &record)) " " span class="quiet" { (numbered(&record)) } }
            @if !due.is_empty() { p { @for one in &due { (badge(visitor, one, today)) " " } } }
            (panels::show(visitor, &shown_panels))
            @if !actions.is_empty() {
                div class="actions" {
                    @for (action, of) in &actions {
                        a class="button" href=(format!("{}/{}", visitor.served.record(&register.id, &record.id), encode(action))) { (visitor.title(&of.title)) }
                    }
                }
            }
            dl class="fields" {
                @for (name, field) in in_order(&register.fields) {
                    @if let Some(value) = record.fields.get(name) {
                        dt { (visitor.title(&field.label)) }
                        dd class="text" {
                            @match (field.ty, field.of.first()) {
                                (FieldType::Record, Some(of)) => @for id in value.items().iter().filter_map(|id| id.as_str()) {
                                    @match shown.record(of, id) {
                                        Some(name) => div { a href=(visitor.served.record(of, id)) { (name) } },
                                        None => div class="quiet" { (shown.unseen()) },
                                    }
                                },
                                (FieldType::File, _) => @for file in value.items().iter() {
                                    @match Attachment::read(file) {
                                        Some(one) => div { a href=(format!("{}/file/{}", visitor.served.record(&register.id, &record.id), one.hash)) download { (one.name) } },
                                        None => div { (shown.show(field, file)) },
                                    }
                                },
                                _ => (shown.show(field, value)),
                            }
                        }
                    }
                }
            }
            @if asks_similar && own_to_see {
                p { a href=(format!("{}/similar", visitor.served.record(&register.id, &record.id))) { (visitor.say("查找相似的记录", "Look for similar records")) } }
            }
            @if own_to_see {
                h2 { (visitor.say("经过", "History")) }
                ol class="timeline" { @for event in &events { (line(&member, &register, event, &shown)) } }
            } @else {
                p class="quiet" { (visitor.say("因交办或引用可以查看这条记录。", "Shown because a record of yours names it.")) }
            }
        },
    ))
}

fn line(member: &Member, register: &Register, event: &Event, shown: &FieldNames<'_>) -> Markup {
    let visitor = &member.visitor;
    let action = register.actions.get(&event.action);
    let (title, by) = (shown.action(Some(register), event), shown.who(event));
    html! {
        li class=[event.dead.then_some("dead")] {
            time datetime=(event.on) { (day(visitor.lang, event.on)) } " " strong { (title) } " " span class="quiet" { (by) }
            @if event.dead { " " span class="quiet" { (visitor.say("（已撤销）", "(void)")) } }
            @for (name, value) in &event.fields {
                @if let Some(field) = action.and_then(|action| action.form.get(&**name)) {
                    div class="quiet text" { (visitor.title(&field.label)) "：" (shown.show(field, value)) }
                }
            }
        }
    }
}
