//! Taking an action: its form, and what comes of it.

mod advice;
mod links;

use crate::{
    field::{FieldNames, chosen, fillable, in_order, read},
    form::{CHECK, FormFields, KEY, Posted},
    invitation::SECRET,
    layout::{desk, notice, token},
    page_error::PageError,
    record::seen,
    record_actions::{allowed, possible},
    served_office::ServedOffice,
    sign_in,
    state::Web,
    visitor::Member,
};
pub use advice::refusal;
use advice::{Advice, check, refused, told};
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use links::look_up;
use maud::{Markup, html};
use registrar_domain::{
    Record, Register,
    register::{ActionDef, FieldDef, FieldType},
};
use registrar_kernel::{
    Act,
    access::{Reach, owner_field},
    attachment::Upload,
};
use registrar_sdk::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// The pieces of an address, by name.
type FormPieces = HashMap<String, String>;

/// The actions with which this person may begin a record.
pub fn creating<'r>(member: &Member, register: &'r Register) -> Vec<(&'r str, &'r ActionDef)> {
    let first = register.stages.first().map(|stage| stage.id.as_str());
    // What a record is submitted by begins it, where nothing comes before.
    let submits = |action: &ActionDef| {
        let from = action.from.iter().flatten();
        action.submission && from.map(String::as_str).any(|stage| Some(stage) == first)
    };
    allowed(member, register).filter(|(_, action)| action.create || submits(action)).collect()
}

/// The form that begins a record, with what the address fills in.
pub async fn new(
    member: Member,
    Path(names): Path<FormPieces>,
    RawQuery(query): RawQuery,
) -> Result<Markup, PageError> {
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let (name, action) = named(&member, &names, &creating(&member, &register))?;
    let defaults = Record::new(&register, "");
    let asked = ActionTarget { register: &register, name, action, record: None };
    let mut filled = has(&member, &defaults, &asked);
    let given = FormFields::of_query(query.as_deref().unwrap_or_default());
    for (name, _) in asked.offered() {
        let values: Vec<String> = given.all(name).map(str::to_owned).collect();
        if !values.is_empty() {
            filled.insert(name.to_owned(), values);
        }
    }
    opened(&member, &asked, filled).await
}

/// The form as it is opened: with what there is, or with what was filled in when the session had ended.
async fn opened(member: &Member, asked: &ActionTarget<'_>, filled: FilledForm) -> Result<Markup, PageError> {
    let Some(kept) = sign_in::kept(&member.visitor).await? else {
        return Ok(form(member, asked, &filled, &Advice::default(), None));
    };
    let said = Advice { kept: true, ..Advice::default() };
    Ok(form(member, asked, &sent_again(&asked.offered(), &kept), &said, kept.get(KEY)))
}

/// Begins one.
pub async fn create(
    State(web): State<Web>,
    Path(names): Path<FormPieces>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields, files } = posted;
    let member = sign_in::first(visitor, &fields)?;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let (name, action) = named(&member, &names, &creating(&member, &register))?;
    take(&web, &member, &ActionTarget { register: &register, name, action, record: None }, &fields, files)
        .await
}

/// The form of an action on a record.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<FormPieces>,
) -> Result<Markup, PageError> {
    let (register, record) = seen(&web, &member, &names).await?;
    let (name, action) = now(&member, &names, &register, &record)?;
    let asked = ActionTarget { register: &register, name, action, record: Some(&record) };
    opened(&member, &asked, has(&member, &record, &asked)).await
}

/// Takes it.
pub async fn post(
    State(web): State<Web>,
    Path(names): Path<FormPieces>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields, files } = posted;
    let member = sign_in::first(visitor, &fields)?;
    let (register, record) = seen(&web, &member, &names).await?;
    let (name, action) = now(&member, &names, &register, &record)?;
    take(
        &web,
        &member,
        &ActionTarget { register: &register, name, action, record: Some(&record) },
        &fields,
        files,
    )
    .await
}

/// The action of the address, if it may be taken on a record as it stands.
fn now<'r>(
    member: &Member,
    names: &FormPieces,
    register: &'r Register,
    record: &Record,
) -> Result<(&'r str, &'r ActionDef), PageError> {
    let role: Vec<_> = allowed(member, register).collect();
    let (name, _) = named(member, names, &role)?;
    let found = possible(member, register, record).into_iter().find(|(known, _)| *known == name);
    found.ok_or_else(|| PageError::Stale(member.visitor.served.record(&register.id, &record.id)))
}

/// The action of the address, among those that may be taken.
fn named<'r>(
    member: &Member,
    names: &FormPieces,
    among: &[(&'r str, &'r ActionDef)],
) -> Result<(&'r str, &'r ActionDef), PageError> {
    let wanted = names.get("action").ok_or(PageError::Absent)?;
    let found = among.iter().find(|(name, _)| name == wanted).copied();
    found.ok_or_else(|| member.denied(&format!("`{wanted}`")))
}

