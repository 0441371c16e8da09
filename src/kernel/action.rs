//! Takes actions on records: checks, guards, effects and the log, in one transaction.
//!
//! The steps, in their order: the same key again gives the earlier result; the role; the stage;
//! `record.normalize`; the schema; the unit scope; `record.check`; `record.number`; the event and
//! its record; `action.guard`; `action.effect`, `deadline.compute` and the outbox for the event and
//! all that it brings; commit. Any refusal or failure undoes all of it.

mod consequences;
pub(crate) mod deadline;
pub(crate) mod deadline_course;
mod directory;
mod draft;
pub mod erase;
pub(crate) mod erasure_index;
mod guard;
pub(crate) mod in_transaction;
mod named_records;
mod opening;
mod period;
mod transaction;
pub(crate) mod uploads;

pub(crate) use transaction::ActionTx;

use crate::{attachment::Upload, error::KernelError, office::Office};
use jiff::civil::Date;
use registrar_domain::{
    Actor, DomainError, Event, Record, StoreError, event::Link, register::schema::FieldProblem,
    storage::Receipt,
};
use registrar_host::Failed;
use registrar_ledger::LedgerError;
use registrar_sdk::{BilingualText, Key, Value, value::Map};
use serde::Serialize;
use std::fmt;

/// A request to act.
#[derive(Clone, Debug, Default)]
pub struct Act {
    /// The register.
    pub register: String,
    /// The record; `None` makes a new one.
    pub record: Option<String>,
    /// The action; `void` with `event` and `reason` makes an event dead.
    pub action: String,
    /// The day it counts for; `None`: today.
    pub on: Option<Date>,
    /// Who acts.
    pub by: Actor,
    /// Fields of the record and of the action's form.
    pub fields: Map,
    /// An idempotency key: the same key acts once. It is the event's id.
    pub id: Option<String>,
    /// The id of the event that it follows from.
    pub cause: Option<String>,
    /// Files that come with it.
    pub files: Vec<Upload>,
}

/// What an action came to.
#[derive(Clone, Debug)]
pub struct ActOutcome {
    /// Its event, and those that came with it.
    pub events: Vec<Event>,
    /// The record now; `None` if no event of it is alive any more.
    pub record: Option<Record>,
    /// What was warned of or hinted at.
    pub warnings: Vec<Reason>,
    /// Whether it had been done before under the same key, and nothing was done now.
    pub repeated: bool,
}

/// How much a [`Reason`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Refuses the action.
    Error,
    /// Is shown.
    Warning,
    /// Is shown, quietly.
    Hint,
}

/// What a check or guard says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Its weight.
    pub level: Severity,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it says.
    #[serde(serialize_with = "BilingualText::as_written")]
    pub text: BilingualText,
    /// The clause it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The plugin that says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
}

impl Reason {
    pub(crate) fn warning(text: impl Into<BilingualText>) -> Reason {
        Reason { level: Severity::Warning, field: None, text: text.into(), clause: None, plugin: None }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "`{field}`: ")?;
        }
        self.text.fmt(f)?;
        match &self.clause {
            Some(clause) => write!(f, " ({clause})"),
            None => Ok(()),
        }
    }
}

/// Why an action was not taken. Nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// What was filled in does not fit the register.
    #[error("{register} {action}: {}", join(.problems))]
    Schema {
        /// The register.
        register: String,
        /// The action.
        action: String,
        /// Every problem.
        problems: Vec<FieldProblem>,
    },
    /// Checks or guards refused; all their reasons.
    #[error("refused: {}", join(.0))]
    Refused(Vec<Reason>),
    /// The record is in a stage in which the action can't be taken.
    #[error("`{action}` can't be taken in the stage \"{stage}\" (it can in: {})", from.join(", "))]
    Stage {
        /// The action.
        action: String,
        /// Where the record is.
        stage: String,
        /// Where it can be taken.
        from: Vec<String>,
    },
    /// Who acts may not.
    #[error("{0}")]
    Denied(BilingualText),
    /// The key was used for something else.
    #[error("the key `{0}` was used for another request; choose a new one")]
    Conflict(String),
    /// A plugin that had to answer failed.
    #[error("{0}; nothing was stored")]
    Plugin(#[source] Box<Failed>),
    /// Everything else.
    #[error(transparent)]
    Kernel(KernelError),
}

impl ActError {
    /// Who acts may not.
    pub(crate) fn denied(why: impl Into<BilingualText>) -> ActError {
        ActError::Denied(why.into())
    }
}

impl From<Failed> for ActError {
    fn from(failed: Failed) -> ActError {
        ActError::Plugin(Box::new(failed))
    }
}

