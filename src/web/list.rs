//! The records of a register: found by stage and by words, sorted, a page at a time.

use crate::{
    field::{FieldNames, in_order},
    form::Posted,
    fragments::{numbered, staged},
    layout::{notice, page, tabs, token},
    page_error::PageError,
    state::Web,
    url::encode,
    visitor::Member,
};
use axum::{
    extract::{Path, Query, State},
    response::Redirect,
};
use maud::{Markup, html};
use registrar_domain::{
    Record, Register,
    account_store::SavedView,
    register::{ActionDef, FieldDef, FieldType},
    storage::RecordQuery,
};
use registrar_kernel::{OfficeView, accounts::account::VIEW_NAME, queries::search::phrases};
use registrar_sdk::Value;
use std::collections::HashMap;

/// Records of a page.
const ROWS: usize = 50;
/// Pages that can be asked for.
const MOST_PAGES: usize = 1_000_000;
/// Columns beside number and stage.
const COLUMNS: usize = 5;

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let asked = |name: &str| question.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let number = asked("page").parse::<usize>().unwrap_or(1).clamp(1, MOST_PAGES);
    let asks = ListQuestion { stage: asked("stage"), words: asked("q"), sort: asked("sort"), number };
    let (accounts, person) = (visitor.served.accounts.clone(), member.who.person.id.clone());
    let (id, of, own) = (register.id.clone(), register.id.clone(), asks.clone());
    let (found, views) =
        member.look(&web, move |view| Ok((own.answered(view, &of)?, accounts.views(&person, &id)?))).await?;
    let list = DrawnList { member: &member, register: &register, asks: &asks, found: &found };
    let creating = crate::act::creating(&member, &register);
    let told = crate::batch_action::told(visitor, &asked("told"));
    Ok(page(
        &member,
        visitor.title(&register.title),
        html! {
            div class="head" {
                h1 { (visitor.title(&register.title)) }
                @for (name, action) in creating.iter().filter(|(_, action)| action.gathers.is_none()) {
                    a class="button" href=(format!("{}/new/{}", visitor.served.register(&register.id), encode(name))) { (visitor.title(&action.title)) }
                }
            }
            (tabs(&member, &register))
            (list.filter())
            @if let Some((kind, said)) = told { (notice(kind, &[said])) }
            (kept(&member, &visitor.served.register(&register.id), &views, (&asks.stage, &asks.words, &asks.sort)))
            @if found.rows.is_empty() && found.count > 0 {
                p class="empty" { a href=(list.with(&asks.sort, list.pages())) { (visitor.say("没有这一页，去最后一页", "There is no such page; go to the last")) } }
            } @else if found.rows.is_empty() {
                p class="empty" { (visitor.say("没有符合条件的记录。", "No record fits.")) }
            } @else {
                (list.table())
                (list.pager())
            }
        },
    ))
}

/// What a list is asked.
#[derive(Clone)]
struct ListQuestion {
    stage: String,
    words: String,
    sort: String,
    /// The page, from 1.
    number: usize,
}

/// A page of the records that fit, and how many there are.
struct FoundRecords {
    rows: Vec<Record>,
    count: u64,
}

impl ListQuestion {
    fn answered(&self, view: OfficeView<'_>, register: &str) -> Result<FoundRecords, PageError> {
        let words = phrases(&self.words);
        // Words that are none, like a comma, find nothing.
        if words.is_empty() && !self.words.is_empty() {
            return Ok(FoundRecords { rows: Vec::new(), count: 0 });
        }
        if !words.is_empty() {
            view.office().follow_words()?;
        }
        let stages = Some(self.stage.clone()).filter(|stage| !stage.is_empty()).into_iter().collect();
        let query = RecordQuery { register: register.to_owned(), stages, words, ..RecordQuery::default() };
        let start = (self.number - 1) * ROWS;
        if self.sort.is_empty() {
            let (rows, count) = view.newest(&query, (start, ROWS))?;
            return Ok(FoundRecords { rows, count });
        }
        let mut found = view.records(&query)?;
        arrange(&mut found, &self.sort);
        let count = found.len() as u64;
        Ok(FoundRecords { rows: found.into_iter().skip(start).take(ROWS).collect(), count })
    }
}

/// A list as it is drawn.
struct DrawnList<'a> {
    member: &'a Member,
    register: &'a Register,
    asks: &'a ListQuestion,
    found: &'a FoundRecords,
}

