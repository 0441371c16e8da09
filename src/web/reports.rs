//! Reports that plugins build: chosen, looked at, taken as a file.

use crate::{
    assets::as_file,
    document::sheet,
    field::{FieldNames, in_order, read},
    form::{FormFields, KEY, Posted},
    invitation::secret,
    language::period_name,
    layout::{notice, page, token},
    page_error::PageError,
    state::Web,
    url::encode,
    visitor::Member,
};
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use registrar_domain::{
    BilingualText, Period, PeriodKind,
    register::{FieldDef, FieldType},
};
use registrar_host::{Failed, Handler};
use registrar_kernel::{Office, OfficeView, table::render};
use registrar_sdk::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// The field with the period.
const PERIOD: &str = "period";
/// The field with the format, where a file is wanted.
const FORMAT: &str = "format";

/// The fields of a form that publishes: where to, and what the report was asked for.
const OUTLET: &str = "outlet";
const ASKED: &str = "asked";
/// The field that says that it was.
const PUBLISHED: &str = "published";

/// A report that some plugin builds.
struct ReportForm {
    name: String,
    title: BilingualText,
    /// What it is asked for besides the period.
    form: BTreeMap<String, FieldDef>,
}

impl ReportForm {
    /// Whether it is of one record or person, and of a period only if it says so itself.
    fn is_of_one(&self) -> bool {
        self.form.values().any(|field| field.required)
    }

    fn is_asked(&self, sent: &FormFields) -> bool {
        let has = |name: &str| !sent.trimmed(name).is_empty();
        let needed = self.form.iter().filter(|(_, field)| field.required);
        has(PERIOD) || self.is_of_one() && needed.into_iter().all(|(name, _)| has(name))
    }

    /// Which of its parameters are records, and of which register.
    fn records(&self) -> Vec<(String, String)> {
        let records = self.form.iter().filter(|(_, field)| field.ty == FieldType::Record);
        records.filter_map(|(name, field)| Some((name.clone(), field.of.first()?.clone()))).collect()
    }
}

/// The list of reports.
pub async fn list(member: Member) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    sees_all(&member)?;
    let title = visitor.say("报表", "Reports");
    let reports = all(&visitor.served.office);
    Ok(page(
        &member,
        title,
        html! {
            h1 { (title) }
            @if reports.is_empty() {
                p class="empty" { (visitor.say("还没有报表；有 report.build 处理程序的插件会出现在这里。", "There is no report yet; plugins with a handler at report.build appear here.")) }
            }
            div class="cards" {
                @for report in &reports {
                    section class="card" {
                        h2 { a href=(visitor.served.link(&format!("/reports/{}", encode(&report.name)))) { (visitor.title(&report.title)) } }
                    }
                }
            }
        },
    ))
}

/// A report: what it is asked for, and what it says; a file of it where a format is asked for.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    sees_all(&member)?;
    let visitor = &member.visitor;
    let wanted = names.get("name").ok_or(PageError::Absent)?;
    let report =
        all(&visitor.served.office).into_iter().find(|r| r.name == *wanted).ok_or(PageError::Absent)?;
    let sent = FormFields::of_query(query.as_deref().unwrap_or_default());
    let asked = report.is_asked(&sent);
    let office = visitor.served.office.clone();
    let built = match asked {
        true => Some(built(&web, &member, &report, &sent).await?),
        false => None,
    };
    if let (Some(Ok(model)), format) = (&built, sent.trimmed(FORMAT))
        && !format.is_empty()
    {
        if !formats(&office).contains(format) {
            return Err(PageError::Absent);
        }
        let (model, to) = (model.clone(), format.to_owned());
        let bytes = web.work(move || Ok(render(&office, model, &to)?)).await?.ok_or(PageError::Absent)?;
        let name = format!("{} {}.{format}", visitor.title(&report.title), sent.trimmed(PERIOD));
        tracing::info!(office = %visitor.served.office.name, person = %member.who.person.id, report = %report.name, format, "A report was taken as a file.");
        return Ok(file(&name, format, bytes));
    }
    let outlets = match &built {
        Some(Ok(_)) => outlets(&web, &member).await?,
        _ => Vec::new(),
    };
    let (failed, model) = match built {
        Some(Err(why)) => (vec![visitor.title(&why).to_owned()], None),
        Some(Ok(model)) => (Vec::new(), Some(model)),
        None => (Vec::new(), None),
    };
    let status = if failed.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let key = secret().map_err(|_| PageError::Broken)?;
    let published = sent
        .get(PUBLISHED)
        .map(|outlet| visitor.say("已交发布：{}", "On its way to {}").replace("{}", outlet));
    let at = visitor.served.link(&format!("/reports/{}", encode(&report.name)));
    let page_of =
        ReportPage { member: &member, report: &report, at: &at, query: query.as_deref().unwrap_or_default() };
    let title = visitor.title(&report.title);
    let shown = page(
        &member,
        title,
        html! {
            p class="crumbs" { a href=(visitor.served.link("/reports")) { (visitor.say("报表", "Reports")) } }
            div class="head" { h1 { (title) } @if model.is_some() { button type="button" class="second" data-print hidden { (visitor.say("打印", "Print")) } } }
            (page_of.question(&sent, asked))
            (notice("error", &failed))
            (notice("done", published.as_slice()))
            @if let Some(model) = &model {
                (page_of.takers(&outlets, &key))
                (sheet(model))
            }
        },
    );
    Ok((status, shown).into_response())
}

