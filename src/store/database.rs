//! Everything that a running program keeps in one place: the offices' rows, people's sign-in, plugins' state.

use registrar_domain::{OfficeKey, Store, account_store::AccountStore};
use registrar_host::HostStore;
use std::sync::Arc;

/// A database for all that is to outlast the process but ledgers, which are derived.
pub trait Database: Store {
    /// Where people's passwords and sessions are kept, of all offices.
    fn account_store(&self) -> Arc<dyn AccountStore>;

    /// Plugin state and versions of an office.
    fn host_store(&self, office: OfficeKey) -> Arc<dyn HostStore>;
}
