//! What a unit owed in a period, and what it had: fills in the targets that `quota.target` answers.
//!
//! Counts and sums live events and their postings, before any rule for a period.

use crate::{
    model::{
        counted_event::CountedEvent,
        posting::Origin,
        storage::{AccountEntries, CountQuery, LedgerRead, PostingQuery},
    },
    periods::{quota_progress::QuotaProgress, quota_window::Window},
    scoring::scoring_context::ScoringContext,
};
use jiff::civil::Date;
use registrar_contract::model::PERIOD_CONTEXT;
use registrar_contract::payload::point;
use registrar_domain::{Period, PeriodKind, ReadTx, Stored, register::FieldType};
use registrar_host::{Failed, Handler, Outcome};
use registrar_sdk::native::Typed;
use registrar_sdk::{Amount, Value, value::Map};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

pub(crate) const POINT: &str = point::QuotaTarget::ID;

/// Where the events and postings that quotas and periods look at are found.
pub(crate) struct QuotaContext<'a> {
    pub world: &'a ScoringContext<'a>,
    pub log: &'a dyn ReadTx,
    pub ledger: &'a dyn LedgerRead,
    /// What all accounts have in the stretches of days that were asked about, where many are asked.
    gathered: Option<RefCell<BTreeMap<Stretch, Rc<AccountEntries>>>>,
}

/// Register, measure, first and last day.
type Stretch = (String, String, Date, Date);

/// From so many accounts on, all are looked up at once.
const MANY: usize = 4;

/// Whose figures of which register and measure are looked at.
#[derive(Clone, Copy)]
pub(crate) struct AccountRef<'a> {
    pub register: &'a str,
    pub measure: &'a str,
    pub account: &'a str,
}

