//! Where someone arrives: the registers that are theirs, what stands where, and what is due.

use crate::{
    layout::{encode, page},
    list::mine,
    problem::Problem,
    server::Web,
    visitor::Member,
};
use axum::extract::State;
use maud::{Markup, html};
use registrar_kernel::{
    register::Register,
    storage::{Deadline, DeadlineQuery},
};
use std::{collections::BTreeMap, sync::Arc};

/// Deadlines that are listed.
const DUE: usize = 20;

/// The page.
pub async fn get(State(web): State<Web>, member: Member) -> Result<Markup, Problem> {
    let visitor = &member.visitor;
    let office = visitor.seat.office.clone();
    let principal = member.who.principal.clone();
    type Found = (Vec<(Arc<Register>, BTreeMap<String, usize>)>, Vec<(Deadline, String)>);
    let (registers, due): Found = web
        .work(move || {
            let mut registers = Vec::new();
            for register in office.registers().by_id.values() {
                let Some(reach) = principal.may_open(register) else { continue };
                let mut stages: BTreeMap<String, usize> = BTreeMap::new();
                for record in mine(&office, register, &reach, &[])? {
                    *stages.entry(record.stage).or_default() += 1;
                }
                registers.push((register.clone(), stages));
            }
            let open = DeadlineQuery { open: true, ..DeadlineQuery::default() };
            let mut due = Vec::new();
            for deadline in office.read()?.deadlines(&open)? {
                let Some(register) = office.registers().by_id.get(&deadline.register).cloned() else {
                    continue;
                };
                let Ok(record) = office.record(&deadline.register, &deadline.record) else { continue };
                if principal.may_see(&register, &record) {
                    let name = record.fields.get(register.name_field.as_str()).and_then(|v| v.as_str());
                    due.push((deadline, name.unwrap_or(&record.id).to_owned()));
                }
                if due.len() == DUE {
                    break;
                }
            }
            Ok((registers, due))
        })
        .await?;
    let today = visitor.seat.office.today();
    let title = visitor.say("首页", "Home");
    Ok(page(
        &member,
        title,
        html! {
            h1 { (visitor.say("您好，", "Good day, ")) (member.who.person.name) }
            @if registers.is_empty() {
                p class="empty" { (visitor.say("您还没有可以办理的台账，请联系管理员分配角色。", "No register is yours to work with yet; ask whoever looks after the office for a role.")) }
            }
            div class="cards" {
                @for (register, stages) in &registers {
                    section class="card" {
                        h2 { a href=(visitor.seat.link(&format!("/r/{}", encode(&register.id)))) { (visitor.title(&register.title)) } }
                        @if stages.is_empty() { p class="quiet" { (visitor.say("还没有记录。", "No records yet.")) } }
                        ul class="stages" {
                            @for stage in &register.stages {
                                @if let Some(count) = stages.get(&stage.id) {
                                    li { a href=(visitor.seat.link(&format!("/r/{}?stage={}", encode(&register.id), encode(&stage.id)))) { (visitor.title(&stage.label)) " " strong { (count) } } }
                                }
                            }
                        }
                    }
                }
            }
            @if !due.is_empty() {
                h2 { (visitor.say("到期事项", "Due")) }
                ul class="due" {
                    @for (deadline, name) in &due {
                        li class=[(deadline.due < today).then_some("over")] {
                            time datetime=(deadline.due) { (deadline.due) } " "
                            a href=(visitor.seat.link(&format!("/r/{}/i/{}", encode(&deadline.register), encode(&deadline.record)))) { (name) }
                            " " span class="quiet" { (deadline.name) }
                        }
                    }
                }
            }
        },
    ))
}
