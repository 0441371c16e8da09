//! A row of an import: what it says of which record, and by what it is known again.

use crate::{
    action::{Act, ActError, Reason},
    table::{ColumnPart, RegisterColumns, RowRead},
};
use jiff::civil::Date;
use registrar_domain::{
    Actor, Event, Record, Register,
    event::{cleaned, is_left_out},
    normalization::is_invisible,
    reserved::{FIELDS, NUMBER, OPENING, STAGE},
};
use registrar_sdk::{
    Value,
    value::{Key, Map},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a row says besides its fields if the record is to begin as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpeningState {
    /// Its stage.
    pub stage: String,
    /// Its official number.
    pub number: Option<String>,
}

/// A row of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportRow {
    /// Where it is in the file: `7`, `一月!7`.
    pub place: String,
    /// The record, if it names one.
    pub record: Option<String>,
    /// The day it counts for, if it names one.
    pub on: Option<Date>,
    /// A key under which it is taken once, if it brings one.
    pub key: Option<String>,
    /// What makes it a record as it stands.
    pub opened: Option<OpeningState>,
    /// The fields.
    pub fields: Map,
    /// What is wrong with it already.
    pub problems: Vec<String>,
    /// What is to be looked at, although it is taken.
    pub warnings: Vec<String>,
    /// How messages call its columns: of fields, by name.
    pub columns: Arc<BTreeMap<String, String>>,
}

/// What begins the ids of events that rows without keys of their own became.
const ROW: &str = "row:";
/// So much of a hash tells rows apart.
const HASH: usize = 20;

impl ImportRow {
    /// Of a table's row; with `opens`, as the record stands.
    pub fn of_table(columns: &RegisterColumns<'_>, read: &RowRead<'_>, opens: bool) -> ImportRow {
        let named = read.columns.iter().filter_map(|(part, column)| match part {
            ColumnPart::Field(name) => Some(((*name).to_owned(), column.clone())),
            _ => None,
        });
        let mut row = ImportRow {
            place: read.place.clone(),
            problems: read.problems.clone(),
            opened: opens.then(OpeningState::default),
            columns: Arc::new(named.collect()),
            ..ImportRow::default()
        };
        for cell in &read.cells {
            // An id may look like a number to a spreadsheet.
            let word = || {
                let text = cell.value.as_str().map_or_else(|| cell.value.to_string(), str::to_owned);
                text.chars().filter(|c| !is_invisible(*c)).collect::<String>().trim().to_owned()
            };
            let mut wrong = |why: String| row.problems.push(format!("{}: {why}", cell.column));
            match cell.part {
                ColumnPart::Field(name) => match columns.read(name, &cell.value) {
                    Ok(value) if is_cut(&value) => wrong(
                        "this text was cut by an export to a workbook; take it from JSON lines or csv"
                            .to_owned(),
                    ),
                    Ok(value) => {
                        let spoilt = value.as_str().filter(|text| crate::table::is_spoilt(text));
                        if let Some(text) = spoilt.filter(|_| columns.is_text(name)) {
                            row.warnings.push(format!(
                                "{}: \"{text}\" looks like a long number of which a spreadsheet kept the first \
                                 digits; format the column as text and enter it again",
                                cell.column
                            ));
                        }
                        if !value.is_nil() {
                            row.fields.insert(name.into(), value);
                        }
                    }
                    Err(why) => wrong(why),
                },
                ColumnPart::Record => row.record = Some(word()),
                ColumnPart::Key if word().chars().any(char::is_control) => {
                    wrong("a key has no line end in it; leave it out".to_owned());
                }
                ColumnPart::Key => row.key = Some(word()),
                ColumnPart::On => match crate::table::day(&word()) {
                    Ok(day) => row.on = Some(day),
                    Err(why) => wrong(why),
                },
                ColumnPart::Number => drop(row.opened.as_mut().map(|opened| opened.number = Some(word()))),
                ColumnPart::Stage if row.opened.is_some() => match columns.stage(&word()) {
                    Ok(stage) => drop(row.opened.as_mut().map(|opened| opened.stage = stage)),
                    Err(why) => wrong(why),
                },
                ColumnPart::Stage => {}
            }
        }
        row.with_warnings()
    }

