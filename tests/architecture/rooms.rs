//! Which folder imports which: at each level of a crate the modules import each other one way, and where
//! `architecture.toml` gives an order, in that order.
//!
//! An import between two files is an arrow between the two modules, side by side in one parent, that hold them. A
//! module and what lies inside it are one thing, and may name each other.

use crate::{
    Config, Finding, Tree,
    modules::{self, ModulePath},
};
use std::collections::{BTreeMap, BTreeSet};

/// The arrows between the modules of one parent: what they ride on, by importing and imported module.
type Level = BTreeMap<(String, String), BTreeSet<String>>;

/// Every arrow against an order, and every circle that is left when the arrows in `allowed` are taken away.
#[must_use]
pub fn check(tree: &Tree, config: &Config, allowed: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (parent, level) in levels(tree) {
        let order = config.order.get(&parent).map(Vec::as_slice).unwrap_or_default();
        let floor =
            |module: &str| order.iter().position(|names| names.split_whitespace().any(|name| name == module));
        let key = |(from, to): &(String, String)| format!("{parent}: {from} -> {to}");
        let upwards = |(from, to): &(String, String)| matches!((floor(from), floor(to)), (Some(from), Some(to)) if from < to);
        let (against, level): (Level, Level) = level.into_iter().partition(|(arrow, _)| upwards(arrow));
        let (excepted, open): (Level, Level) =
            level.into_iter().partition(|(arrow, _)| allowed.contains(key(arrow).as_str()));
        let mut found = |arrow, what: &str, evidence: &BTreeSet<String>| {
            let evidence: Vec<&str> = evidence.iter().map(String::as_str).collect();
            findings.push(Finding::new(key(arrow), format!("{what}:\n    {}", evidence.join("\n    "))));
        };
        against.iter().for_each(|(arrow, evidence)| found(arrow, "is against the order", evidence));
        // An exception stands as long as its arrow closes a circle of those that need none.
        for (arrow, evidence) in excepted.iter().filter(|(arrow, _)| closes_a_circle(arrow, &open)) {
            found(arrow, "closes a circle", evidence);
        }
        for (arrow, evidence) in open.iter().filter(|(arrow, _)| closes_a_circle(arrow, &open)) {
            found(arrow, "lies in a circle, which one of its arrows must leave", evidence);
        }
    }
    findings
}

/// The arrows of each level, by the folder of the parent.
fn levels(tree: &Tree) -> BTreeMap<String, Level> {
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    for of in modules::crates(tree) {
        for ((from, to), names) in &of.arrows {
            let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
            let (Some(a), Some(b)) = (from.get(shared), to.get(shared)) else { continue };
            let folder = if of.folder.is_empty() { "src/" } else { &of.folder };
            let parent = format!("{folder}{}", from[..shared].join("/"));
            let file = |module: &ModulePath| of.files.get(module).cloned().unwrap_or_default();
            let names: Vec<&str> =
                names.iter().map(|name| name.rsplit("::").next().unwrap_or(name)).collect();
            let evidence = format!("{} -> {}: {}", file(from), file(to), names.join(", "));
            let arrow = (a.clone(), b.clone());
            levels
                .entry(parent.trim_end_matches('/').to_owned())
                .or_default()
                .entry(arrow)
                .or_default()
                .insert(evidence);
        }
    }
    levels
}

fn reaches(from: &str, to: &str, level: &Level) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        let next = level.keys().filter(|(from, _)| from == at).map(|(_, to)| to.as_str());
        open.extend(next.filter(|to| seen.insert(to)));
    }
    false
}

fn closes_a_circle((from, to): &(String, String), level: &Level) -> bool {
    reaches(to, from, level)
}
