//! Imports as a whole: which there were, what they took, and the way to take one back.

use super::earlier_imports::{self, Logged, each_row};
use crate::{
    action::{Act, ActError, ActionTx, Reason},
    error::KernelError,
    office::Office,
    queries::OperatorView,
};
use jiff::civil::Date;
use registrar_domain::{Actor, Event, reserved::VOID};
use registrar_sdk::{Value, value::Map};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its id.
    pub import: String,
    /// The register whose records came in.
    pub register: String,
    /// The action that its rows took.
    pub action: String,
    /// The file's name.
    pub file: String,
    /// The day on which it began.
    pub on: Date,
    /// Who imported.
    pub by: Actor,
    /// How many of its rows count.
    pub rows: u64,
    /// How many were made void.
    pub voided: u64,
}

/// What came of taking an import back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Voided {
    /// How many of its rows were made void.
    pub voided: u64,
    /// What was warned of.
    pub warnings: Vec<Reason>,
}

/// So many records are named where there are more.
const NAMED: usize = 10;

impl OperatorView<'_> {
    /// All imports of records, in the order in which they began.
    ///
    /// # Errors
    /// The store.
    pub fn imports(&self) -> Result<Vec<Listed>, KernelError> {
        let read = self.office.read()?;
        let logged = earlier_imports::logged(&*read)?;
        let mut counts = vec![(0, 0); logged.len()];
        let registers: BTreeSet<&str> = logged.iter().map(|import| import.register.as_str()).collect();
        for register in registers {
            let of: BTreeMap<&str, usize> = (0..)
                .zip(&logged)
                .filter(|(_, import)| import.register == register)
                .flat_map(|(at, import)| import.runs.iter().map(move |run| (run.as_str(), at)))
                .collect();
            let runs = of.keys().map(|run| (*run).to_owned()).collect();
            each_row(&*read, register, &runs, &mut |event| {
                let at = event.cause.as_deref().and_then(|cause| of.get(cause));
                if let (Some(count), false) = (at.and_then(|at| counts.get_mut(*at)), event.action == VOID) {
                    let (alive, dead): &mut (u64, u64) = count;
                    if event.dead { *dead += 1 } else { *alive += 1 }
                }
            })?;
        }
        Ok(logged
            .into_iter()
            .zip(counts)
            .map(|(import, (rows, voided))| listed(import, rows, voided))
            .collect())
    }

    /// The events that came of an import, in the order in which they were logged, dead ones included.
    ///
    /// # Errors
    /// There is no such import, or the store.
    pub fn import_events_of(&self, import: &str) -> Result<Vec<Event>, KernelError> {
        self.office.events_of_import(import)
    }
}

impl Office {
    fn events_of_import(&self, import: &str) -> Result<Vec<Event>, KernelError> {
        let read = self.read()?;
        let logged = find(earlier_imports::logged(&*read)?, import)?;
        let mut events = Vec::new();
        each_row(&*read, &logged.register, &logged.runs, &mut |event| events.push(event))?;
        Ok(events)
    }

    /// Makes all that came of an import void, in one transaction; the operator alone may.
    ///
    /// # Errors
    /// There is no such import, nothing of it counts any more, something was done since to its records, or a
    /// guard refuses.
    pub fn void_import(&self, import: &str, reason: &str, by: &Actor) -> Result<Voided, ActError> {
        let refused = |why: String| Err(KernelError::refused(why).into());
        if reason.trim().is_empty() {
            return refused("say why it is taken back, with --reason".to_owned());
        }
        let rows: Vec<Event> =
            self.events_of_import(import)?.into_iter().filter(|event| !event.dead).collect();
        if rows.is_empty() {
            return refused(format!("nothing of the import \"{import}\" counts any more"));
        }
        let own: BTreeSet<&str> = rows.iter().map(|event| event.id.as_str()).collect();
        let mut touched = BTreeSet::new();
        {
            let read = self.read()?;
            for row in &rows {
                let later = read.events_of(&row.register, &row.record)?.into_iter().any(|event| {
                    let follows = event.cause.as_deref().is_some_and(|cause| own.contains(cause));
                    event.seq > row.seq
                        && !event.dead
                        && event.action != VOID
                        && !own.contains(&*event.id)
                        && !follows
                });
                if later {
                    touched.insert(row.record.clone());
                }
            }
        }
        if !touched.is_empty() {
            let named: Vec<&str> = touched.iter().take(NAMED).map(String::as_str).collect();
            let more = touched.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            return refused(format!(
                "something was done since to {}{more}; make that void first, and then the import",
                named.join(", ")
            ));
        }
        let mut work = ActionTx::begin(self, by, 0)?;
        for row in rows.iter().rev() {
            let act = Act {
                register: row.register.clone(),
                record: Some(row.record.clone()),
                action: VOID.to_owned(),
                by: by.clone(),
                fields: Map::from([
                    ("event".into(), Value::text(&row.id)),
                    ("reason".into(), Value::text(reason)),
                ]),
                ..Act::default()
            };
            work.void(&act)?;
        }
        let warnings = std::mem::take(&mut work.warnings);
        work.finish_unasked()?;
        Ok(Voided { voided: rows.len() as u64, warnings })
    }
}

fn find(logged: Vec<Logged>, import: &str) -> Result<Logged, KernelError> {
    let known: Vec<String> = logged.iter().map(|import| import.id.clone()).collect();
    let found = logged.into_iter().find(|logged| logged.id == import);
    found.ok_or_else(|| KernelError::unknown("import", import, known.iter().map(String::as_str)))
}

fn listed(import: Logged, rows: u64, voided: u64) -> Listed {
    let Logged { id, register, action, file, first: (by, on), .. } = import;
    Listed { import: id, register, action, file, on, by, rows, voided }
}
