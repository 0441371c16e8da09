//! What follows from an event in its own transaction: further events, deadlines, the outbox.

use super::{ActError, ActionTx, draft::check_stage};
use crate::error::KernelError;
use registrar_contract::payload::point;
use registrar_domain::{Actor, Event, Record, Register, log::NewEvent, reserved::OWN_ACTIONS};
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use std::sync::Arc;

impl ActionTx<'_> {
    /// Lets everything follow from an event that was logged, and from what follows from it.
    pub fn follow(
        &mut self,
        register: &Arc<Register>,
        event: &Event,
        record: Option<&Record>,
    ) -> Result<(), ActError> {
        self.tx.put_outbox(event.seq)?;
        if let Some(record) = record {
            self.effects(event, record)?;
        }
        self.deadlines(register, event)
    }

    fn effects(&mut self, event: &Event, record: &Record) -> Result<(), ActError> {
        if self.plan.generation.handlers(point::ActionEffect::ID).is_empty() {
            return Ok(());
        }
        let args = vec![event.to_value(self.nth(event)?), record.to_value()];
        let outcome = self.dispatch(point::ActionEffect::ID, args)?;
        for step in outcome.steps {
            for further in step.answer.items() {
                self.further(event, further, &step.handler.plugin.id)?;
            }
        }
        Ok(())
    }

    /// Logs one further event, as it was asked for by `plugin`.
    fn further(&mut self, cause: &Event, asked: &Value, plugin: &str) -> Result<(), ActError> {
        let word = |key: &str| asked.get(key).as_str();
        let blame =
            |text: String| KernelError::refused(format!("action.effect of plugin \"{plugin}\": {text}"));
        let register_id = word("register").unwrap_or(&cause.register);
        let register = self.plan.registers.find(register_id).map_err(|e| blame(e.to_string()))?.clone();
        let name = word("action").unwrap_or_default();
        if OWN_ACTIONS.contains(&name) {
            return Err(blame(format!("can't log `{name}`; that is the kernel's")).into());
        }
        let Some(action) = register.actions.get(name) else {
            let known = register.actions.keys().map(String::as_str);
            return Err(blame(KernelError::unknown("action", name, known).to_string()).into());
        };
        let on = word("on").and_then(|on| on.parse().ok()).unwrap_or(cause.on);
        let id = format!("{}/{}", cause.id, word("key").unwrap_or_default());
        if self.tx.event_by_id(&id)?.is_some() {
            return Err(blame(format!(
                "the event `{id}` is there already; give each further event a key of its own"
            ))
            .into());
        }
        let record = match word("record") {
            Some(record) => record.to_owned(),
            None => self.new_record(&register, on)?,
        };
        let before = self.state(&register, &record)?;
        check_stage(name, action, &before).map_err(|e| blame(e.to_string()))?;
        let fields = asked.get("fields").as_map().cloned().unwrap_or_default();
        let fields = self.schema(&register, name, fields, &before, on).map_err(|e| blame(e.to_string()))?;
        let new = NewEvent {
            id: Some(id),
            register: register.id.clone(),
            record,
            action: name.to_owned(),
            on,
            by: cause.by.clone(),
            fields,
            cause: Some(cause.id.clone()),
        };
        let (event, record) = self.enter(&register, new)?;
        self.check_directory(&register, &event)?;
        self.follow(&register, &event, record.as_ref())
    }

    /// Logs what the clock says, and lets everything follow from it.
    pub fn unasked(
        &mut self,
        register: &Arc<Register>,
        new: NewEvent,
    ) -> Result<(Event, Option<Record>), ActError> {
        debug_assert_eq!(new.by, Actor::Clock);
        let (event, record) = self.enter(register, new)?;
        self.follow(register, &event, record.as_ref())?;
        Ok((event, record))
    }
}
