//! Which rules there are, which of them are in force on a day, and why the others are not.

use crate::rules::{
    DECIDING, acts,
    day_span::DaySpan,
    rule_part::{RulePart, of_term},
};
use jiff::civil::Date;
use registrar_host::{GoverningDocument, Handler, Host};
use registrar_sdk::{Term, Value};
use serde::Serialize;
use std::sync::Arc;

/// What is wanted of the rules.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Those in force on this day; else all that act here on some day.
    pub on: Option<Date>,
    /// With a day: those that are not in force as well.
    pub all: bool,
    /// Only for this register.
    pub register: Option<String>,
}

/// Whether a rule counts on a day.
#[derive(Debug, Clone, Copy, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum RuleState {
    /// It counts; without a day: it acts here.
    InForce,
    /// Its rule set was not chosen then.
    NotChosen,
    /// It begins later.
    NotYet,
    /// It has ended.
    NoLonger,
    /// Another version counts in its place.
    Replaced,
}

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
    /// What that clause says, where the plugin's document has it.
    pub clause_text: Option<String>,
    /// The document that the plugin puts into effect.
    pub document: Option<GoverningDocument>,
    /// The plugin.
    pub plugin: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Whether it is of the office's own overlay.
    pub overlay: bool,
    /// Of a rule set that acts on some days only: on which.
    pub chosen: Vec<Term>,
    /// Hash of everything its answers depend on.
    pub rule_hash: String,
    /// File and line.
    pub source: String,
    /// Whether it counts on the day.
    pub state: RuleState,
    /// File and line of what counts in its place, if anything does.
    pub replaced_by: Option<String>,
    /// Files and lines of versions that it replaces on the day.
    pub replaces: Vec<String>,
}

/// The rules of the office's plugins, by point and in the order they are called; those that do not
/// act at all come last at their point.
pub fn list(host: &Host, wanted: &Listing) -> Vec<RuleLine> {
    let generation = host.generation();
    let installed = host.installed();
    let mut lines = Vec::new();
    for point in DECIDING {
        let mut handlers = generation.handlers(point);
        if wanted.all {
            handlers.extend(installed.iter().filter(|h| h.point == point && !acts(host, h)).cloned());
        }
        let entries: Vec<RuleEntry> = handlers
            .into_iter()
            .map(|handler| {
                let terms = generation.terms.get(&handler.plugin.id).cloned().unwrap_or_default();
                let part = RulePart::new(&handler, None);
                let idle = !acts(host, &handler);
                RuleEntry { handler, terms, part, idle }
            })
            .collect();
        for entry in &entries {
            if wanted.register.as_ref().is_some_and(|register| !entry.part.admits("register", register)) {
                continue;
            }
            let line = line(entry, &entries, wanted.on);
            if wanted.all || line.state == RuleState::InForce {
                lines.push(line);
            }
        }
    }
    lines
}

struct RuleEntry {
    handler: Arc<Handler>,
    terms: Vec<Term>,
    part: RulePart,
    idle: bool,
}

impl RuleEntry {
    fn chosen(&self, on: Date) -> bool {
        !self.idle && (self.terms.is_empty() || self.terms.iter().any(|term| holds(of_term(term), on)))
    }

    // Whether this one counts where that one would: whatever that one is for, this one is for, too.
    fn goes_before(&self, other: &RuleEntry, on: Date) -> bool {
        let (own, others) = (self.part.words("register"), other.part.words("register"));
        let covers = own.is_empty() || !others.is_empty() && others.iter().all(|word| own.contains(word));
        let rank = |part: &RulePart| (part.layer, part.effective.first);
        self.part.rule == other.part.rule
            && covers
            && self.chosen(on)
            && holds(self.part.effective, on)
            && rank(&self.part) > rank(&other.part)
    }
}

fn holds(span: DaySpan, on: Date) -> bool {
    span.first <= on && on <= span.last
}

fn line(entry: &RuleEntry, all: &[RuleEntry], on: Option<Date>) -> RuleLine {
    let (handler, part) = (&entry.handler, &entry.part);
    let named: Vec<&RuleEntry> = all.iter().filter(|_| !part.rule.is_empty()).collect();
    let place = |entry: &&RuleEntry| entry.part.place();
    let mut state = if entry.idle { RuleState::NotChosen } else { RuleState::InForce };
    let (mut replaced_by, mut replaces) = (None, Vec::new());
    if let Some(on) = on {
        let best = named.iter().copied().filter(|o| o.goes_before(entry, on));
        replaced_by = best.max_by_key(|o| (o.part.layer, o.part.effective.first));
        state = match () {
            () if !entry.chosen(on) => RuleState::NotChosen,
            () if on < part.effective.first => RuleState::NotYet,
            () if part.effective.last < on => RuleState::NoLonger,
            () if replaced_by.is_some() => RuleState::Replaced,
            () => RuleState::InForce,
        };
        if state == RuleState::InForce {
            let in_force = |o: &&&RuleEntry| o.chosen(on) && holds(o.part.effective, on);
            replaces =
                named.iter().filter(in_force).filter(|o| entry.goes_before(o, on)).map(&place).collect();
        }
    }
    let text = |name: &str| match handler.option(name) {
        Value::Nil => String::new(),
        Value::Text(text) => text.to_string(),
        Value::List(_) => handler.words(name).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let end = |name: &str| handler.option("effective").get(name).as_str().unwrap_or("").to_owned();
    let plugin = &handler.plugin;
    let clause = text("clause");
    // Of a version that is no longer, or not yet, in force: as it was, or will be.
    let day = on.unwrap_or(Date::MAX).min(part.effective.last).max(part.effective.first);
    RuleLine {
        rule: part.rule.clone(),
        point: handler.point.to_owned(),
        register: text("register"),
        action: text("action"),
        measure: text("measure"),
        from: end("from"),
        to: end("to"),
        clause_text: plugin.clause_text(&clause, &day.to_string()).map(|text| text.to_string()),
        clause,
        document: plugin.document.clone(),
        plugin: plugin.id.clone(),
        title: plugin.title.to_string(),
        version: plugin.version.clone(),
        overlay: plugin.layer > 0,
        chosen: entry.terms.clone(),
        rule_hash: plugin.rule_hash.clone(),
        source: part.place(),
        state,
        replaced_by: replaced_by.as_ref().filter(|_| state == RuleState::Replaced).map(place),
        replaces,
    }
}
