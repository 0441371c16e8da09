//! The plugins: what serves, how it fares, what is wrong with what lies on disk; and what can be done
//! about it.

use crate::{
    form::Posted,
    layout::{notice, page, token},
    page_error::PageError,
    plugin_versions::{RollbackForm, short, table},
    served_office::ServedOffice,
    state::Web,
    url::encode,
    visitor::{Member, Visitor},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use registrar_domain::storage::Bypass;
use registrar_host::{Fault, Held, PluginState, PluginStatus, SourceLine};
use registrar_sdk::BilingualText;
use std::collections::HashMap;

/// Lines of a source shown before and after the one that is meant.
const AROUND: u32 = 4;

/// The list.
pub async fn list(State(web): State<Web>, member: Member) -> Result<Markup, PageError> {
    member.administers()?;
    let visitor = &member.visitor;
    let (office, today) = (visitor.served.office.clone(), visitor.served.office.today());
    let (rows, bypasses) = web.work(move || Ok((office.host().status(), office.bypasses(today)?))).await?;
    let generation = visitor.served.office.host().generation();
    let counters = visitor.served.office.host().engine().counters();
    let memory = counters.memory.load(std::sync::atomic::Ordering::Relaxed) >> 10;
    let title = visitor.say("插件", "Plugins");
    let wrong: Vec<&PluginStatus> = rows.iter().filter(|row| !row.faults.is_empty()).collect();
    Ok(page(
        &member,
        title,
        html! {
            div class="head" {
                h1 { (title) }
                form method="post" action=(visitor.served.link("/plugins")) { (token(&member)) button class="second" { (visitor.say("重新装载", "Reload")) } }
            }
            @for row in &wrong { (broken(&member, row, 1)) }
            div class="wide many" tabindex="0" {
                table {
                    thead { tr {
                        th { (visitor.say("插件", "Plugin")) } th { (visitor.say("版本", "Version")) } th { (visitor.say("状态", "State")) }
                        th { (visitor.say("种类", "Kind")) } th class="number" { (visitor.say("调用", "Calls")) }
                        th class="number" { (visitor.say("失败", "Failed")) } th class="number" { (visitor.say("平均", "Mean")) }
                        th class="number" { (visitor.say("最长", "Longest")) }
                    } }
                    tbody {
                        @for row in &rows {
                            @let timing = row.timing.as_ref();
                            tr {
                                th scope="row" { a href=(at(&visitor.served, &row.id)) { (row.id) } div class="quiet" { (generation.plugins.get(&row.id).map(|plugin| visitor.title(&plugin.title)).unwrap_or_default()) } }
                                td { (row.version) " " code { (short(&row.content_hash)) } }
                                td { (state(visitor, row.state)) @if bypasses.iter().any(|b| b.plugin == row.id) { " " span class="stage" { (visitor.say("已放行", "bypassed")) } } }
                                td { (row.kind) }
                                td class="number" { (timing.map(|t| t.calls.to_string()).unwrap_or_default()) }
                                td class="number" { (timing.map(|t| t.failed.to_string()).unwrap_or_default()) }
                                td class="number" { (timing.map(|t| time(t.mean_us)).unwrap_or_default()) }
                                td class="number" { (timing.map(|t| time(t.longest_us)).unwrap_or_default()) }
                            }
                        }
                    }
                }
            }
            p class="quiet" { (visitor.say("脚本现用内存 {} KiB。", "Scripts use {} KiB of memory now.").replace("{}", &memory.to_string())) }
        },
    ))
}

/// One plugin.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    draw(&web, &member, &names, None).await
}

/// Reads the folders again.
pub async fn reload(State(web): State<Web>, posted: Posted) -> Result<Redirect, PageError> {
    let member = posted.visitor.member()?;
    member.administers()?;
    let office = member.visitor.served.office.clone();
    web.work(move || {
        office.host().reload();
        Ok(())
    })
    .await?;
    tracing::info!(office = %member.visitor.served.office.name, by = %member.who.person.id, "The plugins were read anew.");
    Ok(Redirect::to(&member.visitor.served.link("/plugins")))
}

