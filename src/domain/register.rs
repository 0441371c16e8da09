//! What registers there are: fields, stages, actions and measures, as plugins define them.
//!
//! One plugin owns a register and others may extend it; how definitions are read and put together
//! is in `read`, what an action's fields must be like in `schema`.

pub mod built_in;
mod claims;
pub mod definition;
mod definition_reader;
mod read;
pub mod schema;

pub use built_in::title_of;
pub use definition::{Definition, DefinitionConflict, DefinitionFault, DefinitionObjection, RegisterClaims};
pub use schema::{FieldProblem, SchemaContext};

use crate::BilingualText;
use registrar_sdk::{Value, value::Map};
use std::{collections::BTreeMap, sync::Arc};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A line of text, counted in characters.
    Text,
    /// Text of any length.
    LongText,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// An exact amount.
    Amount,
    /// A day.
    Date,
    /// Yes or no.
    Bool,
    /// One of the field's words.
    Choice,
    /// A unit of the directory.
    Unit,
    /// A person of the directory.
    Person,
    /// A record of a register.
    Record,
    /// A file's name.
    File,
    /// Anything with names.
    Map,
}

impl FieldType {
    const NAMES: [(&'static str, FieldType); 13] = [
        ("text", FieldType::Text),
        ("longtext", FieldType::LongText),
        ("integer", FieldType::Integer),
        ("number", FieldType::Number),
        ("amount", FieldType::Amount),
        ("date", FieldType::Date),
        ("bool", FieldType::Bool),
        ("choice", FieldType::Choice),
        ("unit", FieldType::Unit),
        ("person", FieldType::Person),
        ("record", FieldType::Record),
        ("file", FieldType::File),
        ("map", FieldType::Map),
    ];

    /// The type called so in a definition.
    pub fn named(name: &str) -> Option<FieldType> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, ty)| *ty)
    }

    /// Its name in a definition.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, ty)| *ty == self).map_or("text", |(name, _)| name)
    }
}

/// A field of a register or of an action's form.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDef {
    /// What it holds.
    pub ty: FieldType,
    /// Whether it holds a list of them.
    pub many: bool,
    /// Whether it must be filled in.
    pub required: bool,
    /// Fewest characters or items, or the least value.
    pub min: Option<f64>,
    /// Most characters or items, or the largest value.
    pub max: Option<f64>,
    /// The words of a choice, the register of a record, the classes of a unit.
    pub of: Vec<String>,
    /// What the words of a choice are shown as; its own word where it has none.
    pub of_labels: BTreeMap<String, BilingualText>,
    /// What rules are told of the words.
    pub of_data: BTreeMap<String, Map>,
    /// Its place among the fields, where it says one.
    pub order: Option<i64>,
    /// Whether the forms that begin or submit a record ask for it.
    pub asked: bool,
    /// Its label.
    pub label: BilingualText,
    /// A sentence shown beside it; empty if there is none.
    pub help: BilingualText,
    /// What a new record has.
    pub default: Value,
    /// In a form: the record's field that it sets.
    pub sets: Option<String>,
    /// The name it had before.
    pub was: Option<String>,
    /// Whether its text is searched.
    pub search: bool,
    /// Whether it is personal.
    pub personal: bool,
    /// Of a person: the roles whose holders see the record if they are named here.
    pub sees: Vec<String>,
}

impl FieldDef {
    /// Whether it holds one of some words.
    pub fn is_choice(&self) -> bool {
        self.ty == FieldType::Choice
    }

    /// A field of which nothing is said but what it holds.
    pub fn new(name: &str, ty: FieldType, many: bool) -> FieldDef {
        FieldDef {
            ty,
            many,
            required: false,
            min: None,
            max: None,
            of: Vec::new(),
            of_labels: BTreeMap::new(),
            of_data: BTreeMap::new(),
            order: None,
            asked: true,
            label: BilingualText::default().or(name),
            help: BilingualText::default(),
            default: Value::Nil,
            sets: None,
            was: None,
            search: false,
            personal: false,
            sees: Vec::new(),
        }
    }
}

/// A stage of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub id: String,
    /// What it is shown as; its name if it says nothing.
    pub label: BilingualText,
}

/// Something that can be done to a record.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionDef {
    /// Its title.
    pub title: BilingualText,
    /// The stages it can be taken in; `None`: any.
    pub from: Option<Vec<String>>,
    /// The stage it leads to; `None`: it stays.
    pub to: Option<String>,
    /// The roles that may take it; none: the operator alone.
    pub by: Vec<String>,
    /// What is filled in and kept in the event.
    pub form: BTreeMap<String, FieldDef>,
    /// Whether it can create a record in whatever stage.
    pub create: bool,
    /// Whether a record counts as submitted from its first event of this action.
    pub submission: bool,
    /// Whether its form offers the record's own fields, to be changed.
    pub edits: bool,
    /// The field into which records that were chosen together go.
    pub gathers: Option<String>,
}

