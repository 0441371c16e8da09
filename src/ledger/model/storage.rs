//! What the ledger asks of the place it is kept in. A ledger is derived, so losing one costs a
//! replay and nothing else; it lives apart from the log, and one can be built beside another.

use crate::model::{
    counted_event::CountedEvent,
    interner::Interner,
    page::{EncodedPage, Page, sums::PageSums},
    posting::Posting,
};
use jiff::civil::Date;
use registrar_domain::{Period, Stored, event::Link};
use registrar_sdk::Amount;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

/// The ledgers of one office: the one that serves, and those built beside it.
pub trait LedgerShelf: Send + Sync {
    /// The ledger that serves; an empty one if there is none, or if it was written by another
    /// version of this program.
    fn open(&self) -> Stored<Arc<dyn LedgerStore>>;

    /// An empty ledger beside it.
    fn aside(&self) -> Stored<Arc<dyn LedgerStore>>;

    /// A ledger beside it that has what another one has, but for its pages.
    fn aside_like(&self, ledger: &dyn LedgerStore) -> Stored<Arc<dyn LedgerStore>>;

    /// Makes `ledger` the one that [`LedgerShelf::open`] finds from now on, and removes the others.
    fn promote(&self, ledger: &dyn LedgerStore) -> Stored<()>;
}

/// One ledger.
pub trait LedgerStore: Send + Sync {
    /// Tells ledgers of one shelf apart.
    fn name(&self) -> &str;

    /// A consistent view for reading.
    fn read(&self) -> Stored<Box<dyn LedgerRead + '_>>;

    /// The one writer; waits for the one before. Dropping it undoes everything.
    fn write(&self) -> Stored<Box<dyn LedgerWrite + '_>>;

    /// The texts and rules that its pages name.
    fn names(&self) -> Arc<Interner>;

    /// Leaves nothing of what was replaced in its file.
    fn sweep(&self) -> Stored<()>;
}

/// How far a ledger has come, and by which rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The last event it has taken in.
    pub seq: u64,
    /// The log's link there: tells whether it is the same log.
    pub link: Link,
    /// Hash of the rules it was derived by; empty for a new one.
    pub rules: String,
}

/// Which postings are wanted. What is `None` does not choose.
#[derive(Clone, Debug, Default)]
pub struct PostingQuery {
    /// Of this register.
    pub register: String,
    /// Of this measure.
    pub measure: Option<String>,
    /// On this account.
    pub account: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Whose days lie within these, both included.
    pub within: Option<(Date, Date)>,
    /// Also those that were struck.
    pub struck: bool,
}

/// Which events are counted. What is `None` does not choose.
#[derive(Clone, Debug)]
pub struct CountQuery {
    /// Of this register.
    pub register: String,
    /// Owned by this account.
    pub account: String,
    /// Of this action.
    pub action: Option<String>,
    /// Only each record's first of its action.
    pub first: bool,
    /// Between these days, both included.
    pub days: (Date, Date),
}

/// A sum of postings that count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Total {
    /// The account.
    pub account: String,
    /// The measure.
    pub measure: String,
    /// The tag; `None` for postings without one.
    pub tag: Option<String>,
    /// The sum.
    pub amount: Amount,
}

/// What a record's events came to.
pub type OfRecord = (Vec<CountedEvent>, Vec<Posting>);

/// What accounts have between two days.
#[derive(Debug, Default)]
pub struct AccountEntries {
    /// The entries that each account owns, in the order in which they count.
    pub entries: BTreeMap<String, Vec<CountedEvent>>,
    /// Each account's postings that count, of events and of periods, in the order of the digest.
    pub postings: BTreeMap<String, Vec<Posting>>,
}

/// Something that could not be scored, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unscored {
    /// The register.
    pub register: String,
    /// The record, if it is one.
    pub record: Option<String>,
    /// The period, if it is the scoring of one.
    pub period: Option<Period>,
    /// The measure, of a period.
    pub measure: Option<String>,
    /// Whose figures depend on it; empty: perhaps everyone's.
    pub accounts: Vec<String>,
    /// The first day it concerns.
    pub first: Date,
    /// The last day it concerns.
    pub last: Date,
    /// What went wrong, and what to do.
    pub fault: String,
}

