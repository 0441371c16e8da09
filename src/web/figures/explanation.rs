//! Where a figure comes from: a tree down to clauses and events.

use super::{
    explanation_tree::{Tree, events_of},
    figure_selection::FigureSelection,
};
use crate::{
    field::FieldNames,
    language::period_name,
    layout::{page, tabs},
    page_error::PageError,
    state::Web,
    visitor::Member,
};
use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use registrar_domain::PeriodKind;
use registrar_kernel::queries::FigureQuery;
use std::collections::HashMap;

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let choice = FigureSelection::of(&web, &member, &register, &question, PeriodKind::Quarter).await?;
    let account = question.get("account").ok_or(PageError::Absent)?.clone();
    let of = FigureQuery {
        register: register.id.clone(),
        account: account.clone(),
        period: choice.period,
        measure: Some(choice.measure.clone()),
    };
    let lang = visitor.lang;
    let seen = member
        .look(&web, move |view| {
            let tree = view.figures()?.explain(&of, lang)?;
            let events = events_of(view, &tree)?;
            Ok((tree, events))
        })
        .await;
    let (tree, events) = match seen {
        Err(PageError::Denied(_)) => return Err(member.denied(&account)),
        other => other?,
    };
    let directory = visitor.served.office.directory();
    let day = choice.period.last();
    let who = FieldNames::of(visitor, &directory).account(&account, day);
    let places = choice.defined(&register).map_or(0, |m| m.places);
    let standings =
        choice.link(&format!("{}/standings", visitor.served.register(&register.id)), choice.period);
    let title = format!("{who} · {}", period_name(choice.period, visitor.lang));
    Ok(page(
        &member,
        &title,
        html! {
            p class="crumbs" { a href=(standings) { (visitor.say("排名", "Standings")) } }
            h1 { (title) }
            (tabs(&member, &register))
            p class="figure" { strong { (tree.amount.to_fixed(places)) } " " (choice.defined(&register).map(|m| visitor.title(&m.unit)).unwrap_or_default()) }
            (Tree { visitor, places, events: &events }.draw(&tree))
        },
    ))
}
