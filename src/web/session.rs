//! Sessions of browsers, kept in the store under the hash of what the browser has.

use crate::{invitation::now, served_office::Offices};
use async_trait::async_trait;
use registrar_domain::{
    OfficeKey, StoreError,
    account_store::{AccountStore, BrowserSession as Kept, SessionKey},
};
use std::{fmt, sync::Arc};
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The office's key, the person, the secret of their forms, and when they were last here.
pub const OFFICE: &str = "office";
pub const PERSON: &str = "person";
pub const TOKEN: &str = "token";
pub const SEEN: &str = "seen";
/// What was filled in when a session had ended, until its form is opened again.
pub const KEPT: &str = "kept";

/// The sessions of all offices.
#[derive(Clone)]
pub struct Sessions(Arc<dyn AccountStore>);

impl Sessions {
    pub fn new(offices: &dyn Offices) -> Sessions {
        Sessions(offices.accounts())
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn AccountStore) -> std::result::Result<T, StoreError> + Send + 'static,
    ) -> Result<T> {
        let store = self.0.clone();
        let done = tokio::task::spawn_blocking(move || work(&*store)).await;
        let failed = |why: String| {
            tracing::error!(why, "A session could not be kept or found.");
            Error::Backend(why)
        };
        done.map_err(|e| failed(e.to_string()))?.map_err(|e| failed(e.to_string()))
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

// Who reads the file can't become whoever is signed in.
fn key(id: &Id) -> SessionKey {
    *blake3::hash(&id.0.to_le_bytes()).as_bytes()
}

fn kept(record: &Record) -> Result<Kept> {
    let body = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
    let office = record.data.get(OFFICE).and_then(serde_json::Value::as_i64).map(OfficeKey);
    let person = record.data.get(PERSON).and_then(|person| person.as_str().map(str::to_owned));
    Ok(Kept { person: office.zip(person), body, expires: record.expiry_date.unix_timestamp() })
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let (key, kept) = (key(&record.id), kept(record)?);
            if self.ask(move |store| store.put_session(&key, &kept, true)).await? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (key, kept) = (key(&record.id), kept(record)?);
        self.ask(move |store| store.put_session(&key, &kept, false).map(drop)).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = key(id);
        let Some(kept) = self.ask(move |store| store.session(&found, now())).await? else { return Ok(None) };
        let data = serde_json::from_str(&kept.body).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date =
            OffsetDateTime::from_unix_timestamp(kept.expires).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let gone = key(id);
        self.ask(move |store| store.remove_session(&gone)).await
    }
}