/// Reads of one ledger. A [`LedgerWrite`] sees its own writes.
pub trait LedgerRead: Send {
    /// How far it has come.
    fn mark(&self) -> Stored<Mark>;
    /// Postings that fit, in the order of the digest.
    fn postings(&self, query: &PostingQuery) -> Stored<Vec<Posting>>;
    /// Sums of the postings that count and fit, by account, measure and tag.
    fn totals(&self, query: &PostingQuery) -> Stored<Vec<Total>>;
    /// The same sums by the span that postings belong to: the first and last day of their own period, or of
    /// the month of their event.
    fn totals_by_span(&self, query: &PostingQuery) -> Stored<Vec<(Total, (Date, Date))>>;
    /// The postings that fit and are of no event: those of periods, and adjustments, in the order of the digest.
    fn postings_of_periods(&self, query: &PostingQuery) -> Stored<Vec<Posting>>;
    /// Sums of the postings of events that count and fit, by account, measure and tag.
    fn totals_of_events(&self, query: &PostingQuery) -> Stored<Vec<Total>>;
    /// How many events an account owns between two days, both included.
    fn count_owned(&self, of: &CountQuery) -> Stored<u64>;
    /// Every posting in the order of the digest, until `visit` breaks off: by record, in the order in
    /// which the log first named them, and its events, in the order in which they count; else (after
    /// all events) by period and account; then by register, measure, plugin, registration, place in
    /// the answer and account.
    fn each(&self, visit: &mut dyn FnMut(&Posting) -> ControlFlow<()>) -> Stored<()>;
    /// The adjustments of closed periods, in the order of the digest.
    fn adjustments(&self) -> Stored<Vec<Posting>>;
    /// What could not be scored, in a register or anywhere.
    fn unscored(&self, register: Option<&str>) -> Stored<Vec<Unscored>>;
    /// The first and last day of a register's live events; `None` if there are none.
    fn range(&self, register: &str) -> Stored<Option<(Date, Date)>>;
    /// The registers with live events or postings.
    fn registers(&self) -> Stored<Vec<String>>;
    /// What the record with this key came to: its entries, in the order in which they count, and its
    /// postings, struck ones among them.
    fn of_record(&self, key: u64) -> Stored<OfRecord>;
    /// The entries that an account owns between two days, both included, in the order in which
    /// they count.
    fn owned(&self, register: &str, account: &str, first: Date, last: Date) -> Stored<Vec<CountedEvent>>;
    /// The same of all accounts at once, with their postings under a measure.
    fn gather(&self, register: &str, measure: &str, days: (Date, Date)) -> Stored<AccountEntries>;
    /// The keys between which the records of each page lie, in order.
    fn pages(&self) -> Stored<Vec<(u64, u64)>>;
    /// The page that begins with this key.
    fn page(&self, first: u64) -> Stored<Page>;
    /// The same as it is kept, without its sums.
    fn packed_page(&self, first: u64) -> Stored<EncodedPage>;
}

/// Writes of one ledger in one transaction.
pub trait LedgerWrite: LedgerRead {
    /// Empties it.
    fn clear(&mut self) -> Stored<()>;
    /// Replaces what the events of a record came to; `key` is the log's key of it.
    fn put_record(
        &mut self,
        key: u64,
        register: &str,
        record: &str,
        entries: &[CountedEvent],
        postings: &[Posting],
        unscored: Option<&Unscored>,
    ) -> Stored<()>;
    /// Puts a page in the place of all records between its keys; `before` is what those of them came to
    /// that it says otherwise.
    fn put_page(&mut self, packed: EncodedPage, before: Option<PageSums>) -> Stored<()>;
    /// Notes that a record could not be scored.
    fn put_unscored(&mut self, unscored: &Unscored) -> Stored<()>;
    /// Replaces what the scoring of a period under a measure came to for an account; gives back what
    /// was there before.
    fn put_period(
        &mut self,
        register: &str,
        measure: &str,
        period: Period,
        account: &str,
        postings: &[Posting],
        unscored: Option<&Unscored>,
    ) -> Stored<Vec<Posting>>;
    /// Removes what periods of a register came to that share no day with `range`, or all of it; gives it
    /// back.
    fn drop_periods(&mut self, register: &str, range: Option<(Date, Date)>) -> Stored<Vec<Posting>>;
    /// Removes what the periods of all registers came to.
    fn clear_periods(&mut self) -> Stored<()>;
    /// Replaces all adjustments of closed periods.
    fn put_adjustments(&mut self, postings: &[Posting]) -> Stored<()>;
    /// Moves the mark.
    fn set_mark(&mut self, mark: &Mark) -> Stored<()>;
    /// Makes everything count.
    fn commit(self: Box<Self>) -> Stored<()>;
}
