//! What plugins show of a record to a whole room (the place `screen`): large, and nothing else.

use crate::{layout, page_error::PageError, panels, record::seen, state::Web, visitor::Member};
use axum::extract::{Path, State};
use maud::{Markup, html};
use std::collections::HashMap;

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let (register, record) = seen(&web, &member, &names).await?;
    let name = record.name(&register).to_owned();
    let shown = member.look(&web, move |view| Ok(view.panels_of(panels::ROOM, Some(&record))?)).await?;
    let visitor = &member.visitor;
    Ok(layout::screen(
        &member,
        &name,
        html! {
            @if shown.panels.is_empty() {
                h1 { (name) }
                p class="empty" { (visitor.say("这条记录没有大屏内容。", "There is nothing of this record to be shown in a room.")) }
            }
            (panels::show(visitor, &shown))
        },
    ))
}
