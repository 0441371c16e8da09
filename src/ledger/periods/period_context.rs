//! What rules for a period are given of an account: without its postings and events, until a rule looks at them.

use crate::periods::quota::{AccountRef, QuotaContext};
use registrar_contract::payload::point;
use registrar_domain::{Period, Stored};
use registrar_host::{Failed, FaultKind, Handler, Outcome};
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use std::sync::Arc;

pub(super) const POINT: &str = point::ScorePeriod::ID;

/// An account that is asked about in a period, with what it owed and had.
pub(super) struct PeriodContext<'a> {
    pub of: AccountRef<'a>,
    pub unit: &'a Value,
    pub period: Period,
    pub quotas: Vec<Value>,
}

impl PeriodContext<'_> {
    /// What a rule is given; without postings and events, which a busy account has thousands of.
    fn short(&self) -> Value {
        Value::map([
            ("account", Value::text(self.of.account)),
            ("unit", self.unit.clone()),
            ("register", Value::text(self.of.register)),
            ("measure", Value::text(self.of.measure)),
            ("period", self.period.to_value()),
            ("quotas", Value::List(self.quotas.clone())),
        ])
    }

    /// What a rule is given, all of it.
    fn whole(&self, ledger: &QuotaContext<'_>) -> Stored<Value> {
        let days = (self.period.first(), self.period.last());
        let mut context = self.short();
        if let Value::Map(map) = &mut context {
            let postings = ledger.postings(self.of, days, Some(self.period.kind()))?;
            map.insert("postings".into(), Value::List(postings));
            map.insert("events".into(), Value::List(ledger.counted(self.of, days)?));
        }
        Ok(context)
    }

    /// Whether one of the rules that will be asked was seen to look at postings or events.
    fn is_looked_into(&self, handlers: &[Arc<Handler>]) -> bool {
        let is_asked = |handler: &Arc<Handler>| {
            handler.admits("register", self.of.register)
                && handler.admits("measure", self.of.measure)
                && handler.admits("period", self.period.kind().name())
        };
        handlers.iter().any(|handler| handler.looks_at_all() && is_asked(handler))
    }
}

/// Asks the rules about accounts in periods. Postings and events are made for those alone whose rules look at them.
pub(super) fn ask(
    ledger: &QuotaContext<'_>,
    asked: &[PeriodContext<'_>],
) -> Stored<Vec<Result<Outcome, Failed>>> {
    let handlers = ledger.world.handlers(POINT);
    let context = |one: &PeriodContext<'_>| {
        let whole = one.is_looked_into(&handlers);
        Ok(vec![if whole { one.whole(ledger)? } else { one.short() }])
    };
    let args = asked.iter().map(context).collect::<Stored<Vec<_>>>()?;
    let mut answers = ledger.world.dispatch_all(POINT, args);
    let again: Vec<usize> = (0..answers.len())
        .filter(
            |at| matches!(&answers[*at], Err(Failed::Handler(fault)) if fault.kind == FaultKind::Withheld),
        )
        .collect();
    let whole = again.iter().filter_map(|at| asked.get(*at)).map(|one| Ok(vec![one.whole(ledger)?]));
    let whole = whole.collect::<Stored<Vec<_>>>()?;
    if !whole.is_empty() {
        for (at, answer) in again.into_iter().zip(ledger.world.dispatch_all(POINT, whole)) {
            answers[at] = answer;
        }
    }
    Ok(answers)
}
