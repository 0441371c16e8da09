//! A register's records by stage, each with how pressing its deadlines are.

use crate::{
    field::FieldNames,
    fragments::{badge, class},
    layout::{page, tabs},
    page_error::PageError,
    record::name_of,
    state::Web,
    url::encode,
    visitor::{Member, Visitor},
};
use axum::extract::{Path, State};
use jiff::civil::Date;
use maud::{Markup, html};
use registrar_domain::{Record, storage::RecordQuery};
use registrar_kernel::{access::owner_field, queries::due::Due};
use std::collections::{BTreeMap, HashMap};

/// Cards of a column; the rest is in the list.
const CARDS: usize = 30;
/// Deadlines that are looked at.
const DUE: usize = 2_000;

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let of = register.id.clone();
    let stages: Vec<String> = register.stages.iter().map(|stage| stage.id.clone()).collect();
    let (columns, due) = member
        .look(&web, move |view| {
            let column = |stage: String| {
                let stages = vec![stage];
                let query = RecordQuery { register: of.clone(), stages, ..RecordQuery::default() };
                view.newest(&query, (0, CARDS))
            };
            let columns = stages.into_iter().map(column).collect::<Result<Vec<_>, _>>()?;
            Ok((columns, view.due(None, |deadline| deadline.register == of, DUE)?))
        })
        .await?;
    let mut pressing = BTreeMap::<&str, Vec<&Due>>::new();
    for one in &due {
        pressing.entry(one.record.id.as_str()).or_default().push(one);
    }
    let today = visitor.served.office.today();
    let urgency = |id: &str| {
        let all = pressing.get(id).into_iter().flatten();
        all.map(|due| (due.urgency(today), due.deadline.due))
            .max_by_key(|(urgency, day)| (*urgency, std::cmp::Reverse(*day)))
    };
    let directory = visitor.served.office.directory();
    let shown = FieldNames::of(visitor, &directory);
    let owner = owner_field(&register).and_then(|name| Some((name, register.fields.get(name)?)));
    let of = visitor.served.register(&register.id);
    let title = format!("{} · {}", visitor.title(&register.title), visitor.say("看板", "Board"));
    Ok(page(
        &member,
        &title,
        html! {
            h1 { (visitor.title(&register.title)) }
            (tabs(&member, &register))
            @if !due.is_empty() { (legend(visitor)) }
            div class="board" {
                @for (stage, (newest, count)) in register.stages.iter().zip(&columns) {
                    @let here = first(&stage.id, newest, &due, today);
                    section class="column" aria-label=(visitor.title(&stage.label)) {
                        h2 { (visitor.title(&stage.label)) " " span class="quiet" { (count) } }
                        @for record in &here {
                            article class=(format!("slip {}", urgency(&record.id).map_or("", |(level, _)| class(level)))) {
                                a href=(visitor.served.record(&register.id, &record.id)) { (name_of(&register, record)) }
                                @if let Some(value) = owner.as_ref().and_then(|(name, _)| record.fields.get(*name)) {
                                    @if let Some((_, field)) = &owner { div class="quiet" { (shown.show(field, value)) } }
                                }
                                @for due in pressing.get(record.id.as_str()).into_iter().flatten() { div { (badge(visitor, due, today)) } }
                            }
                        }
                        @if *count > CARDS as u64 {
                            p { a href=(format!("{of}?stage={}", encode(&stage.id))) { (visitor.say("全部 {} 条", "All {}").replace("{}", &count.to_string())) } }
                        }
                        @if here.is_empty() { p class="quiet" { (visitor.say("暂无", "None")) } }
                    }
                }
            }
        },
    ))
}

/// A column's cards: what is pressing at the stage, the most pressing first, then the newest.
fn first<'a>(stage: &str, newest: &'a [Record], due: &'a [Due], today: Date) -> Vec<&'a Record> {
    let mut pressing: Vec<&Due> = due.iter().filter(|due| due.record.stage == stage).collect();
    pressing.sort_by_key(|due| (std::cmp::Reverse(due.urgency(today)), due.deadline.due));
    let mut cards: Vec<&Record> = Vec::new();
    for record in pressing.into_iter().map(|due| &due.record).chain(newest) {
        if cards.len() < CARDS && !cards.iter().any(|card| card.id == record.id) {
            cards.push(record);
        }
    }
    cards
}

fn legend(visitor: &Visitor) -> Markup {
    html! {
        p class="legend quiet" {
            span class="due calm" { (visitor.say("在期", "In time")) } " "
            span class="due soon" { (visitor.say("临期，已提醒", "Soon due, reminded")) } " "
            span class="due over" { (visitor.say("超期，催办", "Overdue, urged")) }
        }
    }
}
