//! Derives runs of the log into pages: rows of packed events where that will do, the long way where
//! it will not. Both come to the same.

use super::{
    desk::{Desk, Packing},
    names::Names,
    page::{Item, Packed, Page, Sums},
    reader::Reader,
    score::{Dossier, Scored, difference, score},
    storage::Unscored,
    world::{World, reserved},
};
use crate::{
    KernelError,
    storage::{ReadTx, Scanned, Stored},
};
use jiff::civil::Date;
use registrar_host::Texts;
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// One record in so many, and the first of each run, is scored twice.
const SAMPLED: u64 = 509;

/// Where the time of a derivation went, summed over its threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Reading the log into rows.
    pub read: Duration,
    /// Asking the rules.
    pub rules: Duration,
    /// Making postings of their answers, adding them up and packing them.
    pub aggregate: Duration,
    /// Writing.
    pub write: Duration,
}

impl Timings {
    /// Adds others.
    pub fn add(&mut self, other: &Timings) {
        self.read += other.read;
        self.rules += other.rules;
        self.aggregate += other.aggregate;
        self.write += other.write;
    }
}

/// A register, an account, and the days between which something of it changed.
pub(super) type Change = (String, String, (Date, Date));

/// What a run came to.
#[derive(Default)]
pub(super) struct Derived {
    pub packed: Option<Packed>,
    /// What the records that were derived anew had come to before.
    pub before: Option<Sums>,
    /// Whose periods that changes, where not all are scored anew anyway.
    pub changes: Vec<Change>,
    pub unscored: Vec<Unscored>,
    pub timings: Timings,
}

/// Which records of the log.
pub(super) struct Part<'a> {
    /// Those with keys in these stretches, which follow each other,
    pub stretches: &'a [(u64, u64)],
    /// as far as they are wanted.
    pub wanted: &'a dyn Fn(u64) -> bool,
}

/// By register; none for those that are scored the long way.
type Desks = HashMap<String, Option<Desk>>;

/// Derives one run after the other, in one thread.
pub(super) struct Deriver<'a> {
    world: &'a World<'a>,
    names: &'a Names,
    reader: Reader,
    registers: Desks,
}

impl<'a> Deriver<'a> {
    /// `texts` are shared by all threads of one derivation, so that a VM learns them once.
    pub fn new(world: &'a World<'a>, names: &'a Names, texts: &Arc<Texts>) -> Deriver<'a> {
        Deriver { world, names, reader: Reader::new(texts), registers: HashMap::new() }
    }

    /// The names that its pages are in.
    pub fn names(&self) -> &'a Names {
        self.names
    }

    /// Derives part of the log's records.
    pub fn run(
        &mut self,
        log: &dyn ReadTx,
        part: &Part<'_>,
    ) -> Result<(Page, Vec<Unscored>, Timings), KernelError> {
        let mut timings = Timings::default();
        let began = Instant::now();
        let (ids, mut odd) = self.read(log, part)?;
        timings.read = began.elapsed();
        let mut packed = Page::default();
        for (register, desk) in &mut self.registers {
            let Some(desk) = desk else { continue };
            let began = Instant::now();
            let asked = desk.ask(self.world);
            timings.rules += began.elapsed();
            let began = Instant::now();
            let mut page = Page::default();
            let again = desk.post(self.names, register, &asked, &ids, &mut page)?;
            // Records of several registers lie among each other.
            packed = if packed.records.is_empty() { page } else { packed.replaced(&|_| false, &page) };
            timings.aggregate += began.elapsed();
            odd.extend(again.into_iter().map(|(key, id)| (key, register.clone(), id)));
        }
        let began = Instant::now();
        odd.sort_by_key(|(key, ..)| *key);
        let odd = self.dossiers(log, &odd)?;
        let mut by_hand = Page::default();
        let mut unscored = self.twice(log, &packed)?;
        for scored in score(self.world, odd) {
            let Scored { key, register, record, entries, postings, unscored: fault } = scored;
            if !entries.is_empty() {
                by_hand.put_record(self.names, key, (&register, &record), &entries, &postings)?;
            }
            unscored.extend(fault);
        }
        timings.rules += began.elapsed();
        if !by_hand.records.is_empty() {
            packed = packed.replaced(&|_| false, &by_hand);
        }
        Ok((packed, unscored, timings))
    }

