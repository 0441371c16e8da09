//! The plugin's settings, with their meaning and their limits.

use crate::{gram::Grams, score::Measure};
use registrar_sdk::Value;
use std::collections::BTreeSet;

/// What the operator may set; `plugin.toml` documents each.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The fields to compare; empty: every text of some length.
    pub fields: BTreeSet<String>,
    /// The registers whose records are looked for from the start.
    pub registers: Vec<String>,
    /// The least score that is reported.
    pub threshold: f32,
    /// How a score is measured.
    pub measure: Measure,
    /// How fingerprints are taken.
    pub grams: Grams,
    /// Records whose texts are compared for one answer, at most.
    pub candidates: usize,
    /// Records in one answer, at most.
    pub results: usize,
    /// The shortest passage that is shown.
    pub passage: usize,
    /// Records that one call takes in, of those that came without an event.
    pub catch_up: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            fields: BTreeSet::new(),
            registers: vec!["information".into()],
            threshold: 0.6,
            measure: Measure { least: 16.0, paragraph: 40.0 },
            grams: Grams { gram: 6, window: 8 },
            candidates: 24,
            results: 10,
            passage: 8,
            catch_up: 200,
        }
    }
}

impl Options {
    /// From the settings in effect; what is absent is as by default.
    ///
    /// # Errors
    /// A setting outside its limits, by name.
    pub fn of(settings: &Value) -> Result<Options, String> {
        let defaults = Options::default();
        let texts = |name: &str| -> Result<Vec<String>, String> {
            let items = settings.get(name).as_list().unwrap_or_default().iter();
            let text = |item: &Value| {
                item.as_str()
                    .map(str::to_owned)
                    .ok_or(format!("setting `{name}`: {item} is no name; use a list of texts"))
            };
            items.map(text).collect()
        };
        let number = |name: &str, default: f64, from: f64, to: f64| match settings.get(name) {
            Value::Nil => Ok(default),
            value => value
                .as_f64()
                .filter(|n| (from..=to).contains(n))
                .ok_or(format!("setting `{name}` is {value}; use a number from {from} to {to}")),
        };
        let count = |name: &str, default: usize, from: usize, to: usize| {
            number(name, default as f64, from as f64, to as f64).map(|n| n as usize)
        };
        Ok(Options {
            fields: texts("fields")?.into_iter().collect(),
            registers: match settings.get("registers") {
                Value::Nil => defaults.registers,
                _ => texts("registers")?,
            },
            threshold: number("threshold", defaults.threshold.into(), 0.05, 1.0)? as f32,
            measure: Measure {
                least: number("least", defaults.measure.least.into(), 1.0, 1_000.0)? as f32,
                paragraph: number("paragraph", defaults.measure.paragraph.into(), 10.0, 10_000.0)? as f32,
            },
            grams: Grams {
                gram: count("gram", defaults.grams.gram.into(), 3, 20)? as u16,
                window: count("window", defaults.grams.window.into(), 1, 50)? as u16,
            },
            candidates: count("candidates", defaults.candidates, 1, 500)?,
            results: count("results", defaults.results, 1, 500)?,
            passage: count("passage", defaults.passage, 4, 1_000)?,
            catch_up: count("catch_up", defaults.catch_up, 0, 1_000)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifests_defaults_are_the_ones_here() {
        let manifest = include_str!("plugin.toml");
        let (mut settings, mut name) = (registrar_sdk::Map::new(), "");
        for line in manifest.lines() {
            if let Some(found) = line.strip_prefix("[settings.") {
                name = found.trim_end_matches(']');
            }
            if let Some(default) = line.strip_prefix("default = ") {
                let value: serde_json::Value = serde_json::from_str(default).unwrap();
                settings.insert(name.into(), Value::from_json(value));
            }
        }
        assert_eq!(settings.len(), 11);
        assert_eq!(Options::of(&Value::Map(settings)), Ok(Options::default()));
    }

    #[test]
    fn a_setting_outside_its_limits_is_named() {
        let told = Options::of(&Value::map([("threshold", Value::Int(5))])).unwrap_err();
        assert_eq!(told, "setting `threshold` is 5; use a number from 0.05 to 1");
        let list = Value::List(vec![Value::Int(5)]);
        assert!(Options::of(&Value::map([("fields", list)])).unwrap_err().contains("`fields`"));
    }
}
