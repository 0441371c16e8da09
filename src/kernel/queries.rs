//! What someone sees of an office: records, how many stand where, what is due. Whose they are is
//! `access`'s to say, for pages, exports and whatever else lists.

use crate::{
    access::{Principal, Reach, owner_field},
    error::KernelError,
    office::{Office, PAGE},
    reminder::Due,
};
use registrar_domain::{
    Event, ReadTx, Record, Register,
    storage::{Deadline, DeadlineQuery, DeadlineState, RecordQuery},
};
use std::{collections::BTreeMap, sync::Arc};

/// How many events are looked at for one page of the log.
const LOOK: usize = 20_000;

/// How many records stand at each stage.
pub type Stages = BTreeMap<String, u64>;

impl Office {
    /// Records that fit and that someone may see, in terms of the present definition of their register.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn records_seen(&self, by: &Principal, query: &RecordQuery) -> Result<Vec<Record>, KernelError> {
        let registers = self.registers();
        let register = registers.find(&query.register)?;
        if by.may_open(register).is_none() {
            return Ok(Vec::new());
        }
        let mut records = self.records(query)?;
        records.retain(|record| by.may_see(register, record));
        Ok(records)
    }

    /// The registers that someone may open, with how many records of theirs stand where.
    ///
    /// # Errors
    /// The store failed.
    pub fn stages_seen(&self, by: &Principal) -> Result<Vec<(Arc<Register>, Stages)>, KernelError> {
        let read = self.read()?;
        let counted = read.occupied_stages()?;
        let mut seen = Vec::new();
        for register in self.registers().by_id.values() {
            let mut stages = Stages::new();
            match by.may_open(register) {
                None => continue,
                Some(Reach::Office) => {
                    for (_, stage, count) in counted.iter().filter(|(of, ..)| *of == register.id) {
                        *stages.entry(register.current_stage(stage).to_owned()).or_default() += count;
                    }
                }
                Some(Reach::Units(units)) if !register.has_renamed() => {
                    let owner = owner_field(register).map(|field| (field.to_owned(), units));
                    let stored = counted.iter().filter(|(of, ..)| *of == register.id);
                    for (_, stage, count) in stored {
                        let count = match &owner {
                            None => *count,
                            Some(owner) => read.count_records(&RecordQuery {
                                register: register.id.clone(),
                                stages: vec![stage.clone()],
                                owner: Some(owner.clone()),
                                ..RecordQuery::default()
                            })?,
                        };
                        if count > 0 {
                            *stages.entry(register.current_stage(stage).to_owned()).or_default() += count;
                        }
                    }
                }
                // The store knows fields by the names that they were written under.
                Some(Reach::Units(_)) => {
                    let query = RecordQuery { register: register.id.clone(), ..RecordQuery::default() };
                    for record in self.records_seen(by, &query)? {
                        *stages.entry(record.stage).or_default() += 1;
                    }
                }
            }
            seen.push((register.clone(), stages));
        }
        Ok(seen)
    }

    /// The first few deadlines that are owed on records that someone may see, by their day: those of one
    /// record (register, id) or of all, as far as they are `wanted`.
    ///
    /// # Errors
    /// The store failed.
    pub fn due_seen(
        &self,
        by: &Principal,
        of: Option<(String, String)>,
        wanted: impl Fn(&Deadline) -> bool,
        most: usize,
    ) -> Result<Vec<Due>, KernelError> {
        let registers = self.registers();
        let read = self.read()?;
        let mut seen = Vec::new();
        let owed = DeadlineQuery { record: of, states: DeadlineState::OWED.to_vec(), due_before: None };
        for deadline in read.deadlines(&owed)?.into_iter().filter(wanted) {
            let Some(register) = registers.by_id.get(&deadline.register) else { continue };
            // Without opening its record where nothing of the register is theirs.
            if by.may_open(register).is_none() {
                continue;
            }
            let record = read.record(&deadline.register, &deadline.record)?.map(|r| register.present(r));
            seen.extend(record.filter(|r| by.may_see(register, r)).map(|record| (deadline, record)));
            if seen.len() == most {
                break;
            }
        }
        drop(read);
        self.with_reminders(by, seen)
    }

    /// Whether someone sees an event: by whether they see its record, or, of the office's own registers,
    /// look after the office.
    ///
    /// # Errors
    /// The store failed.
    pub fn sees_event(&self, by: &Principal, read: &dyn ReadTx, event: &Event) -> Result<bool, KernelError> {
        let registers = self.registers();
        let Some(register) = registers.by_id.get(&event.register) else { return Ok(by.administers()) };
        if by.may_open(register).is_none() {
            return Ok(false);
        }
        let record = read.record(&register.id, &event.record)?.map(|record| register.present(record));
        Ok(record.is_some_and(|record| by.may_see(register, &record)))
    }

    /// The last events before a place in the log that someone may see, the newest first: those of
    /// records that they may see, and for who looks after the office those of the office itself. With
    /// the place before which the next are looked for, if there are more.
    ///
    /// # Errors
    /// The store failed.
    pub fn events_seen(
        &self,
        by: &Principal,
        before: Option<u64>,
        most: usize,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<(Vec<Event>, Option<u64>), KernelError> {
        let read = self.read()?;
        let mut end = before.unwrap_or(u64::MAX).min(read.head()?.seq + 1);
        let mut seen = Vec::new();
        let mut looked = 0;
        while end > 1 && looked < LOOK {
            let start = end.saturating_sub(PAGE as u64).max(1);
            let mut page = read.events_after(start - 1, (end - start) as usize)?;
            page.reverse();
            looked += page.len();
            for event in page {
                end = event.seq;
                if wanted(&event) && self.sees_event(by, &*read, &event)? {
                    seen.push(event);
                    if seen.len() == most {
                        return Ok((seen, (end > 1).then_some(end)));
                    }
                }
            }
            end = start;
        }
        Ok((seen, (end > 1).then_some(end)))
    }
}
