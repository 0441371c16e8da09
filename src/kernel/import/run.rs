//! An import under way: row after row, each by itself or all in one transaction.

use super::{
    files,
    import_report::{Imported, RecordImport, RowReport, Together},
    row::{ImportRow, event_id},
};
use crate::{
    action::{Act, ActError, ActionTx},
    error::KernelError,
    office::Office,
};
use registrar_domain::{
    log::NewEvent,
    reserved::{IMPORT, OFFICE},
};
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeMap;

/// An import under way.
pub(super) struct ImportRun<'a> {
    office: &'a Office,
    how: &'a RecordImport<'a>,
    id: String,
    /// The id of the event under which it is logged, once it is.
    run: String,
    /// The one transaction of rows that go together.
    work: Option<ActionTx<'a>>,
    /// Whether one of them was refused, so that none is taken.
    failed: bool,
    /// The import that it goes on with.
    earlier: Option<String>,
    /// Where in this file the keys are, and the ids of records as they stand, that it has taken.
    named: BTreeMap<String, String>,
    done: Imported,
}

impl<'a> ImportRun<'a> {
    /// One that has taken nothing yet; `earlier`: the id of the import that it goes on with.
    pub fn new(
        office: &'a Office,
        how: &'a RecordImport<'a>,
        id: String,
        earlier: Option<String>,
    ) -> ImportRun<'a> {
        let done = Imported { import: earlier.clone(), ..Imported::default() };
        let (run, named) = (String::new(), BTreeMap::new());
        ImportRun { office, how, id, run, work: None, failed: false, earlier, named, done }
    }

    fn told(row: &ImportRow, text: impl Into<String>) -> RowReport {
        RowReport { place: row.place.clone(), text: text.into() }
    }

    /// Notes a row that can't be taken, and why.
    pub fn refuse(&mut self, row: &ImportRow, why: String) {
        self.done.refused.push(Self::told(row, why));
        if self.how.together == Together::AllOrNothing {
            self.failed = true;
            self.work = None;
        }
    }

    /// Notes a row that is there already.
    pub fn known(&mut self, row: &ImportRow, text: &str) {
        self.done.known.push(Self::told(row, text));
    }

    /// Notes a row that was taken before and says something else now.
    pub fn changed(&mut self, row: &ImportRow, changes: Vec<String>, event: &str) {
        let changes =
            if changes.is_empty() { "it says something else".to_owned() } else { changes.join(", ") };
        let text = format!(
            "was taken before and has changed since: {changes}; it stays as it was taken (event {event}): change it \
             by an action, or make that event void and import again"
        );
        self.done.changed.push(Self::told(row, text));
    }

    /// Refuses a row that says something else under a name that one before it in this file has; `false` if none has.
    fn is_named_twice(&mut self, row: &ImportRow, name: &str, changes: &[String]) -> bool {
        let Some(first) = self.named.get(name).filter(|_| !changes.is_empty()) else { return false };
        let why = format!(
            "has the same id \"{name}\" as {first} and says something else: {}; give it an id of its own, or leave one \
             of the two out",
            changes.join(", ")
        );
        self.refuse(row, why);
        true
    }

    /// Takes a row that no import has taken.
    pub fn take(&mut self, row: &ImportRow, hash: &str, again: usize) -> Result<(), ActError> {
        if let Some(opened) = row.name().filter(|_| row.opened.is_some()) {
            let registers = self.office.registers();
            let register = registers.find(self.how.register)?;
            if let Some(there) = self.office.read()?.record(&register.id, opened)? {
                let changes = row.differs(&register.present(there));
                if self.is_named_twice(row, opened, &changes) {
                    return Ok(());
                }
                match changes.is_empty() {
                    true => self.known(row, "is there already"),
                    false => self
                        .refuse(row, format!("the record {opened} is there already: {}", changes.join(", "))),
                }
                return Ok(());
            }
        }
        let rehearsed = self.how.together == Together::Rehearsed || self.failed;
        let id = event_id(hash, &row.place, again);
        let result = if rehearsed { self.rehearse(row, id) } else { self.perform(row, id) };
        match result {
            Ok(TakenRow::Done) => {
                self.done.taken += 1;
                if let Some(name) = row.name() {
                    self.named.insert(name.to_owned(), row.place.clone());
                }
                self.done.warned.extend(row.warnings.iter().map(|warning| Self::told(row, warning)));
            }
            Ok(TakenRow::Before) => self.known(row, "is there already"),
            Err(ActError::Conflict(key)) => {
                let event = self.office.read()?.event_by_id(&key)?;
                let changes = event.map(|event| row.changes(&event)).unwrap_or_default();
                if !self.is_named_twice(row, &key, &changes) {
                    self.changed(row, changes, &key);
                }
            }
            Err(why @ ActError::Kernel(KernelError::Store(_))) => return Err(why),
            Err(why) => self.refuse(row, row.told(&why)),
        }
        Ok(())
    }

    fn rehearse(&mut self, row: &ImportRow, id: String) -> Result<TakenRow, ActError> {
        let mut work = ActionTx::begin(self.office, &self.how.by, 0)?;
        let act = row.act(self.how.register, self.how.action, &self.how.by, id, "");
        let act = Act { cause: None, ..act };
        if work.done_before(&act)?.is_some() {
            return Ok(TakenRow::Before);
        }
        let act = files::bring(&mut work, act, &self.how.files)?;
        work.perform(&act)?;
        Ok(TakenRow::Done)
    }

    fn perform(&mut self, row: &ImportRow, id: String) -> Result<TakenRow, ActError> {
        let together = self.how.together == Together::AllOrNothing;
        let mut work = match self.work.take() {
            Some(work) => work,
            None => ActionTx::begin(self.office, &self.how.by, 0)?,
        };
        let probe = row.act(self.how.register, self.how.action, &self.how.by, id.clone(), &self.run);
        if work.done_before(&probe)?.is_some() {
            self.work = together.then_some(work);
            return Ok(TakenRow::Before);
        }
        let logged = self.run.clone();
        if logged.is_empty() {
            self.run = self.log(&mut work)?;
        }
        let act = Act { cause: Some(self.run.clone()), ..probe };
        let first = work.events.len();
        let taken =
            files::bring(&mut work, act, &self.how.files).and_then(|act| Ok((work.perform(&act)?, act)));
        let (record, act) = match taken {
            Ok(taken) => taken,
            Err(why) => {
                // What was written of it goes with its transaction.
                self.run = logged;
                return Err(why);
            }
        };
        work.keep_receipt(&act, first)?;
        if together {
            self.work = Some(work);
        } else {
            drop(record);
            work.finish_unasked()?;
        }
        self.done.import = Some(self.id.clone());
        Ok(TakenRow::Done)
    }

    /// Logs the import itself, in the transaction of its first row; the event's id.
    fn log(&self, work: &mut ActionTx<'_>) -> Result<String, ActError> {
        let fields = [
            ("register", Value::text(self.how.register)),
            ("action", Value::text(self.how.action)),
            ("file", Value::text(self.how.file)),
        ];
        let new = NewEvent {
            id: None,
            register: OFFICE.to_owned(),
            record: self.id.clone(),
            action: IMPORT.to_owned(),
            on: work.today,
            by: self.how.by.clone(),
            fields: fields.into_iter().map(|(name, value)| (name.into(), value)).collect::<Map>(),
            cause: None,
        };
        let register = work.plan.registers.find(OFFICE)?.clone();
        let (event, _) = work.enter(&register, new)?;
        Ok(event.id)
    }

    /// Makes what goes together durable; what came of it all.
    pub fn finish(mut self) -> Result<Imported, ActError> {
        if self.failed {
            self.done.taken = 0;
            self.done.warned.clear();
            self.done.import = self.earlier.clone();
            return Ok(self.done);
        }
        if let Some(work) = self.work.take() {
            work.finish_unasked()?;
        }
        Ok(self.done)
    }
}

enum TakenRow {
    Done,
    Before,
}
