//! Which records name one: a reference is found from both its ends.

use crate::{
    error::KernelError,
    queries::{
        OfficeView,
        search::{references_of, word_of_reference},
    },
};
use registrar_domain::{Record, Register, register::FieldType, storage::RecordQuery};
use std::sync::Arc;

/// Records of one register that name another, in one of their fields.
#[derive(Clone, Debug)]
pub struct Referrers {
    /// Their register.
    pub register: Arc<Register>,
    /// The newest of them, in the register's present terms.
    pub records: Vec<Record>,
    /// Whether there are more than these.
    pub more: bool,
}

impl OfficeView<'_> {
    /// The records within their reach that name one, register by register; of each at most `most`.
    ///
    /// # Errors
    /// The store failed.
    pub fn referrers(&self, register: &str, id: &str, most: usize) -> Result<Vec<Referrers>, KernelError> {
        let registers = self.office.registers();
        let names_it = |one: &Register| {
            let mut named = one.fields.values().filter(|field| field.ty == FieldType::Record);
            named.any(|field| field.of.first().is_some_and(|of| of == register))
        };
        let naming: Vec<_> = registers.by_id.values().filter(|one| names_it(one)).cloned().collect();
        let mut found = Vec::new();
        if naming.is_empty() {
            return Ok(found);
        }
        self.office.follow_words()?;
        let words = vec![word_of_reference(register, id)];
        for naming in naming {
            let query =
                RecordQuery { register: naming.id.clone(), words: words.clone(), ..RecordQuery::default() };
            let (mut records, count) = self.newest(&query, (0, most))?;
            // What the index says is what was written; what counts is what stands there.
            records.retain(|one| references_of(&naming, one).any(|named| named == (register, id)));
            if !records.is_empty() {
                let more = count > most as u64;
                found.push(Referrers { register: naming, records, more });
            }
        }
        Ok(found)
    }
}
