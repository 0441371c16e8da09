//! `registers`: which registers there are, and what rules and forms may name in each.

use super::{DONE, output::Output};
use anyhow::Result;
use registrar_app::OpenOffice;
use registrar_domain::{
    BilingualText, Register,
    register::{FieldDef, FieldType},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Runs the command.
pub fn run(opened: &OpenOffice, id: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let registers = opened.office.registers();
    let Some(id) = id else {
        list(registers.by_id.values().map(|register| &**register), output)?;
        return Ok(DONE);
    };
    let register = registers.find(id)?;
    if output.json {
        output.value(&described(register))?;
    } else {
        show(register, output);
    }
    Ok(DONE)
}

fn list<'a>(registers: impl Iterator<Item = &'a Register>, output: &mut Output<'_>) -> Result<()> {
    if output.json {
        return output.value(&registers.map(described).collect::<Vec<_>>());
    }
    let row = |register: &Register| {
        let actions: Vec<_> = register.actions.keys().cloned().collect();
        vec![register.id.clone(), both(&register.title), register.plugin.clone(), actions.join(", ")]
    };
    let rows: Vec<_> = registers.map(row).collect();
    if rows.is_empty() {
        output.line("No register yet: a plugin defines one (`registrar new register NAME`).");
    } else {
        output.table(&["REGISTER", "TITLE", "PLUGIN", "ACTIONS"], &rows);
    }
    Ok(())
}

fn show(register: &Register, output: &mut Output<'_>) {
    output.line(format!("{}: {}, by the plugin {}", register.id, both(&register.title), register.plugin));
    output.line("");
    output.table(&["FIELD", "HOLDS", "LABEL", "WORDS"], &rows(&register.fields));
    output.line("");
    output.line(format!(
        "Stages: {}",
        register.stages.iter().map(|stage| stage.id.as_str()).collect::<Vec<_>>().join(", ")
    ));
    for (name, action) in &register.actions {
        output.line("");
        let from = action.from.as_ref().map_or("any stage".to_owned(), |from| from.join(", "));
        let to = action.to.as_ref().map_or(String::new(), |to| format!(" to {to}"));
        let by = if action.by.is_empty() { "the operator".to_owned() } else { action.by.join(", ") };
        let submission = if action.submission { "; a record counts as submitted by it" } else { "" };
        output.line(format!("{name} ({}): from {from}{to}; by {by}{submission}", both(&action.title)));
        if !action.form.is_empty() {
            output.table(&["  FORM", "HOLDS", "LABEL", "WORDS"], &rows(&action.form));
        }
    }
    for (name, measure) in &register.measures {
        output.line("");
        let of = if measure.person { "people" } else { "units" };
        output.line(format!(
            "measure {name} ({}): {} decimals, accounts are {of}",
            both(&measure.title),
            measure.places
        ));
    }
    for (name, pool) in &register.pools {
        let classes =
            if pool.classes.is_empty() { "all classes".to_owned() } else { pool.classes.join(", ") };
        output.line(format!("pool {name} ({}): {classes}", both(&pool.title)));
    }
}

fn rows(fields: &BTreeMap<String, FieldDef>) -> Vec<Vec<String>> {
    let row = |(name, field): (&String, &FieldDef)| {
        vec![
            name.clone(),
            holds(field),
            both(&field.label),
            if field.is_choice() { field.of.join(", ") } else { String::new() },
        ]
    };
    fields.iter().map(row).collect()
}

/// `list of unit, required`.
fn holds(field: &FieldDef) -> String {
    let of = match (field.ty, field.of.first()) {
        (FieldType::Record, Some(register)) => format!("record of {register}"),
        (ty, _) => ty.name().to_owned(),
    };
    let many = if field.many { format!("list of {of}") } else { of };
    let required = if field.required { ", required" } else { "" };
    let sets = field.sets.as_ref().map_or(String::new(), |sets| format!(", sets {sets}"));
    format!("{many}{required}{sets}")
}

fn both(title: &BilingualText) -> String {
    if title.zh == title.en { title.zh.clone() } else { format!("{} · {}", title.zh, title.en) }
}

fn described(register: &Register) -> Value {
    let title = |title: &BilingualText| json!({ "zh": title.zh, "en": title.en });
    let field = |(name, field): (&String, &FieldDef)| {
        let said = json!({
            "type": field.ty.name(), "many": field.many, "required": field.required, "label": title(&field.label),
            "of": field.of, "sets": field.sets,
        });
        (name.clone(), said)
    };
    let fields = |of: &BTreeMap<String, FieldDef>| of.iter().map(field).collect::<serde_json::Map<_, _>>();
    let actions = register.actions.iter().map(|(name, action)| {
        let said = json!({
            "title": title(&action.title), "from": action.from, "to": action.to, "by": action.by,
            "create": action.create, "submission": action.submission, "form": fields(&action.form),
        });
        (name.clone(), said)
    });
    let measures = register.measures.iter().map(|(name, measure)| {
        let account = if measure.person { "person" } else { "unit" };
        let said = json!({ "title": title(&measure.title), "places": measure.places, "account": account });
        (name.clone(), said)
    });
    let pools = register
        .pools
        .iter()
        .map(|(name, pool)| (name.clone(), json!({ "title": title(&pool.title), "classes": pool.classes })));
    json!({
        "id": register.id, "title": title(&register.title), "plugin": register.plugin,
        "fields": fields(&register.fields), "stages": register.stages.iter().map(|stage| &stage.id).collect::<Vec<_>>(),
        "actions": actions.collect::<serde_json::Map<_, _>>(),
        "measures": measures.collect::<serde_json::Map<_, _>>(),
        "pools": pools.collect::<serde_json::Map<_, _>>(),
    })
}
