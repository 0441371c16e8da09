//! Hears the guards of an action, under the office's write lock.

use super::{ActError, ActionTx, Reason, Severity};
use crate::action::in_transaction::InTransaction;
use registrar_contract::payload::{
    answer::{Refusal, RefusalLevel},
    point,
};
use registrar_domain::{
    Event, Record,
    event::{in_order, nths},
    storage::DeadlineQuery,
};
use registrar_host::Failed;
use registrar_sdk::native::Typed;
use registrar_sdk::{FromValue, Value, value::Map};
use std::collections::BTreeSet;

impl ActionTx<'_> {
    /// Lets every guard speak. Plugins that an operator lets pass are not heard.
    ///
    /// # Errors
    /// All refusals, or the failure of a guard.
    pub fn guard(&mut self, event: &Event, record: &Record) -> Result<(), ActError> {
        let args = vec![event.to_value(self.nth(event)?), record.to_value()];
        let mut probe = args.clone();
        probe.push(Value::Nil);
        let guards = self.plan.generation.concerned(point::ActionGuard::ID, &probe);
        if guards.is_empty() {
            return Ok(());
        }
        let mut args = args;
        args.push(self.guard_context(event, record)?);
        let passed: BTreeSet<String> = self.tx.bypasses(self.today)?.into_iter().map(|b| b.plugin).collect();
        let mut answers = Vec::new();
        if guards.iter().any(|guard| passed.contains(&guard.plugin.id)) {
            for guard in guards {
                if passed.contains(&guard.plugin.id) {
                    self.warnings
                        .push(Reason::warning(format!("the guard of \"{}\" was let pass", guard.plugin.id)));
                    continue;
                }
                let mut services = InTransaction {
                    office: self.office,
                    plan: &self.plan,
                    principal: &self.principal,
                    tx: &mut *self.tx,
                };
                let host = self.office.host();
                let answer = host.invoke(&guard, args.clone(), &self.scope, &mut services);
                answers.push((guard.plugin.id.clone(), answer.map_err(Failed::Handler)?));
            }
        } else {
            let outcome = self.dispatch(point::ActionGuard::ID, args)?;
            answers.extend(outcome.steps.into_iter().map(|s| (s.handler.plugin.id.clone(), s.answer)));
        }
        let mut refusals = Vec::new();
        for (plugin, answer) in answers {
            for Refusal { level, field, text, clause } in Vec::from_value(&answer) {
                let level = match level {
                    Some(RefusalLevel::Warning) => Severity::Warning,
                    Some(RefusalLevel::Refusal) | None => Severity::Error,
                };
                let reason = Reason { level, field, text, clause, plugin: Some(plugin.clone()) };
                if level == Severity::Error { refusals.push(reason) } else { self.warnings.push(reason) }
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(ActError::Refused(refusals)) }
    }

    /// How many live events of its action the record has, up to this one.
    pub fn nth(&self, event: &Event) -> Result<u64, ActError> {
        let mut events = self.tx.events_of(&event.register, &event.record)?;
        in_order(&mut events);
        let nth = nths(&events);
        Ok(events.iter().position(|e| e.seq == event.seq).map_or(1, |at| nth[at]))
    }

    fn guard_context(&self, event: &Event, record: &Record) -> Result<Value, ActError> {
        let mut context = Map::new();
        let of_record = DeadlineQuery {
            record: Some((event.register.clone(), event.record.clone())),
            ..DeadlineQuery::default()
        };
        let deadlines = self.tx.deadlines(&of_record)?;
        let deadlines = deadlines.iter().map(|d| (d.name.as_str().into(), d.to_value())).collect();
        context.insert("deadlines".into(), Value::Map(deadlines));
        let mut totals = Map::new();
        if self.office.ledger().is_some() {
            if let Err(why) = self.office.caught_up() {
                tracing::warn!(office = %self.office.name, "Guards see totals that are behind: {why}");
            }
            match self.office.year_totals(&event.register, event.on.year()) {
                Ok(known) => totals.extend(known.into_iter().map(|(k, v)| (k.into(), Value::Amount(v)))),
                Err(why) => tracing::warn!(office = %self.office.name, "Guards see no totals: {why}"),
            }
            let events = self.tx.events_of(&event.register, &event.record)?;
            // Nil if it fails: scoring never makes an action fail.
            if let Ok(postings) = self.office.trial(record, &events, event) {
                context.insert("postings".into(), Value::List(postings));
            }
        }
        context.insert("totals".into(), Value::Map(totals));
        Ok(Value::Map(context))
    }
}
