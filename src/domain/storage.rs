//! What the kernel asks of a store. Every row belongs to one office.
//!
//! A store keeps bytes and finds them again; chaining, deriving and checking are the kernel's.
//! Nothing here assumes SQLite: a server database can implement the same traits.

use crate::{
    commitment::PersonalValue,
    error::Stored,
    event::{Event, Link},
    record::Record,
};
use jiff::civil::Date;
use registrar_sdk::{BilingualText, Value, value::Key};

/// A database with the rows of any number of offices.
pub trait Store: Send + Sync {
    /// The key of the office called `name`, made if there is none.
    fn open_office(&self, name: &str) -> Stored<OfficeKey>;

    /// All offices, by name.
    fn offices(&self) -> Stored<Vec<(String, OfficeKey)>>;

    /// A consistent view for reading.
    fn begin_read(&self, office: OfficeKey) -> Stored<Box<dyn ReadTx + '_>>;

    /// The one writer; waits for the one before. Dropping it undoes everything.
    fn begin_write(&self, office: OfficeKey) -> Stored<Box<dyn WriteTx + '_>>;

    /// What is wrong with the files themselves, whatever they hold.
    fn damages(&self) -> Stored<Vec<String>>;

    /// Leaves nothing of what was removed in the files: not in free pages, nor in what was written ahead.
    fn sweep(&self) -> Stored<()>;
}

/// An office's key in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfficeKey(pub i64);

/// The end of an office's log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogHead {
    /// The last event's place; 0 for an empty log.
    pub seq: u64,
    /// The last link of the chain; zeros for an empty log.
    pub link: Link,
}

impl LogHead {
    /// What can be kept outside to prove the log by: `SEQ:LINK`, the link in hexadecimal.
    pub fn to_text(&self) -> String {
        format!("{}:{}", self.seq, blake3::Hash::from_bytes(self.link).to_hex())
    }
}

/// An event as it lies in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place.
    pub seq: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its link of the chain.
    pub link: Link,
    /// Whether a void event made it dead.
    pub dead: bool,
    /// The personal values that are kept beside it.
    pub personal: Vec<PersonalValue>,
}

/// What a scan of the log is to show.
#[derive(Clone, Copy, Debug)]
pub enum LogScan<'a> {
    /// The records with keys from one to another, each with all its events.
    Run((u64, u64)),
    /// Some events, by the key of their record and their place in the log, in this order; each record
    /// before the first of its own. What is not there is left out.
    Events(&'a [(u64, u64)]),
}

/// What a scan of the log shows.
pub enum Scanned<'a> {
    /// A record, as its live events make it.
    Record {
        /// Its key.
        key: u64,
        /// Its register.
        register: &'a str,
        /// Its id.
        id: &'a str,
        /// Where it stands.
        stage: &'a str,
        /// Its official number.
        number: Option<&'a str>,
        /// Its fields, as JSON.
        fields: &'a str,
        /// The first event that made it; 0 if none is live.
        created: u64,
        /// The last event that touched it.
        touched: u64,
    },
    /// An event of the record before.
    Event {
        /// Its place.
        seq: u64,
        /// Whether a void event made it dead.
        dead: bool,
        /// Its bytes, with its personal values in their places.
        bytes: &'a [u8],
    },
}

/// Which records are wanted, in the order of their ids or the newest first.
#[derive(Clone, Debug, Default)]
pub struct RecordQuery {
    /// Of this register.
    pub register: String,
    /// At one of these stages; empty: any.
    pub stages: Vec<String>,
    /// Whose fields equal these values.
    pub fields: Vec<(String, Value)>,
    /// Which hold all these runs of words, each with spaces between them; a `*` at the end of a run lets
    /// its last word go on. As far as [`WriteTx::put_words`] was told of them.
    pub words: Vec<String>,
    /// Whose field of this name, as it was written, is one of these texts.
    pub owner: Option<(String, Vec<String>)>,
    /// The newest first, instead of by their ids.
    pub newest: bool,
    /// Whose id comes after this one.
    pub after: Option<String>,
    /// Without so many of the first.
    pub offset: usize,
    /// At most so many.
    pub limit: Option<usize>,
}

/// Where a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadlineState {
    /// Still running.
    Open,
    /// Done in time.
    Met,
    /// Its due date ended while it was open, and it is still owed.
    Missed,
    /// Done after its due date.
    Late,
    /// Nobody owes it: it may be done until its day ends.
    Allowed,
    /// It might have been done, and was not.
    Lapsed,
}

impl DeadlineState {
    /// Whether what was to be done is still to be done.
    pub const OWED: [DeadlineState; 2] = [DeadlineState::Open, DeadlineState::Missed];
    /// Whether its day has not ended yet, or nobody has looked since.
    pub const RUNNING: [DeadlineState; 2] = [DeadlineState::Open, DeadlineState::Allowed];

