//! The rules: which are in force when, and what a change of them does before it counts.

use crate::{
    field::{FieldNames, ROLES},
    form::Posted,
    layout::{notice, page, token},
    page_error::PageError,
    plugin_versions::{PluginVersions, RollbackForm, short, table},
    rule_figures,
    served_office::ServedOffice,
    state::Web,
    trials::{Trial, Trials},
    url::encode,
    visitor::{Member, Visitor},
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use registrar_domain::{BilingualText, reserved::APPROVE_BY};
use registrar_host::Fault;
use registrar_kernel::{
    access::Principal,
    figures::{
        Effect,
        effect::{BeforeAfter, Moved, MovedRow, causes::Why},
        rules::{
            self, Warning,
            dated_figures::{FigureChange, FigureLine, FiguresOf},
            list::{Listing, RuleLine, RuleState as InForce},
            rule_settings::SettingLine,
        },
    },
    rule_change::change::RulesTaken,
};
use registrar_sdk::Amount;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    draw(&web, &member, &question, None).await
}

/// Approves the rules that wait, goes back to an earlier version of a plugin, or lets it go again.
pub async fn decide(
    State(web): State<Web>,
    Query(question): Query<HashMap<String, String>>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let member = visitor.member()?;
    let (served, by) = (member.visitor.served.clone(), member.who.actor());
    let approves = fields.trimmed("do") == "approve";
    let (back, only) = (RollbackForm::read(&fields), fields.trimmed("rules").to_owned());
    let done = web.work(move || {
        // Nothing else is approved than what was looked at.
        if approves && !only.is_empty() {
            served.ledger.approve(&by, Some(&only), &|_, _| {})?;
        } else if !back.go(&served, &by)? {
            return Err(PageError::Strange(
                "没有说明要对规则做什么",
                "what is to be done with the rules is not said",
            ));
        }
        Ok(())
    });
    match done.await {
        Ok(_) => Ok(Redirect::to(&member.visitor.served.link("/rules")).into_response()),
        Err(PageError::Refused(why)) => {
            let page = draw(&web, &member, &question, Some(member.visitor.title(&why).to_owned())).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(PageError::Denied(_)) => Err(member.denied("the rules")),
        Err(other) => Err(other),
    }
}

async fn draw(
    web: &Web,
    member: &Member,
    question: &HashMap<String, String>,
    refused: Option<String>,
) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let today = visitor.served.office.today();
    let day = |name: &str| -> Result<Option<Date>, PageError> {
        let said = question.get(name).map(|on| on.trim()).filter(|on| !on.is_empty());
        let wrong = |_| PageError::Strange("日期请写作 2023-02-14", "a day is written like 2023-02-14");
        said.map(|text| text.parse().map_err(wrong)).transpose()
    };
    let (on, with) = (day("on")?.unwrap_or(today), day("with")?);
    let all = question.contains_key("all");
    let (principal, served) = (member.who.principal.clone(), visitor.served.clone());
    let trials = web.trials().clone();
    let asked = RulesQuestion { on, with, all };
    let shown = web.work(move || RulesShown::of(&served, &principal, &trials, &asked)).await?;
    let may = shown.approver.as_ref();
    let may = may.is_some_and(|role| member.who.person.roles.iter().any(|held| held.role == *role));
    // Where nobody approves, who looks after the plugins goes back to earlier ones.
    let goes_back = may || shown.approver.is_none() && member.who.principal.administers();
    let title = visitor.say("规则", "Rules");
    let said: Vec<String> = shown.warnings.iter().map(Warning::to_string).collect();
    Ok(page(
        member,
        title,
        html! {
            h1 { (title) }
            (notice("error", &refused.into_iter().collect::<Vec<_>>()))
            (waiting(member, &shown, may))
            @if member.who.principal.administers() { (notice("warn", &said)) }
            form class="filter" {
                label { (visitor.say("日期", "On")) " " input type="date" name="on" value=(on); }
                label { (visitor.say("对比", "Compared with")) " " input type="date" name="with" value=[with]; }
                label { input type="checkbox" name="all" value="1" checked[all]; " " (visitor.say("含未生效的", "also those not in force")) }
                button { (visitor.say("显示", "Show")) }
            }
            @if let (Some(with), Some(compared)) = (with, &shown.compared) {
                @let caption = visitor.say("{a} 与 {b} 的数字", "Figures of {a} and {b}").replace("{a}", &with.to_string()).replace("{b}", &on.to_string());
                (rule_figures::changes(visitor, &caption, compared))
            }
            (rule_figures::of_day(member, &shown.figures))
            (rule_figures::settings(visitor, &shown.settings))
            @if shown.lines.is_empty() {
                p class="empty" { (visitor.say("这一天没有生效的规则。", "No rule is in force on this day.")) }
            } @else {
                div class="wide many" tabindex="0" {
                    table {
                        thead { tr {
                            th { (visitor.say("规则", "Rule")) } th { (visitor.say("用于", "For")) } th { (visitor.say("期限", "In force")) }
                            th { (visitor.say("条款", "Clause")) } th { (visitor.say("出处", "Source")) }
                        } }
                        tbody { @for line in &shown.lines { (row(member, line, on)) } }
                    }
                }
            }
            @if !shown.versions.is_empty() { (table(member, &visitor.served.link("/rules"), &shown.versions, goes_back)) }
            @if let Some(last) = &shown.last { (taken(visitor, last)) }
        },
    ))
}

