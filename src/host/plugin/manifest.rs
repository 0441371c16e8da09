//! `plugin.toml`: who a plugin is, what it needs, which settings it has.

use crate::plugin::{
    document::{DocumentToml, text_of},
    figure::{self, DatedFigures, FIGURES, FigureToml},
    toml_value::{at_line, from_toml, line_at},
};
use registrar_sdk::{BilingualText, Map, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A plugin's manifest. A single-file plugin has the default one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its id; the folder's name if absent.
    pub id: Option<String>,
    /// Its version, shown to people.
    #[serde(default)]
    pub version: String,
    /// The ids that it had before: what is said of one of them is said of it.
    #[serde(default)]
    pub was: Vec<String>,
    /// A title: text, or a table with `zh` and `en`.
    pub title: Option<toml::Value>,
    /// The contract's revision it was written for.
    pub contract: Option<u32>,
    /// Ids of plugins whose modules it requires or whose work it builds on.
    #[serde(default)]
    pub depends: Vec<String>,
    /// Whether its handlers act only where they are chosen.
    #[serde(default)]
    pub rule_set: bool,
    /// What it may do besides computing.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// Version of its state's layout.
    #[serde(default)]
    pub state_version: u32,
    /// Its settings.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// Its dated figures, without what the operator says of them.
    #[serde(default, deserialize_with = "later")]
    pub figures: DatedFigures,
    /// By point, the clauses whose handlers come one after the other, those of the first clause first.
    #[serde(default)]
    pub order: BTreeMap<String, Vec<String>>,
    /// The document that it puts into effect.
    pub document: Option<DocumentToml>,
    /// Texts of that document's clauses, by the word that handlers name them with.
    #[serde(default)]
    pub clauses: BTreeMap<String, toml::Value>,
}

/// One setting of a plugin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// `number`, `text`, `boolean`, `list` or `table`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is unless someone says otherwise.
    pub default: toml::Value,
    /// The values it may have; any of its type if absent.
    pub of: Option<Vec<toml::Value>>,
    /// What people call it: text, or a table with `zh` and `en`.
    pub label: Option<toml::Value>,
    /// What it means, in its units: text, or a table with `zh` and `en`.
    pub doc: Option<toml::Value>,
}

impl Setting {
    /// What people call it; its name if it has no label.
    pub fn label(&self, name: &str) -> BilingualText {
        self.label.as_ref().map_or_else(|| BilingualText::same(name), text_of)
    }

    /// What it means.
    pub fn doc(&self) -> BilingualText {
        self.doc.as_ref().map(text_of).unwrap_or_default()
    }

    /// What was expected instead of this value, if it can't be the setting's.
    fn unmet(&self, value: &Value) -> Option<String> {
        let Some(of) = self.of.as_ref().filter(|_| fits(&self.kind, value)) else {
            return (!fits(&self.kind, value)).then(|| {
                let article = if self.kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                format!("{article} {}", self.kind)
            });
        };
        let of: Vec<Value> = of.iter().map(from_toml).collect();
        let shown = || of.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
        (!of.iter().any(|one| one.same(value))).then(shown)
    }
}

