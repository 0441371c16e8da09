//! What lies behind a figure beside the amounts that it adds up from: the events that a rule names, the
//! figures of smaller periods that it looks at, and what was owed and had in a period.

use crate::{
    error::LedgerError,
    explain::explained::{Explained, action_name, of_event, of_rule, plain, record_name, shallow},
    model::{
        posting::{Origin, Posting, RuleRef},
        storage::PostingQuery,
    },
    periods::{
        dependencies::FigureDependencies,
        period_scorer::{heeds, unit_of},
        quota::{self, AccountRef, QuotaContext},
    },
    queries::period_view::PeriodView,
};
use registrar_domain::{Event, Lang, Period};
use registrar_sdk::{Amount, Value};

/// The events that a rule names in its `data.because`; for a period's figure also what it looks at.
pub(crate) fn because(view: &PeriodView<'_>, posting: &Posting) -> Result<Vec<Explained>, LedgerError> {
    let mut behind = Vec::new();
    for id in posting.data.get("because").items().iter().filter_map(Value::as_str) {
        if let Some(event) = view.log.event_by_id(id)? {
            behind.push(told(view, &event)?);
        }
    }
    if let Origin::Period(period) = posting.origin {
        let of =
            AccountRef { register: &posting.register, measure: &posting.measure, account: &posting.account };
        behind.extend(smaller(view, of, period)?);
        behind.extend(quotas(view, of, period, &posting.rule)?);
    }
    Ok(behind)
}

/// What smaller periods came to that the figure looks at.
fn smaller(view: &PeriodView<'_>, of: AccountRef<'_>, period: Period) -> Result<Vec<Explained>, LedgerError> {
    let reads = FigureDependencies::of(period, false);
    let postings = view.ledger.postings(&PostingQuery {
        register: of.register.to_owned(),
        measure: Some(of.measure.to_owned()),
        account: Some(of.account.to_owned()),
        within: Some((period.first(), period.last())),
        ..PostingQuery::default()
    })?;
    let of_periods = postings.iter().filter(|p| p.event().is_none() && reads.see_posting(p));
    of_periods.map(|posting| shallow(view, posting)).collect()
}

fn told(view: &PeriodView<'_>, event: &Event) -> Result<Explained, LedgerError> {
    let name = record_name(view, &event.register, &event.record)?;
    Ok(of_event(
        format!("{} {} · {name}", event.on, action_name(view, &event.register, &event.action)),
        Amount::ZERO,
        event,
    ))
}

/// What an account owed in a period and had, quota by quota, with what was counted; none for a rule that says the
/// same whatever was owed and had.
fn quotas(
    view: &PeriodView<'_>,
    of: AccountRef<'_>,
    period: Period,
    asking: &RuleRef,
) -> Result<Vec<Explained>, LedgerError> {
    let Some(unit) = unit_of(view.world, of, period) else { return Ok(Vec::new()) };
    let mut outcomes = quota::targets(view.world, of.register, vec![(unit, period)]);
    let Some(Ok(outcome)) = outcomes.pop() else { return Ok(Vec::new()) };
    let Some(rule) = outcome.steps.first().map(|step| RuleRef::of(&step.handler)) else {
        return Ok(Vec::new());
    };
    let ledger = QuotaContext::new(view.world, view.log, view.ledger, 1);
    // Where a target can't be used the figure itself says so.
    let Ok(opened) = ledger.opened(of, period, &outcome)? else { return Ok(Vec::new()) };
    let owed: Vec<Value> = opened.iter().map(|opened| opened.quota.clone()).collect();
    if !heeds(&ledger, of, period, &owed, asking)? {
        return Ok(Vec::new());
    }
    let quota = |opened: quota::CountedQuota| {
        let quota = &opened.quota;
        let amount = |key: &str| quota.get(key).as_amount().unwrap_or_default();
        let owed = quota.get("count").as_amount().or_else(|| quota.get("points").as_amount());
        let (owed, have, short) = (owed.unwrap_or_default(), amount("have"), amount("short"));
        let name = quota.get("name").as_str().unwrap_or_default();
        let (first, last) = opened.days;
        let said = match view.lang {
            Lang::Zh => {
                format!("定额 {name}：应 {owed}，有 {have}，缺 {short}（{first} 至 {last}）")
            }
            Lang::En => {
                format!("quota {name}: owed {owed}, had {have}, short {short} ({first} to {last})")
            }
        };
        let mut node = of_rule(said, have, &rule);
        // A target is that of the period's first day.
        node.on = Some(period.first().to_string());
        node.clause = quota.get("clause").as_str().map(str::to_owned).or_else(|| rule.clause.clone());
        for counted in &opened.counted {
            let Some(id) = counted.get("id").as_str().or_else(|| counted.get("event").as_str()) else {
                continue;
            };
            if let Some(event) = view.log.event_by_id(id)? {
                let worth = counted.get("amount").as_amount();
                node.children.push(Explained { amount: worth.unwrap_or(one()), ..told(view, &event)? });
            }
        }
        if opened.counted.is_empty() {
            let nothing = view.lang.of("没有计入的事项", "nothing was counted");
            node.children.push(plain(nothing.to_owned(), Amount::ZERO));
        }
        Ok(node)
    };
    opened.into_iter().map(quota).collect()
}

fn one() -> Amount {
    Amount::from_micros(1_000_000)
}
