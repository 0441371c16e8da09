//! The document that a plugin puts into effect, and its clauses: metadata that people read beside
//! what the plugin does. Nothing here decides anything.

use crate::plugin::source_files::SourceFiles;
use registrar_sdk::BilingualText;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From a text that serves both languages, or a table with `zh` and `en`, of which one may be missing;
/// anything else as it is written.
pub(crate) fn text_of(value: &toml::Value) -> BilingualText {
    let toml::Value::Table(table) = value else {
        return BilingualText::same(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    };
    let half = |lang: &str| table.get(lang).and_then(toml::Value::as_str);
    BilingualText::of_halves(half("zh"), half("en"))
}

/// A document, as a manifest's `[document]` describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GoverningDocument {
    /// Its title.
    #[serde(serialize_with = "BilingualText::in_one_line")]
    pub title: BilingualText,
    /// Its number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Who issued it.
    #[serde(skip_serializing_if = "BilingualText::is_empty", serialize_with = "BilingualText::in_one_line")]
    pub issued_by: BilingualText,
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
pub type Clauses = BTreeMap<String, BilingualText>;

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
    pub fn read(&self) -> GoverningDocument {
        let said = |value: &Option<toml::Value>| value.as_ref().map(text_of).unwrap_or_default();
        GoverningDocument {
            title: said(&self.title),
            number: self.number.clone(),
            issued_by: said(&self.issued_by),
            date: self.date.as_ref().map(|date| text_of(date).zh).unwrap_or_default(),
            url: self.url.clone(),
            file: self.file.clone(),
        }
    }
}

/// The clauses that a manifest's table says, and those of a `clauses.toml` beside it.
///
/// # Errors
/// The line of `clauses.toml`, if known, and what is wrong there.
pub(crate) fn clauses(
    plugin: &str,
    declared: &BTreeMap<String, toml::Value>,
    files: &SourceFiles,
) -> Result<Clauses, (Option<u32>, String)> {
    let mut clauses: Clauses = declared.iter().map(|(id, text)| (id.clone(), text_of(text))).collect();
    let Some(bytes) = files.get(&format!("{plugin}/{CLAUSES}")) else { return Ok(clauses) };
    let text = std::str::from_utf8(bytes).map_err(|_| (None, "is not UTF-8".to_owned()))?;
    let more: BTreeMap<String, toml::Value> =
        toml::from_str(text).map_err(|e| crate::plugin::toml_value::at_line(text, &e))?;
    for (id, text) in more {
        if clauses.insert(id.clone(), text_of(&text)).is_some() {
            return Err((None, format!("the clause \"{id}\" is in plugin.toml, too; keep it in one place")));
        }
    }
    Ok(clauses)
}

#[cfg(test)]
mod tests {
    use crate::plugin::{document::*, manifest::Manifest};
    use std::sync::Arc;

    fn read(manifest: &str, beside: Option<&str>) -> Result<Clauses, (Option<u32>, String)> {
        let manifest = Manifest::parse(manifest).unwrap();
        let file = beside.map(|text| ("p/clauses.toml".to_owned(), Arc::from(text.as_bytes())));
        clauses("p", &manifest.clauses, &file.into_iter().collect())
    }

    #[test]
    fn clauses_are_in_the_manifest_or_beside_it_in_one_or_two_languages() {
        let found = read("[clauses]\na = \"甲\"\n", Some("b = { zh = \"乙\", en = \"B\" }\n")).unwrap();
        let said: Vec<_> = found.iter().map(|(id, words)| format!("{id}: {words}")).collect();
        assert_eq!(said, ["a: 甲", "b: 乙 · B"]);
        assert_eq!((found["b"].zh.as_str(), found["b"].en.as_str()), ("乙", "B"));
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
        assert_eq!(document("2022").title.to_string(), "办法 · Rules");
        let (line, text) = Manifest::parse("[document]\ntitel = \"x\"\n").unwrap_err();
        assert!(line == Some(2) && text.contains("titel"), "{text}");
    }
}
