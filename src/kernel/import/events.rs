//! Brings in history: one event a line, in batches, checked against the schema only.
//!
//! No guards, stages, effects or notifications; deadlines follow it (`deadlines`). The same id with the same content is skipped, so
//! that an import that was cut off can simply be run again.

use super::{NumberedLines, deadlines::LateEvent, history_line::HistoryLine};
use crate::{
    action::{ActionTx, erasure_index},
    error::KernelError,
    office::{Office, OfficeGeneration, snapshot::OfficeSnapshot},
};
use registrar_domain::{
    Actor, Directory, DomainError, Event, ReadTx, Record, Register, StoreError, WriteTx, id, log,
    register::schema::SchemaContext,
    reserved::{DIRECTORY, OWN_ACTIONS, VOID},
};
use registrar_sdk::value::{Key, Map};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::BufRead,
    sync::Arc,
};

/// How an import goes about it.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// Events in one transaction.
    pub batch: usize,
}

impl Default for ImportOptions {
    fn default() -> ImportOptions {
        ImportOptions { batch: 1_000 }
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Lines read, empty ones not counted.
    pub lines: u64,
    /// Events that were added.
    pub added: u64,
    /// Events that were there already.
    pub skipped: u64,
    /// Records that were made.
    pub records: u64,
    /// Deadlines whose day ended before what was to be done was done: so many `overdue` events were added.
    pub overdue: u64,
    /// Events of them that came after the day until which they were due, or allowed.
    pub late: u64,
    /// The first few of those.
    pub told: Vec<LateEvent>,
}

/// Late events that are told one by one.
const TOLD: usize = 20;

impl Office {
    /// Imports events, one a line. After an error the batches before the bad one stay, nothing of
    /// the bad one is stored; `progress` hears how many lines are done after each batch.
    ///
    /// # Errors
    /// The first line that can't be taken, by its number, with the field and the remedy.
    pub fn import_events(
        &self,
        reader: impl BufRead,
        options: ImportOptions,
        progress: &mut dyn FnMut(&ImportReport),
    ) -> Result<ImportReport, KernelError> {
        let plan = self.plan()?;
        let mut report = ImportReport::default();
        let mut batch = Vec::with_capacity(options.batch);
        for (number, line) in NumberedLines::new(reader) {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            batch.push((number, line));
            if batch.len() >= options.batch.max(1) {
                self.import_batch(&plan, &mut batch, &mut report)?;
                progress(&report);
            }
        }
        if !batch.is_empty() {
            self.import_batch(&plan, &mut batch, &mut report)?;
            progress(&report);
        }
        Ok(report)
    }

    fn import_batch(
        &self,
        plan: &OfficeGeneration,
        lines: &mut Vec<(u64, String)>,
        report: &mut ImportReport,
    ) -> Result<(), KernelError> {
        let mut work = ActionTx::begin(self, &Actor::Clock, 0).map_err(KernelError::from)?;
        let since = work.tx.head()?.seq;
        let mut counts = report.clone();
        let mut batch = Batch {
            plan,
            directory: work.directory.clone(),
            directory_changed: false,
            states: BTreeMap::new(),
            voided: BTreeSet::new(),
        };
        for (number, line) in lines.drain(..) {
            counts.lines += 1;
            let line: HistoryLine = serde_json::from_str(&line).map_err(|e| {
                let why = e.to_string();
                let why = why.split(" at line ").next().unwrap_or(&why).to_owned();
                at(number, format!("column {}: {why}", e.column()))
            })?;
            batch.take(&mut *work.tx, line, &mut counts).map_err(|e| at(number, e))?;
        }
        for (record, _) in batch.states.values().filter(|(_, written)| !written) {
            work.tx.put_record(record)?;
        }
        let Batch { directory, directory_changed, states, voided, .. } = batch;
        let touched: BTreeSet<(String, String)> = states.into_keys().chain(voided).collect();
        if directory_changed {
            work.snapshot = Arc::new(OfficeSnapshot::with(directory.clone(), work.plan.registers.clone()));
            work.scope.snapshot = work.snapshot.clone();
            work.directory = directory;
        }
        for (register, record) in &touched {
            let Some(register) = plan.registers.by_id.get(register) else { continue };
            let came_to = work.replay_deadlines(register, record, since).map_err(|why| {
                KernelError::refused(format!("{} {record}: its deadlines: {why}", register.id))
            })?;
            counts.overdue += came_to.overdue;
            counts.late += came_to.late.len() as u64;
            let room = TOLD.saturating_sub(counts.told.len());
            counts.told.extend(came_to.late.into_iter().take(room));
        }
        let ActionTx { tx, .. } = work;
        if directory_changed {
            let turn = self.directory_turn();
            tx.commit()?;
            self.refresh_directory(&turn)?;
        } else {
            tx.commit()?;
        }
        *report = counts;
        self.committed();
        Ok(())
    }
}

fn at(line: u64, why: impl std::fmt::Display) -> KernelError {
    KernelError::refused(format!(
        "line {line}: {why}; nothing of its batch was stored, mend the line and import again"
    ))
}

struct Batch<'a> {
    plan: &'a OfficeGeneration,
    directory: Arc<Directory>,
    directory_changed: bool,
    /// Records that the batch touched, and whether they are written as they stand: read once, and
    /// written when they are made and at the end, however many events they have.
    states: BTreeMap<(String, String), (Record, bool)>,
    /// Records of which an event was made void.
    voided: BTreeSet<(String, String)>,
}

