//! `rules`: which rules there are, or were in force on a date, and what is wrong with their dates.

use super::{DONE, output::Output};
use anyhow::Result;
use clap::{Args, Subcommand};
use registrar_app::{OpenOffice, date};
use registrar_host::GoverningDocument;
use registrar_ledger::rules::{
    self,
    list::{Listing, RuleLine, RuleState},
};
use registrar_sdk::Term;

/// What is asked of the rules.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RulesArgs {
    /// What else is told of the rules than a list of them
    #[command(subcommand)]
    pub command: Option<RulesCommand>,
    /// The date
    #[arg(long)]
    on: Option<String>,
    /// Those that are not in force as well, and why (without --on: today)
    #[arg(long)]
    all: bool,
    /// Only for this register
    #[arg(long)]
    register: Option<String>,
}

/// What else is told of the rules.
#[derive(Subcommand, Debug)]
pub enum RulesCommand {
    /// Run two versions on the same cases and show which figures were added, raised, lowered, removed
    ///
    /// A version is a plugin's id (as it serves), a path, the first letters of the hash of a version
    /// that served once (`registrar plugins` shows them), `live` (the other's plugin, as it serves),
    /// or a date (all that is in force then). The cases are the examples of both versions, whatever
    /// they expect, and the last events of the office.
    Diff(super::rules_diff::RulesDiffArgs),
    /// The dated figures of the rules: what each is, since when, under which clause, on which line
    Figures(super::rule_figures::FiguresArgs),
    /// What the rules leave to the office: each setting with what it is, what it means, where it is said
    Settings(super::rule_settings::SettingsArgs),
}

/// Runs the command; without one to compare, lists.
pub fn run(opened: &OpenOffice, asked: &RulesArgs, output: &mut Output<'_>) -> Result<u8> {
    let on = asked.on.as_deref().map(date).transpose()?;
    let on = on.or_else(|| asked.all.then(|| opened.office.today()));
    if let Some(register) = &asked.register {
        opened.office.registers().find(register)?;
    }
    let host = opened.office.host();
    let lines = rules::list(host, &Listing { on, all: asked.all, register: asked.register.clone() });
    if output.json {
        output.value(&lines)?;
        return Ok(DONE);
    }
    if lines.is_empty() {
        output.line("No rule is in force. `registrar office NAME --rules PLUGIN` chooses a rule set.");
        return Ok(DONE);
    }
    let rows: Vec<_> = lines.iter().map(cells).collect();
    output.table(&["RULE", "POINT", "FOR", "IN FORCE", "CLAUSE", "SOURCE", ""], &rows);
    let mut told: Vec<&str> = Vec::new();
    for line in lines.iter().filter(|line| line.document.is_some()) {
        if !told.contains(&line.plugin.as_str()) {
            told.push(&line.plugin);
            output.line(document(line));
        }
    }
    for warning in rules::warnings_here(host, &opened.office.registers()) {
        output.note(format!("warning: {warning}"));
    }
    Ok(DONE)
}

fn cells(line: &RuleLine) -> Vec<String> {
    let what = [&line.register, &line.action, &line.measure].map(String::as_str).join(" ");
    let dates = match (line.from.as_str(), line.to.as_str()) {
        ("", "") => "always".to_owned(),
        (from, to) => format!("{from}..{to}"),
    };
    let clause = match &line.clause_text {
        Some(text) => format!("{}: {text}", line.clause),
        None => line.clause.clone(),
    };
    let (rule, point, source) = (line.rule.clone(), line.point.clone(), line.source.clone());
    vec![rule, point, what, dates, clause, source, note(line)]
}

// What else decides whether it counts.
fn note(line: &RuleLine) -> String {
    let mut notes = Vec::new();
    match (line.state, &line.replaced_by) {
        (RuleState::NotChosen, _) => notes.push("NOT CHOSEN 未选用".to_owned()),
        (RuleState::NotYet, _) => notes.push("NOT YET 未生效".to_owned()),
        (RuleState::NoLonger, _) => notes.push("NO LONGER 已失效".to_owned()),
        (RuleState::Replaced, Some(by)) => notes.push(format!("REPLACED 被替代: {by}")),
        (RuleState::Replaced, None) | (RuleState::InForce, _) => {}
    }
    if !line.chosen.is_empty() {
        let said = |term: &Term| {
            format!("{}..{}", term.from.as_deref().unwrap_or(""), term.to.as_deref().unwrap_or(""))
        };
        let terms: Vec<String> = line.chosen.iter().map(said).collect();
        notes.push(format!("chosen {}", terms.join(", ")));
    }
    if !line.replaces.is_empty() {
        notes.push(format!("replaces {}", line.replaces.join(", ")));
    }
    if line.overlay {
        notes.push("overlay".to_owned());
    }
    notes.join("; ")
}

fn document(line: &RuleLine) -> String {
    let Some(document) = &line.document else { return String::new() };
    let GoverningDocument { title, number, issued_by, date, url, file } = document;
    let (title, issued_by) = (title.to_string(), issued_by.to_string());
    let parts = [&title, number, &issued_by, date, url, file];
    let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    format!("{}: {}", line.plugin, parts.join(", "))
}
