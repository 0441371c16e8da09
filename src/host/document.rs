//! The document that a plugin puts into effect, and its clauses: metadata that people read beside
//! what the plugin does. Nothing here decides anything.

use crate::source::Files;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A document, as a manifest's `[document]` describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its title, in one text or two languages.
    pub title: String,
    /// Its number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Who issued it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub issued_by: String,
    /// When, as written: a day, a month or a year.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Where it can be read.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Its file in the plugin's folder.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
}

/// Texts of clauses, by the word that handlers name them with.
pub type Clauses = BTreeMap<String, String>;

/// `[document]` as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentToml {
    title: Option<toml::Value>,
    #[serde(default)]
    number: String,
    issued_by: Option<toml::Value>,
    date: Option<toml::Value>,
    #[serde(default)]
    url: String,
    #[serde(default)]
    file: String,
}

/// The file of a plugin's folder that may hold its clauses instead of the manifest.
pub(crate) const CLAUSES: &str = "clauses.toml";

impl DocumentToml {
    /// The document it describes.
    pub fn read(&self) -> Document {
        let said = |value: &Option<toml::Value>| value.as_ref().map(in_both).unwrap_or_default();
        Document {
            title: said(&self.title),
            number: self.number.clone(),
            issued_by: said(&self.issued_by),
            date: said(&self.date),
            url: self.url.clone(),
            file: self.file.clone(),
        }
    }
}

/// A text that is one, or a table with `zh` and `en`; anything else as it is written.
pub(crate) fn in_both(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Table(table) => {
            let parts: Vec<_> = ["zh", "en"].iter().filter_map(|k| table.get(*k)?.as_str()).collect();
            parts.join(" · ")
        }
        other => other.to_string(),
    }
}

/// The clauses that a manifest's table says, and those of a `clauses.toml` beside it.
///
/// # Errors
/// The line of `clauses.toml`, if known, and what is wrong there.
pub(crate) fn clauses(
    plugin: &str,
    declared: &BTreeMap<String, toml::Value>,
    files: &Files,
) -> Result<Clauses, (Option<u32>, String)> {
    let mut clauses: Clauses = declared.iter().map(|(id, text)| (id.clone(), in_both(text))).collect();
    let Some(bytes) = files.get(&format!("{plugin}/{CLAUSES}")) else { return Ok(clauses) };
    let text = std::str::from_utf8(bytes).map_err(|_| (None, "is not UTF-8".to_owned()))?;
    let more: BTreeMap<String, toml::Value> =
        toml::from_str(text).map_err(|e| crate::manifest::at_line(text, &e))?;
    for (id, text) in more {
        if clauses.insert(id.clone(), in_both(&text)).is_some() {
            return Err((None, format!("the clause \"{id}\" is in plugin.toml, too; keep it in one place")));
        }
    }
    Ok(clauses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;
    use std::sync::Arc;

    fn read(manifest: &str, beside: Option<&str>) -> Result<Clauses, (Option<u32>, String)> {
        let manifest = Manifest::parse(manifest).unwrap();
        let file = beside.map(|text| ("p/clauses.toml".to_owned(), Arc::from(text.as_bytes())));
        clauses("p", &manifest.clauses, &file.into_iter().collect())
    }

    #[test]
    fn clauses_are_in_the_manifest_or_beside_it_in_one_or_two_languages() {
        let found = read("[clauses]\na = \"甲\"\n", Some("b = { zh = \"乙\", en = \"B\" }\n")).unwrap();
        assert_eq!(found, Clauses::from([("a".into(), "甲".into()), ("b".into(), "乙 · B".into())]));
        assert!(read("[clauses]\na = \"甲\"\n", Some("a = \"乙\"\n")).unwrap_err().1.contains("\"a\""));
        assert_eq!(read("", Some("a = \"甲\"\nb = \n")).unwrap_err().0, Some(2));
    }

    #[test]
    fn a_document_is_read_with_its_day_however_it_is_written() {
        let document = |date: &str| {
            let text = format!("[document]\ntitle = {{ zh = \"办法\", en = \"Rules\" }}\ndate = {date}\n");
            Manifest::parse(&text).unwrap().document.unwrap().read()
        };
        assert_eq!(document("2022-06-01").date, "2022-06-01");
        assert_eq!(document("\"2022-06\"").date, "2022-06");
        assert_eq!(document("2022").title, "办法 · Rules");
        let (line, text) = Manifest::parse("[document]\ntitel = \"x\"\n").unwrap_err();
        assert!(line == Some(2) && text.contains("titel"), "{text}");
    }
}
