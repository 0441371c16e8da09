//! An action's way from what was filled in to its event: rights, stage, draft, checks.

use super::{Act, ActError, ActionTx, Reason, Severity};
use crate::{access::Reach, attachment::Upload, error::KernelError, office::decision};
use jiff::civil::Date;
use registrar_contract::payload::{
    answer::{Finding, FindingLevel},
    point,
};
use registrar_domain::{
    Record, Register, Unknown,
    event::cleaned_fields,
    log::NewEvent,
    register::ActionDef,
    reserved::{NUMBER, PERIOD},
};
use registrar_sdk::native::Typed;
use registrar_sdk::{FromValue, Value, value::Map};
use std::collections::BTreeSet;

/// What a draft has besides the register's fields.
const FRAME: [&str; 8] = ["register", "id", "stage", "number", "action", "on", "by", "form"];

impl ActionTx<'_> {
    /// Checks an action, logs it, hears the guards, and lets everything follow from it.
    pub fn take(&mut self, act: &Act) -> Result<Option<Record>, ActError> {
        let register = self.plan.registers.find(&act.register)?.clone();
        let mut free = ActionDef::free();
        free.by = decision::who_may(&*self.tx, &act.register, &act.action)?;
        let action = match register.actions.get(&act.action) {
            Some(action) => action,
            None if register.open => &free,
            None => {
                let known = register.actions.keys().map(String::as_str);
                return Err(KernelError::unknown("action", &act.action, known).into());
            }
        };
        let reach = self.principal.may_act(&register, &act.action, action).map_err(ActError::denied)?;
        // What is decided for the office is not decided by a role in one of its units.
        if act.register.starts_with('$') && reach != Reach::Office {
            let why = format!("`{}` in {} takes a role in the whole office", act.action, act.register);
            return Err(ActError::denied(why));
        }
        let sent: BTreeSet<String> = act.files.iter().map(Upload::hash).collect();
        let stored = self.as_stored(&register, act)?;
        let act = stored.as_ref().unwrap_or(act);
        let on = act.on.unwrap_or(self.today);
        let before = match &act.record {
            Some(id) => self.state(&register, id)?,
            None => Record::new(&register, ""),
        };
        self.only_own_files(&register, act, &before, &sent)?;
        self.only_known_records(&register, act, &before)?;
        check_stage(&act.action, action, &before)?;
        if before.created > 0 {
            reach.covers(&register, &before.fields).map_err(ActError::denied)?;
        }
        let fields = match act.register == PERIOD {
            true => self.of_period(act)?,
            false => self.normalize(act, &register, action, &before, on)?,
        };
        let fields = self.schema(&register, &act.action, fields, &before, on)?;
        let after = overlay(&register, action, &before.fields, &fields);
        reach.covers(&register, &after).map_err(ActError::denied)?;
        self.check(act, &register, action, &before, after, &fields, on)?;
        let record = match &act.record {
            Some(id) => id.clone(),
            None => self.new_record(&register, on)?,
        };
        let new = new_event(act, &register, record, on, fields);
        let (event, record) = self.enter(&register, new)?;
        self.warn_of_closing(&register.id, on)?;
        self.check_directory(&register, &event)?;
        if let Some(record) = &record {
            self.guard(&event, record)?;
        }
        self.follow(&register, &event, record.as_ref())?;
        match record {
            // Effects may have touched it again.
            Some(record) => Ok(Some(self.state(&register, &record.id)?)),
            None => Ok(None),
        }
    }

    /// The action as checks are to see it: with its texts cleaned, and its files in their fields; none if it is so
    /// already.
    fn as_stored(&mut self, register: &Register, act: &Act) -> Result<Option<Act>, ActError> {
        let clean =
            cleaned_fields(&act.fields).map(|fields| Act { files: act.files.clone(), ..act.of(fields) });
        if act.files.is_empty() {
            return Ok(clean);
        }
        let act = clean.as_ref().unwrap_or(act);
        Ok(Some(act.of(self.attach(register, act)?)))
    }

    /// `record.normalize`: the fields as the plugins would have them.
    fn normalize(
        &mut self,
        act: &Act,
        register: &Register,
        action: &ActionDef,
        before: &Record,
        on: Date,
    ) -> Result<Map, ActError> {
        if act.fields.contains_key(NUMBER) && !register.fields.contains_key(NUMBER) {
            let problem = "a record's number is given by the plugin that numbers records; leave it out";
            return Err(KernelError::refused(problem).into());
        }
        if self.plan.generation.handlers(point::RecordNormalize::ID).is_empty() {
            return Ok(act.fields.clone());
        }
        let after = overlay(register, action, &before.fields, &act.fields);
        let (form, _) = split(action, &act.fields);
        let shown = after.clone();
        let mut draft = draft_of(act, before, after, on);
        draft.insert("form".into(), Value::Map(form));
        let folded = self.dispatch(point::RecordNormalize::ID, vec![Value::Map(draft)])?.value;
        let Value::Map(mut draft) = folded else { return Ok(act.fields.clone()) };
        // A form's fields come back in the form, the record's at top level.
        let mut fields = match draft.remove("form") {
            Some(Value::Map(form)) => form,
            _ => Map::new(),
        };
        draft.retain(|name, _| !FRAME.contains(&&**name) || register.fields.contains_key(&**name));
        // The form's field that sets one of the record's, unless that is said itself.
        let set_by = |name: &str| {
            let of = action.form.iter().find(|(_, field)| field.sets.as_deref() == Some(name));
            of.filter(|_| !act.fields.contains_key(name)).map(|(form, _)| form.as_str())
        };
        for (name, value) in &draft {
            let given = act.fields.contains_key(name)
                || act.fields.keys().any(|k| register.current_name(k) == &**name);
            let same = before.fields.get(name).is_some_and(|old| old.same(value));
            let unchanged = shown.get(name).is_some_and(|shown| shown.same(value));
            match set_by(name) {
                // What the form says is in the form; what a plugin says instead takes its place.
                Some(_) if unchanged => {}
                Some(form) if fields.contains_key(form) => drop(fields.insert(form.into(), value.clone())),
                _ if given || !same => drop(fields.insert(name.clone(), value.clone())),
                _ => {}
            }
        }
        for name in before.fields.keys().chain(act.fields.keys()) {
            let gone = !draft.contains_key(name) && register.fields.contains_key(&**name);
            if gone && before.fields.contains_key(name) {
                fields.insert(name.clone(), Value::Null);
            }
        }
        // What is no field stays, for the schema to say so.
        for (name, value) in &act.fields {
            if register.field_of(&act.action, name).is_none() {
                fields.insert(name.clone(), value.clone());
            }
        }
        Ok(fields)
    }

    /// `record.check`: errors refuse, the rest is shown.
    #[allow(clippy::too_many_arguments, reason = "the parts of one draft, each needed by itself")]
    fn check(
        &mut self,
        act: &Act,
        register: &Register,
        action: &ActionDef,
        before: &Record,
        after: Map,
        fields: &Map,
        on: Date,
    ) -> Result<(), ActError> {
        if self.plan.generation.handlers(point::RecordCheck::ID).is_empty() {
            return Ok(());
        }
        let (form, _) = split(action, fields);
        let mut draft = draft_of(act, before, after, on);
        draft.insert("form".into(), Value::Map(form));
        draft.insert("register".into(), Value::text(&register.id));
        let outcome =
            self.dispatch(point::RecordCheck::ID, vec![Value::Map(draft), Value::text(&act.action)])?;
        let mut errors = Vec::new();
        for step in &outcome.steps {
            for Finding { level, field, text } in Vec::from_value(&step.answer) {
                let level = match level {
                    FindingLevel::Error => Severity::Error,
                    FindingLevel::Warning => Severity::Warning,
                    FindingLevel::Hint => Severity::Hint,
                };
                let reason = Reason {
                    level,
                    field,
                    text,
                    clause: step.handler.option("clause").as_str().map(str::to_owned),
                    plugin: Some(step.handler.plugin.id.clone()),
                };
                if level == Severity::Error { errors.push(reason) } else { self.warnings.push(reason) }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(ActError::Refused(errors)) }
    }
}

