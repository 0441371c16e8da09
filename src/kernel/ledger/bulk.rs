//! Derives runs of the log into pages: rows of packed events where that will do, the long way where
//! it will not. Both come to the same.

use super::{
    columns::{Columns, POINT, Reader, RowOf},
    names::{Code, Names},
    page::{Packed, Page, PageEntry, PagePosting, PageRecord, Piece},
    posting::RuleRef,
    score::{Dossier, Scored, score},
    storage::Unscored,
    world::{World, admits, reserved},
};
use crate::{
    KernelError, StoreError,
    event::Event,
    record::Record,
    register::Register,
    storage::{ReadTx, Scanned, Stored},
};
use jiff::civil::Date;
use registrar_host::{Cell, Handler, RowAnswer, RowAnswers, Rows, Texts, Wanted};
use registrar_sdk::{Amount, Value};
use std::{
    collections::HashMap,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

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

/// Derives one run after the other, in one thread.
pub(super) struct Deriver<'a> {
    world: &'a World<'a>,
    names: &'a Names,
    reader: Reader,
    registers: HashMap<String, Option<Desk>>,
}

/// What is at hand for a register whose events are packed.
struct Desk {
    columns: Columns,
    rows: Rows,
    of: Vec<RowOf>,
    records: Vec<Packing>,
    plans: HashMap<String, Arc<Plan>>,
    /// Names' codes by the texts' numbers, and days.
    codes: Vec<Code>,
    /// The names' code of the handlers asked, by the chooser's sets.
    asked: Vec<Code>,
}

/// A record whose events are rows.
struct Packing {
    key: u64,
    id: Piece,
    rows: Range<usize>,
}

/// How a handler's plain answers become postings.
struct Plan {
    rule: Code,
    clause: Code,
    measure: Code,
    tag: Code,
    /// The leaves that the option `account` names: the record's, else the event's.
    accounts: [Option<usize>; 2],
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

