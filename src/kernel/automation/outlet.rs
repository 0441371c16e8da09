//! Outlets: places to which documents are published. The office's own register says which there are;
//! publishing is an event in the register `$outlet` that holds the whole document, so that what went out
//! stays known, and that `outlet.publish` handlers are told of until they come through.

use crate::{
    access::{Principal, Reach},
    action::{Act, ActError, ActOutcome},
    error::KernelError,
    office::{Office, decision, delivery_cursors::PUBLISHING},
};
use registrar_contract::payload::point;
use registrar_domain::{
    BilingualText, Event, ReadTx,
    register::ActionDef,
    reserved::{OPEN, OUTLET, PUBLISH},
};
use registrar_sdk::native::Typed;
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeMap;

/// A place to which documents are published.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlet {
    /// Its id.
    pub id: String,
    /// Its title; its id if it has none.
    pub title: BilingualText,
    /// What sort it is, which decides who serves it.
    pub kind: String,
    /// Whether anything is published there at present.
    pub active: bool,
    /// What its kind needs to know.
    pub settings: Map,
}

impl Outlet {
    /// As handlers see it when a document is published by `event`.
    fn to_value(&self, event: &Event) -> Value {
        let mut map = self.settings.clone();
        let title = Value::map([("zh", Value::text(&self.title.zh)), ("en", Value::text(&self.title.en))]);
        let said = [
            ("id", Value::text(&self.id)),
            ("kind", Value::text(&self.kind)),
            ("title", title),
            ("key", Value::text(&event.id)),
            ("on", Value::text(event.on.to_string())),
            ("report", event.fields.get("report").cloned().unwrap_or_default()),
        ];
        map.extend(said.map(|(name, value)| (name.into(), value)));
        Value::Map(map)
    }
}

/// The outlets that the log tells of, by id.
///
/// # Errors
/// The store.
pub fn outlets(log: &dyn ReadTx) -> Result<BTreeMap<String, Outlet>, KernelError> {
    let mut outlets = BTreeMap::new();
    decision::each(log, |event| {
        if event.action == OPEN {
            let outlet = opened(event, outlets.get(&event.record));
            outlets.insert(event.record.clone(), outlet);
        }
    })?;
    Ok(outlets)
}

// What an event does not say stays as it was.
fn opened(event: &Event, known: Option<&Outlet>) -> Outlet {
    let said = |name: &str| event.fields.get(name).filter(|value| !value.is_absent());
    let title = said("title").map(|title| BilingualText::read(title).or(&event.record));
    let mut settings = known.map(|outlet| outlet.settings.clone()).unwrap_or_default();
    settings.extend(said("settings").and_then(Value::as_map).cloned().unwrap_or_default());
    settings.retain(|_, value| !value.is_absent());
    let kind = said("kind").and_then(Value::as_str).map(str::to_owned);
    Outlet {
        id: event.record.clone(),
        title: title
            .or_else(|| known.map(|outlet| outlet.title.clone()))
            .unwrap_or_else(|| BilingualText::default().or(&event.record)),
        kind: kind.or_else(|| known.map(|outlet| outlet.kind.clone())).unwrap_or_default(),
        active: said("active").and_then(Value::as_bool).or(known.map(|o| o.active)).unwrap_or(true),
        settings,
    }
}

/// What an `outlet.publish` handler is told of an event; `None` if it publishes nothing.
pub(crate) fn told(log: &dyn ReadTx, event: &Event) -> Result<Option<Vec<Value>>, KernelError> {
    if (event.register.as_str(), event.action.as_str()) != (OUTLET, PUBLISH) {
        return Ok(None);
    }
    let Some(outlet) = outlets(log)?.remove(&event.record).filter(|outlet| outlet.active) else {
        return Ok(None);
    };
    let document = event.fields.get("document").cloned().unwrap_or_default();
    Ok(Some(vec![document, outlet.to_value(event)]))
}

impl Office {
    /// The outlets, by id.
    ///
    /// # Errors
    /// The store.
    pub fn outlets(&self) -> Result<BTreeMap<String, Outlet>, KernelError> {
        outlets(&*self.read()?)
    }

    /// Whether someone may publish: the role that the office names, else the operator alone.
    ///
    /// # Errors
    /// They may not, or the store.
    pub fn may_publish(&self, by: &Principal) -> Result<(), ActError> {
        let action =
            ActionDef { by: decision::who_may(&*self.read()?, OUTLET, PUBLISH)?, ..ActionDef::free() };
        let reach = by.may_act(self.registers().find(OUTLET)?, PUBLISH, &action).map_err(ActError::denied)?;
        match reach {
            Reach::Office => Ok(()),
            Reach::Units(_) => Err(ActError::denied("publishing takes a role in the whole office")),
        }
    }

    /// Has a report built with the rights of who asks, and publishes it to an outlet, once for each `key`.
    /// It is on its way once this returns; what becomes of it the deliveries tell.
    ///
    /// # Errors
    /// There is no such outlet or report, it can't be built, or who asks may not publish.
    pub fn publish(
        &self,
        by: &Principal,
        outlet: &str,
        report: &str,
        parameters: Map,
        key: Option<String>,
    ) -> Result<ActOutcome, ActError> {
        // Asked before the work is done, and once more when it is logged.
        self.may_publish(by)?;
        let plan = self.plan()?;
        let known = self.outlets()?;
        let Some(found) = known.get(outlet) else {
            return Err(KernelError::unknown("outlet", outlet, known.keys().map(String::as_str)).into());
        };
        if !found.active {
            return Err(KernelError::refused(format!(
                "the outlet `{outlet}` is closed; `registrar outlet {outlet} --on` opens it again"
            ))
            .into());
        }
        let served = plan.generation.handlers(PUBLISHING).into_iter().any(|handler| {
            let takes = |option: &str, word: &str| {
                handler.option(option).is_nil() || handler.words(option).any(|w| w == word)
            };
            takes("kind", &found.kind) && takes("outlet", outlet)
        });
        if !served {
            return Err(KernelError::refused(format!(
                "no plugin brings documents to outlets of the kind `{}`; nothing was published",
                found.kind
            ))
            .into());
        }
        let args = vec![Value::text(report), Value::Map(parameters.clone())];
        let document = self.as_principal(by).ask(point::ReportBuild::ID, args)?.value;
        if document.is_nil() {
            return Err(KernelError::refused(format!("no plugin built the report `{report}`")).into());
        }
        let fields = Map::from([
            ("report".into(), Value::text(report)),
            ("parameters".into(), Value::Map(parameters)),
            ("document".into(), document),
        ]);
        self.act(Act {
            register: OUTLET.into(),
            record: Some(outlet.to_owned()),
            action: PUBLISH.into(),
            by: by.actor(),
            fields,
            id: key,
            ..Act::default()
        })
    }
}
