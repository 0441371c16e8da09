//! Derives runs of the log into pages: rows of packed events where that will do, the long way where
//! it will not. Both come to the same.

use crate::{
    error::LedgerError,
    model::{
        interner::Interner,
        page::{EncodedPage, Item, Page, sums::PageSums},
        storage::Unscored,
    },
    periods::dependencies::SourceChange,
    scoring::{
        batch_scorer::{BatchScorer, PackedRecord},
        record_scorer::{RecordHistory, ScoredRecord, difference, score},
        row_reader::RowReader,
        scoring_context::{ScoringContext, reserved},
    },
};
use registrar_domain::{
    ReadTx, Stored,
    storage::{LogScan, Scanned},
};
use registrar_host::{Handler, TextPool};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// One record in so many is scored twice.
const SAMPLED: u64 = 509;

/// Where the time of a derivation went, summed over its threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Reading the log into rows.
    pub read: Duration,
    /// Asking the rules about rows.
    pub rules: Duration,
    /// Single calls: for what rows will not do, and for the sample that is scored twice.
    pub single: Duration,
    /// Choosing the rules, making postings of their answers, adding them up and packing them.
    pub aggregate: Duration,
    /// Writing.
    pub write: Duration,
}

impl Timings {
    /// Adds others.
    pub fn add(&mut self, other: &Timings) {
        self.read += other.read;
        self.rules += other.rules;
        self.single += other.single;
        self.aggregate += other.aggregate;
        self.write += other.write;
    }
}

/// What a run came to.
#[derive(Default)]
pub(crate) struct DerivedPage {
    pub packed: Option<EncodedPage>,
    /// What the records that were derived anew had come to before.
    pub before: Option<PageSums>,
    /// Whose periods that changes, where not all are scored anew anyway.
    pub changes: Vec<SourceChange>,
    pub unscored: Vec<Unscored>,
    pub timings: Timings,
}

/// The first and last key of a run of records.
pub(crate) type RecordRange = (u64, u64);

/// What of the log is to be derived.
pub(crate) enum DerivationScope<'a> {
    /// All records of a run.
    Run(RecordRange),
    /// Some events, by some handlers alone.
    Picked(PickedEvents<'a>),
    /// The records with these keys, whole.
    Records(&'a [u64]),
}

/// Events that are to be derived anew, each by itself, and records that can't be parted.
pub(crate) struct PickedEvents<'a> {
    /// Record's key and place in the log, in this order.
    pub events: Vec<(u64, u64)>,
    /// How many live events of its action the record has up to each of them.
    pub nths: Vec<u32>,
    /// Which handlers are to be asked.
    pub asked: &'a dyn Fn(&Handler) -> bool,
    /// Records that are to be scored whole, by all handlers.
    pub whole: Vec<NamedRecord>,
}

/// What a part of the log came to.
#[derive(Default)]
pub(crate) struct DerivedRun {
    /// What was packed in rows.
    pub rows: Page,
    /// What was scored whole or the long way,
    pub whole: Page,
    /// of the records with these keys, in order;
    pub odd: Vec<u64>,
    /// of those the ones that were scored the long way.
    pub by_hand: Vec<u64>,
    pub unscored: Vec<Unscored>,
    pub timings: Timings,
}

/// By register; none for those that are scored the long way.
type BatchScorers = HashMap<String, Option<BatchScorer>>;

/// Derives one run after the other, in one thread.
pub(crate) struct Deriver<'a> {
    world: &'a ScoringContext<'a>,
    names: &'a Interner,
    reader: RowReader,
    registers: BatchScorers,
    /// Whether the first record of a part is among those that are scored twice.
    pub samples_first: bool,
}

impl<'a> Deriver<'a> {
    /// `texts` are shared by all threads of one derivation, so that a VM learns them once.
    pub fn new(world: &'a ScoringContext<'a>, names: &'a Interner, texts: &Arc<TextPool>) -> Deriver<'a> {
        Deriver {
            world,
            names,
            reader: RowReader::new(texts),
            registers: HashMap::new(),
            samples_first: true,
        }
    }

    /// The names that its pages are in.
    pub fn names(&self) -> &'a Interner {
        self.names
    }

    /// Whether an event of a register can be derived by itself: its records are packed in rows, and nothing looks at
    /// the postings of several events together.
    pub fn parts(&mut self, register: &str) -> bool {
        self.scorer(register).is_some_and(|scorer| scorer.reconciliation.is_none())
    }

    fn scorer(&mut self, register: &str) -> Option<&mut BatchScorer> {
        if !self.registers.contains_key(register) {
            let scorer = BatchScorer::of(self.world, register, &self.reader.texts);
            self.registers.insert(register.to_owned(), scorer);
        }
        self.registers.get_mut(register)?.as_mut()
    }

