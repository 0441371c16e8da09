//! Host calls that read the office's rows: records, counts, events, figures.

use crate::{
    access::Principal,
    office::{Office, OfficeGeneration, PAGE},
    queries::figure_calls,
};
use registrar_domain::{
    Event, Period, ReadTx, Record, Register,
    event::nths,
    storage::{DeadlineQuery, DeadlineState, LogHead, RecordQuery},
};
use registrar_sdk::{Key, Value, suggest::nearest};
use std::collections::{BTreeMap, BTreeSet};

/// Records that `host.records` gives where nothing else is said.
const RECORDS: usize = 1_000;

/// The calls that only read.
pub(crate) struct ReadCalls<'a> {
    pub office: &'a Office,
    pub plan: &'a OfficeGeneration,
    pub principal: &'a Principal,
    pub tx: &'a dyn ReadTx,
}

impl ReadCalls<'_> {
    pub(crate) fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        let of = args.first().unwrap_or(&Value::Nil);
        match name {
            "records" => self.records(of),
            "count" => self.count(of),
            "counts" => self.counts(of),
            "events" => self.each_of(of),
            "deadlines" => self.deadlines(of),
            "seal" => self.seal(of.as_str().unwrap_or_default()),
            "standing" | "awards" | "quotas" | "total" => {
                let view = self.office.as_principal(self.principal);
                figure_calls::answer(&view, self.plan, name, of).map_err(|why| format!("host.{name}: {why}"))
            }
            other => Err(format!("host.{other} is not available here")),
        }
    }

    fn deadlines(&self, of: &Value) -> Result<Value, String> {
        let failed = |e: registrar_domain::StoreError| format!("host.deadlines: {e}");
        let word = |key: &str| of.get(key).as_str().map(str::to_owned);
        let (register, record) = (word("register"), word("record"));
        if let Some(id) = &register {
            self.register("deadlines", of)
                .map_err(|_| format!("host.deadlines: there is no register `{id}`"))?;
        }
        let query = match (&register, &record) {
            (Some(register), Some(record)) => {
                DeadlineQuery { record: Some((register.clone(), record.clone())), ..DeadlineQuery::default() }
            }
            (None, Some(_)) => {
                return Err("host.deadlines: a record is one of a register; say `register`".into());
            }
            _ => DeadlineQuery { states: DeadlineState::OWED.to_vec(), ..DeadlineQuery::default() },
        };
        let due_before = word("before").and_then(|day| day.parse().ok());
        let query = DeadlineQuery { due_before, ..query };
        let mut owed = Vec::new();
        for deadline in self.tx.deadlines(&query).map_err(failed)? {
            let Some(of) = self.plan.registers.by_id.get(&deadline.register) else { continue };
            if register.as_ref().is_some_and(|register| *register != of.id)
                || self.principal.may_open(of).is_none()
            {
                continue;
            }
            let record =
                self.tx.record(&of.id, &deadline.record).map_err(failed)?.map(|record| of.present(record));
            if let Some(record) = record.filter(|record| self.principal.may_see(of, record)) {
                owed.push(Value::map([
                    ("register", Value::text(&of.id)),
                    ("record", record.to_value()),
                    ("deadline", deadline.to_value()),
                ]));
            }
        }
        Ok(Value::List(owed))
    }

    fn seal(&self, id: &str) -> Result<Value, String> {
        let failed = |e: registrar_domain::StoreError| format!("host.seal: {e}");
        let Some(event) = self.tx.event_by_id(id).map_err(failed)? else { return Ok(Value::Nil) };
        let Ok(register) = self.plan.registers.find(&event.register) else { return Ok(Value::Nil) };
        let record = self.tx.record(&event.register, &event.record).map_err(failed)?;
        let sees = record.is_some_and(|record| self.principal.may_see(register, &register.present(record)));
        let stored = self.tx.stored_after(event.seq - 1, 1).map_err(failed)?;
        let seal = stored.first().filter(|_| sees);
        let seal = seal.map(|stored| Value::text(LogHead { seq: stored.seq, link: stored.link }.to_text()));
        Ok(seal.unwrap_or_default())
    }

    fn register(&self, call: &str, of: &Value) -> Result<&Register, String> {
        let id = of.get("register").as_str().unwrap_or_default();
        let found = self.plan.registers.find(id);
        found.map(|r| &**r).map_err(|e| format!("host.{call}: {e}"))
    }

    fn records(&self, of: &Value) -> Result<Value, String> {
        let register = self.register("records", of)?;
        known_fields("records", register, of, false)?;
        let limit = of.get("limit").as_int().map_or(RECORDS, |n| usize::try_from(n).unwrap_or(0));
        let failed = |e: registrar_domain::StoreError| format!("host.records: {e}");
        let ids = match of.get("id") {
            Value::Text(id) => Some(vec![&**id]),
            Value::List(ids) => Some(ids.iter().filter_map(Value::as_str).collect()),
            _ => None,
        };
        let fits = |record: &Record| {
            let since = of.get("since").as_int().and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
            record.touched > since
                && of.get("stage").as_str().is_none_or(|stage| stage == record.stage)
                && fits(of.get("match"), record, None)
                && self.principal.may_see(register, record)
        };
        let mut records: Vec<Record> = match (ids, of.get("after").as_str()) {
            (Some(ids), _) => {
                let one = |id: &str| self.tx.record(&register.id, id);
                let found: Result<Vec<_>, _> = ids.into_iter().map(one).collect();
                let found = found.map_err(failed)?.into_iter().flatten();
                found.map(|r| register.present(r)).filter(fits).collect()
            }
            (None, Some(after)) => self.records_after(register, after, limit, &fits).map_err(failed)?,
            (None, None) => {
                let query = RecordQuery { register: register.id.clone(), ..RecordQuery::default() };
                let found = self.tx.records(&query).map_err(failed)?.into_iter();
                found.map(|r| register.present(r)).filter(fits).collect()
            }
        };
        // Pages go by id, as they were found.
        if of.get("after").is_nil() {
            records.sort_by_key(|record| record.created);
        }
        Ok(Value::List(records.iter().take(limit).map(Record::to_value).collect()))
    }

    // Reads no further than the page needs, so that all pages together read each record once.
    fn records_after(
        &self,
        register: &Register,
        after: &str,
        limit: usize,
        fits: &dyn Fn(&Record) -> bool,
    ) -> Result<Vec<Record>, registrar_domain::StoreError> {
        let mut records = Vec::new();
        let mut query = RecordQuery { register: register.id.clone(), ..RecordQuery::default() };
        query.after = Some(after.to_owned());
        query.limit = Some(PAGE);
        loop {
            let page = self.tx.records(&query)?;
            let last = page.last().map(|record| record.id.clone());
            let whole = page.len() == PAGE;
            records.extend(page.into_iter().map(|r| register.present(r)).filter(|r| fits(r)));
            if !whole || records.len() >= limit {
                return Ok(records);
            }
            query.after = last;
        }
    }

    fn count(&self, of: &Value) -> Result<Value, String> {
        let mut count = 0;
        self.each_event("count", of, &mut |_, _, _, again| count += i64::from(!again))?;
        Ok(Value::Int(count))
    }

    fn counts(&self, of: &Value) -> Result<Value, String> {
        let by = of.get("by").as_str().unwrap_or_default();
        let once = !of.get("distinct").is_nil();
        let (mut counts, mut seen) = (BTreeMap::<Key, i64>::new(), BTreeSet::new());
        self.each_event("counts", of, &mut |record, event, _, _| {
            let value = record.fields.get(by).or_else(|| event.fields.get(by)).unwrap_or(&Value::Nil);
            for value in value.items().iter().filter(|value| !value.is_absent()) {
                let key: Key = value.as_str().map_or_else(|| value.to_string().into(), Into::into);
                if !once || seen.insert((record.id.clone(), key.clone())) {
                    *counts.entry(key).or_default() += 1;
                }
            }
        })?;
        Ok(Value::Map(counts.into_iter().map(|(key, n)| (key, Value::Int(n))).collect()))
    }

    fn each_of(&self, of: &Value) -> Result<Value, String> {
        let limit = of.get("limit").as_int().map_or(RECORDS, |n| usize::try_from(n).unwrap_or(0));
        let mut events = Vec::new();
        self.each_event("events", of, &mut |_, event, nth, _| {
            events.push((event.on, event.seq, event.to_value(nth)));
        })?;
        events.sort_by_key(|(on, seq, _)| (*on, *seq));
        Ok(Value::List(events.into_iter().take(limit).map(|(.., event)| event).collect()))
    }

    // Every event that is asked for, with its record, its place among the record's of its action, and whether it is a further one of a record
    // that counts once.
    fn each_event(
        &self,
        call: &str,
        of: &Value,
        take: &mut dyn FnMut(&Record, &Event, u64, bool),
    ) -> Result<(), String> {
        let register = self.register(call, of)?;
        known_fields(call, register, of, true)?;
        let word = |key: &str| of.get(key).as_str();
        let span = match word("period") {
            Some(id) => Some(id.parse::<Period>().map_err(|why| format!("host.{call}: {why}"))?),
            None => None,
        };
        let mut by_record = BTreeMap::<String, Vec<Event>>::new();
        for event in self.events(call, register, word("record"))? {
            by_record.entry(event.record.clone()).or_default().push(event);
        }
        for (id, mut events) in by_record {
            let state = self.tx.record(&register.id, &id).map_err(|e| format!("host.{call}: {e}"))?;
            let Some(state) = state.map(|s| register.present(s)) else { continue };
            if !self.principal.may_see(register, &state) {
                continue;
            }
            registrar_domain::event::in_order(&mut events);
            let mut again = false;
            for (event, nth) in events.iter().zip(nths(&events)) {
                let counts = !event.dead
                    && word("action").is_none_or(|action| action == event.action)
                    && span.is_none_or(|span| span.contains(event.on))
                    && (of.get("first").as_bool() != Some(true) || nth == 1)
                    && fits(of.get("match"), &state, Some(event));
                if counts {
                    take(&state, event, nth, again);
                    again = word("distinct").is_some();
                }
            }
        }
        Ok(())
    }

    fn events(&self, call: &str, register: &Register, record: Option<&str>) -> Result<Vec<Event>, String> {
        let failed = |e: registrar_domain::StoreError| format!("host.{call}: {e}");
        if let Some(record) = record {
            return self.tx.events_of(&register.id, record).map_err(failed);
        }
        let mut all: Vec<Event> = Vec::new();
        loop {
            let after = all.last().map_or(0, |e| e.seq);
            let page = self.tx.events_in(&register.id, after, PAGE).map_err(failed)?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }
}

