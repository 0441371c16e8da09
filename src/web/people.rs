//! Who is in the directory, and who can sign in; for who looks after the office.

use crate::{
    field::{FieldNames, ROLES},
    form::Posted,
    invitation::{Invitation, Invited, now},
    layout::{page, token},
    page_error::PageError,
    state::Web,
    visitor::Member,
};
use axum::extract::{Path, State};
use maud::{Markup, html};
use registrar_domain::directory::people::Role;
use std::collections::{HashMap, HashSet};

/// A link to choose a password is open for two days.
const OPEN: i64 = 2 * 24 * 3600;

/// The list.
pub async fn get(State(web): State<Web>, member: Member) -> Result<Markup, PageError> {
    member.administers()?;
    list(&web, &member, None).await
}

/// Makes a link with which a person chooses a password, and shows it once.
pub async fn link(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    posted: Posted,
) -> Result<Markup, PageError> {
    let member = posted.visitor.member()?;
    member.administers()?;
    let person = names.get("person").ok_or(PageError::Absent)?;
    let office = &member.visitor.served.office;
    let person = office.directory().person(person, office.today()).ok_or(PageError::Absent)?;
    let invitation = Invitation {
        office: office.name.clone(),
        to: Invited::Password(person.id.clone()),
        expires: now() + OPEN,
        lasting: false,
        version: member.visitor.served.accounts.version(&person.id),
    };
    let address = web.invitations().open(invitation).map_err(|_| PageError::Broken)?;
    tracing::info!(office = %office.name, by = %member.who.person.id, person = %person.id, "A link to choose a password was made.");
    list(&web, &member, Some((person.name, web.absolute(&member.visitor.client, &address)))).await
}

/// Makes a link with which someone sets a password.
fn link_form(member: &Member, person: &str, known: bool) -> Markup {
    let visitor = &member.visitor;
    let to = visitor.served.link(&format!("/people/{}/link", crate::url::encode(person)));
    html! {
        form method="post" action=(to) {
            (token(member))
            button class="plain" {
                @if known { (visitor.say("重设密码的链接", "Link for a new password")) }
                @else { (visitor.say("设置密码的链接", "Link for a first password")) }
            }
        }
    }
}

async fn list(web: &Web, member: &Member, made: Option<(String, String)>) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let office = visitor.served.office.clone();
    let accounts = visitor.served.accounts.clone();
    let (people, known) = web
        .work(move || {
            let known: HashSet<String> = accounts.all()?.into_iter().map(|(person, _)| person).collect();
            Ok((office.directory().people(office.today()), known))
        })
        .await?;
    let title = visitor.say("人员", "People");
    let directory = visitor.served.office.directory();
    let today = visitor.served.office.today();
    let shown = FieldNames::of(visitor, &directory);
    let unit = |id: &str| {
        directory.unit(id, today).map_or_else(|| id.to_owned(), |unit| visitor.title(&unit.title).to_owned())
    };
    let role = |role: &Role| {
        let to = role.to.map(|to| format!(" → {to}")).unwrap_or_default();
        let of = match role.unit.as_deref() {
            Some("*") => visitor.say("全机关", "whole office").to_owned(),
            Some(id) => unit(id),
            None => String::new(),
        };
        let of = if of.is_empty() { of } else { format!(" ({of})") };
        format!("{}{of}{to}", shown.coded(ROLES, &role.role))
    };
    Ok(page(
        member,
        title,
        html! {
            h1 { (title) }
            @if let Some((name, address)) = made {
                div class="notice" role="status" {
                    p { (visitor.say("请把这个地址交给 {}，两天内有效，只能使用一次：", "Give this address to {}; it works once, within two days:").replace("{}", &name)) }
                    p { code { (address) } }
                }
            }
            @if people.is_empty() {
                p class="empty" { (visitor.say("通讯录里还没有人。", "Nobody is in the directory yet.")) }
            } @else {
                div class="wide many" tabindex="0" {
                    table {
                        thead { tr {
                            th { (visitor.say("姓名", "Name")) } th { (visitor.say("单位", "Unit")) }
                            th { (visitor.say("角色", "Roles")) } th { (visitor.say("登录", "Sign-in")) }
                        } }
                        tbody {
                            @for person in &people {
                                tr {
                                    td { (person.name) " " span class="quiet" { (person.id) } }
                                    td { (person.unit.as_deref().map(unit).unwrap_or_default()) }
                                    td { (person.roles.iter().map(role).collect::<Vec<_>>().join(visitor.say("、", ", "))) }
                                    td { (link_form(member, &person.id, known.contains(&person.id))) }
                                }
                            }
                        }
                    }
                }
            }
        },
    ))
}
