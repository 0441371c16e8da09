//! Taking an action: its form, and what comes of it.

use crate::{
    field::{Names, fillable, filled, in_order, read},
    form::{Fields, KEY, Posted},
    invitation::SECRET,
    layout::{notice, page, token},
    offices::Seat,
    problem::Problem,
    record::seen,
    server::Web,
    visitor::Member,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_kernel::{
    Act, ActError, Record,
    access::{Reach, owner_field},
    register::{ActionDef, FieldDef, Register},
};
use registrar_sdk::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// The pieces of an address, by name.
type Pieces = HashMap<String, String>;

/// The actions with which this person may begin a record.
pub fn creating<'r>(member: &Member, register: &'r Register) -> Vec<(&'r str, &'r ActionDef)> {
    allowed(member, register).filter(|(_, action)| action.create).collect()
}

/// The actions that this person may take on a record as it stands.
pub fn possible<'r>(
    member: &Member,
    register: &'r Register,
    record: &Record,
) -> Vec<(&'r str, &'r ActionDef)> {
    let fits = |name: &str, action: &ActionDef| {
        let within = member.who.principal.may_act(register, name, action);
        action.from.as_ref().is_none_or(|from| from.contains(&record.stage))
            && within.is_ok_and(|reach| reach.covers(register, &record.fields).is_ok())
    };
    allowed(member, register).filter(|(name, action)| fits(name, action)).collect()
}

fn allowed<'r>(member: &Member, register: &'r Register) -> impl Iterator<Item = (&'r str, &'r ActionDef)> {
    let principal = member.who.principal.clone();
    register
        .actions
        .iter()
        .filter(move |(name, action)| principal.may_act(register, name, action).is_ok())
        .map(|(name, action)| (name.as_str(), action))
}

/// The form that begins a record.
pub async fn new(member: Member, Path(names): Path<Pieces>) -> Result<Markup, Problem> {
    let register = member.register(names.get("register").ok_or(Problem::Absent)?)?;
    let (name, action) = named(&member, &names, &creating(&member, &register))?;
    let defaults = Record::new(&register, "");
    let asked = Asked { register: &register, name, action, record: None };
    Ok(form(&member, &asked, &has(&defaults, &asked), &[], &BTreeMap::new(), None))
}

/// Begins one.
pub async fn create(
    State(web): State<Web>,
    Path(names): Path<Pieces>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { visitor, fields } = posted;
    let member = visitor.member()?;
    let register = member.register(names.get("register").ok_or(Problem::Absent)?)?;
    let (name, action) = named(&member, &names, &creating(&member, &register))?;
    take(&web, &member, &Asked { register: &register, name, action, record: None }, &fields).await
}

/// The form of an action on a record.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<Pieces>,
) -> Result<Markup, Problem> {
    let (register, record) = seen(&web, &member, &names).await?;
    let (name, action) = named(&member, &names, &possible(&member, &register, &record))?;
    let asked = Asked { register: &register, name, action, record: Some(&record) };
    Ok(form(&member, &asked, &has(&record, &asked), &[], &BTreeMap::new(), None))
}

/// Takes it.
pub async fn post(
    State(web): State<Web>,
    Path(names): Path<Pieces>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { visitor, fields } = posted;
    let member = visitor.member()?;
    let (register, record) = seen(&web, &member, &names).await?;
    let (name, action) = named(&member, &names, &possible(&member, &register, &record))?;
    take(&web, &member, &Asked { register: &register, name, action, record: Some(&record) }, &fields).await
}

/// The action of the address, among those that may be taken.
fn named<'r>(
    member: &Member,
    names: &Pieces,
    among: &[(&'r str, &'r ActionDef)],
) -> Result<(&'r str, &'r ActionDef), Problem> {
    let wanted = names.get("action").ok_or(Problem::Absent)?;
    let found = among.iter().find(|(name, _)| name == wanted).copied();
    found.ok_or_else(|| member.denied(&format!("`{wanted}`")))
}

/// An action on a record, or one that begins one.
struct Asked<'a> {
    register: &'a Register,
    name: &'a str,
    action: &'a ActionDef,
    record: Option<&'a Record>,
}

impl Asked<'_> {
    /// What its form offers: its own fields, and the record's where it begins or submits one. Nothing
    /// else is taken from what is sent.
    fn offered(&self) -> Vec<(&str, &FieldDef)> {
        let mut fields = Vec::new();
        if self.record.is_none() || self.action.submission {
            fields.extend(in_order(&self.register.fields));
        }
        fields.extend(in_order(&self.action.form));
        fields.retain(|(_, field)| fillable(field));
        fields
    }

    /// The page that it is reached from.
    fn from(&self, seat: &Seat) -> String {
        match self.record {
            Some(record) => seat.record(&self.register.id, &record.id),
            None => seat.register(&self.register.id),
        }
    }
}

type Filled = BTreeMap<String, Vec<String>>;

