//! Between a field's value and a table's cell: what people read and write, unit titles and labels
//! of choices instead of their ids, lists in one cell.
//!
//! What a cell does not say in its field's type stays as it is: the register's check then says what
//! is wrong with it.

use crate::{
    Directory,
    register::{FieldDef, FieldType},
};
use jiff::civil::Date;
use registrar_sdk::{Amount, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What separates the entries of a list of ids, dates or numbers.
const SEPARATORS: [char; 6] = ['、', ',', '，', ';', '；', '\n'];
const YES: [&str; 5] = ["true", "yes", "是", "√", "✓"];
const NO: [&str; 4] = ["false", "no", "否", "×"];

/// What ids are shown as, and back.
#[derive(Default)]
pub struct Names {
    shown: BTreeMap<String, String>,
    ids: BTreeMap<String, String>,
}

impl Names {
    /// From ids with their labels, the one that is shown first. A label that stands for several, or
    /// is another's id, is not used.
    fn new(labelled: Vec<(String, Vec<String>)>) -> Names {
        let ids: BTreeSet<&str> = labelled.iter().map(|(id, _)| id.as_str()).collect();
        let mut owners = BTreeMap::<&str, BTreeSet<&str>>::new();
        for (id, labels) in &labelled {
            for label in labels.iter().map(|label| label.trim()).filter(|label| !label.is_empty()) {
                owners.entry(label).or_default().insert(id);
            }
        }
        let mut names = Names::default();
        for (label, owners) in owners {
            if let (1, Some(id), false) = (owners.len(), owners.first(), ids.contains(label)) {
                names.ids.insert(label.to_owned(), (*id).to_owned());
            }
        }
        for (id, labels) in &labelled {
            if let Some(label) = labels.first().filter(|label| names.ids.get(label.trim()) == Some(id)) {
                names.shown.insert(id.clone(), label.trim().to_owned());
            }
        }
        names
    }

    /// Of a field's words, units or people as they are on a day.
    pub fn of(field: &FieldDef, directory: &Directory, on: Date) -> Names {
        let labelled = match field.ty {
            FieldType::Choice => {
                let label = |(word, title): (&String, &crate::register::Title)| {
                    (word.clone(), vec![title.zh.clone(), title.en.clone()])
                };
                field.of_labels.iter().map(label).collect()
            }
            FieldType::Unit => {
                let units = directory.units(on, None).into_iter();
                units.map(|unit| (unit.id, vec![unit.title.zh, unit.title.en])).collect()
            }
            FieldType::Person => {
                directory.people(on).into_iter().map(|person| (person.id, vec![person.name])).collect()
            }
            _ => Vec::new(),
        };
        Names::new(labelled)
    }

    fn show(&self, id: &str) -> String {
        self.shown.get(id).map_or(id, String::as_str).to_owned()
    }

    fn id(&self, shown: &str) -> String {
        let shown = shown.trim();
        self.ids.get(shown).map_or(shown, String::as_str).to_owned()
    }
}

/// A field's value as a cell.
pub fn show(field: &FieldDef, names: &Names, value: &Value) -> Value {
    let Value::List(items) = value else { return show_one(field, names, value) };
    let texts: Vec<String> = items.iter().map(|item| text_of(&show_one(field, names, item))).collect();
    let joined = match texts.len() {
        0 => return Value::Nil,
        _ => Value::text(texts.join(if separators(field).len() == 1 { "\n" } else { "、" })),
    };
    // Only if it is read as what it was.
    if read(field, names, &joined).same(value) { joined } else { Value::text(value.to_json().to_string()) }
}

fn show_one(field: &FieldDef, names: &Names, value: &Value) -> Value {
    match (field.ty, value) {
        (FieldType::Choice | FieldType::Unit | FieldType::Person, Value::Text(id)) => {
            Value::text(names.show(id))
        }
        (_, Value::List(_) | Value::Map(_)) => Value::text(value.to_json().to_string()),
        (_, value) => value.clone(),
    }
}

/// A cell as the field's value.
pub fn read(field: &FieldDef, names: &Names, cell: &Value) -> Value {
    if !field.many {
        return read_one(field, names, cell);
    }
    let Value::Text(text) = cell else { return Value::List(vec![read_one(field, names, cell)]) };
    if text.starts_with('[')
        && let Ok(Value::List(items)) = serde_json::from_str(text)
        && (field.ty != FieldType::Text || items.iter().all(|item| item.as_str().is_some()))
    {
        return Value::List(items);
    }
    let entries = text.split(separators(field)).map(str::trim).filter(|entry| !entry.is_empty());
    Value::List(entries.map(|entry| read_one(field, names, &Value::text(entry))).collect())
}

fn read_one(field: &FieldDef, names: &Names, cell: &Value) -> Value {
    let text = text_of(cell);
    let word = text.trim();
    let known = match field.ty {
        FieldType::Choice | FieldType::Unit | FieldType::Person => Some(Value::text(names.id(word))),
        FieldType::Record => Some(Value::text(word)),
        FieldType::Text | FieldType::LongText | FieldType::File => Some(Value::text(&text)),
        FieldType::Integer => word.parse().ok().map(Value::Int),
        FieldType::Number => word.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::Num),
        FieldType::Amount => word.parse::<Amount>().ok().map(Value::Amount),
        FieldType::Bool => {
            let said = |words: &[&str], bit: i64| {
                words.contains(&word.to_lowercase().as_str()) || word == bit.to_string()
            };
            if said(&YES, 1) { Some(Value::Bool(true)) } else { said(&NO, 0).then_some(Value::Bool(false)) }
        }
        FieldType::Date => date(word).map(|date| Value::text(date.to_string())),
        FieldType::Map => serde_json::from_str(word).ok(),
    };
    known.unwrap_or_else(|| cell.clone())
}