    /// Derives part of the log.
    pub fn run(&mut self, log: &dyn ReadTx, part: &DerivationScope<'_>) -> Result<DerivedRun, LedgerError> {
        let mut ran = DerivedRun::default();
        let all: &dyn Fn(&Handler) -> bool = &|_| true;
        let picked = if let DerivationScope::Picked(picked) = part { Some(picked) } else { None };
        let (rows, mut odd) =
            self.derive_rows(log, part, picked.map_or(all, |picked| picked.asked), &mut ran)?;
        ran.rows = rows;
        for (key, register, id) in picked.into_iter().flat_map(|picked| &picked.whole) {
            match self.scorer(register) {
                Some(_) => ran.odd.push(*key),
                None => odd.push((*key, register.clone(), id.clone())),
            }
        }
        if !ran.odd.is_empty() {
            ran.odd.sort_unstable();
            let keys = ran.odd.clone();
            let (whole, again) = self.derive_rows(log, &DerivationScope::Records(&keys), all, &mut ran)?;
            ran.whole = whole;
            odd.extend(again);
        }
        let began = Instant::now();
        odd.sort();
        odd.dedup();
        ran.by_hand = odd.iter().map(|(key, ..)| *key).collect();
        ran.odd.extend(&ran.by_hand);
        ran.odd.sort_unstable();
        ran.odd.dedup();
        let mut by_hand = Page::default();
        for scored in score(self.world, self.dossiers(log, &odd)?) {
            let ScoredRecord { key, register, record, entries, postings, unscored: fault } = scored;
            if !entries.is_empty() {
                by_hand.put_record(self.names, key, (&register, &record), &entries, &postings)?;
            }
            ran.unscored.extend(fault);
        }
        ran.whole = joined(std::mem::take(&mut ran.whole), by_hand);
        ran.timings.single += began.elapsed();
        Ok(ran)
    }

    /// Derives what of a part can be packed in rows, by those handlers that are asked; gives the records that are
    /// to be scored the long way.
    fn derive_rows(
        &mut self,
        log: &dyn ReadTx,
        part: &DerivationScope<'_>,
        asked: &dyn Fn(&Handler) -> bool,
        ran: &mut DerivedRun,
    ) -> Result<(Page, Vec<NamedRecord>), LedgerError> {
        let began = Instant::now();
        let (ids, mut odd) = self.read(log, part)?;
        ran.timings.read += began.elapsed();
        let (world, names) = (self.world, self.names);
        let mut rows = Page::default();
        for (register, scorer) in &mut self.registers {
            let Some(scorer) = scorer else { continue };
            let began = Instant::now();
            let answers = scorer.ask(world, asked);
            ran.timings.rules += answers.took;
            let mut page = Page::default();
            let mut again = scorer.post(names, register, &answers, &ids, &mut page)?;
            ran.timings.aggregate += began.elapsed().saturating_sub(answers.took);
            if let Some(reconciliation) = &mut scorer.reconciliation {
                let began = Instant::now();
                let (reconciled, failed) = reconciliation.apply((world, log), (names, register), page)?;
                page = reconciled;
                again.extend(failed);
                ran.timings.single += began.elapsed();
            }
            // Records of several registers lie among each other.
            rows = joined(rows, page);
            odd.extend(again.into_iter().map(|(key, id)| (key, register.clone(), id)));
        }
        Ok((rows, odd))
    }

