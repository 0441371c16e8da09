//! Checks what is filled in against a register's definition.

use crate::{
    BilingualText,
    directory::Directory,
    register::{FieldDef, FieldType, Register},
    reserved::{DIRECTORY, NUMBER},
};
use jiff::civil::Date;
use registrar_sdk::{
    Value,
    conform::conform,
    suggest::nearest,
    types::Type,
    value::{Key, Map},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// One thing that is wrong with what was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// What is wrong, and the remedy.
    pub text: String,
    /// The same in Chinese.
    pub zh: String,
}

impl FieldProblem {
    fn new(field: &str, said: BilingualText) -> FieldProblem {
        FieldProblem { field: field.to_owned(), text: said.en, zh: said.zh }
    }
}

fn said(zh: impl Into<String>, en: impl Into<String>) -> BilingualText {
    BilingualText { zh: zh.into(), en: en.into() }
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.field, self.text)
    }
}

/// What fields are checked against.
pub struct SchemaContext<'a> {
    /// The directory.
    pub directory: &'a Directory,
    /// The day on which units must be there; `None`: whenever that was.
    pub on: Option<Date>,
    /// Personal fields whose values were erased, and are not asked for.
    pub erased: &'a [Key],
}

impl Register {
    /// The definition of a field of the record or of an action's form.
    pub fn field_of(&self, action: &str, name: &str) -> Option<&FieldDef> {
        let form = self.actions.get(action).and_then(|a| a.form.get(name));
        form.or_else(|| self.fields.get(self.current_name(name)))
    }

    /// Whether a field of the record or of an action's form is personal, or sets one that is.
    pub fn is_personal(&self, action: &str, name: &str) -> bool {
        let field = self.field_of(action, name);
        let set = field.and_then(|field| field.sets.as_ref()).and_then(|target| self.fields.get(target));
        field.into_iter().chain(set).any(|field| field.personal)
    }

    /// The field of the record that a field of an action ends up in, or the form's own, which stays in the event.
    pub fn lands_in<'n>(&'n self, action: &str, name: &'n str) -> &'n str {
        let form = self.actions.get(action).and_then(|action| action.form.get(name));
        match form {
            Some(field) => field.sets.as_deref().unwrap_or(name),
            None => self.current_name(name),
        }
    }

    /// The personal fields of the record and of the actions' forms, by name, as far as they set none of the record's.
    pub fn personal_fields(&self) -> BTreeMap<&str, &FieldDef> {
        let own = self.fields.iter().filter(|(_, field)| field.personal);
        let forms = self.actions.values().flat_map(|action| &action.form);
        let forms = forms.filter(|(_, field)| field.personal && field.sets.is_none());
        own.chain(forms).map(|(name, field)| (name.as_str(), field)).collect()
    }

    /// Brings what was filled in for an action into its declared types; `record` is what the
    /// record has so far. Gives back the fields, or all that is wrong with them.
    ///
    /// # Errors
    /// Every problem, in the order of the fields' names.
    pub fn check_fields(
        &self,
        action: &str,
        fields: Map,
        record: &Map,
        known: &SchemaContext<'_>,
    ) -> Result<Map, Vec<FieldProblem>> {
        // A code table's columns are its own.
        if self.open || (self.id == DIRECTORY && action == "table") {
            return Ok(fields);
        }
        let mut problems = Vec::new();
        let mut checked = Map::new();
        for (name, value) in fields {
            if &*name == NUMBER
                && !self.fields.contains_key(NUMBER)
                && self.field_of(action, NUMBER).is_none()
            {
                match value {
                    Value::Text(_) => drop(checked.insert(name, value)),
                    Value::Nil => {}
                    _ => problems.push(FieldProblem::new(NUMBER, said("编号应为文字", "a number is text"))),
                }
                continue;
            }
            let Some(field) = self.field_of(action, &name) else {
                problems.push(self.unknown_field(action, &name));
                continue;
            };
            if value.is_nil() {
                continue;
            }
            match field.check(value, known) {
                Ok(value) => drop(checked.insert(name, value)),
                Err(wrong) => problems.push(FieldProblem::new(&name, wrong)),
            }
        }
        let action = self.actions.get(action);
        let wrong: BTreeSet<String> = problems.iter().map(|problem| problem.field.clone()).collect();
        let mut missing = |name: &str, field: &FieldDef, there: Option<&Value>| {
            // What is there and wrong is not missing.
            let erased = there.is_none() && known.erased.iter().any(|erased| **erased == *name);
            if field.required && !erased && !wrong.contains(name) && there.is_none_or(is_blank) {
                let (zh, en) = (&field.label.zh, &field.label.en);
                let wrong = said(format!("{zh}不能为空，请填写"), format!("{en} is missing; fill it in"));
                problems.push(FieldProblem::new(name, wrong));
            }
        };
        for (name, field) in self.fields.iter().filter(|(_, field)| field.required) {
            let set_by_form = action.into_iter().flat_map(|a| &a.form).find_map(|(given, def)| {
                (def.sets.as_deref() == Some(name)).then(|| checked.get(given.as_str())).flatten()
            });
            let old_name = field.was.as_deref().and_then(|was| checked.get(was));
            let there =
                checked.get(name.as_str()).or(old_name).or(set_by_form).or_else(|| record.get(name.as_str()));
            missing(name, field, there);
        }
        for (name, field) in action.into_iter().flat_map(|a| &a.form) {
            missing(name, field, checked.get(name.as_str()));
        }
        if problems.is_empty() {
            Ok(checked)
        } else {
            problems.sort_by(|a, b| a.field.cmp(&b.field));
            Err(problems)
        }
    }

