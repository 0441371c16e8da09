//! The packed events of one register: asks the rules about them and makes postings of the answers.

use crate::{
    model::{
        interner::{Code, Interner},
        page::{Page, PageEntry, PagePosting, PageRecord, TextSlice},
        posting::RuleRef,
    },
    scoring::{
        answer_fields::AnswerFields,
        handler_plan::{HandlerPlan, Receivers},
        reconciliation::Reconciliation,
        row_columns::{POINT, RowColumns},
        row_reader::RowSource,
        scoring_context::ScoringContext,
    },
};
use registrar_domain::{Register, StoreError};
use registrar_host::{BulkRequest, Handler, LeafLayout, RowAnswer, RowAnswers, Rows, TextPool};
use registrar_sdk::Amount;
use std::{
    collections::HashMap,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

/// What is at hand for a register whose events are packed.
pub(crate) struct BatchScorer {
    pub register: Arc<Register>,
    /// How the postings of its records are reconciled, if they are.
    pub reconciliation: Option<Reconciliation>,
    pub columns: RowColumns,
    pub rows: Rows,
    pub of: Vec<RowSource>,
    pub records: Vec<PackedRecord>,
    plans: HashMap<String, Arc<HandlerPlan>>,
    /// Names' codes by the texts' numbers, and days.
    codes: Vec<Code>,
    /// The names' code of the handlers asked, by the chooser's sets.
    asked: Vec<Code>,
}

/// A record whose events are rows.
pub(crate) struct PackedRecord {
    pub key: u64,
    /// Among the ids that were read with it.
    pub id: TextSlice,
    pub rows: Range<usize>,
}

/// What became of asking.
pub(crate) struct BatchOutcome {
    /// The handlers' set of each row.
    chosen: Vec<u32>,
    /// Who was asked about which rows,
    wanted: Vec<BulkRequest>,
    /// and what they answered,
    answers: Vec<RowAnswers>,
    /// in which time.
    pub took: Duration,
}

/// What was answered about the rows of a batch, and where each row's answers are.
struct AnsweredRows<'a> {
    /// By row, its set of handlers.
    chosen: &'a [u32],
    /// By set, which of the handlers that were asked.
    sets: &'a [Vec<usize>],
    /// By handler and row, where its answer is.
    places: &'a [Vec<u32>],
    plans: &'a [Arc<HandlerPlan>],
    answers: &'a [RowAnswers],
    fields: &'a [AnswerFields],
}

impl BatchScorer {
    pub fn of(world: &ScoringContext<'_>, register: &str, texts: &Arc<TextPool>) -> Option<BatchScorer> {
        let definition = world.rules.registers.get(register)?.clone();
        let columns = RowColumns::of(world, &definition, texts)?;
        Some(BatchScorer {
            register: definition,
            reconciliation: Reconciliation::of(world, register),
            rows: Rows::new(&columns.layout),
            columns,
            of: Vec::new(),
            records: Vec::new(),
            plans: HashMap::new(),
            codes: Vec::new(),
            asked: Vec::new(),
        })
    }

    /// Asks every handler about the rows that concern it, as far as it is to be asked at all.
    pub fn ask(&mut self, world: &ScoringContext<'_>, asked: &dyn Fn(&Handler) -> bool) -> BatchOutcome {
        let mut wanted: Vec<BulkRequest> = Vec::new();
        // By set of handlers, where each handler's rows are gathered.
        let mut gathered: Vec<Vec<usize>> = Vec::new();
        let rows = 0..self.rows.len();
        let chosen: Vec<u32> = rows.map(|row| self.columns.chooser.choose(&self.rows, row)).collect();
        for set in 0..self.columns.chooser.sets() {
            let handlers = self.columns.chooser.handlers(set as u32);
            let at = |handler: &Arc<Handler>| {
                wanted.iter().position(|w| Arc::ptr_eq(&w.handler, handler)).unwrap_or_else(|| {
                    wanted.push(BulkRequest { handler: handler.clone(), rows: Vec::new() });
                    wanted.len() - 1
                })
            };
            gathered.push(handlers.iter().filter(|handler| asked(handler)).map(at).collect());
        }
        // One action's rows after the other's: they have the same fields, and a table whose fields come
        // and go costs more to fill.
        let mut actions: Vec<u32> = self.of.iter().map(|of| of.action).collect();
        actions.sort_unstable();
        actions.dedup();
        for action in actions {
            for (row, set) in chosen.iter().enumerate().filter(|(row, _)| self.of[*row].action == action) {
                for at in &gathered[*set as usize] {
                    wanted[*at].rows.push(row as u32);
                }
            }
        }
        wanted.retain(|w| !w.rows.is_empty());
        if wanted.is_empty() {
            return BatchOutcome { chosen, wanted, answers: Vec::new(), took: Duration::ZERO };
        }
        let rows = std::mem::replace(&mut self.rows, Rows::new(&self.columns.layout));
        let began = Instant::now();
        let (rows, wanted, answers) =
            world.ask_rows(POINT, &self.columns.layout, self.columns.texts(), rows, wanted);
        self.rows = rows;
        BatchOutcome { chosen, wanted, answers, took: began.elapsed() }
    }

