//! Answers: structs of a plugin's own, choices as enums, and how they become values.

use super::names::{camel, forms, ident, merged};
use registrar_sdk::{Field, Point, Struct, Type};
use std::fmt::Write;

pub(super) const USES: &str = "\
#[allow(unused_imports, reason = \"which of them a contract needs is its own matter\")]
use super::view;
#[allow(unused_imports, reason = \"which of them a contract needs is its own matter\")]
use registrar_sdk::{
    Amount, BilingualText, FromValue, Map, Value,
    abi::Node,
    native::{Answer, Bytes, Call, FromView, View},
};
#[allow(unused_imports, reason = \"which of them a contract needs is its own matter\")]
use std::collections::BTreeMap;

// Absent is no entry.
fn put(map: &mut Map, key: &str, value: impl Into<Value>) {
    let value = value.into();
    if !value.is_nil() {
        map.insert(key.into(), value);
    }
}
";

/// A type as a handler answers it. A choice is called `choice`; `path` leads to the answers.
pub(super) fn owned(ty: &'static Type, choice: &str, path: &str) -> String {
    match ty {
        Type::Any => "Value".into(),
        Type::Bool => "bool".into(),
        Type::Int => "i64".into(),
        Type::Number => "f64".into(),
        Type::Amount => "Amount".into(),
        Type::Text | Type::Date => "String".into(),
        Type::Bytes => "Bytes".into(),
        Type::Choice(_) => choice.to_owned(),
        Type::List(item) => format!("Vec<{}>", owned(item, choice, path)),
        Type::Map(item) => format!("BTreeMap<String, {}>", owned(item, choice, path)),
        Type::Struct(s) => format!("{path}{}", camel(s.name)),
        Type::Optional(inner) => optional(inner, choice, path),
        Type::OneOf(types) => match forms(types)[..] {
            [form] => owned(form, choice, path),
            [Type::Text, Type::Map(Type::Text)] => "BilingualText".into(),
            _ => "Value".into(),
        },
    }
}

fn optional(ty: &'static Type, choice: &str, path: &str) -> String {
    match owned(ty, choice, path) {
        // A value can be nil itself.
        known if known == "Value" || known.starts_with("Option<") => known,
        known => format!("Option<{known}>"),
    }
}

fn choice_of(s: &Struct, field: &Field) -> String {
    camel(s.name) + &camel(field.name)
}

fn type_of(s: &Struct, field: &'static Field) -> String {
    let choice = choice_of(s, field);
    if field.required { owned(&field.ty, &choice, "") } else { optional(&field.ty, &choice, "") }
}

/// A struct and the choices in it; `given` if handlers are given such a struct as well.
pub(super) fn of_struct(s: &'static Struct, given: bool) -> String {
    let name = camel(s.name);
    let default = if s.fields.iter().any(|f| f.required) { "" } else { ", Default" };
    let mut out =
        format!("/// {}\n#[derive(Clone, Debug, PartialEq{default})]\npub struct {name} {{\n", s.doc);
    for field in s.fields {
        let ty = type_of(s, field);
        let said = match field.ty {
            Type::Date => " A date like `2023-02-14`.".into(),
            Type::OneOf(_) => format!(" It is {}.", field.ty.describe()),
            _ => String::new(),
        };
        let _ = writeln!(out, "    /// {}{said}\n    pub {}: {ty},", field.doc, ident(field.name));
    }
    if s.open {
        out.push_str("    /// Its further fields, by name; `Value::Null` clears one.\n    pub more: Map,\n");
    }
    out.push_str("}\n");
    if default.is_empty() {
        constructor(&mut out, s, &name);
    }
    into_value(&mut out, s, &name);
    from_value(&mut out, s, &name);
    if given {
        from_view(&mut out, s, &name);
    }
    for field in s.fields {
        if let Some(words) = choice(&field.ty) {
            let doc = format!("What `{}` of a [`{name}`] can be.", field.name);
            of_choice(&mut out, &choice_of(s, field), &doc, words, given);
        }
    }
    out
}

