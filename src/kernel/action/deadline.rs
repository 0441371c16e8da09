//! Deadlines: computed by plugins, met by actions, missed when their day has ended.

use crate::{
    action::{
        ActError, ActionTx, Reason,
        deadline_course::{DeadlineChanges, Deadlines, after_event, ended_as},
    },
    office::Office,
};
use jiff::civil::Date;
use registrar_contract::payload::{answer, point};
use registrar_domain::{
    Actor, Event, Record, Register,
    event::{in_order, nths},
    log::NewEvent,
    reserved::{OVERDUE, VOID},
    storage::{Deadline, DeadlineQuery, DeadlineState},
};
use registrar_host::Handler;
use registrar_sdk::native::Typed;
use registrar_sdk::{BilingualText, FromValue, Value, value::Map};
use std::{collections::BTreeSet, sync::Arc};

/// Where deadlines are set.
pub(crate) const POINT: &str = point::DeadlineCompute::ID;
/// Under this name it is kept by what calendar and rules the open deadlines were computed.
const FOLLOWED: &str = "$deadlines";

/// The deadlines of a record as its plugins have them now.
#[derive(Default)]
pub(crate) struct Computed {
    /// By name.
    pub wanted: Deadlines,
    /// The names of those whose day hangs on holidays that nobody has entered yet.
    past_calendar: BTreeSet<String>,
}

impl ActionTx<'_> {
    /// Computes a record's deadlines anew after an event of it.
    pub(crate) fn deadlines(&mut self, register: &Arc<Register>, event: &Event) -> Result<(), ActError> {
        if self.plan.generation.handlers(POINT).is_empty() {
            return Ok(());
        }
        let old = self.deadlines_of(&event.register, &event.record)?;
        let Computed { wanted, past_calendar } = self.compute_now(register, &event.record, &old)?;
        let DeadlineChanges { put, removed } = after_event(&old, &wanted, event);
        for deadline in put {
            if past_calendar.contains(&deadline.name) && DeadlineState::RUNNING.contains(&deadline.state) {
                let said = deadline.why.clone().map(|why| format!("{}: {why}", deadline.due));
                self.warnings.push(Reason::warning(said));
            }
            self.tx.put_deadline(&deadline)?;
        }
        for name in removed {
            self.tx.remove_deadline(&event.register, &event.record, &name)?;
        }
        Ok(())
    }

    /// The deadlines of a record as they are kept.
    pub(crate) fn deadlines_of(&self, register: &str, record: &str) -> Result<Deadlines, ActError> {
        let record = Some((register.to_owned(), record.to_owned()));
        let known = self.tx.deadlines(&DeadlineQuery { record, ..DeadlineQuery::default() })?;
        Ok(known.into_iter().map(|d| (d.name.clone(), d)).collect())
    }

    /// What the plugins say of a record as it stands.
    fn compute_now(
        &mut self,
        register: &Register,
        record: &str,
        old: &Deadlines,
    ) -> Result<Computed, ActError> {
        let Some(state) = self.tx.record(&register.id, record)?.map(|r| register.present(r)) else {
            return Ok(Computed::default());
        };
        let mut events = self.tx.events_of(&register.id, record)?;
        in_order(&mut events);
        self.compute(&state, &events, old)
    }

    /// What the plugins say for all live events of a record, in the order of their days, a later event before an
    /// earlier one.
    pub(crate) fn compute(
        &mut self,
        state: &Record,
        events: &[Event],
        old: &Deadlines,
    ) -> Result<Computed, ActError> {
        let mut computed = Computed::default();
        let before: Map = old.iter().map(|(name, d)| (name.as_str().into(), d.to_value())).collect();
        let handlers = self.deadline_handlers(&state.register);
        for (event, nth) in events.iter().zip(nths(events)) {
            // Without a crossing to a worker where nobody would be asked.
            if event.dead || event.action == VOID || !admit(&handlers, event) {
                continue;
            }
            let args = vec![event.to_value(nth), state.to_value(), Value::Map(before.clone())];
            self.snapshot.was_past_calendar();
            let steps = self.dispatch(POINT, args)?.steps;
            let end = self.directory.calendar_end().filter(|_| self.snapshot.was_past_calendar());
            for step in steps {
                for said in Vec::from_value(&step.answer) {
                    let mut deadline = of_answer(said, event, step.handler.kept_key());
                    if let Some(end) = end.filter(|end| deadline.due > *end) {
                        say_uncertain(&mut deadline, end);
                        computed.past_calendar.insert(deadline.name.clone());
                    }
                    computed.wanted.insert(deadline.name.clone(), deadline);
                }
            }
        }
        Ok(computed)
    }

    /// The handlers that may set deadlines in a register.
    pub(crate) fn deadline_handlers(&self, register: &str) -> Vec<Arc<Handler>> {
        let mut handlers = self.plan.generation.handlers(POINT);
        handlers.retain(|handler| handler.admits("register", register));
        handlers
    }

    /// The event that says that a duty's day has ended.
    pub(crate) fn overdue(&self, deadline: &Deadline) -> Result<NewEvent, ActError> {
        Ok(NewEvent {
            id: Some(overdue_id(deadline)),
            register: deadline.register.clone(),
            record: deadline.record.clone(),
            action: OVERDUE.to_owned(),
            on: deadline.due,
            by: Actor::Clock,
            fields: Map::from([
                ("deadline".into(), Value::text(&deadline.name)),
                ("start".into(), Value::text(deadline.start.to_string())),
                ("why".into(), Value::text(deadline.why.to_string())),
            ]),
            cause: self.tx.event(deadline.event)?.map(|event| event.id),
        })
    }
}

/// Whether some of the handlers may set a deadline for an event.
pub(crate) fn admit(handlers: &[Arc<Handler>], event: &Event) -> bool {
    handlers.iter().any(|handler| handler.admits("action", &event.action))
}

