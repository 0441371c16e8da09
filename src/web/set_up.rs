//! What a link that lets someone in leads to: setting the office up, choosing a password, looking at
//! a demo.

use crate::{
    form::{FormFields, Posted},
    invitation::{Invitation, Invited, now},
    layout::{notice, outside},
    page_error::PageError,
    served_office::ServedOffice,
    state::Web,
    visitor::Visitor,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_domain::{Actor, reserved::DIRECTORY};
use registrar_kernel::{
    Act,
    access::{ADMIN, EVERYWHERE},
    accounts::account::LEAST,
};
use registrar_sdk::{BilingualText, Map, Value};
use std::collections::HashMap;

/// Shows what the link is for; following it changes nothing.
pub async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    Path(names): Path<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let token = names.get("token").ok_or(PageError::Absent)?;
    let found = web.invitations().look(&visitor.served.office.name, token).ok_or(PageError::Absent)?;
    still_meant(&visitor, &found)?;
    Ok(form(&visitor, token, &found.to, ("", ""), &[]))
}

/// Does it.
pub async fn post(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let token = names.get("token").ok_or(PageError::Absent)?;
    let office = visitor.served.office.name.clone();
    // Whoever comes first with a link has it; who comes at the same moment finds nothing.
    let found = web.invitations().take(&office, token).ok_or(PageError::Absent)?;
    still_meant(&visitor, &found)?;
    let person = match &found.to {
        Invited::Enter(person) => person.clone(),
        to => match let_in(&web, &visitor, to, &fields).await {
            Ok(person) => person,
            Err(problem) => {
                web.invitations().put_back(token, found.clone());
                let PageError::Refused(why) = problem else { return Err(problem) };
                let filled = (fields.trimmed("person"), fields.trimmed("name"));
                let page = form(&visitor, token, to, filled, &[visitor.title(&why).to_owned()]);
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        },
    };
    visitor.welcome(&person).await?;
    Ok(Redirect::to(&visitor.served.link("/")).into_response())
}

/// A link to choose a password has outlived its purpose once the person has another one, or none any more.
fn still_meant(visitor: &Visitor, found: &Invitation) -> Result<(), PageError> {
    match &found.to {
        Invited::Password(person) if visitor.served.accounts.version(person.as_str()) != found.version => {
            Err(PageError::Absent)
        }
        _ => Ok(()),
    }
}

async fn let_in(
    web: &Web,
    visitor: &Visitor,
    to: &Invited,
    fields: &FormFields,
) -> Result<String, PageError> {
    let (password, again) = (fields.get("password").unwrap_or_default(), fields.get("again"));
    if Some(password) != again {
        return Err(PageError::Refused(BilingualText::new(
            "两次输入的密码不一致。",
            "The two passwords differ.",
        )));
    }
    let (served, password) = (visitor.served.clone(), password.to_owned());
    if let Invited::Password(person) = to {
        let id = person.clone();
        return web
            .hash(move || {
                served.office.directory().person(&id, served.office.today()).ok_or(PageError::Absent)?;
                served.accounts.set_password(&id, &password, now())?;
                Ok(id)
            })
            .await;
    }
    let (id, name) = (fields.trimmed("person").to_owned(), fields.trimmed("name").to_owned());
    let good = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if id.is_empty()
        || id.chars().count() > 40
        || !id.chars().all(good)
        || registrar_domain::id::check(&id).is_err()
    {
        let why = BilingualText::new(
            "用户名只能由文字、数字、“-”“_”“.”组成，不超过 40 个字符。",
            "A user name is made of letters, digits, “-”, “_” and “.”, at most 40 of them.",
        );
        return Err(PageError::Refused(why));
    }
    web.hash(move || first(&served, id, name, &password)).await
}

/// Makes the first person of an office, who looks after it.
fn first(served: &ServedOffice, id: String, name: String, password: &str) -> Result<String, PageError> {
    if !served.accounts.all()?.is_empty() {
        return Err(PageError::Absent);
    }
    // Before the person, so that a weak password leaves nothing behind.
    served.accounts.set_password(&id, password, now())?;
    let role = Value::map([("role", Value::text(ADMIN)), ("unit", Value::text(EVERYWHERE))]);
    let act = Act {
        register: DIRECTORY.into(),
        record: Some(id.clone()),
        action: "person".into(),
        by: Actor::Operator,
        fields: Map::from([("name".into(), Value::text(name)), ("roles".into(), Value::List(vec![role]))]),
        ..Act::default()
    };
    match served.office.act(act) {
        Ok(_) => Ok(id),
        Err(why) => {
            served.accounts.remove(&id)?;
            Err(why.into())
        }
    }
}

fn form(
    visitor: &Visitor,
    token: &str,
    to: &Invited,
    (person, name): (&str, &str),
    why: &[String],
) -> Markup {
    let title = match to {
        Invited::SetUp => visitor.say("设置第一个管理员", "The first administrator"),
        Invited::Password(_) => visitor.say("设置密码", "Choose a password"),
        Invited::Enter(_) => visitor.say("进入演示", "Enter the demo"),
    };
    let least = visitor
        .say("至少 {} 个字符，可以是一句话。", "At least {} characters; a sentence will do.")
        .replace("{}", &LEAST.to_string());
    let known = visitor.served.office.directory();
    let called = |id: &str| {
        known.person(id, visitor.served.office.today()).map_or_else(|| id.to_owned(), |person| person.name)
    };
    outside(
        visitor,
        title,
        html! {
            h1 { (title) }
            (notice("error", why))
            form method="post" action=(visitor.served.link(&format!("/enter/{token}"))) class="stack" {
                @match to {
                    Invited::Enter(id) => { p { (visitor.say("您将以此身份进入：", "You will be: ")) strong { (called(id)) } } }
                    Invited::Password(id) => { p { (called(id)) " " span class="quiet" { (id) } } input type="hidden" name="person" value=(id) autocomplete="username"; }
                    Invited::SetUp => {
                        p { (visitor.say("这个人可以让其他人登录、管理插件与规则。办理业务另需相应角色。", "This person lets others in and looks after plugins and rules. Business takes roles of its own.")) }
                        label for="person" { (visitor.say("用户名", "User name")) }
                        input id="person" name="person" value=(person) required maxlength="40" autocomplete="username" autocapitalize="none" spellcheck="false";
                        label for="name" { (visitor.say("姓名", "Name")) }
                        input id="name" name="name" value=(name) required maxlength="60" autocomplete="name";
                    }
                }
                @if !matches!(to, Invited::Enter(_)) { (new_password(visitor, &least)) }
                button { (visitor.say("继续", "Go on")) }
            }
        },
    )
}

/// The two fields for a new password.
pub fn new_password(visitor: &Visitor, hint: &str) -> Markup {
    html! {
        label for="password" { (visitor.say("新密码", "New password")) }
        input id="password" name="password" type="password" required minlength=(LEAST) autocomplete="new-password" aria-describedby="hint";
        p id="hint" class="quiet" { (hint) }
        label for="again" { (visitor.say("再输一次", "Once more")) }
        input id="again" name="again" type="password" required autocomplete="new-password";
    }
}
