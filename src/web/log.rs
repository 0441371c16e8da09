//! The event log: what was done, by whom, when; as far as its reader may see the records.

use crate::{
    field::FieldNames, layout::page, page_error::PageError, state::Web, url::encode, visitor::Member,
};
use axum::extract::{Query, State};
use maud::{Markup, html};
use registrar_domain::{Event, Registers};
use std::collections::HashMap;

/// Events of a page.
const ROWS: usize = 50;

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let said = |name: &str| question.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (register, by) = (said("register"), said("by"));
    let before = question.get("before").and_then(|text| text.parse().ok());
    // By name as well as by id.
    let directory = visitor.served.office.directory();
    let called =
        directory.people(visitor.served.office.today()).into_iter().filter(|person| person.name == by);
    let people: Vec<String> = called.map(|person| person.id).chain([by.clone()]).collect();
    let wanted = (register.clone(), by.clone());
    let (events, more) = member
        .look(&web, move |view| {
            let fits = |event: &Event| {
                (wanted.0.is_empty() || event.register == wanted.0)
                    && (wanted.1.is_empty() || people.iter().any(|person| person == event.by.as_str()))
            };
            Ok(view.log(before, ROWS, fits)?)
        })
        .await?;
    let registers = visitor.served.office.registers();
    let shown = FieldNames::of(visitor, &directory);
    let open: Vec<_> =
        registers.by_id.values().filter(|r| member.who.principal.may_open(r).is_some()).collect();
    let at = visitor.served.link("/log");
    let title = visitor.say("日志", "Log");
    let rows = LogRows { member: &member, registers: &registers, shown: &shown };
    Ok(page(
        &member,
        title,
        html! {
            h1 { (title) }
            form class="filter" action=(at) {
                label { (visitor.say("台账", "Register")) " "
                    select name="register" data-go {
                        option value="" { (visitor.say("全部", "all")) }
                        @for one in &open { option value=(one.id) selected[one.id == register] { (visitor.title(&one.title)) } }
                    }
                }
                label { (visitor.say("办理人", "By")) " " input name="by" value=(by) size="10"; }
                button { (visitor.say("筛选", "Filter")) }
            }
            @if events.is_empty() {
                p class="empty" { (visitor.say("没有您可以查看的记录。", "Nothing that is yours to see.")) }
            } @else {
                div class="wide many" tabindex="0" {
                    table {
                        thead { tr {
                            th class="number" { "#" } th { (visitor.say("日期", "Day")) } th { (visitor.say("台账", "Register")) }
                            th { (visitor.say("记录", "Record")) } th { (visitor.say("事项", "Action")) }
                            th { (visitor.say("办理人", "By")) } th { (visitor.say("内容", "What was said")) }
                        } }
                        tbody { @for event in &events { (rows.draw(event)) } }
                    }
                }
            }
            @if let Some(more) = more {
                nav class="pages" { a rel="next" href=(format!("{at}?register={}&by={}&before={more}", encode(&register), encode(&by))) { (visitor.say("更早", "Earlier")) } }
            }
        },
    ))
}

/// How events are shown, one a row.
struct LogRows<'a> {
    member: &'a Member,
    registers: &'a Registers,
    shown: &'a FieldNames<'a>,
}

impl LogRows<'_> {
    fn draw(&self, event: &Event) -> Markup {
        let visitor = &self.member.visitor;
        // The office's own registers have titles too.
        let of = self.registers.get(&event.register);
        let own = !self.registers.by_id.contains_key(&event.register);
        let (name, who) = (self.shown.action(of.map(|of| &**of), event), self.shown.who(event));
        html! {
            tr class=[event.dead.then_some("dead")] {
                td class="number quiet" { (event.seq) }
                td class="tight" { time datetime=(event.on) { (crate::language::day(visitor.lang, event.on)) } }
                td { (of.map_or(event.register.as_str(), |of| visitor.title(&of.title))) }
                td class="id" {
                    @match own {
                        false => a href=(visitor.served.record(&event.register, &event.record)) { (event.record) },
                        true => (event.record),
                    }
                }
                td { (name) @if event.dead { " " span class="quiet" { (visitor.say("（已撤销）", "(void)")) } } }
                td { (who) }
                td class="text quiet" {
                    @for (key, value) in event.fields.iter().take(4) {
                        @let field = of.and_then(|of| of.field_of(&event.action, key));
                        @let said = field.map_or_else(|| value.to_json().to_string(), |field| self.shown.show(field, value));
                        div { (field.map_or(if &**key == "number" { visitor.say("编号", "number") } else { &**key }, |field| visitor.title(&field.label))) "：" (said.chars().take(40).collect::<String>()) @if said.chars().count() > 40 { "…" } }
                    }
                }
            }
        }
    }
}