impl<'a> QuotaContext<'a> {
    /// Books in which this many accounts will be looked up.
    pub fn new(
        world: &'a ScoringContext<'a>,
        log: &'a dyn ReadTx,
        ledger: &'a dyn LedgerRead,
        accounts: usize,
    ) -> QuotaContext<'a> {
        QuotaContext { world, log, ledger, gathered: (accounts >= MANY).then(RefCell::default) }
    }

    fn gathered(&self, of: AccountRef<'_>, days: (Date, Date)) -> Stored<Option<Rc<AccountEntries>>> {
        let Some(gathered) = &self.gathered else { return Ok(None) };
        let stretch = (of.register.to_owned(), of.measure.to_owned(), days.0, days.1);
        if let Some(known) = gathered.borrow().get(&stretch) {
            return Ok(Some(known.clone()));
        }
        let found = Rc::new(self.ledger.gather(of.register, of.measure, days)?);
        gathered.borrow_mut().insert(stretch, found.clone());
        Ok(Some(found))
    }

    fn owned(&self, of: AccountRef<'_>, days: (Date, Date)) -> Stored<Vec<CountedEvent>> {
        match self.gathered(of, days)? {
            Some(gathered) => Ok(gathered.entries.get(of.account).cloned().unwrap_or_default()),
            None => self.ledger.owned(of.register, of.account, days.0, days.1),
        }
    }

    /// The live events of an account's records between two days, with the records.
    pub fn counted(&self, of: AccountRef<'_>, days: (Date, Date)) -> Stored<Vec<Value>> {
        let mut counted = Vec::new();
        // A record has several events, and is read once.
        let mut items = BTreeMap::<String, Value>::new();
        for entry in self.owned(of, days)? {
            let Some(event) = self.log.event(entry.seq)? else { continue };
            let mut value = match event.to_value(entry.nth) {
                Value::Map(map) => map,
                _ => Map::new(),
            };
            if !items.contains_key(&entry.record) {
                let record = self.world.record(self.log, of.register, &entry.record)?;
                // Of a year's records their long texts would be most of what a rule is given.
                let item = record.map_or(Value::Nil, |record| self.short(of.register, record.to_value()));
                items.insert(entry.record.clone(), item);
            }
            if let Some(item) = items.get(&entry.record).filter(|item| !item.is_nil()) {
                value.insert("item".into(), item.clone());
            }
            counted.push(Value::Map(value));
        }
        Ok(counted)
    }

    fn short(&self, register: &str, record: Value) -> Value {
        let Value::Map(mut record) = record else { return record };
        if let Some(register) = self.world.rules.registers.get(register) {
            let long = register.fields.iter().filter(|(_, field)| field.ty == FieldType::LongText);
            for (name, _) in long {
                record.remove(name.as_str());
            }
        }
        Value::Map(record)
    }

    /// The account's postings between two days: those of events, and those of periods smaller than
    /// `below`.
    pub fn postings(
        &self,
        of: AccountRef<'_>,
        days: (Date, Date),
        below: Option<PeriodKind>,
    ) -> Stored<Vec<Value>> {
        let counts = |origin: &Origin| match origin {
            Origin::Event(_) => true,
            Origin::Period(period) => below.is_some_and(|kind| period.kind() < kind),
            Origin::Adjustment(_) => false,
        };
        let postings = match self.gathered(of, days)? {
            Some(gathered) => gathered.postings.get(of.account).cloned().unwrap_or_default(),
            None => self.ledger.postings(&PostingQuery {
                register: of.register.to_owned(),
                measure: Some(of.measure.to_owned()),
                account: Some(of.account.to_owned()),
                within: Some(days),
                ..PostingQuery::default()
            })?,
        };
        Ok(postings
            .iter()
            .filter(|p| counts(&p.origin))
            .map(crate::model::posting::Posting::to_value)
            .collect())
    }

    /// The quotas that an outcome of `quota.target` means for an account: its targets, with `have`,
    /// `short` and `met`. The inner error is a target that can't be used.
    pub fn quotas(
        &self,
        of: AccountRef<'_>,
        period: Period,
        outcome: &Outcome,
    ) -> Stored<Result<Vec<Value>, String>> {
        let mut quotas = Vec::new();
        for (handler, target) in targets_of(outcome) {
            let window = Window::of(target.get("window"), period);
            let had = match self.had(of, target, &window)? {
                Ok(had) => had,
                Err(why) => {
                    let (plugin, source) = (&handler.plugin.id, &handler.source);
                    return Ok(Err(format!(
                        "plugin \"{plugin}\" ({}:{}): {POINT} {why}",
                        source.file, source.line
                    )));
                }
            };
            quotas.push(had.filled(target));
        }
        Ok(Ok(quotas))
    }

    /// The same quotas, each with the days that it looks at and the events or postings that it counts.
    pub fn opened(
        &self,
        of: AccountRef<'_>,
        period: Period,
        outcome: &Outcome,
    ) -> Stored<Result<Vec<CountedQuota>, String>> {
        let quotas = match self.quotas(of, period, outcome)? {
            Ok(quotas) => quotas,
            Err(why) => return Ok(Err(why)),
        };
        let mut opened = Vec::new();
        for quota in quotas {
            let window = Window::of(quota.get("window"), period);
            let days = (window.first, window.last);
            let counted = if quota.get("count").is_nil() {
                let tag = quota.get("tag").clone();
                let of_tag = |posting: &Value| tag.is_nil() || posting.get("tag").same(&tag);
                self.postings(of, days, None)?.into_iter().filter(of_tag).collect()
            } else {
                let wanted = self.wanted_events(of.register, &quota);
                let is_counted = |event: &Value| {
                    let alone = Value::map([("events", Value::List(vec![event.clone()]))]);
                    method("count", alone, wanted.clone()).is_ok_and(|n| n.as_amount() != Some(Amount::ZERO))
                };
                self.counted(of, days)?.into_iter().filter(is_counted).collect()
            };
            opened.push(CountedQuota { quota, days, counted });
        }
        Ok(Ok(opened))
    }

    fn had(
        &self,
        of: AccountRef<'_>,
        target: &Value,
        window: &Window,
    ) -> Stored<Result<QuotaProgress, String>> {
        let (owed, sum) = match (target.get("count"), target.get("points")) {
            (Value::Nil, Value::Nil) => {
                let name = target.get("name");
                return Ok(Err(format!("target {name} has neither `count` nor `points`; give one of them")));
            }
            (Value::Nil, points) => {
                (points, self.total(of, (window.first, window.last), target.get("tag").as_str())?)
            }
            (count, _) => {
                let wanted = self.wanted_events(of.register, target);
                (count, self.count(of, (window.first, window.last), wanted)?)
            }
        };
        let sum = sum.and_then(|sum| sum.as_amount().ok_or_else(|| "gave no sum".to_owned()));
        Ok(sum.and_then(|sum| {
            let owed = owed.as_amount().ok_or_else(|| format!("owes {owed}; expected a number"))?;
            Ok(QuotaProgress { owed, sum, months: window.months, per: window.per })
        }))
    }

    /// What the account's postings of events between two days come to, or those with a tag.
    fn total(
        &self,
        of: AccountRef<'_>,
        days: (Date, Date),
        tag: Option<&str>,
    ) -> Stored<Result<Value, String>> {
        let totals = self.ledger.totals_of_events(&PostingQuery {
            register: of.register.to_owned(),
            measure: Some(of.measure.to_owned()),
            account: Some(of.account.to_owned()),
            tag: tag.map(str::to_owned),
            within: Some(days),
            ..PostingQuery::default()
        })?;
        let mut sum = Amount::ZERO;
        for total in totals {
            match sum.checked_add(total.amount) {
                Some(more) => sum = more,
                None => return Ok(Err("the total is beyond the range of amounts".to_owned())),
            }
        }
        Ok(Ok(Value::Amount(sum)))
    }

    /// How many of the account's events between two days are wanted.
    fn count(&self, of: AccountRef<'_>, days: (Date, Date), wanted: Value) -> Stored<Result<Value, String>> {
        // What records and forms hold is read only where it is asked for.
        if wanted.get("match").as_map().is_some_and(|fields| !fields.is_empty()) {
            let events = Value::map([("events", Value::List(self.counted(of, days)?))]);
            return Ok(method("count", events, wanted));
        }
        let count = self.ledger.count_owned(&CountQuery {
            register: of.register.to_owned(),
            account: of.account.to_owned(),
            action: wanted.get("action").as_str().map(str::to_owned),
            first: wanted.get("first").as_bool() == Some(true),
            days,
        })?;
        Ok(Ok(Value::Int(i64::try_from(count).unwrap_or(i64::MAX))))
    }

    /// A record is submitted once, by its first event of the submission; other actions count each time.
    fn wanted_events(&self, register: &str, target: &Value) -> Value {
        let register = self.world.rules.registers.get(register);
        let submission = register.and_then(|r| r.submission());
        let action = target.get("action").as_str().or(submission);
        let (submits, once) =
            (action.is_some() && action == submission, target.get("first").as_bool() == Some(true));
        Value::map([
            ("action", action.map_or(Value::Nil, Value::text)),
            ("first", if submits || once { Value::Bool(true) } else { Value::Nil }),
            ("match", target.get("match").clone()),
        ])
    }
}

