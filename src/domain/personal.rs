//! Personal values lie beside the log, where they can be erased. In the log, under its chain, a commitment stands
//! in the place of each: BLAKE3 over a random salt and the value. Who has the value and the salt can show that it
//! is the one that was logged; once both are gone, nobody can find the value by trying all there are.

use crate::{
    commitment::{Commitment, PersonalValue, json, link},
    event::{Event, record_fields_of},
};
use registrar_sdk::{
    Value,
    value::{Key, Map},
};
use std::collections::BTreeMap;

impl Event {
    /// Puts commitments beside the values of these fields, of those that it says.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn commit_to<'n>(&mut self, names: impl Iterator<Item = &'n Key>) -> Result<(), String> {
        for name in names {
            if let Some(value) = self.record_fields().get(name) {
                let commitment = Commitment::to(value)?;
                self.personal.insert(name.clone(), commitment);
            }
        }
        Ok(())
    }

    /// The personal values, as they are to be kept beside an event that has just been made.
    ///
    /// # Errors
    /// A number that has no form in JSON.
    pub fn kept(&self) -> Result<Vec<PersonalValue>, String> {
        let fields = self.record_fields();
        let one = |(field, commitment): (&Key, &Commitment)| {
            let (salt, value) = (commitment.salt?, fields.get(field)?);
            Some(json(value).map(|json| PersonalValue { field: field.to_string(), salt, json }))
        };
        self.personal.iter().filter_map(one).collect()
    }

    /// Puts the values that are kept beside it into their places.
    ///
    /// # Errors
    /// What is kept is no value.
    pub fn take_back(&mut self, kept: Vec<PersonalValue>) -> Result<(), String> {
        let told = |field: &str, why: serde_json::Error| format!("the personal value `{field}`: {why}");
        for PersonalValue { field, json, salt } in kept {
            let value: Value = serde_json::from_str(&json).map_err(|why| told(&field, why))?;
            // What the log does not speak of is nobody's.
            if let Some(commitment) = self.personal.get_mut(field.as_str()) {
                commitment.salt = Some(salt);
                self.record_fields_mut().insert(field.as_str().into(), value);
            }
        }
        Ok(())
    }

    /// The fields whose values were erased.
    pub fn erased(&self) -> impl Iterator<Item = &Key> {
        let fields = self.record_fields();
        self.personal.keys().filter(|name| !fields.contains_key(*name))
    }

    /// Whether what is kept for a field is what the log has a commitment to.
    pub fn is_kept_as_logged(&self, kept: &PersonalValue) -> bool {
        let commitment = self.personal.get(kept.field.as_str());
        commitment.is_some_and(|commitment| commitment.link == link(&kept.salt, &kept.json))
    }

    /// The fields that go into the stored bytes: without what has a commitment.
    pub(crate) fn logged_fields(&self) -> Map {
        let mut logged = self.fields.clone();
        record_fields_of(&self.action, &mut logged).retain(|name, _| !self.personal.contains_key(name));
        logged
    }

    /// What was logged as it stands becomes commitments without values: the bytes of an earlier version of this
    /// program, or of a field that was not personal then. Gives back whether something did.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn strike_out(&mut self, names: &[Key]) -> Result<bool, String> {
        let mut struck = false;
        for name in names {
            if !self.personal.contains_key(name) && self.record_fields().contains_key(name) {
                // Of nothing: the value itself must not be tried for.
                self.personal.insert(name.clone(), Commitment::to(&Value::Nil)?);
                struck = true;
            }
        }
        for name in names {
            self.record_fields_mut().remove(name);
        }
        Ok(struck)
    }
}

/// The bytes of an event with its personal values in their places, as if they had been logged there.
///
/// # Errors
/// They are no event.
pub fn whole(bytes: &[u8], kept: Vec<PersonalValue>) -> Result<Vec<u8>, String> {
    let mut event = Event::from_stored(bytes, false).map_err(|why| why.to_string())?;
    event.take_back(kept)?;
    event.personal = BTreeMap::new();
    event.stored_bytes().map_err(|why| why.to_string())
}

/// Whether an event's bytes may speak of personal values; those that don't, don't.
pub fn is_spoken_of(bytes: &[u8]) -> bool {
    // In a text the quotes would be escaped.
    static MARK: std::sync::LazyLock<memchr::memmem::Finder<'static>> =
        std::sync::LazyLock::new(|| memchr::memmem::Finder::new(br#""personal":{"#));
    MARK.find(bytes).is_some()
}
