//! The dated figures of the rules: what each is on a day, and how two days or two versions differ.

use crate::rules::{DECIDING, difference_kind::DifferenceKind};
use jiff::civil::Date;
use registrar_host::{DatedFigure, Generation, Handler, Host, PluginInfo};
use registrar_sdk::{Amount, BilingualText};
use serde::{Deserialize, Serialize, Serializer};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A day after all that are named.
const LAST: Date = Date::MAX;

/// A figure as it is on a day.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct FigureLine {
    /// The plugin whose figure it is.
    pub plugin: String,
    /// Its name there.
    pub name: String,
    /// What people call it.
    #[serde(serialize_with = "BilingualText::in_one_line")]
    pub label: BilingualText,
    /// What it counts.
    #[serde(serialize_with = "BilingualText::in_one_line")]
    pub unit: BilingualText,
    /// What it is on the day; none where there is none.
    pub amount: Option<Amount>,
    /// Since when.
    pub since: Option<String>,
    /// From when on it will be something else, and what.
    pub next: Option<(String, Option<Amount>)>,
    /// The clause it stands in.
    pub clause: String,
    /// What that clause says on the day.
    #[serde(serialize_with = "in_one_line")]
    pub clause_text: Option<BilingualText>,
    /// A remark on it.
    #[serde(serialize_with = "BilingualText::in_one_line")]
    pub note: BilingualText,
    /// Where it is written: file and line.
    pub source: String,
}

fn in_one_line<S: Serializer>(text: &Option<BilingualText>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_ref().map(BilingualText::to_string).serialize(serializer)
}

/// A figure before and after.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct FigureChange {
    /// What became of it.
    pub kind: DifferenceKind,
    /// The plugin whose figure it is; the later one's, where both have it.
    pub plugin: String,
    /// Its name there.
    pub name: String,
    /// What people call it.
    pub label: BilingualText,
    /// What it counts.
    pub unit: BilingualText,
    /// From which day on it differs, where versions are compared and not days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it was.
    pub before: Option<Amount>,
    /// What it is.
    pub after: Option<Amount>,
    /// The clause it stands in.
    pub clause: String,
    /// What that clause says with what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause_text: Option<BilingualText>,
    /// Where it is written: file and line.
    pub source: String,
}

/// The figures of the plugins that act on some day by the rules that count: others may serve, and wait. Where all are
/// wanted, those of whatever else is loaded, too.
pub fn figures(host: &Host, counting: &Generation, on: Date, all: bool) -> Vec<FigureLine> {
    let acting =
        DECIDING.iter().flat_map(|point| counting.handlers(point)).map(|handler| handler.plugin.clone());
    let installed: Vec<Arc<Handler>> = if all { host.installed() } else { Vec::new() };
    let mut plugins: BTreeMap<String, Arc<PluginInfo>> = BTreeMap::new();
    for plugin in acting.chain(installed.iter().map(|handler| handler.plugin.clone())) {
        if !plugin.figures.is_empty() {
            plugins.entry(plugin.id.clone()).or_insert(plugin);
        }
    }
    let day = on.to_string();
    let mut lines = Vec::new();
    for plugin in plugins.values() {
        for (name, figure) in in_order(plugin) {
            let now = figure.on(&day);
            lines.push(FigureLine {
                plugin: plugin.id.clone(),
                name: name.clone(),
                label: figure.label.clone(),
                unit: figure.unit.clone(),
                amount: now.map(|(_, amount)| amount),
                since: now.map(|(since, _)| since.to_owned()),
                next: figure.next(&day).map(|(from, amount)| (from.to_owned(), amount)),
                clause: figure.clause.clone(),
                clause_text: plugin.clause_text(&figure.clause, &day),
                note: figure.note.clone(),
                source: source(plugin, figure),
            });
        }
    }
    lines
}

/// The plugins of one side of a comparison, and the day on which they are looked at.
pub struct FiguresOf<'a> {
    /// The plugins.
    pub generation: &'a Generation,
    /// Only this one.
    pub plugin: Option<&'a str>,
    /// The day; `None`: on all days.
    pub on: Option<Date>,
}