/// What a report says of what was sent, or why it can't be built.
async fn built(
    web: &Web,
    member: &Member,
    report: &ReportForm,
    sent: &FormFields,
) -> Result<Result<Value, BilingualText>, PageError> {
    let (parameters, name, records) = (parameters(report, sent), report.name.clone(), report.records());
    member
        .look(web, move |view| {
            let parameters = view.with_record_ids(parameters, records)?;
            Ok(build(view, &name, Value::Map(parameters)))
        })
        .await
}

/// The forms around a report: what it is asked for, and what can be done with it.
struct ReportPage<'a> {
    member: &'a Member,
    report: &'a ReportForm,
    at: &'a str,
    query: &'a str,
}

impl ReportPage<'_> {
    fn question(&self, sent: &FormFields, asked: bool) -> Markup {
        let visitor = &self.member.visitor;
        let office = &visitor.served.office;
        let directory = office.directory();
        let names = FieldNames::of(visitor, &directory);
        let has = |name: &str| -> Vec<String> { sent.all(name).map(str::to_owned).collect() };
        let now = Period::of(office.today(), PeriodKind::Quarter);
        let period = if asked { sent.trimmed(PERIOD).to_owned() } else { now.to_string() };
        html! {
            form class="filter" action=(self.at) {
                label { (visitor.say("时段", "Period")) " "
                    input name=(PERIOD) value=(period) list="periods" required[!self.report.is_of_one()] size="12" aria-describedby="period-help";
                }
                datalist id="periods" { @for one in offered(office) { option value=(one) { (period_name(one, visitor.lang)) } } }
                @for (name, field) in in_order(&self.report.form) { (names.input(name, field, &has(name), None)) }
                button { (visitor.say("生成", "Build")) }
                p id="period-help" class="quiet" { (visitor.say("如 2023-01、2023-Q1、2023-H1、2023、2023-01..2023-05", "Such as 2023-01, 2023-Q1, 2023-H1, 2023, 2023-01..2023-05")) }
            }
        }
    }

    fn takers(&self, outlets: &[(String, BilingualText)], key: &str) -> Markup {
        let visitor = &self.member.visitor;
        let file_at = |format: &str| format!("{}?{}&{FORMAT}={}", self.at, self.query, encode(format));
        html! {
            p class="actions" {
                @for format in formats(&visitor.served.office) { a class="button second" href=(file_at(&format)) download { (visitor.say("下载", "Download")) " " (format) } }
            }
            @if !outlets.is_empty() {
                form class="filter" method="post" action=(self.at) {
                    (token(self.member))
                    input type="hidden" name=(KEY) value=(key);
                    input type="hidden" name=(ASKED) value=(self.query);
                    label { (visitor.say("发布到", "Publish to")) " "
                        select name=(OUTLET) required { @for (id, title) in outlets { option value=(id) { (visitor.title(title)) } } }
                    }
                    button class="second" { (visitor.say("发布", "Publish")) }
                }
            }
        }
    }
}

/// The outlets to which this person may publish, with their titles.
async fn outlets(web: &Web, member: &Member) -> Result<Vec<(String, BilingualText)>, PageError> {
    let (office, principal) = (member.visitor.served.office.clone(), member.who.principal.clone());
    web.work(move || {
        if office.may_publish(&principal).is_err() {
            return Ok(Vec::new());
        }
        let open = office.outlets()?.into_values().filter(|outlet| outlet.active);
        Ok(open.map(|outlet| (outlet.id, outlet.title)).collect())
    })
    .await
}

