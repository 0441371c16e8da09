//! Why a closed period's figure moved after its closing: what came late, what was made void, which
//! rules changed, down to the events.

use super::{
    Explained,
    close::{self, Closure},
    explain::{action_name, leaf, of_event, plain, record_name},
    posting::{Origin, Posting},
    score::{Dossier, trial},
    storage::PostingQuery,
    view::View,
    world::PAGE,
};
use crate::{
    KernelError,
    approval::TAKEN,
    event::{DIRECTORY, Event, OFFICE, VOID},
    period::Period,
    record::Record,
};
use registrar_sdk::{Amount, Value};

/// What an adjustment is made of: a child for each event behind it; what is left is the rules' doing.
pub(super) fn reasons(view: &View<'_>, adjustment: &Posting) -> Result<Vec<Explained>, KernelError> {
    let Origin::Adjustment(span) = &adjustment.origin else { return Ok(Vec::new()) };
    let named = adjustment.data.get("closed").as_list().unwrap_or(&[]);
    let named: Vec<Period> = named.iter().filter_map(|name| name.as_str()?.parse().ok()).collect();
    let closures = close::closures(view.log)?;
    let (mut reasons, mut since) = (Vec::new(), u64::MAX);
    for closure in closures.iter().filter(|closure| named.contains(&closure.period)) {
        // It is taken out of the closed period and put into the open one.
        let taken_out = closure.period == *span;
        let signed = |amount: Amount| if taken_out { -amount } else { amount };
        since = since.min(closure.seq);
        for mut late in late(view, adjustment, closure)? {
            late.amount = signed(late.amount);
            reasons.push(late);
        }
        for mut dead in made_void(view, adjustment, closure)? {
            dead.amount = signed(dead.amount);
            reasons.push(dead);
        }
    }
    let told: Amount = reasons.iter().filter(|r| r.struck.is_none()).map(|r| r.amount).sum();
    let rest: Amount = [adjustment.amount, -told].into_iter().sum();
    if rest != Amount::ZERO {
        reasons.push(rest_of(view, rest, since)?);
    }
    Ok(reasons)
}

fn is_of(posting: &Posting, adjustment: &Posting, closed: Period) -> bool {
    let (first, last) = posting.days();
    posting.account == adjustment.account
        && posting.measure == adjustment.measure
        && posting.tag == adjustment.tag
        && closed.first() <= first
        && last <= closed.last()
}

/// Postings in the closed period of events that were logged after its closing.
fn late(view: &View<'_>, adjustment: &Posting, closure: &Closure) -> Result<Vec<Explained>, KernelError> {
    let postings = view.ledger.postings(&PostingQuery {
        register: adjustment.register.clone(),
        measure: Some(adjustment.measure.clone()),
        account: Some(adjustment.account.clone()),
        tag: adjustment.tag.clone(),
        within: Some((closure.period.first(), closure.period.last())),
        struck: false,
    })?;
    let late = postings.iter().filter(|posting| {
        is_of(posting, adjustment, closure.period) && posting.event().is_some_and(|e| e.seq > closure.seq)
    });
    late.map(|posting| {
        let mut leaf = leaf(view, posting)?;
        leaf.label = format!("{}: {}", view.lang.of("迟到的事件", "late event"), leaf.label);
        Ok(leaf)
    })
    .collect()
}

/// Events of the closed period that were made void after its closing, with what they would come to.
fn made_void(
    view: &View<'_>,
    adjustment: &Posting,
    closure: &Closure,
) -> Result<Vec<Explained>, KernelError> {
    let (mut told, mut after) = (Vec::new(), closure.seq);
    loop {
        let events = view.log.events_in(&adjustment.register, after, PAGE)?;
        let Some(last) = events.last() else { return Ok(told) };
        after = last.seq;
        for void in events.iter().filter(|event| event.action == VOID && !event.dead) {
            let id = void.fields.get("event").and_then(Value::as_str).unwrap_or_default();
            let Some(dead) = view.log.event_by_id(id)? else { continue };
            let was_counted = dead.seq < closure.seq && closure.period.contains(dead.on);
            if dead.dead && was_counted {
                told.extend(void_of(view, adjustment, closure.period, void, dead)?);
            }
        }
    }
}

fn void_of(
    view: &View<'_>,
    adjustment: &Posting,
    closed: Period,
    void: &Event,
    mut dead: Event,
) -> Result<Option<Explained>, KernelError> {
    dead.dead = false;
    let (register, id) = (&dead.register, &dead.record);
    let events = view.log.events_of(register, id)?;
    // The dead event may be what made the record.
    let record = match view.world.rules.registers.get(register) {
        Some(definition) => {
            let revived = |e: &Event| if e.id == dead.id { dead.clone() } else { e.clone() };
            let events: Vec<Event> = events.iter().map(revived).collect();
            Record::replay(definition, id, &events).map(|record| definition.present(record))
        }
        None => view.log.record(register, id)?,
    };
    let dossier = Dossier::new(0, register, id, record, events);
    // What can't be scored any more is told without an amount.
    let came_to = trial(view.world, dossier, &dead).unwrap_or_default();
    let of_this = came_to.iter().filter(|posting| is_of(posting, adjustment, closed));
    let amount: Amount = of_this.map(|posting| posting.amount).sum();
    if amount == Amount::ZERO {
        return Ok(None);
    }
    let why = void.fields.get("reason").and_then(Value::as_str).unwrap_or_default();
    let label = format!(
        "{} {}, {} {} · {}: {why}",
        view.lang.of("作废", "void of"),
        dead.id,
        dead.on,
        action_name(view, register, &dead.action),
        record_name(view, register, id)?
    );
    Ok(Some(of_event(label, -amount, void)))
}

/// What no event of the period explains: rules that changed, the directory, or what the same rules
/// make of the period with what moved in it.
fn rest_of(view: &View<'_>, amount: Amount, since: u64) -> Result<Explained, KernelError> {
    let mut children = Vec::new();
    for (register, wanted) in [(OFFICE, Some(TAKEN)), (DIRECTORY, None)] {
        let mut after = since;
        loop {
            let events = view.log.events_in(register, after, PAGE)?;
            let Some(last) = events.last() else { break };
            after = last.seq;
            let wanted = events.iter().filter(|e| !e.dead && wanted.is_none_or(|w| e.action == w));
            children.extend(wanted.map(|event| told(view, event)));
        }
    }
    let label = match children.is_empty() {
        true => view.lang.of("规则现在的结果", "what the rules make of it now"),
        false => view.lang.of("规则或通讯录变更", "changed rules or directory"),
    };
    Ok(Explained { children, ..plain(label.to_owned(), amount) })
}

fn told(view: &View<'_>, event: &Event) -> Explained {
    let plugins = event.fields.get("plugins").and_then(Value::as_map);
    let what = match plugins {
        Some(plugins) => plugins.keys().map(|id| id.to_string()).collect::<Vec<_>>().join(", "),
        None => format!("{} {}", event.action, event.record),
    };
    let effect = event.fields.get("effect").and_then(Value::as_str).map(|said| format!(": {said}"));
    let kind = match event.register == OFFICE {
        true => view.lang.of("规则变更", "rules changed"),
        false => view.lang.of("通讯录", "directory"),
    };
    of_event(format!("{} {kind} {what}{}", event.on, effect.unwrap_or_default()), Amount::ZERO, event)
}