    /// Of a line of JSON: `record`, `on` and `id` beside the fields; or a record as it is exported, with its
    /// `register`, `stage` and `number`, and `id` for what is `record` elsewhere.
    ///
    /// # Errors
    /// What of it is no row of this register.
    pub fn of_line(place: String, register: &Register, mut fields: Map) -> Result<ImportRow, String> {
        let mut word = |name: &str| -> Result<Option<String>, String> {
            match fields.remove(name) {
                None | Some(Value::Nil | Value::Null) => Ok(None),
                Some(Value::Text(text)) => Ok(Some(text.to_string())),
                Some(other) => Err(format!("`{name}` is {}; expected text", other.kind())),
            }
        };
        if let Some(of) = word("register")? {
            if of != register.id {
                return Err(format!("the record is of the register \"{of}\", not of \"{}\"", register.id));
            }
            // A field of this name is one.
            let number = if register.fields.contains_key(NUMBER) { None } else { word(NUMBER)? };
            let opened = OpeningState { stage: word(STAGE)?.unwrap_or_default(), number };
            let (id, record) = (word("id")?, word("record")?);
            return Ok(ImportRow {
                place,
                record: record.or(id),
                opened: Some(opened),
                fields,
                ..ImportRow::default()
            }
            .with_warnings());
        }
        let (record, key) = (word("record")?, word("id")?);
        let on = match word("on")? {
            Some(on) => Some(crate::table::day(&on).map_err(|why| format!("`on`: {why}"))?),
            None => None,
        };
        Ok(ImportRow { place, record, on, key, fields, ..ImportRow::default() }.with_warnings())
    }

    /// The name that it brings for what it becomes: its key, or of a record as it stands its id.
    pub(super) fn name(&self) -> Option<&str> {
        let name = if self.opened.is_some() { &self.record } else { &self.key };
        name.as_deref()
    }

    /// Warns of characters that nobody sees and that are left out.
    fn with_warnings(mut self) -> ImportRow {
        let dropped = |value: &Value| {
            let mut texts = value.items().iter().filter_map(Value::as_str);
            texts.any(|text| text.chars().any(is_left_out))
        };
        let named: Vec<&Key> =
            self.fields.iter().filter(|(_, value)| dropped(value)).map(|(name, _)| name).collect();
        let told: Vec<String> = named
            .into_iter()
            .map(|name| format!("{}: control characters in it were left out", self.column(name)))
            .collect();
        self.warnings.extend(told);
        self
    }

    /// By what it is known again, whatever table it is in: the same content is the same row. Personal values are no
    /// part of it, since it is in the log; they are compared with [`ImportRow::says_of_people`].
    pub(super) fn hash(&self, register: &Register, action: &str) -> String {
        let opened = self.opened.as_ref().map(|opened| {
            Value::map([
                ("stage", Value::text(&opened.stage)),
                ("number", Value::from(opened.number.clone())),
            ])
        });
        let mut fields = plain_fields(register, &self.fields);
        fields.retain(|name, _| !register.is_personal(action, name));
        let said = Value::map([
            ("register", Value::text(&register.id)),
            ("action", Value::text(action)),
            ("record", Value::from(self.record.clone())),
            ("on", Value::from(self.on.map(|on| on.to_string()))),
            ("opened", opened.unwrap_or_default()),
            ("fields", Value::Map(fields)),
        ]);
        blake3::hash(said.to_json().to_string().as_bytes()).to_hex()[..HASH].to_owned()
    }

    /// Its personal values, as they make a difference.
    pub(super) fn says_of_people(&self, register: &Register, action: &str) -> Map {
        of_people(register, action, &self.fields)
    }

    /// Whether its personal values are those of an event, as far as they were not erased.
    pub(super) fn is_of_the_people_of(&self, register: &Register, event: &Event) -> bool {
        let (mut said, mut was) = (
            self.says_of_people(register, &event.action),
            of_people(register, &event.action, event.record_fields()),
        );
        for erased in event.erased() {
            said.remove(erased);
            was.remove(erased);
        }
        Value::Map(said).same(&Value::Map(was))
    }

    /// The action that it asks for.
    pub(super) fn act(&self, register: &str, action: &str, by: &Actor, id: String, cause: &str) -> Act {
        let mut act = Act {
            register: register.to_owned(),
            record: self.record.clone(),
            action: action.to_owned(),
            on: self.on,
            by: by.clone(),
            fields: self.fields.clone(),
            id: Some(self.key.clone().unwrap_or(id)),
            cause: Some(cause.to_owned()),
            ..Act::default()
        };
        if let Some(opened) = &self.opened {
            act.action = OPENING.to_owned();
            act.fields = Map::from([
                (STAGE.into(), Value::text(&opened.stage)),
                (FIELDS.into(), Value::Map(self.fields.clone())),
            ]);
            if let Some(number) = &opened.number {
                act.fields.insert(NUMBER.into(), Value::text(number));
            }
        }
        act
    }

    /// What it says other than an event does, field by field.
    pub(super) fn changes(&self, event: &Event) -> Vec<String> {
        let was = event.record_fields();
        let mut changes = Vec::new();
        for (name, new) in &self.fields {
            let old = was.get(name).unwrap_or(&Value::Nil);
            if !alike(old, new) {
                changes.push(format!("{} was {}, is {}", self.column(name), told(old), told(new)));
            }
        }
        changes
    }