/// Of which day, beside which other, and whether also those that are not in force.
struct RulesQuestion {
    on: Date,
    with: Option<Date>,
    all: bool,
}

/// What the page shows.
struct RulesShown {
    lines: Vec<RuleLine>,
    figures: Vec<FigureLine>,
    settings: Vec<SettingLine>,
    compared: Option<Vec<FigureChange>>,
    warnings: Vec<Warning>,
    /// The hash of rules that wait, and what they would do.
    waiting: Option<String>,
    trial: Option<Arc<Trial>>,
    last: Option<RulesTaken>,
    approver: Option<String>,
    versions: PluginVersions,
}

impl RulesShown {
    fn of(
        served: &ServedOffice,
        by: &Principal,
        trials: &Trials,
        asked: &RulesQuestion,
    ) -> Result<RulesShown, PageError> {
        let (office, ledger) = (&served.office, &served.ledger);
        let RulesQuestion { on, with, all } = *asked;
        let lines = rules::list(office.host(), &Listing { on: Some(on), all, register: None });
        let counting = ledger.counting();
        let of = |on| FiguresOf { generation: &counting, plugin: None, on: Some(on) };
        let waiting = ledger.waiting();
        let plugins: BTreeSet<&str> = lines.iter().map(|line| line.plugin.as_str()).collect();
        let versions = |plugin: &str| {
            Ok((plugin.to_owned(), office.host().versions(plugin).map_err(PageError::refused)?))
        };
        let mut versions =
            plugins.into_iter().map(versions).collect::<Result<PluginVersions, PageError>>()?;
        versions.retain(|(_, versions)| versions.len() > 1);
        Ok(RulesShown {
            figures: rules::figures(office.host(), &counting, on, all),
            settings: rules::settings(office.host(), all),
            compared: with.map(|with| rules::figures_between(&of(with), &of(on))),
            warnings: rules::warnings_here(office.host(), &office.registers()),
            // What moves tells of everyone's figures.
            trial: waiting.as_ref().and_then(|hash| trials.of(served, by, hash)),
            last: if by.sees_all() { ledger.last_change(by)? } else { None },
            approver: office.role_for(APPROVE_BY)?,
            lines,
            waiting,
            versions,
        })
    }
}

