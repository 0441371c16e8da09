//! Which rules are in force when, and where two would count the same thing twice.

use registrar_host::{Generation, Handler};
use registrar_sdk::Value;
use serde::Serialize;
use std::sync::Arc;

/// The points whose handlers decide figures.
const DECIDING: [&str; 6] =
    ["score.post", "score.reconcile", "score.period", "quota.target", "rank.order", "award.select"];

/// A rule, as `registrar rules` lists it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct RuleLine {
    /// Its name; empty if it has none.
    pub rule: String,
    /// The point it acts at.
    pub point: String,
    /// The register it is for; empty: any.
    pub register: String,
    /// The actions it is for; empty: any.
    pub action: String,
    /// What it counts under.
    pub measure: String,
    /// The first day it is in force; empty: always was.
    pub from: String,
    /// The last day; empty: until further notice.
    pub to: String,
    /// The clause it implements.
    pub clause: String,
    /// The plugin.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// Hash of everything its answers depend on.
    pub rule_hash: String,
    /// File and line.
    pub source: String,
}

/// The rules of a generation; with a date, those in force on it.
pub fn list(generation: &Generation, on: Option<&str>) -> Vec<RuleLine> {
    let handlers = DECIDING.iter().flat_map(|point| generation.handlers(point));
    let lines = handlers.map(|h| line(&h));
    let in_force = |line: &RuleLine| {
        on.is_none_or(|on| {
            (line.from.is_empty() || *line.from <= *on) && (line.to.is_empty() || *on <= *line.to)
        })
    };
    let mut lines: Vec<RuleLine> = lines.filter(in_force).collect();
    if on.is_some() {
        // Of versions that share a name the latest is in force.
        let all = lines.clone();
        lines.retain(|line| {
            line.rule.is_empty()
                || !all.iter().any(|o| {
                    o.rule == line.rule
                        && o.point == line.point
                        && o.register == line.register
                        && o.from > line.from
                })
        });
    }
    lines
}

fn line(handler: &Arc<Handler>) -> RuleLine {
    let text = |name: &str| match handler.option(name) {
        Value::Nil => String::new(),
        Value::Text(text) => text.to_string(),
        Value::List(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let end = |name: &str| handler.options.at(&format!("effective.{name}")).as_str().unwrap_or("").to_owned();
    RuleLine {
        rule: text("rule"),
        point: handler.point.to_owned(),
        register: text("register"),
        action: text("action"),
        measure: text("measure"),
        from: end("from"),
        to: end("to"),
        clause: text("clause"),
        plugin: handler.plugin.id.clone(),
        version: handler.plugin.version.clone(),
        rule_hash: handler.plugin.rule_hash.clone(),
        source: format!("{}:{}", handler.source.file, handler.source.line),
    }
}

/// Pairs of handlers of different plugins that post for the same register, action, measure and tag
/// on overlapping dates without sharing a rule's name: mostly a figure counted twice.
pub fn counted_twice(generation: &Generation) -> Vec<String> {
    let handlers = generation.handlers("score.post");
    let mut found = Vec::new();
    for (i, a) in handlers.iter().enumerate() {
        for b in &handlers[i + 1..] {
            if a.plugin.id != b.plugin.id && overlap(a, b) {
                let (x, y) = (line(a), line(b));
                found.push(format!(
                    "{} ({}) and {} ({}) both count {} {} under {}; give them one `rule` name, or dates that do not overlap",
                    x.plugin, x.source, y.plugin, y.source, x.register, x.action, x.measure
                ));
            }
        }
    }
    found
}

fn overlap(a: &Handler, b: &Handler) -> bool {
    let same = |name: &str| a.option(name) == b.option(name);
    let shares = |name: &str| {
        let words = |h: &Handler| match h.option(name) {
            Value::Text(word) => Some(vec![word.to_string()]),
            Value::List(words) => Some(words.iter().filter_map(|w| w.as_str().map(str::to_owned)).collect()),
            _ => None,
        };
        match (words(a), words(b)) {
            (Some(x), Some(y)) => x.iter().any(|word| y.contains(word)),
            _ => true,
        }
    };
    let one_rule = !a.option("rule").is_nil() && same("rule");
    let end =
        |h: &Handler, name: &str| h.options.at(&format!("effective.{name}")).as_str().map(str::to_owned);
    let apart = |first: &Handler, second: &Handler| matches!((end(first, "to"), end(second, "from")), (Some(to), Some(from)) if to < from);
    // Handlers for different kinds, or of different measures, add up on purpose.
    !one_rule
        && same("measure")
        && same("tag")
        && same("match")
        && shares("register")
        && shares("action")
        && !apart(a, b)
        && !apart(b, a)
}