/// Rolls back, lets go, lets guards pass, or ends a quarantine.
pub async fn post(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    posted: Posted,
) -> Result<Response, PageError> {
    let Posted { visitor, fields, .. } = posted;
    let member = visitor.member()?;
    member.administers()?;
    let plugin = names.get("plugin").ok_or(PageError::Absent)?.clone();
    let (served, by) = (member.visitor.served.clone(), member.who.actor());
    let said = |name: &str| fields.trimmed(name).to_owned();
    let (what, until, reason) = (said("do"), said("until"), said("reason"));
    let (back, id) = (RollbackForm::read(&fields), plugin.clone());
    let no_day =
        BilingualText::new("请写明截止日期，例如 2023-02-14", "Until which day? Write it like 2023-02-14");
    let done = web
        .work(move || {
            let office = &served.office;
            match what.as_str() {
                "bypass" => {
                    let until: Date = until.parse().map_err(|_| PageError::refused(no_day))?;
                    office.bypass(&id, until, &reason, &by)?;
                }
                "release" => {
                    office.host().quarantine().forget(&id);
                    tracing::info!(office = %office.name, %by, plugin = %id, "A quarantine was ended.");
                }
                _ if back.go(&served, &by)? => {}
                _ => {
                    return Err(PageError::Strange(
                        "不能对插件这样做",
                        "no such thing can be done with a plugin",
                    ));
                }
            }
            Ok(())
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&at(&member.visitor.served, &plugin)).into_response()),
        Err(PageError::Refused(why)) => {
            let page = draw(&web, &member, &names, Some(member.visitor.title(&why).to_owned())).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(PageError::Denied(why)) => {
            let _ = member.denied(&why.to_string());
            Err(PageError::Denied(why))
        }
        Err(other) => Err(other),
    }
}

async fn draw(
    web: &Web,
    member: &Member,
    names: &HashMap<String, String>,
    refused: Option<String>,
) -> Result<Markup, PageError> {
    member.administers()?;
    let visitor = &member.visitor;
    let id = names.get("plugin").ok_or(PageError::Absent)?.clone();
    let (office, today) = (visitor.served.office.clone(), visitor.served.office.today());
    let (row, versions, bypasses) = web
        .work(move || {
            let host = office.host();
            let row = host.status().into_iter().find(|row| row.id == id).ok_or(PageError::Absent)?;
            let versions = host.versions(&id).map_err(PageError::refused)?;
            Ok((row, versions, office.bypasses(today)?))
        })
        .await?;
    let own: Vec<&Bypass> = bypasses.iter().filter(|bypass| bypass.plugin == row.id).collect();
    let action = at(&visitor.served, &row.id);
    let button = |what: &str, label: &str| {
        html! {
            form method="post" action=(action) class="inline" {
                (token(member))
                input type="hidden" name="do" value=(what);
                button class="second" { (label) }
            }
        }
    };
    let timing = row.timing.as_ref();
    Ok(page(
        member,
        &row.id,
        html! {
            p class="crumbs" { a href=(visitor.served.link("/plugins")) { (visitor.say("插件", "Plugins")) } }
            h1 { (row.id) " " (state(visitor, row.state)) }
            (notice("error", &refused.into_iter().collect::<Vec<_>>()))
            @if !row.faults.is_empty() { (broken(member, &row, AROUND)) }
            @for out in &row.quarantined {
                (notice("warn", &[visitor.say("处理程序 {h} 屡次失败，已隔离，{s} 秒后重试。", "The handler {h} keeps failing and is left out; it is tried again in {s} s.").replace("{h}", &out.handler).replace("{s}", &out.seconds_left.to_string())]))
            }
            @if !row.quarantined.is_empty() { (button("release", visitor.say("解除隔离", "Try it again now"))) }
            dl class="fields" {
                dt { (visitor.say("版本", "Version")) } dd { (row.version) " " code { (short(&row.content_hash)) } }
                dt { (visitor.say("规则标识", "Rule hash")) } dd { code { (short(&row.rule_hash)) } }
                dt { (visitor.say("种类", "Kind")) } dd { (row.kind) }
                dt { (visitor.say("扩展点", "Points")) } dd { (row.points.join(visitor.say("、", ", "))) }
                @if let Some(timing) = timing {
                    dt { (visitor.say("调用", "Calls")) }
                    dd {
                        (visitor.say("装载以来 {n} 次，失败 {f} 次，平均 {m}，最长 {l}（抽样计时）", "{n} since it was loaded, {f} failed, {m} in the mean, {l} at the longest (a sample is timed)")
                            .replace("{n}", &timing.calls.to_string()).replace("{f}", &timing.failed.to_string())
                            .replace("{m}", &time(timing.mean_us)).replace("{l}", &time(timing.longest_us)))
                    }
                }
                @if let Some(health) = &row.native { dt { (visitor.say("进程", "Process")) } dd { code { (serde_json::to_string(health).unwrap_or_default()) } } }
            }
            @if let Some(held) = &row.held {
                (notice("warn", &[held_by(visitor, held)]))
            }
            @if let Some(pin) = &row.pinned {
                (notice("warn", &[visitor.say("固定在 {} 版；文件夹中的内容不会生效。", "Pinned to {}; what lies in the folder does not go live.").replace("{}", &short(&pin.content_hash))]))
            }
            @if !versions.is_empty() { (table(member, &action, &vec![(row.id.clone(), versions)], true)) }
            @if row.state != PluginState::Failed { (bypass_form(member, &row.id, &own)) }
        },
    ))
}

