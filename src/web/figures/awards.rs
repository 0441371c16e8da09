//! Awards: who has which place by which clause, and ties that wait for a decision.

use super::{
    explanation_tree::{Tree, events_of},
    figure_selection::FigureSelection,
};
use crate::{
    field::{FieldNames, ROLES},
    form::Posted,
    language::period_name,
    layout::{desk, notice, tabs, token},
    page_error::PageError,
    rules::words,
    state::Web,
    url::encode,
    visitor::Member,
};
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_domain::{
    PeriodKind, Register,
    reserved::{DECIDE, DECIDE_BY, PERIOD},
};
use registrar_kernel::{Act, figures::Award};
use registrar_sdk::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    draw(&web, &member, &names, &question, None).await
}

/// Decides a tie.
pub async fn decide(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let member = visitor.member()?;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let choice = FigureSelection::of(&web, &member, &register, &question, PeriodKind::Year).await?;
    let (of, period) = (register.id.clone(), choice.period);
    let looked = member.look(&web, move |view| {
        Ok((view.figures()?.awards(&of, period)?, view.office().role_for(DECIDE_BY)?))
    });
    let (awards, decider) = match looked.await {
        Err(PageError::Denied(_)) => return Err(member.denied(DECIDE)),
        other => other?,
    };
    if !decides(&member, decider.as_deref()) {
        return Err(member.denied(DECIDE));
    }
    let candidates: BTreeSet<&str> = fields.all("candidate").collect();
    let chosen: BTreeSet<&str> = fields.all("chosen").collect();
    if let Err(why) = may_be_chosen(&member, awards, &candidates, &chosen) {
        let page = draw(&web, &member, &names, &question, Some(why)).await?;
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let list = |name: &str| Value::List(fields.all(name).map(Value::text).collect());
    let act = Act {
        register: PERIOD.to_owned(),
        record: Some(choice.period.to_string()),
        action: DECIDE.to_owned(),
        by: member.who.actor(),
        fields: Map::from([
            ("register".into(), Value::text(&register.id)),
            ("candidates".into(), list("candidate")),
            ("chosen".into(), list("chosen")),
        ]),
        ..Act::default()
    };
    let office = member.visitor.served.office.clone();
    match web.work(move || Ok(office.act(act)?)).await {
        Ok(_) => {
            let to = choice
                .link(&format!("{}/awards", member.visitor.served.register(&register.id)), choice.period);
            Ok(Redirect::to(&to).into_response())
        }
        Err(PageError::Refused(why)) => {
            let page =
                draw(&web, &member, &names, &question, Some(member.visitor.title(&why).to_owned())).await?;
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(PageError::Denied(_)) => Err(member.denied(DECIDE)),
        Err(other) => Err(other),
    }
}

/// Whether there is a tie of these candidates that waits, with as many places as were chosen; else why not.
fn may_be_chosen(
    member: &Member,
    awards: Vec<Award>,
    candidates: &BTreeSet<&str>,
    chosen: &BTreeSet<&str>,
) -> Result<(), String> {
    let is_meant = |award: &&Award| {
        award.is_pending()
            && award.candidates.iter().map(String::as_str).collect::<BTreeSet<_>>() == *candidates
    };
    let Some(tie) = awards.iter().find(is_meant) else {
        let why = member.visitor.say(
            "这一并列已经决定，或已有变化，请重新查看。",
            "This tie was decided, or has changed: look at it again.",
        );
        return Err(why.to_owned());
    };
    if chosen.len() as i64 != tie.places || !chosen.is_subset(candidates) {
        let why = member.visitor.say("请恰好选择 {} 名。", "Choose exactly {}.");
        return Err(why.replace("{}", &tie.places.to_string()));
    }
    Ok(())
}

/// Whether this person has the role that decides; the kernel looks again.
fn decides(member: &Member, decider: Option<&str>) -> bool {
    decider.is_some_and(|role| member.who.person.roles.iter().any(|held| held.role == role))
}

async fn draw(
    web: &Web,
    member: &Member,
    names: &HashMap<String, String>,
    question: &HashMap<String, String>,
    refused: Option<String>,
) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let choice = FigureSelection::of(web, member, &register, question, PeriodKind::Year).await?;
    let (of, period, lang) = (register.id.clone(), choice.period, visitor.lang);
    let looked = member
        .look(web, move |view| {
            let figures = view.figures()?;
            let awards = figures.awards(&of, period)?;
            let tree = figures.explain_awards(&of, period, lang)?;
            let events = events_of(view, &tree)?;
            Ok((awards, tree, events, view.office().role_for(DECIDE_BY)?))
        })
        .await;
    let (awards, tree, events, decider) = match looked {
        Err(PageError::Denied(_)) => return Err(member.denied("awards")),
        other => other?,
    };
    let decides = decides(member, decider.as_deref());
    let directory = visitor.served.office.directory();
    let shown = FieldNames::of(visitor, &directory);
    let places = choice.defined(&register).map_or(0, |m| m.places);
    let to = format!("{}/awards", visitor.served.register(&register.id));
    let ties =
        TieForms { member, shown: &shown, choice: &choice, to: &to, decides, decider: decider.as_deref() };
    let title = format!("{} · {}", visitor.title(&register.title), visitor.say("评优", "Awards"));
    Ok(desk(
        member,
        &title,
        html! {
            h1 { (visitor.title(&register.title)) }
            (tabs(member, &register))
            (choice.switch(visitor, &register, &to, &[PeriodKind::Year]))
            (notice("error", &refused.into_iter().collect::<Vec<_>>()))
            @if awards.is_empty() {
                p class="empty" { (visitor.say("本期没有表彰规则。", "No rule awards anything in this period.")) }
            } @else {
                (AwardTable { register: &register, choice: &choice, ties: &ties, places }.draw(&awards))
                h2 { (visitor.say("怎么选出来的", "How they were chosen")) }
                (Tree { visitor, places, events: &events }.draw(&tree))
            }
        },
    ))
}

/// A period's awards, one a line.
struct AwardTable<'a> {
    register: &'a Register,
    choice: &'a FigureSelection,
    ties: &'a TieForms<'a>,
    places: u32,
}

