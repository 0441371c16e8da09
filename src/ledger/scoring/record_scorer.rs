//! What a record's events come to: `score.post` for each live event, then `score.reconciler`.
//!
//! A failure does not stop anything: the record is unscored, with what went wrong beside it.

use crate::{
    model::{
        counted_event::CountedEvent,
        posting::{EventRef, Origin, Posting, RuleRef},
        storage::Unscored,
    },
    scoring::{reconciler, scoring_context::ScoringContext},
};
use jiff::civil::Date;
use registrar_contract::payload::point;
use registrar_domain::{
    Event, ReadTx, Record, Register, Registers, Stored,
    event::{in_order, nths},
    register::FieldType,
    reserved::VOID,
};
use registrar_host::{Failed, Outcome};
use registrar_sdk::Value;
use registrar_sdk::native::Typed;

/// A record with its live events, in the order in which they count.
pub struct RecordHistory {
    /// The log's key of the record; 0 on trial.
    pub key: u64,
    /// Its register.
    pub register: String,
    /// Its id.
    pub id: String,
    /// The record as it is now; `None` if no live event makes it.
    pub record: Option<Record>,
    /// Its live events.
    pub events: Vec<Event>,
}

/// What a record came to.
pub struct ScoredRecord {
    /// The log's key of the record.
    pub key: u64,
    /// Its register.
    pub register: String,
    /// Its id.
    pub record: String,
    /// Its live events, and whose they are.
    pub entries: Vec<CountedEvent>,
    /// Its postings, struck ones among them; none if it is unscored.
    pub postings: Vec<Posting>,
    /// Why it has none.
    pub unscored: Option<Unscored>,
}

impl RecordHistory {
    /// As the log has it.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) fn read(
        world: &ScoringContext<'_>,
        log: &dyn ReadTx,
        key: u64,
        register: &str,
        id: &str,
    ) -> Stored<RecordHistory> {
        let record = world.record(log, register, id)?;
        Ok(RecordHistory::new(key, register, id, record, log.events_of(register, id)?))
    }

    /// From all events of a record, as the log has them.
    pub fn new(
        key: u64,
        register: &str,
        id: &str,
        record: Option<Record>,
        mut events: Vec<Event>,
    ) -> RecordHistory {
        events.retain(|event| !event.dead && event.action != VOID);
        in_order(&mut events);
        RecordHistory { key, register: register.to_owned(), id: id.to_owned(), record, events }
    }
}

/// Whose a record is: the units in its field `unit`, or, in a register whose units are called
/// otherwise, in every field that holds units; and the people in every field that holds people.
pub fn owners(register: Option<&Register>, record: &Record) -> Vec<String> {
    let Some(register) = register else { return words(record.fields.get("unit")) };
    let mut owners: Vec<String> = owning(register).flat_map(|name| words(record.fields.get(name))).collect();
    owners.sort();
    owners.dedup();
    owners
}

/// The fields that say whose a register's records are.
pub(crate) fn owning(register: &Register) -> impl Iterator<Item = &str> {
    let own = register.fields.get("unit").is_some_and(|f| f.ty == FieldType::Unit);
    let owns = move |name: &str, ty: FieldType| match ty {
        FieldType::Unit => !own || name == "unit",
        FieldType::Person => true,
        _ => false,
    };
    register.fields.iter().filter(move |(name, field)| owns(name, field.ty)).map(|(name, _)| name.as_str())
}

/// Whose figures may hang on a record: everyone that one of its fields names.
fn concerned(register: Option<&Register>, record: &Record) -> Vec<String> {
    let mut accounts = owners(register, record);
    for (name, field) in register.into_iter().flat_map(|r| &r.fields) {
        if matches!(field.ty, FieldType::Unit | FieldType::Person) {
            accounts.extend(words(record.fields.get(name.as_str())));
        }
    }
    accounts.sort();
    accounts.dedup();
    accounts
}

fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Text(one)) => vec![one.to_string()],
        Some(Value::List(some)) => some.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// Scores records: one crossing to a worker for all their events, one for all that is reconciled.
pub fn score(world: &ScoringContext<'_>, dossiers: Vec<RecordHistory>) -> Vec<ScoredRecord> {
    let values: Vec<Option<Value>> =
        dossiers.iter().map(|d| d.record.as_ref().map(Record::to_value)).collect();
    let mut args = Vec::new();
    let mut spans = Vec::with_capacity(dossiers.len());
    for (dossier, record) in dossiers.iter().zip(&values) {
        let from = args.len();
        if let Some(record) = record.as_ref().filter(|_| world.has(point::ScorePost::ID)) {
            let numbered = dossier.events.iter().zip(nths(&dossier.events));
            args.extend(numbered.map(|(event, nth)| vec![event.to_value(nth), record.clone()]));
        }
        spans.push(from..args.len());
    }
    let mut outcomes = world.dispatch_all(point::ScorePost::ID, args).into_iter();
    let mut scored: Vec<ScoredRecord> = dossiers
        .into_iter()
        .zip(spans)
        .map(|(dossier, span)| {
            let answers = outcomes.by_ref().take(span.len()).collect();
            take_answers(world, dossier, answers)
        })
        .collect();
    reconcile_all(world, &mut scored, &values);
    scored
}

fn take_answers(
    world: &ScoringContext<'_>,
    dossier: RecordHistory,
    answers: Vec<Result<Outcome, Failed>>,
) -> ScoredRecord {
    let register = world.rules.registers.get(&dossier.register).map(AsRef::as_ref);
    let owners = dossier.record.as_ref().map(|r| owners(register, r)).unwrap_or_default();
    let mut scored = ScoredRecord {
        key: dossier.key,
        entries: entries(&dossier, &owners),
        register: dossier.register.clone(),
        record: dossier.id.clone(),
        postings: Vec::new(),
        unscored: None,
    };
    for (event, answer) in dossier.events.iter().zip(answers) {
        let posted = answer
            .map_err(|e| e.to_string())
            .and_then(|outcome| postings_of(&world.rules.registers, event, &outcome));
        match posted {
            Ok(postings) => scored.postings.extend(postings),
            Err(fault) => {
                let record = dossier.record.as_ref();
                let accounts = record.map(|r| concerned(register, r)).unwrap_or_default();
                scored.hold(accounts, format!("event {}: {fault}", event.id));
                break;
            }
        }
    }
    scored
}

fn entries(dossier: &RecordHistory, owners: &[String]) -> Vec<CountedEvent> {
    let entry = |(event, nth): (&Event, u64)| CountedEvent {
        on: event.on,
        seq: event.seq,
        id: event.id.clone(),
        record: dossier.id.clone(),
        action: event.action.clone(),
        nth,
        owners: owners.to_vec(),
        asked: None,
    };
    dossier.events.iter().zip(nths(&dossier.events)).map(entry).collect()
}

/// The postings that an outcome of `score.post` stands for.
fn postings_of(registers: &Registers, event: &Event, outcome: &Outcome) -> Result<Vec<Posting>, String> {
    let mut postings = Vec::new();
    for step in &outcome.steps {
        let rule = RuleRef::of(&step.handler);
        for (index, answer) in step.answer.items().iter().enumerate() {
            let origin = Origin::Event(EventRef {
                seq: event.seq,
                id: event.id.clone(),
                register: None,
                record: event.record.clone(),
                action: event.action.clone(),
                on: event.on,
            });
            let of = (registers, event.register.as_str());
            let posting =
                Posting::from_answer(answer, of, origin, rule.clone(), index as u32).map_err(|why| {
                    format!("plugin \"{}\" ({}): score.post answered a {why}", rule.plugin, rule.place())
                })?;
            postings.push(posting);
        }
    }
    Ok(postings)
}