/// What amounts count.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureDef {
    /// Its title.
    pub title: BilingualText,
    /// Decimals at which amounts are shown and compared.
    pub places: u32,
    /// What one of it is called.
    pub unit: BilingualText,
    /// Whether its accounts are people; else they are units.
    pub person: bool,
}

/// Accounts that are ranked together.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolDef {
    /// Its title.
    pub title: BilingualText,
    /// The unit classes in it; none: all.
    pub classes: Vec<String>,
}

/// A named kind of record.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: BilingualText,
    /// The plugin that owns it.
    pub plugin: String,
    /// Its fields, by name.
    pub fields: BTreeMap<String, FieldDef>,
    /// Its stages; a new record is in the first.
    pub stages: Vec<Stage>,
    /// Where records of a stage that is gone are now.
    pub moved_to: BTreeMap<String, String>,
    /// Its actions, by name.
    pub actions: BTreeMap<String, ActionDef>,
    /// What is counted in it, by name.
    pub measures: BTreeMap<String, MeasureDef>,
    /// Which accounts are ranked together, by name.
    pub pools: BTreeMap<String, PoolDef>,
    /// The field that names a record in lists.
    pub name_field: String,
    /// The roles that see its records besides those that may act in it.
    pub readers: Vec<String>,
    /// Whether its actions and their fields are whatever the kernel logs, checked by nobody.
    pub open: bool,
    /// Hash of all that defines it; events keep it.
    pub hash: String,
    /// Old field names to new ones.
    pub(crate) renamed: BTreeMap<String, String>,
}

impl ActionDef {
    /// An action of a register that says nothing of its actions; the operator's alone.
    pub fn free() -> ActionDef {
        ActionDef {
            title: BilingualText::default(),
            from: None,
            to: None,
            by: Vec::new(),
            form: Default::default(),
            create: true,
            submission: false,
            edits: false,
            gathers: None,
        }
    }
}

impl Register {
    /// The present name of a field that an event calls `name`.
    pub fn current_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.renamed.get(name).map_or(name, String::as_str)
    }

    /// Whether fields of it were called otherwise before.
    pub fn has_renamed(&self) -> bool {
        !self.renamed.is_empty()
    }

    /// The present stage for one that a record is in.
    pub fn current_stage<'a>(&'a self, stage: &'a str) -> &'a str {
        match self.moved_to.get(stage) {
            Some(to) if !self.has_stage(stage) => to,
            _ => stage,
        }
    }

    /// What a stage is shown as; none for one that is not there.
    pub fn stage_label(&self, stage: &str) -> Option<&BilingualText> {
        self.stages.iter().find(|s| s.id == stage).map(|s| &s.label)
    }

    /// What a choice is shown as, of a field or of a form's (`action.field`); of `stage`, what a stage is. None where
    /// it is no choice there, or has no label.
    pub fn label(&self, field: &str, word: &str) -> Option<&BilingualText> {
        if field == "stage" && !self.fields.contains_key(field) {
            return self.stage_label(word);
        }
        self.field_or_form(field)?.of_labels.get(word)
    }

    /// A field, or one of a form (`action.field`).
    pub fn field_or_form(&self, field: &str) -> Option<&FieldDef> {
        let of_form = || {
            let (action, field) = field.split_once('.')?;
            self.actions.get(action)?.form.get(field)
        };
        self.fields.get(field).or_else(of_form)
    }

    /// Whether it has a stage of this name.
    pub fn has_stage(&self, stage: &str) -> bool {
        self.stages.iter().any(|s| s.id == stage)
    }

    /// The action that its definition marks as submission, if any.
    pub fn submission(&self) -> Option<&str> {
        self.actions.iter().find(|(_, a)| a.submission).map(|(name, _)| name.as_str())
    }

    /// What a new record has before anything is filled in.
    pub fn defaults(&self) -> Map {
        self.fields
            .iter()
            .filter(|(_, f)| !f.default.is_absent())
            .map(|(name, f)| (name.as_str().into(), f.default.clone()))
            .collect()
    }
}

/// All registers of a generation, by id.
#[derive(Clone, Debug, Default)]
pub struct Registers {
    /// Those that plugins define.
    pub by_id: BTreeMap<String, Arc<Register>>,
    /// Which plugin says what in them: registers, titles, fields, stages, actions, measures, pools.
    pub claims: RegisterClaims,
}

impl Registers {
    /// The register of this id; also the kernel's own.
    pub fn get(&self, id: &str) -> Option<&Arc<Register>> {
        self.by_id.get(id).or_else(|| built_in::registers().get(id))
    }

    /// The register of this id.
    ///
    /// # Errors
    /// There is none; proposes the nearest.
    pub fn find(&self, id: &str) -> Result<&Arc<Register>, crate::error::DomainError> {
        self.get(id).ok_or_else(|| {
            crate::error::DomainError::unknown("register", id, self.by_id.keys().map(String::as_str))
        })
    }
}