    /// Puts the records with their entries and postings into a page, and the rows away; gives keys and
    /// ids of the records that are to be scored the long way.
    pub fn post(
        &mut self,
        names: &Interner,
        register: &str,
        asked: &BatchOutcome,
        ids: &Page,
        page: &mut Page,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        let BatchOutcome { chosen, wanted, answers, .. } = asked;
        let mut again = Vec::new();
        let plans: Vec<Arc<HandlerPlan>> = wanted.iter().map(|w| self.plan(names, &w.handler)).collect();
        let fields: Vec<AnswerFields> = answers.iter().map(AnswerFields::of).collect();
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
        // Where each row's answer is.
        let places: Vec<Vec<u32>> = wanted.iter().map(|w| inverse(&w.rows, self.rows.len())).collect();
        let answered =
            AnsweredRows { chosen, sets: &sets, places: &places, plans: &plans, answers, fields: &fields };
        let register = names.code(register);
        let records = std::mem::take(&mut self.records);
        // A record without events has nothing to be packed.
        for packing in records.iter().filter(|packing| !packing.rows.is_empty()) {
            let before = (page.entries.len(), page.postings.len(), page.texts.len());
            let id = page.put_text(ids.text(packing.id));
            let whole = packing.rows.clone().fold(true, |whole, row| {
                let entry = (row - packing.rows.start) as u32;
                self.post_row(names, (row, entry), &answered, whole, page)
            });
            if !whole {
                page.entries.truncate(before.0);
                page.postings.truncate(before.1);
                page.texts.truncate(before.2);
                again.push((packing.key, ids.text(packing.id).to_owned()));
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
        }
        self.rows.clear();
        self.of.clear();
        Ok(again)
    }

    /// One row's entry and, while the record is `whole`, its postings; whether it still is.
    fn post_row(
        &mut self,
        names: &Interner,
        (row, entry): (usize, u32),
        of: &AnsweredRows<'_>,
        mut whole: bool,
        page: &mut Page,
    ) -> bool {
        let meta = self.of[row];
        let id = page.put_text(self.rows.piece(meta.id.0, meta.id.1));
        let set = of.chosen[row] as usize;
        let action = self.code(names, meta.action);
        let (seq, on, nth, asked) = (meta.seq, meta.day, meta.nth, self.asked[set]);
        page.entries.push(PageEntry { seq, on, action, nth, id, asked });
        for &at in &of.sets[set] {
            let place = of.places[at][row] as usize;
            let answer = of.answers.get(at).and_then(|a| a.answers().get(place)).copied();
            let answer = answer.unwrap_or(RowAnswer::Again);
            let asked = (&*of.plans[at], of.answers.get(at), &of.fields[at]);
            whole = whole && self.postings(names, (row, entry), asked, answer, page);
        }
        whole
    }

    /// The postings of one answer; `false` if it is to be asked again.
    fn postings(
        &mut self,
        names: &Interner,
        (row, entry): (usize, u32),
        (plan, answers, fields): (&HandlerPlan, Option<&RowAnswers>, &AnswerFields),
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
            register: 0,
            span: 0,
            data: TextSlice::default(),
        };
        match (answer, answers) {
            (RowAnswer::None, _) => true,
            (RowAnswer::Number(number), _) => match Amount::from_f64(number) {
                Ok(amount) if plan.measure != 0 => {
                    self.post_to_receivers(names, (plan, row), posting(0, amount, 0), page)
                }
                _ => false,
            },
            (RowAnswer::Structs(first, count), Some(answers)) => {
                let before = page.postings.len();
                for at in first..first + count {
                    let text = |field: Option<usize>| field.map_or(0, |place| answers.text(at, place));
                    let amount = fields.amount.and_then(|place| answers.number(at, place));
                    let Some(Ok(amount)) = amount.map(Amount::from_f64) else { return false };
                    let mut or =
                        |number: u32, other: Code| if number == 0 { other } else { self.code(names, number) };
                    let (tag, clause) =
                        (or(text(fields.tag), plan.tag), or(text(fields.clause), plan.clause));
                    let measure = or(text(fields.measure), plan.measure);
                    let account = or(text(fields.account), 0);
                    // What belongs elsewhere is asked again, where it is looked at more closely.
                    let elsewhere = text(fields.period) != 0 || text(fields.register) != 0;
                    let named = text(fields.account) != 0;
                    if (named && account == 0) || measure == 0 || elsewhere {
                        return false;
                    }
                    let index = (page.postings.len() - before) as u32;
                    let one = PagePosting { measure, tag, clause, ..posting(account, amount, index) };
                    if named {
                        page.postings.push(one);
                    } else if !self.post_to_receivers(names, (plan, row), one, page) {
                        return false;
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// Who is in the field that the option names.
    fn receivers(&mut self, names: &Interner, plan: &HandlerPlan, row: usize) -> Receivers {
        for leaf in plan.accounts.iter().flatten() {
            let leaf = &self.columns.layout.leaves[*leaf];
            match leaf.cell {
                LeafLayout::Text => match self.rows.text(row, leaf) {
                    0 => {}
                    number => return Receivers::One(self.code(names, number)),
                },
                LeafLayout::List => {
                    if let Some(numbers) = self.rows.list(row, leaf) {
                        return Receivers::Several(numbers.iter().map(|n| self.code(names, *n)).collect());
                    }
                }
                _ => return Receivers::Unknown,
            }
        }
        Receivers::Unknown
    }

    /// Posts an amount to those who are in the field that the option names; `false` if that can't be done simply.
    fn post_to_receivers(
        &mut self,
        names: &Interner,
        (plan, row): (&HandlerPlan, usize),
        posting: PagePosting,
        page: &mut Page,
    ) -> bool {
        let receivers = self.receivers(names, plan, row);
        let Some(parts) = plan.shared(Amount::from_micros(posting.amount), receivers) else { return false };
        let one = |(n, (account, amount)): (usize, (Code, Amount))| PagePosting {
            account,
            amount: amount.micros(),
            index: posting.index + n as u32,
            ..posting
        };
        page.postings.extend(parts.into_iter().enumerate().map(one));
        true
    }

    fn owners(&mut self, names: &Interner, row: usize) -> Code {
        let leaves = self.columns.owning.iter().map(|leaf| &self.columns.layout.leaves[*leaf]);
        let numbers: Vec<u32> = leaves
            .flat_map(|leaf| {
                [self.rows.text(row, leaf)].into_iter().chain(self.rows.list(row, leaf).into_iter().flatten())
            })
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
    fn code(&mut self, names: &Interner, number: u32) -> Code {
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

    fn plan(&mut self, names: &Interner, handler: &Arc<Handler>) -> Arc<HandlerPlan> {
        let columns = &self.columns;
        let plan = || Arc::new(HandlerPlan::of(names, handler, columns));
        self.plans.entry(handler.key()).or_insert_with(plan).clone()
    }
}

/// Where each of so many rows is in a list of rows.
fn inverse(rows: &[u32], count: usize) -> Vec<u32> {
    let mut places = vec![u32::MAX; count];
    for (place, row) in rows.iter().enumerate() {
        places[*row as usize] = place as u32;
    }
    places
}

/// Stands for a handler as it was when it was asked: who it is, and what its answers depend on.
pub(crate) fn asked_of(handler: &Handler) -> String {
    format!("{}@{}", handler.key(), handler.plugin.rule_hash.get(..16).unwrap_or_default())
}

/// [`asked_of`] the handler that made a posting.
pub(crate) fn asked_as(rule: &RuleRef) -> String {
    format!("{}#{}@{}", rule.plugin, rule.registration, rule.hash.get(..16).unwrap_or_default())
}
