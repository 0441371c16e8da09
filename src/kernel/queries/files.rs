//! Files of records as someone sees them.

use crate::{attachment::Attachment, error::KernelError, queries::OfficeView};
use registrar_domain::{Unknown, register::FieldType};
use registrar_sdk::value::Map;

impl OfficeView<'_> {
    /// A file of a record that they may look at: in its fields now, or in one of its events.
    ///
    /// # Errors
    /// The store failed; or there is nothing of the kind that they may see.
    pub fn file(
        &self,
        register: &str,
        record: &str,
        hash: &str,
    ) -> Result<(Attachment, Vec<u8>), KernelError> {
        let unknown =
            || KernelError::from(Unknown { what: "file", name: hash.to_owned(), hint: String::new() });
        let registers = self.office.registers();
        let definition = registers.find(register)?;
        let (known, _) = self.find_record(register, record)?.ok_or_else(unknown)?;
        let read = self.office.read()?;
        let events = read.events_of(register, record)?;
        // What someone writes into a text names no file, whatever it looks like.
        let named = |action: &str, fields: &Map| {
            let holds =
                |name: &str| definition.field_of(action, name).is_some_and(|f| f.ty == FieldType::File);
            let held = fields.iter().filter(|(name, _)| holds(name));
            let values = held.flat_map(|(_, value)| value.items());
            values.filter_map(Attachment::read).find(|one| one.hash == hash)
        };
        let said = events.iter().find_map(|event| named(&event.action, event.record_fields()));
        let attachment = named("", &known.fields).or(said).ok_or_else(unknown)?;
        let bytes = read.file(hash)?.ok_or_else(unknown)?;
        Ok((attachment, bytes))
    }
}
