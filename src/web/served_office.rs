//! What the pages are of.

use crate::url::encode;
use registrar_domain::account_store::AccountStore;
use registrar_kernel::{LedgerService, Office, accounts::account::Accounts};
use std::sync::Arc;

/// The offices of a program.
pub trait Offices: Send + Sync {
    /// Their names, the one first that is meant where none is named.
    fn names(&self) -> Vec<String>;

    /// The office of this name, if it is open.
    fn office(&self, name: &str) -> Option<ServedOffice>;

    /// Where accounts and sessions of all of them are kept.
    fn accounts(&self) -> Arc<dyn AccountStore>;
}

/// One office with its ledger.
#[derive(Clone)]
pub struct ServedOffice {
    /// The office.
    pub office: Arc<Office>,
    /// Its ledger.
    pub ledger: Arc<LedgerService>,
    /// Who may sign in.
    pub accounts: Accounts,
    /// What stands before all paths where its visitor is; see `client`.
    pub prefix: String,
}

impl ServedOffice {
    /// An address below the office's own, which begins with a slash.
    pub fn link(&self, below: &str) -> String {
        format!("{}/{}{below}", self.prefix, encode(&self.office.name))
    }

    /// The address of a register's list.
    pub fn register(&self, register: &str) -> String {
        self.link(&format!("/r/{}", encode(register)))
    }

    /// The address of a record.
    pub fn record(&self, register: &str, record: &str) -> String {
        format!("{}/i/{}", self.register(register), encode(record))
    }
}
