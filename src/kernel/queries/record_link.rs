//! Records that name others: by what people call them, by whom they may be named, and what being named lets see.

use crate::{
    error::KernelError,
    queries::{OfficeView, search::phrases},
};
use registrar_domain::{Record, Register, storage::RecordQuery};
use registrar_sdk::{Value, value::Map};

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

impl OfficeView<'_> {
    /// What was filled in, with records by their ids: `records` says which entries are records, and of which register.
    /// What stands for none, or for several, stays as it was said.
    ///
    /// # Errors
    /// A register is not there, or the store failed.
    pub fn with_record_ids(
        &self,
        mut filled: Map,
        records: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Map, KernelError> {
        for (name, register) in records {
            let Some(said) = filled.get(name.as_str()).and_then(Value::as_str) else { continue };
            if let LinkTarget::One(id) = self.called(&register, said, &[])? {
                filled.insert(name.as_str().into(), Value::text(id));
            }
        }
        Ok(filled)
    }

    /// The record that they mean: by its number, else by its name, else by its id; `had` are those that stood
    /// there before, which are meant first.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn called(&self, register: &str, said: &str, had: &[String]) -> Result<LinkTarget, KernelError> {
        let registers = self.office.registers();
        let register = registers.find(register)?;
        let said = said.trim();
        let read = self.office.read()?;
        let present = |id: &str| -> Result<Option<Record>, KernelError> {
            Ok(read.record(&register.id, id)?.map(|record| register.present(record)))
        };
        for id in had {
            if present(id)?.is_some_and(|record| call_name(register, &record) == said) {
                return Ok(LinkTarget::One(id.clone()));
            }
        }
        // By their words, which numbers and names are among.
        self.office.follow_words()?;
        let words = phrases(said);
        let mut found = Vec::new();
        if !words.is_empty() {
            let query = RecordQuery { register: register.id.clone(), words, ..RecordQuery::default() };
            found = self.newest(&query, (0, MOST))?.0;
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
        let own = self.find_record(&register.id, said)?;
        Ok(own.map_or(LinkTarget::None, |(record, _)| LinkTarget::One(record.id)))
    }
}

fn told(register: &Register, record: &Record) -> String {
    match &record.number {
        Some(number) => format!("{number} {}", record.name(register)),
        None => record.name(register).to_owned(),
    }
}
