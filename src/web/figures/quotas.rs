//! What each account owes, period by period of a year.

use super::figure_selection::FigureSelection;
use crate::{
    field::FieldNames,
    language::period_name,
    layout::{notice, page, tabs},
    page_error::PageError,
    rules::words,
    state::Web,
    visitor::{Member, Visitor},
};
use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use registrar_domain::{Period, PeriodKind};
use registrar_kernel::figures::QuotaCell;
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
    let choice = FigureSelection::of(&web, &member, &register, &question, PeriodKind::Year).await?;
    let year = Period::of(choice.period.last(), PeriodKind::Year);
    let (of, measure) = (register.id.clone(), choice.measure.clone());
    let sheet = member.look(&web, move |view| Ok(view.figures()?.quota_sheet(&of, &measure, year)?)).await?;
    let directory = visitor.served.office.directory();
    let shown = FieldNames::of(visitor, &directory);
    let (periods, rows) = (&sheet.periods, &sheet.rows);
    let faults: Vec<String> = sheet.faults.iter().map(|(account, why)| format!("{account}: {why}")).collect();
    let several = rows.windows(2).any(|two| two[0].account == two[1].account);
    let to = format!("{}/quotas", visitor.served.register(&register.id));
    let title = format!("{} · {}", visitor.title(&register.title), visitor.say("任务", "Quotas"));
    let choice = FigureSelection { period: year, ..choice };
    Ok(page(
        &member,
        &title,
        html! {
            h1 { (visitor.title(&register.title)) }
            (tabs(&member, &register))
            (choice.switch(visitor, &register, &to, &[PeriodKind::Year]))
            (notice("error", &faults))
            @if rows.is_empty() {
                p class="empty" { (visitor.say("这一年没有任务。", "Nothing is owed in this year.")) }
            } @else {
                p class="quiet" { (visitor.say("每格：完成 / 任务。", "Each cell: had / owed.")) }
                div class="wide" tabindex="0" {
                    table class="grid" {
                        thead { tr {
                            th { (visitor.say("单位", "Unit")) }
                            @if several { th { (visitor.say("任务", "Quota")) } }
                            @for period in periods { th class="number" title=(period_name(*period, visitor.lang)) { (short(*period)) } }
                            th class="number" { (visitor.say("达标", "Met")) }
                        } }
                        tbody {
                            @for row in rows {
                                tr {
                                    th scope="row" { (shown.account(&row.account, year.last())) }
                                    @if several { td { (visitor.title(&row.title)) } }
                                    @for (cell, period) in row.cells.iter().zip(periods) {
                                        @match cell {
                                            None => td class="number quiet" { "–" },
                                            Some(cell) => td class=(format!("number {}", state(cell))) title=[clause(visitor, cell, *period)] {
                                                (cell.have) " / " (cell.owed)
                                                span class="unseen" { " " (match state(cell) { "met" => visitor.say("达标", "met"), "short" => visitor.say("未达标", "short"), _ => visitor.say("进行中", "going on") }) }
                                            },
                                        }
                                    }
                                    td class="number" { @let (met, ended) = row.met(); (met) " / " (ended) }
                                }
                            }
                        }
                    }
                }
            }
        },
    ))
}

/// What the clause of a quota says on the first day of its period, which decides.
fn clause(visitor: &Visitor, cell: &QuotaCell, period: Period) -> Option<String> {
    Some(words(visitor, cell.plugin.as_deref()?, cell.clause.as_deref()?, period.first()))
}

fn state(cell: &QuotaCell) -> &'static str {
    match (cell.met, cell.over) {
        (true, _) => "met",
        (false, true) => "short",
        (false, false) => "open",
    }
}

/// A period within its year.
fn short(period: Period) -> String {
    let text = period.to_string();
    text.split_once('-').map_or(text.clone(), |(_, rest)| rest.to_owned())
}
