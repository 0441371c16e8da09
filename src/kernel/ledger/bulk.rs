//! Derives runs of the log into pages: rows of packed events where that will do, the long way where
//! it will not. Both come to the same.

use super::{
    desk::{Desk, Packing},
    names::Names,
    page::{Packed, Page},
    posting::RuleRef,
    reader::Reader,
    score::{Dossier, Scored, score},
    storage::Unscored,
    world::{World, reserved},
};
use crate::{
    KernelError,
    event::Event,
    record::Record,
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
    pub before: Option<Packed>,
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
        let (mut ids, mut odd) = (Page::default(), Vec::new());
        self.read(log, part, &mut ids, &mut odd)?;
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
            for key in again {
                odd.extend(long_way(self.world, log, key)?);
            }
            desk.rows.clear();
            desk.of.clear();
            desk.records.clear();
        }
        let began = Instant::now();
        odd.sort_by_key(|dossier: &Dossier| dossier.key);
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
        let mut dossiers = Vec::with_capacity(sample.len());
        for item in sample.iter().rev() {
            dossiers.extend(long_way(self.world, log, item.record.key)?);
        }
        let mut differing = Vec::new();
        for again in score(self.world, dossiers) {
            let Some(item) = sample.iter().find(|item| item.record.key == again.key) else { continue };
            let mut second = Page::default();
            let of = (again.register.as_str(), again.record.as_str());
            second.put_record(self.names, again.key, of, &again.entries, &again.postings)?;
            let first = item.to_postings(self.names)?;
            let second = second.items().next().map(|item| item.to_postings(self.names)).transpose()?;
            let second = second.unwrap_or_default();
            if again.unscored.is_some() || first == second {
                differing.extend(again.unscored);
                continue;
            }
            let odd = first.iter().zip(&second).find(|(one, other)| one != other).map(|(one, _)| one);
            let rule = odd.or(first.last()).or(second.last()).map(|posting| posting.rule.clone());
            let rule = rule.unwrap_or_else(RuleRef::kernel);
            differing.push(again.held(Vec::new(), format!(
                "plugin \"{}\" ({}): score.post answered otherwise when it was asked a second time; a rule may look at \
                 nothing but its arguments, settings and look-ups: keep no table or count between calls, and do not \
                 change what is given",
                rule.plugin,
                rule.place()
            )));
        }
        Ok(differing)
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

    /// Reads a run into rows; ids of records go to `ids`, records that are no rows to `odd`.
    fn read(
        &mut self,
        log: &dyn ReadTx,
        part: &Part<'_>,
        ids: &mut Page,
        odd: &mut Vec<Dossier>,
    ) -> Result<(), KernelError> {
        let mut open: Option<(u64, String, String)> = None;
        let mut odd_keys = Vec::new();
        {
            let Deriver { world, reader, registers, .. } = self;
            let mut close =
                |open: &mut Option<(u64, String, String)>, reader: &mut Reader, registers: &mut Desks| {
                    let Some((key, register, id)) = open.take() else { return };
                    let Some(Some(desk)) = registers.get_mut(&register) else { return };
                    let first = desk.rows.len();
                    if reader.end(&desk.columns, &id, &mut desk.rows, &mut desk.of) {
                        let id = ids.put_text(&id);
                        desk.records.push(Packing { key, id, rows: first..desk.rows.len() });
                    } else {
                        odd_keys.push((register, id, key));
                    }
                };
            let mut packing = false;
            let mut visit = |scanned: Scanned<'_>| {
                match scanned {
                    Scanned::Record { key, register, id, stage, number, fields, created, .. } => {
                        close(&mut open, reader, registers);
                        packing = false;
                        if reserved(register) || !(part.wanted)(key) {
                            return Ok(());
                        }
                        if !registers.contains_key(register) {
                            registers.insert(register.to_owned(), Desk::of(world, register, &reader.texts));
                        }
                        packing = created > 0 && matches!(registers.get(register), Some(Some(_)));
                        open = Some((key, register.to_owned(), id.to_owned()));
                        match (registers.get(register), packing) {
                            (Some(Some(desk)), true) => {
                                let stage = desk.definition(world, register, stage);
                                reader.begin(&desk.columns, register, id, &stage, number, fields);
                            }
                            _ => {
                                open = None;
                                odd.push(Dossier::new(key, register, id, None, Vec::new()));
                            }
                        }
                    }
                    Scanned::Event { seq, dead, bytes } => {
                        if let (true, Some((_, register, _))) = (packing, &open)
                            && let Some(Some(desk)) = registers.get(register)
                        {
                            reader.event(&desk.columns, seq, dead, bytes);
                        }
                    }
                }
                Ok(())
            };
            for keys in part.stretches {
                log.scan(*keys, &mut visit)?;
            }
            close(&mut open, reader, registers);
        }
        for dossier in odd.iter_mut() {
            *dossier = of_record(self.world, log, dossier.key, &dossier.register, &dossier.id)?;
        }
        for (register, id, key) in odd_keys {
            odd.push(of_record(self.world, log, key, &register, &id)?);
        }
        Ok(())
    }
}

fn of_record(world: &World<'_>, log: &dyn ReadTx, key: u64, register: &str, id: &str) -> Stored<Dossier> {
    let record: Option<Record> = world.record(log, register, id)?;
    let events: Vec<Event> = log.events_of(register, id)?;
    Ok(Dossier::new(key, register, id, record, events))
}

fn long_way(world: &World<'_>, log: &dyn ReadTx, key: u64) -> Stored<Option<Dossier>> {
    let mut named = None;
    log.scan((key, key), &mut |scanned| {
        if let Scanned::Record { register, id, .. } = scanned {
            named = Some((register.to_owned(), id.to_owned()));
        }
        Ok(())
    })?;
    named.map(|(register, id)| of_record(world, log, key, &register, &id)).transpose()
}
