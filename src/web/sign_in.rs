//! Signing in and out.

use crate::{
    form::Posted,
    invitation::now,
    layout::{notice, outside},
    problem::Problem,
    server::Web,
    visitor::{Visitor, back},
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_kernel::account::SignIn;
use std::collections::HashMap;

/// The form.
pub async fn get(visitor: Visitor, Query(question): Query<HashMap<String, String>>) -> Response {
    let home = visitor.seat.link("/");
    let to = back(question.get("back").map(String::as_str), &visitor.seat);
    if visitor.who.is_some() {
        return Redirect::to(to.unwrap_or(&home)).into_response();
    }
    form(&visitor, "", to, &[]).into_response()
}

/// Looks at what was filled in.
pub async fn post(State(web): State<Web>, posted: Posted) -> Result<Response, Problem> {
    let Posted { visitor, fields, .. } = posted;
    let person = fields.trimmed("person").to_owned();
    let password = fields.get("password").unwrap_or_default().to_owned();
    let to = back(fields.get("back"), &visitor.seat).map(str::to_owned);
    let (accounts, office) = (visitor.seat.accounts.clone(), visitor.seat.office.clone());
    let (asked, client) = (person.clone(), visitor.client.key());
    let found = web
        .hash(move || {
            let found = accounts.sign_in(&asked, &password, &client, now())?;
            // Who has left can't come in, and is told no more than others.
            let there = office.directory().person(&asked, office.today()).is_some();
            Ok(if found == SignIn::Right && !there { SignIn::Wrong } else { found })
        })
        .await?;
    let said = |zh: &str, en: &str| vec![visitor.say(zh, en).to_owned()];
    let why = match found {
        SignIn::Right => {
            visitor.welcome(&person).await?;
            return Ok(Redirect::to(&to.unwrap_or_else(|| visitor.seat.link("/"))).into_response());
        }
        SignIn::Wrong => said("用户名或密码不正确。", "The user name or the password is wrong."),
        SignIn::Locked(until) => {
            let minutes = ((until - now()).max(0) + 59) / 60;
            let text = visitor.say(
                "连续输错密码次数过多，请 {} 分钟后再试。",
                "Too many wrong passwords in a row; try again in {} minutes.",
            );
            vec![text.replace("{}", &minutes.to_string())]
        }
    };
    // Never the password, and the name only as far as it is one: people type one for the other.
    let known = visitor.seat.office.directory().knows_person(&person);
    let name = if known { person.as_str() } else { "?" };
    tracing::warn!(office = %visitor.seat.office.name, person = name, "Denied: a sign-in.");
    Ok((StatusCode::UNAUTHORIZED, form(&visitor, &person, to.as_deref(), &why)).into_response())
}

/// Ends the session.
pub async fn leave(posted: Posted) -> Result<Redirect, Problem> {
    let visitor = posted.visitor;
    visitor.session.flush().await.map_err(|_| Problem::Broken)?;
    Ok(Redirect::to(&visitor.seat.link("/sign-in")))
}

fn form(visitor: &Visitor, person: &str, back: Option<&str>, why: &[String]) -> Markup {
    let title = visitor.say("登录", "Sign in");
    outside(
        visitor,
        title,
        html! {
            h1 { (title) }
            (notice("error", why))
            form method="post" action=(visitor.seat.link("/sign-in")) class="stack" {
                @if let Some(back) = back { input type="hidden" name="back" value=(back); }
                label for="person" { (visitor.say("用户名", "User name")) }
                input id="person" name="person" value=(person) required autocomplete="username" autocapitalize="none" spellcheck="false" autofocus[person.is_empty()];
                label for="password" { (visitor.say("密码", "Password")) }
                input id="password" name="password" type="password" required autocomplete="current-password" autofocus[!person.is_empty()];
                button { (title) }
            }
        },
    )
}