    /// Whether it is a right, not a duty, that is not settled yet.
    pub fn is_right(self) -> bool {
        matches!(self, DeadlineState::Allowed | DeadlineState::Lapsed)
    }

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            DeadlineState::Open => "open",
            DeadlineState::Met => "met",
            DeadlineState::Missed => "missed",
            DeadlineState::Late => "late",
            DeadlineState::Allowed => "allowed",
            DeadlineState::Lapsed => "lapsed",
        }
    }
}

/// A date by which something is owed on a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    /// The record's register.
    pub register: String,
    /// The record.
    pub record: String,
    /// Its name, unique on the record.
    pub name: String,
    /// From when it runs.
    pub start: Date,
    /// The last day.
    pub due: Date,
    /// The clause or sentence it rests on.
    pub why: BilingualText,
    /// Who computed it: `plugin#index`.
    pub handler: String,
    /// The event it was computed from.
    pub event: u64,
    /// Where it stands.
    pub state: DeadlineState,
}

impl Deadline {
    /// The deadline as handlers see it.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("name", Value::text(&self.name)),
            ("due", Value::text(self.due.to_string())),
            ("start", Value::text(self.start.to_string())),
            ("why", self.why.clone().into()),
            ("state", Value::text(self.state.name())),
        ])
    }
}

/// Which deadlines are wanted, by due date.
#[derive(Clone, Debug, Default)]
pub struct DeadlineQuery {
    /// Of this record: register, id.
    pub record: Option<(String, String)>,
    /// In one of these states; empty: any.
    pub states: Vec<DeadlineState>,
    /// Due before this day.
    pub due_before: Option<Date>,
}

/// What was done under an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Hash of the request.
    pub request: Link,
    /// The first of its events.
    pub first: u64,
    /// The last of its events.
    pub last: u64,
}

/// A delivery that failed, waiting for its next attempt or parked.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The handler: `plugin#index@point`.
    pub handler: String,
    /// The event.
    pub seq: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, in seconds since 1970; `None` once it is parked.
    pub next_at: Option<i64>,
    /// What went wrong last.
    pub error: String,
}

/// A guard that an operator lets pass until a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Bypass {
    /// The plugin whose guards are let pass.
    pub plugin: String,
    /// The last day.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub by: String,
}

/// Reads of one office. A [`WriteTx`] sees its own writes.
pub trait ReadTx {
    /// The end of the log.
    fn head(&self) -> Stored<LogHead>;
    /// The event at a place.
    fn event(&self, seq: u64) -> Stored<Option<Event>>;
    /// The event with an id.
    fn event_by_id(&self, id: &str) -> Stored<Option<Event>>;
    /// The events whose ids begin so, dead ones included.
    fn events_by_id(&self, beginning: &str) -> Stored<Vec<Event>>;
    /// At most `limit` events after `seq`, in order, dead ones included.
    fn events_after(&self, seq: u64, limit: usize) -> Stored<Vec<Event>>;
    /// The same as bytes and links, for verification.
    fn stored_after(&self, seq: u64, limit: usize) -> Stored<Vec<StoredEvent>>;
    /// All events of a record in the order they were logged, dead ones included.
    fn events_of(&self, register: &str, record: &str) -> Stored<Vec<Event>>;
    /// All events of a register after `seq`, dead ones included; at most `limit`.
    fn events_in(&self, register: &str, seq: u64, limit: usize) -> Stored<Vec<Event>>;
    /// The key under which the store knows a record. Keys rise in the order in which the log first named
    /// the records.
    fn record_key(&self, register: &str, id: &str) -> Stored<Option<u64>>;
    /// Parts the office's records into runs of so many events in the mean: the first and last key of
    /// each, in order.
    fn runs(&self, size: usize) -> Stored<Vec<(u64, u64)>>;
    /// Shows records in the order of their keys, each followed by its events in the order in which they
    /// were logged, dead ones included, as they lie in the store.
    fn scan(&self, what: LogScan<'_>, visit: &mut dyn FnMut(Scanned<'_>) -> Stored<()>) -> Stored<()>;
    /// A record's state.
    fn record(&self, register: &str, id: &str) -> Stored<Option<Record>>;
    /// Records that fit.
    fn records(&self, query: &RecordQuery) -> Stored<Vec<Record>>;
    /// How many records fit; its offset and limit are ignored.
    fn count_records(&self, query: &RecordQuery) -> Stored<u64>;
    /// How many records stand at each stage: register, stage, count.
    fn occupied_stages(&self) -> Stored<Vec<(String, String, u64)>>;
    /// Deadlines that fit.
    fn deadlines(&self, query: &DeadlineQuery) -> Stored<Vec<Deadline>>;
    /// How far a durable reader has come.
    fn cursor(&self, name: &str) -> Stored<Option<u64>>;
    /// Places of at most `limit` events after `seq` that are to be told to notify handlers.
    fn outbox_after(&self, seq: u64, limit: usize) -> Stored<Vec<u64>>;
    /// Deliveries that failed; parked ones only, or all.
    fn deliveries(&self, parked_only: bool) -> Stored<Vec<Delivery>>;
    /// The last number a sequence gave; 0 if none.
    fn sequence(&self, name: &str) -> Stored<i64>;
    /// What was done under an idempotency key.
    fn receipt(&self, key: &str) -> Stored<Option<Receipt>>;
    /// The content of a file by its hash.
    fn file(&self, hash: &str) -> Stored<Option<Vec<u8>>>;
    /// Whether a file with this hash is kept.
    fn has_file(&self, hash: &str) -> Stored<bool>;
    /// Whether an event or a personal value speaks of a text: the name of a file, by its hash.
    fn speaks_of(&self, text: &str) -> Stored<bool>;
    /// Compares the index of words with what it should hold.
    fn word_check(&self) -> Stored<Box<dyn WordCheck + '_>>;
    /// Guards let pass on a day.
    fn bypasses(&self, on: Date) -> Stored<Vec<Bypass>>;
}