/// An action on a record, or one that begins one.
struct ActionTarget<'a> {
    register: &'a Register,
    name: &'a str,
    action: &'a ActionDef,
    record: Option<&'a Record>,
}

impl ActionTarget<'_> {
    /// What its form offers: its own fields, and the record's where it begins, submits or edits one. Nothing
    /// else is taken from what is sent.
    fn offered(&self) -> Vec<(&str, &FieldDef)> {
        let mut fields = Vec::new();
        if self.record.is_none() || self.action.submission || self.action.edits {
            fields.extend(in_order(&self.register.fields));
        }
        fields.extend(in_order(&self.action.form));
        // Some fields are filled in by actions alone.
        fields.retain(|(name, field)| field.asked || self.action.form.contains_key(*name));
        // Into what an action gathers nothing is written by others.
        let gathers = |action: &ActionDef, name: &str| action.gathers.as_deref() == Some(name);
        let elsewhere = |name: &str| {
            let by_some = self.register.actions.values().any(|action| gathers(action, name));
            by_some && !gathers(self.action, name)
        };
        fields.retain(|(name, field)| fillable(field) && !elsewhere(name));
        fields
    }

    /// The page that it is reached from.
    fn from(&self, served: &ServedOffice) -> String {
        match self.record {
            Some(record) => served.record(&self.register.id, &record.id),
            None => served.register(&self.register.id),
        }
    }
}

type FilledForm = BTreeMap<String, Vec<String>>;

fn has(member: &Member, record: &Record, asked: &ActionTarget<'_>) -> FilledForm {
    let directory = member.visitor.served.office.directory();
    let shown = FieldNames { seeing: Some(member), ..FieldNames::of(&member.visitor, &directory) };
    let offered = asked.offered().into_iter().filter(|(name, _)| asked.register.fields.contains_key(*name));
    offered
        .filter_map(|(name, field)| Some((name.to_owned(), shown.as_filled(field, record.fields.get(name)?))))
        .collect()
}

/// What was sent, as the form shows it again.
fn sent_again(offered: &[(&str, &FieldDef)], sent: &FormFields) -> FilledForm {
    let all = |name: &str| sent.all(&chosen(name)).chain(sent.all(name)).map(str::to_owned).collect();
    offered.iter().map(|(name, _)| ((*name).to_owned(), all(name))).collect()
}

/// Nothing is taken that the page did not ask for.
fn only_offered(
    member: &Member,
    offered: &[(&str, &FieldDef)],
    sent: &FormFields,
    files: &[Upload],
) -> Result<(), PageError> {
    let of_form = |name: &str| offered.iter().any(|(known, _)| *known == name);
    let of_files = |name: &str| offered.iter().any(|(known, f)| *known == name && f.ty == FieldType::File);
    let of_chosen = |name: &str| {
        let chosen = |(known, field): &(&str, &FieldDef)| {
            field.ty == FieldType::Record && field.many && chosen(known) == name
        };
        offered.iter().any(chosen)
    };
    let sent_names = sent.names().map(|name| (name, of_form(name) || of_chosen(name)));
    let file_names = files.iter().map(|file| (file.field.as_str(), of_files(&file.field)));
    if let Some((strange, _)) = sent_names.chain(file_names).find(|(_, known)| !known) {
        tracing::warn!(office = %member.visitor.served.office.name, person = %member.who.person.id, field = strange, "Denied: a field that the form does not have.");
        return Err(PageError::Strange(
            "表单中有页面上没有的内容",
            "the form has a field that is not on the page",
        ));
    }
    Ok(())
}

