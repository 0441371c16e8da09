//! Which heading stands for which field of a register: its name or its label, in either language.

use super::cell::{self, Names};
use crate::{
    Directory, Record,
    register::{FieldDef, Register},
};
use jiff::civil::Date;
use registrar_host::suggest::nearest;
use registrar_sdk::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part<'a> {
    /// A field of the record or of the action's form.
    Field(&'a str),
    /// The record's id.
    Record,
    /// The day on which the action counts.
    On,
    /// The key under which the action is taken once.
    Key,
    /// The record's official number, which follows from what was done.
    Number,
    /// Its stage, which does too.
    Stage,
}

const FRAME: [(Part<'static>, &[&str]); 5] = [
    (Part::Record, &["记录号", "record"]),
    (Part::On, &["发生日期", "on"]),
    (Part::Key, &["事件号", "id"]),
    (Part::Number, &["文号", "number"]),
    (Part::Stage, &["阶段", "stage"]),
];

/// A register's columns, and the names of what its fields point to.
pub struct Columns<'a> {
    register: &'a Register,
    fields: BTreeMap<&'a str, (&'a FieldDef, Names)>,
}

impl<'a> Columns<'a> {
    /// Of the record's fields, and of an action's form where one is taken.
    pub fn new(register: &'a Register, action: Option<&str>, directory: &Directory, on: Date) -> Columns<'a> {
        let form = action.and_then(|action| register.actions.get(action)).into_iter().flat_map(|a| &a.form);
        let named = |(name, field): (&'a String, &'a FieldDef)| {
            (name.as_str(), (field, Names::of(field, directory, on)))
        };
        // A form's field stands before the record's of the same name.
        let fields = register.fields.iter().chain(form).map(named).collect();
        Columns { register, fields }
    }

    /// What a heading stands for; `None` for what follows from actions and is not taken in.
    ///
    /// # Errors
    /// No field or several.
    pub fn find(&self, heading: &str) -> Result<Part<'a>, String> {
        let wanted = plain(heading);
        let fields = self.fields.iter();
        let found: BTreeSet<Part<'a>> = fields
            .filter(|(name, (field, _))| self.called(name, field).any(|known| plain(&known) == wanted))
            .map(|(name, _)| Part::Field(name))
            .collect();
        // Its own name is meant before another's label.
        if let Some((&name, _)) = self.fields.get_key_value(heading.trim()) {
            return Ok(Part::Field(name));
        }
        match found.len() {
            0 => {}
            1 => return found.first().copied().ok_or_else(String::new),
            _ => {
                let names: Vec<_> = found.iter().filter_map(field_name).collect();
                return Err(format!("stands for several fields; write one of {}", names.join(", ")));
            }
        }
        let frame = FRAME.iter().find(|(_, names)| names.iter().any(|name| plain(name) == wanted));
        frame.map(|(part, _)| *part).ok_or_else(|| {
            let known: Vec<&str> = self
                .fields
                .iter()
                .flat_map(|(name, (field, _))| [*name, &field.label.zh, &field.label.en])
                .chain(FRAME.iter().flat_map(|(_, names)| names.iter().copied()))
                .collect();
            let fields: Vec<String> =
                self.fields.iter().map(|(name, (field, _))| label(name, field)).collect();
            let hint = nearest(heading.trim(), known.iter().copied());
            format!(
                "the register \"{}\" has no such field{hint} (fields: {})",
                self.register.id,
                fields.join(", ")
            )
        })
    }

    // All that a field's heading may say.
    fn called(&self, name: &str, field: &FieldDef) -> impl Iterator<Item = String> {
        let labels = [&field.label.zh, &field.label.en];
        labels.into_iter().flat_map(|l| [l.clone(), format!("{l} ({name})")]).collect::<Vec<_>>().into_iter()
    }

    /// A cell in the type of its field.
    pub fn read(&self, field: &str, cell: &Value) -> Value {
        self.fields.get(field).map_or_else(|| cell.clone(), |(field, names)| cell::read(field, names, cell))
    }

    /// The columns of an export, in the order of the page, each with its heading.
    pub fn shown(&self) -> Vec<(Part<'a>, String)> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by_key(|(name, (field, _))| (field.order.unwrap_or(i64::MAX), **name));
        let frame = |part: Part<'static>| {
            let names = FRAME.iter().find(|(known, _)| *known == part).map(|(_, names)| names[0]);
            (part, names.unwrap_or_default().to_owned())
        };
        let mut columns: Vec<(Part<'a>, String)> = vec![frame(Part::Record)];
        if !self.fields.contains_key("number") {
            columns.push(frame(Part::Number));
        }
        columns.push(frame(Part::Stage));
        columns.extend(fields.iter().map(|(name, (field, _))| (Part::Field(name), field.label.zh.clone())));
        // A heading is there once: else the name says which is meant.
        let mut seen = BTreeMap::<String, usize>::new();
        for (_, heading) in &columns {
            *seen.entry(plain(heading)).or_default() += 1;
        }
        for (part, heading) in &mut columns {
            if let (Part::Field(name), true) = (&part, seen.get(&plain(heading)).is_some_and(|n| *n > 1)) {
                *heading = format!("{heading} ({name})");
            }
        }
        columns
    }

    /// The field whose numbers are set to the right.
    pub fn is_number(&self, part: Part<'_>) -> bool {
        use crate::register::FieldType::{Amount, Integer, Number};
        let Part::Field(name) = part else { return false };
        self.fields.get(name).is_some_and(|(f, _)| !f.many && matches!(f.ty, Integer | Number | Amount))
    }

    /// What a record shows in a column.
    pub fn show(&self, part: Part<'_>, record: &Record) -> Value {
        match part {
            Part::Record => Value::text(&record.id),
            Part::Number => Value::from(record.number.clone()),
            Part::Stage if record.stage.is_empty() => Value::Nil,
            Part::Stage => Value::text(&record.stage),
            Part::On | Part::Key => Value::Nil,
            Part::Field(name) => match (record.fields.get(name), self.fields.get(name)) {
                (Some(value), Some((field, names))) => cell::show(field, names, value),
                _ => Value::Nil,
            },
        }
    }
}

fn field_name<'a>(part: &Part<'a>) -> Option<&'a str> {
    match part {
        Part::Field(name) => Some(name),
        _ => None,
    }
}

fn label(name: &str, field: &FieldDef) -> String {
    if field.label.zh == name { name.to_owned() } else { format!("{} {name}", field.label.zh) }
}

/// A heading without the spaces and line breaks that make it fit its cell.
fn plain(heading: &str) -> String {
    heading.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}
