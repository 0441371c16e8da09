//! What someone sees of an office: records, how many stand where, what is due. Whose they are is
//! `access`'s to say, for pages, exports and whatever else lists.

use crate::{
    access::{Principal, Reach},
    error::KernelError,
    office::Office,
    record::Record,
    register::Register,
    storage::{Deadline, DeadlineQuery, RecordQuery},
};
use std::{collections::BTreeMap, sync::Arc};

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
        let counted = self.read()?.occupied_stages()?;
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

    /// The first few open deadlines of records that someone may see, each with its record.
    ///
    /// # Errors
    /// The store failed.
    pub fn due_seen(&self, by: &Principal, most: usize) -> Result<Vec<(Deadline, Record)>, KernelError> {
        let registers = self.registers();
        let read = self.read()?;
        let mut seen = Vec::new();
        for deadline in read.deadlines(&DeadlineQuery { open: true, ..DeadlineQuery::default() })? {
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
        Ok(seen)
    }
}
