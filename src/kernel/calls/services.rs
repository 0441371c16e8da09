//! Host calls that read and write the office's rows: records, counts, totals, sequences, actions.

use crate::{
    access::Principal,
    action::{Act, ActError},
    calls::figures,
    office::{Office, OfficeGeneration, PAGE},
    table::printable,
};
use registrar_contract::calls::period::MonthSpan;
use registrar_domain::{Actor, Event, ReadTx, Record, Register, WriteTx, event::nths, storage::RecordQuery};
use registrar_host::{Caller, Services};
use registrar_sdk::{Key, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Records that `host.records` gives where nothing else is said.
const RECORDS: usize = 1_000;

/// Calls inside an action: they see its open transaction, with the rights of who acts.
pub(crate) struct InTransaction<'a, 't> {
    pub office: &'a Office,
    pub plan: &'a OfficeGeneration,
    pub principal: &'a Principal,
    pub tx: &'a mut (dyn WriteTx + 't),
}

impl Services for InTransaction<'_, '_> {
    fn call(&mut self, name: &str, _: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        match name {
            "sequence" => {
                let name = args.first().and_then(Value::as_str).unwrap_or_default();
                self.tx.next_in_sequence(name).map(Value::Int).map_err(|e| e.to_string())
            }
            "act" => Err("host.act is not available inside an action; answer action.effect instead".into()),
            _ => ReadCalls { office: self.office, plan: self.plan, principal: self.principal, tx: &*self.tx }
                .call(name, args),
        }
    }
}

/// Calls in the background: each sees what is committed, and acts in a transaction of its own with
/// the rights that the operator granted to the plugin.
pub(crate) struct Background<'a> {
    pub office: &'a Office,
    pub plan: &'a OfficeGeneration,
    /// The event that is being told of.
    pub cause: Option<&'a str>,
    /// Whether it is only tried: what is made goes nowhere.
    pub tried: bool,
}

impl Services for Background<'_> {
    fn call(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        // What was granted to it under an id that it had before is granted still.
        let directory = self.office.directory();
        let mut names = caller.plugin.names().map(|name| format!("plugin:{name}"));
        let by = names.find(|name| directory.knows_person(name));
        let by = by.unwrap_or_else(|| format!("plugin:{}", caller.plugin.id));
        let of = args.first().unwrap_or(&Value::Nil);
        let plugin = &caller.plugin.id;
        match name {
            "act" => return self.act(by, caller.depth, of),
            "http" => return self.office.outside()?.http(&self.office.name, plugin, of),
            "mail" => return self.office.outside()?.mail(&self.office.name, plugin, of).map(|()| Value::Nil),
            "render" => return self.render(args),
            _ => {}
        }
        // What was not granted is not seen; a plugin without a grant sees nothing of any record.
        let principal = Principal::of(&directory, &Actor::person(&by), self.office.today())
            .map_err(|why| format!("host.{name}: {why}, with the roles that the plugin is to have"))?;
        if name == "package" {
            return self.package(&principal, of);
        }
        let read = self.office.read().map_err(|e| e.to_string())?;
        ReadCalls { office: self.office, plan: self.plan, principal: &principal, tx: &*read }.call(name, args)
    }
}

impl Background<'_> {
    // A document is given: nothing is looked up for it, so it takes no rights.
    fn render(&self, args: &[Value]) -> Result<Value, String> {
        let args = vec![
            printable(args.first().cloned().unwrap_or_default()),
            args.get(1).cloned().unwrap_or_default(),
        ];
        let rendered = self.office.as_operator().ask("report.render", args);
        rendered.map(|outcome| outcome.value).map_err(|why| format!("host.render: {why}"))
    }

    fn package(&self, by: &Principal, of: &Value) -> Result<Value, String> {
        let word = |key: &str| of.get(key).as_str().unwrap_or_default();
        let parameters = of.get("parameters").as_map().cloned().unwrap_or_default();
        let packed = self.office.pack(by, word("name"), word("to"), parameters);
        let packed = packed.map_err(|why| format!("host.package: {why}"))?;
        if let Some(text) = packed.as_ref().filter(|_| !self.tried) {
            self.office
                .tell_sent(word("name"), word("to"), text)
                .map_err(|why| format!("host.package: {why}"))?;
        }
        Ok(packed.map_or(Value::Nil, |text| Value::Bytes(text.into_bytes().into())))
    }

    fn act(&self, by: String, depth: u8, of: &Value) -> Result<Value, String> {
        let word = |key: &str| of.get(key).as_str().map(str::to_owned);
        let key = word("key").ok_or("host.act: `key` is missing")?;
        let act = Act {
            register: word("register").unwrap_or_default(),
            record: word("record"),
            action: word("action").unwrap_or_default(),
            on: word("on").and_then(|on| on.parse().ok()),
            // Two plugins may choose the same key.
            id: Some(format!("{by}/{key}")),
            by: Actor::Person(by),
            fields: of.get("fields").as_map().cloned().unwrap_or_default(),
            cause: self.cause.map(str::to_owned),
            files: Vec::new(),
        };
        let done = self.office.act_at(act, depth + 1).map_err(|e: ActError| e.to_string())?;
        let texts = |items: Vec<String>| Value::List(items.into_iter().map(Value::from).collect());
        let number = done.record.as_ref().and_then(|r| r.number.clone());
        let record = done.events.first().map(|e| e.record.clone()).unwrap_or_default();
        Ok(Value::map([
            ("record", Value::from(record)),
            ("number", Value::from(number)),
            ("events", texts(done.events.iter().map(|e| e.id.clone()).collect())),
            ("warnings", texts(done.warnings.iter().map(|w| w.text.clone()).collect())),
        ]))
    }
}

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
            "standing" | "awards" | "quotas" | "total" => {
                let view = self.office.as_principal(self.principal);
                figures::answer(&view, self.plan, name, of).map_err(|why| format!("host.{name}: {why}"))
            }
            other => Err(format!("host.{other} is not available here")),
        }
    }

    fn register(&self, call: &str, of: &Value) -> Result<&Register, String> {
        let id = of.get("register").as_str().unwrap_or_default();
        let found = self.plan.registers.find(id);
        found.map(|r| &**r).map_err(|e| format!("host.{call}: {e}"))
    }

    fn records(&self, of: &Value) -> Result<Value, String> {
        let register = self.register("records", of)?;
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
        let word = |key: &str| of.get(key).as_str();
        let span = match word("period") {
            Some(id) => {
                Some(MonthSpan::parse(id).ok_or_else(|| format!("host.{call}: `{id}` is no period"))?)
            }
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
                    && span.as_ref().is_none_or(|span| span.first <= event.on && event.on <= span.last)
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
