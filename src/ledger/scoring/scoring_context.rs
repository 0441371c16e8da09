//! What a ledger is derived from: an office's log, directory and rules, all as of one moment.
//!
//! Pure data and dispatching; nothing here writes.

use crate::scoring::sample_counts::SampleCounts;
use registrar_contract::payload::point;
use registrar_domain::{Directory, OfficeKey, ReadTx, Record, Registers, Store, Stored, reserved::DIRECTORY};
use registrar_host::{
    BulkRequest, Failed, Generation, Handler, Host, Layout, NoServices, Outcome, RowAnswers, Rows, Scope,
    Snapshot, TextPool,
};
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use std::{collections::BTreeSet, sync::Arc};

/// What the ledger needs of its office.
pub trait LedgerSource: Send + Sync {
    /// Where the log is.
    fn store(&self) -> &dyn Store;
    /// The office's key there.
    fn office(&self) -> OfficeKey;
    /// The office's plugins.
    fn host(&self) -> &Host;
    /// Answers scripts' look-ups from this directory and these registers.
    fn snapshot(&self, directory: &Arc<Directory>, registers: &Arc<Registers>) -> Arc<dyn Snapshot>;
}

/// Rises when the same rules give other figures, so that ledgers of older programs are derived anew.
const REVISION: &[u8] = b"ledger-2\0";

/// The points whose handlers decide what a ledger says.
const DERIVING: [&str; 7] = [
    point::RegisterDefine::ID,
    point::ScorePost::ID,
    point::ScoreReconcile::ID,
    point::ScorePeriod::ID,
    point::QuotaTarget::ID,
    point::RankOrder::ID,
    point::AwardSelect::ID,
];

/// The rules a ledger is derived by: one generation, and what its plugins define.
#[derive(Clone)]
pub struct RuleGeneration {
    /// The plugins.
    pub generation: Arc<Generation>,
    /// The registers they define.
    pub registers: Arc<Registers>,
    /// The same for rules that can't differ in any figure.
    pub hash: String,
    pub(crate) sample_counts: Arc<SampleCounts>,
}

impl RuleGeneration {
    /// The rules that a generation makes.
    pub fn new(generation: Arc<Generation>, registers: Arc<Registers>) -> RuleGeneration {
        let mut hasher = blake3::Hasher::new();
        hasher.update(REVISION);
        for point in DERIVING {
            hasher.update(point.as_bytes());
            for handler in generation.handlers(point) {
                // In the order they are called, so that an operator's override is another rule set.
                hasher.update(b"\n");
                hasher.update(handler.key().as_bytes());
                hasher.update(b" ");
                hasher.update(handler.plugin.rule_hash.as_bytes());
                // When a rule set acts is as much a part of it as what it says.
                for term in generation.terms.get(&handler.plugin.id).into_iter().flatten() {
                    hasher.update(format!(" {:?}..{:?}", term.from, term.to).as_bytes());
                }
            }
            hasher.update(b"\0");
        }
        // What a register declares decides how its figures are counted and shown.
        for (id, register) in &registers.by_id {
            hasher.update(format!("{id} {}\n", register.hash).as_bytes());
        }
        let hash = hasher.finalize().to_hex().to_string();
        RuleGeneration { generation, registers, hash, sample_counts: Arc::default() }
    }
}

/// Everything that scoring looks at, fixed for one run.
pub struct ScoringContext<'a> {
    /// The office.
    pub basis: &'a dyn LedgerSource,
    /// The rules.
    pub rules: RuleGeneration,
    /// The directory.
    pub directory: Arc<Directory>,
    scope: Scope,
}

impl<'a> ScoringContext<'a> {
    /// The office seen with these rules and this directory.
    pub fn new(
        basis: &'a dyn LedgerSource,
        rules: RuleGeneration,
        directory: Arc<Directory>,
    ) -> ScoringContext<'a> {
        let snapshot = basis.snapshot(&directory, &rules.registers);
        // As if nested: scoring never waits for a worker's place, since one that holds a place may
        // be waiting for the ledger.
        let scope = Scope { generation: rules.generation.clone(), snapshot, depth: 1 };
        ScoringContext { basis, rules, directory, scope }
    }

    /// A record as it is now, in terms of the register's present definition.
    pub(crate) fn record(&self, log: &dyn ReadTx, register: &str, id: &str) -> Stored<Option<Record>> {
        let record = log.record(register, id)?;
        Ok(match self.rules.registers.get(register) {
            Some(register) => record.map(|record| register.present(record)),
            None => record,
        })
    }

    /// Whether a point has any handler.
    pub fn has(&self, point: &str) -> bool {
        !self.rules.generation.handlers(point).is_empty()
    }

    /// The handlers of a point, in order.
    pub fn handlers(&self, point: &str) -> Vec<Arc<Handler>> {
        self.rules.generation.handlers(point)
    }

    /// One dispatch. Scoring asks nothing of the office but its snapshot.
    ///
    /// # Errors
    /// A handler failed.
    pub fn dispatch(&self, point: &str, args: Vec<Value>) -> Result<Outcome, Failed> {
        self.basis.host().dispatch(point, args, &self.scope, &mut NoServices)
    }

    /// Asks handlers about rows, each about those that its filters choose; gives back what it was given.
    pub fn ask_rows(
        &self,
        point: &str,
        layout: &Arc<Layout>,
        texts: &Arc<TextPool>,
        rows: Rows,
        wanted: Vec<BulkRequest>,
    ) -> (Rows, Vec<BulkRequest>, Vec<RowAnswers>) {
        self.basis.host().ask_rows(point, &self.scope, layout, texts, rows, wanted)
    }

    /// Many dispatches, answers in order.
    pub fn dispatch_all(&self, point: &str, args: Vec<Vec<Value>>) -> Vec<Result<Outcome, Failed>> {
        if args.is_empty() {
            return Vec::new();
        }
        self.basis.host().dispatch_all(point, args, &self.scope, &mut NoServices)
    }
}

/// How many events are read at once.
pub(crate) const PAGE: usize = 2_000;

/// The directory as the log says it, up to where `read` sees.
pub(crate) fn directory_of(read: &dyn ReadTx) -> Stored<Directory> {
    let mut directory = Directory::default();
    let mut after = 0;
    loop {
        let events = read.events_in(DIRECTORY, after, PAGE)?;
        let Some(last) = events.last() else { return Ok(directory) };
        after = last.seq;
        events.iter().for_each(|event| directory.apply(event));
    }
}

/// The records that events after `after` and up to `to` touched, by register and id.
pub(crate) fn touched(read: &dyn ReadTx, after: u64, to: u64) -> Stored<BTreeSet<(String, String)>> {
    let mut records = BTreeSet::new();
    let mut after = after;
    loop {
        let events = read.events_after(after, PAGE)?;
        let Some(last) = events.last() else { return Ok(records) };
        let end = last.seq >= to;
        after = last.seq;
        records.extend(events.into_iter().filter(|e| e.seq <= to).map(|e| (e.register, e.record)));
        if end {
            return Ok(records);
        }
    }
}

/// Whether a register is the kernel's own: its events are not scored.
pub(crate) fn reserved(register: &str) -> bool {
    register.starts_with('$')
}
