//! Deadlines: computed by plugins, met by actions, missed when their day has ended.

use crate::{
    action::{ActError, ActionTx, Reason},
    office::Office,
};
use jiff::civil::Date;
use registrar_contract::payload::{answer, point};
use registrar_domain::{
    Actor, Event, Register,
    event::{in_order, nths},
    log::NewEvent,
    reserved::{OVERDUE, VOID},
    storage::{Deadline, DeadlineQuery, DeadlineState},
};
use registrar_sdk::native::Typed;
use registrar_sdk::{BilingualText, FromValue, Value, value::Map};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

const POINT: &str = point::DeadlineCompute::ID;
/// Under this name it is kept by what calendar and rules the open deadlines were computed.
const FOLLOWED: &str = "$deadlines";

/// The deadlines of a record as its plugins have them now.
#[derive(Default)]
struct Computed {
    /// By name.
    wanted: BTreeMap<String, Deadline>,
    /// The names of those whose day hangs on holidays that nobody has entered yet.
    past_calendar: BTreeSet<String>,
}

impl ActionTx<'_> {
    /// Computes a record's deadlines anew after an event of it: those no longer asked for are met
    /// (after a void they are gone), met and missed ones stay as they are.
    pub(crate) fn deadlines(&mut self, register: &Arc<Register>, event: &Event) -> Result<(), ActError> {
        if self.plan.generation.handlers(POINT).is_empty() {
            return Ok(());
        }
        let old = self.deadlines_of(&event.register, &event.record)?;
        let Computed { wanted, past_calendar } = self.compute(register, &event.record, &old)?;
        for deadline in wanted.values() {
            if old.get(&deadline.name).is_none_or(|known| replaces(deadline, known)) {
                if past_calendar.contains(&deadline.name) {
                    let said = deadline.why.map(|why| format!("{}: {why}", deadline.due));
                    self.warnings.push(Reason::warning(said));
                }
                self.tx.put_deadline(deadline)?;
            }
        }
        let owed = |d: &&Deadline| DeadlineState::OWED.contains(&d.state);
        for known in old.values().filter(owed).filter(|d| !wanted.contains_key(&d.name)) {
            if event.action == VOID && known.state == DeadlineState::Open {
                self.tx.remove_deadline(&known.register, &known.record, &known.name)?;
            } else {
                let in_time = known.state == DeadlineState::Open && event.on <= known.due;
                let state = if in_time { DeadlineState::Met } else { DeadlineState::Late };
                self.tx.put_deadline(&Deadline { state, ..known.clone() })?;
            }
        }
        Ok(())
    }

    fn deadlines_of(&self, register: &str, record: &str) -> Result<BTreeMap<String, Deadline>, ActError> {
        let record = Some((register.to_owned(), record.to_owned()));
        let known = self.tx.deadlines(&DeadlineQuery { record, ..DeadlineQuery::default() })?;
        Ok(known.into_iter().map(|d| (d.name.clone(), d)).collect())
    }

    /// What the plugins say for all live events of a record, a later event before an earlier one.
    fn compute(
        &mut self,
        register: &Register,
        record: &str,
        old: &BTreeMap<String, Deadline>,
    ) -> Result<Computed, ActError> {
        let mut computed = Computed::default();
        let Some(state) = self.tx.record(&register.id, record)?.map(|r| register.present(r)) else {
            return Ok(computed);
        };
        let mut events = self.tx.events_of(&register.id, record)?;
        in_order(&mut events);
        let before: Map = old.iter().map(|(name, d)| (name.as_str().into(), d.to_value())).collect();
        for (event, nth) in events.iter().zip(nths(&events)) {
            if event.dead || event.action == VOID {
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
        state: match said.state {
            Some(answer::DeadlineState::Met) => DeadlineState::Met,
            _ => DeadlineState::Open,
        },
    }
}

/// Whether a computed deadline takes the place of the one that is known. Frozen ones give way only to
/// another deadline of the same name, from a later event; one that was met, also to the same days: what
/// is asked for once more is owed once more.
fn replaces(computed: &Deadline, known: &Deadline) -> bool {
    known.state == DeadlineState::Open
        || computed.event > known.event
            && (known.state == DeadlineState::Met
                || (computed.start, computed.due) != (known.start, known.due))
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
        let open = DeadlineQuery { states: vec![DeadlineState::Open], ..DeadlineQuery::default() };
        let open = self.read()?.deadlines(&open)?;
        let mut records: Vec<_> =
            open.iter().map(|deadline| (deadline.register.clone(), deadline.record.clone())).collect();
        records.dedup();
        records.sort();
        records.dedup();
        for (register, record) in &records {
            let mut work = ActionTx::begin(self, &Actor::Clock, 0)?;
            let Some(register) = work.plan.registers.get(register).cloned() else { continue };
            let old = work.deadlines_of(&register.id, record)?;
            let wanted = work.compute(&register, record, &old)?.wanted;
            let mut changed = false;
            for known in old.values().filter(|d| d.state == DeadlineState::Open) {
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
        let query =
            DeadlineQuery { states: vec![DeadlineState::Open], due_before: Some(today), record: None };
        let mut logged = Vec::new();
        for deadline in self.read()?.deadlines(&query)? {
            let mut work = ActionTx::begin(self, &Actor::Clock, 0)?;
            let known = work.deadlines_of(&deadline.register, &deadline.record)?.remove(&deadline.name);
            // Someone may have met it since it was read.
            let Some(deadline) = known.filter(|d| d.state == DeadlineState::Open && d.due < today) else {
                continue;
            };
            let Some(register) = work.plan.registers.get(&deadline.register).cloned() else { continue };
            work.tx.put_deadline(&Deadline { state: DeadlineState::Missed, ..deadline.clone() })?;
            let new = NewEvent {
                id: Some(format!(
                    "overdue/{}/{}/{}/{}",
                    deadline.register, deadline.record, deadline.name, deadline.due
                )),
                register: deadline.register,
                record: deadline.record,
                action: OVERDUE.to_owned(),
                on: deadline.due,
                by: Actor::Clock,
                fields: Map::from([
                    ("deadline".into(), Value::text(&deadline.name)),
                    ("start".into(), Value::text(deadline.start.to_string())),
                    ("why".into(), Value::text(deadline.why.to_string())),
                ]),
                cause: work.tx.event(deadline.event)?.map(|event| event.id),
            };
            work.unasked(&register, new)?;
            logged.extend(work.finish_unasked()?);
        }
        Ok(logged)
    }
}
