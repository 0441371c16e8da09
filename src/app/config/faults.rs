//! What is wrong in `registrar.toml`, with its line: names that nothing has, and settings that their plugin does not
//! take.

use crate::config::Config;
use registrar_contract::OFFICE;
use registrar_host::plugin::{figure::FIGURES, manifest::Manifest};
use registrar_sdk::{Map, suggest::nearest};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

/// Something wrong in `registrar.toml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ConfigFault {
    /// Its line, where it can be told.
    pub line: Option<usize>,
    /// What is wrong, and the nearest name if there is one.
    pub message: String,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "registrar.toml:{line}: {}", self.message),
            None => write!(f, "registrar.toml: {}", self.message),
        }
    }
}

/// What names in `registrar.toml` may mean.
#[derive(Default)]
pub struct ConfigNames {
    /// The plugins that are loaded, or lie in the folders, by id.
    pub plugins: BTreeMap<String, Arc<Manifest>>,
    /// The offices; none: they are not asked about.
    pub offices: Option<BTreeSet<String>>,
}

impl Config {
    /// What is wrong in it. A plugin that fails to load is known by its folder all the same.
    pub fn faults(&self, known: &ConfigNames) -> Vec<ConfigFault> {
        let mut found = LocatedFault { text: &self.text, faults: Vec::new() };
        let plugins = || known.plugins.keys().map(String::as_str);
        let is_plugin = |id: &str| known.plugins.contains_key(id);
        for (plugin, table) in &self.settings {
            found.settings(known, &["settings", plugin], plugin, table);
        }
        for (name, office) in &self.office {
            if let Some(offices) = known.offices.as_ref().filter(|offices| !offices.contains(name)) {
                let hint = nearest(name, offices.iter().map(String::as_str));
                let make =
                    if hint.is_empty() { format!("; `registrar office {name}` makes it") } else { hint };
                found.add(&["office", name], "", format!("there is no office \"{name}\"{make}"));
            }
            for rules in office.rules.iter().filter(|id| !is_plugin(id)) {
                let text = format!("there is no rule set \"{rules}\"{}", nearest(rules, plugins()));
                found.add(&["office", name], "rules", text);
            }
            for rules in office.rules.iter().filter(|id| known.plugins.get(*id).is_some_and(|m| !m.rule_set))
            {
                let text = format!("\"{rules}\" is no rule set, and acts without being chosen");
                found.add(&["office", name], "rules", text);
            }
            for (plugin, table) in &office.settings {
                found.settings(known, &["office", name, "settings", plugin], plugin, table);
            }
        }
        for (point, order) in &self.order {
            if OFFICE.point(point).is_none() {
                let hint = nearest(point, OFFICE.points.iter().map(|point| point.id));
                found.add(&["order"], point, format!("there is no point `{point}`{hint}"));
            }
            for plugin in order.iter().filter(|id| !is_plugin(id)) {
                let text = format!("there is no plugin \"{plugin}\"{}", nearest(plugin, plugins()));
                found.add(&["order"], point, text);
            }
        }
        for plugin in self.in_process.iter().filter(|id| !is_plugin(id)) {
            let text = format!("there is no plugin \"{plugin}\"{}", nearest(plugin, plugins()));
            found.add(&[], "in_process", text);
        }
        for plugin in self.outside.keys().filter(|id| !is_plugin(id)) {
            let text = format!("there is no plugin \"{plugin}\"{}", nearest(plugin, plugins()));
            found.add(&["outside", plugin], "", text);
        }
        found.faults.sort();
        found.faults.dedup();
        found.faults
    }
}

struct LocatedFault<'a> {
    text: &'a str,
    faults: Vec<ConfigFault>,
}

impl LocatedFault<'_> {
    fn add(&mut self, table: &[&str], key: &str, message: String) {
        self.faults.push(ConfigFault { line: line_of(self.text, table, key), message });
    }

    fn settings(&mut self, known: &ConfigNames, path: &[&str], plugin: &str, table: &toml::Table) {
        let Some(manifest) = known.plugins.get(plugin) else {
            let hint = nearest(plugin, known.plugins.keys().map(String::as_str));
            return self.add(path, "", format!("there is no plugin \"{plugin}\"{hint}"));
        };
        if let Some(toml::Value::Table(figures)) = table.get(FIGURES) {
            for (name, days) in figures {
                let one = toml::Table::from_iter([(name.clone(), days.clone())]);
                let one = registrar_host::plugin::toml_value::from_toml(&toml::Value::Table(one));
                if let Err(problem) = manifest.figures(Some(&Map::from([(FIGURES.into(), one)]))) {
                    let says = format!("of \"{plugin}\": {problem}; what was set before stays");
                    self.add(&[path, &[FIGURES]].concat(), name, says);
                }
            }
        }
        for (key, value) in table.iter().filter(|(key, value)| *key != FIGURES || !value.is_table()) {
            let one =
                Map::from([(Arc::from(key.as_str()), registrar_host::plugin::toml_value::from_toml(value))]);
            if let Err(problem) = manifest.settings(Some(&one)).and(manifest.figures(Some(&one)).map(drop)) {
                let says = format!("of \"{plugin}\": {problem}; what was set before stays");
                self.add(path, key, says);
            }
        }
    }
}

