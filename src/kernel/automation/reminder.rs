//! Reminds of deadlines: each day that a plugin planned is logged once, for whoever brings it on.

use crate::{
    access::Principal,
    action::{ActError, ActionTx},
    office::Office,
    queries::due::Reminder,
};
use registrar_domain::{
    Actor, Event,
    log::NewEvent,
    reserved::REMINDED,
    storage::{Deadline, DeadlineQuery, DeadlineState},
};
use registrar_sdk::{Map, Value};

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
                ("text".into(), Value::text(reminder.text.to_string())),
            ]),
            cause: work.tx.event(deadline.event)?.map(|event| event.id),
        };
        work.unasked(&register, new)?;
        work.finish_unasked()
    }
}