fn constructor(out: &mut String, s: &'static Struct, name: &str) {
    let required: Vec<&'static Field> = s.fields.iter().filter(|f| f.required).collect();
    let takes = |field: &&'static Field| {
        let ty = type_of(s, field);
        match ty.as_str() {
            "String" | "Value" | "BilingualText" => format!("{}: impl Into<{ty}>", ident(field.name)),
            _ => format!("{}: {ty}", ident(field.name)),
        }
    };
    let params: Vec<_> = required.iter().map(takes).collect();
    let _ = write!(
        out,
        "\nimpl {name} {{\n    /// One with what it must have, and nothing else.\n    pub fn new({}) -> {name} {{\n        {name} {{\n",
        params.join(", ")
    );
    for field in s.fields {
        let key = ident(field.name);
        let _ = match (type_of(s, field).as_str(), field.required) {
            ("String" | "Value" | "BilingualText", true) => writeln!(out, "            {key}: {key}.into(),"),
            (_, true) => writeln!(out, "            {key},"),
            ("Value", false) => writeln!(out, "            {key}: Value::Nil,"),
            (_, false) => writeln!(out, "            {key}: None,"),
        };
    }
    if s.open {
        out.push_str("            more: Map::new(),\n");
    }
    out.push_str("        }\n    }\n}\n");
}

fn into_value(out: &mut String, s: &Struct, name: &str) {
    let start = if s.open { "given.more" } else { "Map::new()" };
    let _ = write!(
        out,
        "\nimpl From<{name}> for Value {{\n    fn from(given: {name}) -> Value {{\n        let mut map = {start};\n"
    );
    for field in s.fields {
        let _ = writeln!(out, "        put(&mut map, \"{}\", given.{});", field.name, ident(field.name));
    }
    out.push_str("        Value::Map(map)\n    }\n}\n");
    gives(out, name);
}

fn gives(out: &mut String, name: &str) {
    let _ = write!(
        out,
        "\nimpl Answer for {name} {{\n    \
             fn give(self, call: &Call<'_>) -> Result<Node, String> {{\n        \
                 Value::from(self).give(call)\n    \
             }}\n\
         }}\n"
    );
}

// For whoever asked.
fn from_value(out: &mut String, s: &Struct, name: &str) {
    let _ = write!(
        out,
        "\nimpl FromValue for {name} {{\n    fn from_value(value: &Value) -> {name} {{\n        {name} {{\n"
    );
    for field in s.fields {
        let key = ident(field.name);
        let _ = writeln!(out, "            {key}: FromValue::from_value(value.get(\"{}\")),", field.name);
    }
    if s.open {
        let known: Vec<_> = s.fields.iter().map(|f| format!("\"{}\"", f.name)).collect();
        let _ = write!(
            out,
            "            more: value\n                .as_map()\n                .into_iter()\n                .flatten()\n                \
                 .filter(|(key, _)| ![{}].contains(&&***key))\n                \
                 .map(|(key, value)| (key.clone(), value.clone()))\n                \
                 .collect(),\n",
            known.join(", ")
        );
    }
    out.push_str("        }\n    }\n}\n");
}

fn from_view(out: &mut String, s: &Struct, name: &str) {
    let _ = write!(
        out,
        "\nimpl<'a> FromView<'a> for {name} {{\n    fn from_view(view: View<'a>) -> Self {{\n        {name} {{\n"
    );
    for field in s.fields {
        let key = ident(field.name);
        let _ = writeln!(out, "            {key}: FromView::from_view(view.get(\"{}\")),", field.name);
    }
    if s.open {
        let known: Vec<_> = s.fields.iter().map(|f| format!("\"{}\"", f.name)).collect();
        let _ = write!(
            out,
            "            more: view\n                .entries()\n                \
                 .filter(|(key, _)| ![{}].contains(key))\n                \
                 .map(|(key, value)| (key.into(), value.to_value()))\n                \
                 .collect(),\n",
            known.join(", ")
        );
    }
    let _ = write!(
        out,
        "        }}\n    }}\n}}\n\
         \n\
         impl<'a> From<view::{name}<'a>> for {name} {{\n    \
             fn from(given: view::{name}<'a>) -> {name} {{\n        \
                 {name}::from_view(given.view())\n    \
             }}\n\
         }}\n"
    );
}

