//! Dated code tables, settings and chosen rule sets.

use crate::{directory::Directory, event::Event};
use jiff::civil::Date;
use registrar_sdk::{Term, Value, value::Map};
use std::collections::BTreeMap;

/// The key that a `table` event is about.
pub(super) fn key_of(event: &Event) -> String {
    match event.fields.get("key") {
        Some(Value::Text(key)) => key.to_string(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

impl Directory {
    /// What a code table says of a key on a day: its `value`, or all its fields if it has none.
    pub fn table(&self, name: &str, key: &str, on: Date) -> Option<Value> {
        let mut fields = self.tables.get(name)?.get(key)?.on(on)?;
        fields.remove("key");
        Some(match fields.remove("value") {
            Some(value) => value,
            None if fields.is_empty() => return None,
            None => Value::Map(fields),
        })
    }

    /// All keys of a code table on a day.
    pub fn table_rows(&self, name: &str, on: Date) -> Map {
        let Some(table) = self.tables.get(name) else { return Map::new() };
        table.keys().filter_map(|key| Some((key.as_str().into(), self.table(name, key, on)?))).collect()
    }

    /// Whether there is a code table of this name, on whatever day.
    pub fn knows_table(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }

    /// A setting of the office on a day.
    pub fn setting(&self, name: &str, on: Date) -> Option<Value> {
        self.settings.get(name)?.on(on)?.remove("value")
    }

    /// Whether the office has chosen a rule set on a day; `None` if it has said nothing.
    pub fn rule_set(&self, id: &str, on: Date) -> Option<bool> {
        Some(self.rule_sets.get(id)?.on(on)?.get("active").and_then(Value::as_bool).unwrap_or(true))
    }

    /// On which days the office has each rule set act that it ever chose.
    pub fn rule_set_terms(&self) -> BTreeMap<String, Vec<Term>> {
        let terms = |(id, changes): (&String, &crate::directory::Dated)| {
            let mut terms: Vec<Term> = Vec::new();
            let mut acting = false;
            for day in changes.days() {
                let acts = self.rule_set(id, day) == Some(true);
                match terms.last_mut() {
                    _ if acts && !acting => terms.push(Term { from: Some(day.to_string()), to: None }),
                    Some(term) if acting && !acts => {
                        term.to = day.yesterday().ok().map(|day| day.to_string())
                    }
                    _ => {}
                }
                acting = acts;
            }
            (id.clone(), terms)
        };
        self.rule_sets.iter().map(terms).collect()
    }

    /// The rule sets in force on a day.
    pub fn rule_sets(&self, on: Date) -> Vec<String> {
        self.rule_sets.keys().filter(|id| self.rule_set(id, on) == Some(true)).cloned().collect()
    }
}
