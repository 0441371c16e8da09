//! Tells notify handlers of events after they are committed: each handler has a durable cursor over
//! the outbox, and gets every event at least once, in order.

use crate::{
    automation::{background::Background, outlet},
    error::KernelError,
    office::{
        Office, OfficeGeneration, PAGE,
        delivery_cursors::{AFTER, CLOCK_TICK, begin_cursors, cursor_name, handlers},
    },
};
use registrar_domain::{
    Event, ReadTx, Record,
    event::{in_order, nths},
    storage::Delivery,
};
use registrar_host::Handler;
use registrar_sdk::Value;
use std::{sync::Arc, time::Duration};

/// Attempts after which a delivery is parked.
const ATTEMPTS: u32 = 6;
/// The pause after the first failed attempt; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(5);

/// What a round of deliveries came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Deliveries that came through.
    pub told: usize,
    /// Those that failed and will be tried again.
    pub failed: usize,
    /// Those that were parked.
    pub parked: usize,
    /// When, in seconds since 1970, the next attempt is due.
    pub next_at: Option<i64>,
}

impl Delivered {
    /// Remembers the earliest next attempt.
    pub(crate) fn wait(&mut self, at: Option<i64>) {
        self.next_at = match (self.next_at, at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

impl Office {
    /// Tells every notify handler what it has not been told, as of `now` in seconds since 1970.
    ///
    /// # Errors
    /// The store. A handler's failure is no error: it is tried again, then parked.
    pub fn deliver(&self, now: i64) -> Result<Delivered, KernelError> {
        let plan = self.plan()?;
        let read = self.read()?;
        let mut fresh = false;
        for handler in handlers(&plan.generation) {
            fresh |= read.cursor(&cursor_name(&handler))?.is_none();
        }
        drop(read);
        if fresh {
            let mut tx = self.store().begin_write(self.key())?;
            begin_cursors(&mut *tx, &plan.generation)?;
            tx.commit()?;
        }
        let mut round = Delivered::default();
        for handler in handlers(&plan.generation) {
            self.deliver_to(&plan, &handler, now, &mut round)?;
        }
        Ok(round)
    }

    fn deliver_to(
        &self,
        plan: &OfficeGeneration,
        handler: &Arc<Handler>,
        now: i64,
        round: &mut Delivered,
    ) -> Result<(), KernelError> {
        let name = cursor_name(handler);
        loop {
            let read = self.read()?;
            let cursor = read.cursor(&name)?.unwrap_or(0);
            let waiting = read.outbox_after(cursor, PAGE)?;
            let tried = read.deliveries(false)?.into_iter().filter(|d| d.handler == name).collect::<Vec<_>>();
            drop(read);
            if waiting.is_empty() {
                return Ok(());
            }
            for seq in waiting {
                let before = tried.iter().find(|d| d.seq == seq);
                // Events reach a handler in order: one that waits holds up those behind it.
                if let Some(at) = before.and_then(|d| d.next_at).filter(|at| *at > now) {
                    round.wait(Some(at));
                    return Ok(());
                }
                let told = self.tell(plan, handler, seq)?;
                if !self.settle(&name, seq, before, told, now, round)? {
                    return Ok(());
                }
            }
        }
    }

    /// Writes down what a delivery came to, and whether the next may follow.
    pub(crate) fn settle(
        &self,
        name: &str,
        seq: u64,
        before: Option<&Delivery>,
        told: Result<bool, String>,
        now: i64,
        round: &mut Delivered,
    ) -> Result<bool, KernelError> {
        let mut tx = self.store().begin_write(self.key())?;
        let error = match told {
            Ok(told) => {
                round.told += usize::from(told);
                tx.set_cursor(name, seq)?;
                if before.is_some() {
                    tx.remove_delivery(name, seq)?;
                }
                tx.commit()?;
                return Ok(true);
            }
            Err(error) => error,
        };
        let attempts = before.map_or(0, |d| d.attempts) + 1;
        let parked = attempts >= ATTEMPTS;
        let next_at = (!parked).then(|| now + pause(attempts));
        tx.put_delivery(&Delivery {
            handler: name.to_owned(),
            seq,
            attempts,
            next_at,
            error: error.clone(),
        })?;
        if parked {
            tx.set_cursor(name, seq)?;
        }
        tx.commit()?;
        if parked {
            tracing::error!(handler = %name, seq, "A delivery was parked: {error}");
            round.parked += 1;
        } else {
            tracing::warn!(handler = %name, seq, attempts, "A delivery failed: {error}");
            round.failed += 1;
            round.wait(next_at);
        }
        Ok(parked)
    }

    /// Tells one handler of one event; `false` if it does not concern the handler.
    fn tell(
        &self,
        plan: &OfficeGeneration,
        handler: &Arc<Handler>,
        seq: u64,
    ) -> Result<Result<bool, String>, KernelError> {
        let read = self.read()?;
        let Some(event) = read.event(seq)?.filter(|event| !event.dead) else { return Ok(Ok(false)) };
        let args = match handler.point {
            AFTER => told(&*read, plan, &event)?,
            _ => outlet::told(&*read, &event)?,
        };
        drop(read);
        let Some(args) = args else { return Ok(Ok(false)) };
        let concerned = plan.generation.concerned(handler.point, &args);
        if !concerned.iter().any(|other| Arc::ptr_eq(other, handler)) {
            return Ok(Ok(false));
        }
        let mut scope = self.scope();
        scope.generation = plan.generation.clone();
        let mut services = Background { office: self, plan, cause: Some(&event.id), tried: false };
        let answer = self.host().invoke(handler, args, &scope, &mut services);
        Ok(answer.map(|_| true).map_err(|fault| fault.to_string()))
    }

    /// Deliveries that failed and will be tried again.
    ///
    /// # Errors
    /// The store.
    pub fn waiting(&self) -> Result<Vec<Delivery>, KernelError> {
        let all = self.read()?.deliveries(false)?;
        Ok(all.into_iter().filter(|delivery| delivery.next_at.is_some()).collect())
    }

    /// Deliveries that were given up.
    ///
    /// # Errors
    /// The store.
    pub fn parked(&self) -> Result<Vec<Delivery>, KernelError> {
        Ok(self.read()?.deliveries(true)?)
    }

    /// Tries parked deliveries once more: of one handler, or all. Gives how many came through, and
    /// how many stay parked.
    ///
    /// # Errors
    /// The store.
    pub fn retry_parked(&self, handler: Option<&str>) -> Result<(usize, usize), KernelError> {
        let plan = self.plan()?;
        let (mut through, mut stay) = (0, 0);
        for delivery in self.parked()? {
            if handler.is_some_and(|wanted| !delivery.handler.starts_with(wanted)) {
                continue;
            }
            let mut known: Vec<_> = handlers(&plan.generation).collect();
            known.extend(plan.generation.handlers(CLOCK_TICK));
            let told = match known.iter().find(|h| cursor_name(h) == delivery.handler) {
                Some(handler) if handler.point == CLOCK_TICK => {
                    self.tell_day(&plan, handler, delivery.seq, None)?
                }
                Some(handler) => self.tell(&plan, handler, delivery.seq)?,
                None => Err("its handler is not loaded".to_owned()),
            };
            let mut tx = self.store().begin_write(self.key())?;
            match told {
                Ok(_) => {
                    tx.remove_delivery(&delivery.handler, delivery.seq)?;
                    through += 1;
                }
                Err(error) => {
                    tx.put_delivery(&Delivery { attempts: delivery.attempts + 1, error, ..delivery })?;
                    stay += 1;
                }
            }
            tx.commit()?;
        }
        Ok((through, stay))
    }
}

/// What an `action.after` handler is told of an event.
fn told(log: &dyn ReadTx, plan: &OfficeGeneration, event: &Event) -> Result<Option<Vec<Value>>, KernelError> {
    let Some(register) = plan.registers.get(&event.register).cloned() else { return Ok(None) };
    let state = log.record(&event.register, &event.record)?;
    let record = register.present(state.unwrap_or_else(|| Record::new(&register, &event.record)));
    let mut events = log.events_of(&event.register, &event.record)?;
    in_order(&mut events);
    let nth = events.iter().position(|e: &Event| e.seq == event.seq).map_or(1, |at| nths(&events)[at]);
    Ok(Some(vec![event.to_value(nth), record.to_value()]))
}

fn pause(attempts: u32) -> i64 {
    (PAUSE.as_secs() as i64) << (attempts - 1).min(16)
}