/// How the figures of two sides differ, those that do not included; by kind, plugin and line. On days, one line a
/// figure; else one for each day from which on it differs.
pub fn figures_between(before: &FiguresOf<'_>, after: &FiguresOf<'_>) -> Vec<FigureChange> {
    let (old, new) = (before.figures(), after.figures());
    // Two versions of one rule set may be plugins of different names.
    let pair = before.plugin.is_some() && after.plugin.is_some();
    let key = |(plugin, name): &(&str, &str)| {
        (if pair { String::new() } else { (*plugin).to_owned() }, (*name).to_owned())
    };
    let keyed = |side: &[Owned<'_>]| -> BTreeMap<(String, String), usize> {
        side.iter().enumerate().map(|(at, (plugin, name, _))| (key(&(&plugin.id, name)), at)).collect()
    };
    let (by_old, by_new) = (keyed(&old), keyed(&new));
    let mut changes = Vec::new();
    for name in by_old.keys().chain(by_new.keys()).collect::<BTreeSet<_>>() {
        let was = by_old.get(name).map(|at| &old[*at]);
        let is = by_new.get(name).map(|at| &new[*at]);
        let Some(told) = is.or(was) else { continue };
        let amount = |side: Option<&Owned<'_>>, day: &str| Some(side?.2.on(day)?.1);
        let mut add = |days: (&str, &str), from: Option<&str>| {
            let (before, after) = (amount(was, days.0), amount(is, days.1));
            changes.extend(change(told, (before, after), days.1, from));
        };
        match (before.on, after.on) {
            (None, None) => {
                let days = [was, is].into_iter().flatten().flat_map(|(.., figure)| figure.from.keys());
                let mut last = None;
                for day in days.collect::<BTreeSet<_>>() {
                    let now = (amount(was, day), amount(is, day));
                    // A step that both make is none between them.
                    if now.0 != now.1 && last != Some(now) {
                        add((day, day), Some(day));
                    }
                    last = Some(now);
                }
                let last = LAST.to_string();
                if changes
                    .last()
                    .is_none_or(|c: &FigureChange| (&c.plugin, c.name.as_str()) != (&told.0.id, told.1))
                {
                    changes.extend(change(told, (amount(was, &last), amount(is, &last)), &last, None));
                }
            }
            (a, b) => {
                let (a, b) = (a.unwrap_or(LAST).to_string(), b.unwrap_or(LAST).to_string());
                add((&a, &b), None);
            }
        }
    }
    let order: BTreeMap<(&str, &str), u32> = old
        .iter()
        .chain(&new)
        .map(|(plugin, name, figure)| ((plugin.id.as_str(), *name), figure.line))
        .collect();
    let line = |change: &FigureChange| order.get(&(change.plugin.as_str(), change.name.as_str())).copied();
    changes.sort_by(|a, b| (a.kind, &a.plugin, line(a), &a.from).cmp(&(b.kind, &b.plugin, line(b), &b.from)));
    changes
}

/// The figures that other rules declare otherwise, and from when on.
pub fn changed_figures(before: &Generation, after: &Generation) -> Vec<FigureChange> {
    let side = |generation| FiguresOf { generation, plugin: None, on: None };
    let mut changes = figures_between(&side(before), &side(after));
    changes.retain(|change| change.kind != DifferenceKind::Unchanged);
    changes
}

type Owned<'a> = (&'a PluginInfo, &'a str, &'a DatedFigure);

impl FiguresOf<'_> {
    fn figures(&self) -> Vec<Owned<'_>> {
        let wanted = |plugin: &&Arc<PluginInfo>| self.plugin.is_none_or(|only| only == plugin.id);
        let plugins = self.generation.plugins.values().filter(wanted);
        plugins
            .flat_map(|plugin| {
                plugin.figures.iter().map(move |(name, figure)| (&**plugin, name.as_str(), figure))
            })
            .collect()
    }
}

fn change(
    (plugin, name, figure): &Owned<'_>,
    (before, after): (Option<Amount>, Option<Amount>),
    day: &str,
    from: Option<&str>,
) -> Option<FigureChange> {
    let kind = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => DifferenceKind::Added,
        (Some(_), None) => DifferenceKind::Removed,
        (Some(a), Some(b)) if a < b => DifferenceKind::Raised,
        (Some(a), Some(b)) if a > b => DifferenceKind::Lowered,
        _ => DifferenceKind::Unchanged,
    };
    Some(FigureChange {
        kind,
        plugin: plugin.id.clone(),
        name: (*name).to_owned(),
        label: figure.label.clone(),
        unit: figure.unit.clone(),
        from: from.map(str::to_owned),
        before,
        after,
        clause: figure.clause.clone(),
        clause_text: plugin.clause_text(&figure.clause, day),
        source: source(plugin, figure),
    })
}

fn in_order(plugin: &PluginInfo) -> Vec<(&String, &DatedFigure)> {
    let mut figures: Vec<_> = plugin.figures.iter().collect();
    figures.sort_by_key(|(_, figure)| figure.line);
    figures
}

fn source(plugin: &PluginInfo, figure: &DatedFigure) -> String {
    format!("{}/plugin.toml:{}", plugin.id, figure.line)
}
