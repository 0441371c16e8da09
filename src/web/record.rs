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
    record_links,
    state::Web,
    url::encode,
    visitor::{Member, Visitor},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use registrar_domain::{Event, Record, Register, register::FieldType, storage::DeadlineQuery};
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
    let of = register.id.clone();
    let record = member.look(web, move |view| Ok(view.record(&of, &id)?)).await?;
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
    let of = register.id.clone();
    match member.look(web, move |view| Ok(view.linked_record(&of, &id)?)).await {
        Ok((record, own)) => Ok((register, record, own)),
        Err(PageError::Denied(_)) => Err(member.denied(&format!("`{}`", register.id))),
        Err(other) => Err(other),
    }
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
    let (of, id) = (register.id.clone(), record.id.clone());
    let (attachment, bytes) = member.look(&web, move |view| Ok(view.file(&of, &id, &hash)?)).await?;
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
    let (of, id, looked_at) = (register.id.clone(), record.id.clone(), record.clone());
    let (events, due, shown_panels, on_screen, deadlines, referrers) = member
        .look(&web, move |view| {
            // What others said to it is not shown to who is only told what it is about.
            let events = if own_to_see { view.events_of(&of, &id)? } else { Vec::new() };
            let due = view.due(Some((of.clone(), id.clone())), |_| true, DUE)?;
            let query = DeadlineQuery { record: Some((of.clone(), id.clone())), ..DeadlineQuery::default() };
            let deadlines = view.deadlines(&query)?;
            let referrers = view.referrers(&of, &id, record_links::MOST)?;
            let on_screen = own_to_see
                && panels::has_room(&view)
                && !view.panels_of(panels::ROOM, Some(&looked_at))?.panels.is_empty();
            let panels = view.panels_of("record", Some(&looked_at))?;
            Ok((events, due, panels, on_screen, deadlines, referrers))
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
            (fields(visitor, &register, &record, &shown))
            (record_links::deadlines(visitor, &register, &deadlines))
            (record_links::referrers(visitor, &referrers))
            @if on_screen {
                p { a href=(format!("{}/screen", visitor.served.record(&register.id, &record.id))) { (visitor.say("投到大屏", "Show in the room")) } }
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

/// What the record's fields hold.
fn fields(visitor: &Visitor, register: &Register, record: &Record, shown: &FieldNames<'_>) -> Markup {
    let file_at = |hash: &str| format!("{}/file/{hash}", visitor.served.record(&register.id, &record.id));
    html! {
        dl class="fields" {
            // What plugins keep for themselves they show in panels.
            @for (name, field) in in_order(&register.fields).into_iter().filter(|(_, field)| field.ty != FieldType::Map) {
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
                                    Some(one) => div { a href=(file_at(&one.hash)) download { (one.name) } },
                                    None => div { (shown.show(field, file)) },
                                }
                            },
                            _ => (shown.show(field, value)),
                        }
                    }
                }
            }
        }
    }
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