/// What the index of words should hold, and whether it does.
pub trait WordCheck {
    /// A record has these words.
    fn expect(&mut self, register: &str, id: &str, words: &str) -> Stored<()>;
    /// The records, by register and id, whose words in the index are others, now that all were said.
    fn unlike(&mut self) -> Stored<Vec<(String, String)>>;
}

/// Writes of one office in one transaction.
pub trait WriteTx: ReadTx {
    /// Appends an event whose `seq` follows the head's, with its stored bytes and its link.
    fn append(&mut self, event: &Event, stored: &[u8], link: &Link) -> Stored<()>;
    /// Keeps a personal value beside the event at a place.
    fn put_personal(&mut self, seq: u64, kept: &PersonalValue) -> Stored<()>;
    /// Forgets personal values that are kept beside the event at a place, and what was asked for when it was
    /// logged.
    fn forget_personal(&mut self, seq: u64, fields: &[Key]) -> Stored<()>;
    /// Puts other bytes in the place of an event's; its link stays.
    fn put_bytes(&mut self, seq: u64, bytes: &[u8]) -> Stored<()>;
    /// Removes a file's content.
    fn remove_file(&mut self, hash: &str) -> Stored<()>;
    /// Marks an event dead or alive.
    fn set_dead(&mut self, seq: u64, dead: bool) -> Stored<()>;
    /// Writes a record's state.
    fn put_record(&mut self, record: &Record) -> Stored<()>;
    /// Notes the words of a record, with spaces between them; `None`: it has none any more.
    fn put_words(&mut self, register: &str, id: &str, words: Option<&str>) -> Stored<()>;
    /// Removes the state of a record that has no live event.
    fn remove_record(&mut self, register: &str, id: &str) -> Stored<()>;
    /// The next number of a sequence, from 1.
    fn next_in_sequence(&mut self, name: &str) -> Stored<i64>;
    /// Writes a deadline; its record and name are its key.
    fn put_deadline(&mut self, deadline: &Deadline) -> Stored<()>;
    /// Removes a deadline.
    fn remove_deadline(&mut self, register: &str, record: &str, name: &str) -> Stored<()>;
    /// Moves a durable reader.
    fn set_cursor(&mut self, name: &str, seq: u64) -> Stored<()>;
    /// Notes that notify handlers are to be told of an event.
    fn put_outbox(&mut self, seq: u64) -> Stored<()>;
    /// Writes a failed delivery.
    fn put_delivery(&mut self, delivery: &Delivery) -> Stored<()>;
    /// Removes a delivery that came through.
    fn remove_delivery(&mut self, handler: &str, seq: u64) -> Stored<()>;
    /// Notes what was done under an idempotency key.
    fn put_receipt(&mut self, key: &str, receipt: &Receipt) -> Stored<()>;
    /// Keeps a file's content under its hash; once, however often it is put.
    fn put_file(&mut self, hash: &str, content: &[u8]) -> Stored<()>;
    /// Lets a plugin's guards pass; a past day ends it.
    fn put_bypass(&mut self, bypass: &Bypass) -> Stored<()>;
    /// Makes everything durable. Returns only after the store has synced.
    fn commit(self: Box<Self>) -> Stored<()>;
}
