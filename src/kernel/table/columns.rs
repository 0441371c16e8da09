//! Which heading stands for which field of a register: its name or its label, in either language.

use super::cell::{self, DisplayNames};
use jiff::civil::Date;
use registrar_domain::{
    Directory, Record, Register,
    normalization::{folded, key},
    register::FieldDef,
};
use registrar_sdk::{Value, suggest::nearest};
use std::collections::{BTreeMap, BTreeSet};

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnPart<'a> {
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

const FRAME: [(ColumnPart<'static>, &[&str]); 5] = [
    (ColumnPart::Record, &["记录号", "record"]),
    (ColumnPart::On, &["发生日期", "on"]),
    (ColumnPart::Key, &["事件号", "id"]),
    (ColumnPart::Number, &["文号", "编号", "number"]),
    (ColumnPart::Stage, &["阶段", "stage"]),
];

/// A register's columns, and the names of what its fields point to.
pub struct RegisterColumns<'a> {
    register: &'a Register,
    fields: BTreeMap<&'a str, (&'a FieldDef, DisplayNames)>,
    stages: DisplayNames,
}

/// What people put around a heading to say how it is to be filled in.
const MARKS: [char; 8] = ['*', ':', '#', '★', '●', '※', '✱', '·'];

impl<'a> RegisterColumns<'a> {
    /// Of the record's fields, and of an action's form where one is taken.
    pub fn new(
        register: &'a Register,
        action: Option<&str>,
        directory: &Directory,
        on: Date,
    ) -> RegisterColumns<'a> {
        let form = action.and_then(|action| register.actions.get(action)).into_iter().flat_map(|a| &a.form);
        let named = |(name, field): (&'a String, &'a FieldDef)| {
            (name.as_str(), (field, DisplayNames::of(field, directory, on)))
        };
        // A form's field stands before the record's of the same name.
        let fields = register.fields.iter().chain(form).map(named).collect();
        RegisterColumns { register, fields, stages: DisplayNames::of_stages(register) }
    }

    /// What a heading stands for, also with signs around it or a remark in brackets after it: `*标题`,
    /// `单位（必填）`, `金额（元）`.
    ///
    /// # Errors
    /// No field or several.
    pub fn find(&self, heading: &str) -> Result<ColumnPart<'a>, String> {
        let mut written = vec![heading.to_owned()];
        let plain = folded(heading);
        let bare = plain.trim_matches(|c: char| MARKS.contains(&c) || c.is_whitespace());
        written.push(bare.to_owned());
        if let Some(open) = bare.find(['(', '[', '【', '〔']).filter(|open| *open > 0) {
            written.push(bare[..open].trim_end_matches(MARKS).to_owned());
        }
        if let Some(after) = bare.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            written.push(after.1.to_owned());
        }
        for text in &written {
            match self.exactly(text) {
                Ok(Some(part)) => return Ok(part),
                Ok(None) => {}
                Err(why) => return Err(why),
            }
        }
        Err(self.no_field(heading))
    }

    /// What exactly this heading stands for, spaces and capitals aside.
    fn exactly(&self, heading: &str) -> Result<Option<ColumnPart<'a>>, String> {
        let wanted = key(heading);
        let fields = self.fields.iter();
        let found: BTreeSet<ColumnPart<'a>> = fields
            .filter(|(name, (field, _))| self.called(name, field).any(|known| key(&known) == wanted))
            .map(|(name, _)| ColumnPart::Field(name))
            .collect();
        // Its own name is meant before another's label.
        if let Some((&name, _)) = self.fields.get_key_value(heading.trim()) {
            return Ok(Some(ColumnPart::Field(name)));
        }
        match found.len() {
            0 => {}
            1 => return Ok(found.first().copied()),
            _ => {
                let names: Vec<_> = found.iter().filter_map(field_name).collect();
                return Err(format!("stands for several fields; write one of {}", names.join(", ")));
            }
        }
        let frame = FRAME.iter().find(|(_, names)| names.iter().any(|name| key(name) == wanted));
        Ok(frame.map(|(part, _)| *part))
    }

    fn no_field(&self, heading: &str) -> String {
        let known: Vec<&str> = self
            .fields
            .iter()
            .flat_map(|(name, (field, _))| [*name, &field.label.zh, &field.label.en])
            .chain(FRAME.iter().flat_map(|(_, names)| names.iter().copied()))
            .collect();
        let fields: Vec<String> = self.fields.iter().map(|(name, (field, _))| label(name, field)).collect();
        let hint = nearest(heading.trim(), known.iter().copied());
        format!(
            "the register \"{}\" has no such field{hint} (fields: {})",
            self.register.id,
            fields.join(", ")
        )
    }

    /// The field or part of this name, as a mapping says it.
    ///
    /// # Errors
    /// There is none; proposes the nearest.
    pub fn named(&self, name: &str) -> Result<ColumnPart<'a>, String> {
        self.exactly(name)?.ok_or_else(|| self.no_field(name))
    }

    /// What a part is called where a mapping is kept.
    pub fn name(part: &ColumnPart<'a>) -> String {
        match part {
            ColumnPart::Field(name) => (*name).to_owned(),
            other => {
                FRAME.iter().find(|(part, _)| part == other).map_or("", |(_, names)| names[1]).to_owned()
            }
        }
    }

    // All that a field's heading may say.
    fn called(&self, name: &str, field: &FieldDef) -> impl Iterator<Item = String> {
        let labels = [&field.label.zh, &field.label.en];
        labels.into_iter().flat_map(|l| [l.clone(), format!("{l} ({name})")]).collect::<Vec<_>>().into_iter()
    }

    /// A cell in the type of its field.
    ///
    /// # Errors
    /// Why it says none, and the remedy.
    pub fn read(&self, field: &str, cell: &Value) -> Result<Value, String> {
        match self.fields.get(field) {
            Some((field, names)) => cell::read(field, names, cell),
            None => Ok(cell.clone()),
        }
    }

    /// Whether a field holds the name of something: a unit, a person, a choice.
    pub fn is_named(&self, field: &str) -> bool {
        use registrar_domain::register::FieldType::{Choice, Person, Unit};
        self.fields.get(field).is_some_and(|(field, _)| matches!(field.ty, Choice | Person | Unit))
    }

    /// Whether a cell is read as what it was made of.
    pub fn comes_back(&self, field: &str, cell: &Value, value: Option<&Value>) -> bool {
        let value = value.unwrap_or(&Value::Nil);
        if super::cell::is_empty(cell) {
            return value.is_absent();
        }
        self.read(field, cell).is_ok_and(|read| read.same(value))
    }

    /// The stage that a cell names, by its id or its label.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn stage(&self, cell: &str) -> Result<String, String> {
        let stage = self.stages.id(cell)?;
        if self.register.has_stage(&stage) || self.register.stages.is_empty() && stage.is_empty() {
            return Ok(stage);
        }
        let known: Vec<String> = self
            .register
            .stages
            .iter()
            .map(|stage| {
                if stage.label.zh == stage.id {
                    stage.id.clone()
                } else {
                    format!("{} {}", stage.label.zh, stage.id)
                }
            })
            .collect();
        Err(format!("there is no stage \"{}\" (stages: {})", cell.trim(), known.join(", ")))
    }

    /// Whether a field holds free text, in which a spoilt number may lie unseen.
    pub fn is_text(&self, field: &str) -> bool {
        use registrar_domain::register::FieldType::{LongText, Text};
        self.fields.get(field).is_some_and(|(field, _)| matches!(field.ty, Text | LongText))
    }

    /// The columns of an export, in the order of the page, each with its heading.
    pub fn shown(&self) -> Vec<(ColumnPart<'a>, String)> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by_key(|(name, (field, _))| (field.order.unwrap_or(i64::MAX), **name));
        let frame = |part: ColumnPart<'static>| {
            let names = FRAME.iter().find(|(known, _)| *known == part).map(|(_, names)| names[0]);
            (part, names.unwrap_or_default().to_owned())
        };
        let mut columns: Vec<(ColumnPart<'a>, String)> = vec![frame(ColumnPart::Record)];
        if !self.fields.contains_key("number") {
            columns.push(frame(ColumnPart::Number));
        }
        columns.push(frame(ColumnPart::Stage));
        columns.push(frame(ColumnPart::On));
        columns.extend(
            fields.iter().map(|(name, (field, _))| (ColumnPart::Field(name), field.label.zh.clone())),
        );
        // A heading is there once: else the name says which is meant.
        let mut seen = BTreeMap::<String, usize>::new();
        for (_, heading) in &columns {
            *seen.entry(key(heading)).or_default() += 1;
        }
        for (part, heading) in &mut columns {
            if let (ColumnPart::Field(name), true) = (&part, seen.get(&key(heading)).is_some_and(|n| *n > 1))
            {
                *heading = format!("{heading} ({name})");
            }
        }
        columns
    }

    /// The field whose numbers are set to the right.
    pub fn is_number(&self, part: ColumnPart<'_>) -> bool {
        use registrar_domain::register::FieldType::{Amount, Integer, Number};
        let ColumnPart::Field(name) = part else { return false };
        self.fields.get(name).is_some_and(|(f, _)| !f.many && matches!(f.ty, Integer | Number | Amount))
    }

    /// What a record that began on a day shows in a column.
    pub fn show(&self, part: ColumnPart<'_>, record: &Record, began: Option<Date>) -> Value {
        match part {
            ColumnPart::Record => Value::text(&record.id),
            ColumnPart::Number => Value::from(record.number.clone()),
            ColumnPart::Stage if record.stage.is_empty() => Value::Nil,
            ColumnPart::Stage => Value::text(self.stages.show(&record.stage)),
            ColumnPart::On => Value::from(began.map(|day| day.to_string())),
            ColumnPart::Key => Value::Nil,
            ColumnPart::Field(name) => match (record.fields.get(name), self.fields.get(name)) {
                (Some(value), Some((field, names))) => cell::show(field, names, value),
                _ => Value::Nil,
            },
        }
    }
}

fn field_name<'a>(part: &ColumnPart<'a>) -> Option<&'a str> {
    match part {
        ColumnPart::Field(name) => Some(name),
        _ => None,
    }
}

fn label(name: &str, field: &FieldDef) -> String {
    if field.label.zh == name { name.to_owned() } else { format!("{} {name}", field.label.zh) }
}