// The words of a choice, through whatever it lies in.
fn choice(ty: &'static Type) -> Option<&'static [&'static str]> {
    match ty {
        Type::Choice(words) => Some(words),
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => choice(inner),
        Type::OneOf(types) => match forms(types)[..] {
            [form] => choice(form),
            _ => None,
        },
        _ => None,
    }
}

fn of_choice(out: &mut String, name: &str, doc: &str, words: &[&str], given: bool) {
    let _ = write!(out, "\n/// {doc}\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {name} {{\n");
    for word in words {
        let _ = writeln!(out, "    /// `{word}`.\n    {},", camel(word));
    }
    let _ = write!(
        out,
        "}}\n\nimpl {name} {{\n    /// The word for it.\n    pub fn as_str(self) -> &'static str {{\n        match self {{\n"
    );
    for word in words {
        let _ = writeln!(out, "            {name}::{} => \"{word}\",", camel(word));
    }
    let _ = write!(
        out,
        "        }}\n    }}\n}}\n\
         \n\
         impl From<{name}> for Value {{\n    \
             fn from(given: {name}) -> Value {{\n        \
                 Value::text(given.as_str())\n    \
             }}\n\
         }}\n"
    );
    gives(out, name);
    read_choice(out, name, words, ("FromValue", "value: &Value", "value.as_str()"), "from_value");
    if given {
        read_choice(out, name, words, ("<'a> FromView<'a>", "view: View<'a>", "view.as_str()"), "from_view");
    }
}

// What is none of its words reads as the first.
fn read_choice(
    out: &mut String,
    name: &str,
    words: &[&str],
    (of, takes, word): (&str, &str, &str),
    read: &str,
) {
    let space = if of.starts_with('<') { "" } else { " " };
    let _ = write!(
        out,
        "\nimpl{space}{of} for {name} {{\n    fn {read}({takes}) -> Self {{\n        match {word} {{\n"
    );
    for word in &words[1..] {
        let _ = writeln!(out, "            Some(\"{word}\") => {name}::{},", camel(word));
    }
    let _ = write!(out, "            _ => {name}::{},\n        }}\n    }}\n}}\n", camel(words[0]));
}

/// The choice of forms that a handler at the point may answer; `None` if there is but one.
pub(super) fn of_point(point: &'static Point) -> Option<String> {
    let name = camel(point.id);
    let mut out = String::new();
    if let Type::Choice(words) = point.answer {
        of_choice(&mut out, &name, &format!("What a handler at `{}` may answer.", point.id), words, false);
        return Some(out.trim_start().to_owned());
    }
    let Type::OneOf(types) = point.answer else { return None };
    let forms = forms(types);
    if forms.len() < 2 {
        return None;
    }
    let _ = write!(
        out,
        "/// What a handler at `{}` may answer.\n#[derive(Clone, Debug, PartialEq)]\npub enum {name} {{\n",
        point.id
    );
    let (mut values, mut gives) = (String::new(), String::new());
    for form in &forms {
        let variant = variant(form);
        let _ = writeln!(out, "    /// {}.\n    {variant}({}),", describe(form), owned(form, &name, ""));
        let _ = writeln!(values, "            {name}::{variant}(given) => given.into(),");
        let _ = writeln!(gives, "            {name}::{variant}(given) => given.give(call),");
    }
    out.push_str("}\n");
    for form in &forms {
        from(&mut out, &name, &owned(form, &name, ""), &format!("{name}::{}(given)", variant(form)));
        if matches!(form, Type::Text) {
            from(&mut out, &name, "&str", &format!("{name}::{}(given.into())", variant(form)));
        }
    }
    for one in merged(types) {
        from(&mut out, &name, &owned(one, &name, ""), &format!("{name}::List(vec![given])"));
    }
    let _ = write!(
        out,
        "\nimpl From<{name}> for Value {{\n    fn from(given: {name}) -> Value {{\n        match given {{\n{values}        }}\n    }}\n}}\n\
         \nimpl Answer for {name} {{\n    fn give(self, call: &Call<'_>) -> Result<Node, String> {{\n        match self {{\n{gives}        }}\n    }}\n}}\n"
    );
    Some(out)
}

fn from(out: &mut String, name: &str, from: &str, made: &str) {
    let _ = write!(
        out,
        "\nimpl From<{from}> for {name} {{\n    fn from(given: {from}) -> {name} {{\n        {made}\n    }}\n}}\n"
    );
}

fn variant(ty: &Type) -> String {
    match ty {
        Type::Struct(s) => camel(s.name),
        Type::List(_) => "List".into(),
        Type::Map(_) => "Map".into(),
        Type::Optional(inner) => variant(inner),
        Type::OneOf(_) | Type::Any => "Value".into(),
        plain => format!("{plain:?}"),
    }
}

fn describe(ty: &Type) -> String {
    match ty {
        Type::Amount => "A plain number".into(),
        Type::Text => "Plain text".into(),
        Type::List(item) => match **item {
            Type::Struct(s) => format!("A list of [`{}`]s", camel(s.name)),
            _ => "A list".into(),
        },
        other => {
            let said = other.describe();
            said[..1].to_uppercase() + &said[1..]
        }
    }
}