    /// Derives the records of the log with keys in these stretches, which follow each other.
    pub fn run(
        &mut self,
        log: &dyn ReadTx,
        stretches: &[(u64, u64)],
    ) -> Result<(Page, Vec<Unscored>, Timings), KernelError> {
        let mut timings = Timings::default();
        let began = Instant::now();
        let (mut ids, mut odd) = (Page::default(), Vec::new());
        self.read(log, stretches, &mut ids, &mut odd)?;
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
        let mut unscored = Vec::new();
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

    /// [`Deriver::run`] of all records, packed; no page if there are none.
    pub fn derive(&mut self, log: &dyn ReadTx, keys: (u64, u64)) -> Result<Derived, KernelError> {
        let (page, unscored, mut timings) = self.run(log, &[keys])?;
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
        stretches: &[(u64, u64)],
        ids: &mut Page,
        odd: &mut Vec<Dossier>,
    ) -> Result<(), KernelError> {
        let mut open: Option<(u64, String, String)> = None;
        let mut odd_keys = Vec::new();
        {
            let Deriver { world, reader, registers, .. } = self;
            let mut close = |open: &mut Option<(u64, String, String)>,
                             reader: &mut Reader,
                             registers: &mut HashMap<String, Option<Desk>>| {
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
                        if reserved(register) {
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
            for keys in stretches {
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

type Asked = (Vec<u32>, Vec<Wanted>, Vec<RowAnswers>);

impl Desk {
    fn of(world: &World<'_>, register: &str, texts: &Arc<Texts>) -> Option<Desk> {
        let definition: &Register = world.rules.registers.get(register)?;
        if world.handlers("score.reconcile").iter().any(|h| admits(h, "register", register)) {
            return None;
        }
        let columns = Columns::of(world, definition, texts)?;
        Some(Desk {
            rows: Rows::new(&columns.layout),
            columns,
            of: Vec::new(),
            records: Vec::new(),
            plans: HashMap::new(),
            codes: Vec::new(),
            asked: Vec::new(),
        })
    }

    /// Where a record stands, in terms of the present definition.
    fn definition(&self, world: &World<'_>, register: &str, stage: &str) -> String {
        world.rules.registers.get(register).map_or(stage, |r| r.current_stage(stage)).to_owned()
    }

    /// Asks every handler about the rows that concern it.
    fn ask(&mut self, world: &World<'_>) -> Asked {
        let mut chosen = Vec::with_capacity(self.rows.len());
        let mut wanted: Vec<Wanted> = Vec::new();
        // By set of handlers, where each handler's rows are gathered.
        let mut gathered: Vec<Vec<usize>> = Vec::new();
        for row in 0..self.rows.len() {
            let set = self.columns.chooser.choose(&self.rows, row);
            chosen.push(set);
            for known in gathered.len()..self.columns.chooser.sets() {
                let handlers = self.columns.chooser.handlers(known as u32);
                let at = |handler: &Arc<Handler>| {
                    wanted.iter().position(|w| Arc::ptr_eq(&w.handler, handler)).unwrap_or_else(|| {
                        wanted.push(Wanted { handler: handler.clone(), rows: Vec::new() });
                        wanted.len() - 1
                    })
                };
                gathered.push(handlers.iter().map(at).collect());
            }
            for at in &gathered[set as usize] {
                wanted[*at].rows.push(row as u32);
            }
        }
        wanted.retain(|w| !w.rows.is_empty());
        if wanted.is_empty() {
            return (chosen, wanted, Vec::new());
        }
        let rows = std::mem::replace(&mut self.rows, Rows::new(&self.columns.layout));
        let (rows, answers) =
            world.ask_rows(POINT, &self.columns.layout, self.columns.texts(), rows, wanted.clone());
        self.rows = rows;
        (chosen, wanted, answers)
    }

    /// Puts the records with their entries and postings into a page; gives the keys of those that are
    /// to be scored the long way.
    fn post(
        &mut self,
        names: &Names,
        register: &str,
        asked: &Asked,
        ids: &Page,
        page: &mut Page,
    ) -> Result<Vec<u64>, StoreError> {
        let (chosen, wanted, answers) = asked;
        let mut again = Vec::new();
        let plans: Vec<Arc<Plan>> = wanted.iter().map(|w| self.plan(names, &w.handler)).collect();
        let fields: Vec<Fields> = answers.iter().map(Fields::of).collect();
        // Which of the wanted handlers a set is of, in the order in which they are called.
        let place = |handler: &Arc<Handler>| wanted.iter().position(|w| Arc::ptr_eq(&w.handler, handler));
        let sets: Vec<Vec<usize>> = (0..self.columns.chooser.sets())
            .map(|set| self.columns.chooser.handlers(set as u32).iter().filter_map(place).collect())
            .collect();
        for set in self.asked.len()..sets.len() {
            let handlers = self.columns.chooser.handlers(set as u32);
            let keys: Vec<String> = handlers.iter().map(|handler| asked_of(handler)).collect();
            self.asked.push(names.code(&format!("?{}", keys.join(" "))));
        }
        let mut next = vec![0usize; wanted.len()];
        let register = names.code(register);
        let records = std::mem::take(&mut self.records);
        for packing in &records {
            let before = (page.entries.len(), page.postings.len(), page.texts.len());
            let id = page.put_text(ids.text(packing.id));
            let mut whole = true;
            for row in packing.rows.clone() {
                let of = self.of[row];
                let entry = (row - packing.rows.start) as u32;
                let event_id = page.put_text(self.rows.piece(of.id.0, of.id.1));
                let set = chosen[row] as usize;
                page.entries.push(PageEntry {
                    seq: of.seq,
                    on: of.day,
                    action: self.code(names, of.action),
                    nth: of.nth,
                    id: event_id,
                    asked: self.asked[set],
                });
                for &at in &sets[set] {
                    let answer = answers.get(at).and_then(|a| a.answers().get(next[at])).copied();
                    next[at] += 1;
                    let answer = answer.unwrap_or(RowAnswer::Again);
                    whole = whole
                        && self.postings(
                            names,
                            (row, entry),
                            (&plans[at], answers.get(at), &fields[at]),
                            answer,
                            page,
                        );
                }
            }
            if !whole {
                page.entries.truncate(before.0);
                page.postings.truncate(before.1);
                page.texts.truncate(before.2);
                again.push(packing.key);
                continue;
            }
            let owners = self.owners(names, packing.rows.start);
            page.records.push(PageRecord {
                key: packing.key,
                register,
                id,
                owners,
                entries: (page.entries.len() - before.0) as u32,
                postings: (page.postings.len() - before.1) as u32,
            });
            if packing.rows.is_empty() {
                page.records.pop();
            }
        }
        Ok(again)
    }

    /// The postings of one answer; `false` if it is to be asked again.
    fn postings(
        &mut self,
        names: &Names,
        (row, entry): (usize, u32),
        (plan, answers, fields): (&Plan, Option<&RowAnswers>, &Fields),
        answer: RowAnswer,
        page: &mut Page,
    ) -> bool {
        let posting = |account: Code, amount: Amount, index: u32| PagePosting {
            entry,
            account,
            measure: plan.measure,
            amount: amount.micros(),
            tag: plan.tag,
            clause: plan.clause,
            rule: plan.rule,
            index,
            part: 0,
            struck: 0,
            derived: 0,
            span: 0,
            data: Piece::default(),
        };
        match (answer, answers) {
            (RowAnswer::None, _) => true,
            (RowAnswer::Number(number), _) => {
                let account = self.account(names, plan, row);
                match Amount::from_f64(number) {
                    Ok(amount) if account != 0 && plan.measure != 0 => {
                        page.postings.push(posting(account, amount, 0));
                        true
                    }
                    _ => false,
                }
            }
            (RowAnswer::Structs(first, count), Some(answers)) => {
                for at in first..first + count {
                    let text = |field: Option<usize>| field.map_or(0, |place| answers.text(at, place));
                    let amount = fields.amount.and_then(|place| answers.number(at, place));
                    let Some(Ok(amount)) = amount.map(Amount::from_f64) else { return false };
                    let mut or =
                        |number: u32, other: Code| if number == 0 { other } else { self.code(names, number) };
                    let (tag, clause) =
                        (or(text(fields.tag), plan.tag), or(text(fields.clause), plan.clause));
                    let measure = or(text(fields.measure), plan.measure);
                    let account = match text(fields.account) {
                        0 => self.account(names, plan, row),
                        number => self.code(names, number),
                    };
                    if account == 0 || measure == 0 || text(fields.period) != 0 {
                        return false;
                    }
                    page.postings.push(PagePosting {
                        measure,
                        tag,
                        clause,
                        ..posting(account, amount, at - first)
                    });
                }
                true
            }
            _ => false,
        }
    }

    /// The account in the field that the option names; 0 if there is none to be had simply.
    fn account(&mut self, names: &Names, plan: &Plan, row: usize) -> Code {
        for leaf in plan.accounts.iter().flatten() {
            let leaf = &self.columns.layout.leaves[*leaf];
            if leaf.cell != Cell::Text {
                return 0;
            }
            let number = self.rows.text(row, leaf);
            if number != 0 {
                return self.code(names, number);
            }
        }
        0
    }

    fn owners(&mut self, names: &Names, row: usize) -> Code {
        let numbers: Vec<u32> = self
            .columns
            .owning
            .iter()
            .map(|leaf| self.rows.text(row, &self.columns.layout.leaves[*leaf]))
            .filter(|number| *number != 0)
            .collect();
        match numbers.as_slice() {
            [] => 0,
            [one] => self.code(names, *one),
            some => {
                let mut owners: Vec<_> =
                    some.iter().filter_map(|number| self.columns.texts().text(*number)).collect();
                owners.sort();
                owners.dedup();
                names.code(&owners.iter().map(|owner| &**owner).collect::<Vec<_>>().join("\n"))
            }
        }
    }

    /// The names' code of a text by its number.
    fn code(&mut self, names: &Names, number: u32) -> Code {
        let at = number as usize;
        if let Some(code) = self.codes.get(at).filter(|code| **code != 0) {
            return *code;
        }
        let text = self.columns.texts().text(number);
        // An empty text is no account, and nothing else either.
        let code = text.filter(|text| !text.is_empty()).map_or(0, |text| names.code(&text));
        if self.codes.len() <= at {
            self.codes.resize(at + 1, 0);
        }
        self.codes[at] = code;
        code
    }

    fn plan(&mut self, names: &Names, handler: &Arc<Handler>) -> Arc<Plan> {
        if let Some(plan) = self.plans.get(&handler.key()) {
            return plan.clone();
        }
        let option = |name: &str| match handler.option(name) {
            Value::Text(text) if !text.is_empty() => names.code(text),
            _ => 0,
        };
        let account = handler.option("account").as_str();
        let plan = Arc::new(Plan {
            rule: names.rule(&RuleRef::of(handler)),
            clause: option("clause"),
            measure: option("measure"),
            tag: option("tag"),
            accounts: account.map_or([None, None], |field| self.columns.account(field)),
        });
        self.plans.insert(handler.key(), plan.clone());
        plan
    }
}

/// Stands for a handler as it was when it was asked: who it is, and what its answers depend on.
pub(super) fn asked_of(handler: &Handler) -> String {
    format!("{}@{}", handler.key(), handler.plugin.rule_hash.get(..16).unwrap_or_default())
}

/// Where the fields of packed postings lie.
#[derive(Default)]
struct Fields {
    account: Option<usize>,
    amount: Option<usize>,
    measure: Option<usize>,
    tag: Option<usize>,
    clause: Option<usize>,
    period: Option<usize>,
}

impl Fields {
    fn of(answers: &RowAnswers) -> Fields {
        Fields {
            account: answers.field("account"),
            amount: answers.field("amount"),
            measure: answers.field("measure"),
            tag: answers.field("tag"),
            clause: answers.field("clause"),
            period: answers.field("period"),
        }
    }
}