impl DrawnList<'_> {
    fn pages(&self) -> usize {
        usize::try_from(self.found.count).unwrap_or(usize::MAX).div_ceil(ROWS).max(1)
    }

    /// The same question, sorted otherwise or at another page.
    fn with(&self, sort: &str, page: usize) -> String {
        let of = self.member.visitor.served.register(&self.register.id);
        let (stage, words, sort) = (encode(&self.asks.stage), encode(&self.asks.words), encode(sort));
        format!("{of}?stage={stage}&q={words}&sort={sort}&page={page}")
    }

    fn filter(&self) -> Markup {
        let (visitor, asks) = (&self.member.visitor, self.asks);
        html! {
            form class="filter" role="search" {
                label { (visitor.say("阶段", "Stage")) " "
                    select name="stage" {
                        option value="" { (visitor.say("全部", "all")) }
                        @for one in &self.register.stages { option value=(one.id) selected[one.id == asks.stage] { (visitor.title(&one.label)) } }
                    }
                }
                label { (visitor.say("查找", "Find")) " " input name="q" type="search" value=(asks.words); }
                button { (visitor.say("筛选", "Filter")) }
                span class="quiet" { (self.found.count) " " (visitor.say("条", "records")) }
            }
        }
    }

    fn heading(&self, key: &str, label: &str) -> Markup {
        let down = format!("-{key}");
        let (next, state) = match self.asks.sort.as_str() {
            now if now == key => (down.as_str(), Some("ascending")),
            now if now == down => (key, Some("descending")),
            _ => (key, None),
        };
        html! { th aria-sort=[state] { a href=(self.with(next, 1)) { (label) } } }
    }

    /// The actions that can be taken on several of these records at once.
    fn several(&self) -> Vec<(&str, &ActionDef)> {
        let mut several = crate::batch_action::offered(self.member, self.register);
        if !self.asks.stage.is_empty() {
            several.retain(|(_, action)| {
                let from = action.from.as_ref();
                action.gathers.is_some() || from.is_none_or(|from| from.contains(&self.asks.stage))
            });
        }
        several
    }

    fn table(&self) -> Markup {
        let (visitor, register, rows) = (&self.member.visitor, self.register, &self.found.rows);
        let several = self.several();
        let columns: Vec<(&str, &FieldDef)> = in_order(&register.fields)
            .into_iter()
            .filter(|(_, field)| brief(field))
            // A column in which nothing stands says nothing.
            .filter(|(name, _)| rows.iter().any(|record| record.fields.contains_key(*name)))
            .take(COLUMNS)
            .collect();
        let directory = visitor.served.office.directory();
        let shown = FieldNames::of(visitor, &directory);
        html! {
            form action=(format!("{}/many", visitor.served.register(&register.id))) {
                div class="wide many" tabindex="0" {
                    table {
                        thead { tr {
                            @if !several.is_empty() { th class="tick" { input type="checkbox" data-all hidden aria-label=(visitor.say("全选", "Choose all")); } }
                            (self.heading("number", visitor.say("编号", "Number")))
                            @for (name, field) in &columns { (self.heading(name, visitor.title(&field.label))) }
                            (self.heading("stage", visitor.say("阶段", "Stage")))
                        } }
                        tbody {
                            @for record in rows {
                                tr {
                                    @if !several.is_empty() { td class="tick" { input type="checkbox" name="i" value=(record.id) aria-label=(crate::record::name_of(register, record)); } }
                                    td class="tight" { a href=(visitor.served.record(&register.id, &record.id)) { (numbered(record)) } }
                                    @for (name, field) in &columns {
                                        @let text = record.fields.get(*name).map(|value| shown.show(field, value)).unwrap_or_default();
                                        td { @if *name == register.name_field { a href=(visitor.served.record(&register.id, &record.id)) { (text) } } @else { (text) } }
                                    }
                                    td { (staged(visitor, register, record)) }
                                }
                            }
                        }
                    }
                }
                (self.below(&several))
            }
        }
    }

    /// What can be done with chosen records, and the files of all.
    fn below(&self, several: &[(&str, &ActionDef)]) -> Markup {
        let (visitor, asks) = (&self.member.visitor, self.asks);
        let export = |format: &str| {
            let (stage, words) = (encode(&asks.stage), encode(&asks.words));
            let of = visitor.served.register(&self.register.id);
            format!("{of}/export?format={format}&stage={stage}&q={words}")
        };
        html! {
            p class="actions" {
                input type="hidden" name="stage" value=(asks.stage);
                input type="hidden" name="q" value=(asks.words);
                @if !several.is_empty() {
                    span class="quiet" { (visitor.say("对所选记录：", "With the chosen ones:")) }
                    @for (name, action) in several { button class="second" name="action" value=(name) { (visitor.title(&action.title)) } }
                }
                span class="spread" {}
                @for format in ["xlsx", "csv", crate::export::LINES] { a href=(export(format)) download { (visitor.say("导出 ", "Export ")) (format) } }
            }
        }
    }

    fn pager(&self) -> Markup {
        let (visitor, sort, number, pages) =
            (&self.member.visitor, &self.asks.sort, self.asks.number, self.pages());
        html! {
            @if pages > 1 {
                nav class="pages" aria-label=(visitor.say("分页", "Pages")) {
                    @if number > 1 { a rel="prev" href=(self.with(sort, number - 1)) { (visitor.say("上一页", "Previous")) } }
                    span { (number) " / " (pages) }
                    @if number < pages { a rel="next" href=(self.with(sort, number + 1)) { (visitor.say("下一页", "Next")) } }
                }
            }
        }
    }
}