    /// Whether most of what both it and an event say is the same.
    pub(super) fn resembles(&self, event: &Event) -> bool {
        let was = event.record_fields();
        let both = self.fields.iter().filter_map(|(name, new)| Some((was.get(name)?, new)));
        let (same, all) =
            both.fold((0, 0), |(same, all), (old, new)| (same + usize::from(old.same(new)), all + 1));
        same * 2 > all
    }

    /// What it says other than a record that is there, whole.
    pub(super) fn differs(&self, record: &Record) -> Vec<String> {
        let mut changes = Vec::new();
        let mut compare = |name: String, old: &Value, new: &Value| {
            if !alike(old, new) {
                changes.push(format!("{name} is {} there, {} here", told(old), told(new)));
            }
        };
        if let Some(opened) = &self.opened {
            compare("its stage".into(), &Value::text(&record.stage), &Value::text(&opened.stage));
            compare(
                "its number".into(),
                &Value::from(record.number.clone()),
                &Value::from(opened.number.clone()),
            );
        }
        let names: BTreeSet<&Key> = record.fields.keys().chain(self.fields.keys()).collect();
        for name in names {
            let (old, new) = (record.fields.get(name), self.fields.get(name));
            compare(self.column(name), old.unwrap_or(&Value::Nil), new.unwrap_or(&Value::Nil));
        }
        changes
    }

    fn column(&self, field: &str) -> String {
        self.columns.get(field).cloned().unwrap_or_else(|| format!("`{field}`"))
    }

    /// Names the columns that a refusal is about.
    pub(super) fn told(&self, why: &ActError) -> String {
        let said: Vec<String> = match why {
            ActError::Schema { problems, .. } => {
                problems.iter().map(|p| format!("{}: {}", self.column(&p.field), p.text)).collect()
            }
            ActError::Refused(reasons) => {
                let one = |reason: &Reason| match &reason.field {
                    Some(field) => {
                        let clause =
                            reason.clause.as_ref().map_or(String::new(), |clause| format!(" ({clause})"));
                        format!("{}: {}{clause}", self.column(field), reason.text)
                    }
                    None => reason.to_string(),
                };
                reasons.iter().map(one).collect()
            }
            other => vec![other.to_string()],
        };
        said.join("; ")
    }
}

/// The fields without what makes no difference to what is stored: spaces around texts, other programs' line breaks,
/// what is empty, what a new record has anyway.
fn plain_fields(register: &Register, fields: &Map) -> Map {
    fn plain(value: &Value) -> Value {
        match value {
            Value::Text(text) => match cleaned(text).trim() {
                "" => Value::Nil,
                text => Value::text(text),
            },
            Value::List(items) => {
                let items: Vec<Value> = items.iter().map(plain).filter(|item| !item.is_absent()).collect();
                if items.is_empty() { Value::Nil } else { Value::List(items) }
            }
            Value::Null => Value::Nil,
            other => other.clone(),
        }
    }
    let kept = fields.iter().map(|(name, value)| (name.clone(), plain(value))).filter(|(name, value)| {
        let usual = register.fields.get(register.current_name(name)).map(|field| &field.default);
        !value.is_nil() && !usual.is_some_and(|usual| usual.same(value))
    });
    kept.collect()
}

/// The personal values among some fields.
pub(super) fn of_people(register: &Register, action: &str, fields: &Map) -> Map {
    let mut fields = plain_fields(register, fields);
    fields.retain(|name, _| register.is_personal(action, name));
    fields
}

/// What begins the ids of all events that rows of this content became.
pub(super) fn beginning(hash: &str) -> String {
    format!("{ROW}{hash}:")
}

/// The id of the event that a row becomes.
pub(super) fn event_id(hash: &str, place: &str, again: usize) -> String {
    let again = if again == 0 { String::new() } else { format!(":{again}") };
    format!("{}{place}{again}", beginning(hash))
}

/// The hash and the place of the row that an event came from.
pub(super) fn origin(id: &str) -> Option<(&str, &str)> {
    let (hash, place) = id.strip_prefix(ROW)?.split_once(':')?;
    Some((hash, place.split(':').next().unwrap_or(place)))
}

/// Whether two values say the same; an empty one is like one that is not there.
fn alike(a: &Value, b: &Value) -> bool {
    a.same(b) || a.is_absent() && b.is_absent()
}

/// Whether a text ends with the remark of an export that a cell did not hold all of it.
fn is_cut(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.ends_with(" 字 · cut）") && text.contains("…（已截断，全文 "))
}

fn told(value: &Value) -> String {
    match value {
        absent if absent.is_absent() => "empty".to_owned(),
        Value::Text(text) => {
            let cut: String = text.chars().take(40).collect();
            format!("\"{cut}{}\"", if cut.len() < text.len() { "…" } else { "" })
        }
        other => other.to_string(),
    }
}