/// The id of the event that says that a deadline's day has ended: once, however often somebody looks.
pub(crate) fn overdue_id(deadline: &Deadline) -> String {
    format!("overdue/{}/{}/{}/{}", deadline.register, deadline.record, deadline.name, deadline.due)
}

/// Says on a deadline that its day was reckoned with weekends alone. It is computed anew once the holidays are there.
fn say_uncertain(deadline: &mut Deadline, end: Date) {
    let year = end.year() + 1;
    let said = BilingualText::new(
        format!("{year} 年起的节假日尚未录入，期限可能变动"),
        format!("the holidays from {year} on are not entered yet, so the day may change"),
    );
    let why = std::mem::take(&mut deadline.why);
    deadline.why = match why.is_empty() {
        true => said,
        false => {
            BilingualText::new(format!("{}（{}）", why.zh, said.zh), format!("{} ({})", why.en, said.en))
        }
    };
}

fn of_answer(said: answer::Deadline, event: &Event, handler: String) -> Deadline {
    // The contract's type of a day lets nothing else through.
    let day = |text: &str| text.parse::<Date>().unwrap_or(event.on);
    Deadline {
        register: event.register.clone(),
        record: event.record.clone(),
        name: said.name,
        start: said.start.as_deref().map_or(event.on, day),
        due: day(&said.due),
        why: said.why.unwrap_or_default(),
        handler,
        event: event.seq,
        state: match (said.state, said.lapses) {
            (Some(answer::DeadlineState::Met), _) => DeadlineState::Met,
            (_, Some(true)) => DeadlineState::Allowed,
            _ => DeadlineState::Open,
        },
    }
}

impl Office {
    /// Computes the open deadlines of all records anew if the calendar or the rules of deadlines have changed since
    /// that was last done; says whether they had.
    ///
    /// # Errors
    /// A plugin failed, or the store; what was done until then stays, and the rest is done the next time.
    pub fn follow_deadlines(&self) -> Result<bool, ActError> {
        let plan = self.plan()?;
        let handlers = plan.generation.handlers(POINT);
        if handlers.is_empty() {
            return Ok(false);
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.directory().calendar_hash());
        for handler in handlers.iter() {
            hasher.update(handler.plugin.rule_hash.as_bytes()).update(&handler.index.to_le_bytes());
        }
        let [a, b, c, d, e, f, g, ..] = *hasher.finalize().as_bytes();
        // A cursor holds what a store's whole numbers hold.
        let now = u64::from_le_bytes([a, b, c, d, e, f, g, 0]);
        if self.read()?.cursor(FOLLOWED)? == Some(now) {
            return Ok(false);
        }
        self.recompute_deadlines()?;
        let mut tx = self.store().begin_write(self.key())?;
        tx.set_cursor(FOLLOWED, now)?;
        tx.commit()?;
        Ok(true)
    }

    /// Computes the open deadlines of all records anew, after rules or the calendar changed.
    /// Gives how many records were looked at.
    ///
    /// # Errors
    /// A plugin failed, or the store; what was done until then stays.
    pub fn recompute_deadlines(&self) -> Result<usize, ActError> {
        let running = DeadlineQuery { states: DeadlineState::RUNNING.to_vec(), ..DeadlineQuery::default() };
        let open = self.read()?.deadlines(&running)?;
        let mut records: Vec<_> =
            open.iter().map(|deadline| (deadline.register.clone(), deadline.record.clone())).collect();
        records.dedup();
        records.sort();
        records.dedup();
        for (register, record) in &records {
            let mut work = ActionTx::begin(self, &Actor::Clock, 0)?;
            let Some(register) = work.plan.registers.get(register).cloned() else { continue };
            let old = work.deadlines_of(&register.id, record)?;
            let wanted = work.compute_now(&register, record, &old)?.wanted;
            let mut changed = false;
            for known in old.values().filter(|d| DeadlineState::RUNNING.contains(&d.state)) {
                match wanted.get(&known.name) {
                    Some(deadline) if deadline == known => continue,
                    Some(deadline) => work.tx.put_deadline(deadline)?,
                    None => work.tx.remove_deadline(&register.id, record, &known.name)?,
                }
                changed = true;
            }
            // What is as it was takes no write.
            if changed {
                work.finish_unasked()?;
            }
        }
        Ok(records.len())
    }

    /// Logs one `overdue` event, dated the due date, for each deadline whose day ended before
    /// `today` while it was open. Running it again, or late, logs nothing twice.
    ///
    /// # Errors
    /// A plugin failed at what follows from an event, or the store; earlier ones stay logged.
    pub fn run_clock(&self, today: Date) -> Result<Vec<Event>, ActError> {
        let states = DeadlineState::RUNNING.to_vec();
        let query = DeadlineQuery { states, due_before: Some(today), record: None };
        let mut logged = Vec::new();
        for deadline in self.read()?.deadlines(&query)? {
            let mut work = ActionTx::begin(self, &Actor::Clock, 0)?;
            let known = work.deadlines_of(&deadline.register, &deadline.record)?.remove(&deadline.name);
            // Someone may have met it since it was read.
            let running = |d: &Deadline| DeadlineState::RUNNING.contains(&d.state) && d.due < today;
            let Some(deadline) = known.filter(running) else { continue };
            let Some(register) = work.plan.registers.get(&deadline.register).cloned() else { continue };
            let ended = ended_as(&deadline);
            work.tx.put_deadline(&ended)?;
            if ended.state == DeadlineState::Missed {
                let new = work.overdue(&ended)?;
                work.unasked(&register, new)?;
            }
            logged.extend(work.finish_unasked()?);
        }
        Ok(logged)
    }
}
