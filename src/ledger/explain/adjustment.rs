//! Why a closed period's figure moved after its closing: what came late, what was made void, which
//! rules changed, down to the events.

use crate::{
    error::LedgerError,
    explain::{
        explained::{Explained, action_name, of_event, plain, record_name, shallow},
        inputs as explain_inputs,
    },
    model::{
        posting::{Origin, Posting},
        storage::PostingQuery,
    },
    periods::period_close::{self, Closure},
    queries::period_view::PeriodView,
    scoring::{
        record_scorer::{RecordHistory, owners, trial},
        scoring_context::PAGE,
    },
};
use jiff::civil::Date;
use registrar_domain::{
    Event, Period, PeriodKind, Record,
    reserved::{DIRECTORY, OFFICE, TAKEN, VOID},
};
use registrar_sdk::{Amount, Value};

/// What an adjustment is made of: a child for each event behind it; what is left is what the rules make of
/// the period with these events, or the rules' own doing.
pub(crate) fn reasons(view: &PeriodView<'_>, adjustment: &Posting) -> Result<Vec<Explained>, LedgerError> {
    let Origin::Adjustment(span) = adjustment.origin else { return Ok(Vec::new()) };
    let named = period_close::closed_periods(adjustment);
    let closures = period_close::closures(view.log)?;
    let (mut reasons, mut silent, mut since) = (Vec::new(), Vec::new(), u64::MAX);
    for closure in closures.iter().filter(|closure| named.contains(&closure.period)) {
        since = since.min(closure.seq);
        let part = ClosingAdjustment { adjustment, closure, span };
        for mut event in part.late(view)?.into_iter().chain(part.made_void(view)?) {
            // It is taken out of a part of the closed period and put into the open one.
            if part.taken_out() {
                event.amount = -event.amount;
            }
            let told = if event.amount == Amount::ZERO { &mut silent } else { &mut reasons };
            told.push(event);
        }
    }
    let told: Amount = reasons.iter().filter(|r| r.struck.is_none()).map(|r| r.amount).sum();
    let rest: Amount = [adjustment.amount, -told].into_iter().sum();
    if rest != Amount::ZERO {
        let mut rest = rest_of(view, rest, since)?;
        // What came late or was made void moves periods' figures also where it posts nothing itself.
        rest.because = silent;
        reasons.push(rest);
    }
    Ok(reasons)
}

/// An adjustment, as far as it is of one closing.
struct ClosingAdjustment<'a> {
    adjustment: &'a Posting,
    closure: &'a Closure,
    /// The part of the closed period that it is taken out of, or the open month.
    span: Period,
}