/// The sums and counts of rules and of quotas are the same function.
fn method(name: &str, of: Value, argument: Value) -> Result<Value, String> {
    match PERIOD_CONTEXT.methods.iter().find(|m| m.name == name) {
        Some(method) => (method.run)(&of, &[argument]),
        None => Err(format!("the contract's period_context has no method `{name}`")),
    }
}

/// A quota with what it counts.
pub(crate) struct CountedQuota {
    /// The quota, as rules see it.
    pub quota: Value,
    /// The days that it looks at.
    pub days: (Date, Date),
    /// The events that it counts, or the postings.
    pub counted: Vec<Value>,
}

/// The targets of an outcome, each with the handler that answered it.
fn targets_of(outcome: &Outcome) -> impl Iterator<Item = (&Arc<Handler>, &Value)> {
    outcome
        .steps
        .iter()
        .flat_map(|step| step.answer.items().iter().map(move |target| (&step.handler, target)))
}

/// Asks what units owe, in one crossing; answers in order.
pub(crate) fn targets(
    world: &ScoringContext<'_>,
    register: &str,
    asked: Vec<(Value, Period)>,
) -> Vec<Result<Outcome, Failed>> {
    let relevant = world.handlers(POINT).iter().any(|h| h.admits("register", register));
    if !relevant {
        return asked.iter().map(|_| Ok(Outcome::default())).collect();
    }
    let args = |(unit, period): (Value, Period)| vec![unit, period.to_value(), Value::text(register)];
    world.dispatch_all(POINT, asked.into_iter().map(args).collect())
}
