//! `office`: which offices there are, which rule sets act in them, and who approves changed rules.

use super::{DONE, output::Output, preview};
use anyhow::Result;
use jiff::civil::Date;
use registrar_app::{App, OpenOffice, choose_rule_sets, command::WrongUse, date};
use registrar_domain::{
    Actor,
    reserved::{APPROVE_BY, PERIODS, RULES},
};
use registrar_kernel::Act;
use registrar_sdk::{Map, Value};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What is to change.
pub struct OfficeChange<'a> {
    /// The rule sets that act; empty: as they are.
    pub rules: &'a [String],
    /// From which day.
    pub on: Option<&'a str>,
    /// Who approves changed rules; `-`: nobody.
    pub approve_by: Option<&'a str>,
    /// Who takes other decisions: the event that says so, and the role; `-`: nobody.
    pub deciders: [(&'a str, Option<&'a str>); 4],
}

/// Runs the command.
pub fn run(app: &App, name: Option<&str>, change: &OfficeChange<'_>, output: &mut Output<'_>) -> Result<u8> {
    let Some(name) = name else { return list(app, output) };
    let rules = &listed(change.rules);
    let on = change.on.map(date).transpose()?;
    // A refused command leaves no office behind.
    if !rules.is_empty() && !app.names()?.iter().any(|known| known == name) {
        check(rules, &app.rule_sets_of_new(name))?;
    }
    let opened = app.make(name)?;
    let sets = opened.office.host().generation().rule_sets();
    if !rules.is_empty() {
        check(rules, &sets)?;
    }
    // What had another name before is chosen under the one it has.
    for (was, now) in rules.iter().filter_map(|id| Some((id, sets.get(id)?))).filter(|(was, now)| was != now)
    {
        output.note(format!("\"{was}\" is called \"{now}\" now. “{was}”现名“{now}”。"));
    }
    let rules: Vec<String> = rules.iter().map(|id| sets.get(id).unwrap_or(id).clone()).collect();
    if let Some(role) = change.approve_by {
        name_role(&opened, APPROVE_BY, RULES, role)?;
    }
    for (decision, role) in change.deciders {
        if let Some(role) = role {
            name_role(&opened, decision, PERIODS, role)?;
        }
    }
    if !rules.is_empty() {
        choose(&opened, &rules, on)?;
        if change.on.is_none() {
            let today = opened.office.today();
            output.note(format!(
                "From {today} on; what happened before keeps its rules. --on DATE says another day."
            ));
        }
    }
    if change.approve_by.is_some() || !rules.is_empty() {
        follow(app, &opened)?;
    }
    let chosen: Vec<_> = opened.office.host().config().chosen.iter().cloned().collect();
    let role = opened.ledger.approval()?.role;
    let deciders = change.deciders.map(|(decision, _)| decision);
    let deciders = deciders.map(|decision| Ok((decision, opened.office.role_for(decision)?)));
    let deciders = deciders.into_iter().collect::<Result<Vec<_>>>()?;
    if output.json {
        let mut told = json!({ "office": name, "rules": chosen, "approve_by": role });
        deciders.into_iter().for_each(|(decision, role)| told[decision.replace('-', "_")] = json!(role));
        output.value(&told)?;
    } else {
        let chosen = if chosen.is_empty() { "none".to_owned() } else { chosen.join(", ") };
        let role = role.map_or(String::new(), |role| format!("; changed rules wait for the role {role}"));
        let named = deciders.iter().filter_map(|(by, role)| Some(format!("; {by} {}", role.as_ref()?)));
        output.line(format!("{name}: rule sets {chosen}{role}{}", named.collect::<String>()));
    }
    preview::waiting(&opened, output);
    Ok(DONE)
}

// From now on who has this role may take these decisions too.
pub fn name_role(opened: &OpenOffice, decision: &str, about: &str, role: &str) -> Result<()> {
    let role = if role == "-" { Value::Null } else { Value::text(role) };
    opened.office.act(Act {
        register: "$office".into(),
        record: Some(about.into()),
        action: decision.into(),
        by: Actor::Operator,
        fields: Map::from([("role".into(), role)]),
        ..Act::default()
    })?;
    Ok(())
}

/// Rule sets as they were named: one after the other, or with commas between them.
fn listed(rules: &[String]) -> Vec<String> {
    let parts = rules.iter().flat_map(|rules| rules.split([',', '，', '、']));
    parts.map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

fn check(rules: &[String], known: &BTreeMap<String, String>) -> Result<()> {
    for id in rules.iter().filter(|id| *id != "-") {
        if !known.contains_key(id) {
            let hint = registrar_sdk::suggest::nearest(id, known.keys().map(String::as_str));
            let names: BTreeSet<&str> = known.values().map(String::as_str).collect();
            let names: Vec<&str> = names.into_iter().collect();
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(WrongUse(format!("there is no rule set \"{id}\"{hint} (there are {known})")).into());
        }
    }
    Ok(())
}

/// Has just these rule sets act from a day (none: today), by dated events in the office's log. What happened
/// before that day keeps the rules it had.
pub fn choose(opened: &OpenOffice, rules: &[String], on: Option<Date>) -> Result<()> {
    let wanted: Vec<&String> = rules.iter().filter(|r| *r != "-").collect();
    let on = on.unwrap_or_else(|| opened.office.today());
    let present = opened.office.directory().rule_sets(on);
    let changes = wanted.iter().map(|id| (id.as_str(), true));
    let dropped = present.iter().filter(|id| !wanted.contains(id)).map(|id| (id.as_str(), false));
    // Those that go first: what they had may be what those that come claim.
    for (id, active) in dropped.chain(changes) {
        if present.iter().any(|p| p == id) == active {
            continue;
        }
        opened.office.act(Act {
            register: "$directory".into(),
            record: Some(id.to_owned()),
            action: "rule-set".into(),
            on: Some(on),
            by: Actor::Operator,
            fields: Map::from([("active".into(), Value::Bool(active))]),
            ..Act::default()
        })?;
    }
    Ok(())
}

/// Has the rules that the log chooses count, here and now.
pub fn follow(app: &App, opened: &OpenOffice) -> Result<()> {
    if choose_rule_sets(&opened.office, &app.config().rules(&opened.office.name)) {
        opened.office.host().reload();
    }
    opened.ledger.take_rules(&|_, _| {})?;
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
