//! What each account owes, period by period of a year.

use super::choice::{Choice, name};
use crate::{
    field::Names,
    layout::{notice, page, tabs},
    problem::Problem,
    server::Web,
    visitor::Member,
};
use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use registrar_kernel::{Office, Period, period::Kind, register::Register};
use registrar_sdk::Value;
use std::collections::{BTreeMap, HashMap};

/// What was owed and had.
struct Cell {
    owed: String,
    had: String,
    met: bool,
    over: bool,
    clause: String,
}

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Markup, Problem> {
    let visitor = &member.visitor;
    let register = member.register(names.get("register").ok_or(Problem::Absent)?)?;
    let choice = Choice::of(&web, &member, &register, &question, Kind::Year).await?;
    let year = Period::of(choice.period.last(), Kind::Year);
    let office = visitor.seat.office.clone();
    let periods: Vec<Period> = kinds(&office, &register)
        .into_iter()
        .flat_map(|kind| Period::spanning(year.first(), year.last(), kind))
        .collect();
    let today = office.today();
    let (books, principal) = (visitor.seat.books.clone(), member.who.principal.clone());
    let (of, measure) = (register.id.clone(), choice.measure.clone());
    let asked = periods.clone();
    let (grid, faults) = web
        .work(move || {
            let mut grid = BTreeMap::<(String, String), Vec<Option<Cell>>>::new();
            let mut faults = Vec::new();
            for (at, period) in asked.iter().enumerate().filter(|(_, period)| period.first() <= today) {
                for (account, owed) in books.quotas_seen(&principal, &of, &measure, *period)? {
                    match owed {
                        Err(why) => faults.push(format!("{account}: {why}")),
                        Ok(owed) => {
                            for one in owed {
                                let quota = one.get("name").as_str().unwrap_or_default().to_owned();
                                let row = grid.entry((account.clone(), quota)).or_default();
                                row.resize_with(asked.len(), || None);
                                row[at] = Some(cell(&one, period.last() < today));
                            }
                        }
                    }
                }
            }
            faults.dedup();
            Ok((grid, faults))
        })
        .await?;
    let directory = visitor.seat.office.directory();
    let mut rows: Vec<_> = grid.into_iter().collect();
    let shown = Names::of(visitor, &directory);
    let order = |account: &str| {
        let unit = directory.unit(account, year.last()).or_else(|| directory.unit(account, year.first()));
        unit.map_or(i64::MAX, |unit| unit.order)
    };
    rows.sort_by_cached_key(|((account, quota), _)| (order(account), account.clone(), quota.clone()));
    let several = rows.windows(2).any(|two| two[0].0.0 == two[1].0.0);
    let to = format!("{}/quotas", visitor.seat.register(&register.id));
    let title = format!("{} · {}", visitor.title(&register.title), visitor.say("任务", "Quotas"));
    let choice = Choice { period: year, ..choice };
    Ok(page(
        &member,
        &title,
        html! {
            h1 { (visitor.title(&register.title)) }
            (tabs(&member, &register))
            (choice.switch(visitor, &register, &to, &[Kind::Year]))
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
                            @for period in &periods { th class="number" title=(name(*period, visitor.lang)) { (short(*period)) } }
                        } }
                        tbody {
                            @for ((account, quota), cells) in &rows {
                                tr {
                                    th scope="row" { (shown.account(account, year.last())) }
                                    @if several { td { (quota) } }
                                    @for cell in cells {
                                        @match cell {
                                            None => td class="number quiet" { "–" },
                                            Some(cell) => td class=(format!("number {}", state(cell))) title=(cell.clause) {
                                                (cell.had) " / " (cell.owed)
                                                span class="unseen" { " " (match state(cell) { "met" => visitor.say("达标", "met"), "short" => visitor.say("未达标", "short"), _ => visitor.say("进行中", "going on") }) }
                                            },
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        },
    ))
}

/// The kinds of period in which something of the register is owed.
fn kinds(office: &Office, register: &Register) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for handler in office.host().generation().handlers("quota.target") {
        if !handler.option("register").is_nil() && !handler.words("register").any(|id| id == register.id) {
            continue;
        }
        let named: Vec<Kind> = handler.words("period").filter_map(Kind::named).collect();
        kinds.extend(if named.is_empty() { vec![Kind::Month] } else { named });
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

fn cell(one: &Value, over: bool) -> Cell {
    let amount = |key: &str| one.get(key).as_amount().unwrap_or_default().to_string();
    let owed = if one.get("count").is_nil() { amount("points") } else { amount("count") };
    let clause = one.get("clause").as_str().unwrap_or_default().to_owned();
    Cell { owed, had: amount("have"), met: one.get("met").as_bool() == Some(true), over, clause }
}

fn state(cell: &Cell) -> &'static str {
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