    fn unknown_field(&self, action: &str, name: &str) -> FieldProblem {
        let form = self.actions.get(action).into_iter().flat_map(|a| a.form.keys());
        let known: Vec<&str> = self.fields.keys().chain(form).map(String::as_str).collect();
        let zh = format!("没有“{name}”这一项");
        let en = format!(
            "neither the register \"{}\" nor the action `{action}` has such a field{} (fields: {})",
            self.id,
            nearest(name, known.iter().copied()),
            known.join(", ")
        );
        FieldProblem::new(name, said(zh, en))
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Nil | Value::Null => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

impl FieldDef {
    /// The value in the field's type.
    fn check(&self, value: Value, known: &SchemaContext<'_>) -> Result<Value, BilingualText> {
        if value == Value::Null {
            return Ok(value);
        }
        if !self.many {
            let value = self.check_one(value, known)?;
            self.check_size(&value)?;
            return Ok(value);
        }
        // An author's empty table has no kind of its own.
        let items = match value {
            Value::List(items) => items,
            Value::Map(map) if map.is_empty() => Vec::new(),
            other => {
                return Err(said("应为一列值", format!("got {}; expected a list", other.kind())));
            }
        };
        let count = items.len();
        self.within(count as f64, &said(format!("共 {count} 项"), format!("{count} entries")))?;
        let one = |(at, item)| {
            let named = |why: BilingualText| {
                let (zh, en) = (why.zh, why.en);
                said(format!("第 {} 项：{zh}", at + 1), format!("entry {}: {en}", at + 1))
            };
            self.check_one(item, known).map_err(named)
        };
        Ok(Value::List(items.into_iter().enumerate().map(one).collect::<Result<_, _>>()?))
    }

    fn check_one(&self, value: Value, known: &SchemaContext<'_>) -> Result<Value, BilingualText> {
        let ty = match self.ty {
            FieldType::Integer => Type::Int,
            FieldType::Number => Type::Number,
            FieldType::Amount => Type::Amount,
            FieldType::Date => Type::Date,
            FieldType::Bool => Type::Bool,
            FieldType::Map => Type::Any,
            _ => Type::Text,
        };
        let expected = match self.ty {
            FieldType::Integer => "应为整数",
            FieldType::Number | FieldType::Amount => "应为数字",
            FieldType::Date => "应为日期，例如 2023-02-14",
            FieldType::Bool => "应为是或否",
            _ => "应为文字",
        };
        let value = conform(&ty, value).map_err(|mismatch| match self.ty {
            // What it is called in a script is not what people say.
            FieldType::Bool => said(expected, mismatch.to_string().replace("a boolean", "true or false")),
            _ => said(expected, mismatch.to_string()),
        })?;
        let word = value.as_str().unwrap_or_default();
        match self.ty {
            FieldType::Choice if !self.of.iter().any(|w| w == word) => Err(self.no_choice(word)),
            FieldType::Unit => match known.on.and_then(|on| known.directory.unit(word, on)) {
                None if known.directory.knows_unit(word) => match known.on {
                    None => Ok(value),
                    Some(on) => Err(said(
                        format!("单位“{word}”在 {on} 不存在"),
                        format!("the unit \"{word}\" was not there on {on}"),
                    )),
                },
                None => Err(said(
                    format!("没有单位“{word}”"),
                    format!("there is no unit \"{word}\"{}", nearest(word, known.directory.unit_ids())),
                )),
                Some(unit) if !self.of.is_empty() && !self.of.contains(&unit.class) => Err(said(
                    format!("单位“{word}”的类别是“{}”，应为{}", unit.class, self.of.join("或")),
                    format!(
                        "the unit \"{word}\" is of class \"{}\"; expected {}",
                        unit.class,
                        self.of.join(" or ")
                    ),
                )),
                Some(_) => Ok(value),
            },
            FieldType::Person if !known.directory.knows_person(word) => Err(said(
                format!("没有人员“{word}”"),
                format!("there is no person \"{word}\"{}", nearest(word, known.directory.person_ids())),
            )),
            _ => Ok(value),
        }
    }

    /// That a word is none of a field's choices, with what they are called.
    fn no_choice(&self, word: &str) -> BilingualText {
        let labels = |id: &String| self.of_labels.get(id).filter(|label| label.zh != *id);
        let zh = self.of.iter().map(|id| labels(id).map_or(id.as_str(), |label| label.zh.as_str()));
        let zh: Vec<&str> = zh.collect();
        let shown = |id: &String| labels(id).map_or(id.clone(), |label| format!("{id} {}", label.zh));
        let known = self.of.iter().map(String::as_str).chain(zh.iter().copied());
        let hint = nearest(word, known);
        let shown: Vec<String> = self.of.iter().map(shown).collect();
        said(
            format!("“{word}”不在可选范围内（{}）", zh.join("、")),
            format!("\"{word}\" is not one of its choices ({}){hint}", shown.join(", ")),
        )
    }

    fn check_size(&self, value: &Value) -> Result<(), BilingualText> {
        match value {
            Value::Text(text) => {
                if self.min.is_some() || self.max.is_some() {
                    let count = text.chars().count();
                    self.within(
                        count as f64,
                        &said(format!("共 {count} 字"), format!("{count} characters")),
                    )?;
                }
                Ok(())
            }
            other => match other.as_f64() {
                Some(n) => self.within(n, &BilingualText::default().or(&n.to_string())),
                None => Ok(()),
            },
        }
    }

    fn within(&self, size: f64, shown: &BilingualText) -> Result<(), BilingualText> {
        let BilingualText { zh, en } = shown;
        match (self.min, self.max) {
            (_, Some(max)) if size > max => {
                Err(said(format!("{zh}，最多 {max}"), format!("{en}; at most {max}")))
            }
            (Some(min), _) if size < min => {
                Err(said(format!("{zh}，至少 {min}"), format!("{en}; at least {min}")))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        event::Event,
        register::{Registers, read::tests::definition, schema::*},
    };

    fn check(fields: &str, expected: &str) {
        let registers = Registers::read(&[definition(
            "a",
            r#"{"id":"item","stages":["draft"],"fields":{
                "title":{"type":"text","required":true,"max":4,"label":"Title"},
                "kind":{"type":"choice","of":["dynamic","routine"]},
                "unit":{"type":"unit"}, "pages":{"type":"integer","min":1},
                "joint":{"type":"unit","many":true}},
              "actions":{"accept":{"form":{"toll":{"type":"amount"}}}}}"#,
        )])
        .unwrap();
        let mut event: Event = serde_json::from_str(
            r#"{"id":"u","seq":1,"register":"$directory","record":"xihu","action":"unit","on":"2022-01-01",
                "by":"operator","fields":{"title":"西湖","class":"town"}}"#,
        )
        .unwrap();
        let mut directory = Directory::from_events([&event]);
        event.record = "gone".into();
        event.fields.insert("to".into(), Value::text("2022-12-31"));
        directory.apply(&event);
        let known =
            SchemaContext { directory: &directory, on: Some(jiff::civil::date(2023, 1, 1)), erased: &[] };
        let fields: Value = serde_json::from_str(fields).unwrap();
        let fields = fields.as_map().cloned().unwrap();
        let got = match registers.by_id["item"].check_fields("accept", fields, &Map::new(), &known) {
            Ok(fields) => Value::Map(fields).to_string(),
            Err(problems) => problems.iter().map(FieldProblem::to_string).collect::<Vec<_>>().join("\n"),
        };
        assert!(got.contains(expected), "got `{got}`, expected `{expected}`");
    }

    #[test]
    fn each_problem_names_field_and_remedy() {
        check(r#"{}"#, "`title`: Title is missing");
        check(r#"{"title":" "}"#, "`title`: Title is missing");
        check(r#"{"title":"一二三四五"}"#, "5 characters; at most 4");
        check(r#"{"title":"一二三四"}"#, r#"{"title":"一二三四"}"#);
        check(r#"{"title":"a","kind":"dynamik"}"#, "did you mean `dynamic`?");
        check(r#"{"title":"a","unit":"xihuu"}"#, "did you mean `xihu`?");
        check(r#"{"title":"a","unit":"gone"}"#, "was not there on 2023-01-01");
        check(r#"{"title":"a","pages":0}"#, "at least 1");
        check(r#"{"title":"a","pages":"two"}"#, "expected an integer");
        check(r#"{"title":"a","titel":"b"}"#, "did you mean `title`?");
        check(r#"{"title":"a","joint":["xihu","nowhere"]}"#, "entry 2: there is no unit");
        check(r#"{"title":"a","toll":0.5}"#, r#""toll":"0.5""#);
    }
}
