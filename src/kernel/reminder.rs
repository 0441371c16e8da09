//! How pressing a deadline is: by its day, and by the reminders that plugins plan for it.

use crate::{
    access::Principal,
    action::{ActError, ActionTx},
    error::KernelError,
    office::Office,
    queries::OfficeView,
};
use jiff::civil::Date;
use registrar_domain::{
    Actor, Event, Record,
    log::NewEvent,
    reserved::REMINDED,
    storage::{Deadline, DeadlineQuery, DeadlineState},
};
use registrar_host::{Failed, Outcome};
use registrar_sdk::{Map, Value};

/// How pressing a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// There is time.
    Calm,
    /// It was reminded of.
    Soon,
    /// Its day has ended.
    Over,
}

/// A reminder whose day has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Its day.
    pub on: Date,
    /// What it is: `reminder`, `urging` …
    pub kind: String,
    /// The units or people whom it is for.
    pub to: Vec<String>,
    /// What it says; empty if nothing.
    pub text: String,
}

/// A deadline that is owed, with its record.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The deadline.
    pub deadline: Deadline,
    /// Its record.
    pub record: Record,
    /// The latest reminder whose day has come.
    pub reminder: Option<Reminder>,
}

impl Due {
    /// How pressing it is on a day.
    pub fn urgency(&self, today: Date) -> Urgency {
        if self.deadline.state == DeadlineState::Missed || self.deadline.due < today {
            Urgency::Over
        } else if self.reminder.is_some() || self.deadline.due == today {
            Urgency::Soon
        } else {
            Urgency::Calm
        }
    }
}

impl Office {
    /// The same deadlines, each with the latest reminder that has come by today, as planned with the rights
    /// of who looks. Plans that fail are left out: the deadline stays.
    ///
    /// # Errors
    /// The registers don't fit together.
    pub(crate) fn with_reminders(
        &self,
        by: &Principal,
        due: Vec<(Deadline, Record)>,
    ) -> Result<Vec<Due>, KernelError> {
        let args = due.iter().map(|(deadline, record)| vec![deadline.to_value(), record.to_value()]);
        let planned = self.ask_all_as(by, "reminder.plan", args.collect());
        let today = self.today();
        let with = |((deadline, record), planned): ((Deadline, Record), Result<Outcome, Failed>)| {
            let planned = planned?;
            for fault in &planned.skipped {
                tracing::warn!(office = %self.name, %fault, "Reminders can't be planned.");
            }
            let said = planned.steps.iter().flat_map(|step| step.answer.items());
            let come = said.filter_map(read).filter(|reminder| reminder.on <= today);
            let reminder = come.max_by_key(|reminder| reminder.on);
            Ok(Due { deadline, record, reminder })
        };
        due.into_iter().zip(planned).map(with).collect()
    }
}

impl OfficeView<'_> {
    /// The first few deadlines that are owed on records that they may see, by their day: those of one
    /// record (register, id) or of all, as far as they are `wanted`.
    ///
    /// # Errors
    /// The store failed.
    pub fn due(
        &self,
        of: Option<(String, String)>,
        wanted: impl Fn(&Deadline) -> bool,
        most: usize,
    ) -> Result<Vec<Due>, KernelError> {
        let registers = self.office.registers();
        let read = self.office.read()?;
        let mut seen = Vec::new();
        let owed = DeadlineQuery { record: of, states: DeadlineState::OWED.to_vec(), due_before: None };
        for deadline in read.deadlines(&owed)?.into_iter().filter(wanted) {
            let Some(register) = registers.by_id.get(&deadline.register) else { continue };
            // Without opening its record where nothing of the register is theirs.
            if self.by.may_open(register).is_none() {
                continue;
            }
            let record = read.record(&deadline.register, &deadline.record)?.map(|r| register.present(r));
            seen.extend(record.filter(|r| self.by.may_see(register, r)).map(|record| (deadline, record)));
            if seen.len() == most {
                break;
            }
        }
        drop(read);
        self.office.with_reminders(self.by, seen)
    }
}

impl Office {
    /// Logs one `reminded` event for each deadline that is owed and of which a reminder's day has come:
    /// the latest alone, once, dated that day. `action.after` handlers bring it to whom it is for. Only
    /// deadlines that come of an event after the one at `since` are looked at; 0: all, as once a day.
    ///
    /// # Errors
    /// The store, or a plugin failed at what follows from an event; earlier ones stay logged.
    pub fn run_reminders(&self, since: u64) -> Result<Vec<Event>, ActError> {
        let owed = DeadlineQuery { states: DeadlineState::OWED.to_vec(), ..DeadlineQuery::default() };
        let registers = self.registers();
        let mut due = Vec::new();
        {
            let read = self.read()?;
            for deadline in read.deadlines(&owed)?.into_iter().filter(|one| one.event > since) {
                let Some(register) = registers.by_id.get(&deadline.register) else { continue };
                let record = read.record(&deadline.register, &deadline.record)?;
                due.extend(record.map(|record| (deadline, register.present(record))));
            }
        }
        let mut logged = Vec::new();
        for due in self.with_reminders(&Principal::Operator, due)? {
            let (Some(reminder), deadline) = (due.reminder, due.deadline) else { continue };
            logged.extend(self.remind(deadline, &reminder)?);
        }
        Ok(logged)
    }

    fn remind(&self, deadline: Deadline, reminder: &Reminder) -> Result<Vec<Event>, ActError> {
        let Deadline { register: of, record, name, due, .. } = &deadline;
        let id = format!("reminded/{of}/{record}/{name}/{due}/{}/{}", reminder.kind, reminder.on);
        if self.read()?.event_by_id(&id)?.is_some() {
            return Ok(Vec::new());
        }
        let mut work = ActionTx::begin(self, &Actor::Clock, 0)?;
        // Someone may have done it since it was read.
        let known = DeadlineQuery { record: Some((of.clone(), record.clone())), ..DeadlineQuery::default() };
        let known = work.tx.deadlines(&known)?;
        let owed = known.iter().any(|known| {
            known.name == *name && known.due == *due && DeadlineState::OWED.contains(&known.state)
        });
        let Some(register) = work.plan.registers.get(of).cloned().filter(|_| owed) else {
            return Ok(Vec::new());
        };
        let to = reminder.to.iter().map(Value::text).collect();
        let new = NewEvent {
            id: Some(id),
            register: of.clone(),
            record: record.clone(),
            action: REMINDED.to_owned(),
            on: reminder.on,
            by: Actor::Clock,
            fields: Map::from([
                ("deadline".into(), Value::text(name)),
                ("due".into(), Value::text(due.to_string())),
                ("kind".into(), Value::text(&reminder.kind)),
                ("to".into(), Value::List(to)),
                ("text".into(), Value::text(&reminder.text)),
            ]),
            cause: work.tx.event(deadline.event)?.map(|event| event.id),
        };
        work.unasked(&register, new)?;
        work.finish_unasked()
    }
}

fn read(said: &Value) -> Option<Reminder> {
    let word = |key: &str| said.get(key).as_str().map(str::to_owned);
    let to = said.get("to");
    Some(Reminder {
        on: word("on")?.parse().ok()?,
        kind: word("kind")?,
        to: to.items().iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        text: word("text").unwrap_or_default(),
    })
}
