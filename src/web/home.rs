//! Where someone arrives: the registers that are theirs, what stands where, and what is due.

use crate::{
    fragments::badge, layout::page, page_error::PageError, panels, record::name_of, record_actions::allowed,
    state::Web, url::encode, visitor::Member,
};
use axum::extract::State;
use maud::{Markup, html};
use registrar_domain::{Record, Register};
use registrar_kernel::queries::Stages;
use std::sync::Arc;

/// Deadlines that are listed.
const DUE: usize = 20;

/// The page.
pub async fn get(State(web): State<Web>, member: Member) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let (registers, due, shown) = member
        .look(&web, |view| {
            let due = view.due(None, |_| true, DUE)?;
            Ok((view.stages()?, due, view.panels("home")?))
        })
        .await?;
    let named = |record: &Record| {
        let register = registers.iter().find(|(register, _)| register.id == record.register);
        register.map_or_else(|| record.id.clone(), |(register, _)| name_of(register, record).to_owned())
    };
    let today = visitor.served.office.today();
    let todo = waiting_for(&member, &registers);
    let principal_administers = member.who.principal.administers();
    let title = visitor.say("首页", "Home");
    Ok(page(
        &member,
        title,
        html! {
            h1 { (visitor.say("您好，", "Good day, ")) (member.who.person.name) }
            @if registers.is_empty() {
                @if principal_administers {
                    p class="empty" {
                        (visitor.say("您负责人员、插件和规则，不办理业务。", "You look after people, plugins and rules, and take no part in business. ")) " "
                        a href=(visitor.served.link("/people")) { (visitor.say("为人员分配角色和登录链接", "Give people their roles and links to sign in")) }
                    }
                } @else {
                    p class="empty" { (visitor.say("您还没有可以办理的台账，请联系管理员分配角色。", "No register is yours to work with yet; ask whoever looks after the office for a role.")) }
                }
            }
            (to_do(&member, &todo))
            (panels::show(visitor, &shown))
            h2 { (visitor.say("台账", "Registers")) }
            (cards(&member, &registers))
            @if !due.is_empty() {
                h2 { (visitor.say("到期事项", "Due")) }
                ul class="due" {
                    @for one in &due {
                        li {
                            (badge(visitor, one, today)) " "
                            a href=(visitor.served.record(&one.record.register, &one.record.id)) { (named(&one.record)) }
                        }
                    }
                }
            }
        },
    ))
}

/// Registers of this person, with how many records stand where.
type OwnRegisters = [(Arc<Register>, Stages)];

/// A stage at which records wait for somebody: how many, and for what.
type WaitingStage<'a> = (&'a Register, &'a str, u64, String);

/// What waits for this very person: where the next step is theirs, and not only theirs to close.
fn waiting_for<'a>(member: &Member, registers: &'a OwnRegisters) -> Vec<WaitingStage<'a>> {
    let visitor = &member.visitor;
    let mut todo = Vec::new();
    for (register, stages) in registers {
        for (stage, count) in stages {
            let next = allowed(member, register).filter(|(_, action)| {
                let end = register.stages.last().map(|stage| &stage.id);
                let leads_on = action.to.as_ref().is_some_and(|to| to != stage && Some(to) != end);
                leads_on && !action.create && action.from.as_ref().is_some_and(|from| from.contains(stage))
                    || action.submission && action.from.as_ref().is_some_and(|from| from.contains(stage))
            });
            let next: Vec<&str> = next.map(|(_, action)| visitor.title(&action.title)).collect();
            if !next.is_empty() {
                todo.push((&**register, stage.as_str(), *count, next.join(visitor.say("、", ", "))));
            }
        }
    }
    todo
}

fn to_do(member: &Member, todo: &[WaitingStage<'_>]) -> Markup {
    let visitor = &member.visitor;
    html! {
        @if !todo.is_empty() {
            h2 { (visitor.say("待办", "To do")) }
            ul class="todo" {
                @for (register, stage, count, actions) in todo {
                    li {
                        a href=(format!("{}?stage={}", visitor.served.register(&register.id), encode(stage))) {
                            strong { (count) } " " (visitor.title(&register.title)) " · " (register.stage_label(stage).map(|label| visitor.title(label)).unwrap_or(stage))
                        }
                        " " span class="quiet" { (actions) }
                    }
                }
            }
        }
    }
}

fn cards(member: &Member, registers: &OwnRegisters) -> Markup {
    let visitor = &member.visitor;
    html! {
        div class="cards" {
            @for (register, stages) in registers {
                section class="card" {
                    h2 { a href=(visitor.served.register(&register.id)) { (visitor.title(&register.title)) } }
                    @if stages.is_empty() { p class="quiet" { (visitor.say("还没有记录。", "No records yet.")) } }
                    ul class="stages" {
                        @for stage in &register.stages {
                            @if let Some(count) = stages.get(&stage.id) {
                                li { a href=(format!("{}?stage={}", visitor.served.register(&register.id), encode(&stage.id))) { (visitor.title(&stage.label)) " " strong { (count) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
