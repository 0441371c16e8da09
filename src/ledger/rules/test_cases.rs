//! What two versions of a rule are asked, to see how they differ: the cases that their authors wrote
//! as examples, and what happened lately in the office.

use crate::error::LedgerError;
use jiff::civil::Date;
use registrar_contract::payload::point;
use registrar_domain::{
    ReadTx, Record, Registers,
    event::{in_order, nths},
    register::FieldType,
    reserved::VOID,
};
use registrar_host::{dispatch::combine::conform_args, plugin::body::Example};
use registrar_sdk::native::Typed;
use registrar_sdk::{Contract, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The points whose handlers can be asked for a figure one by one.
const ASKED: [&str; 3] = [point::ScorePost::ID, point::ScorePeriod::ID, point::QuotaTarget::ID];

/// A case that versions are asked about.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The example's name, or the event's id.
    pub name: String,
    /// Whether an author wrote it down as an example.
    pub example: bool,
    /// The point.
    pub point: &'static str,
    /// Its arguments.
    pub args: Vec<Value>,
    /// An example's own answers to host calls.
    pub calls: Value,
}

/// The cases of examples whose answers are figures. What they expect plays no part.
pub fn of_examples<'a>(
    contract: &'static Contract,
    examples: impl IntoIterator<Item = &'a Example>,
) -> Vec<Probe> {
    let probe = |example: &Example| {
        let spec = &example.spec;
        let point = contract.point(spec.get("point").as_str()?)?;
        if !ASKED.contains(&point.id) || !spec.get("fails").is_nil() {
            return None;
        }
        let args = point.params.iter().map(|p| p.ty.complete(spec.get(p.name))).collect();
        Some(Probe {
            name: example.name.clone(),
            example: true,
            point: point.id,
            args: conform_args(point, args).ok()?,
            calls: spec.get("calls").clone(),
        })
    };
    examples.into_iter().filter_map(probe).collect()
}

/// The last live events of an office's log, at most `most`, each with its record as it is now.
///
/// # Errors
/// The store.
pub fn of_log(read: &dyn ReadTx, registers: &Registers, most: usize) -> Result<Vec<Probe>, LedgerError> {
    let head = read.head()?.seq;
    let latest = read.events_after(head.saturating_sub(most as u64), most)?;
    let known = |register: &str| !register.starts_with('$') && registers.get(register).is_some();
    let records: BTreeSet<(String, String)> = latest
        .iter()
        .filter(|e| known(&e.register))
        .map(|e| (e.register.clone(), e.record.clone()))
        .collect();
    let wanted: BTreeSet<u64> = latest.iter().map(|event| event.seq).collect();
    let mut probes = Vec::new();
    for (register, id) in records {
        let Some(record) = read.record(&register, &id)? else { continue };
        let record = registers.get(&register).map_or(record.clone(), |r| r.present(record));
        let record: Value = Record::to_value(&record);
        let mut events = read.events_of(&register, &id)?;
        events.retain(|event| !event.dead && event.action != VOID);
        in_order(&mut events);
        for (event, nth) in events.iter().zip(nths(&events)).filter(|(e, _)| wanted.contains(&e.seq)) {
            probes.push(Probe {
                name: event.id.clone(),
                example: false,
                point: point::ScorePost::ID,
                args: vec![event.to_value(nth), record.clone()],
                calls: Value::Nil,
            });
        }
    }
    Ok(probes)
}

impl Probe {
    /// The case on another day, if it is one that has a day.
    pub(crate) fn on(mut self, day: Date) -> Option<Probe> {
        let Some(Value::Map(event)) = self.args.first_mut().filter(|_| self.point == point::ScorePost::ID)
        else {
            return None;
        };
        event.insert("on".into(), Value::text(day.to_string()));
        Some(self)
    }

    /// The day it happened, if it is one that has a day.
    pub(crate) fn day(&self) -> Option<Date> {
        self.argument(0, &["on"]).as_str()?.parse().ok()
    }

    /// What tells two cases with the same arguments from others.
    pub(crate) fn key(&self) -> String {
        let args: Vec<String> = self.args.iter().map(ToString::to_string).collect();
        format!("{} {} {}", self.point, args.join(" "), self.calls)
    }

    /// The register it is about; empty if it says none.
    pub(crate) fn register(&self) -> &str {
        let places = match self.point {
            point::ScorePost::ID => self.argument(0, &["register"]),
            point::ScorePeriod::ID => self.argument(0, &["register"]),
            _ => self.argument(2, &[]),
        };
        places.as_str().unwrap_or_default()
    }

    /// The action of its event; empty where there is none.
    pub(crate) fn action(&self) -> &str {
        if self.point == point::ScorePost::ID {
            self.argument(0, &["action"]).as_str().unwrap_or_default()
        } else {
            ""
        }
    }

    fn argument(&self, at: usize, path: &[&str]) -> &Value {
        const NIL: &Value = &Value::Nil;
        path.iter().fold(self.args.get(at).unwrap_or(NIL), |value, key| value.get(key))
    }

    /// By what rules mostly tell cases apart: choices and yes-or-no of form and record, the class of
    /// the unit, the kind of the period.
    pub(crate) fn features(&self, registers: &Registers) -> BTreeMap<String, String> {
        let mut features = BTreeMap::new();
        let mut put = |name: &str, value: &Value| {
            let words: Vec<String> = value.items().iter().map(word).filter(|w| !w.is_empty()).collect();
            if !words.is_empty() {
                features.insert(name.to_owned(), words.join(" "));
            }
        };
        match self.point {
            point::ScorePost::ID => {
                let register = registers.get(self.register());
                let form = register.and_then(|r| r.actions.get(self.action())).map(|action| &action.form);
                let (form_values, record) = (self.argument(0, &["fields"]), self.argument(1, &[]));
                let telling = |fields: Option<&BTreeMap<String, registrar_domain::register::FieldDef>>,
                               value: &Value| {
                    let tells = |name: &str| match fields.and_then(|fields| fields.get(name)) {
                        Some(field) => matches!(field.ty, FieldType::Choice | FieldType::Bool),
                        None => false,
                    };
                    let named = value.as_map().into_iter().flatten();
                    named.filter(|(name, _)| tells(name)).map(|(n, v)| (n.to_string(), v.clone())).collect()
                };
                let own: Vec<(String, Value)> = telling(register.map(|r| &r.fields), record);
                let filled: Vec<(String, Value)> = telling(form, form_values);
                own.iter().chain(&filled).for_each(|(name, value)| put(name, value));
            }
            point::ScorePeriod::ID => {
                put("class", self.argument(0, &["unit", "class"]));
                put("period", self.argument(0, &["period", "kind"]));
            }
            _ => {
                put("class", self.argument(0, &["class"]));
                put("period", self.argument(1, &["kind"]));
            }
        }
        features
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Bool(answer) => answer.to_string(),
        _ => String::new(),
    }
}
