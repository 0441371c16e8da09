//! One action on several records at once: chosen in the list, filled in once, told one by one.

use crate::{
    act::{read_fields, refusal},
    field::{FieldNames, fillable, in_order},
    form::{FormFields, KEY, Posted},
    invitation::SECRET,
    layout::{desk, notice, token},
    page_error::PageError,
    record::name_of,
    record_actions::{allowed, possible},
    state::Web,
    url::encode,
    visitor::{Member, Visitor},
};
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_domain::{
    Record, Register,
    register::{ActionDef, FieldDef},
};
use registrar_kernel::Act;
use std::collections::HashMap;

/// Records that are taken at once.
const MOST: usize = 200;
/// The field with the records.
const CHOSEN: &str = "i";

/// The actions of a register that this person may take on several records at once: those that make one
/// record of them, and those that fill in nothing of the record itself.
pub fn offered<'r>(member: &Member, register: &'r Register) -> Vec<(&'r str, &'r ActionDef)> {
    let first = register.stages.first().map(|stage| &stage.id);
    // What only begins a record has nothing to do with records that are there.
    let begins =
        |action: &ActionDef| action.create && action.from.as_ref().is_some_and(|from| from.iter().eq(first));
    allowed(member, register)
        .filter(|(_, action)| action.gathers.is_some() || !action.submission && !begins(action))
        .collect()
}

/// What came of it, as the list tells it afterwards: what kind of remark it is, and the remark.
pub fn told(visitor: &Visitor, word: &str) -> Option<(&'static str, String)> {
    if word == "none" {
        return Some(("error", visitor.say("请先勾选记录。", "Choose some records first.").to_owned()));
    }
    let count: usize = word.parse().ok().filter(|count| (1..=MOST).contains(count))?;
    Some(("done", visitor.say("已办理 {} 条。", "Done with {} records.").replace("{}", &count.to_string())))
}

/// Where the list sends what was chosen: to the form of the action.
pub async fn go(
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    RawQuery(query): RawQuery,
) -> Result<Redirect, PageError> {
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let sent = FormFields::of_query(query.as_deref().unwrap_or_default());
    let wanted = sent.trimmed("action");
    let offered = offered(&member, &register);
    let of = member.visitor.served.register(&register.id);
    let Some((name, action)) = offered.iter().find(|(name, _)| *name == wanted) else {
        return Err(member.denied(&format!("`{wanted}`")));
    };
    let query = |field: &str| {
        let chosen = sent.all(CHOSEN).take(MOST);
        chosen.map(|id| format!("{}={}", encode(field), encode(id))).collect::<Vec<_>>().join("&")
    };
    let (stage, words) = (encode(sent.trimmed("stage")), encode(sent.trimmed("q")));
    if sent.all(CHOSEN).next().is_none() {
        return Ok(Redirect::to(&format!("{of}?stage={stage}&q={words}&told=none")));
    }
    Ok(Redirect::to(&match &action.gathers {
        Some(field) => format!("{of}/new/{}?{}", encode(name), query(field)),
        None => format!("{of}/many/{}?{}", encode(name), query(CHOSEN)),
    }))
}

/// The form.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    RawQuery(query): RawQuery,
) -> Result<Markup, PageError> {
    let sent = FormFields::of_query(query.as_deref().unwrap_or_default());
    let (register, records) = chosen(&web, &member, &names, &sent).await?;
    let (name, action) = named(&member, &register, &names)?;
    Ok(draw(&member, &BatchForm { register: &register, name, action, done: 0 }, &records, &sent, &[]))
}

