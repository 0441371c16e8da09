//! One entry of a register, as its live events have made it.

use crate::{
    event::Event,
    register::Register,
    reserved::{FIELDS, NUMBER, OPENING, OWN_ACTIONS, STAGE, VOID},
};
use registrar_sdk::{
    Value,
    value::{Key, Map},
};
use std::sync::LazyLock;

/// The state of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its register.
    pub register: String,
    /// Its id, unique in its register.
    pub id: String,
    /// Where it stands; empty in a register without stages.
    pub stage: String,
    /// Its official number, once it has one.
    pub number: Option<String>,
    /// Its declared fields; what is declared no longer stays, hidden.
    pub fields: Map,
    /// The first event that made it.
    pub created: u64,
    /// The last event that touched it.
    pub touched: u64,
}

impl Record {
    /// A record before its first event: at the register's first stage, with its fields' defaults.
    pub fn new(register: &Register, id: &str) -> Record {
        Record {
            register: register.id.clone(),
            id: id.to_owned(),
            stage: register.stages.first().map(|s| s.id.clone()).unwrap_or_default(),
            number: None,
            fields: register.defaults(),
            created: 0,
            touched: 0,
        }
    }

    /// What it is called: by the field that its register names it with, else by its id.
    pub fn name<'r>(&'r self, register: &Register) -> &'r str {
        let name = self.fields.get(register.name_field.as_str()).and_then(|name| name.as_str());
        name.filter(|name| !name.trim().is_empty()).unwrap_or(&self.id)
    }

    /// What a live event does to the record: its stage, its number, and those of its fields that
    /// belong to the record or that its form passes on.
    pub fn apply(&mut self, register: &Register, event: &Event) {
        if self.created == 0 {
            self.created = event.seq;
        }
        self.touched = self.touched.max(event.seq);
        if event.action == OPENING {
            self.open(register, event);
        }
        if register.open || OWN_ACTIONS.contains(&event.action.as_str()) {
            return;
        }
        let action = register.actions.get(&event.action);
        for name in event.erased() {
            self.fields.remove(register.lands_in(&event.action, name));
        }
        if let Some(to) = action.and_then(|a| a.to.as_ref()) {
            self.stage.clone_from(to);
        }
        for (name, value) in &event.fields {
            if let Some(form) = action.and_then(|a| a.form.get(&**name)) {
                if let Some(target) = &form.sets {
                    set(&mut self.fields, target, value);
                }
            } else if &**name == NUMBER && !register.fields.contains_key(NUMBER) {
                self.number = value.as_str().map(str::to_owned);
            } else {
                set(&mut self.fields, register.current_name(name), value);
            }
        }
    }

    /// Begins as it stands elsewhere.
    fn open(&mut self, register: &Register, event: &Event) {
        let word = |name: &str| event.fields.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some(stage) = word(STAGE) {
            self.stage = stage;
        }
        self.number = word(NUMBER);
        self.fields.clear();
        for (name, value) in event.fields.get(FIELDS).and_then(Value::as_map).into_iter().flatten() {
            set(&mut self.fields, register.current_name(name), value);
        }
    }

    /// The record that `events` (its own, in the order they were logged) make; `None` if none is live.
    pub fn replay(register: &Register, id: &str, events: &[Event]) -> Option<Record> {
        let mut record = Record::new(register, id);
        for event in events.iter().filter(|e| !e.dead && e.action != VOID) {
            record.apply(register, event);
        }
        (record.created > 0).then_some(record)
    }

    /// The record as handlers see it: declared fields at top level, and `id`, `register`, `stage`,
    /// `number`.
    pub fn to_value(&self) -> Value {
        // Names made once: they are the same for every record.
        static KEYS: LazyLock<[Key; 4]> =
            LazyLock::new(|| ["id", "register", "stage", NUMBER].map(Key::from));
        let mut map = self.fields.clone();
        map.retain(|_, value| !value.is_absent());
        for (key, text) in KEYS.iter().zip([&self.id, &self.register, &self.stage]) {
            map.insert(key.clone(), Value::text(text));
        }
        if let Some(number) = &self.number {
            map.insert(KEYS[3].clone(), Value::text(number));
        }
        Value::Map(map)
    }
}

impl Register {
    /// A stored record in terms of the present definition.
    pub fn present(&self, mut record: Record) -> Record {
        for (old, new) in &self.renamed {
            if let Some(value) = record.fields.remove(old.as_str()) {
                record.fields.entry(new.as_str().into()).or_insert(value);
            }
        }
        record.stage = self.current_stage(&record.stage).to_owned();
        record
    }
}

fn set(fields: &mut Map, name: &str, value: &Value) {
    match value {
        Value::Nil => {}
        Value::Null => {
            fields.remove(name);
        }
        value => {
            fields.insert(name.into(), value.clone());
        }
    }
}