impl From<ActError> for KernelError {
    fn from(error: ActError) -> KernelError {
        match error {
            ActError::Kernel(error) => error,
            ActError::Denied(why) => KernelError::Denied(why),
            ActError::Plugin(failed) => KernelError::Plugin(failed),
            other => KernelError::refused(other.to_string()),
        }
    }
}

impl From<KernelError> for ActError {
    fn from(error: KernelError) -> ActError {
        match error {
            KernelError::Denied(why) => ActError::Denied(why),
            error => ActError::Kernel(error),
        }
    }
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> ActError {
        ActError::Kernel(error.into())
    }
}

impl From<LedgerError> for ActError {
    fn from(error: LedgerError) -> ActError {
        ActError::Kernel(error.into())
    }
}

impl From<DomainError> for ActError {
    fn from(error: DomainError) -> ActError {
        ActError::Kernel(error.into())
    }
}

fn join(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Act {
    /// The same with these fields, in which its files are: they are not copied.
    fn of(&self, fields: Map) -> Act {
        let Act { register, record, action, on, by, id, cause, .. } = self;
        Act {
            register: register.clone(),
            record: record.clone(),
            action: action.clone(),
            on: *on,
            by: by.clone(),
            fields,
            id: id.clone(),
            cause: cause.clone(),
            files: Vec::new(),
        }
    }

    /// Whether a receipt is of this request.
    fn is_of(&self, receipt: &Receipt) -> bool {
        // Receipts of earlier versions tell in which order lines came.
        receipt.request == self.fingerprint() || receipt.request == self.fingerprint_of(self.fields.clone())
    }

    /// The same for the same request, whenever it is made. In which order the lines of a text came is not told by it:
    /// receipts are kept, and what is secret about a list is often its order.
    fn fingerprint(&self) -> Link {
        let unordered = |(name, value): (&Key, &Value)| {
            let value = match value {
                Value::Text(text) if text.contains('\n') => {
                    let mut lines: Vec<&str> = text.lines().collect();
                    lines.sort_unstable();
                    Value::text(lines.join("\n"))
                }
                other => other.clone(),
            };
            (name.clone(), value)
        };
        self.fingerprint_of(self.fields.iter().map(unordered).collect())
    }

    fn fingerprint_of(&self, fields: Map) -> Link {
        let file = |file: &Upload| {
            let hash = blake3::hash(&file.bytes).to_hex();
            Value::text(format!("{}={}/{}", file.field, hash, file.name))
        };
        let request = Value::map([
            ("register", Value::text(&self.register)),
            ("record", Value::from(self.record.clone())),
            ("action", Value::text(&self.action)),
            ("on", Value::from(self.on.map(|on| on.to_string()))),
            ("by", Value::text(self.by.as_str())),
            ("fields", Value::Map(fields)),
            ("files", Value::List(self.files.iter().map(file).collect())),
        ]);
        *blake3::hash(request.to_json().to_string().as_bytes()).as_bytes()
    }
}

impl Office {
    /// Takes an action, durably, or not at all.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn act(&self, act: Act) -> Result<ActOutcome, ActError> {
        self.act_at(act, 0)
    }

    /// What [`Office::act`] would say to an action, guards and effects included; nothing is stored.
    ///
    /// # Errors
    /// Why it would not be taken.
    pub fn rehearse(&self, act: &Act) -> Result<Vec<Reason>, ActError> {
        if act.by == Actor::Clock {
            return Err(ActError::denied("the clock acts by itself; nobody can act as it"));
        }
        self.fits(act)?;
        let mut work = ActionTx::begin(self, &act.by, 0)?;
        if work.done_before(act)?.is_none() {
            work.perform(act)?;
        }
        Ok(std::mem::take(&mut work.warnings))
    }

    /// [`Office::act`] from within a dispatch, `depth` deep.
    pub(crate) fn act_at(&self, act: Act, depth: u8) -> Result<ActOutcome, ActError> {
        if act.by == Actor::Clock {
            return Err(ActError::denied("the clock acts by itself; nobody can act as it"));
        }
        if act.id.as_deref().is_some_and(|id| id.is_empty() || id.chars().any(char::is_control)) {
            let why = "the action's key is empty, or has a line end or a control character in it";
            return Err(KernelError::refused(why).into());
        }
        // Before the write lock: plugins are loaded for it.
        self.fits(&act)?;
        let mut work = ActionTx::begin(self, &act.by, depth)?;
        if let Some(done) = work.done_before(&act)? {
            return Ok(done);
        }
        let record = work.perform(&act)?;
        work.finish(&act, record)
    }
}
