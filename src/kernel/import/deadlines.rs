//! Deadlines of history that is imported: they run, are met and end as if each event had been entered on its day.
//!
//! Whatever is imported first, a record's deadlines follow from all its events. What came late is taken and told.

use crate::action::{
    ActError, ActionTx,
    deadline::{self, overdue_id},
    deadline_course::{Deadlines, after_event, ended_as, next_ended},
};
use jiff::civil::Date;
use registrar_domain::{
    Actor, BilingualText, Event, Record, Register,
    log::{self, NewEvent},
    reserved::{OVERDUE, VOID},
    storage::{Deadline, DeadlineState},
};
use registrar_sdk::{Map, Value};
use serde::Serialize;
use std::{collections::VecDeque, sync::Arc};

/// Something that was done after the day until which it was to be done, or might be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LateEvent {
    /// The register.
    pub register: String,
    /// The record.
    pub record: String,
    /// The action.
    pub action: String,
    /// Its day.
    pub on: Date,
    /// The deadline's name.
    pub deadline: String,
    /// Its day.
    pub due: Date,
    /// Why it was that day.
    #[serde(serialize_with = "BilingualText::as_written")]
    pub why: BilingualText,
}

impl LateEvent {
    fn new(event: &Event, deadline: &Deadline) -> LateEvent {
        LateEvent {
            register: event.register.clone(),
            record: event.record.clone(),
            action: event.action.clone(),
            on: event.on,
            deadline: deadline.name.clone(),
            due: deadline.due,
            why: deadline.why.clone(),
        }
    }
}

/// What the deadlines of a record's history came to.
#[derive(Debug, Default)]
pub(super) struct HistoryDeadlines {
    /// What came late.
    pub late: Vec<LateEvent>,
    /// How many days ended that had not been noted yet.
    pub overdue: u64,
}

/// A record's history while it is gone through.
struct Replay<'a> {
    register: &'a Arc<Register>,
    /// The deadlines as they were kept before.
    kept: Deadlines,
    /// The deadlines on the day that it has come to.
    known: Deadlines,
    /// What is still to come.
    queue: VecDeque<Event>,
    done: Vec<Event>,
    came_to: HistoryDeadlines,
}

impl ActionTx<'_> {
    /// Has the deadlines of a record follow its events day by day. Only what comes after the event at `since` is
    /// told as late.
    pub(super) fn replay_deadlines(
        &mut self,
        register: &Arc<Register>,
        record: &str,
        since: u64,
    ) -> Result<HistoryDeadlines, ActError> {
        let handlers = self.deadline_handlers(&register.id);
        if handlers.is_empty() {
            return Ok(HistoryDeadlines::default());
        }
        let kept = self.deadlines_of(&register.id, record)?;
        let mut events = self.tx.events_of(&register.id, record)?;
        events.retain(|event| !event.dead && event.action != VOID);
        if kept.is_empty() && !events.iter().any(|event| deadline::admit(&handlers, event)) {
            return Ok(HistoryDeadlines::default());
        }
        let now = self.tx.record(&register.id, record)?.map(|state| register.present(state));
        // A day is over when all is done that was done on it.
        events.sort_by_key(|event| (event.on, event.action == OVERDUE, event.seq));
        let mut replay = Replay {
            register,
            kept,
            known: Deadlines::new(),
            queue: events.into(),
            done: Vec::new(),
            came_to: HistoryDeadlines::default(),
        };
        let mut state = Record::new(register, record);
        while let Some(event) = replay.queue.pop_front() {
            if let Some(ended) = next_ended(&replay.known, event.on) {
                replay.queue.push_front(event);
                self.end(&mut replay, ended)?;
                continue;
            }
            if event.action == OVERDUE && !self.is_overdue(&mut replay, &event)? {
                continue;
            }
            state.apply(register, &event);
            replay.done.push(event.clone());
            // What it came to in the end is what its events make in the order in which they were logged.
            let shown = now.as_ref().filter(|_| replay.queue.is_empty()).unwrap_or(&state);
            let wanted = self.compute(shown, &replay.done, &replay.known)?.wanted;
            let changes = after_event(&replay.known, &wanted, &event);
            let late = changes.put.iter().filter(|put| put.state == DeadlineState::Late);
            if event.seq > since {
                replay.came_to.late.extend(late.map(|deadline| LateEvent::new(&event, deadline)));
            }
            changes.apply(&mut replay.known);
        }
        self.keep(&replay)?;
        Ok(replay.came_to)
    }

    /// Ends a deadline whose day is over, and logs that of a duty if it is not there.
    fn end(&mut self, replay: &mut Replay<'_>, ended: Deadline) -> Result<(), ActError> {
        let is_known = self.tx.event_by_id(&overdue_id(&ended))?.is_some();
        if ended.state == DeadlineState::Missed && !is_known {
            let new = self.overdue(&ended)?;
            let event = log::prepare(&*self.tx, replay.register, new)?;
            log::append(&mut *self.tx, replay.register, &event)?;
            replay.came_to.overdue += 1;
            replay.queue.push_front(event);
        }
        replay.known.insert(ended.name.clone(), ended);
        Ok(())
    }

    /// Whether an `overdue` event holds. What was done in time after all was not overdue: it is made void.
    fn is_overdue(&mut self, replay: &mut Replay<'_>, event: &Event) -> Result<bool, ActError> {
        let name = event.fields.get("deadline").and_then(Value::as_str).unwrap_or_default();
        let same_day = |deadline: &&Deadline| deadline.due == event.on;
        match replay.known.get(name).filter(same_day) {
            Some(known) if DeadlineState::RUNNING.contains(&known.state) => {
                let ended = ended_as(known);
                replay.known.insert(ended.name.clone(), ended);
            }
            Some(known) if known.state == DeadlineState::Met => {
                let reason = "in time after all, by history that was imported later";
                let new = NewEvent {
                    id: None,
                    register: event.register.clone(),
                    record: event.record.clone(),
                    action: VOID.to_owned(),
                    on: event.on,
                    by: Actor::Clock,
                    fields: Map::from([
                        ("event".into(), Value::text(&event.id)),
                        ("reason".into(), Value::text(reason)),
                    ]),
                    cause: None,
                };
                let void = log::prepare(&*self.tx, replay.register, new)?;
                log::append(&mut *self.tx, replay.register, &void)?;
                return Ok(false);
            }
            Some(_) => {}
            // What rules of that day said stays, whatever those of today would.
            None => {
                let kept = replay.kept.get(name).filter(same_day).cloned();
                replay.known.extend(kept.map(|kept| (kept.name.clone(), kept)));
            }
        }
        Ok(true)
    }

    /// Keeps what the deadlines came to. What was settled before and is not asked for any more stays.
    fn keep(&mut self, replay: &Replay<'_>) -> Result<(), ActError> {
        for deadline in replay.known.values().filter(|one| replay.kept.get(&one.name) != Some(*one)) {
            self.tx.put_deadline(deadline)?;
        }
        for (name, kept) in replay.kept.iter().filter(|(name, _)| !replay.known.contains_key(*name)) {
            if DeadlineState::RUNNING.contains(&kept.state) {
                self.tx.remove_deadline(&kept.register, &kept.record, name)?;
            }
        }
        Ok(())
    }
}
