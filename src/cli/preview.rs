//! `preview`: what changed scripts would do to the figures, before they count.

use super::{CommandContext, DONE, NO, output::Output};
use anyhow::Result;
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_domain::Period;
use registrar_host::Fault;
use registrar_kernel::{KernelError, access::Principal};
use registrar_ledger::{
    Effect,
    effect::{BeforeAfter, Moved, MovedRow, causes::Why},
};
use registrar_sdk::{Amount, BilingualText};
use serde_json::json;
use std::path::Path;

/// What is shown of an effect.
pub struct Only<'a> {
    /// This period.
    pub period: Option<&'a str>,
    /// This register.
    pub register: Option<&'a str>,
}

/// Runs the command.
pub fn run(
    opened: &OpenOffice,
    place: &CommandContext,
    path: Option<&Path>,
    only: &Only<'_>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let host = opened.office.host();
    let path = path.map(|path| place.file(path));
    // Of another place than the office's own folders a file can't be told by where it would lie there.
    let told = |fault: &Fault| match &path {
        Some(_) => fault.to_string(),
        None => host.told_from(&place.folder, fault),
    };
    let candidate = match &path {
        Some(path) => host.candidate_at(&path.canonicalize().unwrap_or_else(|_| path.clone())),
        None => host.candidate(),
    };
    let candidate = match candidate {
        Ok(candidate) => candidate,
        Err(faults) => return refused(&faults, told, output),
    };
    let effect = match opened.ledger.preview(&Principal::Operator, &candidate, &|_, _| {}) {
        Err(KernelError::Registers(faults)) => return refused(&faults, told, output),
        other => chosen(other?, only)?,
    };
    if output.json {
        output.value(&json!({ "changed": candidate.changed, "effect": effect, "faults": [] }))?;
    } else {
        if !candidate.changed.is_empty() {
            output.line(format!("Changed: {}", candidate.changed.join(", ")));
        }
        table(&effect, output);
        waiting(opened, output);
    }
    Ok(if effect.unscored.is_empty() { DONE } else { NO })
}

/// Runs `preview --last`.
pub fn last(opened: &OpenOffice, only: &Only<'_>, output: &mut Output<'_>) -> Result<u8> {
    let Some(mut taken) = opened.ledger.last_change(&Principal::Operator)? else {
        if output.json {
            output.value(&serde_json::Value::Null)?;
        } else {
            output.line("The rules have not changed yet.");
        }
        return Ok(DONE);
    };
    taken.effect = chosen(taken.effect, only)?;
    if output.json {
        output.value(&taken)?;
        return Ok(DONE);
    }
    let by = taken.approved_by.map_or(String::new(), |by| format!(", approved by {by}"));
    output.line(format!("Since {}{by} ({}):", taken.on, taken.event));
    for (plugin, (before, after)) in &taken.plugins {
        let hash = |hash: &Option<String>| hash.as_deref().map_or("none".to_owned(), short);
        output.line(format!("  {plugin}: {} -> {}", hash(before), hash(after)));
    }
    table(&taken.effect, output);
    Ok(DONE)
}

fn refused(faults: &[Fault], told: impl Fn(&Fault) -> String, output: &mut Output<'_>) -> Result<u8> {
    if output.json {
        output.value(&json!({ "changed": [], "effect": null, "faults": faults }))?;
    } else {
        faults.iter().for_each(|fault| output.note(told(fault)));
        output.line("It can't be loaded, so it would not go live.");
    }
    Ok(NO)
}

fn chosen(mut effect: Effect, only: &Only<'_>) -> Result<Effect> {
    let period = only.period.map(str::parse::<Period>).transpose().map_err(|e| WrongUse(e.to_string()))?;
    let shown = |p: Period, register: &str| {
        period.is_none_or(|wanted| wanted == p) && only.register.is_none_or(|wanted| wanted == register)
    };
    effect.standings.retain(|moved| shown(moved.period, &moved.register));
    effect.adjustments.retain(|adjusted| shown(adjusted.period, &adjusted.register));
    effect.awards.retain(|awarded| shown(awarded.period, &awarded.register));
    Ok(effect)
}