/// The line of a key in a table, or of the table's own heading; 1 is the first.
fn line_of(text: &str, table: &[&str], key: &str) -> Option<usize> {
    let plain = |part: &str| part.trim().trim_matches(['"', '\'']).to_owned();
    let (mut at, mut heading, mut inside) = (None, Vec::<String>::new(), table.is_empty());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name)
        {
            heading = parts(name.trim_matches('[')).iter().map(|part| plain(part)).collect();
            inside = heading == table;
            if inside
                || (at.is_none()
                    && heading.starts_with(&table.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()))
            {
                at = Some(number);
            }
            continue;
        }
        let Some((name, _)) = line.split_once('=') else { continue };
        // A key may name tables on its way: `tolls.base = 1` under [settings].
        let mut full = heading.clone();
        full.extend(parts(name).iter().map(|part| plain(part)));
        let wanted: Vec<String> =
            table.iter().chain((!key.is_empty()).then_some(&key)).map(|s| (*s).to_owned()).collect();
        if full == wanted || (inside && !key.is_empty() && plain(name) == key) {
            return Some(number);
        }
    }
    at
}

/// The parts of `a."b.c".d`.
fn parts(name: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for c in name.chars() {
        match c {
            '"' | '\'' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c => parts.last_mut().into_iter().for_each(|part| part.push(c)),
        }
    }
    parts
}

/// A settings file that can't be read at all, as one fault.
pub fn unreadable(text: &str, error: &toml::de::Error) -> ConfigFault {
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    ConfigFault { line, message: error.message().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slip_is_named_with_its_line_and_the_nearest_name() {
        let text = r#"in_process = ["tols"]
[settings.tolls]
base = "much"
bsae = 1

[settings.nots]
x = 1
[settings]
legal.top = "x"

[order]
"record.chek" = ["tolls"]
"record.check" = ["tols"]

[office.wst]
rules = ["leagl", "tolls"]
[office.west.settings.tolls]
base = 1
[outside.tole]
mail = true
"#;
        let manifest = "[settings]\nbase = { type = \"number\", default = 1 }\n";
        let plain = Manifest::parse(manifest).unwrap();
        let set = Manifest::parse("rule_set = true\n").unwrap();
        let known = ConfigNames {
            plugins: BTreeMap::from([("tolls".into(), Arc::new(plain)), ("legal".into(), Arc::new(set))]),
            offices: Some(BTreeSet::from(["west".to_owned()])),
        };
        let config = Config { text: text.to_owned(), ..toml::from_str(text).unwrap() };
        let said: Vec<String> = config.faults(&known).iter().map(ToString::to_string).collect();
        let expected = [
            (1, "there is no plugin \"tols\"; did you mean `tolls`?"),
            (3, "the setting `base` is"),
            (4, "the setting `bsae` is not declared in plugin.toml; did you mean `base`?"),
            (6, "there is no plugin \"nots\""),
            (9, "the setting `top` is not declared"),
            (12, "there is no point `record.chek`; did you mean `record.check`?"),
            (13, "there is no plugin \"tols\"; did you mean `tolls`?"),
            (15, "there is no office \"wst\"; did you mean `west`?"),
            (16, "there is no rule set \"leagl\"; did you mean `legal`?"),
            (16, "\"tolls\" is no rule set"),
            (19, "there is no plugin \"tole\"; did you mean `tolls`?"),
        ];
        assert_eq!(said.len(), expected.len(), "{said:#?}");
        for (line, what) in expected {
            let place = format!("registrar.toml:{line}: ");
            assert!(
                said.iter().any(|one| one.starts_with(&place) && one.contains(what)),
                "{line} {what}: {said:#?}"
            );
        }
    }

    #[test]
    fn a_file_that_is_no_configuration_is_a_fault_with_its_line() {
        for (text, line) in [
            ("data = \"x\"\nscirpts = []\n", 2),
            ("[limits]\nworkers = 1\nvm_memory = 3\n", 3),
            ("a = \n", 1),
        ] {
            let error = toml::from_str::<Config>(text).unwrap_err();
            assert_eq!(unreadable(text, &error).line, Some(line), "{error}");
        }
    }
}