fn has(record: &Record, asked: &Asked<'_>) -> Filled {
    let of_record = |name: &&str| asked.register.fields.contains_key(*name);
    let names = asked.offered().into_iter().map(|(name, _)| name).filter(of_record);
    names.filter_map(|name| Some((name.to_owned(), filled(record.fields.get(name)?)))).collect()
}

async fn take(web: &Web, member: &Member, asked: &Asked<'_>, sent: &Fields) -> Result<Response, Problem> {
    let offered = asked.offered();
    if let Some(strange) = sent.names().find(|name| !offered.iter().any(|(known, _)| known == name)) {
        tracing::warn!(office = %member.visitor.seat.office.name, person = %member.who.person.id, field = strange, "Denied: a field that the form does not have.");
        return Err(Problem::Strange("the form has a field that is not on the page"));
    }
    let mut fields = Map::new();
    for (name, field) in &offered {
        let value = read(field, name, sent);
        let had = asked.record.and_then(|record| record.fields.get(*name));
        match value {
            // What was there and was taken out is cleared; what was never there is not mentioned.
            Value::Nil if had.is_some() => drop(fields.insert((*name).into(), Value::Null)),
            Value::Nil => {}
            value if had.is_some_and(|had| had.same(&value)) => {}
            value => drop(fields.insert((*name).into(), value)),
        }
    }
    let key = sent.trimmed(KEY);
    let act = Act {
        register: asked.register.id.clone(),
        record: asked.record.map(|record| record.id.clone()),
        action: asked.name.to_owned(),
        by: member.who.person.id.clone(),
        fields,
        // A key of another's would say whether it was used.
        id: (key.len() == SECRET).then(|| format!("web-{}-{key}", member.who.person.id)),
        ..Act::default()
    };
    let office = member.visitor.seat.office.clone();
    let done = web.work(move || Ok(office.act(act))).await?;
    let mut wrong = BTreeMap::new();
    let mut why = match done {
        Ok(done) => {
            let seat = &member.visitor.seat;
            let made = done.record.map(|record| seat.record(&record.register, &record.id));
            return Ok(Redirect::to(&made.unwrap_or_else(|| asked.from(seat))).into_response());
        }
        Err(ActError::Schema { problems, .. }) => {
            wrong.extend(problems.into_iter().map(|problem| (problem.field, problem.text)));
            Vec::new()
        }
        Err(ActError::Refused(reasons)) => {
            let mut rest = Vec::new();
            for reason in reasons {
                let text =
                    reason.clause.as_ref().map_or(reason.text.clone(), |c| format!("{}（{c}）", reason.text));
                match reason.field.filter(|field| offered.iter().any(|(name, _)| name == field)) {
                    Some(field) => drop(wrong.insert(field, text)),
                    None => rest.push(text),
                }
            }
            rest
        }
        Err(error) => match Problem::from(error) {
            Problem::Refused(why) => vec![why],
            Problem::Denied(why) => {
                let _ = member.denied(asked.name);
                vec![why]
            }
            problem => return Err(problem),
        },
    };
    if why.is_empty() {
        why.push(member.visitor.say("有些内容需要修改。", "Some of it needs mending.").to_owned());
    }
    let filled: Filled = offered
        .iter()
        .map(|(name, _)| ((*name).to_owned(), sent.all(name).map(str::to_owned).collect()))
        .collect();
    let page = form(member, asked, &filled, &why, &wrong, Some(key));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn form(
    member: &Member,
    asked: &Asked<'_>,
    has: &Filled,
    why: &[String],
    wrong: &BTreeMap<String, String>,
    key: Option<&str>,
) -> Markup {
    let visitor = &member.visitor;
    let directory = visitor.seat.office.directory();
    // Whose a record is can be said only within the role's reach: others would be refused.
    let reach = member.who.principal.may_act(asked.register, asked.name, asked.action).ok();
    let within = match &reach {
        Some(Reach::Units(units)) => owner_field(asked.register).map(|field| (field, units.as_slice())),
        _ => None,
    };
    let shown = Names { within, ..Names::of(visitor, &directory) };
    let title = visitor.title(&asked.action.title);
    let back = asked.from(&visitor.seat);
    // What was refused may be sent again under the same key: nothing was stored under it.
    let key = key
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .or_else(|| crate::invitation::secret().ok())
        .unwrap_or_default();
    let none = Vec::new();
    page(
        member,
        title,
        html! {
            p class="crumbs" { a href=(back) { (visitor.title(&asked.register.title)) } }
            h1 { (title) }
            (notice("error", why))
            form method="post" class="stack" novalidate[!why.is_empty()] {
                (token(member))
                input type="hidden" name=(KEY) value=(key);
                @for (name, field) in asked.offered() {
                    (shown.input(name, field, has.get(name).unwrap_or(&none), wrong.get(name).map(String::as_str)))
                }
                div class="actions" {
                    button { (title) }
                    a href=(back) { (visitor.say("取消", "Cancel")) }
                }
            }
        },
    )
}
