//! `rules figures`: the dated figures of the rules on a day, or how they differ between two.

use super::{DONE, output::Output};
use anyhow::Result;
use clap::Args;
use jiff::civil::Date;
use registrar_app::{OpenOffice, command::WrongUse, date};
use registrar_ledger::rules::{
    self,
    dated_figures::{FigureChange, FigureLine, FiguresOf},
    difference_kind::DifferenceKind,
};
use registrar_sdk::Amount;
use std::collections::BTreeMap;

/// What is asked of the figures.
#[derive(Args, Debug)]
pub struct FiguresArgs {
    /// The day; today if none is named
    #[arg(long)]
    on: Option<String>,
    /// Compared with what they were on this day
    #[arg(long, value_name = "DATE")]
    with: Option<String>,
    /// Also those of rule sets that do not act here
    #[arg(long, conflicts_with = "with")]
    all: bool,
    /// Only this plugin's
    #[arg(long)]
    plugin: Option<String>,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &FiguresArgs, output: &mut Output<'_>) -> Result<u8> {
    let host = opened.office.host();
    let on = asked.on.as_deref().map(date).transpose()?.unwrap_or_else(|| opened.office.today());
    let counting = opened.ledger.counting();
    if let Some(plugin) = asked.plugin.as_deref().filter(|id| !host.sources().contains_key(*id)) {
        let sources = host.sources();
        let hint = registrar_sdk::suggest::nearest(plugin, sources.keys().map(String::as_str));
        return Err(WrongUse(format!("there is no plugin \"{plugin}\"{hint}")).into());
    }
    if let Some(with) = asked.with.as_deref().map(date).transpose()? {
        let of = |on| FiguresOf { generation: &counting, plugin: asked.plugin.as_deref(), on: Some(on) };
        let changes = rules::figures_between(&of(with), &of(on));
        if output.json {
            output.value(&changes)?;
        } else {
            output.line(format!("{with}  ->  {on}"));
            show(&changes, output);
        }
        return Ok(DONE);
    }
    let mut lines = rules::figures(host, &counting, on, asked.all);
    lines.retain(|line| asked.plugin.as_ref().is_none_or(|plugin| line.plugin == *plugin));
    if output.json {
        output.value(&lines)?;
        return Ok(DONE);
    }
    list(&lines, on, output);
    Ok(DONE)
}

fn list(lines: &[FigureLine], on: Date, output: &mut Output<'_>) {
    if lines.is_empty() {
        output.line("No rule that acts here has figures of its own. 没有数字表。");
        return;
    }
    let cells = |line: &FigureLine| {
        let later = line
            .next
            .as_ref()
            .map_or_else(String::new, |(from, amount)| format!("{from}: {}", said(*amount)));
        vec![
            line.label.zh.clone(),
            said(line.amount),
            line.unit.zh.clone(),
            line.since.clone().unwrap_or_default(),
            later,
            line.clause.clone(),
            line.name.clone(),
            line.source.clone(),
        ]
    };
    let heads = [
        "项目 FIGURE",
        "数值 AMOUNT",
        "单位 UNIT",
        "起用 SINCE",
        "以后 LATER",
        "条款 CLAUSE",
        "NAME",
        "SOURCE",
    ];
    output.table(&heads, &lines.iter().map(cells).collect::<Vec<_>>());
    output.note(format!(
        "as of {on}; add `day = amount` to `from` on its line, and it counts from that day on"
    ));
}

/// Prints how figures differ, and how many do.
pub fn show(changes: &[FigureChange], output: &mut Output<'_>) {
    let cells = |change: &FigureChange| {
        vec![
            word(change.kind).to_owned(),
            change.label.zh.clone(),
            said(change.before),
            said(change.after),
            change.unit.zh.clone(),
            change.from.clone().unwrap_or_default(),
            change.clause_text.as_ref().map_or_else(|| change.clause.clone(), |text| text.zh.clone()),
            change.source.clone(),
        ]
    };
    let differing: Vec<Vec<String>> =
        changes.iter().filter(|change| change.kind != DifferenceKind::Unchanged).map(cells).collect();
    if !differing.is_empty() {
        let heads = ["", "项目 FIGURE", "BEFORE", "AFTER", "单位 UNIT", "起用 FROM", "条款 CLAUSE", "SOURCE"];
        output.table(&heads, &differing);
    }
    let mut counts: BTreeMap<DifferenceKind, usize> = BTreeMap::new();
    changes.iter().for_each(|change| *counts.entry(change.kind).or_default() += 1);
    let named = [
        (DifferenceKind::Added, "added"),
        (DifferenceKind::Raised, "raised"),
        (DifferenceKind::Lowered, "lowered"),
        (DifferenceKind::Removed, "removed"),
        (DifferenceKind::Unchanged, "unchanged"),
    ];
    let counted = named.map(|(kind, name)| format!("{} {name}", counts.get(&kind).copied().unwrap_or(0)));
    output.line(format!("figures 数字: {}", counted.join(", ")));
}

/// What became of a figure, in both languages.
pub fn word(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Added => "ADDED 新增",
        DifferenceKind::Raised => "RAISED 提高",
        DifferenceKind::Lowered => "LOWERED 降低",
        DifferenceKind::Removed => "REMOVED 取消",
        DifferenceKind::Moved => "MOVED 改归",
        DifferenceKind::Unchanged => "unchanged 不变",
    }
}

fn said(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "-".to_owned(), |amount| amount.to_string())
}