/// The rules that wait for approval, with what they would do; a form, to whoever `may` approve.
fn waiting(member: &Member, shown: &RulesShown, may: bool) -> Markup {
    let visitor = &member.visitor;
    html! {
        @if let Some(hash) = &shown.waiting {
            section class="card warning" {
                h2 { (visitor.say("变更待批准", "Changed rules wait for approval")) }
                p class="quiet" { (visitor.say("批准之前不计入任何数字。", "Until they are approved no figure counts by them.")) " " code { (short(hash)) } }
                @if let Some(trial) = &shown.trial { (tried(visitor, trial)) }
                @if may {
                    form method="post" action=(visitor.served.link("/rules")) {
                        (token(member))
                        input type="hidden" name="do" value="approve";
                        input type="hidden" name="rules" value=(hash);
                        button { (visitor.say("批准生效", "Approve")) }
                    }
                } @else if let Some(role) = &shown.approver {
                    p class="quiet" { (visitor.say("由“{}”批准。", "Approved by the role \"{}\".").replace("{}", &FieldNames::of(visitor, &visitor.served.office.directory()).coded(ROLES, role))) }
                }
            }
        }
    }
}

fn tried(visitor: &Visitor, trial: &Trial) -> Markup {
    match trial {
        Trial::Refused(why) => notice("error", std::slice::from_ref(why)),
        Trial::Faults(faults) => notice("error", &faults.iter().map(Fault::to_string).collect::<Vec<_>>()),
        Trial::Effect(effect) => shown(visitor, effect),
    }
}

fn taken(visitor: &Visitor, last: &RulesTaken) -> Markup {
    html! {
        details id="last" {
            summary {
                h2 { (visitor.say("最近一次变更", "The last change")) }
                " " span class="quiet" { (last.on) " " (last.plugins.keys().map(String::as_str).collect::<Vec<_>>().join(visitor.say("、", ", "))) @if let Some(by) = &last.approved_by { " · " (visitor.say("批准人 ", "approved by ")) (by) } }
            }
            (shown(visitor, &last.effect))
        }
    }
}

/// What a standing is called: its register, period, measure and pool.
fn moved_name(visitor: &Visitor, moved: &Moved) -> String {
    let registers = visitor.served.office.registers();
    let register = registers.get(&moved.register);
    let called =
        |title: Option<&BilingualText>, id: &str| title.map_or(id, |title| visitor.title(title)).to_owned();
    let measure = register.and_then(|register| register.measures.get(&moved.measure));
    let mut parts = vec![
        called(register.map(|register| &register.title), &moved.register),
        crate::language::period_name(moved.period, visitor.lang),
        called(measure.map(|measure| &measure.title), &moved.measure),
    ];
    if let Some(id) = &moved.pool {
        let pool = register.and_then(|register| register.pools.get(id));
        parts.push(called(pool.map(|pool| &pool.title), id));
    }
    parts.join(" · ")
}

/// What an effect moves.
fn shown(visitor: &Visitor, effect: &Effect) -> Markup {
    // Who wins what, then points: what else follows from them is longer.
    let mut standings: Vec<&Moved> = effect.standings.iter().collect();
    standings.sort_by_key(|moved| moved.measure != "points");
    html! {
        @if !effect.figures.is_empty() { (rule_figures::changes(visitor, visitor.say("改动的数字", "Changed figures"), &effect.figures)) }
        @if effect.is_empty() { p { (visitor.say("没有数字变动。", "No figure moves.")) } }
        (notice("error", &effect.unscored))
        @for awarded in &effect.awards {
            p { (visitor.say("评优 ", "Awards ")) (awarded.period) }
            ul {
                @for lost in awarded.changes().before { li { del { (lost) } } }
                @for won in awarded.changes().after { li { strong { (won) } } }
                @if awarded.changes() == BeforeAfter::default() { li { (visitor.say("得奖者不变，次序有变", "the same, in another order")) } }
            }
        }
        @for moved in &standings {
            div class="wide many" tabindex="0" {
                table {
                    caption { (moved_name(visitor, moved)) }
                    thead { tr { th class="number" { (visitor.say("名次", "Rank")) } th { (visitor.say("单位", "Unit")) } th class="number" { (visitor.say("分值", "Amount")) } th { (visitor.say("原因", "Why")) } } }
                    tbody { @for row in &moved.rows { (moved_row(visitor, moved, row)) } }
                }
            }
        }
        @for adjusted in &effect.adjustments {
            p {
                (visitor.say("已结的 {c} 有差额：{a} {m}，{by}，记入 {p}。", "{c} is closed: {a} {m} {by}, carried to {p}.")
                    .replace("{c}", &adjusted.closed.join(", ")).replace("{a}", &adjusted.account).replace("{m}", &adjusted.measure)
                    .replace("{by}", &signed(adjusted.by)).replace("{p}", &adjusted.period.to_string()))
            }
        }
    }
}

