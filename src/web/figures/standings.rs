//! The ranking of a period, with a chart and the way into each figure.

use super::{
    chart::{Bar, bars},
    figure_selection::FigureSelection,
};
use crate::{
    field::FieldNames,
    language::period_name,
    layout::{notice, page, tabs},
    page_error::PageError,
    panels,
    state::Web,
    url::encode,
    visitor::Member,
};
use axum::extract::{Path, Query, State};
use maud::{Markup, PreEscaped, html};
use registrar_domain::{PeriodKind, Register};
use registrar_kernel::figures::{Standing, StandingQuery, StandingRow};
use std::collections::HashMap;

/// The periods that a ranking is looked at in.
const KINDS: [PeriodKind; 5] =
    [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Half, PeriodKind::Year, PeriodKind::Cumulative];
/// Bars of a chart.
const BARS: usize = 20;

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
    let query = StandingQuery {
        register: register.id.clone(),
        period: choice.period,
        measure: Some(choice.measure.clone()),
        pool: choice.pool.clone(),
        tag: None,
    };
    let (standing, around) = member
        .look(&web, move |view| Ok((view.figures()?.standing(&query)?, view.panels("standings")?)))
        .await?;
    let of = visitor.served.register(&register.id);
    let directory = visitor.served.office.directory();
    let shown = FieldNames::of(visitor, &directory);
    let drawn: Vec<Bar> = standing
        .rows
        .iter()
        .filter(|row| row.excluded.is_none())
        .take(BARS)
        .map(|row| Bar {
            title: shown.account(&row.account, choice.period.last()),
            length: row.amount.to_f64(),
            figure: row.amount.to_fixed(standing.places),
        })
        .collect();
    let ranking =
        Ranking { member: &member, register: &register, choice: &choice, standing: &standing, shown: &shown };
    let title = format!("{} · {}", visitor.title(&register.title), visitor.say("排名", "Standings"));
    Ok(page(
        &member,
        &title,
        html! {
            h1 { (visitor.title(&register.title)) }
            (tabs(&member, &register))
            (choice.switch(visitor, &register, &format!("{of}/standings"), &KINDS))
            @if visitor.served.ledger.waiting().is_some() {
                (notice("warn", &[visitor.say("有规则变更待批准，尚未计入。", "Changed rules wait for approval and do not count yet.").to_owned()]))
            }
            @if !standing.faults.is_empty() { (notice("error", &standing.faults)) }
            (panels::show(visitor, &around))
            @if standing.rows.is_empty() {
                p class="empty" { (visitor.say("本期没有可排名的单位。", "Nobody is ranked in this period.")) }
            } @else {
                @if let Some(chart) = bars(&drawn) { figure class="chart" aria-hidden="true" { (PreEscaped(chart)) } }
                (ranking.table())
            }
        },
    ))
}

/// Who stands where, with the way to what each figure is made of.
struct Ranking<'a> {
    member: &'a Member,
    register: &'a Register,
    choice: &'a FigureSelection,
    standing: &'a Standing,
    shown: &'a FieldNames<'a>,
}

impl Ranking<'_> {
    fn table(&self) -> Markup {
        let (visitor, register, standing) = (&self.member.visitor, self.register, self.standing);
        let of = visitor.served.register(&register.id);
        let unit = self.choice.defined(register).map(|m| visitor.title(&m.unit)).unwrap_or_default();
        let figure = |row: &StandingRow| row.amount.to_fixed(standing.places);
        let state = match (standing.closed, standing.forecast) {
            (true, _) => visitor.say("已结账", "closed"),
            (false, true) => visitor.say("截至目前", "so far"),
            (false, false) => "",
        };
        html! {
            div class="wide" tabindex="0" {
                table {
                    caption { (period_name(self.choice.period, visitor.lang)) " · " (visitor.title(&standing.title)) @if !state.is_empty() { " " span class="stage" { (state) } } }
                    thead { tr {
                        th class="number rank" { (visitor.say("名次", "Rank")) }
                        th { (visitor.say("名称", "Name")) }
                        th class="number" { (visitor.title(&standing.title)) @if !unit.is_empty() { "（" (unit) "）" } }
                        th { (visitor.say("说明", "Note")) }
                    } }
                    tbody {
                        @for row in &standing.rows {
                            tr {
                                td class="number" { (row.rank.map_or("–".to_owned(), |rank| rank.to_string())) }
                                td { (self.shown.account(&row.account, self.choice.period.last())) }
                                td class="number" {
                                    @if self.member.who.principal.may_open_account(register, &row.account) {
                                        a href=(format!("{}&account={}", self.choice.link(&format!("{of}/why"), self.choice.period), encode(&row.account))) title=(visitor.say("这个数怎么来的", "Where this figure comes from")) { (figure(row)) }
                                    } @else { (figure(row)) }
                                }
                                td class="quiet" {
                                    (row.excluded.as_ref().map(|why| visitor.title(why)).unwrap_or_default())
                                    @if row.unscored { " " (visitor.say("有未计分事项", "something is unscored")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