/// Publishes a report as it was asked for, and shows it again.
pub async fn publish(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let member = visitor.member()?;
    sees_all(&member)?;
    let office = member.visitor.served.office.clone();
    let wanted = names.get("name").ok_or(PageError::Absent)?;
    let report = all(&office).into_iter().find(|r| r.name == *wanted).ok_or(PageError::Absent)?;
    let asked = FormFields::of_query(fields.trimmed(ASKED));
    let (outlet, key) = (fields.trimmed(OUTLET).to_owned(), fields.trimmed(KEY).to_owned());
    let at = member.visitor.served.link(&format!("/reports/{}", encode(&report.name)));
    let to = format!("{at}?{}&{PUBLISHED}={}", asked.to_query(), encode(&outlet));
    let principal = member.who.principal.clone();
    let (parameters, records) = (parameters(&report, &asked), report.records());
    let parameters = member.look(&web, move |view| Ok(view.with_record_ids(parameters, records)?)).await?;
    let key = (!key.is_empty()).then(|| format!("{}/{key}", member.who.person.id));
    web.work(move || Ok(office.publish(&principal, &outlet, &report.name, parameters, key)?)).await?;
    tracing::info!(office = %member.visitor.served.office.name, person = %member.who.person.id, at, "A report was published.");
    Ok(Redirect::to(&to).into_response())
}

fn sees_all(member: &Member) -> Result<(), PageError> {
    if member.who.principal.sees_all() { Ok(()) } else { Err(member.denied("reports")) }
}

fn all(office: &Office) -> Vec<ReportForm> {
    let mut reports: Vec<ReportForm> = Vec::new();
    for handler in office.host().generation().handlers("report.build") {
        for name in handler
            .words("name")
            .filter(|name| !reports.iter().any(|known| known.name == *name))
            .collect::<Vec<_>>()
        {
            reports.push(ReportForm {
                name: name.to_owned(),
                title: BilingualText::read(handler.option("title")).or(name),
                form: form(&handler),
            });
        }
    }
    reports
}

fn form(handler: &Arc<Handler>) -> BTreeMap<String, FieldDef> {
    let said = handler.option("form").as_map().into_iter().flatten();
    said.filter_map(|(name, field)| {
        let ty = FieldType::named(field.get("type").as_str()?)?;
        Some((name.to_string(), FieldDef::read(name, ty, field)))
    })
    .collect()
}

/// The formats in which a document can be taken.
fn formats(office: &Office) -> BTreeSet<String> {
    let handlers = office.host().generation().handlers("report.render");
    handlers
        .iter()
        .flat_map(|handler| handler.words("format").map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// The periods that are offered: those around today.
fn offered(office: &Office) -> Vec<Period> {
    let today = office.today();
    let kinds =
        [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Half, PeriodKind::Year, PeriodKind::Cumulative];
    let mut periods: Vec<Period> = kinds.map(|kind| Period::of(today, kind)).to_vec();
    for kind in [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year] {
        periods.extend(Period::of(today, kind).first().yesterday().map(|day| Period::of(day, kind)));
    }
    periods
}

fn parameters(report: &ReportForm, sent: &FormFields) -> Map {
    let mut map = Map::new();
    if !sent.trimmed(PERIOD).is_empty() {
        map.insert(PERIOD.into(), Value::text(sent.trimmed(PERIOD)));
    }
    for (name, field) in &report.form {
        let value = read(field, name, sent);
        if !value.is_nil() {
            map.insert(name.as_str().into(), value);
        }
    }
    map
}

/// What the report says, or why it can't be built.
fn build(view: OfficeView<'_>, name: &str, parameters: Value) -> Result<Value, BilingualText> {
    match view.ask("report.build", vec![Value::text(name), parameters]) {
        Ok(outcome) if outcome.value.is_nil() => Err(BilingualText::new(
            format!("没有插件能据此生成“{name}”"),
            format!("no plugin builds \"{name}\" of this"),
        )),
        Ok(outcome) => Ok(outcome.value),
        Err(Failed::Handler(fault)) => {
            tracing::warn!(office = %view.office().name, %fault, "A report can't be built.");
            // What a script says on purpose comes as the reason of a failure.
            let plain = fault.message.strip_prefix("failed: ").unwrap_or(&fault.message);
            Err(fault.said.map_or_else(|| BilingualText::same(plain), |said| *said))
        }
        Err(failed) => Err(failed.to_string().into()),
    }
}

/// A document in a format as a file.
pub fn file(name: &str, format: &str, bytes: Vec<u8>) -> Response {
    let kind = match format {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pdf" => "application/pdf",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    };
    as_file(name, kind, bytes)
}
