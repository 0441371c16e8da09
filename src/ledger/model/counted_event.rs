//! A live event as the ledger has counted it.

use jiff::civil::Date;

/// A live event as the ledger has counted it, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountedEvent {
    /// The day it counts for.
    pub on: Date,
    /// Its place in the log.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// Its record.
    pub record: String,
    /// Its action.
    pub action: String,
    /// How many live events of its action the record has, up to this one.
    pub nth: u64,
    /// The accounts that own its record.
    pub owners: Vec<String>,
    /// The rules that were asked about it, if that is known.
    pub asked: Option<String>,
}
