//! Checks what is stored against what it was made from: the files, the chain, the ids, and the records'
//! states.

use crate::{
    action::erasure_index::ErasureIndex,
    attachment::Attachment,
    error::KernelError,
    office::{Office, PAGE},
};
use registrar_domain::{
    Event, ReadTx, Record, Register, Registers,
    commitment::PersonalValue,
    event::{Link, chain},
    reserved::VOID,
    storage::{LogHead, RecordQuery},
};
use registrar_sdk::Value;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Events walked.
    pub events: u64,
    /// Records derived anew.
    pub records: u64,
    /// Personal values that were erased, as events tell.
    pub erased: u64,
    /// The last link of the chain, in hexadecimal.
    pub head: String,
    /// Everything that is not as it should be.
    pub problems: Vec<String>,
}

impl Verified {
    /// Whether all is as it should be.
    pub fn passed(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Office {
    /// The end of the log's chain.
    ///
    /// # Errors
    /// The store.
    pub fn log_head(&self) -> Result<LogHead, KernelError> {
        Ok(self.read()?.head()?)
    }

    /// [`verify_head`], of the office's log.
    ///
    /// # Errors
    /// As there, or the store.
    pub fn verify_head(&self, known: &str) -> Result<(), String> {
        verify_head(&*self.read().map_err(|why| why.to_string())?, known)
    }

    /// Walks the log's chain and derives every record anew; `progress` hears of events walked.
    ///
    /// # Errors
    /// The store. What is wrong with the content is in the report.
    pub fn verify(&self, progress: &mut dyn FnMut(u64)) -> Result<Verified, KernelError> {
        let plan = self.plan()?;
        let read = self.read()?;
        let mut report = Verified { problems: self.store().damages()?, ..Verified::default() };
        report.problems.extend(self.host().noted(LOST).map_err(KernelError::refused)?);
        let touched = walk(&*read, Some(&plan.registers), &mut report, progress)?;
        let unlike = self.unlike_words(&plan.registers).unwrap_or_else(|why| {
            report.problems.push(format!("the words of records can't be compared: {why}"));
            Vec::new()
        });
        report.problems.extend(unlike.into_iter().map(|(register, record)| {
            format!(
                "{register} {record}: it is found by other words than its own; they are gathered anew once a field \
                 that is searched in changes, or from a backup"
            )
        }));
        let mut unowned = BTreeSet::new();
        for ((register, record), count) in &touched {
            report.records += 1;
            let definition = plan.registers.get(register);
            if definition.is_none() && !register.starts_with('$') {
                unowned.insert(register);
            }
            verify_record(&*read, (register, definition), record, *count, &mut report.problems);
        }
        report.problems.extend(unowned.into_iter().map(|register| {
            format!(
                "{register}: it has records, but no plugin that serves defines it, so they can't be compared with \
                 their events; put its plugin back, or see why it is held"
            )
        }));
        for register in plan.registers.by_id.keys() {
            verify_no_strays(&*read, register, &touched, &mut report.problems);
        }
        Ok(report)
    }
}

/// Derives a record anew from its events, which are `count`, and holds it and its files against what is stored. Of
/// a register that nobody defines at present records are kept as they were, and can't be derived.
fn verify_record(
    read: &dyn ReadTx,
    (id, register): (&str, Option<&Arc<Register>>),
    record: &str,
    count: usize,
    problems: &mut Vec<String>,
) {
    let (stored, events) = match (read.record(id, record), read.events_of(id, record)) {
        (Ok(stored), Ok(events)) => (stored, events),
        (Err(why), _) | (_, Err(why)) => {
            problems.push(format!("{id} {record}: it can't be read: {why}"));
            return;
        }
    };
    if events.len() != count {
        problems.push(format!(
            "{id} {record}: the log has {count} events of it, but {} are found by its name",
            events.len()
        ));
    }
    let Some(register) = register else { return };
    let derived = Record::replay(register, record, &events);
    let same = match (&stored, &derived) {
        (Some(a), Some(b)) => register.present(a.clone()) == register.present(b.clone()),
        (a, b) => a.is_none() && b.is_none(),
    };
    for file in stored.iter().flat_map(|stored| stored.fields.values()).flat_map(Value::items) {
        let lost = Attachment::read(file).filter(|file| !read.has_file(&file.hash).unwrap_or(false));
        problems.extend(lost.map(|file| {
            let (name, hash) = (&file.name, &file.hash);
            format!("{id} {record}: its file \"{name}\" ({hash}) is not there; take it from a backup")
        }));
    }
    if !same {
        problems.push(format!("{id} {record}: its state is not what its events make"));
    }
}

/// Finds records of a register that no event is of.
fn verify_no_strays(
    read: &dyn ReadTx,
    register: &str,
    touched: &BTreeMap<(String, String), usize>,
    problems: &mut Vec<String>,
) {
    let query = RecordQuery { register: register.to_owned(), ..RecordQuery::default() };
    let found = read.records(&query).unwrap_or_else(|why| {
        problems.push(format!("{register}: its records can't be read: {why}"));
        Vec::new()
    });
    for stored in found {
        if !touched.contains_key(&(register.to_owned(), stored.id.clone())) {
            problems.push(format!("{register} {}: it is there without any event", stored.id));
        }
    }
}

/// The key of the note that tells of a log that was shorter than what was known of it.
pub(crate) const LOST: &str = "log-lost";

fn hexadecimal(link: Link) -> String {
    blake3::Hash::from_bytes(link).to_hex().to_string()
}

/// Holds the log to what [`LogHead::to_text`] said of it earlier.
///
/// # Errors
/// What is not so: the log is shorter, or says something else there.
pub fn verify_head(read: &dyn ReadTx, known: &str) -> Result<(), String> {
    let form = || format!("`{known}` is no head; it looks like 12:{}", "0".repeat(64));
    let (seq, link) = known.trim().split_once(':').ok_or_else(form)?;
    let seq: u64 = seq.parse().map_err(|_| form())?;
    if link.len() != 64 || !link.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(form());
    }
    let head = read.head().map_err(|e| e.to_string())?;
    if seq > head.seq {
        return Err(format!(
            "the log ends with event {}, but {seq} were known: events are lost; restore a backup",
            head.seq
        ));
    }
    let found = match seq {
        0 => [0; 32],
        _ => {
            let stored = read.stored_after(seq - 1, 1).map_err(|e| e.to_string())?;
            stored.first().filter(|stored| stored.seq == seq).map_or([0; 32], |stored| stored.link)
        }
    };
    match hexadecimal(found) == link.to_lowercase() {
        true => Ok(()),
        false => Err(format!(
            "up to event {seq} the log is another one than it was: what was written then was changed since, and the \
             chain made anew; compare it with a backup"
        )),
    }
}

/// Walks the chain of one log and what its voids say; the records are not looked at.
///
/// # Errors
/// The store. What is wrong with the content is in the report.
pub fn verify_log(read: &dyn ReadTx, progress: &mut dyn FnMut(u64)) -> Result<Verified, KernelError> {
    let mut report = Verified::default();
    walk(read, None, &mut report, progress)?;
    Ok(report)
}

fn walk(
    read: &dyn ReadTx,
    registers: Option<&Registers>,
    report: &mut Verified,
    progress: &mut dyn FnMut(u64),
) -> Result<BTreeMap<(String, String), usize>, KernelError> {
    let mut odd = Mismatches::default();
    let mut link: Link = [0; 32];
    let (mut last, mut touched) = (0, BTreeMap::new());
    let (mut voided, mut dead) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let page = read.stored_after(last, PAGE)?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            let problem = |text: &str| format!("event {}: {text}", stored.seq);
            if stored.seq != last + 1 {
                report
                    .problems
                    .push(problem(&format!("it follows event {last}; events are missing between")));
            }
            last = stored.seq;
            link = chain(&link, &stored.bytes);
            if link != stored.link {
                odd.unlinked.push((stored.seq, blake3::hash(&stored.bytes).to_hex().to_string()));
                // Go on from what is stored, so that one change is one problem.
                link = stored.link;
            }
            match Event::from_stored(&stored.bytes, stored.dead) {
                Ok(event) => {
                    odd.look(&event, &stored.personal, registers);
                    if event.seq != stored.seq {
                        report.problems.push(problem("its bytes are those of another event"));
                    }
                    let found = read.event_by_id(&event.id)?.map(|found| found.seq);
                    if found != Some(stored.seq) {
                        report.problems.push(problem(&format!("it is not found by its id `{}`", event.id)));
                    }
                    if let Some(id) = event.fields.get("event").and_then(|v| v.as_str())
                        && event.action == VOID
                    {
                        voided.insert(id.to_owned());
                    }
                    if stored.dead {
                        dead.insert(event.id.clone());
                    }
                    *touched.entry((event.register, event.record)).or_default() += 1;
                }
                Err(why) => report.problems.push(problem(&format!("its bytes are no event: {why}"))),
            }
            report.events += 1;
        }
        progress(report.events);
    }
    for id in voided.symmetric_difference(&dead) {
        report.problems.push(format!("event `{id}`: it is marked dead or alive against what the voids say"));
    }
    report.head = blake3::Hash::from_bytes(link).to_hex().to_string();
    odd.tell(report);
    Ok(touched)
}