    /// Scores some of these records of a page a second time, each call by itself and in the opposite
    /// order, and says which came to something else: their rules look at more than they are given.
    pub fn twice(
        &self,
        log: &dyn ReadTx,
        page: &Page,
        among: &dyn Fn(u64) -> bool,
    ) -> Result<Vec<Unscored>, LedgerError> {
        let keys = || page.records.iter().map(|record| record.key).filter(|key| among(*key));
        let first = keys().next().filter(|_| self.samples_first);
        let sampled = |key: u64| (key.is_multiple_of(SAMPLED) && among(key)) || Some(key) == first;
        let sample: Vec<_> = page.items().filter(|item| sampled(item.record.key)).collect();
        let named = |item: &Item<'_>| {
            let register = self.names.text(item.record.register).map(|register| register.to_string());
            (item.record.key, register.unwrap_or_default(), item.id().to_owned())
        };
        let named: Vec<NamedRecord> = sample.iter().rev().map(named).collect();
        let mut differing = Vec::new();
        for (item, again) in sample.iter().rev().zip(score(self.world, self.dossiers(log, &named)?)) {
            let mut second = Page::default();
            let of = (again.register.as_str(), again.record.as_str());
            second.put_record(self.names, again.key, of, &again.entries, &again.postings)?;
            let second = second.items().next().map(|item| item.to_postings(self.names)).transpose()?;
            let why = difference(of, &item.to_postings(self.names)?, &second.unwrap_or_default());
            match again.unscored {
                Some(unscored) => differing.push(unscored),
                None => differing.extend(why.map(|why| again.held(Vec::new(), why))),
            }
        }
        Ok(differing)
    }

    fn dossiers(&self, log: &dyn ReadTx, records: &[NamedRecord]) -> Stored<Vec<RecordHistory>> {
        let read =
            |(key, register, id): &NamedRecord| RecordHistory::read(self.world, log, *key, register, id);
        records.iter().map(read).collect()
    }

    /// [`Deriver::run`] of all records of a run, packed; no page if there are none.
    pub fn derive(&mut self, log: &dyn ReadTx, keys: RecordRange) -> Result<DerivedPage, LedgerError> {
        let DerivedRun { rows, whole, mut unscored, mut timings, .. } =
            self.run(log, &DerivationScope::Run(keys))?;
        let began = Instant::now();
        unscored.extend(self.twice(log, &rows, &|_| true)?);
        timings.single += began.elapsed();
        let began = Instant::now();
        let page = joined(rows, whole);
        let mut packed = None;
        if !page.records.is_empty() {
            packed = Some(EncodedPage { keys, ..page.pack(self.names)? });
        }
        timings.aggregate += began.elapsed();
        Ok(DerivedPage { packed, unscored, timings, ..DerivedPage::default() })
    }

    /// Reads part of the log into the registers' rows; gives the texts in which the records' ids are, and
    /// the records that are no rows.
    fn read(&mut self, log: &dyn ReadTx, part: &DerivationScope<'_>) -> Stored<(Page, Vec<NamedRecord>)> {
        let picked = if let DerivationScope::Picked(picked) = part { Some(picked) } else { None };
        let mut reading =
            LogPacker { deriver: self, picked, open: None, ids: Page::default(), odd: Vec::new() };
        let mut scan = |scan: LogScan<'_>| {
            log.scan(scan, &mut |scanned| {
                match scanned {
                    scanned @ Scanned::Record { .. } => reading.begin(&scanned),
                    Scanned::Event { seq, dead, bytes } => reading.event(seq, dead, bytes),
                }
                Ok(())
            })
        };
        match part {
            DerivationScope::Run(keys) => scan(LogScan::Run(*keys))?,
            DerivationScope::Picked(picked) => scan(LogScan::Events(&picked.events))?,
            DerivationScope::Records(keys) => {
                keys.iter().try_for_each(|key| scan(LogScan::Run((*key, *key))))?;
            }
        }
        reading.close();
        Ok((reading.ids, reading.odd))
    }
}

/// The records of two pages, by their keys; one that is in both is that of the second.
fn joined(page: Page, with: Page) -> Page {
    match (page.records.is_empty(), with.records.is_empty()) {
        (_, true) => page,
        (true, _) => with,
        _ => page.replaced(&|_| false, &with),
    }
}

/// A record by its key, register and id.
pub(crate) type NamedRecord = (u64, String, String);

/// The log on its way into rows.
struct LogPacker<'r, 'w> {
    deriver: &'r mut Deriver<'w>,
    /// Where only some events are read: which.
    picked: Option<&'r PickedEvents<'r>>,
    /// The record whose events come.
    open: Option<NamedRecord>,
    ids: Page,
    odd: Vec<NamedRecord>,
}

impl LogPacker<'_, '_> {
    fn begin(&mut self, scanned: &Scanned<'_>) {
        self.close();
        let Scanned::Record { key, register, id, stage, number, fields, created, .. } = *scanned else {
            return;
        };
        if reserved(register) {
            return;
        }
        let named = (key, register.to_owned(), id.to_owned());
        if self.deriver.scorer(register).is_none() || created == 0 {
            self.odd.push(named);
            return;
        }
        let Deriver { reader, registers, .. } = &mut *self.deriver;
        if let Some(Some(scorer)) = registers.get(register) {
            let stage = scorer.register.current_stage(stage);
            reader.begin(&scorer.columns, register, id, stage, number, fields);
            self.open = Some(named);
        }
    }

    fn event(&mut self, seq: u64, dead: bool, bytes: &[u8]) {
        let Some((key, register, _)) = &self.open else { return };
        let nth = self.picked.and_then(|picked| {
            let at = picked.events.binary_search(&(*key, seq)).ok()?;
            picked.nths.get(at).copied()
        });
        let Deriver { reader, registers, .. } = &mut *self.deriver;
        if let Some(Some(scorer)) = registers.get(register) {
            reader.event(&scorer.columns, (seq, nth), dead, bytes);
        }
    }

    fn close(&mut self) {
        let Some(named) = self.open.take() else { return };
        let Deriver { reader, registers, .. } = &mut *self.deriver;
        let Some(Some(scorer)) = registers.get_mut(&named.1) else { return };
        let first = scorer.rows.len();
        if reader.end(&scorer.columns, &named.2, &mut scorer.rows, &mut scorer.of) {
            let id = self.ids.put_text(&named.2);
            scorer.records.push(PackedRecord { key: named.0, id, rows: first..scorer.rows.len() });
        } else {
            self.odd.push(named);
        }
    }
}