/// Prints an effect for people.
pub fn table(effect: &Effect, output: &mut Output<'_>) {
    if !effect.figures.is_empty() {
        super::rule_figures::show(&effect.figures, output);
    }
    for awarded in &effect.awards {
        output.line(format!("{} · {} · awards 评优", awarded.register, awarded.period));
        let BeforeAfter { before, after } = awarded.changes();
        if before.is_empty() && after.is_empty() {
            output.line("  the same, in another order 得奖者不变，次序有变");
        }
        before.iter().for_each(|lost| output.line(format!("  - {lost}")));
        after.iter().for_each(|won| output.line(format!("  + {won}")));
    }
    for moved in &effect.standings {
        let pool = moved.pool.as_ref().map_or(String::new(), |pool| format!(" · {pool}"));
        output.line(format!("{} · {} · {}{pool}", moved.register, moved.period, moved.measure));
        let rows: Vec<Vec<String>> = moved.rows.iter().map(|row| cells(moved, row)).collect();
        output.table(&["名次 RANK", "单位 UNIT", "分值 AMOUNT", "ACCOUNT", "原因 WHY"], &rows);
    }
    for adjusted in &effect.adjustments {
        output.line(format!(
            "{} · {} is closed: {} {} for {} in {} ({})",
            adjusted.register,
            adjusted.closed.join(", "),
            signed(adjusted.by),
            adjusted.measure,
            adjusted.account,
            adjusted.period,
            "adjustment 调整"
        ));
    }
    for unscored in &effect.unscored {
        output.note(format!("can't be scored 无法计分: {unscored}"));
    }
    if effect.is_empty() {
        output.line("No figure moves. 分值不变。");
    }
}

fn cells(moved: &Moved, row: &MovedRow) -> Vec<String> {
    let rank = |rank: &Option<i64>| rank.map_or("-".to_owned(), |rank| rank.to_string());
    let amount = |amount: &Option<Amount>| amount.map_or("-".to_owned(), |a| a.to_fixed(moved.places));
    let mut why: Vec<String> = row.why.iter().map(reason).collect();
    if let Some(excluded) = &row.excluded {
        let text = |reason: &Option<BilingualText>| {
            reason.as_ref().map_or_else(|| "ranked".to_owned(), BilingualText::to_string)
        };
        why.push(format!("{} -> {}", text(&excluded.before), text(&excluded.after)));
    }
    vec![
        pair(rank(&row.rank.before), rank(&row.rank.after)),
        row.title.clone(),
        pair(amount(&row.amount.before), amount(&row.amount.after)),
        row.account.clone(),
        if why.is_empty() { "others moved 他人变动".to_owned() } else { why.join("; ") },
    ]
}

fn pair(before: String, after: String) -> String {
    if before == after { after } else { format!("{before} -> {after}") }
}

fn reason(why: &Why) -> String {
    let clause = why.clause_text.as_deref().or(why.clause.as_deref());
    let clause = clause.unwrap_or(if why.plugin.is_empty() { "adjustment" } else { &why.plugin });
    let events = match why.events {
        0 => String::new(),
        1 => ", 1 event".to_owned(),
        n => format!(", {n} events"),
    };
    let source = if why.source.is_empty() { String::new() } else { format!(" [{}]", why.source) };
    format!("{} {clause}{events}{source}", signed(why.by))
}

fn signed(amount: Amount) -> String {
    if amount > Amount::ZERO { format!("+{amount}") } else { amount.to_string() }
}

/// A hash as people compare it.
pub fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// Notes that changed rules wait, if they do.
pub fn waiting(opened: &OpenOffice, output: &mut Output<'_>) {
    if let Some(rules) = opened.ledger.waiting() {
        output.note(format!(
            "changed rules ({}) wait for approval and do not count yet; `registrar preview` shows what they do, `registrar approve` takes them. 规则变更待批准。",
            short(&rules)
        ));
    }
}
