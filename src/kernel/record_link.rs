//! Records that name others: by what people call them, by whom they may be named, and what being named lets see.

use crate::{
    access::{Principal, Reach, owner_field},
    action::{Act, ActError, ActionTx},
    error::KernelError,
    office::Office,
    search::phrases,
};
use registrar_domain::{
    ReadTx, Record, Register, Registers,
    register::{FieldDef, FieldType, schema::FieldProblem},
    storage::RecordQuery,
};
use registrar_sdk::Value;

/// Records of the same words that are looked at.
const MOST: usize = 1_000;

/// What a text stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// This record.
    One(String),
    /// None that may be seen.
    None,
    /// Several, as they are told apart: number and name.
    Several(Vec<String>),
}

/// What people call a record: its number, else its name.
pub fn call_name<'r>(register: &Register, record: &'r Record) -> &'r str {
    record.number.as_deref().unwrap_or_else(|| record.name(register))
}

impl Office {
    /// The record that someone means: by its number, else by its name, else by its id; `had` are those that stood
    /// there before, which are meant first.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn called(
        &self,
        by: &Principal,
        register: &str,
        said: &str,
        had: &[String],
    ) -> Result<LinkTarget, KernelError> {
        let registers = self.registers();
        let register = registers.find(register)?;
        let said = said.trim();
        let read = self.read()?;
        let present = |id: &str| -> Result<Option<Record>, KernelError> {
            Ok(read.record(&register.id, id)?.map(|record| register.present(record)))
        };
        for id in had {
            if present(id)?.is_some_and(|record| call_name(register, &record) == said) {
                return Ok(LinkTarget::One(id.clone()));
            }
        }
        // By their words, which numbers and names are among.
        self.follow_words()?;
        let words = phrases(said);
        let mut found = Vec::new();
        if !words.is_empty() {
            let query = RecordQuery { register: register.id.clone(), words, ..RecordQuery::default() };
            found = self.newest_seen(by, &query, (0, MOST))?.0;
        }
        let numbered =
            found.iter().filter(|record| record.number.as_deref() == Some(said)).collect::<Vec<_>>();
        let named = found.iter().filter(|record| record.name(register) == said).collect::<Vec<_>>();
        for fits in [numbered, named] {
            match fits[..] {
                [] => {}
                [one] => return Ok(LinkTarget::One(one.id.clone())),
                _ => {
                    return Ok(LinkTarget::Several(
                        fits.iter().map(|record| told(register, record)).collect(),
                    ));
                }
            }
        }
        let own = present(said)?.filter(|record| self.sees(by, &*read, register, record).unwrap_or(false));
        Ok(own.map_or(LinkTarget::None, |record| LinkTarget::One(record.id)))
    }

    /// Whether someone sees a record: within their reach, or because a record within it names this one. Who put it
    /// there saw it.
    ///
    /// # Errors
    /// The store.
    pub fn sees(
        &self,
        by: &Principal,
        read: &dyn ReadTx,
        register: &Register,
        record: &Record,
    ) -> Result<bool, KernelError> {
        sees(&self.registers(), by, read, register, record)
    }
}

fn told(register: &Register, record: &Record) -> String {
    match &record.number {
        Some(number) => format!("{number} {}", record.name(register)),
        None => record.name(register).to_owned(),
    }
}

/// Whether a field names records of a register.
fn names(field: &FieldDef, register: &Register) -> bool {
    field.ty == FieldType::Record && field.of.first() == Some(&register.id)
}

fn sees(
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
            (Some(Reach::Units(units)), Some(owner)) if !other.has_renamed() => {
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

impl ActionTx<'_> {
    /// A record that is named must be there, and be seen by who names it: others would see by it what is not theirs.
    pub(crate) fn only_known_records(
        &self,
        register: &Register,
        act: &Act,
        before: &Record,
    ) -> Result<(), ActError> {
        let mut problems = Vec::new();
        for (name, value) in &act.fields {
            let field = register.field_of(&act.action, name).filter(|field| field.ty == FieldType::Record);
            let Some(of) = field.and_then(|field| self.plan.registers.by_id.get(field.of.first()?)) else {
                continue;
            };
            let had = before.fields.get(register.lands_in(&act.action, name)).unwrap_or(&Value::Nil);
            for said in value.items() {
                let Some(id) = said.as_str().filter(|id| !id.is_empty()) else { continue };
                if had.items().contains(said) {
                    continue;
                }
                let there = self.tx.record(&of.id, id)?.map(|record| of.present(record));
                let known = match there {
                    Some(record) => sees(&self.plan.registers, &self.principal, &*self.tx, of, &record)?,
                    None => false,
                };
                if !known {
                    problems.push(FieldProblem {
                        field: name.to_string(),
                        text: format!("there is no record \"{id}\" in {}", of.id),
                        zh: format!("“{}”中没有“{id}”，或者您无权查看", of.title.zh),
                    });
                }
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(ActError::Schema { register: register.id.clone(), action: act.action.clone(), problems })
    }
}
