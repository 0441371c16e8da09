//! Changing one's own password.

use crate::{
    form::Posted,
    invitation::now,
    layout::{notice, page, token},
    page_error::PageError,
    set_up::new_password,
    state::Web,
    visitor::Member,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_kernel::accounts::account::{LEAST, SignIn};
use registrar_sdk::BilingualText;

/// The form.
pub async fn get(member: Member) -> Markup {
    form(&member, &[])
}

/// Changes it, for who knows the present one; other sessions end.
pub async fn post(State(web): State<Web>, posted: Posted) -> Result<Response, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let member = visitor.member()?;
    let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let (old, new, again) = (text("old"), text("password"), text("again"));
    let (accounts, person) = (member.visitor.served.accounts.clone(), member.who.person.id.clone());
    let client = member.visitor.client.key();
    let differ = BilingualText::new("两次输入的新密码不一致。", "The two new passwords differ.");
    let wrong = BilingualText::new("现在的密码不正确。", "The present password is wrong.");
    let changed = web
        .hash(move || {
            if new != again {
                return Err(PageError::Refused(differ));
            }
            if accounts.sign_in(&person, &old, &client, now())? != SignIn::Right {
                return Err(PageError::Refused(wrong));
            }
            Ok(accounts.set_password(&person, &new, now())?)
        })
        .await;
    match changed {
        Ok(()) => {
            // This session goes on, under a new id.
            member.visitor.welcome(&member.who.person.id).await?;
            Ok(Redirect::to(&member.visitor.served.link("/")).into_response())
        }
        Err(PageError::Refused(why)) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, form(&member, &[member.visitor.title(&why).to_owned()]))
                .into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn form(member: &Member, why: &[String]) -> Markup {
    let visitor = &member.visitor;
    let title = visitor.say("修改密码", "Change your password");
    let hint = visitor
        .say(
            "至少 {} 个字符；修改后其他设备上的登录随即失效。",
            "At least {} characters; other devices are signed out.",
        )
        .replace("{}", &LEAST.to_string());
    page(
        member,
        title,
        html! {
            h1 { (title) }
            (notice("error", why))
            form method="post" class="stack" {
                (token(member))
                label for="old" { (visitor.say("现在的密码", "Present password")) }
                input id="old" name="old" type="password" required autocomplete="current-password";
                (new_password(visitor, &hint))
                button { (visitor.say("保存", "Save")) }
            }
        },
    )
}