fn new_event(act: &Act, register: &Register, record: String, on: Date, fields: Map) -> NewEvent {
    NewEvent {
        id: act.id.clone(),
        register: register.id.clone(),
        record,
        action: act.action.clone(),
        on,
        by: act.by.clone(),
        fields,
        cause: act.cause.clone(),
    }
}

/// Whether the action can be taken where the record is; a new record is at the first stage.
pub(super) fn check_stage(name: &str, action: &ActionDef, record: &Record) -> Result<(), ActError> {
    let Some(from) = &action.from else {
        if record.created > 0 || action.create || record.stage.is_empty() {
            return Ok(());
        }
        // Taken in any stage, but not made to begin with: a mistyped id must not make a record.
        let hint = format!(" in {}; `{name}` does not make new ones", record.register);
        return Err(KernelError::from(Unknown { what: "record", name: record.id.clone(), hint }).into());
    };
    if from.contains(&record.stage) || (record.created == 0 && action.create) {
        return Ok(());
    }
    if record.created == 0 && !record.id.is_empty() {
        let hint = format!(" in {}; `{name}` does not make new ones", record.register);
        return Err(KernelError::from(Unknown { what: "record", name: record.id.clone(), hint }).into());
    }
    Err(ActError::Stage { action: name.to_owned(), stage: record.stage.clone(), from: from.clone() })
}

/// The form's fields, and the rest.
fn split(action: &ActionDef, fields: &Map) -> (Map, Map) {
    fields
        .iter()
        .map(|(k, v)| (k.clone(), v.clone()))
        .partition(|(name, _)| action.form.contains_key(&**name))
}

/// The record's fields as they would be after the action.
fn overlay(register: &Register, action: &ActionDef, before: &Map, fields: &Map) -> Map {
    let mut after = before.clone();
    for (name, value) in fields {
        let target = match action.form.get(&**name) {
            Some(form) => match &form.sets {
                Some(target) => target.as_str(),
                None => continue,
            },
            None => register.current_name(name),
        };
        match value {
            Value::Nil => {}
            Value::Null => drop(after.remove(target)),
            value => drop(after.insert(target.into(), value.clone())),
        }
    }
    after
}

/// A draft: the record as it would be, framed by what is about to happen.
fn draft_of(act: &Act, before: &Record, mut after: Map, on: Date) -> Map {
    let mut put = |key: &str, value: Value| after.insert(key.into(), value);
    put("register", Value::text(&act.register));
    put("action", Value::text(&act.action));
    put("on", Value::text(on.to_string()));
    put("by", Value::text(act.by.as_str()));
    put("stage", Value::text(&before.stage));
    if let Some(id) = &act.record {
        put("id", Value::text(id));
    }
    if let Some(number) = &before.number {
        put("number", Value::text(number));
    }
    after
}