async fn take(
    web: &Web,
    member: &Member,
    asked: &ActionTarget<'_>,
    sent: &FormFields,
    files: Vec<Upload>,
) -> Result<Response, PageError> {
    let offered = asked.offered();
    only_offered(member, &offered, sent, &files)?;
    let fields = read_fields(&offered, asked.record, sent);
    let (fields, unknown) = look_up(web, member, asked, sent, fields).await?;
    let key = sent.trimmed(KEY);
    let act = Act {
        register: asked.register.id.clone(),
        record: asked.record.map(|record| record.id.clone()),
        action: asked.name.to_owned(),
        by: member.who.actor(),
        fields,
        // A key of another's would say whether it was used.
        id: (key.len() == SECRET).then(|| format!("web-{}-{key}", member.who.person.id)),
        files,
        ..Act::default()
    };
    let office = member.visitor.served.office.clone();
    let filled = sent_again(&offered, sent);
    if !unknown.is_empty() {
        let checked = !sent.trimmed(CHECK).is_empty();
        let why = vec![member.visitor.say("有些内容需要修改。", "Some of it needs mending.").to_owned()];
        let said = Advice { wrong: unknown, why, checked, ..Advice::default() };
        let page = form(member, asked, &filled, &said, Some(key));
        let status = if checked { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        return Ok((status, page).into_response());
    }
    if !sent.trimmed(CHECK).is_empty() {
        let said = check(web, member, asked, act).await?;
        return Ok(form(member, asked, &filled, &said, Some(key)).into_response());
    }
    let said = match web.work(move || Ok(office.act(act))).await? {
        Ok(done) => {
            let served = &member.visitor.served;
            let made = done.record.map(|record| served.record(&record.register, &record.id));
            return Ok(Redirect::to(&made.unwrap_or_else(|| asked.from(served))).into_response());
        }
        Err(error) => {
            let mut said = refused(member, asked, error)?;
            if said.why.is_empty() {
                said.why
                    .push(member.visitor.say("有些内容需要修改。", "Some of it needs mending.").to_owned());
            }
            said
        }
    };
    let page = form(member, asked, &filled, &said, Some(key));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What was filled in for the fields that are offered, as far as it differs from what is there.
pub fn read_fields(offered: &[(&str, &FieldDef)], record: Option<&Record>, sent: &FormFields) -> Map {
    let mut fields = Map::new();
    for (name, field) in offered {
        let had = record.and_then(|record| record.fields.get(*name));
        let mut value = read(field, name, sent);
        if field.ty == FieldType::File {
            // Only what was there can be kept: files come by themselves.
            let kept =
                value.items().iter().filter(|one| had.is_some_and(|had| had.items().contains(one))).cloned();
            let kept: Vec<Value> = kept.collect();
            value = match (field.many, kept.first()) {
                (_, None) => Value::Nil,
                (true, _) => Value::List(kept),
                (false, Some(one)) => one.clone(),
            };
        }
        match value {
            // What was there and was taken out is cleared; what was never there is not mentioned.
            Value::Nil if had.is_some() => drop(fields.insert((*name).into(), Value::Null)),
            Value::Nil => {}
            value if had.is_some_and(|had| had.same(&value)) => {}
            value => drop(fields.insert((*name).into(), value)),
        }
    }
    fields
}

fn form(
    member: &Member,
    asked: &ActionTarget<'_>,
    has: &FilledForm,
    said: &Advice,
    key: Option<&str>,
) -> Markup {
    let visitor = &member.visitor;
    let directory = visitor.served.office.directory();
    // Whose a record is can be said only within the role's reach: others would be refused.
    let reach = member.who.principal.may_act(asked.register, asked.name, asked.action).ok();
    let within = match &reach {
        Some(Reach::Units(units)) => owner_field(asked.register).map(|field| (field, units.as_slice())),
        _ => None,
    };
    let shown = FieldNames { within, seeing: Some(member), ..FieldNames::of(visitor, &directory) };
    let title = visitor.title(&asked.action.title);
    let back = asked.from(&visitor.served);
    // What was refused may be sent again under the same key: nothing was stored under it.
    let key = key
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .or_else(|| crate::invitation::secret().ok())
        .unwrap_or_default();
    let none = Vec::new();
    let offered = asked.offered();
    desk(
        member,
        title,
        html! {
            p class="crumbs" { a href=(back) { (visitor.title(&asked.register.title)) } }
            h1 { (title) }
            @if !said.checked { (notice("error", &said.why)) }
            @if said.kept {
                (notice("done", &[visitor.say("您填写的内容还在，请核对后提交；附件请重新选择。", "What you filled in is here; look it over and send it. Choose files again.").to_owned()]))
            }
            div class=(if offered.is_empty() { "" } else { "beside" }) {
                form method="post" class="stack" enctype=[offered.iter().any(|(_, f)| f.ty == FieldType::File).then_some("multipart/form-data")] novalidate[said.checked || !said.why.is_empty()] data-check[!offered.is_empty()] {
                    (token(member))
                    input type="hidden" name=(KEY) value=(key);
                    @if offered.is_empty() { p { (visitor.say("确认办理？", "Go ahead?")) } }
                    @for (name, field) in &offered {
                        (shown.input(name, field, has.get(*name).unwrap_or(&none), said.wrong.get(*name).map(String::as_str)))
                    }
                    div class="actions" {
                        button { (title) }
                        @if !offered.is_empty() { button class="second" name=(CHECK) value="1" formnovalidate { (visitor.say("先检查", "Check first")) } }
                        a href=(back) { (visitor.say("取消", "Cancel")) }
                    }
                }
                @if !offered.is_empty() {
                    aside class="advice" aria-label=(visitor.say("检查与相似", "Checks and similar records")) {
                        div id="advice" aria-live="polite" { (told(member, asked, said)) }
                    }
                }
            }
        },
    )
}
