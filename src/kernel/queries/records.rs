//! Records as someone sees them, and how many stand where.

use super::OfficeView;
use crate::{
    access::{Principal, Reach, owner_field},
    error::KernelError,
};
use registrar_domain::{
    ReadTx, Record, Register, Registers, Unknown,
    register::{FieldDef, FieldType},
    storage::RecordQuery,
};
use registrar_sdk::Value;
use std::{collections::BTreeMap, sync::Arc};

/// How many records stand at each stage.
pub type Stages = BTreeMap<String, u64>;

/// Records read at once.
const PAGE: usize = 1000;

impl OfficeView<'_> {
    /// A record within their reach, in terms of the present definition of its register.
    ///
    /// # Errors
    /// The register is not for them; or the record is not there, or not for them: which of the two is not told.
    pub fn record(&self, register: &str, id: &str) -> Result<Record, KernelError> {
        self.opened(register)?;
        match self.find_record(register, id)? {
            Some((record, true)) => Ok(record),
            Some((_, false)) => Err(self.hidden(register, id)),
            None => Err(self.unknown(register, id)),
        }
    }

    /// A record that they may look at: one within their reach (`true`), or one that such a record names.
    ///
    /// # Errors
    /// As [`OfficeView::record`].
    pub fn linked_record(&self, register: &str, id: &str) -> Result<(Record, bool), KernelError> {
        if let Some(found) = self.find_record(register, id)? {
            return Ok(found);
        }
        // Who sees nothing of the register is told so, whatever there is in it.
        self.opened(register)?;
        Err(self.hidden(register, id))
    }

    /// The same, where it is nothing unusual that it is not for them.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn find_record(&self, register: &str, id: &str) -> Result<Option<(Record, bool)>, KernelError> {
        let registers = self.office.registers();
        let register = registers.find(register)?;
        let read = self.office.read()?;
        let Some(record) = read.record(&register.id, id)?.map(|record| register.present(record)) else {
            return Ok(None);
        };
        if self.by.may_see(register, &record) {
            return Ok(Some((record, true)));
        }
        let is_named = sees(&registers, self.by, &*read, register, &record)?;
        Ok(is_named.then_some((record, false)))
    }

    /// What is said of a record that is not for them; noted if there is one.
    fn hidden(&self, register: &str, id: &str) -> KernelError {
        let is_there =
            self.office.read().is_ok_and(|read| read.record(register, id).is_ok_and(|r| r.is_some()));
        if is_there {
            let (office, person, what) = (&self.office.name, self.by.actor(), format!("{register} {id}"));
            tracing::warn!(%office, %person, what, "Denied.");
        }
        self.unknown(register, id)
    }

    fn unknown(&self, register: &str, id: &str) -> KernelError {
        let hint = match self.by {
            Principal::Operator => format!(" in {register}"),
            Principal::Person(person) => format!(" in {register} that {} may see", person.id),
        };
        Unknown { what: "record", name: id.to_owned(), hint }.into()
    }

    /// Records that fit, in terms of the present definition of their register.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn records(&self, query: &RecordQuery) -> Result<Vec<Record>, KernelError> {
        let registers = self.office.registers();
        let register = registers.find(&query.register)?;
        if self.by.may_open(register).is_none() {
            return Ok(Vec::new());
        }
        let found = self.office.read()?.records(query)?.into_iter().map(|record| register.present(record));
        Ok(found.filter(|record| self.by.may_see(register, record)).collect())
    }

    /// A page of the records that fit, the newest first; and how many there are.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn newest(
        &self,
        query: &RecordQuery,
        (offset, limit): (usize, usize),
    ) -> Result<(Vec<Record>, u64), KernelError> {
        let registers = self.office.registers();
        let register = registers.find(&query.register)?;
        let owner = match (self.by.may_open(register), owner_field(register)) {
            (None, _) => return Ok((Vec::new(), 0)),
            (Some(Reach::Office), _) | (_, None) => None,
            (Some(Reach::Units(units)), Some(field)) => Some((field.to_owned(), units)),
        };
        if owner.is_some() && (register.has_renamed() || self.by.may_be_named(register)) {
            // The store knows fields by the names that they were written under, and no list of people.
            let mut records = self.records(query)?;
            records.sort_by_key(|record| std::cmp::Reverse(record.created));
            let count = records.len() as u64;
            return Ok((records.into_iter().skip(offset).take(limit).collect(), count));
        }
        let query = RecordQuery { owner, newest: true, ..query.clone() };
        let read = self.office.read()?;
        let count = read.count_records(&query)?;
        let page = read.records(&RecordQuery { offset, limit: Some(limit), ..query })?;
        let seen = page.into_iter().map(|record| register.present(record));
        Ok((seen.filter(|record| self.by.may_see(register, record)).collect(), count))
    }

    /// Goes through the records that fit, by their ids.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn each_record(&self, wanted: &RecordQuery, take: &mut dyn FnMut(Record)) -> Result<(), KernelError> {
        let registers = self.office.registers();
        let definition = registers.find(&wanted.register)?;
        let mut query =
            RecordQuery { limit: Some(PAGE), offset: 0, newest: false, after: None, ..wanted.clone() };
        loop {
            let page = self.office.read()?.records(&query)?;
            let Some(last) = page.last() else { return Ok(()) };
            query.after = Some(last.id.clone());
            let present = page.into_iter().map(|record| definition.present(record));
            present.filter(|record| self.by.may_see(definition, record)).for_each(&mut *take);
        }
    }

    /// The registers that they may open, with how many records of theirs stand where.
    ///
    /// # Errors
    /// The store failed.
    pub fn stages(&self) -> Result<Vec<(Arc<Register>, Stages)>, KernelError> {
        let read = self.office.read()?;
        let counted = read.occupied_stages()?;
        let mut seen = Vec::new();
        for register in self.office.registers().by_id.values() {
            let mut stages = Stages::new();
            match self.by.may_open(register) {
                None => continue,
                Some(Reach::Office) => {
                    for (_, stage, count) in counted.iter().filter(|(of, ..)| *of == register.id) {
                        *stages.entry(register.current_stage(stage).to_owned()).or_default() += count;
                    }
                }
                Some(Reach::Units(units)) if !register.has_renamed() && !self.by.may_be_named(register) => {
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
                    for record in self.records(&query)? {
                        *stages.entry(record.stage).or_default() += 1;
                    }
                }
            }
            seen.push((register.clone(), stages));
        }
        Ok(seen)
    }
}