/// What lets a plugin's guards pass.
fn bypass_form(member: &Member, plugin: &str, own: &[&Bypass]) -> Markup {
    let visitor = &member.visitor;
    html! {
            h2 { (visitor.say("放行", "Bypass")) }
            @for bypass in own { p { (visitor.say("至 ", "Until ")) (bypass.until) "：" (bypass.reason) " " span class="quiet" { (bypass.by) } } }
            p class="quiet" { (visitor.say("在限期内，这个插件的拦截不再执行；理由记入日志。", "Until that day the guards of this plugin are not heard; the reason goes into the log.")) }
            form method="post" action=(at(&visitor.served, plugin)) class="filter" {
                (token(member))
                input type="hidden" name="do" value="bypass";
                label { (visitor.say("至", "Until")) " " input type="date" name="until" required; }
                label { (visitor.say("理由", "Reason")) " " input name="reason" required maxlength="200"; }
                button class="second" { (visitor.say("放行", "Let pass")) }
            }
    }
}

/// What is wrong with a plugin's files, with their lines, and what serves meanwhile.
fn broken(member: &Member, row: &PluginStatus, around: u32) -> Markup {
    let visitor = &member.visitor;
    let host = visitor.served.office.host();
    let serves = match row.state {
        PluginState::Failed => visitor.say("没有可用的版本。", "Nothing serves in its place.").to_owned(),
        _ => visitor
            .say("仍由 {v}（{h}）版提供服务。", "Version {v} ({h}) serves.")
            .replace("{v}", &row.version)
            .replace("{h}", &short(&row.content_hash)),
    };
    html! {
        div class="notice error" role="alert" {
            p { strong { (row.id) } " " (serves) }
            @for fault in &row.faults { (fault_of(fault, &host.excerpt(fault, around))) }
        }
    }
}

fn fault_of(fault: &Fault, lines: &[SourceLine]) -> Markup {
    html! {
        p { code { (fault.file) @if let Some(line) = fault.line { ":" (line) } } " " (fault.message) }
        @if !lines.is_empty() {
            pre class="code" {
                @for line in lines {
                    span class=(if line.meant { "line meant" } else { "line" }) { (format!("{:>4}  ", line.number)) (line.text) "\n" }
                }
            }
        }
    }
}

/// What a plugin's newer files wait for.
fn held_by(visitor: &Visitor, held: &Held) -> String {
    let since = jiff::Timestamp::from_second(held.since).map(|at| at.to_string()).unwrap_or_default();
    visitor
        .say(
            "新内容自 {t} 起等待 {p}：它们一起生效。",
            "What is on disk waits since {t} for {p}: they go live together.",
        )
        .replace("{t}", &since)
        .replace("{p}", &held.by.join(", "))
}

fn at(served: &ServedOffice, plugin: &str) -> String {
    served.link(&format!("/plugins/{}", encode(plugin)))
}

/// Microseconds as people read them.
fn time(us: u64) -> String {
    if us < 1_000 { format!("{us} µs") } else { format!("{}.{} ms", us / 1_000, us % 1_000 / 100) }
}

fn state(visitor: &Visitor, state: PluginState) -> Markup {
    let (class, zh, en) = match state {
        PluginState::Live => ("good", "在用", "live"),
        PluginState::Off => ("", "未选用", "off"),
        PluginState::EarlierVersion => ("bad", "有误，旧版在用", "broken; the earlier version serves"),
        PluginState::LastGood => ("bad", "有误，上一个好版本在用", "broken; the last good version serves"),
        PluginState::Waiting => ("warn", "等待其他插件", "waits for others"),
        PluginState::Failed => ("bad", "未能装载", "failed"),
        PluginState::Pinned => ("warn", "已固定", "pinned"),
        PluginState::Stopped => ("bad", "已停用", "stopped"),
    };
    html! { span class=(format!("stage {class}")) { (visitor.say(zh, en)) } }
}
