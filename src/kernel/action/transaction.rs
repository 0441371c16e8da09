//! A transaction of an office in which events are appended and plugins are asked.

use super::{Act, ActError, ActOutcome, Reason};
use crate::{
    access::Principal,
    action::{erasure_index, in_transaction::InTransaction},
    error::KernelError,
    office::{Office, OfficeGeneration, delivery_cursors, snapshot::OfficeSnapshot},
};
use jiff::civil::Date;
use registrar_contract::payload::point;
use registrar_domain::{
    Actor, Directory, Event, ReadTx, Record, Register, WriteTx,
    event::storable_map,
    id,
    log::{self, NewEvent},
    register::schema::SchemaContext,
    reserved::{DIRECTORY, NUMBER, OPENING, VOID},
    storage::Receipt,
};
use registrar_host::{Failed, Outcome, Scope};
use registrar_ledger::periods::period_close;
use registrar_sdk::native::Typed;
use registrar_sdk::{BilingualText, Value, value::Map};
use std::sync::Arc;

/// The longest chain of events that follow from each other.
const CHAIN: usize = 8;

/// Work in progress. Dropped, it undoes everything.
pub(crate) struct ActionTx<'a> {
    pub office: &'a Office,
    pub plan: Arc<OfficeGeneration>,
    pub directory: Arc<Directory>,
    pub principal: Principal,
    pub scope: Scope,
    pub snapshot: Arc<OfficeSnapshot>,
    pub tx: Box<dyn WriteTx + 'a>,
    pub today: Date,
    pub events: Vec<Event>,
    pub warnings: Vec<Reason>,
}