/// Has the postings of records reconciled, each with what stands for its record, in one crossing.
pub(crate) fn reconcile_all(
    world: &ScoringContext<'_>,
    scored: &mut [ScoredRecord],
    records: &[Option<Value>],
) {
    const POINT: &str = point::ScoreReconcile::ID;
    if !world.has(POINT) {
        return;
    }
    let ranks = reconciler::Ranks::of(&world.rules.generation);
    let mut which = Vec::new();
    let mut args = Vec::new();
    for (i, one) in scored.iter().enumerate() {
        if let Some(record) = records[i].as_ref().filter(|_| !one.postings.is_empty()) {
            let order = ranks.order(&one.postings);
            args.push(vec![reconciler::as_arguments(&one.postings, &order), record.clone()]);
            which.push((i, order));
        }
    }
    for ((i, order), outcome) in which.into_iter().zip(world.dispatch_all(POINT, args)) {
        let one = &mut scored[i];
        let postings = std::mem::take(&mut one.postings);
        let accounts: Vec<String> = postings.iter().map(|p| p.account.clone()).collect();
        let reconciled = outcome.map_err(|failed| failed.to_string());
        match reconciled
            .and_then(|o| reconciler::apply(postings, &order, &o).map_err(|fault| fault.to_string()))
        {
            Ok(postings) => one.postings = postings,
            Err(fault) => one.hold(accounts, fault),
        }
    }
}

impl ScoredRecord {
    /// That the record is unscored for a reason, holding up the figures of its owners.
    pub(crate) fn held(&self, mut accounts: Vec<String>, fault: String) -> Unscored {
        accounts.extend(self.entries.iter().flat_map(|entry| entry.owners.clone()));
        accounts.sort();
        accounts.dedup();
        let days = self.entries.iter().map(|e| e.on);
        Unscored {
            register: self.register.clone(),
            record: Some(self.record.clone()),
            period: None,
            measure: None,
            accounts,
            first: days.clone().min().unwrap_or(Date::MIN),
            last: days.max().unwrap_or(Date::MAX),
            fault,
        }
    }

    pub(crate) fn hold(&mut self, accounts: Vec<String>, fault: String) {
        self.postings.clear();
        self.unscored = Some(self.held(accounts, fault));
    }
}

/// What differs between two scorings of a record in opposite orders, and where the rule is written;
/// `None` if nothing does.
pub(crate) fn difference(
    (register, record): (&str, &str),
    first: &[Posting],
    second: &[Posting],
) -> Option<String> {
    let longer = if first.len() >= second.len() { first } else { second };
    let at = (0..longer.len()).find(|at| first.get(*at) != second.get(*at))?;
    let said = |posting: Option<&Posting>| {
        posting.map_or("nothing".to_owned(), |p| format!("{} for {}", p.amount, p.account))
    };
    let rule = &longer[at].rule;
    Some(format!(
        "plugin \"{}\" ({}): asked about {register} {record} it counted {} first and {} a second time, in the opposite order; \
         a rule may only depend on its arguments, settings and look-ups: keep no table or count between calls, and \
         change nothing that is given",
        rule.plugin,
        rule.place(),
        said(first.get(at)),
        said(second.get(at)),
    ))
}

/// What an event that has not happened yet would come to, beside the record's other events.
///
/// # Errors
/// What went wrong in scoring it.
pub fn trial(
    world: &ScoringContext<'_>,
    dossier: RecordHistory,
    event: &Event,
) -> Result<Vec<Posting>, String> {
    let seq = event.seq;
    let mut dossier = dossier;
    dossier.events.push(event.clone());
    in_order(&mut dossier.events);
    let scored = score(world, vec![dossier]);
    let Some(scored) = scored.into_iter().next() else { return Ok(Vec::new()) };
    match scored.unscored {
        Some(unscored) => Err(unscored.fault),
        None => Ok(scored
            .postings
            .into_iter()
            .filter(|p| p.counts() && p.event().is_some_and(|e| e.seq == seq))
            .collect()),
    }
}