impl ClosingAdjustment<'_> {
    fn taken_out(&self) -> bool {
        self.closure.period.encloses(self.span)
    }

    /// Whether it is, among other things, about this posting.
    fn is_about(&self, posting: &Posting) -> bool {
        let own = posting.span.unwrap_or_else(|| Period::of(posting.days().0, PeriodKind::Month));
        posting.account == self.adjustment.account
            && posting.measure == self.adjustment.measure
            && posting.tag == self.adjustment.tag
            && self.closure.period.encloses(own)
            && (!self.taken_out() || self.closure.sealed_in(own) == self.span)
    }

    /// Whether an event of that day may have moved it.
    fn may_be_moved_by(&self, on: Date) -> bool {
        self.closure.period.contains(on) && (!self.taken_out() || self.span.contains(on))
    }

    /// Events of the closed period that were logged after its closing, with what they came to.
    fn late(&self, view: &PeriodView<'_>) -> Result<Vec<Explained>, LedgerError> {
        let ClosingAdjustment { adjustment, closure, .. } = self;
        let days = (closure.period.first(), closure.period.last());
        let postings = view.ledger.postings(&PostingQuery {
            register: adjustment.register.clone(),
            measure: Some(adjustment.measure.clone()),
            account: Some(adjustment.account.clone()),
            tag: adjustment.tag.clone(),
            within: Some(days),
            struck: false,
        })?;
        let label = |told: &str| format!("{}: {told}", view.lang.of("迟到的事件", "late event"));
        let mut late = Vec::new();
        let came_late = |posting: &&Posting| posting.event().is_some_and(|e| e.seq > closure.seq);
        for posting in postings.iter().filter(|p| self.is_about(p)).filter(came_late) {
            let mut leaf = shallow(view, posting)?;
            leaf.because = explain_inputs::because(view, posting)?;
            late.push(Explained { label: label(&leaf.label), ..leaf });
        }
        for entry in view.ledger.owned(&adjustment.register, &adjustment.account, days.0, days.1)? {
            let told = late.iter().any(|leaf| leaf.event.as_ref() == Some(&entry.id));
            if entry.seq <= closure.seq || told || !self.may_be_moved_by(entry.on) {
                continue;
            }
            if let Some(event) = view.log.event(entry.seq)? {
                let told = told_of(view, &event)?;
                late.push(of_event(label(&told), Amount::ZERO, &event));
            }
        }
        Ok(late)
    }

    /// Events of the closed period that were made void after its closing, with what they would come to.
    fn made_void(&self, view: &PeriodView<'_>) -> Result<Vec<Explained>, LedgerError> {
        let ClosingAdjustment { adjustment, closure, .. } = self;
        let (mut told, mut after) = (Vec::new(), closure.seq);
        loop {
            let events = view.log.events_in(&adjustment.register, after, PAGE)?;
            let Some(last) = events.last() else { return Ok(told) };
            after = last.seq;
            for void in events.iter().filter(|event| event.action == VOID && !event.dead) {
                let id = void.fields.get("event").and_then(Value::as_str).unwrap_or_default();
                let Some(dead) = view.log.event_by_id(id)? else { continue };
                if dead.dead && dead.seq < closure.seq && self.may_be_moved_by(dead.on) {
                    told.extend(self.void_of(view, void, dead)?);
                }
            }
        }
    }

    fn void_of(
        &self,
        view: &PeriodView<'_>,
        void: &Event,
        mut dead: Event,
    ) -> Result<Option<Explained>, LedgerError> {
        dead.dead = false;
        let (register, id) = (&dead.register, &dead.record);
        let events = view.log.events_of(register, id)?;
        let definition = view.world.rules.registers.get(register);
        // The dead event may be what made the record.
        let record = match definition {
            Some(definition) => {
                let revived = |e: &Event| if e.id == dead.id { dead.clone() } else { e.clone() };
                let events: Vec<Event> = events.iter().map(revived).collect();
                Record::replay(definition, id, &events).map(|record| definition.present(record))
            }
            None => view.log.record(register, id)?,
        };
        let definition = definition.map(AsRef::as_ref);
        let owned = record.as_ref().is_some_and(|r| owners(definition, r).contains(&self.adjustment.account));
        let dossier = RecordHistory::new(0, register, id, record, events);
        // What can't be scored any more is told without an amount.
        let came_to = trial(view.world, dossier, &dead).unwrap_or_default();
        let amount: Amount = came_to.iter().filter(|p| self.is_about(p)).map(|posting| posting.amount).sum();
        if amount == Amount::ZERO && !owned {
            return Ok(None);
        }
        let why = void.fields.get("reason").and_then(Value::as_str).unwrap_or_default();
        let label =
            format!("{} {}, {}: {why}", view.lang.of("作废", "void of"), dead.id, told_of(view, &dead)?);
        Ok(Some(of_event(label, -amount, void)))
    }
}

fn told_of(view: &PeriodView<'_>, event: &Event) -> Result<String, LedgerError> {
    let name = record_name(view, &event.register, &event.record)?;
    Ok(format!("{} {} · {name}", event.on, action_name(view, &event.register, &event.action)))
}

/// What no event of the period explains: rules that changed, the directory, or what the same rules
/// make of the period with what moved in it.
fn rest_of(view: &PeriodView<'_>, amount: Amount, since: u64) -> Result<Explained, LedgerError> {
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

fn told(view: &PeriodView<'_>, event: &Event) -> Explained {
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