/// Whether a field names records of a register.
fn names(field: &FieldDef, register: &Register) -> bool {
    field.ty == FieldType::Record && field.of.first() == Some(&register.id)
}

/// Whether someone sees a record: within their reach, or because a record within it names this one. Who put it
/// there saw it.
pub(crate) fn sees(
    registers: &Registers,
    by: &Principal,
    read: &dyn ReadTx,
    register: &Register,
    record: &Record,
) -> Result<bool, KernelError> {
    if by.may_see(register, record) {
        return Ok(true);
    }
    for other in registers.by_id.values() {
        let fields: Vec<&String> =
            other.fields.iter().filter(|(_, field)| names(field, register)).map(|(name, _)| name).collect();
        let owner = match (by.may_open(other), owner_field(other)) {
            _ if fields.is_empty() => continue,
            (None, _) => continue,
            (Some(Reach::Units(units)), Some(owner)) if !other.has_renamed() && !by.may_be_named(other) => {
                Some((owner.to_owned(), units))
            }
            _ => None,
        };
        let query = RecordQuery { register: other.id.clone(), owner, ..RecordQuery::default() };
        let named = |one: &Record| {
            let values = fields.iter().filter_map(|name| one.fields.get(name.as_str()));
            values.flat_map(Value::items).any(|value| value.as_str() == Some(&record.id))
        };
        for one in read.records(&query)? {
            let one = other.present(one);
            if named(&one) && by.may_see(other, &one) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
