//! What the embedding program notes beside the plugins' state.

use crate::host::Host;
use registrar_sdk::Value;

/// Where the store keeps what the embedding program notes: no plugin's name begins so.
const NOTES: &str = "$notes";

impl Host {
    /// What the embedding program noted under a key.
    ///
    /// # Errors
    /// The store failed.
    pub fn noted(&self, key: &str) -> Result<Option<String>, String> {
        Ok(self.store().state_get(NOTES, key)?.and_then(|text| text.as_str().map(str::to_owned)))
    }

    /// The keys under which it noted something.
    ///
    /// # Errors
    /// The store failed.
    pub fn notes(&self) -> Result<Vec<String>, String> {
        Ok(self.store().state_all(NOTES)?.keys().map(ToString::to_string).collect())
    }

    /// Notes a text under a key, beside the plugins' state; `None` takes it away.
    ///
    /// # Errors
    /// The store failed.
    pub fn note(&self, key: &str, text: Option<&str>) -> Result<(), String> {
        self.put(NOTES, key, text)
    }

    /// Replaces a text in a part of the store that is the host's own.
    pub(crate) fn put(&self, part: &str, key: &str, text: Option<&str>) -> Result<(), String> {
        let (store, new) = (self.store(), text.map(Value::text));
        loop {
            let old = store.state_get(part, key)?;
            if store.state_swap(part, key, old.as_ref(), new.as_ref())? {
                return Ok(());
            }
        }
    }
}