impl<'a> ActionTx<'a> {
    /// Begins work for `by`, `depth` dispatches deep.
    pub fn begin(office: &'a Office, by: &Actor, depth: u8) -> Result<ActionTx<'a>, ActError> {
        let plan = office.plan()?;
        let mut tx = office.store().begin_write(office.key())?;
        delivery_cursors::begin_cursors(&mut *tx, &plan.generation)?;
        // After the write lock and a turn: what was committed before is in it.
        drop(office.directory_turn());
        let directory = office.directory();
        let today = office.today();
        let principal = match by {
            Actor::Clock => Principal::Operator,
            by => Principal::of(&directory, by, today).map_err(ActError::denied)?,
        };
        let snapshot = Arc::new(OfficeSnapshot::with(directory.clone(), plan.registers.clone()));
        let scope = Scope { generation: plan.generation.clone(), snapshot: snapshot.clone(), depth };
        Ok(ActionTx {
            office,
            plan,
            directory,
            principal,
            scope,
            snapshot,
            tx,
            today,
            events: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// Asks the plugins at a point; they see this transaction.
    pub fn dispatch(&mut self, point: &str, args: Vec<Value>) -> Result<Outcome, Failed> {
        let mut services = InTransaction {
            office: self.office,
            plan: &self.plan,
            principal: &self.principal,
            tx: &mut *self.tx,
        };
        self.office.host().dispatch(point, args, &self.scope, &mut services)
    }

    /// The earlier result of the same request.
    pub fn done_before(&self, act: &Act) -> Result<Option<ActOutcome>, ActError> {
        let Some(id) = &act.id else { return Ok(None) };
        let events = match self.tx.receipt(id)? {
            Some(receipt) if act.is_of(&receipt) => {
                let count = usize::try_from(receipt.last - receipt.first).unwrap_or(0) + 1;
                self.tx.events_after(receipt.first - 1, count)?
            }
            // Logged without a receipt, by an import: the same if it says the same.
            None => match self.tx.event_by_id(id)? {
                None => return Ok(None),
                Some(event) if says(&event, act) => vec![event],
                Some(_) => return Err(ActError::Conflict(id.clone())),
            },
            Some(_) => return Err(ActError::Conflict(id.clone())),
        };
        let record = match events.first() {
            Some(event) => self.tx.record(&event.register, &event.record)?,
            None => None,
        };
        Ok(Some(ActOutcome { events, record, warnings: Vec::new(), repeated: true }))
    }

    /// Does what an action asks for.
    pub fn perform(&mut self, act: &Act) -> Result<Option<Record>, ActError> {
        match act.action.as_str() {
            VOID => self.void(act),
            OPENING => self.open(act),
            _ => self.take(act),
        }
    }

    /// Logs an event that was checked: its number if it is a submission or a handler numbers it, its place,
    /// its record.
    pub fn enter(
        &mut self,
        register: &Arc<Register>,
        new: NewEvent,
    ) -> Result<(Event, Option<Record>), ActError> {
        self.short_chain(new.cause.as_deref())?;
        new_id(&*self.tx, register, &new.record)?;
        let mut event = log::prepare(&*self.tx, register, new)?;
        let submission = register.actions.get(&event.action).is_some_and(|a| a.submission);
        // A handler may also number what comes about otherwise; then it names the action.
        let named = || {
            let handlers = self.plan.generation.handlers(point::RecordNumber::ID);
            handlers.iter().any(|handler| handler.words("action").any(|name| name == event.action))
        };
        if submission || named() {
            let mut record = self.state(register, &event.record)?;
            record.apply(register, &event);
            if record.number.is_none() {
                let args = vec![event.to_value(1), register.present(record).to_value()];
                let number = self.dispatch(point::RecordNumber::ID, args)?.value;
                if let Some(number) = number.as_str() {
                    event.fields.insert(NUMBER.into(), Value::text(number));
                }
            }
        }
        let record = log::append(&mut *self.tx, register, &event)?;
        self.events.push(event.clone());
        Ok((event, record.map(|r| register.present(r))))
    }

    /// Checks fields against the schema, as of the event's day.
    pub fn schema(
        &self,
        register: &Register,
        action: &str,
        fields: Map,
        so_far: &Record,
        on: Date,
    ) -> Result<Map, ActError> {
        let known = SchemaContext { directory: &self.directory, on: Some(on), erased: &[] };
        let mut checked = register.check_fields(action, fields.clone(), &so_far.fields, &known);
        if checked.is_err() {
            // What was erased is not asked for again.
            let erased = erasure_index::erased_of(&*self.tx, register, &so_far.id)?;
            if !erased.is_empty() {
                let known = SchemaContext { erased: &erased, ..known };
                checked = register.check_fields(action, fields, &so_far.fields, &known);
            }
        }
        checked.map_err(|problems| ActError::Schema {
            register: register.id.clone(),
            action: action.to_owned(),
            problems,
        })
    }

    /// A record so far; a new one if there is none.
    pub fn state(&self, register: &Register, id: &str) -> Result<Record, ActError> {
        let state = self.tx.record(&register.id, id)?;
        Ok(state.map_or_else(|| Record::new(register, id), |state| register.present(state)))
    }

    /// An id for a new record: the year and a number that counts up.
    pub fn new_record(&mut self, register: &Register, on: Date) -> Result<String, ActError> {
        loop {
            let n = self.tx.next_in_sequence(&format!("$record/{}/{}", register.id, on.year()))?;
            let id = format!("{}-{n:04}", on.year());
            // Imports bring ids of their own.
            if self.tx.events_of(&register.id, &id)?.is_empty() {
                return Ok(id);
            }
        }
    }

    fn short_chain(&self, cause: Option<&str>) -> Result<(), ActError> {
        let mut cause = cause.map(str::to_owned);
        for _ in 0..CHAIN {
            let Some(id) = cause else { return Ok(()) };
            cause = self.tx.event_by_id(&id)?.and_then(|event| event.cause);
        }
        match cause {
            None => Ok(()),
            Some(_) => Err(KernelError::refused(format!(
                "more than {CHAIN} events follow from each other; look for plugins that answer each other's events"
            ))
            .into()),
        }
    }

    /// Makes an event dead; the operator alone may, and guards are heard.
    pub fn void(&mut self, act: &Act) -> Result<Option<Record>, ActError> {
        if !matches!(self.principal, Principal::Operator) {
            return Err(ActError::denied(format!("only the operator may void an event, not {}", act.by)));
        }
        let id = act.fields.get("event").and_then(Value::as_str).unwrap_or_default();
        let target = self.tx.event_by_id(id)?.ok_or_else(|| {
            KernelError::refused(format!("void: there is no event `{id}`; name its id in `event`"))
        })?;
        if !target.register.starts_with('$') {
            let known =
                act.fields.get("reason").and_then(Value::as_str).is_some_and(|r| !r.trim().is_empty());
            if !known {
                return Err(KernelError::refused("void: say why in `reason`").into());
            }
        }
        let register = self.plan.registers.find(&target.register)?.clone();
        let before = self.state(&register, &target.record)?;
        let new = NewEvent {
            id: act.id.clone(),
            register: target.register.clone(),
            record: act.record.clone().unwrap_or_else(|| target.record.clone()),
            action: VOID.to_owned(),
            on: act.on.unwrap_or(self.today),
            by: act.by.clone(),
            fields: act.fields.clone(),
            cause: act.cause.clone(),
        };
        let (event, record) = self.enter(&register, new)?;
        self.warn_of_closing(&target.register, target.on)?;
        self.guard(&event, record.as_ref().unwrap_or(&before))?;
        self.follow(&register, &event, record.as_ref())?;
        for other in self.tx.events_of(&target.register, &target.record)? {
            if other.cause.as_deref() == Some(&target.id) && !other.dead {
                self.warnings.push(Reason::warning(format!(
                    "event `{}` ({}) came with the voided one and stays; void it too if it should go",
                    other.id, other.action
                )));
            }
        }
        Ok(record)
    }

    /// Says what becomes of what is entered, or made void, in a closed period.
    pub fn warn_of_closing(&mut self, register: &str, day: Date) -> Result<(), ActError> {
        // What is closed has ended.
        if register.starts_with('$') || day >= self.today {
            return Ok(());
        }
        if let Some((closed, open)) = period_close::closed_on(&*self.tx, day)? {
            self.warnings.push(Reason::warning(BilingualText::new(
                format!("{day} 在已结账的 {closed} 内：其数字不变，差额计入 {open}"),
                format!(
                    "{day} lies in {closed}, which is closed: its figures stay, and what this changes is \
                     adjusted in {open}"
                ),
            )));
        }
        Ok(())
    }

    /// Notes what was done under an action's key: all events from the `first` on.
    pub fn keep_receipt(&mut self, act: &Act, first: usize) -> Result<(), ActError> {
        let events = self.events.get(first..).unwrap_or_default();
        if let (Some(id), Some(first), Some(last)) = (&act.id, events.first(), events.last()) {
            let receipt = Receipt { request: act.fingerprint(), first: first.seq, last: last.seq };
            self.tx.put_receipt(id, &receipt)?;
        }
        Ok(())
    }

    /// Keeps the receipt, makes everything durable, and passes the word on.
    pub fn finish(mut self, act: &Act, record: Option<Record>) -> Result<ActOutcome, ActError> {
        self.keep_receipt(act, 0)?;
        let ActionTx { office, tx, events, warnings, .. } = self;
        commit(office, tx, &events)?;
        Ok(ActOutcome { events, record, warnings, repeated: false })
    }

    /// [`ActionTx::finish`] for events that nobody asked for.
    pub fn finish_unasked(self) -> Result<Vec<Event>, ActError> {
        let ActionTx { office, tx, events, .. } = self;
        commit(office, tx, &events)?;
        Ok(events)
    }
}

/// Commits, and passes the word on. What comes after can't undo the commit: what fails there is
/// caught up with later.
fn commit(office: &Office, tx: Box<dyn WriteTx + '_>, events: &[Event]) -> Result<(), ActError> {
    if events.iter().any(|e| e.register == DIRECTORY) {
        let turn = office.directory_turn();
        tx.commit()?;
        if let Err(error) = office.refresh_directory(&turn) {
            tracing::error!(office = %office.name, "The directory is behind the log: {error}");
        }
    } else {
        tx.commit()?;
    }
    office.committed();
    Ok(())
}

/// What is called by an id from now on has one that stands for nothing else. Those of the kernel's own registers
/// are other things' names, but for the directory's.
fn new_id(tx: &dyn ReadTx, register: &Register, id: &str) -> Result<(), ActError> {
    let names_others = register.id.starts_with('$') && register.id != DIRECTORY;
    if names_others || tx.record_key(&register.id, id)?.is_some() {
        return Ok(());
    }
    id::check(id).map_err(|why| KernelError::refused(why).into())
}

fn says(event: &Event, act: &Act) -> bool {
    event.register == act.register
        && act.record.as_ref().is_none_or(|record| *record == event.record)
        && event.action == act.action
        && act.on.is_none_or(|on| on == event.on)
        && event.by == act.by
        && storable_map(act.fields.clone())
            .is_ok_and(|fields| Value::Map(event.fields.clone()).same(&Value::Map(fields)))
}