/// What events of the kernel's own say, on any record: those of deadlines, reminders and voids.
const SAID_BY_THE_CLOCK: [&str; 9] =
    ["deadline", "start", "why", "due", "kind", "to", "text", "event", "reason"];

/// That `match` names fields that are there: of others nothing would ever be found.
fn known_fields(call: &str, register: &Register, of: &Value, forms: bool) -> Result<(), String> {
    let in_forms =
        |name: &str| forms && register.actions.values().any(|action| action.form.contains_key(name));
    let own = |name: &str| forms && SAID_BY_THE_CLOCK.contains(&name);
    let known =
        |name: &str| register.open || register.fields.contains_key(name) || in_forms(name) || own(name);
    match of.get("match").as_map().into_iter().flatten().find(|(name, _)| !known(name)) {
        None => Ok(()),
        Some((name, _)) => {
            let hint = nearest(name, register.fields.keys().map(String::as_str));
            Err(format!("host.{call}: `match` names `{name}`, which is no field of {}{hint}", register.id))
        }
    }
}

/// Whether every entry of `wanted` equals, or lists, the field of that name.
fn fits(wanted: &Value, record: &Record, event: Option<&Event>) -> bool {
    wanted.as_map().into_iter().flatten().all(|(name, wanted)| {
        let in_record = record.fields.get(name).into_iter();
        let in_event = event.into_iter().filter_map(|e| e.fields.get(name));
        in_record.chain(in_event).any(|there| match wanted {
            Value::List(any) => any.iter().any(|one| one.same(there)),
            one => one.same(there),
        })
    })
}