    /// Scores some records of a page a second time, each call by itself and in the opposite order, and
    /// says which came to something else: their rules look at more than they are given.
    fn twice(&self, log: &dyn ReadTx, page: &Page) -> Result<Vec<Unscored>, KernelError> {
        let first = page.records.first().map(|record| record.key);
        let sampled = |key: u64| key.is_multiple_of(SAMPLED) || Some(key) == first;
        let sample: Vec<_> = page.items().filter(|item| sampled(item.record.key)).collect();
        let named = |item: &Item<'_>| {
            let register = self.names.text(item.record.register).map(|register| register.to_string());
            (item.record.key, register.unwrap_or_default(), item.id().to_owned())
        };
        let named: Vec<Named> = sample.iter().rev().map(named).collect();
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

    fn dossiers(&self, log: &dyn ReadTx, records: &[Named]) -> Stored<Vec<Dossier>> {
        let read = |(key, register, id): &Named| Dossier::read(self.world, log, *key, register, id);
        records.iter().map(read).collect()
    }

    /// [`Deriver::run`] of all records, packed; no page if there are none.
    pub fn derive(&mut self, log: &dyn ReadTx, keys: (u64, u64)) -> Result<Derived, KernelError> {
        let (page, unscored, mut timings) = self.run(log, &Part { stretches: &[keys], wanted: &|_| true })?;
        let began = Instant::now();
        let mut packed = None;
        if !page.records.is_empty() {
            packed = Some(Packed { keys, ..page.pack(self.names)? });
        }
        timings.aggregate += began.elapsed();
        Ok(Derived { packed, unscored, timings, ..Derived::default() })
    }

    /// Reads part of the log into the registers' rows; gives the texts in which the records' ids are, and
    /// the records that are no rows.
    fn read(&mut self, log: &dyn ReadTx, part: &Part<'_>) -> Stored<(Page, Vec<Named>)> {
        let Deriver { world, reader, registers, .. } = self;
        let mut reading =
            Reading { world, reader, registers, open: None, ids: Page::default(), odd: Vec::new() };
        for keys in part.stretches {
            log.scan(*keys, &mut |scanned| {
                match scanned {
                    Scanned::Record { key, .. } if !(part.wanted)(key) => reading.close(),
                    scanned @ Scanned::Record { .. } => reading.begin(&scanned),
                    Scanned::Event { seq, dead, bytes } => reading.event(seq, dead, bytes),
                }
                Ok(())
            })?;
        }
        reading.close();
        Ok((reading.ids, reading.odd))
    }
}

/// A record by its key, register and id.
type Named = (u64, String, String);

/// The log on its way into rows.
struct Reading<'r, 'w> {
    world: &'r World<'w>,
    reader: &'r mut Reader,
    registers: &'r mut Desks,
    /// The record whose events come.
    open: Option<Named>,
    ids: Page,
    odd: Vec<Named>,
}

impl Reading<'_, '_> {
    fn begin(&mut self, scanned: &Scanned<'_>) {
        self.close();
        let Scanned::Record { key, register, id, stage, number, fields, created, .. } = *scanned else {
            return;
        };
        if reserved(register) {
            return;
        }
        if !self.registers.contains_key(register) {
            let desk = Desk::of(self.world, register, &self.reader.texts);
            self.registers.insert(register.to_owned(), desk);
        }
        let named = (key, register.to_owned(), id.to_owned());
        match self.registers.get(register) {
            Some(Some(desk)) if created > 0 => {
                let stage = desk.register.current_stage(stage);
                self.reader.begin(&desk.columns, register, id, stage, number, fields);
                self.open = Some(named);
            }
            _ => self.odd.push(named),
        }
    }

    fn event(&mut self, seq: u64, dead: bool, bytes: &[u8]) {
        if let Some((_, register, _)) = &self.open
            && let Some(Some(desk)) = self.registers.get(register)
        {
            self.reader.event(&desk.columns, seq, dead, bytes);
        }
    }

    fn close(&mut self) {
        let Some(named) = self.open.take() else { return };
        let Some(Some(desk)) = self.registers.get_mut(&named.1) else { return };
        let first = desk.rows.len();
        if self.reader.end(&desk.columns, &named.2, &mut desk.rows, &mut desk.of) {
            let id = self.ids.put_text(&named.2);
            desk.records.push(Packing { key: named.0, id, rows: first..desk.rows.len() });
        } else {
            self.odd.push(named);
        }
    }
}
