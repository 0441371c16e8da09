//! `office`: which offices there are, and which rule sets act in them.

use super::{DONE, WrongUse, output::Output};
use crate::app::{App, Desk, choose_rule_sets, date};
use anyhow::Result;
use registrar_kernel::Act;
use registrar_sdk::{Map, Value};
use serde_json::json;

/// Runs the command.
pub fn run(
    app: &App,
    name: Option<&str>,
    rules: &[String],
    on: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let Some(name) = name else { return list(app, output) };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(WrongUse(format!("\"{name}\" is no office's name: use a-z, 0-9 and -")).into());
    }
    let desk = app.make(name)?;
    if !rules.is_empty() {
        choose(&desk, rules, on)?;
        if on.is_none() {
            let today = desk.office.today();
            output.note(format!(
                "From {today} on; what happened before keeps its rules. --on DATE says another day."
            ));
        }
        follow(app, &desk)?;
    }
    let chosen: Vec<_> = desk.office.host().config().chosen.iter().cloned().collect();
    if output.json {
        output.value(&json!({ "office": name, "rules": chosen }))?;
    } else {
        let chosen = if chosen.is_empty() { "none".to_owned() } else { chosen.join(", ") };
        output.line(format!("{name}: rule sets {chosen}"));
    }
    Ok(DONE)
}

/// Has just these rule sets act from a day, by dated events in the office's log. What happened
/// before that day keeps the rules it had.
pub fn choose(desk: &Desk, rules: &[String], on: Option<&str>) -> Result<()> {
    let generation = desk.office.host().generation();
    let wanted: Vec<&String> = rules.iter().filter(|r| *r != "-").collect();
    let known: Vec<&str> =
        generation.plugins.values().filter(|p| p.rule_set).map(|p| p.id.as_str()).collect();
    for id in &wanted {
        if !known.contains(&id.as_str()) {
            let hint = registrar_host::suggest::nearest(id, known.iter().copied());
            return Err(WrongUse(format!(
                "there is no rule set \"{id}\"{hint} (there are {})",
                known.join(", ")
            ))
            .into());
        }
    }
    let on = on.map(date).transpose()?.unwrap_or_else(|| desk.office.today());
    let present = desk.office.directory().rule_sets(on);
    let changes = wanted.iter().map(|id| (id.as_str(), true));
    let dropped = present.iter().filter(|id| !wanted.contains(id)).map(|id| (id.as_str(), false));
    for (id, active) in changes.chain(dropped) {
        if present.iter().any(|p| p == id) == active {
            continue;
        }
        desk.office.act(Act {
            register: "$directory".into(),
            record: Some(id.to_owned()),
            action: "rule-set".into(),
            on: Some(on),
            by: "operator".into(),
            fields: Map::from([("active".into(), Value::Bool(active))]),
            ..Act::default()
        })?;
    }
    Ok(())
}

/// Has the rules that the log chooses count, here and now.
pub fn follow(app: &App, desk: &Desk) -> Result<()> {
    if choose_rule_sets(&desk.office, &app.config().rules(&desk.office.name)) {
        desk.office.host().reload();
    }
    desk.books.take_rules(&|_, _| {})?;
    Ok(())
}

fn list(app: &App, output: &mut Output<'_>) -> Result<u8> {
    let names = app.names()?;
    if output.json {
        output.value(&names)?;
    } else if names.is_empty() {
        output.line("No office yet: the first command that needs one makes the default office.");
    } else {
        names.iter().for_each(|name| output.line(name));
    }
    Ok(DONE)
}
