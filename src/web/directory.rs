//! Units and the people in them, with what plugins say is missing.

use crate::{
    field::{CLASSES, FieldNames, ROLES},
    layout::page,
    page_error::PageError,
    panels,
    state::Web,
    visitor::Member,
};
use axum::extract::State;
use maud::{Markup, html};
use registrar_domain::directory::{people::Person, units::Unit};
use registrar_sdk::Value;

/// The page.
pub async fn get(State(web): State<Web>, member: Member) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let gaps = member.look(&web, |view| Ok(view.panels("directory")?)).await?;
    let directory = visitor.served.office.directory();
    let today = visitor.served.office.today();
    let (units, people) = (directory.units(today, None), directory.people(today));
    let shown = FieldNames::of(visitor, &directory);
    let of = |unit: &Unit| {
        people.iter().filter(|person| person.unit.as_deref() == Some(&unit.id)).collect::<Vec<_>>()
    };
    let others: Vec<&Person> = people
        .iter()
        .filter(|person| person.unit.as_ref().is_none_or(|unit| !units.iter().any(|known| known.id == *unit)))
        .collect();
    let roles = |person: &Person| {
        let mut roles: Vec<String> = person.roles.iter().map(|role| shown.coded(ROLES, &role.role)).collect();
        roles.dedup();
        roles.join(visitor.say("、", ", "))
    };
    let listed = |people: &[&Person]| {
        html! {
            @if people.is_empty() { span class="wrong" { (visitor.say("空缺", "nobody")) } }
            @for person in people { div { (person.name) " " span class="quiet" { (roles(person)) } } }
        }
    };
    let title = visitor.say("通讯录", "Directory");
    Ok(page(
        &member,
        title,
        html! {
            h1 { (title) }
            (panels::show(visitor, &gaps))
            @if units.is_empty() {
                p class="empty" { (visitor.say("还没有单位。", "There are no units yet.")) }
            } @else {
                div class="wide" tabindex="0" {
                    table {
                        thead { tr {
                            th { (visitor.say("单位", "Unit")) } th { (visitor.say("类别", "Class")) }
                            th { (visitor.say("人员", "People")) } th { (visitor.say("联系方式", "Contact")) }
                        } }
                        tbody {
                            @for unit in &units {
                                tr {
                                    th scope="row" { (visitor.title(&unit.title)) }
                                    td { (shown.coded(CLASSES, &unit.class)) }
                                    td { (listed(&of(unit))) }
                                    td class="text" { (contact(unit)) }
                                }
                            }
                        }
                    }
                }
            }
            @if !others.is_empty() {
                h2 { (visitor.say("本机关", "The office")) }
                ul { @for person in &others { li { (person.name) " " span class="quiet" { (roles(person)) } } } }
            }
        },
    ))
}

fn contact(unit: &Unit) -> String {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_json().to_string(), str::to_owned);
    unit.contact.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect::<Vec<_>>().join("\n")
}
