//! A figure opened: what it is called, what it comes to, by which rule, clause and event, and what it is made of.

use crate::{
    error::LedgerError,
    model::posting::{Origin, Posting, RuleRef},
    queries::period_view::PeriodView,
};
use registrar_domain::{Event, Period};
use registrar_host::GoverningDocument;
use registrar_sdk::Amount;
use serde::Serialize;
use std::collections::BTreeMap;

/// A figure and what it is made of. As JSON it is what `explain --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// What it is.
    pub label: String,
    /// How much; of a struck posting, what it would have been.
    pub amount: Amount,
    /// The day as of which its rule counts; none of sums.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// The clause that says so.
    pub clause: Option<String>,
    /// What that clause says, where the plugin's document has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause_text: Option<String>,
    /// The document that the plugin puts into effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<GoverningDocument>,
    /// The plugin that says so.
    pub plugin: Option<String>,
    /// That plugin's version.
    pub version: Option<String>,
    /// Hash of all that its answers depend on.
    pub rule_hash: Option<String>,
    /// Where the rule is written: file and line.
    pub source: Option<String>,
    /// The id of the event behind it.
    pub event: Option<String>,
    /// Why it does not count.
    pub struck: Option<String>,
    /// What it is made of; none for a single posting.
    pub children: Vec<Explained>,
    /// What lies behind it and is no part of its sum: events that a rule names, quotas, other figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Explained>,
}

impl Explained {
    /// The ids of the events it opens down to, each once, with how often it occurs.
    pub fn events(&self) -> BTreeMap<&str, usize> {
        let mut events = BTreeMap::new();
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            if let Some(event) = &node.event {
                *events.entry(event.as_str()).or_default() += 1;
            }
            open.extend(&node.children);
        }
        events
    }
}

pub(crate) fn known_account(view: &PeriodView<'_>, account: &str) -> Result<(), LedgerError> {
    let directory = &view.world.directory;
    if directory.knows_unit(account) || directory.knows_person(account) {
        return Ok(());
    }
    let known = directory.unit_ids().chain(directory.person_ids());
    Err(LedgerError::unknown("account", account, known))
}

pub(crate) fn title_of(view: &PeriodView<'_>, account: &str, period: Period) -> String {
    let title = view.world.directory.title_of(account, (period.first(), period.last()));
    title.map_or_else(|| account.to_owned(), |title| view.lang.title(&title).to_owned())
}

/// A posting without what it is made of, and what lies behind it.
pub(crate) fn shallow(view: &PeriodView<'_>, posting: &Posting) -> Result<Explained, LedgerError> {
    let mut label = match &posting.origin {
        Origin::Event(event) => {
            let register = posting.event_register();
            let name = record_name(view, register, &event.record)?;
            format!("{} {} · {name}", event.on, action_name(view, register, &event.action))
        }
        Origin::Period(period) => format!("{period}"),
        Origin::Adjustment(period) => {
            let closed = posting.data.get("closed").as_list().unwrap_or(&[]);
            let closed: Vec<&str> = closed.iter().filter_map(|c| c.as_str()).collect();
            format!("{period} · {}", closed.join(", "))
        }
    };
    if let Some(tag) = &posting.tag {
        label = format!("{label} [{tag}]");
    }
    if let Some(by) = &posting.derived {
        label = format!("{label}{}{})", view.lang.of("（派生自 ", " (derived by "), said_by(by));
    }
    let adjusted = matches!(posting.origin, Origin::Adjustment(_));
    let mut leaf = match adjusted {
        true => plain(label, posting.amount),
        false => of_rule(label, posting.amount, &posting.rule),
    };
    leaf.on = Some(posting.days().1.to_string());
    leaf.clause.clone_from(&posting.clause);
    leaf.event = posting.event().map(|event| event.id.clone());
    leaf.struck = posting.struck.as_ref().map(said_by);
    Ok(leaf)
}

/// What an action is called: by its register's title for it, or the kernel's.
pub(crate) fn action_name(view: &PeriodView<'_>, register: &str, action: &str) -> String {
    let known = view.world.rules.registers.get(register).and_then(|r| r.actions.get(action));
    let title =
        known.map_or_else(|| registrar_domain::register::title_of(action), |known| known.title.clone());
    view.lang.title(&title).to_owned()
}

pub(crate) fn record_name(view: &PeriodView<'_>, register: &str, id: &str) -> Result<String, LedgerError> {
    let definition = view.world.rules.registers.get(register);
    let field = definition.map_or("title", |r| r.name_field.as_str());
    let record = view.world.record(view.log, register, id)?;
    let name = record.and_then(|r| r.fields.get(field).and_then(|v| v.as_str().map(str::to_owned)));
    Ok(name.unwrap_or_else(|| id.to_owned()))
}

fn said_by(rule: &RuleRef) -> String {
    let place = format!("{} ({})", rule.plugin, rule.place());
    rule.clause.as_ref().map_or(place.clone(), |clause| format!("{clause}, {place}"))
}

pub(crate) fn plain(label: String, amount: Amount) -> Explained {
    Explained {
        label,
        amount,
        on: None,
        clause: None,
        clause_text: None,
        document: None,
        plugin: None,
        version: None,
        rule_hash: None,
        source: None,
        event: None,
        struck: None,
        children: Vec::new(),
        because: Vec::new(),
    }
}

/// An event with what it is worth.
pub(crate) fn of_event(label: String, amount: Amount, event: &Event) -> Explained {
    Explained { event: Some(event.id.clone()), ..plain(label, amount) }
}

pub(crate) fn of_rule(label: String, amount: Amount, rule: &RuleRef) -> Explained {
    Explained {
        plugin: Some(rule.plugin.clone()),
        version: Some(rule.version.clone()),
        rule_hash: Some(rule.hash.clone()),
        source: Some(rule.place()),
        ..plain(label, amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_opens_down_to_the_events_of_its_sum_and_not_to_what_lies_beside_it() {
        let of = |id: &str| Explained { event: Some(id.into()), ..plain(id.into(), Amount::ZERO) };
        let mut month = plain("January".into(), Amount::ZERO);
        month.children = vec![of("e1"), of("e2"), of("e1")];
        month.because = vec![of("beside")];
        let mut year = plain("2023".into(), Amount::ZERO);
        year.children = vec![month, of("e3")];
        assert_eq!(year.events(), BTreeMap::from([("e1", 2), ("e2", 1), ("e3", 1)]));
        assert!(plain("nothing".into(), Amount::ZERO).events().is_empty());
    }
}