impl AwardTable<'_> {
    fn draw(&self, awards: &[Award]) -> Markup {
        let visitor = &self.ties.member.visitor;
        html! {
            div class="wide" tabindex="0" {
                table {
                    caption { (period_name(self.choice.period, visitor.lang)) }
                    thead { tr {
                        th { (visitor.say("奖项", "Award")) } th class="number" { (visitor.say("名次", "Rank")) }
                        th { (visitor.say("获奖", "Winner")) } th class="number" { (visitor.say("得分", "Points")) }
                        th { (visitor.say("出处", "Source")) }
                    } }
                    tbody { @for award in awards { (self.line(award)) } }
                }
            }
        }
    }

    fn line(&self, award: &Award) -> Markup {
        let visitor = &self.ties.member.visitor;
        let day = self.choice.period.last();
        let clause = award.clause.as_deref().unwrap_or_default();
        let why = |account: &str| {
            let page = format!("{}/why", visitor.served.register(&self.register.id));
            format!("{}&account={}", self.choice.link(&page, self.choice.period), encode(account))
        };
        html! {
            tr {
                td { (words(visitor, &award.plugin, clause, day)) " " span class="quiet" { (award.award.as_deref().unwrap_or_default()) } }
                td class="number" { (award.rank.map(|rank| rank.to_string()).unwrap_or_default()) }
                td {
                    @match &award.account {
                        Some(account) => a href=(why(account)) { (self.ties.shown.account(account, day)) },
                        None => (self.ties.draw(award)),
                    }
                }
                td class="number" { (award.amount.map(|amount| amount.to_fixed(self.places)).unwrap_or_default()) }
                td class="quiet source" { (award.source) }
            }
        }
    }
}

/// How ties that wait for a decision are shown: with a form, to whoever decides.
struct TieForms<'a> {
    member: &'a Member,
    shown: &'a FieldNames<'a>,
    choice: &'a FigureSelection,
    /// The address of the page.
    to: &'a str,
    decides: bool,
    decider: Option<&'a str>,
}

impl TieForms<'_> {
    fn draw(&self, award: &Award) -> Markup {
        let visitor = &self.member.visitor;
        let title_of = |account: &str| self.shown.account(account, self.choice.period.last());
        html! {
            @if award.waits { span class="quiet" { (visitor.say("待前项决定", "waits for the decision before")) } }
            @else {
                p { (visitor.say("并列，须决定 {} 名：", "A tie: {} to be chosen:").replace("{}", &award.places.to_string())) }
                @if self.decides {
                    form method="post" action=(self.choice.link(self.to, self.choice.period)) class="decide" {
                        (token(self.member))
                        @for candidate in &award.candidates {
                            input type="hidden" name="candidate" value=(candidate);
                            label { input type=(if award.places == 1 { "radio" } else { "checkbox" }) name="chosen" value=(candidate) required[award.places == 1]; " " (title_of(candidate)) }
                        }
                        button { (visitor.say("决定", "Decide")) }
                    }
                } @else {
                    p { (award.candidates.iter().map(|c| title_of(c)).collect::<Vec<_>>().join(visitor.say("、", ", "))) }
                    p class="quiet" {
                        @match self.decider {
                            Some(role) => (visitor.say("由“{}”决定。", "Decided by the role \"{}\".").replace("{}", &self.shown.coded(ROLES, role))),
                            None => (visitor.say("由系统管理者在命令行决定，或先用 registrar office --decide-by 指定角色。", "Decided by whoever runs the program, or by a role named with `registrar office --decide-by`.")),
                        }
                    }
                }
            }
        }
    }
}