/// Capabilities a manifest may name.
pub const CAPABILITIES: &[&str] = &["files", "http", "mail", "now"];

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// The line, if known, and what is wrong there.
    pub fn parse(text: &str) -> Result<Manifest, (Option<u32>, String)> {
        let mut manifest: Manifest = toml::from_str(text).map_err(|e| at_line(text, &e))?;
        manifest.figures = figures_of(text)?;
        if manifest.settings.contains_key(FIGURES) {
            let text = format!(
                "a setting can't be called `{FIGURES}`: that is where an office says figures otherwise"
            );
            return Err((None, text));
        }
        for (name, setting) in &manifest.settings {
            let value = from_toml(&setting.default);
            if let Some(expected) = setting.unmet(&value) {
                return Err((None, format!("setting `{name}`: the default is {value}; expected {expected}")));
            }
        }
        if let Some(unknown) = manifest.capabilities.iter().find(|c| !CAPABILITIES.contains(&c.as_str())) {
            let hint = registrar_sdk::suggest::nearest(unknown, CAPABILITIES.iter().copied());
            return Err((
                None,
                format!("unknown capability \"{unknown}\"; there are {}{hint}", CAPABILITIES.join(", ")),
            ));
        }
        Ok(manifest)
    }

    /// The settings in effect: the defaults, with what the operator says instead.
    ///
    /// # Errors
    /// A setting that is not declared, not of its type, or none of the values it may have.
    pub fn settings(&self, operator: Option<&Map>) -> Result<Value, String> {
        let mut values: Map =
            self.settings.iter().map(|(k, s)| (k.as_str().into(), from_toml(&s.default))).collect();
        for (key, value) in operator.into_iter().flatten().filter(|(key, _)| &***key != FIGURES) {
            let Some(setting) = self.settings.get(&**key) else {
                let hint = registrar_sdk::suggest::nearest(key, self.settings.keys().map(String::as_str));
                return Err(format!("the setting `{key}` is not declared in plugin.toml{hint}"));
            };
            if let Some(expected) = setting.unmet(value) {
                return Err(format!("the setting `{key}` is {value}; expected {expected}"));
            }
            values.insert(key.clone(), value.clone());
        }
        Ok(Value::Map(values))
    }

    /// The figures in effect: those declared, with what the operator says of them.
    ///
    /// # Errors
    /// A figure that is not declared, or is said to be what no figure can be.
    pub fn figures(&self, operator: Option<&Map>) -> Result<DatedFigures, String> {
        figure::overlaid(&self.figures, operator.and_then(|said| said.get(FIGURES)))
    }

    /// The title; empty where it has none.
    pub fn title(&self) -> BilingualText {
        self.title.as_ref().map(text_of).unwrap_or_default()
    }
}

// They are read with their lines, by `figures_of`.
fn later<'de, D: serde::Deserializer<'de>>(from: D) -> Result<DatedFigures, D::Error> {
    serde::de::IgnoredAny::deserialize(from).map(|_| DatedFigures::new())
}

fn figures_of(text: &str) -> Result<DatedFigures, (Option<u32>, String)> {
    #[derive(Deserialize)]
    struct Lined {
        #[serde(default)]
        figures: BTreeMap<toml::Spanned<String>, FigureToml>,
    }
    let lined: Lined = toml::from_str(text).map_err(|e| at_line(text, &e))?;
    let mut figures = DatedFigures::new();
    for (name, written) in &lined.figures {
        let line = line_at(text, name.span().start);
        let name = name.get_ref();
        let figure = written
            .read(name, line)
            .map_err(|problem| (Some(line), format!("the figure `{name}` {problem}")))?;
        figures.insert(name.clone(), figure);
    }
    Ok(figures)
}

fn fits(kind: &str, value: &Value) -> bool {
    match kind {
        "number" => value.as_f64().is_some(),
        "text" => value.as_str().is_some(),
        "boolean" => value.as_bool().is_some(),
        "list" => value.as_list().is_some(),
        "table" => value.as_map().is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::plugin::manifest::*;

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let (line, text) = Manifest::parse("id = \"a\"\nverison = \"1\"\n").unwrap_err();
        assert_eq!(line, Some(2));
        assert!(text.contains("verison"), "{text}");
        assert!(Manifest::parse("capabilities = [\"file\"]").unwrap_err().1.contains("did you mean `files`"));
    }

    #[test]
    fn the_operator_changes_declared_settings_only() {
        let manifest = Manifest::parse("[settings.base]\ntype = \"number\"\ndefault = 5\n").unwrap();
        let operator = Map::from([("base".into(), Value::Int(6))]);
        assert_eq!(manifest.settings(Some(&operator)).unwrap().get("base"), &Value::Int(6));
        let wrong = Map::from([("bas".into(), Value::Int(6))]);
        assert!(manifest.settings(Some(&wrong)).unwrap_err().contains("did you mean `base`"));
    }

    #[test]
    fn a_setting_is_one_of_the_values_it_may_have() {
        let setting = |default: &str| {
            Manifest::parse(&format!(
                "[settings.taken]\ntype = \"text\"\nof = [\"next\", \"lapse\"]\ndefault = \"{default}\"\n"
            ))
        };
        let set = |to: Value| {
            let settings = setting("next").unwrap().settings(Some(&Map::from([("taken".into(), to)])));
            settings.map(|values| values.get("taken").to_string())
        };
        assert_eq!(set(Value::text("lapse")).unwrap(), "\"lapse\"");
        let refused = set(Value::text("laps")).unwrap_err();
        assert_eq!(refused, r#"the setting `taken` is "laps"; expected "next" or "lapse""#);
        assert!(set(Value::Int(1)).unwrap_err().ends_with("expected a text"));
        assert!(setting("last").unwrap_err().1.contains("the default is \"last\""));
    }
}