/// Takes the action on each of them.
pub async fn post(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields: sent, .. } = posted;
    let member = visitor.member()?;
    let (register, records) = chosen(&web, &member, &names, &sent).await?;
    let (name, action) = named(&member, &register, &names)?;
    let offered: Vec<(&str, &FieldDef)> =
        in_order(&action.form).into_iter().filter(|(_, field)| fillable(field)).collect();
    let known = |name: &str| name == CHOSEN || offered.iter().any(|(known, _)| *known == name);
    if sent.names().any(|name| !known(name)) {
        return Err(PageError::Strange(
            "表单中有页面上没有的内容",
            "the form has a field that is not on the page",
        ));
    }
    let key = sent.trimmed(KEY).to_owned();
    let (mut refused, mut left, mut done) = (Vec::new(), Vec::new(), 0);
    for record in records {
        if !possible(&member, &register, &record).iter().any(|(known, _)| *known == name) {
            refused.push(format!(
                "{}：{}",
                name_of(&register, &record),
                member.visitor.say("现在不能办理这一事项", "this can't be done with it now")
            ));
            left.push(record);
            continue;
        }
        let act = Act {
            register: register.id.clone(),
            record: Some(record.id.clone()),
            action: name.to_owned(),
            by: member.who.actor(),
            fields: read_fields(&offered, Some(&record), &sent),
            id: (key.len() == SECRET).then(|| format!("web-{}-{key}-{}", member.who.person.id, record.id)),
            ..Act::default()
        };
        let office = member.visitor.served.office.clone();
        match web.work(move || Ok(office.act(act))).await? {
            Ok(_) => done += 1,
            Err(error) => {
                let why = refusal(&member, &register, error)?;
                refused.push(format!("{}：{why}", name_of(&register, &record)));
                left.push(record);
            }
        }
    }
    if refused.is_empty() {
        let list = member.visitor.served.register(&register.id);
        return Ok(Redirect::to(&format!("{list}?told={done}")).into_response());
    }
    // What can't be done now is not offered once more.
    left.retain(|record| possible(&member, &register, record).iter().any(|(known, _)| *known == name));
    let page = draw(&member, &BatchForm { register: &register, name, action, done }, &left, &sent, &refused);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

struct BatchForm<'a> {
    register: &'a Register,
    name: &'a str,
    action: &'a ActionDef,
    /// With how many it was done already.
    done: usize,
}

fn named<'r>(
    member: &Member,
    register: &'r Register,
    names: &HashMap<String, String>,
) -> Result<(&'r str, &'r ActionDef), PageError> {
    let wanted = names.get("action").ok_or(PageError::Absent)?;
    let found = offered(member, register)
        .into_iter()
        .find(|(name, action)| name == wanted && action.gathers.is_none());
    found.ok_or_else(|| member.denied(&format!("`{wanted}`")))
}

/// The register, and the records that were chosen, as far as this person may see them.
async fn chosen(
    web: &Web,
    member: &Member,
    names: &HashMap<String, String>,
    sent: &FormFields,
) -> Result<(std::sync::Arc<Register>, Vec<Record>), PageError> {
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let ids: Vec<String> = sent.all(CHOSEN).take(MOST).map(str::to_owned).collect();
    let of = register.id.clone();
    let found = member.look(web, move |view| {
        ids.iter().map(|id| Ok(view.record(&of, id)?)).collect::<Result<Vec<Record>, PageError>>()
    });
    Ok((register, found.await?))
}

fn draw(
    member: &Member,
    many: &BatchForm<'_>,
    records: &[Record],
    sent: &FormFields,
    refused: &[String],
) -> Markup {
    let visitor = &member.visitor;
    let BatchForm { register, name, action, done } = many;
    let directory = visitor.served.office.directory();
    let shown = FieldNames::of(visitor, &directory);
    let title = visitor.title(&action.title);
    let back = visitor.served.register(&register.id);
    let key = crate::invitation::secret().unwrap_or_default();
    desk(
        member,
        title,
        html! {
            p class="crumbs" { a href=(back) { (visitor.title(&register.title)) } }
            h1 {
                (title)
                // What is left, where there is something left.
                @if !records.is_empty() {
                    " " span class="quiet" { (visitor.say("{} 条", "{} records").replace("{}", &records.len().to_string())) }
                }
            }
            (notice("done", &told(visitor, &done.to_string()).map(|(_, said)| said).into_iter().collect::<Vec<_>>()))
            (notice("error", refused))
            @if records.is_empty() { p class="empty" { a href=(back) { (visitor.say("返回列表", "Back to the list")) } } }
            @else {
                form method="post" action=(format!("{back}/many/{}", encode(name))) class="stack" {
                    (token(member))
                    input type="hidden" name=(KEY) value=(key);
                    ul class="chosen" {
                        @for record in records {
                            li {
                                input type="hidden" name=(CHOSEN) value=(record.id);
                                a href=(visitor.served.record(&register.id, &record.id)) { (name_of(register, record)) } " "
                                (crate::fragments::staged(visitor, register, record))
                            }
                        }
                    }
                    @for (name, field) in in_order(&action.form) {
                        @if fillable(field) { (shown.input(name, field, &sent.all(name).map(str::to_owned).collect::<Vec<_>>(), None)) }
                    }
                    div class="actions" { button { (title) } a href=(back) { (visitor.say("取消", "Cancel")) } }
                }
            }
        },
    )
}