/// Keeps the question of a list as a view of this person's, or has one go.
pub async fn keep(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    posted: Posted,
) -> Result<Redirect, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let member = visitor.member()?;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    // Nothing else is kept than what a list can be asked.
    let asked = |name: &str| encode(fields.trimmed(name));
    let question = format!("stage={}&q={}&sort={}", asked("stage"), asked("q"), asked("sort"));
    let goes = fields.trimmed("do") == "remove";
    let view = SavedView {
        register: register.id.clone(),
        name: fields.trimmed("name").to_owned(),
        question: if goes { String::new() } else { question.clone() },
    };
    let (accounts, person) = (member.visitor.served.accounts.clone(), member.who.person.id.clone());
    web.work(move || Ok(accounts.keep_view(&person, &view)?)).await?;
    let list = member.visitor.served.register(&register.id);
    Ok(Redirect::to(&if goes { list } else { format!("{list}?{question}") }))
}

/// The views that someone keeps, and what keeps the present one.
fn kept(
    member: &Member,
    list: &str,
    views: &[SavedView],
    (stage, words, sort): (&str, &str, &str),
) -> Markup {
    let visitor = &member.visitor;
    let now = format!("stage={}&q={}&sort={}", encode(stage), encode(words), encode(sort));
    let is_kept = views.iter().any(|view| view.question == now);
    let asks = !(stage.is_empty() && words.is_empty() && sort.is_empty());
    html! {
        @if !views.is_empty() {
            ul class="choices views" aria-label=(visitor.say("我的视图", "My views")) {
                @for view in views {
                    li {
                        a href=(format!("{list}?{}", view.question)) aria-current=[(view.question == now).then_some("true")] { (view.name) }
                        form method="post" action=(format!("{list}/views")) class="inline" {
                            (token(member))
                            input type="hidden" name="do" value="remove";
                            input type="hidden" name="name" value=(view.name);
                            button class="plain" aria-label=(visitor.say("删除视图“{}”", "Remove the view \"{}\"").replace("{}", &view.name)) { "×" }
                        }
                    }
                }
            }
        }
        @if asks && !is_kept {
            details class="keep" {
                summary { (visitor.say("存为视图", "Keep as a view")) }
                form method="post" action=(format!("{list}/views")) class="filter" {
                    (token(member))
                    @for (name, value) in [("stage", stage), ("q", words), ("sort", sort)] { input type="hidden" name=(name) value=(value); }
                    label { (visitor.say("名称", "Name")) " " input name="name" required maxlength=(VIEW_NAME); }
                    button class="second" { (visitor.say("保存", "Keep")) }
                }
            }
        }
    }
}

/// Whether a field's values fit into a column.
fn brief(field: &FieldDef) -> bool {
    !field.many
        && !matches!(field.ty, FieldType::LongText | FieldType::Map | FieldType::File | FieldType::Record)
}

/// By a field, `number`, `stage`, with `-` before it the other way round.
fn arrange(records: &mut [Record], sort: &str) {
    let (key, down) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
    match key {
        "number" => records.sort_by(|a, b| (&a.number, &a.id).cmp(&(&b.number, &b.id))),
        "stage" => records.sort_by(|a, b| (&a.stage, &a.id).cmp(&(&b.stage, &b.id))),
        field => {
            let value = |record: &Record| record.fields.get(field).cloned().unwrap_or(Value::Nil);
            records.sort_by(|a, b| order(&value(a), &value(b)).then_with(|| a.id.cmp(&b.id)));
        }
    }
    if down {
        records.reverse();
    }
}

fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.to_string().cmp(&b.to_string()),
    }
}
