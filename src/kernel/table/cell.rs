//! Between a field's value and a table's cell: what people read and write, unit titles and labels
//! of choices instead of their ids, lists in one cell.
//!
//! What a cell does not say in its field's type is refused with the remedy, or stays as it is where the
//! register's check says it better.

use super::{day, number};
use jiff::civil::Date;
use registrar_domain::{
    Directory, Register,
    normalization::{folded, key},
    register::{FieldDef, FieldType, Stage},
};
use registrar_sdk::{Amount, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What separates the entries of a list of ids, dates or numbers.
const SEPARATORS: [char; 6] = ['、', ',', '，', ';', '；', '\n'];
/// What people write between names besides, where the parts are names and the whole is none.
const BETWEEN_NAMES: [char; 5] = ['/', '|', '\\', '&', '和'];
/// What people write where there is nothing to be said.
const NOTHING: [&str; 12] = ["-", "--", "---", "—", "——", "/", "\\", "无", "暂无", "n/a", "na", "未填"];
const YES: [&str; 11] = ["true", "yes", "y", "1", "是", "对", "有", "√", "✓", "✔", "☑"];
const NO: [&str; 12] = ["false", "no", "n", "0", "否", "错", "无", "×", "✕", "✗", "✘", "☐"];

/// What ids are shown as, and back.
#[derive(Default)]
pub struct DisplayNames {
    shown: BTreeMap<String, String>,
    ids: BTreeMap<String, String>,
    /// Ids by what tells them from others; none where several are told alike.
    told: BTreeMap<String, Option<String>>,
    /// Labels that several have, with their ids.
    shared: BTreeMap<String, Vec<String>>,
}

impl DisplayNames {
    /// From ids with their labels, the one that is shown first. A label that stands for several, or
    /// is another's id, is not used. Spaces in labels, and what can't be seen, tell none from another.
    fn new(labelled: Vec<(String, Vec<String>)>) -> DisplayNames {
        let ids: BTreeSet<String> = labelled.iter().map(|(id, _)| key(id)).collect();
        let mut owners = BTreeMap::<String, BTreeSet<&str>>::new();
        for (id, labels) in &labelled {
            for label in labels.iter().map(|label| key(label)).filter(|label| !label.is_empty()) {
                owners.entry(label).or_default().insert(id);
            }
        }
        let mut names = DisplayNames::default();
        for (id, _) in &labelled {
            let told = names.told.entry(key(id)).or_insert_with(|| Some(id.clone()));
            *told = told.take().filter(|known| known == id);
        }
        for (label, owners) in owners {
            match (owners.len(), owners.first(), ids.contains(&label)) {
                (1, Some(id), false) => drop(names.ids.insert(label, (*id).to_owned())),
                (_, _, false) => {
                    names.shared.insert(label, owners.into_iter().map(str::to_owned).collect());
                }
                _ => {}
            }
        }
        for (id, labels) in &labelled {
            if let Some(label) = labels.first().filter(|label| names.ids.get(&key(label)) == Some(id)) {
                names.shown.insert(id.clone(), label.trim().to_owned());
            }
        }
        names
    }

    /// Of a field's words, units or people as they are on a day.
    pub fn of(field: &FieldDef, directory: &Directory, on: Date) -> DisplayNames {
        let labelled = match field.ty {
            FieldType::Choice => {
                let label = |(word, title): (&String, &registrar_domain::BilingualText)| {
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
        DisplayNames::new(labelled)
    }

    /// Of a register's stages.
    pub fn of_stages(register: &Register) -> DisplayNames {
        let label = |stage: &Stage| (stage.id.clone(), vec![stage.label.zh.clone(), stage.label.en.clone()]);
        DisplayNames::new(register.stages.iter().map(label).collect())
    }

    /// What an id is shown as.
    pub fn show(&self, id: &str) -> String {
        self.shown.get(id).map_or(id, String::as_str).to_owned()
    }

    /// The id that a text stands for; what is no label is taken as an id.
    ///
    /// # Errors
    /// Several are called so.
    pub fn id(&self, shown: &str) -> Result<String, String> {
        let wanted = key(shown);
        if let Some(id) = self.ids.get(&wanted) {
            return Ok(id.clone());
        }
        if let (Some(Some(id)), false) = (self.told.get(&wanted), self.shown.contains_key(shown.trim())) {
            return Ok(id.clone());
        }
        match self.shared.get(&wanted) {
            Some(ids) => Err(format!(
                "\"{}\" is what {} are called; write the id instead",
                shown.trim(),
                ids.join(" and ")
            )),
            None => Ok(shown
                .chars()
                .filter(|c| !registrar_domain::normalization::is_invisible(*c))
                .collect::<String>()
                .trim()
                .into()),
        }
    }

    fn knows(&self, shown: &str) -> bool {
        self.ids.contains_key(&key(shown)) || matches!(self.told.get(&key(shown)), Some(Some(_)))
    }
}

/// A field's value as a cell.
pub fn show(field: &FieldDef, names: &DisplayNames, value: &Value) -> Value {
    let Value::List(items) = value else { return show_one(field, names, value) };
    let texts: Vec<String> = items.iter().map(|item| text_of(&show_one(field, names, item))).collect();
    let joined = match texts.len() {
        0 => return Value::Nil,
        _ => Value::text(texts.join(if separators(field).len() == 1 { "\n" } else { "、" })),
    };
    // Only if it is read as what it was.
    let comes_back = read(field, names, &joined).is_ok_and(|read| read.same(value));
    if comes_back { joined } else { Value::text(value.to_json().to_string()) }
}

fn show_one(field: &FieldDef, names: &DisplayNames, value: &Value) -> Value {
    match (field.ty, value) {
        (FieldType::Choice | FieldType::Unit | FieldType::Person, Value::Text(id)) => {
            Value::text(names.show(id))
        }
        (_, Value::List(_) | Value::Map(_)) => Value::text(value.to_json().to_string()),
        (_, value) => value.clone(),
    }
}

/// A cell as the field's value.
///
/// # Errors
/// Why it says none, and the remedy.
pub fn read(field: &FieldDef, names: &DisplayNames, cell: &Value) -> Result<Value, String> {
    if !field.many {
        return read_one(field, names, cell);
    }
    let Value::Text(text) = cell else { return Ok(Value::List(vec![read_one(field, names, cell)?])) };
    if text.starts_with('[')
        && let Ok(Value::List(items)) = serde_json::from_str(text)
        && (field.ty != FieldType::Text || items.iter().all(|item| item.as_str().is_some()))
    {
        return Ok(Value::List(items));
    }
    let entries = text.split(separators(field)).map(str::trim).filter(|entry| !entry.is_empty());
    let entries = entries.flat_map(|entry| names_in(field, names, entry));
    let entries = entries.filter(|entry| field.ty == FieldType::Text || !says_nothing(field, names, entry));
    Ok(Value::List(
        entries.map(|entry| read_one(field, names, &Value::text(entry))).collect::<Result<_, _>>()?,
    ))
}

/// The names in an entry that is none itself: `王芳/李强`, `王芳 李强`.
fn names_in<'a>(field: &FieldDef, names: &DisplayNames, entry: &'a str) -> Vec<&'a str> {
    if is_named(field) && !names.knows(entry) {
        let between = |c: char| c.is_whitespace() || BETWEEN_NAMES.contains(&c);
        let parts: Vec<&str> = entry.split(between).map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 && parts.iter().all(|part| names.knows(part)) {
            return parts;
        }
    }
    vec![entry]
}

fn is_named(field: &FieldDef) -> bool {
    matches!(field.ty, FieldType::Choice | FieldType::Unit | FieldType::Person)
}

fn read_one(field: &FieldDef, names: &DisplayNames, cell: &Value) -> Result<Value, String> {
    let text = text_of(cell);
    let word = text.trim();
    let free = matches!(field.ty, FieldType::Text | FieldType::LongText | FieldType::Map);
    if !free && says_nothing(field, names, word) {
        return Ok(Value::Nil);
    }
    let known = match field.ty {
        FieldType::Choice | FieldType::Unit | FieldType::Person => Some(Value::text(names.id(word)?)),
        FieldType::Record => Some(Value::text(word)),
        // As a spreadsheet shows it.
        FieldType::Text | FieldType::LongText if matches!(cell, Value::Bool(_)) => {
            Some(Value::text(text.to_uppercase()))
        }
        FieldType::Text | FieldType::LongText | FieldType::File => Some(Value::text(&text)),
        FieldType::Integer => number::plain(word).and_then(|n| whole(&n)?.parse().ok()).map(Value::Int),
        FieldType::Number => as_number(word).filter(|n| n.is_finite()).map(Value::Num),
        FieldType::Amount => number::plain(word).and_then(|n| n.parse::<Amount>().ok()).map(Value::Amount),
        FieldType::Bool => {
            let said = folded(word).to_lowercase();
            let is = |words: &[&str]| words.contains(&said.as_str());
            if is(&YES) { Some(Value::Bool(true)) } else { is(&NO).then_some(Value::Bool(false)) }
        }
        FieldType::Date => Some(Value::text(day::read(word)?.to_string())),
        FieldType::Map => serde_json::from_str(word).ok(),
    };
    Ok(known.unwrap_or_else(|| cell.clone()))
}

/// Whether a cell is filled in only to say that there is nothing to be said.
fn says_nothing(field: &FieldDef, names: &DisplayNames, word: &str) -> bool {
    let said = folded(word).to_lowercase();
    let is_answer = field.ty == FieldType::Bool && NO.contains(&said.as_str());
    NOTHING.contains(&said.as_str()) && !is_answer && !names.knows(word)
}

/// A number as people write it, or as programs do (`1e-7`).
fn as_number(word: &str) -> Option<f64> {
    let plain = number::plain(word);
    plain.as_deref().unwrap_or(word).parse().ok()
}

/// A whole number, whatever zeros stand after its point.
fn whole(digits: &str) -> Option<&str> {
    match digits.split_once('.') {
        None => Some(digits),
        Some((whole, part)) => part.bytes().all(|b| b == b'0').then_some(whole),
    }
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

/// Whether there is nothing to be seen in a cell.
pub fn is_empty(cell: &Value) -> bool {
    match cell {
        Value::Nil | Value::Null => true,
        Value::Text(text) => registrar_domain::normalization::is_blank(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ty: FieldType, many: bool, cell: &str, expected: &str) {
        let cell: Value = serde_json::from_str(cell).unwrap();
        let field = FieldDef::new("field", ty, many);
        let names = DisplayNames::new(vec![
            ("xihu".into(), vec!["西湖".into(), "Xihu".into()]),
            ("a".into(), vec!["同名".into()]),
            ("b".into(), vec!["同名".into()]),
        ]);
        let read = match read(&field, &names, &cell) {
            Ok(read) => read,
            Err(why) => return assert!(why.contains(expected), "{cell}: {why}"),
        };
        assert_eq!(read.to_string(), expected, "{cell}");
        if read.is_nil() {
            return;
        }
        // What was read is shown so that it is read again.
        let shown = show(&field, &names, &read);
        assert_eq!(super::read(&field, &names, &shown), Ok(read), "{shown}");
    }

    #[test]
    fn a_cell_is_read_in_its_fields_type() {
        check(FieldType::Text, false, "7", r#""7""#);
        check(FieldType::Text, false, r#""007""#, r#""007""#);
        check(FieldType::Text, false, "0.1", r#""0.1""#);
        check(FieldType::Text, false, "true", r#""TRUE""#);
        check(FieldType::Amount, false, r#""15.5%""#, "0.155");
        check(FieldType::Integer, false, r#""00007""#, "7");
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
        check(FieldType::Date, false, r#""2023-02-30""#, "there is no such day");
        check(FieldType::Integer, false, r#""1,234""#, "1234");
        check(FieldType::Integer, false, r#""12.0""#, "12");
        check(FieldType::Integer, false, r#""12.5""#, r#""12.5""#);
        check(FieldType::Number, false, r#""１２％""#, "0.12");
        check(FieldType::Amount, false, r#""¥1,200.50""#, "1200.5");
        check(FieldType::Amount, false, "0.30000000000000004", "0.30000000000000004");
        for (yes, no) in [("✔", "✗"), ("Ｙ", "N"), ("☑", "☐"), ("有", "无"), ("1", "0")] {
            check(FieldType::Bool, false, &format!("\"{yes}\""), "true");
            check(FieldType::Bool, false, &format!("\"{no}\""), "false");
        }
        check(FieldType::Map, false, r#""{\"a\":1}""#, r#"{"a":1}"#);
    }

    #[test]
    fn names_lead_to_ids_where_they_are_one_ones_own() {
        check(FieldType::Unit, false, r#""西湖""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""Xihu""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""xihu""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""同名""#, "is what a and b are called; write the id");
        check(FieldType::Unit, false, r#""西　湖\u200b""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""东湖""#, r#""东湖""#);
        check(FieldType::Unit, false, r#""XiHu""#, r#""xihu""#);
        check(FieldType::Unit, false, r#""Ａ""#, r#""a""#);
    }

    #[test]
    fn a_cell_that_says_nothing_is_empty() {
        for ty in [FieldType::Date, FieldType::Amount, FieldType::Unit, FieldType::Integer] {
            for nothing in ["-", "——", "/", "无", "Ｎ/A"] {
                check(ty, false, &format!("\"{nothing}\""), "nil");
            }
        }
        check(FieldType::Bool, false, r#""无""#, "false");
        check(FieldType::Text, false, r#""/""#, r#""/""#);
        check(FieldType::Unit, true, r#""西湖、无""#, r#"["xihu"]"#);
    }

    #[test]
    fn a_list_is_one_cell() {
        check(FieldType::Unit, true, r#""西湖、a，b""#, r#"["xihu","a","b"]"#);
        check(FieldType::Unit, true, r#""西湖/Xihu|xihu""#, r#"["xihu","xihu","xihu"]"#);
        check(FieldType::Unit, true, r#""西 湖""#, r#"["xihu"]"#);
        check(FieldType::Unit, true, r#""西湖 Xihu""#, r#"["xihu","xihu"]"#);
        check(FieldType::Unit, true, r#""西湖 东湖""#, r#"["西湖 东湖"]"#);
        check(FieldType::Text, true, r#""一、二\n三""#, r#"["一、二","三"]"#);
        check(FieldType::Integer, true, "5", "[5]");
        check(FieldType::Text, true, r#""[1]""#, r#"["[1]"]"#);
        check(FieldType::Text, true, r#""[\"a\\nb\",\"\"]""#, r#"["a\nb",""]"#);
    }
}
