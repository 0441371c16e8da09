//! Opens a figure down to its rules, clauses and events.

use super::{
    Lang, Ledger, LedgerSource, explain_adjustment, explain_inputs,
    period_view::{PeriodView, concerning},
    posting::{Origin, Posting, RuleRef},
    standing::{measure_meant, measure_of},
    storage::PostingQuery,
};
use crate::KernelError;
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

impl Ledger {
    /// Opens the figure of an account in a period: by rule, then by event. Struck postings are
    /// shown and not counted.
    ///
    /// # Errors
    /// The store failed, or the register or measure is not there.
    pub fn explain(
        &self,
        basis: &dyn LedgerSource,
        register: &str,
        account: &str,
        period: Period,
        measure: Option<&str>,
        lang: Lang,
    ) -> Result<Explained, KernelError> {
        self.view_in(lang, basis, register, period, |view| explain(view, register, account, period, measure))
    }
}

pub(super) fn explain(
    view: &PeriodView<'_>,
    register: &str,
    account: &str,
    period: Period,
    measure: Option<&str>,
) -> Result<Explained, KernelError> {
    let name = measure_meant(view.world, register, measure)?;
    known_account(view, account)?;
    let mut postings = view.ledger.postings(&PostingQuery {
        register: register.to_owned(),
        measure: Some(name.clone()),
        account: Some(account.to_owned()),
        within: Some((period.first(), period.last())),
        struck: true,
        ..PostingQuery::default()
    })?;
    postings.sort_by_key(|p| (p.event().is_none(), p.days(), p.event().map(|e| e.seq)));
    let mut groups: Vec<(String, Explained)> = Vec::new();
    for posting in &postings {
        let (key, head) = group_of(view, posting);
        let at = groups.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            groups.push((key, head));
            groups.len() - 1
        });
        let group = &mut groups[at].1;
        if posting.counts() {
            group.amount = sum(group.amount, posting.amount);
        }
        group.children.push(leaf(view, posting)?);
    }
    let mut children: Vec<Explained> = groups.into_iter().map(|(_, group)| group).collect();
    let total = children.iter().fold(Amount::ZERO, |total, group| sum(total, group.amount));
    for unscored in concerning(view.ledger.unscored(Some(register))?, period) {
        if unscored.accounts.is_empty() || unscored.accounts.iter().any(|a| a == account) {
            children.push(plain(format!("{}: {unscored}", view.lang.of("未计分", "unscored")), Amount::ZERO));
        }
    }
    let title = title_of(view, account, period);
    let measure = measure_of(view.world, register, &name).title.or(&name);
    let forecast = if view.forecast { view.lang.of("（截至目前）", " (so far)") } else { "" };
    let root = plain(format!("{title} · {} · {period}{forecast}", view.lang.title(&measure)), total);
    let mut root = Explained { children, ..root };
    super::citation::cite(&mut root, &view.world.rules.generation, view.lang);
    Ok(root)
}

pub(super) fn known_account(view: &PeriodView<'_>, account: &str) -> Result<(), KernelError> {
    let directory = &view.world.directory;
    if directory.knows_unit(account) || directory.knows_person(account) {
        return Ok(());
    }
    let known = directory.unit_ids().chain(directory.person_ids());
    Err(KernelError::unknown("account", account, known))
}

pub(super) fn title_of(view: &PeriodView<'_>, account: &str, period: Period) -> String {
    let title = view.world.directory.title_of(account, (period.first(), period.last()));
    title.map_or_else(|| account.to_owned(), |title| view.lang.title(&title).to_owned())
}

// The figures of one rule under one clause belong together.
fn group_of(view: &PeriodView<'_>, posting: &Posting) -> (String, Explained) {
    if let Origin::Adjustment(_) = posting.origin {
        let label = view.lang.of("对已结期间的调整", "changes to closed periods");
        return ("adjustment".to_owned(), plain(label.to_owned(), Amount::ZERO));
    }
    let rule = &posting.rule;
    let clause = posting.clause.clone().or_else(|| rule.clause.clone());
    let key = format!("{}#{} {:?}", rule.plugin, rule.registration, clause);
    let label = clause.clone().unwrap_or_else(|| format!("{} ({})", rule.plugin, rule.place()));
    (key, Explained { clause, ..of_rule(label, Amount::ZERO, rule) })
}

pub(super) fn leaf(view: &PeriodView<'_>, posting: &Posting) -> Result<Explained, KernelError> {
    let mut leaf = shallow(view, posting)?;
    leaf.children = explain_adjustment::reasons(view, posting)?;
    leaf.because = explain_inputs::because(view, posting)?;
    Ok(leaf)
}

/// A posting without what it is made of, and what lies behind it.
pub(super) fn shallow(view: &PeriodView<'_>, posting: &Posting) -> Result<Explained, KernelError> {
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
pub(super) fn action_name(view: &PeriodView<'_>, register: &str, action: &str) -> String {
    let known = view.world.rules.registers.get(register).and_then(|r| r.actions.get(action));
    let title =
        known.map_or_else(|| registrar_domain::register::title_of(action), |known| known.title.clone());
    view.lang.title(&title).to_owned()
}

pub(super) fn record_name(view: &PeriodView<'_>, register: &str, id: &str) -> Result<String, KernelError> {
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

pub(super) fn plain(label: String, amount: Amount) -> Explained {
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
pub(super) fn of_event(label: String, amount: Amount, event: &Event) -> Explained {
    Explained { event: Some(event.id.clone()), ..plain(label, amount) }
}

pub(super) fn of_rule(label: String, amount: Amount, rule: &RuleRef) -> Explained {
    Explained {
        plugin: Some(rule.plugin.clone()),
        version: Some(rule.version.clone()),
        rule_hash: Some(rule.hash.clone()),
        source: Some(rule.place()),
        ..plain(label, amount)
    }
}

fn sum(total: Amount, amount: Amount) -> Amount {
    [total, amount].into_iter().sum()
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