fn moved_row(visitor: &Visitor, moved: &Moved, row: &MovedRow) -> Markup {
    let rank = |rank: &Option<i64>| rank.map_or("–".to_owned(), |rank| rank.to_string());
    let amount = |amount: &Option<Amount>| amount.map_or("–".to_owned(), |a| a.to_fixed(moved.places));
    let change = |BeforeAfter { before, after }: &BeforeAfter<String>| {
        html! { @if before == after { (after) } @else { del { (before) } " → " strong { (after) } } }
    };
    html! {
        tr {
            td class="number" { (change(&BeforeAfter { before: rank(&row.rank.before), after: rank(&row.rank.after) })) }
            td { (row.title) }
            td class="number" { (change(&BeforeAfter { before: amount(&row.amount.before), after: amount(&row.amount.after) })) }
            td {
                @if row.why.is_empty() { span class="quiet" { (visitor.say("他人变动", "others moved")) } }
                @for why in &row.why { div { (reason(visitor, why, moved.period.last())) } }
            }
        }
    }
}

fn reason(visitor: &Visitor, why: &Why, on: Date) -> Markup {
    let clause = words(visitor, &why.plugin, why.clause.as_deref().unwrap_or_default(), on);
    html! {
        strong { (signed(why.by)) } " " (if clause.is_empty() { &why.plugin } else { &clause }) " "
        span class="quiet" { (visitor.say("{} 件", "{} events").replace("{}", &why.events.to_string())) " " span class="source" { (why.source) } }
    }
}

/// What a clause says on a day in the visitor's language, where the plugin's document has it; else its name.
pub fn words(visitor: &Visitor, plugin: &str, clause: &str, on: Date) -> String {
    let generation = visitor.served.office.host().generation();
    let text = generation.plugins.get(plugin).and_then(|plugin| plugin.clause_text(clause, &on.to_string()));
    text.map_or_else(|| clause.to_owned(), |text| visitor.say(&text.zh, &text.en).to_owned())
}

fn signed(amount: Amount) -> String {
    if amount > Amount::ZERO { format!("+{amount}") } else { amount.to_string() }
}

fn row(member: &Member, line: &RuleLine, on: Date) -> Markup {
    let visitor = &member.visitor;
    let what = [&line.register, &line.action, &line.measure].map(String::as_str);
    let dates = match (line.from.as_str(), line.to.as_str()) {
        ("", "") => visitor.say("一直", "always").to_owned(),
        (from, to) => format!("{from} … {to}"),
    };
    let state = match line.state {
        InForce::InForce => None,
        InForce::NotChosen => Some(visitor.say("未选用", "not chosen")),
        InForce::NotYet => Some(visitor.say("未生效", "not yet")),
        InForce::NoLonger => Some(visitor.say("已失效", "no longer")),
        InForce::Replaced => Some(visitor.say("被替代", "replaced")),
    };
    html! {
        tr {
            td { (if line.rule.is_empty() { &line.point } else { &line.rule }) @if let Some(state) = state { " " span class="stage" { (state) } } }
            td { (what.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")) }
            td class="tight" { (dates) }
            td { (words(visitor, &line.plugin, &line.clause, on)) }
            td {
                @if member.who.principal.administers() { a href=(visitor.served.link(&format!("/plugins/{}", encode(&line.plugin)))) { (line.plugin) } }
                @else { (line.plugin) }
                " " (line.version) " " span class="quiet source" { (line.source) }
                @if let Some(document) = &line.document { div class="quiet" { (visitor.say(&document.title.zh, &document.title.en)) @if !document.number.is_empty() { "，" (document.number) } } }
            }
        }
    }
}