fn separators(field: &FieldDef) -> &'static [char] {
    // A text may hold any of the signs that people write between names.
    let free = matches!(field.ty, FieldType::Text | FieldType::LongText | FieldType::File | FieldType::Map);
    if free { &SEPARATORS[5..] } else { &SEPARATORS }
}

fn text_of(cell: &Value) -> String {
    match cell {
        Value::Text(text) => text.to_string(),
        Value::Num(n) => n.to_string(),
        other => other.to_string(),
    }
}

/// A day as people write it: 2023-02-14, 2023/2/14, 2023.2.14, 2023年2月14日, 20230214.
pub fn date(text: &str) -> Option<Date> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok();
    }
    let mut parts = text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).map(str::trim);
    let mut part = || parts.next()?.parse::<i16>().ok();
    let (year, month, day) = (part()?, part()?, part()?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ty: FieldType, many: bool, cell: &str, expected: &str) {
        let cell: Value = serde_json::from_str(cell).unwrap();
        let field = FieldDef::new("field", ty, many);
        let names = Names::new(vec![
            ("xihu".into(), vec!["西湖".into(), "Xihu".into()]),
            ("a".into(), vec!["同名".into()]),
            ("b".into(), vec!["同名".into()]),
        ]);
        let read = read(&field, &names, &cell);
        assert_eq!(read.to_string(), expected, "{cell}");
        // What was read is shown so that it is read again.
        let shown = show(&field, &names, &read);
        assert_eq!(super::read(&field, &names, &shown), read, "{shown}");
    }

    #[test]
    fn a_cell_is_read_in_its_fields_type() {
        check(FieldType::Text, false, "7", r#""7""#);
        check(FieldType::Text, false, r#""007""#, r#""007""#);
        check(FieldType::Text, false, "0.1", r#""0.1""#);
        check(FieldType::Integer, false, r#"" 12 ""#, "12");
        check(FieldType::Integer, false, r#""twelve""#, r#""twelve""#);
        check(FieldType::Number, false, r#""-2.5""#, "-2.5");
        check(FieldType::Amount, false, "0.1", "0.1");
        check(FieldType::Amount, false, r#""12.340000""#, "12.34");
        check(FieldType::Bool, false, r#""是""#, "true");
        check(FieldType::Bool, false, "0", "false");
        check(FieldType::Bool, false, r#""maybe""#, r#""maybe""#);
        for written in ["\"2023/2/14\"", "\"2023年2月14日\"", "20230214", "\"2023.02.14\"", "\"2023-02-14\""]
        {
            check(FieldType::Date, false, written, r#""2023-02-14""#);
        }
        check(FieldType::Date, false, r#""2023-02-30""#, r#""2023-02-30""#);
        check(FieldType::Map, false, r#""{\"a\":1}""#, r#"{"a":1}"#);
    }

    #[test]
    fn names_lead_to_ids_where_they_are_one_ones_own() {
        check(FieldType::Unit, false, r#""西湖""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""Xihu""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""xihu""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""同名""#, r#""同名""#);
    }

    #[test]
    fn a_list_is_one_cell() {
        check(FieldType::Unit, true, r#""西湖、a，b""#, r#"["xihu","a","b"]"#);
        check(FieldType::Text, true, r#""一、二\n三""#, r#"["一、二","三"]"#);
        check(FieldType::Integer, true, "5", "[5]");
        check(FieldType::Text, true, r#""[1]""#, r#"["[1]"]"#);
        check(FieldType::Text, true, r#""[\"a\\nb\",\"\"]""#, r#"["a\nb",""]"#);
    }
}
