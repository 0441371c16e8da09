//! Signing in and out.

use crate::{
    form::{FormFields, Posted},
    invitation::now,
    layout::{PRODUCT, notice, outside},
    page_error::PageError,
    session::KEPT,
    state::Web,
    visitor::{Member, Visitor, back},
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_kernel::accounts::account::SignIn;
use std::collections::HashMap;

/// The form.
pub async fn get(visitor: Visitor, Query(question): Query<HashMap<String, String>>) -> Response {
    let home = visitor.served.link("/");
    let to = back(question.get("back").map(String::as_str), &visitor.served);
    if visitor.who.is_some() {
        return Redirect::to(to.unwrap_or(&home)).into_response();
    }
    form(&visitor, "", to, &[], None).into_response()
}

/// The field with what was filled in elsewhere before.
const KEPT_FIELD: &str = "_kept";

/// Who sent a form, with what is in it; who is not signed in any more is asked to, and finds it again afterwards.
///
/// # Errors
/// Nobody is signed in.
pub fn first(visitor: Visitor, fields: &FormFields) -> Result<Member, PageError> {
    if visitor.who.is_some() || !fields.are_filled() {
        return visitor.member();
    }
    let back = visitor.at.clone();
    let why = [visitor
        .say(
            "登录已过期。您填写的内容没有丢失，登录后会回到表单；附件请重新选择。",
            "Your session has ended. What you filled in is kept: sign in, and you come back to the form. Choose files again.",
        )
        .to_owned()];
    let to = crate::visitor::back(Some(&back), &visitor.served);
    Err(PageError::SignInFirst(form(&visitor, "", to, &why, Some(&fields.kept())).into_string()))
}

/// What was filled in on this page when the session had ended.
///
/// # Errors
/// The session can't be read.
pub async fn kept(visitor: &Visitor) -> Result<Option<FormFields>, PageError> {
    let broken = |_| PageError::Broken;
    let Some(kept) = visitor.session.get_value(KEPT).await.map_err(broken)? else { return Ok(None) };
    // Once, wherever they go to: who has left the form behind does not find it later.
    visitor.session.remove_value(KEPT).await.map_err(broken)?;
    let word = |name: &str| kept.get(name).and_then(|value| value.as_str());
    Ok(word("fields").filter(|_| word("at") == Some(&visitor.at)).and_then(FormFields::again))
}

/// Looks at what was filled in.
pub async fn post(State(web): State<Web>, posted: Posted) -> Result<Response, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let person = fields.trimmed("person").to_owned();
    let password = fields.get("password").unwrap_or_default().to_owned();
    let to = back(fields.get("back"), &visitor.served).map(str::to_owned);
    let (accounts, office) = (visitor.served.accounts.clone(), visitor.served.office.clone());
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
            if let (Some(at), Some(kept)) =
                (&to, fields.get(KEPT_FIELD).filter(|kept| FormFields::again(kept).is_some()))
            {
                let kept = serde_json::json!({ "at": at, "fields": kept });
                visitor.session.insert_value(KEPT, kept).await.map_err(|_| PageError::Broken)?;
            }
            return Ok(Redirect::to(&to.unwrap_or_else(|| visitor.served.link("/"))).into_response());
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
    let known = visitor.served.office.directory().knows_person(&person);
    let name = if known { person.as_str() } else { "?" };
    tracing::warn!(office = %visitor.served.office.name, person = name, "Denied: a sign-in.");
    let page = form(&visitor, &person, to.as_deref(), &why, fields.get(KEPT_FIELD));
    Ok((StatusCode::UNAUTHORIZED, page).into_response())
}

/// Ends the session.
pub async fn leave(posted: Posted) -> Result<Redirect, PageError> {
    let visitor = posted.visitor;
    visitor.session.flush().await.map_err(|_| PageError::Broken)?;
    Ok(Redirect::to(&visitor.served.link("/sign-in")))
}

fn form(visitor: &Visitor, person: &str, back: Option<&str>, why: &[String], kept: Option<&str>) -> Markup {
    let title = visitor.say("登录", "Sign in");
    outside(
        visitor,
        title,
        html! {
            p class="quiet" { (visitor.say(PRODUCT.0, PRODUCT.1)) }
            h1 { (title) }
            (notice("error", why))
            form method="post" action=(visitor.served.link("/sign-in")) class="stack" enctype=[kept.map(|_| "multipart/form-data")] {
                @if let Some(kept) = kept { input type="hidden" name=(KEPT_FIELD) value=(kept); }
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
