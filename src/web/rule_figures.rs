//! The dated figures and the settings on the page of rules: what each is on a day, how two days differ, what a change
//! moves, what the office chose.

use crate::{
    url::encode,
    visitor::{Member, Visitor},
};
use maud::{Markup, html};
use registrar_domain::BilingualText;
use registrar_kernel::figures::rules::{
    dated_figures::{FigureChange, FigureLine},
    difference_kind::DifferenceKind,
    rule_settings::SettingLine,
};
use registrar_sdk::Amount;

/// The figures of a day.
pub fn of_day(member: &Member, lines: &[FigureLine]) -> Markup {
    let visitor = &member.visitor;
    html! {
        @if !lines.is_empty() {
            h2 id="figures" { (visitor.say("数字表", "Figures")) }
            p class="quiet" { (visitor.say(
                "每个数字只写在一处（见出处）：在那一行的 from 里加上“日期 = 新数字”并保存，自那一天起按新数字计。",
                "Each figure is written in one place (see source): add \"day = amount\" to `from` on that line and save; from that day on it counts.",
            )) }
            div class="wide many" tabindex="0" {
                table {
                    thead { tr {
                        th { (visitor.say("项目", "Figure")) } th class="number" { (visitor.say("数值", "Amount")) }
                        th { (visitor.say("起用", "Since")) } th { (visitor.say("以后", "Later")) }
                        th { (visitor.say("条款", "Clause")) } th { (visitor.say("出处", "Source")) }
                    } }
                    tbody { @for line in lines { (row(member, line)) } }
                }
            }
        }
    }
}

fn row(member: &Member, line: &FigureLine) -> Markup {
    let visitor = &member.visitor;
    html! {
        tr {
            td { (visitor.say(&line.label.zh, &line.label.en)) @if !line.note.is_empty() { " " span class="quiet" { (visitor.say(&line.note.zh, &line.note.en)) } } }
            td class="number" { (shown(line.amount)) " " (visitor.say(&line.unit.zh, &line.unit.en)) }
            td class="tight" { (line.since.as_deref().unwrap_or("–")) }
            td class="tight" { @if let Some((from, amount)) = &line.next { (from) " " strong { (shown(*amount)) } } }
            td { @match &line.clause_text { Some(text) => (visitor.say(&text.zh, &text.en)), None => (line.clause) } }
            td {
                @if member.who.principal.administers() { a href=(visitor.served.link(&format!("/plugins/{}", encode(&line.plugin)))) { (line.source) } }
                @else { span class="source" { (line.source) } }
                " " code class="quiet" { (line.name) }
            }
        }
    }
}

/// How figures differ: those that do, with what they were and are.
pub fn changes(visitor: &Visitor, caption: &str, changes: &[FigureChange]) -> Markup {
    let title = |title: &BilingualText| visitor.say(&title.zh, &title.en).to_owned();
    let differing: Vec<&FigureChange> =
        changes.iter().filter(|change| change.kind != DifferenceKind::Unchanged).collect();
    html! {
        div class="wide many" tabindex="0" {
            table {
                caption { (caption) " · " (counted(visitor, changes)) }
                @if !differing.is_empty() {
                    thead { tr {
                        th {} th { (visitor.say("项目", "Figure")) } th class="number" { (visitor.say("数值", "Amount")) }
                        th { (visitor.say("起用", "From")) } th { (visitor.say("条款", "Clause")) } th { (visitor.say("出处", "Source")) }
                    } }
                    tbody { @for change in differing {
                        tr {
                            td { span class="stage" { (kind(visitor, change.kind)) } }
                            td { (title(&change.label)) }
                            td class="number" { del { (shown(change.before)) } " → " strong { (shown(change.after)) } " " (title(&change.unit)) }
                            td class="tight" { (change.from.as_deref().unwrap_or_default()) }
                            td { @match &change.clause_text { Some(text) => (title(text)), None => (change.clause) } }
                            td { span class="quiet source" { (change.source) } }
                        }
                    } }
                }
            }
        }
    }
}

fn counted(visitor: &Visitor, changes: &[FigureChange]) -> String {
    let all = [
        DifferenceKind::Added,
        DifferenceKind::Raised,
        DifferenceKind::Lowered,
        DifferenceKind::Removed,
        DifferenceKind::Unchanged,
    ];
    let count = |wanted: &DifferenceKind| changes.iter().filter(|change| change.kind == *wanted).count();
    let said = all.iter().map(|wanted| (wanted, count(wanted))).filter(|(_, n)| *n > 0);
    let said: Vec<String> = said.map(|(wanted, n)| format!("{} {n}", kind(visitor, *wanted))).collect();
    said.join(visitor.say("，", ", "))
}

fn kind(visitor: &Visitor, kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Added => visitor.say("新增", "added"),
        DifferenceKind::Raised => visitor.say("提高", "raised"),
        DifferenceKind::Lowered => visitor.say("降低", "lowered"),
        DifferenceKind::Removed => visitor.say("取消", "removed"),
        DifferenceKind::Moved => visitor.say("改归", "moved"),
        DifferenceKind::Unchanged => visitor.say("不变", "unchanged"),
    }
}

fn shown(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "–".to_owned(), |amount| amount.to_string())
}

/// What the rules leave to the office, and what it chose.
pub fn settings(visitor: &Visitor, lines: &[SettingLine]) -> Markup {
    html! {
        @if !lines.is_empty() {
            details id="settings" {
                summary { h2 { (visitor.say("选择项", "Settings")) } " " span class="quiet" { (lines.len()) } }
                p class="quiet" { (visitor.say("原文未规定、由本单位选择的做法；在 registrar.toml 中填写。", "What the document leaves to the office; it is said in registrar.toml.")) }
                div class="wide" tabindex="0" {
                    table {
                        thead { tr {
                            th { (visitor.say("选择", "Setting")) } th { (visitor.say("取值", "Value")) } th { (visitor.say("说明", "Meaning")) } th {}
                        } }
                        tbody { @for line in lines {
                            tr {
                                td { (visitor.say(&line.label.zh, &line.label.en)) }
                                td { @if line.chosen() { strong { (line.value) } " " span class="quiet" { (visitor.say("默认", "default")) " " (line.default) } } @else { (line.value) } }
                                td { (visitor.say(&line.doc.zh, &line.doc.en)) }
                                td { code class="quiet" { "[settings." (line.plugin) "] " (line.name) } }
                            }
                        } }
                    }
                }
            }
        }
    }
}
