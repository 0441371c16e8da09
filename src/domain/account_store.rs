//! What is kept of people who sign in: passwords, sessions, views; and what is asked of the place it is kept in.

use crate::{error::Stored, storage::OfficeKey};

/// What is kept of a person's sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The password's hash, with its method and parameters; empty: no password signs in.
    pub hash: String,
    /// Wrong passwords since the last right one.
    pub failures: u32,
    /// What an earlier version kept here: now it is each client's own (`sign_in_limits`).
    pub locked_until: i64,
    /// When the password was set, in seconds since 1970: sessions from before have ended.
    pub changed: i64,
}

/// A session of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// Whose it is, once someone signed in.
    pub person: Option<(OfficeKey, String)>,
    /// What it holds, in the words of whoever keeps sessions.
    pub body: String,
    /// When it ends, in seconds since 1970.
    pub expires: i64,
}

/// What a session is found by: the hash of the secret that the browser has.
pub type SessionKey = [u8; 32];

/// Where accounts and sessions are kept.
pub trait AccountStore: Send + Sync {
    /// The account of a person.
    fn account(&self, office: OfficeKey, person: &str) -> Stored<Option<Account>>;
    /// Writes an account.
    fn put_account(&self, office: OfficeKey, person: &str, account: &Account) -> Stored<()>;
    /// Removes an account and all its sessions; says whether there was one.
    fn remove_account(&self, office: OfficeKey, person: &str) -> Stored<bool>;
    /// All accounts of an office, by person.
    fn accounts(&self, office: OfficeKey) -> Stored<Vec<(String, Account)>>;
    /// A session that has not ended by `now`.
    fn session(&self, key: &SessionKey, now: i64) -> Stored<Option<BrowserSession>>;
    /// Writes a session. With `fresh` only if its key is not there yet; says whether it did.
    fn put_session(&self, key: &SessionKey, session: &BrowserSession, fresh: bool) -> Stored<bool>;
    /// Removes a session.
    fn remove_session(&self, key: &SessionKey) -> Stored<()>;
    /// Removes all sessions of a person.
    fn remove_sessions(&self, office: OfficeKey, person: &str) -> Stored<()>;
    /// Removes the sessions that had ended by `now`.
    fn sweep_sessions(&self, now: i64) -> Stored<()>;
    /// The views that a person keeps, by register and name.
    fn views(&self, office: OfficeKey, person: &str) -> Stored<Vec<SavedView>>;
    /// Keeps a view, in place of one of its name; without a question it goes.
    fn put_view(&self, office: OfficeKey, person: &str, view: &SavedView) -> Stored<()>;
}

/// A way of looking at a register's list that someone keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// The register.
    pub register: String,
    /// What its owner calls it.
    pub name: String,
    /// What the list is asked, as in an address.
    pub question: String,
}