/// What is not as it was logged, until the whole log has said whether it was erased.
#[derive(Default)]
struct Mismatches {
    allowed: ErasureIndex,
    /// Events whose bytes don't give their link: place, hash of the bytes.
    unlinked: Vec<(u64, String)>,
    /// Personal values that are not there: place, register, record, field of the record.
    gone: Vec<(u64, String, String, String)>,
    /// Places of events beside which something else is kept than they have commitments to, with the field.
    other: Vec<(u64, String)>,
}

impl Mismatches {
    fn look(&mut self, event: &Event, kept: &[PersonalValue], registers: Option<&Registers>) {
        self.allowed.take(event);
        for value in kept.iter().filter(|value| !event.is_kept_as_logged(value)) {
            self.other.push((event.seq, value.field.clone()));
        }
        for field in event.personal.keys().filter(|field| kept.iter().all(|kept| kept.field != ***field)) {
            let register = registers.and_then(|registers| registers.by_id.get(&event.register));
            let field = register.map_or(&**field, |register| register.lands_in(&event.action, field));
            self.gone.push((event.seq, event.register.clone(), event.record.clone(), field.to_owned()));
        }
    }

    fn tell(self, report: &mut Verified) {
        for (place, hash) in self.unlinked {
            if !self.allowed.is_rewritten(place, &hash) {
                report.problems.push(format!(
                    "event {place}: its link does not follow from the one before and its bytes"
                ));
            }
        }
        for (place, field) in self.other {
            report
                .problems
                .push(format!("event {place}: the personal value `{field}` is not the one that was logged"));
        }
        for (place, register, record, field) in self.gone {
            match self.allowed.is_erased(&register, &record, &field, place) {
                true => report.erased += 1,
                false => report.problems.push(format!(
                    "event {place}: its personal value `{field}` is gone, and no erasure tells of it; take it from a \
                     backup"
                )),
            }
        }
    }
}
