//! A handler and the plugin it belongs to, as callers see them.

use crate::plugin::{
    document::{Clauses, GoverningDocument},
    fault::{Fault, FaultKind, readable},
    figure::{self, DatedFigures},
};
use registrar_sdk::{BilingualText, Value};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct SourceLocation {
    /// Relative to the folder that holds the plugins: `letters/scoring.lua`.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
}

/// What is known of a loaded plugin.
#[derive(Debug, Default, Serialize)]
pub struct PluginInfo {
    /// Its id: the manifest's, or the file's name without ending.
    pub id: String,
    /// The ids that it had before.
    pub was: Vec<String>,
    /// The manifest's version, or `0`.
    pub version: String,
    /// Hash of its files.
    pub content_hash: String,
    /// Hash of its files, those of its dependencies, its effective settings, contract and engine.
    pub rule_hash: String,
    /// `lua` or `native`.
    pub kind: &'static str,
    /// Which of the folders it is from, from 0: an office's overlay comes after the shared ones.
    pub layer: usize,
    /// Ids of the plugins it depends on.
    pub depends: Vec<String>,
    /// The title its manifest gives it.
    pub title: BilingualText,
    /// Whether it is a rule set that acts only where it is chosen.
    pub rule_set: bool,
    /// The document it puts into effect.
    pub document: Option<GoverningDocument>,
    /// The texts of that document's clauses.
    pub clauses: Clauses,
    /// By point, the clauses whose handlers come one after the other.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub order: BTreeMap<String, Vec<String>>,
    /// Its effective settings.
    pub settings: Value,
    /// Its effective figures.
    pub figures: DatedFigures,
    /// The capabilities it declares.
    pub capabilities: Vec<String>,
    /// Version of its state's layout.
    pub state_version: u32,
}

impl PluginInfo {
    /// Its id, then those that it had before.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id).chain(&self.was).map(String::as_str)
    }

    /// The id under which its state, its files and its place in the log are kept: the first that it had.
    pub fn kept_as(&self) -> &str {
        self.was.first().unwrap_or(&self.id)
    }

    /// The place of a clause among those that the plugin puts in an order at a point.
    pub(crate) fn clause_rank(&self, point: &str, clause: &str) -> Option<usize> {
        self.order.get(point)?.iter().position(|one| one == clause)
    }

    /// What the clause of this name says, where the plugin's document has it, with its figures as they are on a day.
    pub fn clause_text(&self, clause: &str, day: &str) -> Option<BilingualText> {
        self.clauses.get(clause).map(|text| figure::filled(text, &self.figures, day))
    }
}

/// A function registered at a point.
#[derive(Debug)]
pub struct Handler {
    /// Whose it is.
    pub plugin: Arc<PluginInfo>,
    /// Its number among the plugin's registrations, from 0.
    pub index: u32,
    /// Where it is registered.
    pub point: &'static str,
    /// Its options, conformed to their declared types; a map.
    pub options: Arc<Value>,
    /// Where `host.on` was called.
    pub source: Arc<SourceLocation>,
    /// Which of the generation's plugins it belongs to.
    pub(crate) instance: u64,
    /// Whether it was seen to look at what arguments may come without.
    pub(crate) looks_at_all: AtomicBool,
}

impl Handler {
    /// Whether it was seen to look at fields that arguments may come without (`Field::on_request`): then it is
    /// better given them at once.
    pub fn looks_at_all(&self) -> bool {
        self.looks_at_all.load(Relaxed)
    }

    /// The option called `name`; `Nil` if it was not given.
    pub fn option(&self, name: &str) -> &Value {
        self.options.get(name)
    }

    /// The words of an option that is one or a list of them; none if it was not given.
    pub fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.option(name).items().iter().filter_map(Value::as_str)
    }

    /// Whether an option that takes one word or several leaves `word` in; one not given leaves all in.
    pub fn admits(&self, option: &str, word: &str) -> bool {
        match self.option(option) {
            Value::Text(one) => &**one == word,
            Value::List(some) => some.iter().any(|one| one.as_str() == Some(word)),
            _ => true,
        }
    }

    /// What the same handler is kept under in the store, whatever its plugin is called by now.
    pub fn kept_key(&self) -> String {
        format!("{}#{}", self.plugin.kept_as(), self.index)
    }

    /// `plugin#index`, unique in a generation and stable while the source's order is.
    pub fn key(&self) -> String {
        format!("{}#{}", self.plugin.id, self.index)
    }
}

/// The fault of a handler that is to be called again, with all of its arguments.
pub(crate) fn withheld(handler: &Handler) -> Fault {
    fault(handler, FaultKind::Withheld, "looked at a part of its arguments that it had not been given".into())
}

/// A fault at the place where a handler was registered.
pub(crate) fn fault(handler: &Handler, kind: FaultKind, message: String) -> Fault {
    Fault {
        plugin: handler.plugin.id.clone(),
        file: handler.source.file.clone(),
        line: Some(handler.source.line).filter(|line| *line > 0),
        point: Some(handler.point.to_owned()),
        kind,
        message: readable(message),
        said: None,
    }
}