impl Batch<'_> {
    fn take(
        &mut self,
        tx: &mut dyn WriteTx,
        line: HistoryLine,
        counts: &mut ImportReport,
    ) -> Result<(), KernelError> {
        let register = self.plan.registers.find(&line.register)?;
        check_line(register, &line)?;
        // A void changes what it names, so it is looked up before anything is tried.
        if line.action == VOID && self.is_there(tx, register, &line, counts)? {
            return Ok(());
        }
        let key = (line.register.clone(), line.record.clone());
        let touched = self.states.remove(&key);
        let was_touched = touched.as_ref().map(|(_, written)| *written);
        let (mut state, fresh) = match touched {
            Some((state, _)) => (state, false),
            None => match tx.record(&line.register, &line.record)? {
                Some(state) => (state, false),
                None => (Record::new(register, &line.record), true),
            },
        };
        if fresh && (!line.register.starts_with('$') || line.register == DIRECTORY) {
            id::check(&line.record).map_err(|why| KernelError::refused(format!("`record`: {why}")))?;
        }
        let fields = match self.checked(tx, register, &line, &state.fields, true) {
            Ok(fields) => fields,
            Err(_) if self.is_there(tx, register, &line, counts)? => {
                // Written at the end only if the batch touched it before.
                self.states.extend(was_touched.map(|written| (key, (state, written))));
                return Ok(());
            }
            Err(why) => return Err(why),
        };
        let event = line.prepare(tx, register, fields)?;
        if event.action == VOID {
            // Made anew from the log, whatever was not yet written of it.
            log::append(tx, register, &event)?;
            self.voided.insert(key);
        } else {
            let before = was_touched.map(|written| (state.clone(), written));
            state.apply(register, &event);
            if fresh {
                // With its state at once: a row that grows later costs more than one that is made whole.
                tx.put_record(&state)?;
            }
            // Most events are new: writing them is what tells.
            match log::write(tx, &event) {
                Err(DomainError::Store(StoreError::DuplicateEvent(id))) => {
                    if !self.is_there(tx, register, &line, counts)? {
                        return Err(StoreError::DuplicateEvent(id).into());
                    }
                    if fresh {
                        log::replay(tx, register, &line.record)?;
                    }
                    self.states.extend(before.map(|before| (key, before)));
                    return Ok(());
                }
                written => written?,
            }
            self.states.insert(key, (state, fresh));
        }
        counts.records += u64::from(fresh);
        counts.added += 1;
        if event.register == DIRECTORY {
            self.follow_directory(tx, &event)?;
        }
        Ok(())
    }

    fn follow_directory(&mut self, tx: &dyn WriteTx, event: &Event) -> Result<(), KernelError> {
        self.directory_changed = true;
        if event.action == VOID {
            self.directory = Arc::new(directory_of(tx)?);
        } else {
            Arc::make_mut(&mut self.directory).apply(event);
        }
        Ok(())
    }

    /// Whether the line's event is in the log already; one that says something else is refused.
    fn is_there(
        &self,
        tx: &dyn WriteTx,
        register: &Register,
        line: &HistoryLine,
        counts: &mut ImportReport,
    ) -> Result<bool, KernelError> {
        let Some(there) = tx.event_by_id(&line.id)? else { return Ok(false) };
        // What is checked may be typed differently from what was written: compare it as checked.
        let fields = self.checked(tx, register, line, &Map::new(), false)?;
        if !line.prepare(tx, register, fields)?.same_content(&there) {
            return Err(KernelError::refused(format!(
                "an event with the id `{}` is there already and says something else; give this one another id",
                line.id
            )));
        }
        counts.skipped += 1;
        Ok(true)
    }

    /// The line's fields in their declared types.
    fn checked(
        &self,
        tx: &dyn ReadTx,
        register: &Register,
        line: &HistoryLine,
        so_far: &Map,
        complete: bool,
    ) -> Result<Map, KernelError> {
        if OWN_ACTIONS.contains(&line.action.as_str()) {
            return Ok(line.fields.clone());
        }
        let mut erased: Vec<Key> = line.erased.keys().cloned().collect();
        let check = |erased: &[Key]| {
            let known = SchemaContext { directory: &self.directory, on: Some(line.on), erased };
            register.check_fields(&line.action, line.fields.clone(), so_far, &known)
        };
        let mut checked = check(&erased);
        if checked.is_err() && complete {
            erased.extend(erasure_index::erased_of(tx, register, &line.record)?);
            if !erased.is_empty() {
                checked = check(&erased);
            }
        }
        match checked {
            Ok(fields) => Ok(fields),
            // An event that is there was complete with the record as it was then.
            Err(_) if !complete => Ok(line.fields.clone()),
            Err(problems) => Err(KernelError::refused(
                problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            )),
        }
    }
}

/// What can be said of a line before the log is looked at.
fn check_line(register: &Register, line: &HistoryLine) -> Result<(), KernelError> {
    for (field, value) in [("id", &*line.id), ("record", &*line.record), ("by", line.by.as_str())] {
        if value.is_empty() {
            return Err(KernelError::refused(format!("`{field}` is empty; give it a value")));
        }
        if value.chars().any(char::is_control) {
            let why = "has a line end or a control character in it; leave it out";
            return Err(KernelError::refused(format!("`{field}` {why}")));
        }
    }
    let known_action = register.open
        || OWN_ACTIONS.contains(&line.action.as_str())
        || register.actions.contains_key(&line.action);
    if known_action {
        return Ok(());
    }
    let known = register.actions.keys().map(String::as_str);
    Err(KernelError::unknown("action", &line.action, known))
}

fn directory_of(tx: &dyn WriteTx) -> Result<Directory, KernelError> {
    let events: Vec<Event> = tx.events_in(DIRECTORY, 0, usize::MAX)?;
    Ok(Directory::from_events(&events))
}
