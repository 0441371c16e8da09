//! Where someone arrives: the registers that are theirs, what stands where, and what is due.

use crate::{
    layout::{encode, page},
    problem::Problem,
    record::name_of,
    server::Web,
    visitor::Member,
};
use axum::extract::State;
use maud::{Markup, html};
use registrar_kernel::Record;

/// Deadlines that are listed.
const DUE: usize = 20;

/// The page.
pub async fn get(State(web): State<Web>, member: Member) -> Result<Markup, Problem> {
    let visitor = &member.visitor;
    let (office, principal) = (visitor.seat.office.clone(), member.who.principal.clone());
    let (registers, due) =
        web.work(move || Ok((office.stages_seen(&principal)?, office.due_seen(&principal, DUE)?))).await?;
    let named = |record: &Record| {
        let register = registers.iter().find(|(register, _)| register.id == record.register);
        register.map_or_else(|| record.id.clone(), |(register, _)| name_of(register, record).to_owned())
    };
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
                        h2 { a href=(visitor.seat.register(&register.id)) { (visitor.title(&register.title)) } }
                        @if stages.is_empty() { p class="quiet" { (visitor.say("还没有记录。", "No records yet.")) } }
                        ul class="stages" {
                            @for stage in &register.stages {
                                @if let Some(count) = stages.get(&stage.id) {
                                    li { a href=(format!("{}?stage={}", visitor.seat.register(&register.id), encode(&stage.id))) { (visitor.title(&stage.label)) " " strong { (count) } } }
                                }
                            }
                        }
                    }
                }
            }
            @if !due.is_empty() {
                h2 { (visitor.say("到期事项", "Due")) }
                ul class="due" {
                    @for (deadline, record) in &due {
                        li class=[(deadline.due < today).then_some("over")] {
                            time datetime=(deadline.due) { (deadline.due) } " "
                            a href=(visitor.seat.record(&record.register, &record.id)) { (named(record)) }
                            " " span class="quiet" { (deadline.name) }
                        }
                    }
                }
            }
        },
    ))
}
